//! The catalogue as a document: for people to review, for tools to compare.

use super::Callsite;
use super::catalogue::callsites;
use super::details::FieldInfo;
use crate::value::render::{Escape, write_text};
use core::fmt::{self, Write as _};
use std::collections::BTreeMap;
use std::string::{String, ToString as _};
use std::vec::Vec;

/// Every log statement of the program, in the order of the source.
///
/// `Display` is a table, [`Catalogue::to_json`] a document for tools. Both are the same for the same program, so that two of them
/// can be compared; what is known of the kinds of fields depends on which statements have run.
///
/// ```
/// let catalogue = rlog_runtime::catalogue();
/// println!("{catalogue}");
/// for statements in catalogue.duplicates() {
///     println!("{} statements share a template and have different keys", statements.len());
/// }
/// ```
#[derive(Debug, Clone)]
pub struct Catalogue {
    statements: Vec<&'static Callsite>,
}

/// The [`Catalogue`] of the program: its [callsites](crate::callsites), each statement once. One that decides its level or
/// target when it runs is listed as such, and not for each that it has been run with.
#[must_use]
pub fn catalogue() -> Catalogue {
    let all: Vec<&'static Callsite> = callsites().collect();
    let place = |callsite: &Callsite| (callsite.file(), callsite.line(), callsite.module_path(), callsite.template());
    // The level and target of what a statement was run with come behind those of the statement itself.
    let is_variant = |callsite: &&'static Callsite| {
        !callsite.is_base() && all.iter().any(|base| base.is_base() && place(base) == place(callsite))
    };
    let mut statements: Vec<&'static Callsite> = all.iter().copied().filter(|callsite| !is_variant(callsite)).collect();
    statements.sort_by(|a, b| {
        let rest = |callsite: &Callsite| (callsite.target(), callsite.level(), callsite.keys().collect::<Vec<_>>());
        place(a).cmp(&place(b)).then_with(|| rest(a).cmp(&rest(b)))
    });
    Catalogue { statements }
}

impl Catalogue {
    /// The statements, in the order of the source.
    pub fn statements(&self) -> impl Iterator<Item = &'static Callsite> + use<> {
        self.statements.clone().into_iter()
    }

    /// Statements that have the same template and different keys, or the same identity in different places: a reader of the
    /// log, or a dashboard, takes them for one. Groups of two and more, in the order of their templates.
    #[must_use]
    pub fn duplicates(&self) -> Vec<Vec<&'static Callsite>> {
        let mut groups: BTreeMap<&str, Vec<&'static Callsite>> = BTreeMap::new();
        for callsite in self.statements.iter().filter(|callsite| !callsite.template().is_empty()) {
            groups.entry(callsite.template()).or_default().push(callsite);
        }
        let keys = |callsite: &Callsite| -> Vec<&'static str> {
            let mut keys: Vec<&str> = callsite.keys().collect();
            keys.sort_unstable();
            keys
        };
        let differ = |group: &Vec<&'static Callsite>| group.iter().any(|callsite| keys(callsite) != keys(group[0]));
        groups.into_values().filter(differ).collect()
    }

    /// The same as JSON: an object with `statements`, an array of one object for each, and `duplicates`, an array of arrays of
    /// places. One statement a line, so that line-based tools show what has changed.
    ///
    /// | key of a statement | |
    /// | --- | --- |
    /// | `level` | the name; `null` if it is decided when the statement runs |
    /// | `target` | `null` if it is decided when the statement runs |
    /// | `file`, `line`, `module` | where it stands |
    /// | `event_id` | absent if level or target are not known |
    /// | `name` | absent if it has none |
    /// | `template` | `null` for an event without a message |
    /// | `fields` | an array of objects with `key` and, if they are known, `kind` and `unit` |
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut out = String::from("{\"statements\":[");
        for (index, callsite) in self.statements.iter().enumerate() {
            out.push_str(if index == 0 { "\n" } else { ",\n" });
            write_statement(&mut out, callsite);
        }
        out.push_str("\n],\"duplicates\":[");
        for (index, group) in self.duplicates().iter().enumerate() {
            out.push_str(if index == 0 { "\n[" } else { ",\n[" });
            for (index, callsite) in group.iter().enumerate() {
                separate(&mut out, index);
                quoted(&mut out, &format!("{}:{}", callsite.file(), callsite.line()));
            }
            out.push(']');
        }
        out.push_str("\n]}\n");
        out
    }
}

fn write_statement(out: &mut String, callsite: &Callsite) {
    let level = (!callsite.has_dynamic_level()).then(|| callsite.level().to_string());
    let target = (!callsite.has_dynamic_target()).then(|| callsite.target());
    out.push_str("{\"level\":");
    quoted_or_null(out, level.as_deref());
    out.push_str(",\"target\":");
    quoted_or_null(out, target);
    out.push_str(",\"file\":");
    quoted(out, callsite.file());
    let _ = write!(out, ",\"line\":{},\"module\":", callsite.line());
    quoted(out, callsite.module_path());
    if !callsite.is_base() {
        let _ = write!(out, ",\"event_id\":\"{}\"", callsite.event_id());
    }
    if let Some(name) = callsite.name() {
        out.push_str(",\"name\":");
        quoted(out, name);
    }
    out.push_str(",\"template\":");
    quoted_or_null(out, callsite.info().has_message.then(|| callsite.template()));
    out.push_str(",\"fields\":[");
    for (index, field) in callsite.fields().enumerate() {
        separate(out, index);
        out.push_str("{\"key\":");
        quoted(out, field.key);
        for (name, value) in [("kind", field.kind), ("unit", field.unit)] {
            if let Some(value) = value {
                let _ = write!(out, ",\"{name}\":");
                quoted(out, value);
            }
        }
        out.push('}');
    }
    out.push_str("]}");
}

fn quoted_or_null(out: &mut String, text: Option<&str>) {
    match text {
        Some(text) => quoted(out, text),
        None => out.push_str("null"),
    }
}

fn quoted(out: &mut String, text: &str) {
    out.push('"');
    out.push_str(&escaped(text, Escape::Json));
    out.push('"');
}

fn escaped(text: &str, escape: Escape) -> String {
    let mut out = Vec::new();
    write_text(&mut out, text, escape);
    String::from_utf8(out).unwrap_or_default()
}

fn separate(out: &mut String, index: usize) {
    if index > 0 {
        out.push(',');
    }
}

/// One line for each statement, in columns, and below them the duplicates.
impl fmt::Display for Catalogue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let duplicates = self.duplicates();
        let flagged: Vec<&Callsite> = duplicates.iter().flatten().copied().collect();
        let mut rows = Vec::with_capacity(self.statements.len() + 1);
        rows.push(["LEVEL", "TARGET", "PLACE", "EVENT", "MESSAGE", "FIELDS"].map(String::from));
        for callsite in &self.statements {
            rows.push(row(callsite, flagged.iter().any(|flagged| core::ptr::eq(*flagged, *callsite))));
        }
        let mut widths = [0; 6];
        for row in &rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(cell.chars().count());
            }
        }
        for row in &rows {
            let mut line = String::new();
            for (width, cell) in widths.iter().zip(row) {
                let _ = write!(line, "{cell:width$}  ");
            }
            writeln!(f, "{}", line.trim_end())?;
        }
        for group in &duplicates {
            writeln!(f, "! {} statements have the same message and different fields:", group.len())?;
            for callsite in group {
                writeln!(f, "  {}:{}  {}", callsite.file(), callsite.line(), fields(callsite))?;
            }
        }
        Ok(())
    }
}

fn row(callsite: &Callsite, is_duplicate: bool) -> [String; 6] {
    let level = if callsite.has_dynamic_level() { "any".into() } else { callsite.level().to_string() };
    let target = if callsite.has_dynamic_target() { "any".into() } else { escaped(callsite.target(), Escape::Text) };
    let event = match callsite.name() {
        Some(name) => escaped(name, Escape::Text),
        None if callsite.is_base() => String::new(),
        None => callsite.event_id().to_string(),
    };
    let mark = if is_duplicate { "! " } else { "" };
    [
        level,
        target,
        format!("{}:{}", escaped(callsite.file(), Escape::Text), callsite.line()),
        event,
        format!("{mark}{}", escaped(callsite.template(), Escape::Text)),
        fields(callsite),
    ]
}

/// `user: integer, took: duration ms, note`
fn fields(callsite: &Callsite) -> String {
    let shown = |FieldInfo { key, kind, unit }: FieldInfo| {
        let mut out = escaped(key, Escape::Text);
        if let Some(kind) = kind {
            let _ = write!(out, ": {kind}");
        }
        if let Some(unit) = unit {
            let _ = write!(out, " {}", escaped(unit, Escape::Text));
        }
        out
    };
    callsite.fields().map(shown).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Level;

    static PAID: Callsite = Callsite::new(Level::INFO, 2, 7, "mp5:paid h0;k4:userk6:amountd8:float EU.shop\u{1f}a.rs");
    static ALSO: Callsite = Callsite::new(Level::WARN, 1, 9, "n3:paymp5:paid h0;k4:user.shop\u{1f}a.rs");
    static LATE: Callsite = Callsite::new(Level::new(0), 0, 3, "mp4:la\"t.shop\u{1f}a.rs").with_level_at_run_time();

    fn catalogue() -> Catalogue {
        Catalogue { statements: Vec::from([&LATE, &PAID, &ALSO]) }
    }

    #[test]
    fn a_table_shows_each_statement_and_flags_duplicates() {
        let id = PAID.event_id();
        let expected = format!(
            "LEVEL  TARGET  PLACE   EVENT             MESSAGE        FIELDS\n\
             any    shop    a.rs:3                    la\"t\n\
             INFO   shop    a.rs:7  {id}  ! paid {{user}}  user, amount: float EU\n\
             WARN   shop    a.rs:9  pay               ! paid {{user}}  user\n\
             ! 2 statements have the same message and different fields:\n  \
             a.rs:7  user, amount: float EU\n  \
             a.rs:9  user\n"
        );
        assert_eq!(catalogue().to_string(), expected);
    }

    #[test]
    fn json_has_a_line_for_each_statement() {
        let json: serde_json::Value = serde_json::from_str(&catalogue().to_json()).expect("valid JSON");
        let expected = serde_json::json!({
            "statements": [
                {"level": null, "target": "shop", "file": "a.rs", "line": 3, "module": "shop", "template": "la\"t", "fields": []},
                {
                    "level": "INFO", "target": "shop", "file": "a.rs", "line": 7, "module": "shop",
                    "event_id": PAID.event_id().to_string(), "template": "paid {user}",
                    "fields": [{"key": "user"}, {"key": "amount", "kind": "float", "unit": "EU"}],
                },
                {
                    "level": "WARN", "target": "shop", "file": "a.rs", "line": 9, "module": "shop",
                    "event_id": ALSO.event_id().to_string(), "name": "pay", "template": "paid {user}",
                    "fields": [{"key": "user"}],
                },
            ],
            "duplicates": [["a.rs:7", "a.rs:9"]],
        });
        assert_eq!(json, expected);
        assert_eq!(catalogue().to_json().lines().count(), 7);
    }
}
