//! What is wrong with the text of a setting: a template, a time format, a zone, a style.

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
    let text = text.to_ascii_lowercase();
    let limit = 1 + text.len() / 4;
    names
        .into_iter()
        .map(|name| (distance(&text, &name.to_ascii_lowercase()), name))
        .filter(|&(distance, _)| distance <= limit)
        .min_by_key(|&(distance, _)| distance)
        .map(|(_, name)| format!("; did you mean `{name}`?"))
        .unwrap_or_default()
}

/// How many characters have to be added, removed, replaced or swapped with the next one (optimal string alignment).
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (std::vec::Vec<char>, std::vec::Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut rows = std::vec![std::vec![0; b.len() + 1]; a.len() + 1];
    for i in 0..=a.len() {
        for j in 0..=b.len() {
            rows[i][j] = if i == 0 || j == 0 {
                i + j
            } else {
                let replaced = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
                let mut least = replaced.min(rows[i - 1][j] + 1).min(rows[i][j - 1] + 1);
                if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                    least = least.min(rows[i - 2][j - 2] + 1);
                }
                least
            };
        }
    }
    rows[a.len()][b.len()]
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
