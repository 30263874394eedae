//! What a log statement runs on the caller's thread.
//!
//! The expansion calls one of [`emit0`] to [`emit8`] with its callsite and its arguments in wire form. On the usual path
//! that is: one comparison for room in the thread's ring, three words of header, the arguments, one store to publish.
//! Everything else is in [`slow`].
//!
//! # A record in a ring
//! | offset | |
//! | --- | --- |
//! | 0 | `&'static Callsite`; null is the end of a lap, see [`crate::ring`] |
//! | 8 | `&'static Layout`: what the arguments are |
//! | 16 | [`clock::ticks`] |
//! | 24 | the arguments, then padding up to a multiple of eight |
//!
//! (On 32-bit machines the pointers are padded to eight bytes.) A record carries no context: a change of context is to be a
//! record of its own before the next one, so that it costs nothing where there is none.

pub(crate) mod clock;
pub(crate) mod lane;
mod slow;

#[cfg(unix)]
pub(crate) use slow::abandon_lane_of_this_thread;
pub(crate) use slow::{DROPPED, forbid_on_this_thread, may_wait_on_this_thread};

use crate::callsite::{Callsite, plan};
use crate::filter::Note;
use crate::ring::{ALIGNMENT, Producer};
use crate::value::{Kind, Wire};
use core::cell::Cell;
use core::fmt;
use std::boxed::Box;
use std::vec::Vec;

/// The kinds of a record's arguments.
#[doc(hidden)]
#[derive(Debug)]
pub struct Layout {
    pub(crate) kinds: &'static [Kind],
}

pub(crate) const HEADER: usize = 24;
const TICKS: usize = 16;
const LAYOUT: usize = 8;

/// The state of a thread that logs. It has no destructor, so it can be used in the destructors of other thread-locals;
/// [`slow`] has the one that closes the lane.
struct Thread {
    producer: Producer,
    /// What the thread is doing, for calls that come from inside a call.
    role: Cell<Role>,
    /// The ring that `producer` writes to; one reference count of it is held here.
    lane: Cell<*const lane::Lane>,
    /// The thread's number, given when it takes the slow path for the first time; 0 before.
    number: Cell<u64>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    /// May log.
    Free,
    /// Is in the slow path of a log call.
    Busy,
    /// Is the worker, or has been told not to log.
    Forbidden,
}

thread_local! {
    static THREAD: Thread = const {
        Thread {
            producer: Producer::detached(),
            role: Cell::new(Role::Free),
            lane: Cell::new(core::ptr::null()),
            number: Cell::new(0),
        }
    };
}

/// The state of this thread.
///
/// A reference, and not a closure for `with`: around all of a log call the compiler does not inline the closure, and the
/// arguments then go through memory: 98 instructions a call instead of 69 (`.ci/instructions`, 2026-11).
///
/// # Safety
/// The reference must not be kept until the thread ends.
#[cfg_attr(not(debug_assertions), inline(always))]
unsafe fn this_thread<'a>() -> &'a Thread {
    // SAFETY: the thread-local is initialised at compile time and has no destructor, so it lives as long as the thread,
    // and `Thread` is not `Sync`, so the reference stays on it.
    THREAD.with(|thread| unsafe { &*core::ptr::from_ref(thread) })
}

/// The record's size in the ring.
#[cfg_attr(not(debug_assertions), inline(always))]
fn record_length(arguments: usize) -> usize {
    (HEADER + arguments + ALIGNMENT - 1) & !(ALIGNMENT - 1)
}

/// Writes the header and returns the place of the arguments.
///
/// # Safety
/// `to` must be valid for writes of [`HEADER`] bytes and aligned to eight.
#[cfg_attr(not(debug_assertions), inline(always))]
unsafe fn put_header(to: *mut u8, callsite: &'static Callsite, layout: &'static Layout) -> *mut u8 {
    // SAFETY: the caller gives room for the header; the offsets are multiples of eight.
    unsafe {
        to.cast::<&'static Callsite>().write(callsite);
        to.add(LAYOUT).cast::<&'static Layout>().write(layout);
        to.add(TICKS).cast::<u64>().write(clock::ticks());
        to.add(HEADER)
    }
}

macro_rules! emit {
    ($($name:ident, $slow:ident($($value:ident: $type:ident),*);)*) => {$(
        /// Takes one record. Called by the macros, which have seen that the callsite is on.
        #[doc(hidden)]
        #[inline(never)]
        #[allow(clippy::too_many_arguments, reason = "arguments travel in registers, which is the point")]
        pub fn $name<$($type: Wire),*>(callsite: &'static Callsite, $($value: $type),*) {
            let length = record_length(0 $(+ $value.size())*);
            // SAFETY: the reference does not leave this call.
            let thread = unsafe { this_thread() };
            if callsite.plan() == plan::ON
                && let Some(to) = thread.producer.reserve(length)
            {
                let layout = const { &Layout { kinds: &[$($type::KIND),*] } };
                // SAFETY: `reserve` gives `length` bytes, aligned as records are, which is enough for the header and
                // what the values said they need; the rest is padding.
                unsafe {
                    let _to = put_header(to.as_ptr(), callsite, layout);
                    $(let _to = $value.put(_to);)*
                    thread.producer.commit(length);
                }
            } else {
                $slow(callsite, length, $($value),*);
            }
        }

        /// The same off the usual path. A function of its own, so that on the usual path no value has an address.
        #[cold]
        #[inline(never)]
        #[allow(clippy::too_many_arguments, reason = "those of the usual path")]
        fn $slow<$($type: Wire),*>(callsite: &'static Callsite, length: usize, $($value: $type),*) {
            slow::emit(callsite, length, &mut |to| {
                let layout = const { &Layout { kinds: &[$($type::KIND),*] } };
                // SAFETY: `slow::emit` gives `length` bytes, aligned to eight.
                unsafe {
                    let _to = put_header(to, callsite, layout);
                    $(let _to = $value.put(_to);)*
                }
            });
        }
    )*};
}

emit! {
    emit1, slow1(a: A);
    emit2, slow2(a: A, b: B);
    emit3, slow3(a: A, b: B, c: C);
    emit4, slow4(a: A, b: B, c: C, d: D);
    emit5, slow5(a: A, b: B, c: C, d: D, e: E);
    emit6, slow6(a: A, b: B, c: C, d: D, e: E, f: F);
    emit7, slow7(a: A, b: B, c: C, d: D, e: E, f: F, g: G);
    emit8, slow8(a: A, b: B, c: C, d: D, e: E, f: F, g: G, h: H);
}

/// Takes a record without arguments.
#[doc(hidden)]
#[cfg_attr(not(debug_assertions), inline(always))]
pub fn emit0(callsite: &'static Callsite) {
    // Generic, so that it is compiled where it is used: across crates the access to the thread-local is not inlined.
    emit1(callsite, ());
}

impl fmt::Debug for Thread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Thread").finish_non_exhaustive()
    }
}

/// A record as it lies in a ring, for the worker and for handlers on the caller's thread.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RawRecord<'a> {
    pub(crate) callsite: &'static Callsite,
    pub(crate) layout: &'static Layout,
    pub(crate) ticks: u64,
    /// The bytes behind the header, up to the end of what is readable.
    pub(crate) arguments: &'a [u8],
}

impl<'a> RawRecord<'a> {
    /// # Safety
    /// `bytes` must start with a record that one of the `emit` functions wrote.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) unsafe fn read(bytes: &'a [u8]) -> Self {
        let start = bytes.as_ptr();
        // SAFETY: there is a header at the start, written by `put_header`, aligned to eight.
        unsafe {
            Self {
                callsite: start.cast::<&'static Callsite>().read(),
                layout: start.add(LAYOUT).cast::<&'static Layout>().read(),
                ticks: start.add(TICKS).cast::<u64>().read(),
                arguments: bytes.get_unchecked(HEADER..),
            }
        }
    }

    /// The length in the ring of a record whose arguments took so many bytes.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn length(arguments: usize) -> usize {
        record_length(arguments)
    }
}

/// The ticks of the record at the start of `bytes`.
///
/// # Safety
/// As for [`RawRecord::read`]; [`Aside`] records have their ticks in the same place.
#[inline(always)]
pub(crate) unsafe fn peek_ticks(bytes: &[u8]) -> u64 {
    // SAFETY: within the header, aligned to eight.
    unsafe { bytes.as_ptr().add(TICKS).cast::<u64>().read() }
}

/// Stands in a ring for a record that lies elsewhere, because it is too large for the ring or comes with more than its
/// arguments: its header's second word is a pointer to that.
pub(crate) struct Aside {
    /// What would be in the ring, in words.
    pub(crate) record: Box<[u64]>,
    /// The filters of its loggers have let it through already, and left these notes.
    pub(crate) admitted: Option<Vec<Note>>,
}

impl Aside {
    /// The callsite that marks such a record. Never emitted by a statement.
    fn marker() -> &'static Callsite {
        static MARKER: Callsite = Callsite::new(crate::Level::new(0), 0, 0, ".");
        &MARKER
    }

    pub(crate) const LENGTH: usize = HEADER;

    /// Whether such a mark is at the start of `bytes`.
    ///
    /// # Safety
    /// `bytes` must start with a record or a mark.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) unsafe fn is_at(bytes: &[u8]) -> bool {
        // SAFETY: both start with a callsite, aligned to eight.
        core::ptr::eq(unsafe { bytes.as_ptr().cast::<*const Callsite>().read() }, Self::marker())
    }

    /// # Safety
    /// `to` must be valid for writes of [`Aside::LENGTH`] bytes and aligned to eight.
    unsafe fn put(self: Box<Self>, to: *mut u8, ticks: u64) {
        // SAFETY: the caller gives the room.
        unsafe {
            to.cast::<&'static Callsite>().write(Self::marker());
            to.add(LAYOUT).cast::<*mut Self>().write(Box::into_raw(self));
            to.add(TICKS).cast::<u64>().write(ticks);
        }
    }

    /// The record, where it is.
    ///
    /// # Safety
    /// `bytes` must start with what [`Aside::put`] wrote, and the reference must be gone before [`Aside::take`].
    pub(crate) unsafe fn peek<'a>(bytes: &[u8]) -> &'a Self {
        // SAFETY: the caller's promise; `put` leaked the box.
        unsafe { &*bytes.as_ptr().add(LAYOUT).cast::<*const Self>().read() }
    }

    /// Takes the record out.
    ///
    /// # Safety
    /// `bytes` must start with what [`Aside::put`] wrote, and this must be the only call for it.
    pub(crate) unsafe fn take(bytes: &[u8]) -> Box<Self> {
        // SAFETY: the caller's promise; `put` leaked the box.
        unsafe { Box::from_raw(bytes.as_ptr().add(LAYOUT).cast::<*mut Self>().read()) }
    }

    /// The record as bytes.
    pub(crate) fn bytes(&self) -> &[u8] {
        // SAFETY: any initialised memory may be read as bytes.
        unsafe { core::slice::from_raw_parts(self.record.as_ptr().cast(), size_of_val(&*self.record)) }
    }
}
