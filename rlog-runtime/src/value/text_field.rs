//! Fields of a type that `#[log(display)]`, `truncate`, `mask` and `hash` read as text: what has a `Display`, and options of it.
//!
//! All of them are written as options of text, so that the kind of such a field does not depend on its type: a type that cannot be
//! read so is reported once, where it is written.

use super::encode::Encoder;
use core::fmt::Display;
use std::boxed::Box;
use std::vec::Vec;

/// A field that is read as text. `Way` tells the implementations apart; the compiler infers it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` doesn't implement `std::fmt::Display`",
    label = "no text to log, to mask or to cut",
    note = "`display`, `truncate` and `mask` take what has a `Display`, and options of it; implement `Display`, or write `#[log(with = path)]`, `#[log(debug)]`, `#[log(redact)]` or `#[log(skip)]`"
)]
pub trait TextField<Way> {
    /// Writes whether there is a text, and has `write` write it.
    fn read(&self, encoder: &mut Encoder, write: impl FnOnce(&mut Encoder, &dyn Display));
}

/// A field of which a hash is logged.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be hashed",
    label = "neither text nor bytes",
    note = "`hash` takes what has a `Display`, bytes (`[u8]`, `[u8; N]`, `Vec<u8>`, `Box<[u8]>`), and options of these; implement `Display`, or write `#[log(redact)]` or `#[log(skip)]`"
)]
pub trait HashField<Way> {
    /// Writes whether there is something to hash, and the hash.
    fn hash(&self, encoder: &mut Encoder);
}

/// What has a `Display`.
#[derive(Debug)]
#[allow(unnameable_types, reason = "only inferred")]
pub enum Plain {}

/// Bytes.
#[derive(Debug)]
#[allow(unnameable_types, reason = "only inferred")]
pub enum Bytes {}

/// An option.
#[derive(Debug)]
#[allow(unnameable_types, reason = "only inferred")]
pub struct Perhaps<Way>(core::marker::PhantomData<Way>);

#[diagnostic::do_not_recommend]
impl<T: Display + ?Sized> TextField<Plain> for T {
    #[inline]
    fn read(&self, encoder: &mut Encoder, write: impl FnOnce(&mut Encoder, &dyn Display)) {
        encoder.presence(true);
        write(encoder, &self);
    }
}

#[diagnostic::do_not_recommend]
impl<T: Display + ?Sized> HashField<Plain> for T {
    #[inline]
    fn hash(&self, encoder: &mut Encoder) {
        encoder.presence(true);
        encoder.hash(self);
    }
}

macro_rules! options {
    ($($type:ty),*) => {$(
        #[diagnostic::do_not_recommend]
        impl<T: TextField<Way>, Way> TextField<Perhaps<Way>> for $type {
            #[inline]
            fn read(&self, encoder: &mut Encoder, write: impl FnOnce(&mut Encoder, &dyn Display)) {
                match self {
                    Some(value) => value.read(encoder, write),
                    None => encoder.presence(false),
                }
            }
        }

        #[diagnostic::do_not_recommend]
        impl<T: HashField<Way>, Way> HashField<Perhaps<Way>> for $type {
            #[inline]
            fn hash(&self, encoder: &mut Encoder) {
                match self {
                    Some(value) => value.hash(encoder),
                    None => encoder.presence(false),
                }
            }
        }
    )*};
}

options! { Option<T>, &Option<T>, &mut Option<T> }

macro_rules! bytes {
    ($([$($generics:tt)*] $type:ty),*) => {$(
        #[diagnostic::do_not_recommend]
        impl<$($generics)*> HashField<Bytes> for $type {
                    fn hash(&self, encoder: &mut Encoder) {
                encoder.presence(true);
                encoder.hash_bytes(self);
            }
        }
    )*};
}

bytes! {
    [] [u8], [] &[u8], [] Vec<u8>, [] &Vec<u8>, [] Box<[u8]>, [const N: usize] [u8; N],
    [] std::borrow::Cow<'_, [u8]>
}

/// Writes the `Display` of a field.
#[inline]
pub fn write_text<T: TextField<Way> + ?Sized, Way>(value: &T, encoder: &mut Encoder) {
    value.read(encoder, |encoder, text| encoder.text(text));
}

/// Writes the first characters of a field's `Display`.
#[inline]
pub fn write_truncated<T: TextField<Way> + ?Sized, Way>(value: &T, encoder: &mut Encoder, max_chars: usize) {
    value.read(encoder, |encoder, text| encoder.truncated(text, max_chars));
}

/// Writes what a mask shows of a field's `Display`.
#[inline]
pub fn write_masked<T: TextField<Way> + ?Sized, Way>(value: &T, encoder: &mut Encoder, mask: crate::redact::Mask) {
    value.read(encoder, |encoder, text| encoder.mask(mask, text));
}

/// Writes the hash of a field.
#[inline]
pub fn write_hash<T: HashField<Way> + ?Sized, Way>(value: &T, encoder: &mut Encoder) {
    value.hash(encoder);
}
