//! Fields of a type that `#[log(display)]`, `truncate`, `mask` and `hash` read as text: what has a `Display`, and options of it.

use super::encode::{Encoder, Loggable as _};
use super::kind::{AsText, Kind, KindOf};
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
    /// [`Kind::Text`], or an option of it.
    const KIND: Kind;

    /// Has `write` write the text, if there is one.
    fn read(&self, encoder: &mut Encoder, write: impl FnOnce(&mut Encoder, &dyn Display));
}

/// A field of which a hash is logged.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be hashed",
    label = "neither text nor bytes",
    note = "`hash` takes what has a `Display`, bytes (`[u8]`, `[u8; N]`, `Vec<u8>`, `Box<[u8]>`), and options of these; implement `Display`, or write `#[log(redact)]` or `#[log(skip)]`"
)]
pub trait HashField<Way> {
    /// [`Kind::Text`], or an option of it.
    const KIND: Kind;

    /// Writes the hash, if there is something to hash.
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
    const KIND: Kind = AsText::KIND;
    #[inline]
    fn read(&self, encoder: &mut Encoder, write: impl FnOnce(&mut Encoder, &dyn Display)) {
        write(encoder, &self);
    }
}

#[diagnostic::do_not_recommend]
impl<T: Display + ?Sized> HashField<Plain> for T {
    const KIND: Kind = AsText::KIND;
    #[inline]
    fn hash(&self, encoder: &mut Encoder) {
        encoder.hash(self);
    }
}

macro_rules! options {
    ($($type:ty),*) => {$(
        #[diagnostic::do_not_recommend]
        impl<T: TextField<Way>, Way> TextField<Perhaps<Way>> for $type {
            const KIND: Kind = Kind::Optional(kind_of_text::<T, Way>());
            #[inline]
            fn read(&self, encoder: &mut Encoder, write: impl FnOnce(&mut Encoder, &dyn Display)) {
                encoder.presence(self.is_some());
                if let Some(value) = self {
                    value.read(encoder, write);
                }
            }
        }

        #[diagnostic::do_not_recommend]
        impl<T: HashField<Way>, Way> HashField<Perhaps<Way>> for $type {
            const KIND: Kind = Kind::Optional(kind_of_hash::<T, Way>());
            #[inline]
            fn hash(&self, encoder: &mut Encoder) {
                encoder.presence(self.is_some());
                if let Some(value) = self {
                    value.hash(encoder);
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
            const KIND: Kind = AsText::KIND;
            fn hash(&self, encoder: &mut Encoder) {
                encoder.hash_bytes(self);
            }
        }
    )*};
}

bytes! {
    [] [u8], [] &[u8], [] Vec<u8>, [] &Vec<u8>, [] Box<[u8]>, [const N: usize] [u8; N],
    [] std::borrow::Cow<'_, [u8]>
}

macro_rules! kinds {
    ($($name:ident $sparse:ident: $trait:ident;)*) => {$(
        /// The kind of such a field.
        #[must_use]
        pub const fn $name<T: $trait<Way> + ?Sized, Way>() -> KindOf {
            fn kind<T: $trait<Way> + ?Sized, Way>() -> &'static Kind {
                const { &T::KIND }
            }
            kind::<T, Way>
        }

        /// The same for a field that may be left out.
        #[must_use]
        pub const fn $sparse<T: $trait<Way> + ?Sized, Way>() -> KindOf {
            fn kind<T: $trait<Way> + ?Sized, Way>() -> &'static Kind {
                const { &Kind::Sparse($name::<T, Way>()) }
            }
            kind::<T, Way>
        }
    )*};
}

kinds! {
    kind_of_text kind_of_sparse_text: TextField;
    kind_of_hash kind_of_sparse_hash: HashField;
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
