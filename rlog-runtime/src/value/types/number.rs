//! Numbers, `bool`, `char` and `()`.

use super::{Deferred, Encoder, Kind, Loggable, Scalar, Shown};
use core::num::{NonZero, Saturating, Wrapping};

macro_rules! number {
    ($($type:ty as $wire:ty => $kind:ident),* $(,)?) => {$(
        impl Loggable for $type {
            const KIND: Kind = Kind::$kind;
            #[inline(always)]
            fn encode(&self, encoder: &mut Encoder) {
                encoder.raw(&<$wire>::from(*self).to_ne_bytes());
            }
        }
    )*};
}

number! {
    i8 as i64 => I64, i16 as i64 => I64, i32 as i64 => I64, i64 as i64 => I64, i128 as i128 => I128,
    u8 as u64 => U64, u16 as u64 => U64, u32 as u64 => U64, u64 as u64 => U64, u128 as u128 => U128,
    f32 as f32 => F32, f64 as f64 => F64, bool as u8 => Bool, char as u32 => Char,
}

impl Loggable for isize {
    const KIND: Kind = Kind::I64;
    #[inline(always)]
    fn encode(&self, encoder: &mut Encoder) {
        (*self as i64).encode(encoder);
    }
}

impl Loggable for usize {
    const KIND: Kind = Kind::U64;
    #[inline(always)]
    fn encode(&self, encoder: &mut Encoder) {
        (*self as u64).encode(encoder);
    }
}

impl Loggable for () {
    const KIND: Kind = Kind::Unit;
    fn encode(&self, _: &mut Encoder) {}
}

macro_rules! non_zero {
    ($($type:ty)*) => {$(
        impl Loggable for NonZero<$type> {
            const KIND: Kind = <$type>::KIND;
            #[inline(always)]
            fn encode(&self, encoder: &mut Encoder) {
                self.get().encode(encoder);
            }
        }

        impl Scalar for NonZero<$type> {
            type Wire<'a> = <$type as Scalar>::Wire<'a>;
            #[inline(always)]
            fn wire(&self) -> Self::Wire<'_> {
                self.get() as _
            }
        }

        impl Shown for NonZero<$type> {}
        impl Deferred for NonZero<$type> {}
    )*};
}

// The bound that would make this one `impl` is not stable.
non_zero! { i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize }

macro_rules! wrapper {
    ($($wrapper:ident)*) => {$(
        impl<T: Loggable> Loggable for $wrapper<T> {
            const KIND: Kind = T::KIND;
            #[inline(always)]
            fn encode(&self, encoder: &mut Encoder) {
                self.0.encode(encoder);
            }
        }

        impl<T: Scalar> Scalar for $wrapper<T> {
            type Wire<'a> = T::Wire<'a> where T: 'a;
            #[inline(always)]
            fn wire(&self) -> T::Wire<'_> {
                self.0.wire()
            }
        }

        impl<T: Shown> Shown for $wrapper<T> {}
        impl<T: Deferred> Deferred for $wrapper<T> {}
    )*};
}

wrapper! { Wrapping Saturating }
