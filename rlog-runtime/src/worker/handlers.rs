//! The worker's handlers, and each call of one.

use super::duty::{DIRECT, Duty, LEAVING};
use super::place::Place;
use super::shift::Shift;
use crate::filter::Note;
use crate::handler::slot::{Outcome, Slot};
use crate::logger::routes::{GatedRoutes, Routes};
use crate::record::Record;
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
}

/// A handler took so long that somebody else has become the worker. Whoever gets this has nothing left to do but to see to
/// that handler.
#[derive(Debug)]
pub(super) enum Relieved {
    /// In a call of this handler, which has to catch up.
    In(Arc<Place>),
    /// While it closed this handler.
    Closing(Arc<Place>),
    /// In one that is not the worker's.
    InNone,
}

impl Handlers {
    pub(super) fn new(duty: Arc<Duty>, shift: Arc<Shift>, places: Vec<Option<Arc<Place>>>) -> Self {
        Self { duty, shift, places, gated: GatedRoutes::default() }
    }

    /// Gives the record to the handlers that want it. `admitted` are the notes of one that the filters of its loggers have let
    /// through before.
    #[inline]
    pub(super) fn hand_over(
        &mut self,
        record: &Record<'_>,
        admitted: Option<&[Note]>,
        routes: &Routes,
    ) -> Result<(), Relieved> {
        let counts = &record.info.counts;
        counts.count_taken();
        let Self { duty, shift, places, gated } = self;
        let mut outcome = Ok(());
        let give = |wanted: u32, record: &Record<'_>| {
            outcome = offer(duty, shift, places, wanted, record).map(|bytes| counts.count_bytes(bytes));
        };
        match admitted {
            None => {
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
        offer(&self.duty, &self.shift, &self.places, wanted, record).map(|bytes| record.info.counts.count_bytes(bytes))
    }

    /// Calls `visit` with each handler that is not away.
    pub(super) fn for_each(&self, mut visit: impl FnMut(&mut Slot)) -> Result<(), Relieved> {
        for (index, place) in self.places.iter().enumerate() {
            if let Some(place) = place
                && !place.is_away()
            {
                call(&self.shift, index, place, &mut visit)?;
            }
        }
        Ok(())
    }

    /// Whether a handler is away.
    pub(super) fn any_is_away(&self) -> bool {
        self.places.iter().flatten().any(|place| place.is_away())
    }

    /// Calls handlers on the caller's thread, of which others are in the way of the worker, too.
    pub(super) fn call_direct(&self, visit: impl FnOnce()) -> Result<(), Relieved> {
        self.shift.enter(DIRECT);
        visit();
        if self.shift.leave() { Ok(()) } else { Err(Relieved::InNone) }
    }

    /// Closes those that are leaving.
    pub(super) fn close_leaving(&self) -> Result<(), Relieved> {
        loop {
            let Some(place) = self.duty.state().leaving.first().cloned() else { return Ok(()) };
            if !place.will_be_closed() {
                let closed = call(&self.shift, LEAVING, &place, |slot| {
                    slot.end_of_batch();
                    slot.close();
                });
                closed.map_err(|_| Relieved::Closing(place))?;
            }
            self.duty.state().leaving.remove(0);
        }
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
            duty.progress.remaining.store(wanted, Ordering::Relaxed);
            bytes +=
                call(
                    shift,
                    index,
                    place,
                    |slot| {
                        if slot.offer(record) == Outcome::Taken { slot.line_length() } else { 0 }
                    },
                )?;
        }
    }
    Ok(bytes)
}

/// Calls a handler that is not away.
#[inline]
fn call<R>(shift: &Shift, index: usize, place: &Arc<Place>, visit: impl FnOnce(&mut Slot) -> R) -> Result<R, Relieved> {
    shift.enter(index);
    // SAFETY: this is the worker, and the handler is not away. If the worker is relieved before it leaves, the handler is away
    // with it.
    let result = visit(unsafe { place.slot() });
    if shift.leave() { Ok(result) } else { Err(Relieved::In(Arc::clone(place))) }
}
