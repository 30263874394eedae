//! Values in the form in which a caller copies them into its ring.
//!
//! A statement's arguments are turned into few types (`i8` to `i64` all become `i64`), passed by value, mostly in
//! registers, to one shared function per combination of types, and copied there.

use super::copy::copy;
use super::kind::Kind;
use super::scratch::Region;
use core::time::Duration;

/// A value that can be copied into a ring.
///
/// # Safety
/// [`Wire::put`] writes exactly [`Wire::size`] bytes, of the form that [`Wire::KIND`] describes, and runs no code of the
/// user's. In particular the bytes of a [`Kind::Str`] and a [`Kind::Text`] are UTF-8: the decoder relies on it.
pub unsafe trait Wire {
    /// What the bytes are.
    const KIND: Kind;
    /// How many bytes [`Wire::put`] writes.
    fn size(&self) -> usize;
    /// Writes the bytes and returns the place behind them.
    ///
    /// # Safety
    /// `to` must be valid for writes of [`Wire::size`] bytes; it need not be aligned.
    unsafe fn put(&self, to: *mut u8) -> *mut u8;
}

macro_rules! fixed {
    ($($type:ty => $kind:ident),* $(,)?) => {$(
        // SAFETY: a plain number of the stated size is written as it is.
        unsafe impl Wire for $type {
            const KIND: Kind = Kind::$kind;
            #[cfg_attr(not(debug_assertions), inline(always))]
            fn size(&self) -> usize {
                size_of::<Self>()
            }
            #[cfg_attr(not(debug_assertions), inline(always))]
            unsafe fn put(&self, to: *mut u8) -> *mut u8 {
                // SAFETY: the caller gives room for `size()` bytes.
                unsafe {
                    to.cast::<Self>().write_unaligned(*self);
                    to.add(size_of::<Self>())
                }
            }
        }
    )*};
}

fixed! { i64 => I64, u64 => U64, i128 => I128, u128 => U128, f32 => F32, f64 => F64, bool => Bool, char => Char }

// SAFETY: nothing is written.
unsafe impl Wire for () {
    const KIND: Kind = Kind::Unit;
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn size(&self) -> usize {
        0
    }
    #[cfg_attr(not(debug_assertions), inline(always))]
    unsafe fn put(&self, to: *mut u8) -> *mut u8 {
        to
    }
}

// SAFETY: a length and the bytes of a `str`, which are UTF-8.
unsafe impl Wire for &str {
    const KIND: Kind = Kind::Str;
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn size(&self) -> usize {
        4 + self.len()
    }
    #[cfg_attr(not(debug_assertions), inline(always))]
    unsafe fn put(&self, to: *mut u8) -> *mut u8 {
        // SAFETY: the caller gives room for the length and the bytes.
        unsafe { put_bytes(self.as_bytes(), to) }
    }
}

// SAFETY: a length and the bytes.
unsafe impl Wire for &[u8] {
    const KIND: Kind = Kind::Bytes;
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn size(&self) -> usize {
        4 + self.len()
    }
    #[cfg_attr(not(debug_assertions), inline(always))]
    unsafe fn put(&self, to: *mut u8) -> *mut u8 {
        // SAFETY: the caller gives room for the length and the bytes.
        unsafe { put_bytes(self, to) }
    }
}

// SAFETY: seconds and nanoseconds, twelve bytes.
unsafe impl Wire for Duration {
    const KIND: Kind = Kind::Duration;
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn size(&self) -> usize {
        12
    }
    #[cfg_attr(not(debug_assertions), inline(always))]
    unsafe fn put(&self, to: *mut u8) -> *mut u8 {
        // SAFETY: the caller gives room for twelve bytes.
        unsafe {
            to.cast::<u64>().write_unaligned(self.as_secs());
            to.add(8).cast::<u32>().write_unaligned(self.subsec_nanos());
            to.add(12)
        }
    }
}

/// A time, as nanoseconds since the Unix epoch.
#[derive(Clone, Copy, Debug)]
pub struct Time(pub(super) i128);

// SAFETY: what an `i128` writes.
unsafe impl Wire for Time {
    const KIND: Kind = Kind::Time;
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn size(&self) -> usize {
        self.0.size()
    }
    #[cfg_attr(not(debug_assertions), inline(always))]
    unsafe fn put(&self, to: *mut u8) -> *mut u8 {
        // SAFETY: the caller gives room for the `i128`.
        unsafe { self.0.put(to) }
    }
}

// SAFETY: a byte that says whether the value follows, then the value.
unsafe impl<W: Wire> Wire for Option<W> {
    const KIND: Kind = Kind::Optional(wire_kind::<W>);
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn size(&self) -> usize {
        1 + self.as_ref().map_or(0, W::size)
    }
    #[cfg_attr(not(debug_assertions), inline(always))]
    unsafe fn put(&self, to: *mut u8) -> *mut u8 {
        // SAFETY: the caller gives room for the byte and the value.
        unsafe {
            to.write(u8::from(self.is_some()));
            match self {
                Some(value) => value.put(to.add(1)),
                None => to.add(1),
            }
        }
    }
}

/// How many events a statement's limit has held back; no field if that is none.
#[derive(Clone, Copy, Debug)]
pub struct Suppressed(pub Option<u64>);

// SAFETY: a byte that says whether the number follows, then the number.
unsafe impl Wire for Suppressed {
    const KIND: Kind = Kind::Sparse(wire_kind::<u64>);
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn size(&self) -> usize {
        self.0.size()
    }
    #[cfg_attr(not(debug_assertions), inline(always))]
    unsafe fn put(&self, to: *mut u8) -> *mut u8 {
        // SAFETY: the caller gives room for the byte and the number.
        unsafe { self.0.put(to) }
    }
}

fn wire_kind<W: Wire>() -> &'static Kind {
    const { &W::KIND }
}

/// Text made by the caller's `Display` or `Debug`, waiting in the scratch stack.
#[derive(Debug)]
pub struct Text(pub(super) Region);

/// An error and its sources, waiting in the scratch stack.
#[derive(Debug)]
pub struct ErrorText(pub(super) Region);

/// A structured value, waiting in the scratch stack.
#[derive(Debug)]
pub struct Described {
    pub(super) kind: &'static Kind,
    pub(super) region: Region,
}

macro_rules! region {
    ($type:ty => $kind:ident) => {
        // SAFETY: a length and the bytes of the region, which is not in the ring.
        unsafe impl Wire for $type {
            const KIND: Kind = Kind::$kind;
            #[cfg_attr(not(debug_assertions), inline(always))]
            fn size(&self) -> usize {
                4 + self.0.len()
            }
            #[cfg_attr(not(debug_assertions), inline(always))]
            unsafe fn put(&self, to: *mut u8) -> *mut u8 {
                // SAFETY: the caller gives room for the length and the bytes.
                unsafe { put_region(&self.0, to) }
            }
        }
    };
}

// Only `fmt::Write::write_str` fills a `Text`, whole strings at a time, so it is UTF-8.
region!(Text => Text);
region!(ErrorText => Error);

// SAFETY: a pointer to the kind, a length and the bytes of the region.
unsafe impl Wire for Described {
    const KIND: Kind = Kind::Described;
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn size(&self) -> usize {
        size_of::<&Kind>() + 4 + self.region.len()
    }
    #[cfg_attr(not(debug_assertions), inline(always))]
    unsafe fn put(&self, to: *mut u8) -> *mut u8 {
        // SAFETY: the caller gives room for the pointer, the length and the bytes.
        unsafe {
            to.cast::<&'static Kind>().write_unaligned(self.kind);
            put_region(&self.region, to.add(size_of::<&Kind>()))
        }
    }
}

macro_rules! group {
    ($($name:ident . $index:tt),+) => {
        // SAFETY: the values of the tuple, one after the other.
        unsafe impl<$($name: Wire),+> Wire for ($($name,)+) {
            const KIND: Kind = Kind::Group(const { &[$($name::KIND),+] });
            #[cfg_attr(not(debug_assertions), inline(always))]
            fn size(&self) -> usize {
                0 $(+ self.$index.size())+
            }
            #[cfg_attr(not(debug_assertions), inline(always))]
            unsafe fn put(&self, to: *mut u8) -> *mut u8 {
                $(
                    // SAFETY: the caller gives room for all of them.
                    let to = unsafe { self.$index.put(to) };
                )+
                to
            }
        }
    };
}

group!(A.0, B.1);
group!(A.0, B.1, C.2);
group!(A.0, B.1, C.2, D.3);
group!(A.0, B.1, C.2, D.3, E.4);
group!(A.0, B.1, C.2, D.3, E.4, F.5);
group!(A.0, B.1, C.2, D.3, E.4, F.5, G.6);
group!(A.0, B.1, C.2, D.3, E.4, F.5, G.6, H.7);

/// Writes a length and bytes.
///
/// # Safety
/// `to` must be valid for writes of `4 + bytes.len()` bytes.
#[cfg_attr(not(debug_assertions), inline(always))]
unsafe fn put_bytes(bytes: &[u8], to: *mut u8) -> *mut u8 {
    // SAFETY: the caller gives room for the length and the bytes.
    unsafe {
        to.cast::<u32>().write_unaligned(bytes.len() as u32);
        copy(bytes.as_ptr(), to.add(4), bytes.len());
        to.add(4 + bytes.len())
    }
}

/// # Safety
/// `to` must be valid for writes of `4 + region.len()` bytes.
#[cfg_attr(not(debug_assertions), inline(always))]
unsafe fn put_region(region: &Region, to: *mut u8) -> *mut u8 {
    // SAFETY: the caller gives room for the length and the bytes, outside of the scratch stack.
    unsafe {
        to.cast::<u32>().write_unaligned(region.len() as u32);
        region.copy_to(to.add(4));
        to.add(4 + region.len())
    }
}
