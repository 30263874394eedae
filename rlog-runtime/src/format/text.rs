//! One line of plain text.

use super::Formatter;
use super::time::TimeFormat;
use crate::level::Level;
use crate::record::Record;
use crate::value::render::{Escape, write_bare, write_text, write_u64, write_value};
use crate::value::{Style, Value};
use std::vec::Vec;

/// One line of plain text for each record:
///
/// ```text
/// 2026-11-23T13:41:00.123456789Z INFO   app::orders paid order=17 state="on its way"
/// ```
///
/// that is the time in UTC, the level, the target, the message, and the fields that the message does not show. Control
/// characters are escaped, also in the message, so that every record is one line whatever the values are. A value is
/// quoted if it is empty, structured or an error, or holds spaces, `=`, `"` or something to escape; only in a quoted
/// value a backslash begins an escape. An error stands before its sources, as in `err="no prices: no such file"`.
///
/// For lines of another form there are [`Text::template`] and [`Logfmt`](crate::Logfmt).
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
    /// `None` is RFC 3339 in UTC, the usual one.
    time: Option<TimeFormat>,
}

impl Text {
    /// The form above.
    #[must_use]
    pub fn new() -> Self {
        Self { all_fields: false, location: false, target: true, thread: false, time: None }
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

    /// How the time is written. [`TimeFormat::rfc3339`] in UTC if not set.
    #[must_use]
    pub fn time(mut self, time: TimeFormat) -> Self {
        self.time = Some(time).filter(|time| !time.is_usual());
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
        match &self.time {
            None => record.timestamp().write_rfc3339(out),
            Some(time) => time.write(out, record.timestamp()),
        }
        write_level(out, record.level());
        if self.thread {
            out.push(b' ');
            write_thread(out, record);
        }
        if self.target {
            out.push(b' ');
            write_text(out, record.info.target, Escape::Text);
        }
        if self.location {
            out.push(b' ');
            write_text(out, record.info.file, Escape::Text);
            out.push(b':');
            write_u64(out, record.callsite.line().into());
        }
        if record.info.has_message {
            out.push(b' ');
            record.message().write(out, Escape::Text);
        }
        each_field(record, self.all_fields, |key, value| {
            out.push(b' ');
            write_text(out, key, Escape::Text);
            out.push(b'=');
            write_field(out, value);
        });
        out.push(b'\n');
    }
}

/// A space and the level's name, as wide as `NOTICE`.
fn write_level(out: &mut Vec<u8>, level: Level) {
    let padded: &[u8; 7] = match level {
        Level::TRACE => b" TRACE ",
        Level::DEBUG => b" DEBUG ",
        Level::INFO => b" INFO  ",
        Level::NOTICE => b" NOTICE",
        Level::WARN => b" WARN  ",
        Level::ERROR => b" ERROR ",
        level => return write_other_level(out, level),
    };
    out.extend_from_slice(padded);
}

#[cold]
fn write_other_level(out: &mut Vec<u8>, level: Level) {
    let end = out.len() + 7;
    out.push(b' ');
    match level.name() {
        Some(name) => out.extend_from_slice(name.as_bytes()),
        None => write_u64(out, level.severity().into()),
    }
    out.resize(end.max(out.len()), b' ');
}

/// The thread's name, or its number if it has none.
pub(super) fn write_thread(out: &mut Vec<u8>, record: &Record<'_>) {
    match record.thread().name {
        Some(name) => write_string(out, name),
        None => write_u64(out, record.thread().id),
    }
}

/// Hands over the fields to write behind the message: all, or those that it does not show; not those that are `None`. A
/// message shows an error without its sources, so an error that has some is written in any case. Values are lent, since a
/// copy of one that was decoded just now waits for the stores: 17 ns a field.
#[inline]
pub(super) fn each_field<'a>(record: &Record<'a>, all: bool, mut write: impl FnMut(&str, &Value<'a>)) {
    let mut shown = if all { 0 } else { record.info.shown };
    let mut splats = record.info.splats;
    for (key, value) in record.info.keys.iter().zip(record.values) {
        let (is_shown, is_splat) = (shown & 1 == 1, splats & 1 == 1);
        (shown, splats) = (shown >> 1, splats >> 1);
        match (key, value) {
            (_, None | Some(Value::Null)) => {}
            (Some(key), Some(value)) if !is_shown || has_sources(value) => write(key, value),
            (None, Some(value)) if is_splat => splat(value, &mut write),
            _ => {}
        }
    }
    for note in record.notes {
        write(note.key, &note.value);
    }
}

fn has_sources(value: &Value<'_>) -> bool {
    matches!(value, Value::Error(errors) if errors.count() > 1)
}

#[cold]
fn splat<'a>(value: &Value<'a>, write: &mut impl FnMut(&str, &Value<'a>)) {
    value.each_field(&mut |key, value| {
        if !matches!(value, Value::Null) {
            write(key, value);
        }
    });
}

/// A value behind its key, between quotes if its end could not be told without them (logfmt).
#[inline]
pub(super) fn write_field(out: &mut Vec<u8>, value: &Value<'_>) {
    match *value {
        Value::Str(text) | Value::Text(text) => write_string(out, text),
        Value::Char(c) => write_string(out, c.encode_utf8(&mut [0; 4])),
        Value::Bytes(_) | Value::Error(_) | Value::Sequence(_) | Value::Map(_) | Value::Struct(_) => {
            write_quoted(out, value);
        }
        Value::Variant(variant) if variant.fields().style() != Style::Unit => write_quoted(out, value),
        _ => write_value(out, value, Escape::Text),
    }
}

/// Text, between quotes if it needs them. Quoted text may hold escapes, and bare text is what it says.
#[inline]
pub(super) fn write_string(out: &mut Vec<u8>, text: &str) {
    if !write_bare(out, text) {
        write_quoted(out, &Value::Text(text));
    }
}

fn write_quoted(out: &mut Vec<u8>, value: &Value<'_>) {
    out.push(b'"');
    write_value(out, value, Escape::Quoted);
    out.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::sample::{Sample, formatted};
    use crate::value::render::tests::{Order, Payment, failed, logged};
    use proptest::prelude::*;
    use std::string::String;

    const STAMP: &str = "2023-11-14T22:13:20.000000042Z";

    #[test]
    fn a_record_is_one_line() {
        let sample =
            Sample::new(Level::INFO, "mp5:paid h0;p3: toh1;k4:userk2:tok5:ordera.app::orders\u{1f}src/orders.rs")
                .values([Value::Str("ada"), Value::Str(" grace"), Value::U64(17)]);
        assert_eq!(
            formatted(&Text::new(), &sample),
            format!("{STAMP} INFO   app::orders paid ada to grace order=17\n")
        );
        assert_eq!(
            formatted(&Text::new().all_fields(true).target(false).thread(true).location(true), &sample),
            format!("{STAMP} INFO   worker-7 src/orders.rs:7 paid ada to grace user=ada to=\" grace\" order=17\n")
        );
        assert_eq!(
            formatted(&Text::new().time("time:s".parse().expect("a format")), &sample),
            "22:13:20 INFO   app::orders paid ada to grace order=17\n"
        );
        assert_eq!(
            formatted(&Text::new().time(TimeFormat::rfc3339()), &sample),
            format!("{STAMP} INFO   app::orders paid ada to grace order=17\n")
        );
        let bare = Sample::new(Level::WARN, "k5:order.app\u{1f}f").values([Value::U64(17)]);
        assert_eq!(formatted(&Text::new(), &bare), format!("{STAMP} WARN   app order=17\n"));
    }

    #[test]
    fn levels_are_as_wide_as_notice_if_they_can_be() {
        for (level, expected) in [
            (Level::TRACE, " TRACE  m\n"),
            (Level::NOTICE, " NOTICE m\n"),
            (Level::CRITICAL, " CRITICAL m\n"),
            (Level::new(35), " 35     m\n"),
        ] {
            assert_eq!(formatted(&Text::new(), &Sample::new(level, ".m\u{1f}f")), format!("{STAMP}{expected}"));
        }
    }

    #[test]
    fn values_that_could_be_misread_are_quoted() {
        for (value, expected) in [
            (Value::Str("plain/text-1.5é"), "plain/text-1.5é"),
            (Value::Str(r"C:\new"), r"C:\new"),
            (Value::Str(""), r#""""#),
            (Value::Str(r#"a=b "c\n""#), r#""a=b \"c\\n\"""#),
            (Value::Str("line\nWARN forged"), r#""line\nWARN forged""#),
            (Value::Str("\u{202e}"), r#""\u{202e}""#),
            (Value::Text("a b"), r#""a b""#),
            (Value::Char(' '), r#"" ""#),
            (Value::Char('c'), "c"),
            (Value::Bool(true), "true"),
            (Value::F64(1.0), "1"),
            (Value::Time(0), "1970-01-01T00:00:00.000000000Z"),
            (Value::Bytes(b"\0\""), r#""\\x00\\\"""#),
            (logged(Payment::Open), "Open"),
            (
                logged(Order { id: 1, note: Some("x"), state: Payment::Open }),
                r#""Order {id: 1, note: \"x\", state: Open}""#,
            ),
            (failed(&["no prices", "no such file"]), r#""no prices: no such file""#),
        ] {
            let sample = Sample::new(Level::INFO, "k1:a.m\u{1f}f").values([value]);
            assert_eq!(formatted(&Text::new(), &sample), format!("{STAMP} INFO   m a={expected}\n"));
        }
    }

    #[test]
    fn what_is_none_is_left_out_and_splats_are_fields() {
        let order = logged(Order { id: 1, note: None, state: Payment::Open });
        let sample = Sample::new(Level::INFO, "k1:ask1:b.m\u{1f}f").values([Value::Null, order, Value::U64(2)]);
        assert_eq!(formatted(&Text::new(), &sample), format!("{STAMP} INFO   m id=1 state=Open b=2\n"));
        assert_eq!(
            formatted(&crate::Json::new().nulls(true), &sample),
            "{\"timestamp\":\"".to_owned()
                + STAMP
                + "\",\"level\":\"INFO\",\"logger\":\"m\",\"a\":null,\"b\":2,\"id\":1,\"note\":null,\"state\":\"Open\"}\n"
        );
        let taken = Sample::new(Level::INFO, "k2:ids.m\u{1f}f");
        let taken = taken.values([Value::U64(7), logged(Order { id: 1, note: Some("x"), state: Payment::Open })]);
        let line = formatted(&crate::Json::new(), &taken);
        assert!(line.ends_with("\"id\":7,\"id_\":1,\"note\":\"x\",\"state\":\"Open\"}\n"), "{line}");
    }

    proptest! {
        #[test]
        fn whatever_is_logged_is_one_line_and_reads_back(
            message in any::<String>(),
            values in proptest::collection::vec(any::<String>(), 0..4),
        ) {
            let keys: String = values.iter().map(|_| "k1:k").collect();
            let sample = Sample::new(Level::INFO, &format!("mp{}:{message}{keys}.m\u{1f}f", message.len()))
                .values(values.iter().map(|value| Value::Str(value)));
            let line = formatted(&Text::new(), &sample);
            prop_assert_eq!(line.chars().filter(|c| c.is_control()).collect::<String>(), "\n");

            // From the end, since the message may look like a field.
            let mut rest = line.trim_end_matches('\n');
            for value in values.iter().rev() {
                let start = match rest.strip_suffix('"') {
                    Some(inner) => inner
                        .rmatch_indices(" k=\"")
                        .map(|(at, _)| at)
                        .find(|&at| unquoted(&inner[at + 4..]).is_some_and(|text| text == *value)),
                    None => rest.strip_suffix(value.as_str()).and_then(|rest| rest.strip_suffix(" k=")).map(str::len),
                };
                prop_assert!(start.is_some(), "{:?} not in {:?}", value, line);
                rest = &rest[..start.unwrap_or(0)];
            }
        }
    }

    /// What stands between quotes, or `None` if a quote among it is not escaped.
    fn unquoted(text: &str) -> Option<String> {
        let mut out = String::new();
        let mut rest = text.chars();
        while let Some(c) = rest.next() {
            out.push(match c {
                '"' => return None,
                '\\' => match rest.next()? {
                    'n' => '\n',
                    'r' => '\r',
                    't' => '\t',
                    'u' => {
                        let hex: String = rest.by_ref().skip(1).take_while(|&c| c != '}').collect();
                        char::from_u32(u32::from_str_radix(&hex, 16).ok()?)?
                    }
                    c => c,
                },
                c => c,
            });
        }
        Some(out)
    }
}
