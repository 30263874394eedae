//! When files are rotated by time.
//!
//! Days are days of the calendar: one of them may have 23 or 25 hours, or begin at one o'clock because midnight was skipped.
//! Shorter periods are counted on the clock on the wall, and follow it when it is moved.

use super::calendar::{Civil, DAY, date_of, days_of};
use super::zone::Zone;
use std::sync::Arc;

/// How long one file lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Period {
    /// Less than a day.
    Seconds(i64),
    Days(i64),
    /// From this day of the week on, with 0 for Monday.
    Week(i64),
    Month,
}

/// When one file ends and the next begins.
#[derive(Clone, Debug)]
pub(super) struct Schedule {
    pub(super) period: Period,
    /// How many seconds after its usual beginning, such as midnight, a period begins.
    pub(super) at: i64,
    pub(super) zone: Arc<dyn Zone>,
}

impl Schedule {
    /// The first moment after `second` at which a period begins, in seconds since the epoch as all of these.
    pub(super) fn next_after(&self, second: i64) -> i64 {
        match self.period {
            Period::Seconds(length) => self.next_step(second, length),
            _ => {
                let today = self.local(second).div_euclid(DAY);
                let mut day = self.first_day(today);
                loop {
                    let begins = self.moment_of(day * DAY + self.at);
                    if begins > second {
                        return begins;
                    }
                    day = self.following_day(day);
                }
            }
        }
    }

    /// What the clock on the wall showed when the period of a moment began.
    pub(super) fn start(&self, second: i64) -> Civil {
        let local = self.local(second) - self.at;
        let start = match self.period {
            Period::Seconds(length) => local.div_euclid(length) * length,
            _ => self.first_day(local.div_euclid(DAY)) * DAY,
        };
        Civil::of(start + self.at)
    }

    /// No period is longer, in seconds.
    pub(super) fn longest(&self) -> i64 {
        match self.period {
            Period::Seconds(length) => length,
            Period::Days(days) => days * DAY,
            Period::Week(_) => 7 * DAY,
            Period::Month => 31 * DAY,
        }
    }

    fn local(&self, second: i64) -> i64 {
        second + i64::from(self.zone.offset_at(second))
    }

    fn next_step(&self, second: i64, length: i64) -> i64 {
        let step = |offset: i64| {
            let local = second + offset - self.at;
            (local.div_euclid(length) + 1) * length + self.at - offset
        };
        let before = i64::from(self.zone.offset_at(second));
        let next = step(before);
        let after = i64::from(self.zone.offset_at(next));
        if (next + after - self.at).rem_euclid(length) == 0 {
            return next;
        }
        // The clock is moved meanwhile, and not by a whole number of periods. What it would show before that does not count.
        let mut next = step(after);
        while next < second + 2 * length && i64::from(self.zone.offset_at(next)) != after {
            next += length;
        }
        next
    }

    /// The day on which the period began that a day lies in, both in days since the epoch.
    fn first_day(&self, day: i64) -> i64 {
        match self.period {
            Period::Seconds(_) => day,
            Period::Days(days) => day.div_euclid(days) * days,
            // The epoch was a Thursday.
            Period::Week(weekday) => day - (day + 3 - weekday).rem_euclid(7),
            Period::Month => {
                let (year, month, _) = date_of(day);
                days_of(year, month, 1)
            }
        }
    }

    /// The day on which the period after that of a first day begins.
    fn following_day(&self, first: i64) -> i64 {
        match self.period {
            Period::Seconds(_) => first + 1,
            Period::Days(days) => first + days,
            Period::Week(_) => first + 7,
            Period::Month => {
                let (year, month, _) = date_of(first);
                if month == 12 { days_of(year + 1, 1, 1) } else { days_of(year, month + 1, 1) }
            }
        }
    }

    /// The first moment at which the clock on the wall shows this, or more if this is skipped.
    fn moment_of(&self, local: i64) -> i64 {
        let offset_at = |second| i64::from(self.zone.offset_at(second));
        let (before, after) = (offset_at(local - DAY), offset_at(local + DAY));
        let [first, second] = [local - before.max(after), local - before.min(after)];
        if let Some(moment) = [first, second].into_iter().find(|moment| moment + offset_at(*moment) == local) {
            return moment;
        }
        // It is skipped: the clock is moved between the two.
        let (mut shows_less, mut shows_more) = (first - 1, second + 1);
        while shows_more - shows_less > 1 {
            let middle = shows_less.midpoint(shows_more);
            if middle + offset_at(middle) < local { shows_less = middle } else { shows_more = middle }
        }
        shows_more
    }
}

#[cfg(test)]
mod tests {
    use super::super::zone::tests::{Moved, Rules};
    use super::*;
    use crate::format::Zone as Place;
    use proptest::prelude::*;
    use std::string::String;
    use std::vec::Vec;

    fn schedule(period: Period, at: i64, zone: impl Zone + 'static) -> Schedule {
        Schedule { period, at, zone: Arc::new(zone) }
    }

    fn berlin() -> Rules {
        Rules::posix("CET-1CEST,M3.5.0,M10.5.0/3")
    }

    fn second(text: &str) -> i64 {
        text.parse::<jiff::Timestamp>().expect(text).as_second()
    }

    fn text(second: i64) -> String {
        jiff::Timestamp::from_second(second).expect("in range").to_string()
    }

    /// So many beginnings after a moment.
    fn after(schedule: &Schedule, start: &str, count: usize) -> Vec<String> {
        let next = |at: &i64| Some(schedule.next_after(*at));
        std::iter::successors(Some(second(start)), next).skip(1).take(count).map(text).collect()
    }

    #[test]
    fn days_begin_at_midnight_of_the_calendar_however_long_they_are() {
        let daily = schedule(Period::Days(1), 0, berlin());
        assert_eq!(
            after(&daily, "2024-03-30T12:00:00Z", 3),
            ["2024-03-30T23:00:00Z", "2024-03-31T22:00:00Z", "2024-04-01T22:00:00Z"]
        );
        assert_eq!(
            after(&daily, "2024-10-26T22:00:00Z", 2),
            ["2024-10-27T23:00:00Z", "2024-10-28T23:00:00Z"],
            "the day of 25 hours"
        );
    }

    #[test]
    fn a_time_of_day_that_is_skipped_is_when_the_clock_has_passed_it_and_one_that_comes_twice_counts_once() {
        let half_past_two = schedule(Period::Days(1), 2 * 3600 + 1800, berlin());
        assert_eq!(
            after(&half_past_two, "2024-03-30T12:00:00Z", 2),
            ["2024-03-31T01:00:00Z", "2024-04-01T00:30:00Z"],
            "02:30 is skipped, and 03:00 is next"
        );
        assert_eq!(
            after(&half_past_two, "2024-10-26T12:00:00Z", 2),
            ["2024-10-27T00:30:00Z", "2024-10-28T01:30:00Z"],
            "02:30 comes twice"
        );
    }

    #[test]
    fn a_midnight_that_is_skipped_or_comes_twice_is_one_midnight() {
        // The clock goes from 23:59:59 to 01:00:00.
        let skipped = Moved { offset: -3 * 3600, changes: Vec::from([(second("2018-11-04T03:00:00Z"), -2 * 3600)]) };
        let daily = schedule(Period::Days(1), 0, skipped);
        assert_eq!(after(&daily, "2018-11-03T03:00:00Z", 2), ["2018-11-04T03:00:00Z", "2018-11-05T02:00:00Z"]);
        assert_eq!(daily.start(second("2018-11-04T03:00:00Z")).day, 4);
        // From 23:59:59 back to 23:00:00, so that midnight is late.
        let twice = Moved { offset: -2 * 3600, changes: Vec::from([(second("2018-02-18T02:00:00Z"), -3 * 3600)]) };
        let daily = schedule(Period::Days(1), 0, twice);
        assert_eq!(after(&daily, "2018-02-17T02:00:00Z", 2), ["2018-02-18T03:00:00Z", "2018-02-19T03:00:00Z"]);
    }

    #[test]
    fn hours_follow_a_clock_that_is_moved_by_half_an_hour() {
        // Lord Howe Island: +10:30, and +11:00 in summer.
        let (to_winter, to_summer) = (second("2024-04-06T15:00:00Z"), second("2024-10-05T15:30:00Z"));
        let island = Moved { offset: 11 * 3600, changes: Vec::from([(to_winter, 37_800), (to_summer, 39_600)]) };
        let hourly = schedule(Period::Seconds(3600), 0, island);
        assert_eq!(
            after(&hourly, "2024-04-06T13:59:00Z", 3),
            ["2024-04-06T14:00:00Z", "2024-04-06T15:30:00Z", "2024-04-06T16:30:00Z"]
        );
        assert_eq!(
            after(&hourly, "2024-10-05T14:29:00Z", 3),
            ["2024-10-05T14:30:00Z", "2024-10-05T16:00:00Z", "2024-10-05T17:00:00Z"]
        );
    }

    #[test]
    fn weeks_months_and_leap_days_are_those_of_the_calendar() {
        let weekly = schedule(Period::Week(0), 0, Place::UTC);
        assert_eq!(after(&weekly, "2026-11-26T00:00:00Z", 2), ["2026-11-30T00:00:00Z", "2026-12-07T00:00:00Z"]);
        assert_eq!(
            (weekly.start(second("2026-11-26T10:00:00Z")).month, weekly.start(second("2026-11-26T10:00:00Z")).day),
            (11, 23)
        );
        let monthly = schedule(Period::Month, 6 * 3600, Place::UTC);
        assert_eq!(
            after(&monthly, "2023-12-15T00:00:00Z", 3),
            ["2024-01-01T06:00:00Z", "2024-02-01T06:00:00Z", "2024-03-01T06:00:00Z"]
        );
        assert_eq!(monthly.start(second("2024-03-01T05:00:00Z")).month, 2, "before six it is still February's");
        let daily = schedule(Period::Days(1), 0, Place::UTC);
        assert_eq!(after(&daily, "2024-02-28T12:00:00Z", 2), ["2024-02-29T00:00:00Z", "2024-03-01T00:00:00Z"]);
        assert_eq!(after(&daily, "2100-02-28T12:00:00Z", 1), ["2100-03-01T00:00:00Z"]);
    }

    fn periods() -> impl Strategy<Value = (Period, i64)> {
        prop_oneof![
            (prop::sample::select(&[1_i64, 60, 900, 3600, 7200, 21_600]), Just(0))
                .prop_map(|(s, at)| (Period::Seconds(s), at)),
            (1_i64..5, 0..DAY).prop_map(|(days, at)| (Period::Days(days), at)),
            (0_i64..7, 0..DAY).prop_map(|(day, at)| (Period::Week(day), at)),
            (0..DAY).prop_map(|at| (Period::Month, at)),
        ]
    }

    proptest! {
        #[test]
        fn beginnings_go_on_for_years_without_a_gap_or_a_repetition((period, at) in periods(), start in 0_i64..4_000_000_000) {
            let schedule = schedule(period, at, berlin());
            let mut now = start;
            for _ in 0..200 {
                let next = schedule.next_after(now);
                prop_assert!(next > now, "{} is not after {}", next, now);
                prop_assert!(next - now <= schedule.longest() + 3600 + 1, "{} and then {}", now, next);
                // Whoever asks in between is told the same.
                prop_assert_eq!(schedule.next_after(now.midpoint(next)), next);
                prop_assert_eq!(schedule.next_after(next - 1), next);
                now = next;
            }
        }
    }
}
