//! The handler with real files and a clock that stands still.

use super::faults::{Error, Faults};
use super::*;
use crate::handler::lines::tests::record;
use crate::handler::{Handler, HandlerError};
use crate::level::Level;
use crate::record::Record;
use crate::timestamp::Timestamp;
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::fs;
use std::string::ToString;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// A directory for one test, removed afterwards.
struct Directory(PathBuf);

impl Directory {
    fn new(test: &str) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("rlog-file-{test}-{}-{number}", std::process::id()));
        fs::create_dir_all(&path).expect("the temporary directory is writable");
        Self(path)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// Names and contents of all files that readers look at, below each other.
    fn files(&self) -> BTreeMap<String, Vec<u8>> {
        let mut files = BTreeMap::new();
        let mut directories = Vec::from([self.0.clone()]);
        while let Some(directory) = directories.pop() {
            for entry in fs::read_dir(&directory).expect("it is there") {
                let path = entry.expect("it can be read").path();
                let name = path.strip_prefix(&self.0).expect("below").to_str().expect("text").to_owned();
                if path.is_dir() {
                    directories.push(path);
                } else if !name.rsplit('/').next().unwrap_or_default().starts_with('.') && !path.is_symlink() {
                    let content = fs::read(&path).expect("it is there");
                    files.insert(name, content);
                }
            }
        }
        files
    }

    fn names(&self) -> Vec<String> {
        self.files().into_keys().collect()
    }

    /// All lines in all files, compressed or not, with their line ends.
    fn lines(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for (name, content) in self.files() {
            let content = if name.ends_with(".gz") { unzip(&content) } else { content };
            lines.extend(String::from_utf8(content).expect("text").split_inclusive('\n').map(ToString::to_string));
        }
        lines
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}; {:?}", self.names()))
    }

    fn hidden(&self) -> Vec<String> {
        let names = fs::read_dir(&self.0).expect("it is there");
        let names = names.map(|entry| entry.expect("it can be read").file_name().to_string_lossy().into_owned());
        names.filter(|name| name.starts_with('.')).collect()
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[cfg(feature = "gzip")]
fn unzip(content: &[u8]) -> Vec<u8> {
    let mut plain = Vec::new();
    io::copy(&mut flate2::read::MultiGzDecoder::new(content), &mut plain).expect("it is whole");
    plain
}

#[cfg(not(feature = "gzip"))]
fn unzip(_: &[u8]) -> Vec<u8> {
    unreachable!("nothing is compressed")
}

/// 2026-11-23T00:00:00Z, a Monday.
const MONDAY: i64 = 1_795_392_000;
const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;

/// What the system takes for the time of the files that it makes.
fn today() -> i64 {
    Wall::default().now() / 1_000_000_000
}

/// A process that logs to a file, in which time stands still and calls of the system can fail.
struct Process {
    handler: OpenFile,
    faults: Arc<Faults>,
    requests: Arc<Requests>,
    clock: Clock,
    wall: Wall,
    record: Record<'static>,
}

impl Process {
    fn start(file: File) -> Self {
        Self::start_at(file, MONDAY + 12 * HOUR)
    }

    fn start_at(file: File, second: i64) -> Self {
        Self::start_with(file, second, Faults::default()).expect("it can be opened")
    }

    fn start_with(file: File, second: i64, faults: Faults) -> io::Result<Self> {
        let plan = file.plan().unwrap_or_else(|problems| panic!("{problems:?}"));
        let (clock, wall, faults) = (Clock::manual(), Wall::manual(second), Arc::new(faults));
        let system = System { faults: Some(Arc::clone(&faults)) };
        let requests = Arc::clone(&file.requests);
        let handler = OpenFile::open(Arc::new(plan), Arc::clone(&requests), system, clock.clone(), wall.clone())?;
        Ok(Self { handler, faults, requests, clock, wall, record: record(Level::INFO) })
    }

    /// Gathers a line.
    fn emit(&mut self, line: &str) -> Result<(), HandlerError> {
        let timestamp = Timestamp::from_nanoseconds(self.wall.now());
        self.handler.emit(&Record { timestamp, ..self.record }, line.as_bytes())
    }

    /// A batch of one line.
    fn log(&mut self, line: &str) -> Result<(), HandlerError> {
        self.emit(line)?;
        self.handler.end_of_batch()
    }

    fn write(&mut self, line: &str) {
        self.log(line).unwrap_or_else(|error| panic!("{line}: {error}"));
    }

    /// Time passes, for all clocks.
    fn pass(&mut self, seconds: i64) {
        self.clock.advance(Duration::from_secs(seconds.unsigned_abs()));
        self.wall.set(self.wall.seconds() + seconds);
    }

    /// What the thread in the background would do.
    fn sweep(&self) -> Option<Duration> {
        self.handler.janitor.sweep()
    }

    fn stats(&self) -> FileStats {
        self.handler.counters.read()
    }
}

fn numbered(range: std::ops::Range<usize>) -> Vec<String> {
    range.map(|number| format!("line {number:05}\n")).collect()
}

/// Some that fill a small file soon.
fn long(range: std::ops::Range<usize>) -> Vec<String> {
    range.map(|number| format!("line {number:05} {}\n", "x".repeat(60))).collect()
}

/// Asserts that these are the lines in the files, each once and whole, in any order.
#[track_caller]
fn assert_lines(directory: &Directory, expected: &[String]) {
    let (mut lines, mut expected) = (directory.lines(), expected.to_vec());
    lines.sort();
    expected.sort();
    assert_eq!(lines, expected, "{:?}", directory.names());
}

// Opening.

/// The message and the reason why a path cannot be opened.
fn refusal(path: impl Into<PathBuf>) -> String {
    let path = path.into();
    let checked = File::new(&path).problems();
    match File::new(&path).open() {
        Ok(_) => panic!("it can be opened"),
        Err(error) => {
            let text = |error: &OpenError| format!("{}: {}", error.message, error.source);
            assert_eq!(checked.len(), 1, "it shows beforehand");
            text(&error.0[0])
        }
    }
}

#[test]
fn lines_are_appended_to_a_file_whose_directories_are_made() {
    let directory = Directory::new("append");
    let path = directory.path("a/b/app.log");
    for line in ["first\n", "second\n"] {
        let mut process = Process::start(File::new(&path));
        process.write(line);
        process.handler.close().expect("there is room");
    }
    assert_eq!(directory.read("a/b/app.log"), "first\nsecond\n");
    assert_eq!(mode(&path), 0o600);
}

#[cfg(unix)]
fn mode(path: &Path) -> u32 {
    std::os::unix::fs::MetadataExt::mode(&fs::metadata(path).expect("it is there")) & 0o7777
}

#[cfg(not(unix))]
fn mode(_: &Path) -> u32 {
    0o600
}

#[test]
fn a_line_that_an_earlier_process_left_torn_does_not_spoil_the_next() {
    let directory = Directory::new("torn");
    fs::write(directory.path("app.log"), "whole\nto").expect("the directory is writable");
    let mut process = Process::start(File::new(directory.path("app.log")));
    process.write("next\n");
    assert_eq!(directory.read("app.log"), "whole\nto\nnext\n");
}

#[cfg(unix)]
#[test]
fn what_another_process_is_about_to_write_is_no_torn_line() {
    use std::io::Write;
    let directory = Directory::new("half");
    let first = Process::start(File::new(directory.path("app.log")));
    let mut half = fs::OpenOptions::new().append(true).open(directory.path("app.log")).expect("it is there");
    half.write_all(b"ha").expect("there is room");
    let mut second = Process::start(File::new(directory.path("app.log")));
    half.write_all(b"lf\n").expect("there is room");
    second.write("next\n");
    assert_eq!(directory.read("app.log"), "half\nnext\n");
    half.write_all(b"torn").expect("there is room");
    drop((first, second));
    Process::start(File::new(directory.path("app.log"))).write("last\n");
    assert_eq!(directory.read("app.log"), "half\nnext\ntorn\nlast\n");
}

#[test]
fn a_directory_in_place_of_the_file_is_refused_with_its_path() {
    let directory = Directory::new("directory");
    let text = refusal(&directory.0);
    assert!(
        text.starts_with(&format!("cannot open log file `{}`: it is a directory", directory.0.display())),
        "{text}"
    );
}

#[test]
fn a_file_in_place_of_a_directory_is_named() {
    let directory = Directory::new("parent");
    fs::write(directory.path("file"), "").expect("the directory is writable");
    let named = format!("`{}` is not a directory", directory.path("file").display());
    for path in ["file/app.log", "file/a/b/app.log"] {
        let text = refusal(directory.path(path));
        assert!(text.ends_with(&named), "{text}");
    }
}

#[cfg(unix)]
#[test]
fn links_and_pipes_in_place_of_the_file_are_refused_without_being_followed_or_waited_for() {
    let directory = Directory::new("links");
    let (target, link, dangling, pipe) =
        (directory.path("target"), directory.path("link"), directory.path("dangling"), directory.path("pipe"));
    fs::write(&target, "theirs\n").expect("the directory is writable");
    std::os::unix::fs::symlink(&target, &link).expect("the directory is writable");
    std::os::unix::fs::symlink(directory.path("nothing"), &dangling).expect("the directory is writable");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().expect("coreutils").success());
    for (path, reason) in
        [(&link, "it is a symbolic link"), (&dangling, "it is a symbolic link"), (&pipe, "it is a pipe")]
    {
        let text = refusal(path);
        assert!(text.contains(reason), "{text}");
        let error = open::open(&System::default(), path, 0o600).expect_err("whoever has put it there in the meantime");
        assert!(error.to_string().contains(reason), "{error}");
    }
    // With somebody at the other end it could be opened.
    let reader = std::thread::spawn({
        let pipe = pipe.clone();
        move || fs::File::open(pipe)
    });
    let writer = fs::OpenOptions::new().write(true).open(&pipe).expect("there is a reader");
    assert!(refusal(&pipe).contains("it is a pipe"));
    drop(writer);
    reader.join().expect("no panic").expect("there was a writer");
    assert_eq!(directory.read("target"), "theirs\n");
    assert!(!directory.path("nothing").exists());
}

#[cfg(unix)]
#[test]
fn a_directory_that_is_not_ours_is_refused_with_the_reason() {
    use std::os::unix::fs::PermissionsExt;
    let directory = Directory::new("permission");
    let locked = directory.path("locked");
    fs::create_dir(&locked).expect("the directory is writable");
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o500)).expect("it is ours");
    if fs::write(locked.join("probe"), "").is_ok() {
        crate::handler::write_to_stderr(b"skipped: a_directory_that_is_not_ours: permissions do not bind root\n");
        return;
    }
    assert!(refusal(locked.join("app.log")).to_lowercase().contains("permission denied"));
    assert!(refusal(locked.join("logs/app.log")).to_lowercase().contains("permission denied"));
}

#[cfg(unix)]
#[test]
fn the_mode_is_what_was_asked_for_whatever_the_mask_and_stays_with_rotated_files() {
    let directory = Directory::new("mode");
    let file = File::new(directory.path("app.log")).mode(0o640).rotation(Rotation::size("512"));
    let mut process = Process::start(file);
    for line in numbered(0..100) {
        process.write(&line);
    }
    let names = directory.names();
    assert!(names.len() > 2, "{names:?}");
    for name in names {
        assert_eq!(mode(&directory.path(&name)), 0o640, "{name}");
    }
}

// Errors.

#[test]
fn lines_that_do_not_fit_are_counted_and_writing_resumes_by_itself() {
    let directory = Directory::new("full");
    let mut process = Process::start(File::new(directory.path("app.log")));
    process.faults.set_room(6);
    let lost = ["one\n", "two\n", "three\n", "four\n"].map(|line| process.log(line).map_err(|error| error.lost()));
    assert_eq!(lost, [Ok(()), Err(0), Err(1), Err(1)], "`two` was begun, so it is kept");
    process.faults.mend();
    process.write("five\n");
    assert_eq!(directory.read("app.log"), "one\ntwo\nfive\n");
    let stats = process.stats();
    assert_eq!((stats.lines, stats.bytes, stats.errors), (3, 13, 3));
    assert!(stats.last_error.is_some_and(|(_, text)| text.contains("1 record lost")));
}

#[test]
fn what_was_begun_and_cannot_be_finished_is_counted_at_the_end() {
    let directory = Directory::new("unfinished");
    let mut process = Process::start(File::new(directory.path("app.log")));
    process.faults.set_room(2);
    assert_eq!(process.log("one\n").map_err(|error| error.lost()), Err(0));
    assert_eq!(process.handler.close().map_err(|error| error.lost()), Err(1));
}

#[test]
fn a_batch_of_many_lines_is_written_in_parts() {
    let directory = Directory::new("parts");
    let mut process = Process::start(File::new(directory.path("app.log")));
    let line = format!("{}\n", "x".repeat(999));
    for _ in 0..1_000 {
        process.emit(&line).expect("there is room");
    }
    let length = directory.read("app.log").len();
    assert!(length > 800_000 && length.is_multiple_of(1_000));
    process.handler.end_of_batch().expect("there is room");
    assert_eq!(directory.read("app.log").len(), 1_000_000);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_device_loses_every_line_and_says_how_many() {
    let mut process = Process::start(File::new("/dev/full"));
    for _ in 0..3 {
        process.emit("line\n").expect("it is gathered");
    }
    let error = process.handler.end_of_batch().expect_err("the device is full");
    assert_eq!(error.lost(), 3);
    assert!(error.to_string().contains("(3 records lost)"), "{error}");
    assert!(process.handler.close().is_ok(), "nothing is left");
}

#[test]
fn a_full_disk_loses_no_older_line_and_is_told_of_in_the_file() {
    let directory = Directory::new("history");
    let mut process = Process::start(File::new(directory.path("app.log")).rotation(Rotation::size("512")));
    let lines = numbered(0..200);
    for line in &lines[..100] {
        process.write(line);
    }
    let before = directory.files();
    process.faults.set_room(0);
    let mut lost = 0;
    for line in &lines[100..150] {
        lost += process.log(line).map_or_else(|error| error.lost(), |()| 0);
        process.pass(1);
    }
    assert_eq!(lost, 50);
    assert_eq!(directory.files(), before, "nothing was rotated away");
    process.faults.mend();
    for line in &lines[150..] {
        process.write(line);
    }
    let written: Vec<_> = lines[..100].iter().chain(&lines[150..]).cloned().collect();
    assert_lines(&directory, &written);
}

#[test]
fn space_is_made_on_a_full_disk_if_that_is_wanted() {
    let directory = Directory::new("space");
    let file = |path| File::new(path).rotation(Rotation::size("512")).retention(Retention::all().free_space());
    let mut process = Process::start(file(directory.path("app.log")));
    numbered(0..200).iter().for_each(|line| process.write(line));
    let before = directory.names().len();
    process.faults.set_room(0);
    for _ in 0..3 {
        process.log("lost\n").expect_err("the disk is full");
        process.pass(1);
    }
    assert_eq!(directory.names().len(), before - 3, "one at a time");
    assert!(!directory.path("app.log.1").exists() && directory.path("app.log.4").exists());
    assert_eq!(process.stats().deletions, 3);
}

#[test]
fn a_disk_that_has_not_taken_something_is_not_asked_again_but_left() {
    let directory = Directory::new("fsync");
    let file = File::new(directory.path("app.log")).fsync(Fsync::every_record());
    let mut process = Process::start(file.rotation(Rotation::on_demand()));
    process.write("kept\n");
    process.faults.fail("fsync", Error::Number(5));
    let error = process.log("doubtful\n").expect_err("the disk fails");
    assert_eq!(error.lost(), 1);
    process.faults.mend();
    process.write("next\n");
    assert_eq!((directory.read("app.log.1"), directory.read("app.log")), ("kept\ndoubtful\n".into(), "next\n".into()));
    // Without a rotation it is at least another handle.
    let mut process = Process::start(File::new(directory.path("plain.log")).fsync(Fsync::every_record()));
    process.faults.fail("fsync", Error::Number(5));
    process.log("doubtful\n").expect_err("the disk fails");
    process.faults.mend();
    process.write("next\n");
    assert_eq!(process.stats().reopenings, 1);
    assert_eq!(directory.read("plain.log"), "doubtful\nnext\n");
}

#[test]
fn the_disk_is_asked_as_often_as_the_policy_says() {
    let directory = Directory::new("policies");
    let syncs = |fsync: Fsync| {
        let mut process = Process::start(File::new(directory.path("app.log")).fsync(fsync));
        for _ in 0..10 {
            process.write("line\n");
            process.pass(1);
            process.sweep();
        }
        process.record = record(Level::ERROR);
        process.write("error\n");
        process.handler.close().expect("there is room");
        process.faults.calls().iter().filter(|call| **call == "fsync").count()
    };
    assert_eq!(syncs(Fsync::never()), 0);
    assert_eq!(syncs(Fsync::at_rotation()), 1, "when it is closed");
    assert_eq!(syncs(Fsync::every_record()), 11);
    assert_eq!(syncs(Fsync::at_rotation().level(Level::ERROR)), 1, "there is nothing left to do at the end");
    assert_eq!(syncs(Fsync::never().every(Duration::from_secs(3))), 3 + 1);
}

#[test]
fn the_disk_has_in_time_what_is_written_last_and_a_refusal_in_the_background_is_told() {
    let directory = Directory::new("idle");
    let file = File::new(directory.path("app.log")).fsync(Fsync::never().every(Duration::from_secs(1)));
    let mut process = Process::start(file);
    process.write("1\n");
    assert_eq!(process.sweep(), Some(Duration::from_secs(1)));
    process.pass(1);
    let syncs = |process: &Process| process.faults.calls().iter().filter(|call| **call == "fsync").count();
    assert_eq!((syncs(&process), process.sweep(), syncs(&process)), (0, None, 1));
    process.write("2\n");
    process.pass(1);
    process.faults.fail("fsync", Error::Number(5));
    process.sweep();
    process.faults.mend();
    assert_eq!(process.log("3\n").map_err(|error| error.lost()), Err(1));
    process.write("4\n");
    assert_eq!(directory.read("app.log"), "1\n2\n3\n4\n");
    assert_eq!(process.stats().reopenings, 1);
}

#[test]
fn a_name_of_today_is_not_used_again_even_if_all_files_are_deleted() {
    let directory = Directory::new("today");
    let file = || {
        let rotation = Rotation::daily().or(Rotation::on_start());
        File::new(directory.path("app.log")).rotation(rotation).retention(Retention::count(0))
    };
    let mut names = Vec::new();
    for _ in 0..4 {
        let mut process = Process::start_at(file(), today());
        process.write("line\n");
        process.handler.close().expect("there is room");
        names.extend(directory.names().into_iter().filter(|name| name != "app.log"));
        process.sweep();
    }
    assert_eq!(names.len(), 3);
    names.dedup();
    assert_eq!(names.len(), 3, "{names:?}");
}

// Rotation by size.

#[test]
fn files_are_filled_to_the_byte_and_a_larger_record_has_one_of_its_own() {
    let directory = Directory::new("size");
    let mut process = Process::start(File::new(directory.path("app.log")).rotation(Rotation::size("512 B")));
    let line = |length: usize| format!("{}\n", "x".repeat(length - 1));
    for length in [256, 256, 1, 2_000, 512, 511, 2] {
        process.emit(&line(length)).expect("there is room");
    }
    process.handler.end_of_batch().expect("there is room");
    let lengths = |name: &str| directory.read(name).len();
    let rotated = ["app.log.1", "app.log.2", "app.log.3", "app.log.4", "app.log.5"].map(lengths);
    assert_eq!((rotated, lengths("app.log")), ([512, 1, 2_000, 512, 511], 2));
    assert_eq!(process.stats().rotations, 5);
}

#[test]
fn numbers_are_not_used_again_even_if_all_files_are_deleted() {
    let directory = Directory::new("numbers");
    let file = || File::new(directory.path("app.log")).rotation(Rotation::on_start()).retention(Retention::count(0));
    for number in 1..=4 {
        let mut process = Process::start_at(file(), today());
        process.write("line\n");
        process.handler.close().expect("there is room");
        if number > 1 {
            assert!(directory.path(&format!("app.log.{}", number - 1)).exists(), "{:?}", directory.names());
        }
        process.sweep();
        assert_eq!(directory.names(), ["app.log"]);
    }
}

#[test]
fn a_file_that_has_the_next_name_is_not_touched() {
    let directory = Directory::new("taken");
    let mut process = Process::start(File::new(directory.path("app.log")).rotation(Rotation::on_demand()));
    process.write("one\n");
    fs::write(directory.path("app.log.1.gz"), "theirs").expect("the directory is writable");
    fs::create_dir(directory.path("app.log.2")).expect("the directory is writable");
    process.requests.ask_to_rotate();
    process.handler.end_of_batch().expect("there is room");
    assert_eq!(directory.read("app.log.3"), "one\n");
    assert_eq!(directory.read("app.log.1.gz"), "theirs");
}

#[test]
fn a_closure_and_a_request_rotate_too_but_not_an_empty_file() {
    let directory = Directory::new("when");
    let mut process =
        Process::start(File::new(directory.path("app.log")).rotation(Rotation::when(|_, file| file.records >= 2)));
    for line in ["1\n", "2\n", "3\n", "4\n", "5\n"] {
        process.write(line);
    }
    process.requests.ask_to_rotate();
    process.handler.end_of_batch().expect("there is room");
    process.requests.ask_to_rotate();
    process.handler.end_of_batch().expect("there is room");
    let contents = ["app.log.1", "app.log.2", "app.log.3", "app.log"].map(|name| directory.read(name));
    assert_eq!(contents, ["1\n2\n", "3\n4\n", "5\n", ""]);
}

#[test]
fn a_header_says_what_the_lines_are_and_is_not_counted_as_a_record() {
    let directory = Directory::new("header");
    let mut process =
        Process::start(File::new(directory.path("app.json")).header(true).rotation(Rotation::size("512")));
    for number in 0..40 {
        process.write(&format!("{{\"number\":{number}}}\n"));
    }
    assert_eq!(process.stats().lines, 40);
    let files = directory.files();
    assert!(files.len() > 1);
    for (name, content) in files {
        assert!(content.len() <= 512, "{name}");
        for (index, line) in String::from_utf8(content).expect("text").lines().enumerate() {
            let value: serde_json::Value = serde_json::from_str(line).expect("JSON");
            assert_eq!(value.get("schema").is_some(), index == 0, "{name}: {line}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn every_line_is_there_once_in_files_of_at_most_the_size(
        lengths in proptest::collection::vec((1_usize..300, any::<bool>(), 0_i64..4_000), 1..200),
        names in prop::sample::select(&["numbered", "dated", "pattern", "in place"]),
    ) {
        let directory = Directory::new("property");
        let rotation = Rotation::size("1 kB").or(Rotation::hourly());
        let file = match names {
            "in place" => File::pattern(directory.path("{date}/{hour}/app.{number}.log").to_str().expect("text")),
            "dated" => File::new(directory.path("app.log")).names(Names::dated()),
            "pattern" => File::new(directory.path("app.log")).names(Names::pattern("old/{date}/{stem}.{hour}.{number}{ext}")),
            _ => File::new(directory.path("app.log")).names(Names::numbered()),
        };
        let mut process = Process::start(file.rotation(rotation));
        let mut expected = Vec::new();
        for (number, (length, ends_batch, seconds)) in lengths.into_iter().enumerate() {
            let line = format!("{number:05}{}\n", "x".repeat(length));
            process.emit(&line).expect("there is room");
            expected.push(line);
            if ends_batch {
                process.handler.end_of_batch().expect("there is room");
            }
            process.pass(seconds);
        }
        process.handler.close().expect("there is room");
        assert_lines(&directory, &expected);
        for (name, content) in directory.files() {
            prop_assert!(content.len() <= 1_000, "{}", name);
        }
        prop_assert_eq!(process.stats().lines, expected.len() as u64);
        prop_assert_eq!(process.stats().errors, 0);
    }
}

// The end of a process at any moment, and calls that fail.

/// What one process does: lines, in batches, with rotations between them and sweeps. Those that were acknowledged, in the sense
/// that the system has them, are returned.
fn run(process: &mut Process, lines: &[String]) -> usize {
    let mut acknowledged = 0;
    for batch in lines.chunks(3) {
        let outcome =
            batch.iter().try_for_each(|line| process.emit(line)).and_then(|()| process.handler.end_of_batch());
        if process.faults.is_dead() {
            return acknowledged;
        }
        outcome.expect("nothing but the process fails");
        acknowledged += batch.len();
        process.sweep();
        process.pass(120);
    }
    acknowledged
}

/// Has a process end instead of each of its calls, one after the other, and another one go on.
fn die_everywhere(test: &str, file: impl Fn(&Directory) -> File) {
    die_everywhere_with(test, file, Faults::die_at);
}

fn die_everywhere_with(test: &str, file: impl Fn(&Directory) -> File, faults: impl Fn(usize) -> Faults) {
    let lines = long(0..60);
    for number in 0.. {
        let directory = Directory::new(test);
        let first = Process::start_with(file(&directory), today(), faults(number));
        let (mut acknowledged, mut is_complete) = (0, false);
        if let Ok(mut process) = first {
            acknowledged = run(&mut process, &lines[..40]);
            is_complete = !process.faults.is_dead();
        }
        let mut next = Process::start_at(file(&directory), today() + 6_000);
        for line in &lines[40..] {
            next.write(line);
        }
        next.handler.close().expect("there is room");
        next.sweep();
        let mut found = directory.lines();
        found.sort();
        let expected: Vec<_> = lines[..acknowledged].iter().chain(&lines[40..]).cloned().collect();
        // The last batch may be there without having been acknowledged.
        let pending = &lines[acknowledged..(acknowledged + 3).min(40)];
        let missing: Vec<_> = expected.iter().filter(|line| !found.contains(line)).collect();
        let surplus: Vec<_> = found.iter().filter(|line| !expected.contains(line) && !pending.contains(line)).collect();
        let doubled = found.windows(2).filter(|pair| pair[0] == pair[1]).count();
        let last = next.faults.calls().len();
        assert!(
            missing.is_empty() && surplus.is_empty() && doubled == 0,
            "call {number}, {last}: missing {missing:?}, surplus {surplus:?}, doubled {doubled}: {:?}",
            directory.names()
        );
        let rest: Vec<_> = directory.hidden().into_iter().filter(|name| !name.ends_with("lock")).collect();
        assert_eq!(rest, Vec::<String>::new(), "call {number}");
        let empty: Vec<_> =
            directory.files().into_iter().filter(|(name, content)| content.is_empty() && name != "app.log").collect();
        assert!(test == "die-in-place" || empty.is_empty(), "call {number}: {empty:?}");
        if is_complete {
            assert!(number > 60, "{number} calls");
            return;
        }
    }
}

#[test]
fn every_line_is_there_once_wherever_the_process_ends() {
    die_everywhere("die", |directory| {
        File::new(directory.path("app.log")).rotation(Rotation::size("512").or(Rotation::hourly()))
    });
}

#[cfg(feature = "gzip")]
#[test]
fn every_line_is_there_once_wherever_the_process_ends_that_compresses() {
    die_everywhere("die-gzip", |directory| {
        let file = File::new(directory.path("app.log")).rotation(Rotation::on_demand().max_size(512));
        file.compression(Compression::gzip()).fsync(Fsync::at_rotation()).retention(Retention::count(100))
    });
}

#[test]
fn every_line_is_there_once_wherever_the_process_ends_whose_files_are_not_renamed() {
    die_everywhere("die-in-place", |directory| {
        let pattern = directory.path("{date}/{hour}.{number}.log");
        File::pattern(pattern.to_str().expect("text")).rotation(Rotation::hourly().max_size(512))
    });
}

#[test]
fn every_line_is_there_once_wherever_the_process_ends_on_a_file_system_without_locks() {
    let file = |directory: &Directory| File::new(directory.path("app.log")).rotation(Rotation::size("512"));
    die_everywhere_with("die-lockless", file, |number| Faults::die_at(number).without_locks());
}

#[test]
fn a_file_system_without_links_or_locks_is_rotated_too() {
    let directory = Directory::new("linkless");
    let file = File::new(directory.path("app.log")).rotation(Rotation::size("512"));
    let mut process = Process::start_with(file, today(), Faults::default().without_locks()).expect("it can be opened");
    process.faults.fail("link", Error::Kind(io::ErrorKind::Unsupported));
    let lines = long(0..40);
    lines.iter().for_each(|line| process.write(line));
    assert_lines(&directory, &lines);
    assert_eq!((directory.names().len() as u64, process.stats().errors), (process.stats().rotations + 1, 0));
    assert!(directory.names().len() > 4);
}

#[test]
fn processes_whose_files_are_not_renamed_go_on_in_the_same_files() {
    let directory = Directory::new("shared-in-place");
    let pattern = directory.path("{date}/{hour}.{number}.log");
    let file = || File::pattern(pattern.to_str().expect("text")).rotation(Rotation::hourly().max_size(2_000));
    let mut processes = [(); 2].map(|()| Process::start(file()));
    let lines = long(0..200);
    for (number, line) in lines.iter().enumerate() {
        processes[number % 2].write(line);
        processes.iter_mut().for_each(|process| process.pass(60));
    }
    assert_lines(&directory, &lines);
    let mut both: Vec<_> = processes.iter().map(|process| process.stats().path).collect();
    both.dedup();
    assert_eq!(both.len(), 1, "{both:?}");
    let hours = lines.len() / 60 + 1;
    let files = directory.names().len();
    assert!(files <= 4 * hours, "{files} files for {hours} hours: {:?}", directory.names());
}

/// Has each call fail, one after the other. Every line that is not told to be lost is there once.
fn fail_everywhere(test: &str, errors: &[Error], file: impl Fn(&Directory) -> File) {
    let lines = long(0..30);
    for number in 0.. {
        let directory = Directory::new(test);
        let faults = Faults::default();
        faults.fail_once(number, errors[number % errors.len()]);
        let Ok(mut process) = Process::start_with(file(&directory), today(), faults) else { continue };
        let (mut lost, mut is_last_lost) = (0, Vec::new());
        for line in &lines {
            match process.log(line) {
                Ok(()) => is_last_lost.push(false),
                Err(error) => {
                    lost += error.lost();
                    is_last_lost.push(error.lost() > 0);
                }
            }
            process.sweep();
            process.pass(1);
        }
        process.handler.close().expect("the call after it does not fail");
        let found = directory.lines();
        let kept = lines.iter().filter(|line| found.contains(line)).count();
        assert_eq!(kept as u64 + lost, 30, "call {number}: {:?}", process.faults.calls().get(number));
        assert_eq!(found.len(), kept, "call {number}: doubled or torn");
        if process.faults.calls().len() <= number {
            assert!(number > 60, "{number} calls");
            return;
        }
    }
}

#[test]
fn whatever_call_fails_lines_are_there_once_or_told_to_be_lost() {
    // No space, too many open files, interrupted.
    let errors = [Error::Number(28), Error::Number(24), Error::Kind(io::ErrorKind::PermissionDenied), Error::Number(4)];
    fail_everywhere("fail", &errors, |directory| {
        let file = File::new(directory.path("app.log")).rotation(Rotation::size("512"));
        #[cfg(feature = "gzip")]
        let file = file.compression(Compression::gzip().delay(1));
        file
    });
}

// Time.

fn second(text: &str) -> i64 {
    text.parse::<jiff::Timestamp>().expect(text).as_second()
}

fn berlin() -> zone::tests::Rules {
    zone::tests::Rules::posix("CET-1CEST,M3.5.0,M10.5.0/3")
}

#[test]
fn each_day_of_several_years_has_one_file_with_its_own_lines_whatever_the_clocks_do_in_summer_and_winter() {
    let directory = Directory::new("years");
    let file = File::new(directory.path("app.log")).rotation(Rotation::daily().in_zone(berlin()));
    // Two winters, two summers, a leap day, and the end of a year.
    let (start, end) = (second("2023-09-30T22:00:00Z"), second("2025-04-01T22:00:00Z"));
    let mut process = Process::start_at(file, start);
    let zone = jiff::tz::TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").expect("a rule");
    let date = |second: i64| {
        let moment = jiff::Timestamp::from_second(second).expect("in range");
        moment.to_zoned(zone.clone()).strftime("%Y-%m-%d").to_string()
    };
    let mut days = std::collections::BTreeSet::new();
    while process.wall.seconds() < end {
        let day = date(process.wall.seconds());
        process.write(&format!("{day}\n"));
        days.insert(day);
        process.pass(3_607);
    }
    let mut files = directory.files();
    files.remove("app.log").expect("the last day");
    assert_eq!(files.len() + 1, days.len());
    for (name, content) in files {
        let day = name.strip_prefix("app-").and_then(|name| name.strip_suffix(".log")).expect(&name);
        let content = String::from_utf8(content).expect("text");
        assert!(content.lines().all(|line| line == day), "{name}");
        assert!((22..=26).contains(&content.lines().count()), "{name}");
    }
}

#[test]
fn a_process_that_restarts_within_a_day_goes_on_with_the_file_and_a_later_one_does_not() {
    let directory = Directory::new("restart");
    let file = || File::new(directory.path("app.log")).rotation(Rotation::daily());
    let log = |line: &str, at: i64| {
        let mut process = Process::start_at(file(), at);
        process.write(line);
        process.handler.close().expect("there is room");
        let handle = fs::OpenOptions::new().append(true).open(directory.path("app.log")).expect("it is there");
        let at = std::time::SystemTime::UNIX_EPOCH + Duration::from_secs(at as u64);
        handle.set_modified(at).expect("it is ours");
    };
    log("1\n", MONDAY + HOUR);
    log("2\n", MONDAY + 23 * HOUR);
    log("3\n", MONDAY + DAY);
    log("4\n", MONDAY + 4 * DAY);
    let contents = ["app-2026-11-23.log", "app-2026-11-24.log", "app.log"].map(|name| directory.read(name));
    assert_eq!(contents, ["1\n2\n", "3\n", "4\n"]);
    assert_eq!(directory.names().len(), 3);
}

#[test]
fn steps_of_the_clock_and_a_suspended_machine_make_one_rotation_at_most() {
    let directory = Directory::new("steps");
    let file = File::new(directory.path("app.log")).rotation(Rotation::hourly());
    let mut process = Process::start_at(file, MONDAY + 12 * HOUR);
    let mut rotations = |steps: &[i64]| {
        let before = process.stats().rotations;
        for step in steps {
            process.pass(*step);
            process.write("line\n");
        }
        process.stats().rotations - before
    };
    assert_eq!(rotations(&[0, 60, 60]), 0);
    assert_eq!(rotations(&[3 * DAY, 60, 60]), 1, "suspended: one, not seventy-two");
    assert_eq!(rotations(&[-100, 30, 30]), 0, "a little back");
    assert_eq!(rotations(&[HOUR, -600, 700]), 1, "at the turn of the hour, and across it again");
    assert_eq!(rotations(&[-10 * 365 * DAY, 60, 60]), 0, "far back");
    assert_eq!(rotations(&[HOUR, HOUR, HOUR]), 3, "and the hours of that time count");
    assert_eq!(rotations(&[20 * 365 * DAY, 60, 60]), 1, "far ahead");
    let lines = directory.lines().len();
    assert_eq!(lines, 21);
    let mut names = directory.names();
    names.dedup();
    assert_eq!(names.len() as u64, process.stats().rotations + 1);
}

#[test]
fn records_of_an_earlier_process_do_not_set_the_clock_back() {
    let directory = Directory::new("late");
    let mut process = Process::start_at(File::new(directory.path("app.log")).rotation(Rotation::hourly()), MONDAY);
    process.write("now\n");
    for _ in 0..3 {
        let old =
            Record { timestamp: Timestamp::from_nanoseconds((MONDAY - 30 * DAY) * 1_000_000_000), ..process.record };
        process.handler.emit(&old, b"old\n").expect("there is room");
        process.write("now\n");
    }
    assert_eq!(process.stats().rotations, 0);
    assert_eq!(directory.read("app.log").lines().count(), 7);
}

#[test]
fn directories_by_date_are_made_and_a_link_points_to_the_current_file() {
    let directory = Directory::new("by-date");
    let pattern = directory.path("logs/{year}/{month}/{day}/{hour}/app.log");
    let file = || File::pattern(pattern.to_str().expect("text")).current_link(directory.path("logs/current.log"));
    let mut process = Process::start_at(file(), MONDAY + 12 * HOUR);
    for line in ["1\n", "2\n", "3\n"] {
        process.write(line);
        assert!(directory.read("logs/current.log").ends_with(line));
        process.pass(HOUR);
    }
    assert_eq!(
        directory.names(),
        ["logs/2026/11/23/12/app.log", "logs/2026/11/23/13/app.log", "logs/2026/11/23/14/app.log"]
    );
    process.requests.ask_to_rotate();
    process.handler.end_of_batch().expect("there is room");
    process.write("4\n");
    assert_eq!(directory.read("logs/2026/11/23/15/app.log"), "4\n");
    let mut again = Process::start_at(file(), MONDAY + 15 * HOUR + 60);
    again.write("5\n");
    assert_eq!(directory.read("logs/2026/11/23/15/app.log"), "4\n5\n");
}

#[test]
fn instances_have_files_of_their_own() {
    let directory = Directory::new("instance");
    let file = File::pattern(directory.path("app.{host}.{pid}.log").to_str().expect("text"));
    Process::start(file).write("line\n");
    let names = directory.names();
    let end = format!(".{}.log", std::process::id());
    assert!(names.len() == 1 && names[0].starts_with("app.") && names[0].ends_with(&end), "{names:?}");
}

// What others do.

#[test]
fn a_file_that_logrotate_has_renamed_is_left_before_the_next_line() {
    let directory = Directory::new("create");
    let mut process = Process::start(File::new(directory.path("app.log")));
    process.write("1\n");
    fs::rename(directory.path("app.log"), directory.path("app.log.1")).expect("it is there");
    fs::write(directory.path("app.log"), "").expect("the directory is writable");
    process.write("2\n");
    assert_eq!(directory.read("app.log.1"), "1\n2\n", "nobody looks so often");
    process.requests.ask_to_reopen();
    process.write("3\n");
    assert_eq!(directory.read("app.log"), "3\n");
    // Without being asked, after half a second.
    fs::rename(directory.path("app.log"), directory.path("app.log.2")).expect("it is there");
    process.pass(1);
    process.write("4\n");
    assert_eq!((directory.read("app.log.2"), directory.read("app.log")), ("3\n".into(), "4\n".into()));
    assert_eq!(process.stats().reopenings, 2);
}

#[test]
fn a_file_that_was_truncated_goes_on_at_its_beginning() {
    let directory = Directory::new("copytruncate");
    let mut process = Process::start(File::new(directory.path("app.log")).rotation(Rotation::size("512")).header(true));
    let lines = numbered(0..30);
    lines[..20].iter().for_each(|line| process.write(line));
    fs::copy(directory.path("app.log"), directory.path("copy")).expect("it is there");
    fs::OpenOptions::new().write(true).open(directory.path("app.log")).expect("it is there").set_len(0).expect("ours");
    process.pass(1);
    lines[20..].iter().for_each(|line| process.write(line));
    let content = directory.read("app.log");
    assert!(content.ends_with(&lines[21..].concat()), "{content}");
    assert_eq!(process.stats().truncations, 1);
    assert_eq!(process.stats().rotations, 0, "it is short again");
}

#[test]
fn a_file_and_a_directory_that_were_deleted_are_made_again() {
    let directory = Directory::new("deleted");
    let mut process = Process::start(File::new(directory.path("logs/app.log")).rotation(Rotation::size("1 MB")));
    process.write("1\n");
    for line in ["2\n", "3\n"] {
        fs::remove_file(directory.path("logs/app.log")).expect("it is there");
        if line == "3\n" {
            fs::remove_dir_all(directory.path("logs")).expect("it is there");
        }
        process.pass(1);
        process.write(line);
        assert_eq!(directory.read("logs/app.log"), line);
    }
    fs::rename(directory.path("logs"), directory.path("old")).expect("it is there");
    fs::create_dir(directory.path("logs")).expect("the directory is writable");
    process.pass(1);
    process.write("4\n");
    assert_eq!((directory.read("old/app.log"), directory.read("logs/app.log")), ("3\n".into(), "4\n".into()));
}

#[cfg(unix)]
#[test]
fn a_link_that_somebody_puts_in_place_of_the_file_is_not_followed() {
    let directory = Directory::new("swapped");
    let mut process = Process::start(File::new(directory.path("app.log")));
    process.write("1\n");
    fs::write(directory.path("precious"), "precious\n").expect("the directory is writable");
    fs::rename(directory.path("app.log"), directory.path("moved")).expect("it is there");
    std::os::unix::fs::symlink(directory.path("precious"), directory.path("app.log"))
        .expect("the directory is writable");
    process.pass(1);
    process.write("2\n");
    assert_eq!((directory.read("precious"), directory.read("moved")), ("precious\n".into(), "1\n2\n".into()));
    assert!(process.stats().last_error.is_some_and(|(_, text)| text.contains("symbolic link")));
}

#[test]
fn a_directory_that_cannot_be_written_to_keeps_the_file_and_rotation_is_tried_again() {
    let directory = Directory::new("read-only");
    let mut process = Process::start(File::new(directory.path("app.log")).rotation(Rotation::size("512")));
    let lines = numbered(0..120);
    process.faults.fail("open", Error::Kind(io::ErrorKind::PermissionDenied));
    lines[..60].iter().for_each(|line| process.write(line));
    assert_eq!(directory.names(), ["app.log"]);
    process.faults.mend();
    process.pass(1);
    lines[60..].iter().for_each(|line| process.write(line));
    assert!(directory.names().len() > 1);
    assert!(process.stats().errors >= 1);
    assert_lines(&directory, &lines);
}

#[test]
fn processes_that_share_a_file_take_turns_in_rotating_it_and_follow_each_other() {
    let directory = Directory::new("shared");
    let file = || File::new(directory.path("app.log")).rotation(Rotation::size("2 kB"));
    let mut processes = [(); 3].map(|()| Process::start(file()));
    let lines = numbered(0..600);
    for (number, line) in lines.iter().enumerate() {
        let process = &mut processes[number * 7 % 3];
        process.emit(line).expect("there is room");
        if number % 5 == 0 {
            process.handler.end_of_batch().expect("there is room");
        }
        processes.iter_mut().for_each(|process| process.clock.advance(Duration::from_millis(20)));
    }
    processes.iter_mut().for_each(|process| process.handler.close().expect("there is room"));
    assert_lines(&directory, &lines);
    let rotations: u64 = processes.iter().map(|process| process.stats().rotations).sum();
    assert_eq!(rotations as usize + 1, directory.names().len());
    assert!(processes.iter().filter(|process| process.stats().reopenings > 0).count() >= 2);
}

#[cfg(feature = "gzip")]
#[test]
fn a_file_that_another_process_still_writes_to_is_not_compressed() {
    let directory = Directory::new("busy");
    let file = || File::new(directory.path("app.log")).rotation(Rotation::on_demand()).compression(Compression::gzip());
    let (mut first, mut second) = (Process::start(file()), Process::start(file()));
    first.write("1\n");
    second.write("2\n");
    first.requests.ask_to_rotate();
    first.handler.end_of_batch().expect("there is room");
    assert!(first.sweep().is_some_and(|again| again <= Duration::from_secs(5)));
    second.write("3\n");
    assert_eq!(directory.read("app.log.1"), "1\n2\n3\n");
    second.pass(1);
    second.write("4\n");
    second.sweep();
    assert_eq!(directory.names(), ["app.log", "app.log.1.gz"]);
    assert_eq!(unzip(&directory.files()["app.log.1.gz"]), b"1\n2\n3\n");
    assert_eq!(first.stats().compressions + second.stats().compressions, 1);
}

// What is kept.

#[test]
fn only_files_with_own_names_are_deleted() {
    let directory = Directory::new("own");
    let others = ["app.log.bak", "app.log.1x", "app.log.01", "app.log.1.bz2", "other.log.1", "app.log.", "app.log.1.2"];
    for name in others {
        fs::write(directory.path(name), "theirs\n").expect("the directory is writable");
    }
    let file = File::new(directory.path("app.log")).rotation(Rotation::size("512")).retention(Retention::count(2));
    let mut process = Process::start_at(file, today());
    numbered(0..200).iter().for_each(|line| process.write(line));
    process.sweep();
    let mut names = directory.names();
    names.retain(|name| !others.contains(&name.as_str()));
    assert_eq!(names.len(), 3, "{names:?}");
    assert_eq!(directory.names().len(), 3 + others.len());
    let rotations = process.stats().rotations;
    assert!(directory.path(&format!("app.log.{rotations}")).exists(), "the newest are kept");
    assert_eq!(process.stats().deletions, rotations - 2);
}

#[test]
fn a_dry_run_tells_what_would_be_deleted_and_deletes_nothing() {
    let directory = Directory::new("dry");
    for name in ["app.log", "app.log.1", "app.log.2.gz", "app.log.3", "app.log.x"] {
        fs::write(directory.path(name), "12345").expect("the directory is writable");
    }
    let file = File::new(directory.path("app.log")).rotation(Rotation::size("1 kB")).retention(Retention::count(1));
    let removals = file.dry_run().expect("the directory can be read");
    let removal = |name: &str| Removal { path: directory.path(name), bytes: 5, reason: Reason::Count };
    assert_eq!(removals, [removal("app.log.1"), removal("app.log.2.gz")]);
    assert_eq!(directory.names().len(), 5);
}

fn total_holds_at_every_moment(test: &str, file: impl Fn(&Directory) -> File, total: u64) {
    let directory = Directory::new(test);
    let mut process = Process::start_at(file(&directory), today());
    let mut largest = 0;
    for (number, line) in numbered(0..2_000).iter().enumerate() {
        process.write(line);
        // The thread in the background is late now and then.
        if number % 97 == 0 {
            process.sweep();
        }
        let bytes: u64 = directory.files().values().map(|content| content.len() as u64).sum();
        assert!(bytes <= total, "{bytes} after {number}: {:?}", directory.names());
        largest = largest.max(bytes);
    }
    assert!(largest > total / 2, "{largest}: no room is wasted");
    assert!(process.stats().deletions > 5 && process.stats().errors == 0);
}

#[test]
fn the_total_holds_at_every_moment() {
    total_holds_at_every_moment(
        "total",
        |directory| {
            File::new(directory.path("app.log")).rotation(Rotation::size("1 kB")).retention(Retention::total("6 kB"))
        },
        6_000,
    );
    total_holds_at_every_moment(
        "total-in-place",
        |directory| {
            File::pattern(directory.path("app.{number}.log").to_str().expect("text"))
                .rotation(Rotation::size("1 kB"))
                .retention(Retention::total("6 kB"))
        },
        6_000,
    );
    total_holds_at_every_moment(
        "total-without-size",
        |directory| {
            File::new(directory.path("app.log")).rotation(Rotation::daily()).retention(Retention::total("6 kB"))
        },
        6_000,
    );
}

#[cfg(feature = "gzip")]
#[test]
fn compressed_files_keep_their_mode_and_time_and_the_newest_may_be_left() {
    let directory = Directory::new("gzip");
    let file = File::new(directory.path("app.log")).rotation(Rotation::size("2 kB")).mode(0o640);
    let mut process = Process::start(file.compression(Compression::gzip().delay(1)));
    let lines = numbered(0..600);
    lines.iter().for_each(|line| process.write(line));
    let written = fs::metadata(directory.path("app.log.1")).expect("it is there").modified().expect("it has a time");
    process.sweep();
    let names = directory.names();
    let rotations = process.stats().rotations;
    assert!(names.contains(&format!("app.log.{rotations}")), "{names:?}");
    assert_eq!(names.iter().filter(|name| name.ends_with(".gz")).count() as u64, rotations - 1);
    let first = fs::metadata(directory.path("app.log.1.gz")).expect("it is there");
    assert_eq!(first.modified().expect("it has a time"), written);
    assert_eq!(mode(&directory.path("app.log.1.gz")), 0o640);
    assert_lines(&directory, &lines);
    assert_eq!(process.stats().compressions, rotations - 1);
}

#[cfg(feature = "gzip")]
#[test]
fn a_compressed_file_that_is_no_copy_is_told_of_and_nothing_is_deleted() {
    let directory = Directory::new("twice");
    let file = File::new(directory.path("app.log")).rotation(Rotation::on_demand()).compression(Compression::gzip());
    fs::write(directory.path("app.log.1"), "ours\n").expect("the directory is writable");
    fs::write(directory.path("app.log.1.gz"), "no gzip").expect("the directory is writable");
    let process = Process::start(file);
    process.sweep();
    assert_eq!(directory.names(), ["app.log", "app.log.1", "app.log.1.gz"]);
    assert!(process.stats().last_error.is_some_and(|(_, text)| text.contains("both")));
}

#[test]
fn names_of_ones_own_are_taken_as_they_are_and_others_are_refused() {
    let directory = Directory::new("custom");
    let file = |prefix: &'static str| {
        let names = Names::custom(
            move |file| format!("{prefix}{}-{}", file.number, file.name),
            |name| name.starts_with("old-"),
        );
        File::new(directory.path("app.log")).rotation(Rotation::on_demand()).names(names).retention(Retention::count(1))
    };
    let mut process = Process::start_at(file("old-"), today());
    for line in ["1\n", "2\n", "3\n"] {
        process.write(line);
        process.requests.ask_to_rotate();
        process.handler.end_of_batch().expect("there is room");
    }
    assert_eq!(directory.names(), ["app.log", "old-1-app.log", "old-2-app.log", "old-3-app.log"]);
    for prefix in ["../old-", "new-"] {
        let mut process = Process::start_at(file(prefix), today());
        process.write("4\n");
        process.requests.ask_to_rotate();
        process.handler.end_of_batch().expect("it is written on");
        assert!(process.stats().last_error.is_some_and(|(_, text)| text.contains("no name in the directory")));
    }
    assert_eq!(directory.names().len(), 4);
}

// The configuration.

#[test]
fn nothing_is_made_before_everything_is_right() {
    let directory = Directory::new("checked");
    let wrong = File::new(directory.path("b/app.log"))
        .rotation(Rotation::size("1 parsec"))
        .names(Names::pattern("{nmae}"))
        .retention(Retention::age(Duration::ZERO))
        .mode(0);
    let fan_out = crate::FanOut::new().to(File::new(directory.path("c/app.log"))).to(wrong).name("both");
    let error = crate::builder()
        .environment(false)
        .handler(File::new(directory.path("a/app.log")))
        .handler(fan_out)
        .init()
        .expect_err("a file is wrong");
    let text = error.to_string();
    for expected in ["handler `both > ", "1 parsec", "{nmae}", "no age", "the mode `0o0`"] {
        assert!(text.contains(expected), "{expected}: {text}");
    }
    assert_eq!(fs::read_dir(&directory.0).expect("it is there").count(), 0);
}
