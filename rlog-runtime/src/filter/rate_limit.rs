//! So many records in a time, and no more.

use super::bucket::{Bucket, Rate};
use super::recent::Recent;
use super::{Filter, Interest, Note, SUPPRESSED, Verdict, digest, path};
use crate::callsite::Callsite;
use crate::level::Level;
use crate::record::Record;
use crate::value::Value;
use core::fmt;
use core::hash::{BuildHasher, Hasher};
use core::time::Duration;
use std::borrow::Cow;
use std::hash::RandomState;
use std::string::String;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::vec::Vec;

/// Lets through so many records in a time: a token bucket.
///
/// Tokens come steadily, and as many as the [`burst`](RateLimit::burst) can wait; each record that passes takes one. There is
/// one bucket, or one for each statement or each value of a field. The next record that passes after some did not has a field
/// `suppressed` with their number. A statement that holds itself back, by `every:` or `at_most:`, says so in a field
/// `suppressed` of its own; where no key may stand twice, such as in JSON, the one of this filter is `suppressed_` then. The two
/// numbers together are all that are missing: what a record that is stopped says of others is not lost with it.
///
/// Time is that of the records, so a program that stands still loses nothing. A clock that is set back or forward changes how
/// many tokens there are by one bucket at most; steps back of less than a second are taken for disorder, in which no time passes.
///
/// Whoever shares one between handlers, in an [`Arc`](std::sync::Arc), has one budget for all of them.
///
/// # Cost
/// A lock that is hardly ever waited for, and some arithmetic; by key, also the hash of the field's value.
///
/// ```
/// use rlog_runtime::filter::RateLimit;
/// use rlog_runtime::{Console, Level};
///
/// let console = Console::stderr().filter(RateLimit::per_second(100).per_callsite().always(Level::ERROR));
///
/// // The same, and others, as a configuration file has them; see `FromStr` below.
/// let limit: RateLimit = "100/s per callsite".parse()?;
/// let by_tenant: RateLimit = "1000/min burst 50 by tenant".parse()?;
/// # let _ = (console, limit, by_tenant);
/// # Ok::<(), rlog_runtime::filter::ParseRateError>(())
/// ```
#[derive(Debug)]
pub struct RateLimit {
    rate: Rate,
    always: Option<Level>,
    max_keys: usize,
    buckets: Buckets,
}

#[derive(Debug)]
enum Buckets {
    One(Mutex<Option<Bucket>>),
    /// By the number of the statement.
    PerCallsite(Mutex<Vec<Option<Bucket>>>),
    PerKey {
        path: String,
        /// Random, so that nobody can choose values that share a bucket.
        hashes: RandomState,
        buckets: Mutex<Recent<Bucket>>,
    },
}

/// How many values of a key have a bucket, if nothing else is said: some 100 KiB.
const MAX_KEYS: usize = 1_024;

impl RateLimit {
    /// Lets through `count` records in each `period`, and as many at once. A count of 0 lets nothing through.
    #[must_use]
    pub fn new(count: u32, period: Duration) -> Self {
        let buckets = Buckets::One(Mutex::new(None));
        Self { rate: Rate::new(count, period), always: None, max_keys: MAX_KEYS, buckets }
    }

    /// Lets through so many records in a second.
    #[must_use]
    pub fn per_second(count: u32) -> Self {
        Self::new(count, Duration::from_secs(1))
    }

    /// Lets through so many records in a minute.
    #[must_use]
    pub fn per_minute(count: u32) -> Self {
        Self::new(count, Duration::from_secs(60))
    }

    /// Lets through so many records in an hour.
    #[must_use]
    pub fn per_hour(count: u32) -> Self {
        Self::new(count, Duration::from_secs(3_600))
    }

    /// So many records can pass at once after a quiet time; as many as pass in a period, if this is not called. 0 counts as 1,
    /// since a record that passes takes a whole token.
    #[must_use]
    pub fn burst(mut self, burst: u32) -> Self {
        self.rate.burst = burst.max(self.rate.count.min(1));
        self
    }

    /// The limit is that of each statement on its own, so that a loud one leaves room for the others.
    #[must_use]
    pub fn per_callsite(mut self) -> Self {
        self.buckets = Buckets::PerCallsite(Mutex::new(Vec::new()));
        self
    }

    /// The limit is that of each value of a field: of each tenant, or each user. The field may be a path, as for
    /// [`Field`](super::Field). Records without it have a bucket together.
    ///
    /// The values are kept as hashes, never in clear. They are as many as [`max_keys`](RateLimit::max_keys) says.
    #[must_use]
    pub fn per_key(mut self, key: impl Into<String>) -> Self {
        let buckets = Mutex::new(Recent::new(self.max_keys));
        self.buckets = Buckets::PerKey { path: key.into(), hashes: RandomState::new(), buckets };
        self
    }

    /// How many values of the key have a bucket at the same time: 1,024 if not set, from 1 to 16,777,216. For one more, the
    /// bucket that was used least recently is forgotten, with the number of records that it has suppressed; if its value
    /// comes again, it has a full one. The memory, some 100 bytes each, is taken with the first record.
    #[must_use]
    pub fn max_keys(mut self, keys: usize) -> Self {
        self.max_keys = keys;
        if let Buckets::PerKey { buckets, .. } = &mut self.buckets {
            *buckets = Mutex::new(Recent::new(keys));
        }
        self
    }

    /// Records at or above this level always pass, and take no token.
    #[must_use]
    pub fn always(mut self, level: Level) -> Self {
        self.always = Some(level);
        self
    }

    fn is_always(&self, level: Level) -> bool {
        self.always.is_some_and(|always| level >= always)
    }

    /// As for [`Bucket::take`].
    fn take(&self, record: &Record<'_>) -> Option<u64> {
        let (rate, now) = (&self.rate, record.timestamp().as_nanoseconds());
        let full = || Bucket::full(rate, now);
        let take = |bucket: &mut Bucket| {
            let taken = bucket.take(rate, now);
            if taken.is_none() {
                bucket.suppress(told(record));
            }
            taken
        };
        match &self.buckets {
            Buckets::One(bucket) => take(lock(bucket).get_or_insert_with(full)),
            Buckets::PerCallsite(buckets) => {
                let mut buckets = lock(buckets);
                let number = record.info.number as usize;
                if buckets.len() <= number {
                    buckets.resize(number + 1, None);
                }
                take(buckets[number].get_or_insert_with(full))
            }
            Buckets::PerKey { path, hashes, buckets } => {
                let hash = path::find(record, path).map_or(0, |value| {
                    let mut hasher = hashes.build_hasher();
                    digest::value(&mut hasher, &value);
                    hasher.finish()
                });
                take(lock(buckets).entry(hash, full).0)
            }
        }
    }
}

/// How many others the record stands for, which its statement or filters have suppressed before it.
fn told(record: &Record<'_>) -> u64 {
    let own = record.info.keys.iter().zip(record.values).find(|(key, _)| **key == Some(SUPPRESSED));
    let own = match own {
        Some((_, Some(Value::U64(count)))) => *count,
        _ => 0,
    };
    let counts = record.notes.iter().map(|note| match note {
        Note { key: SUPPRESSED, value: Value::U64(count) } => *count,
        _ => 0,
    });
    counts.fold(own, u64::saturating_add)
}

/// What a panic has left behind is still a bucket.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Filter for RateLimit {
    fn decide(&self, record: &Record<'_>) -> Verdict {
        if self.is_always(record.level()) {
            return Verdict::Accept;
        }
        match self.take(record) {
            None => Verdict::Reject,
            Some(0) => Verdict::Accept,
            Some(suppressed) => Verdict::AcceptWith(Note { key: SUPPRESSED, value: Value::U64(suppressed) }),
        }
    }

    fn interest(&self, callsite: &Callsite) -> Interest {
        if self.is_always(callsite.level()) { Interest::Always } else { Interest::Sometimes }
    }

    fn name(&self) -> Cow<'static, str> {
        Cow::Owned(format!("at most {self}"))
    }
}

/// As it is parsed: `100/min burst 50 by tenant`.
impl fmt::Display for RateLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        super::rate_text::write(f, self.rate.count, self.rate.period())?;
        if self.rate.burst != self.rate.count {
            write!(f, " burst {}", self.rate.burst)?;
        }
        match &self.buckets {
            Buckets::One(_) => Ok(()),
            Buckets::PerCallsite(_) => f.write_str(" per callsite"),
            Buckets::PerKey { path, .. } => write!(f, " by {}", path.escape_debug()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::made::Made;
    use super::*;

    fn made() -> Made<'static> {
        Made::new(Level::INFO, ".app\u{1f}f")
    }

    fn of_tenant(tenant: &'static str) -> Made<'static> {
        Made::new(Level::INFO, "k6:tenant.app\u{1f}f").values([Value::Str(tenant)])
    }

    /// For each record `x` if it was stopped, or what it says of the others.
    fn decisions<'a>(limit: &RateLimit, records: impl IntoIterator<Item = &'a Made<'a>>) -> Vec<String> {
        let decide = |made: &Made<'_>| match limit.decide(&made.record()) {
            Verdict::Reject => String::from("x"),
            Verdict::Accept => String::from("0"),
            Verdict::AcceptWith(note) => format!("{}={}", note.key, note.value),
        };
        records.into_iter().map(decide).collect()
    }

    #[test]
    fn the_next_record_that_passes_says_how_many_did_not() {
        let limit = RateLimit::per_second(2);
        let at = |milliseconds| made().at(Duration::from_millis(milliseconds));
        let decided = decisions(&limit, &[at(0), at(1), at(2), at(3), at(500), at(501), at(1_000), at(5_000)]);
        assert_eq!(decided, ["0", "0", "x", "x", "suppressed=2", "x", "suppressed=1", "0"]);
    }

    #[test]
    fn a_burst_of_nothing_is_one_of_one() {
        let limit = RateLimit::per_second(10).burst(0);
        let at = |milliseconds| made().at(Duration::from_millis(milliseconds));
        assert_eq!(decisions(&limit, &[at(0), at(1), at(101)]), ["0", "x", "suppressed=1"]);
        assert_eq!(limit.name(), "at most 10/s burst 1");
        assert_eq!(decisions(&RateLimit::per_second(0).burst(0), &[at(0)]), ["x"]);
    }

    #[test]
    fn what_a_stopped_record_says_of_others_is_not_lost() {
        let limit = RateLimit::per_second(1);
        let says = |count| Made::new(Level::INFO, "k10:suppressed.app\u{1f}f").values([Value::U64(count)]);
        let noted = made().note("suppressed", Value::U64(5));
        assert_eq!(decisions(&limit, [&made(), &says(9), &says(4), &noted]), ["0", "x", "x", "x"]);
        let decided = decisions(&limit, &[says(2).at(Duration::from_secs(1))]);
        assert_eq!(decided, ["suppressed=21"], "three records, and those that they stand for");
    }

    #[test]
    fn statements_and_values_have_buckets_of_their_own() {
        let (a, b) = (made(), made());
        assert_eq!(decisions(&RateLimit::per_second(1), [&a, &b]), ["0", "x"]);
        assert_eq!(decisions(&RateLimit::per_second(1).per_callsite(), [&a, &b, &a]), ["0", "0", "x"]);
        let tenants = [of_tenant("a"), of_tenant("b"), of_tenant("a"), made(), made()];
        assert_eq!(decisions(&RateLimit::per_second(1).per_key("tenant"), &tenants), ["0", "0", "x", "0", "x"]);
    }

    #[test]
    fn of_too_many_values_the_one_used_least_recently_is_forgotten() {
        let limit = RateLimit::per_second(1).max_keys(2).per_key("tenant");
        let tenants = ["a", "b", "a", "c", "a", "b"].map(of_tenant);
        assert_eq!(decisions(&limit, &tenants), ["0", "0", "x", "0", "x", "0"]);
    }

    #[test]
    fn values_are_not_kept_in_clear() {
        let limit = RateLimit::per_second(1).per_key("tenant");
        decisions(&limit, [&of_tenant("acme-corp")]);
        assert!(!format!("{limit:?} {limit}").contains("acme"));
    }

    #[test]
    fn what_always_passes_takes_no_token_and_is_not_asked_about() {
        let limit = RateLimit::per_second(1).always(Level::ERROR);
        let error = Made::new(Level::ERROR, ".app\u{1f}f");
        assert_eq!(decisions(&limit, [&error, &error, &made(), &made(), &error]), ["0", "0", "0", "x", "0"]);
        assert_eq!(limit.interest(error.callsite()), Interest::Always);
        assert_eq!(limit.interest(made().callsite()), Interest::Sometimes);
    }

    #[test]
    fn threads_share_the_tokens_and_no_record_is_forgotten() {
        for limit in [
            RateLimit::per_second(100),
            RateLimit::per_second(100).per_callsite(),
            RateLimit::per_second(100).per_key("tenant"),
        ] {
            let made = of_tenant("a");
            let passed: usize = std::thread::scope(|scope| {
                let count = || (0..1_000).filter(|_| !matches!(limit.decide(&made.record()), Verdict::Reject)).count();
                let threads: Vec<_> = (0..4).map(|_| scope.spawn(count)).collect();
                threads.into_iter().map(|thread| thread.join().expect("no panic")).sum()
            });
            assert_eq!(passed, 100);
            assert_eq!(decisions(&limit, [&made.at(Duration::from_secs(9))]), ["suppressed=3900"]);
        }
    }

    #[test]
    fn its_name_says_what_it_limits() {
        for (limit, expected) in [
            (RateLimit::per_second(10), "at most 10/s"),
            (RateLimit::per_minute(100).burst(50).per_callsite(), "at most 100/min burst 50 per callsite"),
            (RateLimit::per_hour(1).per_key("tenant"), "at most 1/h by tenant"),
            (RateLimit::new(1, Duration::from_millis(1_500)), "at most 1/1500ms"),
        ] {
            assert_eq!(limit.name(), expected);
        }
    }
}
