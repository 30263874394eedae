//! Names with holes: `{stem}-{date}.{number}{ext}`.
//!
//! A template writes names and knows them again. What it does not know was not written by it, and is never touched. What fills
//! a hole has no separator in it, and no component is `..`, so that no name leaves its directory.

use super::calendar::Civil;
use crate::format::process::host;
use crate::nearest::nearest;
use std::borrow::ToOwned;
use std::path::PathBuf;
use std::string::{String, ToString};
use std::vec::Vec;

/// A name below a directory, with holes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Template {
    /// The directories and the name.
    components: Vec<Vec<Part>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Literal(String),
    Time(Unit),
    /// From 1 on.
    Number,
    /// A point and a number from 1 on, or nothing for 0.
    MaybeNumber,
}

/// A part of a date or of a time of day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Unit {
    Year,
    Month,
    Day,
    Hour,
    Minute,
    Second,
}

/// What fills the holes, in the order in which files come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    /// Zero in what the template has no hole for.
    pub(super) time: Civil,
    pub(super) number: u64,
}

/// What is known when a template is read.
#[derive(Clone, Debug, Default)]
pub(super) struct Given {
    /// Names of holes and what fills them.
    pub(super) values: Vec<(&'static str, String)>,
    /// Before this a number is put if the template has no hole for one: `.log`.
    pub(super) extension: String,
}

impl Given {
    /// What a process knows of itself.
    pub(super) fn of_process() -> Self {
        let values = Vec::from([("host", harmless(host())), ("pid", std::process::id().to_string())]);
        Self { values, extension: String::new() }
    }

    /// With the parts of a file name.
    pub(super) fn of_file(name: &str) -> Self {
        let mut given = Self::of_process();
        let split = name.rfind('.').filter(|index| *index > 0).unwrap_or(name.len());
        let (stem, extension) = name.split_at(split);
        given.values.extend([("name", name), ("stem", stem), ("ext", extension)].map(|(k, v)| (k, v.to_owned())));
        given.extension = extension.to_owned();
        given
    }
}

/// As in URLs (RFC 3986, section 2.1), so that different texts stay different.
fn push_harmless(name: &mut String, byte: u8) {
    match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => name.push(char::from(byte)),
        _ => name.push_str(&std::format!("%{byte:02X}")),
    }
}

/// Keeps what may stand in any file name.
fn harmless(text: &str) -> String {
    let keep = |c: char| if c.is_alphanumeric() || matches!(c, '-' | '_' | '.') { c } else { '_' };
    let text: String = text.trim().chars().map(keep).collect();
    match text.strip_prefix('.') {
        Some(rest) => ["_", rest].concat(),
        None if text.is_empty() => "unknown".to_owned(),
        None => text,
    }
}

/// Numbers from here on are none of ours: nobody rotates so often, and the next one after the largest of all would be none.
pub(super) const NO_NUMBER: u64 = 1_000_000_000_000_000;

/// The number that a name has here, and how many digits.
fn number(text: &str) -> Option<(u64, usize)> {
    let length = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let number = text[..length].parse().ok().filter(|number| *number < NO_NUMBER)?;
    Some((number, length))
}

const HOLES: [(&str, &[Unit]); 8] = {
    use Unit::{Day, Hour, Minute, Month, Second, Year};
    [
        ("date", &[Year, Month, Day]),
        ("time", &[Hour, Minute, Second]),
        ("year", &[Year]),
        ("month", &[Month]),
        ("day", &[Day]),
        ("hour", &[Hour]),
        ("minute", &[Minute]),
        ("second", &[Second]),
    ]
};

impl Template {
    /// Reads a template. Errors say what is wrong and what to write instead.
    pub(super) fn parse(text: &str, given: &Given) -> Result<Self, String> {
        if text.is_empty() {
            return Err("it is empty; write a name such as `{stem}-{date}{ext}`".to_owned());
        }
        let components = text.split('/').map(|component| parse_component(component, given));
        let mut template = Self { components: components.collect::<Result<_, _>>()? };
        if !template.has_number()
            && let Some(name) = template.components.last_mut()
        {
            let mut tail = None;
            if let Some(Part::Literal(last)) = name.last_mut()
                && !given.extension.is_empty()
                && last.ends_with(&given.extension)
            {
                last.truncate(last.len() - given.extension.len());
                tail = Some(Part::Literal(given.extension.clone()));
            }
            name.push(Part::MaybeNumber);
            name.extend(tail);
        }
        template.components.iter_mut().for_each(|component| {
            component.retain(|part| !matches!(part, Part::Literal(text) if text.is_empty()));
        });
        template.check_numbers()?;
        Ok(template)
    }

    /// Where a number ends must be seen.
    fn check_numbers(&self) -> Result<(), String> {
        for pair in self.components.iter().flat_map(|component| component.windows(2)) {
            let is_unclear = match pair {
                [Part::Number, Part::Literal(next)] => next.starts_with(|c: char| c.is_ascii_digit()),
                [Part::Number, Part::Time(_) | Part::Number] => true,
                _ => false,
            };
            if is_unclear {
                return Err(
                    "a digit follows `{number}`, so that nobody sees where it ends; put a `.` between them".into()
                );
            }
        }
        Ok(())
    }

    /// Whether it has a hole for a number.
    /// A name that no other template has, for files that go with all of its files.
    pub(super) fn as_file_name(&self) -> String {
        const LONGEST: usize = 200;
        let mut name = String::new();
        for (index, component) in self.components.iter().enumerate() {
            name.push_str(if index > 0 { "%2F" } else { "" });
            for part in component {
                match part {
                    Part::Literal(text) => text.bytes().for_each(|byte| push_harmless(&mut name, byte)),
                    Part::Time(unit) => name.push_str(&std::format!("{{{unit:?}}}").to_ascii_lowercase()),
                    Part::Number => name.push_str("{number}"),
                    Part::MaybeNumber => name.push_str("{.number}"),
                }
            }
        }
        if name.len() <= LONGEST {
            return name;
        }
        // FNV-1a (RFC 9923).
        let hash = name
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
        std::format!("rlog-{hash:016x}")
    }

    pub(super) fn has_number(&self) -> bool {
        self.parts().any(|part| *part == Part::Number)
    }

    /// The finest part of a time that it tells.
    pub(super) fn finest(&self) -> Option<Unit> {
        let unit = |part: &Part| if let Part::Time(unit) = part { Some(*unit) } else { None };
        self.parts().filter_map(unit).max()
    }

    /// How many directories there are before the name.
    pub(super) fn depth(&self) -> usize {
        self.components.len() - 1
    }

    fn parts(&self) -> impl Iterator<Item = &Part> {
        self.components.iter().flatten()
    }

    /// The number of the first file of its kind.
    pub(super) fn first_number(&self) -> u64 {
        u64::from(self.has_number())
    }

    /// The key without what the template has no hole for, as it is read out of names.
    pub(super) fn canonical(&self, key: &Key) -> Key {
        let has = |unit| self.parts().any(|part| *part == Part::Time(unit));
        let keep = |unit: Unit, value: u32| if has(unit) { value } else { 0 };
        let time = Civil {
            year: if has(Unit::Year) { key.time.year } else { 0 },
            month: keep(Unit::Month, key.time.month),
            day: keep(Unit::Day, key.time.day),
            hour: keep(Unit::Hour, key.time.hour),
            minute: keep(Unit::Minute, key.time.minute),
            second: keep(Unit::Second, key.time.second),
        };
        Key { time, number: key.number }
    }

    /// The path below the directory.
    pub(super) fn render(&self, key: &Key) -> PathBuf {
        self.components.iter().map(|component| render(component, key)).collect()
    }

    /// Whether the directory or the name at this depth can be one of ours.
    pub(super) fn may_be(&self, depth: usize, name: &str) -> bool {
        self.components.get(depth).is_some_and(|parts| matches(parts, name, &mut Found::default()))
    }

    /// What the path below the directory says, if it is one of ours.
    pub(super) fn recognise(&self, components: &[&str]) -> Option<Key> {
        if components.len() != self.components.len() {
            return None;
        }
        let mut found = Found::default();
        let all = self.components.iter().zip(components);
        if !all.into_iter().all(|(parts, name)| matches(parts, name, &mut found)) {
            return None;
        }
        let key = found.key()?;
        // There is one way to write a name.
        let is_ours = self.components.iter().zip(components).all(|(parts, name)| render(parts, &key) == **name);
        is_ours.then_some(key)
    }
}

fn parse_component(text: &str, given: &Given) -> Result<Vec<Part>, String> {
    let mut parts = Vec::new();
    let mut literal = String::new();
    let mut rest = text;
    while let Some(index) = rest.find(['{', '}']) {
        literal.push_str(&rest[..index]);
        let brace = &rest[index..];
        if brace.starts_with("{{") || brace.starts_with("}}") {
            literal.push_str(&brace[..1]);
            rest = &brace[2..];
            continue;
        }
        let Some(end) = brace.find('}').filter(|_| brace.starts_with('{')) else {
            return Err("a brace has no partner; write `{{` or `}}` for one that is meant".to_owned());
        };
        let hole = &brace[1..end];
        rest = &brace[end + 1..];
        if let Some((_, value)) = given.values.iter().find(|(name, _)| *name == hole) {
            literal.push_str(value);
        } else if hole == "number" {
            parts.push(Part::Literal(core::mem::take(&mut literal)));
            parts.push(Part::Number);
        } else if let Some((_, units)) = HOLES.iter().find(|(name, _)| *name == hole) {
            for (index, unit) in units.iter().enumerate() {
                literal.push_str(if index > 0 { "-" } else { "" });
                parts.push(Part::Literal(core::mem::take(&mut literal)));
                parts.push(Part::Time(*unit));
            }
        } else {
            let known = || HOLES.iter().map(|(name, _)| *name).chain(given.values.iter().map(|(name, _)| *name));
            let hint = match nearest(hole, known().chain(["number"])) {
                Some(name) => std::format!("did you mean `{{{name}}}`?"),
                None => {
                    let all: Vec<_> = known().map(|name| std::format!("`{{{name}}}`")).collect();
                    std::format!("there are `{{number}}`, {}", all.join(", "))
                }
            };
            return Err(std::format!("unknown placeholder `{{{}}}`; {hint}", hole.escape_debug()));
        }
    }
    literal.push_str(rest);
    parts.push(Part::Literal(literal));
    let whole: String = parts.iter().map(|part| if let Part::Literal(text) = part { text } else { "0" }).collect();
    match whole.as_str() {
        "" => Err("a directory in it has no name; remove the `/` at an end, or one of two".to_owned()),
        "." | ".." => {
            Err(std::format!("`{whole}` leads out of the directory of the log; name the directories below it"))
        }
        _ if whole.contains(['\\', '\0']) => {
            Err("`\\` and NUL stand in no name; separate directories by `/`".to_owned())
        }
        _ => Ok(parts),
    }
}

fn render(parts: &[Part], key: &Key) -> String {
    let mut name = String::new();
    for part in parts {
        match part {
            Part::Literal(text) => name.push_str(text),
            Part::Time(unit) => {
                let (value, width) = unit.of(&key.time);
                name.push_str(&std::format!("{value:0width$}"));
            }
            Part::Number => name.push_str(&key.number.to_string()),
            Part::MaybeNumber if key.number > 0 => name.push_str(&std::format!(".{}", key.number)),
            Part::MaybeNumber => {}
        }
    }
    name
}

impl Unit {
    /// Its value and how many digits it has.
    fn of(self, time: &Civil) -> (i64, usize) {
        match self {
            Self::Year => (time.year.clamp(0, 9_999), 4),
            Self::Month => (time.month.into(), 2),
            Self::Day => (time.day.into(), 2),
            Self::Hour => (time.hour.into(), 2),
            Self::Minute => (time.minute.into(), 2),
            Self::Second => (time.second.into(), 2),
        }
    }
}

/// What has been read out of a name.
#[derive(Clone, Copy, Debug, Default)]
struct Found {
    units: [Option<u32>; 6],
    number: Option<u64>,
}

impl Found {
    fn key(&self) -> Option<Key> {
        let [year, month, day, hour, minute, second] = self.units;
        let within = |value: Option<u32>, least, most| value.is_none_or(|value| value >= least && value <= most);
        let is_time = within(month, 1, 12)
            && within(day, 1, 31)
            && within(hour, 0, 23)
            && within(minute, 0, 59)
            && within(second, 0, 60);
        let or_zero = |value: Option<u32>| value.unwrap_or(0);
        let time = Civil {
            year: or_zero(year).into(),
            month: or_zero(month),
            day: or_zero(day),
            hour: or_zero(hour),
            minute: or_zero(minute),
            second: or_zero(second),
        };
        is_time.then_some(Key { time, number: self.number.unwrap_or(0) })
    }
}

fn matches(parts: &[Part], text: &str, found: &mut Found) -> bool {
    let Some((part, parts)) = parts.split_first() else { return text.is_empty() };
    let digits = |text: &str| text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    match part {
        Part::Literal(literal) => text.strip_prefix(literal.as_str()).is_some_and(|rest| matches(parts, rest, found)),
        Part::Time(unit) => {
            let width = if *unit == Unit::Year { 4 } else { 2 };
            if digits(text) < width {
                return false;
            }
            found.units[*unit as usize] = text[..width].parse().ok();
            matches(parts, &text[width..], found)
        }
        Part::Number => {
            let Some((number, length)) = number(text) else { return false };
            found.number = Some(number);
            matches(parts, &text[length..], found)
        }
        Part::MaybeNumber => {
            if let Some(rest) = text.strip_prefix('.')
                && let Some((number, length)) = number(rest)
            {
                let mut with_number = Found { number: Some(number), ..*found };
                if matches(parts, &rest[length..], &mut with_number) {
                    *found = with_number;
                    return true;
                }
            }
            matches(parts, text, found)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn template(text: &str) -> Template {
        Template::parse(text, &Given::of_file("app.log")).unwrap_or_else(|error| panic!("{text}: {error}"))
    }

    fn key(second: i64, number: u64) -> Key {
        Key { time: Civil::of(second), number }
    }

    #[test]
    fn names_are_written_and_known_again() {
        let noon = 1_795_521_850; // 2026-11-24T12:04:10Z
        for (text, number, expected) in [
            ("{name}.{number}", 7, "app.log.7"),
            ("{stem}-{date}{ext}", 0, "app-2026-11-24.log"),
            ("{stem}-{date}{ext}", 2, "app-2026-11-24.2.log"),
            ("{year}/{month}/{day}/{hour}/{name}", 0, "2026/11/24/12/app.log"),
            ("{year}/{month}/{day}/{hour}/{name}", 3, "2026/11/24/12/app.3.log"),
            ("{stem}.{date}T{time}.{number}", 1, "app.2026-11-24T12-04-05.1"),
            ("{{{name}}}", 0, "{app.log}"),
        ] {
            let template = template(text);
            let key = key(noon - 5, number);
            let path = template.render(&key);
            assert_eq!(path.to_str(), Some(expected), "{text}");
            let components: Vec<_> = expected.split('/').collect();
            let again = template.recognise(&components).expect(expected);
            assert_eq!(template.render(&again), path);
        }
    }

    #[test]
    fn other_names_are_not_ours() {
        for (text, names) in [
            ("{name}.{number}", ["app.log", "app.log.", "app.log.1x", "app.log.01", "app.log.1.2"]),
            (
                "{stem}-{date}{ext}",
                ["app-2026-1-24.log", "app-2026-13-24.log", "app-2026-11-24.log~", "app-2026-11-24.x.log", "app.log"],
            ),
            (
                "{stem}.{number}{ext}",
                ["app.log", "app.1.txt", "app..log", "app.-1.log", "app.99999999999999999999.log"],
            ),
        ] {
            for name in names {
                assert_eq!(template(text).recognise(&[name]), None, "{text} {name}");
            }
        }
    }

    #[test]
    fn what_is_no_template_is_refused_with_a_way_out() {
        for (text, expected) in [
            ("", "it is empty"),
            ("{dat}.log", "unknown placeholder `{dat}`; did you mean `{date}`?"),
            ("{qqqqqqqq}", "there are `{number}`, `{date}`"),
            ("{date", "a brace has no partner"),
            ("date}", "a brace has no partner"),
            ("../{name}", "`..` leads out of the directory"),
            ("a/./{name}", "`.` leads out"),
            ("a//{name}", "a directory in it has no name"),
            ("/{name}", "a directory in it has no name"),
            ("a\\{name}", "separate directories by `/`"),
            ("{number}{date}", "a digit follows `{number}`"),
            ("{number}0", "a digit follows `{number}`"),
        ] {
            let error = Template::parse(text, &Given::of_file("app.log")).expect_err(text);
            assert!(error.contains(expected), "{text}: {error}");
        }
    }

    #[test]
    fn what_fills_a_hole_has_no_separator() {
        for (text, expected) in
            [("a/../b", "a_.._b"), ("../x", "_._x"), ("", "unknown"), ("web-1.example", "web-1.example")]
        {
            assert_eq!(harmless(text), expected);
        }
        assert!(!harmless("..").starts_with('.'), "not the directory above");
    }

    proptest! {
        #[test]
        fn every_name_is_known_again_and_comes_in_the_order_of_time(
            text in prop::sample::select(&["{stem}-{date}T{time}{ext}", "{year}/{month}/{day}/{time}-{number}{ext}", "{date}{time}.{name}"]),
            first in 0_i64..250_000_000_000, step in 1_i64..100_000_000, number in 1_u64..1_000_000,
        ) {
            let template = template(text);
            let mut keys = Vec::new();
            for second in [first, first + step] {
                let path = template.render(&key(second, number));
                let text = path.to_str().expect("it is text").to_owned();
                let components: Vec<_> = text.split('/').collect();
                let found = template.recognise(&components);
                prop_assert_eq!(found, Some(key(second, number)));
                keys.extend(found);
            }
            prop_assert!(keys[0] < keys[1]);
        }

        #[test]
        fn nothing_makes_it_panic(text in "[{}a-z./0-9é]{0,30}", name in "[.a-z0-9é-]{0,30}") {
            if let Ok(template) = Template::parse(&text, &Given::of_file("app.log")) {
                let _ = template.recognise(&[&name]);
                let path = template.render(&Key::default());
                prop_assert!(path.is_relative() && path.components().all(|part| matches!(part, std::path::Component::Normal(_))));
            }
        }
    }
}
