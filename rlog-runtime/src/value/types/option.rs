//! `Option`, `Result`, and the enums of `std` that are data.

use super::{Encoder, Kind, Loggable, element, enumeration, field, newtype, unit};
use core::cmp::{Ordering, Reverse};
use core::convert::Infallible;
use core::marker::PhantomData;
use core::ops::{Bound, ControlFlow};
use core::task::Poll;

impl<T: Loggable> Loggable for Option<T> {
    const KIND: Kind = Kind::Optional(element::<T>());
    #[inline]
    fn encode(&self, encoder: &mut Encoder) {
        encoder.raw(&[u8::from(self.is_some())]);
        if let Some(value) = self {
            value.encode(encoder);
        }
    }
}

/// Encodes an enum whose variants hold one value each, or none.
macro_rules! variants {
    ($([$($generics:tt)*] $type:ty: $name:literal { $($index:literal $variant:ident $(($value:ident: $inner:ty))?),* })*) => {$(
        impl<$($generics)*> Loggable for $type {
            const KIND: Kind = Kind::Enum(&enumeration(
                $name,
                &const { [$(variants!(shape $variant $($inner)?)),*] },
            ));
            fn encode(&self, encoder: &mut Encoder) {
                match self {
                    $(Self::$variant $(($value))? => {
                        encoder.variant($index);
                        $($value.encode(encoder);)?
                    })*
                }
            }
        }
    )*};
    (shape $variant:ident) => { unit(stringify!($variant)) };
    (shape $variant:ident $inner:ty) => { newtype(stringify!($variant), &const { [field::<$inner>("0")] }) };
}

variants! {
    [T: Loggable, E: Loggable] Result<T, E>: "Result" { 0 Ok(value: T), 1 Err(error: E) }
    [] Ordering: "Ordering" { 0 Less, 1 Equal, 2 Greater }
    [T: Loggable] Bound<T>: "Bound" { 0 Included(value: T), 1 Excluded(value: T), 2 Unbounded }
    [B: Loggable, C: Loggable] ControlFlow<B, C>: "ControlFlow" { 0 Continue(value: C), 1 Break(value: B) }
    [T: Loggable] Poll<T>: "Poll" { 0 Ready(value: T), 1 Pending }
}

impl Loggable for Infallible {
    const KIND: Kind = Kind::Unit;
    fn encode(&self, _: &mut Encoder) {
        match *self {}
    }
}

impl<T: ?Sized> Loggable for PhantomData<T> {
    const KIND: Kind = Kind::Unit;
    fn encode(&self, _: &mut Encoder) {}
}

impl<T: Loggable> Loggable for Reverse<T> {
    const KIND: Kind = T::KIND;
    fn encode(&self, encoder: &mut Encoder) {
        self.0.encode(encoder);
    }
}
