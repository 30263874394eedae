//! One who waits to become the worker when a handler does not return.
//!
//! It looks now and then which call the worker is in. One that lasts longer than that handler's
//! [`patience`](crate::Breaker::patience) it leaves to the thread that is in it, and goes on with everything else: the other
//! handlers, the rings, whoever waits. The handler is away then (see [`Place`](super::place::Place)).

use super::drain::copy_of_current;
use super::duty::{DIRECT, Duty, KEPT, LEAVING, NOWHERE, State};
use super::shift::{Call, Shift};
use super::{Worker, work};
use crate::emit::forbid_on_this_thread;
use crate::trouble::{self, Trouble};
use core::sync::atomic::Ordering;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

/// Has a thread wait, unless one does, or there is nobody to go on for.
pub(super) fn watch(duty: &Arc<Duty>) {
    let mut state = duty.state();
    if state.is_watched || state.handlers().count() < 2 {
        return;
    }
    let theirs = Arc::clone(duty);
    // If it cannot be started now, it is tried again with the next change of the configuration.
    state.is_watched = thread::Builder::new().name("rlog-relief".into()).spawn(move || stand_by(&theirs)).is_ok();
}

fn stand_by(duty: &Arc<Duty>) {
    forbid_on_this_thread();
    let mut watched = Watched::default();
    loop {
        let interval = interval(&duty.state());
        if duty.signal.wait_for_end(interval) {
            return;
        }
        let call = duty.state().shift.call();
        let lasted = watched.look(call, interval);
        if let Some(call) = call
            && let Some(worker) = relieve(duty, call, lasted)
        {
            watch(duty);
            work(worker);
            return;
        }
    }
}

/// The call that was seen last, and for how long.
#[derive(Debug, Default)]
struct Watched {
    call: Option<Call>,
    at: Option<Instant>,
    lasted: Duration,
}

impl Watched {
    /// How long this call has been seen to last.
    fn look(&mut self, call: Option<Call>, interval: Duration) -> Duration {
        let now = Instant::now();
        // Not more than it should have been: if this thread was stopped, so was the worker.
        let passed = self.at.map_or(Duration::ZERO, |at| now.saturating_duration_since(at)).min(interval * 2);
        self.lasted = if call.is_some() && call == self.call { self.lasted + passed } else { Duration::ZERO };
        (self.call, self.at) = (call, Some(now));
        self.lasted
    }
}

/// Until the next look: a fourth of the least patience.
fn interval(state: &State) -> Duration {
    let patience = state.handlers().map(|place| place.patience()).min();
    (patience.unwrap_or(Duration::MAX) / 4).clamp(Duration::from_millis(5), Duration::from_millis(500))
}

/// Takes the place of the worker, if it is in this call, which has lasted so long, and if that is too long.
fn relieve(duty: &Arc<Duty>, call: Call, lasted: Duration) -> Option<Worker> {
    let mut state = duty.state();
    let hanging = state.place(call.place()).cloned();
    let patience = hanging.as_ref().map_or(DIRECT_PATIENCE, |place| place.patience());
    let is_other = |place: &&Arc<_>| hanging.as_ref().is_none_or(|hanging| !Arc::ptr_eq(hanging, place));
    let others = state.handlers().filter(is_other).filter(|place| !place.is_away());
    if lasted < patience || others.count() == 0 {
        return None;
    }
    let shift = Arc::clone(&state.shift);
    shift.relieve(call, || {
        let progress = &duty.progress.0;
        let remaining = progress.remaining.load(Ordering::Relaxed);
        let interrupted = match progress.source.load(Ordering::Relaxed) {
            NOWHERE => None,
            KEPT => state.kept.take(),
            source => {
                let lane = state.lanes.iter().find(|lane| core::ptr::eq(Arc::as_ptr(lane), source)).cloned();
                let sequence = progress.sequence.load(Ordering::Relaxed);
                // SAFETY: `relieve` calls this while the worker is in a call with a record of that lane.
                lane.map(|lane| Arc::new(unsafe { copy_of_current(&lane, sequence) }))
            }
        };
        progress.source.store(NOWHERE, Ordering::Relaxed);
        if let Some(place) = &hanging {
            place.go_away();
        }
        if call.place() == LEAVING {
            state.leaving.remove(0);
        }
        match &hanging {
            Some(place) => {
                let name = &place.controls().name;
                trouble::note(Trouble::Handler, format_args!("handler `{name}` has not returned for {lasted:?}"));
            }
            None => trouble::note(
                Trouble::Handler,
                format_args!("a handler on the thread that logs has kept the worker for {lasted:?}"),
            ),
        }
        state.shift = Arc::new(Shift::new());
        state.is_watched = false;
        let interrupted = interrupted.map(|record| (record, remaining));
        Worker::resume(duty, &state, interrupted)
    })
}

/// How long handlers on the caller's thread may keep the worker, in which there are only locks that others hold.
const DIRECT_PATIENCE: Duration = Duration::from_secs(2);
const _: () = assert!(DIRECT != LEAVING);

#[cfg(test)]
mod tests {
    use super::*;

    fn call(number: usize) -> Option<Call> {
        let shift = Shift::new();
        (0..number).for_each(|_| {
            shift.enter(0);
            assert!(shift.leave());
        });
        shift.enter(0);
        shift.call()
    }

    #[test]
    fn only_the_same_call_lasts_and_a_stopped_process_ages_no_call() {
        let interval = Duration::from_millis(10);
        let mut watched = Watched::default();
        assert_eq!(watched.look(call(1), interval), Duration::ZERO);
        watched.at = Instant::now().checked_sub(Duration::from_secs(3600));
        assert_eq!(watched.look(call(1), interval), interval * 2);
        assert_eq!(watched.look(call(2), interval), Duration::ZERO, "it is another one");
        assert_eq!(watched.look(None, interval), Duration::ZERO);
        assert_eq!(watched.look(None, interval), Duration::ZERO, "no call");
    }
}
