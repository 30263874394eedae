//! Joining a callsite's text at compile time, where constants of the user's are part of it.
//!
//! A macro cannot see what a constant says, and `concat!` takes literals only. So the text becomes a list of parts, and the
//! compiler copies them into one array.

/// A part of a callsite's text.
#[derive(Clone, Copy, Debug)]
pub enum Part {
    /// Text as it is.
    Text(&'static str),
    /// Its length in bytes as eight decimal digits, `:`, and the text.
    Sized(&'static str),
}

/// Looks at a constant that is a key.
///
/// # Panics
/// When the statement is compiled, if the text is empty.
#[track_caller]
pub const fn check_key(text: &str) {
    assert!(!text.is_empty(), "a key cannot be empty; name the field");
}

/// The digits of a length: enough for any text, and always as many, so that the whole length is known early.
const DIGITS: usize = 8;

/// The bytes of all parts together.
#[must_use]
pub const fn text_length(parts: &[Part]) -> usize {
    let mut length = 0;
    let mut index = 0;
    while index < parts.len() {
        length += match parts[index] {
            Part::Text(text) => text.len(),
            Part::Sized(text) => DIGITS + 1 + text.len(),
        };
        index += 1;
    }
    length
}

/// All parts, one after the other. `N` is [`text_length`] of them.
#[must_use]
pub const fn join<const N: usize>(parts: &[Part]) -> [u8; N] {
    let mut out = [0; N];
    let mut at = 0;
    let mut index = 0;
    while index < parts.len() {
        let text = match parts[index] {
            Part::Text(text) => text,
            Part::Sized(text) => {
                let mut rest = text.len();
                let mut digit = DIGITS;
                while digit > 0 {
                    digit -= 1;
                    out[at + digit] = b'0' + (rest % 10) as u8;
                    rest /= 10;
                }
                out[at + DIGITS] = b':';
                at += DIGITS + 1;
                text
            }
        };
        let bytes = text.as_bytes();
        let mut byte = 0;
        while byte < bytes.len() {
            out[at] = bytes[byte];
            at += 1;
            byte += 1;
        }
        index += 1;
    }
    out
}

/// What [`join`] made, as text; empty if it is none.
#[must_use]
pub const fn text_of(bytes: &'static [u8]) -> &'static str {
    match core::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(_) => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_joined_at_compile_time() {
        const KEY: &str = "größe";
        const PARTS: &[Part] = &[Part::Text("k"), Part::Sized(KEY), Part::Text("."), Part::Text("m\u{1f}f")];
        const BYTES: [u8; text_length(PARTS)] = join(PARTS);
        assert_eq!(text_of(&BYTES), "k00000007:größe.m\u{1f}f");
    }
}
