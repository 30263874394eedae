//! A handler that does not return keeps nobody but itself: other handlers and those who log go on, and it gets what it has
//! missed when it returns.

#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

use std::fmt::Write;
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Stdio};
use system_tests::{TemporaryDirectory, command, stderr};

const HANGS: &str = "does not return, and the others go on without it";
const RETURNED: &str = "has returned, and has been given what came meanwhile";

fn stuck(case: &str) -> Command {
    let mut command = command(env!("CARGO_BIN_EXE_stuck").as_ref());
    command.arg(case);
    command
}

/// What the program prints.
fn run(case: &str) -> String {
    let output = stuck(case).output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    String::from_utf8(output.stdout).unwrap()
}

/// What is printed for each handler that has all of `count` records, when these have hung and have returned, in this order.
fn complete(count: usize, handlers: &[&str], hung: &[&str], returned: &[&str]) -> String {
    let mut expected = String::new();
    for handler in handlers {
        writeln!(expected, "{handler}: {count} in order").unwrap();
        hung.iter().for_each(|name| writeln!(expected, "{handler}: handler `{name}` {HANGS}").unwrap());
        returned.iter().for_each(|name| writeln!(expected, "{handler}: handler `{name}` {RETURNED}").unwrap());
    }
    expected
}

#[test]
fn beside_others_it_misses_nothing_and_they_wait_for_nothing() {
    let both = complete(50_010, &["other", "stuck"], &["stuck"], &["stuck"]);
    let expected = format!(
        "stuck has 7, flushed=false\nis_open=true\nflushed=true\nflushed=true\n{both}is_open=false written=true \
         dropped=false\nwritten and dropped=50012\ntaken=50010 dropped=0\n"
    );
    assert_eq!(run("beside"), expected);
}

#[test]
fn what_there_is_no_room_for_is_dropped_and_counted() {
    let printed = run("overflow");
    assert!(printed.contains("other: 50010 in order"), "{printed}");
    assert!(printed.contains("records that came meanwhile were dropped\n"), "{printed}");
    let end = "is_open=false written=true dropped=true\nwritten and dropped=50012\ntaken=50010 dropped=0\n";
    assert!(printed.ends_with(end), "{printed}");
}

#[test]
fn two_with_the_same_record_keep_no_third() {
    assert_eq!(
        run("two"),
        format!("flushed=true\n{}", complete(50_000, &["one", "two", "other"], &["one", "two"], &["two", "one"]))
    );
}

#[test]
fn at_the_end_of_a_batch_and_while_it_flushes_it_is_the_same() {
    let both = complete(50_000, &["stuck", "other"], &["stuck"], &["stuck"]);
    assert_eq!(run("end_of_batch"), format!("flushed=true\n{both}"));
    assert_eq!(run("flush"), format!("flushed=false\nflushed=true\n{both}"));
}

#[test]
fn one_that_is_being_closed_keeps_nobody_and_a_shutdown_says_that_it_is_not_complete() {
    let expected = format!(
        "removed=true\nflushed=true\nstuck: 10 in order\nother: 50000 in order\nother: handler `stuck` {HANGS}\n\
         complete=false\nother: 50010 in order\nother: handler `stuck` {HANGS}\nlast has 10\n"
    );
    assert_eq!(run("closing"), expected);
}

#[test]
fn records_that_lie_outside_of_the_ring_are_handed_over_once_too() {
    assert_eq!(run("large"), format!("flushed=true\n{}", complete(100, &["stuck", "other"], &["stuck"], &["stuck"])));
}

#[test]
fn behind_one_that_hands_records_on_it_keeps_nobody_but_those_beside_it() {
    let printed = run("behind");
    let fan_out = complete(50_000, &["stuck", "beside", "other"], &["fan_out"], &["fan_out"]);
    assert_eq!(printed, format!("flushed=true\n{fan_out}"));
}

#[test]
fn a_process_ends_without_it_and_the_others_are_complete() {
    let directory = TemporaryDirectory::new();
    let path = directory.path("numbers");
    let output = stuck("ending").arg(&path).output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    let numbers = fs::read_to_string(&path).unwrap();
    let numbers: Vec<u64> = numbers.lines().filter_map(|line| line.parse().ok()).collect();
    assert_eq!(numbers, (0..50_000).collect::<Vec<_>>());
}

#[test]
fn with_a_breaker_that_never_opens_all_wait() {
    let both = complete(10, &["stuck", "other"], &[], &[]);
    assert_eq!(run("patient"), format!("flushed=false\nother has 0\nflushed=true\n{both}"));
}

#[test]
fn on_the_thread_that_logs_it_keeps_no_flush_and_no_shutdown_beyond_their_time_and_is_named() {
    let output = stuck("sync").output().unwrap();
    let expected =
        format!("flushed=true\nflushed=false\ncomplete=false\n{}", complete(4, &["stuck", "other"], &[], &[]));
    assert_eq!(String::from_utf8_lossy(&output.stdout), expected, "{}", stderr(&output));
    let told = "rlog: handler `stuck` has not returned on another thread that logs, and was not flushed in time\n";
    assert_eq!(stderr(&output), told);
}

#[test]
fn alone_it_is_named_and_nothing_is_lost_when_it_returns() {
    let mut child = stuck("alone").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut told = String::new();
    BufReader::new(child.stderr.as_mut().unwrap()).read_line(&mut told).unwrap();
    assert_eq!(
        told,
        "rlog: handler `stuck` has not returned for a while, and all wait for it; `Async` would give it a thread of its own\n"
    );
    drop(child.stdin.take());
    let mut printed = String::new();
    child.stdout.take().unwrap().read_to_string(&mut printed).unwrap();
    assert!(child.wait().unwrap().success());
    assert_eq!(printed, "flushed=false\nflushed=true\nstuck: 1000 in order\n");
}
