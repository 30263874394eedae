//! Rates as text: `10/s`, `100/min burst 50`, `5/10s by tenant`.

use super::RateLimit;
use core::fmt;
use core::str::FromStr;
use core::time::Duration;
use std::borrow::ToOwned;
use std::string::String;

/// Units of time, those that are written first. The first name is the one that is written.
static UNITS: [(&[&str], Duration); 7] = [
    (&["d", "day", "days"], Duration::from_secs(86_400)),
    (&["h", "hour", "hours"], Duration::from_secs(3_600)),
    (&["min", "m", "minute", "minutes"], Duration::from_secs(60)),
    (&["s", "sec", "second", "seconds"], Duration::from_secs(1)),
    (&["ms", "millisecond", "milliseconds"], Duration::from_millis(1)),
    (&["us", "µs", "microsecond", "microseconds"], Duration::from_micros(1)),
    (&["ns", "nanosecond", "nanoseconds"], Duration::from_nanos(1)),
];

/// Writes a count and a period, in the largest unit that the period is a multiple of.
pub(super) fn write(f: &mut fmt::Formatter<'_>, count: u32, period: Duration) -> fmt::Result {
    let nanoseconds = period.as_nanos();
    let fits = |unit: &&(&[&str], Duration)| nanoseconds.is_multiple_of(unit.1.as_nanos());
    let (names, unit) = UNITS.iter().find(fits).unwrap_or(&UNITS[6]);
    match nanoseconds / unit.as_nanos() {
        1 => write!(f, "{count}/{}", names[0]),
        times => write!(f, "{count}/{times}{}", names[0]),
    }
}

/// Reads a limit as a configuration file has it:
///
/// ```text
/// limit = count "/" [ times ] unit [ "burst" count ] [ "per callsite" | "by" key ]
/// unit  = "ns" | "us" | "ms" | "s" | "min" | "h" | "d", or such a word in full
/// ```
///
/// ```
/// use rlog_runtime::filter::RateLimit;
///
/// for text in ["10/s", "100/min burst 50", "5/10s per callsite", "1/h by user.id"] {
///     assert_eq!(text.parse::<RateLimit>()?.to_string(), text);
/// }
/// assert_eq!("10/minute".parse::<RateLimit>()?.to_string(), "10/min");
/// # Ok::<(), rlog_runtime::filter::ParseRateError>(())
/// ```
impl FromStr for RateLimit {
    type Err = ParseRateError;

    fn from_str(text: &str) -> Result<Self, ParseRateError> {
        let Some((count, rest)) = text.split_once('/') else {
            return Err(error(format!("`{}` is not a rate; write a count and a time, such as `10/s`", shown(text))));
        };
        let count = parse_count("the count before `/`", count.trim())?;
        let mut words = rest.split_whitespace();
        let period = parse_period(words.next().unwrap_or(""))?;
        let mut limit = Self::new(count, period);
        let (mut has_burst, mut has_buckets) = (false, false);
        while let Some(word) = words.next() {
            match word {
                "burst" if !has_burst => {
                    has_burst = true;
                    limit = limit.burst(parse_count("the number behind `burst`", words.next().unwrap_or(""))?);
                }
                "per" if !has_buckets => {
                    has_buckets = true;
                    limit = match words.next() {
                        Some("callsite") => limit.per_callsite(),
                        other => {
                            let other = shown(other.unwrap_or(""));
                            let message = format!("`per {other}` is not known; write `per callsite`, or `by key`");
                            return Err(error(message));
                        }
                    };
                }
                "by" if !has_buckets => {
                    has_buckets = true;
                    let Some(key) = words.next() else {
                        return Err(error("a key is missing behind `by`; write `by tenant`".to_owned()));
                    };
                    limit = limit.per_key(key);
                }
                "burst" => return Err(error("`burst` stands there twice; remove one".to_owned())),
                "per" | "by" => {
                    return Err(error("more than one of `per callsite` and `by key`; keep one".to_owned()));
                }
                word => {
                    let message = "is not known; write `burst 50`, `per callsite` or `by key` behind the rate";
                    return Err(error(format!("`{}` {message}", shown(word))));
                }
            }
        }
        Ok(limit)
    }
}

fn parse_count(what: &str, text: &str) -> Result<u32, ParseRateError> {
    match text.parse() {
        Ok(0) => Err(error(format!("{what} must be at least 1, got `0`"))),
        Ok(count) => Ok(count),
        Err(_) => {
            let text = shown(text);
            Err(error(format!("{what} must be a whole number from 1 to {}, got `{text}`", u32::MAX)))
        }
    }
}

fn parse_period(text: &str) -> Result<Duration, ParseRateError> {
    let unit = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let times = match &text[..text.len() - unit.len()] {
        "" => 1,
        digits => parse_count("the number of the time behind `/`", digits)?,
    };
    match UNITS.iter().find(|(names, _)| names.contains(&unit)) {
        Some((_, unit)) => Ok(*unit * times),
        None => {
            let message = "must be one of `ms`, `s`, `min`, `h` and `d`, with a number before it if it is not 1";
            Err(error(format!("the time behind `/` {message}, got `{}`", shown(text))))
        }
    }
}

/// What is wrong with the text of a [`RateLimit`], and what to write instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseRateError {
    message: String,
}

fn error(message: String) -> ParseRateError {
    ParseRateError { message }
}

/// A word as an error shows it: it may be long, and hold what moves a cursor.
fn shown(text: &str) -> String {
    const LONGEST: usize = 60;
    let mut shown: String = text.chars().take(LONGEST).flat_map(char::escape_debug).collect();
    if text.chars().nth(LONGEST).is_some() {
        shown.push('…');
    }
    shown
}

impl fmt::Display for ParseRateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl core::error::Error for ParseRateError {}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::string::ToString as _;

    #[test]
    fn what_is_written_in_another_way_means_the_same() {
        for (text, canonical) in [
            ("10/s", "10/s"),
            (" 10 / sec ", "10/s"),
            ("10/1s", "10/s"),
            ("10/60s", "10/min"),
            ("10/1000ms", "10/s"),
            ("10/90s", "10/90s"),
            ("10/2days", "10/2d"),
            ("10/s burst 10", "10/s"),
            ("10/m by tenant burst 5", "10/min burst 5 by tenant"),
            ("10/hours per callsite", "10/h per callsite"),
            ("10/s by callsite", "10/s by callsite"),
        ] {
            assert_eq!(text.parse::<RateLimit>().map(|limit| limit.to_string()).as_deref(), Ok(canonical), "{text}");
        }
    }

    #[test]
    fn mistakes_are_told_with_a_way_out() {
        let time =
            "the time behind `/` must be one of `ms`, `s`, `min`, `h` and `d`, with a number before it if it is not 1";
        let number = "must be a whole number from 1 to 4294967295";
        for (text, expected) in [
            ("", "`` is not a rate; write a count and a time, such as `10/s`"),
            ("10", "`10` is not a rate; write a count and a time, such as `10/s`"),
            ("x/s", &format!("the count before `/` {number}, got `x`")),
            ("-1/s", &format!("the count before `/` {number}, got `-1`")),
            ("0/s", "the count before `/` must be at least 1, got `0`"),
            ("10/", &format!("{time}, got ``")),
            ("10/week", &format!("{time}, got `week`")),
            ("10/\u{1b}[2J", &format!("{time}, got `\\u{{1b}}[2J`")),
            ("10/0s", "the number of the time behind `/` must be at least 1, got `0`"),
            ("10/s burst", &format!("the number behind `burst` {number}, got ``")),
            ("10/s burst 5 burst 6", "`burst` stands there twice; remove one"),
            ("10/s per tenant", "`per tenant` is not known; write `per callsite`, or `by key`"),
            ("10/s by", "a key is missing behind `by`; write `by tenant`"),
            ("10/s by a by b", "more than one of `per callsite` and `by key`; keep one"),
            ("10/s max 5", "`max` is not known; write `burst 50`, `per callsite` or `by key` behind the rate"),
        ] {
            let error = text.parse::<RateLimit>().expect_err(text);
            assert_eq!(error.to_string(), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(count in 1_u32.., nanoseconds in 1_u64.., burst in 1_u32.., zeros in 0_u32..10) {
            let period = Duration::from_nanos((nanoseconds >> (6 * zeros)).max(1).saturating_mul(10_u64.pow(zeros)));
            // What is read is a 32-bit number of units.
            let text = RateLimit::new(count, period).burst(burst).to_string();
            if let Ok(limit) = text.parse::<RateLimit>() {
                prop_assert_eq!(limit.to_string(), text);
            } else {
                prop_assert!(period.as_nanos() > u128::from(u32::MAX));
            }
        }

        #[test]
        fn whatever_it_is_nothing_panics_and_errors_are_short(text in "\\PC{0,20}|[0-9/ smhdburtpey]{0,20}|.{0,200}") {
            if let Err(error) = text.parse::<RateLimit>() {
                prop_assert!(!error.to_string().contains(char::is_control));
                prop_assert!(error.to_string().chars().count() < 800);
            }
        }
    }
}
