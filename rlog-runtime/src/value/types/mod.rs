//! [`Loggable`] for the types of the standard library and, by feature, of other crates; and a
//! [`Scalar`](super::probe::Scalar) beside it where the value fits into a register or is bytes that lie there already.

mod cell;
mod collection;
mod crates;
mod error;
mod net;
mod number;
mod option;
mod pointer;
mod process;
mod range;
mod text;
mod time;
mod tuple;

#[cfg(all(test, feature = "output"))]
mod tests;

use super::encode::{Encoder, Loggable, element};
use super::kind::{EnumShape, FieldShape, Kind, Shape, Style, Tagging};
use super::probe::{Deferred, Scalar, Shown};

/// Types that are shown as their `Display`.
macro_rules! displayed {
    ($($type:ty),* $(,)?) => {$(
        impl $crate::value::Loggable for $type {
            const KIND: $crate::value::Kind = $crate::value::Kind::Text;
            fn encode(&self, encoder: &mut $crate::value::Encoder) {
                encoder.text(self);
            }
        }
    )*};
}
use displayed;

/// A struct with named fields.
const fn named(name: &'static str, fields: &'static [FieldShape]) -> Shape {
    Shape { name, style: Style::Named, fields }
}

/// A variant that holds one value.
const fn newtype(name: &'static str, only: &'static [FieldShape; 1]) -> Shape {
    Shape { name, style: Style::Newtype, fields: only }
}

/// A variant without fields.
const fn unit(name: &'static str) -> Shape {
    Shape { name, style: Style::Unit, fields: &[] }
}

const fn field<T: Loggable + ?Sized>(key: &'static str) -> FieldShape {
    FieldShape::new(key, element::<T>())
}

const fn enumeration(name: &'static str, variants: &'static [Shape]) -> EnumShape {
    EnumShape { name, tagging: Tagging::External, variants }
}
