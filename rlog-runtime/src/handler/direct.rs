//! Handlers on the caller's thread, and the last resort of a program that has configured nothing.

use super::controls::Controls;
use super::slot::{Outcome, Slot};
use super::stream::write_to_stderr;
use super::turns::Turns;
use crate::emit::{DROPPED, RawRecord};
use crate::filter::Note;
use crate::format::{Formatter, Text};
use crate::logger::routes::Routes;
use crate::record::{Encoded, Record, Slots, ThreadInfo};
use crate::timestamp::Timestamp;
use crate::trouble::{self, Trouble};
use crate::worker::fork;
use core::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Instant, SystemTime};
use std::vec::Vec;

/// A handler that threads take turns to use. Whoever lets go of it last closes it, so nobody finds it closed.
#[derive(Debug)]
pub(crate) struct DirectHandler {
    slot: Turns<Slot>,
    controls: Arc<Controls>,
    is_closed: bool,
}

impl DirectHandler {
    pub(crate) fn new(slot: Slot) -> Self {
        let controls = Arc::clone(slot.controls());
        Self { slot: Turns::new(slot), controls, is_closed: false }
    }

    /// Hands it a record. Returns how many bytes it was given.
    fn offer(&self, record: &Record<'_>) -> u64 {
        self.slot.wait(|slot| {
            let outcome = slot.offer(record);
            slot.end_of_batch();
            if outcome == Outcome::Taken { slot.line_length() } else { 0 }
        })
    }

    /// Calls `visit` with it, unless another thread uses it until `deadline`, which is told then. Whether it was called.
    fn visit(&self, deadline: Option<Instant>, visit: impl FnOnce(&mut Slot)) -> bool {
        let is_in_time = self.slot.wait_until(deadline, visit).is_some();
        if !is_in_time {
            let message = format_args!(
                "handler `{}` has not returned on another thread that logs, and was not flushed in time",
                self.controls.name
            );
            trouble::report_at(&self.controls.desk, Trouble::Handler, message);
        }
        is_in_time
    }

    /// Whether it has written all that it was given.
    fn close(mut self) -> bool {
        self.is_closed = true;
        self.slot.get_mut().is_some_and(Slot::close)
    }
}

impl Drop for DirectHandler {
    fn drop(&mut self) {
        if !self.is_closed
            && let Some(slot) = self.slot.get_mut()
        {
            slot.close();
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

/// Puts these in the place of those that were there. Records that are being dispatched still go to the old ones, which close
/// when the last thread lets go of them, and not before what is returned is dropped.
#[must_use = "dropped here, it may close handlers that the worker still has records for"]
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
/// thread still uses, so far, and not if it uses it beyond `deadline`.
pub(crate) fn close(deadline: Option<Instant>) -> bool {
    let Some(old) = SERVICE.write().unwrap_or_else(PoisonError::into_inner).take() else { return true };
    if fork::is_orphan() {
        core::mem::forget(old);
        return true;
    }
    let handlers = match Arc::try_unwrap(old) {
        Ok(service) => service.handlers,
        Err(service) => service.handlers.clone(),
    };
    let mut is_complete = true;
    let mut used = Vec::new();
    for (_, handler) in handlers {
        match Arc::try_unwrap(handler) {
            Ok(handler) => is_complete &= handler.close(),
            Err(handler) => used.push(handler),
        }
    }
    visit_all(&used, deadline, |slot| is_complete &= slot.try_flush()) && is_complete
}

/// Calls `visit` with each of these, those first that nobody uses. `false` if others use one until `deadline`.
fn visit_all<'a>(
    handlers: impl IntoIterator<Item = &'a Arc<DirectHandler>>,
    deadline: Option<Instant>,
    mut visit: impl FnMut(&mut Slot),
) -> bool {
    let mut used: Vec<_> = handlers.into_iter().collect();
    used.retain(|handler| handler.slot.try_now(&mut visit).is_none());
    used.retain(|handler| !handler.visit(deadline, &mut visit));
    used.is_empty()
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

/// For the worker: hands a record to direct handlers that the thread which made it has not handed it to. That thread did not
/// know of them yet, or it was the logger itself.
pub(crate) fn dispatch_late(handlers: impl Iterator<Item = Arc<DirectHandler>>, record: &Record<'_>) {
    let bytes = handlers.map(|handler| handler.offer(record)).sum();
    record.info.counts.count_late(bytes);
}

impl Service {
    fn dispatch(&self, record: &Record<'_>) -> Fate {
        let route = self.routes.route(record.callsite, record.info);
        let counts = &record.info.counts;
        // Before the filters, as the worker does.
        counts.count_direct();
        let fate = route.pass(record, |record| {
            counts.count_late(self.offer(route.handlers.direct, record));
            if route.handlers.queued == 0 { Fate::Done } else { Fate::Queue(record.notes.to_vec()) }
        });
        fate.unwrap_or_else(|| {
            counts.stopped.fetch_add(1, Ordering::Relaxed);
            Fate::Done
        })
    }

    /// Returns how many bytes the handlers were given.
    fn offer(&self, wanted: u32, record: &Record<'_>) -> u64 {
        let wanting = self.handlers.iter().filter(|(bit, _)| wanted & bit != 0);
        wanting.map(|(_, handler)| handler.offer(record)).sum()
    }
}

/// The same with each that nobody is using, for a process that ends: whoever holds one may be gone.
#[cfg(any(unix, windows))]
pub(crate) fn for_each_idle(mut visit: impl FnMut(&mut Slot)) {
    for (_, handler) in service().iter().flat_map(|service| service.handlers.iter()) {
        let _ = handler.slot.try_now(&mut visit);
    }
}

/// Calls `visit` with each direct handler, one after the other. `false` if other threads use one until `deadline`.
pub(crate) fn for_each(deadline: Option<Instant>, visit: impl FnMut(&mut Slot)) -> bool {
    let service = service();
    visit_all(service.iter().flat_map(|service| &service.handlers).map(|(_, handler)| handler), deadline, visit)
}
