//! Levels by target, as text: `info,app::db=debug,hyper=off`.
//!
//! The grammar is env_logger's, with our levels, and matches of fields:
//!
//! ```text
//! directives = directive *( "," directive )   spaces around each are ignored, and so are empty ones
//! directive  = level                          for all targets that no other directive covers
//!            | target [ "=" ]                 everything of this target
//!            | target "=" level
//!            | [ target ] "[" match *( "," match ) "]" [ "=" [ level ] ]
//! match      = key                            the record has this field
//!            | key "=" value                  and this is its text; between quotes it may hold any character
//! key        = name *( "." name )             those inside of a value by their path: `user.id`
//! ```
//!
//! `::` and `.` separate the segments of a target. A target covers itself and what is below it, segment by segment:
//! `app` covers `app::db` and `app.db`, not `apple`. The longest wins; of two directives for one target the later one.
//! A directive with matches lets records through beside those of the others: those that match all of it.

use super::names::{canonical, covers, segments};
use crate::filter::path;
use crate::level::{Level, NAMES};
use crate::nearest::nearest;
use crate::record::Record;
use crate::value::Value;
use core::fmt::{self, Write as _};
use std::borrow::ToOwned;
use std::string::{String, ToString};
use std::vec::Vec;

/// Levels by target.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Directives {
    /// In the order of their targets, each once and with `::` between its segments. The empty one is the default.
    entries: Vec<(String, Level)>,
    /// Those with matches, in the order in which they were written.
    conditions: Vec<Condition>,
}

/// A directive that depends on the fields of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Condition {
    /// With `::` between its segments.
    pub(crate) target: String,
    /// All of them have to match.
    pub(crate) matches: Vec<FieldMatch>,
    /// Records at or above it are let through.
    pub(crate) level: Level,
}

/// One match of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FieldMatch {
    /// Or its path.
    pub(crate) key: String,
    /// What its text has to be; without it, the field only has to be there.
    pub(crate) value: Option<String>,
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
        Self { entries: Vec::new(), conditions: Vec::new() }
    }

    /// Reads a list of directives. The good ones are kept, whatever the others are.
    pub(crate) fn parse(text: &str) -> (Self, Vec<DirectiveError>) {
        let mut directives = Self::new();
        let mut errors = Vec::new();
        let mut start = 0;
        for (item, is_regex) in items(text) {
            let trimmed = if is_regex { item.trim_end() } else { item.trim() };
            let position = start + (item.len() - if is_regex { item } else { item.trim_start() }.len());
            start += item.len() + 1;
            if trimmed.is_empty() {
                continue;
            }
            let outcome = if is_regex {
                Err("a filter on the message (`/` and a regular expression) is not supported; remove it".to_owned())
            } else {
                parse_item(trimmed)
            };
            match outcome {
                Ok(Directive::Level(target, level)) => directives.set(target, level),
                Ok(Directive::Condition(condition)) => directives.add(condition),
                // A slash ends the item before it without a comma between.
                Err(message) => errors.push(DirectiveError {
                    position: if is_regex { position - 1 } else { position },
                    text: trimmed.to_owned(),
                    message,
                }),
            }
        }
        (directives, errors)
    }

    /// Sets the level of a target and what is below it; of all other targets, if it is empty.
    pub(crate) fn set(&mut self, target: &str, level: Level) {
        let target = canonical(target);
        match self.entries.binary_search_by(|(known, _)| known.as_str().cmp(&target)) {
            Ok(index) => self.entries[index].1 = level,
            Err(index) => self.entries.insert(index, (target, level)),
        }
    }

    /// Forgets the level of a target, which then has that of the one above it.
    pub(crate) fn unset(&mut self, target: &str) {
        let target = canonical(target);
        self.entries.retain(|(known, _)| *known != target);
    }

    fn add(&mut self, condition: Condition) {
        let same = |known: &Condition| known.target == condition.target && known.matches == condition.matches;
        self.conditions.retain(|known| !same(known));
        self.conditions.push(condition);
    }

    /// Adds those of `other`, which win over these.
    pub(crate) fn extend(&mut self, other: &Self) {
        other.entries().for_each(|(target, level)| self.set(target, level));
        other.conditions.iter().for_each(|condition| self.add(condition.clone()));
    }

    /// The level of the longest entry that covers `target`, or the default.
    pub(crate) fn level_for(&self, target: &str) -> Option<Level> {
        // Those that cover a target are beginnings of one another, so the longest is the one with the most segments.
        let covering = self.entries.iter().filter(|(prefix, _)| covers(prefix, target));
        covering.max_by_key(|(prefix, _)| prefix.len()).map(|&(_, level)| level)
    }

    /// The level that is set for exactly this target.
    pub(crate) fn level_of(&self, target: &str) -> Option<Level> {
        let target = canonical(target);
        self.entries.iter().find(|(known, _)| *known == target).map(|&(_, level)| level)
    }

    /// All targets and their levels.
    pub(crate) fn entries(&self) -> impl Iterator<Item = (&str, Level)> {
        self.entries.iter().map(|(target, level)| (target.as_str(), *level))
    }

    /// Those that depend on fields.
    pub(crate) fn conditions(&self) -> &[Condition] {
        &self.conditions
    }
}

impl Condition {
    /// Whether a record that its target and level suit matches.
    pub(crate) fn matches(&self, record: &Record<'_>) -> bool {
        self.matches.iter().all(|wanted| {
            let is_wanted = |value: &Value<'_>| wanted.value.as_ref().is_none_or(|wanted| is_shown_as(value, wanted));
            record.fields().any(|(key, value)| key == wanted.key && is_wanted(&value))
                || wanted.is_path() && path::look(record, &wanted.key, is_wanted).unwrap_or(false)
        })
    }
}

impl FieldMatch {
    fn is_path(&self) -> bool {
        self.key.contains('.')
    }
}

/// Whether the text of a value is `expected`, without making that text.
fn is_shown_as(value: &Value<'_>, expected: &str) -> bool {
    struct Rest<'a>(&'a str);
    impl fmt::Write for Rest<'_> {
        fn write_str(&mut self, text: &str) -> fmt::Result {
            self.0 = self.0.strip_prefix(text).ok_or(fmt::Error)?;
            Ok(())
        }
    }
    let mut rest = Rest(expected);
    write!(rest, "{value}").is_ok() && rest.0.is_empty()
}

/// Canonical text, which parses back to the same.
impl fmt::Display for Directives {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (target, level)) in self.entries().enumerate() {
            let comma = if index == 0 { "" } else { "," };
            let equals = if target.is_empty() { "" } else { "=" };
            write!(f, "{comma}{target}{equals}{}", shown_level(level))?;
        }
        for (index, condition) in self.conditions.iter().enumerate() {
            let comma = if index == 0 && self.entries.is_empty() { "" } else { "," };
            write!(f, "{comma}{condition}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}[", self.target)?;
        for (index, FieldMatch { key, value }) in self.matches.iter().enumerate() {
            f.write_str(if index == 0 { "" } else { "," })?;
            f.write_str(key)?;
            if let Some(value) = value {
                write!(f, "=\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""))?;
            }
        }
        write!(f, "]={}", shown_level(self.level))
    }
}

fn shown_level(level: Level) -> String {
    match level {
        Level::SILENT => "off".to_owned(),
        level => format!("{level}").to_ascii_lowercase(),
    }
}

/// The parts between commas that are not in brackets or quotes, and what follows the first slash outside of these, which is
/// one regular expression.
fn items(text: &str) -> impl Iterator<Item = (&str, bool)> {
    let mut rest = Some(text);
    let mut is_regex = false;
    core::iter::from_fn(move || {
        let text = rest.take()?;
        if is_regex {
            return Some((text, true));
        }
        let (end, next) = end_of_item(text);
        is_regex = next == Some('/');
        rest = next.map(|next| &text[end + next.len_utf8()..]);
        // The slash itself belongs to what follows it.
        if is_regex {
            rest = Some(&text[end..]);
        }
        Some((&text[..end], false))
    })
}

/// Where an item ends, and at which character; at the end of the text there is none.
fn end_of_item(text: &str) -> (usize, Option<char>) {
    let (mut in_brackets, mut in_quotes, mut is_escaped, mut is_level) = (false, false, false, false);
    for (index, c) in text.char_indices() {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' if in_quotes => is_escaped = true,
            '"' if in_brackets => in_quotes = !in_quotes,
            '=' if !in_brackets => is_level = true,
            '[' if !in_quotes && !is_level => in_brackets = true,
            ']' if !in_quotes => in_brackets = false,
            ',' | '/' if !in_brackets => return (index, Some(c)),
            _ => {}
        }
    }
    (text.len(), None)
}

enum Directive<'a> {
    Level(&'a str, Level),
    Condition(Condition),
}

fn parse_item(item: &str) -> Result<Directive<'_>, String> {
    if item.find('[').is_some_and(|bracket| item.find('=').is_none_or(|equals| bracket < equals)) {
        return parse_condition(item).map(Directive::Condition);
    }
    let (target, level) = match item.split_once('=') {
        None => match item.parse() {
            Ok(level) => return Ok(Directive::Level("", level)),
            Err(_) => (item, ""),
        },
        Some((target, level)) => (target.trim(), level.trim()),
    };
    if target.is_empty() {
        return Err("a target is missing before `=`; write `target=level`".to_owned());
    }
    check_target(target)?;
    Ok(Directive::Level(target, parse_level(level)?))
}

fn check_target(target: &str) -> Result<(), String> {
    if segments(target).next().is_none() || target.contains(char::is_whitespace) {
        let target = shown(target);
        return Err(format!("`{target}` is not a target; write `target=level`, with commas between directives"));
    }
    Ok(())
}

/// Without a level, everything.
pub(crate) fn parse_level(level: &str) -> Result<Level, String> {
    if level.is_empty() {
        return Ok(Level::TRACE);
    }
    level.parse().map_err(|_| match nearest(level, NAMES.iter().map(|&(name, _)| name)) {
        Some(name) => format!("unknown level `{}`; did you mean `{name}`?", shown(level)),
        None => {
            let levels =
                "`trace`, `debug`, `info`, `notice`, `warn`, `error`, `critical`, `off` or a number from 0 to 255";
            format!("unknown level `{}`; write {levels}", shown(level))
        }
    })
}

/// `target[key=value,key]=level`
fn parse_condition(item: &str) -> Result<Condition, String> {
    let (target, rest) = item.split_once('[').unwrap_or((item, ""));
    let target = target.trim();
    if !target.is_empty() {
        check_target(target)?;
    }
    let mut matches = Vec::new();
    let mut rest = rest.trim_start();
    loop {
        let end = rest.find(['=', ',', ']']).ok_or("`]` is missing; write `target[key=value]=level`")?;
        let key = rest[..end].trim();
        if key.is_empty() {
            return Err("a key is missing in the brackets; write `target[key=value]=level`".to_owned());
        }
        if key.contains(['"', '[']) {
            return Err(format!("`{}` is not a key; write `target[key=value]=level`", shown(key)));
        }
        let (value, after) = match rest[end..].strip_prefix('=') {
            None => (None, &rest[end..]),
            Some(value) => {
                let (value, after) = parse_value(value.trim_start())?;
                (Some(value), after.trim_start())
            }
        };
        matches.push(FieldMatch { key: key.to_owned(), value });
        match after.as_bytes().first() {
            Some(b',') => rest = after[1..].trim_start(),
            Some(b']') => {
                rest = after[1..].trim();
                break;
            }
            _ => return Err("`,` or `]` is expected behind a value; write `target[key=value]=level`".to_owned()),
        }
    }
    let level = match rest.strip_prefix('=') {
        Some(level) => level.trim(),
        None if rest.is_empty() => "",
        None => return Err(format!("`=` is expected behind `]`, got `{}`", shown(rest))),
    };
    Ok(Condition { target: canonical(target), matches, level: parse_level(level)? })
}

/// A value between quotes, or up to the next comma or bracket; and what follows it.
fn parse_value(text: &str) -> Result<(String, &str), String> {
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text.find([',', ']']).ok_or("`]` is missing; write `target[key=value]=level`")?;
        return Ok((text[..end].trim_end().to_owned(), &text[end..]));
    };
    let mut value = String::new();
    let mut chars = quoted.char_indices();
    while let Some((index, c)) = chars.next() {
        match c {
            '"' => return Ok((value, &quoted[index + 1..])),
            '\\' => value.extend(chars.next().map(|(_, c)| c)),
            c => value.push(c),
        }
    }
    Err("a closing `\"` is missing".to_string())
}

impl fmt::Display for DirectiveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "directive `{}` at position {}: {}", shown(&self.text), self.position, self.message)
    }
}

/// Text of the environment as an error or an answer shows it: it may be long, and hold what moves a cursor.
pub(crate) fn shown(text: &str) -> String {
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
    fn fields_may_have_to_match() {
        for (text, canonical) in [
            ("[user=alice]=trace", "[user=\"alice\"]=trace"),
            ("app.db [ user = alice , tenant ] = debug,info", "info,app::db[user=\"alice\",tenant]=debug"),
            ("app[a=\"x, ]=\\\"/\"]", "app[a=\"x, ]=\\\"/\"]=trace"),
            ("[a]=warn,[a]=info", "[a]=info"),
            ("[http.status=503]", "[http.status=\"503\"]=trace"),
        ] {
            assert_eq!(good(text).to_string(), canonical, "{text:?}");
        }
        for (text, message) in [
            ("[user", "`]` is missing; write `target[key=value]=level`"),
            ("[user=", "`]` is missing; write `target[key=value]=level`"),
            ("[]=info", "a key is missing in the brackets; write `target[key=value]=level`"),
            ("[a=\"x]=info", "a closing `\"` is missing"),
            ("[a=\"x\"y]=info", "`,` or `]` is expected behind a value; write `target[key=value]=level`"),
            ("[a]info", "`=` is expected behind `]`, got `info`"),
            ("[a]=inof", "unknown level `inof`; did you mean `info`?"),
        ] {
            let (directives, errors) = Directives::parse(text);
            assert_eq!(directives, Directives::new());
            assert_eq!(errors.iter().map(|error| error.message.as_str()).collect::<Vec<_>>(), [message], "{text}");
        }
    }

    #[test]
    fn every_bad_directive_is_told() {
        let (directives, errors) = Directives::parse("a=x,info,b=y,=c/d");
        assert_eq!(directives.to_string(), "info");
        assert_eq!(errors.iter().map(|error| error.position).collect::<Vec<_>>(), [0, 9, 13, 15]);
    }

    #[test]
    fn an_enormous_directive_is_refused_in_few_words() {
        let (_, errors) = Directives::parse(&format!("app={}", "x".repeat(1 << 20)));
        assert!(errors[0].to_string().len() < 400);
    }

    proptest! {
        #[test]
        fn whatever_is_understood_is_understood_again_when_displayed(text in "[a-c:.=,0-9 /]{0,40}|[ab=,\"\\[\\]/\\\\ ]{0,30}|\\PC{0,20}|.{0,20}") {
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
