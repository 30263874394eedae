//! Lines for people.

use super::Formatter;
use super::text::{each_field, write_string, write_thread};
use crate::level::{self, Level};
use crate::record::Record;
use crate::value::Value;
use crate::value::copy::append;
use crate::value::render::{Escape, write_text, write_u64, write_value};
use std::vec::Vec;

/// Lines for a person at a terminal:
///
/// ```text
/// 13:41:00.123   INFO  order paid  order=17 state=Paid {cents: 2990}  app::orders
/// 13:41:00.124  ERROR  payment failed  order=18  app::orders
///     err: order 18 could not be charged
///       caused by: the payment gateway did not answer
///       caused by: no answer within 2 s
/// ```
///
/// The time of day in UTC, the level, the message, the fields that the message does not show, the target. Errors with a
/// source and texts of several lines stand below. With colour the level has one, and what is not the message steps
/// back.
/// Control characters in values and messages are escaped, so that no value reaches the terminal as a command.
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

    /// Writes something in a style, if there is colour.
    #[inline]
    /// The level, in the colour that was declared for it, or in that of the built-in level below it.
    fn level(&self, out: &mut Vec<u8>, level: Level) {
        let write = |out: &mut Vec<u8>| write_level(out, level);
        if let (true, Some(color)) = (self.color, level::color(level)) {
            let color = [b"\x1b[".as_slice(), &[b'0' + color / 10, b'0' + color % 10], b"m"].concat();
            out.extend_from_slice(&color);
            write(out);
            return out.extend_from_slice(b"\x1b[0m");
        }
        self.styled(out, style_of(level), write);
    }

    fn styled(&self, out: &mut Vec<u8>, style: &str, write: impl FnOnce(&mut Vec<u8>)) {
        if self.color {
            append(out, style.as_bytes());
            write(out);
            out.extend_from_slice(b"\x1b[0m");
        } else {
            write(out);
        }
    }

    /// An error and its sources, or a text of several lines, each line indented.
    fn write_below(&self, out: &mut Vec<u8>, key: &str, value: &Value<'_>) {
        out.extend_from_slice(b"\n    ");
        self.styled(out, DIM, |out| {
            write_text(out, key, Escape::Text);
            out.push(b':');
        });
        match *value {
            Value::Error(errors) => {
                for (index, error) in errors.enumerate() {
                    if index > 0 {
                        out.extend_from_slice(b"\n      ");
                        self.styled(out, DIM, |out| out.extend_from_slice(b"caused by:"));
                    }
                    if error.contains('\n') {
                        self.write_lines(out, &error, "\n        ");
                    } else {
                        out.push(b' ');
                        write_text(out, &error, Escape::Text);
                    }
                }
            }
            Value::Str(text) | Value::Text(text) => self.write_lines(out, text, "\n      "),
            _ => {}
        }
    }

    /// The bar tells the lines of a value from lines of the log.
    fn write_lines(&self, out: &mut Vec<u8>, text: &str, indent: &str) {
        for line in text.lines() {
            append(out, indent.as_bytes());
            self.styled(out, DIM, |out| append(out, "│".as_bytes()));
            out.push(b' ');
            write_text(out, line, Escape::Text);
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

fn style_of(level: Level) -> &'static str {
    match level {
        level if level >= Level::CRITICAL => "\x1b[1;35m",
        level if level >= Level::ERROR => "\x1b[1;31m",
        level if level >= Level::WARN => "\x1b[33m",
        level if level >= Level::NOTICE => "\x1b[36m",
        level if level >= Level::INFO => "\x1b[32m",
        level if level >= Level::DEBUG => "\x1b[34m",
        _ => DIM,
    }
}

/// The level's name, as wide as `NOTICE`.
fn write_level(out: &mut Vec<u8>, level: Level) {
    let name: &[u8; 6] = match level {
        Level::TRACE => b" TRACE",
        Level::DEBUG => b" DEBUG",
        Level::INFO => b"  INFO",
        Level::NOTICE => b"NOTICE",
        Level::WARN => b"  WARN",
        Level::ERROR => b" ERROR",
        Level::CRITICAL => b"  CRIT",
        level => {
            let start = out.len();
            write_u64(out, level.severity().into());
            // A severity has three digits at most.
            out.resize(start + 6, b' ');
            return out[start..].rotate_right(6 - digits(level.severity()));
        }
    };
    out.extend_from_slice(name);
}

fn digits(severity: u8) -> usize {
    match severity {
        0..10 => 1,
        10..100 => 2,
        _ => 3,
    }
}

/// Whether a value takes lines of its own.
fn is_tall(value: &Value<'_>) -> bool {
    match *value {
        Value::Error(mut errors) => errors.next().is_some_and(|error| error.contains('\n')) || errors.next().is_some(),
        Value::Str(text) | Value::Text(text) => text.contains('\n'),
        _ => false,
    }
}

impl Formatter for Pretty {
    fn format(&self, record: &Record<'_>, out: &mut Vec<u8>) {
        self.styled(out, DIM, |out| record.timestamp().write_time_of_day(out));
        out.push(b' ');
        self.level(out, record.level());
        if self.thread {
            out.push(b' ');
            self.styled(out, DIM, |out| write_thread(out, record));
        }
        if record.info.has_message {
            out.extend_from_slice(b"  ");
            if record.level() >= Level::ERROR {
                self.styled(out, BOLD, |out| record.message().write(out, Escape::Text));
            } else {
                record.message().write(out, Escape::Text);
            }
        }
        let mut gap: &[u8] = b"  ";
        each_field(record, false, |key, value| {
            if is_tall(value) {
                return;
            }
            append(out, gap);
            gap = b" ";
            self.styled(out, DIM, |out| {
                write_text(out, key, Escape::Text);
                out.push(b'=');
            });
            write_field(out, value);
        });
        if self.target {
            out.extend_from_slice(b"  ");
            self.styled(out, DIM, |out| write_text(out, record.info.target, Escape::Text));
        }
        for (key, value) in record.fields().filter(|(_, value)| is_tall(value)) {
            self.write_below(out, key, &value);
        }
        out.push(b'\n');
    }
}

/// A value behind its key. Text has quotes where it needs them, also that of an error; the rest shows where it ends.
fn write_field(out: &mut Vec<u8>, value: &Value<'_>) {
    match *value {
        Value::Str(text) | Value::Text(text) => write_string(out, text),
        Value::Error(mut errors) => write_string(out, &errors.next().unwrap_or_default()),
        _ => write_value(out, value, Escape::Text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::sample::{Sample, formatted};
    use crate::value::render::tests::{Payment, failed, logged};
    use std::string::String;

    #[test]
    fn a_record_is_one_line_for_people() {
        let sample =
            Sample::new(Level::INFO, "mp5:paid h0;k4:userk5:orderk5:statek4:note.app::orders\u{1f}f").values([
                Value::Str("ada"),
                Value::U64(17),
                logged(Payment::Paid { cents: 2990, by: "card" }),
                Value::Str("on its way"),
            ]);
        assert_eq!(
            formatted(&Pretty::new(), &sample),
            "22:13:20.000   INFO  paid ada  order=17 state=Paid {cents: 2990, by: \"card\"} note=\"on its way\"  app::orders\n"
        );
        assert_eq!(
            formatted(&Pretty::new().target(false).thread(true), &Sample::new(Level::new(35), "mp2:hi.m\u{1f}f")),
            "22:13:20.000     35 worker-7  hi\n"
        );
        assert_eq!(
            formatted(&Pretty::new(), &Sample::new(Level::WARN, "k1:a.m\u{1f}f").values([Value::Null])),
            "22:13:20.000   WARN  m\n"
        );
    }

    #[test]
    fn errors_and_texts_of_several_lines_stand_below() {
        let sample = Sample::new(Level::ERROR, "mp6:failedk3:errk4:notek5:cause.app\u{1f}f").values([
            failed(&["outer", "in the\nmiddle", "inner"]),
            Value::Str("two\nlines\u{1b}[2J"),
            failed(&["no answer"]),
        ]);
        assert_eq!(
            formatted(&Pretty::new(), &sample),
            concat!(
                "22:13:20.000  ERROR  failed  cause=\"no answer\"  app\n",
                "    err: outer\n",
                "      caused by:\n",
                "        │ in the\n",
                "        │ middle\n",
                "      caused by: inner\n",
                "    note:\n",
                "      │ two\n",
                "      │ lines\\u{1b}[2J\n",
            )
        );
    }

    #[test]
    fn only_the_level_is_coloured_and_the_rest_is_dim_or_bold() {
        let sample = Sample::new(Level::ERROR, "mp6:failedk5:order.app\u{1f}f").values([Value::U64(17)]);
        assert_eq!(
            formatted(&Pretty::new().color(true), &sample),
            "\x1b[2m22:13:20.000\x1b[0m \x1b[1;31m ERROR\x1b[0m  \x1b[1mfailed\x1b[0m  \x1b[2morder=\x1b[0m17  \x1b[2mapp\x1b[0m\n"
        );
        let sample = Sample::new(Level::INFO, "mh0;k4:user.app\u{1f}f").values([Value::Str("\u{1b}[31mred")]);
        assert_eq!(
            formatted(&Pretty::new().color(true), &sample),
            "\x1b[2m22:13:20.000\x1b[0m \x1b[32m  INFO\x1b[0m  \\u{1b}[31mred  \x1b[2mapp\x1b[0m\n"
        );
    }

    #[test]
    fn without_colour_there_is_no_escape_code() {
        for level in Level::all() {
            let sample = Sample::new(level, "mh0;k1:ak1:b.app\u{1f}f")
                .values([Value::Str("\u{1b}[31mred\u{9b}31m\u{7f}"), failed(&["\u{1b}[2J", "\u{1b}[2J\n\u{1b}[2J"])]);
            let line: String = formatted(&Pretty::new().thread(true), &sample);
            assert!(!line.contains(|c: char| c.is_control() && c != '\n'), "{line:?}");
        }
    }
}
