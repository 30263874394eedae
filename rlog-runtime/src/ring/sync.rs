//! The types that loom must see: atomics, and memory that two threads share.

#[cfg(not(loom))]
pub(crate) use core::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
#[cfg(loom)]
pub(crate) use loom::sync::Mutex;
#[cfg(loom)]
pub(crate) use loom::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
#[cfg(not(loom))]
pub(crate) use std::sync::Mutex;

/// Says to loom which words of a ring are written and read, so that it finds accesses that are not ordered. Nothing at
/// all outside of loom.
#[derive(Debug)]
pub(crate) struct Accesses {
    #[cfg(loom)]
    words: std::vec::Vec<loom::cell::UnsafeCell<()>>,
}

impl Accesses {
    pub(crate) fn new(_words: usize) -> Self {
        Self {
            #[cfg(loom)]
            words: (0.._words).map(|_| loom::cell::UnsafeCell::new(())).collect(),
        }
    }

    /// `length` bytes from `offset` are written.
    #[inline(always)]
    pub(crate) fn write(&self, _offset: usize, _length: usize) {
        #[cfg(loom)]
        for word in &self.words[_offset / 8..(_offset + _length) / 8] {
            word.with_mut(|_| ());
        }
    }

    /// `length` bytes from `offset` are read.
    #[inline(always)]
    pub(crate) fn read(&self, _offset: usize, _length: usize) {
        #[cfg(loom)]
        for word in &self.words[_offset / 8..(_offset + _length) / 8] {
            word.with(|_| ());
        }
    }
}

/// Keeps what one thread writes off the cache lines of the other. Two lines, since processors fetch them in pairs.
#[derive(Debug, Default)]
#[repr(align(128))]
pub(crate) struct CachePadded<T>(pub(crate) T);
