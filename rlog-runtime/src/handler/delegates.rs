//! The handlers that another one hands records to.

use super::controls::Controls;
use super::slot::{Call, Outcome, Slot};
use super::{Check, HandlerBuilder, HandlerError, OpenError, OpenErrors};
use std::io;
use std::sync::Arc;
use std::vec::Vec;

/// Delegates in service, and the controls of all of them and of theirs.
pub(super) type Delegates = (Vec<Slot>, Vec<Arc<Controls>>);

/// What finds out what is wrong with any, before all handlers are opened.
pub(super) fn checks<'a>(builders: impl IntoIterator<Item = &'a mut HandlerBuilder>) -> Vec<Check> {
    builders.into_iter().map(HandlerBuilder::take_checks).collect()
}

/// Opens all, and reports what is wrong with any. `parent` is the full name of the handler that they belong to.
pub(super) fn open(parent: &str, builders: impl IntoIterator<Item = HandlerBuilder>) -> Result<Delegates, OpenErrors> {
    let (mut slots, mut controls, mut errors) = (Vec::new(), Vec::new(), Vec::new());
    for builder in builders {
        if builder.sync {
            let message = format_args!("its delegate `{}` is `sync`", builder.name);
            let way_out = "delegates run where the handler runs that they belong to; set `sync` on that one";
            errors.push(OpenError::new(parent, message, way_out));
        }
        match Slot::open_below(parent, builder) {
            Ok((slot, theirs)) => {
                slots.push(slot);
                controls.extend(theirs);
            }
            Err(OpenErrors(theirs)) => errors.extend(theirs),
        }
    }
    if errors.is_empty() { Ok((slots, controls)) } else { Err(OpenErrors(errors)) }
}

/// What became of a record that was offered to several. A handler that fails over it may lose earlier ones with it.
#[derive(Debug, Default)]
pub(super) struct Tally {
    taken: bool,
    failed: bool,
    /// How many earlier records the handlers that failed have lost, together.
    earlier: u64,
    /// How many the one has lost that has lost the fewest.
    least: Option<u64>,
}

impl Tally {
    /// Counts what `slot` made of the record.
    pub(super) fn add(&mut self, outcome: Outcome, slot: &Slot) {
        match outcome {
            Outcome::Taken => self.taken = true,
            Outcome::Filtered => {}
            Outcome::Failed => self.failed(slot),
        }
    }

    #[cold]
    fn failed(&mut self, slot: &Slot) {
        self.failed = true;
        let earlier = match slot.last_call() {
            Call::NotMade => return,
            Call::Failed { lost } => lost.saturating_sub(1),
            Call::Done | Call::Panicked => 0,
        };
        self.earlier += earlier;
        self.least = Some(self.least.map_or(earlier, |least| least.min(earlier)));
    }

    /// The result if each record goes to one of them. It is lost if somebody wanted it and nobody has it.
    pub(super) fn of_some(self) -> Result<(), HandlerError> {
        lost(u64::from(self.failed && !self.taken) + self.earlier)
    }

    /// The result if all are given all records. What all of them have lost is lost.
    pub(super) fn of_all(self) -> Result<(), HandlerError> {
        lost(if self.failed && !self.taken { 1 + self.least.unwrap_or(0) } else { 0 })
    }
}

/// The error of a handler that is left with so many records, if any.
pub(super) fn lost(records: u64) -> Result<(), HandlerError> {
    match records {
        0 => Ok(()),
        records => Err(HandlerError::new(io::Error::other("none of its handlers could take the records"), records)),
    }
}

/// The error of a handler to pass on that those behind it have not written everything, if so.
pub(super) fn complete(are_complete: bool) -> Result<(), HandlerError> {
    if are_complete { Ok(()) } else { Err(HandlerError::told()) }
}

/// Makes the same call to several that were given the same records. What all of them have lost is lost.
pub(super) fn call_all(slots: &mut [Slot], mut call: impl FnMut(&mut Slot)) -> Result<(), HandlerError> {
    let mut least = None;
    for slot in slots {
        call(slot);
        // What was not offered to it cannot be what it has lost now.
        if slot.last_call() == Call::NotMade {
            continue;
        }
        let this = lost_by(slot);
        least = Some(least.map_or(this, |least: u64| least.min(this)));
    }
    lost(least.unwrap_or(0))
}

/// Makes the same call to several that were given records of their own. What any of them has lost is lost.
pub(super) fn call_each(slots: &mut [Slot], mut call: impl FnMut(&mut Slot)) -> Result<(), HandlerError> {
    let mut sum = 0;
    for slot in slots {
        call(slot);
        sum += lost_by(slot);
    }
    lost(sum)
}

/// How many records were lost by the last call of one for the end of a batch, a flush or its own end.
pub(super) fn lost_by(slot: &Slot) -> u64 {
    match slot.last_call() {
        Call::Failed { lost } => lost,
        Call::NotMade | Call::Done | Call::Panicked => 0,
    }
}
