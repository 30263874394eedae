//! The words that say a key is a secret are the same when statements are compiled and when records are redacted.

#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

use std::fs;
use std::path::Path;

const LISTS: [&str; 6] = ["SUFFIXES", "WORDS", "ALONE", "PHRASES", "TAILS", "PREDICATES"];

/// The lists of words in a source file, as they are written.
fn word_lists(file: &str) -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(file);
    let source = fs::read_to_string(path).unwrap();
    let list = |name: &&str| {
        let (_, rest) = source.split_once(&format!("\nconst {name}: &str = ")).unwrap();
        rest.split_once(";\n").unwrap().0.to_owned()
    };
    LISTS.iter().map(list).collect()
}

#[test]
fn the_compiler_and_the_running_program_take_the_same_words_for_secrets() {
    let compiled = word_lists("rlog-macros/src/check/secrets.rs");
    assert!(compiled[0].contains("password"));
    assert_eq!(compiled, word_lists("rlog-runtime/src/redact/secret_keys.rs"));
}
