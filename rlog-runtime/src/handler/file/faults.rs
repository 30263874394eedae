//! System calls that fail when a test wants them to.

use std::io;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::vec::Vec;

/// Which calls fail, and what has been called.
#[derive(Debug)]
pub(super) struct Faults {
    calls: Mutex<Vec<&'static str>>,
    /// The number of the call that fails, from 0 on.
    fails: AtomicUsize,
    /// Only calls of this name count and fail, if it is set.
    only: Mutex<Option<&'static str>>,
    /// So does every later one: the process is gone.
    is_last: AtomicBool,
    is_dead: AtomicBool,
    error: Mutex<Error>,
    /// The next call of this name fails with this.
    next: Mutex<Option<(&'static str, Error)>>,
    /// The file system has no locks.
    has_no_locks: AtomicBool,
    /// All its files have names.
    has_no_unnamed: AtomicBool,
    /// How many bytes can still be written.
    room: AtomicU64,
    /// What another process deletes before something is read.
    deleted: Mutex<Vec<PathBuf>>,
    /// And how many more when something was deleted.
    gain: AtomicU64,
}

/// What a call says that fails.
#[derive(Clone, Copy, Debug)]
pub(super) enum Error {
    Kind(io::ErrorKind),
    /// A number of the system's.
    Number(i32),
}

impl Error {
    fn make(self) -> io::Error {
        match self {
            Self::Kind(kind) => kind.into(),
            Self::Number(number) => io::Error::from_raw_os_error(number),
        }
    }
}

impl Default for Faults {
    fn default() -> Self {
        Self {
            calls: Mutex::default(),
            fails: AtomicUsize::new(usize::MAX),
            only: Mutex::new(None),
            is_last: AtomicBool::new(false),
            is_dead: AtomicBool::new(false),
            error: Mutex::new(Error::Number(5)),
            next: Mutex::default(),
            has_no_locks: AtomicBool::new(false),
            has_no_unnamed: AtomicBool::new(false),
            room: AtomicU64::new(u64::MAX),
            deleted: Mutex::default(),
            gain: AtomicU64::new(0),
        }
    }
}

impl Faults {
    /// The process dies instead of its `number`th call.
    pub(super) fn die_at(number: usize) -> Self {
        let faults = Self::default();
        faults.fails.store(number, Ordering::Relaxed);
        faults.is_last.store(true, Ordering::Relaxed);
        faults
    }

    /// Calls of this name fail from now on, until [`Faults::mend`].
    pub(super) fn fail(&self, only: &'static str, error: Error) {
        *self.only.lock().expect("no panic") = Some(only);
        *self.error.lock().expect("no panic") = error;
        self.fails.store(0, Ordering::Relaxed);
    }

    /// The `number`th call of this name fails, counted from the first of all.
    pub(super) fn fail_once(&self, number: usize, error: Error) {
        *self.error.lock().expect("no panic") = error;
        self.fails.store(number, Ordering::Relaxed);
    }

    /// The next call of this name fails.
    pub(super) fn fail_next(&self, name: &'static str, error: Error) {
        *self.next.lock().expect("no panic") = Some((name, error));
    }

    pub(super) fn mend(&self) {
        self.fails.store(usize::MAX, Ordering::Relaxed);
        *self.only.lock().expect("no panic") = None;
        self.room.store(u64::MAX, Ordering::Relaxed);
    }

    pub(super) fn without_locks(self) -> Self {
        self.has_no_locks.store(true, Ordering::Relaxed);
        self
    }

    pub(super) fn without_unnamed_files(self) -> Self {
        self.has_no_unnamed.store(true, Ordering::Relaxed);
        self
    }

    pub(super) fn has_no_unnamed_files(&self) -> bool {
        self.has_no_unnamed.load(Ordering::Relaxed)
    }

    pub(super) fn has_no_locks(&self) -> bool {
        self.has_no_locks.load(Ordering::Relaxed)
    }

    pub(super) fn set_room(&self, bytes: u64) {
        self.room.store(bytes, Ordering::Relaxed);
    }

    /// Another process deletes this, and what is in the making of it, as soon as a file is read from.
    pub(super) fn delete_before_read(&self, paths: &[PathBuf]) {
        self.deleted.lock().expect("no panic").extend_from_slice(paths);
    }

    pub(super) fn before_read(&self) {
        for path in self.deleted.lock().expect("no panic").drain(..) {
            let _ = std::fs::remove_file(path);
        }
    }

    /// Each file that is deleted makes so much room.
    pub(super) fn set_gain(&self, bytes: u64) {
        self.gain.store(bytes, Ordering::Relaxed);
    }

    pub(super) fn is_dead(&self) -> bool {
        self.is_dead.load(Ordering::Relaxed)
    }

    /// The names of all calls so far.
    pub(super) fn calls(&self) -> Vec<&'static str> {
        self.calls.lock().expect("no panic").clone()
    }

    pub(super) fn call(&self, name: &'static str) -> io::Result<()> {
        let mut calls = self.calls.lock().expect("no panic");
        if self.is_dead.load(Ordering::Relaxed) {
            return Err(io::Error::other("the process is dead"));
        }
        let number = calls.len();
        calls.push(name);
        drop(calls);
        if name == "remove" && self.room.load(Ordering::Relaxed) != u64::MAX {
            self.room.fetch_add(self.gain.load(Ordering::Relaxed), Ordering::Relaxed);
        }
        if let Some((_, error)) = self.next.lock().expect("no panic").take_if(|(next, _)| *next == name) {
            return Err(error.make());
        }
        let fails = self.fails.load(Ordering::Relaxed);
        let is_hit = match *self.only.lock().expect("no panic") {
            Some(only) => fails != usize::MAX && only == name,
            None => number == fails,
        };
        if !is_hit {
            return Ok(());
        }
        if self.is_last.load(Ordering::Relaxed) {
            self.is_dead.store(true, Ordering::Relaxed);
        }
        Err(self.error.lock().expect("no panic").make())
    }

    /// What of these bytes fits.
    pub(super) fn portion<'a>(&self, bytes: &'a [u8]) -> io::Result<&'a [u8]> {
        let room = self.room.load(Ordering::Relaxed);
        if room == 0 && !bytes.is_empty() {
            return Err(io::ErrorKind::StorageFull.into());
        }
        let length = room.min(bytes.len() as u64);
        if room != u64::MAX {
            self.room.fetch_sub(length, Ordering::Relaxed);
        }
        Ok(&bytes[..length as usize])
    }
}
