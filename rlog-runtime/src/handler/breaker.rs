//! A handler that keeps failing is left alone for a while.
//!
//! The circuit breaker of Nygard, *Release It!*: closed while calls succeed; open after so many failures in a row, when
//! records are dropped and counted without a call; half open after a pause, when one batch is tried, and its outcome
//! decides. Each pause is twice as long as the one before, up to a limit.

use core::time::Duration;

/// When to leave a failing handler alone, and for how long.
///
/// ```
/// use rlog_runtime::{Breaker, Console};
/// use std::time::Duration;
///
/// let patient = Breaker::new().failures(20).pause(Duration::from_millis(200), Duration::from_secs(5));
/// let console = Console::stderr().breaker(patient);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Breaker {
    failures: u32,
    pause: Duration,
    longest: Duration,
    patience: Duration,
    backlog: usize,
}

impl Breaker {
    /// Five failures in a row, then pauses of half a second at first and ten seconds at most; two seconds for a call that does
    /// not return, and 8 MiB for what comes meanwhile.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            failures: 5,
            pause: Duration::from_millis(500),
            longest: Duration::from_secs(10),
            patience: Duration::from_secs(2),
            backlog: 8 << 20,
        }
    }

    /// One that never opens: every record is tried, and every call is waited for.
    #[must_use]
    pub const fn never() -> Self {
        Self { failures: u32::MAX, pause: Duration::ZERO, longest: Duration::ZERO, patience: Duration::MAX, backlog: 0 }
    }

    /// That of a handler which hands records on to others, whose own breakers open when they fail.
    pub(crate) const fn of_delegates() -> Self {
        Self { failures: u32::MAX, ..Self::new() }
    }

    /// After how many failures in a row it opens: of calls with a record, or of those at the end of a batch. At least one.
    #[must_use]
    pub const fn failures(mut self, failures: u32) -> Self {
        self.failures = if failures == 0 { 1 } else { failures };
        self
    }

    /// How long the first pause is, and how long the longest.
    #[must_use]
    pub const fn pause(mut self, first: Duration, longest: Duration) -> Self {
        self.pause = first;
        self.longest = longest;
        self
    }

    /// How long a call of the handler may take while others wait for it. After that they go on without it, on another thread,
    /// and what comes for it is [kept](Self::backlog) until the call returns; records of the target `rlog` tell of both.
    /// [`Duration::MAX`] waits for ever.
    ///
    /// It is for handlers on the worker's thread that hang: a disk that does not answer, a pipe that nobody reads. When there
    /// are no others, or all of them hang, nobody goes on: callers wait for room, as they do for a handler that is slow.
    #[must_use]
    pub const fn patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// How much memory records may take that come while the handler does not return, in bytes. Those beyond it are dropped and
    /// counted.
    #[must_use]
    pub const fn backlog(mut self, bytes: usize) -> Self {
        self.backlog = bytes;
        self
    }

    pub(crate) fn time_for_a_call(self) -> Duration {
        self.patience
    }

    pub(crate) fn room_for_backlog(self) -> usize {
        self.backlog
    }
}

impl Default for Breaker {
    fn default() -> Self {
        Self::new()
    }
}

/// The breaker of one handler in service.
#[derive(Debug)]
pub(super) struct Circuit {
    settings: Breaker,
    /// Calls with a record that have failed since one has succeeded.
    records: u32,
    /// Batches with a failure since one without.
    batches: u32,
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Closed,
    /// Nothing is tried before `until`; `pause` was the length of it.
    Open {
        until: Duration,
        pause: Duration,
    },
    /// One try is under way.
    HalfOpen {
        pause: Duration,
    },
}

/// What a call has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Change {
    Opened,
    Closed,
}

impl Circuit {
    pub(super) fn new(settings: Breaker) -> Self {
        Self { settings, records: 0, batches: 0, state: State::Closed }
    }

    /// Whether it is neither open nor half open. Cheap, for every record.
    #[inline]
    pub(super) fn is_closed(&self) -> bool {
        self.state == State::Closed
    }

    /// Whether calls are made: it is closed, or half open.
    pub(super) fn is_trying(&self) -> bool {
        !matches!(self.state, State::Open { .. })
    }

    /// Whether the handler may be tried now.
    pub(super) fn allows(&mut self, now: Duration) -> bool {
        match self.state {
            State::Closed | State::HalfOpen { .. } => true,
            State::Open { until, pause } if now >= until => {
                self.state = State::HalfOpen { pause };
                true
            }
            State::Open { .. } => false,
        }
    }

    /// The handler has taken a record. That says nothing of a destination that it writes to later.
    #[inline]
    pub(super) fn took_record(&mut self) {
        self.records = 0;
    }

    /// A batch has been handed to the destination, and nothing has failed.
    pub(super) fn succeeded(&mut self) -> Option<Change> {
        (self.records, self.batches) = (0, 0);
        match core::mem::replace(&mut self.state, State::Closed) {
            State::Closed => None,
            State::Open { .. } | State::HalfOpen { .. } => Some(Change::Closed),
        }
    }

    /// A call with a record has failed.
    pub(super) fn refused_record(&mut self, now: Duration) -> Option<Change> {
        self.records = self.records.saturating_add(1);
        self.failed(self.records, now)
    }

    /// A call at the end of a batch has failed.
    pub(super) fn failed_batch(&mut self, now: Duration) -> Option<Change> {
        self.batches = self.batches.saturating_add(1);
        self.failed(self.batches, now)
    }

    fn failed(&mut self, in_a_row: u32, now: Duration) -> Option<Change> {
        let (pause, change) = match self.state {
            State::Closed if in_a_row >= self.settings.failures => (self.settings.pause, Some(Change::Opened)),
            State::HalfOpen { pause } => (pause.saturating_mul(2).min(self.settings.longest), None),
            State::Closed | State::Open { .. } => return None,
        };
        self.state = State::Open { until: now.saturating_add(pause), pause };
        change
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BREAKER: Breaker = Breaker::new().failures(3).pause(Duration::from_secs(1), Duration::from_secs(3));

    fn at(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn it_opens_after_failures_in_a_row_and_closes_after_a_success() {
        let mut circuit = Circuit::new(BREAKER);
        assert_eq!((circuit.failed_batch(at(0)), circuit.failed_batch(at(0))), (None, None));
        assert_eq!(circuit.succeeded(), None);
        assert_eq!((circuit.failed_batch(at(0)), circuit.failed_batch(at(0))), (None, None));
        assert_eq!(circuit.failed_batch(at(0)), Some(Change::Opened));
        assert!(!circuit.allows(Duration::from_millis(999)) && !circuit.is_closed());
        assert!(circuit.allows(at(1)) && !circuit.is_closed());
        assert_eq!(circuit.succeeded(), Some(Change::Closed));
        assert!(circuit.allows(at(1)) && circuit.is_closed());
    }

    #[test]
    fn each_pause_is_twice_as_long_up_to_the_longest() {
        let mut circuit = Circuit::new(BREAKER);
        for _ in 0..3 {
            circuit.failed_batch(at(0));
        }
        for (asked, allowed, next) in [(0, 1, 2), (2, 3, 3), (5, 6, 3), (8, 9, 3)] {
            assert!(!circuit.allows(at(asked)), "{asked}");
            assert!(circuit.allows(at(allowed)), "{allowed}");
            assert_eq!(circuit.failed_batch(at(allowed)), None, "it is told once");
            assert!(!circuit.allows(at(allowed + next) - Duration::from_nanos(1)));
        }
    }

    #[test]
    fn records_that_are_taken_between_failures_keep_it_closed() {
        let mut circuit = Circuit::new(BREAKER);
        for _ in 0..10 {
            assert_eq!((circuit.refused_record(at(0)), circuit.refused_record(at(0))), (None, None));
            circuit.took_record();
        }
        // That it takes records says nothing of what it writes later.
        for _ in 0..2 {
            circuit.took_record();
            assert_eq!(circuit.failed_batch(at(0)), None);
        }
        circuit.took_record();
        assert_eq!(circuit.failed_batch(at(0)), Some(Change::Opened));
    }

    #[test]
    fn a_pause_may_be_for_ever() {
        let mut circuit = Circuit::new(Breaker::new().failures(1).pause(Duration::MAX, Duration::MAX));
        assert_eq!(circuit.refused_record(at(5)), Some(Change::Opened));
        assert!(!circuit.allows(at(u64::from(u32::MAX))));
        circuit.state = State::HalfOpen { pause: Duration::MAX };
        assert_eq!(circuit.refused_record(at(5)), None);
    }

    #[test]
    fn one_that_never_opens_allows_everything() {
        let mut circuit = Circuit::new(Breaker::never());
        (0..1000).for_each(|_| assert_eq!(circuit.failed_batch(at(0)), None));
        assert!(circuit.allows(at(0)) && circuit.is_closed());
    }
}
