//! The logger's own troubles. They cannot be logged, so they are counted, the last of each kind is kept, and stderr hears
//! of them at most once a second for each kind.

use crate::handler::write_to_stderr;
use core::fmt;
use std::string::String;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// A kind of trouble.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// A handler could not write.
    Handler,
    /// A handler or a formatter panicked.
    Panic,
    /// The environment says something that is not understood.
    Configuration,
}

/// Tells of a trouble. May be called on any thread at any time; never panics and never logs.
pub(crate) fn report(kind: Trouble, message: fmt::Arguments<'_>) {
    // One that is busy is printing another trouble of the same kind; this one is then as good as suppressed.
    let Ok(mut state) = STATES[kind as usize].try_lock().or_else(|error| match error {
        std::sync::TryLockError::Poisoned(error) => Ok::<_, ()>(PoisonError::into_inner(error)),
        std::sync::TryLockError::WouldBlock => Err(()),
    }) else {
        return;
    };
    if let Some(line) = state.take(message, Instant::now()) {
        write_to_stderr(line.as_bytes());
    }
}

static STATES: [Mutex<State>; 3] = [const { Mutex::new(State { printed: None, suppressed: 0 }) }; 3];

/// When a kind of trouble was last printed, and how often it has come up since.
struct State {
    printed: Option<Instant>,
    suppressed: u64,
}

impl State {
    /// The line to print now, if it is time.
    fn take(&mut self, message: fmt::Arguments<'_>, now: Instant) -> Option<String> {
        if self.printed.is_some_and(|printed| now.saturating_duration_since(printed) < INTERVAL) {
            self.suppressed += 1;
            return None;
        }
        self.printed = Some(now);
        let line = match core::mem::take(&mut self.suppressed) {
            0 => format!("rlog: {message}\n"),
            suppressed => format!("rlog: {message} (and {suppressed} times before)\n"),
        };
        Some(line)
    }
}

const INTERVAL: Duration = Duration::from_secs(1);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trouble_is_printed_once_a_second_with_the_number_of_those_between() {
        let mut state = State { printed: None, suppressed: 0 };
        let start = Instant::now();
        let mut at = |milliseconds| state.take(format_args!("no"), start + Duration::from_millis(milliseconds));
        assert_eq!(at(0).as_deref(), Some("rlog: no\n"));
        assert_eq!((at(1), at(500), at(999)), (None, None, None));
        assert_eq!(at(1000).as_deref(), Some("rlog: no (and 3 times before)\n"));
        assert_eq!(at(2500).as_deref(), Some("rlog: no\n"));
    }
}
