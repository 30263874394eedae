//! Every log statement of a program is listed before it runs, and emits when it does, whatever the optimiser has done.

#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

use rlog::{FieldInfo, Loggable};
use std::collections::BTreeMap;
use system_tests::{command, sample, stderr};

#[test]
fn every_statement_of_an_optimised_program_is_listed_and_emits_once() {
    every_statement_emits("release");
}

#[test]
fn every_statement_is_listed_and_emits_once_with_link_time_optimisation() {
    every_statement_emits("fat");
}

fn every_statement_emits(profile: &str) {
    let output = command(&sample(env!("CARGO_TARGET_TMPDIR"), "catalogue", profile, &[])).output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    let output = String::from_utf8(output.stdout).unwrap();
    let counted = |kind: &str| {
        let mut counts = BTreeMap::new();
        for line in output.lines().filter_map(|line| line.strip_prefix(kind)?.strip_prefix(' ')) {
            *counts.entry(line.split(' ').next().unwrap()).or_insert(0) += 1;
        }
        counts
    };
    let (listed, emitted) = (counted("listed"), counted("emitted"));
    assert_eq!(listed, emitted, "what is listed, and what is emitted when each statement is run once: {output}");
    let repeated: Vec<_> = listed.iter().filter(|(_, count)| **count != 1).collect();
    assert!(repeated.is_empty(), "{repeated:?}: {output}");
    assert_eq!(listed.len(), statements(), "statements in the source: {output}");
}

/// How many statements there are in the sources of the sample.
fn statements() -> usize {
    let sources = [
        include_str!("../samples/catalogue/src/main.rs"),
        include_str!("../samples/catalogue/src/places/mod.rs"),
        include_str!("../samples/catalogue/src/places/deep.rs"),
        include_str!("../samples/catalogue/src/places/asynchronous.rs"),
        include_str!("../samples/library/src/lib.rs"),
    ];
    let names = ["trace", "debug", "info", "notice", "warn", "error", "critical", "log", "statement", "by_macro"];
    let is_statement = |line: &&str| names.iter().any(|name| line.contains(&format!("{name}!(")));
    let of = |source: &str| source.lines().filter(is_statement).count();
    // The definition of `by_macro` holds one, which stands where it is used.
    sources.into_iter().map(of).sum::<usize>() - 1
}

#[derive(Loggable)]
struct Request {
    method: &'static str,
    #[log(unit = "ms")]
    took: Option<u64>,
    #[log(flatten, prefix = "peer_")]
    peer: Peer,
    #[log(flatten)]
    rest: BTreeMap<&'static str, u8>,
}

#[derive(Loggable)]
struct Peer {
    port: u16,
    names: Vec<&'static str>,
}

#[derive(Loggable)]
#[log(tag = "state")]
enum State {
    Open { since: u64 },
    Closed { since: u64, by: &'static str },
}

#[test]
fn the_fields_of_a_spread_value_are_listed_once_it_has_been_logged() {
    let fields_of = |template: &str| -> Vec<String> {
        let found = rlog::catalogue().statements().find(|statement| statement.template() == template).unwrap();
        let shown = |FieldInfo { key, kind, unit, .. }| {
            [Some(key), kind, unit].into_iter().flatten().collect::<Vec<&str>>().join(" ")
        };
        found.fields().map(shown).collect()
    };
    let guard = rlog::builder().environment(false).handler(rlog::Null::new()).init().unwrap();
    let run = || {
        let peer = Peer { port: 80, names: vec!["a"] };
        let request = Request { method: "GET", took: None, peer, rest: BTreeMap::from([("z", 1)]) };
        rlog::info!(..request, status = 200, "a request");
        for state in [State::Open { since: 1 }, State::Closed { since: 1, by: "ada" }] {
            rlog::info!(..state, "a state");
        }
        rlog::info!(..BTreeMap::from([("k", 1)]), x = 1, "a map");
    };
    assert_eq!(fields_of("a request"), ["status"]);
    run();
    drop(guard);
    let request = ["method string", "took integer ms", "peer_port integer", "peer_names structured", "status integer"];
    assert_eq!(fields_of("a request"), request);
    assert_eq!(fields_of("a state"), ["state string", "since integer", "by string"]);
    assert_eq!(fields_of("a map"), ["x integer"]);
    let table = rlog::catalogue().to_string();
    assert!(table.contains(&request.map(|field| field.replacen(' ', ": ", 1)).join(", ")), "{table}");
}
