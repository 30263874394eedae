//! When a file ends and the next begins.

use super::calendar::DAY;
use super::schedule::{Period, Schedule};
use super::zone::Zone;
use super::{Problem, problem, size_of};
use crate::format;
use crate::record::Record;
use crate::units::Size;
use core::fmt;
use std::string::String;
use std::sync::Arc;
use std::time::Duration;
use std::vec::Vec;

/// When a [`File`](crate::File) is rotated: it gets another [name](crate::Names), and a new one begins under its own.
///
/// Several triggers can be set together; whichever is first counts. A file that holds no records is not rotated.
///
/// ```
/// use rlog_runtime::Rotation;
///
/// let whichever_first = Rotation::daily().at("06:00").max_size(100_000_000);
/// let when_it_is_large = Rotation::size("100 MB");
/// ```
///
/// # Sizes
/// No file is larger than the size, except for one that holds a single record which is. Several processes that write to one
/// file may exceed it by what the others write within half a second, or if there is a [`Retention`](crate::Retention), by one write of
/// each: 128 KiB, or with a [total](crate::Retention::max_total) less.
///
/// # Times
/// The first record at or after such a moment, by the record's own time, begins the new file; while nothing is logged nothing
/// is rotated. A day is one of the calendar, also if it has 23 or 25 hours. After a clock was set forward, or a machine has
/// slept, there is one rotation, however many moments were passed; after it was set back there is none until the time that the
/// file was to last until, unless that is more than a whole period away. A process that restarts goes on with the file if its
/// last record is of the same period.
#[derive(Clone, Default)]
#[must_use]
pub struct Rotation {
    size: Option<u64>,
    period: Option<Period>,
    at: Option<i64>,
    zone: Option<Arc<dyn Zone>>,
    pub(super) on_start: bool,
    pub(super) when: Option<When>,
    /// What was not understood, by setting.
    problems: Vec<Problem>,
}

/// Asked before each record is written.
pub(super) type When = Arc<dyn Fn(&Record<'_>, &CurrentFile) -> bool + Send + Sync>;

/// What is in the file that is being written, for [`Rotation::when`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CurrentFile {
    /// How long it is, in bytes, with what is about to be written.
    pub bytes: u64,
    /// How many records this process has put into it.
    pub records: u64,
}

/// A day of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "their names say it")]
pub enum Weekday {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

impl Rotation {
    /// Before the file is larger than this: `100 MB`, `64 MiB`, `500k`; see [`Size`](crate::Size).
    pub fn size(size: &str) -> Self {
        let mut rotation = Self::default();
        match size_of(size) {
            Ok(bytes) => rotation.size = Some(bytes),
            Err(error) => rotation.problems.push(
                problem(std::format!("the size `{}` of the rotation is not understood", size.escape_debug()), error)
                    .of("rotation.size"),
            ),
        }
        rotation
    }

    /// At the beginning of every day.
    pub fn daily() -> Self {
        Self::of(Period::Days(1))
    }

    /// At the beginning of every hour.
    pub fn hourly() -> Self {
        Self::of(Period::Seconds(3600))
    }

    /// At the beginning of this day of every week.
    pub fn weekly(weekday: Weekday) -> Self {
        Self::of(Period::Week(weekday as i64))
    }

    /// At the beginning of every month.
    pub fn monthly() -> Self {
        Self::of(Period::Month)
    }

    /// Every so many seconds, minutes, hours or days, counted on the clock from midnight: every quarter of an hour is at 0, 15,
    /// 30 and 45 minutes past. Whole seconds, and whole days if more than one.
    pub fn every(period: Duration) -> Self {
        let seconds = i64::try_from(period.as_secs()).unwrap_or(i64::MAX);
        let mut rotation = if seconds >= DAY && seconds % DAY == 0 {
            Self::of(Period::Days(seconds / DAY))
        } else {
            Self::of(Period::Seconds(seconds.max(1)))
        };
        let is_understood = period.subsec_nanos() == 0 && seconds > 0 && (seconds <= DAY || seconds % DAY == 0);
        if !is_understood || seconds > 10_000 * DAY {
            rotation.problems.push(
                problem(
                    std::format!("files cannot be rotated every `{period:?}`"),
                    "give whole seconds up to a day, or whole days up to 10000",
                )
                .of("rotation.every"),
            );
        }
        rotation
    }

    /// When a process begins to log, if there is a file that holds something.
    pub fn on_start() -> Self {
        Self { on_start: true, ..Self::default() }
    }

    /// Before a record for which this is true. Asked for every record, on the thread that writes.
    ///
    /// ```
    /// use rlog_runtime::Rotation;
    ///
    /// let thousands = Rotation::when(|_, file| file.records >= 1000);
    /// ```
    pub fn when(when: impl Fn(&Record<'_>, &CurrentFile) -> bool + Send + Sync + 'static) -> Self {
        Self { when: Some(Arc::new(when)), ..Self::default() }
    }

    /// Only when a [`FileHandle`](crate::FileHandle) or [`rotate_files`](crate::rotate_files) asks for it.
    pub fn on_demand() -> Self {
        Self::default()
    }

    /// Also before the file is larger than so many bytes.
    pub fn max_size(mut self, bytes: u64) -> Self {
        self.size = Some(bytes);
        self
    }

    /// Also when this other one says so. What both set is as in the other.
    ///
    /// ```
    /// use rlog_runtime::Rotation;
    ///
    /// let rotation = Rotation::daily().or(Rotation::size("100 MB")).or(Rotation::on_start());
    /// ```
    pub fn or(self, other: Self) -> Self {
        let mut problems = self.problems;
        problems.extend(other.problems);
        Self {
            size: other.size.or(self.size),
            period: other.period.or(self.period),
            at: other.at.or(self.at),
            zone: other.zone.or(self.zone),
            on_start: self.on_start || other.on_start,
            when: match (self.when, other.when) {
                (Some(first), Some(second)) => {
                    Some(Arc::new(move |record, file| first(record, file) || second(record, file)))
                }
                (first, second) => second.or(first),
            },
            problems,
        }
    }

    /// The time of day at which days, weeks and months begin for this purpose: `06:00`, `23:59:30`. Of shorter periods the
    /// time after midnight from which they are counted.
    pub fn at(mut self, time: &str) -> Self {
        match time_of_day(time) {
            Some(at) => self.at = Some(at),
            None => self.problems.push(
                problem(
                    std::format!("the time `{}` of the rotation is not understood", time.escape_debug()),
                    "write hours and minutes, such as `06:00` or `23:59:30`",
                )
                .of("rotation.at"),
            ),
        }
        self
    }

    /// Days, and dates in names, are those of a zone. Those of UTC if nothing is said.
    ///
    /// ```
    /// use rlog_runtime::{Rotation, Zone};
    ///
    /// let at_six_in_india = Rotation::daily().at("06:00").zone(Zone::offset_minutes(330));
    /// ```
    pub fn zone(mut self, zone: format::Zone) -> Self {
        self.zone = Some(Arc::new(zone));
        self
    }

    /// Days, and dates in names, are those of UTC.
    pub fn utc(self) -> Self {
        self.zone(format::Zone::UTC)
    }

    /// Days, and dates in names, are those of the zone of the machine.
    #[cfg(feature = "local-time")]
    #[cfg_attr(docsrs_rlog, doc(cfg(feature = "local-time")))]
    pub fn local(self) -> Self {
        self.zone(format::Zone::local())
    }

    #[cfg(test)]
    pub(super) fn in_zone(mut self, zone: impl Zone + 'static) -> Self {
        self.zone = Some(Arc::new(zone));
        self
    }

    fn of(period: Period) -> Self {
        Self { period: Some(period), ..Self::default() }
    }

    pub(super) fn period(&self) -> Option<Period> {
        self.period
    }

    pub(super) fn limit(&self) -> Option<u64> {
        self.size
    }

    /// Whether files are rotated other than by time.
    pub(super) fn is_more_than_time(&self) -> bool {
        self.size.is_some() || self.on_start || self.when.is_some() || self.period.is_none()
    }

    pub(super) fn offsets(&self) -> Arc<dyn Zone> {
        self.zone.clone().unwrap_or_else(|| Arc::new(format::Zone::UTC))
    }

    pub(super) fn schedule(&self) -> Option<Schedule> {
        Some(Schedule { period: self.period?, at: self.at.unwrap_or(0), zone: self.offsets() })
    }

    /// What is wrong with it.
    pub(super) fn problems(&self) -> Vec<Problem> {
        let mut problems = self.problems.clone();
        if let Some(size) = self.size
            && size < SMALLEST
        {
            problems.push(
                problem(
                    std::format!("files of `{}` have no room for a record", Size::new(size)),
                    std::format!("rotate at `{}` or more", Size::new(SMALLEST)),
                )
                .of("rotation.size"),
            );
        }
        match (self.period, self.at) {
            (None, Some(_)) if self.problems.is_empty() => problems.push(
                problem(
                    "a time of day is set for the rotation, and no period",
                    "add `daily`, `weekly` or `monthly`, or leave out `at`",
                )
                .of("rotation.at"),
            ),
            (Some(Period::Seconds(length)), Some(at)) if at >= length => problems.push(
                problem(
                    std::format!(
                        "the time of the rotation, {at} seconds after midnight, is after the end of the first period"
                    ),
                    std::format!("give a time before {length} seconds after midnight"),
                )
                .of("rotation.at"),
            ),
            _ => {}
        }
        problems
    }
}

/// A record takes some hundred bytes.
pub(super) const SMALLEST: u64 = 512;

/// In seconds after midnight.
fn time_of_day(text: &str) -> Option<i64> {
    let mut seconds = 0;
    let mut parts = text.trim().split(':');
    for (limit, is_needed) in [(24, true), (60, true), (60, false)] {
        let value = match parts.next() {
            Some(part) if matches!(part.len(), 1 | 2) && part.bytes().all(|byte| byte.is_ascii_digit()) => {
                part.parse().ok().filter(|value| *value < limit)?
            }
            None if !is_needed => 0,
            _ => return None,
        };
        seconds = seconds * 60 + value;
    }
    parts.next().is_none().then_some(seconds)
}

impl fmt::Debug for Rotation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rotation")
            .field("size", &self.size)
            .field("period", &self.period)
            .field("at", &self.at)
            .field("on_start", &self.on_start)
            .field("when", &self.when.is_some())
            .finish_non_exhaustive()
    }
}

impl fmt::Display for Weekday {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(WEEKDAYS[*self as usize].0)
    }
}

/// By its English name, in any case.
impl core::str::FromStr for Weekday {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim();
        match WEEKDAYS.iter().find(|(name, _)| name.eq_ignore_ascii_case(text)) {
            Some((_, weekday)) => Ok(*weekday),
            None => Err(std::format!("unknown day `{}`; expected one such as `monday`", text.escape_debug())),
        }
    }
}

const WEEKDAYS: [(&str, Weekday); 7] = [
    ("monday", Weekday::Monday),
    ("tuesday", Weekday::Tuesday),
    ("wednesday", Weekday::Wednesday),
    ("thursday", Weekday::Thursday),
    ("friday", Weekday::Friday),
    ("saturday", Weekday::Saturday),
    ("sunday", Weekday::Sunday),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_day_are_read() {
        for (text, seconds) in [("00:00", 0), ("6:00", 21_600), ("23:59:30", 86_370), (" 12:30 ", 45_000)] {
            assert_eq!(time_of_day(text), Some(seconds), "{text}");
        }
        for text in ["", "6", "24:00", "12:60", "12:00:60", "12:00:00:00", "-1:00", "+6:00", "012:00", "noon"] {
            assert_eq!(time_of_day(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_wrong_is_told_with_a_way_out() {
        let eleven = || Duration::from_secs(11 * 3600);
        for (rotation, expected) in [
            (Rotation::size("100 mb"), ""),
            (Rotation::size("100MB").at("25:00"), "the time `25:00` of the rotation is not understood: write hours"),
            (Rotation::size("100 parsecs"), "the size `100 parsecs` of the rotation is not understood: unknown unit"),
            (Rotation::size("10 B"), "files of `10 B` have no room for a record: rotate at `512 B` or more"),
            (Rotation::size("1 MB").at("06:00"), "a time of day is set for the rotation, and no period: add `daily`"),
            (Rotation::hourly().at("01:00"), "is after the end of the first period: give a time before 3600 seconds"),
            (Rotation::every(Duration::from_millis(1500)), "files cannot be rotated every `1.5s`: give whole seconds"),
            (Rotation::every(Duration::ZERO), "files cannot be rotated every `0ns`: give whole seconds"),
            (Rotation::every(eleven() * 3), "give whole seconds up to a day, or whole days"),
            (Rotation::every(eleven()), ""),
            (Rotation::daily().at("06:00").or(Rotation::size("1 MB")).or(Rotation::on_start()), ""),
        ] {
            let problems: Vec<_> = rotation.problems().iter().map(Problem::text).collect();
            match expected {
                "" => assert_eq!(problems, Vec::<String>::new(), "{rotation:?}"),
                _ => assert!(problems.iter().any(|text| text.contains(expected)), "{problems:?}"),
            }
        }
    }

    #[test]
    fn days_of_the_week_have_names() {
        for (name, weekday) in WEEKDAYS {
            assert_eq!(name.to_uppercase().parse(), Ok(weekday));
        }
        assert!("someday".parse::<Weekday>().is_err());
    }
}
