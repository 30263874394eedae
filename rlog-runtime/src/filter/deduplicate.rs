//! Repeated records, of which one says it all.

use super::bucket::STEP_BACK;
use super::recent::Recent;
use super::{Filter, Note, REPEATED, REPEATED_BEFORE, Verdict, digest};
use crate::record::Record;
use crate::value::Value;
use core::hash::{BuildHasher, Hasher};
use core::time::Duration;
use std::borrow::Cow;
use std::hash::RandomState;
use std::string::String;
use std::sync::{Mutex, PoisonError};
use std::vec::Vec;

/// Stops records that repeat one that has passed a short time before.
///
/// A record repeats another if it is of the same statement and all its arguments are the same, those that only the message
/// shows included. The first one passes; for the time of the window, repetitions do not. The next one that passes has a field
/// `repeated` with their number. So what goes on and on is seen once in each window.
///
/// When nothing follows, nobody says how many there were, but [`stats`](fn@crate::stats).
///
/// Records are kept as hashes under a random key of 128 bits: nothing of them is kept in clear, and that two different ones have
/// the same hash does not happen in practice, nor can anybody make them.
///
/// # Cost
/// The hash (SipHash-1-3) of the arguments, and a lock that is hardly ever waited for.
///
/// ```
/// use rlog_runtime::Console;
/// use rlog_runtime::filter::Deduplicate;
/// use std::time::Duration;
///
/// let console = Console::stderr().filter(Deduplicate::within(Duration::from_secs(10)).ignore(["attempt", "elapsed"]));
/// # let _ = console;
/// ```
#[derive(Debug)]
pub struct Deduplicate {
    /// In nanoseconds.
    window: i64,
    ignored: Vec<String>,
    hashes: RandomState,
    seen: Seen,
}

#[derive(Debug)]
enum Seen {
    Entries(Mutex<Recent<Repeated>>),
    Last(Mutex<Option<(u64, Repeated)>>),
}

/// What is known of records that are the same.
#[derive(Clone, Copy, Debug)]
struct Repeated {
    /// When the last one passed, in nanoseconds.
    passed: i64,
    /// How many did not, since then.
    stopped: u64,
}

/// How many different records are remembered, if nothing else is said: some 60 KiB.
const MAX_ENTRIES: usize = 1_024;

impl Deduplicate {
    /// Stops repetitions for so long after the record that has passed.
    #[must_use]
    pub fn within(window: Duration) -> Self {
        Self {
            window: i64::try_from(window.as_nanos()).unwrap_or(i64::MAX),
            ignored: Vec::new(),
            hashes: RandomState::new(),
            seen: Seen::Entries(Mutex::new(Recent::new(MAX_ENTRIES))),
        }
    }

    /// Stops repetitions only while no other record comes in between, as `syslog` does. The record that ends a row of
    /// repetitions has a field `repeated_before` with their number, so that none goes unsaid for long.
    #[must_use]
    pub fn consecutive(mut self) -> Self {
        self.seen = Seen::Last(Mutex::new(None));
        self
    }

    /// Records that differ only in these fields are the same: how long something took, the number of an attempt. The keys are
    /// those of the statement, not paths.
    #[must_use]
    pub fn ignore<S: Into<String>>(mut self, keys: impl IntoIterator<Item = S>) -> Self {
        self.ignored.extend(keys.into_iter().map(Into::into));
        self
    }

    /// How many different records are remembered at the same time: 1,024 if not set, from 1 to 16,777,216. For one more, the one
    /// that came least recently is forgotten, and passes when it comes again. The memory, some 60 bytes each, is taken with the
    /// first record. No matter if only [`consecutive`](Deduplicate::consecutive) ones are stopped.
    #[must_use]
    pub fn max_entries(mut self, entries: usize) -> Self {
        if let Seen::Entries(seen) = &mut self.seen {
            *seen = Mutex::new(Recent::new(entries));
        }
        self
    }

    fn hash(&self, record: &Record<'_>) -> u64 {
        let mut hasher = self.hashes.build_hasher();
        hasher.write_u32(record.info.number);
        if self.ignored.is_empty() {
            hasher.write(record.encoded.bytes());
        } else {
            digest::arguments(&mut hasher, record, |key| self.ignored.iter().any(|ignored| ignored == key));
        }
        hasher.finish()
    }
}

impl Repeated {
    fn new(now: i64) -> Self {
        Self { passed: now, stopped: 0 }
    }

    /// What happens to a record that is the same.
    fn decide(&mut self, now: i64, window: i64) -> Verdict {
        let elapsed = now.saturating_sub(self.passed);
        // After the clock was set back, nobody knows; so it passes.
        if (-STEP_BACK..window).contains(&elapsed) {
            self.stopped += 1;
            return Verdict::Reject;
        }
        self.passed = now;
        counted(REPEATED, core::mem::take(&mut self.stopped))
    }
}

fn counted(key: &'static str, count: u64) -> Verdict {
    if count == 0 { Verdict::Accept } else { Verdict::AcceptWith(Note { key, value: Value::U64(count) }) }
}

impl Filter for Deduplicate {
    fn decide(&self, record: &Record<'_>) -> Verdict {
        let (hash, now) = (self.hash(record), record.timestamp().as_nanoseconds());
        match &self.seen {
            Seen::Entries(seen) => {
                let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
                match seen.entry(hash, || Repeated::new(now)) {
                    (_, true) => Verdict::Accept,
                    (repeated, false) => repeated.decide(now, self.window),
                }
            }
            Seen::Last(last) => match &mut *last.lock().unwrap_or_else(PoisonError::into_inner) {
                Some((of, repeated)) if *of == hash => repeated.decide(now, self.window),
                last => {
                    let before = last.replace((hash, Repeated::new(now)));
                    counted(REPEATED_BEFORE, before.map_or(0, |(_, repeated)| repeated.stopped))
                }
            },
        }
    }

    fn name(&self) -> Cow<'static, str> {
        let consecutive = if matches!(self.seen, Seen::Last(_)) { "consecutive " } else { "" };
        let window = Duration::from_nanos(self.window.unsigned_abs());
        let but = if self.ignored.is_empty() { "" } else { ", whatever " };
        let ignored = self.ignored.join(", ");
        Cow::Owned(format!("no {consecutive}repetition within {window:?}{but}{}", ignored.escape_debug()))
    }
}

#[cfg(test)]
mod tests {
    use super::super::made::Made;
    use super::*;
    use crate::level::Level;
    use proptest::prelude::*;
    use std::collections::HashMap;

    const WINDOW: Duration = Duration::from_millis(100);

    /// Decides about records of one statement with these values at these milliseconds: `x` is stopped.
    fn decisions(filter: &Deduplicate, records: &[(&'static str, u64)]) -> Vec<String> {
        let statement = Made::new(Level::INFO, "k1:a.m\u{1f}f");
        let made = |&(value, at)| statement.clone().values([Value::Str(value)]).at(Duration::from_millis(at));
        records.iter().map(|record| decided(filter, &made(record))).collect()
    }

    fn decided(filter: &Deduplicate, made: &Made<'_>) -> String {
        match filter.decide(&made.record()) {
            Verdict::Reject => String::from("x"),
            Verdict::Accept => String::from("0"),
            Verdict::AcceptWith(note) => format!("{}={}", note.key, note.value),
        }
    }

    #[test]
    fn repetitions_are_stopped_for_the_window_and_counted() {
        let filter = Deduplicate::within(WINDOW);
        let records =
            [("a", 0), ("b", 1), ("a", 50), ("a", 99), ("a", 100), ("b", 100), ("a", 199), ("a", 200), ("a", 999)];
        let expected = ["0", "0", "x", "x", "repeated=2", "x", "x", "repeated=1", "0"];
        assert_eq!(decisions(&filter, &records), expected);
    }

    #[test]
    fn other_records_end_a_row_if_only_rows_are_stopped() {
        let filter = Deduplicate::within(WINDOW).consecutive();
        let records = [("a", 0), ("a", 1), ("a", 2), ("b", 3), ("a", 4), ("a", 5), ("a", 104), ("b", 105), ("b", 106)];
        let expected = ["0", "x", "x", "repeated_before=2", "0", "x", "repeated=1", "0", "x"];
        assert_eq!(decisions(&filter, &records), expected);
    }

    #[test]
    fn the_same_text_of_another_statement_is_no_repetition() {
        let filter = Deduplicate::within(WINDOW);
        let [one, other] = ["mp2:hi.m\u{1f}f"; 2].map(|text| Made::new(Level::INFO, text));
        assert_eq!([&one, &other, &one].map(|made| decided(&filter, made)), ["0", "0", "x"]);
    }

    #[test]
    fn fields_can_be_left_out_of_the_comparison() {
        let statement = Made::new(Level::INFO, "k1:ak7:attemptm.m\u{1f}f");
        let made = |a, attempt| statement.clone().values([Value::Str(a), Value::U64(attempt)]);
        let records = [made("x", 1), made("x", 2), made("y", 2)];
        let with = |filter: &Deduplicate| records.clone().map(|made| decided(filter, &made));
        assert_eq!(with(&Deduplicate::within(WINDOW)), ["0", "0", "0"]);
        assert_eq!(with(&Deduplicate::within(WINDOW).ignore(["attempt"])), ["0", "x", "0"]);
        assert_eq!(with(&Deduplicate::within(WINDOW).ignore(["a", "attempt"])), ["0", "x", "x"]);
    }

    #[test]
    fn of_too_many_the_one_that_came_least_recently_is_forgotten() {
        let filter = Deduplicate::within(WINDOW).max_entries(2);
        let records = [("a", 0), ("b", 1), ("a", 2), ("c", 3), ("a", 4), ("b", 5)];
        assert_eq!(decisions(&filter, &records), ["0", "0", "x", "0", "x", "0"]);
    }

    #[test]
    fn a_clock_that_is_set_back_lets_the_next_one_through() {
        let filter = Deduplicate::within(Duration::MAX);
        let made = |at| Made::new(Level::INFO, ".m\u{1f}f").at_nanoseconds(at);
        let one = made(3_000_000_000);
        let decide = |at| decided(&filter, &one.clone().at_nanoseconds(at));
        let moments = [3_000_000_000, i64::MAX, 2_500_000_000, 1_000_000_000, 1_000_000_001, i64::MIN, i64::MIN + 1];
        assert_eq!(moments.map(decide), ["0", "x", "x", "repeated=2", "x", "repeated=1", "x"]);
    }

    #[test]
    fn its_name_says_what_is_the_same() {
        assert_eq!(Deduplicate::within(WINDOW).name(), "no repetition within 100ms");
        let filter = Deduplicate::within(Duration::from_secs(5)).consecutive().ignore(["a", "b"]);
        assert_eq!(filter.name(), "no consecutive repetition within 5s, whatever a, b");
    }

    proptest! {
        #[test]
        fn every_record_passes_or_is_counted_by_one_that_does(
            records in proptest::collection::vec((prop_oneof![Just("a"), Just("b"), Just("c")], 0_u64..60), 0..100),
            consecutive in any::<bool>(),
        ) {
            let filter = Deduplicate::within(WINDOW);
            let filter = if consecutive { filter.consecutive() } else { filter };
            let mut now = 0;
            let records: Vec<(&'static str, u64)> =
                records.into_iter().map(|(value, step)| { now += step; (value, now) }).collect();
            // Ends all that may be going on.
            let ends = [("a", now + 1_000), ("b", now + 1_000), ("c", now + 1_000)];
            let all: Vec<_> = records.iter().chain(&ends).copied().collect();
            let decided = decisions(&filter, &all);
            let mut passed: HashMap<&str, u64> = HashMap::new();
            let mut told = 0;
            for (decision, (value, at)) in decided.iter().zip(&all) {
                if decision != "x" {
                    let before = passed.insert(value, *at);
                    prop_assert!(consecutive || before.is_none_or(|before| at - before >= 100));
                    told += 1 + decision.split_once('=').map_or(0, |(_, count)| count.parse::<usize>().unwrap_or(0));
                }
            }
            prop_assert_eq!(told, all.len());
        }
    }
}
