//! Handlers on the caller's thread, and the last resort of a program that has configured nothing.

use super::slot::Slot;
use super::stream::write_to_stderr;
use crate::emit::{DROPPED, RawRecord};
use crate::format::{Formatter, Text};
use crate::level::Level;
use crate::record::{Encoded, Record, Slots, ThreadInfo};
use crate::timestamp::Timestamp;
use crate::worker::fork;
use core::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::SystemTime;
use std::vec::Vec;

/// A handler that threads take turns to use.
pub(crate) struct DirectHandler {
    pub(crate) level: Level,
    pub(crate) slot: Mutex<Slot>,
}

/// The handlers of the configuration that holds; `None` is the last resort. The lock is held to copy the pointer only.
static HANDLERS: RwLock<Option<Arc<Vec<DirectHandler>>>> = RwLock::new(None);

/// Counts the records of direct handlers, which the worker does not see.
static SEQUENCE: AtomicU64 = AtomicU64::new(1);

/// The lock, for a thread that forks.
#[cfg(unix)]
pub(crate) fn hold() -> impl Sized + 'static {
    HANDLERS.write()
}

/// Puts these in the place of the last resort.
pub(crate) fn install(handlers: Vec<DirectHandler>) {
    *HANDLERS.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(handlers));
}

/// Closes the handlers and goes back to the last resort.
pub(crate) fn close() {
    for_each(Slot::close);
    *HANDLERS.write().unwrap_or_else(PoisonError::into_inner) = None;
}

fn handlers() -> Option<Arc<Vec<DirectHandler>>> {
    HANDLERS.read().unwrap_or_else(PoisonError::into_inner).clone()
}

/// Hands a record to every direct handler that wants it, before the log call returns.
pub(crate) fn dispatch(raw: RawRecord<'_>, thread: ThreadInfo<'_>) {
    let mut slots = Slots::new();
    // SAFETY: the record was written by the wire values of its layout.
    let (values, bytes) = unsafe { slots.decode(raw.layout.kinds, raw.arguments) };
    let record = Record {
        callsite: raw.callsite,
        info: raw.callsite.info(),
        timestamp: Timestamp::from(SystemTime::now()),
        sequence: SEQUENCE.fetch_add(1, Ordering::Relaxed),
        thread,
        values,
        notes: &[],
        encoded: Encoded::new(raw.layout.kinds, bytes),
    };
    match if fork::is_orphan() { None } else { handlers() } {
        Some(handlers) => {
            for handler in handlers.iter().filter(|handler| record.level() >= handler.level) {
                let mut slot = handler.slot.lock().unwrap_or_else(PoisonError::into_inner);
                slot.offer(&record);
                slot.end_of_batch();
            }
        }
        None => {
            let mut line = Vec::new();
            Text::new().format(&record, &mut line);
            if !write_to_stderr(&line) {
                DROPPED.last_resort.fetch_add(1, Ordering::Relaxed);
            }
        }
    }
}

/// Calls `visit` with each direct handler, one after the other.
pub(crate) fn for_each(mut visit: impl FnMut(&mut Slot)) {
    for handler in handlers().iter().flat_map(|handlers| handlers.iter()) {
        visit(&mut handler.slot.lock().unwrap_or_else(PoisonError::into_inner));
    }
}
