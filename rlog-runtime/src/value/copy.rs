//! Copies of a few bytes.
//!
//! Most texts in logs are short, and a call to `memcpy` costs more than the copy of a short one: so up to 16 bytes are copied
//! with two loads and two stores that overlap.

use std::vec::Vec;

/// Copies `length` bytes.
///
/// # Safety
/// As for [`core::ptr::copy_nonoverlapping`].
#[inline(always)]
pub(crate) unsafe fn copy(from: *const u8, to: *mut u8, length: usize) {
    // SAFETY: the caller's promise; every load and store of the branches lies within the first `length` bytes of its side,
    // since each width is at most `length`.
    unsafe {
        if length > 16 {
            core::ptr::copy_nonoverlapping(from, to, length);
        } else if length >= 8 {
            let (head, tail) =
                (from.cast::<u64>().read_unaligned(), from.add(length - 8).cast::<u64>().read_unaligned());
            to.cast::<u64>().write_unaligned(head);
            to.add(length - 8).cast::<u64>().write_unaligned(tail);
        } else if length >= 4 {
            let (head, tail) =
                (from.cast::<u32>().read_unaligned(), from.add(length - 4).cast::<u32>().read_unaligned());
            to.cast::<u32>().write_unaligned(head);
            to.add(length - 4).cast::<u32>().write_unaligned(tail);
        } else if length > 0 {
            let (first, middle, last) = (from.read(), from.add(length / 2).read(), from.add(length - 1).read());
            to.write(first);
            to.add(length / 2).write(middle);
            to.add(length - 1).write(last);
        }
    }
}

/// `Vec::extend_from_slice`, for what is mostly short.
#[inline(always)]
pub(crate) fn append(out: &mut Vec<u8>, bytes: &[u8]) {
    if out.capacity() - out.len() < bytes.len() {
        grow(out, bytes.len());
    }
    let length = out.len();
    // SAFETY: there is room for the bytes behind `length`, which do not lie in the vector since it is borrowed for writing;
    // they are initialised by the copy.
    unsafe {
        copy(bytes.as_ptr(), out.as_mut_ptr().add(length), bytes.len());
        out.set_len(length + bytes.len());
    }
}

#[cold]
#[inline(never)]
fn grow(out: &mut Vec<u8>, more: usize) {
    out.reserve(more);
}

/// Eight bytes of a text at a time, for tests of all of them at once. Bytes that a window shows twice do not matter, nor
/// do the zeros of `filler` where there are fewer than eight.
#[inline(always)]
pub(crate) fn any_window(bytes: &[u8], filler: u64, test: impl Fn(u64) -> bool) -> bool {
    let length = bytes.len();
    if length >= 8 {
        let mut found = false;
        let mut rest = bytes;
        while let Some((window, behind)) = rest.split_first_chunk::<8>() {
            found |= test(u64::from_le_bytes(*window));
            rest = behind;
        }
        return match bytes.last_chunk::<8>() {
            Some(last) if !rest.is_empty() => found | test(u64::from_le_bytes(*last)),
            _ => found,
        };
    }
    let mut window = filler.to_le_bytes();
    // SAFETY: fewer than eight bytes, into an array of eight.
    unsafe { copy(bytes.as_ptr(), window.as_mut_ptr(), length) };
    test(u64::from_le_bytes(window))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_length_is_copied_whole_and_no_further() {
        let source: Vec<u8> = (1..=40).collect();
        for length in 0..=40 {
            let mut target = vec![0; 48];
            // SAFETY: both have room for `length` bytes.
            unsafe { copy(source.as_ptr(), target.as_mut_ptr(), length) };
            assert_eq!(target[..length], source[..length]);
            assert!(target[length..].iter().all(|&byte| byte == 0));
            let mut out = b"x".to_vec();
            append(&mut out, &source[..length]);
            assert_eq!(out[1..], source[..length]);
        }
    }

    #[test]
    fn a_byte_is_found_wherever_it_stands() {
        let is_marked = |window: u64| window.to_le_bytes().contains(&9);
        for length in 0..40 {
            let mut bytes = vec![1; length];
            assert!(!any_window(&bytes, 0, is_marked));
            for at in 0..length {
                bytes[at] = 9;
                assert!(any_window(&bytes, 0, is_marked), "{at} of {length}");
                bytes[at] = 1;
            }
        }
    }
}
