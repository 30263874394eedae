//! The byte ring between one thread that logs and the worker.
//!
//! One producer, one consumer, no lock. Records are multiples of eight bytes and never wrap: where one does not fit before
//! the end of the buffer, a zero word there says that the rest of the lap is empty. Positions count bytes since the ring
//! was made and never go back; a position modulo the capacity is the offset in the buffer.
//!
//! The producer's state is a handful of `Cell`s that live in a thread-local, so that reserving a place is one comparison.
//! It reads the consumer's position only when the space it knows of is used up, and publishes a record with one store.
//! The consumer takes whole ranges and gives space back in large steps, since a cache line that changes cores is the
//! main cost of a record (`benches/`, `ring`).

pub(crate) mod sync;

use core::cell::Cell;
use core::fmt;
use core::ptr::NonNull;
use std::alloc;
use std::sync::Arc;
use sync::{Accesses, AtomicUsize, CachePadded, Ordering};

/// The shared part of a ring.
pub(crate) struct Ring {
    /// Where the producer will write next. Only the producer stores, with `Release` after the bytes before it are
    /// written; the consumer loads with `Acquire` and may see an old value, which only makes it read less.
    write: CachePadded<AtomicUsize>,
    /// Where the consumer will read next. Only the consumer stores, with `Release` after it has read the bytes before
    /// it; the producer loads with `Acquire`, and an old value only makes it see less room.
    read: CachePadded<AtomicUsize>,
    buffer: NonNull<u8>,
    capacity: usize,
    accesses: Accesses,
}

// SAFETY: `buffer` is owned by the ring. Its bytes are written by the producer only between `read + capacity` and `write`,
// and read by the consumer only between `read` and `write`; the two positions hand them over as described on the fields.
// There is one `Producer` and one `Consumer` for a ring, see their constructors.
unsafe impl Send for Ring {}
// SAFETY: as above.
unsafe impl Sync for Ring {}

/// Records start at multiples of this.
pub(crate) const ALIGNMENT: usize = 8;
/// The producer takes at most the capacity divided by this at a time, so that it looks up now and then and wakes a worker that
/// sleeps before the ring is full.
const ALLOWANCE: usize = 8;
/// The memory touched when a ring is made, so that a thread's first records do not wait for the kernel to find pages.
const TOUCHED: usize = 64 << 10;
const PAGE: usize = 4096;

impl Ring {
    /// A ring of `capacity` bytes, rounded up to a power of two of at least 1 KiB.
    pub(crate) fn new(capacity: usize) -> Self {
        Self::with_exact_capacity(capacity.next_power_of_two().max(1024))
    }

    fn with_exact_capacity(capacity: usize) -> Self {
        let layout = Self::layout(capacity);
        // SAFETY: the layout is not zero-sized.
        let Some(buffer) = NonNull::new(unsafe { alloc::alloc_zeroed(layout) }) else {
            alloc::handle_alloc_error(layout);
        };
        for offset in (0..capacity.min(TOUCHED)).step_by(PAGE) {
            // SAFETY: the offset is within the buffer, which nobody else knows yet. Volatile, or it would be removed as a
            // store of the zero that is there.
            unsafe { buffer.as_ptr().add(offset).write_volatile(0) };
        }
        Self {
            write: CachePadded(AtomicUsize::new(0)),
            read: CachePadded(AtomicUsize::new(0)),
            buffer,
            capacity,
            accesses: Accesses::new(capacity / ALIGNMENT),
        }
    }

    fn layout(capacity: usize) -> alloc::Layout {
        // Cannot fail for a power of two that could be allocated; the fallback keeps this free of panics.
        alloc::Layout::from_size_align(capacity, 128).unwrap_or(alloc::Layout::new::<u128>())
    }

    /// Up to where the consumer has given space back.
    pub(crate) fn position(&self) -> usize {
        self.read.0.load(Ordering::Acquire)
    }

    /// The largest record that may be reserved. Half, so that a record always fits once the ring is empty, wherever the
    /// position stands.
    pub(crate) fn largest_record(&self) -> usize {
        self.capacity / 2
    }
}

impl Drop for Ring {
    fn drop(&mut self) {
        // SAFETY: allocated in `with_exact_capacity` with the same layout; `self` is the last owner.
        unsafe { alloc::dealloc(self.buffer.as_ptr(), Self::layout(self.capacity)) };
    }
}

impl fmt::Debug for Ring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ring").field("capacity", &self.capacity).finish_non_exhaustive()
    }
}

/// The writing end: the state of the thread that logs. Detached until [`Producer::attach`].
pub(crate) struct Producer {
    /// The next byte to write.
    cursor: Cell<*mut u8>,
    /// The end of the room that is known to be free and contiguous.
    limit: Cell<*mut u8>,
    /// What to subtract from the cursor's address to get a position.
    origin: Cell<usize>,
    /// `Ring::write` of the ring, or null. It and `ring` are valid as long as `attach`'s caller keeps the ring.
    published: Cell<*const AtomicUsize>,
    ring: Cell<*const Ring>,
}

/// Why there is no room.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum NoRoom {
    /// No ring yet, or no longer.
    Detached,
    /// The consumer has to read first.
    Full,
    /// Larger than any record may be.
    TooLarge,
}

impl Producer {
    pub(crate) const fn detached() -> Self {
        Self {
            cursor: Cell::new(core::ptr::null_mut()),
            limit: Cell::new(core::ptr::null_mut()),
            origin: Cell::new(0),
            published: Cell::new(core::ptr::null()),
            ring: Cell::new(core::ptr::null()),
        }
    }

    /// Starts to write to `ring`, at its position.
    ///
    /// # Safety
    /// There must be no other producer of this ring, and the ring must live until [`Producer::detach`].
    pub(crate) unsafe fn attach(&self, ring: &Ring) {
        self.ring.set(ring);
        self.published.set(&raw const ring.write.0);
        // Only producers store to `write`, and the one before this has ended, so any ordering shows its last store.
        self.seek(ring, ring.write.0.load(Ordering::Acquire));
    }

    pub(crate) fn detach(&self) {
        self.cursor.set(core::ptr::null_mut());
        self.limit.set(core::ptr::null_mut());
        self.published.set(core::ptr::null());
        self.ring.set(core::ptr::null());
    }

    /// A place for `length` bytes, if the known room is enough. `length` is a multiple of [`ALIGNMENT`].
    #[inline(always)]
    pub(crate) fn reserve(&self, length: usize) -> Option<NonNull<u8>> {
        let cursor = self.cursor.get();
        if self.limit.get().addr().wrapping_sub(cursor.addr()) < length {
            return None;
        }
        // SAFETY: `length` is not zero, so there is room, and only a ring's buffer has room: while detached, the cursor and
        // the limit are both null. Said twice, or the caller would still test for null.
        unsafe {
            core::hint::assert_unchecked(!cursor.is_null());
            Some(NonNull::new_unchecked(cursor))
        }
    }

    /// Publishes `length` bytes that were written at the place that was reserved last.
    ///
    /// # Safety
    /// `reserve(length)`, or `refill(length)`, must have just returned a place, and all of its bytes must be written.
    #[inline(always)]
    pub(crate) unsafe fn commit(&self, length: usize) {
        // SAFETY: the room up to `limit` is at least `length`.
        let next = unsafe { self.cursor.get().add(length) };
        #[cfg(loom)]
        // SAFETY: `ring` is valid while attached.
        unsafe {
            let ring = &*self.ring.get();
            ring.accesses.write(self.cursor.get().addr() - ring.buffer.as_ptr().addr(), length);
        }
        self.cursor.set(next);
        // SAFETY: a place was reserved, so the producer is attached, and `published` points into the ring.
        let published = unsafe { &*self.published.get() };
        published.store(next.addr().wrapping_sub(self.origin.get()), Ordering::Release);
    }

    /// Looks again for room for `length` bytes, going to the next lap if need be.
    pub(crate) fn refill(&self, length: usize) -> Result<NonNull<u8>, NoRoom> {
        // SAFETY: null, or the ring given to `attach`, which is still valid.
        let Some(ring) = (unsafe { self.ring.get().as_ref() }) else { return Err(NoRoom::Detached) };
        if length > ring.largest_record() {
            return Err(NoRoom::TooLarge);
        }
        let write = self.cursor.get().addr().wrapping_sub(self.origin.get());
        let free = ring.capacity - write.wrapping_sub(ring.read.0.load(Ordering::Acquire));
        let to_end = ring.capacity - write % ring.capacity;
        if to_end >= length {
            if free < length {
                return Err(NoRoom::Full);
            }
            self.seek(ring, write);
            self.allow(free.min(to_end).min(ring.capacity / ALLOWANCE).max(length));
        } else {
            if free < to_end + length {
                return Err(NoRoom::Full);
            }
            // SAFETY: `to_end` bytes from here are within the buffer and free, and `to_end` is a multiple of eight that is
            // not zero. A null pointer, as that is what a record starts with.
            unsafe { self.cursor.get().cast::<*const ()>().write(core::ptr::null()) };
            ring.accesses.write(write % ring.capacity, ALIGNMENT);
            self.seek(ring, write.wrapping_add(to_end));
            self.allow((free - to_end).min(ring.capacity / ALLOWANCE).max(length));
        }
        NonNull::new(self.cursor.get()).ok_or(NoRoom::Detached)
    }

    /// How many bytes the consumer has not given back yet.
    pub(crate) fn used(&self) -> usize {
        // SAFETY: null, or the ring given to `attach`, which is still valid.
        unsafe { self.ring.get().as_ref() }.map_or(0, |ring| {
            self.cursor.get().addr().wrapping_sub(self.origin.get()).wrapping_sub(ring.read.0.load(Ordering::Acquire))
        })
    }

    fn seek(&self, ring: &Ring, position: usize) {
        // SAFETY: the offset is less than the capacity.
        let cursor = unsafe { ring.buffer.as_ptr().add(position % ring.capacity) };
        self.cursor.set(cursor);
        self.limit.set(cursor);
        self.origin.set(cursor.addr().wrapping_sub(position));
    }

    fn allow(&self, length: usize) {
        // SAFETY: the caller has made sure that `length` bytes from the cursor are within the buffer.
        self.limit.set(unsafe { self.cursor.get().add(length) });
    }
}

/// The reading end, owned by the worker.
pub(crate) struct Consumer<R: AsRef<Ring> = Arc<Ring>> {
    ring: R,
    /// Where the next record starts.
    read: usize,
    /// The end of what is known to be published.
    available: usize,
    /// What the producer knows to be free.
    released: usize,
    /// Somebody still looks at a record that was read: nothing is given back any more.
    is_pinned: bool,
}

impl AsRef<Self> for Ring {
    fn as_ref(&self) -> &Self {
        self
    }
}

impl<R: AsRef<Ring>> Consumer<R> {
    /// Reads from a position on. If `is_pinned`, it never gives space back.
    ///
    /// # Safety
    /// There must be no other consumer of this ring that goes on to read, the position must be that of a record, and if
    /// somebody still looks at bytes before it, the ring must be pinned.
    pub(crate) unsafe fn resume(ring: R, read: usize, is_pinned: bool) -> Self {
        let released = ring.as_ref().position();
        Self { ring, read, available: read, released, is_pinned }
    }

    /// Where the next record starts, or the rest of a lap that is empty.
    #[inline]
    pub(crate) fn position(&self) -> usize {
        self.read
    }

    /// Looks for what has been published since. Returns how many bytes there are to read.
    pub(crate) fn refresh(&mut self) -> usize {
        self.available = self.ring.as_ref().write.0.load(Ordering::Acquire);
        self.available.wrapping_sub(self.read)
    }

    /// The bytes from the next record to the end of what is contiguous. Empty when all that is known has been read.
    #[inline]
    pub(crate) fn readable(&mut self) -> &[u8] {
        let ring = self.ring.as_ref();
        loop {
            let offset = self.read % ring.capacity;
            let length = self.available.wrapping_sub(self.read).min(ring.capacity - offset);
            if length == 0 {
                return &[];
            }
            ring.accesses.read(offset, ALIGNMENT);
            // SAFETY: these bytes lie between `read` and `write`, so the producer wrote them before the `Release` store
            // that `refresh` saw, and does not touch them before `release`.
            let bytes = unsafe { core::slice::from_raw_parts(ring.buffer.as_ptr().add(offset), length) };
            // SAFETY: there are at least eight bytes, and records start at multiples of eight in a buffer aligned to 128.
            if unsafe { bytes.as_ptr().cast::<*const ()>().read() }.is_null() {
                // The rest of the lap is empty; the next record is published together with this mark.
                self.read = self.read.wrapping_add(ring.capacity - offset);
                continue;
            }
            return bytes;
        }
    }

    /// Moves behind `length` bytes. The space is given back when that is worth a store, or by [`Consumer::release`].
    #[inline]
    pub(crate) fn advance(&mut self, length: usize) {
        #[cfg(loom)]
        self.ring.as_ref().accesses.read(self.read % self.ring.as_ref().capacity, length);
        self.read = self.read.wrapping_add(length);
        if self.read.wrapping_sub(self.released) >= self.ring.as_ref().capacity / GIVE_BACK {
            self.release();
        }
    }

    /// Gives the space of all that was read back to the producer.
    #[inline]
    pub(crate) fn release(&mut self) {
        if self.released != self.read && !self.is_pinned {
            self.released = self.read;
            self.ring.as_ref().read.0.store(self.read, Ordering::Release);
        }
    }
}

/// Space is given back in steps of at least the capacity divided by this.
const GIVE_BACK: usize = 8;

impl<R: AsRef<Ring>> fmt::Debug for Consumer<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Consumer").field("read", &self.read).field("available", &self.available).finish_non_exhaustive()
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::VecDeque;
    use std::vec::Vec;

    /// Writes a record whose first word is its number (never zero) and whose second is its length.
    fn push(producer: &Producer, number: usize, length: usize) -> Result<(), NoRoom> {
        let place = match producer.reserve(length) {
            Some(place) => place,
            None => producer.refill(length)?,
        };
        // SAFETY: `length` bytes are reserved and at least 16.
        unsafe {
            place.as_ptr().write_bytes(number as u8, length);
            place.as_ptr().cast::<usize>().write(number);
            place.as_ptr().cast::<usize>().add(1).write(length);
            producer.commit(length);
        }
        Ok(())
    }

    fn pop<R: AsRef<Ring>>(consumer: &mut Consumer<R>) -> Option<(usize, usize)> {
        let bytes = consumer.readable();
        if bytes.is_empty() {
            return None;
        }
        // SAFETY: `push` wrote two words.
        let (number, length) =
            unsafe { (bytes.as_ptr().cast::<usize>().read(), bytes.as_ptr().cast::<usize>().add(1).read()) };
        assert!(bytes[16..length].iter().all(|&byte| byte == number as u8), "record {number} is torn");
        consumer.advance(length);
        Some((number, length))
    }

    fn pair(capacity: usize) -> (Arc<Ring>, Producer, Consumer) {
        let ring = Arc::new(Ring::with_exact_capacity(capacity));
        let producer = Producer::detached();
        // SAFETY: the only producer and the only consumer; the test keeps the ring.
        unsafe {
            producer.attach(&ring);
            let consumer = Consumer::resume(Arc::clone(&ring), 0, false);
            (ring, producer, consumer)
        }
    }

    /// Few under Miri, where a step takes a millisecond.
    const CASES: u32 = if cfg!(miri) { 8 } else { 256 };
    const STEPS: usize = if cfg!(miri) { 60 } else { 400 };

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(CASES))]

        #[test]
        fn a_ring_is_a_bounded_queue_of_whole_records(
            capacity in (7_u32..11).prop_map(|bits| 1_usize << bits),
            steps in proptest::collection::vec((any::<bool>(), 2_usize..40), 1..STEPS),
        ) {
            let (_ring, producer, mut consumer) = pair(capacity);
            let mut expected = VecDeque::new();
            for (number, (write, words)) in (1..).zip(steps) {
                let length = words * ALIGNMENT;
                if write {
                    match push(&producer, number, length) {
                        Ok(()) => expected.push_back((number, length)),
                        Err(NoRoom::TooLarge) => prop_assert!(length > capacity / 2),
                        Err(NoRoom::Full) => prop_assert!(!expected.is_empty()),
                        Err(NoRoom::Detached) => prop_assert!(false),
                    }
                } else {
                    consumer.refresh();
                    let popped = pop(&mut consumer);
                    consumer.release();
                    prop_assert_eq!(popped, expected.pop_front());
                }
            }
            consumer.refresh();
            let mut rest = Vec::new();
            while let Some(record) = pop(&mut consumer) {
                rest.push(record);
            }
            prop_assert_eq!(rest, Vec::from(expected));
        }
    }

    #[test]
    fn records_that_divide_the_capacity_fill_the_ring_to_the_last_byte() {
        let (_ring, producer, mut consumer) = pair(128);
        for lap in 0..5 {
            for number in 1..=4 {
                assert_eq!(push(&producer, lap * 4 + number, 32), Ok(()));
            }
            assert_eq!(push(&producer, 99, 32), Err(NoRoom::Full));
            assert_eq!(consumer.refresh(), 128);
            for number in 1..=4 {
                assert_eq!(pop(&mut consumer), Some((lap * 4 + number, 32)));
            }
            consumer.release();
        }
    }

    #[test]
    fn a_second_producer_goes_on_where_the_first_stopped() {
        let (ring, first, mut consumer) = pair(256);
        assert_eq!(push(&first, 1, 48), Ok(()));
        first.detach();
        assert_eq!(push(&first, 2, 48), Err(NoRoom::Detached));
        let second = Producer::detached();
        // SAFETY: the first producer is detached; the ring lives on.
        unsafe { second.attach(&ring) };
        assert_eq!(push(&second, 3, 48), Ok(()));
        consumer.refresh();
        assert_eq!((pop(&mut consumer), pop(&mut consumer)), (Some((1, 48)), Some((3, 48))));
    }

    #[test]
    fn two_threads_hand_over_every_record_in_order() {
        let count = if cfg!(miri) { 200 } else { 200_000 };
        let (ring, _, mut consumer) = pair(1024);
        let writer = std::thread::spawn(move || {
            let producer = Producer::detached();
            // SAFETY: `pair`'s producer is dropped and wrote nothing; `ring` lives as long as this closure.
            unsafe { producer.attach(&ring) };
            for number in 1..=count {
                while push(&producer, number, 16 + number % 7 * 8) == Err(NoRoom::Full) {
                    std::thread::yield_now();
                }
            }
        });
        let mut next = 1;
        while next <= count {
            consumer.refresh();
            while let Some((number, length)) = pop(&mut consumer) {
                assert_eq!((number, length), (next, 16 + next % 7 * 8));
                next += 1;
            }
            consumer.release();
            std::thread::yield_now();
        }
        writer.join().expect("the writer ends");
    }
}

#[cfg(all(test, loom))]
mod models {
    use super::*;
    use loom::thread;

    /// A producer that another thread goes on with.
    struct Moved(Producer);
    // SAFETY: a producer is used by one thread at a time, and here it is moved whole.
    unsafe impl Send for Moved {}

    #[test]
    fn what_is_read_was_written_before() {
        loom::model(|| {
            let ring = Arc::new(Ring::with_exact_capacity(64));
            let shared = Arc::clone(&ring);
            let moved = Moved(Producer::detached());
            // Attached before the thread starts: loom (0.7) compares an access with the last one to the same atomic only, so
            // a load by the writer would hide its stores from the reader's loads, and only one order would be tried.
            // SAFETY: the only producer; `shared` lives as long as the thread.
            unsafe { moved.0.attach(&ring) };
            let writer = thread::spawn(move || {
                let _ring = shared;
                let moved = moved;
                let producer = &moved.0;
                let mut accepted = 0;
                // The third goes to the second lap, if the reader was quick enough to make room.
                for number in 1..=3_usize {
                    let Some(place) = producer.reserve(32).or_else(|| producer.refill(32).ok()) else { break };
                    // SAFETY: 32 bytes are reserved.
                    unsafe {
                        place.as_ptr().cast::<usize>().write(number);
                        producer.commit(32);
                    }
                    accepted = number;
                }
                accepted
            });
            // SAFETY: the only consumer.
            let mut consumer = unsafe { Consumer::resume(Arc::clone(&ring), 0, false) };
            let mut seen = 0;
            for _ in 0..2 {
                consumer.refresh();
                while let Some(first) = consumer.readable().first_chunk::<8>() {
                    assert_eq!(usize::from_ne_bytes(*first), seen + 1);
                    seen += 1;
                    consumer.advance(32);
                }
                consumer.release();
            }
            let accepted = writer.join().expect("the writer ends");
            consumer.refresh();
            while let Some(first) = consumer.readable().first_chunk::<8>() {
                assert_eq!(usize::from_ne_bytes(*first), seen + 1);
                seen += 1;
                consumer.advance(32);
            }
            assert_eq!(seen, accepted);
        });
    }

    /// Closing a lane against forgetting it (`emit::lane`, `worker::drain`): the thread closes after its last record, and
    /// the worker looks at `closed` first and for records then. In the other order it would forget records that were
    /// written between its two looks.
    #[test]
    fn a_closed_ring_that_is_empty_stays_empty() {
        loom::model(|| {
            let ring = Arc::new(Ring::with_exact_capacity(128));
            let shared = Arc::clone(&ring);
            let closed = loom::sync::Arc::new(loom::sync::atomic::AtomicBool::new(false));
            let close = loom::sync::Arc::clone(&closed);
            let moved = Moved(Producer::detached());
            // SAFETY: the only producer; `shared` lives as long as the thread.
            unsafe { moved.0.attach(&ring) };
            let writer = thread::spawn(move || {
                let _ring = shared;
                let moved = moved;
                for number in 1..=2_usize {
                    let place = moved.0.reserve(32).or_else(|| moved.0.refill(32).ok());
                    let place = place.expect("both fit");
                    // SAFETY: 32 bytes are reserved.
                    unsafe {
                        place.as_ptr().cast::<usize>().write(number);
                        moved.0.commit(32);
                    }
                }
                close.store(true, Ordering::Release);
            });
            // SAFETY: the only consumer.
            let mut consumer = unsafe { Consumer::resume(Arc::clone(&ring), 0, false) };
            let mut seen = 0;
            for _ in 0..2 {
                consumer.refresh();
                while let Some(first) = consumer.readable().first_chunk::<8>() {
                    seen = usize::from_ne_bytes(*first);
                    consumer.advance(32);
                }
                consumer.release();
                if closed.load(Ordering::Acquire) && consumer.refresh() == 0 {
                    assert_eq!(seen, 2, "records are forgotten");
                    break;
                }
            }
            writer.join().expect("the writer ends");
        });
    }
}
