//! However a process ends, what it logged before is in the file: P3 of the promises.

#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Output};
use system_tests::{TemporaryDirectory, command, lines, number, stderr};

fn child(scenario: &str, log: &Path) -> Output {
    command(env!("CARGO_BIN_EXE_child").as_ref()).arg(scenario).arg(log).output().unwrap()
}

fn assert_counted(log: &Path, records: u64) {
    let numbers: Vec<u64> = lines(log).iter().map(|line| number(line, "n").unwrap()).collect();
    assert_eq!(numbers, (1..=records).collect::<Vec<_>>());
}

#[test]
fn nothing_is_lost_by_returning_from_main() {
    let directory = TemporaryDirectory::new();
    let log = directory.path("log");
    let output = child("return", &log);
    assert!(output.status.success(), "{}", stderr(&output));
    assert_counted(&log, 5_000);
}

#[test]
fn nothing_is_lost_by_process_exit() {
    let directory = TemporaryDirectory::new();
    let log = directory.path("log");
    assert_eq!(child("exit", &log).status.code(), Some(3));
    assert_counted(&log, 5_000);
}

#[test]
fn nothing_is_lost_by_a_panic_of_the_main_thread() {
    let directory = TemporaryDirectory::new();
    let log = directory.path("log");
    assert_eq!(child("panic", &log).status.code(), Some(101));
    assert_counted(&log, 5_000);
}

#[test]
fn nothing_is_lost_by_a_panic_of_another_thread() {
    let directory = TemporaryDirectory::new();
    let log = directory.path("log");
    assert!(child("panic-in-thread", &log).status.success());
    assert_counted(&log, 5_000);
}

#[test]
fn nothing_is_lost_by_a_panic_that_aborts() {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("abort");
    let built = Command::new(env!("CARGO"))
        .args(["build", "--quiet", "--profile", "abort", "--bin", "child", "--target-dir"])
        .arg(&target)
        .arg("--manifest-path")
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"))
        .status()
        .unwrap();
    assert!(built.success());
    let directory = TemporaryDirectory::new();
    for scenario in ["panic", "panic-in-thread"] {
        let log = directory.path(scenario);
        let output = command(&target.join("abort").join("child")).arg(scenario).arg(&log).output().unwrap();
        assert_eq!(output.status.code(), None, "it ends by a signal: {}", stderr(&output));
        assert_counted(&log, 5_000);
    }
}

#[test]
fn exiting_while_threads_log_leaves_whole_lines_without_gaps() {
    let directory = TemporaryDirectory::new();
    let log = directory.path("log");
    let output = child("exit-while-logging", &log);
    assert!(output.status.success(), "{}", stderr(&output));
    let mut last = BTreeMap::new();
    for line in lines(&log) {
        let previous = last.entry(number(&line, "thread").unwrap()).or_insert(0);
        *previous += 1;
        assert_eq!(number(&line, "n").unwrap(), *previous);
    }
    assert_eq!(last.len(), 4);
    assert!(last.values().all(|&n| n >= 5_000), "all had logged so much before the exit: {last:?}");
}
