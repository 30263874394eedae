//! Whoever waits for a handler that does not return says which one it is.

#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

use std::io::{BufRead, BufReader, Read};
use std::process::Stdio;
use system_tests::command;

#[test]
fn a_handler_that_does_not_return_is_named_and_nothing_is_lost_when_it_does() {
    let mut child = command(env!("CARGO_BIN_EXE_stuck").as_ref())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
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
    assert_eq!(printed, "flushed=false\nflushed=true\nwritten=1000\n");
}
