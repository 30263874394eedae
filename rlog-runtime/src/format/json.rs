//! One JSON object a line.

use super::Formatter;
use super::text::write_thread;
use crate::callsite::info::{Info, JsonText, Piece};
use crate::record::Record;
use crate::value::copy::append;
use crate::value::render::{Escape, write_hole, write_integer, write_text, write_value};
use crate::value::{Struct, Style, Value};
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
/// Fields stand beside what every record has; one that is called as such, or as a field before it, gets `_` behind its key.
///
/// | value | JSON |
/// | --- | --- |
/// | integers of up to 64 bits, finite floats | a number, exactly |
/// | larger integers | a number if it fits in 64 bits, else a string |
/// | NaN and the infinities | `"NaN"`, `"Infinity"`, `"-Infinity"` |
/// | errors | `{"message":"outer","sources":["middle","inner"]}` |
/// | durations | seconds, as a number |
/// | times | as `timestamp` |
/// | bytes | a string, with `\xNN` for what is not printable ASCII |
/// | structs, maps | an object; keys that are no strings become their text |
/// | tuples, sequences | an array |
/// | enums | as serde writes them: `"Unit"`, `{"Variant":{..}}` |
///
/// ```
/// use rlog_runtime::{File, Json};
///
/// let handler = File::new("app.json").formatter(Json::new().location(true));
/// ```
#[derive(Debug, Clone)]
pub struct Json {
    location: bool,
    thread: bool,
}

impl Json {
    /// The form above.
    #[must_use]
    pub fn new() -> Self {
        Self { location: false, thread: false }
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
const RESERVED: [&str; 7] = ["timestamp", "level", "logger", "message", "file", "line", "thread"];

impl Formatter for Json {
    fn format(&self, record: &Record<'_>, out: &mut Vec<u8>) {
        let text = record.info.json.get_or_init(|| JsonText::of(record.info));
        out.extend_from_slice(b"{\"timestamp\":\"");
        record.timestamp().write_rfc3339(out);
        out.extend_from_slice(b"\",\"level\":\"");
        match record.level().name() {
            Some(name) => append(out, name.as_bytes()),
            None => write_integer(out, record.level().severity()),
        }
        append(out, text.target.as_bytes());
        if record.info.has_message {
            out.extend_from_slice(b",\"message\":\"");
            for (piece, literal) in record.info.pieces.iter().zip(&text.pieces) {
                match piece {
                    Piece::Literal(_) => append(out, literal.as_bytes()),
                    Piece::Hole(hole) => write_hole(out, hole, record.values, Escape::Json),
                }
            }
            out.push(b'"');
        }
        if self.location {
            out.extend_from_slice(b",\"file\":\"");
            write_text(out, record.info.file, Escape::Json);
            out.extend_from_slice(b"\",\"line\":");
            write_integer(out, record.callsite.line());
        }
        if self.thread {
            out.extend_from_slice(b",\"thread\":\"");
            let start = out.len();
            write_thread(out, record);
            escape_from(out, start);
            out.push(b'"');
        }
        for (key, value) in text.keys.iter().zip(record.values) {
            if let (false, Some(value)) = (key.is_empty(), value) {
                append(out, key.as_bytes());
                write_json(out, value);
            }
        }
        out.extend_from_slice(b"}\n");
    }
}

/// Escapes what was written from `start` on.
fn escape_from(out: &mut Vec<u8>, start: usize) {
    let written = out.split_off(start);
    write_text(out, &String::from_utf8_lossy(&written), Escape::Json);
}

impl JsonText {
    fn of(info: &Info) -> Self {
        let mut used: Vec<String> = RESERVED.map(String::from).into();
        let keys = info.keys.iter().map(|key| match key {
            None => Box::from(""),
            Some(key) => {
                let key = free_key(key, |key| used.iter().any(|used| used == key));
                let quoted = format!(",\"{}\":", escaped(&key));
                used.push(key);
                quoted.into_boxed_str()
            }
        });
        Self {
            target: format!("\",\"logger\":\"{}\"", escaped(info.target)).into(),
            keys: keys.collect(),
            pieces: info
                .pieces
                .iter()
                .map(|piece| match piece {
                    Piece::Literal(literal) => escaped(literal.text).into(),
                    Piece::Hole(_) => Box::from(""),
                })
                .collect(),
        }
    }
}

/// The key, with as many `_` behind it as it takes to be new.
fn free_key(key: &str, is_used: impl Fn(&str) -> bool) -> String {
    let mut key = String::from(key);
    while is_used(&key) {
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
        Value::F64(float) if float.is_finite() => write_float(out, float),
        Value::Str(text) | Value::Text(text) => {
            out.push(b'"');
            write_text(out, text, Escape::Json);
            out.push(b'"');
        }
        _ => write_other(out, value),
    }
}

#[inline]
fn write_float(out: &mut Vec<u8>, float: impl zmij::Float) {
    append(out, zmij::Buffer::new().format(float).as_bytes());
}

fn write_other(out: &mut Vec<u8>, value: &Value<'_>) {
    match *value {
        Value::F32(float) if float.is_finite() => write_float(out, float),
        Value::F32(float) => write_not_finite(out, f64::from(float)),
        Value::F64(float) => write_not_finite(out, float),
        Value::I128(integer) => match (i64::try_from(integer), u64::try_from(integer)) {
            (Ok(integer), _) => write_integer(out, integer),
            (_, Ok(integer)) => write_integer(out, integer),
            _ => write_quoted(out, value),
        },
        Value::U128(integer) => match u64::try_from(integer) {
            Ok(integer) => write_integer(out, integer),
            Err(_) => write_quoted(out, value),
        },
        Value::Duration(duration) => write_float(out, duration.as_secs_f64()),
        Value::Error(mut errors) => {
            out.extend_from_slice(b"{\"message\":\"");
            write_text(out, &errors.next().unwrap_or_default(), Escape::Json);
            out.extend_from_slice(b"\",\"sources\":[");
            for (index, error) in errors.enumerate() {
                separate(out, index);
                out.push(b'"');
                write_text(out, &error, Escape::Json);
                out.push(b'"');
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
        Value::Map(pairs) => {
            out.push(b'{');
            let mut used = HashSet::new();
            for (index, (key, value)) in pairs.enumerate() {
                separate(out, index);
                let mut text = Vec::new();
                write_value(&mut text, &key, Escape::None);
                let key = free_key(&String::from_utf8_lossy(&text), |key| used.contains(key));
                write_key(out, &key);
                used.insert(key);
                write_json(out, &value);
            }
            out.push(b'}');
        }
        Value::Struct(fields) => write_fields(out, fields),
        Value::Variant(variant) => match variant.fields().style() {
            Style::Unit => {
                out.push(b'"');
                write_text(out, variant.name(), Escape::Json);
                out.push(b'"');
            }
            _ => {
                out.push(b'{');
                write_key(out, variant.name());
                write_fields(out, variant.fields());
                out.push(b'}');
            }
        },
        Value::Char(_) | Value::Bytes(_) | Value::Time(_) => write_quoted(out, value),
        _ => write_json(out, value),
    }
}

/// An object, an array, the only value, or `null`.
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
        Style::Named => {
            out.push(b'{');
            for (index, (key, value)) in fields.enumerate() {
                separate(out, index);
                write_key(out, key);
                write_json(out, &value);
            }
            out.push(b'}');
        }
    }
}

fn write_key(out: &mut Vec<u8>, key: &str) {
    out.push(b'"');
    write_text(out, key, Escape::Json);
    out.extend_from_slice(b"\":");
}

fn write_quoted(out: &mut Vec<u8>, value: &Value<'_>) {
    out.push(b'"');
    write_value(out, value, Escape::Json);
    out.push(b'"');
}

fn write_not_finite(out: &mut Vec<u8>, float: f64) {
    out.extend_from_slice(if float.is_nan() {
        b"\"NaN\""
    } else if float > 0.0 {
        b"\"Infinity\""
    } else {
        b"\"-Infinity\""
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
    use core::time::Duration;
    use proptest::prelude::*;

    fn parsed(sample: &Sample<'_>) -> serde_json::Value {
        let line = formatted(&Json::new().location(true).thread(true), sample);
        assert!(line.ends_with('\n') && line.matches('\n').count() == 1, "{line:?}");
        let value: serde_json::Value = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}"));
        let keys = value.as_object().expect("an object").len();
        let written = {
            let mut count = 0;
            let mut depth = 0;
            let mut in_string = false;
            let mut escape = false;
            for c in line.chars() {
                match c {
                    _ if escape => escape = false,
                    '\\' if in_string => escape = true,
                    '"' => in_string = !in_string,
                    '{' | '[' if !in_string => depth += 1,
                    '}' | ']' if !in_string => depth -= 1,
                    ':' if !in_string && depth == 1 => count += 1,
                    _ => {}
                }
            }
            count
        };
        assert_eq!(keys, written, "a key stands twice: {line}");
        value
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
            let json = parsed(&Sample::new(Level::INFO, &text).values(values));
            prop_assert_eq!(&json["logger"], &serde_json::json!(target));
            prop_assert_eq!(&json["message"], &serde_json::json!(message));
            let mut used: Vec<String> = RESERVED.map(String::from).into();
            for (key, text, integer, float) in &fields {
                for expected in [serde_json::json!(text), serde_json::json!(integer), serde_json::json!(float)] {
                    let key = free_key(key, |key| used.iter().any(|used| used == key));
                    if !float.is_finite() && expected.is_null() {
                        prop_assert!(json[&key].is_string());
                    } else {
                        prop_assert_eq!(&json[&key], &expected, "{}", key);
                    }
                    used.push(key);
                }
            }
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
    }

    #[test]
    fn unusual_numbers_stay_valid() {
        let sample = Sample::new(Level::new(35), "k1:ak1:bk1:ck1:dk1:ek1:fk1:g.m\u{1f}f").values([
            Value::F64(f64::NAN),
            Value::F32(f32::NEG_INFINITY),
            Value::I128(i128::MIN),
            Value::U128(7),
            Value::F32(0.1),
            Value::Duration(Duration::from_millis(1500)),
            Value::Char('"'),
        ]);
        let json = parsed(&sample);
        assert_eq!(json["level"], "35");
        assert_eq!(json["a"], "NaN");
        assert_eq!(json["b"], "-Infinity");
        assert_eq!(json["c"], i128::MIN.to_string());
        assert_eq!(json["d"], 7);
        assert!(formatted(&Json::new(), &sample).contains("\"e\":0.1,"));
        assert_eq!(json["f"], 1.5);
        assert_eq!(json["g"], "\"");
    }
}
