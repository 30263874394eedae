//! A handler in service: with its formatter and its statistics, and kept from harming anybody else.

use super::{Handler, HandlerError};
use crate::format::Formatter;
use crate::record::Record;
use crate::stats::HandlerCounters;
use crate::trouble::{self, Trouble};
use core::sync::atomic::Ordering;
use std::boxed::Box;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::vec::Vec;

/// One handler in service.
pub(crate) struct Slot {
    handler: Box<dyn Handler>,
    formatter: Box<dyn Formatter>,
    counters: Arc<HandlerCounters>,
    line: Vec<u8>,
    /// Counted since the last batch, so that the shared counters are written once a batch.
    records: u64,
    bytes: u64,
}

/// A line that was longer than this gives its memory back.
const KEPT_LINE: usize = 64 << 10;

impl Slot {
    pub(crate) fn new(
        handler: Box<dyn Handler>,
        formatter: Box<dyn Formatter>,
        counters: Arc<HandlerCounters>,
    ) -> Self {
        Self { handler, formatter, counters, line: Vec::with_capacity(512), records: 0, bytes: 0 }
    }

    /// Formats the record and hands it over.
    #[inline]
    pub(crate) fn emit(&mut self, record: &Record<'_>) {
        self.line.clear();
        let outcome = catch_unwind(AssertUnwindSafe(|| {
            self.formatter.format(record, &mut self.line);
            self.handler.emit(record, &self.line)
        }));
        match outcome {
            Ok(Ok(())) => {
                self.records += 1;
                self.bytes += self.line.len() as u64;
            }
            Ok(Err(error)) => {
                self.records += 1;
                self.bytes += self.line.len() as u64;
                self.failed(&error);
            }
            Err(_) => self.panicked(1),
        }
        if self.line.capacity() > KEPT_LINE {
            self.line = Vec::with_capacity(512);
        }
    }

    pub(crate) fn end_of_batch(&mut self) {
        self.call(|handler| handler.end_of_batch());
        self.publish();
    }

    pub(crate) fn flush(&mut self) {
        self.call(|handler| handler.end_of_batch().and_then(|()| handler.flush()));
        self.publish();
    }

    pub(crate) fn close(&mut self) {
        self.call(|handler| handler.close());
        self.publish();
    }

    fn call(&mut self, call: impl FnOnce(&mut dyn Handler) -> Result<(), HandlerError>) {
        match catch_unwind(AssertUnwindSafe(|| call(&mut *self.handler))) {
            Ok(Ok(())) => {}
            Ok(Err(error)) => self.failed(&error),
            Err(_) => self.panicked(0),
        }
    }

    fn publish(&mut self) {
        if self.records > 0 {
            self.counters.records.fetch_add(core::mem::take(&mut self.records), Ordering::Relaxed);
            self.counters.bytes.fetch_add(core::mem::take(&mut self.bytes), Ordering::Relaxed);
        }
    }

    #[cold]
    fn failed(&mut self, error: &HandlerError) {
        self.counters.failures.fetch_add(1, Ordering::Relaxed);
        self.counters.lost.fetch_add(error.lost(), Ordering::Relaxed);
        trouble::report(Trouble::Handler, format_args!("handler `{}`: {error}", self.counters.name));
    }

    #[cold]
    fn panicked(&mut self, lost: u64) {
        self.counters.failures.fetch_add(1, Ordering::Relaxed);
        self.counters.panicked.fetch_add(lost, Ordering::Relaxed);
        trouble::report(Trouble::Panic, format_args!("handler `{}` panicked", self.counters.name));
    }
}
