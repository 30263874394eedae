//! How times are written.

use super::error::{FormatError, suggestion};
use super::zone::Zone;
use crate::timestamp::Timestamp;
use crate::value::copy::append;
use crate::value::render::{eight_digits, write_i64, write_u64};
use core::fmt;
use core::str::FromStr;
use std::boxed::Box;
use std::string::String;
use std::vec::Vec;

/// How a formatter writes the time of a record.
///
/// Read from text it is a name, with the unit of the last digit behind `:`, or a pattern:
///
/// | text | shown |
/// | --- | --- |
/// | `rfc3339`, `rfc3339:ns` | `2023-11-14T22:13:20.000000042Z` |
/// | `rfc3339:us`, `rfc3339:ms`, `rfc3339:s` | `2023-11-14T22:13:20.000Z` with six, three or no digits |
/// | `time`, `time:ms` | `22:13:20.000`; also `:s`, `:us`, `:ns` |
/// | `unix:s`, `unix:ms`, `unix:us`, `unix:ns` | `1700000000000`: a number, counted from 1970-01-01T00:00:00Z |
/// | a pattern with `%` | see [`TimeFormat::pattern`] |
///
/// What does not fit is cut off and not rounded. The time is in UTC if no [`zone`](TimeFormat::zone) is set.
///
/// ```
/// use rlog_runtime::{TimeFormat, Zone};
///
/// let format: TimeFormat = "rfc3339:ms".parse()?;
/// assert_eq!(format, TimeFormat::rfc3339().digits(3));
/// let german = TimeFormat::pattern("%d.%m.%Y %H:%M:%S")?.zone(Zone::offset_minutes(60));
/// # Ok::<(), rlog_runtime::FormatError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimeFormat {
    form: Form,
    zone: Zone,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Form {
    /// With so many digits behind the second.
    Rfc3339(u8),
    TimeOfDay(u8),
    /// How many nanoseconds one of what is counted has.
    Unix(i64),
    Pattern(Box<str>, Box<[Piece]>),
}

/// A part of a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Literal(Box<str>),
    /// Bytes of `2023-11-14T22:13:20.`
    Part(u8, u8),
    /// The day of the month, with a space instead of a zero.
    Day,
    /// The hour of twelve.
    Hour12,
    AmPm(&'static [&'static str; 2]),
    DayOfYear,
    Weekday(usize),
    Month(usize),
    /// So many digits of the fraction.
    Fraction(u8),
    /// With `:`, or without.
    Offset(bool),
    Seconds,
}

impl TimeFormat {
    /// `2023-11-14T22:13:20.000000042Z` (RFC 3339), with [`digits`](TimeFormat::digits) of the second: nine if not set.
    #[must_use]
    pub const fn rfc3339() -> Self {
        Self { form: Form::Rfc3339(9), zone: Zone::UTC }
    }

    /// `22:13:20.000`, with [`digits`](TimeFormat::digits) of the second: three if not set.
    #[must_use]
    pub const fn time_of_day() -> Self {
        Self { form: Form::TimeOfDay(3), zone: Zone::UTC }
    }

    /// Whole seconds since 1970-01-01T00:00:00Z. JSON gets a number.
    #[must_use]
    pub const fn unix_seconds() -> Self {
        Self { form: Form::Unix(1_000_000_000), zone: Zone::UTC }
    }

    /// Whole milliseconds since 1970-01-01T00:00:00Z. JSON gets a number.
    #[must_use]
    pub const fn unix_milliseconds() -> Self {
        Self { form: Form::Unix(1_000_000), zone: Zone::UTC }
    }

    /// Whole microseconds since 1970-01-01T00:00:00Z. JSON gets a number.
    #[must_use]
    pub const fn unix_microseconds() -> Self {
        Self { form: Form::Unix(1_000), zone: Zone::UTC }
    }

    /// Nanoseconds since 1970-01-01T00:00:00Z. JSON gets a number, which is larger than those that JavaScript can hold
    /// exactly; see [`Json::time_as_text`](crate::Json::time_as_text).
    #[must_use]
    pub const fn unix_nanoseconds() -> Self {
        Self { form: Form::Unix(1), zone: Zone::UTC }
    }

    /// The time by a pattern, with the letters of `strftime`:
    ///
    /// | letters | shown | letters | shown |
    /// | --- | --- | --- | --- |
    /// | `%Y` `%y` | year: `2023`, `23` | `%H` `%I` | hour: `22`, of twelve `10` |
    /// | `%m` `%b` `%B` | month: `11`, `Nov`, `November` | `%M` `%S` | minute, second |
    /// | `%d` `%e` | day: `04`, <code>&#32;4</code> | `%p` `%P` | `AM` or `PM`, `am` or `pm` |
    /// | `%j` | day of the year: `318` | `%3f` `%6f` `%9f` `%f` | fraction of three, six or nine digits |
    /// | `%a` `%A` | weekday: `Tue`, `Tuesday` | `%.3f` `%.6f` `%.9f` | the same behind a point |
    /// | `%F` | `%Y-%m-%d` | `%z` `%:z` | offset: `+0100`, `+01:00` |
    /// | `%T` `%R` | `%H:%M:%S`, `%H:%M` | `%s` | seconds since the epoch |
    /// | `%D` | `%m/%d/%y` | `%%` | `%` |
    ///
    /// # Errors
    /// If the pattern has another letter, or one of the characters that could end a line or a quoted text.
    pub fn pattern(pattern: &str) -> Result<Self, FormatError> {
        Ok(Self { form: Form::Pattern(pattern.into(), pieces(pattern)?), zone: Zone::UTC })
    }

    /// How many digits of the second are written, from 0 to 9; for RFC 3339 and the time of day.
    #[must_use]
    pub fn digits(mut self, digits: u8) -> Self {
        if let Form::Rfc3339(known) | Form::TimeOfDay(known) = &mut self.form {
            *known = digits.min(9);
        }
        self
    }

    /// The zone in which the time is written. UTC if not set.
    #[must_use]
    pub fn zone(mut self, zone: Zone) -> Self {
        self.zone = zone;
        self
    }

    /// Takes the zone of another one.
    pub(super) fn take_zone(&mut self, other: &Self) {
        self.zone.clone_from(&other.zone);
    }

    /// Whether JSON may have it as a number.
    pub(super) fn is_number(&self) -> bool {
        matches!(self.form, Form::Unix(_))
    }

    /// Whether a moment is text that other formatters write too: all of it, in UTC, by RFC 3339.
    pub(super) fn is_usual(&self) -> bool {
        self.form == Form::Rfc3339(9) && self.zone.is_utc()
    }

    /// Appends the moment. No character of it needs an escape in any output.
    #[inline]
    pub(super) fn write(&self, out: &mut Vec<u8>, moment: Timestamp) {
        match &self.form {
            Form::Unix(unit) => write_i64(out, moment.as_nanoseconds().div_euclid(*unit)),
            form => self.write_civil(out, moment, form),
        }
    }

    fn write_civil(&self, out: &mut Vec<u8>, moment: Timestamp, form: &Form) {
        let offset = self.zone.offset_at(moment.whole_seconds());
        let (text, nanoseconds) = moment.second_at(offset);
        match form {
            Form::Rfc3339(digits) => {
                write_second(out, &text, nanoseconds, *digits);
                if self.zone.is_utc() { out.push(b'Z') } else { write_offset(out, offset, true) }
            }
            Form::TimeOfDay(digits) => write_second(out, &text[11..], nanoseconds, *digits),
            Form::Pattern(_, pieces) => {
                for piece in pieces {
                    write_piece(out, piece, &text, nanoseconds, moment.whole_seconds(), offset);
                }
            }
            Form::Unix(_) => {}
        }
    }
}

/// A text that ends with a point, with so many digits behind it.
fn write_second(out: &mut Vec<u8>, text: &[u8], nanoseconds: u32, digits: u8) {
    match digits {
        0 => append(out, &text[..text.len() - 1]),
        digits => {
            append(out, text);
            write_fraction(out, nanoseconds, digits);
        }
    }
}

fn write_fraction(out: &mut Vec<u8>, nanoseconds: u32, digits: u8) {
    let mut text = [b'0'; 9];
    text[..8].copy_from_slice(&(eight_digits(nanoseconds / 10) | u64::from_le_bytes([b'0'; 8])).to_le_bytes());
    text[8] = b'0' + (nanoseconds % 10) as u8;
    append(out, &text[..usize::from(digits).min(9)]);
}

fn write_offset(out: &mut Vec<u8>, offset: i32, colon: bool) {
    out.push(if offset < 0 { b'-' } else { b'+' });
    let minutes = offset.unsigned_abs() / 60;
    write_two(out, minutes / 60);
    if colon {
        out.push(b':');
    }
    write_two(out, minutes % 60);
}

fn write_two(out: &mut Vec<u8>, number: u32) {
    out.extend_from_slice(&[b'0' + (number / 10 % 10) as u8, b'0' + (number % 10) as u8]);
}

fn write_piece(out: &mut Vec<u8>, piece: &Piece, text: &[u8; 20], nanoseconds: u32, second: i64, offset: i32) {
    let number =
        |from: usize, to: usize| text[from..to].iter().fold(0, |sum, digit| sum * 10 + usize::from(digit & 15));
    match *piece {
        Piece::Literal(ref literal) => append(out, literal.as_bytes()),
        Piece::Part(from, to) => append(out, &text[from.into()..to.into()]),
        Piece::Day => match text[8..10] {
            [b'0', digit] => out.extend_from_slice(&[b' ', digit]),
            ref digits => out.extend_from_slice(digits),
        },
        Piece::Hour12 => write_two(out, ((number(11, 13) + 11) % 12 + 1) as u32),
        Piece::AmPm(names) => append(out, names[number(11, 13) / 12].as_bytes()),
        Piece::DayOfYear => {
            let (year, month, day) = (number(0, 4), number(5, 7), number(8, 10));
            let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
            let before = BEFORE_MONTH.get(month.wrapping_sub(1)).copied().unwrap_or_default();
            let day = before + day + usize::from(leap && month > 2);
            out.push(b'0' + (day / 100) as u8);
            write_two(out, (day % 100) as u32);
        }
        // 1970-01-01 was a Thursday.
        Piece::Weekday(length) => {
            let day = (second + i64::from(offset)).div_euclid(86_400) + 4;
            write_name(out, WEEKDAYS[day.rem_euclid(7) as usize], length);
        }
        Piece::Month(length) => write_name(out, MONTHS[(number(5, 7) + 11) % 12], length),
        Piece::Fraction(digits) => write_fraction(out, nanoseconds, digits),
        Piece::Offset(colon) => write_offset(out, offset, colon),
        Piece::Seconds if second >= 0 => write_u64(out, second as u64),
        Piece::Seconds => write_i64(out, second),
    }
}

fn write_name(out: &mut Vec<u8>, name: &str, length: usize) {
    append(out, &name.as_bytes()[..length.min(name.len())]);
}

const BEFORE_MONTH: [usize; 12] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
const WEEKDAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// Splits a pattern.
fn pieces(pattern: &str) -> Result<Box<[Piece]>, FormatError> {
    let mut pieces = Vec::new();
    let mut literal = String::new();
    let mut rest = pattern;
    while let Some(c) = rest.chars().next() {
        let position = pattern.len() - rest.len();
        if c != '%' {
            if c.is_control() || matches!(c, '"' | '\\' | '\u{2028}' | '\u{2029}') {
                let message = format!("a time pattern cannot hold {c:?}, at byte {position}");
                return Err(FormatError::at(position, message));
            }
            literal.push(c);
            rest = &rest[c.len_utf8()..];
            continue;
        }
        let known = LETTERS.iter().find(|(letters, _)| rest[1..].starts_with(letters));
        let Some((letters, add)) = known else {
            let found: String = rest.chars().take(2).collect();
            return Err(FormatError::at(
                position,
                format!(
                    "unknown `{}` in a time pattern, at byte {position}; expected one of %Y %y %m %b %B %d %e %j %a %A %F \
                     %H %I %M %S %p %P %f %3f %6f %9f %.3f %.6f %.9f %T %R %D %z %:z %s %%",
                    found.escape_debug()
                ),
            ));
        };
        rest = &rest[1 + letters.len()..];
        for piece in *add {
            match piece {
                Add::Text(text) => literal.push_str(text),
                Add::Piece(piece) => {
                    if !literal.is_empty() {
                        pieces.push(Piece::Literal(core::mem::take(&mut literal).into()));
                    }
                    pieces.push(piece.clone());
                }
            }
        }
    }
    if !literal.is_empty() {
        pieces.push(Piece::Literal(literal.into()));
    }
    Ok(pieces.into())
}

/// What letters stand for.
enum Add {
    Text(&'static str),
    Piece(Piece),
}

const fn part(from: u8, to: u8) -> Add {
    Add::Piece(Piece::Part(from, to))
}

/// What stands behind `%`, and what it becomes.
static LETTERS: [(&str, &[Add]); 31] = [
    ("Y", &[part(0, 4)]),
    ("y", &[part(2, 4)]),
    ("m", &[part(5, 7)]),
    ("b", &[Add::Piece(Piece::Month(3))]),
    ("B", &[Add::Piece(Piece::Month(9))]),
    ("d", &[part(8, 10)]),
    ("e", &[Add::Piece(Piece::Day)]),
    ("j", &[Add::Piece(Piece::DayOfYear)]),
    ("a", &[Add::Piece(Piece::Weekday(3))]),
    ("A", &[Add::Piece(Piece::Weekday(9))]),
    ("F", &[part(0, 10)]),
    ("H", &[part(11, 13)]),
    ("I", &[Add::Piece(Piece::Hour12)]),
    ("M", &[part(14, 16)]),
    ("S", &[part(17, 19)]),
    ("p", &[Add::Piece(Piece::AmPm(&["AM", "PM"]))]),
    ("P", &[Add::Piece(Piece::AmPm(&["am", "pm"]))]),
    ("f", &[Add::Piece(Piece::Fraction(9))]),
    ("3f", &[Add::Piece(Piece::Fraction(3))]),
    ("6f", &[Add::Piece(Piece::Fraction(6))]),
    ("9f", &[Add::Piece(Piece::Fraction(9))]),
    (".3f", &[Add::Text("."), Add::Piece(Piece::Fraction(3))]),
    (".6f", &[Add::Text("."), Add::Piece(Piece::Fraction(6))]),
    (".9f", &[Add::Text("."), Add::Piece(Piece::Fraction(9))]),
    ("T", &[part(11, 19)]),
    ("R", &[part(11, 16)]),
    ("D", &[part(5, 7), Add::Text("/"), part(8, 10), Add::Text("/"), part(2, 4)]),
    ("z", &[Add::Piece(Piece::Offset(false))]),
    (":z", &[Add::Piece(Piece::Offset(true))]),
    ("s", &[Add::Piece(Piece::Seconds)]),
    ("%", &[Add::Text("%")]),
];

impl FromStr for TimeFormat {
    type Err = FormatError;

    fn from_str(text: &str) -> Result<Self, FormatError> {
        if text.contains('%') {
            return Self::pattern(text);
        }
        let (name, unit) = match text.split_once(':') {
            Some((name, unit)) => (name, Some(unit)),
            None => (text, None),
        };
        let digits = match unit {
            None => None,
            Some("s") => Some(0),
            Some("ms") => Some(3),
            Some("us") => Some(6),
            Some("ns") => Some(9),
            Some(unit) => {
                return Err(FormatError::at(
                    name.len() + 1,
                    format!(
                        "unknown unit `{}` of a time format; expected `s`, `ms`, `us` or `ns`",
                        unit.escape_debug()
                    ),
                ));
            }
        };
        match (name, digits) {
            ("rfc3339", digits) => Ok(Self::rfc3339().digits(digits.unwrap_or(9))),
            ("time", digits) => Ok(Self::time_of_day().digits(digits.unwrap_or(3))),
            ("unix", Some(0) | None) => Ok(Self::unix_seconds()),
            ("unix", Some(3)) => Ok(Self::unix_milliseconds()),
            ("unix", Some(6)) => Ok(Self::unix_microseconds()),
            ("unix", _) => Ok(Self::unix_nanoseconds()),
            (name, _) => Err(FormatError::at(
                0,
                format!(
                    "unknown time format `{}`{} expected `rfc3339`, `time` or `unix`, with a unit such as in `rfc3339:ms`, \
                     or a pattern such as `%H:%M:%S`",
                    name.escape_debug(),
                    Some(suggestion(name, ["rfc3339", "time", "unix"]))
                        .filter(|it| !it.is_empty())
                        .as_deref()
                        .unwrap_or(";"),
                ),
            )),
        }
    }
}

/// As it is read, without the zone.
impl fmt::Display for TimeFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = |digits| match digits {
            0 => "s",
            1..=3 => "ms",
            4..=6 => "us",
            _ => "ns",
        };
        match &self.form {
            Form::Rfc3339(digits) => write!(f, "rfc3339:{}", unit(*digits)),
            Form::TimeOfDay(digits) => write!(f, "time:{}", unit(*digits)),
            Form::Unix(unit) => f.write_str(match unit {
                1 => "unix:ns",
                1_000 => "unix:us",
                1_000_000 => "unix:ms",
                _ => "unix:s",
            }),
            Form::Pattern(pattern, _) => f.write_str(pattern),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::string::ToString as _;

    fn shown(format: &TimeFormat, nanoseconds: i64) -> String {
        let mut out = Vec::new();
        format.write(&mut out, Timestamp::from_nanoseconds(nanoseconds));
        String::from_utf8(out).expect("times are text")
    }

    /// Tuesday, 2023-11-14T22:13:20.987654321Z.
    const MOMENT: i64 = 1_700_000_000_987_654_321;

    #[test]
    fn each_form_has_its_digits_and_its_zone() {
        for (format, zone, expected) in [
            ("rfc3339", "UTC", "2023-11-14T22:13:20.987654321Z"),
            ("rfc3339:us", "UTC", "2023-11-14T22:13:20.987654Z"),
            ("rfc3339:ms", "+05:30", "2023-11-15T03:43:20.987+05:30"),
            ("rfc3339:s", "-08:00", "2023-11-14T14:13:20-08:00"),
            ("time", "UTC", "22:13:20.987"),
            ("time:s", "+02:00", "00:13:20"),
            ("unix", "+02:00", "1700000000"),
            ("unix:ms", "UTC", "1700000000987"),
            ("unix:us", "UTC", "1700000000987654"),
            ("unix:ns", "UTC", "1700000000987654321"),
            ("%a %A %e. %b %B %Y %y, day %j", "UTC", "Tue Tuesday 14. Nov November 2023 23, day 318"),
            ("%I:%M:%S %p %P", "UTC", "10:13:20 PM pm"),
            ("%F %T%.3f %R %D %s%%", "+02:00", "2023-11-15 00:13:20.987 00:13 11/15/23 1700000000%"),
            ("%3f %6f %9f %f%.6f%.9f", "UTC", "987 987654 987654321 987654321.987654.987654321"),
            ("%z %:z %d.%m. %H", "-03:30", "-0330 -03:30 14.11. 18"),
        ] {
            let read: TimeFormat = format.parse().unwrap_or_else(|error| panic!("{error}"));
            let read = read.zone(zone.parse().unwrap_or_else(|error| panic!("{error}")));
            assert_eq!(shown(&read, MOMENT), expected, "{format}");
            assert_eq!(read.to_string().parse::<TimeFormat>().map(|it| it.zone(read.zone.clone())), Ok(read));
        }
        assert_eq!(shown(&TimeFormat::rfc3339().digits(1), MOMENT), "2023-11-14T22:13:20.9Z");
        assert_eq!(shown(&"%s %I%p".parse().expect("a pattern"), -1), "-1 11PM");
        assert_eq!(shown(&TimeFormat::unix_milliseconds(), -1), "-1");
    }

    #[test]
    fn mistakes_are_refused_with_their_place() {
        for (text, position, part) in [
            ("%H:%Q", 3, "unknown `%Q`"),
            ("100%", 3, "unknown `%`"),
            ("%H\n", 2, "cannot hold '\\n'"),
            ("%H\"", 2, "cannot hold '\"'"),
            ("rfc339", 0, "did you mean `rfc3339`?"),
            ("rfc3339:m", 8, "unknown unit `m`"),
            ("", 0, "expected `rfc3339`"),
        ] {
            let error = text.parse::<TimeFormat>().expect_err(text);
            assert_eq!(error.position(), Some(position), "{error}");
            assert!(error.to_string().contains(part), "{error}");
        }
    }

    proptest! {
        #[test]
        fn times_are_what_jiff_shows(nanoseconds in any::<i64>(), minutes in -1439_i16..1440) {
            let seconds = i64::from(minutes) * 60;
            // What jiff can show lies in the range of ours and a day around it.
            let moment = jiff::Timestamp::from_nanosecond(nanoseconds.into()).expect("in range");
            let zone = jiff::tz::TimeZone::fixed(jiff::tz::Offset::from_seconds(seconds as i32).expect("an offset"));
            let zoned = moment.to_zoned(zone);
            let pattern = "%Y-%m-%d %H:%M:%S %j %a %A %b %B %e %I %p %y %:z %z %9f";
            let format = TimeFormat::pattern(pattern).expect("a pattern").zone(Zone::offset_minutes(minutes));
            prop_assert_eq!(shown(&format, nanoseconds), zoned.strftime(pattern).to_string());
            let rfc = shown(&TimeFormat::rfc3339().zone(Zone::offset_minutes(minutes)), nanoseconds);
            prop_assert_eq!(rfc.parse::<jiff::Timestamp>().expect("rfc 3339"), moment);
        }

        #[test]
        fn no_text_of_a_format_is_too_much(text in any::<String>()) {
            if let Ok(format) = text.parse::<TimeFormat>() {
                prop_assert!(!shown(&format, MOMENT).contains(|c: char| c.is_control() || c == '"'));
            }
        }
    }
}
