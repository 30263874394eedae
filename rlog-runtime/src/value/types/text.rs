//! Strings of all sorts, and paths.

use super::{Encoder, Kind, Loggable, displayed};
use core::ffi::CStr;
use core::fmt::{self, Write as _};
use std::ffi::{CString, OsStr, OsString};
use std::path::{Path, PathBuf};
use std::string::String;

impl Loggable for str {
    const KIND: Kind = Kind::Str;
    #[inline]
    fn encode(&self, encoder: &mut Encoder) {
        encoder.bytes(self.as_bytes());
    }
}

impl Loggable for String {
    const KIND: Kind = Kind::Str;
    #[inline]
    fn encode(&self, encoder: &mut Encoder) {
        encoder.bytes(self.as_bytes());
    }
}

displayed! { fmt::Arguments<'_>, crate::Level, core::panic::Location<'_> }

/// What is no UTF-8 is replaced, as `to_string_lossy` does it, and without a copy of the whole.
macro_rules! lossy {
    ($($type:ty),*) => {$(
        impl Loggable for $type {
            const KIND: Kind = Kind::Str;
            fn encode(&self, encoder: &mut Encoder) {
                match self.to_str() {
                    Some(text) => text.encode(encoder),
                    None => encoder.text(&self.display()),
                }
            }
        }
    )*};
}

lossy! { Path, PathBuf, OsStr, OsString }

impl Loggable for CStr {
    const KIND: Kind = Kind::Str;
    fn encode(&self, encoder: &mut Encoder) {
        encoder.text(&Lossy(self.to_bytes()));
    }
}

impl Loggable for CString {
    const KIND: Kind = Kind::Str;
    fn encode(&self, encoder: &mut Encoder) {
        self.as_c_str().encode(encoder);
    }
}

/// Bytes as text, as far as they are.
struct Lossy<'a>(&'a [u8]);

impl fmt::Display for Lossy<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.utf8_chunks().try_for_each(|chunk| {
            f.write_str(chunk.valid())?;
            if chunk.invalid().is_empty() { Ok(()) } else { f.write_char(char::REPLACEMENT_CHARACTER) }
        })
    }
}
