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
use crate::value::tagged::Tag;
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
    /// What was written before fields of it were left out.
    whole: Bytes,
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
            whole: Bytes::default(),
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
        let kinds = &KINDS[..record.values.len().min(MAX_ARGUMENTS)];
        if found.has_too_many {
            inner.cut_fields(record, kinds);
        }
        let mut slots = Slots::new();
        // SAFETY: `write_record`, or `cut_fields`, has written one optional value for each of the kinds; all of them are read
        // with checks.
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
        for memory in [&mut self.inner.out.0, &mut self.inner.whole.0, &mut self.inner.text] {
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
    /// There are more fields than may be shown, some of them in a splat.
    has_too_many: bool,
}

impl Inner {
    /// What has to be replaced. `None` if nothing has to be.
    fn look(&mut self, record: &Record<'_>) -> Option<Found> {
        let plan = self.plans.callsite(record);
        let mut changed = 0_u128;
        for (index, value) in record.values.iter().enumerate().take(MAX_ARGUMENTS) {
            let (Some(value), Some(decision)) = (value, plan.arguments.get(index)) else { continue };
            let is_hidden = self.has_rules && decision.rule.is_some() && !is_hidden_already(value);
            let place = decision.place;
            let is_splat = (record.info.splats >> index) & 1 == 1;
            if is_hidden || self.as_spread(is_splat, |inner| inner.finds(value, place, 0)) {
                changed |= 1 << index;
            }
        }
        // The message shows the replaced value instead of the text that the caller made of it.
        let texts = plan.texts.iter().filter(|(argument, _)| (changed >> argument.min(&127)) & 1 == 1);
        let mut dropped = texts.fold(0, |dropped, (_, text)| dropped | 1 << text.min(&127));
        // How many fields a splat has is known when it is written: limits may have left out some of them.
        let has_too_many = record.info.splats != 0 && count_fields(record) > self.limits.fields;
        let omitted = if has_too_many { 0 } else { self.omit_fields(record, &mut dropped) };
        let has_notes = self.write_notes(record, omitted);
        let is_changed = changed | dropped != 0 || has_notes || has_too_many;
        is_changed.then_some(Found { plan, changed, dropped, has_too_many })
    }

    /// Leaves out the fields that are too many, and tells how many those are. No splat has too many, if there are any.
    fn omit_fields(&self, record: &Record<'_>, dropped: &mut u128) -> u64 {
        if self.limits.fields == usize::MAX || record.info.splats != 0 {
            return 0;
        }
        let (mut shown, mut omitted) = (0, 0);
        for (index, value) in record.values.iter().enumerate().take(MAX_ARGUMENTS) {
            if value.is_none() || record.info.keys.get(index).is_none_or(Option::is_none) {
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

    /// Writes anew what has been written, without the fields that are too many, of which those of splats are some.
    #[cold]
    fn cut_fields(&mut self, record: &Record<'_>, kinds: &'static [Kind]) {
        let (limits, has_rules) = (self.limits, self.has_rules);
        // All of that has been done.
        (self.limits, self.has_rules) = (Limits::new(), false);
        let spare = core::mem::take(&mut self.whole);
        let whole = core::mem::replace(&mut self.out, spare);
        self.out.0.clear();
        let mut slots = Slots::new();
        // SAFETY: `write_record` has written one optional value for each of the kinds; all of them are read with checks.
        let (values, _) = unsafe { slots.decode(kinds, &whole.0) };
        let (mut room, mut omitted) = (limits.fields, 0);
        for (index, value) in values.iter().enumerate() {
            let is_splat = (record.info.splats >> index) & 1 == 1;
            let is_field = record.info.keys.get(index).is_some_and(Option::is_some);
            let is_in_message = (record.info.shown >> index) & 1 == 1;
            match value {
                Some(value) if is_splat => {
                    let count = fields_of(value);
                    omitted += count.saturating_sub(room);
                    self.write_some_fields(value, room.min(count), count);
                    room = room.saturating_sub(count);
                }
                Some(_) if is_field && room == 0 && !is_in_message => {
                    omitted += 1;
                    self.out.raw(&[0]);
                }
                Some(value) => {
                    room = room.saturating_sub(usize::from(is_field));
                    self.out.raw(&[1]);
                    self.write(value, self.plans.nowhere(), 0);
                }
                None => self.out.raw(&[0]),
            }
        }
        self.whole = whole;
        (self.limits, self.has_rules) = (limits, has_rules);
        if omitted > 0 {
            self.notes.push(Note { key: OMITTED, value: Value::U64(omitted as u64) });
        }
    }

    /// Writes so many of all fields of a splat.
    fn write_some_fields(&mut self, value: &Value<'_>, some: usize, all: usize) {
        if some == 0 {
            return self.out.raw(&[0]);
        }
        self.out.raw(&[1]);
        let nowhere = self.plans.nowhere();
        if some == all {
            return self.write(value, nowhere, 0);
        }
        let opened = self.out.open_list(Tag::Map);
        let mut count = 0;
        value.each_field(&mut |key, value| {
            if count < some {
                self.out.sized(Tag::Str, key.as_bytes());
                self.write(value, nowhere, 0);
                count += 1;
            }
        });
        self.out.close_list(opened, count);
    }

    /// Does something with a value that may be a splat: its fields are values of the record, so it is no level of their depth.
    fn as_spread<R>(&mut self, is_splat: bool, act: impl FnOnce(&mut Self) -> R) -> R {
        let depth = self.limits.depth;
        self.limits.depth = depth.saturating_add(is_splat.into());
        let result = act(self);
        self.limits.depth = depth;
        result
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
            self.notes.push(Note { key: OMITTED, value: Value::U64(omitted) });
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
                _ => {
                    let is_splat = (record.info.splats >> index) & 1 == 1;
                    self.as_spread(is_splat, |inner| inner.write(value, place, 0));
                }
            }
        }
    }
}

/// The key under which stands how many fields are left out.
const OMITTED: &str = "fields_omitted";

/// How many fields a record has, with those of its splats and without notes.
fn count_fields(record: &Record<'_>) -> usize {
    let values = record.values.iter().enumerate().take(MAX_ARGUMENTS);
    let count = values.map(|(index, value)| match value {
        Some(value) if (record.info.splats >> index) & 1 == 1 => fields_of(value),
        Some(_) => usize::from(record.info.keys.get(index).is_some_and(Option::is_some)),
        None => 0,
    });
    count.sum()
}

/// How many fields a splat has.
fn fields_of(value: &Value<'_>) -> usize {
    let mut count = 0;
    value.each_field(&mut |_, _| count += 1);
    count
}

impl fmt::Debug for Rewriter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rewriter").field("limits", &self.usual).finish_non_exhaustive()
    }
}
