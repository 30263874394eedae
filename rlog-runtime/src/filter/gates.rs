//! The filters of one logger or handler in service: asked in turn, and counted.

use super::{Filter, Interest, Note, Verdict};
use crate::callsite::Callsite;
use crate::contained::Contained;
use crate::record::Record;
use crate::trouble::{self, Trouble};
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
    filter: Contained<Box<dyn Filter>>,
    name: Cow<'static, str>,
    stopped: AtomicU64,
}

/// The most notes that the filters of one record can leave; more are forgotten.
const MAX_NOTES: usize = 8;

impl Gate {
    /// A filter that cannot say its name has that of those which have none.
    pub(crate) fn new(filter: Box<dyn Filter>) -> Self {
        let name = catch_unwind(AssertUnwindSafe(|| filter.name())).unwrap_or(Cow::Borrowed("filter"));
        let filter = Contained::new(filter, format!("filter `{name}`"));
        Self { filter, name, stopped: AtomicU64::new(0) }
    }

    /// The gates of these filters, in their order.
    pub(crate) fn all(filters: Vec<Box<dyn Filter>>) -> Arc<[Self]> {
        filters.into_iter().map(Self::new).collect()
    }

    /// Its name, and how many records it has stopped.
    pub(crate) fn read(&self) -> (Cow<'static, str>, u64) {
        (self.name.clone(), self.stopped.load(Ordering::Relaxed))
    }

    /// What the filter says of a statement. One that panics depends on the record, where it lets everything through.
    pub(crate) fn interest(&self, callsite: &Callsite) -> Interest {
        catch_unwind(AssertUnwindSafe(|| self.filter.interest(callsite))).unwrap_or(Interest::Sometimes)
    }

    /// What the filter says of a record.
    fn decide(&self, record: &Record<'_>) -> Verdict {
        catch_unwind(AssertUnwindSafe(|| self.filter.decide(record))).unwrap_or_else(|_| self.panicked())
    }

    #[cold]
    fn panicked(&self) -> Verdict {
        trouble::report(Trouble::Panic, format_args!("filter `{}` panicked; the record passes", self.name));
        Verdict::Accept
    }
}

impl fmt::Debug for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Gate").field(&self.name).finish()
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

/// Asks the gates in turn, and hands the record on if all let it through, with the notes that they leave; each sees the
/// notes of those before it. A filter that panics lets records through, since a line too many harms less than one that is
/// missing.
pub(crate) fn pass<'a, R>(
    gates: impl IntoIterator<Item = &'a Gate>,
    record: &Record<'_>,
    then: impl FnOnce(&Record<'_>) -> R,
) -> Option<R> {
    let mut notes = None;
    admit(gates, record, &mut notes).then(|| match &notes {
        None => then(record),
        Some(notes) => then(&Record { notes: notes.all(), ..*record }),
    })
}

/// Asks the gates in turn, and leaves the record's notes, with those that they add, in `notes`, if they add any. Whether all
/// let it through.
#[inline]
pub(crate) fn admit<'a>(
    gates: impl IntoIterator<Item = &'a Gate>,
    record: &Record<'_>,
    notes: &mut Option<Notes>,
) -> bool {
    for gate in gates {
        let verdict = match notes {
            None => gate.decide(record),
            Some(notes) => gate.decide(&Record { notes: notes.all(), ..*record }),
        };
        match verdict {
            Verdict::Accept => {}
            // The first one comes hardly ever.
            Verdict::AcceptWith(note) => notes.get_or_insert_with(|| Notes::of(record)).add(note),
            Verdict::Reject => {
                gate.stopped.fetch_add(1, Ordering::Relaxed);
                return false;
            }
        }
    }
    true
}

/// The notes of a record, and those that join them. No allocation.
pub(crate) struct Notes {
    notes: [Note; MAX_NOTES],
    length: usize,
}

impl Notes {
    #[cold]
    fn of(record: &Record<'_>) -> Self {
        let mut notes = Self { notes: [const { Note { key: "", value: Value::Null } }; MAX_NOTES], length: 0 };
        record.notes.iter().for_each(|note| notes.push(*note));
        notes
    }

    fn push(&mut self, note: Note) {
        if let Some(place) = self.notes.get_mut(self.length) {
            *place = note;
            self.length += 1;
        }
    }

    /// Adds a note, or combines it with the one that has its key already, so that no key stands twice.
    fn add(&mut self, note: Note) {
        match self.notes[..self.length].iter_mut().find(|earlier| earlier.key == note.key) {
            Some(earlier) => earlier.value = combined(note.key, &earlier.value, note.value),
            None => self.push(note),
        }
    }

    pub(crate) fn all(&self) -> &[Note] {
        &self.notes[..self.length]
    }
}

/// What two filters say under one key: what is sampled twice passes at the product of the rates, and counts add up. Of other
/// notes the later one holds.
fn combined(key: &str, earlier: &Value<'static>, later: Value<'static>) -> Value<'static> {
    match (*earlier, later) {
        (Value::F64(earlier), Value::F64(later)) if key == super::SAMPLE_RATE => Value::F64(earlier * later),
        (Value::U64(earlier), Value::U64(later)) if [super::SUPPRESSED, super::REPEATED].contains(&key) => {
            Value::U64(earlier.saturating_add(later))
        }
        (_, later) => later,
    }
}

#[cfg(test)]
mod tests {
    use super::super::made::Made;
    use super::*;
    use crate::level::Level;
    use std::string::String;

    struct Adds(&'static str, Value<'static>);

    impl Filter for Adds {
        fn decide(&self, _: &Record<'_>) -> Verdict {
            Verdict::AcceptWith(Note { key: self.0, value: self.1 })
        }
    }

    fn gates(filters: impl super::super::IntoFilters) -> Arc<[Gate]> {
        Gate::all(filters.into_filters())
    }

    fn fields(gates: &[Gate], made: &Made<'_>) -> Option<String> {
        pass(gates, &made.record(), |record| format!("{:?}", record.fields()))
    }

    #[test]
    fn notes_join_the_fields_of_the_record() {
        let made = Made::new(Level::INFO, "k1:a.app\u{1f}f").values([Value::U64(1)]);
        let gates = gates((Adds("b", Value::U64(2)), Adds("c", Value::U64(3))));
        assert_eq!(fields(&gates, &made).as_deref(), Some(r#"{"a": 1, "b": 2, "c": 3}"#));
    }

    #[test]
    fn a_filter_sees_the_notes_of_those_before_it() {
        let made = Made::new(Level::INFO, ".app\u{1f}f");
        let has_note = |record: &Record<'_>| record.field("b").is_some();
        assert!(fields(&gates((Adds("b", Value::U64(2)), has_note)), &made).is_some());
        assert!(fields(&gates((has_note, Adds("b", Value::U64(2)))), &made).is_none());
    }

    #[test]
    fn rates_multiply_and_counts_add_up() {
        let made = Made::new(Level::INFO, ".app\u{1f}f");
        let gates = gates((
            Adds("sample_rate", Value::F64(0.5)),
            Adds("suppressed", Value::U64(3)),
            Adds("other", Value::U64(3)),
            Adds("suppressed", Value::U64(4)),
            Adds("sample_rate", Value::F64(0.5)),
            Adds("other", Value::U64(4)),
        ));
        let expected = r#"{"sample_rate": 0.25, "suppressed": 7, "other": 4}"#;
        assert_eq!(fields(&gates, &made).as_deref(), Some(expected));
    }

    #[test]
    fn notes_without_end_are_forgotten_and_the_record_passes() {
        const KEYS: [&str; 10] = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"];
        let made = Made::new(Level::INFO, ".app\u{1f}f");
        let gates = gates(KEYS.map(|key| Adds(key, Value::U64(1))));
        let count = pass(&*gates, &made.record(), |record| record.fields().count());
        assert_eq!(count, Some(MAX_NOTES));
    }

    #[test]
    fn the_filter_that_stops_a_record_counts_it_and_later_ones_are_not_asked() {
        let made = Made::new(Level::INFO, ".app\u{1f}f");
        let gates = gates((|_: &Record<'_>| true, |_: &Record<'_>| false, |_: &Record<'_>| false));
        assert!(fields(&gates, &made).is_none());
        assert!(fields(&gates, &made).is_none());
        assert_eq!(gates.iter().map(|gate| gate.read().1).collect::<Vec<_>>(), [0, 2, 0]);
    }

    #[test]
    fn a_filter_that_panics_lets_the_record_through() {
        let made = Made::new(Level::INFO, ".app\u{1f}f");
        let gates = gates((|_: &Record<'_>| panic!("on purpose"), |_: &Record<'_>| true));
        assert!(fields(&gates, &made).is_some());
    }

    #[test]
    fn one_that_never_lets_a_statement_through_decides_for_all() {
        struct Says(Interest);
        impl Filter for Says {
            fn decide(&self, _: &Record<'_>) -> Verdict {
                Verdict::Accept
            }
            fn interest(&self, _: &Callsite) -> Interest {
                self.0
            }
        }
        use Interest::{Always, Never, Sometimes};
        let made = Made::new(Level::INFO, ".app\u{1f}f");
        let together = |says: &[Interest]| {
            let gates: Vec<Gate> = says.iter().map(|&says| Gate::new(Box::new(Says(says)))).collect();
            interest(&gates, made.callsite())
        };
        assert_eq!(together(&[]), Always);
        assert_eq!(together(&[Always, Sometimes, Always]), Sometimes);
        assert_eq!(together(&[Sometimes, Never, Always]), Never);
    }
}
