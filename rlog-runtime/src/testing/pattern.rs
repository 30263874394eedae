//! Patterns of text: what stands in it, with `*` for what does not matter.

use std::string::String;
use std::vec::Vec;

/// Text that is somewhere in another one. `*` stands for any text, `\*` for a star; everything else for itself.
#[derive(Clone, Debug)]
pub(super) struct Pattern {
    /// As it was written.
    text: String,
    /// What has to be there, in this order and one behind the other.
    pieces: Vec<String>,
}

impl Pattern {
    pub(super) fn new(text: &str) -> Self {
        let mut pieces = Vec::new();
        let mut piece = String::new();
        let mut rest = text.chars().peekable();
        while let Some(c) = rest.next() {
            match c {
                '*' => pieces.push(std::mem::take(&mut piece)),
                '\\' if rest.peek() == Some(&'*') => piece.extend(rest.next()),
                c => piece.push(c),
            }
        }
        pieces.push(piece);
        Self { text: text.into(), pieces }
    }

    pub(super) fn as_str(&self) -> &str {
        &self.text
    }

    pub(super) fn is_in(&self, text: &str) -> bool {
        let mut rest = text;
        // The first place of each piece leaves most for those behind it.
        self.pieces.iter().all(|piece| match rest.find(piece.as_str()) {
            Some(start) => {
                rest = &rest[start + piece.len()..];
                true
            }
            None => false,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_pattern_is_found_anywhere_and_a_star_is_any_text() {
        for (pattern, text, found) in [
            ("", "", true),
            ("", "abc", true),
            ("*", "", true),
            ("b", "abc", true),
            ("abcd", "abc", false),
            ("a*c", "xabbcx", true),
            ("a*c", "ac", true),
            ("c*a", "abc", false),
            ("ab*bc", "abc", false),
            ("ab*bc", "abbc", true),
            ("a**c", "abc", true),
            ("a\\*c", "a*c", true),
            ("a\\*c", "abc", false),
            ("\\", "a\\b", true),
            ("really?", "really? yes", true),
            ("really?", "reall", false),
            ("(.+)", "abc", false),
            ("größe*höhe", "die größe, die höhe", true),
            ("größe * höhe", "größe und höhe", true),
            ("größe * höhe", "größe höhe", false),
        ] {
            assert_eq!(Pattern::new(pattern).is_in(text), found, "{pattern:?} in {text:?}");
        }
    }

    proptest! {
        #[test]
        fn text_without_stars_is_a_pattern_of_itself(text in "[^*\\\\]*", before in ".*", behind in ".*") {
            let whole = format!("{before}{text}{behind}");
            prop_assert!(Pattern::new(&text).is_in(&whole));
        }

        #[test]
        fn a_star_is_any_text(a in "[^*\\\\]*", b in "[^*\\\\]*", between in ".*") {
            let whole = format!("{a}{between}{b}");
            let pattern = format!("{a}*{b}");
            prop_assert!(Pattern::new(&pattern).is_in(&whole));
        }
    }
}
