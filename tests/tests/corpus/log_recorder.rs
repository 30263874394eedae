//! What a logger of `log` is told.

use super::record::{self, Record, Value, chain};
use log::kv::{self, Error, Key, VisitSource, VisitValue};
use log::{LevelFilter, Log, Metadata};
use std::sync::Once;

/// Records everything, except what has the target `silent`: as the logger of the program, and as the one that a statement names with `logger:`.
pub(crate) struct Recorder;

/// Makes it the logger of the program.
pub(crate) fn install() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        log::set_logger(&Recorder).expect("no other logger is set");
        log::set_max_level(LevelFilter::Trace);
    });
}

impl Log for Recorder {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() != "silent"
    }

    fn log(&self, record: &log::Record<'_>) {
        if !self.enabled(record.metadata()) {
            return;
        }
        let mut fields = Fields(Vec::new());
        record.key_values().visit(&mut fields).expect("the visitor fails nowhere");
        record::record(Record {
            level: record.level().to_string(),
            target: record.target().to_owned(),
            name: None,
            message: Some(record.args().to_string()),
            fields: fields.0,
        });
    }

    fn flush(&self) {}
}

struct Fields(Vec<(String, Value)>);

impl<'kvs> VisitSource<'kvs> for Fields {
    fn visit_pair(&mut self, key: Key<'kvs>, value: kv::Value<'kvs>) -> Result<(), Error> {
        let mut taken = Taken(Value::Null);
        value.visit(&mut taken)?;
        self.0.push((key.to_string(), taken.0));
        Ok(())
    }
}

struct Taken(Value);

impl Taken {
    fn take(&mut self, value: impl Into<Value>) -> Result<(), Error> {
        self.0 = value.into();
        Ok(())
    }
}

impl<'v> VisitValue<'v> for &mut Taken {
    /// What is no number and no string: an error, text by `Debug` or `Display`, or something that serde describes.
    fn visit_any(&mut self, value: kv::Value<'_>) -> Result<(), Error> {
        self.take(match (value.to_borrowed_error(), serde_json::to_value(&value)) {
            (Some(error), _) => chain(error),
            (None, Ok(serde_json::Value::String(_)) | Err(_)) => Value::Formatted(value.to_string()),
            (None, Ok(json)) => from_json(json),
        })
    }

    fn visit_null(&mut self) -> Result<(), Error> {
        self.take(Value::Null)
    }

    fn visit_u64(&mut self, value: u64) -> Result<(), Error> {
        self.take(value)
    }

    fn visit_i64(&mut self, value: i64) -> Result<(), Error> {
        self.take(value)
    }

    fn visit_u128(&mut self, value: u128) -> Result<(), Error> {
        self.take(value)
    }

    fn visit_i128(&mut self, value: i128) -> Result<(), Error> {
        self.take(value)
    }

    fn visit_f64(&mut self, value: f64) -> Result<(), Error> {
        self.take(value)
    }

    fn visit_bool(&mut self, value: bool) -> Result<(), Error> {
        self.take(value)
    }

    fn visit_str(&mut self, value: &str) -> Result<(), Error> {
        self.take(value)
    }

    fn visit_char(&mut self, value: char) -> Result<(), Error> {
        self.take(value)
    }
}

fn from_json(json: serde_json::Value) -> Value {
    match json {
        serde_json::Value::Null => Value::Null,
        serde_json::Value::Bool(value) => value.into(),
        serde_json::Value::Number(number) => {
            let whole = number.as_i64().map(Value::from).or_else(|| number.as_u64().map(Value::from));
            whole.unwrap_or_else(|| Value::Float(number.as_f64().unwrap_or(f64::NAN)))
        }
        serde_json::Value::String(text) => Value::Text(text),
        serde_json::Value::Array(elements) => Value::List(elements.into_iter().map(from_json).collect()),
        serde_json::Value::Object(pairs) => {
            Value::Map(pairs.into_iter().map(|(key, value)| (key, from_json(value))).collect())
        }
    }
}
