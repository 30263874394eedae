//! One JSON object a line.

use super::Formatter;
use crate::callsite::info::{JsonText, Piece};
use crate::record::Record;
use crate::value::copy::append;
use crate::value::render::{Escape, write_hole, write_json_f32, write_json_f64, write_text, write_u64, write_value};
use crate::value::{Map, Struct, Style, Tagging, Value, Variant};
use std::boxed::Box;
use std::collections::HashSet;
use std::string::String;
use std::vec::Vec;

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
/// | value | JSON |
/// | --- | --- |
/// | integers of up to 64 bits, finite floats | a number, exactly |
/// | larger integers | a number if it fits in 64 bits, else a string |
/// | NaN and the infinities | `"NaN"`, `"Infinity"`, `"-Infinity"` |
/// | errors | `{"message":"outer","sources":["middle","inner"]}`, `"sources":[]` if there is none |
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
}

impl Json {
    /// The form above.
    #[must_use]
    pub fn new() -> Self {
        Self { event_id: false, location: false, name: false, nulls: false, thread: false }
    }

    /// Whether `event_id` is written: the [identity](crate::Callsite::event_id) of the statement's events. Not if not set.
    #[must_use]
    pub fn event_id(mut self, event_id: bool) -> Self {
        self.event_id = event_id;
        self
    }

    /// Whether `event` is written, the [name](crate::Callsite::name) that the statement gives its events, if it does. Not if
    /// not set.
    #[must_use]
    pub fn name(mut self, name: bool) -> Self {
        self.name = name;
        self
    }

    /// Whether fields that are `None` are written, as `null`. They are left out if not set. Inside of other values `None` is
    /// `null` in any case.
    #[must_use]
    pub fn nulls(mut self, nulls: bool) -> Self {
        self.nulls = nulls;
        self
    }

    /// Whether `file` and `line` of the statement are written. Not if not set.
    #[must_use]
    pub fn location(mut self, location: bool) -> Self {
        self.location = location;
        self
    }

    /// Whether `thread`, its name or its number, is written. Not if not set.
    #[must_use]
    pub fn thread(mut self, thread: bool) -> Self {
        self.thread = thread;
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
                write_json(out, value);
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
                    write_json(out, value);
                    used.push(key);
                }
            });
        }
        for note in record.notes {
            let key = free_key(note.key, &used);
            out.push(b',');
            write_string(out, &key);
            out.push(b':');
            write_json(out, &note.value);
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

/// The key, with as many `_` behind it as it takes to be new.
fn free_key(key: &str, used: &[String]) -> String {
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

#[inline]
fn write_json(out: &mut Vec<u8>, value: &Value<'_>) {
    match *value {
        Value::I64(_) | Value::U64(_) | Value::Bool(_) | Value::Null => write_value(out, value, Escape::Json),
        Value::F64(float) if float.is_finite() => write_json_f64(out, float),
        Value::Str(text) | Value::Text(text) => write_string(out, text),
        _ => write_other(out, value),
    }
}

fn write_other(out: &mut Vec<u8>, value: &Value<'_>) {
    match *value {
        Value::F32(float) if float.is_finite() => write_json_f32(out, float),
        Value::F32(float) => write_not_finite(out, float.into()),
        Value::F64(float) => write_not_finite(out, float),
        Value::I128(number) if i64::try_from(number).is_ok() || u64::try_from(number).is_ok() => {
            write_value(out, value, Escape::Json);
        }
        Value::U128(number) if u64::try_from(number).is_ok() => write_value(out, value, Escape::Json),
        Value::Duration(duration) => write_json_f64(out, duration.as_secs_f64()),
        Value::Error(mut errors) => {
            out.extend_from_slice(b"{\"message\":");
            write_string(out, &errors.next().unwrap_or_default());
            out.extend_from_slice(b",\"sources\":[");
            for (index, error) in errors.enumerate() {
                separate(out, index);
                write_string(out, &error);
            }
            out.extend_from_slice(b"]}");
        }
        Value::Sequence(elements) => {
            out.push(b'[');
            for (index, element) in elements.enumerate() {
                separate(out, index);
                write_json(out, &element);
            }
            out.push(b']');
        }
        Value::Map(pairs) => write_map(out, pairs),
        Value::Struct(fields) => write_fields(out, fields),
        Value::Variant(variant) => write_variant(out, variant),
        Value::I128(_) | Value::U128(_) | Value::Char(_) | Value::Bytes(_) | Value::Time(_) => write_quoted(out, value),
        _ => write_json(out, value),
    }
}

/// An object, an array, the only value, or `null`. The keys are names of fields, which differ.
fn write_fields(out: &mut Vec<u8>, mut fields: Struct<'_>) {
    match fields.style() {
        Style::Unit => out.extend_from_slice(b"null"),
        Style::Newtype => match fields.next() {
            Some((_, value)) => write_json(out, &value),
            None => out.extend_from_slice(b"null"),
        },
        Style::Tuple => {
            out.push(b'[');
            for (index, (_, value)) in fields.enumerate() {
                separate(out, index);
                write_json(out, &value);
            }
            out.push(b']');
        }
        Style::Named if fields.has_flattened() => write_flattened(out, &[], fields),
        Style::Named => {
            out.push(b'{');
            write_pairs(out, 0, fields);
            out.push(b'}');
        }
    }
}

fn write_pairs(out: &mut Vec<u8>, before: usize, fields: Struct<'_>) {
    for (index, (key, value)) in fields.enumerate() {
        separate(out, before + index);
        write_string(out, key);
        out.push(b':');
        write_json(out, &value);
    }
}

/// An object with the fields of fields, whose keys may repeat, behind `first`.
fn write_flattened(out: &mut Vec<u8>, first: &[(&str, &str)], fields: Struct<'_>) {
    let mut used: Vec<String> = Vec::new();
    out.push(b'{');
    for (key, value) in first {
        separate(out, used.len());
        write_string(out, key);
        out.push(b':');
        write_string(out, value);
        used.push(String::from(*key));
    }
    fields.each_flattened("", &mut |key, value| {
        separate(out, used.len());
        let key = free_key(key, &used);
        write_string(out, &key);
        out.push(b':');
        write_json(out, value);
        used.push(key);
    });
    out.push(b'}');
}

/// The variant's name, and its fields, as its type wants them.
fn write_variant(out: &mut Vec<u8>, variant: Variant<'_>) {
    let (name, mut fields) = (variant.name(), variant.fields());
    match (variant.tagging(), fields.style()) {
        (Tagging::External, Style::Unit) => write_string(out, name),
        (Tagging::Internal(tag), Style::Named | Style::Unit) => write_flattened(out, &[(tag, name)], fields),
        (Tagging::Internal(tag), Style::Newtype) => match fields.next() {
            Some((_, Value::Struct(inner))) if inner.style() == Style::Named => {
                write_flattened(out, &[(tag, name)], inner);
            }
            other => write_adjacent(out, (tag, name), "value", |out| match other {
                Some((_, value)) => write_json(out, &value),
                None => out.extend_from_slice(b"null"),
            }),
        },
        (Tagging::Internal(tag), Style::Tuple) => {
            write_adjacent(out, (tag, name), "value", |out| write_fields(out, fields));
        }
        (Tagging::Adjacent(tag, _), Style::Unit) => write_flattened(out, &[(tag, name)], fields),
        (Tagging::Adjacent(tag, content), _) => {
            write_adjacent(out, (tag, name), content, |out| write_fields(out, fields));
        }
        (Tagging::External, _) => {
            out.push(b'{');
            write_string(out, name);
            out.push(b':');
            write_fields(out, fields);
            out.push(b'}');
        }
    }
}

fn write_adjacent(out: &mut Vec<u8>, (tag, name): (&str, &str), content: &str, write: impl FnOnce(&mut Vec<u8>)) {
    out.push(b'{');
    write_string(out, tag);
    out.push(b':');
    write_string(out, name);
    out.push(b',');
    write_string(out, if content == tag { "value" } else { content });
    out.push(b':');
    write(out);
    out.push(b'}');
}

/// Keys may repeat: two become the same text, or the map is a list of headers. From the third on, the place in the map
/// makes a key new at once, so that many equal ones take neither long nor much room.
fn write_map(out: &mut Vec<u8>, pairs: Map<'_>) {
    let mut used: HashSet<Box<[u8]>> = HashSet::new();
    let mut key_text = Vec::new();
    out.push(b'{');
    for (index, (key, value)) in pairs.enumerate() {
        separate(out, index);
        key_text.clear();
        write_value(&mut key_text, &key, Escape::Json);
        if !used.insert(key_text.as_slice().into()) {
            key_text.push(b'_');
            let length = key_text.len();
            let mut place = index as u64;
            while !used.insert(key_text.as_slice().into()) {
                key_text.truncate(length);
                write_u64(&mut key_text, place);
                place += 1;
            }
        }
        out.push(b'"');
        append(out, &key_text);
        out.extend_from_slice(b"\":");
        write_json(out, &value);
    }
    out.push(b'}');
}

#[inline]
fn write_string(out: &mut Vec<u8>, text: &str) {
    out.push(b'"');
    write_text(out, text, Escape::Json);
    out.push(b'"');
}

fn write_quoted(out: &mut Vec<u8>, value: &Value<'_>) {
    out.push(b'"');
    write_value(out, value, Escape::Json);
    out.push(b'"');
}

fn write_not_finite(out: &mut Vec<u8>, float: f64) {
    out.extend_from_slice(match float {
        float if float.is_nan() => b"\"NaN\"",
        float if float > 0.0 => b"\"Infinity\"",
        _ => b"\"-Infinity\"",
    });
}

fn separate(out: &mut Vec<u8>, index: usize) {
    if index > 0 {
        out.push(b',');
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::sample::{Sample, formatted};
    use crate::level::Level;
    use crate::value::render::tests::{Nested, Order, Payment, failed, logged};
    use core::time::Duration;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    /// The line, read by somebody who accepts neither a second line nor a key that repeats.
    fn parsed(formatter: &Json, sample: &Sample<'_>) -> serde_json::Value {
        let line = formatted(formatter, sample);
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
