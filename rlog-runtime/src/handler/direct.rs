//! Handlers on the caller's thread, and the last resort of a program that has configured nothing.

use super::slot::{Outcome, Slot};
use super::stream::write_to_stderr;
use crate::emit::{DROPPED, RawRecord};
use crate::filter::Note;
use crate::format::{Formatter, Text};
use crate::logger::routes::Routes;
use crate::record::{Encoded, Record, Slots, ThreadInfo};
use crate::timestamp::Timestamp;
use crate::worker::fork;
use core::sync::atomic::{AtomicU64, Ordering};
#[cfg(any(unix, windows))]
use std::sync::TryLockError;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::SystemTime;
use std::vec::Vec;

/// A handler that threads take turns to use. Whoever lets go of it last closes it, so nobody finds it closed.
#[derive(Debug)]
pub(crate) struct DirectHandler {
    slot: Mutex<Slot>,
    is_closed: bool,
}

impl DirectHandler {
    pub(crate) fn new(slot: Slot) -> Self {
        Self { slot: Mutex::new(slot), is_closed: false }
    }

    fn lock(&self) -> MutexGuard<'_, Slot> {
        self.slot.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether it has written all that it was given.
    fn close(mut self) -> bool {
        self.is_closed = true;
        self.lock().close()
    }
}

impl Drop for DirectHandler {
    fn drop(&mut self) {
        if !self.is_closed {
            self.lock().close();
        }
    }
}

/// The handlers of one state of the configuration, with its routes.
#[derive(Debug)]
struct Service {
    /// By their bits.
    handlers: Vec<(u32, Arc<DirectHandler>)>,
    routes: Arc<Routes>,
}

/// `None` is the last resort. The lock is held to copy the pointer only.
static SERVICE: RwLock<Option<Arc<Service>>> = RwLock::new(None);

/// Counts the records of direct handlers, which the worker does not see.
static SEQUENCE: AtomicU64 = AtomicU64::new(1);

/// The lock, for a thread that forks.
#[cfg(unix)]
pub(crate) fn hold() -> impl Sized + 'static {
    SERVICE.write()
}

/// Handlers that others have taken the place of. Dropping it may close them.
#[derive(Debug)]
pub(crate) struct Old(#[allow(dead_code, reason = "held")] Option<Arc<Service>>);

/// Puts these in the place of those that were there. Records that are being dispatched still go to the old ones.
pub(crate) fn install(handlers: Vec<(u32, Arc<DirectHandler>)>, routes: Arc<Routes>) -> Old {
    let old = SERVICE.write().unwrap_or_else(PoisonError::into_inner).replace(Arc::new(Service { handlers, routes }));
    if fork::is_orphan() {
        // The parent's: one of its threads may hold their locks.
        core::mem::forget(old);
        return Old(None);
    }
    Old(old)
}

/// Closes the handlers and goes back to the last resort. Whether all of them have written all that they were given; one that a
/// thread still uses, so far.
pub(crate) fn close() -> bool {
    let Some(old) = SERVICE.write().unwrap_or_else(PoisonError::into_inner).take() else { return true };
    if fork::is_orphan() {
        core::mem::forget(old);
        return true;
    }
    let handlers = match Arc::try_unwrap(old) {
        Ok(service) => service.handlers,
        Err(service) => service.handlers.clone(),
    };
    let close = |(_, handler): (u32, Arc<DirectHandler>)| match Arc::try_unwrap(handler) {
        Ok(handler) => handler.close(),
        Err(handler) => handler.lock().try_flush(),
    };
    handlers.into_iter().fold(true, |is_complete, handler| close(handler) && is_complete)
}

fn service() -> Option<Arc<Service>> {
    SERVICE.read().unwrap_or_else(PoisonError::into_inner).clone()
}

/// What is left to do for a record that was dispatched.
#[derive(Debug)]
pub(crate) enum Fate {
    /// No handler of the worker wants it.
    Done,
    /// It also goes to the worker, with what the filters of its loggers have added. They are not to be asked again.
    Queue(Vec<Note>),
}

/// Whether records of the caller's thread go to the last resort.
#[cfg(feature = "testing")]
pub(crate) fn is_last_resort() -> bool {
    fork::is_orphan() || service().is_none()
}

/// Looks at a record on the thread that has just made it. `sequence` numbers those that are looked at for the same reason.
pub(crate) fn with_record<R>(
    raw: RawRecord<'_>,
    thread: ThreadInfo<'_>,
    sequence: &AtomicU64,
    look: impl FnOnce(&Record<'_>) -> R,
) -> R {
    let mut slots = Slots::new();
    // SAFETY: the record was written by the wire values of its layout.
    let (values, bytes) = unsafe { slots.decode(raw.layout.kinds, raw.arguments) };
    look(&Record {
        callsite: raw.callsite,
        info: raw.callsite.info(),
        timestamp: Timestamp::from(SystemTime::now()),
        sequence: sequence.fetch_add(1, Ordering::Relaxed),
        thread,
        values,
        notes: &[],
        encoded: Encoded::new(raw.layout.kinds, bytes),
    })
}

/// Hands a record to every direct handler that wants it, before the log call returns.
pub(crate) fn dispatch(raw: RawRecord<'_>, thread: ThreadInfo<'_>) -> Fate {
    with_record(raw, thread, &SEQUENCE, dispatch_record)
}

fn dispatch_record(record: &Record<'_>) -> Fate {
    match if fork::is_orphan() { None } else { service() } {
        Some(service) => service.dispatch(record),
        None => {
            let mut line = Vec::new();
            Text::new().format(record, &mut line);
            if !write_to_stderr(&line) {
                DROPPED.last_resort.fetch_add(1, Ordering::Relaxed);
                record.info.counts.dropped.fetch_add(1, Ordering::Relaxed);
            }
            Fate::Done
        }
    }
}

/// Hands a notice of the logger to the direct handlers that want it.
pub(crate) fn notice(record: &Record<'_>) {
    if let Some(service) = service() {
        service.dispatch(record);
    }
}

impl Service {
    fn dispatch(&self, record: &Record<'_>) -> Fate {
        let route = self.routes.route(record.callsite, record.info);
        let fate = route.pass(record, |record| {
            let bytes = self.offer(route.handlers.direct, record);
            record.info.counts.count_direct(bytes);
            if route.handlers.queued == 0 { Fate::Done } else { Fate::Queue(record.notes.to_vec()) }
        });
        fate.unwrap_or_else(|| {
            record.info.counts.stopped.fetch_add(1, Ordering::Relaxed);
            Fate::Done
        })
    }

    /// Returns how many bytes the handlers were given.
    fn offer(&self, wanted: u32, record: &Record<'_>) -> u64 {
        let wanting = self.handlers.iter().filter(|(bit, _)| wanted & bit != 0);
        wanting.fold(0, |bytes, (_, handler)| {
            let mut slot = handler.lock();
            let outcome = slot.offer(record);
            slot.end_of_batch();
            bytes + if outcome == Outcome::Taken { slot.line_length() } else { 0 }
        })
    }
}

/// The same with each that nobody is using, for a process that ends: whoever holds one may be gone.
#[cfg(any(unix, windows))]
pub(crate) fn for_each_idle(mut visit: impl FnMut(&mut Slot)) {
    for (_, handler) in service().iter().flat_map(|service| service.handlers.iter()) {
        match handler.slot.try_lock() {
            Ok(mut slot) => visit(&mut slot),
            Err(TryLockError::Poisoned(error)) => visit(&mut error.into_inner()),
            Err(TryLockError::WouldBlock) => {}
        }
    }
}

/// Calls `visit` with each direct handler, one after the other.
pub(crate) fn for_each(mut visit: impl FnMut(&mut Slot)) {
    for (_, handler) in service().iter().flat_map(|service| service.handlers.iter()) {
        visit(&mut handler.lock());
    }
}
