//! Bytes that a value claims to be of some kind: they are read, shown and formatted, each as one valid line.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rlog_runtime::__fuzz::{with_fields, with_value};
use rlog_runtime::{Formatter, Json, Text};
use zoo::KINDS;

#[path = "../../rlog-runtime/tests/zoo/mod.rs"]
#[allow(dead_code)]
mod zoo;

fuzz_target!(|input: (u8, &[u8])| {
    let (kind, bytes) = input;
    let kind = &const { KINDS }[usize::from(kind) % KINDS.len()];
    with_value(kind, bytes, |value| {
        std::hint::black_box(format!("{value} {value:?}"));
        with_fields("mp1:ah0;h0, >0_._.?;k1:k.m\u{1f}f", &[Some(value)], |record| {
            let mut line = Vec::new();
            Text::new().all_fields(true).format(record, &mut line);
            let text = std::str::from_utf8(&line).expect("text");
            assert!(text.find(char::is_control) == Some(text.len() - 1), "{text:?}");
            line.clear();
            Json::new().format(record, &mut line);
            let json: serde_json::Value = serde_json::from_slice(&line).expect("JSON");
            assert!(json["message"].is_string());
        });
    });
});
