//! Levels by target, as text: `info,app::db=debug,hyper=off`.
//!
//! The grammar is env_logger's, with our levels:
//!
//! ```text
//! directives = directive *( "," directive )   spaces around each are ignored, and so are empty ones
//! directive  = level                          for all targets that no other directive covers
//!            | target [ "=" ]                 everything of this target
//!            | target "=" level
//! ```
//!
//! `::` and `.` separate the segments of a target. A target covers itself and what is below it, segment by segment:
//! `app` covers `app::db` and `app.db`, not `apple`. The longest wins; of two directives for one target the later one.

use crate::level::{Level, NAMES};
use core::fmt;
use std::borrow::ToOwned;
use std::string::String;
use std::vec::Vec;

/// Levels by target.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Directives {
    /// In the order of their targets, each once and with `::` between its segments. The empty one is the default.
    entries: Vec<(String, Level)>,
}

/// A directive that is not understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DirectiveError {
    /// Where it starts, in bytes.
    pub(crate) position: usize,
    /// The directive as it was written.
    pub(crate) text: String,
    /// What is wrong with it, and what to write instead.
    pub(crate) message: String,
}

impl Directives {
    pub(crate) const fn new() -> Self {
        Self { entries: Vec::new() }
    }

    /// Reads a list of directives. The good ones are kept, whatever the others are.
    pub(crate) fn parse(text: &str) -> (Self, Vec<DirectiveError>) {
        let mut directives = Self::new();
        let mut errors = Vec::new();
        let mut start = 0;
        // What follows the first slash is one regular expression, which may hold commas of its own.
        let (list, filter) = text.split_at(text.find('/').unwrap_or(text.len()));
        for item in list.split(',') {
            let trimmed = item.trim();
            let position = start + (item.len() - item.trim_start().len());
            start += item.len() + 1;
            if trimmed.is_empty() {
                continue;
            }
            match parse_item(trimmed) {
                Ok((target, level)) => directives.set(target, level),
                Err(message) => errors.push(DirectiveError { position, text: trimmed.to_owned(), message }),
            }
        }
        if !filter.is_empty() {
            errors.push(DirectiveError {
                position: list.len(),
                text: filter.trim_end().to_owned(),
                message: "a filter on the message (`/` and a regular expression) is not supported; remove it"
                    .to_owned(),
            });
        }
        (directives, errors)
    }

    /// Sets the level of a target and what is below it; of all other targets, if it is empty.
    pub(crate) fn set(&mut self, target: &str, level: Level) {
        let target = segments(target).collect::<Vec<_>>().join("::");
        match self.entries.binary_search_by(|(known, _)| known.as_str().cmp(&target)) {
            Ok(index) => self.entries[index].1 = level,
            Err(index) => self.entries.insert(index, (target, level)),
        }
    }

    /// The level of the longest entry that covers `target`, or the default.
    pub(crate) fn level_for(&self, target: &str) -> Option<Level> {
        // Those that cover a target are beginnings of one another, so the longest is the one with the most segments.
        let covering = self.entries.iter().filter(|(prefix, _)| covers(prefix, target));
        covering.max_by_key(|(prefix, _)| prefix.len()).map(|&(_, level)| level)
    }

    /// All targets and their levels.
    pub(crate) fn entries(&self) -> impl Iterator<Item = (&str, Level)> {
        self.entries.iter().map(|(target, level)| (target.as_str(), *level))
    }
}

/// Canonical text, which parses back to the same.
impl fmt::Display for Directives {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (target, level)) in self.entries().enumerate() {
            let comma = if index == 0 { "" } else { "," };
            let equals = if target.is_empty() { "" } else { "=" };
            let level = match level {
                Level::SILENT => "off".to_owned(),
                level => format!("{level}").to_ascii_lowercase(),
            };
            write!(f, "{comma}{target}{equals}{level}")?;
        }
        Ok(())
    }
}

/// Whether `prefix` is `target` or one of the names above it. The two separators are the same.
fn covers(prefix: &str, target: &str) -> bool {
    let mut target = segments(target);
    segments(prefix).all(|segment| target.next() == Some(segment))
}

/// Empty ones are left out. None begins or ends with a colon, so that joined by `::` they split again as they were.
fn segments(target: &str) -> impl Iterator<Item = &str> {
    let parts = target.split("::").flat_map(|part| part.split('.'));
    parts.map(|segment| segment.trim_matches(':')).filter(|segment| !segment.is_empty())
}

fn parse_item(item: &str) -> Result<(&str, Level), String> {
    let (target, level) = match item.split_once('=') {
        None => match item.parse() {
            Ok(level) => return Ok(("", level)),
            Err(_) => (item, ""),
        },
        Some((target, level)) => (target.trim(), level.trim()),
    };
    if target.is_empty() {
        return Err("a target is missing before `=`; write `target=level`".to_owned());
    }
    if segments(target).next().is_none() || target.contains(char::is_whitespace) {
        let target = shown(target);
        return Err(format!("`{target}` is not a target; write `target=level`, with commas between directives"));
    }
    if level.is_empty() {
        return Ok((target, Level::TRACE));
    }
    let unknown = |_| match nearest(level) {
        Some(name) => format!("unknown level `{}`; did you mean `{name}`?", shown(level)),
        None => {
            let levels =
                "`trace`, `debug`, `info`, `notice`, `warn`, `error`, `critical`, `off` or a number from 0 to 255";
            format!("unknown level `{}`; write {levels}", shown(level))
        }
    };
    Ok((target, level.parse().map_err(unknown)?))
}

/// The level's name that a misspelt one is nearest to, if it is near enough.
fn nearest(text: &str) -> Option<&'static str> {
    const LONGEST: usize = 16;
    if text.len() > LONGEST {
        return None;
    }
    let text = text.to_ascii_lowercase();
    let distances = NAMES.iter().map(|&(name, _)| (distance(&text, name), name));
    let near = distances.filter(|&(distance, name)| distance <= name.len() / 2);
    near.min_by_key(|&(distance, _)| distance).map(|(_, name)| name)
}

/// How many letters to insert, remove, replace or swap with their neighbour (optimal string alignment).
fn distance(a: &str, b: &str) -> usize {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let mut rows = vec![vec![0; b.len() + 1]; a.len() + 1];
    for i in 0..=a.len() {
        for j in 0..=b.len() {
            rows[i][j] = match (i, j) {
                (i, 0) => i,
                (0, j) => j,
                (i, j) => {
                    let replaced = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
                    let mut least = replaced.min(rows[i - 1][j] + 1).min(rows[i][j - 1] + 1);
                    if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                        least = least.min(rows[i - 2][j - 2] + 1);
                    }
                    least
                }
            };
        }
    }
    rows[a.len()][b.len()]
}

impl fmt::Display for DirectiveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "directive `{}` at position {}: {}", shown(&self.text), self.position, self.message)
    }
}

/// Text of the environment as an error shows it: it may be long, and hold what moves a cursor.
fn shown(text: &str) -> String {
    const LONGEST: usize = 60;
    let mut shown = String::new();
    for (index, c) in text.chars().enumerate() {
        match c {
            _ if index == LONGEST => {
                shown.push('…');
                break;
            }
            '\'' | '"' | '\\' => shown.push(c),
            c => shown.extend(c.escape_debug()),
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::string::ToString;

    fn good(text: &str) -> Directives {
        let (directives, errors) = Directives::parse(text);
        assert_eq!(errors, [], "{text}");
        directives
    }

    #[test]
    fn the_longest_target_on_a_segment_boundary_wins() {
        let directives = good(" info , app=warn, app::db = debug,,hyper=off,quiet.loud");
        for (target, level) in [
            ("other", Level::INFO),
            ("", Level::INFO),
            ("app", Level::WARN),
            ("app::web", Level::WARN),
            ("app.web", Level::WARN),
            ("app::db", Level::DEBUG),
            ("app.db.pool", Level::DEBUG),
            ("app::dbx", Level::WARN),
            ("app:db", Level::INFO),
            ("apple", Level::INFO),
            ("ap", Level::INFO),
            ("App", Level::INFO),
            ("hyper::client", Level::SILENT),
            ("quiet::loud", Level::TRACE),
            ("quiet", Level::INFO),
        ] {
            assert_eq!(directives.level_for(target), Some(level), "{target}");
        }
    }

    #[test]
    fn each_form_of_a_directive_means_what_it_means_to_env_logger() {
        for (text, canonical) in [
            ("", ""),
            (" , ,", ""),
            ("WARN", "warn"),
            ("warning", "warn"),
            ("25", "notice"),
            ("35", "35"),
            ("off", "off"),
            ("app", "app=trace"),
            ("app=", "app=trace"),
            ("app = ", "app=trace"),
            ("app=35", "app=35"),
            ("app=silent", "app=off"),
            ("info=debug", "info=debug"),
            ("app=warn,info,debug,app=error", "debug,app=error"),
            ("b=info,a=warn,error", "error,a=warn,b=info"),
            ("a.b=info,a::b::=warn", "a::b=warn"),
            ("größe::höhe=info", "größe::höhe=info"),
        ] {
            assert_eq!(good(text).to_string(), canonical, "{text:?}");
        }
        assert_eq!(good("app=warn").level_for("other"), None);
        assert_eq!(good("").level_for("app"), None);
    }

    #[test]
    fn bad_directives_are_named_and_the_good_ones_kept() {
        let not_a_target = "is not a target; write `target=level`, with commas between directives";
        let levels =
            "write `trace`, `debug`, `info`, `notice`, `warn`, `error`, `critical`, `off` or a number from 0 to 255";
        let no_filter = "a filter on the message (`/` and a regular expression) is not supported; remove it";
        for (text, kept, directive, position, message) in [
            ("app=inof, warn", "warn", "app=inof", 0, "unknown level `inof`; did you mean `info`?"),
            ("warn,  ä=debgu ", "warn", "ä=debgu", 7, "unknown level `debgu`; did you mean `debug`?"),
            ("ä,=debug", "ä=trace", "=debug", 3, "a target is missing before `=`; write `target=level`"),
            ("a b=info,c", "c=trace", "a b=info", 0, &format!("`a b` {not_a_target}")),
            ("info app=warn", "", "info app=warn", 0, &format!("`info app` {not_a_target}")),
            ("::=info", "", "::=info", 0, &format!("`::` {not_a_target}")),
            ("a=loudest", "", "a=loudest", 0, &format!("unknown level `loudest`; {levels}")),
            ("x,a=256", "x=trace", "a=256", 2, &format!("unknown level `256`; {levels}")),
            ("a=b=info", "", "a=b=info", 0, "unknown level `b=info`; did you mean `info`?"),
            ("a=\u{1b}[2J", "", "a=\\u{1b}[2J", 0, &format!("unknown level `\\u{{1b}}[2J`; {levels}")),
            ("info,app=debug/a{1,3}=x/y ", "app=debug,info", "/a{1,3}=x/y", 14, no_filter),
        ] {
            let (directives, errors) = Directives::parse(text);
            let errors: Vec<_> = errors.iter().map(ToString::to_string).collect();
            assert_eq!(errors, [format!("directive `{directive}` at position {position}: {message}")], "{text:?}");
            assert_eq!(directives, good(kept), "{text:?}");
        }
    }

    #[test]
    fn every_bad_directive_is_told() {
        let (directives, errors) = Directives::parse("a=x,info,b=y,=c/d");
        assert_eq!(directives.to_string(), "info");
        assert_eq!(errors.iter().map(|error| error.position).collect::<Vec<_>>(), [0, 9, 13, 15]);
    }

    #[test]
    fn a_misspelt_level_suggests_the_nearest_and_a_strange_one_nothing() {
        for (text, expected) in [
            ("inf", Some("info")),
            ("INOF", Some("info")),
            ("wran", Some("warn")),
            ("warnings", Some("warning")),
            ("eror", Some("error")),
            ("err", Some("error")),
            ("critcal", Some("critical")),
            ("crit", Some("critical")),
            ("notcie", Some("notice")),
            ("of", Some("off")),
            ("verbose", None),
            ("5x", None),
            ("infoinfoinfoinfoinfo", None),
        ] {
            assert_eq!(nearest(text), expected, "{text}");
        }
    }

    #[test]
    fn an_enormous_directive_is_refused_in_few_words() {
        let (_, errors) = Directives::parse(&format!("app={}", "x".repeat(1 << 20)));
        assert!(errors[0].to_string().len() < 400);
    }

    proptest! {
        #[test]
        fn whatever_is_understood_is_understood_again_when_displayed(text in "[a-c:.=,0-9 /]{0,40}|\\PC{0,20}|.{0,20}") {
            let (directives, errors) = Directives::parse(&text);
            for error in errors {
                prop_assert!(text[error.position..].starts_with(&error.text), "the position is right");
                prop_assert!(!error.to_string().contains(char::is_control));
            }
            let (again, errors) = Directives::parse(&directives.to_string());
            prop_assert_eq!(errors, []);
            prop_assert_eq!(&directives, &again);
            for (target, level) in directives.entries() {
                prop_assert_eq!(directives.level_for(target), Some(level));
            }
        }
    }
}
