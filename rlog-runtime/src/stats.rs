//! What the logger has done so far, in numbers.

use crate::callsite;
use crate::emit::DROPPED;
use crate::filter::gates::Gate;
use crate::handler::Controls;
use crate::trouble;
use core::sync::atomic::{AtomicU64, Ordering};
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
    /// The handlers in the order of the configuration.
    pub handlers: Vec<HandlerStats>,
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

/// One handler.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct HandlerStats {
    /// Its name.
    pub name: String,
    /// Records that it was handed and has not lost.
    pub written: u64,
    /// Bytes of lines that it was handed.
    pub bytes: u64,
    /// Records that it has lost: the disk was full, it panicked, or it was being left alone.
    pub dropped: u64,
    /// Calls that failed or panicked.
    pub failures: u64,
    /// It keeps failing and is being [left alone](crate::Breaker).
    pub is_open: bool,
    /// Its filters.
    pub filters: Vec<FilterStats>,
}

/// One filter of a handler or a logger.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct FilterStats {
    /// What it is called: a few words, such as `at most 10/s`.
    pub name: String,
    /// Records that it has stopped one by one. Those of statements that it wants none of are never made, and not counted.
    pub stopped: u64,
}

impl FilterStats {
    pub(crate) fn of(gate: &Gate) -> Self {
        let (name, stopped) = gate.read();
        Self { name: name.into_owned(), stopped }
    }
}

/// Records that workers have taken. Only the one worker writes.
pub(crate) static TAKEN: AtomicU64 = AtomicU64::new(0);

static HANDLERS: Mutex<Vec<Arc<Controls>>> = Mutex::new(Vec::new());

/// The lock, for a thread that forks.
#[cfg(unix)]
pub(crate) fn hold() -> impl Sized + 'static {
    HANDLERS.lock()
}

/// Makes these the handlers that [`stats`] tells of. They stay so after a shutdown.
pub(crate) fn install(handlers: Vec<Arc<Controls>>) {
    *HANDLERS.lock().unwrap_or_else(PoisonError::into_inner) = handlers;
}

/// What the logger has done so far.
///
/// ```
/// assert_eq!(rlog_runtime::stats().dropped.total(), 0);
/// ```
#[must_use]
pub fn stats() -> Stats {
    let handlers = HANDLERS.lock().unwrap_or_else(PoisonError::into_inner).clone();
    Stats {
        taken: TAKEN.load(Ordering::Relaxed),
        suppressed: callsite::held_back(),
        dropped: DroppedStats {
            reentrant: DROPPED.reentrant.load(Ordering::Relaxed),
            stopped: DROPPED.stopped.load(Ordering::Relaxed),
            too_large: DROPPED.too_large.load(Ordering::Relaxed),
            last_resort: DROPPED.last_resort.load(Ordering::Relaxed),
        },
        handlers: handlers.iter().map(|controls| controls.read()).collect(),
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
