//! What is logged comes out of the record as it went in, whatever it is, and every output stays one valid line.

#![allow(clippy::unwrap_used, clippy::needless_borrow, missing_docs, reason = "tests, and the form that macros write")]

mod zoo;

use proptest::prelude::*;
use rlog_runtime::__private::{Callsite, Level, Probe, emit2, emit3, probes::*};
use rlog_runtime::{
    Encoder, EnumShape, FieldShape, Formatter, Handler, HandlerError, Json, Kind, Loggable, OwnedRecord, Pretty,
    Record, Shape, Style, Tagging, Text, Value, kind_of,
};
use std::collections::BTreeMap;
use std::error::Error;
use std::fmt;
use std::sync::{Mutex, MutexGuard, Once, PoisonError};
use std::time::{Duration, SystemTime};
use zoo::Liar;

/// A statement that logs an `i64` before and a string behind the value, so that both would show what it disturbs.
macro_rules! through {
    ($value:expr) => {
        through!($value, rlog_value)
    };
    ($value:expr, $way:ident) => {{
        static SITE: Callsite =
            Callsite::new(Level::INFO, 3, line!(), "mp4:say h1;p1: h0;k6:beforek5:valuek5:after.values\u{1f}values.rs");
        run(|| {
            emit3(
                &SITE,
                (&&&&&Probe(&-1_i8)).rlog_value(),
                (&&&&&Probe(&$value)).$way(),
                (&&&&&Probe(&"end")).rlog_value(),
            )
        })
    }};
}

struct Keep;

static KEPT: Mutex<Option<OwnedRecord>> = Mutex::new(None);

impl Handler for Keep {
    fn emit(&mut self, record: &Record<'_>, _line: &[u8]) -> Result<(), HandlerError> {
        *KEPT.lock().unwrap() = Some(record.to_owned());
        Ok(())
    }
}

fn turn() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    static START: Once = Once::new();
    START.call_once(|| {
        rlog_runtime::builder().environment(false).handler(Keep).init().map(std::mem::forget).unwrap();
    });
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The one record that `log` logs. Whatever it holds, it is read to its end and formatted in every way first.
fn run(log: impl FnOnce()) -> OwnedRecord {
    let _turn = turn();
    log();
    assert!(rlog_runtime::flush(Duration::from_secs(60)));
    let record = KEPT.lock().unwrap().take().expect("the record arrives");
    record.with(|record| {
        assert_eq!(record.fields().filter(|(key, _)| *key == "before" || *key == "after").count(), 2);
        assert!(matches!(record.field("before"), Some(Value::I64(-1))));
        assert!(matches!(record.field("after"), Some(Value::Str("end"))));
    });
    text_line(&record);
    json_line(&record);
    record
}

fn format(formatter: &impl Formatter, record: &OwnedRecord) -> String {
    let mut line = Vec::new();
    record.with(|record| formatter.format(record, &mut line));
    String::from_utf8(line).expect("formatters write text")
}

fn text_line(record: &OwnedRecord) -> String {
    let line = format(&Text::new().all_fields(true).location(true).thread(true), record);
    let text = line.strip_suffix('\n').expect("a line");
    assert!(!text.contains(char::is_control), "{text:?}");
    let pretty = format(&Pretty::new(), record);
    assert!(!pretty.contains(|c: char| c.is_control() && c != '\n'), "{pretty:?}");
    line
}

fn json_line(record: &OwnedRecord) -> serde_json::Value {
    let line = format(&Json::new().location(true).nulls(true).thread(true), record);
    let text = line.strip_suffix('\n').expect("a line");
    assert!(!text.contains(char::is_control), "{text:?}");
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

fn json_of(record: &OwnedRecord) -> serde_json::Value {
    json_line(record).get_mut("value").map(serde_json::Value::take).expect("the field is there")
}

/// A value of any sort. Its descriptor is what `#[derive(Loggable)]` would make.
#[derive(Debug, Clone, PartialEq)]
enum Any {
    Nothing,
    Bool(bool),
    Char(char),
    I64(i64),
    U64(u64),
    I128(i128),
    U128(u128),
    F32(f32),
    F64(f64),
    Str(String),
    Shown(Shown),
    Blob(Blob),
    Duration(Duration),
    Time(SystemTime),
    Optional(Option<Box<Self>>),
    List(Vec<Self>),
    Map(BTreeMap<String, Self>),
    Pair(Box<Self>, u8, ()),
    Named { first: Box<Self>, second: Option<String>, row: Row },
}

/// Text by `Display`.
#[derive(Debug, Clone, PartialEq)]
struct Shown(String);

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Loggable for Shown {
    const KIND: Kind = Kind::Text;
    fn encode(&self, encoder: &mut Encoder) {
        encoder.text(self);
    }
}

#[derive(Debug, Clone, PartialEq)]
struct Blob(Vec<u8>);

impl Loggable for Blob {
    const KIND: Kind = Kind::Bytes;
    fn encode(&self, encoder: &mut Encoder) {
        encoder.bytes(&self.0);
    }
}

#[derive(Debug, Clone, PartialEq)]
struct Row {
    id: i16,
    tags: (String, [u32; 2]),
}

const fn field<T: Loggable + ?Sized>(key: &'static str) -> FieldShape {
    FieldShape::new(key, kind_of::<T>())
}

impl Loggable for Row {
    const KIND: Kind = Kind::Struct(&Shape {
        name: "Row",
        style: Style::Named,
        fields: &[field::<i16>("id"), field::<(String, [u32; 2])>("tags")],
    });
    fn encode(&self, encoder: &mut Encoder) {
        self.id.encode(encoder);
        self.tags.encode(encoder);
    }
}

const fn newtype<T: Loggable>(name: &'static str) -> Shape {
    Shape { name, style: Style::Newtype, fields: &const { [field::<T>("0")] } }
}

impl Loggable for Any {
    const KIND: Kind = Kind::Enum(&EnumShape {
        name: "Any",
        tagging: Tagging::External,
        variants: &[
            Shape { name: "Nothing", style: Style::Unit, fields: &[] },
            newtype::<bool>("Bool"),
            newtype::<char>("Char"),
            newtype::<i64>("I64"),
            newtype::<u64>("U64"),
            newtype::<i128>("I128"),
            newtype::<u128>("U128"),
            newtype::<f32>("F32"),
            newtype::<f64>("F64"),
            newtype::<String>("Str"),
            newtype::<Shown>("Shown"),
            newtype::<Blob>("Blob"),
            newtype::<Duration>("Duration"),
            newtype::<SystemTime>("Time"),
            newtype::<Option<Box<Self>>>("Optional"),
            newtype::<Vec<Self>>("List"),
            newtype::<BTreeMap<String, Self>>("Map"),
            Shape {
                name: "Pair",
                style: Style::Tuple,
                fields: &[field::<Self>("0"), field::<u8>("1"), field::<()>("2")],
            },
            Shape {
                name: "Named",
                style: Style::Named,
                fields: &[field::<Self>("first"), field::<Option<String>>("second"), field::<Row>("row")],
            },
        ],
    });

    fn encode(&self, encoder: &mut Encoder) {
        let mut variant = |index, value: &dyn Fn(&mut Encoder)| {
            encoder.variant(index);
            value(encoder);
        };
        match self {
            Self::Nothing => variant(0, &|_| ()),
            Self::Bool(value) => variant(1, &|encoder| value.encode(encoder)),
            Self::Char(value) => variant(2, &|encoder| value.encode(encoder)),
            Self::I64(value) => variant(3, &|encoder| value.encode(encoder)),
            Self::U64(value) => variant(4, &|encoder| value.encode(encoder)),
            Self::I128(value) => variant(5, &|encoder| value.encode(encoder)),
            Self::U128(value) => variant(6, &|encoder| value.encode(encoder)),
            Self::F32(value) => variant(7, &|encoder| value.encode(encoder)),
            Self::F64(value) => variant(8, &|encoder| value.encode(encoder)),
            Self::Str(value) => variant(9, &|encoder| value.encode(encoder)),
            Self::Shown(value) => variant(10, &|encoder| value.encode(encoder)),
            Self::Blob(value) => variant(11, &|encoder| value.encode(encoder)),
            Self::Duration(value) => variant(12, &|encoder| value.encode(encoder)),
            Self::Time(value) => variant(13, &|encoder| value.encode(encoder)),
            Self::Optional(value) => variant(14, &|encoder| value.encode(encoder)),
            Self::List(value) => variant(15, &|encoder| value.encode(encoder)),
            Self::Map(value) => variant(16, &|encoder| value.encode(encoder)),
            Self::Pair(a, b, c) => variant(17, &|encoder| {
                a.encode(encoder);
                b.encode(encoder);
                c.encode(encoder);
            }),
            Self::Named { first, second, row } => variant(18, &|encoder| {
                first.encode(encoder);
                second.encode(encoder);
                row.encode(encoder);
            }),
        }
    }
}

fn nanoseconds(time: SystemTime) -> i128 {
    match time.duration_since(SystemTime::UNIX_EPOCH) {
        Ok(after) => after.as_nanos() as i128,
        Err(before) => -(before.duration().as_nanos() as i128),
    }
}

/// Checks that a value, as the record gives it, is what was logged.
fn check(value: Value<'_>, expected: &Any) {
    let Value::Variant(variant) = value else { panic!("no variant: {value:?}") };
    assert_eq!(variant.enum_name(), "Any");
    assert!(format!("{expected:?}").starts_with(variant.name()), "{expected:?} {value:?}");
    let mut fields = variant.fields();
    let mut next = || fields.next().map(|(_, value)| value).expect("a field");
    match (expected, next_or_null(expected, &mut next)) {
        (Any::Nothing, _) | (Any::Optional(None), Value::Null) => {}
        (Any::Bool(a), Value::Bool(b)) => assert_eq!(*a, b),
        (Any::Char(a), Value::Char(b)) => assert_eq!(*a, b),
        (Any::I64(a), Value::I64(b)) => assert_eq!(*a, b),
        (Any::U64(a), Value::U64(b)) => assert_eq!(*a, b),
        (Any::I128(a), Value::I128(b)) => assert_eq!(*a, b),
        (Any::U128(a), Value::U128(b)) => assert_eq!(*a, b),
        (Any::F32(a), Value::F32(b)) => assert_eq!(a.to_bits(), b.to_bits()),
        (Any::F64(a), Value::F64(b)) => assert_eq!(a.to_bits(), b.to_bits()),
        (Any::Str(a), Value::Str(b)) | (Any::Shown(Shown(a)), Value::Text(b)) => assert_eq!(a, b),
        (Any::Blob(Blob(a)), Value::Bytes(b)) => assert_eq!(a, b),
        (Any::Duration(a), Value::Duration(b)) => assert_eq!(*a, b),
        (Any::Time(a), Value::Time(b)) => assert_eq!(nanoseconds(*a), b),
        (Any::Optional(Some(a)), b) => check(b, a),
        (Any::List(a), Value::Sequence(b)) => {
            assert_eq!((b.len(), b.count()), (a.len(), a.len()));
            b.zip(a).for_each(|(b, a)| check(b, a));
        }
        (Any::Map(a), Value::Map(b)) => {
            assert_eq!((b.len(), b.count()), (a.len(), a.len()));
            for ((key, value), (a, expected)) in b.zip(a) {
                assert!(matches!(key, Value::Str(b) if a == b));
                check(value, expected);
            }
        }
        (Any::Pair(a, b, ()), first) => {
            check(first, a);
            assert!(matches!((next(), next()), (Value::U64(value), Value::Null) if value == u64::from(*b)));
        }
        (Any::Named { first: a, second, row }, first) => {
            check(first, a);
            match (next(), second) {
                (Value::Null, None) => {}
                (Value::Str(b), Some(a)) => assert_eq!(a, b),
                (value, _) => panic!("{value:?}"),
            }
            let Value::Struct(fields) = next() else { panic!("no struct") };
            assert_eq!((fields.name(), fields.style()), ("Row", Style::Named));
            let fields: Vec<_> = fields.map(|(key, value)| format!("{key}={value:?}")).collect();
            let (text, numbers) = &row.tags;
            assert_eq!(fields, [format!("id={}", row.id), format!("tags=({text:?}, {numbers:?})")]);
        }
        (expected, value) => panic!("{expected:?} became {value:?}"),
    }
}

fn next_or_null<'a>(expected: &Any, next: &mut impl FnMut() -> Value<'a>) -> Value<'a> {
    if *expected == Any::Nothing { Value::Null } else { next() }
}

/// What `serde_json` would make of it, with the table of `Json` for what JSON does not have.
fn json(value: &Any) -> serde_json::Value {
    use serde_json::json;
    let float = |float: f64| match float {
        float if float.is_finite() => json!(float),
        float if float.is_nan() => json!("NaN"),
        float => json!(if float > 0.0 { "Infinity" } else { "-Infinity" }),
    };
    let (name, inner) = match value {
        Any::Nothing => return json!("Nothing"),
        Any::Bool(value) => ("Bool", json!(value)),
        Any::Char(value) => ("Char", json!(value)),
        Any::I64(value) => ("I64", json!(value)),
        Any::U64(value) => ("U64", json!(value)),
        Any::I128(value) => (
            "I128",
            match (i64::try_from(*value), u64::try_from(*value)) {
                (Ok(value), _) => json!(value),
                (_, Ok(value)) => json!(value),
                _ => json!(value.to_string()),
            },
        ),
        Any::U128(value) => {
            ("U128", u64::try_from(*value).map_or_else(|_| json!(value.to_string()), |value| json!(value)))
        }
        // Shorter than the `f64` of the same value.
        Any::F32(value) if value.is_finite() => ("F32", float(format!("{value:e}").parse().unwrap())),
        Any::F32(value) => ("F32", float(f64::from(*value))),
        Any::F64(value) => ("F64", float(*value)),
        Any::Str(value) => ("Str", json!(value)),
        Any::Shown(value) => ("Shown", json!(value.0)),
        Any::Blob(value) => ("Blob", json!(value.0.escape_ascii().to_string())),
        Any::Duration(value) => ("Duration", json!(value.as_secs_f64())),
        Any::Time(value) => {
            let nanoseconds = nanoseconds(*value);
            let text = match i64::try_from(nanoseconds).map(|_| jiff::Timestamp::from_nanosecond(nanoseconds)) {
                Ok(Ok(time)) => format!("{time:.9}"),
                _ => nanoseconds.to_string(),
            };
            ("Time", json!(text))
        }
        Any::Optional(value) => ("Optional", value.as_ref().map_or(json!(null), |value| json(value))),
        Any::List(values) => ("List", values.iter().map(json).collect()),
        Any::Map(pairs) => ("Map", pairs.iter().map(|(key, value)| (key.clone(), json(value))).collect()),
        Any::Pair(a, b, ()) => ("Pair", json!([json(a), b, null])),
        Any::Named { first, second, row } => {
            let row = json!({"id": row.id, "tags": [row.tags.0, row.tags.1]});
            ("Named", json!({"first": json(first), "second": second, "row": row}))
        }
    };
    json!({ name: inner })
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![any::<String>(), "[\\x00-\\x7f\u{80}-\u{ff}\u{2028}-\u{202e}\"\\\\]{0,40}", "\\PC{0,9}"]
}

fn any_value() -> impl Strategy<Value = Any> {
    let scalar = prop_oneof![
        Just(Any::Nothing),
        any::<bool>().prop_map(Any::Bool),
        any::<char>().prop_map(Any::Char),
        any::<i64>().prop_map(Any::I64),
        any::<u64>().prop_map(Any::U64),
        prop_oneof![any::<i128>(), any::<u64>().prop_map(i128::from), any::<i64>().prop_map(i128::from)]
            .prop_map(Any::I128),
        prop_oneof![any::<u128>(), any::<u64>().prop_map(u128::from)].prop_map(Any::U128),
        any::<u32>().prop_map(|bits| Any::F32(f32::from_bits(bits))),
        any::<u64>().prop_map(|bits| Any::F64(f64::from_bits(bits))),
        prop_oneof![-1e6_f64..1e6, Just(0.0), Just(-0.0), Just(1e16), Just(1e-7)].prop_map(Any::F64),
        text().prop_map(Any::Str),
        text().prop_map(|text| Any::Shown(Shown(text))),
        proptest::collection::vec(any::<u8>(), 0..40).prop_map(|bytes| Any::Blob(Blob(bytes))),
        (any::<u64>(), 0..1_000_000_000_u32).prop_map(|(seconds, rest)| Any::Duration(Duration::new(seconds, rest))),
        (any::<bool>(), 0..20_000_000_000_u64, 0..1_000_000_000_u32).prop_filter_map(
            "out of range",
            |(after, s, n)| {
                let distance = Duration::new(s, n);
                let epoch = SystemTime::UNIX_EPOCH;
                Some(Any::Time(if after { epoch.checked_add(distance)? } else { epoch.checked_sub(distance)? }))
            }
        ),
    ];
    scalar.prop_recursive(5, 40, 5, |inner| {
        let row =
            (any::<i16>(), text(), any::<[u32; 2]>()).prop_map(|(id, text, numbers)| Row { id, tags: (text, numbers) });
        prop_oneof![
            proptest::option::of(inner.clone()).prop_map(|value| Any::Optional(value.map(Box::new))),
            proptest::collection::vec(inner.clone(), 0..5).prop_map(Any::List),
            proptest::collection::btree_map(text(), inner.clone(), 0..5).prop_map(Any::Map),
            (inner.clone(), any::<u8>()).prop_map(|(value, number)| Any::Pair(Box::new(value), number, ())),
            (inner, proptest::option::of(text()), row).prop_map(|(first, second, row)| Any::Named {
                first: Box::new(first),
                second,
                row
            }),
        ]
    })
}

/// An error with sources.
#[derive(Debug)]
struct Chain(Vec<String>, Option<Box<Self>>);

impl Chain {
    fn new(mut texts: Vec<String>) -> Self {
        let first = texts.remove(0);
        let source = (!texts.is_empty()).then(|| Box::new(Self::new(texts)));
        Self(vec![first], source)
    }
}

impl fmt::Display for Chain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0[0])
    }
}

impl Error for Chain {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.1.as_deref().map(|source| source as _)
    }
}

/// For each value: what it is read as, and what it is in JSON and in the message, as `serde_json` and `format!` make it.
macro_rules! check_scalars {
    ($($value:expr => $variant:ident($expected:expr), $json:expr;)*) => {$({
        let record = through!($value);
        record.with(|record| {
            match record.field("value") {
                Some(Value::$variant(value)) => assert_eq!(value, $expected),
                other => panic!("{other:?}"),
            }
            assert_eq!(record.message().to_string(), format!("say {} -1", $value));
        });
        assert_eq!(json_of(&record), serde_json::json!($json));
    })*};
}

/// Of two shortest texts of an `f32` that are equally near, either is right, so numbers of that type are compared by what they
/// are read back as.
fn with_f32_bits(mut value: serde_json::Value) -> serde_json::Value {
    match &mut value {
        serde_json::Value::Object(pairs) => {
            for (key, value) in pairs {
                match value.as_f64() {
                    Some(number) if key == "F32" => *value = (number as f32).to_bits().into(),
                    _ => *value = with_f32_bits(value.take()),
                }
            }
        }
        serde_json::Value::Array(elements) => {
            elements.iter_mut().for_each(|element| *element = with_f32_bits(element.take()));
        }
        _ => {}
    }
    value
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn structured_values_come_out_as_they_went_in(value in any_value()) {
        let record = through!(value);
        record.with(|record| check(record.field("value").expect("the field is there"), &value));
        prop_assert_eq!(with_f32_bits(json_of(&record)), with_f32_bits(json(&value)));
    }

    #[test]
    fn errors_come_out_with_their_sources(texts in proptest::collection::vec(text(), 1..40)) {
        let record = through!(Chain::new(texts.clone()));
        let kept = &texts[..texts.len().min(32)];
        record.with(|record| {
            let Some(Value::Error(errors)) = record.field("value") else { panic!("no error: {record:?}") };
            assert_eq!(errors.collect::<Vec<_>>(), kept);
        });
        prop_assert_eq!(json_of(&record), serde_json::json!({"message": kept[0], "sources": kept[1..]}));
    }

    #[test]
    fn displays_come_out_as_their_text(text in text()) {
        let record = through!(Shown(text.clone()), rlog_display);
        record.with(|record| {
            assert!(matches!(record.field("value"), Some(Value::Text(shown)) if shown == text));
            assert_eq!(record.message().to_string(), format!("say {text} -1"));
        });
        prop_assert_eq!(json_of(&record), serde_json::json!(text));
        let record = through!(Shown(text.clone()), rlog_debug);
        prop_assert_eq!(json_of(&record), serde_json::json!(format!("{:?}", Shown(text))));
    }

    #[test]
    fn scalars_come_out_as_they_went_in(
        signed: (i8, i16, i32, i64, isize, i128),
        unsigned: (u8, u16, u32, u64, usize, u128),
        others: (bool, char, Option<u32>, Option<String>),
        text in text(),
        float in prop_oneof![any::<f64>(), -1e9_f64..1e9].prop_filter("finite", |float| float.is_finite()),
    ) {
        check_scalars! {
            signed.0 => I64(i64::from(signed.0)), signed.0;
            signed.1 => I64(i64::from(signed.1)), signed.1;
            signed.2 => I64(i64::from(signed.2)), signed.2;
            signed.3 => I64(signed.3), signed.3;
            signed.4 => I64(signed.4 as i64), signed.4;
            signed.5 => I128(signed.5), json(&Any::I128(signed.5))["I128"];
            unsigned.0 => U64(u64::from(unsigned.0)), unsigned.0;
            unsigned.1 => U64(u64::from(unsigned.1)), unsigned.1;
            unsigned.2 => U64(u64::from(unsigned.2)), unsigned.2;
            unsigned.3 => U64(unsigned.3), unsigned.3;
            unsigned.4 => U64(unsigned.4 as u64), unsigned.4;
            unsigned.5 => U128(unsigned.5), json(&Any::U128(unsigned.5))["U128"];
            others.0 => Bool(others.0), others.0;
            others.1 => Char(others.1), others.1;
            text => Str(text.as_str()), text;
            text.as_str() => Str(text.as_str()), text;
            Box::new(std::sync::Arc::new(&unsigned.2)) => U64(u64::from(unsigned.2)), unsigned.2;
        }
        let record = through!(float);
        record.with(|record| assert!(matches!(record.field("value"), Some(Value::F64(value)) if value.to_bits() == float.to_bits())));
        prop_assert_eq!(json_of(&record), serde_json::json!(float));
        let record = through!(others.2);
        prop_assert_eq!(json_of(&record), serde_json::json!(others.2));
        let record = through!(others.3);
        prop_assert_eq!(json_of(&record), serde_json::json!(others.3));
        let record = through!((signed.0, others.3.clone(), [unsigned.0; 3], vec![(text.clone(), others.0)]));
        prop_assert_eq!(
            json_of(&record),
            serde_json::json!([signed.0, others.3, [unsigned.0, unsigned.0, unsigned.0], [[text, others.0]]])
        );
    }

    #[test]
    fn a_kind_that_lies_about_its_bytes_harms_nothing(
        kind in 0..zoo::COUNT,
        bytes in proptest::collection::vec(prop_oneof![0..4_u8, any::<u8>()], 0..200),
    ) {
        lie(kind, &bytes);
    }
}

/// Logs bytes as a value of the kind of that number. `run` checks that it can be read and formatted, and that its
/// neighbours are untouched.
fn lie(kind: usize, bytes: &[u8]) -> OwnedRecord {
    macro_rules! of_kind {
        ($($number:literal)*) => {
            match kind {
                $($number => through!(Liar::<$number>(bytes)),)*
                _ => panic!("kind {kind} is missing here"),
            }
        };
    }
    of_kind!(0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28)
}

/// A list of one list of one list, and so on.
fn nested_lists(depth: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    for level in (0..depth).rev() {
        bytes.extend_from_slice(&(level as u32 * 8 + 4).to_ne_bytes());
        bytes.extend_from_slice(&u32::from(level > 0).to_ne_bytes());
    }
    bytes
}

#[test]
fn nesting_without_an_end_is_cut_off() {
    let record = lie(25, &nested_lists(10));
    assert_eq!(json_of(&record).to_string(), "[[[[[[[[[[]]]]]]]]]]");
    let record = lie(25, &nested_lists(100_000));
    let shown = json_of(&record).to_string();
    assert_eq!(shown.matches('[').count(), 60, "{shown}");
    assert!(shown.contains("[\"…\"]"), "{shown}");
}

#[test]
fn a_count_of_what_takes_no_bytes_is_not_believed() {
    let mut bytes = 4_u32.to_ne_bytes().to_vec();
    bytes.extend_from_slice(&u32::MAX.to_ne_bytes());
    assert_eq!(json_of(&lie(19, &bytes)).as_array().map(Vec::len), Some(64));
    assert_eq!(json_of(&through!(vec![(); 3])), serde_json::json!([null, null, null]));
}

#[test]
fn what_is_missing_at_the_end_costs_what_is_there_nothing() {
    struct Half;
    impl Loggable for Half {
        const KIND: Kind = Row::KIND;
        fn encode(&self, encoder: &mut Encoder) {
            7_i64.encode(encoder);
            "tag".encode(encoder);
        }
    }
    assert_eq!(json_of(&through!(Half)), serde_json::json!({"id": 7, "tags": ["tag"]}));
}

#[test]
fn a_list_of_many_nodes_is_shown_as_far_as_it_is_deep() {
    struct Node(u32, Option<Box<Self>>);
    impl Loggable for Node {
        const KIND: Kind = Kind::Struct(&Shape {
            name: "Node",
            style: Style::Named,
            // The number stands behind what is too deep.
            fields: &[field::<Option<Box<Self>>>("next"), field::<u32>("n")],
        });
        fn encode(&self, encoder: &mut Encoder) {
            self.1.encode(encoder);
            self.0.encode(encoder);
        }
    }
    for length in [60, 61, 129, 100_000] {
        let list = (0..length).rev().fold(None, |next, n| Some(Box::new(Node(n, next)))).unwrap();
        let json = json_of(&through!(list));
        let mut node = &json;
        let mut shown = 0;
        while node.is_object() {
            assert_eq!(node["n"], shown, "{length}");
            shown += 1;
            node = &node["next"];
        }
        let end = if length > 60 { "…".into() } else { serde_json::Value::Null };
        assert_eq!((shown, node), (60, &end), "{length}");
        // Dropped one by one: the drop of such a list would overflow the stack by itself.
        let mut rest = Some(list);
        while let Some(mut node) = rest {
            rest = node.1.take();
        }
    }
}

#[test]
fn a_tree_that_is_too_deep_costs_what_stands_behind_it_nothing() {
    enum Tree {
        Leaf(u8),
        Many(Vec<Self>, u16),
        Two(Box<Self>, Box<Self>),
    }
    impl Loggable for Tree {
        const KIND: Kind = Kind::Enum(&EnumShape {
            name: "Tree",
            tagging: Tagging::External,
            variants: &[
                Shape { name: "Leaf", style: Style::Newtype, fields: &[field::<u8>("0")] },
                Shape { name: "Many", style: Style::Tuple, fields: &[field::<Vec<Self>>("0"), field::<u16>("1")] },
                Shape { name: "Two", style: Style::Tuple, fields: &[field::<Box<Self>>("0"), field::<Box<Self>>("1")] },
            ],
        });
        fn encode(&self, encoder: &mut Encoder) {
            match self {
                Self::Leaf(number) => {
                    encoder.variant(0);
                    number.encode(encoder);
                }
                Self::Many(trees, number) => {
                    encoder.variant(1);
                    trees.encode(encoder);
                    number.encode(encoder);
                }
                Self::Two(left, right) => {
                    encoder.variant(2);
                    left.encode(encoder);
                    right.encode(encoder);
                }
            }
        }
    }
    let many = (0..1000).fold(Tree::Leaf(1), |tree, number| Tree::Many(vec![tree], number));
    assert_eq!(json_of(&through!(many))["Many"][1], 999);
    let two = (0..1000).fold(Tree::Leaf(1), |tree, _| Tree::Two(Box::new(tree), Box::new(Tree::Leaf(2))));
    let json = json_of(&through!(two));
    let leaf = serde_json::json!({"Leaf": 2});
    assert_eq!((&json["Two"][1], &json["Two"][0]["Two"][1]), (&leaf, &leaf));
    let deepest = (0..59).fold(&json, |tree, _| &tree["Two"][0]);
    assert_eq!(*deepest, serde_json::json!({"Two": ["…", "…"]}));
}

#[test]
fn keys_of_a_map_that_look_the_same_stay_apart() {
    let map: BTreeMap<Option<String>, u8> = [(None, 1), (Some("null".into()), 2), (Some("a\"\n".into()), 3)].into();
    assert_eq!(json_of(&through!(map)), serde_json::json!({"null": 1, "null_": 2, "a\"\n": 3}));
}

#[test]
fn targets_keys_and_names_cannot_break_a_line() {
    static SITE: Callsite = Callsite::new(
        Level::INFO,
        2,
        1,
        "t4:a\n\"bmp4:\r\n\"{h0;h1;k3:x\ny\
         k5:value.values\u{1f}va\nlues.rs",
    );
    let row = Liar::<26>(&[0; 64]);
    let record = {
        let _turn = turn();
        emit2(&SITE, (&&&&&Probe(&row)).rlog_value(), (&&&&&Probe(&"a\nb")).rlog_value());
        assert!(rlog_runtime::flush(Duration::from_secs(60)));
        KEPT.lock().unwrap().take().expect("the record arrives")
    };
    text_line(&record);
    let json = json_line(&record);
    assert_eq!(json["logger"], "a\n\"b");
    assert_eq!(json["x\ny"]["a\n\""], "");
    assert!(json["message"].as_str().is_some_and(|message| message.starts_with("\r\n\"{Row\r")), "{json}");
}

#[test]
fn a_text_of_no_form_is_split_without_a_panic() {
    for text in [
        "",
        "é",
        "m痗",
        "p9:short",
        "p1:é",
        "h",
        "h1",
        "h99999999999999999999;",
        "h0,",
        "h0,é>0_._.d;",
        "k5",
        "t:",
        ".\u{1f}",
    ] {
        let callsite = Callsite::new(Level::INFO, 1, 1, text);
        assert!(callsite.template().len() <= text.len() + 2);
        assert_eq!(callsite.keys().count(), 0, "{text}");
        let _ = (callsite.target(), callsite.module_path(), callsite.file());
    }
}
