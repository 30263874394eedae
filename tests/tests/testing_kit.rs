//! `cargo test` shows what was logged for the tests that fail, and for no other: with its own harness, in examples of the
//! documentation, and under nextest.

#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output};
use std::{env, io};
use system_tests::{command, stderr};

/// Runs a command of cargo, of one or two words, on the sample that has such tests.
fn cargo(words: &[&str], arguments: &[&str]) -> Output {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    command(cargo.as_ref())
        .args(words)
        .args(["--package", "tested", "--manifest-path"])
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/samples/Cargo.toml"))
        .arg("--target-dir")
        .arg(Path::new(env!("CARGO_TARGET_TMPDIR")).join("samples"))
        .args(arguments)
        .env_remove("RUST_BACKTRACE")
        .output()
        .unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// How many records of a user are shown.
fn records_of(user: u32, text: &str) -> usize {
    text.lines().filter(|line| line.contains(&format!("user={user}")) && line.ends_with("tested")).count()
}

#[test]
fn the_records_of_failing_tests_are_shown_and_those_of_passing_ones_are_not() {
    let output = cargo(&["test"], &["--quiet", "--test", "failing"]);
    let told = stdout(&output);
    assert!(!output.status.success() && told.contains("1 passed; 6 failed"), "{told}{}", stderr(&output));
    // Twice that of the inner capture, if both were to print.
    for (user, shown) in [(21, 0), (22, 3), (24, 2), (25, 2), (26, 2), (27, 2), (28, 0)] {
        assert_eq!(records_of(user, &told), shown, "user {user}: {told}");
    }
    let of_assertion = told.split("---- by_assertion stdout ----").nth(1).unwrap();
    let of_assertion = of_assertion.split("\n---- by_").next().unwrap();
    let failure = "\
no captured record is as expected

expected: WARN, message ~ \"much\", user = 23

nearest, of 3 captured:

    WARN tested: that is much user=22 amount=500";
    assert!(of_assertion.contains(failure), "{of_assertion}");
    assert!(of_assertion.contains("\n      - user = 23\n      + user = 22\n"), "{of_assertion}");
    assert!(of_assertion.contains("tests/failing.rs:16:5"), "{of_assertion}");
    let (_, records) = of_assertion.split_once("---- 3 records captured ----\n").unwrap();
    assert!(records.contains("DEBUG  looking into the purse  user=22  tested\n"), "{records}");
    assert!(!told.contains('\u{1b}') && told.contains("\\u{1b}[2J user 29"), "{told}");
    // Nothing goes around the harness: warnings that are captured are not on stderr as well.
    assert!(!stderr(&output).contains("user="), "{}", stderr(&output));
}

#[test]
fn passing_tests_are_quiet() {
    let output = cargo(&["test"], &["--quiet", "--test", "passing"]);
    let (told, errors) = (stdout(&output), stderr(&output));
    assert!(output.status.success() && told.contains("5 passed"), "{told}{errors}");
    assert!(!told.contains("user="), "{told}");
    // A thread without a capture is as it is without the kit: warnings go to stderr, and nothing else does.
    let strays: Vec<_> = errors.lines().filter(|line| line.contains("user=")).collect();
    assert!(matches!(strays[..], [line] if line.contains("that is much user=15")), "{errors}");
    let told = stdout(&cargo(&["test"], &["--quiet", "--test", "passing", "--", "--show-output"]));
    for (user, shown) in [(11, 0), (12, 0), (13, 3), (14, 3)] {
        assert_eq!(records_of(user, &told), shown, "user {user}: {told}");
    }
}

#[test]
fn examples_in_documentation_are_tests_like_others() {
    let output = cargo(&["test"], &["--quiet", "--doc"]);
    let told = stdout(&output);
    assert!(
        output.status.success() && told.contains("1 passed") && !told.contains("user="),
        "{told}{}",
        stderr(&output)
    );
    let told = stdout(&cargo(&["test"], &["--quiet", "--doc", "--features", "failing"]));
    assert!(told.contains("1 passed; 1 failed") && told.contains("expected: ERROR"), "{told}");
    assert_eq!((records_of(8, &told), records_of(7, &told)), (3, 0), "{told}");
}

#[test]
fn nextest_shows_the_same() {
    let has_nextest =
        Command::new("cargo").args(["nextest", "--version"]).output().is_ok_and(|out| out.status.success());
    if !has_nextest {
        // Not `eprintln`, which the test harness keeps to itself.
        writeln!(io::stderr(), "skipped: the testing kit under nextest (`cargo nextest` is not installed)").unwrap();
        return;
    }
    let output = cargo(&["nextest", "run"], &["--no-fail-fast", "--test", "failing", "--test", "passing"]);
    let told = stdout(&output) + &stderr(&output);
    assert!(!output.status.success() && told.contains("6 passed, 6 failed"), "{told}");
    for (user, is_shown) in [
        (11, false),
        (12, false),
        (13, false),
        (14, false),
        (21, false),
        (22, true),
        (24, true),
        (25, true),
        (27, true),
    ] {
        assert_eq!(records_of(user, &told) > 0, is_shown, "user {user}: {told}");
    }
}
