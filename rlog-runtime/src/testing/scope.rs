//! What a capture and those that joined it share, and which of them the running thread belongs to.

use super::records::Captured;
use crate::emit::RawRecord;
use crate::handler::direct;
use crate::level::Level;
use crate::record::ThreadInfo;
use crate::timestamp::Timestamp;
use crate::worker::fork;
use core::cell::RefCell;
use core::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering};
use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;
use std::vec::Vec;

/// The records of one capture.
#[derive(Debug)]
pub(super) struct Scope {
    records: Mutex<Vec<Captured>>,
    /// Tells those that wait for a record that there is one more.
    arrived: Condvar,
    /// The severity of the least severe records that are kept.
    level: AtomicU8,
    /// Whoever belonged to it belongs to the capture around it.
    ended: AtomicBool,
    /// A capture inside of it ended in a panic.
    pub(super) panicked: AtomicBool,
    /// When it began.
    started: Timestamp,
    /// The capture around it.
    parent: Option<Arc<Self>>,
}

thread_local! {
    /// The innermost capture that the thread belongs to. It may have ended: see [`current`].
    static CURRENT: RefCell<Option<Arc<Scope>>> = const { RefCell::new(None) };

    /// The captures that the thread has joined and not left, in their order.
    static JOINS: RefCell<Joins> = const { RefCell::new(Joins { latest: 0, open: Vec::new() }) };
}

/// The joins of a thread.
struct Joins {
    /// The number of the latest.
    latest: u64,
    /// The numbers of those that have not ended, and what the thread goes back to after each.
    open: Vec<(u64, Option<Arc<Scope>>)>,
}

/// Counts what is captured in the process, since the worker, which numbers records, may never see these.
static SEQUENCE: AtomicU64 = AtomicU64::new(1);

/// The last records of threads that belong to no capture, for the answer to "why is it not among mine?".
static STRAYS: Mutex<VecDeque<Captured>> = Mutex::new(VecDeque::new());

/// How many of those are kept.
const MAX_STRAYS: usize = 256;

impl Scope {
    /// A capture that begins now, inside of another one or of none.
    pub(super) fn new(level: Level, parent: Option<Arc<Self>>) -> Self {
        Self {
            records: Mutex::new(Vec::new()),
            arrived: Condvar::new(),
            level: AtomicU8::new(level.severity()),
            ended: AtomicBool::new(false),
            panicked: AtomicBool::new(false),
            started: Timestamp::from(SystemTime::now()),
            parent,
        }
    }

    pub(super) fn level(&self) -> Level {
        Level::new(self.level.load(Ordering::Relaxed))
    }

    pub(super) fn set_level(&self, level: Level) {
        self.level.store(level.severity(), Ordering::Relaxed);
    }

    pub(super) fn end(&self) {
        self.ended.store(true, Ordering::Release);
    }

    pub(super) fn records(&self) -> MutexGuard<'_, Vec<Captured>> {
        self.records.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is waited with while a lock of [`Scope::records`] is given back.
    pub(super) fn arrived(&self) -> &Condvar {
        &self.arrived
    }

    /// The innermost capture around it that is still on.
    pub(super) fn live_parent(&self) -> Option<Arc<Self>> {
        self.parent.clone().and_then(live)
    }

    /// Records since it began of threads that belong to no capture.
    pub(super) fn strays(&self) -> Vec<Captured> {
        let strays = STRAYS.lock().unwrap_or_else(PoisonError::into_inner);
        strays.iter().filter(|stray| stray.with(|record| record.timestamp() >= self.started)).cloned().collect()
    }

    fn keep(&self, record: Captured) {
        self.records().push(record);
        self.arrived.notify_all();
    }
}

/// This one, or the innermost one around it that is still on.
fn live(mut scope: Arc<Scope>) -> Option<Arc<Scope>> {
    while scope.ended.load(Ordering::Acquire) {
        scope = scope.parent.clone()?;
    }
    Some(scope)
}

/// The innermost capture that this thread belongs to.
pub(super) fn current() -> Option<Arc<Scope>> {
    let current = CURRENT.try_with(|current| {
        let mut current = current.try_borrow_mut().ok()?;
        *current = current.take().and_then(live);
        current.clone()
    });
    current.ok().flatten()
}

/// Makes this thread belong to a capture, or to none, and returns what it belonged to.
pub(super) fn replace(scope: Option<Arc<Scope>>) -> Option<Arc<Scope>> {
    // Without its thread-locals the thread belongs to none.
    CURRENT.try_with(|current| current.replace(scope)).ok().flatten()
}

/// Makes this thread belong to a capture. Returns the number by which it [leaves](leave) it.
pub(super) fn join(scope: Arc<Scope>) -> u64 {
    let before = replace(Some(scope));
    let number = JOINS.try_with(|joins| {
        let joins = &mut *joins.borrow_mut();
        joins.latest += 1;
        joins.open.push((joins.latest, before));
        joins.latest
    });
    number.unwrap_or(0)
}

/// Ends a join. The thread goes back to what it belonged to before, or if it has joined something else since, does so when it leaves
/// that.
pub(super) fn leave(number: u64) {
    let back = JOINS.try_with(|joins| {
        let open = &mut joins.borrow_mut().open;
        let at = open.iter().position(|(other, _)| *other == number)?;
        let (_, before) = open.remove(at);
        match open.get_mut(at) {
            Some((_, before_next)) => {
                *before_next = before;
                None
            }
            None => Some(before),
        }
    });
    if let Ok(Some(before)) = back {
        replace(before);
    }
}

/// Gives back what was kept of threads that belong to no capture.
pub(super) fn forget_strays() {
    *STRAYS.lock().unwrap_or_else(PoisonError::into_inner) = VecDeque::new();
}

/// Whether a capture of this thread keeps records of this level.
pub(crate) fn wants(level: Level) -> bool {
    let mut next = if fork::is_orphan() { None } else { current() };
    while let Some(scope) = next {
        if level >= scope.level() {
            return true;
        }
        next = scope.live_parent();
    }
    false
}

/// Keeps a copy of a record in each capture that the thread belongs to; `false` if it belongs to none. Called on the thread
/// that logs.
pub(crate) fn observe(raw: RawRecord<'_>, thread: ThreadInfo<'_>) -> bool {
    // In a forked child the captures are copies that nobody reads, and their locks may be held for ever.
    if fork::is_orphan() {
        return false;
    }
    let record = direct::with_record(raw, thread, &SEQUENCE, |record| Captured::new(record.to_owned()));
    let Some(first) = current() else {
        let mut strays = STRAYS.lock().unwrap_or_else(PoisonError::into_inner);
        if strays.len() == MAX_STRAYS {
            strays.pop_front();
        }
        strays.push_back(record);
        return false;
    };
    let mut next = Some(first);
    while let Some(scope) = next {
        if record.level() >= scope.level() {
            scope.keep(record.clone());
        }
        next = scope.live_parent();
    }
    true
}
