//! What the logger has done so far, in numbers.

use crate::callsite::{self, Callsite};
use crate::emit::DROPPED;
use crate::filter::gates::Gate;
use crate::handler::{Controls, FileCounters, FileStats};
use crate::trouble;
use core::cmp::Reverse;
use core::sync::atomic::{AtomicU64, Ordering};
use core::time::Duration;
use std::collections::HashMap;
use std::string::String;
use std::sync::{Arc, Mutex, PoisonError};
use std::vec::Vec;

/// What has become of the records. Every record that a callsite let through is in exactly one of `taken`, `dropped`, or on
/// its way; [`flush`](crate::flush) first for numbers that add up.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stats {
    /// Records that the worker has taken out of the rings and handed to its handlers.
    pub taken: u64,
    /// Records that no handler has seen, by reason.
    pub dropped: DroppedStats,
    /// Events that statements have held back themselves: `first:`, `every:`, `at_most:`. They were never records.
    pub suppressed: u64,
    /// The handlers in the order of the configuration, each followed by those that it hands records to.
    pub handlers: Vec<HandlerStats>,
    /// The loggers that have filters, in the order of their names.
    pub loggers: Vec<LoggerStats>,
    /// The statements that have logged something, or tried to, those with the most bytes first.
    pub statements: Vec<StatementStats>,
    /// What the logger had to say about itself on stderr.
    pub troubles: TroubleStats,
}

/// The logger's own troubles, counted whether or not stderr heard of each.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct TroubleStats {
    /// Handlers could not write.
    pub handler: u64,
    /// Handlers or formatters panicked.
    pub panic: u64,
    /// The environment said something that was not understood.
    pub configuration: u64,
    /// The last of them, in words.
    pub last: Option<String>,
}

/// Records that no handler has seen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct DroppedStats {
    /// Logged from inside the logger: by a handler, a formatter, or an allocator that logs.
    pub reentrant: u64,
    /// The logger was shut down while the call waited for room.
    pub stopped: u64,
    /// Larger than 4 GiB.
    pub too_large: u64,
    /// Logged while no logger was in service, when stderr could not be written to.
    pub last_resort: u64,
}

impl DroppedStats {
    /// All of them.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.reentrant + self.stopped + self.too_large + self.last_resort
    }
}

/// One statement. A few of them mostly make most of a log: these are the ones to look at.
///
/// ```
/// for statement in rlog_runtime::stats().statements.iter().take(5) {
///     let place = format!("{}:{}", statement.callsite.file(), statement.callsite.line());
///     println!("{:>10} bytes in {:>8} records {place}", statement.bytes, statement.records);
/// }
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct StatementStats {
    /// The statement.
    pub callsite: &'static Callsite,
    /// Records that reached the handlers, or the filters of the loggers; one that went to several is one.
    pub records: u64,
    /// Bytes of lines that handlers were given, those that others hand records to included.
    pub bytes: u64,
    /// Events that the statement has held back itself. They were never records.
    pub suppressed: u64,
    /// Records that the filters of loggers have stopped. Those of handlers are in [`HandlerStats::filters`].
    pub stopped: u64,
    /// Records that no handler has seen, as [`Stats::dropped`] counts them.
    pub dropped: u64,
    /// How long formatting and handing over took on the worker's thread: an estimate, as one record of 61 is timed.
    pub formatting: Duration,
}

impl PartialEq for StatementStats {
    fn eq(&self, other: &Self) -> bool {
        let numbers = |stats: &Self| {
            (stats.records, stats.bytes, stats.suppressed, stats.stopped, stats.dropped, stats.formatting)
        };
        core::ptr::eq(self.callsite, other.callsite) && numbers(self) == numbers(other)
    }
}

impl Eq for StatementStats {}

fn statements() -> Vec<StatementStats> {
    let mut held_back: HashMap<*const Callsite, u64> = HashMap::new();
    for (callsite, events) in callsite::held_back() {
        *held_back.entry(core::ptr::from_ref(callsite)).or_default() += events;
    }
    let read = |callsite: &'static Callsite| {
        let suppressed = held_back.get(&core::ptr::from_ref(callsite)).copied().unwrap_or(0);
        let counts = match callsite.known_info() {
            Some(info) => &info.counts,
            // Nobody has asked what its text says, so it has not logged.
            None if suppressed == 0 => return None,
            None => &callsite.info().counts,
        };
        let stats = StatementStats {
            callsite,
            records: counts.records(),
            bytes: counts.bytes(),
            suppressed,
            stopped: counts.stopped.load(Ordering::Relaxed),
            dropped: counts.dropped.load(Ordering::Relaxed),
            formatting: Duration::from_nanos(counts.nanoseconds()),
        };
        (stats.records + suppressed + stats.dropped > 0).then_some(stats)
    };
    let mut statements: Vec<_> = callsite::catalogue::callsites().filter_map(read).collect();
    statements.sort_by_key(|statement| Reverse((statement.bytes, statement.records, statement.suppressed)));
    statements
}

/// One handler.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct HandlerStats {
    /// Its name. One that another hands records to has that one's before its own: `routing > errors`.
    pub name: String,
    /// Records that it was handed and has not lost.
    pub written: u64,
    /// Bytes of lines that it was handed.
    pub bytes: u64,
    /// Records that it has lost: the disk was full, it panicked, or it was being left alone.
    pub dropped: u64,
    /// Calls that failed or panicked.
    pub failures: u64,
    /// Records in the queue before it, if it has one of its own, after the latest batch; while it does not return, those that
    /// are kept for it.
    pub queued: u64,
    /// It keeps failing, or does not return, and is being [left alone](crate::Breaker).
    pub is_open: bool,
    /// Its filters.
    pub filters: Vec<FilterStats>,
    /// The rules of a [`Routing`](crate::Routing) in their order; those stop what does not meet them.
    pub rules: Vec<FilterStats>,
    /// What it has done to its files, if it is a [`File`](crate::File).
    pub file: Option<FileStats>,
    /// The rules of its [`Redaction`](crate::Redaction).
    pub redactions: Vec<RedactionStats>,
}

/// One rule of a [`Redaction`](crate::Redaction).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct RedactionStats {
    /// What it is called: `secret keys`, `payment card`, or what [`Rule::name`](crate::Rule::name) says.
    pub rule: String,
    /// How often it has hidden something, in all handlers that have the same redaction.
    pub count: u64,
}

/// One logger that has filters. How many records they have stopped of each statement is in [`StatementStats::stopped`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct LoggerStats {
    /// Its name, with `::` between its segments. That of the root is empty.
    pub name: String,
    /// Its own filters; a record has to pass those of the loggers above it, too.
    pub filters: Vec<FilterStats>,
}

/// One filter of a handler or a logger, or one rule of a [`Routing`](crate::Routing).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct FilterStats {
    /// What it is called: a few words, such as `at most 10/s`.
    pub name: String,
    /// Records that it has stopped one by one. Those of statements that it wants none of are never made, and not counted.
    pub stopped: u64,
}

impl FilterStats {
    pub(crate) fn all(gates: &[Gate]) -> Vec<Self> {
        let of = |gate: &Gate| {
            let (name, stopped) = gate.read();
            Self { name: name.into_owned(), stopped }
        };
        gates.iter().map(of).collect()
    }
}

/// Records that workers have taken. Only the one worker writes.
pub(crate) static TAKEN: AtomicU64 = AtomicU64::new(0);

/// What counts in the logger that is in service.
#[derive(Clone, Debug)]
pub(crate) struct Sources {
    pub(crate) handlers: Vec<Arc<Controls>>,
    /// Loggers and their filters.
    pub(crate) loggers: Vec<(String, Arc<[Gate]>)>,
}

static SOURCES: Mutex<Sources> = Mutex::new(Sources { handlers: Vec::new(), loggers: Vec::new() });

/// The lock, for a thread that forks.
#[cfg(unix)]
pub(crate) fn hold() -> impl Sized + 'static {
    SOURCES.lock()
}

/// Whether these are the counters of a file in service.
pub(crate) fn tell_of(file: &Arc<FileCounters>) -> bool {
    let sources = SOURCES.lock().unwrap_or_else(PoisonError::into_inner);
    sources.handlers.iter().any(|controls| controls.counts_in(file))
}

/// Makes these what [`stats`] tells of. They stay so after a shutdown.
pub(crate) fn install(sources: Sources) {
    let old = core::mem::replace(&mut *SOURCES.lock().unwrap_or_else(PoisonError::into_inner), sources);
    // Behind the lock, since users' filters may be dropped with it.
    drop(old);
}

/// What the logger has done so far.
///
/// ```
/// assert_eq!(rlog_runtime::stats().dropped.total(), 0);
/// ```
#[must_use]
pub fn stats() -> Stats {
    let Sources { handlers, loggers } = SOURCES.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let logger = |(name, gates): (String, Arc<[Gate]>)| LoggerStats { name, filters: FilterStats::all(&gates) };
    Stats {
        taken: TAKEN.load(Ordering::Relaxed),
        suppressed: callsite::held_back().map(|(_, events)| events).sum(),
        dropped: DroppedStats {
            reentrant: DROPPED.reentrant.load(Ordering::Relaxed),
            stopped: DROPPED.stopped.load(Ordering::Relaxed),
            too_large: DROPPED.too_large.load(Ordering::Relaxed),
            last_resort: DROPPED.last_resort.load(Ordering::Relaxed),
        },
        handlers: handlers.iter().map(|controls| controls.read()).collect(),
        loggers: loggers.into_iter().map(logger).collect(),
        statements: statements(),
        troubles: {
            let counts = trouble::counts();
            TroubleStats {
                handler: counts.handler,
                panic: counts.panic,
                configuration: counts.configuration,
                last: trouble::last(),
            }
        },
    }
}
