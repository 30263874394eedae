//! What a handler of rlog is told.

use super::record::{self, Record, Value};
use rlog::{Handler, HandlerBuilder, HandlerError, Level};
use std::sync::Once;

/// Records everything on the thread that logs, except what has the target `silent`.
struct Recorder;

/// Puts a logger into service that has this handler only.
pub(crate) fn install() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let handler = HandlerBuilder::new(Recorder).sync();
        let guard =
            rlog::builder().environment(false).level(Level::new(0)).directives("silent=off").handler(handler).init();
        std::mem::forget(guard.expect("no other logger is in service"));
    });
}

impl Handler for Recorder {
    fn emit(&mut self, record: &rlog::Record<'_>, _line: &[u8]) -> Result<(), HandlerError> {
        let message = record.message();
        record::record(Record {
            level: record.level().to_string(),
            target: record.target().to_owned(),
            name: record.callsite().name().map(str::to_owned),
            message: (!message.is_absent()).then(|| message.to_string()),
            fields: record.fields().map(|(key, value)| (key.to_owned(), from_rlog(value))).collect(),
        });
        Ok(())
    }
}

fn from_rlog(value: rlog::Value<'_>) -> Value {
    match value {
        rlog::Value::Null => Value::Null,
        rlog::Value::Bool(value) => value.into(),
        rlog::Value::Char(value) => value.into(),
        rlog::Value::I64(value) => value.into(),
        rlog::Value::U64(value) => value.into(),
        rlog::Value::I128(value) => value.into(),
        rlog::Value::U128(value) => value.into(),
        rlog::Value::F32(value) => Value::Float(value.into()),
        rlog::Value::F64(value) => value.into(),
        rlog::Value::Str(text) => text.into(),
        rlog::Value::Text(text) => Value::Formatted(text.to_owned()),
        rlog::Value::Bytes(bytes) => Value::Bytes(bytes.to_owned()),
        rlog::Value::Error(errors) => Value::Error(errors.map(String::from).collect()),
        rlog::Value::Duration(duration) => duration.into(),
        rlog::Value::Sequence(elements) => Value::List(elements.map(from_rlog).collect()),
        rlog::Value::Map(pairs) => Value::Map(pairs.map(|(key, value)| (key.to_string(), from_rlog(value))).collect()),
        rlog::Value::Struct(fields) => from_fields(fields),
        rlog::Value::Variant(variant) => match variant.fields().style() {
            rlog::Style::Unit => variant.name().into(),
            _ => Value::Map(vec![(variant.name().to_owned(), from_fields(variant.fields()))]),
        },
        other => Value::Formatted(other.to_string()),
    }
}

fn from_fields(mut fields: rlog::Struct<'_>) -> Value {
    match fields.style() {
        rlog::Style::Unit => Value::Null,
        rlog::Style::Newtype => fields.next().map_or(Value::Null, |(_, value)| from_rlog(value)),
        rlog::Style::Tuple => Value::List(fields.map(|(_, value)| from_rlog(value)).collect()),
        rlog::Style::Named => Value::Map(fields.map(|(key, value)| (key.to_owned(), from_rlog(value))).collect()),
    }
}
