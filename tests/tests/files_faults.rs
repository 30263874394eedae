//! A process that is killed at any of its system calls, or has any of them fail: `strace` sees to that.
//!
//! One run without faults tells which calls there are on the log file and its relatives; then there is one run for each of
//! them. By default for those that change something; `RLOG_SOAK=1` for all, and with more errors (some minutes).
//!
//! strace counts the calls of each thread by themselves, and the process ends with the first thread that gets so far. So rotating
//! and compressing are looked at apart: in `Rotating` and `Often` only the worker makes many calls, and in `Compressing` only the
//! thread `rlog-files`.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::{env, thread};
use system_tests::numbered::{Tally, family, rotated};
use system_tests::rotating::{Rotating, can_trace, skipped, wait_for_compression};
use system_tests::{TemporaryDirectory, command, number};

const PROGRAM: &str = env!("CARGO_BIN_EXE_rotating");

/// What leaves the disk as it is. It is looked at only if there is time.
const READING: [&str; 8] = ["access", "statx", "newfstatat", "fcntl", "lseek", "getdents64", "read", "readlink"];
/// Numbers of the lines of a process that is started after the fault.
const AFTERWARDS: u64 = 1_001;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scenario {
    /// A hundred lines, which go through two rotations.
    Rotating,
    /// So many rotations that the next file is made beforehand.
    Often,
    /// Three rotated files that an earlier process has left to be compressed.
    Compressing,
}

impl Scenario {
    fn settings(self) -> &'static [&'static str] {
        match self {
            Self::Rotating | Self::Often => &["size=4k", "fsync=rotation"],
            Self::Compressing => &["size=4k", "fsync=rotation", "compression=gzip", "total=1000000"],
        }
    }

    /// A directory in which the process under test is to work, and the number of its first line.
    fn directory(self) -> (TemporaryDirectory, u64) {
        let directory = TemporaryDirectory::new();
        if self != Self::Compressing {
            return (directory, 1);
        }
        let mut program = Rotating::start(PROGRAM, &directory.path("app.log"), &["size=4k"]);
        let logged = program.tell("log 140");
        program.end();
        (directory, number(&logged, "logged").unwrap() + 1)
    }

    fn commands(self) -> &'static [&'static str] {
        match self {
            Self::Rotating => &["log 30", "flush", "log 30", "flush", "log 30", "flush", "log 5", "flush", "stats"],
            Self::Often => &[
                "log 40", "flush", "log 40", "flush", "prepare", "log 40", "flush", "prepare", "log 40", "flush",
                "log 5", "flush", "stats",
            ],
            Self::Compressing => &["log 1", "flush", "settle 3", "log 1", "flush", "stats"],
        }
    }

    /// Runs the program under strace with these options. Returns what it has said.
    fn run(self, path: &Path, from: u64, options: &[String]) -> (Option<i32>, Vec<String>) {
        let mut strace = command(Path::new("timeout"));
        strace.args(["-s", "KILL", "60", "strace", "-f", "-qqq", "--signal=none"]).args(options);
        strace.arg(PROGRAM).arg(path).args(self.settings()).arg(format!("from={from}"));
        // What it complains of there is looked at in its answers.
        let mut program = Rotating::spawn(strace.stderr(Stdio::null()));
        for command in self.commands() {
            program.send(command);
        }
        let (status, answers) = program.end();
        (status.code(), answers)
    }
}

/// Options for strace to look only at calls that have to do with these files.
fn only_these(path: &Path) -> Vec<String> {
    let directory = path.parent().unwrap();
    // Files without a name are made in `.` of the directory.
    let mut paths = vec![directory.to_path_buf(), directory.join("."), path.to_path_buf()];
    let names = [".app.log.lock", ".app.log.compression.lock", ".app.log.rlog-next"];
    paths.extend(names.map(|name| directory.join(name)));
    for number in 1..=5 {
        paths.push(directory.join(format!("app.log.{number}")));
        paths.push(directory.join(format!("app.log.{number}.gz")));
        paths.push(directory.join(format!(".app.log.{number}.gz.rlog-tmp")));
    }
    paths.into_iter().flat_map(|path| [String::from("-P"), path.to_str().unwrap().to_owned()]).collect()
}

/// Which calls there are, and how many of each in the thread that makes most of them.
fn calls(scenario: Scenario) -> Vec<(String, usize)> {
    let (directory, from) = scenario.directory();
    let path = directory.path("app.log");
    let trace = TemporaryDirectory::new();
    let output = trace.path("trace");
    let mut options = only_these(&path);
    options.extend([String::from("-o"), output.to_str().unwrap().to_owned()]);
    let (status, answers) = scenario.run(&path, from, &options);
    assert_eq!(status, Some(0), "{answers:?}");
    let mut counts: BTreeMap<(String, String), usize> = BTreeMap::new();
    let trace = fs::read_to_string(output).unwrap();
    if scenario == Scenario::Often {
        if answers.iter().any(|answer| answer == "prepared=true") {
            assert!(trace.contains("AT_SYMLINK_FOLLOW"), "it is given its name");
        } else {
            skipped("no file without a name can be made");
        }
    }
    for line in trace.lines() {
        let (thread, call) = line.split_once(' ').unwrap();
        let call = call.trim_start();
        if let Some((name, _)) = call.split_once('(').filter(|_| !call.starts_with("<...")) {
            *counts.entry((name.to_owned(), thread.to_owned())).or_default() += 1;
        }
    }
    let mut most: BTreeMap<String, usize> = BTreeMap::new();
    for ((name, _), count) in counts {
        let most = most.entry(name).or_default();
        *most = count.max(*most);
    }
    if !is_soak() {
        most.retain(|name, _| !READING.contains(&name.as_str()));
    }
    for name in ["openat", "rename", "unlink", "write", "flock", "close"] {
        assert!(most.contains_key(name), "{scenario:?} makes no call `{name}`: {most:?}");
    }
    // Which of the two is seen depends on whether the file has its new name by then, since the trace is by name.
    assert!(most.contains_key("fsync") || most.contains_key("fdatasync"), "{scenario:?} syncs nothing: {most:?}");
    most.into_iter().flat_map(|(name, count)| (1..=count).map(move |n| (name.clone(), n))).collect()
}

fn is_soak() -> bool {
    env::var_os("RLOG_SOAK").is_some()
}

/// Does something for each of the items, some at a time.
fn for_each<T: Sync>(items: &[T], work: impl Fn(&T) + Sync) {
    let next = AtomicUsize::new(0);
    let failed: Mutex<Vec<usize>> = Mutex::default();
    thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                while let Some(item) = items.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let index = next.load(Ordering::Relaxed);
                    let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| work(item)));
                    if outcome.is_err() {
                        failed.lock().unwrap_or_else(PoisonError::into_inner).push(index);
                    }
                }
            });
        }
    });
    let failed = failed.into_inner().unwrap_or_else(PoisonError::into_inner);
    assert!(failed.is_empty(), "{} of {} runs failed", failed.len(), items.len());
}

/// What was said to be written before the process ended.
fn acknowledged(answers: &[String], before: u64) -> u64 {
    // Not only of those that say that all is written: what is lost is counted.
    let flushed = answers.iter().filter(|answer| answer.starts_with("flushed="));
    flushed.map(|answer| number(answer, "flushed").unwrap()).max().unwrap_or(before)
}

/// What is in the directory must not be: what is in the making, and files of no lines.
fn assert_clean(path: &Path, what: &str) {
    for entry in fs::read_dir(path.parent().unwrap()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(!name.contains("rlog-"), "{what}: `{name}` is left");
    }
    for (_, file) in rotated(path) {
        assert!(fs::metadata(&file).unwrap().len() > 0, "{what}: {} is empty", file.display());
    }
}

/// The process that comes after.
fn restart(scenario: Scenario, path: &Path) {
    let mut settings = scenario.settings().to_vec();
    settings.push("from=1001");
    let mut program = Rotating::start(PROGRAM, path, &settings);
    program.tell("log 10");
    assert_eq!(program.tell("flush"), "flushed=1010 done=true");
    if scenario == Scenario::Compressing {
        wait_for_compression(path);
    }
    assert!(program.end().0.success());
}

/// The numbers before the restart; those after it are looked at here.
fn numbers_before(tally: &Tally, what: &str) -> Vec<u64> {
    let numbers = tally.numbers.get(&(0, 0)).cloned().unwrap_or_default();
    let (before, after): (Vec<u64>, Vec<u64>) = numbers.iter().partition(|&&n| n < AFTERWARDS);
    assert_eq!(after, (AFTERWARDS..AFTERWARDS + 10).collect::<Vec<_>>(), "{what}");
    assert_eq!([before.clone(), after].concat(), numbers, "{what}: the order");
    before
}

fn killed_at_every_call(scenario: Scenario) {
    if !can_trace() {
        return;
    }
    let calls = calls(scenario);
    let killed = AtomicUsize::new(0);
    for_each(&calls, |(name, n)| {
        let what = format!("{scenario:?}, killed at `{name}` {n}");
        let (directory, from) = scenario.directory();
        let path = directory.path("app.log");
        let mut options = only_these(&path);
        options.extend(["-o", "/dev/null", "-e"].map(String::from));
        options.push(format!("inject={name}:signal=SIGKILL:when={n}"));
        let (status, answers) = scenario.run(&path, from, &options);
        killed.fetch_add(usize::from(status != Some(0)), Ordering::Relaxed);

        restart(scenario, &path);
        assert_clean(&path, &what);
        let tally = Tally::of(&family(&path));
        let before = numbers_before(&tally, &what);
        assert_eq!(before, (1..=before.len() as u64).collect::<Vec<_>>(), "{what}");
        assert!(before.len() as u64 >= acknowledged(&answers, from - 1), "{what}: {} {answers:?}", before.len());
        assert!(tally.torn.len() <= 1, "{what}: {:?}", tally.torn);
    });
    let killed = killed.into_inner();
    // Which thread gets where first is not the same in every run, less so on a machine that is busy.
    assert!(killed * 2 > calls.len(), "{killed} of {} were killed", calls.len());
}

#[test]
fn killed_at_any_call_of_a_rotation_nothing_is_lost_or_doubled() {
    killed_at_every_call(Scenario::Rotating);
}

#[test]
fn killed_at_any_call_of_a_rotation_to_a_file_made_beforehand_nothing_is_lost_or_doubled() {
    killed_at_every_call(Scenario::Often);
}

#[test]
fn killed_at_any_call_of_a_compression_nothing_is_lost_or_doubled() {
    killed_at_every_call(Scenario::Compressing);
}

/// What a call may fail with.
fn errors(call: &str) -> &'static [&'static str] {
    match call {
        "openat" => &["EMFILE", "EACCES", "ENOSPC", "EROFS", "EIO", "EINTR"],
        "write" => &["ENOSPC", "EINTR", "EIO", "EDQUOT"],
        "fsync" | "fdatasync" => &["EIO", "ENOSPC"],
        // The standard library does not expect of directories that they cannot be closed, and no system says so. For files
        // there is a test below.
        "close" => &["EINTR"],
        "flock" => &["ENOLCK", "EINTR"],
        "read" | "getdents64" => &["EIO"],
        "fcntl" | "lseek" => &["EINVAL"],
        _ => &["EACCES", "EROFS", "EIO", "ENOSPC"],
    }
}

fn with_every_call_failing(scenario: Scenario) {
    if !can_trace() {
        return;
    }
    let mut faults = Vec::new();
    for (index, (name, n)) in calls(scenario).into_iter().enumerate() {
        let errors = errors(&name);
        let some = if is_soak() { errors } else { &errors[index % errors.len()..][..1] };
        faults.extend(some.iter().map(|error| (name.clone(), n, *error)));
    }
    for_each(&faults, |(name, n, error)| {
        let what = format!("{scenario:?}, `{name}` {n} fails with {error}");
        let (directory, from) = scenario.directory();
        let path = directory.path("app.log");
        let mut options = only_these(&path);
        options.extend(["-o", "/dev/null", "-e"].map(String::from));
        options.push(format!("inject={name}:error={error}:when={n}"));
        let (status, answers) = scenario.run(&path, from, &options);
        if status == Some(2) {
            // It must not begin without its file.
            let refused = answers.iter().find(|answer| answer.starts_with("refused:")).unwrap();
            assert!(refused.contains("app.log"), "{what}: {refused}");
            return;
        }
        assert_eq!(status, Some(0), "{what}: {answers:?}");
        let dropped = number(answers.last().unwrap(), "dropped").unwrap();
        let logged = acknowledged(&answers, 0);

        restart(scenario, &path);
        assert_clean(&path, &what);
        let tally = Tally::of(&family(&path));
        assert_eq!(tally.torn, [] as [String; 0], "{what}");
        let before = numbers_before(&tally, &what);
        assert!(before.windows(2).all(|pair| pair[0] < pair[1]), "{what}: {before:?}");
        let missing = logged - before.len() as u64;
        match name.as_str() {
            "write" => assert_eq!(missing, dropped, "{what}: {answers:?}"),
            // The lines are there, in the memory of the system at least, but nobody knows for how long.
            "fsync" | "fdatasync" => assert_eq!(missing, 0, "{what}: {answers:?}"),
            _ => assert_eq!((missing, dropped), (0, 0), "{what}: {answers:?}"),
        }
        if name == "write" && before.last() == Some(&logged) {
            assert_eq!(tally.reported_missing(), dropped, "{what}: {:?}", tally.notices);
        }
    });
}

#[test]
fn with_any_call_of_a_rotation_failing_every_line_is_written_or_counted() {
    with_every_call_failing(Scenario::Rotating);
}

#[test]
fn with_any_call_of_a_rotation_to_a_file_made_beforehand_failing_every_line_is_written_or_counted() {
    with_every_call_failing(Scenario::Often);
}

#[test]
fn with_any_call_of_a_compression_failing_nothing_is_lost() {
    with_every_call_failing(Scenario::Compressing);
}

/// All calls of one kind fail, from one on, but for those on the directory.
fn with_all_failing(fault: &str) -> (Tally, Vec<String>) {
    let directory = TemporaryDirectory::new();
    let path = directory.path("app.log");
    let mut options = only_these(&path).split_off(4);
    options.extend(["-o", "/dev/null", "-e"].map(String::from));
    options.push(format!("inject={fault}"));
    let (status, answers) = Scenario::Rotating.run(&path, 1, &options);
    assert_eq!(status, Some(0), "{fault}: {answers:?}");
    (Tally::of(&family(&path)), answers)
}

#[test]
fn a_disk_that_stays_full_costs_the_lines_and_not_the_process() {
    if !can_trace() {
        return;
    }
    for error in ["ENOSPC", "EDQUOT", "EIO"] {
        let (tally, answers) = with_all_failing(&format!("write:error={error}:when=2+"));
        let there = tally.numbers.values().map(Vec::len).sum::<usize>() as u64;
        let dropped = number(answers.last().unwrap(), "dropped").unwrap();
        assert!(there > 0 && there + dropped == 95, "{error}: {there} {answers:?}");
        tally.assert_whole();
    }
}

#[test]
fn a_process_that_can_open_no_more_files_writes_on_in_the_one_it_has() {
    if !can_trace() {
        return;
    }
    for error in ["EMFILE", "ENFILE", "EACCES", "EROFS"] {
        let (tally, answers) = with_all_failing(&format!("openat:error={error}:when=3+"));
        tally.assert_whole();
        tally.assert_each_once((0, 0), 95);
        let stats = answers.last().unwrap();
        assert!(number(stats, "errors").unwrap() > 0 && number(stats, "dropped").unwrap() == 0, "{stats}");
        assert!(tally.files <= 2, "it was not rotated any more");
    }
}

#[test]
fn files_that_cannot_be_closed_make_no_difference() {
    if !can_trace() {
        return;
    }
    let (tally, answers) = with_all_failing("close:error=EIO:when=1+");
    tally.assert_whole();
    tally.assert_each_once((0, 0), 95);
    assert_eq!(number(answers.last().unwrap(), "dropped").unwrap(), 0, "{answers:?}");
}

#[test]
fn interrupted_calls_are_made_again() {
    if !can_trace() {
        return;
    }
    let (tally, answers) = with_all_failing("write:error=EINTR:when=1+2");
    tally.assert_whole();
    tally.assert_each_once((0, 0), 95);
    assert_eq!(number(answers.last().unwrap(), "dropped").unwrap(), 0, "{answers:?}");
}
