//! Moments, and how they are written.

use core::cell::RefCell;
use core::fmt;
use std::time::{SystemTime, UNIX_EPOCH};
use std::vec::Vec;

/// A moment: nanoseconds since 1970-01-01T00:00:00Z, without leap seconds. It reaches from 1677 to 2262.
///
/// `Display` writes it by RFC 3339, in UTC, with nine digits of the second.
///
/// ```
/// use rlog_runtime::Timestamp;
///
/// let moment = Timestamp::from_nanoseconds(1_700_000_000_000_000_042);
/// assert_eq!(moment.to_string(), "2023-11-14T22:13:20.000000042Z");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

const BILLION: i64 = 1_000_000_000;
const DAY: i64 = 86_400;

impl Timestamp {
    /// The moment so many nanoseconds after the epoch, or before it.
    #[must_use]
    pub const fn from_nanoseconds(nanoseconds: i64) -> Self {
        Self(nanoseconds)
    }

    /// Nanoseconds since the epoch; negative before it.
    #[must_use]
    pub const fn as_nanoseconds(self) -> i64 {
        self.0
    }

    /// `2023-11-14T22:13:20.000000042Z`. The part up to the second is kept from one call to the next, so that it is made
    /// once a second.
    #[inline]
    pub(crate) fn write_rfc3339(self, out: &mut Vec<u8>) {
        let (second, nanoseconds) = self.split();
        let start = out.len();
        out.extend_from_slice(b"0000-00-00T00:00:00.000000000Z");
        let Some(line) = out[start..].first_chunk_mut::<30>() else { return };
        // Straight into the output: put together elsewhere and copied, the copy would wait for the small stores before it.
        with_civil(second, |text| line[..19].copy_from_slice(text));
        write_nanoseconds(&mut line[20..29], nanoseconds);
    }

    /// `22:13:20.000`
    pub(crate) fn write_time_of_day(self, out: &mut Vec<u8>) {
        let (second, nanoseconds) = self.split();
        let mut milliseconds = *b".000";
        write_digits(&mut milliseconds[1..], nanoseconds / 1_000_000);
        with_civil(second, |text| out.extend_from_slice(&text[11..]));
        out.extend_from_slice(&milliseconds);
    }

    /// The second, and the nanoseconds behind it.
    #[inline]
    fn split(self) -> (i64, u32) {
        (self.0.div_euclid(BILLION), self.0.rem_euclid(BILLION) as u32)
    }
}

/// Shows the text of a second, which is made anew when it is another one than the last time on this thread.
#[inline]
fn with_civil(second: i64, show: impl FnOnce(&[u8; 19])) {
    thread_local! {
        static LAST: RefCell<(i64, [u8; 19])> = const { RefCell::new((0, *b"1970-01-01T00:00:00")) };
    }
    LAST.with_borrow_mut(|last| {
        if last.0 != second {
            *last = (second, civil(second));
        }
        show(&last.1);
    });
}

/// The date and time of a second, by Howard Hinnant's `civil_from_days`
/// (<https://howardhinnant.github.io/date_algorithms.html>): the year is taken to begin in March, so that the leap day is its
/// last.
#[cold]
fn civil(second: i64) -> [u8; 19] {
    let (days, second) = (second.div_euclid(DAY), second.rem_euclid(DAY) as u32);
    let days = days + 719_468;
    let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    let mut text = *b"0000-00-00T00:00:00";
    write_digits(&mut text[..4], year as u32);
    write_digits(&mut text[5..7], month as u32);
    write_digits(&mut text[8..10], day as u32);
    write_digits(&mut text[11..13], second / 3_600);
    write_digits(&mut text[14..16], second / 60 % 60);
    write_digits(&mut text[17..19], second % 60);
    text
}

fn write_digits(to: &mut [u8], mut number: u32) {
    for digit in to.iter_mut().rev() {
        *digit = b'0' + (number % 10) as u8;
        number /= 10;
    }
}

/// Nine digits, two at a time.
#[inline]
fn write_nanoseconds(to: &mut [u8], nanoseconds: u32) {
    let (high, low) = (nanoseconds / 10_000, nanoseconds % 10_000);
    let (first, high) = (high / 10_000, high % 10_000);
    to[0] = b'0' + (first % 10) as u8;
    to[1..3].copy_from_slice(&PAIRS[(high / 100) as usize % 100]);
    to[3..5].copy_from_slice(&PAIRS[(high % 100) as usize]);
    to[5..7].copy_from_slice(&PAIRS[(low / 100) as usize % 100]);
    to[7..9].copy_from_slice(&PAIRS[(low % 100) as usize]);
}

/// The digits of 0 to 99.
const PAIRS: [[u8; 2]; 100] = {
    let mut pairs = [[b'0'; 2]; 100];
    let mut number = 0;
    while number < 100 {
        pairs[number] = [b'0' + (number / 10) as u8, b'0' + (number % 10) as u8];
        number += 1;
    }
    pairs
};

impl From<SystemTime> for Timestamp {
    /// What is out of range becomes the nearest moment in it.
    fn from(time: SystemTime) -> Self {
        Self(match time.duration_since(UNIX_EPOCH) {
            Ok(after) => i64::try_from(after.as_nanos()).unwrap_or(i64::MAX),
            Err(before) => i64::try_from(before.duration().as_nanos()).map_or(i64::MIN, |nanoseconds| -nanoseconds),
        })
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = Vec::with_capacity(30);
        self.write_rfc3339(&mut text);
        f.pad(core::str::from_utf8(&text).unwrap_or_default())
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::string::ToString;

    proptest! {
        #[test]
        fn every_moment_is_written_as_jiff_writes_it(nanoseconds in any::<i64>()) {
            let expected = jiff::Timestamp::from_nanosecond(nanoseconds.into()).expect("in range");
            prop_assert_eq!(Timestamp::from_nanoseconds(nanoseconds).to_string(), format!("{expected:.9}"));
        }
    }

    #[test]
    fn leap_days_and_the_ends_of_centuries_are_right() {
        for (second, expected) in [
            (951_782_400, "2000-02-29T00:00:00"),
            (1_709_251_199, "2024-02-29T23:59:59"),
            (4_107_542_400, "2100-03-01T00:00:00"),
            (-1, "1969-12-31T23:59:59"),
        ] {
            assert_eq!(core::str::from_utf8(&civil(second)), Ok(expected));
        }
    }

    #[test]
    fn the_time_of_day_is_cut_to_milliseconds() {
        let mut out = Vec::new();
        Timestamp::from_nanoseconds(1_700_000_000_123_999_999).write_time_of_day(&mut out);
        assert_eq!(out, b"22:13:20.123");
    }
}
