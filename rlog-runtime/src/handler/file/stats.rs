//! What a file handler has done, in numbers.

use crate::timestamp::Timestamp;
use core::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::path::PathBuf;
use std::string::{String, ToString};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

/// What a [`File`](crate::File) has done, in [`HandlerStats::file`](crate::HandlerStats::file).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct FileStats {
    /// The file that is being written.
    pub path: PathBuf,
    /// Bytes that the system has taken.
    pub bytes: u64,
    /// Whole lines among them.
    pub lines: u64,
    /// How often the file was rotated.
    pub rotations: u64,
    /// Rotated files that were compressed.
    pub compressions: u64,
    /// Rotated files that were deleted by the [`Retention`](crate::Retention).
    pub deletions: u64,
    /// How often the file was opened anew, because somebody had moved or deleted it, or asked for it.
    pub reopenings: u64,
    /// How often somebody had made the file shorter, as `copytruncate` of `logrotate` does.
    pub truncations: u64,
    /// Calls of the system that failed, in writing, rotating, compressing and deleting.
    pub errors: u64,
    /// When the file was last rotated.
    pub last_rotation: Option<Timestamp>,
    /// How long all rotations took together. Lines waited meanwhile.
    pub rotation_time: Duration,
    /// How long the longest of them took.
    pub longest_rotation: Duration,
    /// When a file was last compressed.
    pub last_compression: Option<Timestamp>,
    /// How long that took for all of them together. Nothing waited for it.
    pub compression_time: Duration,
    /// When a file was last deleted.
    pub last_deletion: Option<Timestamp>,
    /// How long that took for all of them together.
    pub deletion_time: Duration,
    /// When a call last failed, and why.
    pub last_error: Option<(Timestamp, String)>,
}

/// Shared by the handler, its janitor and whoever reads statistics.
#[derive(Debug, Default)]
pub(crate) struct FileCounters {
    path: Mutex<PathBuf>,
    pub(super) bytes: AtomicU64,
    pub(super) lines: AtomicU64,
    pub(super) rotations: Event,
    pub(super) compressions: Event,
    pub(super) deletions: Event,
    pub(super) reopenings: Event,
    pub(super) truncations: Event,
    errors: Event,
    last_error: Mutex<String>,
}

/// Something that happens now and then.
#[derive(Debug, Default)]
pub(super) struct Event {
    count: AtomicU64,
    /// In nanoseconds since the epoch.
    last: AtomicI64,
    /// How long it took all times, and the longest time, in nanoseconds.
    time: AtomicU64,
    longest: AtomicU64,
}

impl Event {
    /// It has happened, and took so long.
    pub(super) fn took(&self, time: Duration) {
        let nanoseconds = u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
        self.time.fetch_add(nanoseconds, Ordering::Relaxed);
        self.longest.fetch_max(nanoseconds, Ordering::Relaxed);
        self.happened();
    }

    pub(super) fn happened(&self) {
        self.last.store(Timestamp::from(SystemTime::now()).as_nanoseconds(), Ordering::Relaxed);
        self.count.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn count(&self) -> u64 {
        self.count.load(Ordering::Relaxed)
    }

    fn time(&self) -> Duration {
        Duration::from_nanos(self.time.load(Ordering::Relaxed))
    }

    fn last(&self) -> Option<Timestamp> {
        (self.count() > 0).then(|| Timestamp::from_nanoseconds(self.last.load(Ordering::Relaxed)))
    }
}

impl FileCounters {
    pub(super) fn set_path(&self, path: &std::path::Path) {
        path.clone_into(&mut lock(&self.path));
    }

    pub(super) fn failed(&self, error: &dyn core::fmt::Display) {
        self.errors.happened();
        *lock(&self.last_error) = error.to_string();
    }

    pub(crate) fn read(&self) -> FileStats {
        FileStats {
            path: lock(&self.path).clone(),
            bytes: self.bytes.load(Ordering::Relaxed),
            lines: self.lines.load(Ordering::Relaxed),
            rotations: self.rotations.count(),
            compressions: self.compressions.count(),
            deletions: self.deletions.count(),
            reopenings: self.reopenings.count(),
            truncations: self.truncations.count(),
            errors: self.errors.count(),
            last_rotation: self.rotations.last(),
            rotation_time: self.rotations.time(),
            longest_rotation: Duration::from_nanos(self.rotations.longest.load(Ordering::Relaxed)),
            last_compression: self.compressions.last(),
            compression_time: self.compressions.time(),
            last_deletion: self.deletions.last(),
            deletion_time: self.deletions.time(),
            last_error: self.errors.last().map(|at| (at, lock(&self.last_error).clone())),
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
