//! Everything about a log call that is not the usual path: the first call of a callsite or of a thread, a ring that is
//! full or too small, handlers that run on the caller's thread, and calls from places where most loggers fall over.

use super::lane;
use super::{Aside, RawRecord, Role, THREAD, Thread};
use crate::callsite::{Callsite, catalogue, plan};
use crate::handler::direct::{self, Fate};
use crate::record::ThreadInfo;
use crate::ring::{ALIGNMENT, NoRoom};
use crate::value::scratch;
use crate::worker;
use core::ptr::NonNull;
use core::sync::atomic::{AtomicU64, Ordering};
use std::boxed::Box;
use std::string::String;
use std::sync::Arc;
use std::time::Duration;
use std::vec;

/// Records that were not taken, by reason.
#[derive(Debug)]
pub(crate) struct Dropped {
    /// Logged by the worker itself, by a handler, or inside the slow path of another call.
    pub(crate) reentrant: AtomicU64,
    /// The logger was shut down, or in a forked child, while the call waited for room.
    pub(crate) stopped: AtomicU64,
    /// Larger than 4 GiB, or no memory for it.
    pub(crate) too_large: AtomicU64,
    /// For the last resort, which could not write.
    pub(crate) last_resort: AtomicU64,
}

pub(crate) static DROPPED: Dropped = Dropped {
    reentrant: AtomicU64::new(0),
    stopped: AtomicU64::new(0),
    too_large: AtomicU64::new(0),
    last_resort: AtomicU64::new(0),
};

/// From now on, log calls of this thread are counted and do nothing. For the worker, which would wait for itself.
pub(crate) fn forbid_on_this_thread() {
    THREAD.with(|thread| thread.role.set(Role::Forbidden));
}

/// Whether this thread is not inside the logger: there it would wait for itself.
pub(crate) fn may_wait_on_this_thread() -> bool {
    THREAD.with(|thread| thread.role.get() == Role::Free)
}

/// Takes a record the slow way. `write` puts it at the place it is given, which has `length` bytes.
pub(super) fn emit(callsite: &'static Callsite, length: usize, write: &mut dyn FnMut(*mut u8)) {
    THREAD.with(|thread| emit_on(thread, callsite, length, write));
}

fn emit_on(thread: &Thread, callsite: &'static Callsite, length: usize, write: &mut dyn FnMut(*mut u8)) {
    if thread.role.get() != Role::Free {
        if plan::configured(callsite.plan()) != plan::OFF {
            DROPPED.reentrant.fetch_add(1, Ordering::Relaxed);
        }
        return;
    }
    thread.role.set(Role::Busy);
    let _free = Release(thread);
    let mut plan = callsite.plan();
    if plan == plan::UNKNOWN {
        plan = catalogue::register(callsite);
    }
    #[cfg(feature = "testing")]
    if plan & plan::OBSERVED != 0 {
        emit_observed(thread, callsite, plan::configured(plan), length, write);
        leave(thread);
        return;
    }
    match plan {
        plan::OFF => {}
        plan::ON => match reserve(thread, length) {
            Ok(to) => {
                write(to.as_ptr());
                // SAFETY: `reserve` returned this place for `length` bytes just now, and `write` filled it.
                unsafe { thread.producer.commit(length) };
            }
            Err(NoRoom::TooLarge) => {
                if let Some(record) = make_boxed(callsite, length, write) {
                    push_aside(thread, callsite, Aside { record, admitted: None });
                }
            }
            Err(_) => count_dropped(callsite),
        },
        _ => {
            let Some(record) = make_boxed(callsite, length, write) else { return };
            let mut aside = Aside { record, admitted: None };
            // SAFETY: the box is what `put_header` and the wire values of one statement wrote.
            let raw = unsafe { RawRecord::read(aside.bytes()) };
            let name = thread_name();
            match direct::dispatch(raw, ThreadInfo { id: number(thread), name: name.as_deref() }) {
                Fate::Done => {}
                Fate::Queue(notes) => {
                    aside.admitted = Some(notes);
                    push_aside(thread, callsite, aside);
                }
            }
        }
    }
    leave(thread);
}

/// Shows the record to the testing kit, then does what `plan` says.
#[cfg(feature = "testing")]
fn emit_observed(
    thread: &Thread,
    callsite: &'static Callsite,
    plan: u8,
    length: usize,
    write: &mut dyn FnMut(*mut u8),
) {
    let Some(record) = make_boxed(callsite, length, write) else { return };
    let mut aside = Aside { record, admitted: None };
    // SAFETY: the box is what `put_header` and the wire values of one statement wrote.
    let raw = unsafe { RawRecord::read(aside.bytes()) };
    let name = thread_name();
    let info = ThreadInfo { id: number(thread), name: name.as_deref() };
    let is_captured = crate::testing::observe(raw, info);
    match plan {
        plan::OFF => return,
        plan::ON => {}
        // A test that captures warnings does not want them on its stderr, too.
        _ if is_captured && direct::is_last_resort() => return,
        _ => match direct::dispatch(raw, info) {
            Fate::Done => return,
            Fate::Queue(notes) => aside.admitted = Some(notes),
        },
    }
    push_aside(thread, callsite, aside);
}

/// The record in memory of its own.
fn make_boxed(callsite: &Callsite, length: usize, write: &mut dyn FnMut(*mut u8)) -> Option<Box<[u64]>> {
    if length > u32::MAX as usize {
        DROPPED.too_large.fetch_add(1, Ordering::Relaxed);
        count_dropped(callsite);
        return None;
    }
    let mut record = vec![0_u64; length / ALIGNMENT].into_boxed_slice();
    write(record.as_mut_ptr().cast());
    Some(record)
}

/// Puts the address of a record that is already made into the ring.
fn push_aside(thread: &Thread, callsite: &Callsite, aside: Aside) {
    match reserve(thread, Aside::LENGTH) {
        Ok(to) => {
            // SAFETY: the box starts with a header.
            let ticks = unsafe { super::peek_ticks(aside.bytes()) };
            // SAFETY: `reserve` gives room for the mark; the worker takes the box back.
            unsafe {
                Box::new(aside).put(to.as_ptr(), ticks);
                thread.producer.commit(Aside::LENGTH);
            }
        }
        Err(_) => count_dropped(callsite),
    }
}

/// Counts a record that no handler will see. The sum by reason is in [`DROPPED`].
#[cold]
fn count_dropped(callsite: &Callsite) {
    callsite.info().counts.dropped.fetch_add(1, Ordering::Relaxed);
}

/// A place in the thread's ring, which is made if there is none, and waited for if it is full.
fn reserve(thread: &Thread, length: usize) -> Result<NonNull<u8>, NoRoom> {
    if let Some(place) = thread.producer.reserve(length) {
        return Ok(place);
    }
    let mut waited = 0_u32;
    let mut call = None;
    loop {
        match thread.producer.refill(length) {
            Ok(place) => {
                if thread.producer.used() > WAKE_AT {
                    worker::wake();
                }
                return Ok(place);
            }
            Err(NoRoom::Detached) => attach(thread),
            Err(NoRoom::TooLarge) => return Err(NoRoom::TooLarge),
            // A handler that does not return keeps the ring from being emptied.
            Err(NoRoom::Full) if is_retired(thread) => detach(thread),
            Err(NoRoom::Full) => {
                if !worker::is_running() {
                    DROPPED.stopped.fetch_add(1, Ordering::Relaxed);
                    return Err(NoRoom::Full);
                }
                wait_for_room(&mut waited);
                // About once a second.
                if waited.is_multiple_of(2048) {
                    worker::report_if_still_in(call);
                    call = worker::call();
                }
            }
        }
    }
}

fn is_retired(thread: &Thread) -> bool {
    // SAFETY: null, or the lane of this thread, which lives until `detach`.
    unsafe { thread.lane.get().as_ref() }.is_some_and(lane::Lane::is_retired)
}

/// More than this waiting in a ring is reason to wake a worker that sleeps.
const WAKE_AT: usize = lane::DEFAULT_CAPACITY / 4;

/// The worker gives room back every few microseconds when it is awake. It is not made to wake callers, which would cost it
/// a system call; the caller sleeps a little instead, while there is still much in the ring for the worker to do. It does not
/// yield: where other processes want the processor, that costs it a whole time slice, and all it does is a third as fast
/// (benches, `sustained`, beside a busy process; 2 CPUs, 2026-11).
fn wait_for_room(waited: &mut u32) {
    *waited += 1;
    match *waited {
        1 => worker::wake(),
        2..=32 => core::hint::spin_loop(),
        _ => {
            worker::wake();
            std::thread::sleep(Duration::from_micros(u64::from((*waited).min(500))));
        }
    }
}

/// The thread's name, unless its thread-locals are gone already.
fn thread_name() -> Option<String> {
    LEAVE.try_with(|_| ()).ok()?;
    std::thread::current().name().map(String::from)
}

fn number(thread: &Thread) -> u64 {
    static LAST: AtomicU64 = AtomicU64::new(0);
    if thread.number.get() == 0 {
        thread.number.set(LAST.fetch_add(1, Ordering::Relaxed) + 1);
    }
    thread.number.get()
}

/// Opens a lane for this thread.
#[cold]
fn attach(thread: &Thread) {
    scratch::prepare();
    let lane = Arc::into_raw(lane::open(number(thread), thread_name()));
    thread.lane.set(lane);
    // SAFETY: the lane was made for this thread alone, and lives until `detach` gives its reference count back.
    unsafe { thread.producer.attach((*lane).as_ref()) };
}

/// In a forked child: forgets the lane, which the parent goes on to use. Its memory here is a copy that nobody reads.
#[cfg(unix)]
pub(crate) fn abandon_lane_of_this_thread() {
    THREAD.with(|thread| {
        thread.lane.set(core::ptr::null());
        thread.producer.detach();
        thread.role.set(Role::Free);
    });
}

/// Closes the lane, if there is one.
fn detach(thread: &Thread) {
    let lane = thread.lane.replace(core::ptr::null());
    if !lane.is_null() {
        thread.producer.detach();
        // SAFETY: the pointer came from `Arc::into_raw` in `attach`, and nobody else gives this count back.
        unsafe { Arc::from_raw(lane) }.close();
    }
}

/// The end of a slow call: where nobody will close the lane later, it is closed now.
fn leave(thread: &Thread) {
    if LEAVE.try_with(|_| ()).is_err() {
        detach(thread);
        worker::finish_late_record();
    }
}

/// Sets a thread free again, also when a panic passes.
struct Release<'a>(&'a Thread);

impl Drop for Release<'_> {
    fn drop(&mut self) {
        self.0.role.set(Role::Free);
    }
}

/// Closes the thread's lane when the thread ends. Touched only when a lane is opened.
struct Leave;

thread_local! {
    static LEAVE: Leave = const { Leave };
}

impl Drop for Leave {
    fn drop(&mut self) {
        THREAD.with(detach);
    }
}
