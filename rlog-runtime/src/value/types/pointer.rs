//! What is shown as that to which it leads.
//!
//! `Weak` is not among them: it is there to break cycles, and a value that logs its parent, which logs its children, has no end.

use super::{Encoder, Kind, Loggable};
use core::cell::LazyCell;
use core::mem::ManuallyDrop;
use core::ops::Deref;
use core::pin::Pin;
use std::borrow::{Cow, ToOwned};
use std::boxed::Box;
use std::rc::Rc;
use std::sync::{Arc, LazyLock, MutexGuard, RwLockReadGuard, RwLockWriteGuard};

macro_rules! pointer {
    ($($type:ty),*) => {$(
        impl<T: Loggable + ?Sized> Loggable for $type {
            const KIND: Kind = T::KIND;
            #[inline(always)]
            fn encode(&self, encoder: &mut Encoder) {
                encoder.behind_pointer(&**self);
            }
        }
    )*};
}

pointer! {
    &T, &mut T, Box<T>, Rc<T>, Arc<T>, ManuallyDrop<T>, core::cell::Ref<'_, T>, core::cell::RefMut<'_, T>,
    MutexGuard<'_, T>, RwLockReadGuard<'_, T>, RwLockWriteGuard<'_, T>
}

impl<T: Loggable + ToOwned + ?Sized> Loggable for Cow<'_, T> {
    const KIND: Kind = T::KIND;
    #[inline]
    fn encode(&self, encoder: &mut Encoder) {
        (**self).encode(encoder);
    }
}

/// The value, which is computed now if nobody has used it yet.
macro_rules! lazy {
    ($($type:ident)*) => {$(
        impl<T: Loggable, F: FnOnce() -> T> Loggable for $type<T, F> {
            const KIND: Kind = T::KIND;
            fn encode(&self, encoder: &mut Encoder) {
                encoder.behind_pointer(&**self);
            }
        }
    )*};
}

lazy! { LazyCell LazyLock }

impl<P: Deref<Target: Loggable>> Loggable for Pin<P> {
    const KIND: Kind = P::Target::KIND;
    #[inline]
    fn encode(&self, encoder: &mut Encoder) {
        (**self).encode(encoder);
    }
}
