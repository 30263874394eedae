//! Lines in a file that is rotated, compressed and deleted by this program, or by others.
//!
//! | file | subject |
//! | --- | --- |
//! | `plan.rs` | the settings, when they are found to be right |
//! | `rotation.rs`, `names.rs`, `retention.rs`, `compression.rs`, `fsync.rs` | what can be set |
//! | `quota.rs` | what a bound on all files together leaves for each of them |
//! | `service.rs` | the handler in service: the way of a line |
//! | `rotate.rs` | from one file to the next, and why no line is lost or doubled wherever the process ends |
//! | `writing.rs`, `output.rs` | how lines get into the file, and what they are written through |
//! | `watch.rs` | what others do to the file |
//! | `janitor.rs`, `background.rs` | when something is done with rotated files, and the thread that does it |
//! | `making.rs` | files that become compressed ones |
//! | `room.rs` | what is deleted, so that there is room for what comes |
//! | `next.rs` | the file that is next, made before it is needed |
//! | `schedule.rs`, `calendar.rs`, `zone.rs`, `wall.rs` | time |
//! | `template.rs`, `listing.rs` | names, and the files that have them |
//! | `open.rs`, `system.rs` | calls of the system |
//! | `requests.rs`, `stats.rs`, `header.rs` | what is asked for, what was done, the first line |
//!
//! The worker, or the thread that logs, writes and rotates; the thread `rlog-files` does all that may take long.

mod background;
mod calendar;
mod compression;
#[cfg(test)]
mod faults;
mod fsync;
mod header;
mod janitor;
mod listing;
mod making;
mod names;
mod next;
mod open;
mod output;
mod plan;
mod quota;
mod requests;
mod retention;
mod room;
mod rotate;
mod rotation;
mod schedule;
mod service;
mod stats;
mod system;
mod template;
#[cfg(test)]
mod tests;
mod wall;
mod watch;
mod writing;
mod zone;

pub use compression::Compression;
pub use fsync::Fsync;
pub use names::{Names, RotatedFile};
pub use requests::{FileHandle, reopen_files, rotate_files};
pub use retention::{Reason, Removal, Retention};
pub use rotation::{CurrentFile, Rotation, Weekday};
pub(crate) use stats::FileCounters;
pub use stats::FileStats;

use super::{Breaker, HandlerBuilder, IntoHandler, OpenError, OpenErrors, Opened, handler_settings};
use crate::format::Text;
use crate::time::Clock;
use crate::units::Size;
use janitor::Janitor;
use plan::{Layout, Plan};
use requests::Requests;
use service::OpenFile;
use std::io;
use std::path::{Path, PathBuf};
use std::string::{String, ToString};
use std::sync::Arc;
use std::vec::Vec;
use system::System;
use wall::Wall;

/// Appends to a file, which is made if it is not there, with its directories.
///
/// ```
/// use rlog_runtime::{Compression, File, Json, Retention, Rotation};
///
/// # fn main() -> Result<(), rlog_runtime::InitError> {
/// # let directory = std::env::temp_dir().join(format!("rlog-doc-file-{}", std::process::id()));
/// # let path = directory.join("app.json");
/// let file = File::new(&path)
///     .rotation(Rotation::daily().max_size(100_000_000))
///     .retention(Retention::count(30).max_total(2_000_000_000));
/// let _guard = rlog_runtime::builder().handler(file.formatter(Json::new())).init()?;
/// # rlog_runtime::shutdown(std::time::Duration::from_secs(1));
/// # std::fs::remove_dir_all(directory).expect("the directory is there");
/// # Ok(())
/// # }
/// ```
///
/// Without a [`Rotation`] it grows until somebody else does something about it: `logrotate`, with `create` or `copytruncate`,
/// works without any setting. The file is noticed to have been moved, deleted or truncated within half a second of logging, or
/// at once if [`reopen_files`](crate::reopen_files) is called.
///
/// Several processes may write to one file, with the same settings: lines are whole, one of them rotates, and the others follow.
/// This needs a file system on which appending is atomic and locks work; on NFS it is not, and each process should have
/// [a file of its own](File::pattern).
///
/// # Security
/// On Unix a file that is made is readable and writable by its owner alone; see [`File::mode`]. A symbolic link, a pipe or a
/// directory in its place is refused. A directory in which everybody may replace the file is warned about.
///
/// # Durability
/// Written by the worker's thread after each batch, in whole lines. [`flush`](crate::flush) and
/// [`shutdown`](crate::shutdown) promise that the operating system has them: they survive the end of the process, not
/// that of the machine; see [`File::fsync`]. When the disk is full or fails, lines that cannot be written are counted and
/// reported, in the file too as soon as something can be written again, and writing resumes with the first batch that fits; a
/// line of which only a part has fit is finished then, before any other. Rotated files are not touched.
#[derive(Debug)]
#[must_use]
pub struct File {
    place: Place,
    rotation: Option<Rotation>,
    names: Option<Names>,
    retention: Retention,
    compression: Compression,
    fsync: Fsync,
    mode: u32,
    header: bool,
    preallocate: Option<u64>,
    link: Option<PathBuf>,
    requests: Arc<Requests>,
}

#[derive(Clone, Debug)]
enum Place {
    Path(PathBuf),
    Pattern(String),
}

impl File {
    /// A handler that appends to the file at `path`. It is opened when the logger is initialised.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self::at(Place::Path(path.into()))
    }

    /// A handler that appends to a file whose path has placeholders in it: those of [`Names::pattern`], but for the parts of
    /// another name.
    ///
    /// With `{host}` and `{pid}` each process has a file of its own, which no other one rotates, compresses or deletes, also when it
    /// has ended. With dates or numbers the file has its final name from the
    /// beginning: it is not renamed when it is rotated, and the next one has another name. It is rotated as often as its name
    /// changes, if no [`Rotation`] is set.
    ///
    /// ```
    /// use rlog_runtime::{File, Rotation};
    ///
    /// let by_instance = File::pattern("logs/app.{host}.{pid}.log");
    /// let by_hour = File::pattern("logs/{year}/{month}/{day}/{hour}/app.log").current_link("logs/app.log");
    /// let by_size = File::pattern("logs/app.{number}.log").rotation(Rotation::size("100 MB"));
    /// ```
    pub fn pattern(pattern: impl Into<String>) -> Self {
        Self::at(Place::Pattern(pattern.into()))
    }

    fn at(place: Place) -> Self {
        Self {
            place,
            rotation: None,
            names: None,
            retention: Retention::all(),
            compression: Compression::none(),
            fsync: Fsync::never(),
            mode: 0o600,
            header: false,
            preallocate: None,
            link: None,
            requests: Arc::default(),
        }
    }

    /// When the file is rotated. Never by this program, if not set.
    pub fn rotation(self, rotation: Rotation) -> Self {
        Self { rotation: Some(rotation), ..self }
    }

    /// What the file is called when it has been rotated. [`Names::dated`] if it is rotated by time, and [`Names::numbered`]
    /// otherwise, if not set.
    pub fn names(self, names: Names) -> Self {
        Self { names: Some(names), ..self }
    }

    /// Which rotated files are kept. All, if not set.
    pub fn retention(self, retention: Retention) -> Self {
        Self { retention, ..self }
    }

    /// How rotated files are made smaller. They are left as they are, if not set.
    pub fn compression(self, compression: Compression) -> Self {
        Self { compression, ..self }
    }

    /// When the disk has what was written. When the system sees fit, if not set.
    pub fn fsync(self, fsync: Fsync) -> Self {
        Self { fsync, ..self }
    }

    /// Who may read and write files that are made: `0o640` for the group too, whatever the mask of the process. `0o600` if not
    /// set. Where processes of several users share a file, `0o660`: the lock for rotating it, `.app.log.lock`, has the same mode.
    /// Files that are there keep their mode, also when they are rotated and compressed. Without effect on Windows.
    pub fn mode(self, mode: u32) -> Self {
        Self { mode, ..self }
    }

    /// Whether each file begins with a line that says which version of the format it is in, when it began, and which process
    /// began it: `{"schema":"rlog/1","started":"2026-11-23T00:00:00.000000000Z","pid":4711}` if lines are JSON, and
    /// `# schema=rlog/1 started=... pid=4711` otherwise. Not, if not set.
    pub fn header(self, header: bool) -> Self {
        Self { header, ..self }
    }

    /// Has the system put so many bytes aside for each file that begins, so that they are next to each other on the disk, and
    /// the disk cannot be full before they are used. Only on Linux; without effect elsewhere.
    pub fn preallocate(self, bytes: u64) -> Self {
        Self { preallocate: Some(bytes), ..self }
    }

    /// A symbolic link that always points to the current file, for those whose names change: `tail -F` follows it. Where there
    /// are none, a file that holds the path. Its directory is made if it is missing.
    pub fn current_link(self, path: impl Into<PathBuf>) -> Self {
        Self { link: Some(path.into()), ..self }
    }

    /// What to ask the file with when it is in service.
    #[must_use]
    pub fn handle(&self) -> FileHandle {
        FileHandle::new(Arc::clone(&self.requests))
    }

    /// Which files the [`Retention`] would delete now, without deleting any. The file in use, and those that other processes
    /// write to, are not among them.
    ///
    /// # Errors
    /// If a setting is wrong, or the directory cannot be read.
    pub fn dry_run(&self) -> io::Result<Vec<Removal>> {
        let plan = self.plan().map_err(|problems| {
            let texts: Vec<_> = problems.iter().map(Problem::text).collect();
            io::Error::new(io::ErrorKind::InvalidInput, texts.join("; "))
        })?;
        let (plan, system, wall) = (Arc::new(plan), System::default(), Wall::default());
        let (current, _) = rotate::first_path(&plan, &system, wall.now().div_euclid(1_000_000_000))?;
        let janitor = Janitor::new(plan, system, Arc::default(), Arc::default(), Clock::system(), wall);
        janitor.set_current(&current, system::Identity::default());
        janitor.removals()
    }

    /// What is wrong with the settings, and what will keep the file from being opened. Nothing is made or changed.
    fn problems(&self) -> Vec<OpenError> {
        match self.plan() {
            Ok(plan) => open::problems(&System::default(), &plan),
            Err(problems) => problems.into_iter().map(|problem| self.setting(problem)).collect(),
        }
    }

    /// What is wrong with the settings by themselves, each with the setting to blame, as configuration files name it.
    #[cfg(feature = "config")]
    pub(crate) fn mistakes(&self) -> Vec<(&'static str, String)> {
        let place = match &self.place {
            Place::Path(_) => "path",
            Place::Pattern(_) => "pattern",
        };
        let problems = self.plan().err().unwrap_or_default().into_iter();
        problems
            .map(|problem| (if problem.setting.is_empty() { place } else { problem.setting }, problem.text()))
            .collect()
    }

    fn setting(&self, problem: Problem) -> OpenError {
        OpenError {
            message: std::format!("log file `{}`: {}", self.shown(), problem.what),
            source: io::Error::new(io::ErrorKind::InvalidInput, problem.way_out),
        }
    }

    fn shown(&self) -> String {
        match &self.place {
            Place::Path(path) => path.display().to_string(),
            Place::Pattern(pattern) => pattern.escape_debug().to_string(),
        }
    }

    fn open(self) -> Result<Opened, OpenErrors> {
        let plan = match self.plan() {
            Ok(plan) => Arc::new(plan),
            Err(problems) => {
                return Err(OpenErrors(problems.into_iter().map(|problem| self.setting(problem)).collect()));
            }
        };
        let path = plan.path().to_path_buf();
        let handler = OpenFile::open(plan, self.requests, System::default(), Clock::system(), Wall::default())
            .map_err(|source| problem_of_path(&path, source))?;
        let counters = Arc::clone(&handler.counters);
        Ok(Opened { file: Some(counters), ..Opened::new(handler, Text::new()) })
    }
}

handler_settings!(File);

impl IntoHandler for File {
    fn into_handler(self) -> HandlerBuilder {
        let name = self.shown();
        let checked = Self {
            place: self.place.clone(),
            rotation: self.rotation.clone(),
            names: self.names.clone(),
            retention: self.retention.clone(),
            link: self.link.clone(),
            requests: Arc::clone(&self.requests),
            ..self
        };
        // A disk that has room again is to be noticed at once, and what was lost till then told in the file, to the record: so
        // every batch is tried.
        HandlerBuilder::opened_by(name, || self.open()).check(move || checked.problems()).breaker(Breaker::never())
    }
}

/// What is wrong with a setting, and what to do about it.
#[derive(Clone, Debug)]
struct Problem {
    /// The setting to blame, as configuration files name it: `rotation.at`. Empty if that is the path.
    #[cfg_attr(not(feature = "config"), allow(dead_code, reason = "for settings in files"))]
    setting: &'static str,
    what: String,
    way_out: String,
}

impl Problem {
    fn of(self, setting: &'static str) -> Self {
        Self { setting, ..self }
    }

    fn text(&self) -> String {
        std::format!("{}: {}", self.what, self.way_out)
    }
}

/// The bytes of a size as people write it, or what to write instead.
fn size_of(text: &str) -> Result<u64, String> {
    let is_digit = |c: char| c.is_ascii_digit();
    match text.parse::<Size>() {
        Ok(size) => Ok(size.bytes()),
        Err(_) if text.trim().starts_with(['-', '\u{2212}']) => {
            Err("a size is not below zero; write one such as `100 MB`".into())
        }
        Err(_) if text.split_once(',').is_some_and(|(a, b)| a.ends_with(is_digit) && b.starts_with(is_digit)) => {
            Err("numbers have a point before their parts, and no other separators: `1.5 MB`".into())
        }
        Err(error) => Err(error.to_string()),
    }
}

fn problem(what: impl Into<String>, way_out: impl Into<String>) -> Problem {
    Problem { setting: "", what: what.into(), way_out: way_out.into() }
}

fn problem_of_path(path: &Path, source: io::Error) -> OpenError {
    OpenError { message: std::format!("cannot open log file `{}`", path.display()), source }
}
