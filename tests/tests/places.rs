//! Log calls from places where loggers fall over: P1 of the promises.

#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

use std::io;
use std::path::Path;
use std::process::Output;
use system_tests::{TemporaryDirectory, command, lines, number, stderr};

fn child(scenario: &str, log: &Path) -> Output {
    let output = command(env!("CARGO_BIN_EXE_child").as_ref()).arg(scenario).arg(log).output().unwrap();
    assert!(output.status.success(), "{:?}: {}", output.status, stderr(&output));
    output
}

#[test]
fn ten_thousand_short_threads_lose_nothing_and_leak_nothing() {
    let directory = TemporaryDirectory::new();
    let log = directory.path("log");
    let output = child("threads", &log);
    let mut numbers: Vec<u64> = lines(&log).iter().map(|line| number(line, "n").unwrap()).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, (1..=10_000).collect::<Vec<_>>());
    let peak = number(&String::from_utf8_lossy(&output.stdout), "peak").unwrap();
    // A worker that waits for a processor has some hundreds of them to look at, 64 kB each.
    assert!(peak < 128 << 10, "peak memory is {peak} kB, where 10,000 rings would take 2.5 GB");
}

#[test]
fn destructors_of_thread_locals_can_log() {
    let directory = TemporaryDirectory::new();
    let log = directory.path("log");
    child("thread-local", &log);
    let mut texts: Vec<String> =
        lines(&log).iter().filter_map(|line| line.split("from=").nth(1)?.split(' ').next().map(String::from)).collect();
    texts.sort_unstable();
    assert_eq!(texts, ["early-main", "early-thread", "late-main", "late-thread"]);
}

#[test]
fn a_display_that_logs_or_panics_leaves_every_record_whole() {
    let directory = TemporaryDirectory::new();
    let log = directory.path("log");
    child("display", &log);
    let lines = lines(&log);
    assert_eq!(lines.iter().filter(|line| line.contains("nested")).count(), 21);
    assert!(lines[20].contains("outer=<20>"), "{}", lines[20]);
    let after: Vec<_> = lines[21..].iter().collect();
    assert_eq!(after.len(), 3, "{after:?}");
    for (n, line) in after.iter().enumerate() {
        assert!(line.contains("after the panic") && line.contains(&format!("Some({n})")), "{line}");
    }
}

#[test]
fn a_panic_hook_can_log() {
    let directory = TemporaryDirectory::new();
    let log = directory.path("log");
    child("hook", &log);
    let lines = lines(&log);
    assert_eq!(lines.len(), 2);
    assert!(lines[0].contains("hook") && lines[0].contains("caught"), "{}", lines[0]);
}

#[test]
fn before_anything_is_configured_warnings_go_to_stderr() {
    let directory = TemporaryDirectory::new();
    let log = directory.path("log");
    let output = child("before-init", &log);
    let text = stderr(&output);
    assert!(text.contains("WARN") && text.contains("loud before"), "{text}");
    assert!(!text.contains("quiet before"), "{text}");
    let lines = lines(&log);
    assert!(lines.len() == 1 && lines[0].contains("filed"), "{lines:?}");
}

#[test]
fn after_a_shutdown_it_is_as_before_and_can_be_initialised_again() {
    let directory = TemporaryDirectory::new();
    let log = directory.path("log");
    let output = child("shutdown", &log);
    assert_eq!(stderr(&output).matches("loud after").count(), 3);
    assert!(!stderr(&output).contains("quiet after"));
    assert_eq!(lines(&log).len(), 3);
}

#[test]
fn records_larger_than_the_ring_arrive_in_order() {
    let directory = TemporaryDirectory::new();
    let log = directory.path("log");
    child("large", &log);
    let lines = lines(&log);
    assert_eq!(lines.len(), 4);
    for (line, megabytes) in lines.iter().zip([0, 1, 10]) {
        assert_eq!(number(line, "megabytes").unwrap(), megabytes);
        assert_eq!(line.matches('x').count() as u64, megabytes << 20);
    }
}

#[test]
fn a_handler_that_panics_fails_or_logs_affects_no_other() {
    let directory = TemporaryDirectory::new();
    let log = directory.path("log");
    let output = child("handlers", &log);
    // One more says that the handler that fails is left alone.
    let lines = lines(&log);
    assert_eq!(lines.iter().filter(|line| !line.contains(" rlog handler `fails`")).count(), 9, "{lines:?}");
    let printed = String::from_utf8_lossy(&output.stdout);
    let of = |name: &str| printed.lines().find(|line| line.starts_with(&format!("name={name} "))).unwrap().to_owned();
    assert_eq!(number(&of("panics"), "dropped").unwrap(), 3, "{printed}");
    // The one that says so may come before or after the numbers are printed.
    let within = |number: io::Result<u64>, records: u64, more: u64| {
        assert!((records..=records + more).contains(&number.unwrap()), "{printed}");
    };
    within(number(&of("fails"), "dropped"), 9, 1);
    within(number(&of("file"), "written"), 9, 1);
    // Each of the two handlers that log tried to, once for each record.
    within(number(&printed, "reentrant"), 18, 2);
    let told = stderr(&output);
    assert!(told.contains("`panics` panicked") && told.contains("`fails`"), "{told}");
}
