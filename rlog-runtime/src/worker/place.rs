//! Where a handler is found: by the worker, or, while a call of it does not return, by nobody but the thread in that call.

use super::signal::Signal;
use crate::handler::Controls;
use crate::handler::slot::{Outcome, Slot};
use crate::record::{OwnedRecord, Record};
use crate::worker::notices;
use core::cell::UnsafeCell;
use core::fmt;
use core::sync::atomic::{AtomicBool, Ordering};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// One of the worker's handlers.
pub(super) struct Place {
    slot: UnsafeCell<Slot>,
    controls: Arc<Controls>,
    /// The slot belongs to the thread that is in a call of it, not to the worker. Set by the thread that relieves the worker;
    /// cleared, with `Release` and under the lock of `backlog`, by the thread that has it.
    is_away: AtomicBool,
    backlog: Mutex<Backlog>,
}

// SAFETY: `slot` is used by one thread at a time, see `Place::slot`, and may move between threads.
unsafe impl Sync for Place where Slot: Send {}

/// What has come for a handler while it was away.
#[derive(Debug, Default)]
struct Backlog {
    records: VecDeque<OwnedRecord>,
    /// What they take.
    bytes: usize,
    /// Records for which there was no room.
    dropped: u64,
    /// It is no longer wanted: when it has caught up it is closed.
    is_last: bool,
}

impl Place {
    pub(super) fn new(slot: Slot) -> Arc<Self> {
        let controls = Arc::clone(slot.controls());
        Arc::new(Self {
            slot: UnsafeCell::new(slot),
            controls,
            is_away: AtomicBool::new(false),
            backlog: Mutex::default(),
        })
    }

    pub(super) fn controls(&self) -> &Arc<Controls> {
        &self.controls
    }

    /// How long a call of it may last.
    pub(super) fn patience(&self) -> Duration {
        self.controls.settings().breaker.time_for_a_call()
    }

    /// The handler.
    ///
    /// # Safety
    /// The caller must be the worker, and the handler not away; or the thread that it is away with. The reference must be gone
    /// before that changes.
    #[allow(clippy::mut_from_ref, reason = "the caller vouches for being the only one")]
    #[inline]
    pub(super) unsafe fn slot(&self) -> &mut Slot {
        // SAFETY: the caller's promise.
        unsafe { &mut *self.slot.get() }
    }

    /// Whether somebody else has it. For the worker: if not, it stays so.
    #[inline]
    pub(super) fn is_away(&self) -> bool {
        self.is_away.load(Ordering::Acquire)
    }

    /// For the thread that relieves a worker which is in a call of this handler: whoever has been the worker keeps it.
    pub(super) fn go_away(&self) {
        self.is_away.store(true, Ordering::Relaxed);
        self.controls.is_open.store(true, Ordering::Relaxed);
        notices::hangs(&self.controls.name);
    }

    /// For the worker: keeps the record until the handler is back. `false` if it is.
    #[cold]
    pub(super) fn keep(&self, record: &Record<'_>) -> bool {
        if record.level() < self.controls.level() {
            return true;
        }
        let mut backlog = self.backlog();
        if !self.is_away() {
            return false;
        }
        if backlog.bytes >= self.controls.settings().breaker.room_for_backlog() {
            backlog.dropped += 1;
            self.controls.counters.skipped.fetch_add(1, Ordering::Relaxed);
            return true;
        }
        let copy = record.to_owned();
        backlog.bytes += copy.size();
        backlog.records.push_back(copy);
        self.controls.counters.queued.store(backlog.records.len() as u64, Ordering::Relaxed);
        true
    }

    /// For the worker: the handler is no longer wanted. `true` if it is away, and will be closed when it is back.
    pub(super) fn will_be_closed(&self) -> bool {
        let mut backlog = self.backlog();
        backlog.is_last = true;
        self.is_away()
    }

    /// For the thread that it is away with, when the call has returned: hands over what has come meanwhile, and gives the
    /// handler back to the worker, or closes it.
    pub(super) fn catch_up(&self, signal: &Signal) {
        // SAFETY: away with this thread.
        let slot = unsafe { self.slot() };
        loop {
            let records = {
                let mut backlog = self.backlog();
                backlog.bytes = 0;
                self.controls.counters.queued.store(0, Ordering::Relaxed);
                core::mem::take(&mut backlog.records)
            };
            for record in &records {
                record.with(|record| {
                    if slot.offer(record) == Outcome::Taken {
                        record.info.counts.count_late(slot.line_length());
                    }
                });
            }
            // Whoever waits for a flush waits for this one.
            if !slot.try_flush() {
                signal.incomplete_after_all();
            }
            let mut backlog = self.backlog();
            if !backlog.records.is_empty() {
                continue;
            }
            let dropped = core::mem::take(&mut backlog.dropped);
            if dropped > 0 {
                signal.incomplete_after_all();
            }
            // Of one that is no longer wanted only a loss is worth a word.
            if !backlog.is_last || dropped > 0 {
                notices::returned(&self.controls.name, dropped);
            }
            self.controls.is_open.store(slot.is_left_alone(), Ordering::Relaxed);
            if backlog.is_last {
                drop(backlog);
                if !slot.close() {
                    signal.failed();
                }
                self.is_away.store(false, Ordering::Release);
                return;
            }
            self.is_away.store(false, Ordering::Release);
            return;
        }
    }

    /// For the thread that it is away with, when it was being closed.
    pub(super) fn has_closed(&self) {
        self.is_away.store(false, Ordering::Release);
    }

    fn backlog(&self) -> MutexGuard<'_, Backlog> {
        self.backlog.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Place").field("controls", &self.controls).finish_non_exhaustive()
    }
}
