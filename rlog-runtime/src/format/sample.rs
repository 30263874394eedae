//! Records for the tests of formatters, made without a logger.

use super::Formatter;
use crate::callsite::Callsite;
use crate::level::Level;
use crate::record::{Encoded, Record, ThreadInfo};
use crate::timestamp::Timestamp;
use crate::value::Value;
use std::boxed::Box;
use std::string::String;
use std::vec::Vec;

/// A record of a statement in line 7, at a certain moment, on a thread called `worker-7`.
pub(super) struct Sample<'a> {
    callsite: &'static Callsite,
    values: Vec<Option<Value<'a>>>,
}

impl<'a> Sample<'a> {
    /// `text` is of the form that callsites have.
    pub(super) fn new(level: Level, text: &str) -> Self {
        let text: &'static str = Box::leak(text.into());
        Self { callsite: Box::leak(Box::new(Callsite::new(level, 16, 7, text))), values: Vec::new() }
    }

    pub(super) fn values(mut self, values: impl IntoIterator<Item = Value<'a>>) -> Self {
        self.values = values.into_iter().map(Some).collect();
        self
    }

    pub(super) fn record(&self) -> Record<'_> {
        Record {
            callsite: self.callsite,
            info: self.callsite.info(),
            timestamp: Timestamp::from_nanoseconds(1_700_000_000_000_000_042),
            sequence: 1,
            thread: ThreadInfo { id: 7, name: Some("worker-7") },
            values: &self.values,
            notes: &[],
            encoded: Encoded::new(&[], &[]),
        }
    }
}

pub(super) fn formatted(formatter: &impl Formatter, sample: &Sample<'_>) -> String {
    let mut out = Vec::new();
    formatter.format(&sample.record(), &mut out);
    String::from_utf8(out).expect("formatters write text")
}
