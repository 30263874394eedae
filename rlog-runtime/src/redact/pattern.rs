//! Regular expressions of the program's.

use core::fmt;
use regex::bytes::{Regex, RegexBuilder};
use std::boxed::Box;
use std::string::{String, ToString as _};

/// A regular expression whose search takes time linear in the length of the text.
#[derive(Clone, Debug)]
pub(crate) struct Pattern(Regex);

/// The most memory that an expression may take once compiled, and as much again while it searches.
const MAX_SIZE: usize = 1 << 20;

impl Pattern {
    pub(super) fn new(expression: &str) -> Result<Self, PatternError> {
        let built = RegexBuilder::new(expression).size_limit(MAX_SIZE).dfa_size_limit(MAX_SIZE).build();
        built.map(Self).map_err(|error| PatternError { expression: expression.into(), source: Box::new(error) })
    }

    /// Hands over each place that matches, until `found` returns `false`. Whether it never did. Of a character of several
    /// bytes a place holds all or nothing, also if the expression asks for bytes.
    pub(super) fn each(&self, text: &[u8], mut found: impl FnMut(usize, usize) -> bool) -> bool {
        let is_inside = |at: usize| text.get(at).is_some_and(|byte| byte & 0xc0 == 0x80);
        self.0.find_iter(text).filter(|place| !place.is_empty()).all(|place| {
            let (mut start, mut end) = (place.start(), place.end());
            while start > 0 && is_inside(start) {
                start -= 1;
            }
            while is_inside(end) {
                end += 1;
            }
            found(start, end)
        })
    }
}

/// A regular expression that cannot be used.
#[derive(Debug)]
pub struct PatternError {
    expression: String,
    source: Box<regex::Error>,
}

impl fmt::Display for PatternError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The last line says what is wrong; those before draw where.
        let text = self.source.to_string();
        let why = text.lines().last().unwrap_or_default().trim_start_matches("error: ");
        write!(f, "expected a regular expression, got `{}`: {why}", self.expression)
    }
}

impl std::error::Error for PatternError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&*self.source)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Rule, Scanner, scan::Scan};
    use super::*;
    use std::vec::Vec;

    fn found<'a>(expression: &str, text: &'a str) -> Vec<&'a str> {
        let mut places = Vec::new();
        Pattern::new(expression).expect("a pattern").each(text.as_bytes(), |start, end| {
            places.push(&text[start..end]);
            true
        });
        places
    }

    #[test]
    fn whole_characters_are_found() {
        assert_eq!(found(r"EMP-\d+", "EMP-17 and EMP-4"), ["EMP-17", "EMP-4"]);
        assert_eq!(found(r"(?-u:\xc3)", "äx"), ["ä"]);
        assert_eq!(found(r"x*", "axb"), ["x"]);
    }

    #[test]
    fn an_expression_that_cannot_be_used_says_why() {
        let error = Rule::regex("a(b").expect_err("a group that is not closed");
        assert_eq!(error.to_string(), "expected a regular expression, got `a(b`: unclosed group");
        assert!(Rule::regex("(a{1000}){1000}").is_err());
    }

    #[test]
    fn patterns_and_scanners_are_found_together() {
        let mut scan = Scan::new();
        scan.add(Scanner::Email, 0);
        scan.add_pattern(Pattern::new("to [a-z]+").expect("a pattern"), 1);
        let mut matches = Vec::new();
        scan.find(b"7 to ada@example.com", &mut matches);
        assert_eq!(
            matches.iter().map(|found| (found.start, found.end, found.is_merged)).collect::<Vec<_>>(),
            [(2, 20, true)]
        );
        assert!(scan.finds(b"to x") && !scan.finds(b"x to"));
    }
}
