//! Which statements somebody means: by place, by identity or by template.

use crate::callsite::{Callsite, EventId};
use core::fmt;
use std::string::String;

/// Names statements.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Selector {
    /// The end of a path, in whole segments, and a line; all lines of the file if it is zero. Or a name or a template that reads
    /// like one, which is `text` whole.
    Place { file: String, line: u32, text: String },
    /// An identity.
    Event(EventId),
    /// A name, as of `name:`, or a template, whole.
    Text(String),
}

impl Selector {
    /// `src/db.rs:42`, also with a column as compilers print it, `db.rs`, 16 hexadecimal digits, or else a name or a template.
    pub(crate) fn parse(text: &str) -> Self {
        if let Some((file, line)) = place(text) {
            return Self::Place { file: normal(file), line, text: text.into() };
        }
        if let (16, Ok(number)) = (text.len(), u64::from_str_radix(text, 16)) {
            return Self::Event(EventId::from_u64(number));
        }
        Self::Text(text.into())
    }

    /// Whether it means this statement.
    pub(crate) fn selects(&self, callsite: &Callsite) -> bool {
        match self {
            Self::Place { file, line, text } => {
                let is_there = (*line == 0 || *line == callsite.line()) && is_same_file(&normal(callsite.file()), file);
                is_there || is_called(callsite, text)
            }
            Self::Event(id) => !callsite.is_base() && callsite.event_id() == *id,
            Self::Text(text) => is_called(callsite, text),
        }
    }
}

fn is_called(callsite: &Callsite, text: &str) -> bool {
    callsite.name() == Some(text) || callsite.template() == text
}

/// The file and the line, zero if there is none, if the text is a place.
fn place(text: &str) -> Option<(&str, u32)> {
    let is_file = |file: &str| file.ends_with(".rs");
    if is_file(text) {
        return Some((text, 0));
    }
    let (before, last) = number_behind(text)?;
    if is_file(before) {
        return Some((before, last));
    }
    number_behind(before).filter(|(file, _)| is_file(file))
}

/// What stands before a colon and a number, and the number.
fn number_behind(text: &str) -> Option<(&str, u32)> {
    let (before, number) = text.rsplit_once(':')?;
    Some((before, number.parse().ok().filter(|number| *number > 0)?))
}

/// One separator on all systems.
fn normal(path: &str) -> String {
    path.replace('\\', "/")
}

/// Whether the path that was written is the end of the one that the compiler was given, or, as an absolute one, ends with it.
fn is_same_file(path: &str, written: &str) -> bool {
    let written = written.trim_start_matches("./");
    is_end_of_path(path, written) || is_absolute(written) && !is_absolute(path) && is_end_of_path(written, path)
}

fn is_end_of_path(path: &str, end: &str) -> bool {
    path.strip_suffix(end).is_some_and(|before| before.is_empty() || before.ends_with('/'))
}

/// With one separator: `/a` or `c:/a`.
fn is_absolute(path: &str) -> bool {
    path.starts_with('/') || path.get(1..).is_some_and(|rest| rest.starts_with(":/"))
}

impl fmt::Display for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Place { file, line: 0, .. } => f.write_str(file),
            Self::Place { file, line, .. } => write!(f, "{file}:{line}"),
            Self::Event(id) => write!(f, "{id}"),
            Self::Text(text) => f.write_str(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Level;
    use std::string::ToString;

    static PAID: Callsite = Callsite::new(Level::INFO, 1, 7, "n3:paymp5:paid h0;k4:usera.shop\u{1f}src/shop/pay.rs");

    #[test]
    fn a_statement_is_named_by_place_identity_name_or_template() {
        let id = PAID.event_id().to_string();
        for text in
            ["pay.rs:7", "shop/pay.rs:7", "src/shop/pay.rs:7", r"shop\pay.rs:7", "pay.rs", &id, "pay", "paid {user}"]
        {
            assert!(Selector::parse(text).selects(&PAID), "{text}");
        }
        for text in ["pay.rs:8", "ay.rs:7", "op/pay.rs:7", "pay.rs:0", "0123456789abcdef", "paid", "src:7", ""] {
            assert!(!Selector::parse(text).selects(&PAID), "{text}");
        }
    }

    #[test]
    fn a_place_may_be_written_as_compilers_and_editors_do() {
        for text in
            ["src/shop/pay.rs:7:5", "pay.rs:7:13", "/home/me/app/src/shop/pay.rs:7", r"C:\app\src\shop\pay.rs:7:5"]
        {
            assert!(Selector::parse(text).selects(&PAID), "{text}");
        }
        for text in ["pay.rs:8:7", "/home/me/other/pay.rs:7", "src/pay.rs:7:5:3", "pay.rs:7:0", "pay.rs:7:x"] {
            assert!(!Selector::parse(text).selects(&PAID), "{text}");
        }
        static GENERATED: Callsite = Callsite::new(Level::INFO, 0, 7, "mp2:hi.m\u{1f}/app/out/generated.rs");
        assert!(Selector::parse("/app/out/generated.rs:7").selects(&GENERATED));
        assert!(!Selector::parse("/other/app/out/generated.rs:7").selects(&GENERATED), "it is known where it is");
    }

    #[test]
    fn a_name_or_a_template_may_read_like_a_place() {
        static SOCKET: Callsite =
            Callsite::new(Level::INFO, 1, 9, "n5:net:5mp13:listening on h0;p5::8080k4:host.net\u{1f}net.rs");
        static READS: Callsite = Callsite::new(Level::INFO, 0, 9, "mp14:reading pay.rs.net\u{1f}net.rs");
        for text in ["listening on {host}:8080", "net:5", "net.rs:9"] {
            assert!(Selector::parse(text).selects(&SOCKET), "{text}");
        }
        assert!(!Selector::parse("net:9").selects(&SOCKET));
        assert!(Selector::parse("reading pay.rs").selects(&READS) && !Selector::parse("reading pay.rs").selects(&PAID));
    }
}
