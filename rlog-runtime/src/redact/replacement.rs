//! What stands in the place of a value that must not be shown.

use super::hash::SipHash;
use super::mask::{self, HIDDEN, Mask};
use core::fmt;
use std::borrow::Cow;
use std::vec::Vec;

/// What stands in the place of what a [`Rule`](crate::Rule) hides.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub enum Replacement {
    /// `[REDACTED]`.
    #[default]
    Redacted,
    /// What a mask shows of it.
    Mask(Mask),
    /// 16 hexadecimal digits: a keyed hash of the text, by which equal values can be found. The same as
    /// [`Encoder::hash`](crate::Encoder::hash) writes, with the key that the builder's `hash_key` has set.
    Hash,
    /// Always this text.
    Text(Cow<'static, str>),
}

/// The usual one.
pub(crate) const REDACTED: &str = "[REDACTED]";

impl Replacement {
    /// Whether the text that is hidden makes a difference.
    pub(crate) fn needs_text(&self) -> bool {
        matches!(self, Self::Mask(_) | Self::Hash)
    }

    /// Appends what stands for `text`. A mask gets a whole text only: `is_merged` says that the place holds several things,
    /// of which a mask for one would show the other.
    pub(crate) fn write(&self, text: &[u8], is_merged: bool, out: &mut Vec<u8>) {
        match self {
            Self::Redacted => out.extend_from_slice(REDACTED.as_bytes()),
            Self::Text(shown) => out.extend_from_slice(shown.as_bytes()),
            Self::Hash => {
                let mut hash = SipHash::keyed();
                hash.write(text);
                out.extend_from_slice(&hash.digits());
            }
            Self::Mask(_) if is_merged => out.extend_from_slice(HIDDEN.as_bytes()),
            Self::Mask(mask) => {
                let start = out.len();
                let is_shown = core::str::from_utf8(text).is_ok_and(|text| mask::show(*mask, text, &mut Bytes(out)));
                if !is_shown {
                    out.truncate(start);
                    out.extend_from_slice(HIDDEN.as_bytes());
                }
            }
        }
    }
}

impl From<Mask> for Replacement {
    fn from(mask: Mask) -> Self {
        Self::Mask(mask)
    }
}

impl From<&'static str> for Replacement {
    fn from(text: &'static str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

struct Bytes<'a>(&'a mut Vec<u8>);

impl fmt::Write for Bytes<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.extend_from_slice(text.as_bytes());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::string::String;

    fn shown(replacement: impl Into<Replacement>, text: &[u8], is_merged: bool) -> String {
        let mut out = Vec::from(*b"<");
        replacement.into().write(text, is_merged, &mut out);
        String::from_utf8(out).expect("text")
    }

    #[test]
    fn each_shows_what_it_says() {
        assert_eq!(shown(Replacement::Redacted, b"x", false), "<[REDACTED]");
        assert_eq!(shown("gone", b"x", true), "<gone");
        assert_eq!(shown(Mask::Last4, b"4111111111111111", false), "<****1111");
        assert_eq!(shown(Mask::Last4, b"4111111111111111", true), "<****");
        assert_eq!(shown(Mask::Last4, b"\xff4111111111111111", false), "<****");
        let hash = shown(Replacement::Hash, b"ada", false);
        assert!(hash.len() == 17 && hash == shown(Replacement::Hash, b"ada", true));
    }

    #[test]
    fn a_mask_that_fails_shows_nothing_of_what_it_wrote() {
        let failing = Mask::With(|text, out| out.write_str(text).and(Err(fmt::Error)));
        assert_eq!(shown(failing, b"secret", false), "<****");
    }
}
