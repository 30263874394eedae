//! What the program asks of files in service.

use crate::worker;
use core::sync::atomic::{AtomicU32, Ordering};
use std::sync::Arc;
use std::time::Duration;

/// Asks one [`File`](crate::File) in service for something; from [`File::handle`](crate::File::handle).
///
/// ```
/// use rlog_runtime::{File, Rotation};
///
/// # fn main() -> Result<(), rlog_runtime::InitError> {
/// # let directory = std::env::temp_dir().join(format!("rlog-doc-handle-{}", std::process::id()));
/// # let path = directory.join("app.log");
/// let file = File::new(path).rotation(Rotation::on_demand());
/// let handle = file.handle();
/// let _guard = rlog_runtime::builder().handler(file).init()?;
/// // Before a backup, say:
/// handle.rotate();
/// # rlog_runtime::shutdown(std::time::Duration::from_secs(1));
/// # let _ = std::fs::remove_dir_all(directory);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct FileHandle {
    requests: Arc<Requests>,
}

/// How often something was asked for. Whoever has seen another number has something to do.
#[derive(Debug, Default)]
pub(super) struct Requests {
    reopen: AtomicU32,
    rotate: AtomicU32,
}

/// Asked of all files.
static OF_ALL: Requests = Requests { reopen: AtomicU32::new(0), rotate: AtomicU32::new(0) };

/// What has been asked for by a certain moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Asked {
    pub(super) reopen: u32,
    pub(super) rotate: u32,
}

/// As long as for the end of a process.
const PATIENCE: Duration = Duration::from_secs(5);

impl FileHandle {
    pub(super) fn new(requests: Arc<Requests>) -> Self {
        Self { requests }
    }

    /// Rotates the file now, if it holds something and has a [`Rotation`](crate::Rotation). `false` if that was not done within
    /// five seconds; it is done later then.
    ///
    /// # Blocking
    /// Until the worker has written what was logged before, and has rotated.
    pub fn rotate(&self) -> bool {
        self.requests.rotate.fetch_add(1, Ordering::Release);
        worker::flush_in_time(PATIENCE).is_some()
    }

    /// Opens the file anew if its name is that of another file by now, or of none; see [`reopen_files`].
    pub fn reopen(&self) -> bool {
        self.requests.reopen.fetch_add(1, Ordering::Release);
        worker::flush_in_time(PATIENCE).is_some()
    }
}

/// Has every [`File`](crate::File) look whether it was moved or deleted, and open its path anew then. `false` if that was not
/// done within five seconds; it is done later then.
///
/// Files notice that by themselves within half a second of logging, and some within five seconds if nothing is logged: those that
/// another process has rotated. This is for tools that want to be sure before they go on,
/// such as the `postrotate` script of `logrotate`.
///
/// ```
/// assert!(rlog_runtime::reopen_files());
/// ```
///
/// # Blocking
/// Until the worker has written what was logged before.
pub fn reopen_files() -> bool {
    OF_ALL.reopen.fetch_add(1, Ordering::Release);
    worker::flush_in_time(PATIENCE).is_some()
}

/// Rotates every [`File`](crate::File) that holds something and has a [`Rotation`](crate::Rotation). `false` if that was not
/// done within five seconds; it is done later then.
///
/// ```
/// assert!(rlog_runtime::rotate_files());
/// ```
///
/// # Blocking
/// Until the worker has written what was logged before, and has rotated.
pub fn rotate_files() -> bool {
    OF_ALL.rotate.fetch_add(1, Ordering::Release);
    worker::flush_in_time(PATIENCE).is_some()
}

impl Requests {
    /// For the janitor, whose thread may wait: has the handler look at its file, though nothing is logged.
    pub(super) fn look_at_file(&self, waits: bool) {
        self.reopen.fetch_add(1, Ordering::Release);
        if waits {
            // If that takes longer, it is done later.
            let _ = worker::flush_in_time(PATIENCE);
        }
    }

    pub(super) fn asked(&self) -> Asked {
        let sum =
            |one: &AtomicU32, all: &AtomicU32| one.load(Ordering::Acquire).wrapping_add(all.load(Ordering::Acquire));
        Asked { reopen: sum(&self.reopen, &OF_ALL.reopen), rotate: sum(&self.rotate, &OF_ALL.rotate) }
    }
}

#[cfg(test)]
impl Requests {
    pub(super) fn ask_to_rotate(&self) {
        self.rotate.fetch_add(1, Ordering::Release);
    }

    pub(super) fn ask_to_reopen(&self) {
        self.reopen.fetch_add(1, Ordering::Release);
    }
}
