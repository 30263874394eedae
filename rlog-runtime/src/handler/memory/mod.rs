//! The last records, kept in memory; and the flight recorder that writes them when something goes wrong.

mod order;
mod store;

use super::delegates;
use super::null::Unformatted;
use super::slot::{Outcome, Slot};
use super::{
    Handler, HandlerBuilder, HandlerError, IntoHandler, OpenError, OpenErrors, Opened, Role, handler_settings,
};
use crate::emit::may_wait_on_this_thread;
use crate::filter::path;
use crate::level::Level;
use crate::record::{OwnedRecord, Record};
use crate::value::render::{Escape, write_value};
use crate::worker::exit;
use core::sync::atomic::{AtomicU64, Ordering};
use std::boxed::Box;
use std::collections::VecDeque;
use std::hash::{BuildHasher, RandomState};
use std::string::String;
use std::sync::{Arc, Mutex, MutexGuard, Once, PoisonError};
use std::vec::Vec;
use store::{Limits, Store};

/// Keeps the last records in memory.
///
/// Alone, it is for a program that shows its own log, in a window or on a status page:
///
/// ```
/// use rlog_runtime::Memory;
///
/// # fn main() -> Result<(), rlog_runtime::InitError> {
/// let memory = Memory::new(1_000);
/// let kept = memory.handle();
/// let _guard = rlog_runtime::builder().handler(memory).init()?;
///
/// for record in kept.records() {
///     record.with(|record| println!("{}", record.message()));
/// }
/// # Ok(())
/// # }
/// ```
///
/// # Flight recorder
/// With a [`delegate`](Memory::delegate) it writes nothing as long as all is well. A record at or above the
/// [`flush_level`](Memory::flush_level) makes it hand over what it keeps, in order, and then the record itself; so DEBUG
/// lines are in the file around each ERROR, and nowhere else. What was handed over is kept no more. Separate memories
/// [`per_thread`](Memory::per_thread), or [`per_field`](Memory::per_field) such as a trace id, hand over only what belongs
/// to the failure.
///
/// ```
/// use rlog_runtime::{File, Level, Memory};
///
/// let recorder = Memory::new(1_000)
///     .delegate(File::new("failures.log"))
///     .flush_level(Level::ERROR)
///     .per_field("trace_id");
/// ```
///
/// Records come so far only if their logger lets them through: set it to DEBUG, and the other handlers to INFO.
///
/// # Cost
/// A copy of the encoded record, in memory that is used again, and for [`per_field`](Memory::per_field) a hash of the value. It
/// does not depend on how many memories there are. Nothing is rendered unless it is handed over.
///
/// # Durability
/// None. What is kept is lost with the process, but for a panic, which hands it over if there is a delegate; and but for the
/// end, which does with [`flush_on_close`](Memory::flush_on_close).
#[derive(Debug)]
#[must_use]
pub struct Memory {
    limits: Limits,
    delegate: Option<HandlerBuilder>,
    flush_level: Level,
    pass_level: Level,
    by: By,
    flush_on_close: bool,
    flush_on_panic: bool,
    shared: MemoryHandle,
}

/// What has a memory of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
enum By {
    Everything,
    Thread,
    Field(String),
}

impl Memory {
    /// Keeps so many records; with [`per_thread`](Memory::per_thread) or [`per_field`](Memory::per_field), of each.
    pub fn new(records: usize) -> Self {
        Self {
            limits: Limits { records, bytes: 16 << 20, keys: 1024 },
            delegate: None,
            flush_level: Level::ERROR,
            pass_level: Level::SILENT,
            by: By::Everything,
            flush_on_close: false,
            flush_on_panic: true,
            shared: MemoryHandle(Arc::new(Mutex::new(Store::new()))),
        }
    }

    /// By which the program reads what is kept.
    pub fn handle(&self) -> MemoryHandle {
        self.shared.clone()
    }

    /// How many bytes all records together may take; 16 MiB if not set. The oldest go first.
    pub fn bytes(mut self, bytes: usize) -> Self {
        self.limits.bytes = bytes;
        self
    }

    /// Gets what is kept when a record at or above the [`flush_level`](Memory::flush_level) comes.
    pub fn delegate(mut self, delegate: impl IntoHandler) -> Self {
        self.delegate = Some(delegate.into_handler());
        self
    }

    /// From which level on a record makes the delegate get what is kept; [`Level::ERROR`] if not set.
    pub fn flush_level(mut self, level: Level) -> Self {
        self.flush_level = level;
        self
    }

    /// From which level on a record goes to the delegate at once, and is not kept. None does if this is not called. Records
    /// that are kept and handed over later then come behind it, with their own, earlier, timestamps.
    ///
    /// ```
    /// use rlog_runtime::{File, Level, Memory};
    ///
    /// // INFO and above as usual, and DEBUG around each ERROR.
    /// let recorder = Memory::new(1_000).delegate(File::new("app.log")).pass_level(Level::INFO);
    /// ```
    pub fn pass_level(mut self, level: Level) -> Self {
        self.pass_level = level;
        self
    }

    /// Each thread has a memory of its own.
    pub fn per_thread(mut self) -> Self {
        self.by = By::Thread;
        self
    }

    /// Each value of this field has a memory of its own, such as each trace, request or user. The field may be a path, as for
    /// [`Field`](crate::filter::Field). Records without it share one. Values are not kept, but a hash of them.
    pub fn per_field(mut self, key: impl Into<String>) -> Self {
        self.by = By::Field(key.into());
        self
    }

    /// How many memories there are at most; 1024 if not set. The one that was used the longest time ago gives way to a new
    /// one.
    pub fn keys(mut self, keys: usize) -> Self {
        self.limits.keys = keys;
        self
    }

    /// Whether the delegate gets what is kept at the end: when this handler is removed or replaced, when the logger is shut down,
    /// and when the process ends without that. It does not if this is not called.
    pub fn flush_on_close(mut self, flush: bool) -> Self {
        self.flush_on_close = flush;
        self
    }

    /// Whether the delegate gets what is kept when a thread panics, before an abort could lose it. It does if this is not
    /// called. Also if the panic is caught later.
    pub fn flush_on_panic(mut self, flush: bool) -> Self {
        self.flush_on_panic = flush;
        self
    }

    fn open(self, name: &str) -> Result<Opened, OpenErrors> {
        let Limits { records, bytes, keys } = self.limits;
        let mut errors = Vec::new();
        for (what, setting) in [("records", records), ("bytes", bytes), ("keys", keys)] {
            if setting == 0 {
                errors.push(OpenError::new(name, format_args!("it is to keep `0` {what}"), "at least one"));
            }
        }
        let (mut slots, delegates) = match delegates::open(name, self.delegate) {
            Ok(opened) => opened,
            Err(OpenErrors(theirs)) => {
                errors.extend(theirs);
                return Err(OpenErrors(errors));
            }
        };
        if !errors.is_empty() {
            return Err(OpenErrors(errors));
        }
        self.shared.store().limits = self.limits;
        let recorder = slots.pop().map(|slot| {
            if self.flush_on_panic {
                watch_panics();
            }
            Recorder {
                slot,
                flush_level: self.flush_level,
                pass_level: self.pass_level,
                flush_on_close: self.flush_on_close,
                flush_on_panic: self.flush_on_panic,
                panics: PANICS.load(Ordering::Relaxed),
                released: VecDeque::new(),
            }
        });
        let handler =
            OpenMemory { shared: self.shared, by: self.by, recorder, text: Vec::new(), hasher: RandomState::new() };
        Ok(Opened { handler: Box::new(handler), formatter: Box::new(Unformatted), delegates, file: None, rules: None })
    }
}

handler_settings!(Memory, records);

impl IntoHandler for Memory {
    fn into_handler(mut self) -> HandlerBuilder {
        let checks = delegates::checks(&mut self.delegate);
        HandlerBuilder::of_records("memory", Role::Keeps, |name| self.open(name)).checks(checks)
    }
}

/// What a [`Memory`] keeps. Clones share it, and it outlives the logger.
///
/// # Blocking
/// Each method waits while the handler copies a record, and the handler waits while records are copied for the caller.
#[derive(Clone, Debug)]
pub struct MemoryHandle(Arc<Mutex<Store>>);

impl MemoryHandle {
    /// Copies of the records that are kept, oldest first. [`flush`](fn@crate::flush) first to have all that were logged so far.
    #[must_use]
    pub fn records(&self) -> Vec<OwnedRecord> {
        self.store().records()
    }

    /// How many are kept.
    #[must_use]
    pub fn len(&self) -> usize {
        self.store().len()
    }

    /// Whether none is.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many bytes they take.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.store().bytes()
    }

    /// The delegate of a flight recorder gets what is kept, as after an error: with the next batch, or with a
    /// [`flush`](fn@crate::flush). For an administrator who wants to see what goes on.
    pub fn hand_over(&self) {
        self.store().is_wanted = true;
    }

    /// Forgets them.
    pub fn clear(&self) {
        let store = &mut *self.store();
        let mut all = VecDeque::new();
        store.release_all(&mut all);
        store.recycle(&mut all);
    }

    fn store(&self) -> MutexGuard<'_, Store> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The handler in service.
#[derive(Debug)]
struct OpenMemory {
    shared: MemoryHandle,
    by: By,
    recorder: Option<Recorder>,
    /// A field's value as text.
    text: Vec<u8>,
    hasher: RandomState,
}

/// What makes it a flight recorder.
#[derive(Debug)]
struct Recorder {
    slot: Slot,
    flush_level: Level,
    pass_level: Level,
    flush_on_close: bool,
    flush_on_panic: bool,
    /// [`PANICS`] when it was looked at.
    panics: u64,
    /// On their way to the delegate. Empty but for its memory.
    released: VecDeque<OwnedRecord>,
}

impl OpenMemory {
    fn key(&mut self, record: &Record<'_>) -> u64 {
        match &self.by {
            By::Everything => 0,
            By::Thread => record.thread().id,
            By::Field(key) => {
                let (text, hasher) = (&mut self.text, &self.hasher);
                let hash = path::look(record, key, |value| {
                    text.clear();
                    write_value(text, value, Escape::None);
                    hasher.hash_one(&*text)
                });
                hash.unwrap_or(0)
            }
        }
    }

    /// Hands over all that is kept, if somebody has asked for it. Returns how much of it is lost.
    fn release_if_wanted(&mut self) -> u64 {
        if core::mem::take(&mut self.shared.store().is_wanted) { self.release_all() } else { 0 }
    }

    /// Hands over all that is kept, if that is wanted at the end. Returns how much of it is lost.
    fn release_at_the_end(&mut self) -> u64 {
        let is_wanted = self.recorder.as_ref().is_some_and(|recorder| recorder.flush_on_close);
        if is_wanted { self.release_all() } else { 0 }
    }

    /// Hands over all that is kept. Returns how much of it is lost.
    fn release_all(&mut self) -> u64 {
        let Some(recorder) = &mut self.recorder else { return 0 };
        self.shared.store().release_all(&mut recorder.released);
        recorder.hand_over(&self.shared)
    }

    /// Flushes the delegate. A process that ends closes nobody, so this is the end then.
    fn flush_at(&mut self, is_the_end: bool) -> Result<(), HandlerError> {
        let mut lost = self.release_if_wanted();
        let panics = PANICS.load(Ordering::Relaxed);
        if let Some(recorder) = &mut self.recorder
            && recorder.panics != panics
        {
            recorder.panics = panics;
            if recorder.flush_on_panic {
                lost += self.release_all();
            }
        }
        if is_the_end {
            lost += self.release_at_the_end();
        }
        self.call(lost, Slot::try_flush)
    }

    /// Makes the last call of a flush or of the end, after `lost` records were lost before it.
    fn call(&mut self, mut lost: u64, call: fn(&mut Slot) -> bool) -> Result<(), HandlerError> {
        let Some(Recorder { slot, .. }) = &mut self.recorder else { return Ok(()) };
        let is_complete = call(slot);
        lost += delegates::lost_by(slot);
        delegates::lost(lost)?;
        delegates::complete(is_complete)
    }
}

impl Recorder {
    /// Without the lock, which a slow delegate would hold for long.
    fn hand_over(&mut self, shared: &MemoryHandle) -> u64 {
        if self.released.is_empty() {
            return 0;
        }
        let mut lost = 0;
        for copy in &self.released {
            lost += copy.with(|record| offer(&mut self.slot, record));
        }
        shared.store().recycle(&mut self.released);
        lost
    }
}

/// Gives the delegate a record. How many are lost over it.
fn offer(slot: &mut Slot, record: &Record<'_>) -> u64 {
    match slot.offer(record) {
        Outcome::Taken | Outcome::Filtered => 0,
        // It may have lost earlier ones with it.
        Outcome::Failed => delegates::lost_by(slot).max(1),
    }
}

impl Handler for OpenMemory {
    fn emit(&mut self, record: &Record<'_>, _: &[u8]) -> Result<(), HandlerError> {
        let key = self.key(record);
        match &mut self.recorder {
            Some(recorder) if record.level() >= recorder.flush_level => {
                self.shared.store().release(key, &mut recorder.released);
                let lost = recorder.hand_over(&self.shared);
                delegates::lost(lost + offer(&mut recorder.slot, record))
            }
            Some(recorder) if record.level() >= recorder.pass_level => {
                delegates::lost(offer(&mut recorder.slot, record))
            }
            _ => {
                self.shared.store().keep(key, record);
                Ok(())
            }
        }
    }

    fn end_of_batch(&mut self) -> Result<(), HandlerError> {
        let mut lost = self.release_if_wanted();
        if let Some(recorder) = &mut self.recorder {
            recorder.slot.end_of_batch();
            lost += delegates::lost_by(&recorder.slot);
        }
        delegates::lost(lost)
    }

    fn flush(&mut self) -> Result<(), HandlerError> {
        self.flush_at(exit::has_begun())
    }

    fn close(&mut self) -> Result<(), HandlerError> {
        let lost = self.release_at_the_end();
        self.call(lost, Slot::close)
    }
}

/// Panics outside of the logger so far, if somebody counts them.
static PANICS: AtomicU64 = AtomicU64::new(0);

/// Counts panics. The logger is flushed after each, by a hook of the worker, which is where they are noticed.
fn watch_panics() {
    static WATCHED: Once = Once::new();
    WATCHED.call_once(|| {
        let previous = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            // Those of handlers and formatters are reported elsewhere.
            if may_wait_on_this_thread() {
                PANICS.fetch_add(1, Ordering::Relaxed);
            }
            previous(panic);
        }));
    });
}

#[cfg(test)]
mod tests {
    use super::super::lines::tests::record;
    use super::super::testing::{Script, names, stats_of};
    use super::*;
    use crate::callsite::Callsite;
    use crate::handler::controls::Controls;
    use crate::record::{Encoded, ThreadInfo};
    use crate::value::Kind;
    use crate::value::render::tests::{Order, Payment, logged};

    fn open(memory: Memory) -> (Slot, Vec<Arc<Controls>>) {
        Slot::open(memory.into_handler()).expect("nothing has to be opened")
    }

    fn numbers(handle: &MemoryHandle) -> Vec<u64> {
        handle.records().iter().map(|record| record.with(|record| record.sequence())).collect()
    }

    fn numbered(level: Level, sequence: u64, thread: u64) -> Record<'static> {
        Record { sequence, thread: ThreadInfo { id: thread, name: None }, ..record(level) }
    }

    #[test]
    fn the_last_records_are_kept_and_can_be_read() {
        let memory = Memory::new(3);
        let handle = memory.handle();
        let (mut slot, _) = open(memory);
        for number in 1..=5 {
            slot.offer(&numbered(Level::ERROR, number, 1));
        }
        slot.close();
        assert_eq!(numbers(&handle), [3, 4, 5]);
        assert!(handle.bytes() >= 3 * size_of::<OwnedRecord>());
        handle.clear();
        assert_eq!((handle.len(), handle.is_empty(), handle.bytes()), (0, true, 0));
    }

    #[test]
    fn an_error_hands_over_what_was_kept_before_it_and_nothing_twice() {
        let script = Script::default();
        let memory = Memory::new(10).delegate(script.handler().name("file"));
        let handle = memory.handle();
        let (mut slot, controls) = open(memory);
        for (number, level) in [(1, Level::DEBUG), (2, Level::INFO), (3, Level::ERROR), (4, Level::DEBUG)] {
            slot.offer(&numbered(level, number, 1));
        }
        assert_eq!((script.numbers(), numbers(&handle)), (vec![1, 2, 3], vec![4]));
        slot.offer(&numbered(Level::CRITICAL, 5, 1));
        slot.offer(&numbered(Level::DEBUG, 6, 1));
        slot.close();
        assert_eq!(script.numbers(), [1, 2, 3, 4, 5], "what is left at the end is not wanted");
        assert_eq!(names(&controls), ["memory", "memory > file"]);
        assert_eq!((stats_of(&controls[0]).written, stats_of(&controls[1]).written), (6, 5));
    }

    #[test]
    fn records_at_the_pass_level_are_not_kept() {
        let script = Script::default();
        let (mut slot, _) =
            open(Memory::new(10).delegate(script.handler()).pass_level(Level::INFO).flush_on_close(true));
        for (number, level) in
            [(1, Level::DEBUG), (2, Level::INFO), (3, Level::DEBUG), (4, Level::ERROR), (5, Level::DEBUG)]
        {
            slot.offer(&numbered(level, number, 1));
        }
        assert_eq!(script.numbers(), [2, 1, 3, 4]);
        slot.close();
        assert_eq!(script.numbers(), [2, 1, 3, 4, 5]);
    }

    #[test]
    fn a_delegate_that_cannot_close_is_passed_on() {
        let script = Script::default();
        let (mut slot, controls) = open(Memory::new(10).delegate(script.handler()).flush_on_close(true));
        slot.offer(&numbered(Level::DEBUG, 1, 1));
        script.lose_at_the_end_of_the_batch(1);
        assert!(!slot.close());
        let dropped: Vec<_> = controls.iter().map(|controls| stats_of(controls).dropped).collect();
        assert_eq!(dropped, [1, 1], "as it is for a record that the delegate refuses");
    }

    #[test]
    fn each_thread_has_a_memory_of_its_own() {
        let script = Script::default();
        let memory = Memory::new(2).delegate(script.handler()).per_thread();
        let handle = memory.handle();
        let (mut slot, _) = open(memory);
        for (number, thread) in [(1, 7), (2, 8), (3, 8), (4, 8), (5, 7)] {
            slot.offer(&numbered(Level::DEBUG, number, thread));
        }
        slot.offer(&numbered(Level::ERROR, 6, 8));
        assert_eq!((script.numbers(), numbers(&handle)), (vec![3, 4, 6], vec![1, 5]));
    }

    /// Offers a record with a field `trace` of this text, or without a value.
    fn offer_traced(slot: &mut Slot, level: Level, sequence: u64, trace: Option<&str>) {
        let callsite = Box::leak(Box::new(Callsite::new(level, 1, 1, "k5:trace.app\u{1f}f")));
        let mut bytes = Vec::new();
        let text = trace.unwrap_or_default();
        bytes.extend_from_slice(&(text.len() as u32).to_ne_bytes());
        bytes.extend_from_slice(text.as_bytes());
        slot.offer(&Record {
            callsite,
            info: callsite.info(),
            values: &[trace.map(crate::Value::Str)],
            encoded: Encoded::new(if trace.is_some() { &[Kind::Str] } else { &[Kind::Unit] }, &bytes),
            ..numbered(level, sequence, 1)
        });
    }

    #[test]
    fn each_value_of_a_field_has_a_memory_of_its_own_up_to_a_number() {
        let script = Script::default();
        let memory = Memory::new(10).delegate(script.handler()).per_field("trace").keys(2);
        let handle = memory.handle();
        let (mut slot, _) = open(memory);
        offer_traced(&mut slot, Level::DEBUG, 1, Some("a"));
        offer_traced(&mut slot, Level::DEBUG, 2, Some("b"));
        offer_traced(&mut slot, Level::DEBUG, 3, Some("a"));
        offer_traced(&mut slot, Level::ERROR, 4, Some("a"));
        assert_eq!((script.numbers(), numbers(&handle)), (vec![1, 3, 4], vec![2]));
        offer_traced(&mut slot, Level::DEBUG, 5, None);
        offer_traced(&mut slot, Level::DEBUG, 6, Some("c"));
        assert_eq!(numbers(&handle), [5, 6], "`b` was used the longest time ago");
        offer_traced(&mut slot, Level::ERROR, 7, None);
        assert_eq!((script.numbers(), numbers(&handle)), (vec![1, 3, 4, 5, 7], vec![6]));
        handle.records()[0].with(|record| {
            assert!(matches!(record.field("trace"), Some(crate::Value::Str("c"))));
        });
    }

    #[test]
    fn the_field_may_be_a_path() {
        let memory = Memory::new(1).per_field("order.id");
        let handle = memory.handle();
        let (mut slot, _) = open(memory);
        let callsite = Box::leak(Box::new(Callsite::new(Level::INFO, 1, 1, "k5:order.app\u{1f}f")));
        for (number, id) in [(1, 7), (2, 8), (3, 7)] {
            let order = logged(Order { id, note: None, state: Payment::Open });
            let values = [Some(order)];
            // What is kept of it is of no interest here, so nothing is encoded.
            let encoded = Encoded::new(&[Kind::Unit], &[]);
            let numbered = numbered(Level::INFO, number, 1);
            slot.offer(&Record { callsite, info: callsite.info(), values: &values, encoded, ..numbered });
        }
        assert_eq!(numbers(&handle), [2, 3]);
    }

    #[test]
    fn the_program_can_have_it_handed_over() {
        let script = Script::default();
        let memory = Memory::new(10).delegate(script.handler());
        let handle = memory.handle();
        let (mut slot, _) = open(memory);
        slot.offer(&numbered(Level::DEBUG, 1, 1));
        slot.end_of_batch();
        assert!(script.numbers().is_empty());
        handle.hand_over();
        slot.end_of_batch();
        slot.offer(&numbered(Level::DEBUG, 2, 1));
        slot.end_of_batch();
        assert_eq!((script.numbers(), numbers(&handle)), (vec![1], vec![2]));
    }

    #[test]
    fn what_the_delegate_cannot_take_is_counted() {
        let script = Script::failing();
        let (mut slot, controls) = open(Memory::new(10).delegate(script.handler()));
        slot.offer(&numbered(Level::DEBUG, 1, 1));
        slot.offer(&numbered(Level::ERROR, 2, 1));
        assert_eq!(stats_of(&controls[0]).dropped, 2);
    }

    #[test]
    fn settings_that_keep_nothing_are_refused_together() {
        let memory = Memory::new(0).bytes(0).delegate(Script::default().handler().sync());
        let OpenErrors(errors) = Slot::open(memory.into_handler()).expect_err("it keeps nothing");
        let messages: Vec<_> = errors.iter().map(|error| error.message.as_str()).collect();
        assert_eq!(
            messages[..2],
            ["handler `memory`: it is to keep `0` records", "handler `memory`: it is to keep `0` bytes"]
        );
        assert_eq!(messages[2..], ["handler `memory`: its delegate `custom` is `sync`"]);
    }
}
