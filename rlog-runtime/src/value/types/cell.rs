//! What can be changed behind a shared reference. It is read as it is at that moment, and nothing waits: what is locked or
//! borrowed by somebody else is shown as such.

use super::{Encoder, Kind, Loggable, Scalar, element};
use core::cell::{Cell, OnceCell, RefCell};
use core::sync::atomic::{self, Ordering};
use std::sync::{Mutex, OnceLock, RwLock, TryLockError};

macro_rules! atomic {
    ($($atomic:ident $type:ty,)*) => {$(
        impl Loggable for atomic::$atomic {
            const KIND: Kind = <$type>::KIND;
            #[inline]
            fn encode(&self, encoder: &mut Encoder) {
                self.load(Ordering::Relaxed).encode(encoder);
            }
        }

        impl Scalar for atomic::$atomic {
            type Wire<'a> = <$type as Scalar>::Wire<'a>;
            #[inline(always)]
            fn wire(&self) -> Self::Wire<'_> {
                self.load(Ordering::Relaxed) as _
            }
        }
    )*};
}

atomic! {
    AtomicBool bool, AtomicI8 i8, AtomicI16 i16, AtomicI32 i32, AtomicIsize isize, AtomicU8 u8, AtomicU16 u16,
    AtomicU32 u32, AtomicUsize usize,
}

#[cfg(target_has_atomic = "64")]
atomic! { AtomicI64 i64, AtomicU64 u64, }

impl<T: Loggable + Copy> Loggable for Cell<T> {
    const KIND: Kind = T::KIND;
    #[inline]
    fn encode(&self, encoder: &mut Encoder) {
        self.get().encode(encoder);
    }
}

impl<T: Loggable + ?Sized> Loggable for RefCell<T> {
    const KIND: Kind = Kind::Attempt(element::<T>());
    fn encode(&self, encoder: &mut Encoder) {
        encoder.attempt(self.try_borrow().ok().as_deref(), "<borrowed>");
    }
}

/// A mutex that a panic has poisoned is shown as its value.
impl<T: Loggable + ?Sized> Loggable for Mutex<T> {
    const KIND: Kind = Kind::Attempt(element::<T>());
    fn encode(&self, encoder: &mut Encoder) {
        let guard = match self.try_lock() {
            Ok(guard) => Some(guard),
            Err(TryLockError::Poisoned(error)) => Some(error.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        };
        encoder.attempt(guard.as_deref(), "<locked>");
    }
}

/// A lock that a panic has poisoned is shown as its value.
impl<T: Loggable + ?Sized> Loggable for RwLock<T> {
    const KIND: Kind = Kind::Attempt(element::<T>());
    fn encode(&self, encoder: &mut Encoder) {
        let guard = match self.try_read() {
            Ok(guard) => Some(guard),
            Err(TryLockError::Poisoned(error)) => Some(error.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        };
        encoder.attempt(guard.as_deref(), "<locked>");
    }
}

/// Nothing, until it is set.
macro_rules! once {
    ($($type:ident)*) => {$(
        impl<T: Loggable> Loggable for $type<T> {
            const KIND: Kind = <Option<T>>::KIND;
            fn encode(&self, encoder: &mut Encoder) {
                self.get().encode(encoder);
            }
        }
    )*};
}

once! { OnceCell OnceLock }
