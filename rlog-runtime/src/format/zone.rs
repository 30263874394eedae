//! The zone in which times are written.

use super::error::{FormatError, suggestion};
use core::fmt;
use core::str::FromStr;
use std::string::ToString as _;

/// The zone in which a [`TimeFormat`](crate::TimeFormat) writes: UTC, a fixed offset, or with the feature `local-time` that
/// of the machine or of a place.
///
/// Read from text it is `UTC`, an offset such as `+02:00`, `local`, or a name of the time zone database such as
/// `Europe/Berlin`.
///
/// ```
/// use rlog_runtime::Zone;
///
/// assert_eq!("+02:00".parse(), Ok(Zone::offset_minutes(120)));
/// assert_eq!("utc".parse(), Ok(Zone::UTC));
/// assert!("+25:00".parse::<Zone>().is_err());
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Zone(Kind);

#[derive(Clone, PartialEq, Eq)]
enum Kind {
    /// Seconds east of Greenwich: whole minutes, less than a day.
    Fixed(i32),
    #[cfg(feature = "local-time")]
    Rules(std::sync::Arc<rules::Rules>),
}

impl Zone {
    /// Coordinated universal time, written as `Z` or `+00:00`.
    pub const UTC: Self = Self(Kind::Fixed(0));

    /// So many minutes before UTC, east of Greenwich, or behind it if negative. Less than a day: more becomes the most.
    #[must_use]
    pub const fn offset_minutes(minutes: i16) -> Self {
        let minutes = if minutes > MOST_MINUTES {
            MOST_MINUTES
        } else if minutes < -MOST_MINUTES {
            -MOST_MINUTES
        } else {
            minutes
        };
        Self(Kind::Fixed(minutes as i32 * 60))
    }

    /// The zone of the machine: that of the variable `TZ` or of `/etc/localtime`, as it is now. UTC if there is none.
    #[cfg(feature = "local-time")]
    #[cfg_attr(docsrs_rlog, doc(cfg(feature = "local-time")))]
    #[must_use]
    pub fn local() -> Self {
        Self(Kind::Rules(std::sync::Arc::new(rules::Rules::new("local".into(), jiff::tz::TimeZone::system()))))
    }

    /// The zone of a place, by its name in the time zone database of the machine, such as `Europe/Berlin`.
    ///
    /// # Errors
    /// If the database does not have it.
    #[cfg(feature = "local-time")]
    #[cfg_attr(docsrs_rlog, doc(cfg(feature = "local-time")))]
    pub fn named(name: &str) -> Result<Self, FormatError> {
        match jiff::tz::TimeZone::get(name) {
            Ok(zone) => Ok(Self(Kind::Rules(std::sync::Arc::new(rules::Rules::new(name.into(), zone))))),
            Err(_) => Err(FormatError::new(format!(
                "the time zone database has no zone `{}`; expected a name such as `Europe/Berlin`",
                name.escape_debug()
            ))),
        }
    }

    /// Seconds east of Greenwich at a moment, given in seconds since the epoch. Whole minutes, as RFC 3339 has them.
    #[inline]
    pub(crate) fn offset_at(&self, second: i64) -> i32 {
        match &self.0 {
            Kind::Fixed(offset) => {
                let _ = second;
                *offset
            }
            #[cfg(feature = "local-time")]
            Kind::Rules(rules) => rules.offset_at(second),
        }
    }

    /// Whether it is UTC, which has a letter of its own.
    pub(super) fn is_utc(&self) -> bool {
        *self == Self::UTC
    }
}

/// 23:59
const MOST_MINUTES: i16 = 24 * 60 - 1;

impl FromStr for Zone {
    type Err = FormatError;

    fn from_str(text: &str) -> Result<Self, FormatError> {
        if text.eq_ignore_ascii_case("utc") || text.eq_ignore_ascii_case("z") {
            return Ok(Self::UTC);
        }
        if let Some(minutes) = minutes(text) {
            return Ok(Self::offset_minutes(minutes));
        }
        let is_local = text.eq_ignore_ascii_case("local");
        #[cfg(feature = "local-time")]
        if is_local {
            return Ok(Self::local());
        }
        let looks_like_a_place = text.contains('/') && !text.starts_with(['+', '-', '/']);
        #[cfg(feature = "local-time")]
        if looks_like_a_place {
            return Self::named(text);
        }
        let shown = text.escape_debug().to_string();
        Err(FormatError::new(if is_local || looks_like_a_place {
            format!(
                "the zone `{shown}` needs the feature `local-time`; without it use `UTC` or an offset such as `+02:00`"
            )
        } else {
            format!(
                "unknown zone `{shown}`{}; expected `UTC`, an offset such as `+02:00`, `local` or a name such as `Europe/Berlin`",
                suggestion(text, ["UTC", "local"]).trim_end_matches('?')
            )
        }))
    }
}

/// `+02:00`, `+0200` or `+02`, in minutes.
fn minutes(text: &str) -> Option<i16> {
    let (sign, rest) = match text.split_at_checked(1)? {
        ("+", rest) => (1, rest),
        ("-", rest) => (-1, rest),
        _ => return None,
    };
    let (hours, minutes) = match rest.len() {
        2 => (rest, "00"),
        4 => rest.split_at_checked(2)?,
        5 => rest.split_once(':')?,
        _ => return None,
    };
    let number = |digits: &str, limit: i16| {
        let is_plain = digits.len() == 2 && digits.bytes().all(|byte| byte.is_ascii_digit());
        digits.parse::<i16>().ok().filter(|&number| is_plain && number < limit)
    };
    Some(sign * (number(hours, 24)? * 60 + number(minutes, 60)?))
}

/// As it is read.
impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Fixed(0) => f.write_str("UTC"),
            Kind::Fixed(offset) => {
                let (sign, minutes) = (if *offset < 0 { '-' } else { '+' }, offset.abs() / 60);
                write!(f, "{sign}{:02}:{:02}", minutes / 60, minutes % 60)
            }
            #[cfg(feature = "local-time")]
            Kind::Rules(rules) => f.write_str(rules.name()),
        }
    }
}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Zone({self})")
    }
}

/// Zones whose offset changes. The offset is kept for a quarter of an hour if no change lies in it, so that the rules are
/// asked four times an hour and not once a record.
#[cfg(feature = "local-time")]
mod rules {
    use core::sync::atomic::{AtomicU64, Ordering};
    use std::boxed::Box;

    pub(super) struct Rules {
        name: Box<str>,
        zone: jiff::tz::TimeZone,
        /// The number of a quarter of an hour since the epoch, in the upper half, and the offset in all of it; [`NOTHING`]
        /// at first.
        known: AtomicU64,
    }

    const QUARTER: i64 = 900;
    /// No moment that a record can have lies in this quarter.
    const NOTHING: u64 = u64::MAX;

    impl Rules {
        pub(super) fn new(name: Box<str>, zone: jiff::tz::TimeZone) -> Self {
            Self { name, zone, known: AtomicU64::new(NOTHING) }
        }

        pub(super) fn name(&self) -> &str {
            &self.name
        }

        #[inline]
        pub(super) fn offset_at(&self, second: i64) -> i32 {
            let quarter = second.div_euclid(QUARTER);
            // Both parts of the word belong together, so no order with other memory matters.
            let known = self.known.load(Ordering::Relaxed);
            if (known >> 32) as u32 == quarter as u32 && known != NOTHING {
                return known as u32 as i32;
            }
            self.ask(second, quarter)
        }

        #[cold]
        fn ask(&self, second: i64, quarter: i64) -> i32 {
            let Ok(moment) = jiff::Timestamp::from_second(second) else { return 0 };
            let offset = self.zone.to_offset(moment).seconds() / 60 * 60;
            let Ok(start) = jiff::Timestamp::from_second(quarter * QUARTER) else { return offset };
            let next = self.zone.following(start).next();
            if next.is_none_or(|next| next.timestamp().as_second() >= (quarter + 1) * QUARTER) {
                self.known.store(u64::from(quarter as u32) << 32 | u64::from(offset as u32), Ordering::Relaxed);
            }
            offset
        }
    }

    impl PartialEq for Rules {
        fn eq(&self, other: &Self) -> bool {
            self.zone == other.zone
        }
    }

    impl Eq for Rules {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zones_are_read_as_they_are_shown() {
        for (text, minutes, shown) in [
            ("UTC", 0, "UTC"),
            ("z", 0, "UTC"),
            ("+00:00", 0, "UTC"),
            ("+02:00", 120, "+02:00"),
            ("+0530", 330, "+05:30"),
            ("-08", -480, "-08:00"),
            ("-23:59", -1439, "-23:59"),
        ] {
            let zone: Zone = text.parse().unwrap_or_else(|error| panic!("{error}"));
            assert_eq!((zone.clone(), zone.to_string().as_str()), (Zone::offset_minutes(minutes), shown), "{text}");
        }
    }

    #[test]
    fn what_is_no_zone_is_refused_with_what_is_one() {
        for text in ["", "+", "+2", "+24:00", "+02:60", "+02:0", "+ 2:00", "02:00", "Utk", "+02/00", "ä"] {
            let error = text.parse::<Zone>().expect_err(text).to_string();
            assert!(error.contains("expected `UTC`"), "{error}");
        }
        let error = "lokal".parse::<Zone>().expect_err("misspelt").to_string();
        assert!(error.contains("did you mean `local`"), "{error}");
    }

    #[cfg(not(feature = "local-time"))]
    #[test]
    fn places_need_a_feature() {
        for text in ["local", "Europe/Berlin"] {
            let error = text.parse::<Zone>().expect_err(text).to_string();
            assert!(error.contains("feature `local-time`"), "{error}");
        }
    }

    #[cfg(feature = "local-time")]
    #[test]
    fn offsets_of_a_place_change_when_its_clocks_do() {
        // A zone without a database: Central European time by a POSIX rule.
        let zone = jiff::tz::TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").expect("a rule");
        let zone = Zone(Kind::Rules(std::sync::Arc::new(rules::Rules::new("CET".into(), zone))));
        // 2024-03-31T01:00:00Z and 2024-10-27T01:00:00Z.
        for change in [1_711_846_800, 1_729_990_800] {
            let summer = change == 1_711_846_800;
            for (second, offset) in [
                (change - 3_600, if summer { 3_600 } else { 7_200 }),
                (change - 1, if summer { 3_600 } else { 7_200 }),
                (change, if summer { 7_200 } else { 3_600 }),
                (change + 1, if summer { 7_200 } else { 3_600 }),
                (change + 899, if summer { 7_200 } else { 3_600 }),
                (change - 1, if summer { 3_600 } else { 7_200 }),
            ] {
                assert_eq!(zone.offset_at(second), offset, "{second}");
            }
        }
        assert_eq!(zone.to_string(), "CET");
        assert!("Nowhere/Land".parse::<Zone>().is_err());
        assert_eq!("local".parse::<Zone>().map(|zone| zone.to_string()), Ok("local".into()));
    }
}
