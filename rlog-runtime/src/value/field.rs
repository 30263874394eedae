//! Values that say how another value is logged: some under the names that `tracing` has for them, and bytes as text.

use super::encode::{Encoder, Loggable};
use super::kind::Kind;
use super::probe::Scalar;
use core::fmt::{self, Debug, Display};
use std::borrow::Cow;
use std::string::String;

/// Logs a value as its `Display` text: `user = display(&id)` is `user = %id`.
///
/// ```
/// use rlog_runtime::field;
///
/// assert_eq!(field::display(1.5).to_string(), "1.5");
/// ```
pub fn display<T: Display>(value: T) -> DisplayValue<T> {
    DisplayValue(value)
}

/// Logs a value as its `Debug` text: `ids = debug(&ids)` is `ids = ?ids`.
///
/// ```
/// use rlog_runtime::field;
///
/// assert_eq!(field::debug("a").to_string(), "\"a\"");
/// ```
pub fn debug<T: Debug>(value: T) -> DebugValue<T> {
    DebugValue(value)
}

/// Logs bytes as hexadecimal digits, two of them for each byte: `digest = hex(&digest)`. A slice by itself is a list of numbers.
///
/// In a type that derives `Loggable` it is `#[log(with = rlog::field::hex)]`.
///
/// ```
/// use rlog_runtime::field;
///
/// assert_eq!(field::hex(b"\x00\xff").to_string(), "00ff");
/// assert_eq!(field::hex(&vec![1, 2]).to_string(), "0102");
/// ```
pub fn hex<T: AsRef<[u8]> + ?Sized>(bytes: &T) -> Hex<'_> {
    Hex(bytes.as_ref())
}

/// Logs bytes in base64, with padding (RFC 4648, section 4), which takes two thirds of the room that [`hex`] does.
///
/// In a type that derives `Loggable` it is `#[log(with = rlog::field::base64)]`.
///
/// ```
/// use rlog_runtime::field;
///
/// assert_eq!(field::base64(b"\x00\xff").to_string(), "AP8=");
/// ```
pub fn base64<T: AsRef<[u8]> + ?Sized>(bytes: &T) -> Base64<'_> {
    Base64(bytes.as_ref())
}

/// Bytes that are logged as hexadecimal digits; see [`hex`].
#[derive(Clone, Copy, Debug)]
pub struct Hex<'a>(&'a [u8]);

/// Bytes that are logged in base64; see [`base64`].
#[derive(Clone, Copy, Debug)]
pub struct Base64<'a>(&'a [u8]);

/// A value that is logged as its `Display` text; see [`display`].
#[derive(Clone)]
pub struct DisplayValue<T>(T);

/// A value that is logged as its `Debug` text; see [`debug`].
#[derive(Clone)]
pub struct DebugValue<T>(T);

/// No value: the field is left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Empty;

macro_rules! wrapper {
    ($type:ident: $bound:ident) => {
        impl<T: $bound> Loggable for $type<T> {
            const KIND: Kind = Kind::Text;
            fn encode(&self, encoder: &mut Encoder) {
                encoder.text(self);
            }
        }

        impl<T: $bound> Display for $type<T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                $bound::fmt(&self.0, f)
            }
        }

        impl<T: $bound> Debug for $type<T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                $bound::fmt(&self.0, f)
            }
        }
    };
}

wrapper!(DisplayValue: Display);
wrapper!(DebugValue: Debug);

macro_rules! bytes {
    ($type:ident: $size:literal, $digits:expr) => {
        impl Loggable for $type<'_> {
            const KIND: Kind = Kind::Text;
            fn encode(&self, encoder: &mut Encoder) {
                encoder.text(self);
            }
        }

        impl Display for $type<'_> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                for chunk in self.0.chunks($size) {
                    // All digits are ASCII.
                    f.write_str(core::str::from_utf8(&$digits(chunk)).unwrap_or_default())?;
                }
                Ok(())
            }
        }
    };
}

bytes!(Hex: 1, hex_digits);
bytes!(Base64: 3, base64_digits);

fn hex_digits(byte: &[u8]) -> [u8; 2] {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let byte = byte.first().copied().unwrap_or_default();
    [DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]
}

/// One to three bytes as four digits, or digits and padding.
pub(crate) fn base64_digits(bytes: &[u8]) -> [u8; 4] {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let byte = |index: usize| u32::from(bytes.get(index).copied().unwrap_or(0));
    let word = byte(0) << 16 | byte(1) << 8 | byte(2);
    core::array::from_fn(|digit| {
        let is_there = digit <= bytes.len();
        if is_there { DIGITS[(word >> (18 - 6 * digit) & 63) as usize] } else { b'=' }
    })
}

impl Loggable for Empty {
    const KIND: Kind = Kind::Unit;
    fn encode(&self, _: &mut Encoder) {}
}

impl Scalar for Empty {
    type Wire<'a> = ();
    #[inline(always)]
    fn wire(&self) {}
}

/// What a user who writes it alone in a statement probably means to be the message.
#[doc(hidden)]
pub trait PlainString {}
impl PlainString for str {}
impl PlainString for String {}
impl PlainString for Cow<'_, str> {}
impl<T: PlainString + ?Sized> PlainString for &T {}

#[cfg(test)]
mod tests {
    use super::*;
    use std::string::ToString as _;
    use std::vec::Vec;

    #[test]
    fn bytes_are_hexadecimal_digits_or_base64() {
        // The vectors of RFC 4648, section 10.
        for (bytes, in_base64, in_hex) in [
            ("", "", ""),
            ("f", "Zg==", "66"),
            ("fo", "Zm8=", "666f"),
            ("foo", "Zm9v", "666f6f"),
            ("foob", "Zm9vYg==", "666f6f62"),
            ("fooba", "Zm9vYmE=", "666f6f6261"),
            ("foobar", "Zm9vYmFy", "666f6f626172"),
        ] {
            assert_eq!((base64(bytes).to_string().as_str(), hex(bytes).to_string().as_str()), (in_base64, in_hex));
        }
        let all: Vec<u8> = (0..=255).collect();
        assert!(hex(&all).to_string().ends_with("fdfeff") && base64(&all).to_string().ends_with("/P3+/w=="));
    }
}
