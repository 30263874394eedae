//! The call of a handler that a worker is in, and how another thread takes the worker's place while that call lasts.
//!
//! A handler that does not return cannot be made to. But the worker touches nothing that others need while it is inside one:
//! it says so before the call, and after the call it looks whether its place has been taken, before it touches anything
//! again. Whoever wants its place writes that down first and then looks whether the worker is still in the call. Both write
//! and then read, with the fences of [`super::fence`] between: either the other one sees that the call has ended, or the
//! worker sees that somebody wants its place, and waits to hear whether he got it.

use super::fence;
use crate::ring::sync::{AtomicBool, AtomicU64, Mutex, Ordering};

/// What one worker tells of itself from when it begins until it ends or is relieved.
#[derive(Debug)]
pub(crate) struct Shift {
    /// See [`Call`]; zero between calls. Only the worker stores.
    call: AtomicU64,
    /// The number of the last call. Only the worker reads and stores.
    number: AtomicU64,
    /// Somebody wants the worker's place, or has it.
    is_challenged: AtomicBool,
    /// Somebody has it. The lock is held by whoever tries.
    is_relieved: Mutex<bool>,
}

/// A call of a handler: which handler, by its place, and which call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Call(u64);

impl Call {
    /// As given to [`Shift::enter`].
    pub(crate) fn place(self) -> usize {
        (self.0 >> 32) as usize - 1
    }
}

impl Shift {
    pub(super) fn new() -> Self {
        Self {
            call: AtomicU64::new(0),
            number: AtomicU64::new(0),
            is_challenged: AtomicBool::new(false),
            is_relieved: Mutex::new(false),
        }
    }

    /// For the worker: a handler is about to be called. From here to [`leave`](Self::leave) it must touch nothing that is not
    /// that call's.
    #[inline]
    pub(super) fn enter(&self, place: usize) {
        let number = self.number.load(Ordering::Relaxed).wrapping_add(1) & u64::from(u32::MAX);
        self.number.store(number, Ordering::Relaxed);
        // `Release`: whoever relieves the worker goes on with what it has done before this call.
        self.call.store((place as u64 + 1) << 32 | number, Ordering::Release);
    }

    /// For the worker: the handler has returned. `false` if somebody else has become the worker meanwhile.
    #[inline]
    pub(super) fn leave(&self) -> bool {
        self.call.store(0, Ordering::Relaxed);
        fence::light();
        !self.is_challenged.load(Ordering::Relaxed) || self.is_still_on_duty()
    }

    #[cold]
    fn is_still_on_duty(&self) -> bool {
        !self.is_relieved()
    }

    /// Whether somebody else has become the worker.
    pub(super) fn is_relieved(&self) -> bool {
        *self.is_relieved.lock().unwrap_or_else(|error| error.into_inner())
    }

    /// The call that the worker is in, if it is in one.
    pub(crate) fn call(&self) -> Option<Call> {
        let call = self.call.load(Ordering::Acquire);
        (call != 0).then_some(Call(call))
    }

    /// For one that wants the worker's place: if the worker is in this very call, calls `take_over`, and it is relieved.
    /// Meanwhile it may end the call, and waits then.
    pub(super) fn relieve<R>(&self, call: Call, take_over: impl FnOnce() -> R) -> Option<R> {
        let mut is_relieved = self.is_relieved.lock().unwrap_or_else(|error| error.into_inner());
        self.is_challenged.store(true, Ordering::Relaxed);
        if *is_relieved || !fence::heavy() || self.call() != Some(call) {
            // It may have seen the challenge, and waits for the lock to hear that nothing has come of it.
            self.is_challenged.store(*is_relieved, Ordering::Relaxed);
            return None;
        }
        *is_relieved = true;
        Some(take_over())
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn a_worker_is_relieved_in_the_call_that_was_meant_and_in_no_other() {
        let shift = Shift::new();
        assert_eq!(shift.call(), None);
        shift.enter(3);
        let first = shift.call().expect("it is in one");
        assert_eq!(first.place(), 3);
        assert!(shift.leave());
        shift.enter(3);
        assert_eq!(shift.relieve(first, || ()), None, "that call has ended");
        assert!(shift.leave(), "nothing came of it");
        shift.enter(5);
        let second = shift.call().expect("it is in one");
        assert_eq!(shift.relieve(second, || "mine"), Some("mine"));
        assert_eq!(shift.relieve(second, || "mine, too"), None, "one is enough");
        assert!(!shift.leave());
    }
}

#[cfg(all(test, loom))]
mod models {
    use super::*;
    use loom::cell::UnsafeCell;
    use loom::sync::Arc;
    use loom::thread;

    /// Loom sees it if both touch what is the worker's, or if one does not see what the other has done.
    #[test]
    fn there_is_one_worker_at_any_time() {
        loom::model(|| {
            let shift = Arc::new(Shift::new());
            let work = Arc::new(UnsafeCell::new(0_u32));
            let (theirs, shared) = (Arc::clone(&shift), Arc::clone(&work));
            let worker = thread::spawn(move || {
                for _ in 0..2 {
                    // SAFETY: on duty and in no call.
                    shared.with_mut(|work| unsafe { *work += 1 });
                    theirs.enter(0);
                    if !theirs.leave() {
                        return false;
                    }
                }
                // SAFETY: as above.
                shared.with_mut(|work| unsafe { *work += 1 });
                true
            });
            let relieved = shift.call().and_then(|call| {
                // SAFETY: `relieve` has made this thread the worker.
                shift.relieve(call, || work.with_mut(|work| unsafe { *work += 10 }))
            });
            let worked_on = worker.join().expect("it ends");
            assert_eq!(worked_on, relieved.is_none());
        });
    }
}
