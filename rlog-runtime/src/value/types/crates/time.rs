//! `time`: instants are times, in UTC; what has no zone is text.

use super::{Encoder, Kind, Loggable, Scalar, Time, displayed};
use time::{Date, Duration, Month, OffsetDateTime, PrimitiveDateTime, UtcDateTime, UtcOffset, Weekday};

macro_rules! instant {
    ($($type:ident)*) => {$(
        impl Loggable for $type {
            const KIND: Kind = Kind::Time;
            fn encode(&self, encoder: &mut Encoder) {
                encoder.time(self.unix_timestamp_nanos());
            }
        }

        impl Scalar for $type {
            type Wire<'a> = Time;
            #[inline]
            fn wire(&self) -> Time {
                Time(self.unix_timestamp_nanos())
            }
        }
    )*};
}

instant! { OffsetDateTime UtcDateTime }

displayed! { Date, Duration, Month, PrimitiveDateTime, time::Time, UtcOffset, Weekday }

#[cfg(all(test, feature = "output"))]
mod tests {
    use super::*;
    use crate::value::render::tests::{logged, sent};
    use std::string::ToString as _;

    #[test]
    fn instants_are_times_and_the_rest_is_text() {
        let time = OffsetDateTime::from_unix_timestamp_nanos(1_700_000_000_000_000_005).expect("a time");
        let zone = UtcOffset::from_hms(2, 0, 0).expect("an offset");
        assert_eq!(logged(time.to_offset(zone)).to_string(), "2023-11-14T22:13:20.000000005Z");
        assert_eq!(sent(time.wire()).to_string(), "2023-11-14T22:13:20.000000005Z");
        assert_eq!(logged(time.date()).to_string(), "2023-11-14");
        assert_eq!(logged((Month::May, Weekday::Monday)).to_string(), "(May, Monday)");
    }
}
