//! One line of plain text.

use super::Formatter;
use crate::level::Level;
use crate::record::Record;
use crate::value::Value;
use crate::value::render::{Escape, write_integer, write_text, write_value};
use std::vec::Vec;

/// One line of plain text for each record:
///
/// ```text
/// 2026-11-23T13:41:00.123456789Z INFO   app::orders paid order=17 state="on its way"
/// ```
///
/// that is the time in UTC, the level, the target, the message, and the fields that the message does not show.
///
/// ```
/// use rlog_runtime::{Console, Text};
///
/// let handler = Console::stderr().formatter(Text::new().thread(true).location(true));
/// ```
#[derive(Debug, Clone)]
pub struct Text {
    all_fields: bool,
    location: bool,
    target: bool,
    thread: bool,
}

impl Text {
    /// The form above.
    #[must_use]
    pub fn new() -> Self {
        Self { all_fields: false, location: false, target: true, thread: false }
    }

    /// Whether fields that the message shows are written behind it too. Not if not set.
    #[must_use]
    pub fn all_fields(mut self, all: bool) -> Self {
        self.all_fields = all;
        self
    }

    /// Whether the file and the line of the statement are written. Not if not set.
    #[must_use]
    pub fn location(mut self, location: bool) -> Self {
        self.location = location;
        self
    }

    /// Whether the target is written. It is if not set.
    #[must_use]
    pub fn target(mut self, target: bool) -> Self {
        self.target = target;
        self
    }

    /// Whether the thread's name, or its number, is written. Not if not set.
    #[must_use]
    pub fn thread(mut self, thread: bool) -> Self {
        self.thread = thread;
        self
    }
}

impl Default for Text {
    fn default() -> Self {
        Self::new()
    }
}

impl Formatter for Text {
    fn format(&self, record: &Record<'_>, out: &mut Vec<u8>) {
        record.timestamp().write_rfc3339(out);
        write_level(out, record.level());
        if self.thread {
            write_thread(out, record);
            out.push(b' ');
        }
        if self.target {
            write_text(out, record.info.target, Escape::Text);
        }
        if self.location {
            out.push(b' ');
            write_text(out, record.info.file, Escape::Text);
            out.push(b':');
            write_integer(out, record.callsite.line());
        }
        if record.info.has_message {
            out.push(b' ');
            record.message().write(out, Escape::Text);
        }
        for (key, value) in fields(record, self.all_fields) {
            out.push(b' ');
            write_text(out, key, Escape::Text);
            out.push(b'=');
            write_field(out, &value);
        }
        out.push(b'\n');
    }
}

/// A space, the level's name, and spaces to the width of `NOTICE` and one more.
fn write_level(out: &mut Vec<u8>, level: Level) {
    let padded: &[u8; 8] = match level {
        Level::TRACE => b" TRACE  ",
        Level::DEBUG => b" DEBUG  ",
        Level::INFO => b" INFO   ",
        Level::NOTICE => b" NOTICE ",
        Level::WARN => b" WARN   ",
        Level::ERROR => b" ERROR  ",
        _ => {
            out.push(b' ');
            match level.name() {
                Some(name) => out.extend_from_slice(name.as_bytes()),
                None => write_integer(out, level.severity()),
            }
            return out.push(b' ');
        }
    };
    out.extend_from_slice(padded);
}

/// The thread's name, or its number if it has none.
pub(super) fn write_thread(out: &mut Vec<u8>, record: &Record<'_>) {
    match record.thread().name {
        Some(name) => write_text(out, name, Escape::Text),
        None => write_integer(out, record.thread().id),
    }
}

/// The fields to write behind the message: all, or those that it does not show. A message shows an error without its
/// sources, so errors are written in any case.
#[inline]
pub(super) fn fields<'a>(record: &Record<'a>, all: bool) -> impl Iterator<Item = (&'static str, Value<'a>)> + use<'a> {
    let shown = if all { 0 } else { record.info.shown };
    let mut index = 0;
    let (keys, values) = (&record.info.keys, record.values);
    core::iter::from_fn(move || {
        while let (Some(key), Some(value)) = (keys.get(index), values.get(index)) {
            let is_shown = shown >> index & 1 == 1;
            index += 1;
            match (key, value) {
                (Some(key), Some(value)) if !is_shown || matches!(value, Value::Error(_)) => {
                    return Some((*key, *value));
                }
                _ => {}
            }
        }
        None
    })
}

/// A value behind its key, quoted where a reader could not tell where it ends (logfmt).
#[inline]
fn write_field(out: &mut Vec<u8>, value: &Value<'_>) {
    if matches!(value, Value::I64(_) | Value::U64(_) | Value::F64(_) | Value::Bool(_)) {
        return write_value(out, value, Escape::Text);
    }
    let start = out.len();
    write_value(out, value, Escape::Text);
    let is_plain = |&byte: &u8| byte > b' ' && byte != b'"' && byte != b'=';
    if out.len() == start || !out[start..].iter().all(is_plain) {
        quote(out, start);
    }
}

/// Puts what was written from `start` on between quotes.
#[cold]
fn quote(out: &mut Vec<u8>, start: usize) {
    let written = out.split_off(start);
    out.push(b'"');
    for byte in written {
        if byte == b'"' {
            out.push(b'\\');
        }
        out.push(byte);
    }
    out.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::sample::{Sample, formatted};

    #[test]
    fn a_record_is_one_line() {
        let sample =
            Sample::new(Level::INFO, "mp5:paid h0;p3: toh1;k4:userk2:tok5:ordera.app::orders\u{1f}src/orders.rs")
                .values([Value::Str("ada"), Value::Str(" grace"), Value::U64(17)]);
        assert_eq!(
            formatted(&Text::new(), &sample),
            "2023-11-14T22:13:20.000000042Z INFO   app::orders paid ada to grace order=17\n"
        );
        assert_eq!(
            formatted(&Text::new().all_fields(true).target(false).thread(true).location(true), &sample),
            "2023-11-14T22:13:20.000000042Z INFO   worker-7  src/orders.rs:7 paid ada to grace user=ada to=\" grace\" order=17\n"
        );
    }

    #[test]
    fn values_that_could_be_misread_are_quoted() {
        let sample = Sample::new(Level::CRITICAL, "k1:ak1:bk1:ck1:d.m\u{1f}f").values([
            Value::Str(""),
            Value::Str("a=b \"c\""),
            Value::Str("line\nWARN forged"),
            Value::Null,
        ]);
        assert_eq!(
            formatted(&Text::new(), &sample),
            "2023-11-14T22:13:20.000000042Z CRITICAL m a=\"\" b=\"a=b \\\"c\\\"\" c=\"line\\nWARN forged\" d=null\n"
        );
    }
}
