//! What handlers have left to write when a process ends is written, or it is said how much is not.

#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

use system_tests::{command, stderr};

/// What the program prints, and says on stderr.
fn run(case: &str) -> (String, String) {
    let output = command(env!("CARGO_BIN_EXE_leftovers").as_ref()).arg(case).output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    (String::from_utf8_lossy(&output.stdout).into_owned(), stderr(&output))
}

/// The numbers, each on a line.
fn numbers(numbers: std::ops::Range<u64>) -> String {
    numbers.map(|n| format!("{n}\n")).collect()
}

#[test]
fn the_end_of_a_process_tells_how_many_records_are_left_in_a_queue() {
    let (printed, told) = run("hangs");
    assert_eq!(printed, "");
    assert_eq!(
        told,
        "rlog: handler `queue`: the handler behind the queue has not flushed within 1s, and 9 records still wait in the queue\n"
    );
}

#[test]
fn the_end_of_a_process_waits_for_a_queue_that_was_flushed_in_vain() {
    let (printed, told) = run("slows-down");
    assert_eq!(printed, format!("flushed=false\n{}", numbers(0..10)));
    assert!(told.contains("not flushed within 2s, and 9 records still wait in the queue"), "{told}");
}

#[test]
fn a_queue_that_is_closed_tells_how_many_records_are_lost() {
    let (printed, told) = run("closes");
    assert_eq!(printed, "removed=true\ncomplete=true\ncomplete=false\n");
    let expected = "rlog: handler `queue`: the handler behind the queue has not closed within 1s (9 records lost)\n";
    assert_eq!(told, expected.repeat(2));
}

#[test]
fn a_shutdown_is_not_complete_when_a_handler_of_either_kind_cannot_write_what_it_has() {
    let (printed, told) = run("fails");
    assert_eq!(printed, "complete=false\n".repeat(2));
    assert!(told.starts_with("rlog: handler `full`: ") && told.contains("(10 records lost)"), "{told}");
}

#[test]
fn a_memory_is_written_at_the_end_of_the_process_if_it_is_to_be_written_when_it_is_closed() {
    assert_eq!(run("memory"), (format!("flushed=true\n{}", numbers(3..6)), String::new()));
    assert_eq!(run("memory-unwanted"), ("flushed=true\n".to_owned(), String::new()));
}
