//! The background thread: it takes records out of the rings, formats them, and writes.
//!
//! It never waits for a caller, and callers do not wake it on the usual path: it looks for records at short intervals
//! that grow while there is nothing to do. A batch is what one look finds, so handlers write much at a time.
//!
//! Which thread that is may change: when a handler does not return, another one goes on ([`relief`]). So what must go on is
//! in [`duty`], and what only speeds up a [`Worker`] is its own.

pub(crate) mod alarm;
mod drain;
mod duty;
pub(crate) mod exit;
mod fence;
pub(crate) mod fork;
mod handlers;
pub(crate) mod notices;
mod place;
mod relief;
mod shift;
mod signal;

use crate::emit::clock::{Calibration, Sample};
use crate::emit::lane;
use crate::emit::{forbid_on_this_thread, may_wait_on_this_thread};
use crate::handler::direct;
use crate::handler::slot::Slot;
use crate::logger::routes::Routes;
use crate::record::OwnedRecord;
use crate::trouble::{self, Trouble};
use drain::{Drain, Extent};
use duty::{Duty, State};
use handlers::{Handlers, LongCall, Relieved};
use place::Place;
use shift::{Call, Shift};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};
use std::vec::Vec;
use std::{io, thread};

/// The worker that runs, if one does. The lock is held to copy the pointer only.
static RUNNING: RwLock<Option<Arc<Duty>>> = RwLock::new(None);

fn running() -> Option<Arc<Duty>> {
    if fork::is_orphan() {
        return None;
    }
    RUNNING.read().unwrap_or_else(PoisonError::into_inner).clone()
}

/// A change of the worker's handlers. What was logged before it was asked for goes to the old ones, which are closed then, and
/// what is logged later to the new ones, though it is made later still: the clocks of records tell.
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
    let mut places = Vec::new();
    for (place, slot) in handlers {
        if places.len() <= place {
            places.resize(place + 1, None);
        }
        places[place] = Some(Place::new(slot));
    }
    fence::register();
    let duty = Arc::new(Duty::new(places, routes));
    let worker = Worker::resume(&duty, &duty.state(), None);
    thread::Builder::new().name("rlog-worker".into()).spawn(move || work(worker))?;
    relief::watch(&duty);
    let old = RUNNING.write().unwrap_or_else(PoisonError::into_inner).replace(duty);
    if fork::is_orphan() {
        // The parent's: its handlers are not this process's to close.
        core::mem::forget(old);
    }
    fork::settle();
    Ok(())
}

/// Asks for a change, which is made when the worker has time for it. It does not wait.
pub(crate) fn ask_for(change: Change) -> Asked {
    Asked(running().map(|duty| {
        let number = duty.signal.ask_for_change(change);
        (duty, number)
    }))
}

/// A change that has been asked for.
#[derive(Debug)]
pub(crate) struct Asked(Option<(Arc<Duty>, u64)>);

impl Asked {
    /// Waits until it is made, but no longer than `timeout`. On the worker's own thread, that is from inside a handler, it does
    /// not wait. The caller must not hold what a handler may wait for.
    pub(crate) fn wait(self, timeout: Duration) {
        if let Some((duty, number)) = self.0
            && may_wait_on_this_thread()
        {
            duty.signal.wait_for_change(number, timeout);
        }
    }
}

/// Drains, closes the handlers and ends the worker. `false` when it has not ended in time.
pub(crate) fn stop(timeout: Duration) -> bool {
    let duty = RUNNING.write().unwrap_or_else(PoisonError::into_inner).take();
    if fork::is_orphan() {
        core::mem::forget(duty);
        return true;
    }
    let has_ended = duty.is_none_or(|duty| duty.signal.stop(timeout));
    notices::end();
    has_ended
}

/// Whether somebody will empty the rings.
pub(crate) fn is_running() -> bool {
    running().is_some_and(|duty| !duty.signal.has_ended())
}

/// Wakes the worker, if there is one and it sleeps.
pub(crate) fn wake() {
    if let Some(duty) = running() {
        duty.signal.wake();
    }
}

/// The call of a handler that the worker is in, if it is in one.
pub(crate) fn call() -> Option<Call> {
    running()?.state().shift.call()
}

/// Says on stderr that the worker is still in this call, if it is. Nobody can make the handler return, but whoever waits can
/// say which one it is.
pub(crate) fn report_if_still_in(before: Option<Call>) {
    let Some(duty) = running() else { return };
    let state = duty.state();
    let Some(call) = state.shift.call().filter(|call| Some(*call) == before) else { return };
    let place = state.place(call.place()).cloned();
    drop(state);
    if let Some(place) = place {
        trouble::report(
            Trouble::Handler,
            format_args!(
                "handler `{}` has not returned for a while, and all wait for it; `Async` would give it a thread of its own",
                place.controls().name
            ),
        );
    }
}

/// Waits until every record whose log call returned before this call has been written by every handler. `false` when
/// `timeout` passes first, and when a handler has not written all: it has failed, its disk is full, it is being left alone by
/// its [`Breaker`](crate::Breaker), or an `Async` has waited for it in vain. What is lost is told once, by the
/// first flush after it; [`stats`](fn@crate::stats) says how much it was, and of which handler.
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
    flush_in_time(timeout).unwrap_or(false)
}

/// The same, for those who only wait until handlers have done their part. `None` when `timeout` passes first.
pub(crate) fn flush_in_time(timeout: Duration) -> Option<bool> {
    if !may_wait_on_this_thread() {
        return None;
    }
    let deadline = Instant::now().checked_add(timeout);
    let before = call();
    let flushed = running().map_or(Some(true), |duty| duty.signal.flush(timeout));
    if flushed.is_none() {
        report_if_still_in(before);
    }
    // Behind the worker, which may give them what was logged while they came into service.
    let mut is_complete = true;
    let is_in_time = fork::is_orphan() || direct::for_each(deadline, |slot| is_complete &= slot.try_flush());
    flushed.filter(|_| is_in_time).map(|flushed| flushed && is_complete)
}

/// A record was taken from a thread that has run its destructors. When the process is ending, nobody else will ask for a
/// flush any more.
pub(crate) fn finish_late_record() {
    if exit::has_begun()
        && let Some(duty) = running()
    {
        duty.signal.flush(exit::LATE_TIMEOUT);
    }
}

/// What one thread has while it is the worker.
struct Worker {
    duty: Arc<Duty>,
    shift: Arc<Shift>,
    handlers: Handlers,
    drain: Drain,
    /// A record that the worker before this one has not handed to these handlers any more.
    interrupted: Option<(Arc<OwnedRecord>, u32)>,
    /// Handlers have been given records since the last batch ended.
    is_batch_open: bool,
    /// Flushes asked for up to this number are done, but for handlers that were away.
    flushed: u64,
}

/// What the thread of a worker does.
fn work(mut worker: Worker) {
    forbid_on_this_thread();
    let mut ended = Ended { duty: Arc::clone(&worker.duty), shift: Arc::clone(&worker.shift), has_panicked: true };
    let outcome = worker.run();
    ended.has_panicked = false;
    let long_call = worker.handlers.take_long_call();
    // Its lanes may have been waiting for this thread to let go.
    drop(worker);
    if outcome == Err(Relieved)
        && let Some(long_call) = long_call
    {
        match long_call {
            LongCall::Of(place) => place.catch_up(&ended.duty.signal),
            LongCall::Closing(place) => place.has_closed(),
        }
        // Somebody may wait for it to be back.
        ended.duty.signal.wake();
    }
}

impl Worker {
    /// One that goes on with what is there. The caller's thread is the worker from here on.
    fn resume(duty: &Arc<Duty>, state: &State, interrupted: Option<(Arc<OwnedRecord>, u32)>) -> Self {
        let shift = Arc::clone(&state.shift);
        Self {
            handlers: Handlers::new(Arc::clone(duty), Arc::clone(&shift), state.places.clone()),
            drain: Drain::new(Arc::clone(duty), Arc::clone(&state.routes), state.lanes.clone()),
            duty: Arc::clone(duty),
            shift,
            interrupted,
            // The worker before this one may have given them some.
            is_batch_open: true,
            flushed: 0,
        }
    }

    fn run(&mut self) -> Result<(), Relieved> {
        let duty = Arc::clone(&self.duty);
        let signal = &duty.signal;
        if let Some((record, remaining)) = self.interrupted.take() {
            self.drain.finish(&record, remaining, &self.handlers)?;
        }
        if duty.state().closing.is_some() {
            return self.finish_closing();
        }
        if self.duty.first.is_recent() {
            // Two readings of the clocks make a line; a millisecond apart it is good to some parts in ten thousand, and every
            // adjustment makes it better.
            signal.sleep(Duration::from_millis(1), 0);
        }
        let mut calibration = Calibration::new(duty.first, Sample::take());
        let mut pause = Pause::new();
        loop {
            let requests = signal.requests();
            calibration.adjust();
            let flush = requests.flush.filter(|number| *number > self.flushed);
            for _ in 0..requests.changes {
                let before = self.drain.pass(&mut self.handlers, &calibration, Extent::All)?;
                self.is_batch_open |= before.records > 0;
                self.make_change()?;
            }
            self.finish_changes()?;
            let extent = if flush.is_some() || requests.stop { Extent::All } else { Extent::Settled };
            let pass = self.drain.pass(&mut self.handlers, &calibration, extent)?;
            self.is_batch_open |= pass.records > 0;
            self.is_batch_open |= self.drain.deliver_notices(&mut self.handlers)?;
            if self.is_batch_open {
                self.handlers.for_each(Slot::end_of_batch)?;
                self.is_batch_open = false;
            }
            if let Some(number) = flush {
                self.handlers.for_each(|slot| {
                    if !slot.try_flush() {
                        signal.incomplete(number);
                    }
                })?;
                self.flushed = number;
            }
            if requests.flush.is_some() && !self.handlers.any_is_away() {
                signal.flushed(self.flushed);
            }
            if requests.stop {
                return self.close();
            }
            alarm::ring_if_due();
            if let Some(duration) = pause.after(pass) {
                signal.sleep(duration, self.flushed);
            }
        }
    }

    /// Makes the first change that waits. Before it, everything was taken that had been logged when it was asked for.
    fn make_change(&mut self) -> Result<(), Relieved> {
        let mut state = self.duty.state();
        let Some(Change { routes, remove, add }) = self.duty.signal.take_change() else { return Ok(()) };
        for place in remove {
            let removed = state.places.get_mut(place).and_then(Option::take);
            state.leaving.extend(removed);
        }
        add.into_iter().for_each(|(place, slot)| state.put(place, Place::new(slot)));
        state.routes = routes;
        self.handlers.set_places(state.places.clone());
        self.drain.set_routes(Arc::clone(&state.routes));
        drop(state);
        relief::watch(&self.duty);
        self.finish_changes()
    }

    /// Finishes what has been begun, perhaps by the worker before this one.
    fn finish_changes(&mut self) -> Result<(), Relieved> {
        self.handlers.close_leaving()?;
        self.duty.signal.changed();
        Ok(())
    }

    /// Leaves the lanes to the next worker, and closes all handlers.
    fn close(&mut self) -> Result<(), Relieved> {
        self.drain.hand_back();
        let mut state = self.duty.state();
        let places: Vec<_> = state.places.drain(..).flatten().collect();
        state.leaving.extend(places.iter().cloned());
        state.closing = Some(places);
        drop(state);
        self.finish_closing()
    }

    /// Closes what is left, and waits for those that are away.
    fn finish_closing(&self) -> Result<(), Relieved> {
        if !self.handlers.close_leaving()? {
            self.duty.signal.failed();
        }
        let places = self.duty.state().closing.take().unwrap_or_default();
        while places.iter().any(|place| place.is_away()) {
            self.duty.signal.sleep_at_the_end(Duration::from_secs(1));
        }
        Ok(())
    }
}

/// Tells those who wait that the worker is gone, however it went, unless somebody else is the worker by then.
struct Ended {
    duty: Arc<Duty>,
    shift: Arc<Shift>,
    has_panicked: bool,
}

impl Drop for Ended {
    fn drop(&mut self) {
        if self.shift.is_relieved() {
            return;
        }
        if self.has_panicked {
            self.duty.signal.failed();
            trouble::report(Trouble::Panic, format_args!("the worker has panicked, and nothing is written any more"));
        }
        self.duty.signal.ended();
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
