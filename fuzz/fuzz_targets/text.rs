//! The text of a callsite: whatever it is, it is split without a panic, and what comes of it can be formatted.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rlog_runtime::__fuzz::with_fields;
use rlog_runtime::{Formatter, Json, Pretty, Text, Value};

fuzz_target!(|text: &str| {
    let values =
        [Some(Value::Str("a\nb")), Some(Value::U64(70_000)), None, Some(Value::F64(0.5)), Some(Value::Char('\u{7f}'))];
    with_fields(text, &values, |record| {
        let callsite = record.callsite();
        std::hint::black_box((callsite.target(), callsite.template(), callsite.file(), callsite.keys().count()));
        let mut line = Vec::new();
        Text::new().location(true).format(record, &mut line);
        let text = std::str::from_utf8(&line).expect("text");
        assert!(text.find(char::is_control) == Some(text.len() - 1), "{text:?}");
        line.clear();
        Json::new().location(true).format(record, &mut line);
        serde_json::from_slice::<serde_json::Value>(&line).expect("JSON");
        Pretty::new().format(record, &mut line);
    });
});
