//! What rotated files are called.

use super::schedule::Period;
use super::template::{Given, Template, Unit};
use super::{Problem, problem};
use crate::timestamp::Timestamp;
use core::fmt;
use std::string::String;
use std::sync::Arc;

/// What a [`File`](crate::File) is called when it has been [rotated](crate::Rotation).
///
/// A name is used once: when it is taken, a number is added, and numbers only grow. Only files with such names, compressed or
/// not, are ever compressed or deleted.
///
/// ```
/// use rlog_runtime::Names;
///
/// let by_day = Names::dated(); // app-2026-11-23.log
/// let in_directories = Names::pattern("old/{year}/{month}/{stem}-{date}.{number}{ext}");
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct Names(pub(super) Kind);

#[derive(Clone)]
pub(super) enum Kind {
    Numbered,
    Dated,
    Pattern(String),
    Custom(Custom),
}

/// A function of the user's, and one that knows its results.
#[derive(Clone)]
pub(super) struct Custom {
    pub(super) name: Arc<dyn Fn(&RotatedFile) -> String + Send + Sync>,
    pub(super) is_own: Arc<dyn Fn(&str) -> bool + Send + Sync>,
}

/// The file that wants a name, for [`Names::custom`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RotatedFile {
    /// What it is called so far: `app.log`.
    pub name: String,
    /// When it began.
    pub started: Timestamp,
    /// When it ended.
    pub ended: Timestamp,
    /// From 1 on. Grows with each file, and with each name that is asked for: no earlier file has had it, also if that is
    /// deleted by now.
    pub number: u64,
}

impl Names {
    /// `app.log.1`, `app.log.2`: the highest number is the newest file. Usual if files are rotated by size.
    pub fn numbered() -> Self {
        Self(Kind::Numbered)
    }

    /// `app-2026-11-23.log`, by the day on which the file began, and `app-2026-11-23.1.log` if there is one already. With the
    /// hour or the minute (`app-2026-11-23T14-30.log`) if files are rotated that often. Usual if files are rotated by time.
    pub fn dated() -> Self {
        Self(Kind::Dated)
    }

    /// By a pattern, with these placeholders; directories are made.
    ///
    /// | placeholder | is |
    /// | --- | --- |
    /// | `{name}`, `{stem}`, `{ext}` | of `app.log`: `app.log`, `app`, `.log` |
    /// | `{number}` | 1 for the first file of this kind, then 2, and so on |
    /// | `{date}` | `2026-11-23`, the day on which the file began; by the zone of the [rotation](crate::Rotation) |
    /// | `{time}` | `14-30-00` |
    /// | `{year}`, `{month}`, `{day}`, `{hour}`, `{minute}`, `{second}` | parts of these |
    /// | `{host}`, `{pid}` | the machine and the process |
    ///
    /// `{{` and `}}` are braces. A pattern without `{number}` gets one before the extension where a name is taken already.
    pub fn pattern(pattern: impl Into<String>) -> Self {
        Self(Kind::Pattern(pattern.into()))
    }

    /// By a function of your own, which returns the name of a file in the directory of the log, and another that knows which
    /// files have such names. Only those are ever deleted, in the order in which they were last written.
    ///
    /// The function is asked again with a higher number while its name is taken. The last number is kept in the lock file,
    /// `.app.log.lock`; if that is lost, the names of the files that are there are asked for again, so the function is to return
    /// the same for the same, and to have no effect.
    pub fn custom(
        name: impl Fn(&RotatedFile) -> String + Send + Sync + 'static,
        is_own: impl Fn(&str) -> bool + Send + Sync + 'static,
    ) -> Self {
        Self(Kind::Custom(Custom { name: Arc::new(name), is_own: Arc::new(is_own) }))
    }

    /// The names of a file called `name`.
    pub(super) fn compile(
        &self,
        name: &str,
        period: Option<Period>,
        more_than_time: bool,
    ) -> Result<Compiled, Problem> {
        let pattern = match &self.0 {
            Kind::Custom(custom) => return Ok(Compiled::Custom(custom.clone())),
            Kind::Numbered => "{name}.{number}",
            Kind::Dated => match period {
                Some(Period::Seconds(length)) => match finest_needed(Period::Seconds(length)) {
                    Unit::Hour => "{stem}-{date}T{hour}{ext}",
                    Unit::Minute => "{stem}-{date}T{hour}-{minute}{ext}",
                    _ => "{stem}-{date}T{time}{ext}",
                },
                _ => "{stem}-{date}{ext}",
            },
            Kind::Pattern(pattern) => pattern,
        };
        let refused = |why: String, way_out: String| {
            problem(std::format!("the names `{}` {why}", pattern.escape_debug()), way_out).of("names")
        };
        let template =
            Template::parse(pattern, &Given::of_file(name)).map_err(|error| refused("are no pattern".into(), error))?;
        if template.recognise(&[name]).is_some() {
            return Err(refused(
                "are also that of the file that is being written".into(),
                "add `{number}` or `{date}`".into(),
            ));
        }
        if matches!(self.0, Kind::Pattern(_)) {
            check(&template, period, more_than_time).map_err(|(why, way_out)| refused(why, way_out))?;
        }
        Ok(Compiled::Template(template))
    }
}

/// Whether the names that a template makes differ as often as files are rotated.
pub(super) fn check(template: &Template, period: Option<Period>, more_than_time: bool) -> Result<(), (String, String)> {
    if template.has_number() {
        return Ok(());
    }
    if more_than_time {
        return Err(("do not differ whenever a file can be rotated".into(), "add `{number}`".into()));
    }
    let needed = period.map_or(Unit::Second, finest_needed);
    if template.finest().is_none_or(|finest| finest < needed) {
        let missing = match needed {
            Unit::Year | Unit::Month => "{month}",
            Unit::Day => "{date}",
            Unit::Hour => "{hour}",
            Unit::Minute => "{minute}",
            Unit::Second => "{time}",
        };
        return Err((
            "are the same for several periods of the rotation".into(),
            std::format!("add `{missing}` or `{{number}}`"),
        ));
    }
    Ok(())
}

/// The part of a time that differs from one period to the next.
fn finest_needed(period: Period) -> Unit {
    match period {
        Period::Month => Unit::Month,
        Period::Days(_) | Period::Week(_) => Unit::Day,
        Period::Seconds(length) if length % 3600 == 0 => Unit::Hour,
        Period::Seconds(length) if length % 60 == 0 => Unit::Minute,
        Period::Seconds(_) => Unit::Second,
    }
}

/// Names of one file.
#[derive(Clone, Debug)]
pub(super) enum Compiled {
    Template(Template),
    Custom(Custom),
}

/// Whether what a function returned is the name of a file in the directory, and of no file that is in the making.
pub(super) fn is_plain(name: &str) -> bool {
    !name.is_empty() && !name.starts_with('.') && !name.contains(['/', '\\', '\0'])
}

impl fmt::Debug for Custom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Custom")
    }
}

impl fmt::Debug for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Numbered => f.write_str("Numbered"),
            Self::Dated => f.write_str("Dated"),
            Self::Pattern(pattern) => f.debug_tuple("Pattern").field(pattern).finish(),
            Self::Custom(_) => f.write_str("Custom"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(names: &Names, period: Option<Period>, more_than_time: bool) -> String {
        names.compile("app.log", period, more_than_time).map_or_else(|problem| problem.text(), |_| String::new())
    }

    #[test]
    fn a_pattern_has_what_its_trigger_needs() {
        let (day, hour) = (Some(Period::Days(1)), Some(Period::Seconds(3600)));
        for (pattern, period, more_than_time, expected) in [
            ("{stem}-{date}{ext}", day, false, ""),
            ("{stem}-{date}{ext}", day, true, "do not differ whenever a file can be rotated: add `{number}`"),
            ("{stem}-{date}{ext}", None, true, "add `{number}`"),
            ("{stem}-{date}.{number}{ext}", day, true, ""),
            ("{stem}-{date}{ext}", hour, false, "are the same for several periods of the rotation: add `{hour}`"),
            ("{stem}-{date}-{hour}{ext}", hour, false, ""),
            ("{stem}-{date}-{hour}{ext}", Some(Period::Seconds(900)), false, "add `{minute}` or `{number}`"),
            ("{stem}{ext}", day, false, "are also that of the file that is being written: add `{number}`"),
            ("{stem}-old{ext}", day, false, "are the same for several periods of the rotation: add `{date}`"),
            ("{stem}-{datum}", day, false, "the names `{stem}-{datum}` are no pattern: unknown placeholder `{datum}`"),
        ] {
            let refusal = refusal(&Names::pattern(pattern), period, more_than_time);
            match expected {
                "" => assert_eq!(refusal, "", "{pattern}"),
                _ => assert!(refusal.contains(expected), "{pattern}: {refusal}"),
            }
        }
        for names in [Names::numbered(), Names::dated()] {
            for period in [None, day, hour] {
                assert_eq!(refusal(&names, period, true), "", "{names:?}");
            }
        }
    }

    #[test]
    fn names_of_functions_stay_in_the_directory() {
        for (name, expected) in [
            ("app.old", true),
            ("", false),
            ("..", false),
            (".app", false),
            ("a/b", false),
            ("/a", false),
            ("a\\b", false),
        ] {
            assert_eq!(is_plain(name), expected, "{name}");
        }
    }
}
