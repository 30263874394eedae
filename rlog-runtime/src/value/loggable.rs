//! [`Loggable`] for the types of the standard library.

use super::encode::{Encoder, Loggable, element};
use super::kind::{FieldFlags, FieldShape, Kind, Shape, Style};
use std::borrow::Cow;
use std::boxed::Box;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};
use std::ffi::{OsStr, OsString};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::string::String;
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use std::vec::Vec;

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

macro_rules! non_zero {
    ($($type:ident)*) => {$(
        impl Loggable for core::num::$type {
            const KIND: Kind = <Inner<Self>>::KIND;
            #[inline(always)]
            fn encode(&self, encoder: &mut Encoder) {
                self.get().encode(encoder);
            }
        }
    )*};
}

trait NonZeroInner {
    type Inner: Loggable;
}
type Inner<T> = <T as NonZeroInner>::Inner;

macro_rules! non_zero_inner {
    ($($type:ident $inner:ty,)*) => {
        $(impl NonZeroInner for core::num::$type {
            type Inner = $inner;
        })*
        non_zero! { $($type)* }
    };
}

non_zero_inner! {
    NonZeroI8 i8, NonZeroI16 i16, NonZeroI32 i32, NonZeroI64 i64, NonZeroI128 i128, NonZeroIsize isize,
    NonZeroU8 u8, NonZeroU16 u16, NonZeroU32 u32, NonZeroU64 u64, NonZeroU128 u128, NonZeroUsize usize,
}

impl Loggable for () {
    const KIND: Kind = Kind::Unit;
    fn encode(&self, _: &mut Encoder) {}
}

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

macro_rules! displayed {
    ($($type:ty)*) => {$(
        impl Loggable for $type {
            const KIND: Kind = Kind::Text;
            fn encode(&self, encoder: &mut Encoder) {
                encoder.text(self);
            }
        }
    )*};
}

displayed! {
    IpAddr Ipv4Addr Ipv6Addr SocketAddr SocketAddrV4 SocketAddrV6 core::fmt::Arguments<'_> crate::Level
}

macro_rules! lossy {
    ($($type:ty, $text:ident;)*) => {$(
        impl Loggable for $type {
            const KIND: Kind = Kind::Str;
            fn encode(&self, encoder: &mut Encoder) {
                encoder.bytes(self.$text().as_bytes());
            }
        }
    )*};
}

lossy! { Path, to_string_lossy; PathBuf, to_string_lossy; OsStr, to_string_lossy; OsString, to_string_lossy; }

impl Loggable for Duration {
    const KIND: Kind = Kind::Duration;
    fn encode(&self, encoder: &mut Encoder) {
        encoder.raw(&self.as_secs().to_ne_bytes());
        encoder.raw(&self.subsec_nanos().to_ne_bytes());
    }
}

impl Loggable for SystemTime {
    const KIND: Kind = Kind::Time;
    fn encode(&self, encoder: &mut Encoder) {
        let nanoseconds = match self.duration_since(Self::UNIX_EPOCH) {
            Ok(after) => i128::try_from(after.as_nanos()).unwrap_or(i128::MAX),
            Err(before) => i128::try_from(before.duration().as_nanos()).map_or(i128::MIN, |nanoseconds| -nanoseconds),
        };
        encoder.raw(&nanoseconds.to_ne_bytes());
    }
}

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

macro_rules! pointer {
    ($($type:ty),*) => {$(
        impl<T: Loggable + ?Sized> Loggable for $type {
            const KIND: Kind = T::KIND;
            #[inline(always)]
            fn encode(&self, encoder: &mut Encoder) {
                (**self).encode(encoder);
            }
        }
    )*};
}

pointer! { &T, &mut T, Box<T>, Rc<T>, Arc<T> }

impl<T: Loggable + ToOwned + ?Sized> Loggable for Cow<'_, T> {
    const KIND: Kind = T::KIND;
    #[inline]
    fn encode(&self, encoder: &mut Encoder) {
        (**self).encode(encoder);
    }
}

macro_rules! sequence {
    ($([$($generics:tt)*] $type:ty),* $(,)?) => {$(
        impl<$($generics)*> Loggable for $type {
            const KIND: Kind = Kind::Sequence(element::<T>());
            fn encode(&self, encoder: &mut Encoder) {
                encoder.sequence(self.iter());
            }
        }
    )*};
}

sequence! {
    [T: Loggable] [T], [T: Loggable, const N: usize] [T; N], [T: Loggable] Vec<T>, [T: Loggable] VecDeque<T>,
    [T: Loggable] BTreeSet<T>, [T: Loggable, S] HashSet<T, S>,
}

impl<K: Loggable, V: Loggable> Loggable for BTreeMap<K, V> {
    const KIND: Kind = Kind::Map(element::<K>(), element::<V>());
    fn encode(&self, encoder: &mut Encoder) {
        encoder.map(self.iter());
    }
}

impl<K: Loggable, V: Loggable, S> Loggable for HashMap<K, V, S> {
    const KIND: Kind = Kind::Map(element::<K>(), element::<V>());
    fn encode(&self, encoder: &mut Encoder) {
        encoder.map(self.iter());
    }
}

macro_rules! tuple {
    ($($name:ident . $index:tt),+) => {
        impl<$($name: Loggable),+> Loggable for ($($name,)+) {
            const KIND: Kind = Kind::Struct(&Shape {
                name: "",
                style: Style::Tuple,
                fields: &[$(FieldShape { key: stringify!($index), kind: element::<$name>(), flags: FieldFlags::NONE }),+],
            });
            fn encode(&self, encoder: &mut Encoder) {
                $(self.$index.encode(encoder);)+
            }
        }
    };
}

tuple!(A.0);
tuple!(A.0, B.1);
tuple!(A.0, B.1, C.2);
tuple!(A.0, B.1, C.2, D.3);
tuple!(A.0, B.1, C.2, D.3, E.4);
tuple!(A.0, B.1, C.2, D.3, E.4, F.5);
