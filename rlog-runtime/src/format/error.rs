//! What is wrong with the text of a setting: a template, a time format, a zone, a style.

use crate::nearest::nearest;
use core::fmt;
use std::string::String;

/// Why a template, a time format, a zone, a style or a theme could not be read from its text.
///
/// ```
/// use rlog_runtime::Text;
///
/// let error = Text::template("{timestamp} {lvel} {message}").unwrap_err();
/// assert_eq!(error.position(), Some(13));
/// assert!(error.to_string().starts_with("unknown placeholder `lvel` at byte 13; did you mean `level`?"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormatError {
    message: String,
    position: Option<usize>,
}

impl FormatError {
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), position: None }
    }

    pub(super) fn at(position: usize, message: impl Into<String>) -> Self {
        Self { message: message.into(), position: Some(position) }
    }

    /// The byte of the text at which the mistake begins, from 0, if it is a part of it.
    #[must_use]
    pub fn position(&self) -> Option<usize> {
        self.position
    }
}

impl fmt::Display for FormatError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for FormatError {}

/// The name that a misspelt one is nearest to, as a question, if one is near enough; else nothing.
pub(super) fn suggestion<'a>(text: &str, names: impl IntoIterator<Item = &'a str>) -> String {
    nearest(text, names).map(|name| format!("; did you mean `{name}`?")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_near_name_is_suggested() {
        let names = ["timestamp", "level", "logger"];
        for (text, expected) in [
            ("lvel", "; did you mean `level`?"),
            ("Loger", "; did you mean `logger`?"),
            ("tiemstamp", "; did you mean `timestamp`?"),
            ("banana", ""),
            ("", ""),
        ] {
            assert_eq!(suggestion(text, names), expected, "{text:?}");
        }
    }
}
