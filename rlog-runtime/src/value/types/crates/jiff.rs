//! `jiff`: instants are times, in UTC; what has a zone or no date is text.

use super::{Encoder, Kind, Loggable, Scalar, Time, displayed};
use jiff::{SignedDuration, Span, Timestamp, Zoned, civil, tz::Offset};

impl Loggable for Timestamp {
    const KIND: Kind = Kind::Time;
    fn encode(&self, encoder: &mut Encoder) {
        encoder.time(self.as_nanosecond());
    }
}

impl Scalar for Timestamp {
    type Wire<'a> = Time;
    #[inline]
    fn wire(&self) -> Time {
        Time(self.as_nanosecond())
    }
}

displayed! { civil::Date, civil::DateTime, civil::Time, Offset, SignedDuration, Span, Zoned }

#[cfg(all(test, feature = "output"))]
mod tests {
    use super::*;
    use crate::value::render::tests::{logged, sent};
    use jiff::ToSpan as _;
    use std::string::ToString as _;

    #[test]
    fn instants_are_times_and_the_rest_is_text() {
        let time = Timestamp::new(1_700_000_000, 5).expect("a time");
        assert_eq!(logged(time).to_string(), "2023-11-14T22:13:20.000000005Z");
        assert_eq!(sent(time.wire()).to_string(), "2023-11-14T22:13:20.000000005Z");
        let zoned = time.to_zoned(jiff::tz::TimeZone::fixed(jiff::tz::offset(2)));
        assert_eq!(logged(zoned).to_string(), "2023-11-15T00:13:20.000000005+02:00[+02:00]");
        assert_eq!(logged(civil::date(2026, 11, 23)).to_string(), "2026-11-23");
        assert_eq!(logged((90.minutes(), SignedDuration::from_secs(-5))).to_string(), "(PT90M, -PT5S)");
    }
}
