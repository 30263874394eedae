//! One JSON object a line.
//!
//! The usual form is written by hand here, from text that each callsite keeps. Every other one is a [`Layout`], compiled for
//! each callsite to a [`Program`].

mod compile;
mod layout;
mod level_style;
mod otlp;
mod presets;
mod program;
mod settings;
mod value;

pub use layout::JsonMember;
pub use level_style::LevelStyle;

use super::Formatter;
use super::per_callsite::PerCallsite;
use crate::callsite::info::{JsonText, Piece};
use crate::record::Record;
use crate::value::Value;
use crate::value::copy::append;
use crate::value::render::{Escape, write_hole, write_text, write_u64};
use layout::Layout;
use program::Program;
use std::boxed::Box;
use std::string::String;
use std::vec::Vec;
use value::{write_json, write_quoted, write_string};

/// One JSON object (RFC 8259) a line, whatever the values are:
///
/// ```text
/// {"timestamp":"2026-11-23T13:41:00.123456789Z","level":"INFO","logger":"app::orders","message":"paid","order":17}
/// ```
///
/// Fields stand beside what every record has; one that is called as such, or as a field before it, gets `_` behind its
/// key. An event without a message has no `message`. What could move a cursor or turn the direction of text is escaped,
/// so that a line can be looked at safely.
///
/// Keys, their order, the time and much more are settings, and certain readers have presets: [`ecs`](Json::ecs),
/// [`opentelemetry`](Json::opentelemetry), [`google_cloud`](Json::google_cloud), [`aws`](Json::aws), [`datadog`](Json::datadog),
/// [`bunyan`](Json::bunyan) and [`pino`](Json::pino).
///
/// | value | JSON |
/// | --- | --- |
/// | integers of up to 64 bits, finite floats | a number, exactly |
/// | larger integers | a number if it fits in 64 bits, else a string |
/// | NaN and the infinities | `"NaN"`, `"Infinity"`, `"-Infinity"` |
/// | errors | `{"message":"outer","sources":["middle","inner"]}`, `"sources":[]` if there is none; with `"backtrace":".."` if one was captured |
/// | durations | seconds, as a number |
/// | times | as `timestamp` |
/// | bytes | a string, with `\xNN` for what is not printable ASCII |
/// | structs, maps | an object; keys that are no strings become their text, and repeated ones get `_` or `_<place>` |
/// | tuples, sequences | an array |
/// | enums | as serde writes them: `"Unit"`, `{"Tuple":[..]}`, `{"Named":{..}}` |
///
/// ```
/// use rlog_runtime::{File, Json};
///
/// let handler = File::new("app.json").formatter(Json::new().location(true));
/// ```
#[derive(Debug, Clone)]
pub struct Json {
    event_id: bool,
    location: bool,
    name: bool,
    nulls: bool,
    thread: bool,
    layout: Box<Layout>,
    /// What the layout comes to for each callsite, if it is not the usual one.
    programs: Option<PerCallsite<Program>>,
}

impl Json {
    /// The form above.
    #[must_use]
    pub fn new() -> Self {
        Self {
            event_id: false,
            location: false,
            name: false,
            nulls: false,
            thread: false,
            layout: Box::new(Layout::usual()),
            programs: None,
        }
    }

    fn change(mut self, change: impl FnOnce(&mut Layout)) -> Self {
        change(&mut self.layout);
        self.event_id = self.layout.is_on(JsonMember::EventId);
        self.location = self.layout.is_on(JsonMember::File);
        self.name = self.layout.is_on(JsonMember::Event);
        self.nulls = self.layout.nulls;
        self.thread = self.layout.is_on(JsonMember::Thread);
        self.programs = (!self.layout.is_usual()).then(PerCallsite::new);
        self
    }
}

impl Default for Json {
    fn default() -> Self {
        Self::new()
    }
}

/// The keys of what every record has, which no field may take.
const RESERVED: [&str; 9] = ["timestamp", "level", "logger", "message", "event", "event_id", "file", "line", "thread"];

impl Formatter for Json {
    fn format(&self, record: &Record<'_>, out: &mut Vec<u8>) {
        if let Some(programs) = &self.programs {
            let program = programs.get(record.info.number, || compile::compile(&self.layout, record));
            return program.run(out, record, &self.layout);
        }
        let text = record.info.json.get_or_init(|| JsonText::of(record));
        out.extend_from_slice(b"{\"timestamp\":\"");
        record.timestamp().write_rfc3339(out);
        append(out, text.head.as_bytes());
        if record.info.has_message {
            for (piece, literal) in record.info.pieces.iter().zip(&text.pieces) {
                match piece {
                    Piece::Literal(_) => append(out, literal.as_bytes()),
                    Piece::Hole(hole) => write_hole(out, hole, record.values, Escape::Json),
                }
            }
            out.push(b'"');
        }
        if self.name
            && let Some(name) = record.info.name
        {
            out.extend_from_slice(b",\"event\":");
            write_string(out, name);
        }
        if self.event_id {
            out.extend_from_slice(b",\"event_id\":\"");
            append(out, text.event_id.as_bytes());
            out.push(b'"');
        }
        if self.location {
            out.extend_from_slice(b",\"file\":");
            write_string(out, record.info.file);
            out.extend_from_slice(b",\"line\":");
            write_u64(out, record.callsite.line().into());
        }
        if self.thread {
            out.extend_from_slice(b",\"thread\":");
            match record.thread().name {
                Some(name) => write_string(out, name),
                None => write_quoted(out, &Value::U64(record.thread().id)),
            }
        }
        for (key, value) in text.keys.iter().zip(record.values) {
            if let (false, Some(value)) = (key.is_empty(), value)
                && (self.nulls || !matches!(value, Value::Null))
            {
                append(out, key.as_bytes());
                write_json::<false>(out, value);
            }
        }
        if record.info.splats != 0 || !record.notes.is_empty() {
            self.write_unforeseen(out, record, &text.used);
        }
        out.extend_from_slice(b"}\n");
    }
}

impl Json {
    /// The fields of values that are spread over the record, and those that filters have added. Only here are their keys
    /// known.
    #[cold]
    fn write_unforeseen(&self, out: &mut Vec<u8>, record: &Record<'_>, used: &[String]) {
        let mut used = used.to_vec();
        for (index, value) in record.values.iter().enumerate() {
            if (record.info.splats >> index.min(127)) & 1 == 0 {
                continue;
            }
            let Some(value) = value else { continue };
            value.each_field(&mut |key, value| {
                if self.nulls || !matches!(value, Value::Null) {
                    let key = free_key(key, &used);
                    out.push(b',');
                    write_string(out, &key);
                    out.push(b':');
                    write_json::<false>(out, value);
                    used.push(key);
                }
            });
        }
        for note in record.notes {
            let key = free_key(note.key, &used);
            out.push(b',');
            write_string(out, &key);
            out.push(b':');
            write_json::<false>(out, &note.value);
            used.push(key);
        }
    }
}

impl JsonText {
    /// `target` is all that stands between the timestamp and the first hole: a callsite has one level.
    fn of(record: &Record<'_>) -> Self {
        let info = record.info;
        let mut used: Vec<String> = RESERVED.map(String::from).into();
        let keys = info.keys.iter().map(|key| match key {
            None => Box::from(""),
            Some(key) => {
                let key = free_key(key, &used);
                let quoted = format!(",\"{}\":", escaped(&key));
                used.push(key);
                quoted.into_boxed_str()
            }
        });
        let keys: Box<[Box<str>]> = keys.collect();
        let level = match record.level().name() {
            Some(name) => String::from(name),
            None => format!("{}", record.level()),
        };
        let mut target = format!("\",\"level\":\"{level}\",\"logger\":\"{}\"", escaped(info.target));
        let mut pieces: Box<[Box<str>]> = info
            .pieces
            .iter()
            .map(|piece| match piece {
                Piece::Literal(literal) => escaped(literal.text).into(),
                Piece::Hole(_) => Box::from(""),
            })
            .collect();
        if info.has_message {
            target.push_str(",\"message\":\"");
            if let Some(first) = pieces.first_mut() {
                target.push_str(&core::mem::take(first));
            }
        }
        let event_id = format!("{}", record.callsite.event_id()).into();
        Self { head: target.into(), keys, pieces, event_id, used }
    }
}

/// The identity of the statement's events, which is made once.
pub(super) fn event_id(record: &Record<'_>) -> &'static str {
    &record.info.json.get_or_init(|| JsonText::of(record)).event_id
}

/// The key, with as many `_` behind it as it takes to be new.
pub(super) fn free_key(key: &str, used: &[String]) -> String {
    let mut key = String::from(key);
    while used.contains(&key) {
        key.push('_');
    }
    key
}

fn escaped(text: &str) -> String {
    let mut out = Vec::new();
    write_text(&mut out, text, Escape::Json);
    String::from_utf8(out).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::sample::{Sample, formatted};
    use crate::level::Level;
    use crate::value::render::tests::{Nested, Order, Payment, failed, logged};
    use core::time::Duration;
    use proptest::prelude::*;
    use std::collections::{BTreeMap, HashSet};

    /// The line, read by somebody who accepts neither a second line nor a key that repeats.
    pub(super) fn parsed(formatter: &Json, sample: &Sample<'_>) -> serde_json::Value {
        parsed_record(formatter, &sample.record())
    }

    pub(super) fn parsed_record(formatter: &Json, record: &Record<'_>) -> serde_json::Value {
        let mut line = Vec::new();
        formatter.format(record, &mut line);
        let line = String::from_utf8(line).expect("formatters write text");
        assert_eq!(line.find(|c: char| c.is_control()), Some(line.len() - 1), "{line:?}");
        let mut objects: Vec<HashSet<&str>> = Vec::new();
        let (mut rest, mut string) = (line.as_str(), "");
        while let Some(c) = rest.chars().next() {
            rest = &rest[c.len_utf8()..];
            match c {
                '{' => objects.push(HashSet::new()),
                '}' => drop(objects.pop()),
                ':' => {
                    assert!(objects.last_mut().is_some_and(|keys| keys.insert(string)), "{string:?} repeats: {line}");
                }
                '"' => {
                    let mut escaped = false;
                    let end = rest.find(|c| {
                        let is_end = c == '"' && !escaped;
                        escaped = c == '\\' && !escaped;
                        is_end
                    });
                    (string, rest) = rest.split_at(end.expect("an end"));
                    rest = &rest[1..];
                }
                _ => {}
            }
        }
        serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}"))
    }

    /// The value as the field `a`.
    fn field(value: Value<'_>) -> serde_json::Value {
        parsed(&Json::new(), &Sample::new(Level::INFO, "k1:a.m\u{1f}f").values([value]))["a"].take()
    }

    fn item(tag: char, text: &str) -> String {
        format!("{tag}{}:{text}", text.len())
    }

    proptest! {
        #[test]
        fn every_line_is_json_with_the_values_in_it(
            target in "\\PC{0,8}",
            message in any::<String>(),
            fields in proptest::collection::vec((any::<String>(), any::<String>(), any::<i64>(), any::<f64>()), 0..5),
        ) {
            let keys: String = fields.iter().map(|(key, ..)| item('k', key).repeat(3)).collect();
            let text = format!("{}m{}{keys}.m\u{1f}f", item('t', &target), item('p', &message));
            let values = fields.iter().flat_map(|(_, a, b, c)| [Value::Str(a), Value::I64(*b), Value::F64(*c)]);
            let sample = Sample::new(Level::INFO, &text).values(values);
            let json = parsed(&Json::new().location(true).thread(true), &sample);
            prop_assert_eq!(&json["logger"], &serde_json::json!(target));
            prop_assert_eq!(&json["message"], &serde_json::json!(message));
            let mut used: Vec<String> = RESERVED.map(String::from).into();
            for (key, text, integer, float) in &fields {
                let float = match float {
                    float if float.is_nan() => serde_json::json!("NaN"),
                    float if *float == f64::INFINITY => serde_json::json!("Infinity"),
                    float if *float == f64::NEG_INFINITY => serde_json::json!("-Infinity"),
                    float => serde_json::json!(float),
                };
                for expected in [serde_json::json!(text), serde_json::json!(integer), float] {
                    let key = free_key(key, &used);
                    prop_assert_eq!(&json[&key], &expected, "{}", key);
                    used.push(key);
                }
            }
        }

        #[test]
        fn structured_values_come_back_as_they_were(
            map in proptest::collection::btree_map(any::<String>(), proptest::option::of(any::<i32>()), 0..6),
            list in proptest::collection::vec((any::<String>(), any::<bool>()), 0..6),
            chain in proptest::collection::vec(any::<String>(), 1..4),
        ) {
            prop_assert_eq!(field(logged(map.clone())), serde_json::json!(map));
            prop_assert_eq!(field(logged(list.clone())), serde_json::json!(list));
            let texts: Vec<&str> = chain.iter().map(String::as_str).collect();
            prop_assert_eq!(field(failed(&texts)), serde_json::json!({ "message": texts[0], "sources": texts[1..] }));
        }

        #[test]
        fn whatever_a_hole_shows_stays_in_the_message(text in any::<String>(), c in any::<char>()) {
            let sample = Sample::new(Level::INFO, "mh0;p1:\"h1,\"^0_._.?;aa.m\u{1f}f");
            let sample = sample.values([Value::Str(&text), Value::Char(c)]);
            prop_assert_eq!(&parsed(&Json::new(), &sample)["message"], &serde_json::json!(format!("{text}\"{c:?}")));
        }
    }

    #[test]
    fn a_record_is_one_object() {
        let sample = Sample::new(Level::WARN, "mp4:at \"h0;p1:\"k2:msk5:level.app\u{1f}a.rs")
            .values([Value::F64(1.5), Value::Str("high")]);
        assert_eq!(
            formatted(&Json::new(), &sample),
            "{\"timestamp\":\"2023-11-14T22:13:20.000000042Z\",\"level\":\"WARN\",\"logger\":\"app\",\
             \"message\":\"at \\\"1.5\\\"\",\"ms\":1.5,\"level_\":\"high\"}\n"
        );
        assert_eq!(
            formatted(&Json::new().location(true).thread(true), &Sample::new(Level::new(35), ".app\u{1f}a.rs")),
            "{\"timestamp\":\"2023-11-14T22:13:20.000000042Z\",\"level\":\"35\",\"logger\":\"app\",\
             \"file\":\"a.rs\",\"line\":7,\"thread\":\"worker-7\"}\n"
        );
    }

    #[test]
    fn a_message_may_be_empty_or_absent() {
        let message = |text| parsed(&Json::new(), &Sample::new(Level::INFO, text)).get("message").cloned();
        assert_eq!(message("m.m\u{1f}f"), Some(serde_json::json!("")));
        assert_eq!(message("a.m\u{1f}f"), None);
    }

    #[test]
    fn numbers_are_exact_or_text() {
        for (value, expected) in [
            (Value::F64(f64::NAN), serde_json::json!("NaN")),
            (Value::F64(f64::INFINITY), serde_json::json!("Infinity")),
            (Value::F32(f32::NEG_INFINITY), serde_json::json!("-Infinity")),
            (Value::F64(1.0), serde_json::json!(1.0)),
            (Value::F64(-0.0), serde_json::json!(-0.0)),
            (Value::F64(1e300), serde_json::json!(1e300)),
            (Value::F32(0.1), serde_json::json!(0.1)),
            (Value::I64(i64::MIN), serde_json::json!(i64::MIN)),
            (Value::U64(u64::MAX), serde_json::json!(u64::MAX)),
            (Value::I128(u64::MAX.into()), serde_json::json!(u64::MAX)),
            (Value::I128(i128::MIN), serde_json::json!(i128::MIN.to_string())),
            (Value::U128(7), serde_json::json!(7)),
            (Value::U128(u128::MAX), serde_json::json!(u128::MAX.to_string())),
            (Value::Duration(Duration::from_millis(1500)), serde_json::json!(1.5)),
            (Value::Duration(Duration::MAX), serde_json::json!(Duration::MAX.as_secs_f64())),
        ] {
            assert_eq!(field(value), expected);
        }
    }

    #[test]
    fn every_kind_of_value_has_its_form() {
        for (value, expected) in [
            (Value::Null, serde_json::json!(null)),
            (Value::Bool(true), serde_json::json!(true)),
            (Value::Char('"'), serde_json::json!("\"")),
            (Value::Bytes(b"a\0\""), serde_json::json!("a\\x00\\\"")),
            (Value::Time(-1), serde_json::json!("1969-12-31T23:59:59.999999999Z")),
            (failed(&["outer"]), serde_json::json!({ "message": "outer", "sources": [] })),
            (logged(((), 1, "x")), serde_json::json!([null, 1, "x"])),
            (logged(Payment::Open), serde_json::json!("Open")),
            (logged(Payment::Failed(-1, vec![0.5])), serde_json::json!({ "Failed": [-1, [0.5]] })),
            (
                logged(Order { id: 17, note: None, state: Payment::Paid { cents: 5, by: "a\n" } }),
                serde_json::json!({ "id": 17, "note": null, "state": { "Paid": { "cents": 5, "by": "a\n" } } }),
            ),
            (logged(BTreeMap::from([((1, true), 'x')])), serde_json::json!({ "(1, true)": "x" })),
        ] {
            assert_eq!(field(value), expected);
        }
    }

    #[test]
    fn keys_of_a_map_that_are_the_same_text_are_told_apart() {
        /// What a list of headers is.
        struct Pairs(Vec<(&'static str, u64)>);
        impl crate::value::Loggable for Pairs {
            const KIND: crate::value::Kind =
                crate::value::Kind::Map(crate::value::kind_of::<&str>(), crate::value::kind_of::<u64>());
            fn encode(&self, encoder: &mut crate::value::Encoder) {
                encoder.map(self.0.iter().copied());
            }
        }
        assert_eq!(
            field(logged(Pairs(vec![("a", 0), ("b", 1), ("a", 2), ("a_3", 3), ("a", 4), ("a_4", 5)]))),
            serde_json::json!({ "a": 0, "b": 1, "a_": 2, "a_3": 3, "a_4": 4, "a_4_": 5 })
        );
        let many = field(logged(Pairs(vec![("k", 7); 5_000])));
        assert_eq!(many.as_object().map(serde_json::Map::len), Some(5_000));
        assert!(many.to_string().len() < 100_000);
    }

    #[test]
    fn deep_values_stay_readable() {
        assert!(field(logged(Nested(1_000))).is_array());
    }
}
