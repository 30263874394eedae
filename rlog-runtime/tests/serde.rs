//! What is captured through serde comes out of the formatters as serde_json would have written it.

#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

use proptest::prelude::*;
use rlog_runtime::__private::{Callsite, Level, Wire, emit3, serialized};
use rlog_runtime::{Formatter, Handler, HandlerError, Json, OwnedRecord, Record, Text, Value};
use serde::ser::{Error as _, SerializeMap, SerializeSeq, SerializeStruct, SerializeTupleVariant, Serializer};
use serde::{Serialize, Serialize as Captured};
use serde_json::json;
use std::collections::BTreeMap;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, Once, PoisonError};
use std::time::Duration;

struct Keep;

static KEPT: Mutex<Option<OwnedRecord>> = Mutex::new(None);

impl Handler for Keep {
    fn emit(&mut self, record: &Record<'_>, _line: &[u8]) -> Result<(), HandlerError> {
        *KEPT.lock().unwrap() = Some(record.to_owned());
        Ok(())
    }
}

/// The record of a statement that logs `value` between two others.
fn through<W: Wire>(value: impl FnOnce() -> W) -> OwnedRecord {
    static TURN: Mutex<()> = Mutex::new(());
    static START: Once = Once::new();
    static SITE: Callsite = Callsite::new(Level::INFO, 3, line!(), "k6:beforek5:valuek5:after.serde\u{1f}serde.rs");
    START.call_once(|| {
        rlog_runtime::builder().environment(false).handler(Keep).init().map(std::mem::forget).unwrap();
    });
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    emit3(&SITE, -1_i64, value(), "end");
    assert!(rlog_runtime::flush(Duration::from_secs(60)));
    let record = KEPT.lock().unwrap().take().expect("the record arrives");
    record.with(|record| {
        assert!(matches!(record.field("before"), Some(Value::I64(-1))));
        assert!(matches!(record.field("after"), Some(Value::Str("end"))));
    });
    record
}

fn logged<T: Captured + ?Sized>(value: &T) -> OwnedRecord {
    through(|| serialized(value))
}

fn line(formatter: &impl Formatter, record: &OwnedRecord) -> String {
    let mut line = Vec::new();
    record.with(|record| formatter.format(record, &mut line));
    let line = String::from_utf8(line).expect("formatters write text");
    let text = line.strip_suffix('\n').expect("a line");
    assert!(!text.contains(char::is_control), "{text:?}");
    text.into()
}

fn json<T: Captured + ?Sized>(value: &T) -> serde_json::Value {
    let record = logged(value);
    line(&Text::new().all_fields(true), &record);
    let line = line(&Json::new(), &record);
    serde_json::from_str::<serde_json::Value>(&line).unwrap_or_else(|error| panic!("{error}: {line}"))["value"].take()
}

#[derive(Serialize, Clone)]
struct Order {
    id: u64,
    note: Option<String>,
    lines: Vec<(char, f32)>,
    #[serde(flatten)]
    more: BTreeMap<String, Payment>,
}

#[derive(Serialize, Clone)]
enum Payment {
    Open,
    Card(String),
    Split(u8, i128),
    Transfer { bank: &'static str, unit: () },
}

#[derive(Serialize)]
struct Unit;

#[derive(Serialize)]
struct Newtype(Option<Option<i8>>);

#[test]
fn every_shape_of_serde_is_as_serde_json_has_it() {
    let order = Order {
        id: u64::MAX,
        note: None,
        lines: vec![('a', 0.1), ('\u{1f}', -2.5)],
        more: BTreeMap::from([
            ("open".into(), Payment::Open),
            ("card".into(), Payment::Card("4000".into())),
            ("split".into(), Payment::Split(7, -9)),
            ("transfer".into(), Payment::Transfer { bank: "GLS", unit: () }),
        ]),
    };
    let mut expected = serde_json::to_value(&order).unwrap();
    // As short as the `f32` is, where serde_json makes it an `f64` first.
    expected["lines"][0][1] = json!(0.1);
    assert_eq!(json(&order), expected);
    assert_eq!(json(&Unit), json!(null));
    assert_eq!(json(&Newtype(Some(Some(-3)))), json!(-3));
    assert_eq!(json(&(true, i64::MIN, u128::MAX)), json!([true, i64::MIN, u128::MAX.to_string()]));
    assert_eq!(json(&BTreeMap::from([(1, "one"), (2, "two")])), json!({"1": "one", "2": "two"}));
    assert_eq!(json(&std::net::Ipv4Addr::LOCALHOST), json!("127.0.0.1"));
    assert_eq!(json(&[f64::NAN, f64::INFINITY]), json!(["NaN", "Infinity"]));
    assert_eq!(json("a string"), json!("a string"));
}

#[test]
fn text_shows_the_same_values() {
    let order = Order { id: 1, note: Some("a b".into()), lines: vec![], more: BTreeMap::new() };
    let record = logged(&order);
    record.with(|record| {
        let Some(Value::Map(map)) = record.field("value") else { panic!("{record:?}") };
        assert_eq!(map.len(), 3);
        assert_eq!(Value::Map(map).to_string(), r#"{"id": 1, "note": "a b", "lines": []}"#);
    });
    logged(&Payment::Open).with(|record| assert!(matches!(record.field("value"), Some(Value::Str("Open")))));
}

/// How a `Serialize` by hand goes wrong.
#[derive(Clone, Copy)]
enum Wrong {
    AtOnce,
    InAList,
    BehindAList,
    BehindAMap,
    BehindAKey,
    InAKey,
    InAStruct,
    InAVariant,
    BehindAScalar,
    Ignored,
}

impl Serialize for Wrong {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let error = || S::Error::custom("lock poisoned");
        match self {
            Self::AtOnce => Err(error()),
            Self::InAList => {
                let mut list = serializer.serialize_seq(None)?;
                list.serialize_element(&1)?;
                list.serialize_element(&(2, Self::AtOnce, 3))?;
                list.end()
            }
            Self::BehindAList => {
                serializer.serialize_seq(Some(9))?.serialize_element("first")?;
                Err(error())
            }
            Self::BehindAMap => {
                serializer.serialize_map(None)?.serialize_entry("a", &1)?;
                Err(error())
            }
            Self::BehindAKey => {
                let mut map = serializer.serialize_map(None)?;
                map.serialize_entry("a", &1)?;
                map.serialize_key("b")?;
                Err(error())
            }
            Self::InAKey => {
                let mut map = serializer.serialize_map(None)?;
                map.serialize_entry(&Self::AtOnce, &1)?;
                map.end()
            }
            Self::InAStruct => {
                let mut fields = serializer.serialize_struct("Wrong", 3)?;
                fields.serialize_field("a", &1)?;
                fields.serialize_field("b", &Self::AtOnce)?;
                fields.serialize_field("c", &3)?;
                fields.end()
            }
            Self::InAVariant => {
                let mut fields = serializer.serialize_tuple_variant("Wrong", 0, "Variant", 2)?;
                fields.serialize_field(&1)?;
                Err(error())
            }
            Self::BehindAScalar => serializer.serialize_u64(7).and(Err(error())),
            Self::Ignored => {
                let mut list = serializer.serialize_seq(None)?;
                for value in [Self::AtOnce, Self::InAStruct, Self::BehindAScalar] {
                    let _ = list.serialize_element(&value);
                }
                list.serialize_element(&true)?;
                list.end()
            }
        }
    }
}

#[test]
fn an_error_leaves_what_was_written_and_its_text() {
    let text = "<serialization failed: lock poisoned>";
    for (wrong, expected) in [
        (Wrong::AtOnce, json!(text)),
        (Wrong::InAList, json!([1, [2, text]])),
        (Wrong::BehindAList, json!(["first", text])),
        (Wrong::BehindAMap, json!({"a": 1, "serialization failed": text})),
        (Wrong::BehindAKey, json!({"a": 1, "b": null, "serialization failed": text})),
        (Wrong::InAKey, json!({text: null})),
        (Wrong::InAStruct, json!({"a": 1, "b": text})),
        (Wrong::InAVariant, json!({"Variant": [1], "serialization failed": text})),
        (Wrong::BehindAScalar, json!(text)),
        (Wrong::Ignored, json!([text, {"a": 1, "b": text}, text, true])),
    ] {
        assert_eq!(json(&wrong), expected);
        // What is behind it is not serialized any more, unless nobody is told.
        let mut around = json!([1, [expected]]);
        if let (Wrong::Ignored, Some(list)) = (wrong, around.as_array_mut()) {
            list.push(json!(2));
        }
        assert_eq!(json(&(1, [wrong], 2)), around);
    }
}

#[test]
fn a_panic_harms_no_other_record() {
    struct Panics;
    impl Serialize for Panics {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            let mut list = serializer.serialize_seq(None)?;
            list.serialize_element("half")?;
            panic!("in the middle");
        }
    }
    assert!(catch_unwind(AssertUnwindSafe(|| drop(serialized(&[Panics])))).is_err());
    assert_eq!(json(&["whole"]), json!(["whole"]));
}

#[test]
fn a_panic_that_the_value_catches_leaves_a_whole_value() {
    struct Catches;
    struct Panics;
    impl Serialize for Catches {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            let mut list = serializer.serialize_seq(None)?;
            assert!(catch_unwind(AssertUnwindSafe(|| list.serialize_element(&Panics))).is_err());
            list.serialize_element(&2)?;
            list.end()
        }
    }
    impl Serialize for Panics {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            let mut map = serializer.serialize_map(None)?;
            map.serialize_entry("a", &1)?;
            map.serialize_key("b")?;
            panic!("in the middle");
        }
    }
    // The element that panicked is not counted, so what follows it is shown in its place, and nothing else is harmed.
    let shown = json(&(Catches, "behind"));
    assert_eq!(shown[1], json!("behind"), "{shown}");
}

#[test]
fn a_value_that_logs_while_it_is_serialized_stays_whole() {
    struct Logs;
    impl fmt::Display for Logs {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("dis")?;
            drop(serialized(&["inner", "inner"]));
            f.write_str("played")
        }
    }
    impl Serialize for Logs {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            drop(serialized(&1));
            let mut list = serializer.serialize_seq(None)?;
            drop(serialized(&[1, 2, 3]));
            list.serialize_element(&self.to_string())?;
            list.end()
        }
    }
    assert_eq!(json(&(vec![Logs], 5)), json!([[["displayed"]], 5]));
    struct Collected;
    impl Serialize for Collected {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.collect_str(&Logs)
        }
    }
    assert_eq!(json(&(Collected, 5)), json!(["displayed", 5]));
}

#[test]
fn what_is_too_deep_or_too_large_is_cut_off() {
    let mut deep = json!(1);
    for _ in 0..120 {
        deep = json!([deep]);
    }
    let shown = json(&deep).to_string();
    assert!(shown.contains('…') && shown.matches('[').count() > 40, "{shown}");

    struct Endless;
    impl Serialize for Endless {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            let mut list = serializer.serialize_seq(None)?;
            loop {
                list.serialize_element(&"x".repeat(1 << 16))?;
            }
        }
    }
    let shown = json(&(Endless, 1));
    assert_eq!(shown[0].as_array().map(Vec::len), Some(65), "the last one says that there is more");
    assert_eq!(shown[0][64], json!("…"));
}

/// What JSON as `arbitrary_precision` and `RawValue` of serde_json hand it on.
#[test]
fn numbers_of_arbitrary_precision_are_numbers_where_they_can_be() {
    struct Number(&'static str, &'static str);
    impl Serialize for Number {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            let mut fields = serializer.serialize_struct(self.0, 1)?;
            fields.serialize_field(self.0, self.1)?;
            fields.end()
        }
    }
    let number = |text| json(&Number("$serde_json::private::Number", text));
    assert_eq!(number("-17"), json!(-17));
    assert_eq!(number("18446744073709551615"), json!(u64::MAX));
    assert_eq!(number("1.5e3"), json!(1500.0));
    assert_eq!(number("0.12345678901234567890123"), json!("0.12345678901234567890123"));
    assert_eq!(number("1e999"), json!("1e999"));
    assert_eq!(json(&[Number("$serde_json::private::RawValue", "{\"a\":1}")]), json!(["{\"a\":1}"]));
}

fn any_json() -> impl Strategy<Value = serde_json::Value> {
    let scalar = prop_oneof![
        Just(json!(null)),
        any::<bool>().prop_map(|value| json!(value)),
        any::<i64>().prop_map(|value| json!(value)),
        any::<u64>().prop_map(|value| json!(value)),
        any::<f64>().prop_filter("finite", |value| value.is_finite()).prop_map(|value| json!(value)),
        prop_oneof![any::<String>(), "[\\x00-\\x7f\u{80}-\u{ff}\u{2028}-\u{202e}\"\\\\]{0,40}"]
            .prop_map(|value| json!(value)),
    ];
    scalar.prop_recursive(8, 64, 8, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..8).prop_map(serde_json::Value::Array),
            proptest::collection::btree_map(any::<String>(), inner, 0..8)
                .prop_map(|pairs| serde_json::Value::Object(pairs.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn json_reads_back_equal(value in any_json()) {
        prop_assert_eq!(json(&value), value);
    }
}
