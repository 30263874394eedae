//! Lines through many rotations at full rate: each once, whole, and in order.

#![cfg(unix)]
#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use system_tests::numbered::{Tally, family, rotated};
use system_tests::rotating::{Rotating, wait_for_compression};
use system_tests::{TemporaryDirectory, number};

const PROGRAM: &str = env!("CARGO_BIN_EXE_rotating");
const LINES: u64 = 100_000;

/// Three threads, through some dozens of rotations.
fn full_rate(settings: &[&str]) -> (TemporaryDirectory, Tally, String) {
    let directory = TemporaryDirectory::new();
    let path = directory.path("app.log");
    let mut program = Rotating::start(PROGRAM, &path, settings);
    program.tell("threads 3");
    assert!(program.tell("flush").contains("done=true"));
    if settings.contains(&"compression=gzip") {
        wait_for_compression(&path);
    }
    let stats = program.tell("stats");
    assert!(program.end().0.success());
    let tally = Tally::of(&family(&path));
    (directory, tally, stats)
}

fn assert_complete(tally: &Tally) {
    tally.assert_whole();
    assert_eq!(tally.notices, [] as [String; 0]);
    for thread in 1..=3 {
        tally.assert_each_once((0, thread), LINES);
    }
}

#[test]
fn each_line_is_there_once_through_many_rotations() {
    let (directory, tally, stats) = full_rate(&["size=1MB"]);
    assert_complete(&tally);
    let rotations = number(&stats, "rotations").unwrap();
    assert_eq!((number(&stats, "dropped").unwrap(), number(&stats, "errors").unwrap()), (0, 0), "{stats}");
    assert!(rotations > 20, "{stats}");
    assert_eq!(tally.files as u64, rotations + 1);
    for (_, path) in rotated(&directory.path("app.log")) {
        let length = fs::metadata(&path).unwrap().len();
        assert!((900_000..=1_000_000).contains(&length), "{}: {length} bytes", path.display());
    }
}

#[test]
fn each_line_is_there_once_through_many_rotations_with_compression() {
    let (directory, tally, stats) = full_rate(&["size=1MB", "compression=gzip", "mode=640"]);
    assert_complete(&tally);
    assert_eq!(number(&stats, "compressions").unwrap(), number(&stats, "rotations").unwrap(), "{stats}");
    for (_, path) in rotated(&directory.path("app.log")) {
        assert!(path.extension().unwrap() == "gz", "{}", path.display());
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o7777, 0o640);
    }
}

/// What is waited for is done by a process that waits for a command.
#[test]
fn a_rotated_file_is_compressed_though_nothing_is_logged_any_more() {
    let directory = TemporaryDirectory::new();
    let path = directory.path("app.log");
    let mut program = Rotating::start(PROGRAM, &path, &["size=1MB"]);
    for _ in 0..2 {
        program.tell("log 10");
        assert_eq!(program.tell("rotate"), "rotated=true");
    }
    program.end();
    assert_eq!(rotated(&path).len(), 2);
    // One that has not logged anything yet does what the one before it has left.
    let mut program = Rotating::start(PROGRAM, &path, &["size=1MB", "compression=gzip", "from=21"]);
    wait_for_compression(&path);
    program.tell("log 10");
    assert_eq!(program.tell("rotate"), "rotated=true");
    wait_for_compression(&path);
    assert_eq!(rotated(&path).len(), 3);
    assert!(program.end().0.success());
    let tally = Tally::of(&family(&path));
    assert_eq!((tally.files, fs::metadata(&path).unwrap().len()), (4, 0));
    tally.assert_whole();
    tally.assert_each_once((0, 0), 30);
}

#[test]
fn a_handler_on_the_thread_that_logs_rotates_as_well() {
    let directory = TemporaryDirectory::new();
    let path = directory.path("app.log");
    let mut program = Rotating::start(PROGRAM, &path, &["size=64k", "sync=yes", "preallocate=65536"]);
    program.tell("log 20000");
    let stats = program.tell("stats");
    assert!(number(&stats, "rotations").unwrap() > 20, "{stats}");
    // Not told to flush or to end: each line was written before the call returned.
    program.kill();
    let tally = Tally::of(&family(&path));
    tally.assert_whole();
    tally.assert_each_once((0, 0), 20_000);
}

#[test]
fn the_newest_files_are_kept_and_what_is_kept_has_no_gaps() {
    let (directory, tally, stats) = full_rate(&["size=1MB", "compression=gzip", "count=5"]);
    tally.assert_whole();
    assert!(rotated(&directory.path("app.log")).len() <= 5, "{stats}");
    let kept = tally.numbers.get(&(0, 1)).or_else(|| tally.numbers.get(&(0, 2))).unwrap();
    assert!(kept.windows(2).all(|pair| pair[0] + 1 == pair[1]));
    for thread in 1..=3 {
        if let Some(numbers) = tally.numbers.get(&(0, thread)) {
            assert_eq!(numbers.last(), Some(&LINES), "the newest are there");
        }
    }
}

#[test]
fn the_total_is_a_bound_at_every_moment() {
    const TOTAL: u64 = 6_000_000;
    let directory = TemporaryDirectory::new();
    let path = directory.path("app.log");
    let mut program = Rotating::start(PROGRAM, &path, &["size=1MB", "compression=gzip", "total=6000000"]);
    program.send("threads 3");
    let mut looks = 0_u64;
    let folder = path.parent().unwrap();
    loop {
        // A file may get another name between two calls, and be counted twice: so it is counted once by its inode.
        let mut files = std::collections::BTreeMap::new();
        for entry in fs::read_dir(folder).unwrap().filter_map(Result::ok) {
            use std::os::unix::fs::MetadataExt;
            if let Ok(metadata) = entry.metadata() {
                files.insert(metadata.ino(), metadata.len());
            }
        }
        let bytes: u64 = files.values().sum();
        assert!(bytes <= TOTAL, "{bytes} bytes: {files:?}");
        looks += 1;
        if let Some(answer) = program.heard() {
            assert_eq!(answer, "logged");
            break;
        }
    }
    assert!(looks > 100);
    let stats = program.tell("stats");
    assert!(number(&stats, "deletions").unwrap() > 0, "{stats}");
    assert!(program.end().0.success());
}
