//! Shapes of types of which some values have been replaced: the same names and keys, and each field a
//! [tagged](super::tagged) value, which may be what it was or the text that stands in its place.
//!
//! So a struct with one secret field still is that struct for every formatter. A mirror is made when a value of the type is
//! changed for the first time, and never freed: types are few. The decoder finds it by a number and not by a pointer, so
//! that wrong bytes cannot lead it astray.

use super::kind::{EnumShape, FieldShape, Kind, Shape};
use super::tagged::TAGGED;
use std::boxed::Box;
use std::collections::HashMap;
use std::sync::{Mutex, OnceLock};
use std::vec::Vec;

/// The kind that a mirror's number stands for.
pub(crate) fn kind(number: u32) -> Option<&'static Kind> {
    MIRRORS.get(number as usize)?.get()
}

/// The number of a struct's mirror. `None` if it cannot be had now; the value is a map then.
pub(crate) fn of_struct(shape: &'static Shape) -> Option<u32> {
    number(core::ptr::from_ref(shape).addr(), || Kind::Struct(Box::leak(Box::new(mirrored(shape)))))
}

/// The number of an enum's mirror.
pub(crate) fn of_enum(shape: &'static EnumShape) -> Option<u32> {
    number(core::ptr::from_ref(shape).addr(), || {
        let variants: Vec<Shape> = shape.variants.iter().map(mirrored).collect();
        Kind::Enum(Box::leak(Box::new(EnumShape { variants: variants.leak(), ..*shape })))
    })
}

fn mirrored(shape: &Shape) -> Shape {
    let fields: Vec<FieldShape> = shape
        .fields
        .iter()
        .map(|field| {
            let kind = if matches!((field.kind)(), Kind::Sparse(_)) { SPARSE } else { TAGGED };
            FieldShape { kind, ..*field }
        })
        .collect();
    Shape { fields: fields.leak(), ..*shape }
}

/// A field that may be left out stays one.
pub(crate) const SPARSE: fn() -> &'static Kind = || &Kind::Sparse(TAGGED);

/// More types than programs log. When they are used up, further ones become maps.
const MAX_MIRRORS: usize = 1024;

static MIRRORS: [OnceLock<Kind>; MAX_MIRRORS] = [const { OnceLock::new() }; MAX_MIRRORS];
/// The numbers by the address of the shape. Never waited for: in a child of `fork` nobody might be left to release it.
static NUMBERS: Mutex<Option<HashMap<usize, u32>>> = Mutex::new(None);

fn number(address: usize, make: impl FnOnce() -> Kind) -> Option<u32> {
    let mut numbers = NUMBERS.try_lock().ok()?;
    let numbers = numbers.get_or_insert_default();
    if let Some(&number) = numbers.get(&address) {
        return Some(number);
    }
    let number = numbers.len() as u32;
    MIRRORS.get(number as usize)?.set(make()).ok()?;
    numbers.insert(address, number);
    Some(number)
}
