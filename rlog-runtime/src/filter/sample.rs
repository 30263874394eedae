//! A share of the records, or of the requests.

use super::{Filter, Interest, Note, SAMPLE_RATE, Verdict, digest, path};
use crate::callsite::Callsite;
use crate::level::Level;
use crate::record::Record;
use crate::value::Value;
use core::fmt::Write as _;
use core::hash::{BuildHasher as _, Hasher as _};
use core::sync::atomic::{AtomicU64, Ordering};
use std::borrow::Cow;
use std::hash::RandomState;
use std::string::String;
use std::vec::Vec;

/// Lets through a share of the records.
///
/// Rates go from 0, nothing, to 1, everything. Records that pass at a rate in between have a field `sample_rate` with it, so
/// that counts can be scaled: each of them stands for `1 / sample_rate`. Those that pass anyway do not have it, and their
/// statements are decided at once and cost nothing.
///
/// By default each record is drawn by chance. With [`sticky`](Sample::sticky), all records with the same value of a field are
/// kept or dropped together: those of one request, in every process.
///
/// # Cost
/// One atomic addition and three multiplications; with `sticky`, the hash of the field's value instead. No lock.
///
/// ```
/// use rlog_runtime::filter::Sample;
/// use rlog_runtime::{Console, Level};
///
/// let console = Console::stdout().filter(
///     Sample::new()
///         .rate(0.1)
///         .level(Level::DEBUG, 0.01)
///         .always(Level::WARN)
///         .sticky("trace_id"),
/// );
/// # let _ = console;
/// ```
#[derive(Debug)]
pub struct Sample {
    rate: Rate,
    levels: Vec<(Level, Rate)>,
    always: Option<Level>,
    sticky: Option<String>,
    /// Of the hashes.
    key: u64,
    /// SplitMix64.
    state: AtomicU64,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Rate {
    rate: f64,
    /// Draws below it pass.
    end: u64,
}

impl Rate {
    const ALL: Self = Self { rate: 1.0, end: u64::MAX };

    /// A rate out of range is the nearest one in it. What is no number lets everything through, since a line too many harms
    /// less than one that is missing.
    fn new(rate: f64) -> Self {
        if rate.is_nan() {
            return Self::ALL;
        }
        let rate = rate.clamp(0.0, 1.0);
        // The cast ends at the end of the type.
        Self { rate, end: (rate * TWO_TO_64) as u64 }
    }

    fn is_all(self) -> bool {
        self.rate >= 1.0
    }
}

const TWO_TO_64: f64 = 18_446_744_073_709_551_616.0;

impl Sample {
    /// Lets everything through, until it is told what not to.
    #[must_use]
    pub fn new() -> Self {
        Self {
            rate: Rate::ALL,
            levels: Vec::new(),
            always: None,
            sticky: None,
            key: 0,
            state: AtomicU64::new(RandomState::new().hash_one(0)),
        }
    }

    /// The rate of levels that have none of their own: 1 if not set. What is below 0 counts as 0; what is above 1, or no
    /// number, as 1.
    #[must_use]
    pub fn rate(mut self, rate: f64) -> Self {
        self.rate = Rate::new(rate);
        self
    }

    /// The rate of one level.
    #[must_use]
    pub fn level(mut self, level: Level, rate: f64) -> Self {
        self.levels.retain(|known| known.0 != level);
        self.levels.push((level, Rate::new(rate)));
        self
    }

    /// Records at or above this level always pass, whatever their rate.
    #[must_use]
    pub fn always(mut self, level: Level) -> Self {
        self.always = Some(level);
        self
    }

    /// The value of a field decides in place of chance, so that the records of one request or one user pass or do not
    /// together. The field may be a path, as for [`Field`](super::Field). Records that do not have it are drawn by chance.
    ///
    /// A value that passes at one rate passes at every higher one: what of a request passes at DEBUG is never more than what
    /// passes at INFO, if the rates are not.
    ///
    /// All processes agree, on all platforms and in all versions of rlog: the value passes if its hash, divided by 2⁶⁴, is
    /// less than the rate. The hash is SipHash-2-4 of the value's text in UTF-8, under the key that is made of the
    /// [`seed`](Sample::seed) and 64 zero bits.
    #[must_use]
    pub fn sticky(mut self, key: impl Into<String>) -> Self {
        self.sticky = Some(key.into());
        self
    }

    /// Makes draws the same in each run, for tests, and other values sticky than with another seed. If it is not called,
    /// draws differ from run to run, and values that are sticky are those of the seed 0.
    ///
    /// Whoever can choose the value of the field, and knows the seed, can choose to be in the sample.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.key = seed;
        self.state = AtomicU64::new(seed);
        self
    }

    fn rate_of(&self, level: Level) -> Rate {
        if self.always.is_some_and(|always| level >= always) {
            return Rate::ALL;
        }
        self.levels.iter().find(|known| known.0 == level).map_or(self.rate, |known| known.1)
    }

    /// A number that is as likely as any other.
    fn draw(&self, record: &Record<'_>) -> u64 {
        let sticky = self.sticky.as_ref().and_then(|path| path::find(record, path));
        sticky.map_or_else(|| self.next(), |value| self.hash(&value))
    }

    fn hash(&self, value: &Value<'_>) -> u64 {
        #[allow(deprecated, reason = "the algorithm does not change, which is what it takes")]
        let mut hasher = core::hash::SipHasher::new_with_keys(self.key, 0);
        digest::value(&mut hasher, value);
        hasher.finish()
    }

    /// SplitMix64 (Steele, Lea and Flood, 2014), of which each thread takes the next number.
    fn next(&self) -> u64 {
        const GAMMA: u64 = 0x9e37_79b9_7f4a_7c15;
        let z = self.state.fetch_add(GAMMA, Ordering::Relaxed).wrapping_add(GAMMA);
        let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}

impl Default for Sample {
    fn default() -> Self {
        Self::new()
    }
}

impl Filter for Sample {
    fn decide(&self, record: &Record<'_>) -> Verdict {
        let rate = self.rate_of(record.level());
        if rate.is_all() {
            Verdict::Accept
        } else if rate.end > 0 && self.draw(record) < rate.end {
            Verdict::AcceptWith(Note { key: SAMPLE_RATE, value: Value::F64(rate.rate) })
        } else {
            Verdict::Reject
        }
    }

    fn interest(&self, callsite: &Callsite) -> Interest {
        match self.rate_of(callsite.level()) {
            rate if rate.is_all() => Interest::Always,
            Rate { end: 0, .. } => Interest::Never,
            _ => Interest::Sometimes,
        }
    }

    fn name(&self) -> Cow<'static, str> {
        let mut name = format!("sample of {}", self.rate.rate);
        // Writing to a string does not fail.
        for (level, rate) in &self.levels {
            let _ = write!(name, ", {level} {}", rate.rate);
        }
        if let Some(always) = self.always {
            let _ = write!(name, ", all from {always}");
        }
        if let Some(key) = &self.sticky {
            let _ = write!(name, ", by {}", key.escape_debug());
        }
        Cow::Owned(name)
    }
}

#[cfg(test)]
mod tests {
    use super::super::made::Made;
    use super::*;
    use core::f64::consts::PI;
    use proptest::prelude::*;
    use std::string::ToString as _;

    fn made(level: Level) -> Made<'static> {
        Made::new(level, ".app\u{1f}f")
    }

    fn traced<'a>(level: Level, id: Value<'a>) -> Made<'a> {
        Made::new(level, "k8:trace_id.app\u{1f}f").values([id])
    }

    /// How many of so many pass, and the rate that they carry.
    fn passed(sample: &Sample, made: &Made<'_>, tries: usize) -> (usize, Option<String>) {
        let mut rate = None;
        let passes = (0..tries).filter(|_| match sample.decide(&made.record()) {
            Verdict::Reject => false,
            Verdict::Accept => true,
            Verdict::AcceptWith(note) => {
                rate = Some(format!("{} {}", note.key, note.value));
                true
            }
        });
        (passes.count(), rate)
    }

    #[test]
    fn each_level_passes_at_its_rate_and_says_so() {
        let sample =
            Sample::new().rate(0.25).level(Level::DEBUG, 0.01).level(Level::TRACE, 0.0).always(Level::WARN).seed(1);
        for (level, expected, rate) in [
            (Level::TRACE, 0, None),
            (Level::DEBUG, 1_000, Some("sample_rate 0.01")),
            (Level::INFO, 25_000, Some("sample_rate 0.25")),
            (Level::NOTICE, 25_000, Some("sample_rate 0.25")),
            (Level::WARN, 100_000, None),
            (Level::ERROR, 100_000, None),
        ] {
            let (count, said) = passed(&sample, &made(level), 100_000);
            // Four standard deviations, which are at most 137; the seed makes it the same each time.
            assert!(count.abs_diff(expected) <= if rate.is_some() { 550 } else { 0 }, "{level}: {count}");
            assert_eq!(said.as_deref(), rate, "{level}");
        }
    }

    #[test]
    fn statements_that_pass_always_or_never_are_decided_at_once() {
        let sample = Sample::new().rate(0.5).level(Level::TRACE, 0.0).level(Level::INFO, 1.0).always(Level::ERROR);
        for (level, expected) in [
            (Level::TRACE, Interest::Never),
            (Level::DEBUG, Interest::Sometimes),
            (Level::INFO, Interest::Always),
            (Level::CRITICAL, Interest::Always),
        ] {
            assert_eq!(sample.interest(made(level).callsite()), expected, "{level}");
        }
    }

    #[test]
    fn a_seed_draws_the_same_each_time() {
        let draws = |seed| {
            let sample = Sample::new().rate(0.5).seed(seed);
            (0..64).map(|_| passed(&sample, &made(Level::INFO), 1).0).collect::<Vec<_>>()
        };
        assert_eq!(draws(7), draws(7));
        assert_ne!(draws(7), draws(8));
        // The generator's known numbers.
        let sample = Sample::new().seed(1_234_567);
        let numbers = [sample.next(), sample.next(), sample.next()];
        assert_eq!(numbers, [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]);
    }

    #[test]
    fn hashes_are_those_that_are_documented() {
        // By an implementation of SipHash-2-4 of its own.
        let id = Value::Str("4bf92f3577b34da6a3ce929d0e0e4736");
        assert_eq!(Sample::new().hash(&id), 0x7130_794d_185b_9608);
        assert_eq!(Sample::new().seed(7).hash(&id), 0x30df_b0b6_6de7_ed43);
        assert_eq!(Sample::new().hash(&Value::U64(42)), 0x9b99_de90_5fb2_cefd);
        assert_eq!(Sample::new().hash(&Value::Text("42")), 0x9b99_de90_5fb2_cefd);
    }

    #[test]
    fn records_of_one_value_pass_or_do_not_together_in_every_process() {
        let here = Sample::new().rate(0.5).sticky("trace_id");
        let there = Sample::new().rate(0.5).sticky("trace_id");
        let mut kept = 0;
        for id in 0..1_000_u64 {
            let text = id.to_string();
            let made = traced(Level::INFO, Value::U64(id));
            let (count, _) = passed(&here, &made, 5);
            assert!(count == 0 || count == 5);
            assert_eq!(passed(&there, &traced(Level::WARN, Value::Str(&text)), 5).0, count);
            kept += count / 5;
        }
        assert!((440..560).contains(&kept), "{kept}");
    }

    #[test]
    fn what_has_no_such_field_is_drawn_by_chance() {
        let sample = Sample::new().rate(0.5).sticky("trace_id").seed(3);
        let (count, _) = passed(&sample, &made(Level::INFO), 10_000);
        assert!((4_800..5_200).contains(&count), "{count}");
    }

    #[test]
    fn rates_out_of_range_are_the_nearest_in_it() {
        for (rate, expected) in [(-1.0, 0.0), (0.0, 0.0), (1.0, 1.0), (PI, 1.0), (f64::NAN, 1.0), (f64::INFINITY, 1.0)]
        {
            assert_eq!(Rate::new(rate).rate, expected);
        }
    }

    #[test]
    fn its_name_says_the_rates() {
        let sample = Sample::new().rate(0.1).level(Level::DEBUG, 0.01).always(Level::WARN).sticky("trace_id");
        assert_eq!(sample.name(), "sample of 0.1, DEBUG 0.01, all from WARN, by trace_id");
    }

    proptest! {
        #[test]
        fn a_value_that_passes_at_one_rate_passes_at_every_higher_one(id in ".{0,20}", low in 0.0..1.0, more in 0.0..1.0) {
            let sample = Sample::new().level(Level::DEBUG, low).level(Level::INFO, low + more).sticky("trace_id");
            let [debug, info] = [Level::DEBUG, Level::INFO].map(|level| passed(&sample, &traced(level, Value::Str(&id)), 1).0);
            prop_assert!(debug <= info);
        }
    }
}
