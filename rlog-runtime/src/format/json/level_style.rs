//! What readers of JSON call the levels.

use crate::format::error::{FormatError, suggestion};
use crate::level::Level;
use core::fmt;
use core::str::FromStr;
use std::borrow::Cow;
use std::string::String;

/// How [`Json`](crate::Json) writes the level: by its name, by its number, or by what a certain reader calls it.
///
/// Readers know fewer levels than a program may have. A level between two that a reader knows is written as the less severe of
/// them, and where levels are numbers as one in between.
///
/// ```
/// use rlog_runtime::{Json, LevelStyle};
///
/// let formatter = Json::new().level_style(LevelStyle::Lower);
/// assert_eq!("google_cloud".parse(), Ok(LevelStyle::GoogleCloud));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum LevelStyle {
    /// The name: `INFO`. A level without one has its number, as text.
    #[default]
    Upper,
    /// The name in small letters: `info`.
    Lower,
    /// The number behind the level: `20`.
    Severity,
    /// The `SeverityNumber` of OpenTelemetry, from 1 to 24: 1 for TRACE, 5 for DEBUG, 9 for INFO, 10 for NOTICE, 13 for WARN, 17
    /// for ERROR, 21 for CRITICAL.
    OpenTelemetry,
    /// The `LogSeverity` of Google Cloud: `DEBUG`, also for TRACE, `INFO`, `NOTICE`, `WARNING`, `ERROR`, `CRITICAL`; `ALERT` from
    /// 60 and `EMERGENCY` from 70 on.
    GoogleCloud,
    /// The level of AWS Lambda: `TRACE`, `DEBUG`, `INFO`, `WARN`, `ERROR`, `FATAL`.
    Aws,
    /// The status of Datadog: `debug`, also for TRACE, `info`, `notice`, `warn`, `error`, `critical`; `alert` from 60 and
    /// `emergency` from 70 on.
    Datadog,
    /// The number of Bunyan and pino: 10 for TRACE, 20 for DEBUG, 30 for INFO, 35 for NOTICE, 40 for WARN, 50 for ERROR, 60 for
    /// CRITICAL.
    Bunyan,
}

/// Names by the severity from which on they are used, the most severe first.
type Names = [(u8, &'static str)];

const GOOGLE_CLOUD: &Names = &[
    (70, "EMERGENCY"),
    (60, "ALERT"),
    (50, "CRITICAL"),
    (40, "ERROR"),
    (30, "WARNING"),
    (25, "NOTICE"),
    (20, "INFO"),
    (0, "DEBUG"),
];
const AWS: &Names = &[(50, "FATAL"), (40, "ERROR"), (30, "WARN"), (20, "INFO"), (10, "DEBUG"), (0, "TRACE")];
const DATADOG: &Names = &[
    (70, "emergency"),
    (60, "alert"),
    (50, "critical"),
    (40, "error"),
    (30, "warn"),
    (25, "notice"),
    (20, "info"),
    (0, "debug"),
];

/// Severities and the numbers that readers have for them, the least severe first; between two of them the numbers lie on a
/// line.
type Line = [(u8, u8)];

const OPEN_TELEMETRY: &Line =
    &[(0, 1), (5, 1), (10, 5), (20, 9), (25, 10), (30, 13), (40, 17), (50, 21), (80, 24), (255, 24)];
const BUNYAN: &Line = &[(0, 1), (5, 10), (10, 20), (20, 30), (30, 40), (40, 50), (50, 60), (245, 255), (255, 255)];

impl LevelStyle {
    /// The level as text that needs no escape, and no quotes if it is a number.
    pub(super) fn text(self, level: Level) -> Cow<'static, str> {
        match self {
            Self::Upper => match level.name() {
                Some(name) => Cow::Borrowed(name),
                None => Cow::Owned(format!("{}", level.severity())),
            },
            Self::Lower => Cow::Owned(Self::Upper.text(level).to_ascii_lowercase()),
            Self::Severity => Cow::Owned(format!("{}", level.severity())),
            Self::OpenTelemetry => Cow::Owned(format!("{}", on_line(OPEN_TELEMETRY, level))),
            Self::Bunyan => Cow::Owned(format!("{}", on_line(BUNYAN, level))),
            Self::GoogleCloud => Cow::Borrowed(name_of(GOOGLE_CLOUD, level)),
            Self::Aws => Cow::Borrowed(name_of(AWS, level)),
            Self::Datadog => Cow::Borrowed(name_of(DATADOG, level)),
        }
    }

    pub(super) fn is_number(self) -> bool {
        matches!(self, Self::Severity | Self::OpenTelemetry | Self::Bunyan)
    }

    /// As JSON.
    pub(super) fn json(self, level: Level) -> String {
        let text = self.text(level);
        if self.is_number() { text.into_owned() } else { format!("\"{text}\"") }
    }
}

fn name_of(names: &Names, level: Level) -> &'static str {
    names.iter().find(|(from, _)| *from <= level.severity()).map_or("", |(_, name)| name)
}

fn on_line(line: &Line, level: Level) -> u8 {
    let severity = level.severity();
    line.windows(2)
        .find(|ends| severity <= ends[1].0)
        .map(|ends| {
            let ((from, low), (to, high)) = (ends[0], ends[1]);
            let above = u16::from(severity - from) * u16::from(high - low) / u16::from(to - from);
            low + above as u8
        })
        .unwrap_or_default()
}

const NAMES: [(&str, LevelStyle); 8] = [
    ("upper", LevelStyle::Upper),
    ("lower", LevelStyle::Lower),
    ("severity", LevelStyle::Severity),
    ("opentelemetry", LevelStyle::OpenTelemetry),
    ("google_cloud", LevelStyle::GoogleCloud),
    ("aws", LevelStyle::Aws),
    ("datadog", LevelStyle::Datadog),
    ("bunyan", LevelStyle::Bunyan),
];

impl FromStr for LevelStyle {
    type Err = FormatError;

    fn from_str(text: &str) -> Result<Self, FormatError> {
        NAMES.iter().find(|(name, _)| *name == text).map(|(_, style)| *style).ok_or_else(|| {
            let names = NAMES.map(|(name, _)| name);
            let suggestion = suggestion(text, names);
            let suggestion = if suggestion.is_empty() { ";" } else { suggestion.as_str() };
            let names = names.join("`, `");
            FormatError::new(format!(
                "unknown level style `{}`{suggestion} expected one of `{names}`",
                text.escape_debug()
            ))
        })
    }
}

/// As it is read.
impl fmt::Display for LevelStyle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(NAMES.iter().find(|(_, style)| style == self).map_or("", |(name, _)| name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::string::ToString as _;
    use std::vec::Vec;

    #[test]
    fn each_reader_gets_its_own_names() {
        let shown = |style: LevelStyle| -> Vec<String> {
            let levels = Level::all().into_iter().chain([35, 60, 70, 0, 255].map(Level::new));
            levels.map(|level| style.text(level).into_owned()).collect()
        };
        for (style, expected) in [
            (LevelStyle::Upper, "TRACE DEBUG INFO NOTICE WARN ERROR CRITICAL 35 60 70 0 255"),
            (LevelStyle::Lower, "trace debug info notice warn error critical 35 60 70 0 255"),
            (LevelStyle::Severity, "5 10 20 25 30 40 50 35 60 70 0 255"),
            (LevelStyle::OpenTelemetry, "1 5 9 10 13 17 21 15 22 23 1 24"),
            (
                LevelStyle::GoogleCloud,
                "DEBUG DEBUG INFO NOTICE WARNING ERROR CRITICAL WARNING ALERT EMERGENCY DEBUG EMERGENCY",
            ),
            (LevelStyle::Aws, "TRACE DEBUG INFO INFO WARN ERROR FATAL WARN FATAL FATAL TRACE FATAL"),
            (LevelStyle::Datadog, "debug debug info notice warn error critical warn alert emergency debug emergency"),
            (LevelStyle::Bunyan, "10 20 30 35 40 50 60 45 70 80 1 255"),
        ] {
            assert_eq!(shown(style).join(" "), expected);
            assert_eq!(style.to_string().parse(), Ok(style));
        }
        let error = "googlecloud".parse::<LevelStyle>().expect_err("misspelt").to_string();
        assert!(error.contains("did you mean `google_cloud`?"), "{error}");
    }

    #[test]
    fn a_more_severe_level_never_gets_a_smaller_number() {
        for style in [LevelStyle::OpenTelemetry, LevelStyle::Bunyan] {
            let numbers: Vec<u8> = (0..=255).map(|it| style.text(Level::new(it)).parse().expect("a number")).collect();
            assert!(numbers.is_sorted(), "{numbers:?}");
        }
    }
}
