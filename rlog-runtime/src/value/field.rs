//! Values that say how another value is logged, under the names that `tracing` has for them.

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
