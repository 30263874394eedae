//! One token bucket.

use core::time::Duration;

/// How many tokens there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rate {
    /// So many tokens come in each period.
    pub(super) count: u32,
    /// In nanoseconds; not zero.
    period: u64,
    /// So many tokens fit into a bucket.
    pub(super) burst: u32,
}

/// Tokens that come steadily, up to the burst, and are taken by records.
///
/// Exact: tokens are counted in parts, of which `period` make one and `count` come each nanosecond.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bucket {
    parts: u128,
    /// The latest moment seen, in nanoseconds.
    last: i64,
    /// Records that found no token since one that did.
    suppressed: u64,
}

/// A moment that is so much earlier than one before it says that the clock was set back. Less is the disorder of threads
/// that wait for each other, in which no time passes.
pub(super) const STEP_BACK: i64 = 1_000_000_000;

impl Rate {
    pub(super) fn new(count: u32, period: Duration) -> Self {
        Self { count, period: u64::try_from(period.as_nanos()).unwrap_or(u64::MAX).max(1), burst: count }
    }

    pub(super) fn period(&self) -> Duration {
        Duration::from_nanos(self.period)
    }

    fn full(&self) -> u128 {
        u128::from(self.burst) * u128::from(self.period)
    }
}

impl Bucket {
    pub(super) fn full(rate: &Rate, now: i64) -> Self {
        Self { parts: rate.full(), last: now, suppressed: 0 }
    }

    /// Takes a token, and returns how many have tried in vain before. `None` if there is no token.
    ///
    /// When the clock is set back, the tokens stay as they are and come at the same rate from there on; when it is set
    /// forward, the bucket is full at the most.
    pub(super) fn take(&mut self, rate: &Rate, now: i64) -> Option<u64> {
        let elapsed = now.saturating_sub(self.last);
        if elapsed > 0 {
            let more = u128::from(elapsed.unsigned_abs()) * u128::from(rate.count);
            self.parts = (self.parts + more).min(rate.full());
            self.last = now;
        } else if elapsed < -STEP_BACK {
            self.last = now;
        }
        match self.parts.checked_sub(rate.period.into()) {
            Some(rest) => {
                self.parts = rest;
                Some(core::mem::take(&mut self.suppressed))
            }
            None => {
                self.suppressed += 1;
                None
            }
        }
    }

    /// Counts so many more that have not passed.
    pub(super) fn suppress(&mut self, count: u64) {
        self.suppressed = self.suppressed.saturating_add(count);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::vec::Vec;

    const SECOND: i64 = 1_000_000_000;

    fn passes(bucket: &mut Bucket, rate: &Rate, now: i64, tries: usize) -> usize {
        (0..tries).filter(|_| bucket.take(rate, now).is_some()).count()
    }

    #[test]
    fn a_burst_passes_and_then_as_many_as_the_rate_says() {
        let rate = Rate { burst: 5, ..Rate::new(2, Duration::from_secs(1)) };
        let mut bucket = Bucket::full(&rate, 0);
        assert_eq!(passes(&mut bucket, &rate, 0, 10), 5);
        assert_eq!(passes(&mut bucket, &rate, SECOND / 2 - 1, 10), 0);
        assert_eq!(passes(&mut bucket, &rate, SECOND / 2, 10), 1);
        assert_eq!(passes(&mut bucket, &rate, 2 * SECOND, 10), 3);
        assert_eq!(passes(&mut bucket, &rate, 1_000 * SECOND, 10), 5, "never more than the burst");
    }

    #[test]
    fn the_next_that_passes_says_how_many_did_not() {
        let rate = Rate::new(1, Duration::from_secs(1));
        let mut bucket = Bucket::full(&rate, 0);
        let taken: Vec<Option<u64>> =
            [0, 1, 2, SECOND, SECOND, 2 * SECOND, 3 * SECOND].map(|now| bucket.take(&rate, now)).into();
        assert_eq!(taken, [Some(0), None, None, Some(2), None, Some(1), Some(0)]);
    }

    #[test]
    fn a_clock_that_is_set_back_stops_nothing_for_long() {
        let rate = Rate::new(1, Duration::from_secs(1));
        let mut bucket = Bucket::full(&rate, 10_000 * SECOND);
        assert!(bucket.take(&rate, 10_000 * SECOND).is_some());
        assert!(bucket.take(&rate, 0).is_none(), "no token comes out of it");
        assert!(bucket.take(&rate, SECOND).is_some());
        assert!(bucket.take(&rate, i64::MIN).is_none());
        assert!(bucket.take(&rate, i64::MIN + SECOND).is_some());
    }

    #[test]
    fn a_clock_that_is_set_forward_fills_the_bucket_and_no_more() {
        let rate = Rate::new(3, Duration::from_secs(1));
        let mut bucket = Bucket::full(&rate, 0);
        assert_eq!(passes(&mut bucket, &rate, 0, 10), 3);
        assert_eq!(passes(&mut bucket, &rate, i64::MAX, 10), 3);
    }

    #[test]
    fn threads_that_disagree_about_the_time_win_nothing() {
        let rate = Rate::new(1_000, Duration::from_secs(1));
        let mut bucket = Bucket::full(&rate, SECOND);
        assert_eq!(passes(&mut bucket, &rate, SECOND, 2_000), 1_000);
        let both =
            (0..1_000).map(|_| passes(&mut bucket, &rate, SECOND, 1) + passes(&mut bucket, &rate, SECOND / 2, 1));
        assert_eq!(both.sum::<usize>(), 0);
    }

    #[test]
    fn rates_at_the_ends_of_their_range_do_what_they_say() {
        let none = Rate::new(0, Duration::from_secs(1));
        assert_eq!(passes(&mut Bucket::full(&none, 0), &none, i64::MAX, 10), 0);
        let most = Rate::new(u32::MAX, Duration::MAX);
        assert_eq!(passes(&mut Bucket::full(&most, i64::MIN), &most, i64::MAX, 10), 10);
        let no_period = Rate::new(2, Duration::ZERO);
        let mut bucket = Bucket::full(&no_period, 0);
        assert_eq!((passes(&mut bucket, &no_period, 0, 10), passes(&mut bucket, &no_period, 1, 10)), (2, 2));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1_000))]

        /// The model is the virtual scheduling algorithm (ITU-T I.371, annex A): each record has a moment before which it is
        /// too early, in units of which `count` make a nanosecond.
        #[test]
        fn it_decides_as_virtual_scheduling_does(
            count in 1_u32..50,
            period in 1_u64..200,
            burst in 1_u32..20,
            steps in proptest::collection::vec(prop_oneof![3 => 0_i64..4, 1 => 0_i64..400], 1..200),
        ) {
            let rate = Rate { burst, ..Rate::new(count, Duration::from_nanos(period)) };
            let mut now = 1_700_000_000_000_000_000_i64;
            let mut bucket = Bucket::full(&rate, now);
            let (each, tolerance) = (i128::from(period), i128::from(period) * i128::from(burst - 1));
            let mut expected_at = i128::from(now) * i128::from(count);
            let mut suppressed = 0;
            for step in steps {
                now += step;
                let moment = i128::from(now) * i128::from(count);
                let conforms = moment >= expected_at - tolerance;
                let taken = bucket.take(&rate, now);
                if conforms {
                    expected_at = expected_at.max(moment) + each;
                    prop_assert_eq!(taken, Some(core::mem::take(&mut suppressed)));
                } else {
                    suppressed += 1;
                    prop_assert_eq!(taken, None);
                }
            }
        }

        #[test]
        fn whatever_the_clock_does_every_record_is_counted_and_no_stretch_has_too_many(
            count in 1_u32..5,
            burst in 1_u32..5,
            moments in proptest::collection::vec(prop_oneof![0..10 * SECOND, any::<i64>()], 1..100),
        ) {
            let rate = Rate { burst, ..Rate::new(count, Duration::from_secs(1)) };
            let mut bucket = Bucket::full(&rate, moments[0]);
            let (mut passed, mut told, mut went_by) = (0_u64, 0, 0_u128);
            let mut latest = moments[0];
            for &now in &moments {
                // The time that passes is what the clock moves forward.
                went_by += u128::from(now.saturating_sub(latest).max(0).unsigned_abs());
                if now > latest || latest.saturating_sub(now) > STEP_BACK {
                    latest = now;
                }
                if let Some(suppressed) = bucket.take(&rate, now) {
                    passed += 1;
                    told += suppressed;
                }
                prop_assert!(u128::from(passed) <= u128::from(burst) + went_by * u128::from(count) / SECOND as u128);
            }
            prop_assert_eq!(passed + told + bucket.suppressed, moments.len() as u64);
        }
    }
}
