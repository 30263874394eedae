//! Moments, and how they are written.

use crate::value::render::eight_digits;
use core::cell::Cell;
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

    /// `2023-11-14T22:13:20.000000042Z`. The part up to the second is kept from one call to the next, so that it is
    /// made once a second.
    #[inline]
    pub(crate) fn write_rfc3339(self, out: &mut Vec<u8>) {
        let (text, nanoseconds) = self.second();
        out.extend_from_slice(&text);
        let digits = eight_digits(nanoseconds / 10) | u64::from_le_bytes(*b"00000000");
        out.extend_from_slice(&digits.to_le_bytes());
        out.extend_from_slice(&[b'0' + (nanoseconds % 10) as u8, b'Z']);
    }

    /// The second since the epoch that the moment lies in.
    pub(crate) fn whole_seconds(self) -> i64 {
        self.0.div_euclid(BILLION)
    }

    /// As [`Timestamp::second`], where clocks are `offset` seconds before UTC. The last one is kept too, beside that of UTC,
    /// so that two formatters with different zones do not take turns in it.
    #[inline]
    pub(crate) fn second_at(self, offset: i32) -> (SecondText, u32) {
        thread_local! {
            static LAST: Cell<(i64, SecondText)> = const { Cell::new((0, *b"1970-01-01T00:00:00.")) };
        }
        if offset == 0 {
            return self.second();
        }
        let (second, nanoseconds) = (self.whole_seconds() + i64::from(offset), self.0.rem_euclid(BILLION) as u32);
        let (known, text) = LAST.get();
        if known == second {
            return (text, nanoseconds);
        }
        let text = civil(second);
        LAST.set((second, text));
        (text, nanoseconds)
    }

    /// The text up to the second and its point, and the nanoseconds behind it.
    #[inline]
    pub(crate) fn second(self) -> (SecondText, u32) {
        thread_local! {
            static LAST: Cell<(i64, SecondText)> = const { Cell::new((0, *b"1970-01-01T00:00:00.")) };
        }
        let (second, nanoseconds) = (self.0.div_euclid(BILLION), self.0.rem_euclid(BILLION) as u32);
        let (known, text) = LAST.get();
        if known == second {
            return (text, nanoseconds);
        }
        let text = civil(second);
        LAST.set((second, text));
        (text, nanoseconds)
    }
}

/// `2023-11-14T22:13:20.`; the year has four digits, as all moments lie between 1677 and 2262.
pub(crate) type SecondText = [u8; 20];

/// The date and time of a second, by Howard Hinnant's `civil_from_days`
/// (<https://howardhinnant.github.io/date_algorithms.html>): the year is taken to begin in March, so that the leap day
/// is its last.
#[cold]
fn civil(second: i64) -> SecondText {
    let (days, second) = (second.div_euclid(DAY), second.rem_euclid(DAY) as u32);
    let days = days + 719_468;
    let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    let mut text = *b"0000-00-00T00:00:00.";
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
        let mut text = Vec::with_capacity(32);
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
    use core::time::Duration;
    use proptest::prelude::*;
    use std::string::ToString;

    proptest! {
        #[test]
        fn every_moment_is_written_as_jiff_writes_it(nanoseconds in any::<i64>(), step in -2 * BILLION..2 * BILLION) {
            for nanoseconds in [nanoseconds, nanoseconds.saturating_add(step)] {
                let expected = jiff::Timestamp::from_nanosecond(nanoseconds.into()).expect("in range");
                prop_assert_eq!(Timestamp::from_nanoseconds(nanoseconds).to_string(), format!("{expected:.9}"));
            }
        }
    }

    #[test]
    fn leap_days_and_the_ends_of_centuries_are_right() {
        for (second, expected) in [
            (951_782_400, "2000-02-29T00:00:00."),
            (1_709_251_199, "2024-02-29T23:59:59."),
            (4_107_542_400, "2100-03-01T00:00:00."),
            (-1, "1969-12-31T23:59:59."),
        ] {
            assert_eq!(core::str::from_utf8(&civil(second)), Ok(expected));
        }
    }

    #[test]
    fn the_ends_of_the_range_are_right() {
        let ends = [Timestamp::from_nanoseconds(i64::MIN), Timestamp::from_nanoseconds(i64::MAX)];
        assert_eq!(
            ends.map(|end| end.to_string()),
            ["1677-09-21T00:12:43.145224192Z", "2262-04-11T23:47:16.854775807Z"]
        );
    }

    #[test]
    fn system_times_out_of_range_become_the_nearest_moment() {
        for (time, expected) in [
            (UNIX_EPOCH + Duration::from_nanos(5), 5),
            (UNIX_EPOCH - Duration::from_nanos(5), -5),
            (UNIX_EPOCH + Duration::from_secs(1 << 40), i64::MAX),
            (UNIX_EPOCH - Duration::from_secs(1 << 40), i64::MIN),
        ] {
            assert_eq!(Timestamp::from(time).as_nanoseconds(), expected);
        }
    }
}
