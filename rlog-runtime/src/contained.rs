//! What belongs to users and is dropped by the logger: their handlers, filters and formatters.
//!
//! The last one who lets go of such a thing may be the worker, a thread that logs, or whoever changes the configuration and
//! holds its lock. A panic there would end what has nothing to do with it, so it is told, and ends here.

use crate::trouble::{self, Trouble};
use core::fmt;
use core::mem::ManuallyDrop;
use core::ops::{Deref, DerefMut};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::string::String;
use std::sync::Arc;

/// Something of a user's. A panic while it is dropped harms nobody.
#[derive(Clone)]
pub(crate) struct Contained<T> {
    value: ManuallyDrop<T>,
    /// What it is, for the message.
    what: Arc<str>,
}

impl<T> Contained<T> {
    /// `what` it is, such as "handler `file`".
    pub(crate) fn new(value: T, what: String) -> Self {
        Self { value: ManuallyDrop::new(value), what: what.into() }
    }
}

impl<T> Drop for Contained<T> {
    fn drop(&mut self) {
        // SAFETY: it is dropped here and nowhere else, and nobody can use it afterwards.
        let dropped = catch_unwind(AssertUnwindSafe(|| unsafe { ManuallyDrop::drop(&mut self.value) }));
        if dropped.is_err() {
            trouble::report(Trouble::Panic, format_args!("{} panicked when it was dropped", self.what));
        }
    }
}

impl<T> Deref for Contained<T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T> DerefMut for Contained<T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut T {
        &mut self.value
    }
}

impl<T> fmt::Debug for Contained<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Panics;

    impl Drop for Panics {
        fn drop(&mut self) {
            panic!("a panic that this test wants");
        }
    }

    #[test]
    fn what_panics_when_it_is_dropped_is_told_by_what_it_is_and_harms_nobody() {
        let before = trouble::counts().panic;
        drop(Contained::new(Panics, "handler `mine`".into()));
        assert!(trouble::counts().panic > before);
    }

    #[test]
    fn what_several_share_is_dropped_once_and_by_the_last() {
        let first = Contained::new(Arc::new(()), "formatter".into());
        let watch = Arc::downgrade(&first);
        let second = first.clone();
        drop(first);
        assert!(watch.upgrade().is_some());
        drop(second);
        assert!(watch.upgrade().is_none());
    }
}
