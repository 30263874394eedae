//! `chrono`: instants are times, in UTC; what has no zone is text.

use super::{Encoder, Kind, Loggable, Scalar, Time, displayed};
use chrono::{DateTime, FixedOffset, Month, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Utc, Weekday};

impl<Tz: TimeZone> Loggable for DateTime<Tz> {
    const KIND: Kind = Kind::Time;
    fn encode(&self, encoder: &mut Encoder) {
        encoder.time(nanoseconds(self));
    }
}

impl<Tz: TimeZone> Scalar for DateTime<Tz> {
    type Wire<'a>
        = Time
    where
        Tz: 'a;
    #[inline]
    fn wire(&self) -> Time {
        Time(nanoseconds(self))
    }
}

fn nanoseconds<Tz: TimeZone>(time: &DateTime<Tz>) -> i128 {
    i128::from(time.timestamp()) * 1_000_000_000 + i128::from(time.timestamp_subsec_nanos())
}

displayed! { FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc, Weekday }

impl Loggable for Month {
    const KIND: Kind = Kind::Str;
    fn encode(&self, encoder: &mut Encoder) {
        self.name().encode(encoder);
    }
}

#[cfg(all(test, feature = "output"))]
mod tests {
    use super::*;
    use crate::value::render::tests::{logged, sent};
    use std::string::ToString as _;

    #[test]
    fn instants_are_times_and_the_rest_is_text() {
        let date = NaiveDate::from_ymd_opt(2026, 11, 23).expect("a date");
        let time = date.and_hms_nano_opt(13, 41, 0, 5).expect("a time");
        let zone = FixedOffset::east_opt(3600).expect("an offset");
        let expected = "2026-11-23T12:41:00.000000005Z";
        assert_eq!(logged(time.and_local_timezone(zone).unwrap()).to_string(), expected);
        assert_eq!(sent(time.and_local_timezone(zone).unwrap().wire()).to_string(), expected);
        assert_eq!(logged(DateTime::from_timestamp(-1, 999_999_999)).to_string(), "1969-12-31T23:59:59.999999999Z");
        assert_eq!(logged(date).to_string(), "2026-11-23");
        assert_eq!(logged(time).to_string(), time.to_string());
        assert_eq!(logged(TimeDelta::seconds(-90)).to_string(), "-PT90S");
        assert_eq!(logged((Weekday::Mon, Month::May)).to_string(), "(Mon, \"May\")");
    }
}
