//! Levels by target, as text: `info,app::db=debug,hyper=off`.
//!
//! The grammar is env_logger's, with our levels: items are separated by commas, spaces around them are ignored, and an item is
//! a level (for all other targets), a target (everything of it), or `target=level`. A target covers what is below it,
//! segment by segment, with `::` or `.` between segments, and the longest wins.

use crate::level::{Level, NAMES};
use core::fmt;
use std::borrow::ToOwned;
use std::string::String;
use std::vec::Vec;

/// Levels by target.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Directives {
    /// Each target once. The empty one is the default.
    entries: Vec<(String, Level)>,
}

/// A directive that is not understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DirectiveError {
    /// Where it starts, in bytes.
    position: usize,
    text: String,
    message: String,
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
        for item in text.split(',') {
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
        (directives, errors)
    }

    /// Sets the level of a target and what is below it; of all other targets, if it is empty.
    pub(crate) fn set(&mut self, target: &str, level: Level) {
        match self.entries.iter_mut().find(|(known, _)| known == target) {
            Some(entry) => entry.1 = level,
            None => self.entries.push((target.to_owned(), level)),
        }
    }

    /// The level of the longest entry that covers `target`.
    pub(crate) fn level_for(&self, target: &str) -> Option<Level> {
        let covering = self.entries.iter().filter(|(prefix, _)| covers(prefix, target));
        covering.max_by_key(|(prefix, _)| prefix.len()).map(|&(_, level)| level)
    }

    /// All targets and their levels.
    pub(crate) fn entries(&self) -> impl Iterator<Item = (&str, Level)> {
        self.entries.iter().map(|(target, level)| (target.as_str(), *level))
    }
}

impl fmt::Display for Directives {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (target, level)) in self.entries().enumerate() {
            let comma = if index == 0 { "" } else { "," };
            let level = match level {
                Level::SILENT => String::from("off"),
                level => format!("{level}").to_ascii_lowercase(),
            };
            match target {
                "" => write!(f, "{comma}{level}")?,
                target => write!(f, "{comma}{target}={level}")?,
            }
        }
        Ok(())
    }
}

/// Whether `prefix` is `target` or one of the names above it. The two separators are the same.
fn covers(prefix: &str, target: &str) -> bool {
    let (mut prefix, mut target) = (segments(prefix), segments(target));
    prefix.all(|segment| target.next() == Some(segment))
}

fn segments(target: &str) -> impl Iterator<Item = &str> {
    target.split([':', '.']).filter(|segment| !segment.is_empty())
}

fn parse_item(item: &str) -> Result<(&str, Level), String> {
    if item.contains('/') {
        return Err(String::from("a filter on the message (`/` and a regular expression) is not supported; remove it"));
    }
    if let Ok(level) = item.parse() {
        return Ok(("", level));
    }
    let (target, level) = item.split_once('=').unwrap_or((item, ""));
    let (target, level) = (target.trim(), level.trim());
    if target.is_empty() {
        return Err(String::from("a target is missing before `=`; write `target=level`"));
    }
    if target.contains(char::is_whitespace) {
        return Err(format!("`{target}` is not a target; write `target=level`, with commas between directives"));
    }
    if level.is_empty() {
        return Ok((target, Level::TRACE));
    }
    let level = level.parse().map_err(|_| match nearest(level) {
        Some(name) => format!("unknown level `{level}`; did you mean `{name}`?"),
        None => format!(
            "unknown level `{level}`; write `trace`, `debug`, `info`, `notice`, `warn`, `error`, `critical` or `off`"
        ),
    })?;
    Ok((target, level))
}

/// The level's name that a misspelt one is nearest to.
fn nearest(text: &str) -> Option<&'static str> {
    let text = text.to_ascii_lowercase();
    let distances = NAMES.iter().map(|&(name, _)| (distance(&text, name), name));
    distances.filter(|&(distance, name)| distance <= name.len() / 2).min().map(|(_, name)| name)
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
        write!(f, "directive `{}` at position {}: {}", self.text, self.position, self.message)
    }
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
            ("app", Level::WARN),
            ("app::web", Level::WARN),
            ("app::db", Level::DEBUG),
            ("app.db.pool", Level::DEBUG),
            ("apple", Level::INFO),
            ("app::dbx", Level::WARN),
            ("hyper::client", Level::SILENT),
            ("quiet::loud", Level::TRACE),
            ("quiet", Level::INFO),
        ] {
            assert_eq!(directives.level_for(target), Some(level), "{target}");
        }
        assert_eq!(good("app=warn").level_for("other"), None);
        assert_eq!(good("app=").level_for("app"), Some(Level::TRACE));
        assert_eq!(good("25").level_for("x"), Some(Level::NOTICE));
    }

    #[test]
    fn bad_directives_are_named_and_the_good_ones_kept() {
        let (directives, errors) = Directives::parse("app=inof, warn,=debug,a b=info,x=loud,y/re");
        assert_eq!(directives.to_string(), "warn");
        let texts: Vec<_> = errors.iter().map(ToString::to_string).collect();
        assert_eq!(texts.len(), 5, "{texts:?}");
        assert_eq!(texts[0], "directive `app=inof` at position 0: unknown level `inof`; did you mean `info`?");
        assert!(texts[1].starts_with("directive `=debug` at position 15: a target is missing"), "{}", texts[1]);
        assert!(texts[2].contains("`a b` is not a target"));
        assert!(texts[3].contains("unknown level `loud`; write `trace`"));
        assert!(texts[4].contains("not supported"));
    }

    proptest! {
        #[test]
        fn whatever_is_understood_is_understood_again_when_displayed(text in "[a-z:.=,0-9 /]{0,40}|\\PC{0,20}") {
            let (directives, _) = Directives::parse(&text);
            let (again, errors) = Directives::parse(&directives.to_string());
            prop_assert_eq!(errors, []);
            prop_assert_eq!(directives, again);
        }
    }
}
