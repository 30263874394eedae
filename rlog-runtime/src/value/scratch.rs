//! A stack of bytes per thread, for values that take user code to encode.
//!
//! `Display`, `Debug`, `Error::source` and hand-written `Loggable`s run *before* a record is reserved, and write here.
//! So a value that panics leaves no half record, and one that logs finishes its own record first. Regions are released
//! in the reverse order, by [`Region`]'s `Drop`, also during a panic.
//!
//! The thread-local has no destructor, so it works in the destructors of other thread-locals; a second one, touched only
//! when memory is taken, gives the memory back when the thread ends.

use super::copy::copy;
use core::cell::Cell;
use core::marker::PhantomData;
use std::alloc;

/// Bytes at the top of this thread's stack, released on drop.
#[derive(Debug)]
pub(crate) struct Region {
    start: u32,
    length: u32,
    /// A region belongs to the thread that made it.
    not_send: PhantomData<*const ()>,
}

impl Region {
    /// Runs `fill`, which writes with [`append`], and keeps what it wrote.
    pub(crate) fn record(fill: impl FnOnce()) -> Self {
        let start = length() as u32;
        // Made before user code runs, so that a panic in it releases what was written.
        let mut region = Self { start, length: 0, not_send: PhantomData };
        let recording = Recording::begin();
        fill();
        drop(recording);
        region.length = length() as u32 - start;
        region
    }

    pub(crate) fn len(&self) -> usize {
        self.length as usize
    }

    /// Copies the region to `to`.
    ///
    /// # Safety
    /// `to` must be valid for writes of [`Region::len`] bytes and not lie in the scratch stack.
    #[inline]
    pub(crate) unsafe fn copy_to(&self, to: *mut u8) {
        if self.length == 0 {
            return;
        }
        SCRATCH.with(|scratch| {
            // SAFETY: `record` made `start..start + length` part of the initialised bytes of this thread's buffer. Only
            // the drop of this region or of one below it shortens them, and regions are dropped in reverse order; growing
            // copies them. The caller vouches for `to`.
            unsafe { core::ptr::copy_nonoverlapping(scratch.bytes.get().add(self.start as usize), to, self.len()) }
        });
    }
}

impl Drop for Region {
    fn drop(&mut self) {
        SCRATCH.with(|scratch| {
            scratch.length.set(scratch.length.get().min(self.start as usize));
            if self.start == 0 && (scratch.late.get() || scratch.capacity.get() > KEPT) {
                scratch.free();
            }
        });
    }
}

/// While it lives, what is appended is for the region that is being recorded.
struct Recording {
    outer: u64,
}

impl Recording {
    fn begin() -> Self {
        SCRATCH.with(|scratch| {
            scratch.recordings.set(scratch.recordings.get() + 1);
            Self { outer: scratch.recording.replace(scratch.recordings.get()) }
        })
    }
}

impl Drop for Recording {
    fn drop(&mut self) {
        SCRATCH.with(|scratch| scratch.recording.set(self.outer));
    }
}

/// The number of the region that is being recorded on this thread. No other one ever has it.
#[inline]
pub(crate) fn recording() -> u64 {
    SCRATCH.with(|scratch| scratch.recording.get())
}

/// Adds bytes to the top of the stack. Past [`LIMIT`] nothing is added and `false` comes back.
#[inline]
pub(crate) fn append(bytes: &[u8]) -> bool {
    SCRATCH.with(|scratch| {
        let length = scratch.length.get();
        if scratch.capacity.get() - length < bytes.len() && !scratch.grow(bytes.len()) {
            return false;
        }
        // SAFETY: the buffer has room for `bytes.len()` bytes past `length`, and `bytes` cannot lie in it, since no
        // reference into the buffer is ever handed out.
        unsafe { core::ptr::copy_nonoverlapping(bytes.as_ptr(), scratch.bytes.get().add(length), bytes.len()) };
        scratch.length.set(length + bytes.len());
        true
    })
}

/// Takes the memory that is enough for nearly every thread, so that it is taken with the thread's first record and not
/// with the first `Display` some time later.
#[cfg(feature = "output")]
pub(crate) fn prepare() {
    SCRATCH.with(|scratch| {
        if scratch.capacity.get() == 0 && RELEASE.try_with(|_| ()).is_ok() {
            scratch.grow(INITIAL);
        }
    });
}

/// Adds a length and bytes, as [`append`] does: both or none.
#[inline]
pub(crate) fn append_sized(bytes: &[u8]) -> bool {
    SCRATCH.with(|scratch| {
        let length = scratch.length.get();
        let needed = size_of::<u32>() + bytes.len();
        if scratch.capacity.get() - length < needed && !scratch.grow(needed) {
            return false;
        }
        // SAFETY: the buffer has room for `needed` bytes past `length`; for the rest as in `append`.
        unsafe {
            let to = scratch.bytes.get().add(length);
            to.cast::<[u8; 4]>().write((bytes.len() as u32).to_ne_bytes());
            copy(bytes.as_ptr(), to.add(size_of::<u32>()), bytes.len());
        }
        scratch.length.set(length + needed);
        true
    })
}

/// How many bytes are on the stack.
#[inline]
pub(crate) fn length() -> usize {
    SCRATCH.with(|scratch| scratch.length.get())
}

/// Reads bytes that were appended at `position`.
#[cfg(feature = "serde")]
pub(crate) fn read<const N: usize>(position: usize) -> Option<[u8; N]> {
    SCRATCH.with(|scratch| {
        let is_within = position.checked_add(N).is_some_and(|end| end <= scratch.length.get());
        // SAFETY: the bytes lie in the initialised part of the buffer.
        is_within.then(|| unsafe { scratch.bytes.get().add(position).cast::<[u8; N]>().read() })
    })
}

/// Takes back what was appended from `position` on.
#[cfg(feature = "serde")]
pub(crate) fn truncate(position: usize) {
    SCRATCH.with(|scratch| scratch.length.set(scratch.length.get().min(position)));
}

/// Overwrites four bytes that were appended at `position`.
pub(crate) fn patch(position: usize, value: u32) {
    SCRATCH.with(|scratch| {
        if position + 4 <= scratch.length.get() {
            // SAFETY: the four bytes lie in the initialised part of the buffer.
            unsafe { scratch.bytes.get().add(position).cast::<[u8; 4]>().write(value.to_ne_bytes()) }
        }
    });
}

/// The most a thread's values may take at one time; more is cut off. Far above what a record should hold, and low enough
/// that a `Display` that never ends does not take the machine's memory.
const LIMIT: usize = 16 << 20;
/// The first allocation, which is enough for nearly every thread.
const INITIAL: usize = 4 << 10;
/// A larger buffer is given back after the record that needed it.
const KEPT: usize = 256 << 10;

struct Scratch {
    bytes: Cell<*mut u8>,
    length: Cell<usize>,
    capacity: Cell<usize>,
    /// The number of the innermost region that is being recorded, and how many there have been.
    recording: Cell<u64>,
    recordings: Cell<u64>,
    /// The thread's destructors have run: from now on memory is given back after every record.
    late: Cell<bool>,
}

thread_local! {
    static SCRATCH: Scratch = const {
        Scratch {
            bytes: Cell::new(core::ptr::null_mut()),
            length: Cell::new(0),
            capacity: Cell::new(0),
            recording: Cell::new(0),
            recordings: Cell::new(0),
            late: Cell::new(false),
        }
    };
    static RELEASE: Release = const { Release };
}

impl Scratch {
    #[cold]
    fn grow(&self, more: usize) -> bool {
        let length = self.length.get();
        let Some(capacity) = length.checked_add(more).filter(|&needed| needed <= LIMIT) else {
            return false;
        };
        let capacity = capacity.next_power_of_two().max(INITIAL);
        if RELEASE.try_with(|_| ()).is_err() {
            self.late.set(true);
        }
        let Ok(layout) = alloc::Layout::array::<u8>(capacity) else { return false };
        // SAFETY: the layout is not zero-sized.
        let bytes = unsafe { alloc::alloc(layout) };
        if bytes.is_null() {
            return false;
        }
        if length > 0 {
            // SAFETY: both buffers hold at least `length` bytes and are different allocations.
            unsafe { core::ptr::copy_nonoverlapping(self.bytes.get(), bytes, length) };
        }
        self.free();
        self.bytes.set(bytes);
        self.capacity.set(capacity);
        true
    }

    fn free(&self) {
        let bytes = self.bytes.replace(core::ptr::null_mut());
        let capacity = self.capacity.replace(0);
        if let (false, Ok(layout)) = (bytes.is_null(), alloc::Layout::array::<u8>(capacity)) {
            // SAFETY: `grow` allocated `bytes` with this very layout, and nothing points to it any more.
            unsafe { alloc::dealloc(bytes, layout) };
        }
    }
}

struct Release;

impl Drop for Release {
    fn drop(&mut self) {
        SCRATCH.with(|scratch| {
            scratch.late.set(true);
            scratch.length.set(0);
            scratch.free();
        });
    }
}
