//! The background thread: it takes records out of the rings, formats them, and writes.
//!
//! It never waits for a caller, and callers do not wake it on the usual path: it looks for records at short intervals
//! that grow while there is nothing to do. A batch is what one look finds, so handlers write much at a time.

pub(crate) mod alarm;
pub(crate) mod busy;
mod drain;
pub(crate) mod exit;
pub(crate) mod fork;
pub(crate) mod notices;
mod signal;

use crate::emit::clock::{Calibration, Sample};
use crate::emit::lane;
use crate::emit::{forbid_on_this_thread, may_wait_on_this_thread};
use crate::handler::direct;
use crate::handler::slot::Slot;
use crate::logger::routes::Routes;
use drain::{Drain, Handlers};
use signal::Signal;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;
use std::vec::Vec;
use std::{io, thread};

/// The worker that runs, if one does. The lock is held to copy the pointer only.
static RUNNING: RwLock<Option<Arc<Signal>>> = RwLock::new(None);

fn running() -> Option<Arc<Signal>> {
    if fork::is_orphan() {
        return None;
    }
    RUNNING.read().unwrap_or_else(PoisonError::into_inner).clone()
}

/// A change of the worker's handlers. What was logged before it goes to the old ones, which are closed then, and what is
/// logged later to the new ones.
#[derive(Debug)]
pub(crate) struct Change {
    pub(crate) routes: Arc<Routes>,
    /// Handlers to close, by their places.
    pub(crate) remove: Vec<usize>,
    /// Handlers to put into places.
    pub(crate) add: Vec<(usize, Slot)>,
}

/// Starts the worker with these handlers, by their places.
pub(crate) fn start(handlers: Vec<(usize, Slot)>, routes: Arc<Routes>) -> io::Result<()> {
    if fork::is_orphan() {
        // Lanes of the parent's threads, which no thread of this process writes to.
        drop(lane::take_new());
    }
    let signal = Arc::new(Signal::default());
    let first = Sample::take();
    let theirs = Arc::clone(&signal);
    thread::Builder::new().name("rlog-worker".into()).spawn(move || {
        let mut places = Handlers::default();
        handlers.into_iter().for_each(|(place, slot)| places.put(place, slot));
        run(&theirs, places, routes, first);
    })?;
    *RUNNING.write().unwrap_or_else(PoisonError::into_inner) = Some(signal);
    fork::settle();
    Ok(())
}

/// Makes a change, at the latest when the worker has time for it. `false` if that was not before `timeout`. On the worker's own
/// thread, that is from inside a handler, it does not wait.
pub(crate) fn change(change: Change, timeout: Duration) -> bool {
    let timeout = if may_wait_on_this_thread() { timeout } else { Duration::ZERO };
    running().is_some_and(|signal| signal.change(change, timeout))
}

/// Drains, closes the handlers and ends the worker. `false` when it has not ended in time.
pub(crate) fn stop(timeout: Duration) -> bool {
    let signal = RUNNING.write().unwrap_or_else(PoisonError::into_inner).take();
    signal.is_none_or(|signal| signal.stop(timeout))
}

/// Whether somebody will empty the rings.
pub(crate) fn is_running() -> bool {
    running().is_some_and(|signal| !signal.has_ended())
}

/// Wakes the worker, if there is one and it sleeps.
pub(crate) fn wake() {
    if let Some(signal) = running() {
        signal.wake();
    }
}

/// Waits until every record whose log call returned before this call has been written by every handler. `false` when
/// `timeout` passes first.
///
/// ```
/// use std::time::Duration;
///
/// assert!(rlog_runtime::flush(Duration::from_secs(1)));
/// ```
///
/// # Blocking
/// Up to `timeout`. On the worker's own thread, that is from inside a handler, it does nothing and returns `false`.
///
/// # Durability
/// Handlers have handed everything to the operating system: it survives the end of the process, not of the machine.
pub fn flush(timeout: Duration) -> bool {
    if !may_wait_on_this_thread() {
        return false;
    }
    if !fork::is_orphan() {
        direct::for_each(Slot::flush);
    }
    let before = busy::call();
    let flushed = running().is_none_or(|signal| signal.flush(timeout));
    if !flushed {
        busy::report_if_still_in(before);
    }
    flushed
}

/// A record was taken from a thread that has run its destructors. When the process is ending, nobody else will ask for a
/// flush any more.
pub(crate) fn finish_late_record() {
    if exit::has_begun()
        && let Some(signal) = running()
    {
        signal.flush(exit::LATE_TIMEOUT);
    }
}

fn run(signal: &Signal, mut handlers: Handlers, routes: Arc<Routes>, first: Sample) {
    forbid_on_this_thread();
    let _ended = Ended(signal);
    // Two readings of the clocks make a line; a millisecond apart it is good to some parts in ten thousand, and every
    // adjustment makes it better.
    signal.sleep(Duration::from_millis(1));
    let mut calibration = Calibration::new(first, Sample::take());
    let mut drain = Drain::new(routes);
    let mut pause = Pause::new();
    loop {
        let requests = signal.requests();
        calibration.adjust();
        let asked = requests.flush.is_some() || requests.stop || !requests.changes.is_empty();
        let pass = drain.pass(&mut handlers, &calibration, asked);
        if pass.records > 0 || drain.deliver_notices(&mut handlers) {
            handlers.for_each(Slot::end_of_batch);
        }
        if !requests.changes.is_empty() {
            let changes = requests.changes.len();
            for change in requests.changes {
                make(change, &mut handlers, &mut drain);
            }
            signal.changed(changes);
        }
        if let Some(number) = requests.flush {
            handlers.for_each(Slot::flush);
            signal.flushed(number);
        }
        if requests.stop {
            handlers.for_each(Slot::close);
            drain.hand_back();
            return;
        }
        alarm::ring_if_due();
        if let Some(duration) = pause.after(pass) {
            signal.sleep(duration);
        }
    }
}

/// After a pass that has taken everything which was logged before the change was asked for.
fn make(change: Change, handlers: &mut Handlers, drain: &mut Drain) {
    for place in change.remove {
        if let Some(mut slot) = handlers.take(place) {
            busy::enter(slot.controls());
            slot.end_of_batch();
            slot.close();
        }
    }
    change.add.into_iter().for_each(|(place, slot)| handlers.put(place, slot));
    busy::leave();
    drain.set_routes(change.routes);
}

/// Tells those who wait that the worker is gone, however it went.
struct Ended<'a>(&'a Signal);

impl Drop for Ended<'_> {
    fn drop(&mut self) {
        self.0.ended();
    }
}

/// How long to wait before the next look.
struct Pause {
    next: Duration,
}

impl Pause {
    /// Long enough for records to gather: a cache line that the worker looks at while it is being written costs the caller
    /// several times what the record costs (benches, `enabled`; 2 CPUs, 2026-11). Short enough that a ring of the usual
    /// size cannot fill meanwhile unless a thread does nothing but log.
    const SHORTEST: Duration = Duration::from_micros(50);
    /// With nothing to do: 50 looks a second, which cost about a four-hundredth of a core (benches, `idle`). A thread that
    /// suddenly logs much wakes the worker.
    const LONGEST: Duration = Duration::from_millis(20);
    /// With this much in one ring there is no time to wait; bytes.
    const URGENT: usize = crate::emit::lane::DEFAULT_CAPACITY / 8;

    fn new() -> Self {
        Self { next: Self::SHORTEST }
    }

    fn after(&mut self, pass: drain::Pass) -> Option<Duration> {
        if pass.fullest >= Self::URGENT {
            self.next = Self::SHORTEST;
            return None;
        }
        if pass.records > 0 {
            self.next = Self::SHORTEST;
        } else {
            self.next = (self.next + self.next / 4).min(Self::LONGEST);
        }
        Some(self.next)
    }
}
