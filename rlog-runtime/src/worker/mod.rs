//! The background thread: it takes records out of the rings, formats them, and writes.
//!
//! It never waits for a caller, and callers do not wake it on the usual path: it looks for records at short intervals
//! that grow while there is nothing to do. A batch is what one look finds, so handlers write much at a time.

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
use drain::Drain;
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

/// Starts the worker with these handlers.
pub(crate) fn start(handlers: Vec<Slot>, routes: &'static Routes) -> io::Result<()> {
    if fork::is_orphan() {
        // Lanes of the parent's threads, which no thread of this process writes to.
        drop(lane::take_new());
    }
    let signal = Arc::new(Signal::default());
    let first = Sample::take();
    let theirs = Arc::clone(&signal);
    thread::Builder::new().name("rlog-worker".into()).spawn(move || run(&theirs, handlers, routes, first))?;
    *RUNNING.write().unwrap_or_else(PoisonError::into_inner) = Some(signal);
    fork::settle();
    Ok(())
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
    running().is_none_or(|signal| signal.flush(timeout))
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

fn run(signal: &Signal, mut handlers: Vec<Slot>, routes: &'static Routes, first: Sample) {
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
        let asked = requests.flush.is_some() || requests.stop;
        let pass = drain.pass(&mut handlers, &calibration, asked);
        if pass.records > 0 || drain.deliver_notices(&mut handlers) {
            handlers.iter_mut().for_each(Slot::end_of_batch);
        }
        if let Some(number) = requests.flush {
            handlers.iter_mut().for_each(Slot::flush);
            signal.flushed(number);
        }
        if requests.stop {
            handlers.iter_mut().for_each(Slot::close);
            drain.hand_back();
            return;
        }
        if let Some(duration) = pause.after(pass) {
            signal.sleep(duration);
        }
    }
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
