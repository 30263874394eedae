//! What the program asks of files in service.

use crate::worker::{self, fork};
use core::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError, Weak};
use std::time::Duration;
use std::vec::Vec;

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
    /// What of `rotate` has been answered, and of that of all files.
    answered: AtomicU32,
    answered_all: AtomicU32,
    /// How often the answer was that it could not be done.
    refused: AtomicU32,
    /// There is somebody to answer.
    is_in_service: AtomicBool,
}

/// Asked of all files.
static OF_ALL: Requests = Requests {
    reopen: AtomicU32::new(0),
    rotate: AtomicU32::new(0),
    answered: AtomicU32::new(0),
    answered_all: AtomicU32::new(0),
    refused: AtomicU32::new(0),
    is_in_service: AtomicBool::new(false),
};

/// Those of all files in service.
static IN_SERVICE: Mutex<Vec<Weak<Requests>>> = Mutex::new(Vec::new());

/// What has been asked for by a certain moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Asked {
    pub(super) reopen: u32,
    pub(super) rotate: Rotations,
}

/// How often it was asked of this file, and of all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Rotations {
    own: u32,
    all: u32,
}

/// As long as for the end of a process.
const PATIENCE: Duration = Duration::from_secs(5);

impl FileHandle {
    pub(super) fn new(requests: Arc<Requests>) -> Self {
        Self { requests }
    }

    /// Rotates the file now, if it holds something and has a [`Rotation`](crate::Rotation). `false` if that could not be done,
    /// for a reason that [`FileStats::last_error`](crate::FileStats::last_error) tells, or because another process was about to;
    /// if the file is not in service; and if it was not done within five seconds: then it is done later.
    ///
    /// # Blocking
    /// Until the worker has written what was logged before, and has rotated.
    pub fn rotate(&self) -> bool {
        let refused = self.requests.refused.load(Ordering::Acquire);
        let asked = self.requests.rotate.fetch_add(1, Ordering::AcqRel).wrapping_add(1);
        let is_in_time = worker::flush_in_time(PATIENCE).is_some();
        is_in_time && self.requests.has_done(&self.requests.answered, asked, refused)
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
/// another process has rotated, if they have a [`Retention`](crate::Retention) or a [`Compression`](crate::Compression). This is
/// for tools that want to be sure before they go on, such as the `postrotate` script of `logrotate`.
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

/// Rotates every [`File`](crate::File) that holds something and has a [`Rotation`](crate::Rotation). `false` if that could not be
/// done with one of them, for which see [`FileHandle::rotate`], or was not done within five seconds: then it is done later.
///
/// ```
/// assert!(rlog_runtime::rotate_files());
/// ```
///
/// # Blocking
/// Until the worker has written what was logged before, and has rotated.
pub fn rotate_files() -> bool {
    let files: Vec<_> = in_service().map(|files| files.iter().filter_map(Weak::upgrade).collect()).unwrap_or_default();
    let refused: Vec<_> = files.iter().map(|file| file.refused.load(Ordering::Acquire)).collect();
    let asked = OF_ALL.rotate.fetch_add(1, Ordering::AcqRel).wrapping_add(1);
    let is_in_time = worker::flush_in_time(PATIENCE).is_some();
    let mut answers = files.iter().zip(refused);
    is_in_time
        && answers.all(|(file, refused)| {
            !file.is_in_service.load(Ordering::Acquire) || file.has_done(&file.answered_all, asked, refused)
        })
}

/// `None` in a child of `fork` whose parent had it at the time.
fn in_service() -> Option<MutexGuard<'static, Vec<Weak<Requests>>>> {
    match IN_SERVICE.try_lock() {
        Ok(files) => Some(files),
        Err(TryLockError::Poisoned(files)) => Some(files.into_inner()),
        Err(TryLockError::WouldBlock) if fork::is_child() => None,
        Err(TryLockError::WouldBlock) => Some(IN_SERVICE.lock().unwrap_or_else(PoisonError::into_inner)),
    }
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
        let [reopen, own] = [&self.reopen, &self.rotate].map(|one| one.load(Ordering::Acquire));
        let [all_reopen, all] = [&OF_ALL.reopen, &OF_ALL.rotate].map(|one| one.load(Ordering::Acquire));
        Asked { reopen: reopen.wrapping_add(all_reopen), rotate: Rotations { own, all } }
    }

    /// From now on there is a handler that answers. What was asked for before is not its business.
    pub(super) fn begin(self: &Arc<Self>) -> Asked {
        let asked = self.asked();
        self.answer(asked.rotate, true);
        self.is_in_service.store(true, Ordering::Release);
        if let Some(mut files) = in_service() {
            files.push(Arc::downgrade(self));
        }
        asked
    }

    /// And now there is none.
    pub(super) fn end(self: &Arc<Self>) {
        self.is_in_service.store(false, Ordering::Release);
        if let Some(mut files) = in_service() {
            let index = files.iter().position(|file| core::ptr::eq(file.as_ptr(), Arc::as_ptr(self)));
            let _ = index.map(|index| files.swap_remove(index));
        }
    }

    /// Whether the file has been rotated as often as was asked for.
    pub(super) fn answer(&self, asked: Rotations, is_done: bool) {
        if !is_done {
            self.refused.fetch_add(1, Ordering::AcqRel);
        }
        self.answered.store(asked.own, Ordering::Release);
        self.answered_all.store(asked.all, Ordering::Release);
    }

    /// Whether that is the answer to a request, if `refused` is how often it was not before.
    fn has_done(&self, answered: &AtomicU32, asked: u32, refused: u32) -> bool {
        let is_answered = answered.load(Ordering::Acquire).wrapping_sub(asked) <= u32::MAX / 2;
        is_answered && self.is_in_service.load(Ordering::Acquire) && self.refused.load(Ordering::Acquire) == refused
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
