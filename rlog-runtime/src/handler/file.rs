//! Lines in a file.

use super::lines::Lines;
use super::{
    Breaker, Handler, HandlerBuilder, HandlerError, IntoHandler, OpenError, OpenErrors, Opened, handler_settings,
};
use crate::format::Text;
use crate::record::Record;
use std::fs::{self, OpenOptions};
use std::io::{self, Read, Seek};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Appends to a file, which is made if it is not there, with its directories. On Unix a file that is made is readable
/// and writable by its owner alone.
///
/// ```
/// use rlog_runtime::{File, Json};
///
/// # fn main() -> Result<(), rlog_runtime::InitError> {
/// # let path = std::env::temp_dir().join(format!("rlog-doc-{}.json", std::process::id()));
/// let _guard = rlog_runtime::builder().handler(File::new(&path).formatter(Json::new())).init()?;
/// # rlog_runtime::shutdown(std::time::Duration::from_secs(1));
/// # std::fs::remove_file(path).expect("the file is there");
/// # Ok(())
/// # }
/// ```
///
/// # Durability
/// Written by the worker's thread after each batch, in whole lines. [`flush`](crate::flush) and
/// [`shutdown`](crate::shutdown) promise that the operating system has them: they survive the end of the process, not
/// that of the machine. When the disk is full, lines that do not fit are counted and reported, and writing resumes with
/// the first batch that fits; a line of which only a part has fit is finished then, before any other.
#[derive(Debug)]
pub struct File {
    path: PathBuf,
}

impl File {
    /// A handler that appends to the file at `path`. It is opened when the logger is initialised.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    fn open(self) -> Result<Opened, OpenErrors> {
        let handler = OpenFile::open(&self.path).map_err(|source| OpenError {
            message: format!("cannot open log file `{}`", self.path.display()),
            source,
        })?;
        Ok(Opened::new(handler, Text::new()))
    }
}

handler_settings!(File);

impl IntoHandler for File {
    fn into_handler(self) -> HandlerBuilder {
        let name = self.path.display().to_string();
        // A disk that has room again is to be noticed at once.
        let breaker = Breaker::new().pause(Duration::from_millis(100), Duration::from_millis(500));
        HandlerBuilder::opened_by(name, || self.open()).breaker(breaker)
    }
}

/// The handler in service, with a destination that tests can make fail.
#[derive(Debug)]
struct OpenFile<F = fs::File> {
    file: F,
    lines: Lines,
}

impl OpenFile {
    fn open(path: &Path) -> io::Result<Self> {
        if let Some(parent) = path.parent().filter(|parent| !parent.as_os_str().is_empty()) {
            create_directories(parent)?;
        }
        let mut options = OpenOptions::new();
        options.append(true).create(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(path)?;
        let lines = if ends_in_a_torn_line(&file, path) { Lines::behind_a_torn_line() } else { Lines::default() };
        Ok(Self { file, lines })
    }
}

fn create_directories(directory: &Path) -> io::Result<()> {
    fs::create_dir_all(directory).map_err(|error| {
        // The system says "file exists" or "not a directory", but not which.
        let obstacle = directory.ancestors().find(|ancestor| ancestor.exists() && !ancestor.is_dir());
        let reason = match obstacle {
            Some(file) => format!("`{}` is not a directory", file.display()),
            None => format!("cannot create directory `{}`: {error}", directory.display()),
        };
        io::Error::new(error.kind(), reason)
    })
}

/// Whether an earlier process was killed, or ran out of space, in the middle of a line. Our first line would be spoilt
/// too.
fn ends_in_a_torn_line(file: &fs::File, path: &Path) -> bool {
    // Neither pipes nor devices: to open them for reading would block, or take something out of them.
    if !file.metadata().is_ok_and(|metadata| metadata.is_file() && metadata.len() > 0) {
        return false;
    }
    last_byte(path).is_ok_and(|last| last != b'\n')
}

/// By a handle of its own, since one that appends is not allowed to read.
fn last_byte(path: &Path) -> io::Result<u8> {
    let mut file = fs::File::open(path)?;
    file.seek(io::SeekFrom::End(-1))?;
    let mut last = [0];
    file.read_exact(&mut last)?;
    Ok(last[0])
}

impl<F: io::Write + Send + 'static> Handler for OpenFile<F> {
    #[inline]
    fn emit(&mut self, _: &Record<'_>, line: &[u8]) -> Result<(), HandlerError> {
        if self.lines.push(line) { self.lines.write_to(&mut self.file) } else { Ok(()) }
    }

    fn end_of_batch(&mut self) -> Result<(), HandlerError> {
        self.lines.write_to(&mut self.file)
    }

    fn close(&mut self) -> Result<(), HandlerError> {
        self.lines.write_to(&mut self.file).map_err(|error| self.lines.abandon(error))
    }
}

#[cfg(test)]
mod tests {
    use super::super::lines::tests::{Disk, record};
    use super::*;
    use crate::level::Level;
    use std::string::{String, ToString};
    use std::vec::Vec;

    /// A directory for one test, removed afterwards.
    struct Directory(PathBuf);

    impl Directory {
        fn new(test: &str) -> Self {
            let path = std::env::temp_dir().join(format!("rlog-file-{test}-{}", std::process::id()));
            fs::create_dir_all(&path).expect("the temporary directory is writable");
            Self(path)
        }

        fn path(&self, name: &str) -> PathBuf {
            self.0.join(name)
        }
    }

    impl Drop for Directory {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    /// The message and the reason why a path cannot be opened.
    fn refusal(path: impl Into<PathBuf>) -> String {
        match File::new(path).open() {
            Ok(_) => panic!("it can be opened"),
            Err(error) => format!("{}: {}", error.0[0].message, error.0[0].source),
        }
    }

    fn log(handler: &mut impl Handler, line: &str) -> Result<(), HandlerError> {
        handler.emit(&record(Level::INFO), line.as_bytes())?;
        handler.end_of_batch()
    }

    #[test]
    fn lines_are_appended_to_a_file_whose_directories_are_made() {
        let directory = Directory::new("append");
        let path = directory.path("a/b/app.log");
        for line in ["first\n", "second\n"] {
            let mut handler = OpenFile::open(&path).expect("it can be opened");
            log(&mut handler, line).expect("there is room");
            handler.close().expect("there is room");
        }
        assert_eq!(fs::read_to_string(&path).expect("it is there"), "first\nsecond\n");
        #[cfg(unix)]
        {
            let mode = std::os::unix::fs::MetadataExt::mode(&fs::metadata(&path).expect("it is there"));
            assert_eq!(mode & 0o777, 0o600, "{mode:o}");
        }
    }

    #[test]
    fn a_line_that_an_earlier_process_left_torn_does_not_spoil_the_next() {
        let directory = Directory::new("torn");
        let path = directory.path("app.log");
        fs::write(&path, "whole\nto").expect("the directory is writable");
        let mut handler = OpenFile::open(&path).expect("it can be opened");
        log(&mut handler, "next\n").expect("there is room");
        assert_eq!(fs::read_to_string(&path).expect("it is there"), "whole\nto\nnext\n");
    }

    #[test]
    fn a_directory_in_place_of_the_file_is_refused_with_its_path() {
        let directory = Directory::new("directory");
        let text = refusal(&directory.0);
        assert!(text.starts_with(&format!("cannot open log file `{}`: ", directory.0.display())), "{text}");
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
    fn a_directory_that_is_not_ours_is_refused_with_the_reason() {
        use std::os::unix::fs::PermissionsExt;
        let directory = Directory::new("permission");
        let locked = directory.path("locked");
        fs::create_dir(&locked).expect("the directory is writable");
        fs::set_permissions(&locked, fs::Permissions::from_mode(0o500)).expect("it is ours");
        if fs::write(locked.join("probe"), "").is_ok() {
            super::super::write_to_stderr(b"skipped: a_directory_that_is_not_ours: permissions do not bind root\n");
            return;
        }
        assert!(refusal(locked.join("app.log")).to_lowercase().contains("permission denied"));
        let text = refusal(locked.join("logs/app.log"));
        assert!(text.contains("cannot create directory") && text.contains("locked/logs`"), "{text}");
    }

    #[test]
    fn lines_that_do_not_fit_are_counted_and_writing_resumes_by_itself() {
        let mut handler = OpenFile { file: Disk::with_room(6), lines: Lines::default() };
        let lost: Vec<_> = ["one\n", "two\n", "three\n", "four\n"]
            .map(|line| log(&mut handler, line).map_err(|error| error.lost()))
            .into();
        assert_eq!(lost, [Ok(()), Err(0), Err(1), Err(1)], "`two` was begun, so it is kept");
        handler.file.room = 100;
        log(&mut handler, "five\n").expect("there is room");
        assert_eq!(String::from_utf8_lossy(&handler.file.content), "one\ntwo\nfive\n");
    }

    #[test]
    fn what_was_begun_and_cannot_be_finished_is_counted_at_the_end() {
        let mut handler = OpenFile { file: Disk::with_room(2), lines: Lines::default() };
        assert_eq!(log(&mut handler, "one\n").map_err(|error| error.lost()), Err(0));
        assert_eq!(handler.close().map_err(|error| error.lost()), Err(1));
    }

    #[test]
    fn a_batch_of_many_lines_is_written_in_parts() {
        let mut handler = OpenFile { file: Vec::new(), lines: Lines::default() };
        let line = format!("{}\n", "x".repeat(999));
        for _ in 0..1_000 {
            handler.emit(&record(Level::INFO), line.as_bytes()).expect("memory takes everything");
        }
        assert!(handler.file.len() > 800_000 && handler.file.len().is_multiple_of(1_000));
        handler.end_of_batch().expect("memory takes everything");
        assert_eq!(handler.file.len(), 1_000_000);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_device_loses_every_line_and_says_how_many() {
        let mut handler = OpenFile::open(Path::new("/dev/full")).expect("devices can be opened");
        for _ in 0..3 {
            handler.emit(&record(Level::INFO), b"line\n").expect("it is gathered");
        }
        let error = handler.end_of_batch().expect_err("the device is full");
        assert_eq!(error.lost(), 3);
        assert!(error.to_string().contains("(3 records lost)"), "{error}");
        assert!(handler.close().is_ok(), "nothing is left");
    }
}
