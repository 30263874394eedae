//! Values as JSON.

use super::free_key;
use crate::value::copy::append;
use crate::value::render::{Escape, write_json_f32, write_json_f64, write_text, write_u64, write_value};
use crate::value::{Map, Struct, Style, Tagging, Value, Variant};
use std::boxed::Box;
use std::collections::HashSet;
use std::string::String;
use std::vec::Vec;

/// Up to here a double holds every integer.
const EXACT: u64 = 1 << 53;

/// Appends a value. If `SAFE`, integers that JavaScript cannot hold exactly become strings.
#[inline]
pub(super) fn write_json<const SAFE: bool>(out: &mut Vec<u8>, value: &Value<'_>) {
    match *value {
        Value::I64(number) if SAFE && number.unsigned_abs() > EXACT => write_quoted(out, value),
        Value::U64(number) if SAFE && number > EXACT => write_quoted(out, value),
        Value::I64(_) | Value::U64(_) | Value::Bool(_) | Value::Null => write_value(out, value, Escape::Json),
        Value::F64(float) if float.is_finite() => write_json_f64(out, float),
        Value::Str(text) | Value::Text(text) => write_string(out, text),
        _ => write_other::<SAFE>(out, value),
    }
}

fn write_other<const SAFE: bool>(out: &mut Vec<u8>, value: &Value<'_>) {
    match *value {
        Value::F32(float) if float.is_finite() => write_json_f32(out, float),
        Value::F32(float) => write_not_finite(out, float.into()),
        Value::F64(float) => write_not_finite(out, float),
        Value::I128(number) if SAFE && number.unsigned_abs() > EXACT.into() => write_quoted(out, value),
        Value::U128(number) if SAFE && number > EXACT.into() => write_quoted(out, value),
        Value::I128(number) if i64::try_from(number).is_ok() || u64::try_from(number).is_ok() => {
            write_value(out, value, Escape::Json);
        }
        Value::U128(number) if u64::try_from(number).is_ok() => write_value(out, value, Escape::Json),
        Value::Duration(duration) => write_json_f64(out, duration.as_secs_f64()),
        Value::Error(whole) => {
            let mut errors = whole;
            out.extend_from_slice(b"{\"message\":");
            write_string(out, &errors.next().unwrap_or_default());
            out.extend_from_slice(b",\"sources\":[");
            for (index, error) in errors.enumerate() {
                separate(out, index);
                write_string(out, &error);
            }
            out.push(b']');
            if let Some(backtrace) = whole.backtrace() {
                out.extend_from_slice(b",\"backtrace\":");
                write_string(out, backtrace);
            }
            out.push(b'}');
        }
        Value::Sequence(elements) => {
            out.push(b'[');
            for (index, element) in elements.enumerate() {
                separate(out, index);
                write_json::<SAFE>(out, &element);
            }
            out.push(b']');
        }
        Value::Map(pairs) => write_map::<SAFE>(out, pairs),
        Value::Struct(fields) => write_fields::<SAFE>(out, fields),
        Value::Variant(variant) => write_variant::<SAFE>(out, variant),
        Value::I128(_) | Value::U128(_) | Value::Char(_) | Value::Bytes(_) | Value::Time(_) => write_quoted(out, value),
        _ => write_json::<SAFE>(out, value),
    }
}

/// An object, an array, the only value, or `null`. The keys are names of fields, which differ.
fn write_fields<const SAFE: bool>(out: &mut Vec<u8>, mut fields: Struct<'_>) {
    match fields.style() {
        Style::Unit => out.extend_from_slice(b"null"),
        Style::Newtype => match fields.next() {
            Some((_, value)) => write_json::<SAFE>(out, &value),
            None => out.extend_from_slice(b"null"),
        },
        Style::Tuple => {
            out.push(b'[');
            for (index, (_, value)) in fields.enumerate() {
                separate(out, index);
                write_json::<SAFE>(out, &value);
            }
            out.push(b']');
        }
        Style::Named if fields.has_flattened() => {
            write_flattened::<SAFE>(out, &[], |write| fields.each_flattened("", write));
        }
        Style::Named => {
            out.push(b'{');
            write_pairs::<SAFE>(out, 0, fields);
            out.push(b'}');
        }
    }
}

fn write_pairs<const SAFE: bool>(out: &mut Vec<u8>, before: usize, fields: Struct<'_>) {
    for (index, (key, value)) in fields.enumerate() {
        separate(out, before + index);
        write_string(out, key);
        out.push(b':');
        write_json::<SAFE>(out, &value);
    }
}

/// An object with the fields that `each` hands over, whose keys may repeat, behind `first`.
fn write_flattened<'a, const SAFE: bool>(
    out: &mut Vec<u8>,
    first: &[(&str, &str)],
    each: impl FnOnce(&mut dyn FnMut(&str, &Value<'a>)),
) {
    let mut used: Vec<String> = Vec::new();
    out.push(b'{');
    for (key, value) in first {
        separate(out, used.len());
        write_string(out, key);
        out.push(b':');
        write_string(out, value);
        used.push(String::from(*key));
    }
    each(&mut |key, value| {
        separate(out, used.len());
        let key = free_key(key, &used);
        write_string(out, &key);
        out.push(b':');
        write_json::<SAFE>(out, value);
        used.push(key);
    });
    out.push(b'}');
}

/// The variant's name, and its fields, as its type wants them.
fn write_variant<const SAFE: bool>(out: &mut Vec<u8>, variant: Variant<'_>) {
    let (name, fields) = (variant.name(), variant.fields());
    match (variant.tagging(), fields.style()) {
        (Tagging::External, Style::Unit) => write_string(out, name),
        (Tagging::Internal(tag), _) => {
            write_flattened::<SAFE>(out, &[(tag, name)], |write| variant.each_beside_tag("", write));
        }
        (Tagging::Adjacent(tag, _), Style::Unit) => write_flattened::<SAFE>(out, &[(tag, name)], |_| ()),
        (Tagging::Adjacent(tag, content), _) => {
            write_adjacent(out, (tag, name), content, |out| write_fields::<SAFE>(out, fields));
        }
        (Tagging::External, _) => {
            out.push(b'{');
            write_string(out, name);
            out.push(b':');
            write_fields::<SAFE>(out, fields);
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

fn write_map<const SAFE: bool>(out: &mut Vec<u8>, pairs: Map<'_>) {
    let mut keys = MapKeys::default();
    out.push(b'{');
    for (index, (key, value)) in pairs.enumerate() {
        separate(out, index);
        out.push(b'"');
        append(out, keys.next(index, &key));
        out.extend_from_slice(b"\":");
        write_json::<SAFE>(out, &value);
    }
    out.push(b'}');
}

/// The keys of a map as text, each different from those before it.
///
/// Keys may repeat: two become the same text, or the map is a list of headers. From the third on, the place in the map
/// makes a key new at once, so that many equal ones take neither long nor much room.
#[derive(Default)]
pub(super) struct MapKeys {
    used: HashSet<Box<[u8]>>,
    text: Vec<u8>,
}

impl MapKeys {
    /// The next key, without quotes.
    pub(super) fn next(&mut self, index: usize, key: &Value<'_>) -> &[u8] {
        self.text.clear();
        write_value(&mut self.text, key, Escape::Json);
        if !self.used.insert(self.text.as_slice().into()) {
            self.text.push(b'_');
            let length = self.text.len();
            let mut place = index as u64;
            while !self.used.insert(self.text.as_slice().into()) {
                self.text.truncate(length);
                write_u64(&mut self.text, place);
                place += 1;
            }
        }
        &self.text
    }
}

#[inline]
pub(super) fn write_string(out: &mut Vec<u8>, text: &str) {
    out.push(b'"');
    write_text(out, text, Escape::Json);
    out.push(b'"');
}

pub(super) fn write_quoted(out: &mut Vec<u8>, value: &Value<'_>) {
    out.push(b'"');
    write_value(out, value, Escape::Json);
    out.push(b'"');
}

pub(super) fn write_not_finite(out: &mut Vec<u8>, float: f64) {
    out.extend_from_slice(match float {
        float if float.is_nan() => b"\"NaN\"",
        float if float > 0.0 => b"\"Infinity\"",
        _ => b"\"-Infinity\"",
    });
}

pub(super) fn separate(out: &mut Vec<u8>, index: usize) {
    if index > 0 {
        out.push(b',');
    }
}
