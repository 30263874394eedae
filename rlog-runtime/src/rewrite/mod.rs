//! What a handler gets to see of a record: rules of a [`Redaction`] and [`Limits`].
//!
//! Neither formatters nor handlers know of them. A slot that has any hands each record to its [`Rewriter`], which makes
//! another record if something has to be replaced, with values in memory of its own; the slot formats and hands over that
//! one. So also a formatter or a handler that is the user's own never meets the clear text, and a copy of the record does
//! not hold it. If nothing has to be replaced, the record is passed on as it is.
//!
//! It runs on the thread of its slot: the worker's, or the caller's for handlers that are `sync`.

mod bytes;
mod fit;
mod limits;
mod plan;
#[cfg(test)]
mod tests;
mod value;

pub use limits::Limits;

use crate::filter::Note;
use crate::record::{Encoded, MAX_ARGUMENTS, Record, Rewritten, Slots};
use crate::redact::Redaction;
use crate::redact::scan::{Match, Scan};
use crate::value::{Kind, TAGGED, Value};
use bytes::Bytes;
use core::fmt;
use plan::{CallsitePlan, Looks, Plans};
use std::boxed::Box;
use std::vec::Vec;
use value::is_hidden_already;

/// Rewrites the records of one slot.
pub(crate) struct Rewriter {
    inner: Inner,
    /// The limits of the configuration.
    usual: Limits,
}

/// What is used while a record is looked at and written. All memory is kept for the next one.
struct Inner {
    redaction: Redaction,
    scan: Scan,
    plans: Plans,
    /// The limits at the moment: lower ones if a line did not fit.
    limits: Limits,
    /// The limits are lower than those that the plans know of.
    is_tight: bool,
    /// The rules have to be asked: there are any, and the record has not been through them.
    has_rules: bool,
    out: Bytes,
    text: Vec<u8>,
    matches: Vec<Match>,
    notes: Vec<Note>,
    /// How often each rule has hidden something in the record at hand.
    hits: Vec<u32>,
}

impl Rewriter {
    /// `None` if there is nothing to do.
    pub(crate) fn new(redaction: Option<&Redaction>, limits: Limits) -> Option<Box<Self>> {
        if redaction.is_none_or(Redaction::is_empty) && limits.is_none() {
            return None;
        }
        let redaction = redaction.cloned().unwrap_or_else(Redaction::new);
        let (keys, scan) = redaction.compile();
        let looks = Looks {
            at_text: !scan.is_empty() || limits.text != usize::MAX,
            at_bytes: !scan.is_empty() || limits.bytes != usize::MAX,
            at_numbers: scan.rule(crate::redact::Scanner::PaymentCard).is_some(),
            at_lists: limits.elements != usize::MAX || limits.depth != usize::MAX,
        };
        let plans = Plans::new(keys, &scan, looks);
        let inner = Inner {
            redaction,
            scan,
            plans,
            limits,
            is_tight: false,
            has_rules: false,
            out: Bytes::default(),
            text: Vec::new(),
            matches: Vec::new(),
            notes: Vec::new(),
            hits: Vec::new(),
        };
        Some(Box::new(Self { inner, usual: limits }))
    }

    /// Calls `then` with the record as it may be seen. [`Rewriter::commit`] counts what was hidden, once the record is taken.
    #[inline]
    pub(crate) fn rewrite<R>(&mut self, record: &Record<'_>, then: impl FnOnce(&Record<'_>) -> R) -> R {
        let inner = &mut self.inner;
        inner.hits.clear();
        let before = record.encoded.rewritten();
        let after = Rewritten {
            redaction: if inner.redaction.is_empty() { before.redaction } else { inner.redaction.number() },
            limits: match inner.limits.number() {
                0 => before.limits,
                number => number,
            },
        };
        if before == after {
            return then(record);
        }
        inner.has_rules = before.redaction != after.redaction;
        let is_usual = record.notes.is_empty() && !inner.is_tight && inner.limits.fields == usize::MAX;
        let found = if is_usual && inner.plans.is_inert(record) { None } else { inner.look(record) };
        // What has been looked at has to be marked as such, even if there was nothing to find.
        let Some(found) = found else {
            return then(&Record { encoded: record.encoded.after(after), ..*record });
        };
        inner.write_record(record, &found);
        let mut slots = Slots::new();
        let kinds = &KINDS[..record.values.len().min(MAX_ARGUMENTS)];
        // SAFETY: `write_record` has written one optional value for each of the kinds; all of them are read with checks.
        let (values, bytes) = unsafe { slots.decode(kinds, &inner.out.0) };
        then(&Record { values, notes: &inner.notes, encoded: Encoded::new(kinds, bytes).after(after), ..*record })
    }

    /// Counts what was hidden of the last record.
    #[inline]
    pub(crate) fn commit(&mut self) {
        for (rule, hits) in self.inner.hits.iter_mut().enumerate() {
            if *hits > 0 {
                self.inner.redaction.add_count(rule as u16, u64::from(core::mem::take(hits)));
            }
        }
    }

    /// Gives back memory that only a rare record needed.
    pub(crate) fn shrink(&mut self) {
        for memory in [&mut self.inner.out.0, &mut self.inner.text] {
            if memory.capacity() > KEPT {
                *memory = Vec::new();
            }
        }
    }
}

/// More memory than this is given back.
const KEPT: usize = 64 << 10;

/// What rewritten arguments are: there or not, and if so, anything.
static KINDS: [Kind; MAX_ARGUMENTS] = [Kind::Sparse(TAGGED); MAX_ARGUMENTS];

/// What has to be done with a record.
struct Found {
    plan: std::sync::Arc<CallsitePlan>,
    /// Arguments in which something is replaced, as bits.
    changed: u128,
    /// Arguments that are left out.
    dropped: u128,
}

impl Inner {
    /// What has to be replaced. `None` if nothing has to be.
    fn look(&mut self, record: &Record<'_>) -> Option<Found> {
        let plan = self.plans.callsite(record);
        let mut changed = 0_u128;
        for (index, value) in record.values.iter().enumerate().take(MAX_ARGUMENTS) {
            let (Some(value), Some(decision)) = (value, plan.arguments.get(index)) else { continue };
            let is_hidden = self.has_rules && decision.rule.is_some() && !is_hidden_already(value);
            if is_hidden || self.finds(value, decision.place, 0) {
                changed |= 1 << index;
            }
        }
        // The message shows the replaced value instead of the text that the caller made of it.
        let texts = plan.texts.iter().filter(|(argument, _)| (changed >> argument.min(&127)) & 1 == 1);
        let mut dropped = texts.fold(0, |dropped, (_, text)| dropped | 1 << text.min(&127));
        let omitted = self.omit_fields(record, &mut dropped);
        let has_notes = self.write_notes(record, omitted);
        (changed | dropped != 0 || has_notes).then_some(Found { plan, changed, dropped })
    }

    /// Leaves out the fields that are too many, and tells how many those are.
    fn omit_fields(&self, record: &Record<'_>, dropped: &mut u128) -> u64 {
        if self.limits.fields == usize::MAX {
            return 0;
        }
        let (mut shown, mut omitted) = (0, 0);
        for (index, value) in record.values.iter().enumerate().take(MAX_ARGUMENTS) {
            let is_field =
                record.info.keys.get(index).is_some_and(Option::is_some) || (record.info.splats >> index) & 1 == 1;
            if value.is_none() || !is_field {
                continue;
            }
            if shown < self.limits.fields || (record.info.shown >> index) & 1 == 1 {
                shown += 1;
            } else {
                omitted += 1;
                *dropped |= 1 << index;
            }
        }
        omitted
    }

    /// The notes as they may be seen. Whether there is anything different in them.
    fn write_notes(&mut self, record: &Record<'_>, omitted: u64) -> bool {
        self.notes.clear();
        self.notes.extend_from_slice(record.notes);
        let mut is_different = omitted > 0;
        let root = self.plans.root();
        for index in 0..self.notes.len() {
            let Note { key, value } = self.notes[index];
            let rule = if self.has_rules { self.plans.dynamic(root, key).rule } else { None };
            if rule.is_some() && !is_hidden_already(&value) || self.finds(&value, root, 0) {
                // A note lives as long as the program; no memory of ours does.
                self.notes[index].value = Value::Text(crate::redact::REPLACED);
                is_different = true;
            }
        }
        if omitted > 0 {
            self.notes.push(Note { key: "fields_omitted", value: Value::U64(omitted) });
        }
        is_different
    }

    fn write_record(&mut self, record: &Record<'_>, found: &Found) {
        self.out.0.clear();
        for (index, value) in record.values.iter().enumerate().take(MAX_ARGUMENTS) {
            let Some(value) = value.as_ref().filter(|_| (found.dropped >> index) & 1 == 0) else {
                self.out.raw(&[0]);
                continue;
            };
            self.out.raw(&[1]);
            let place = found.plan.arguments.get(index).map_or(self.plans.nowhere(), |decision| decision.place);
            let rule = found.plan.arguments.get(index).and_then(|decision| decision.rule);
            match rule.filter(|_| self.has_rules && (found.changed >> index) & 1 == 1) {
                Some(rule) if !is_hidden_already(value) => self.replace(rule, value),
                _ => self.write(value, place, 0),
            }
        }
    }
}

impl fmt::Debug for Rewriter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rewriter").field("limits", &self.usual).finish_non_exhaustive()
    }
}
