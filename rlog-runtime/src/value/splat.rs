//! `..value`: the fields of a value as fields of the record.
//!
//! Whether a type has some is known from its [`Kind`], which is a constant: the compiler looks at it when it generates code.
//! So types that are known to have none are [`Fieldless`], too, which it sees wherever it looks at types, and at the user's
//! own word.

use super::encode::Loggable;
use super::kind::{Kind, Style};
use super::wire::Described;
use crate::redact::Secret;
use core::time::Duration;
use std::borrow::{Cow, ToOwned};
use std::boxed::Box;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::string::String;
use std::sync::Arc;
use std::time::SystemTime;
use std::vec::Vec;

/// A type without fields that could be those of an event. The derive says so of structs without names for their fields, and of
/// enums of such variants.
#[allow(unnameable_types, reason = "only a bound")]
pub trait Fieldless {}

/// What a [`Fieldless`] type lacks. Nobody asks for it of any other, but the compiler shows who has it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no fields that could be fields of the event",
    label = "has no fields with names",
    note = "`..value` takes a struct with named fields, an enum of such variants, a map, or an `Option` of one: log this one as `key = value`"
)]
#[allow(unnameable_types, reason = "only a bound")]
pub trait HasFields {}

impl<K, V> HasFields for BTreeMap<K, V> {}
impl<K, V, S> HasFields for HashMap<K, V, S> {}

macro_rules! fieldless {
    ($($type:ty),* $(,)?) => {$(
        impl Fieldless for $type {}
    )*};
}

fieldless! {
    i8, i16, i32, i64, i128, isize, u8, u16, u32, u64, u128, usize, f32, f64, bool, char, str, String, Path, PathBuf,
    Duration, SystemTime, (),
}

macro_rules! sequence {
    ($([$($parameter:tt)*] $type:ty),* $(,)?) => {$(
        impl<$($parameter)*> Fieldless for $type {}
    )*};
}

sequence! {
    [T] [T], [T, const N: usize] [T; N], [T] Vec<T>, [T] VecDeque<T>, [T] BTreeSet<T>, [T, S] HashSet<T, S>, [A] (A,),
    [A, B] (A, B), [A, B, C] (A, B, C), [A, B, C, D] (A, B, C, D), [T] Secret<T>,
}

macro_rules! holder {
    ($($type:ty),* $(,)?) => {$(
        impl<T: Fieldless + ?Sized> Fieldless for $type {}
    )*};
}

holder! { &T, &mut T, Box<T>, Rc<T>, Arc<T> }

impl<T: Fieldless> Fieldless for Option<T> {}
impl<T: Fieldless + ToOwned + ?Sized> Fieldless for Cow<'_, T> {}

/// A value whose fields become fields of the record.
#[derive(Debug)]
#[allow(unnameable_types, reason = "only passed on")]
pub struct Fields<'a, T: ?Sized>(pub(super) &'a T);

/// The value of a [`Fieldless`] type.
#[derive(Debug)]
#[allow(unnameable_types, reason = "only passed on")]
pub struct NoFields<'a, T: ?Sized>(pub(super) &'a T);

/// What [`splat`] takes.
#[allow(unnameable_types, reason = "only a bound")]
pub trait Spread {
    /// Whether the value has keys for its fields.
    const HAS_KEYS: bool;
    /// Encodes it.
    fn spread(&self) -> Described;
}

impl<T: Loggable + ?Sized> Spread for Fields<'_, T> {
    const HAS_KEYS: bool = has_keys(&T::KIND);
    #[inline]
    fn spread(&self) -> Described {
        Described::encode(self.0)
    }
}

// The value never exists: no type that is `Fieldless` has this bound.
impl<T: HasFields + Loggable + ?Sized> Spread for NoFields<'_, T> {
    const HAS_KEYS: bool = false;
    fn spread(&self) -> Described {
        Described::encode(self.0)
    }
}

/// A value whose fields become fields of the record. That it has some is checked when code is generated, for types that are not
/// known to be [`Fieldless`].
#[inline]
pub fn splat<S: Spread>(value: S) -> Described {
    const {
        assert!(
            S::HAS_KEYS,
            "`..value` takes a struct with named fields, an enum of such variants, a map, or an `Option` of one: log this one as `key = value`"
        );
    }
    value.spread()
}

/// Whether there are keys for fields. What the type of a map's keys is cannot be seen at compile time; they are shown as text.
const fn has_keys(kind: &Kind) -> bool {
    match kind {
        Kind::Struct(shape) => matches!(shape.style, Style::Named),
        Kind::Enum(shape) => {
            let mut index = 0;
            while index < shape.variants.len() {
                let variant = &shape.variants[index];
                if !matches!(variant.style, Style::Named | Style::Unit) && !variant.fields.is_empty() {
                    return false;
                }
                index += 1;
            }
            true
        }
        // What is in an option cannot be seen here either; without fields of its own it is the field `value`.
        Kind::Map(..) | Kind::Tagged | Kind::Optional(_) => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn maps_have_keys_and_lists_and_scalars_have_none() {
        assert!(has_keys(&BTreeMap::<String, u8>::KIND));
        assert!(has_keys(&<&HashMap<&str, u8>>::KIND));
        assert!(!has_keys(&<(u8, u8)>::KIND));
        assert!(!has_keys(&<[u8]>::KIND));
        assert!(!has_keys(&str::KIND));
        assert!(has_keys(&Option::<BTreeMap<String, u8>>::KIND));
    }
}
