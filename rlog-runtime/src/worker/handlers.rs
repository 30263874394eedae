//! The worker's handlers, and each call of one.

use super::duty::{DIRECT, Duty, LEAVING};
use super::place::Place;
use super::shift::Shift;
use crate::filter::Note;
use crate::handler::direct;
use crate::handler::slot::{Outcome, Slot};
use crate::logger::routes::{GatedRoutes, Routes};
use crate::logger::tree::HandlerSet;
use crate::record::Record;
use core::cell::OnceCell;
use core::sync::atomic::Ordering;
use std::sync::Arc;
use std::vec::Vec;

/// What one worker has for calling handlers.
#[derive(Debug)]
pub(super) struct Handlers {
    duty: Arc<Duty>,
    shift: Arc<Shift>,
    /// At the places that routes know them by.
    places: Vec<Option<Arc<Place>>>,
    gated: GatedRoutes,
    /// In which call somebody else has become the worker, if one of the worker's handlers was called. A value of its own, since
    /// as a part of [`Relieved`] it would be copied for every record.
    relieved_in: OnceCell<LongCall>,
}

/// A handler took so long that somebody else has become the worker. Whoever gets this has nothing left to do but to see to
/// that handler.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Relieved;

/// The call in which a worker was relieved.
#[derive(Debug)]
pub(super) enum LongCall {
    /// Of this handler, which has to catch up.
    Of(Arc<Place>),
    /// The last one of this handler.
    Closing(Arc<Place>),
}

impl Handlers {
    pub(super) fn new(duty: Arc<Duty>, shift: Arc<Shift>, places: Vec<Option<Arc<Place>>>) -> Self {
        Self { duty, shift, places, gated: GatedRoutes::default(), relieved_in: OnceCell::new() }
    }

    /// Gives the record to the handlers that want it. `admitted` are the notes of one that the filters of its loggers have let
    /// through before, and that handlers on the caller's thread have; any other one goes to these, too. Its caller did not know
    /// of them yet when they were put into service.
    #[inline]
    pub(super) fn hand_over(
        &mut self,
        record: &Record<'_>,
        admitted: Option<&[Note]>,
        routes: &Routes,
    ) -> Result<(), Relieved> {
        let counts = &record.info.counts;
        let Self { duty, shift, places, gated, relieved_in } = self;
        let mut outcome = Ok(());
        let give = |wanted: HandlerSet, record: &Record<'_>| {
            if wanted.direct != 0 {
                outcome = offer_late(duty, shift, wanted, record, routes);
                if outcome.is_err() {
                    return;
                }
            }
            outcome =
                offer(duty, shift, places, relieved_in, wanted.queued, record).map(|bytes| counts.count_bytes(bytes));
        };
        match admitted {
            None => {
                counts.count_taken();
                if !routes.queue(record, gated, give) {
                    counts.stopped.fetch_add(1, Ordering::Relaxed);
                }
            }
            Some(notes) => routes.queue_admitted(&Record { notes, ..*record }, give),
        }
        outcome
    }

    /// Gives it to these.
    pub(super) fn offer(&self, wanted: u32, record: &Record<'_>) -> Result<(), Relieved> {
        offer(&self.duty, &self.shift, &self.places, &self.relieved_in, wanted, record)
            .map(|bytes| record.info.counts.count_bytes(bytes))
    }

    /// Calls `visit` with each handler that is not away.
    pub(super) fn for_each(&self, mut visit: impl FnMut(&mut Slot)) -> Result<(), Relieved> {
        for (index, place) in self.places.iter().enumerate() {
            if let Some(place) = place
                && !place.is_away()
            {
                call(&self.shift, &self.relieved_in, index, place, &mut visit)?;
            }
        }
        Ok(())
    }

    /// Whether a handler is away.
    pub(super) fn any_is_away(&self) -> bool {
        self.places.iter().flatten().any(|place| place.is_away())
    }

    /// Closes those that are leaving. Whether all of them have written what they were given.
    pub(super) fn close_leaving(&self) -> Result<bool, Relieved> {
        let mut is_complete = true;
        loop {
            let Some(place) = self.duty.state().leaving.first().cloned() else {
                return Ok(is_complete);
            };
            if !place.will_be_closed() {
                is_complete &= call(&self.shift, &self.relieved_in, LEAVING, &place, |slot| {
                    slot.end_of_batch();
                    slot.close()
                })?;
            }
            self.duty.state().leaving.remove(0);
        }
    }

    /// In which call somebody else has become the worker.
    pub(super) fn take_long_call(&mut self) -> Option<LongCall> {
        self.relieved_in.take()
    }

    /// Takes over what has changed.
    pub(super) fn set_places(&mut self, places: Vec<Option<Arc<Place>>>) {
        self.places = places;
    }
}

/// Gives the record to those that want it. Returns how many bytes they were given.
#[inline]
fn offer(
    duty: &Duty,
    shift: &Shift,
    places: &[Option<Arc<Place>>],
    relieved_in: &OnceCell<LongCall>,
    mut wanted: u32,
    record: &Record<'_>,
) -> Result<u64, Relieved> {
    let mut bytes = 0;
    while wanted != 0 {
        let index = wanted.trailing_zeros() as usize;
        wanted &= wanted - 1;
        if let Some(Some(place)) = places.get(index) {
            if place.is_away() && place.keep(record) {
                continue;
            }
            duty.progress.0.remaining.store(wanted, Ordering::Relaxed);
            let give = |slot: &mut Slot| match slot.offer(record) {
                Outcome::Taken => slot.line_length(),
                Outcome::Filtered | Outcome::Failed => 0,
            };
            bytes += call(shift, relieved_in, index, place, give)?;
        }
    }
    Ok(bytes)
}

/// Gives the record to handlers on callers' threads, of which others are in the way of the worker, too. As on such a thread
/// they come first.
#[cold]
fn offer_late(
    duty: &Duty,
    shift: &Shift,
    wanted: HandlerSet,
    record: &Record<'_>,
    routes: &Routes,
) -> Result<(), Relieved> {
    duty.progress.0.remaining.store(wanted.queued, Ordering::Relaxed);
    shift.enter(DIRECT);
    direct::dispatch_late(routes.direct(wanted.direct), record);
    if shift.leave() { Ok(()) } else { Err(Relieved) }
}

/// Calls a handler that is not away.
#[inline(always)]
fn call<R>(
    shift: &Shift,
    relieved_in: &OnceCell<LongCall>,
    index: usize,
    place: &Arc<Place>,
    visit: impl FnOnce(&mut Slot) -> R,
) -> Result<R, Relieved> {
    shift.enter(index);
    // SAFETY: this is the worker, and the handler is not away. If the worker is relieved before it leaves, the handler is away
    // with it.
    let result = visit(unsafe { place.slot() });
    if shift.leave() { Ok(result) } else { Err(relieved(relieved_in, index, place)) }
}

#[cold]
fn relieved(relieved_in: &OnceCell<LongCall>, index: usize, place: &Arc<Place>) -> Relieved {
    let place = Arc::clone(place);
    let _ = relieved_in.set(if index == LEAVING { LongCall::Closing(place) } else { LongCall::Of(place) });
    Relieved
}
