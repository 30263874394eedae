//! A queue and a thread for a handler that is slow or may hang.

use super::controls::Controls;
use super::delegates;
use super::null::Unformatted;
use super::slot::Slot;
use super::{
    Breaker, Handler, HandlerBuilder, HandlerError, IntoHandler, OpenError, OpenErrors, Opened, Role, handler_settings,
};
use crate::emit::forbid_on_this_thread;
use crate::level::Level;
use crate::record::{OwnedRecord, Record};
use crate::worker::{exit, notices};
use core::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, bounded, select};
use std::boxed::Box;
use std::string::{String, ToString};
use std::sync::Arc;
use std::time::{Duration, Instant};
use std::vec::Vec;
use std::{io, thread};

/// Puts a queue of its own and a thread of its own before a handler, so that one that is slow, or hangs, keeps nobody
/// else waiting.
///
/// ```
/// use rlog_runtime::{Async, Json, Overflow, Writer};
///
/// # fn main() -> std::io::Result<()> {
/// # let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
/// # let address = listener.local_addr()?;
/// let stream = std::net::TcpStream::connect(address)?;
/// let collector = Async::new(Writer::new(stream).formatter(Json::new()))
///     .capacity(50_000)
///     .overflow(Overflow::DropOldest)
///     .name("collector");
/// # Ok(())
/// # }
/// ```
///
/// The thread takes records as they come, in batches of what is there, and gives them to the handler, which has its own level,
/// filters, formatter, breaker and statistics, under a name such as `collector > writer`. Statements that run on this thread,
/// such as those of an HTTP client, are not logged, since they would feed themselves.
///
/// # When the queue is full
/// What happens is decided by the [`Overflow`]. What is dropped is counted, reported on stderr at most once a second,
/// and told in a record of the target `rlog` with the first batch that finds room again, or when this handler is closed. At the
/// end of the logger and of the process, when there are no records any more, stderr hears it. A record that was not let into the
/// queue is among what this handler has dropped in [`stats`](fn@crate::stats), one that had to leave it among what the
/// handler behind it has dropped.
///
/// # Blocking
/// Formatting and writing happen on the thread of the queue. The worker's thread copies records, and waits only where
/// [`patience`](Async::patience) says so: with [`Overflow::Block`], when the logger is flushed, and when this handler is closed.
///
/// # Durability
/// [`flush`](fn@crate::flush) and [`shutdown`](crate::shutdown) wait until the queue is empty and the handler has flushed,
/// but not longer than the `patience`: then the flush is `false`, stderr hears how many records still wait in the queue, and
/// they are written later. What is left at a shutdown is counted as lost, and the shutdown is not complete. The end of a process
/// without a shutdown is a flush: what is left when it has waited is lost with the process, and its number is what stderr has
/// heard.
#[derive(Debug)]
#[must_use]
pub struct Async {
    delegate: HandlerBuilder,
    settings: Settings,
}

/// What an [`Async`] does when its queue is full.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Overflow {
    /// Waits for room, up to the [`patience`](Async::patience) of the handler, and drops the new record then. Once it has
    /// waited in vain it does not wait again before the handler has gone on.
    Block,
    /// Drops the new record. The last eighth of the queue is left to [`Level::WARN`] and above, so that a flood of DEBUG costs
    /// no ERROR.
    #[default]
    DropNewest,
    /// Drops the record that has waited longest.
    DropOldest,
}

#[derive(Clone, Copy, Debug)]
struct Settings {
    capacity: usize,
    bytes: usize,
    batch: usize,
    overflow: Overflow,
    patience: Duration,
}

impl Async {
    /// A queue for this handler.
    pub fn new(delegate: impl IntoHandler) -> Self {
        let settings = Settings {
            capacity: 8 << 10,
            bytes: 64 << 20,
            batch: 512,
            overflow: Overflow::default(),
            patience: Duration::from_secs(2),
        };
        Self { delegate: delegate.into_handler(), settings }
    }

    /// How many records the queue holds; 8192 if not set. Memory for their heads, some 150 bytes each, is taken at once.
    pub fn capacity(mut self, records: usize) -> Self {
        self.settings.capacity = records;
        self
    }

    /// How many bytes the records in the queue may take; 64 MiB if not set. A single larger one passes if it is alone.
    pub fn bytes(mut self, bytes: usize) -> Self {
        self.settings.bytes = bytes;
        self
    }

    /// The most records that the handler gets before its [`end_of_batch`](Handler::end_of_batch); 512 if not set.
    pub fn batch(mut self, records: usize) -> Self {
        self.settings.batch = records;
        self
    }

    /// What happens when the queue is full; [`Overflow::DropNewest`] if not set.
    pub fn overflow(mut self, overflow: Overflow) -> Self {
        self.settings.overflow = overflow;
        self
    }

    /// How long others wait for the handler, at most: with [`Overflow::Block`], when the logger is flushed, and when this
    /// handler is closed. Two seconds if not set. When somebody has waited in vain, nobody waits again before the handler has
    /// gone on, but for the end: that of the handler, and that of the process, which waits once more, and not longer than four
    /// and a half seconds, since it takes five for all handlers together.
    pub fn patience(mut self, patience: Duration) -> Self {
        self.settings.patience = patience;
        self
    }

    fn open(self, name: &str) -> Result<Opened, OpenErrors> {
        let Settings { capacity, bytes, batch, .. } = self.settings;
        let mut errors = Vec::new();
        for (what, setting) in [("capacity", capacity), ("bytes", bytes), ("batch", batch)] {
            if setting == 0 {
                errors.push(OpenError::new(name, format_args!("its `{what}` is `0`"), "at least one"));
            }
        }
        if capacity > MOST {
            let message = format_args!("its `capacity` is `{capacity}` records");
            errors.push(OpenError::new(name, message, format!("at most {MOST}; `bytes` limits the memory they take")));
        }
        let (mut slots, delegates) = match delegates::open(name, [self.delegate]) {
            Ok(opened) => opened,
            Err(OpenErrors(theirs)) => {
                errors.extend(theirs);
                return Err(OpenErrors(errors));
            }
        };
        let (Some(slot), true) = (slots.pop(), errors.is_empty()) else { return Err(OpenErrors(errors)) };
        let handler = OpenAsync::start(name, slot, self.settings)
            .map_err(|source| OpenError { message: format!("handler `{name}`: cannot start its thread"), source })?;
        Ok(Opened { handler: Box::new(handler), formatter: Box::new(Unformatted), delegates, file: None, rules: None })
    }
}

handler_settings!(Async, records);

impl IntoHandler for Async {
    fn into_handler(mut self) -> HandlerBuilder {
        let checks = delegates::checks([&mut self.delegate]);
        // How long others wait for it is set by its own patience.
        let builder = HandlerBuilder::of_records("async", Role::Queues, |name| self.open(name));
        builder.breaker(Breaker::never()).checks(checks)
    }
}

/// The most records that a queue can hold.
const MOST: usize = 16 << 20;
/// The most copies whose memory is kept for the next records.
const MOST_SPARES: usize = 8 << 10;
/// Larger copies are not kept, in bytes.
const LARGEST_SPARE: usize = 1 << 10;
/// The longest that the end of the process waits for one handler. It leaves time to tell what is left.
const LAST_PATIENCE: Duration = exit::TIMEOUT.saturating_sub(Duration::from_millis(500));

/// The handler in service: the end of the queue where records go in.
#[derive(Debug)]
struct OpenAsync {
    name: String,
    settings: Settings,
    /// `None` once it is closed.
    ends: Option<Ends>,
    /// The other end of the queue, to take out what has waited longest, or what nobody will take any more.
    front: Receiver<OwnedRecord>,
    /// Copies that can be used again.
    spares: Receiver<OwnedRecord>,
    /// Told by the thread when it has taken a record and somebody waits.
    bell: Receiver<()>,
    /// Disconnected when the thread ends.
    ended: Receiver<()>,
    shared: Arc<Shared>,
    delegate: Arc<Controls>,
    /// [`Shared::taken`] when somebody last waited in vain.
    stalled: Option<u64>,
    /// The end of the process has waited, in vain or not. What is logged even later is not to make it wait as long again.
    has_waited_at_the_end: bool,
    /// Dropped since the last notice, and since the last batch.
    dropped: u64,
    dropped_in_batch: u64,
    /// One that was in the queue has been dropped since the last flush.
    has_dropped: bool,
}

/// What the thread waits for.
#[derive(Debug)]
struct Ends {
    queue: Sender<OwnedRecord>,
    /// Requests to flush, and where to answer whether all is written.
    control: Sender<Sender<bool>>,
}

/// What both sides count.
#[derive(Debug, Default)]
struct Shared {
    /// The size of the copies in the queue.
    bytes: AtomicUsize,
    /// Records that the thread has taken and dealt with.
    taken: AtomicU64,
    /// Somebody waits for the bell.
    waits: AtomicBool,
    /// The handler behind the queue has closed and has written everything.
    is_complete: AtomicBool,
}

impl OpenAsync {
    fn start(name: &str, slot: Slot, settings: Settings) -> io::Result<Self> {
        let (queue, front) = bounded(settings.capacity);
        let (control, requests) = bounded(4);
        let (give_back, spares) = bounded(MOST_SPARES.min(settings.capacity));
        let (ring, bell) = bounded(1);
        let (alive, ended) = bounded::<()>(0);
        let shared = Arc::new(Shared::default());
        let delegate = Arc::clone(slot.controls());
        let back = Back {
            queue: front.clone(),
            requests,
            give_back,
            ring,
            slot,
            shared: Arc::clone(&shared),
            batch: settings.batch,
            _alive: alive,
        };
        thread::Builder::new().name("rlog-async".to_string()).spawn(move || back.run())?;
        Ok(Self {
            name: name.to_string(),
            settings,
            ends: Some(Ends { queue, control }),
            front,
            spares,
            bell,
            ended,
            shared,
            delegate,
            stalled: None,
            has_waited_at_the_end: false,
            dropped: 0,
            dropped_in_batch: 0,
            has_dropped: false,
        })
    }

    fn copy(&self, record: &Record<'_>) -> OwnedRecord {
        match self.spares.try_recv() {
            Ok(mut copy) => {
                copy.replace(record);
                copy
            }
            Err(_) => record.to_owned(),
        }
    }

    /// Whether a copy of this size has no room. Only this side adds records, so what has room keeps it.
    fn is_full(&self, size: usize, level: Level) -> bool {
        let Settings { capacity, bytes, overflow, .. } = self.settings;
        let leaves_room = overflow == Overflow::DropNewest && level < Level::WARN;
        let (records, bytes) =
            if leaves_room { (capacity - capacity / 8, bytes - bytes / 8) } else { (capacity, bytes) };
        let waiting = self.front.len();
        waiting >= records || waiting > 0 && self.shared.bytes.load(Ordering::SeqCst).saturating_add(size) > bytes
    }

    /// Does what the overflow says. Whether there is room then.
    #[cold]
    fn make_room(&mut self, size: usize, level: Level) -> bool {
        match self.settings.overflow {
            Overflow::Block => self.wait_for_room(size, level),
            Overflow::DropNewest => false,
            Overflow::DropOldest => {
                while self.is_full(size, level) {
                    self.drop_oldest();
                }
                true
            }
        }
    }

    /// Waits for room, unless it is known to be in vain. Whether there is some.
    fn wait_for_room(&mut self, size: usize, level: Level) -> bool {
        if self.is_stalled() {
            return false;
        }
        let deadline = Instant::now().checked_add(self.settings.patience);
        self.shared.waits.store(true, Ordering::SeqCst);
        let has_room = loop {
            // Looked at after the bell was asked for, so that it cannot be missed.
            if !self.is_full(size, level) {
                break true;
            }
            let rung = match deadline {
                Some(deadline) => self.bell.recv_deadline(deadline),
                None => self.bell.recv().map_err(|_| RecvTimeoutError::Disconnected),
            };
            if rung.is_err() {
                break !self.is_full(size, level);
            }
        };
        self.shared.waits.store(false, Ordering::SeqCst);
        if !has_room {
            self.stalled = Some(self.shared.taken.load(Ordering::Relaxed));
        }
        has_room
    }

    /// Whether nothing has gone on since somebody last waited in vain.
    fn is_stalled(&self) -> bool {
        self.stalled == Some(self.shared.taken.load(Ordering::Relaxed))
    }

    /// Takes out the record that has waited longest.
    fn drop_oldest(&mut self) {
        if let Ok(oldest) = self.front.try_recv() {
            self.shared.bytes.fetch_sub(oldest.size(), Ordering::SeqCst);
            self.delegate.counters.skipped.fetch_add(1, Ordering::Relaxed);
            self.dropped_in_batch += 1;
            self.has_dropped = true;
        }
    }

    /// Tells how many records were dropped, once it is over.
    fn tell(&mut self) {
        let now = core::mem::take(&mut self.dropped_in_batch);
        if now == 0 && self.dropped > 0 && !self.is_full(0, Level::TRACE) {
            notices::dropped(&self.name, core::mem::take(&mut self.dropped));
        }
        self.dropped += now;
    }

    /// Tells how many records were dropped, though it may not be over: nobody comes back to tell it later.
    fn tell_all(&mut self) {
        let dropped = core::mem::take(&mut self.dropped) + core::mem::take(&mut self.dropped_in_batch);
        if dropped > 0 {
            notices::dropped(&self.name, dropped);
        }
    }

    /// Waits until all that is in the queue is written. The end of the process is the last chance, so it also waits when somebody
    /// has waited in vain before.
    fn flush_at(&mut self, is_the_end: bool) -> Result<(), HandlerError> {
        if is_the_end {
            self.tell_all();
        } else {
            self.tell();
        }
        let Some(ends) = &self.ends else { return Ok(()) };
        let is_last_chance = is_the_end && !core::mem::replace(&mut self.has_waited_at_the_end, true);
        let patience = if is_the_end { self.settings.patience.min(LAST_PATIENCE) } else { self.settings.patience };
        if self.is_stalled() && !is_last_chance {
            return Err(HandlerError::new(self.late("flushed", patience), 0));
        }
        let begun = Instant::now();
        let (answer, done) = bounded(1);
        // There may be no room for a request before the thread is through with those of others, who have waited in vain.
        if ends.control.send_timeout(answer, patience).is_ok()
            && let Ok(is_complete) = done.recv_timeout(patience.saturating_sub(begun.elapsed()))
        {
            self.tell();
            let dropped_none = !core::mem::take(&mut self.has_dropped);
            return delegates::complete(is_complete && dropped_none);
        }
        self.stalled = Some(self.shared.taken.load(Ordering::Relaxed));
        Err(HandlerError::new(self.late("flushed", patience), 0))
    }

    fn late(&self, what: &str, patience: Duration) -> io::Error {
        let text = format!("the handler behind the queue has not {what} within {patience:?}");
        let text = match self.front.len() {
            0 => text,
            1 => format!("{text}, and 1 record still waits in the queue"),
            waiting => format!("{text}, and {waiting} records still wait in the queue"),
        };
        io::Error::new(io::ErrorKind::TimedOut, text)
    }
}

impl Handler for OpenAsync {
    fn emit(&mut self, record: &Record<'_>, _: &[u8]) -> Result<(), HandlerError> {
        let (size, level) = (record.size(), record.level());
        if self.is_full(size, level) && !self.make_room(size, level) {
            self.dropped_in_batch += 1;
            return Err(HandlerError::new(io::Error::other("its queue is full"), 1));
        }
        let copy = self.copy(record);
        let size = copy.size();
        // Added first, since the other side subtracts as soon as it has the copy.
        self.shared.bytes.fetch_add(size, Ordering::SeqCst);
        let sent = self.ends.as_ref().is_some_and(|ends| ends.queue.try_send(copy).is_ok());
        if sent {
            return Ok(());
        }
        self.shared.bytes.fetch_sub(size, Ordering::SeqCst);
        Err(HandlerError::new(io::Error::other("its queue is closed"), 1))
    }

    fn end_of_batch(&mut self) -> Result<(), HandlerError> {
        self.tell();
        self.delegate.counters.queued.store(self.front.len() as u64, Ordering::Relaxed);
        Ok(())
    }

    fn flush(&mut self) -> Result<(), HandlerError> {
        self.flush_at(exit::has_begun())
    }

    fn close(&mut self) -> Result<(), HandlerError> {
        self.tell_all();
        // The thread takes what is left and ends.
        self.ends = None;
        // Nothing is ever sent: it ends by a timeout or because the thread has. Also if somebody has waited in vain before, as
        // this is the last chance.
        if self.ended.recv_timeout(self.settings.patience) == Err(RecvTimeoutError::Disconnected) {
            let dropped_none = !core::mem::take(&mut self.has_dropped);
            return delegates::complete(self.shared.is_complete.load(Ordering::Relaxed) && dropped_none);
        }
        // Whatever the thread does when it goes on, it will not find these.
        let lost = self.front.try_iter().count() as u64;
        self.delegate.counters.queued.store(0, Ordering::Relaxed);
        notices::left(&self.name, lost);
        Err(HandlerError::new(self.late("closed", self.settings.patience), lost))
    }
}

/// The end of the queue where records come out, with the handler that gets them. Lives on the thread.
struct Back {
    queue: Receiver<OwnedRecord>,
    requests: Receiver<Sender<bool>>,
    give_back: Sender<OwnedRecord>,
    ring: Sender<()>,
    slot: Slot,
    shared: Arc<Shared>,
    batch: usize,
    _alive: Sender<()>,
}

impl Back {
    fn run(mut self) {
        forbid_on_this_thread();
        loop {
            select! {
                recv(self.queue) -> record => match record {
                    Ok(record) => self.take_batch(Some(record), usize::MAX),
                    Err(_) => break,
                },
                recv(self.requests) -> request => match request {
                    Ok(answer) => {
                        // What was in the queue before the request; more may come all the time.
                        let mut left = self.queue.len();
                        while left > 0 {
                            let before = left.min(self.batch);
                            self.take_batch(None, before);
                            left -= before;
                        }
                        let is_complete = self.slot.try_flush();
                        // Nobody listens any more if it took too long.
                        let _ = answer.try_send(is_complete);
                    }
                    // The queue is closed too, and ends when it is empty.
                    Err(_) => {
                        while !self.queue.is_empty() {
                            self.take_batch(None, usize::MAX);
                        }
                        break;
                    }
                },
            }
        }
        let is_complete = self.slot.close();
        self.shared.is_complete.store(is_complete, Ordering::Relaxed);
    }

    /// Gives records to the handler until there is none, or enough.
    fn take_batch(&mut self, first: Option<OwnedRecord>, most: usize) {
        let most = most.min(self.batch);
        let mut taken = 0;
        let mut next = first;
        while let Some(record) = next.take().or_else(|| self.queue.try_recv().ok()) {
            self.take(record);
            taken += 1;
            if taken == most {
                break;
            }
        }
        if taken > 0 {
            self.slot.end_of_batch();
            self.slot.controls().counters.queued.store(self.queue.len() as u64, Ordering::Relaxed);
        }
    }

    fn take(&mut self, record: OwnedRecord) {
        self.shared.bytes.fetch_sub(record.size(), Ordering::SeqCst);
        if self.shared.waits.load(Ordering::SeqCst) {
            // One ring is enough.
            let _ = self.ring.try_send(());
        }
        record.with(|record| self.slot.offer(record));
        self.shared.taken.fetch_add(1, Ordering::Relaxed);
        if record.size() <= LARGEST_SPARE {
            let _ = self.give_back.try_send(record);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::lines::tests::record;
    use super::super::testing::{Script, names, stats_of};
    use super::*;
    use std::sync::Mutex;
    use std::sync::mpsc;

    /// A handler that hangs over each record until it is released, and tells what it takes.
    struct Hanging {
        /// A message for each record that it has begun.
        begun: mpsc::Receiver<u64>,
        /// Lets it finish one, or all when it is dropped.
        release: mpsc::Sender<()>,
        taken: Arc<Mutex<Vec<u64>>>,
    }

    impl Hanging {
        fn new() -> (Self, HandlerBuilder) {
            let (begin, begun) = mpsc::channel();
            let (release, released) = mpsc::channel();
            let taken = Arc::new(Mutex::new(Vec::new()));
            let theirs = Arc::clone(&taken);
            let handler = move |record: &Record<'_>, _: &[u8]| {
                let _ = begin.send(record.sequence());
                let _ = released.recv();
                theirs.lock().expect("no panic").push(record.sequence());
            };
            (Self { begun, release, taken }, HandlerBuilder::new(handler).name("hanging"))
        }

        /// Lets everything pass from now on, and returns what was taken when the thread has ended.
        fn finish(self, handler: &mut OpenAsync) -> Vec<u64> {
            drop(self.release);
            let _ = handler.close();
            assert_eq!(handler.ended.recv(), Err(crossbeam_channel::RecvError));
            core::mem::take(&mut *self.taken.lock().expect("no panic"))
        }
    }

    fn settings(capacity: usize, overflow: Overflow) -> Settings {
        Settings { capacity, bytes: 1 << 20, batch: 512, overflow, patience: Duration::ZERO }
    }

    fn start(delegate: HandlerBuilder, settings: Settings) -> OpenAsync {
        let (slot, _) = Slot::open(delegate).expect("nothing has to be opened");
        OpenAsync::start("async", slot, settings).expect("threads can be started")
    }

    fn numbered(level: Level, sequence: u64) -> Record<'static> {
        Record { sequence, ..record(level) }
    }

    fn log(handler: &mut OpenAsync, numbers: impl IntoIterator<Item = u64>) -> u64 {
        let emitted = numbers.into_iter().map(|number| handler.emit(&numbered(Level::ERROR, number), b""));
        let lost = emitted.map(|result| result.map_or_else(|error| error.lost(), |()| 0)).sum();
        handler.end_of_batch().expect("it does not fail");
        lost
    }

    #[test]
    fn records_arrive_in_order_and_a_flush_waits_for_them() {
        let script = Script::default();
        let patient = Async::new(script.handler()).capacity(16).overflow(Overflow::Block).patience(Duration::MAX);
        let (mut slot, controls) = Slot::open(patient.into_handler()).expect("nothing has to be opened");
        for number in 1..=1_000 {
            slot.offer(&numbered(Level::DEBUG, number));
        }
        slot.flush();
        assert_eq!(script.numbers(), (1..=1_000).collect::<Vec<_>>());
        slot.offer(&numbered(Level::DEBUG, 1_001));
        slot.close();
        assert_eq!(script.numbers().last(), Some(&1_001));
        assert_eq!(script.ends(), (1, 1));
        assert_eq!(names(&controls), ["async", "async > custom"]);
        let written: Vec<_> = controls.iter().map(|controls| stats_of(controls).written).collect();
        assert_eq!(written, [1_001, 1_001]);
    }

    #[test]
    fn drop_newest_keeps_what_is_in_the_queue_and_room_for_what_is_severe() {
        let (hanging, delegate) = Hanging::new();
        let mut handler = start(delegate, settings(8, Overflow::DropNewest));
        assert_eq!(log(&mut handler, 1..2), 0);
        assert_eq!(hanging.begun.recv(), Ok(1), "it is out of the queue");
        let offer = |handler: &mut OpenAsync, level, number| handler.emit(&numbered(level, number), b"").is_ok();
        assert!((2..9).all(|number| offer(&mut handler, Level::DEBUG, number)));
        assert!(!offer(&mut handler, Level::INFO, 9), "the last eighth is not for it");
        assert!(offer(&mut handler, Level::WARN, 10));
        assert!(!offer(&mut handler, Level::CRITICAL, 11), "nothing is left");
        assert_eq!(handler.dropped_in_batch, 2);
        // It does not wait, and what it finds in the queue is lost.
        let error = handler.close().expect_err("the handler hangs");
        assert_eq!(error.lost(), 8);
        let text = "the handler behind the queue has not closed within 0ns (8 records lost)";
        assert_eq!(error.to_string(), text, "each is told of once");
        assert_eq!(hanging.finish(&mut handler), [1]);
    }

    #[test]
    fn drop_oldest_keeps_the_newest_records_and_counts_the_others() {
        let (hanging, delegate) = Hanging::new();
        let mut handler = start(delegate, settings(4, Overflow::DropOldest));
        log(&mut handler, 1..2);
        assert_eq!(hanging.begun.recv(), Ok(1));
        assert_eq!(log(&mut handler, 2..12), 0, "none is refused");
        assert_eq!((handler.delegate.read().dropped, handler.delegate.read().queued), (6, 4));
        drop(hanging.release);
        handler.settings.patience = Duration::MAX;
        assert!(handler.flush().is_err_and(|error| error.is_told), "six are in no file");
        handler.flush().expect("that was told");
        handler.close().expect("it hangs no more");
        assert_eq!(*hanging.taken.lock().expect("no panic"), [1, 8, 9, 10, 11]);
        assert_eq!(handler.delegate.read().queued, 0);
    }

    #[test]
    fn a_limit_in_bytes_holds_but_for_a_single_record() {
        let (hanging, delegate) = Hanging::new();
        let size = record(Level::ERROR).to_owned().size();
        let small = Settings { bytes: 2 * size, ..settings(100, Overflow::DropNewest) };
        let mut handler = start(delegate, small);
        log(&mut handler, 1..2);
        assert_eq!(hanging.begun.recv(), Ok(1));
        assert_eq!(log(&mut handler, 2..5), 1, "two have room");
        handler.settings.bytes = 1;
        assert!(handler.is_full(size, Level::ERROR));
        handler.drop_oldest();
        handler.drop_oldest();
        assert!(!handler.is_full(size, Level::ERROR), "it is alone");
        hanging.finish(&mut handler);
    }

    #[test]
    fn block_waits_in_vain_only_once() {
        let (hanging, delegate) = Hanging::new();
        let mut handler = start(delegate, settings(1, Overflow::Block));
        log(&mut handler, 1..2);
        assert_eq!(hanging.begun.recv(), Ok(1));
        assert_eq!(log(&mut handler, 2..4), 1, "one fits into the queue");
        assert!(handler.is_stalled());
        // It would wait for ever if it waited.
        handler.settings.patience = Duration::MAX;
        assert_eq!(log(&mut handler, 4..7), 3);
        assert!(handler.flush().is_err());
        hanging.release.send(()).expect("it listens");
        assert_eq!(hanging.begun.recv(), Ok(2));
        drop(hanging.release);
        assert!(!handler.is_stalled(), "it has gone on");
        assert_eq!(log(&mut handler, 7..100), 0, "it waits again");
        handler.close().expect("it hangs no more");
        assert_eq!(hanging.taken.lock().expect("no panic").len(), 2 + 93);
    }

    #[test]
    fn a_flush_that_takes_too_long_fails_and_loses_nothing() {
        let (hanging, delegate) = Hanging::new();
        let mut handler = start(delegate, settings(8, Overflow::DropNewest));
        let flush = |handler: &mut OpenAsync| {
            let error = handler.flush().expect_err("the handler hangs");
            assert_eq!(error.lost(), 0);
            error.to_string()
        };
        log(&mut handler, 1..2);
        assert_eq!(hanging.begun.recv(), Ok(1), "it is out of the queue");
        let late = "the handler behind the queue has not flushed within 0ns";
        assert_eq!(flush(&mut handler), late);
        log(&mut handler, 2..3);
        assert_eq!(flush(&mut handler), format!("{late}, and 1 record still waits in the queue"));
        log(&mut handler, 3..5);
        assert_eq!(flush(&mut handler), format!("{late}, and 3 records still wait in the queue"));
        drop(hanging.release);
        handler.settings.patience = Duration::MAX;
        handler.close().expect("it hangs no more");
        assert_eq!(*hanging.taken.lock().expect("no panic"), [1, 2, 3, 4]);
    }

    #[test]
    fn the_end_of_the_process_waits_once_more_and_no_longer_than_it_has_time() {
        let (hanging, delegate) = Hanging::new();
        let mut handler = start(delegate, settings(8, Overflow::DropNewest));
        log(&mut handler, 1..3);
        assert_eq!(hanging.begun.recv(), Ok(1));
        for _ in 0..10 {
            assert!(handler.flush_at(false).is_err());
        }
        assert!(handler.flush_at(true).is_err());
        assert!(handler.is_stalled() && handler.has_waited_at_the_end);
        // It would wait for ever if it waited.
        handler.settings.patience = Duration::MAX;
        let error = handler.flush_at(true).expect_err("the handler hangs");
        assert!(error.to_string().contains("within 4.5s, and 1 record still waits"), "{error}");
        handler.has_waited_at_the_end = false;
        drop(hanging.release);
        handler.flush_at(true).expect("it hangs no more");
        assert_eq!(*hanging.taken.lock().expect("no panic"), [1, 2]);
        handler.close().expect("it hangs no more");
    }

    #[test]
    fn requests_of_those_who_have_waited_in_vain_keep_no_other_one_out() {
        let (hanging, delegate) = Hanging::new();
        let mut handler = start(delegate, settings(8, Overflow::DropNewest));
        log(&mut handler, 1..2);
        assert_eq!(hanging.begun.recv(), Ok(1));
        for _ in 0..10 {
            handler.stalled = None;
            assert!(handler.flush().is_err());
        }
        drop(hanging.release);
        handler.stalled = None;
        handler.settings.patience = Duration::MAX;
        handler.flush().expect("it waits until there is room for it");
        handler.close().expect("it hangs no more");
    }

    #[test]
    fn a_handler_behind_the_queue_that_cannot_close_is_passed_on() {
        let script = Script::default();
        let mut handler = start(script.handler(), Settings { patience: Duration::MAX, ..settings(8, Overflow::Block) });
        log(&mut handler, 1..2);
        handler.flush().expect("it writes");
        script.lose_at_the_end_of_the_batch(1);
        let error = handler.close().expect_err("one is lost");
        assert_eq!((error.lost(), error.is_told), (0, true), "it is counted where it was lost");
        assert_eq!(handler.delegate.read().dropped, 1);
    }

    #[test]
    fn a_handler_behind_the_queue_that_panics_keeps_the_thread_alive() {
        let script = Script::panicking();
        let mut handler = start(script.handler(), Settings { patience: Duration::MAX, ..settings(8, Overflow::Block) });
        log(&mut handler, 1..4);
        let error = handler.flush().expect_err("three records are lost");
        assert_eq!((error.lost(), error.is_told), (0, true), "those are counted where they were lost");
        script.work();
        log(&mut handler, 4..6);
        handler.close().expect("the thread lives");
        assert_eq!(script.numbers(), [4, 5]);
        assert_eq!(handler.delegate.read().dropped, 3);
    }

    #[test]
    fn settings_that_cannot_work_are_refused_together() {
        let queue = Async::new(Script::default().handler().sync()).capacity(0).bytes(0);
        let OpenErrors(errors) = Slot::open(queue.into_handler()).expect_err("it holds nothing");
        let messages: Vec<_> = errors.iter().map(|error| error.message.as_str()).collect();
        assert_eq!(messages[..2], ["handler `async`: its `capacity` is `0`", "handler `async`: its `bytes` is `0`"]);
        assert_eq!(messages[2..], ["handler `async`: its delegate `custom` is `sync`"]);
        let OpenErrors(errors) =
            Slot::open(Async::new(crate::Null::new()).capacity(usize::MAX).into_handler()).expect_err("too many");
        assert!(errors[0].source.to_string().starts_with("at most 16777216"));
    }
}
