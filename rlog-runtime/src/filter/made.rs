//! Records for the tests of filters, made without a logger.

use super::Note;
use crate::callsite::Callsite;
use crate::level::Level;
use crate::record::{Encoded, Record, ThreadInfo};
use crate::timestamp::Timestamp;
use crate::value::Value;
use core::time::Duration;
use std::boxed::Box;
use std::vec::Vec;

/// A record of a statement in line 7.
#[derive(Clone)]
pub(super) struct Made<'a> {
    callsite: &'static Callsite,
    values: Vec<Option<Value<'a>>>,
    bytes: Vec<u8>,
    notes: Vec<Note>,
    nanoseconds: i64,
}

impl<'a> Made<'a> {
    /// `text` is of the form that callsites have.
    pub(super) fn new(level: Level, text: &str) -> Self {
        let text: &'static str = Box::leak(text.into());
        let callsite = Box::leak(Box::new(Callsite::new(level, 16, 7, text)));
        Self { callsite, values: Vec::new(), bytes: Vec::new(), notes: Vec::new(), nanoseconds: START }
    }

    pub(super) fn values(mut self, values: impl IntoIterator<Item = Value<'a>>) -> Self {
        self.values = values.into_iter().map(Some).collect();
        self.bytes = format!("{:?}", self.values).into_bytes();
        self
    }

    pub(super) fn note(mut self, key: &'static str, value: Value<'static>) -> Self {
        self.notes.push(Note { key, value });
        self
    }

    /// So long after the start of the test.
    pub(super) fn at(mut self, time: Duration) -> Self {
        self.nanoseconds = START + time.as_nanos() as i64;
        self
    }

    /// At this moment.
    pub(super) fn at_nanoseconds(mut self, nanoseconds: i64) -> Self {
        self.nanoseconds = nanoseconds;
        self
    }

    pub(super) fn callsite(&self) -> &'static Callsite {
        self.callsite
    }

    pub(super) fn record(&self) -> Record<'_> {
        Record {
            callsite: self.callsite,
            info: self.callsite.info(),
            timestamp: Timestamp::from_nanoseconds(self.nanoseconds),
            sequence: 1,
            thread: ThreadInfo { id: 7, name: None },
            values: &self.values,
            notes: &self.notes,
            encoded: Encoded::new(&[], &self.bytes),
        }
    }
}

const START: i64 = 1_700_000_000_000_000_000;
