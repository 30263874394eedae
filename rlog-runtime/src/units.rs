//! Sizes and times as people write them: `100 MB`, `64k`, `250ms`, `1h 30min`.

use core::fmt;
use core::str::FromStr;
use core::time::Duration;
use std::string::{String, ToString};

/// A number of bytes, as text in files and in code: `100 MB`, `16 KiB`, `64k`.
///
/// `kB`, `MB`, `GB` and `TB` are powers of 1000; `KiB`, `MiB`, `GiB` and `TiB` are powers of 1024 (IEC 80000-13), and so are
/// the bare letters `k`, `M`, `G` and `T`, as in `logrotate` and `systemd`. Case does not matter, nor do spaces before the
/// unit; a number alone is bytes. Parts are understood if they come to whole bytes: `1.5 KiB`.
///
/// ```
/// use rlog_runtime::Size;
///
/// let size: Size = "64k".parse()?;
/// assert_eq!(size.bytes(), 65536);
/// assert_eq!(size.to_string(), "64 KiB");
/// assert_eq!("100 MB".parse(), Ok(Size::new(100_000_000)));
/// # Ok::<(), rlog_runtime::UnitError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Size(u64);

impl Size {
    /// So many bytes.
    #[must_use]
    pub const fn new(bytes: u64) -> Self {
        Self(bytes)
    }

    /// How many bytes it is.
    #[must_use]
    pub const fn bytes(self) -> u64 {
        self.0
    }

    /// The same, or the most that the machine can address.
    #[cfg_attr(not(feature = "config"), allow(dead_code, reason = "for settings in files"))]
    pub(crate) fn saturating(self) -> usize {
        usize::try_from(self.0).unwrap_or(usize::MAX)
    }
}

impl From<u64> for Size {
    fn from(bytes: u64) -> Self {
        Self(bytes)
    }
}

impl FromStr for Size {
    type Err = UnitError;

    fn from_str(text: &str) -> Result<Self, UnitError> {
        let (number, unit) = split(text.trim());
        let unit = unit.trim();
        let factor = match unit {
            "" => 1,
            unit => match SIZES.iter().find(|(name, _)| name.eq_ignore_ascii_case(unit)) {
                Some(&(_, factor)) => factor,
                None => return Err(UnitError::unit(unit, "`B`, `kB`, `MB`, `GB`, `KiB`, `MiB`, `GiB`")),
            },
        };
        match multiply(number, factor) {
            Some(bytes) => u64::try_from(bytes).map(Self).map_err(|_| UnitError::new("that is too large a size")),
            None => Err(UnitError::new("expected a number and a unit, such as `100 MB`")),
        }
    }
}

/// The largest unit in which it is a whole number, so that it is read again as the same.
impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let whole = SHOWN_SIZES.iter().find(|&&(_, factor)| self.0 >= factor && self.0.is_multiple_of(factor));
        match whole {
            Some((unit, factor)) => write!(f, "{} {unit}", self.0 / factor),
            None => write!(f, "{} B", self.0),
        }
    }
}

/// The first spelling in each line is the usual one.
const SIZES: [(&str, u64); 19] = [
    ("B", 1),
    ("byte", 1),
    ("bytes", 1),
    ("kB", 1_000),
    ("MB", 1_000_000),
    ("GB", 1_000_000_000),
    ("TB", 1_000_000_000_000),
    ("KiB", 1 << 10),
    ("MiB", 1 << 20),
    ("GiB", 1 << 30),
    ("TiB", 1 << 40),
    ("k", 1 << 10),
    ("M", 1 << 20),
    ("G", 1 << 30),
    ("T", 1 << 40),
    ("Ki", 1 << 10),
    ("Mi", 1 << 20),
    ("Gi", 1 << 30),
    ("Ti", 1 << 40),
];

const SHOWN_SIZES: [(&str, u64); 8] = [
    ("TiB", 1 << 40),
    ("TB", 1_000_000_000_000),
    ("GiB", 1 << 30),
    ("GB", 1_000_000_000),
    ("MiB", 1 << 20),
    ("MB", 1_000_000),
    ("KiB", 1 << 10),
    ("kB", 1_000),
];

/// Reads a time: `250ms`, `10 s`, `1.5 h`, `1h 30min`.
///
/// Units are `ns`, `us` (`µs`), `ms`, `s`, `min` (`m`), `h`, `d` and `w`, and their names in full (`5 minutes`). A number
/// without a unit is refused, except for 0: nobody could know which was meant.
///
/// ```
/// use rlog_runtime::parse_duration;
/// use std::time::Duration;
///
/// assert_eq!(parse_duration("1h 30min"), Ok(Duration::from_secs(5400)));
/// assert!(parse_duration("10").is_err());
/// ```
///
/// # Errors
/// When it is no time, or too long a one.
pub fn parse_duration(text: &str) -> Result<Duration, UnitError> {
    const EXPECTED: &str = "expected a number and a unit, such as `10 s` or `250 ms`";
    const UNITS: &str = "`ns`, `us`, `ms`, `s`, `min`, `h`, `d`";
    let mut rest = text.trim();
    if rest == "0" {
        return Ok(Duration::ZERO);
    }
    if rest.is_empty() {
        return Err(UnitError::new(EXPECTED));
    }
    let mut nanos: u128 = 0;
    while !rest.is_empty() {
        let (number, behind) = split(rest);
        let behind = behind.trim_start();
        let end = behind.find(|c: char| !c.is_alphabetic()).unwrap_or(behind.len());
        let (unit, next) = behind.split_at(end);
        if number.is_empty() {
            return Err(UnitError::new(EXPECTED));
        }
        if unit.is_empty() {
            return Err(UnitError(std::format!("a unit is missing behind `{}`; write one of {UNITS}", short(number))));
        }
        let known = DURATIONS.iter().find(|(names, _)| names.iter().any(|name| name.eq_ignore_ascii_case(unit)));
        let Some(&(_, factor)) = known else { return Err(UnitError::unit(unit, UNITS)) };
        let part = multiply(number, factor).ok_or_else(|| UnitError::new(EXPECTED))?;
        nanos = nanos.saturating_add(part);
        rest = next.trim_start();
    }
    let seconds = u64::try_from(nanos / 1_000_000_000).ok().filter(|&seconds| seconds <= LONGEST_SECONDS);
    match seconds {
        Some(seconds) => Ok(Duration::new(seconds, (nanos % 1_000_000_000) as u32)),
        None => Err(UnitError::new("that is too long a time; a hundred years are the most")),
    }
}

/// Beyond, sums with moments overflow on some systems.
const LONGEST_SECONDS: u64 = 100 * 366 * 24 * 3600;

/// The text that [`parse_duration`] reads as this: a whole number of the largest unit that fits.
#[cfg_attr(not(feature = "config"), allow(dead_code, reason = "for settings in files"))]
pub(crate) fn show_duration(duration: Duration) -> String {
    let nanos = duration.as_nanos();
    if nanos == 0 {
        return "0 s".to_string();
    }
    let units = DURATIONS.iter().rev().find(|&&(_, factor)| nanos.is_multiple_of(u128::from(factor)));
    let (unit, factor) = units.map_or(("ns", 1), |&(names, factor)| (names[0], u128::from(factor)));
    std::format!("{} {unit}", nanos / factor)
}

const DURATIONS: [(&[&str], u64); 8] = [
    (&["ns", "nanosecond", "nanoseconds"], 1),
    (&["us", "µs", "μs", "microsecond", "microseconds"], 1_000),
    (&["ms", "millisecond", "milliseconds"], 1_000_000),
    (&["s", "sec", "secs", "second", "seconds"], 1_000_000_000),
    (&["min", "m", "mins", "minute", "minutes"], 60_000_000_000),
    (&["h", "hour", "hours"], 3_600_000_000_000),
    (&["d", "day", "days"], 86_400_000_000_000),
    (&["w", "week", "weeks"], 604_800_000_000_000),
];

/// The number at the beginning, and what is behind it.
fn split(text: &str) -> (&str, &str) {
    text.split_at(text.find(|c: char| !matches!(c, '0'..='9' | '.' | '_')).unwrap_or(text.len()))
}

/// A decimal number times a factor, exactly. `None` if it is no number, or not a whole one then.
fn multiply(number: &str, factor: u64) -> Option<u128> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_');
    let starts = |text: &str| text.starts_with(|c: char| c.is_ascii_digit());
    if !starts(whole) || !is_number(whole) || !is_number(fraction) || (number.contains('.') && !starts(fraction)) {
        return None;
    }
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let (whole, fraction) = (digits(whole), digits(fraction));
    let fraction = fraction.trim_end_matches('0');
    if whole.len() > 20 || fraction.len() > 15 {
        return None;
    }
    let scale = 10_u128.pow(fraction.len() as u32);
    let value = whole.parse::<u128>().ok()? * scale + fraction.parse::<u128>().unwrap_or(0);
    let product = value.checked_mul(u128::from(factor))?;
    product.is_multiple_of(scale).then(|| product / scale)
}

/// A size or a time that is not understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitError(String);

impl UnitError {
    fn new(message: &str) -> Self {
        Self(message.to_string())
    }

    fn unit(unit: &str, units: &str) -> Self {
        Self(std::format!("unknown unit `{}`; write one of {units}", short(unit)))
    }
}

/// No error is longer than a line.
fn short(text: &str) -> String {
    text.chars().take(20).flat_map(char::escape_debug).collect()
}

impl fmt::Display for UnitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl core::error::Error for UnitError {}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn sizes_have_decimal_and_binary_units() {
        for (text, bytes) in [
            ("0", 0),
            ("512", 512),
            ("512 B", 512),
            ("64k", 64 << 10),
            ("100 MB", 100_000_000),
            ("100MiB", 100 << 20),
            ("100 mib", 100 << 20),
            ("1.5 KiB", 1536),
            ("1.50 GB", 1_500_000_000),
            (" 2 G ", 2 << 30),
            ("1_000 kB", 1_000_000),
            ("18446744073709551615", u64::MAX),
        ] {
            assert_eq!(text.parse(), Ok(Size(bytes)), "{text}");
        }
    }

    #[test]
    fn what_is_no_size_is_told_with_what_to_write() {
        for (text, expected) in [
            ("", "expected a number and a unit, such as `100 MB`"),
            ("MB", "expected a number and a unit, such as `100 MB`"),
            ("-1 MB", "unknown unit `-1 MB`; write one of `B`, `kB`, `MB`, `GB`, `KiB`, `MiB`, `GiB`"),
            ("1.2.3 MB", "expected a number and a unit, such as `100 MB`"),
            ("1.5", "expected a number and a unit, such as `100 MB`"),
            ("1 MBit", "unknown unit `MBit`; write one of `B`, `kB`, `MB`, `GB`, `KiB`, `MiB`, `GiB`"),
            ("18446744073709551616", "that is too large a size"),
            ("17000000 TiB", "that is too large a size"),
        ] {
            assert_eq!(text.parse::<Size>().map_err(|error| error.to_string()), Err(expected.into()), "{text}");
        }
    }

    #[test]
    fn times_have_units_and_may_have_several() {
        for (text, expected) in [
            ("0", Duration::ZERO),
            ("250ms", Duration::from_millis(250)),
            ("10 s", Duration::from_secs(10)),
            ("5min", Duration::from_secs(300)),
            ("1.5 h", Duration::from_secs(5400)),
            ("1h 30min", Duration::from_secs(5400)),
            ("1h30m", Duration::from_secs(5400)),
            ("2 Days", Duration::from_secs(172_800)),
            ("3 µs", Duration::from_micros(3)),
            ("0.000000001 s", Duration::from_nanos(1)),
        ] {
            assert_eq!(parse_duration(text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_time_is_told_with_what_to_write() {
        for (text, expected) in [
            ("", "expected a number and a unit, such as `10 s` or `250 ms`"),
            ("soon", "expected a number and a unit, such as `10 s` or `250 ms`"),
            ("10", "a unit is missing behind `10`; write one of `ns`, `us`, `ms`, `s`, `min`, `h`, `d`"),
            ("1h 30", "a unit is missing behind `30`; write one of `ns`, `us`, `ms`, `s`, `min`, `h`, `d`"),
            ("10 parsecs", "unknown unit `parsecs`; write one of `ns`, `us`, `ms`, `s`, `min`, `h`, `d`"),
            ("-5 s", "expected a number and a unit, such as `10 s` or `250 ms`"),
            ("0.5 ns", "expected a number and a unit, such as `10 s` or `250 ms`"),
            ("9999999 w", "that is too long a time; a hundred years are the most"),
        ] {
            assert_eq!(parse_duration(text).map_err(|error| error.to_string()), Err(expected.into()), "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_shown_is_read_again(bytes in any::<u64>(), shift in 0..64, nanos in 0..10_u64.pow(18)) {
            let size = Size(bytes >> shift << (shift / 2));
            prop_assert_eq!(size.to_string().parse(), Ok(size));
            let duration = Duration::from_nanos(nanos / 10_u64.pow(shift as u32 % 18));
            prop_assert_eq!(parse_duration(&show_duration(duration)), Ok(duration));
        }

        #[test]
        fn nothing_makes_it_panic(text in ".{0,30}|[0-9._]{0,40}[a-zµ]{0,4}") {
            let _ = text.parse::<Size>();
            let _ = parse_duration(&text);
        }
    }
}
