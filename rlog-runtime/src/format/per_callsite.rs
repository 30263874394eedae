//! What a formatter keeps of each callsite.

use core::fmt;
use std::boxed::Box;
use std::sync::OnceLock;

/// One `T` for each callsite, made when it is first asked for, and found by the callsite's number without a lock. It only
/// grows; callsites live forever.
pub(super) struct PerCallsite<T> {
    /// The first has room for [`FIRST`], and each for twice as many as the one before, so that none ever moves.
    shelves: Box<[Shelf<T>; SHELVES]>,
}

type Shelf<T> = OnceLock<Box<[OnceLock<T>]>>;

const FIRST: usize = 32;
/// For more numbers than there are.
const SHELVES: usize = 28;

impl<T> PerCallsite<T> {
    pub(super) fn new() -> Self {
        Self { shelves: Box::new([const { OnceLock::new() }; SHELVES]) }
    }

    /// What is kept of the callsite with this number.
    #[inline]
    pub(super) fn get(&self, number: u32, make: impl FnOnce() -> T) -> &T {
        let place = number as usize + FIRST;
        let shelf = (place / FIRST).ilog2() as usize;
        let size = FIRST << shelf;
        let books = self.shelves[shelf].get_or_init(|| (0..size).map(|_| OnceLock::new()).collect());
        books[place - size].get_or_init(make)
    }
}

/// A copy knows nothing yet.
impl<T> Clone for PerCallsite<T> {
    fn clone(&self) -> Self {
        Self::new()
    }
}

impl<T> fmt::Debug for PerCallsite<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PerCallsite").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_number_has_its_own_and_keeps_it() {
        let table = PerCallsite::new();
        for number in (0..1_000).chain([31, 32, 95, 96, 1 << 20]) {
            assert_eq!(*table.get(number, || number), number);
        }
        for number in (0..1_000).rev() {
            assert_eq!(*table.get(number, || unreachable!("it is there")), number);
        }
        assert_eq!(*table.clone().get(7, || 8), 8);
    }
}
