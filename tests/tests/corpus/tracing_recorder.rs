//! What a subscriber of `tracing` is told.

use super::record::{self, Record, Value, chain};
use std::error::Error;
use std::fmt;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id};
use tracing::{Event, Metadata, Subscriber};

/// Records every event, except those with the target `silent`; spans are only there to be parents.
pub(crate) struct Recorder;

impl Subscriber for Recorder {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() != "silent"
    }

    fn event(&self, event: &Event<'_>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        let metadata = event.metadata();
        record::record(Record {
            level: metadata.level().to_string(),
            target: metadata.target().to_owned(),
            // Without `name:` it is this and the place.
            name: Some(metadata.name()).filter(|name| !name.starts_with("event ")).map(str::to_owned),
            message: fields.message,
            fields: fields.fields,
        });
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &tracing::span::Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

#[derive(Default)]
struct Fields {
    message: Option<String>,
    fields: Vec<(String, Value)>,
}

impl Fields {
    fn take(&mut self, field: &Field, text: impl fmt::Display, value: Value) {
        match field.name() {
            "message" => self.message = Some(text.to_string()),
            key => self.fields.push((key.to_owned(), value)),
        }
    }
}

impl Visit for Fields {
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.take(field, value, value.into());
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.take(field, value, value.into());
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.take(field, value, value.into());
    }

    fn record_i128(&mut self, field: &Field, value: i128) {
        self.take(field, value, value.into());
    }

    fn record_u128(&mut self, field: &Field, value: u128) {
        self.take(field, value, value.into());
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.take(field, value, value.into());
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.take(field, value, value.into());
    }

    fn record_bytes(&mut self, field: &Field, value: &[u8]) {
        self.take(field, value.escape_ascii(), Value::Bytes(value.to_owned()));
    }

    fn record_error(&mut self, field: &Field, value: &(dyn Error + 'static)) {
        self.take(field, value, chain(value));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.take(field, format_args!("{value:?}"), Value::Formatted(format!("{value:?}")));
    }
}
