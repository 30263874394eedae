//! A thread's ring with what the worker has to know of the thread, and how the two find each other.

use crate::ring::sync::CachePadded;
use crate::ring::{Consumer, Ring};
use core::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, AtomicUsize, Ordering};
use std::string::String;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::vec::Vec;

/// The ring of one thread.
#[derive(Debug)]
pub(crate) struct Lane {
    ring: Ring,
    /// From 1, in the order in which threads logged for the first time.
    pub(crate) thread_id: u64,
    pub(crate) thread_name: Option<String>,
    /// The thread has ended: when the ring is empty, it stays empty. Stored with `Release` after the last commit.
    closed: AtomicBool,
    /// A record in the ring is still looked at by a handler that does not return, so no space is given back any more: when
    /// the ring is full, the thread takes another one.
    retired: AtomicBool,
    /// Off the cache lines that the thread reads when it looks for room.
    pub(crate) progress: CachePadded<LaneProgress>,
}

/// How far the worker has come. Only the worker stores.
#[derive(Debug)]
pub(crate) struct LaneProgress {
    /// Where the first record starts that no handler has been given.
    pub(crate) taken: AtomicUsize,
    /// The latest timestamp given out, so that the thread's records never go back in time.
    pub(crate) latest: AtomicI64,
}

impl AsRef<Ring> for Lane {
    fn as_ref(&self) -> &Ring {
        &self.ring
    }
}

impl Lane {
    /// The thread will write nothing more.
    pub(crate) fn close(&self) {
        self.closed.store(true, Ordering::Release);
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Acquire)
    }

    /// For the worker.
    pub(crate) fn retire(&self) {
        self.retired.store(true, Ordering::Relaxed);
    }

    pub(crate) fn is_retired(&self) -> bool {
        self.retired.load(Ordering::Relaxed)
    }

    /// The reading end, which goes on where the last one has stopped.
    ///
    /// # Safety
    /// It must be the only one that goes on to read. If there are others that still look at a record, the lane must be
    /// retired.
    pub(crate) unsafe fn consumer(self: &Arc<Self>) -> LaneConsumer {
        let (taken, is_retired) = (self.progress.0.taken.load(Ordering::Relaxed), self.is_retired());
        // SAFETY: the caller's promise; workers store positions of records.
        unsafe { LaneConsumer::resume(Arc::clone(self), taken, is_retired) }
    }
}

/// The reading end of a lane.
pub(crate) type LaneConsumer = Consumer<Arc<Lane>>;

impl AsRef<Ring> for Arc<Lane> {
    fn as_ref(&self) -> &Ring {
        &self.ring
    }
}

/// Lanes that the worker has not seen yet, and rings whose threads have ended.
struct Registry {
    new: Vec<Arc<Lane>>,
    spare: Vec<Ring>,
}

static REGISTRY: Mutex<Registry> = Mutex::new(Registry { new: Vec::new(), spare: Vec::new() });

/// Counts the lanes that were ever opened, so that the worker takes the lock only when there is a new one.
static OPENED: AtomicU64 = AtomicU64::new(0);

/// The size of new rings in bytes.
static CAPACITY: AtomicUsize = AtomicUsize::new(DEFAULT_CAPACITY);

/// Room for about 4,000 small records, and small enough to stay in the second-level cache.
pub(crate) const DEFAULT_CAPACITY: usize = 256 << 10;
/// Rings of threads that have ended, kept for the next threads.
const SPARE: usize = 16;

fn registry() -> MutexGuard<'static, Registry> {
    REGISTRY.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The lock, for a thread that forks.
#[cfg(unix)]
pub(crate) fn hold() -> impl Sized + 'static {
    REGISTRY.lock()
}

pub(crate) fn set_capacity(bytes: usize) {
    CAPACITY.store(bytes, Ordering::Relaxed);
    registry().spare.clear();
}

/// A lane for a thread that logs for the first time.
pub(crate) fn open(thread_id: u64, thread_name: Option<String>) -> Arc<Lane> {
    let spare = registry().spare.pop();
    let ring = spare.unwrap_or_else(|| Ring::new(CAPACITY.load(Ordering::Relaxed)));
    let taken = AtomicUsize::new(ring.position());
    let lane = Arc::new(Lane {
        ring,
        thread_id,
        thread_name,
        closed: AtomicBool::new(false),
        retired: AtomicBool::new(false),
        progress: CachePadded(LaneProgress { taken, latest: AtomicI64::new(i64::MIN) }),
    });
    registry().new.push(Arc::clone(&lane));
    OPENED.fetch_add(1, Ordering::Release);
    lane
}

/// How many lanes were ever opened.
pub(crate) fn opened() -> u64 {
    OPENED.load(Ordering::Acquire)
}

/// The lanes that were opened since the last call.
pub(crate) fn take_new() -> Vec<Arc<Lane>> {
    std::mem::take(&mut registry().new)
}

/// Puts back lanes that a worker leaves behind, for the next worker.
pub(crate) fn put_back(lanes: impl Iterator<Item = Arc<Lane>>) {
    registry().new.extend(lanes);
    OPENED.fetch_add(1, Ordering::Release);
}

/// Keeps the ring of a lane that is closed and empty.
pub(crate) fn recycle(lane: Arc<Lane>) {
    // The thread may not have let go yet; then the ring is freed when it does. That of a lane that was retired has not been
    // given back to its end.
    if let Some(lane) = Arc::into_inner(lane)
        && !lane.is_retired()
    {
        let mut registry = registry();
        if registry.spare.len() < SPARE {
            registry.spare.push(lane.ring);
        }
    }
}
