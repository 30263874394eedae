//! Lines for people.

use super::Formatter;
use super::style::ColorDepth;
use super::text::{each_field, write_string, write_thread};
use super::theme::{Inks, Theme, styled};
use super::time::TimeFormat;
use crate::level::Level;
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
/// back; a [`Theme`] says otherwise.
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
    depth: ColorDepth,
    theme: Theme,
    time: TimeFormat,
    target: bool,
    thread: bool,
    /// The theme for this depth, or nothing without colour.
    inks: Inks,
}

impl Pretty {
    /// The form above, without colour.
    #[must_use]
    pub fn new() -> Self {
        let theme = Theme::new();
        let inks = Inks::new(&theme, None);
        let (depth, time) = (ColorDepth::TrueColor, TimeFormat::time_of_day());
        Self { color: false, depth, theme, time, target: true, thread: false, inks }
    }

    /// Whether to colour. [`Console`](crate::Console) decides for itself what the terminal can show.
    #[must_use]
    pub fn color(mut self, color: bool) -> Self {
        self.color = color;
        self.mix()
    }

    /// How many colours the terminal has; all of those that the theme names if not set.
    #[must_use]
    pub fn color_depth(mut self, depth: ColorDepth) -> Self {
        self.depth = depth;
        self.mix()
    }

    /// The looks of the parts of a line, where there is colour. [`Theme::new`] if not set.
    #[must_use]
    pub fn theme(mut self, theme: Theme) -> Self {
        self.theme = theme;
        self.mix()
    }

    /// How the time is written. [`TimeFormat::time_of_day`], in UTC, if not set.
    #[must_use]
    pub fn time(mut self, time: TimeFormat) -> Self {
        self.time = time;
        self
    }

    fn mix(mut self) -> Self {
        self.inks = Inks::new(&self.theme, self.color.then_some(self.depth));
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

    /// An error with its sources and its backtrace, or a text of several lines, each line indented.
    fn write_below(&self, out: &mut Vec<u8>, key: &str, value: &Value<'_>) {
        out.extend_from_slice(b"\n    ");
        styled(out, &self.inks.key, |out| {
            write_text(out, key, Escape::Text);
            out.push(b':');
        });
        match *value {
            Value::Error(errors) => {
                for (index, error) in errors.enumerate() {
                    if index > 0 {
                        out.extend_from_slice(b"\n      ");
                        styled(out, &self.inks.key, |out| out.extend_from_slice(b"caused by:"));
                    }
                    if error.contains('\n') {
                        self.write_lines(out, &error, "\n        ");
                    } else {
                        out.push(b' ');
                        write_text(out, &error, Escape::Text);
                    }
                }
                if let Some(backtrace) = errors.backtrace() {
                    out.extend_from_slice(b"\n      ");
                    styled(out, &self.inks.key, |out| out.extend_from_slice(b"backtrace:"));
                    self.write_lines(out, backtrace, "\n        ");
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
            styled(out, &self.inks.key, |out| append(out, "│".as_bytes()));
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
        level => return write_other_level(out, level),
    };
    out.extend_from_slice(name);
}

#[cold]
fn write_other_level(out: &mut Vec<u8>, level: Level) {
    let start = out.len();
    match level.name() {
        Some(name) => append(out, name.as_bytes()),
        None => write_u64(out, level.severity().into()),
    }
    let length = out.len() - start;
    if length < 6 {
        out.resize(start + 6, b' ');
        out[start..].rotate_right(6 - length);
    }
}

/// Whether a value takes lines of its own.
fn is_tall(value: &Value<'_>) -> bool {
    match *value {
        Value::Error(mut errors) => {
            errors.backtrace().is_some()
                || errors.next().is_some_and(|error| error.contains('\n'))
                || errors.next().is_some()
        }
        Value::Str(text) | Value::Text(text) => text.contains('\n'),
        _ => false,
    }
}

impl Formatter for Pretty {
    fn format(&self, record: &Record<'_>, out: &mut Vec<u8>) {
        styled(out, &self.inks.time, |out| self.time.write(out, record.timestamp()));
        out.push(b' ');
        let level = record.level();
        self.inks.write_level(out, level, |out| write_level(out, level));
        if self.thread {
            out.push(b' ');
            styled(out, &self.inks.thread, |out| write_thread(out, record));
        }
        if record.info.has_message {
            out.extend_from_slice(b"  ");
            styled(out, self.inks.message(level), |out| record.message().write(out, Escape::Text));
        }
        let mut gap: &[u8] = b"  ";
        each_field(record, false, |key, value| {
            if is_tall(value) {
                return;
            }
            append(out, gap);
            gap = b" ";
            styled(out, &self.inks.key, |out| {
                write_text(out, key, Escape::Text);
                out.push(b'=');
            });
            styled(out, &self.inks.value, |out| write_field(out, value));
        });
        if self.target {
            out.extend_from_slice(b"  ");
            styled(out, &self.inks.target, |out| write_text(out, record.info.target, Escape::Text));
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
    use crate::value::render::tests::{Payment, failed, logged, traced};
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
    fn a_backtrace_stands_below_its_error_and_in_json() {
        let traced = traced("no disk");
        let sample = Sample::new(Level::ERROR, "mp6:failedk3:err.app\u{1f}f").values([traced]);
        let lines = formatted(&Pretty::new(), &sample);
        assert!(lines.contains("    err: no disk\n      backtrace:\n        │ "), "{lines}");
        let Value::Error(errors) = traced else { panic!("no error") };
        let json: serde_json::Value =
            serde_json::from_str(&formatted(&crate::format::Json::new(), &sample)).expect("valid JSON");
        assert_eq!(json["err"]["backtrace"], errors.backtrace().expect("it was captured"));
        assert_eq!(formatted(&crate::format::Text::new(), &sample).lines().count(), 1);
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
    fn a_theme_and_a_time_format_replace_the_usual_ones() {
        let theme = Theme::solarized().value("italic".parse().expect("a style"));
        let pretty = Pretty::new().color(true).theme(theme).time("rfc3339:s".parse().expect("a format"));
        let sample = Sample::new(Level::WARN, "mp3:lowk2:ms.app\u{1f}f").values([Value::U64(17)]);
        assert_eq!(
            formatted(&pretty.clone().color_depth(ColorDepth::Ansi256), &sample),
            "\x1b[38;5;245m2023-11-14T22:13:20Z\x1b[0m \x1b[38;5;136m  WARN\x1b[0m  low  \x1b[38;5;36mms=\x1b[0m\
             \x1b[3m17\x1b[0m  \x1b[38;5;62mapp\x1b[0m\n"
        );
        assert_eq!(formatted(&pretty.color(false), &sample), "2023-11-14T22:13:20Z   WARN  low  ms=17  app\n");
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
