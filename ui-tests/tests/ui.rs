//! Compiles each file of `fail/` and `pass/`; one mistake per file, by topic.
//!
//! The `.stderr` files hold for one compiler, [`COMPILER`]; with others only `pass/` is checked, and a line says so.
//! `TRYBUILD=overwrite` writes them again. With the feature `off` every statement is below the compile-time floor, and
//! the very same words are expected. The feature `testing` adds the assertions of the testing kit.

use std::env;
use std::io::{self, Write};
use std::process::Command;

#[test]
fn mistakes_are_reported_in_our_words() {
    if !words_are_known() {
        return;
    }
    let cases = trybuild::TestCases::new();
    cases.compile_fail("fail/*/*.rs");
    // In these the compiler names the inner macro, which is another one below the floor.
    if !cfg!(feature = "off") {
        cases.compile_fail("fail_above_the_floor/*.rs");
    }
}

/// These depend on constants of types that nobody knows before code is generated, so `cargo check` does not find them.
#[test]
#[cfg(not(feature = "off"))]
fn mistakes_that_only_a_build_finds_are_reported_in_our_words() {
    if !words_are_known() {
        return;
    }
    let cases = trybuild::TestCases::new();
    cases.compile_fail("fail_when_built/*.rs");
    // One that runs makes a build of it.
    cases.pass("pass/renamed.rs");
}

#[test]
#[cfg(feature = "testing")]
fn mistakes_in_assertions_are_reported_in_our_words() {
    if !words_are_known() {
        return;
    }
    trybuild::TestCases::new().compile_fail("fail_testing/*.rs");
}

#[test]
fn correct_statements_compile_and_warn_about_nothing() {
    let cases = trybuild::TestCases::new();
    cases.pass("pass/*.rs");
}

/// Whether this is the compiler whose words the snapshots have.
fn words_are_known() -> bool {
    let compiler = compiler();
    let known = compiler.starts_with(COMPILER);
    if !known {
        // Not `eprintln`, which the test harness keeps to itself.
        writeln!(io::stderr(), "skipped: compile errors are compared with those of {COMPILER}x, this is {compiler}")
            .expect("stderr is open");
    }
    known
}

/// What `rustc --version` says: the compiler that trybuild's cargo will use, which inherits this environment.
fn compiler() -> String {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc).arg("--version").output().expect("rustc runs");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// Whose words the `.stderr` files are.
const COMPILER: &str = "rustc 1.95.";
