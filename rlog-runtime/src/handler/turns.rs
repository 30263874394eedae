//! Something that threads take turns to use, and that one with a deadline need not wait for.
//!
//! Threads that log wait as long as it takes, but one that flushes has a deadline, and handlers may not return. So what is used is
//! taken out of the lock, and nobody holds that for longer than it takes to do so. Whoever has a deadline goes before those who
//! have none: a flush has its turn, however many threads log.

use core::fmt;
use std::boxed::Box;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

/// A value that one thread at a time uses.
pub(super) struct Turns<T> {
    state: Mutex<State<T>>,
    /// Those without a deadline wait here.
    returned: Condvar,
    /// Those with one.
    returned_in_time: Condvar,
}

struct State<T> {
    /// Nothing while somebody uses it.
    value: Option<Box<T>>,
    /// How many wait, so that nobody is woken for nothing, which would be a system call.
    waiting: usize,
    in_a_hurry: usize,
}

impl<T> Turns<T> {
    pub(super) fn new(value: T) -> Self {
        let state = State { value: Some(Box::new(value)), waiting: 0, in_a_hurry: 0 };
        Self { state: Mutex::new(state), returned: Condvar::new(), returned_in_time: Condvar::new() }
    }

    /// Waits for a turn.
    pub(super) fn wait<R>(&self, visit: impl FnOnce(&mut T) -> R) -> R {
        let mut state = self.state();
        loop {
            if state.in_a_hurry == 0
                && let Some(value) = state.value.take()
            {
                drop(state);
                return self.visit(value, visit);
            }
            state.waiting += 1;
            state = self.returned.wait(state).unwrap_or_else(PoisonError::into_inner);
            state.waiting -= 1;
        }
    }

    /// Waits for a turn, but not beyond `deadline`, if there is one. `None` if it did not come.
    pub(super) fn wait_until<R>(&self, deadline: Option<Instant>, visit: impl FnOnce(&mut T) -> R) -> Option<R> {
        let mut state = self.state();
        loop {
            if let Some(value) = state.value.take() {
                drop(state);
                return Some(self.visit(value, visit));
            }
            let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
            if left.is_some_and(|left| left.is_zero()) {
                return None;
            }
            state.in_a_hurry += 1;
            state = match left {
                Some(left) => self.returned_in_time.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0,
                None => self.returned_in_time.wait(state).unwrap_or_else(PoisonError::into_inner),
            };
            state.in_a_hurry -= 1;
        }
    }

    /// Does not wait for anything. `None` if somebody else has it, or had it when he vanished.
    pub(super) fn try_now<R>(&self, visit: impl FnOnce(&mut T) -> R) -> Option<R> {
        let value = match self.state.try_lock() {
            Ok(mut state) => state.value.take(),
            Err(_) => None,
        };
        value.map(|value| self.visit(value, visit))
    }

    /// For its only owner, who has no turns to wait for.
    pub(super) fn get_mut(&mut self) -> Option<&mut T> {
        self.state.get_mut().unwrap_or_else(PoisonError::into_inner).value.as_deref_mut()
    }

    fn visit<R>(&self, mut value: Box<T>, visit: impl FnOnce(&mut T) -> R) -> R {
        let result = catch_unwind(AssertUnwindSafe(|| visit(&mut value)));
        let mut state = self.state();
        state.value = Some(value);
        if state.in_a_hurry > 0 {
            self.returned_in_time.notify_one();
        } else if state.waiting > 0 {
            self.returned.notify_one();
        }
        drop(state);
        result.unwrap_or_else(|panic| resume_unwind(panic))
    }

    fn state(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T: fmt::Debug> fmt::Debug for Turns<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_tuple("Turns");
        if self.try_now(|value| debug.field(value).finish()).is_some() { Ok(()) } else { f.write_str("Turns(..)") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use core::time::Duration;
    use std::sync::Barrier;
    use std::sync::mpsc::channel;
    use std::thread;
    use std::vec::Vec;

    fn soon() -> Option<Instant> {
        Instant::now().checked_add(Duration::from_millis(1))
    }

    #[test]
    fn one_who_has_a_deadline_does_not_wait_for_one_who_does_not_return() {
        let turns = Turns::new(0);
        let ((begun, has_begun), (end, may_end)) = (channel(), channel());
        thread::scope(|scope| {
            let turns = &turns;
            scope.spawn(move || {
                turns.wait(|value| {
                    begun.send(()).expect("somebody waits");
                    may_end.recv().expect("somebody ends it");
                    *value += 1;
                });
            });
            has_begun.recv().expect("it begins");
            assert_eq!(turns.wait_until(soon(), |_| ()), None);
            assert_eq!(turns.wait_until(Some(Instant::now()), |_| ()), None);
            assert_eq!(turns.try_now(|_| ()), None);
            end.send(()).expect("it waits");
            assert_eq!(turns.wait_until(None, |value| *value), Some(1));
            assert_eq!(turns.wait_until(Some(Instant::now()), |value| *value), Some(1), "nobody has it");
        });
    }

    #[test]
    fn all_who_wait_have_their_turn() {
        const ROUNDS: usize = if cfg!(miri) { 10 } else { 2_000 };
        let turns = Turns::new(0);
        let begin = Barrier::new(6);
        thread::scope(|scope| {
            let (turns, begin) = (&turns, &begin);
            let in_time: Vec<_> = (0..6)
                .map(|thread| {
                    scope.spawn(move || {
                        begin.wait();
                        let add = |value: &mut usize| {
                            *value += 1;
                            *value
                        };
                        let had = |round: usize| match (thread, round % 2) {
                            (0..3, _) => Some(turns.wait(add)),
                            (_, 0) => turns.wait_until(soon(), add),
                            _ => turns.wait_until(None, add),
                        };
                        (0..ROUNDS).filter_map(had).count()
                    })
                })
                .collect();
            let turns_had: usize = in_time.into_iter().map(|thread| thread.join().expect("it ends")).sum();
            assert_eq!(turns.wait(|value| *value), turns_had);
            assert!(turns_had >= 3 * ROUNDS + 3 * ROUNDS / 2);
        });
    }

    #[test]
    fn a_panic_gives_it_back() {
        let turns = Turns::new(7);
        let panics = || turns.wait(|_| panic!("on purpose"));
        assert!(catch_unwind(AssertUnwindSafe(panics)).is_err());
        assert_eq!(turns.try_now(|value| *value), Some(7));
    }
}
