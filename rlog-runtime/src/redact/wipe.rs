//! Memory for pieces of clear text.

use core::ops::{Deref, DerefMut};
use core::sync::atomic::{Ordering, compiler_fence};

/// An array that is overwritten when it goes. Fill it where it stays: a move leaves what was in it behind.
pub(super) struct Wiped<T: Copy + Default, const N: usize>([T; N]);

impl<T: Copy + Default, const N: usize> Wiped<T, N> {
    pub(super) fn new() -> Self {
        Self([T::default(); N])
    }

    fn wipe(&mut self) {
        for item in &mut self.0 {
            // SAFETY: a reference is valid for a write, and `T: Copy` has nothing that would have to be dropped.
            unsafe { core::ptr::write_volatile(item, T::default()) };
        }
        // What happens to the memory next does not move before this.
        compiler_fence(Ordering::SeqCst);
    }
}

impl<T: Copy + Default, const N: usize> Deref for Wiped<T, N> {
    type Target = [T; N];
    fn deref(&self) -> &[T; N] {
        &self.0
    }
}

impl<T: Copy + Default, const N: usize> DerefMut for Wiped<T, N> {
    fn deref_mut(&mut self) -> &mut [T; N] {
        &mut self.0
    }
}

impl<T: Copy + Default, const N: usize> Drop for Wiped<T, N> {
    fn drop(&mut self) {
        self.wipe();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use core::mem::MaybeUninit;

    #[test]
    fn nothing_is_left_of_what_was_in_it() {
        let mut place = MaybeUninit::<Wiped<u8, 40>>::uninit();
        place.write(Wiped::new()).fill(b'x');
        // SAFETY: written above, and not used as a `Wiped` again.
        unsafe { place.assume_init_drop() };
        // SAFETY: the bytes were initialised, by `fill` and by the drop.
        let left = unsafe { core::slice::from_raw_parts(place.as_ptr().cast::<u8>(), 40) };
        assert_eq!(left, [0; 40]);
    }
}
