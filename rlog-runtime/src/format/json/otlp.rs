//! Log records of OpenTelemetry: OTLP 1.x in its JSON encoding, one `LogsData` a line, as the OTLP file exporter of the
//! OpenTelemetry specification has it.

use super::compile::Compiler;
use super::escaped;
use super::layout::{Errors, Form, JsonMember, Place};
use super::program::{Step, comma};
use super::value::{MapKeys, separate, write_not_finite, write_quoted, write_string};
use crate::format::process;
use crate::value::copy::append;
use crate::value::field::base64_digits;
use crate::value::render::{Escape, write_json_f64, write_value};
use crate::value::{Map, Struct, Style, Tagging, Value, Variant};
use std::string::String;
use std::vec::Vec;

/// The steps of a line.
pub(super) fn compile(compiler: &mut Compiler<'_>) {
    let (layout, record) = (compiler.layout, compiler.record);
    let text = |compiler: &mut Compiler<'_>, key: &str, text: &str| {
        compiler.comma();
        compiler.text(&format!("{}{{\"stringValue\":\"{}\"}}}}", head(key), escaped(text)));
    };
    compiler.text("{\"resourceLogs\":[{\"resource\":{\"attributes\":[");
    // An attribute that is set counts for more than what is known of the process.
    let is_set = |key: &str| layout.attributes.iter().any(|(known, _)| **known == *key);
    if let Some(service) = layout.service.as_ref().filter(|_| !is_set("service.name")) {
        text(compiler, "service.name", service);
    }
    if layout.is_on(JsonMember::Host) && !process::host().is_empty() && !is_set("host.name") {
        text(compiler, "host.name", process::host());
    }
    if layout.is_on(JsonMember::Pid) && !is_set("process.pid") {
        compiler.comma();
        compiler.text(&format!("{}{{\"intValue\":\"", head("process.pid")));
        compiler.step(Step::Pid);
        compiler.text("\"}}");
    }
    for (key, json) in &layout.attributes {
        compiler.comma();
        compiler.text(&format!("{}{{\"stringValue\":{json}}}}}", head(key)));
    }
    compiler.text("]},\"scopeLogs\":[{\"scope\":{");
    if layout.is_on(JsonMember::Logger) {
        compiler.text(&format!("\"name\":\"{}\"", escaped(record.info.target)));
    }
    compiler.text("},\"logRecords\":[{\"timeUnixNano\":\"");
    compiler.step(Step::Time);
    compiler.text("\",\"observedTimeUnixNano\":\"");
    compiler.step(Step::Time);
    let (number, level) = (layout.level.text(record.level()), record.level());
    compiler.text(&format!("\",\"severityNumber\":{number},\"severityText\":\"{level}\""));
    if record.info.has_message {
        compiler.text(",\"body\":{\"stringValue\":");
        compiler.message();
        compiler.text("}");
    }
    if let (true, Some(name)) = (layout.is_on(JsonMember::Event), record.info.name) {
        compiler.text(&format!(",\"eventName\":\"{}\"", escaped(name)));
    }
    let keyed = compiler.keyed();
    for &(argument, key) in &keyed {
        compiler.renamed(argument, key);
    }
    compiler.step(Step::Unforeseen(&[Place::Top]));
    compiler.step(Step::Comma);
    compiler.text("\"attributes\":[");
    attributes(compiler);
    if let Errors::Members(members) = layout.errors {
        compiler.used[1].extend([members.message, members.stack].map(String::from));
        compiler.step(Step::Error);
    }
    for &(argument, key) in &keyed {
        let (place, _, form) = layout.place(key, |_| true);
        if place == Place::Fields || *form != Form::Plain {
            let unless = (place == Place::Top).then(|| form.clone());
            compiler.field_unless(argument, key, Place::Fields, unless);
        }
    }
    compiler.step(Step::Unforeseen(&[Place::Fields]));
    compiler.text("]}]}]}]}\n");
}

/// What the statement is, by the semantic conventions for code and threads. They have no attribute for a module any more, since
/// it is part of the function's name, which a statement does not know; `code.module.name` is what other libraries write.
fn attributes(compiler: &mut Compiler<'_>) {
    let (layout, record) = (compiler.layout, compiler.record);
    let text = |text: &str| format!("{{\"stringValue\":\"{}\"}}", escaped(text));
    for (member, key, value) in [
        (JsonMember::File, "code.file.path", text(record.info.file)),
        (JsonMember::Line, "code.line.number", format!("{{\"intValue\":\"{}\"}}", record.callsite.line())),
        (JsonMember::Module, "code.module.name", text(record.info.module)),
        (JsonMember::Template, "log.record.template", text(record.callsite.template())),
        (JsonMember::EventId, "log.record.event_id", text(&format!("{}", record.callsite.event_id()))),
    ] {
        if layout.is_on(member) {
            compiler.used[1].push(key.into());
            compiler.comma();
            compiler.text(&format!("{}{value}}}", head(key)));
        }
    }
    for (member, key, step) in
        [(JsonMember::Thread, "thread.name", Step::Thread), (JsonMember::ThreadId, "thread.id", Step::ThreadId)]
    {
        if layout.is_on(member) {
            let (before, after) = match member {
                JsonMember::Thread => ("{\"stringValue\":", "}}"),
                _ => ("{\"intValue\":\"", "\"}}"),
            };
            compiler.used[1].push(key.into());
            compiler.comma();
            compiler.text(&format!("{}{before}", head(key)));
            compiler.step(step);
            compiler.text(after);
        }
    }
}

/// `{"key":"…","value":`
pub(super) fn head(key: &str) -> String {
    format!("{{\"key\":\"{}\",\"value\":", escaped(key))
}

/// An attribute, with the comma before it.
pub(super) fn write_attribute(out: &mut Vec<u8>, key: &str, value: &Value<'_>) {
    write_head(out, key);
    write_any(out, value);
    out.push(b'}');
}

/// An attribute that is text, which `write` writes without quotes.
pub(super) fn write_text(out: &mut Vec<u8>, key: &str, write: impl FnOnce(&mut Vec<u8>)) {
    write_head(out, key);
    out.extend_from_slice(b"{\"stringValue\":\"");
    write(out);
    out.extend_from_slice(b"\"}}");
}

fn write_head(out: &mut Vec<u8>, key: &str) {
    comma(out);
    out.extend_from_slice(b"{\"key\":");
    write_string(out, key);
    out.extend_from_slice(b",\"value\":");
}

/// An `AnyValue`. 64-bit integers are strings in OTLP/JSON, and what does not fit is text.
pub(super) fn write_any(out: &mut Vec<u8>, value: &Value<'_>) {
    match *value {
        Value::Null => out.extend_from_slice(b"{}"),
        Value::Bool(shown) => append(out, if shown { b"{\"boolValue\":true}" } else { b"{\"boolValue\":false}" }),
        Value::I64(_) => write_integer(out, value),
        Value::U64(number) if i64::try_from(number).is_ok() => write_integer(out, value),
        Value::I128(number) if i64::try_from(number).is_ok() => write_integer(out, value),
        Value::U128(number) if i64::try_from(number).is_ok() => write_integer(out, value),
        Value::F32(float) => write_double(out, float.into()),
        Value::F64(float) => write_double(out, float),
        Value::Duration(duration) => write_double(out, duration.as_secs_f64()),
        Value::Bytes(bytes) => {
            out.extend_from_slice(b"{\"bytesValue\":\"");
            write_base64(out, bytes);
            out.extend_from_slice(b"\"}");
        }
        Value::Sequence(elements) => write_array(out, elements),
        Value::Map(pairs) => write_map(out, pairs),
        Value::Struct(fields) => write_fields(out, fields),
        Value::Variant(variant) => write_variant(out, variant),
        Value::Str(text) | Value::Text(text) => {
            out.extend_from_slice(b"{\"stringValue\":");
            write_string(out, text);
            out.push(b'}');
        }
        _ => {
            out.extend_from_slice(b"{\"stringValue\":");
            write_quoted(out, value);
            out.push(b'}');
        }
    }
}

fn write_integer(out: &mut Vec<u8>, value: &Value<'_>) {
    out.extend_from_slice(b"{\"intValue\":\"");
    write_value(out, value, Escape::Json);
    out.extend_from_slice(b"\"}");
}

/// What is not finite is a string, by the JSON encoding of protocol buffers.
fn write_double(out: &mut Vec<u8>, float: f64) {
    out.extend_from_slice(b"{\"doubleValue\":");
    if float.is_finite() {
        write_json_f64(out, float);
    } else {
        write_not_finite(out, float);
    }
    out.push(b'}');
}

fn write_array<'a>(out: &mut Vec<u8>, elements: impl Iterator<Item = Value<'a>>) {
    out.extend_from_slice(b"{\"arrayValue\":{\"values\":[");
    for (index, element) in elements.enumerate() {
        separate(out, index);
        write_any(out, &element);
    }
    out.extend_from_slice(b"]}}");
}

fn write_map(out: &mut Vec<u8>, pairs: Map<'_>) {
    let mut keys = MapKeys::default();
    out.extend_from_slice(b"{\"kvlistValue\":{\"values\":[");
    for (index, (key, value)) in pairs.enumerate() {
        separate(out, index);
        out.extend_from_slice(b"{\"key\":\"");
        append(out, keys.next(index, &key));
        out.extend_from_slice(b"\",\"value\":");
        write_any(out, &value);
        out.push(b'}');
    }
    out.extend_from_slice(b"]}}");
}

fn write_fields(out: &mut Vec<u8>, mut fields: Struct<'_>) {
    match fields.style() {
        Style::Unit => out.extend_from_slice(b"{}"),
        Style::Newtype => match fields.next() {
            Some((_, value)) => write_any(out, &value),
            None => out.extend_from_slice(b"{}"),
        },
        Style::Tuple => write_array(out, fields.map(|(_, value)| value)),
        Style::Named if fields.has_flattened() => write_pairs(out, None, fields),
        // The keys are names of fields, which differ.
        Style::Named => {
            out.extend_from_slice(b"{\"kvlistValue\":{\"values\":[");
            for (index, (key, value)) in fields.enumerate() {
                separate(out, index);
                out.extend_from_slice(b"{\"key\":");
                write_string(out, key);
                out.extend_from_slice(b",\"value\":");
                write_any(out, &value);
                out.push(b'}');
            }
            out.extend_from_slice(b"]}}");
        }
    }
}

/// A list of keys and values, with the name of a variant before them if there is one.
fn write_pairs(out: &mut Vec<u8>, tag: Option<(&str, &str)>, fields: Struct<'_>) {
    let mut keys = MapKeys::default();
    let mut index = 0;
    let mut write = |out: &mut Vec<u8>, key: &str, value: &Value<'_>| {
        separate(out, index);
        out.extend_from_slice(b"{\"key\":\"");
        append(out, keys.next(index, &Value::Str(key)));
        out.extend_from_slice(b"\",\"value\":");
        write_any(out, value);
        out.push(b'}');
        index += 1;
    };
    out.extend_from_slice(b"{\"kvlistValue\":{\"values\":[");
    if let Some((tag, name)) = tag {
        write(out, tag, &Value::Str(name));
    }
    fields.each_flattened("", &mut |key, value| write(out, key, value));
    out.extend_from_slice(b"]}}");
}

/// The variant's name alone, or a list of one pair: the name, and the fields. A variant that its type tags from within is a list
/// of the tag and the fields.
fn write_variant(out: &mut Vec<u8>, variant: Variant<'_>) {
    let (name, fields) = (variant.name(), variant.fields());
    match (variant.tagging(), fields.style()) {
        (Tagging::External, Style::Unit) => write_any(out, &Value::Str(name)),
        (Tagging::Internal(tag) | Tagging::Adjacent(tag, _), Style::Named | Style::Unit) => {
            write_pairs(out, Some((tag, name)), fields);
        }
        _ => {
            out.extend_from_slice(b"{\"kvlistValue\":{\"values\":[{\"key\":");
            write_string(out, name);
            out.extend_from_slice(b",\"value\":");
            write_fields(out, fields);
            out.extend_from_slice(b"}]}}");
        }
    }
}

/// RFC 4648, with the alphabet of its section 4.
fn write_base64(out: &mut Vec<u8>, bytes: &[u8]) {
    bytes.chunks(3).for_each(|chunk| out.extend_from_slice(&base64_digits(chunk)));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::render::tests::{Order, Payment, failed, logged};

    fn any(value: Value<'_>) -> serde_json::Value {
        let mut out = Vec::new();
        write_any(&mut out, &value);
        serde_json::from_slice(&out).unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&out)))
    }

    #[test]
    fn every_value_says_its_type() {
        use serde_json::json;
        for (value, expected) in [
            (Value::Null, json!({})),
            (Value::Bool(true), json!({ "boolValue": true })),
            (Value::I64(-1), json!({ "intValue": "-1" })),
            (Value::U64(u64::MAX), json!({ "stringValue": "18446744073709551615" })),
            (Value::U128(7), json!({ "intValue": "7" })),
            (Value::F64(1.0), json!({ "doubleValue": 1.0 })),
            (Value::F64(f64::NAN), json!({ "doubleValue": "NaN" })),
            (Value::Str("a\n"), json!({ "stringValue": "a\n" })),
            (Value::Bytes(b"fo"), json!({ "bytesValue": "Zm8=" })),
            (Value::Bytes(b"foob\xff"), json!({ "bytesValue": "Zm9vYv8=" })),
            (Value::Bytes(b""), json!({ "bytesValue": "" })),
            (failed(&["a", "b"]), json!({ "stringValue": "a: b" })),
            (logged(vec![1_u8]), json!({ "arrayValue": { "values": [{ "intValue": "1" }] } })),
            (logged(Payment::Open), json!({ "stringValue": "Open" })),
            (
                logged(Order { id: 1, note: None, state: Payment::Paid { cents: 5, by: "x" } }),
                json!({ "kvlistValue": { "values": [
                    { "key": "id", "value": { "intValue": "1" } },
                    { "key": "note", "value": {} },
                    { "key": "state", "value": { "kvlistValue": { "values": [
                        { "key": "Paid", "value": { "kvlistValue": { "values": [
                            { "key": "cents", "value": { "intValue": "5" } },
                            { "key": "by", "value": { "stringValue": "x" } },
                        ] } } },
                    ] } } },
                ] } }),
            ),
            (
                logged(std::collections::BTreeMap::from([("k", 1.5)])),
                json!({ "kvlistValue": { "values": [{ "key": "k", "value": { "doubleValue": 1.5 } }] } }),
            ),
        ] {
            assert_eq!(any(value), expected);
        }
    }
}
