//! What the logger has to say about itself, as records among the others.
//!
//! Whoever finds something out puts a notice here; the worker hands it to the handlers after its next pass, under the
//! target `rlog`. So a handler that comes back is told of in the file of another one, and nobody logs from inside the
//! logger. At the end there are no records any more; then stderr hears what nobody else says there, how many records were
//! dropped.

#[cfg(feature = "async")]
use super::exit;
use crate::callsite::Callsite;
use crate::level::Level;
use crate::record::{Encoded, OwnedRecord, Record, ThreadInfo};
use crate::timestamp::Timestamp;
use crate::trouble::{self, Desk, Trouble};
use crate::value::{Kind, Value};
use std::string::String;
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;
use std::vec::Vec;

/// A record that waits for the worker.
#[derive(Debug)]
struct Notice {
    callsite: &'static Callsite,
    text: String,
    /// The second argument, if there is one.
    count: Option<u64>,
    /// Stderr has not heard of it.
    is_news: bool,
}

static WAITING: Mutex<Vec<Notice>> = Mutex::new(Vec::new());
/// More than so many are not kept: something is wrong then that a record more does not explain.
const MOST: usize = 64;

/// The breaker of a handler has opened or closed.
pub(crate) fn breaker(handler: &str, is_open: bool) {
    static OPENED: Callsite = Callsite::new(
        Level::ERROR,
        1,
        line!(),
        "t4:rlogmp9:handler `h0;p45:` keeps failing and is left alone for a whilek7:handler.rlog\u{1f}",
    );
    static CLOSED: Callsite =
        Callsite::new(Level::NOTICE, 1, line!(), "t4:rlogmp9:handler `h0;p13:` works againk7:handler.rlog\u{1f}");
    post(if is_open { &OPENED } else { &CLOSED }, handler.into());
}

/// A call of a handler does not return, and somebody else has become the worker.
pub(super) fn hangs(handler: &str) {
    static HANGS: Callsite = Callsite::new(
        Level::ERROR,
        1,
        line!(),
        "t4:rlogmp9:handler `h0;p50:` does not return, and the others go on without itk7:handler.rlog\u{1f}",
    );
    post(&HANGS, handler.into());
}

/// It has, and has caught up.
pub(super) fn returned(handler: &str, dropped: u64) {
    static COMPLETE: Callsite = Callsite::new(
        Level::NOTICE,
        1,
        line!(),
        "t4:rlogmp9:handler `h0;p54:` has returned, and has been given what came meanwhilek7:handler.rlog\u{1f}",
    );
    static DROPPED: Callsite = Callsite::new(
        Level::WARN,
        2,
        line!(),
        "t4:rlogmp9:handler `h0;p20:` has returned, and h1;p41: records that came meanwhile were droppedk7:handlerk7:dropped.rlog\u{1f}",
    );
    let (callsite, count) = if dropped == 0 { (&COMPLETE, None) } else { (&DROPPED, Some(dropped)) };
    push(Notice { callsite, text: handler.into(), count, is_news: dropped > 0 });
}

/// The configuration has something to say, such as a directive that matches nothing.
pub(crate) fn configuration(text: String) {
    static CONFIGURATION: Callsite = Callsite::new(Level::WARN, 1, line!(), "t4:rlogmh0;a.rlog\u{1f}");
    post(&CONFIGURATION, text);
}

/// The queue of a handler has been full, and is no more; or the handler is closed, or the process ends.
#[cfg(feature = "async")]
pub(crate) fn dropped(handler: &str, count: u64) {
    static DROPPED: Callsite = Callsite::new(
        Level::WARN,
        2,
        line!(),
        "t4:rlogmp9:handler `h0;p10:` dropped h1;p33: records while its queue was fullk7:handlerk7:dropped.rlog\u{1f}",
    );
    let notice = Notice { callsite: &DROPPED, text: handler.into(), count: Some(count), is_news: true };
    // The worker may have no next pass any more.
    if exit::has_begun() {
        notice.report();
    } else {
        push(notice);
    }
}

/// A handler with a queue is closed, and the one behind it has not taken all that was in it.
#[cfg(feature = "async")]
pub(crate) fn left(handler: &str, count: u64) {
    static LEFT: Callsite = Callsite::new(
        Level::WARN,
        2,
        line!(),
        "t4:rlogmp9:handler `h0;p23:` has been closed with h1;p37: records in its queue, which are lostk7:handlerk7:dropped.rlog\u{1f}",
    );
    if count > 0 {
        // The handler's error says it on stderr.
        push(Notice { callsite: &LEFT, text: handler.into(), count: Some(count), is_news: false });
    }
}

/// `callsite` has one argument, a string.
pub(crate) fn post(callsite: &'static Callsite, text: String) {
    push(Notice { callsite, text, count: None, is_news: false });
}

fn push(notice: Notice) {
    let mut waiting = WAITING.lock().unwrap_or_else(PoisonError::into_inner);
    if waiting.len() < MOST {
        waiting.push(notice);
    }
}

/// The logger has ended: its records are no more, and what it would have said of itself is forgotten or told on stderr.
pub(super) fn end() {
    let waiting = core::mem::take(&mut *WAITING.lock().unwrap_or_else(PoisonError::into_inner));
    waiting.iter().filter(|notice| notice.is_news).for_each(Notice::report);
}

/// The next one that waits, as a record with this number.
pub(super) fn next(sequence: u64) -> Option<OwnedRecord> {
    let notice = {
        let mut waiting = WAITING.try_lock().ok()?;
        if waiting.is_empty() {
            return None;
        }
        waiting.remove(0)
    };
    Some(notice.record(sequence))
}

impl Notice {
    /// Says it on stderr. Each is said once, so none has to make room for another.
    fn report(&self) {
        let message = |record: &Record<'_>| {
            trouble::report_at(&Desk::new(), Trouble::Handler, format_args!("{}", record.message()));
        };
        self.record(0).with(message);
    }

    fn record(&self, sequence: u64) -> OwnedRecord {
        let mut bytes = Vec::with_capacity(4 + self.text.len() + 8);
        bytes.extend_from_slice(&(self.text.len() as u32).to_ne_bytes());
        bytes.extend_from_slice(self.text.as_bytes());
        let count = self.count.unwrap_or_default();
        bytes.extend_from_slice(&count.to_ne_bytes());
        let values = [Some(Value::Str(&self.text)), Some(Value::U64(count))];
        let kinds: &[Kind] = &[Kind::Str, Kind::U64];
        let (kinds, length) = if self.count.is_some() { (kinds, bytes.len()) } else { (&kinds[..1], bytes.len() - 8) };
        let record = Record {
            callsite: self.callsite,
            info: self.callsite.info(),
            timestamp: Timestamp::from(SystemTime::now()),
            sequence,
            thread: ThreadInfo { id: 0, name: Some("rlog-worker") },
            values: &values[..kinds.len()],
            notes: &[],
            encoded: Encoded::new(kinds, &bytes[..length]),
        };
        record.to_owned()
    }
}
