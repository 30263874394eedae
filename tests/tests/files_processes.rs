//! Several processes that write to one file, and rotate it: whole lines, each once, and one of them rotates at a time.

#![cfg(unix)]
#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

use std::collections::{BTreeMap, VecDeque};
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use system_tests::numbered::{Tally, family, rotated};
use system_tests::rotating::{Rotating, can_trace, wait_for_compression};
use system_tests::{TemporaryDirectory, command, number};

const PROGRAM: &str = env!("CARGO_BIN_EXE_rotating");
const LINES: u64 = 100_000;

fn processes(count: u64, settings: &[&str]) {
    let directory = TemporaryDirectory::new();
    let path = directory.path("app.log");
    let mut programs: Vec<_> = (1..=count)
        .map(|writer| {
            let writer = format!("writer={writer}");
            let settings: Vec<_> = settings.iter().copied().chain([writer.as_str()]).collect();
            Rotating::start(PROGRAM, &path, &settings)
        })
        .collect();
    programs.iter_mut().for_each(|program| program.send("threads 1"));
    let mut rotations = 0;
    for program in &mut programs {
        assert_eq!(program.answer().as_deref(), Some("logged"));
        assert_eq!(program.tell("flush"), "flushed=0 done=true");
        let stats = program.tell("stats");
        assert_eq!((number(&stats, "dropped").unwrap(), number(&stats, "errors").unwrap()), (0, 0), "{stats}");
        rotations += number(&stats, "rotations").unwrap();
    }
    if settings.contains(&"compression=gzip") {
        // A process that logs no more keeps the file that it has for some seconds, and nobody may compress it.
        programs.iter_mut().for_each(|program| assert_eq!(program.tell("reopen"), "reopened=true"));
        wait_for_compression(&path);
    }
    programs.into_iter().for_each(|program| assert!(program.end().0.success()));
    let files = rotated(&path);
    assert!(rotations > 1);
    assert_eq!(files.len() as u64, rotations, "each rotated file was rotated by one process");
    assert!(files.iter().map(|(number, _)| *number).eq(1..=rotations));
    let tally = Tally::of(&family(&path));
    tally.assert_whole();
    for writer in 1..=count {
        tally.assert_each_once((writer, 1), LINES);
    }
}

#[test]
fn two_processes_share_a_file() {
    processes(2, &["size=2MB"]);
}

/// strace holds the second process up, after it has opened the file and before it can show that it writes to it.
#[test]
#[cfg(target_os = "linux")]
fn a_process_that_opens_a_file_which_is_rotated_and_compressed_at_that_moment_writes_to_the_next() {
    if !can_trace() {
        return;
    }
    let directory = TemporaryDirectory::new();
    let path = directory.path("app.log");
    let settings = ["size=1MB", "compression=gzip"];
    let mut first = Rotating::start(PROGRAM, &path, &settings);
    first.tell("background 1");
    let mut strace = command("strace".as_ref());
    strace.args(["-f", "-qqq", "--signal=none", "-o", "/dev/null", "-P"]).arg(&path);
    // In the thread that opens the file for the first time, and in the worker, which opens it anew.
    strace.args(["-e", "inject=flock:delay_enter=1500000:when=1", PROGRAM]).arg(&path).args(settings).arg("writer=2");
    let mut second = Rotating::spawn(&mut strace);
    assert_eq!(second.answer().as_deref(), Some("ready"));
    second.tell("log 10");
    second.tell("flush");
    assert!(second.end().0.success());
    let stopped = first.tell("stop");
    wait_for_compression(&path);
    let tally = Tally::of(&family(&path));
    tally.assert_whole();
    tally.assert_each_once((0, 1), stopped.strip_prefix("stopped=").unwrap().parse().unwrap());
    tally.assert_each_once((2, 0), 10);
}

#[test]
fn a_process_that_logs_no_more_lets_go_of_a_file_that_another_one_has_rotated() {
    let directory = TemporaryDirectory::new();
    let path = directory.path("app.log");
    let settings = ["size=1MB", "compression=gzip"];
    let mut first = Rotating::start(PROGRAM, &path, &settings);
    let mut second = Rotating::start(PROGRAM, &path, &["size=1MB", "compression=gzip", "writer=2"]);
    for program in [&mut first, &mut second] {
        program.tell("log 10");
        assert!(program.tell("flush").contains("done=true"));
    }
    assert_eq!(first.tell("rotate"), "rotated=true");
    // Neither logs anything, or is asked for anything.
    wait_for_compression(&path);
    assert_eq!(rotated(&path).len(), 1);
    first.tell("log 10");
    second.tell("log 10");
    [first, second].into_iter().for_each(|program| assert!(program.end().0.success()));
    let tally = Tally::of(&family(&path));
    tally.assert_whole();
    tally.assert_each_once((0, 0), 20);
    tally.assert_each_once((2, 0), 20);
}

#[test]
fn five_processes_share_a_file_and_compress_it() {
    processes(5, &["size=4MB", "compression=gzip"]);
}

/// The bytes of all files in a directory, by name and inode; locks are not counted, and nothing is that is gone meanwhile.
fn bytes_of(directory: &Path) -> BTreeMap<(String, u64), u64> {
    let entries = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap());
    let named = entries.map(|entry| (entry.file_name().into_string().unwrap(), entry.path()));
    named
        .filter(|(name, _)| !name.ends_with("lock"))
        .filter_map(|(name, path)| fs::symlink_metadata(path).ok().map(|file| ((name, file.ino()), file.len())))
        .collect()
}

/// What they come to at one moment, if they can be counted without one coming or going: as files only grow otherwise, it is not
/// more than there is at the end of the count. A file that has two names for a moment is one.
fn bytes_now(directory: &Path) -> Option<u64> {
    let (before, after) = (bytes_of(directory), bytes_of(directory));
    let files: BTreeMap<_, _> = before.iter().map(|((_, file), bytes)| (file, bytes)).collect();
    before.keys().eq(after.keys()).then(|| files.into_values().sum())
}

/// What files of this directory that have no name any more have on the disk, as long as these processes have them open.
#[cfg(target_os = "linux")]
fn bytes_of_deleted<'a>(directory: &Path, programs: impl Iterator<Item = &'a Rotating>) -> u64 {
    let open = programs.filter_map(|program| fs::read_dir(format!("/proc/{}/fd", program.id())).ok());
    let deleted = open.flatten().filter_map(|entry| {
        let path = entry.ok()?.path();
        let name = fs::read_link(&path).ok()?;
        let is_ours = name.parent() == Some(directory) && name.to_string_lossy().ends_with(" (deleted)");
        // One without a name yet is not meant.
        let has_had_name = is_ours && name.to_string_lossy().contains("app.log");
        fs::metadata(path).ok().filter(|_| has_had_name).map(|file| (file.ino(), file.blocks() * 512))
    });
    deleted.collect::<BTreeMap<_, _>>().into_values().sum()
}

#[cfg(not(target_os = "linux"))]
fn bytes_of_deleted<'a>(_: &Path, _: impl Iterator<Item = &'a Rotating>) -> u64 {
    0
}

/// Several processes log at full rate. If they are `killed`, each is a while after it was started, and another one takes its place.
fn total_holds(count: u64, total: u64, is_killed: bool, settings: &[&str]) {
    const KILLED: u64 = 12;
    const LOOKS_EACH: u64 = 100;
    let directory = TemporaryDirectory::new();
    let path = directory.path("app.log");
    let total_setting = format!("total={total}");
    let start = |writer: u64| {
        let writer = format!("writer={writer}");
        let settings: Vec<_> = settings.iter().copied().chain([writer.as_str(), total_setting.as_str()]).collect();
        let mut program = Rotating::start(PROGRAM, &path, &settings);
        program.send("threads 1");
        program
    };
    let mut programs: VecDeque<_> = (1..=count).map(start).collect();
    let (mut largest, mut looks, mut killed, mut done) = (0, 0, 0, 0);
    while if is_killed { killed < KILLED } else { done < programs.len() } {
        done += programs.iter().filter(|program| program.heard().is_some()).count();
        let Some(bytes) = bytes_now(path.parent().unwrap()) else { continue };
        assert!(bytes <= total, "{bytes} bytes: {:?}", bytes_of(path.parent().unwrap()));
        (largest, looks) = (largest.max(bytes), looks + 1);
        if looks % 10 == 0 {
            // A process may be kept waiting between deleting a file and taking out what is in it; not several again and again.
            let deleted = bytes_of_deleted(path.parent().unwrap(), programs.iter());
            assert!(deleted <= total / 2, "{deleted} bytes of deleted files of a total of {total}");
        }
        if is_killed && looks % LOOKS_EACH == 0 {
            killed += 1;
            programs.pop_front().unwrap().kill();
            programs.push_back(start(count + killed));
        }
    }
    assert!(looks > LOOKS_EACH && largest > total / 3, "{largest} in {looks} looks: no room is wasted");
    if is_killed {
        return;
    }
    for program in &mut programs {
        assert_eq!(program.tell("flush"), "flushed=0 done=true");
        let stats = program.tell("stats");
        assert_eq!((number(&stats, "dropped").unwrap(), number(&stats, "errors").unwrap()), (0, 0), "{stats}");
    }
    programs.into_iter().for_each(|program| assert!(program.end().0.success()));
    Tally::of(&family(&path)).assert_whole();
}

/// As many as the guide promises it for.
#[test]
fn what_several_processes_log_keeps_to_the_total() {
    total_holds(16, 2_000_000, false, &["size=200kB"]);
}

#[test]
fn what_several_processes_compress_keeps_to_the_total() {
    total_holds(4, 2_000_000, false, &["size=200kB", "compression=gzip"]);
}

/// Each of their lines is larger than what files may exceed their size by.
#[test]
fn long_lines_of_several_processes_keep_to_the_total() {
    total_holds(4, 60_000, false, &["size=6kB"]);
}

#[test]
fn what_processes_leave_that_are_killed_counts_to_the_total() {
    total_holds(3, 4_000_000, true, &["size=1MB", "compression=gzip"]);
}
