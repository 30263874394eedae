//! What is secret, masked or hashed is nowhere in clear: not in the memory of the process and not in its files.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

use std::fs;
use std::path::Path;
use system_tests::needle::{Clear, count};
use system_tests::{TemporaryDirectory, command, stderr};

/// How many texts the program logs.
const TEXTS: u32 = 8;

/// What one run of the program left: where it found texts in its memory, and all that it wrote.
struct Run {
    found: Vec<String>,
    written: Vec<(&'static str, Vec<u8>)>,
}

fn run(in_clear: Option<u32>) -> Run {
    let directory = TemporaryDirectory::new();
    let output = command(Path::new(env!("CARGO_BIN_EXE_secrets")))
        .arg(directory.path(""))
        .args(in_clear.map(|number| number.to_string()))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    let found = String::from_utf8_lossy(&output.stdout)
        .lines()
        .filter(|line| line.starts_with("found "))
        .map(str::to_owned)
        .collect();
    let mut written = vec![("stdout", output.stdout), ("stderr", output.stderr)];
    for name in ["text.log", "json.log", "sync.log"] {
        written.push((name, fs::read(directory.path(name)).unwrap()));
    }
    Run { found, written }
}

#[test]
fn secrets_are_neither_in_memory_nor_in_files() {
    let run = run(None);
    assert!(run.found.is_empty(), "{:#?}", run.found);
    for (name, bytes) in &run.written {
        for number in 1..=TEXTS {
            assert_eq!(count(number, bytes), 0, "text {number} in {name}");
        }
    }
    let (_, json) = &run.written[3];
    let json = String::from_utf8_lossy(json);
    let changed: serde_json::Value =
        serde_json::from_str(json.lines().find(|line| line.contains("changed")).unwrap()).unwrap();
    assert_eq!(changed["account"]["user"], "ada");
    assert_eq!(changed["account"]["password"], "<redacted>");
    assert_eq!(changed["account"]["card"], format!("****{}", &Clear::new(2).text()[28..]));
    assert!(changed["account"]["token"].as_str().is_some_and(|hash| hash.len() == 16), "{changed}");
    assert_eq!(changed["account"], changed["both"][1]);
    assert!(json.contains(r#""note":""#) && json.contains("@example.com"), "{json}");
}

#[test]
fn what_is_logged_in_clear_is_found_by_the_same_search() {
    for number in [1, TEXTS] {
        let run = run(Some(number));
        let prefix = format!("found {number}: ");
        assert!(!run.found.is_empty() && run.found.iter().all(|place| place.starts_with(&prefix)), "{:#?}", run.found);
        for (name, bytes) in &run.written {
            assert_eq!(count(number, bytes), usize::from(*name != "stderr"), "{name}");
        }
    }
}
