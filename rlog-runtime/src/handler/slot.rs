//! A handler in service: with its level, filters, formatter, breaker and statistics, and kept from harming anybody else.

use super::breaker::{Change, Circuit};
use super::controls::{Controls, Settings};
use super::defaults::Defaults;
use super::{Handler, HandlerBuilder, HandlerError, OpenError, OpenErrors, Opened, Role};
use crate::filter::Interest;
use crate::filter::gates;
use crate::record::Record;
use crate::rewrite::Rewriter;
use crate::time::Clock;
use crate::trouble::{self, Trouble};
use crate::worker::notices;
use core::sync::atomic::Ordering;
use std::boxed::Box;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::vec::Vec;

/// One handler in service. Handlers that hand records on, such as those that fan out, hold slots of their own.
pub(crate) struct Slot {
    handler: Box<dyn Handler>,
    controls: Arc<Controls>,
    /// As they were when `changes` was read.
    settings: Settings,
    changes: u32,
    /// What the gates say of each statement, by its number; nothing if there are no gates.
    interests: Vec<Option<Interest>>,
    circuit: Circuit,
    /// Replaces what must not be shown, or is too much; `None` if there is no such thing.
    rewriter: Option<Box<Rewriter>>,
    clock: Clock,
    line: Vec<u8>,
    /// Counted since the last batch, so that the shared counters are written once a batch.
    records: u64,
    bytes: u64,
    skipped: u64,
    /// A call has failed since the last batch.
    has_failed: bool,
    last_call: Call,
}

/// What became of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The handler has taken it, or has failed and tries again by itself.
    Taken,
    /// It was not for this handler.
    Filtered,
    /// The handler failed and has lost it, or is being left alone.
    Failed,
}

/// What came of a call, for handlers that hand records on and have to know what is lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Call {
    /// The handler is being left alone.
    NotMade,
    /// It has succeeded.
    Done,
    /// The handler has told what it has lost: the latest records, as most write in order.
    Failed { lost: u64 },
    /// Nobody knows what became of the records that the handler had.
    Panicked,
}

/// A line that was longer than this gives its memory back.
const KEPT_LINE: usize = 64 << 10;

impl Slot {
    /// Opens a handler with its settings. Its controls come with those of the handlers that it hands records to; errors name
    /// the handler.
    pub(crate) fn open(builder: HandlerBuilder) -> Result<(Self, Vec<Arc<Controls>>), OpenErrors> {
        Self::open_below("", builder)
    }

    /// Opens a handler that the one called `parent` hands records to.
    pub(super) fn open_below(parent: &str, builder: HandlerBuilder) -> Result<(Self, Vec<Arc<Controls>>), OpenErrors> {
        let HandlerBuilder {
            name,
            level,
            filters,
            formatter,
            breaker,
            redaction,
            limits,
            sync: _,
            role,
            checks: _,
            open,
        } = builder;
        let name = if parent.is_empty() { name } else { format!("{parent} > {name}") };
        if role != Role::Writes && formatter.is_some() {
            return Err(
                OpenError::new(&name, "a formatter is set where none is used", role.place_of_formatters()).into()
            );
        }
        let defaults = Defaults::current();
        let own = Defaults { redaction: redaction.or(defaults.redaction), limits: limits.unwrap_or(defaults.limits) };
        // Those that it hands records to get the same, unless they say otherwise.
        let Opened { handler, formatter: usual, delegates, file } = match own.clone().during(|| open(&name)) {
            Ok(opened) => opened,
            Err(OpenErrors(mut errors)) => {
                // Others have named themselves, to tell their own errors from those of their delegates.
                for error in errors.iter_mut().filter(|_| role == Role::Writes) {
                    error.message = format!("handler `{name}`: {}", error.message);
                }
                return Err(OpenErrors(errors));
            }
        };
        let settings = Settings {
            gates: gates::Gate::all(filters),
            formatter: formatter.unwrap_or(usual).into(),
            breaker,
            redaction: own.redaction,
            limits: own.limits,
        };
        let controls = Controls::new(name, level, settings);
        controls.counts_file(file);
        if role == Role::HandsOn {
            controls.hands_on_to(delegates.clone());
        }
        let mut all = Vec::with_capacity(1 + delegates.len());
        all.push(Arc::clone(&controls));
        all.extend(delegates);
        Ok((Self::new(handler, controls), all))
    }

    pub(crate) fn new(handler: Box<dyn Handler>, controls: Arc<Controls>) -> Self {
        let changes = controls.changes();
        let settings = controls.settings();
        Self {
            handler,
            circuit: Circuit::new(settings.breaker),
            rewriter: Rewriter::new(settings.redaction.as_ref(), settings.limits),
            controls,
            settings,
            changes,
            interests: Vec::new(),
            clock: Clock::system(),
            line: Vec::with_capacity(512),
            records: 0,
            bytes: 0,
            skipped: 0,
            has_failed: false,
            last_call: Call::NotMade,
        }
    }

    #[cfg(test)]
    pub(crate) fn with_clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    pub(crate) fn controls(&self) -> &Arc<Controls> {
        &self.controls
    }

    /// Whether its breaker is open.
    pub(crate) fn is_left_alone(&self) -> bool {
        !self.circuit.is_closed()
    }

    /// What came of the latest call: of that for a record, if its outcome was [`Outcome::Failed`], or of the last
    /// `end_of_batch`, `flush` or `close`.
    pub(crate) fn last_call(&self) -> Call {
        self.last_call
    }

    /// Hands the record over if the level and the filters let it through.
    #[inline]
    pub(crate) fn offer(&mut self, record: &Record<'_>) -> Outcome {
        if record.level() < self.controls.level() {
            return Outcome::Filtered;
        }
        if self.controls.changes() != self.changes {
            self.take_changes();
        }
        if self.settings.gates.is_empty() { self.emit(record) } else { self.pass(record) }
    }

    fn pass(&mut self, record: &Record<'_>) -> Outcome {
        let number = record.info.number as usize;
        let interest = match self.interests.get(number) {
            Some(Some(interest)) => *interest,
            _ => self.ask(number, record),
        };
        match interest {
            Interest::Never => Outcome::Filtered,
            Interest::Always => self.emit(record),
            Interest::Sometimes => {
                let mut notes = None;
                if !gates::admit(&*self.settings.gates, record, &mut notes) {
                    return Outcome::Filtered;
                }
                match &notes {
                    None => self.emit(record),
                    Some(notes) => self.emit(&Record { notes: notes.all(), ..*record }),
                }
            }
        }
    }

    #[cold]
    fn ask(&mut self, number: usize, record: &Record<'_>) -> Interest {
        if self.interests.len() <= number {
            self.interests.resize(number + 1, None);
        }
        let interest = gates::interest(&*self.settings.gates, record.callsite);
        self.interests[number] = Some(interest);
        interest
    }

    #[cold]
    fn take_changes(&mut self) {
        self.changes = self.controls.changes();
        let settings = self.controls.settings();
        if settings.breaker != self.settings.breaker {
            self.circuit = Circuit::new(settings.breaker);
            self.controls.is_open.store(false, Ordering::Relaxed);
        }
        self.rewriter = Rewriter::new(settings.redaction.as_ref(), settings.limits);
        self.settings = settings;
        self.interests.clear();
    }

    /// Formats the record and hands it over.
    #[inline]
    fn emit(&mut self, record: &Record<'_>) -> Outcome {
        if !self.circuit.is_closed() && !self.circuit.allows(self.clock.now()) {
            self.skipped += 1;
            self.last_call = Call::NotMade;
            return Outcome::Failed;
        }
        self.line.clear();
        let outcome = catch_unwind(AssertUnwindSafe(|| {
            let (formatter, handler, line) = (&*self.settings.formatter, &mut self.handler, &mut self.line);
            match &mut self.rewriter {
                None => {
                    formatter.format(record, line);
                    handler.emit(record, line)
                }
                Some(rewriter) => rewriter.deliver(record, formatter, line, |record, line| handler.emit(record, line)),
            }
        }));
        let outcome = match outcome {
            Ok(Ok(())) => {
                self.records += 1;
                self.bytes += self.line.len() as u64;
                Outcome::Taken
            }
            Ok(Err(error)) => {
                self.records += 1;
                self.bytes += self.line.len() as u64;
                self.failed(&error);
                if error.lost() == 0 { Outcome::Taken } else { Outcome::Failed }
            }
            Err(_) => {
                self.panicked(1);
                Outcome::Failed
            }
        };
        if self.line.capacity() > KEPT_LINE {
            self.line = Vec::with_capacity(512);
            if let Some(rewriter) = &mut self.rewriter {
                rewriter.shrink();
            }
        }
        outcome
    }

    /// How long the line of the last record was, in bytes.
    #[inline]
    pub(crate) fn line_length(&self) -> u64 {
        self.line.len() as u64
    }

    pub(crate) fn end_of_batch(&mut self) {
        self.last_call = Call::NotMade;
        if self.circuit.is_trying() {
            self.call(|handler| handler.end_of_batch());
            if !self.has_failed
                && let Some(change) = self.circuit.succeeded()
            {
                self.changed(change);
            }
        }
        self.has_failed = false;
        self.publish();
    }

    pub(crate) fn flush(&mut self) {
        self.call(|handler| handler.end_of_batch().and_then(|()| handler.flush()));
        self.has_failed = false;
        self.publish();
    }

    pub(crate) fn close(&mut self) {
        self.call(|handler| handler.close());
        self.publish();
    }

    fn call(&mut self, call: impl FnOnce(&mut dyn Handler) -> Result<(), HandlerError>) {
        match catch_unwind(AssertUnwindSafe(|| call(&mut *self.handler))) {
            Ok(Ok(())) => self.last_call = Call::Done,
            Ok(Err(error)) => self.failed(&error),
            Err(_) => self.panicked(0),
        }
    }

    fn publish(&mut self) {
        let counters = &self.controls.counters;
        if self.records > 0 {
            counters.records.fetch_add(core::mem::take(&mut self.records), Ordering::Relaxed);
            counters.bytes.fetch_add(core::mem::take(&mut self.bytes), Ordering::Relaxed);
        }
        if self.skipped > 0 {
            counters.skipped.fetch_add(core::mem::take(&mut self.skipped), Ordering::Relaxed);
        }
    }

    #[cold]
    fn failed(&mut self, error: &HandlerError) {
        self.last_call = Call::Failed { lost: error.lost() };
        let counters = &self.controls.counters;
        counters.lost.fetch_add(error.lost(), Ordering::Relaxed);
        trouble::report(Trouble::Handler, format_args!("handler `{}`: {error}", self.controls.name));
        self.count_failure();
    }

    #[cold]
    fn panicked(&mut self, lost: u64) {
        self.last_call = Call::Panicked;
        self.controls.counters.panicked.fetch_add(lost, Ordering::Relaxed);
        trouble::report(Trouble::Panic, format_args!("handler `{}` panicked", self.controls.name));
        self.count_failure();
    }

    fn count_failure(&mut self) {
        self.has_failed = true;
        self.controls.counters.failures.fetch_add(1, Ordering::Relaxed);
        if let Some(change) = self.circuit.failed(self.clock.now()) {
            self.changed(change);
        }
    }

    /// Tells of a change of the breaker's state, in a record of its own.
    #[cold]
    fn changed(&mut self, change: Change) {
        self.controls.is_open.store(change == Change::Opened, Ordering::Relaxed);
        notices::breaker(&self.controls.name, change == Change::Opened);
    }
}

impl core::fmt::Debug for Slot {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Slot").field("controls", &self.controls).finish_non_exhaustive()
    }
}
