//! How severe an event is.
//!
//! A level is one byte with gaps between the built-in ones, so that a program can put a level of its own between two
//! of them without renumbering anything. Larger is more severe.

mod declared;
mod floor;

pub use declared::LevelDeclaration;
#[cfg(feature = "output")]
pub(crate) use declared::{color, conflicts};
pub use floor::{STATIC_MAX_LEVEL, compiled_in, nowhere};

use core::fmt;
use core::str::FromStr;

/// How severe an event is; also the threshold a logger or handler is set to.
///
/// Levels are ordered: [`Level::ERROR`] `>` [`Level::WARN`]. A threshold lets through what is at least as severe.
///
/// ```
/// use rlog_runtime::Level;
///
/// assert!(Level::ERROR > Level::WARN);
/// assert_eq!("warning".parse::<Level>()?, Level::WARN);
/// assert_eq!(Level::NOTICE.to_string(), "NOTICE");
/// assert_eq!(Level::new(35).to_string(), "35");
/// # Ok::<(), rlog_runtime::ParseLevelError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(transparent)]
pub struct Level(u8);

impl Level {
    /// Steps through the code: for the one who debugs it.
    pub const TRACE: Self = Self(5);
    /// What the program is doing: for its developers.
    pub const DEBUG: Self = Self(10);
    /// What happened: for its operators. The default threshold.
    pub const INFO: Self = Self(20);
    /// Normal, but worth a second look.
    pub const NOTICE: Self = Self(25);
    /// Something is wrong and the program goes on.
    pub const WARN: Self = Self(30);
    /// An operation failed.
    pub const ERROR: Self = Self(40);
    /// The program, or a part of it, cannot go on.
    pub const CRITICAL: Self = Self(50);
    /// A threshold that lets nothing through. No event has this level.
    pub const SILENT: Self = Self(100);

    /// [`Level::SILENT`] as the `LevelFilter` of `tracing` calls it.
    pub const OFF: Self = Self::SILENT;

    /// [`Level::ERROR`] as `log` writes it, so that its statements compile as they are.
    #[allow(non_upper_case_globals, reason = "the name that it has in `log`")]
    pub const Error: Self = Self::ERROR;
    /// [`Level::WARN`] as `log` writes it.
    #[allow(non_upper_case_globals, reason = "the name that it has in `log`")]
    pub const Warn: Self = Self::WARN;
    /// [`Level::INFO`] as `log` writes it.
    #[allow(non_upper_case_globals, reason = "the name that it has in `log`")]
    pub const Info: Self = Self::INFO;
    /// [`Level::DEBUG`] as `log` writes it.
    #[allow(non_upper_case_globals, reason = "the name that it has in `log`")]
    pub const Debug: Self = Self::DEBUG;
    /// [`Level::TRACE`] as `log` writes it.
    #[allow(non_upper_case_globals, reason = "the name that it has in `log`")]
    pub const Trace: Self = Self::TRACE;
    /// [`Level::SILENT`] as the `LevelFilter` of `log` calls it.
    #[allow(non_upper_case_globals, reason = "the name that it has in `log`")]
    pub const Off: Self = Self::SILENT;

    /// The level with this severity: 0 (least) to 255 (most). The built-in ones are 5, 10, 20, 25, 30, 40 and 50.
    #[must_use]
    pub const fn new(severity: u8) -> Self {
        Self(severity)
    }

    /// The number behind the level.
    #[must_use]
    pub const fn severity(self) -> u8 {
        self.0
    }

    /// The upper-case name of a built-in level, or of one that `level!` declares; `None` for one that has only its number.
    #[must_use]
    pub fn name(self) -> Option<&'static str> {
        Some(match self {
            Self::TRACE => "TRACE",
            Self::DEBUG => "DEBUG",
            Self::INFO => "INFO",
            Self::NOTICE => "NOTICE",
            Self::WARN => "WARN",
            Self::ERROR => "ERROR",
            Self::CRITICAL => "CRITICAL",
            Self::SILENT => "SILENT",
            level => return declared::name(level),
        })
    }

    /// Its [name](Level::name), or else its number.
    ///
    /// ```
    /// use rlog_runtime::Level;
    ///
    /// assert_eq!((Level::WARN.as_str(), Level::new(35).as_str()), ("WARN", "35"));
    /// ```
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.name().unwrap_or_else(|| number(self.0))
    }

    /// Every built-in level that an event can have, least severe first.
    #[must_use]
    pub const fn all() -> [Self; 7] {
        [Self::TRACE, Self::DEBUG, Self::INFO, Self::NOTICE, Self::WARN, Self::ERROR, Self::CRITICAL]
    }

    /// The same, most severe first, as in `log`.
    ///
    /// ```
    /// use rlog_runtime::Level;
    ///
    /// assert!(Level::iter().map(Level::as_str).eq(["CRITICAL", "ERROR", "WARN", "NOTICE", "INFO", "DEBUG", "TRACE"]));
    /// ```
    pub fn iter() -> impl DoubleEndedIterator<Item = Self> + ExactSizeIterator {
        Self::all().into_iter().rev()
    }
}

/// A [`Level`] as a threshold: the name that it has in `log` and in `tracing`. [`Level::OFF`] lets nothing through.
pub type LevelFilter = Level;

/// The number as text.
fn number(number: u8) -> &'static str {
    /// All numbers, of three digits each.
    static DIGITS: [[u8; 3]; 256] = {
        let mut digits = [[0; 3]; 256];
        let mut number = 0;
        while number < digits.len() {
            let of = [number / 100, number / 10 % 10, number % 10];
            digits[number] = [b'0' + of[0] as u8, b'0' + of[1] as u8, b'0' + of[2] as u8];
            number += 1;
        }
        digits
    };
    let skipped = if number < 10 { 2 } else { usize::from(number < 100) };
    core::str::from_utf8(&DIGITS[usize::from(number)][skipped..]).unwrap_or_default()
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.pad(name),
            None => fmt::Display::fmt(&self.0, f),
        }
    }
}

impl fmt::Debug for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => write!(f, "Level::{name}"),
            None => write!(f, "Level({})", self.0),
        }
    }
}

/// Reads a level's name in any case (`warning` and `off` are understood too) or its number.
impl FromStr for Level {
    type Err = ParseLevelError;

    fn from_str(text: &str) -> Result<Self, ParseLevelError> {
        NAMES
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(text))
            .map(|&(_, level)| level)
            .or_else(|| text.parse().ok().map(Self))
            .or_else(|| declared::named(text))
            .ok_or(ParseLevelError(()))
    }
}

/// The text is neither the name nor the number of a level.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ParseLevelError(());

impl fmt::Display for ParseLevelError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "unknown level; expected `trace`, `debug`, `info`, `notice`, `warn`, `error`, `critical`, `off` \
             or a number from 0 to 255",
        )
    }
}

impl core::error::Error for ParseLevelError {}

/// What [`Level::from_str`] understands, the usual spelling of each level first.
pub(crate) const NAMES: [(&str, Level); 12] = [
    ("trace", Level::TRACE),
    ("debug", Level::DEBUG),
    ("info", Level::INFO),
    ("notice", Level::NOTICE),
    ("warn", Level::WARN),
    ("error", Level::ERROR),
    ("critical", Level::CRITICAL),
    ("off", Level::SILENT),
    ("silent", Level::SILENT),
    ("warning", Level::WARN),
    ("fatal", Level::CRITICAL),
    ("none", Level::SILENT),
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::string::ToString;

    #[test]
    fn names_and_numbers_parse_in_any_case() {
        for (text, level) in
            [("TRACE", Level::TRACE), ("Warning", Level::WARN), ("25", Level::NOTICE), ("Off", Level::SILENT)]
        {
            assert_eq!(text.parse(), Ok(level), "{text}");
        }
        for text in ["", "inf", " info", "256", "-1", "warn ing"] {
            assert!(text.parse::<Level>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn every_level_parses_back_from_what_it_displays() {
        for severity in 0..=u8::MAX {
            let level = Level::new(severity);
            assert_eq!(level.to_string().parse(), Ok(level));
            assert_eq!(level.as_str(), level.to_string());
        }
    }

    #[test]
    fn thresholds_of_log_and_tracing_are_levels() {
        assert_eq!([LevelFilter::Off, LevelFilter::OFF], [Level::SILENT; 2]);
        assert!(Level::iter().all(|level| level < LevelFilter::Off && level >= LevelFilter::Trace));
    }

    #[test]
    fn built_in_levels_are_ordered_by_severity() {
        assert!(Level::all().windows(2).all(|pair| pair[0] < pair[1]));
        assert!(Level::all().iter().all(|&level| level < Level::SILENT));
    }
}
