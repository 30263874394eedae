//! Statements in crates of an older edition.

#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

use std::path::Path;
use std::{env, fs};
use system_tests::{command, sample, stderr};

#[test]
fn what_compiles_today_compiles_in_edition_2021_without_a_warning() {
    let built = sample(env!("CARGO_TARGET_TMPDIR"), "edition2021", "dev", &[]);
    let folder = built.parent().unwrap();
    let sources = concat!(env!("CARGO_MANIFEST_DIR"), "/../ui-tests/pass");
    let manifest = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/samples/edition2021/Cargo.toml")).unwrap();
    for source in fs::read_dir(sources).unwrap() {
        let source = source.unwrap().path();
        let name = source.file_stem().unwrap().to_str().unwrap();
        assert!(manifest.contains(&format!("/pass/{name}.rs\"")), "{name} is missing in the package `edition2021`");
        let program = folder.join(Path::new(name).with_extension(env::consts::EXE_EXTENSION));
        let output = command(&program).output().unwrap();
        assert!(output.status.success(), "{name}: {}", stderr(&output));
    }
}
