//! Which statements somebody means: by place, by identity or by template.

use crate::callsite::{Callsite, EventId};
use core::fmt;
use std::string::String;

/// Names statements.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Selector {
    /// The end of a path, in whole segments, and a line; all lines of the file if it is zero.
    Place { file: String, line: u32 },
    /// An identity.
    Event(EventId),
    /// A name, as of `name:`, or a template, whole.
    Text(String),
}

impl Selector {
    /// `src/db.rs:42`, `db.rs`, 16 hexadecimal digits, or else a name or a template.
    pub(crate) fn parse(text: &str) -> Self {
        if let Some((file, line)) = text.rsplit_once(':')
            && let Ok(line) = line.parse()
            && line > 0
            && !file.is_empty()
        {
            return Self::Place { file: normal(file), line };
        }
        if text.ends_with(".rs") && !text.contains(char::is_whitespace) {
            return Self::Place { file: normal(text), line: 0 };
        }
        if let (16, Ok(number)) = (text.len(), u64::from_str_radix(text, 16)) {
            return Self::Event(EventId::from_u64(number));
        }
        Self::Text(text.into())
    }

    /// Whether it means this statement.
    pub(crate) fn selects(&self, callsite: &Callsite) -> bool {
        match self {
            Self::Place { file, line } => {
                (*line == 0 || *line == callsite.line()) && is_end_of_path(&normal(callsite.file()), file)
            }
            Self::Event(id) => !callsite.is_base() && callsite.event_id() == *id,
            Self::Text(text) => callsite.name() == Some(text) || callsite.template() == text,
        }
    }
}

/// One separator on all systems.
fn normal(path: &str) -> String {
    path.replace('\\', "/")
}

fn is_end_of_path(path: &str, end: &str) -> bool {
    let end = end.trim_start_matches("./");
    path.strip_suffix(end).is_some_and(|before| before.is_empty() || before.ends_with('/'))
}

impl fmt::Display for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Place { file, line: 0 } => f.write_str(file),
            Self::Place { file, line } => write!(f, "{file}:{line}"),
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
}
