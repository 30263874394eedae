//! Any keys and texts: one line of JSON, with every field in it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rlog_runtime::__fuzz::with_fields;
use rlog_runtime::{Formatter, Json, Value};

fuzz_target!(|input: (&str, &str, Vec<(&str, &str, f64)>)| {
    let (target, message, mut fields) = input;
    fields.truncate(20);
    let sized = |tag: char, text: &str| format!("{tag}{}:{text}", text.len());
    let keys: String = fields.iter().map(|(key, ..)| sized('k', key).repeat(2)).collect();
    let text = format!("{}m{}{keys}.m\u{1f}f", sized('t', target), sized('p', message));
    let values: Vec<_> =
        fields.iter().flat_map(|(_, text, float)| [Some(Value::Str(text)), Some(Value::F64(*float))]).collect();
    with_fields(&text, &values, |record| {
        let mut line = Vec::new();
        Json::new().location(true).thread(true).format(record, &mut line);
        assert_eq!(line.iter().position(|&byte| byte == b'\n'), Some(line.len() - 1));
        let json: serde_json::Value = serde_json::from_slice(&line).expect("JSON");
        assert_eq!(json["logger"], target);
        assert_eq!(json["message"], message);
        assert_eq!(json.as_object().map(serde_json::Map::len), Some(7 + values.len()));
        for (key, text, _) in fields {
            let at_key = |json: &serde_json::Value, key: &str| json.get(key).is_some_and(|value| value == text);
            let mut key = key.to_owned();
            while !at_key(&json, &key) {
                assert!(json.get(&key).is_some(), "no key {key:?} in {json}");
                key.push('_');
            }
        }
    });
});
