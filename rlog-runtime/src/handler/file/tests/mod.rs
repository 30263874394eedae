//! The handler with real files and a clock that stands still.

mod dying;
mod keeping;
mod opening;
mod rotating;
mod sharing;
mod writing;

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

    /// What the thread in the background would do when it is asked to.
    fn sweep(&self) -> Option<Duration> {
        self.handler.janitor.ask();
        self.handler.janitor.sweep()
    }

    /// What it would do for so long in a process that logs nothing, each time when it has said that it would. What it asks of
    /// the handler is done.
    fn idle(&mut self, how_long: Duration) {
        let end = self.clock.now() + how_long;
        while let Some(next) = self.handler.janitor.sweep() {
            self.handler.flush().expect("there is room");
            let left = end - self.clock.now();
            self.pass(next.min(left).as_secs_f64().ceil() as i64);
            if next > left {
                break;
            }
        }
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

#[cfg(unix)]
fn mode(path: &Path) -> u32 {
    std::os::unix::fs::MetadataExt::mode(&fs::metadata(path).expect("it is there")) & 0o7777
}

#[cfg(not(unix))]
fn mode(_: &Path) -> u32 {
    0o600
}

// Time.

fn second(text: &str) -> i64 {
    text.parse::<jiff::Timestamp>().expect(text).as_second()
}

fn berlin() -> zone::tests::Rules {
    zone::tests::Rules::posix("CET-1CEST,M3.5.0,M10.5.0/3")
}
