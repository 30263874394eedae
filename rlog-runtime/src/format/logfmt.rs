//! Pairs of keys and values, as `logfmt` tools read them.

use super::json::{event_id, free_key};
use super::per_callsite::PerCallsite;
use super::time::TimeFormat;
use super::{Formatter, process};
use crate::level::Level;
use crate::record::Record;
use crate::value::copy::append;
use crate::value::render::{Escape, is_clean, write_bare, write_text, write_u64, write_value};
use crate::value::{Style, Value};
use std::boxed::Box;
use std::string::String;
use std::vec::Vec;

/// One line of `key=value` for each record, as Loki, Vector, `hl`, `humanlog` and the Go tools read it:
///
/// ```text
/// time=2026-11-23T13:41:00.123456789Z level=info logger=app::orders msg="order paid" order=17 user="ada l."
/// ```
///
/// There is no standard of it; this is what `go-logfmt` reads and writes, with one quote more. A value is quoted if it is
/// empty, structured or an error, or holds spaces, `=`, `"`, `\` or something to escape, and escaped as a JSON string is. In
/// keys, what must not stand there becomes `_`, and so does an empty one; a key that is taken gets `_` behind it. Fields that are `None` are left out.
/// All fields are written, also those that the message shows, since the reader is a program.
///
/// ```
/// use rlog_runtime::{File, Logfmt};
///
/// let handler = File::new("app.log").formatter(Logfmt::new().message_key("message").location(true));
/// ```
#[derive(Clone, Debug)]
pub struct Logfmt {
    time: TimeFormat,
    time_key: Box<str>,
    level_key: Box<str>,
    level_upper: bool,
    logger_key: Box<str>,
    message_key: Box<str>,
    location: bool,
    thread: bool,
    name: bool,
    event_id: bool,
    pid: bool,
    host: bool,
    attributes: Vec<(Box<str>, Box<str>)>,
    /// The keys of the time, level, logger and message as they are written, each once; nothing for what is left out.
    parts: [Box<str>; 4],
    /// Those of the attributes.
    attribute_keys: Vec<Box<str>>,
    /// The keys that no field may take.
    reserved: Vec<String>,
    lines: PerCallsite<Line>,
}

/// What the records of one statement have in common.
#[derive(Debug)]
struct Line {
    /// From behind the time up to the value of the message.
    start: Box<[u8]>,
    /// Event and location.
    middle: Box<[u8]>,
    /// For each argument ` key=`; nothing if it is no field.
    keys: Box<[Box<str>]>,
    /// All keys that are taken, for those that only a record knows.
    used: Vec<String>,
}

/// A setter for a key.
macro_rules! keys {
    ($($(#[$doc:meta])+ $key:ident)*) => {
        $(
            $(#[$doc])+
            #[must_use]
            pub fn $key(mut self, key: &str) -> Self {
                self.$key = clean_key(key);
                self.reserve()
            }
        )*
    };
}

/// A setter for whether something is written.
macro_rules! switches {
    ($($(#[$doc:meta])+ $part:ident)*) => {
        $(
            $(#[$doc])+
            #[must_use]
            pub fn $part(mut self, $part: bool) -> Self {
                self.$part = $part;
                self.reserve()
            }
        )*
    };
}

impl Logfmt {
    /// The form above.
    #[must_use]
    pub fn new() -> Self {
        Self {
            time: TimeFormat::rfc3339(),
            time_key: "time".into(),
            level_key: "level".into(),
            level_upper: false,
            logger_key: "logger".into(),
            message_key: "msg".into(),
            location: false,
            thread: false,
            name: false,
            event_id: false,
            pid: false,
            host: false,
            attributes: Vec::new(),
            parts: Default::default(),
            attribute_keys: Vec::new(),
            reserved: Vec::new(),
            lines: PerCallsite::new(),
        }
        .reserve()
    }

    /// How the time is written. [`TimeFormat::rfc3339`] in UTC if not set.
    #[must_use]
    pub fn time(mut self, time: TimeFormat) -> Self {
        self.time = time;
        self
    }

    keys! {
        /// The key of the time: `time` if not set. Nothing, and it is left out, where the reader adds one.
        time_key
        /// The key of the level: `level` if not set.
        level_key
        /// The key of the target: `logger` if not set. Nothing, and it is left out.
        logger_key
        /// The key of the message: `msg` if not set.
        message_key
    }

    switches! {
        /// Whether levels have capital letters. Not if not set.
        level_upper
        /// Whether `file` and `line` of the statement are written. Not if not set.
        location
        /// Whether `thread`, its name or its number, is written. Not if not set.
        thread
        /// Whether `event`, the [name](crate::Callsite::name) of the statement's events, is written. Not if not set.
        name
        /// Whether `event_id`, the [identity](crate::Callsite::event_id) of the statement's events, is written. Not if not set.
        event_id
        /// Whether `pid`, the process's number, is written. Not if not set.
        pid
        /// Whether `host`, the machine's name, is written. Not if not set.
        host
    }

    /// A pair that every line has, such as the name of the service.
    #[must_use]
    pub fn attribute(mut self, key: &str, value: &str) -> Self {
        self.attributes.push((field_key(key), value.into()));
        self.reserve()
    }

    /// Takes the keys that no field may have, and forgets what was made with other settings.
    fn reserve(mut self) -> Self {
        let mut reserved: Vec<String> = Vec::new();
        for (is_on, key) in [
            (self.location, "file"),
            (self.location, "line"),
            (self.thread, "thread"),
            (self.name, "event"),
            (self.event_id, "event_id"),
            (self.pid, "pid"),
            (self.host, "host"),
        ] {
            if is_on {
                reserved.push(key.into());
            }
        }
        let mut free = |key: &str| -> Box<str> {
            let key = free_key(key, &reserved);
            reserved.push(key.clone());
            key.into()
        };
        self.parts = [&self.time_key, &self.level_key, &self.logger_key, &self.message_key]
            .map(|key| if key.is_empty() { Box::default() } else { free(key) });
        self.attribute_keys = self.attributes.iter().map(|(key, _)| free(key)).collect();
        self.reserved = reserved;
        self.lines = PerCallsite::new();
        self
    }
}

impl Line {
    fn of(settings: &Logfmt, record: &Record<'_>) -> Self {
        let (info, mut start, mut middle) = (record.info, Vec::new(), Vec::new());
        let [_, level_key, logger_key, message_key] = &settings.parts;
        if !level_key.is_empty() {
            write_key(&mut start, level_key);
            write_level(&mut start, record.level(), settings.level_upper);
        }
        if !logger_key.is_empty() {
            write_key(&mut start, logger_key);
            write_string(&mut start, info.target);
        }
        if settings.has_message(record) {
            write_key(&mut start, message_key);
        }
        if let (true, Some(name)) = (settings.name, info.name) {
            write_key(&mut middle, "event");
            write_string(&mut middle, name);
        }
        if settings.event_id {
            write_key(&mut middle, "event_id");
            append(&mut middle, event_id(record).as_bytes());
        }
        if settings.location {
            write_key(&mut middle, "file");
            write_string(&mut middle, info.file);
            write_key(&mut middle, "line");
            write_u64(&mut middle, record.callsite.line().into());
        }
        let mut used = settings.reserved.clone();
        let keys = info.keys.iter().map(|key| match key {
            None => Box::from(""),
            Some(key) => {
                let key = free_key(&field_key(key), &used);
                let head = format!(" {key}=");
                used.push(key);
                head.into()
            }
        });
        Self { keys: keys.collect(), start: start.into(), middle: middle.into(), used }
    }
}

impl Default for Logfmt {
    fn default() -> Self {
        Self::new()
    }
}

impl Formatter for Logfmt {
    fn format(&self, record: &Record<'_>, out: &mut Vec<u8>) {
        let begin = out.len();
        let line = self.lines.get(record.info.number, || Line::of(self, record));
        let [time_key, ..] = &self.parts;
        if !time_key.is_empty() {
            append(out, time_key.as_bytes());
            out.push(b'=');
            self.write_time(out, record);
        }
        append(out, &line.start);
        if self.has_message(record) {
            write_message(out, record);
        }
        append(out, &line.middle);
        if self.thread {
            write_key(out, "thread");
            match record.thread().name {
                Some(name) => write_string(out, name),
                None => write_u64(out, record.thread().id),
            }
        }
        if self.pid {
            write_key(out, "pid");
            write_u64(out, process::pid());
        }
        if self.host {
            write_key(out, "host");
            write_string(out, process::host());
        }
        for (key, (_, value)) in self.attribute_keys.iter().zip(&self.attributes) {
            write_key(out, key);
            write_string(out, value);
        }
        for (key, value) in line.keys.iter().zip(record.values) {
            if let (false, Some(value)) = (key.is_empty(), value)
                && !matches!(value, Value::Null)
            {
                append(out, key.as_bytes());
                write_field(out, value);
            }
        }
        if record.info.splats != 0 || !record.notes.is_empty() {
            write_unforeseen(out, record, &line.used);
        }
        // Without a time the line begins with the space that stands before each key.
        if out.get(begin) == Some(&b' ') {
            out.remove(begin);
        }
        out.push(b'\n');
    }
}

impl Logfmt {
    fn has_message(&self, record: &Record<'_>) -> bool {
        record.info.has_message && !self.message_key.is_empty()
    }

    /// The time, between quotes if its pattern makes it need them.
    fn write_time(&self, out: &mut Vec<u8>, record: &Record<'_>) {
        let start = out.len();
        self.time.write(out, record.timestamp());
        if out.len() == start || out[start..].iter().any(|&byte| byte <= b' ' || byte == b'=' || !byte.is_ascii()) {
            out.insert(start, b'"');
            out.push(b'"');
        }
    }
}

/// The fields of values that are spread over the record, and those that filters have added. Only here are their keys known.
/// Notes, which a filter may add to every record, allocate nothing if their keys are new.
#[cold]
fn write_unforeseen(out: &mut Vec<u8>, record: &Record<'_>, known: &[String]) {
    let mut used: Vec<String> = Vec::new();
    for (index, value) in record.values.iter().enumerate() {
        if let (1, Some(value)) = ((record.info.splats >> index.min(127)) & 1, value) {
            value.each_field(&mut |key, value| {
                if !matches!(value, Value::Null) {
                    let taken: Vec<String> = known.iter().chain(&used).cloned().collect();
                    let key = free_key(&field_key(key), &taken);
                    write_key(out, &key);
                    write_field(out, value);
                    used.push(key);
                }
            });
        }
    }
    for (index, note) in record.notes.iter().enumerate() {
        let before = &record.notes[..index];
        let is_taken = known.iter().chain(&used).any(|taken| taken == note.key)
            || before.iter().any(|other| other.key == note.key);
        if is_taken || !is_bare(note.key) {
            let mut taken: Vec<String> = known.iter().chain(&used).cloned().collect();
            taken.extend(before.iter().map(|other| String::from(other.key)));
            let key = free_key(&field_key(note.key), &taken);
            write_key(out, &key);
            used.push(key);
        } else {
            write_key(out, note.key);
        }
        write_field(out, &note.value);
    }
}

fn write_key(out: &mut Vec<u8>, key: &str) {
    out.push(b' ');
    append(out, key.as_bytes());
    out.push(b'=');
}

/// Whether a key has nothing that must not stand in one.
fn is_bare(key: &str) -> bool {
    let may_stand = |c: char| c > ' ' && !c.is_whitespace() && !matches!(c, '=' | '"' | '\\');
    !key.is_empty() && key.chars().all(may_stand) && is_clean(key, Escape::Text)
}

/// The key of a field: with `_` for what must not stand in one, and `_` for none.
fn field_key(key: &str) -> Box<str> {
    if key.is_empty() { "_".into() } else { clean_key(key) }
}

/// The key with `_` for what must not stand in one. Nothing remains nothing.
fn clean_key(key: &str) -> Box<str> {
    if is_bare(key) {
        return key.into();
    }
    let clean = |c: char| if is_bare(c.encode_utf8(&mut [0; 4])) { c } else { '_' };
    key.chars().map(clean).collect::<String>().into()
}

fn write_level(out: &mut Vec<u8>, level: Level, upper: bool) {
    match level.name() {
        None => write_u64(out, level.severity().into()),
        Some(name) if upper => append(out, name.as_bytes()),
        Some(name) => out.extend(name.bytes().map(|byte| byte.to_ascii_lowercase())),
    }
}

/// The message, between quotes if it needs them: which is known when it is there.
fn write_message(out: &mut Vec<u8>, record: &Record<'_>) {
    out.push(b'"');
    let start = out.len();
    record.message().write(out, Escape::Json);
    let is_bare = |text: &str| {
        let mut bare = text.bytes();
        !text.is_empty() && bare.all(|byte| byte > b' ' && byte != b'=' && byte != b'\\' && byte.is_ascii())
    };
    if core::str::from_utf8(&out[start..]).is_ok_and(is_bare) {
        out.remove(start - 1);
    } else {
        out.push(b'"');
    }
}

#[inline]
fn write_field(out: &mut Vec<u8>, value: &Value<'_>) {
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

/// Text, between quotes if it needs them.
#[inline]
fn write_string(out: &mut Vec<u8>, text: &str) {
    if text.contains('\\') || !write_bare(out, text) {
        out.push(b'"');
        write_text(out, text, Escape::Json);
        out.push(b'"');
    }
}

fn write_quoted(out: &mut Vec<u8>, value: &Value<'_>) {
    out.push(b'"');
    write_value(out, value, Escape::Json);
    out.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::filter::Note;
    use crate::format::sample::{Sample, formatted};
    use crate::value::render::tests::{Order, Payment, failed, logged};
    use proptest::prelude::*;

    /// Reads a line as `go-logfmt` does.
    fn parsed(line: &str) -> Vec<(String, String)> {
        let mut rest = line.strip_suffix('\n').expect("a line");
        let mut pairs = Vec::new();
        while !rest.is_empty() {
            let (key, behind) = rest.split_once('=').expect("a key");
            assert!(!key.is_empty() && key.chars().all(|c| c > ' ' && c != '"'), "{key:?} in {line:?}");
            let (value, end) = if behind.starts_with('"') {
                let mut values = serde_json::Deserializer::from_str(behind).into_iter::<String>();
                let value = values.next().expect("a value").unwrap_or_else(|error| panic!("{error}: {line:?}"));
                (value, values.byte_offset())
            } else {
                let end = behind.find(' ').unwrap_or(behind.len());
                let bare = &behind[..end];
                assert!(
                    !bare.is_empty() && bare.chars().all(|c| c > ' ' && !matches!(c, '"' | '=' | '\\')),
                    "{line:?}"
                );
                (bare.into(), end)
            };
            pairs.push((key.into(), value));
            rest = &behind[end..];
            rest = rest.strip_prefix(' ').unwrap_or(rest);
        }
        pairs
    }

    #[test]
    fn every_key_stands_once_and_none_is_empty() {
        let sample = Sample::new(Level::INFO, "mp2:hik1:ak0:.app\u{1f}f").values([Value::U64(1), Value::U64(2)]);
        let same = Logfmt::new().time_key("a").level_key("a").logger_key("a").message_key("a").attribute("", "e");
        let line = formatted(&same.attribute("a", "b"), &sample);
        let keys: Vec<_> = parsed(&line).into_iter().map(|(key, _)| key).collect();
        assert_eq!(keys, ["a", "a_", "a__", "a___", "_", "a____", "a_____", "__"], "{line}");
        let named = Logfmt::new().time_key("line").message_key("level").location(true).level_key("severity");
        let line = formatted(&named, &sample);
        let keys: Vec<_> = parsed(&line).into_iter().map(|(key, _)| key).collect();
        assert_eq!(keys, ["line_", "severity", "logger", "level", "file", "line", "a", "_"], "{line}");
    }

    #[test]
    fn a_record_is_one_line_of_pairs() {
        let sample =
            Sample::new(Level::INFO, "n3:paymp5:paid h0;k4:userk5:orderk3:msgk3:a b.app::orders\u{1f}src/orders.rs")
                .values([Value::Str("ada l."), Value::U64(17), Value::Str(r"C:\new"), Value::Bool(true)]);
        assert_eq!(
            formatted(&Logfmt::new(), &sample),
            "time=2023-11-14T22:13:20.000000042Z level=info logger=app::orders msg=\"paid ada l.\" user=\"ada l.\" \
             order=17 msg_=\"C:\\\\new\" a_b=true\n"
        );
        let all = Logfmt::new()
            .time("%F %T".parse().expect("a format"))
            .time_key("ts")
            .level_upper(true)
            .logger_key("")
            .message_key("message")
            .location(true)
            .thread(true)
            .name(true)
            .event_id(true)
            .attribute("service", "shop one")
            .attribute("user", "root");
        assert_eq!(
            formatted(&all, &sample),
            format!(
                "ts=\"2023-11-14 22:13:20\" level=INFO message=\"paid ada l.\" event=pay event_id={} file=src/orders.rs line=7 \
                 thread=worker-7 service=\"shop one\" user=root user_=\"ada l.\" order=17 msg=\"C:\\\\new\" a_b=true\n",
                sample.record().callsite.event_id()
            )
        );
        let process = Logfmt::new().time_key("").logger_key("").pid(true).host(true);
        let pairs = parsed(&formatted(&process, &Sample::new(Level::new(35), ".m\u{1f}f")));
        assert_eq!(pairs[0], ("level".into(), "35".into()));
        assert_eq!(pairs[1], ("pid".into(), format!("{}", std::process::id())));
        assert_eq!(pairs[2], ("host".into(), process::host().into()));
    }

    #[test]
    fn every_kind_of_value_has_its_form() {
        for (value, expected) in [
            (Value::Str(""), "\"\""),
            (Value::Str("a=b"), "\"a=b\""),
            (Value::Str("\u{1b}[2J"), "\"\\u001b[2J\""),
            (Value::Char(' '), "\" \""),
            (Value::F64(f64::NAN), "NaN"),
            (Value::Time(0), "1970-01-01T00:00:00.000000000Z"),
            (Value::Bytes(b"\0a"), "\"\\\\x00a\""),
            (logged(Payment::Open), "Open"),
            (
                logged(Order { id: 1, note: Some("x"), state: Payment::Open }),
                "\"Order {id: 1, note: \\\"x\\\", state: Open}\"",
            ),
            (failed(&["no prices", "no such file"]), "\"no prices: no such file\""),
        ] {
            let sample = Sample::new(Level::INFO, "k1:a.m\u{1f}f").values([value]);
            let line = formatted(&Logfmt::new().time_key(""), &sample);
            assert_eq!(line, format!("level=info logger=m a={expected}\n"));
            parsed(&line);
        }
    }

    #[test]
    fn keys_that_repeat_are_told_apart_also_those_of_notes_and_splats() {
        let order = logged(Order { id: 1, note: None, state: Payment::Open });
        let sample = Sample::new(Level::INFO, "mp2:hik2:idsk5:levelk0:.m\u{1f}f").values([
            Value::U64(7),
            order,
            Value::Str("x id=3"),
            Value::U64(0),
        ]);
        let notes = [Note { key: "id", value: Value::U64(3) }];
        let mut out = Vec::new();
        Logfmt::new().time_key("").format(&Record { notes: &notes, ..sample.record() }, &mut out);
        assert_eq!(
            String::from_utf8_lossy(&out),
            "level=info logger=m msg=hi id=7 level_=\"x id=3\" _=0 id_=1 state=Open id__=3\n"
        );
    }

    proptest! {
        #[test]
        fn every_line_reads_back(
            message in any::<String>(),
            target in "\\PC{0,8}",
            fields in proptest::collection::vec((any::<String>(), any::<String>()), 0..5),
        ) {
            let keys: String = fields.iter().map(|(key, _)| format!("k{}:{key}", key.len())).collect();
            let text = format!("t{}:{target}mp{}:{message}{keys}.m\u{1f}f", target.len(), message.len());
            let sample = Sample::new(Level::INFO, &text).values(fields.iter().map(|(_, value)| Value::Str(value)));
            let line = formatted(&Logfmt::new(), &sample);
            prop_assert_eq!(line.find(|c: char| c.is_control()), Some(line.len() - 1));
            let pairs = parsed(&line);
            let mut keys: Vec<&str> = pairs.iter().map(|(key, _)| key.as_str()).collect();
            let values: Vec<&str> = pairs.iter().map(|(_, value)| value.as_str()).collect();
            prop_assert_eq!(&keys[..4], ["time", "level", "logger", "msg"]);
            prop_assert_eq!(&values[1..4], ["info", target.as_str(), message.as_str()]);
            prop_assert_eq!(&values[4..], fields.iter().map(|(_, value)| value.as_str()).collect::<Vec<_>>());
            keys.sort_unstable();
            keys.dedup();
            prop_assert_eq!(keys.len(), pairs.len(), "{}", line);
        }
    }
}
