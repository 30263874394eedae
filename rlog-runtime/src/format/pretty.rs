//! Lines for people.

use super::Formatter;
use super::text::{fields, write_thread};
use crate::level::Level;
use crate::record::Record;
use crate::value::Value;
use crate::value::render::{Escape, write_text, write_value};
use std::vec::Vec;

/// Lines for a person at a terminal:
///
/// ```text
/// 13:41:00.123  INFO  order paid  order=17 state=Paid {cents: 2990}  app::orders
/// 13:41:00.124 ERROR  payment failed  order=18  app::orders
///     err: order 18 could not be charged
///       caused by: the payment gateway did not answer
///       caused by: no answer within 2 s
/// ```
///
/// The time of day in UTC, the level, the message, the fields that the message does not show, the target. Errors with a
/// cause and texts of several lines stand below. With colour the level has one, and what is not the message steps back.
///
/// ```
/// use rlog_runtime::{Console, Pretty};
///
/// let handler = Console::stderr().formatter(Pretty::new().color(true));
/// ```
#[derive(Debug, Clone)]
pub struct Pretty {
    color: bool,
    target: bool,
    thread: bool,
}

impl Pretty {
    /// The form above, without colour.
    #[must_use]
    pub fn new() -> Self {
        Self { color: false, target: true, thread: false }
    }

    /// Whether to colour. [`Console`](crate::Console) decides for itself what the terminal can show.
    #[must_use]
    pub fn color(mut self, color: bool) -> Self {
        self.color = color;
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

    fn style(&self, out: &mut Vec<u8>, style: &str) {
        if self.color {
            out.extend_from_slice(style.as_bytes());
        }
    }

    fn write_level(&self, out: &mut Vec<u8>, level: Level) {
        self.style(
            out,
            match level {
                level if level >= Level::CRITICAL => "\x1b[1;35m",
                level if level >= Level::ERROR => "\x1b[1;31m",
                level if level >= Level::WARN => "\x1b[33m",
                level if level >= Level::NOTICE => "\x1b[36m",
                level if level >= Level::INFO => "\x1b[32m",
                level if level >= Level::DEBUG => "\x1b[34m",
                _ => DIM,
            },
        );
        let name: &[u8; 6] = match level {
            Level::TRACE => b" TRACE",
            Level::DEBUG => b" DEBUG",
            Level::INFO => b"  INFO",
            Level::NOTICE => b"NOTICE",
            Level::WARN => b"  WARN",
            Level::ERROR => b" ERROR",
            Level::CRITICAL => b"  CRIT",
            level => return self.write_number(out, level),
        };
        out.extend_from_slice(name);
        self.style(out, RESET);
    }

    fn write_number(&self, out: &mut Vec<u8>, level: Level) {
        out.extend_from_slice(format!("{:>6}", level.severity()).as_bytes());
        self.style(out, RESET);
    }

    /// An error and its causes, or a text of several lines, each line indented.
    fn write_below(&self, out: &mut Vec<u8>, key: &str, value: &Value<'_>) {
        out.extend_from_slice(b"\n    ");
        self.style(out, DIM);
        write_text(out, key, Escape::Text);
        out.push(b':');
        self.style(out, RESET);
        match *value {
            Value::Error(errors) => {
                for (index, error) in errors.enumerate() {
                    if index > 0 {
                        out.extend_from_slice(b"\n      ");
                        self.style(out, DIM);
                        out.extend_from_slice(b"caused by:");
                        self.style(out, RESET);
                    }
                    out.push(b' ');
                    write_text(out, &error, Escape::Text);
                }
            }
            Value::Str(text) | Value::Text(text) => {
                for line in text.split('\n') {
                    out.extend_from_slice(b"\n      ");
                    self.style(out, DIM);
                    out.extend_from_slice("│ ".as_bytes());
                    self.style(out, RESET);
                    write_text(out, line, Escape::Text);
                }
            }
            _ => {}
        }
    }
}

impl Default for Pretty {
    fn default() -> Self {
        Self::new()
    }
}

const DIM: &str = "\x1b[2m";
const BOLD: &str = "\x1b[1m";
const RESET: &str = "\x1b[0m";

/// Whether a value takes lines of its own.
fn is_tall(value: &Value<'_>) -> bool {
    match *value {
        Value::Error(errors) => errors.take(2).count() > 1,
        Value::Str(text) | Value::Text(text) => text.contains('\n'),
        _ => false,
    }
}

impl Formatter for Pretty {
    fn format(&self, record: &Record<'_>, out: &mut Vec<u8>) {
        self.style(out, DIM);
        record.timestamp().write_time_of_day(out);
        self.style(out, RESET);
        out.push(b' ');
        self.write_level(out, record.level());
        if self.thread {
            out.push(b' ');
            self.style(out, DIM);
            write_thread(out, record);
            self.style(out, RESET);
        }
        if record.info.has_message {
            out.extend_from_slice(b"  ");
            let bold = record.level() >= Level::ERROR;
            self.style(out, if bold { BOLD } else { "" });
            record.message().write(out, Escape::Text);
            self.style(out, if bold { RESET } else { "" });
        }
        out.push(b' ');
        for (key, value) in fields(record, false).filter(|(_, value)| !is_tall(value)) {
            out.push(b' ');
            self.style(out, DIM);
            write_text(out, key, Escape::Text);
            out.push(b'=');
            self.style(out, RESET);
            write_value(out, &value, Escape::Text);
        }
        if self.target {
            out.extend_from_slice(b"  ");
            self.style(out, DIM);
            write_text(out, record.info.target, Escape::Text);
            self.style(out, RESET);
        }
        for (key, value) in record.fields().filter(|(_, value)| is_tall(value)) {
            self.write_below(out, key, &value);
        }
        out.push(b'\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::sample::{Sample, formatted};

    #[test]
    fn a_record_is_for_people() {
        let sample = Sample::new(Level::INFO, "mp5:paid h0;k4:userk5:orderk4:note.app::orders\u{1f}f").values([
            Value::Str("ada"),
            Value::U64(17),
            Value::Str("two\nlines\u{1b}[2J"),
        ]);
        assert_eq!(
            formatted(&Pretty::new(), &sample),
            "22:13:20.000   INFO  paid ada  order=17  app::orders\n    note:\n      │ two\n      │ lines\\u{1b}[2J\n"
        );
        let colored = formatted(&Pretty::new().color(true).target(false).thread(true), &sample);
        assert!(
            colored.starts_with("\x1b[2m22:13:20.000\x1b[0m \x1b[32m  INFO\x1b[0m \x1b[2mworker-7\x1b[0m  paid ada")
        );
        assert!(colored.contains("\x1b[2morder=\x1b[0m17") && !colored.contains("\x1b[2J"));
    }
}
