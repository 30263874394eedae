//! What comes with rlog, and what does not.

#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

use std::collections::BTreeSet;
use std::process::Command;
use system_tests::{command, sample, stderr};

#[test]
fn a_default_build_has_at_most_ten_crates() {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--edges", "normal", "--package", "rlog", "--prefix", "none"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    let tree = String::from_utf8(output.stdout).unwrap();
    let crates: BTreeSet<_> =
        tree.lines().map(|line| line.split_whitespace().take(2).collect::<Vec<_>>().join(" ")).collect();
    assert!(crates.iter().any(|name| name.starts_with("rlog-runtime ")), "{tree}");
    assert!(crates.len() <= 10, "{} crates: {crates:#?}", crates.len());
}

#[test]
fn a_library_and_a_program_without_output_build_and_log_nothing() {
    let output =
        command(&sample(env!("CARGO_TARGET_TMPDIR"), "quiet", "dev", &[])).env("RLOG", "trace").output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    assert_eq!((&*String::from_utf8_lossy(&output.stdout), &*stderr(&output)), ("the end\n", ""));
}
