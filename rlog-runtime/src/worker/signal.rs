//! How other threads talk to the worker: wake up, flush, stop.

use super::Change;
use crate::emit::clock;
use core::sync::atomic::{AtomicBool, Ordering};
use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// One worker's requests.
#[derive(Debug, Default)]
pub(crate) struct Signal {
    state: Mutex<State>,
    /// The worker waits here.
    wake: Condvar,
    /// Those who asked for a flush, or for the end, wait here.
    done: Condvar,
    /// Whether the worker waits, so that waking it costs nothing when it is awake.
    asleep: AtomicBool,
}

#[derive(Debug, Default)]
struct State {
    /// Flushes asked for and done, counted. A flush is done when one that began after it was asked for has ended.
    asked: u64,
    done: u64,
    /// The number of the last flush after which something was not written.
    incomplete: u64,
    /// Changes of the handlers that wait, each with the ticks of when it was asked for, and how many have been asked for, taken
    /// and made.
    changes: VecDeque<(u64, Change)>,
    changes_asked: u64,
    changes_taken: u64,
    changes_made: u64,
    woken: bool,
    stop: bool,
    ended: bool,
    /// A handler has not written all before it was closed at the end, or there was no end but a panic of the worker.
    failed: bool,
}

/// What the worker has been asked to do.
#[derive(Debug)]
pub(super) struct Requests {
    /// To be given to [`Signal::flushed`], if a flush is asked for.
    pub(super) flush: Option<u64>,
    pub(super) stop: bool,
    /// So many changes, to be taken one by one with [`Signal::take_change`].
    pub(super) changes: usize,
}

impl Signal {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Wakes the worker, if it sleeps.
    pub(super) fn wake(&self) {
        if self.asleep.swap(false, Ordering::AcqRel) {
            self.state().woken = true;
            self.wake.notify_one();
        }
    }

    /// Whether the worker is gone, however it went.
    pub(super) fn has_ended(&self) -> bool {
        self.state().ended
    }

    /// Asks for a flush and waits until it is done. Returns whether all is written; `None` when time runs out first.
    pub(super) fn flush(&self, timeout: Duration) -> Option<bool> {
        let mut state = self.state();
        state.asked += 1;
        let number = state.asked;
        self.wake.notify_one();
        let is_done = self.wait(state, timeout, |state| state.done >= number || state.ended);
        is_done.then(|| {
            let state = self.state();
            // If a later one has told of something, that is not written now either.
            state.incomplete < number && (state.done >= number || !state.failed)
        })
    }

    /// Asks the worker to drain and end, and waits until it has. `false` when time runs out first, and when a handler has not
    /// written all.
    pub(super) fn stop(&self, timeout: Duration) -> bool {
        let mut state = self.state();
        state.stop = true;
        self.wake.notify_one();
        self.wait(state, timeout, |state| state.ended) && !self.state().failed
    }

    /// Asks for a change. Returns its number.
    pub(super) fn ask_for_change(&self, change: Change) -> u64 {
        let mut state = self.state();
        state.changes.push_back((clock::ticks(), change));
        state.changes_asked += 1;
        self.wake.notify_one();
        state.changes_asked
    }

    /// Waits until the change of this number is made. `false` when time runs out first; it is made later then.
    pub(super) fn wait_for_change(&self, number: u64, timeout: Duration) -> bool {
        self.wait(self.state(), timeout, |state| state.changes_made >= number || state.ended)
    }

    fn wait(&self, mut state: MutexGuard<'_, State>, timeout: Duration, is_met: impl Fn(&State) -> bool) -> bool {
        let deadline = Instant::now().checked_add(timeout);
        while !is_met(&state) {
            state = match deadline.map(|deadline| deadline.saturating_duration_since(Instant::now())) {
                Some(Duration::ZERO) => return false,
                Some(left) => self.done.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0,
                None => self.done.wait(state).unwrap_or_else(PoisonError::into_inner),
            };
        }
        true
    }

    /// Waits until the worker is gone. `false` when time runs out first.
    pub(super) fn wait_for_end(&self, timeout: Duration) -> bool {
        self.wait(self.state(), timeout, |state| state.ended)
    }

    /// For the worker: waits at most `timeout` for a request. It has seen flushes up to number `flushes`.
    pub(super) fn sleep(&self, timeout: Duration, flushes: u64) {
        let state = self.state();
        if state.asked > flushes || state.stop || !state.changes.is_empty() {
            return;
        }
        self.rest(state, timeout);
    }

    /// For the worker when it has nothing left to do: waits at most `timeout` to be woken.
    pub(super) fn sleep_at_the_end(&self, timeout: Duration) {
        self.rest(self.state(), timeout);
    }

    fn rest(&self, mut state: MutexGuard<'_, State>, timeout: Duration) {
        self.asleep.store(true, Ordering::Release);
        if !state.woken {
            state = self.wake.wait_timeout(state, timeout).unwrap_or_else(PoisonError::into_inner).0;
        }
        state.woken = false;
        self.asleep.store(false, Ordering::Release);
    }

    /// For the worker: what to do in the pass that begins now.
    pub(super) fn requests(&self) -> Requests {
        let state = self.state();
        Requests {
            flush: (state.asked > state.done).then_some(state.asked),
            stop: state.stop,
            changes: state.changes.len(),
        }
    }

    /// For the worker: the ticks of when the first change that waits was asked for.
    pub(super) fn time_of_change(&self) -> Option<u64> {
        self.state().changes.front().map(|(ticks, _)| *ticks)
    }

    /// For the worker: the first change that waits.
    pub(super) fn take_change(&self) -> Option<Change> {
        let mut state = self.state();
        let (_, change) = state.changes.pop_front()?;
        state.changes_taken += 1;
        Some(change)
    }

    /// For the worker: a handler has not written all that it was given before flush `number`.
    pub(super) fn incomplete(&self, number: u64) {
        let mut state = self.state();
        state.incomplete = state.incomplete.max(number);
    }

    /// The same, for a handler that was away: of all flushes that wait for it.
    pub(super) fn incomplete_after_all(&self) {
        let mut state = self.state();
        state.incomplete = state.asked;
    }

    /// For the worker: every flush asked for up to `number` is done.
    pub(super) fn flushed(&self, number: u64) {
        self.state().done = number;
        self.done.notify_all();
    }

    /// For the worker: all changes that were taken are made.
    pub(super) fn changed(&self) {
        let mut state = self.state();
        if state.changes_made != state.changes_taken {
            state.changes_made = state.changes_taken;
            self.done.notify_all();
        }
    }

    /// For the worker: not all is written, and it will not be.
    pub(super) fn failed(&self) {
        self.state().failed = true;
    }

    /// For the worker: the last call.
    pub(super) fn ended(&self) {
        self.state().ended = true;
        self.done.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_secs(60);

    #[test]
    fn nothing_is_complete_when_the_worker_has_failed() {
        let signal = Signal::default();
        signal.failed();
        signal.ended();
        assert_eq!(signal.flush(LONG), Some(false), "nobody will write it");
        assert!(!signal.stop(LONG));
    }

    #[test]
    fn a_flush_that_was_done_stays_what_it_was_when_the_worker_ends() {
        let signal = Signal::default();
        signal.state().asked = 1;
        signal.flushed(2);
        signal.ended();
        assert_eq!(signal.flush(LONG), Some(true));
        assert!(signal.stop(LONG));
        signal.incomplete(9);
        assert_eq!(signal.flush(LONG), Some(false));
    }
}
