//! Children made by `fork` without `exec`.

#![cfg(unix)]
#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

use std::collections::BTreeMap;
use system_tests::{TemporaryDirectory, command, lines, number, stderr};

#[test]
fn forked_children_start_afresh_and_the_parent_loses_and_doubles_nothing() {
    let directory = TemporaryDirectory::new();
    let (parent, child) = (directory.path("parent"), directory.path("child"));
    let output = command(env!("CARGO_BIN_EXE_forking").as_ref()).arg(&parent).arg(&child).output().unwrap();
    assert!(output.status.success(), "{:?} {}", output.status, stderr(&output));
    let mut last = BTreeMap::new();
    for line in lines(&parent) {
        assert!(line.contains(" parent "), "{line}");
        let previous = last.entry(number(&line, "thread").unwrap()).or_insert(0);
        *previous += 1;
        assert_eq!(number(&line, "n").unwrap(), *previous);
    }
    assert_eq!((last.len(), last[&0]), (4, 20));
    assert_eq!(lines(&child).len(), 10 * 1_000);
    assert_eq!(stderr(&output).matches("last resort").count(), 20);
    assert!(!stderr(&output).contains("nobody listens"));
}
