//! Dates of the Gregorian calendar, by Howard Hinnant's algorithms
//! (<https://howardhinnant.github.io/date_algorithms.html>): the year is taken to begin in March, so that the leap day is its
//! last.

/// A moment on a clock that hangs on a wall, without saying where.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Civil {
    pub(super) year: i64,
    pub(super) month: u32,
    pub(super) day: u32,
    pub(super) hour: u32,
    pub(super) minute: u32,
    pub(super) second: u32,
}

pub(super) const DAY: i64 = 86_400;

impl Civil {
    /// What a clock shows so many seconds after it showed 1970-01-01 00:00:00.
    pub(super) fn of(local: i64) -> Self {
        let (days, second) = (local.div_euclid(DAY), local.rem_euclid(DAY) as u32);
        let (year, month, day) = date_of(days);
        Self { year, month, day, hour: second / 3_600, minute: second / 60 % 60, second: second % 60 }
    }
}

/// The date so many days after 1970-01-01.
pub(super) fn date_of(days: i64) -> (i64, u32, u32) {
    let days = days + 719_468;
    let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month as u32, day as u32)
}

/// How many days after 1970-01-01 a date is.
pub(super) fn days_of(year: i64, month: u32, day: u32) -> i64 {
    let year = year - i64::from(month <= 2);
    let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let month_from_march = i64::from(if month > 2 { month - 3 } else { month + 9 });
    let day_of_year = (153 * month_from_march + 2) / 5 + i64::from(day) - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn dates_are_those_of_jiff(second in -10_000_000_000_i64..10_000_000_000) {
            let civil = Civil::of(second);
            let expected = jiff::Timestamp::from_second(second).expect("in range").to_zoned(jiff::tz::TimeZone::UTC);
            let date = (i64::from(expected.year()), expected.month() as u32, expected.day() as u32);
            prop_assert_eq!((civil.year, civil.month, civil.day), date);
            let time = (expected.hour() as u32, expected.minute() as u32, expected.second() as u32);
            prop_assert_eq!((civil.hour, civil.minute, civil.second), time);
            prop_assert_eq!(days_of(civil.year, civil.month, civil.day), second.div_euclid(DAY));
        }
    }
}
