//! What the logger has to say about itself, as records among the others.
//!
//! Whoever finds something out puts a notice here; the worker hands it to the handlers after its next pass, under the
//! target `rlog`. So a handler that comes back is told of in the file of another one, and nobody logs from inside the
//! logger.

use crate::callsite::Callsite;
use crate::level::Level;
use crate::record::{Encoded, Record, ThreadInfo};
use crate::timestamp::Timestamp;
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

/// The configuration has something to say, such as a directive that matches nothing.
pub(crate) fn configuration(text: String) {
    static CONFIGURATION: Callsite = Callsite::new(Level::WARN, 1, line!(), "t4:rlogmh0;a.rlog\u{1f}");
    post(&CONFIGURATION, text);
}

/// The queue of a handler has been full, and is no more.
#[cfg(feature = "async")]
pub(crate) fn dropped(handler: &str, count: u64) {
    static DROPPED: Callsite = Callsite::new(
        Level::WARN,
        2,
        line!(),
        "t4:rlogmp9:handler `h0;p10:` dropped h1;p33: records while its queue was fullk7:handlerk7:dropped.rlog\u{1f}",
    );
    push(Notice { callsite: &DROPPED, text: handler.into(), count: Some(count) });
}

/// `callsite` has one argument, a string.
pub(crate) fn post(callsite: &'static Callsite, text: String) {
    push(Notice { callsite, text, count: None });
}

fn push(notice: Notice) {
    let mut waiting = WAITING.lock().unwrap_or_else(PoisonError::into_inner);
    if waiting.len() < MOST {
        waiting.push(notice);
    }
}

/// Hands over what waits, with sequence numbers behind `sequence`. Whether there was anything.
pub(super) fn deliver(sequence: &mut u64, mut hand_over: impl FnMut(&Record<'_>)) -> bool {
    let waiting = match WAITING.try_lock() {
        Ok(mut waiting) if !waiting.is_empty() => core::mem::take(&mut *waiting),
        _ => return false,
    };
    for notice in &waiting {
        let mut bytes = Vec::with_capacity(4 + notice.text.len() + 8);
        bytes.extend_from_slice(&(notice.text.len() as u32).to_ne_bytes());
        bytes.extend_from_slice(notice.text.as_bytes());
        let count = notice.count.unwrap_or_default();
        bytes.extend_from_slice(&count.to_ne_bytes());
        let values = [Some(Value::Str(&notice.text)), Some(Value::U64(count))];
        let kinds: &[Kind] = &[Kind::Str, Kind::U64];
        let (kinds, length) =
            if notice.count.is_some() { (kinds, bytes.len()) } else { (&kinds[..1], bytes.len() - 8) };
        *sequence += 1;
        hand_over(&Record {
            callsite: notice.callsite,
            info: notice.callsite.info(),
            timestamp: Timestamp::from(SystemTime::now()),
            sequence: *sequence,
            thread: ThreadInfo { id: 0, name: Some("rlog-worker") },
            values: &values[..kinds.len()],
            notes: &[],
            encoded: Encoded::new(kinds, &bytes[..length]),
        });
    }
    true
}
