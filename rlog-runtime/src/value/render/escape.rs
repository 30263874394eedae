//! Copying text, and escaping what must not be copied.
//!
//! Most text is short and needs no escape, so it is tested eight bytes at a time in the same registers in which it is
//! copied: 4 ns for a name, where a test by table and a call of `memcpy` take 7 (2026-11-23, Xeon under KVM).

use crate::value::copy::{any_window, append};
use core::fmt::{self, Write as _};
use std::vec::Vec;

/// What has to be escaped in the output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Escape {
    /// Nothing: the reader is a program that asked for the text.
    None,
    /// What could end a line, move a cursor or turn the direction of text.
    Text,
    /// The same, and what could end a quoted value: `"` and `\`.
    Quoted,
    /// What cannot stand in a JSON string, and the same in the spelling of JSON.
    Json,
}

/// Appends text.
#[inline]
pub(crate) fn write_text(out: &mut Vec<u8>, text: &str, escape: Escape) {
    let is_copied = match escape {
        Escape::None => return append(out, text.as_bytes()),
        Escape::Text => copy(out, text.as_bytes(), unusual),
        Escape::Quoted | Escape::Json => {
            copy(out, text.as_bytes(), |word| unusual(word) | equal(word, b'"') | equal(word, b'\\'))
        }
    };
    if !is_copied {
        write_escaped(out, text, escape);
    }
}

/// Whether text has nothing to escape.
pub(crate) fn is_clean(text: &str, escape: Escape) -> bool {
    let bytes = text.as_bytes();
    let ends_quotes = matches!(escape, Escape::Quoted | Escape::Json) && text.contains(['"', '\\']);
    let is_usual = !any_window(bytes, ONES * u64::from(b'a'), |word| unusual(word) & HIGH != 0);
    escape == Escape::None || !ends_quotes && (is_usual || (0..bytes.len()).all(|at| special_length(&bytes[at..]) == 0))
}

/// Appends text if a reader of `key=value` can tell where it ends without quotes. Otherwise appends nothing.
#[inline]
pub(crate) fn write_bare(out: &mut Vec<u8>, text: &str) -> bool {
    let special = |word| unusual(word) | equal(word, b' ') | equal(word, b'"') | equal(word, b'=');
    !text.is_empty() && (copy(out, text.as_bytes(), special) || write_bare_unicode(out, text))
}

fn write_bare_unicode(out: &mut Vec<u8>, text: &str) -> bool {
    let bytes = text.as_bytes();
    let is_bare =
        |(at, &byte): (usize, &u8)| byte > b' ' && byte != b'"' && byte != b'=' && special_length(&bytes[at..]) == 0;
    let is_bare = bytes.iter().enumerate().all(is_bare) && !text.contains(char::is_whitespace);
    if is_bare {
        out.extend_from_slice(bytes);
    }
    is_bare
}

/// Appends the bytes, or nothing if `special` marks one of them, by the high bit of a byte in the word that it looks
/// at. Words may overlap, and those of very short texts are filled up with letters.
#[inline(always)]
fn copy(out: &mut Vec<u8>, bytes: &[u8], special: impl Fn(u64) -> u64) -> bool {
    let length = bytes.len();
    let end = out.len() + length;
    let special_of = |bytes: &[u8; 8]| special(u64::from_le_bytes(*bytes));
    if let (Some(head), Some(tail)) = (bytes.first_chunk::<8>(), bytes.last_chunk::<8>()) {
        if length <= 16 {
            if (special_of(head) | special_of(tail)) & HIGH != 0 {
                return false;
            }
            out.extend_from_slice(head);
            out.truncate(end - 8);
            out.extend_from_slice(tail);
            return true;
        }
        let (words, _) = bytes.as_chunks::<8>();
        if words.iter().fold(special_of(tail), |found, word| found | special_of(word)) & HIGH != 0 {
            return false;
        }
        out.extend_from_slice(bytes);
        return true;
    }
    let word = if let (Some(head), Some(tail)) = (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
        // The tail lies over the last bytes of the head, which are the same.
        u64::from(u32::from_le_bytes(*head)) | u64::from(u32::from_le_bytes(*tail)) << (8 * (length - 4))
    } else if let (&[first, ..], &[.., last]) = (bytes, bytes) {
        let middle = u64::from(bytes[length / 2]) << (8 * (length / 2));
        u64::from(first) | middle | u64::from(last) << (8 * (length - 1))
    } else {
        return true;
    };
    if special(word | (ONES * u64::from(b'a')) << (8 * length)) & HIGH != 0 {
        return false;
    }
    out.extend_from_slice(&word.to_le_bytes());
    out.truncate(end);
    true
}

const ONES: u64 = u64::MAX / 0xff;
const HIGH: u64 = ONES * 0x80;

/// Marks what is no printable ASCII, to be looked at more closely: bytes with the high bit themselves, those from which
/// 0x20 cannot be taken, and the one to which 1 must not be added. What is carried over comes from a byte that is marked
/// anyway.
#[inline(always)]
fn unusual(word: u64) -> u64 {
    word | word.wrapping_sub(ONES * 0x20) | word.wrapping_add(ONES)
}

/// Marks the bytes that are equal to this one, in a word of nothing [`unusual`].
#[inline(always)]
fn equal(word: u64, byte: u8) -> u64 {
    (word ^ (ONES * u64::from(byte))).wrapping_sub(ONES)
}

fn write_escaped(out: &mut Vec<u8>, text: &str, escape: Escape) {
    let bytes = text.as_bytes();
    let suspect = if escape == Escape::Text { MAY_BE_SPECIAL } else { MAY_BE_SPECIAL | ENDS_QUOTES };
    let (mut done, mut at) = (0, 0);
    while let Some(&byte) = bytes.get(at) {
        let flags = SUSPECTS[usize::from(byte)] & suspect;
        if flags == 0 {
            at += 1;
            continue;
        }
        let length = if flags == ENDS_QUOTES { 1 } else { special_length(&bytes[at..]) };
        if length == 0 {
            // The first of two or three bytes, none of whose others is suspect.
            at += 2;
            continue;
        }
        out.extend_from_slice(&bytes[done..at]);
        write_escape(out, &text[at..at + length], escape);
        at += length;
        done = at;
    }
    out.extend_from_slice(&bytes[done..]);
}

fn write_escape(out: &mut Vec<u8>, special: &str, escape: Escape) {
    let plain = match special {
        "\n" => "\\n",
        "\r" => "\\r",
        "\t" => "\\t",
        "\"" => "\\\"",
        "\\" => "\\\\",
        _ => {
            for c in special.chars().map(u32::from) {
                // None of them takes two units of UTF-16.
                let _ = match escape {
                    Escape::Json => write!(Plain(out), "\\u{c:04x}"),
                    _ => write!(Plain(out), "\\u{{{c:x}}}"),
                };
            }
            return;
        }
    };
    out.extend_from_slice(plain.as_bytes());
}

/// What a byte may be the beginning of.
static SUSPECTS: [u8; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = match byte as u8 {
            0..0x20 | 0x7f | 0xc2 | 0xd8 | 0xe2 | 0xef => MAY_BE_SPECIAL,
            b'"' | b'\\' => ENDS_QUOTES,
            _ => 0,
        };
        byte += 1;
    }
    table
};
const MAY_BE_SPECIAL: u8 = 1;
const ENDS_QUOTES: u8 = 2;

/// How many bytes at the start of `bytes` are one character that no text output may hold, or 0: C0, DEL and C1, which
/// terminals obey; line and paragraph separators; marks that turn the direction of text, by which a line can be made to
/// read as another (Unicode TR 36, 3.4); the byte order mark.
#[inline]
fn special_length(bytes: &[u8]) -> usize {
    match bytes {
        [0..0x20 | 0x7f, ..] => 1,
        // U+0080 to U+009F, U+061C.
        [0xc2, 0x80..0xa0, ..] | [0xd8, 0x9c, ..] => 2,
        // U+200E, U+200F, U+2028 to U+202E, U+2066 to U+2069, U+FEFF.
        [0xe2, 0x80, 0x8e | 0x8f | 0xa8..=0xae, ..] | [0xe2, 0x81, 0xa6..=0xa9, ..] | [0xef, 0xbb, 0xbf, ..] => 3,
        _ => 0,
    }
}

/// Lets `core::fmt` append, without escaping.
pub(crate) struct Plain<'a>(pub(crate) &'a mut Vec<u8>);

impl fmt::Write for Plain<'_> {
    #[inline]
    fn write_str(&mut self, text: &str) -> fmt::Result {
        append(self.0, text.as_bytes());
        Ok(())
    }
}

/// Lets `core::fmt` append, with escapes.
pub(crate) struct Escaped<'a>(pub(crate) &'a mut Vec<u8>, pub(crate) Escape);

impl fmt::Write for Escaped<'_> {
    #[inline]
    fn write_str(&mut self, text: &str) -> fmt::Result {
        write_text(self.0, text, self.1);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::string::String;

    fn shown(text: &str, escape: Escape) -> String {
        let mut out = b"before ".to_vec();
        write_text(&mut out, text, escape);
        String::from_utf8(out).expect("text").split_off(7)
    }

    /// The same rule as that of `special_length`, over characters.
    fn is_special(c: char) -> bool {
        c.is_control()
            || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{feff}')
            || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    }

    /// Texts of every length around the sizes that are copied in different ways, with few and with many special
    /// characters.
    fn texts() -> impl Strategy<Value = String> {
        let c = prop_oneof![
            20 => proptest::char::range(' ', '~'),
            1 => any::<char>(),
            1 => proptest::char::range('\0', '\u{a0}'),
            1 => proptest::char::range('\u{2000}', '\u{2070}'),
            1 => proptest::char::range('"', '"'),
        ];
        proptest::collection::vec(c, 0..40).prop_map(String::from_iter)
    }

    proptest! {
        #[test]
        fn text_is_copied_or_escaped_character_by_character(text in texts()) {
            let expected: String = text.chars().map(|c| match c {
                '\n' => "\\n".into(),
                '\r' => "\\r".into(),
                '\t' => "\\t".into(),
                c if is_special(c) => format!("\\u{{{:x}}}", u32::from(c)),
                c => String::from(c),
            }).collect();
            prop_assert_eq!(is_clean(&text, Escape::Text), expected == text);
            prop_assert_eq!(is_clean(&text, Escape::Json), shown(&text, Escape::Json) == text);
            prop_assert_eq!(shown(&text, Escape::Text), expected);
            prop_assert_eq!(shown(&text, Escape::None), text);
        }

        #[test]
        fn quoted_text_ends_at_its_quote_and_json_reads_back(text in texts()) {
            let quoted = shown(&text, Escape::Quoted);
            let mut rest = quoted.chars();
            while let Some(c) = rest.next() {
                prop_assert!(c != '"' && !is_special(c), "{quoted:?}");
                if c == '\\' {
                    prop_assert!(matches!(rest.next(), Some('n' | 'r' | 't' | 'u' | '"' | '\\')), "{quoted:?}");
                }
            }
            let json = format!("\"{}\"", shown(&text, Escape::Json));
            prop_assert!(!json.contains(is_special));
            prop_assert_eq!(serde_json::from_str::<String>(&json).expect("JSON"), text);
        }

        #[test]
        fn bare_text_has_no_spaces_quotes_or_equals_signs(text in texts()) {
            let mut out = b"key=".to_vec();
            let needs_quotes = |c: char| c.is_whitespace() || is_special(c) || c == '"' || c == '=';
            let is_bare = !text.is_empty() && !text.contains(needs_quotes);
            prop_assert_eq!(write_bare(&mut out, &text), is_bare);
            prop_assert_eq!(&out[4..], if is_bare { text.as_bytes() } else { b"" });
        }
    }

    #[test]
    fn every_character_is_judged_by_its_bytes_as_by_its_number() {
        for c in '\0'..=char::MAX {
            let mut bytes = [0; 4];
            let length = special_length(c.encode_utf8(&mut bytes).as_bytes());
            assert_eq!(length, if is_special(c) { c.len_utf8() } else { 0 }, "{c:?}");
            assert!(length == 0 || SUSPECTS[usize::from(bytes[0])] == MAY_BE_SPECIAL, "{c:?}");
        }
    }

    #[test]
    fn what_could_forge_a_line_is_escaped() {
        let hostile = "a\nb\r\tc\u{1b}[31m\u{0}\u{7f}\u{9b}\u{2028}\u{202e}\\\"é";
        assert_eq!(shown(hostile, Escape::Text), "a\\nb\\r\\tc\\u{1b}[31m\\u{0}\\u{7f}\\u{9b}\\u{2028}\\u{202e}\\\"é");
        assert_eq!(shown(hostile, Escape::Json), "a\\nb\\r\\tc\\u001b[31m\\u0000\\u007f\\u009b\\u2028\\u202e\\\\\\\"é");
        assert_eq!(shown(hostile, Escape::None), hostile);
    }
}
