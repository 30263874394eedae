//! The filters of one logger or handler in service: asked in turn, and counted.

use super::{Filter, Interest, Note, Verdict};
use crate::callsite::Callsite;
use crate::record::Record;
use crate::value::Value;
use core::fmt;
use core::sync::atomic::{AtomicU64, Ordering};
use std::borrow::Cow;
use std::boxed::Box;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::vec::Vec;

/// One filter with the number of records that it has stopped.
pub(crate) struct Gate {
    filter: Box<dyn Filter>,
    stopped: AtomicU64,
}

/// The most notes that the filters of one record can leave; more are forgotten.
const MAX_NOTES: usize = 8;

impl Gate {
    pub(crate) fn new(filter: Box<dyn Filter>) -> Self {
        Self { filter, stopped: AtomicU64::new(0) }
    }

    /// The gates of these filters, in their order.
    pub(crate) fn all(filters: Vec<Box<dyn Filter>>) -> Arc<[Self]> {
        filters.into_iter().map(Self::new).collect()
    }

    /// Its name, and how many records it has stopped.
    pub(crate) fn read(&self) -> (Cow<'static, str>, u64) {
        (self.filter.name(), self.stopped.load(Ordering::Relaxed))
    }

    /// What the filter says of a statement. One that panics depends on the record, where it lets everything through.
    pub(crate) fn interest(&self, callsite: &Callsite) -> Interest {
        catch_unwind(AssertUnwindSafe(|| self.filter.interest(callsite))).unwrap_or(Interest::Sometimes)
    }
}

impl fmt::Debug for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Gate").field(&self.filter.name()).finish()
    }
}

/// What several gates together say of a statement.
pub(crate) fn interest<'a>(gates: impl IntoIterator<Item = &'a Gate>, callsite: &Callsite) -> Interest {
    let mut all = Interest::Always;
    for gate in gates {
        match gate.interest(callsite) {
            Interest::Never => return Interest::Never,
            Interest::Sometimes => all = Interest::Sometimes,
            Interest::Always => {}
        }
    }
    all
}

/// Asks the gates in turn, and hands the record on if all let it through, with the notes that they leave. A filter that
/// panics lets records through, since a line too many harms less than one that is missing.
pub(crate) fn pass<'a, R>(
    gates: impl IntoIterator<Item = &'a Gate>,
    record: &Record<'_>,
    then: impl FnOnce(&Record<'_>) -> R,
) -> Option<R> {
    let mut notes = Notes::of(record);
    for gate in gates {
        match catch_unwind(AssertUnwindSafe(|| gate.filter.decide(record))) {
            Ok(Verdict::Accept) => {}
            Ok(Verdict::AcceptWith(note)) => notes.add(note),
            Ok(Verdict::Reject) => {
                gate.stopped.fetch_add(1, Ordering::Relaxed);
                return None;
            }
            Err(_) => crate::trouble::report(
                crate::trouble::Trouble::Panic,
                format_args!("filter `{}` panicked; the record passes", gate.filter.name()),
            ),
        }
    }
    Some(match notes.added() {
        [] => then(record),
        added => then(&Record { notes: added, ..*record }),
    })
}

/// The notes of a record, and those that join them. No allocation.
struct Notes {
    notes: [Note; MAX_NOTES],
    length: usize,
    added: bool,
}

impl Notes {
    fn of(record: &Record<'_>) -> Self {
        let mut notes =
            Self { notes: [const { Note { key: "", value: Value::Null } }; MAX_NOTES], length: 0, added: false };
        record.notes.iter().for_each(|note| notes.push(*note));
        notes
    }

    fn push(&mut self, note: Note) {
        if let Some(place) = self.notes.get_mut(self.length) {
            *place = note;
            self.length += 1;
        }
    }

    fn add(&mut self, note: Note) {
        self.push(note);
        self.added = true;
    }

    /// All of them, if any has joined.
    fn added(&self) -> &[Note] {
        if self.added { &self.notes[..self.length] } else { &[] }
    }
}
