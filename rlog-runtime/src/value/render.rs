//! Values as text.
//!
//! What users typed may hold anything, so every text output escapes it: a line end in a value must not start a new line, and
//! an escape sequence must not reach a terminal.

use super::copy::{any_window, append};
use super::decode::{Struct, Value};
use super::kind::Style;
use super::spec;
use crate::callsite::info::Hole;
use crate::timestamp::Timestamp;
use core::fmt::{self, Write as _};
use std::vec::Vec;

/// What has to be escaped in the output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Escape {
    /// Nothing: the reader is a program that asked for the text.
    None,
    /// What could end a line, move a cursor or turn the direction of text.
    Text,
    /// What cannot stand in a JSON string.
    Json,
}

/// Appends text.
#[inline]
pub(crate) fn write_text(out: &mut Vec<u8>, text: &str, escape: Escape) {
    let needs_care = match escape {
        Escape::None => false,
        Escape::Text => any_window(text.as_bytes(), SPACES, is_suspect),
        Escape::Json => any_window(text.as_bytes(), SPACES, |window| is_suspect(window) || has_quote(window)),
    };
    if needs_care {
        write_escaped(out, text, escape);
    } else {
        append(out, text.as_bytes());
    }
}

/// Whether text has nothing to escape.
pub(crate) fn is_clean(text: &str, escape: Escape) -> bool {
    !text.chars().any(|c| needs_escape(c, escape))
}

const SPACES: u64 = repeat(b' ');

/// Whether any of eight bytes is a control character of ASCII or not ASCII at all. (Sean Anderson, Bit Twiddling Hacks,
/// "Determine if a word has a byte less than n"; exact as long as no byte has its high bit set, and those are suspect too.)
#[inline(always)]
fn is_suspect(window: u64) -> bool {
    let less_than_space = window.wrapping_sub(repeat(0x20));
    // 0x7f + 1 sets the high bit.
    let delete_or_more = window.wrapping_add(repeat(1)) | window;
    (less_than_space | delete_or_more) & repeat(0x80) != 0
}

/// Whether any of eight bytes, all ASCII, is `"` or `\\`.
#[inline(always)]
fn has_quote(window: u64) -> bool {
    let is_zero = |window: u64| window.wrapping_sub(repeat(1)) & !window & repeat(0x80);
    is_zero(window ^ repeat(b'"')) | is_zero(window ^ repeat(b'\\')) != 0
}

const fn repeat(byte: u8) -> u64 {
    u64::from_ne_bytes([byte; 8])
}

#[cold]
fn write_escaped(out: &mut Vec<u8>, text: &str, escape: Escape) {
    let mut done = 0;
    for (at, c) in text.char_indices() {
        if !needs_escape(c, escape) {
            continue;
        }
        out.extend_from_slice(&text.as_bytes()[done..at]);
        done = at + c.len_utf8();
        match c {
            '\n' => out.extend_from_slice(b"\\n"),
            '\r' => out.extend_from_slice(b"\\r"),
            '\t' => out.extend_from_slice(b"\\t"),
            '"' => out.extend_from_slice(b"\\\""),
            '\\' => out.extend_from_slice(b"\\\\"),
            c if escape == Escape::Json => {
                let _ = write!(Plain(out), "\\u{:04x}", u32::from(c));
            }
            c => {
                let _ = write!(Plain(out), "\\u{{{:x}}}", u32::from(c));
            }
        }
    }
    out.extend_from_slice(&text.as_bytes()[done..]);
}

/// C0, DEL, C1, line and paragraph separators, the marks that turn the direction of text (Unicode TR 36, 3.4), and the
/// byte order mark. In JSON also what its grammar forbids.
fn needs_escape(c: char, escape: Escape) -> bool {
    match c {
        ' ' | '!' | '#'..='[' | ']'..='~' => false,
        '"' | '\\' => escape == Escape::Json,
        '\u{2028}'
        | '\u{2029}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2066}'..='\u{2069}'
        | '\u{200e}'
        | '\u{200f}'
        | '\u{feff}' => true,
        c => c.is_control(),
    }
}

/// Lets `core::fmt` append, without escaping.
pub(crate) struct Plain<'a>(pub(crate) &'a mut Vec<u8>);

impl fmt::Write for Plain<'_> {
    #[inline]
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.extend_from_slice(text.as_bytes());
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

/// Appends an integer.
#[inline]
pub(crate) fn write_integer(out: &mut Vec<u8>, integer: impl itoa::Integer) {
    append(out, itoa::Buffer::new().format(integer).as_bytes());
}

/// Appends a float as its `Display` would, which knows no exponents and no `.0`: the shortest digits that read back as the
/// same number. Where two such texts are equally near, std rounds the last digit up and this rounds it to even.
#[inline]
pub(crate) fn write_float<F: zmij::Float + fmt::Display>(out: &mut Vec<u8>, float: F) {
    let mut buffer = zmij::Buffer::new();
    let text = buffer.format(float).as_bytes();
    match text {
        [whole @ .., b'.', b'0'] => append(out, whole),
        // An exponent has up to three digits and a sign.
        [.., b'e', _] | [.., b'e', _, _] | [.., b'e', _, _, _] | [.., b'e', _, _, _, _] => {
            let _ = write!(Plain(out), "{float}");
        }
        text => append(out, text),
    }
}

/// Appends a value as `{}` shows it.
#[inline]
pub(crate) fn write_value(out: &mut Vec<u8>, value: &Value<'_>, escape: Escape) {
    match *value {
        Value::I64(integer) => write_integer(out, integer),
        Value::U64(integer) => write_integer(out, integer),
        Value::F64(float) => write_float(out, float),
        Value::Str(text) | Value::Text(text) => write_text(out, text, escape),
        _ => write_other(out, value, escape, false),
    }
}

fn write_other(out: &mut Vec<u8>, value: &Value<'_>, escape: Escape, quoted: bool) {
    match *value {
        Value::Str(text) if quoted => {
            let _ = write!(Escaped(out, escape), "{text:?}");
        }
        Value::Null => out.extend_from_slice(b"null"),
        Value::Bool(value) => out.extend_from_slice(if value { b"true" } else { b"false" }),
        Value::Char(c) => write_text(out, c.encode_utf8(&mut [0; 4]), escape),
        Value::I128(integer) => write_integer(out, integer),
        Value::U128(integer) => write_integer(out, integer),
        Value::F32(float) => write_float(out, float),
        Value::Bytes(bytes) => {
            let _ = write!(Escaped(out, escape), "{}", bytes.escape_ascii());
        }
        Value::Error(errors) => {
            for (index, error) in errors.enumerate() {
                if index > 0 {
                    out.extend_from_slice(b": ");
                }
                write_text(out, &error, escape);
            }
        }
        Value::Duration(duration) => {
            let _ = write!(Plain(out), "{duration:?}");
        }
        Value::Time(nanoseconds) => match i64::try_from(nanoseconds) {
            Ok(nanoseconds) => Timestamp::from_nanoseconds(nanoseconds).write_rfc3339(out),
            Err(_) => write_integer(out, nanoseconds),
        },
        Value::Sequence(elements) => {
            out.push(b'[');
            for (index, element) in elements.enumerate() {
                separate(out, index);
                write_other(out, &element, escape, true);
            }
            out.push(b']');
        }
        Value::Map(pairs) => {
            out.push(b'{');
            for (index, (key, value)) in pairs.enumerate() {
                separate(out, index);
                write_other(out, &key, escape, true);
                out.extend_from_slice(b": ");
                write_other(out, &value, escape, true);
            }
            out.push(b'}');
        }
        Value::Struct(fields) => write_fields(out, fields.name(), fields, escape),
        Value::Variant(variant) => write_fields(out, variant.name(), variant.fields(), escape),
        _ => write_value(out, value, escape),
    }
}

/// `Order {id: 1}`, `(1, 2)`, `Some(1)` or `Unit`.
fn write_fields(out: &mut Vec<u8>, name: &str, fields: Struct<'_>, escape: Escape) {
    write_text(out, name, escape);
    let (open, close): (&[u8], u8) = match fields.style() {
        Style::Unit => return,
        Style::Named if name.is_empty() => (b"{", b'}'),
        Style::Named => (b" {", b'}'),
        Style::Newtype | Style::Tuple => (b"(", b')'),
    };
    let named = fields.style() == Style::Named;
    out.extend_from_slice(open);
    for (index, (key, value)) in fields.enumerate() {
        separate(out, index);
        if named {
            write_text(out, key, escape);
            out.extend_from_slice(b": ");
        }
        write_other(out, &value, escape, true);
    }
    out.push(close);
}

fn separate(out: &mut Vec<u8>, index: usize) {
    if index > 0 {
        out.extend_from_slice(b", ");
    }
}

/// Appends what a hole of a message shows. Nothing, if the value is missing.
#[inline]
pub(crate) fn write_hole(out: &mut Vec<u8>, hole: &Hole, values: &[Option<Value<'_>>], escape: Escape) {
    let value = |index: usize| values.get(index).and_then(Option::as_ref);
    if let Some(text) = hole.text.and_then(value) {
        return write_value(out, text, escape);
    }
    match (value(hole.argument), &hole.spec) {
        (Some(value), None) => write_value(out, value, escape),
        (Some(shown), Some(spec)) => spec::write(out, shown, spec, value, escape),
        (None, _) => {}
    }
}

impl fmt::Display for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = Vec::new();
        write_value(&mut text, self, Escape::None);
        f.pad(&std::string::String::from_utf8_lossy(&text))
    }
}

impl fmt::Debug for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = Vec::new();
        write_other(&mut text, self, Escape::None, true);
        f.write_str(&std::string::String::from_utf8_lossy(&text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::string::String;

    fn shown(value: Value<'_>, escape: Escape) -> String {
        let mut out = Vec::new();
        write_value(&mut out, &value, escape);
        String::from_utf8(out).expect("text")
    }

    proptest! {
        #[test]
        fn floats_look_as_display_shows_them(bits in any::<u64>(), small in any::<f32>(), scaled in -1e18_f64..1e18) {
            for float in [f64::from_bits(bits), scaled, f64::from(small)] {
                let (ours, expected) = (shown(Value::F64(float), Escape::None), format!("{float}"));
                prop_assert!(ours == expected || ours.len() == expected.len() && ours.parse() == Ok(float), "{ours} {expected}");
            }
            let (ours, expected) = (shown(Value::F32(small), Escape::None), format!("{small}"));
            prop_assert!(ours == expected || ours.len() == expected.len() && ours.parse() == Ok(small), "{ours} {expected}");
        }

        #[test]
        fn escaped_text_holds_no_controls_and_json_parses_back(text in any::<String>()) {
            let escaped = shown(Value::Str(&text), Escape::Text);
            prop_assert!(!escaped.chars().any(|c| needs_escape(c, Escape::Text)), "{escaped:?}");
            let json = format!("\"{}\"", shown(Value::Str(&text), Escape::Json));
            prop_assert_eq!(serde_json::from_str::<String>(&json).expect("JSON"), text);
        }
    }

    #[test]
    fn round_floats_have_no_fraction() {
        for float in [0.0, -0.0, 1.0, 1e15, 1e16, 1e21, 1e300, 1e-7, 0.1, f64::NAN, f64::INFINITY, -1.5] {
            assert_eq!(shown(Value::F64(float), Escape::None), format!("{float}"));
        }
    }

    #[test]
    fn what_could_forge_a_line_is_escaped() {
        let hostile = "a\nb\r\tc\u{1b}[31m\u{0}\u{7f}\u{9b}\u{2028}\u{202e}\\\"é";
        assert_eq!(
            shown(Value::Str(hostile), Escape::Text),
            "a\\nb\\r\\tc\\u{1b}[31m\\u{0}\\u{7f}\\u{9b}\\u{2028}\\u{202e}\\\"é"
        );
        assert_eq!(shown(Value::Str(hostile), Escape::None), hostile);
    }
}
