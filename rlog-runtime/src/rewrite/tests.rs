//! Records before and after, and what the formatters make of them.

use super::bytes::Bytes;
use super::*;
use crate::callsite::Callsite;
use crate::format::{Formatter, Json, Pretty, Text};
use crate::level::Level;
use crate::record::{OwnedRecord, ThreadInfo};
use crate::redact::{Mask, Replacement, Rule};
use crate::timestamp::Timestamp;
use crate::value::decode::Reader;
use crate::value::render::tests::{Order, Payment, failed, logged};
use crate::value::tagged::Tag;
use crate::value::{EnumShape, FieldShape, Kind, Loggable, Shape, Style, Tagging, kind_of};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::string::{String, ToString as _};

fn callsite(text: &str) -> &'static Callsite {
    let text: &'static str = Box::leak(text.into());
    Box::leak(Box::new(Callsite::new(Level::INFO, 32, 7, text)))
}

fn record<'a>(callsite: &'static Callsite, values: &'a [Option<Value<'a>>]) -> Record<'a> {
    Record {
        callsite,
        info: callsite.info(),
        timestamp: Timestamp::from_nanoseconds(1_700_000_000_000_000_042),
        sequence: 1,
        thread: ThreadInfo { id: 7, name: None },
        values,
        notes: &[],
        encoded: Encoded::new(&[], &[]),
    }
}

/// Key `value` of a statement with the message `got {value}`.
const ONE: &str = "mp4:got h0;k5:value.app\u{1f}f";

fn rewriter(redaction: &Redaction, limits: Limits) -> Box<Rewriter> {
    Rewriter::new(Some(redaction), limits).expect("something to do")
}

/// The record as text, and as JSON.
fn shown(rewriter: &mut Rewriter, text: &str, values: &[Option<Value<'_>>]) -> (String, String) {
    let lines = [&Text::new() as &dyn Formatter, &Json::new()].map(|formatter| {
        let mut line = Vec::new();
        rewriter.deliver(&record(callsite(text), values), formatter, &mut line, |_, _| ());
        let line = String::from_utf8(line).expect("text");
        line.split_once(if line.starts_with('{') { ",\"logger\":\"app\"," } else { "app: " })
            .map_or(line.clone(), |(_, rest)| rest.trim_end().into())
    });
    let [text, json] = lines;
    (text, json)
}

fn json(redaction: &Redaction, text: &str, values: &[Option<Value<'_>>]) -> String {
    shown(&mut rewriter(redaction, Limits::new()), text, values).1
}

/// What becomes of one value under the key `value`, as JSON.
fn one(redaction: &Redaction, value: Value<'_>) -> String {
    let json = json(redaction, "k5:value.app\u{1f}f", &[Some(value)]);
    json.strip_prefix("\"value\":").and_then(|json| json.strip_suffix('}')).expect("a value").into()
}

/// `struct Account { user: &str, password: &str, card: u64, note: Option (left out), pair: (&str, bool), state: Payment }`
struct Account {
    password: &'static str,
    card: u64,
    by: &'static str,
}

impl Loggable for Account {
    const KIND: Kind = Kind::Struct(&Shape {
        name: "Account",
        style: Style::Named,
        fields: &[
            FieldShape::new("user", kind_of::<&str>()),
            FieldShape::new("password", kind_of::<&str>()),
            FieldShape::new("card", kind_of::<u64>()),
            FieldShape::new("note", crate::value::kind_of_sparse::<u64>()),
            FieldShape::new("state", kind_of::<Payment>()),
        ],
    });

    fn encode(&self, encoder: &mut crate::value::Encoder) {
        "ada".encode(encoder);
        self.password.encode(encoder);
        self.card.encode(encoder);
        encoder.presence(false);
        Payment::Paid { cents: 5, by: self.by }.encode(encoder);
    }
}

const CARD: u64 = 4_111_111_111_111_111;

fn account() -> Value<'static> {
    logged(Account { password: "hunter2", card: CARD, by: "ada@example.com" })
}

#[test]
fn a_record_without_secrets_is_passed_on_as_it_is() {
    let values = [Some(logged(Order { id: 1, note: None, state: Payment::Open })), None, Some(Value::Str("fine"))];
    let record = record(callsite("k1:ak1:bk1:c.app\u{1f}f"), &values);
    let mut rewriter = rewriter(&Redaction::strict(), Limits::new().text(100));
    rewriter.rewrite(&record, |seen| {
        assert!(core::ptr::eq(seen.values, record.values));
    });
}

#[test]
fn values_keep_their_form_around_what_is_replaced() {
    let redaction = Redaction::strict();
    let (text, json) = shown(&mut rewriter(&redaction, Limits::new()), ONE, &[Some(account())]);
    assert_eq!(
        json,
        "\"message\":\"got Account {user: \\\"ada\\\", password: [REDACTED], card: [REDACTED], state: Paid {cents: 5, by: \
         \\\"[REDACTED]\\\"}}\",\"value\":{\"user\":\"ada\",\"password\":\"[REDACTED]\",\"card\":\"[REDACTED]\",\
         \"state\":{\"Paid\":{\"cents\":5,\"by\":\"[REDACTED]\"}}}}"
    );
    assert!(text.contains("Account {user: \"ada\", password: [REDACTED]"), "{text}");
}

#[test]
fn a_path_that_ends_in_any_number_of_keys_hides_all_that_is_below() {
    let map = || logged(BTreeMap::from([("a", BTreeMap::from([("x", 1)]))]));
    for (path, expected) in [
        ("user.**", r#""user":"[REDACTED]","other":{"a":{"x":1}}}"#),
        ("User.*.**", r#""user":{"a":"[REDACTED]"},"other":{"a":{"x":1}}}"#),
        ("user.**.x", r#""user":{"a":{"x":"[REDACTED]"}},"other":{"a":{"x":1}}}"#),
        ("**", r#""user":"[REDACTED]","other":"[REDACTED]"}"#),
        ("", r#""user":"[REDACTED]","other":"[REDACTED]"}"#),
        (".", r#""user":"[REDACTED]","other":"[REDACTED]"}"#),
        ("none.**", r#""user":{"a":{"x":1}},"other":{"a":{"x":1}}}"#),
    ] {
        let redaction = Redaction::new().rule(Rule::path(path));
        let shown = json(&redaction, "k4:userk5:other.app\u{1f}f", &[Some(map()), Some(map())]);
        assert_eq!(shown, expected, "{path:?}");
    }
}

#[test]
fn each_value_can_be_replaced() {
    let redaction = Redaction::strict();
    for (value, expected) in [
        (Value::Str("to ada@example.com"), "\"to [REDACTED]\""),
        (Value::Text("from 203.0.113.77:80"), "\"from 203.0.113.x:80\""),
        (Value::Bytes(b"\x01ada@example.com\x02"), r#""\\x01[REDACTED]\\x02""#),
        (Value::U64(CARD), "\"[REDACTED]\""),
        (Value::I64(CARD as i64), "\"[REDACTED]\""),
        (Value::U128(CARD.into()), "\"[REDACTED]\""),
        (Value::F64(CARD as f64), "\"[REDACTED]\""),
        (Value::U64(CARD + 1), "4111111111111112"),
        (failed(&["no", "for ada@example.com"]), r#"{"message":"no","sources":["for [REDACTED]"]}"#),
        (logged(std::vec![CARD, 7]), "[\"[REDACTED]\",7]"),
        (logged((1, "ada@example.com")), "[1,\"[REDACTED]\"]"),
        (logged(BTreeMap::from([("a", CARD), ("password", 1)])), r#"{"a":"[REDACTED]","password":"[REDACTED]"}"#),
        (logged(BTreeMap::from([("ada@example.com", 1)])), r#"{"[REDACTED]":1}"#),
        (
            logged(BTreeMap::from([("token", Some("x")), ("user.token", None)])),
            r#"{"token":"[REDACTED]","user.token":null}"#,
        ),
        (logged(Payment::Failed(1, std::vec![CARD as f64])), r#"{"Failed":[1,["[REDACTED]"]]}"#),
    ] {
        assert_eq!(one(&redaction, value), expected, "{value:?}");
    }
}

#[test]
fn what_is_not_replaced_comes_through_unchanged() {
    let others = [
        Value::Null,
        Value::Bool(true),
        Value::Char('ß'),
        Value::I64(-1),
        Value::U64(7),
        Value::I128(-(1 << 100)),
        Value::U128(1 << 100),
        Value::F32(0.5),
        Value::F64(f64::NAN),
        Value::Str("s\n"),
        Value::Text("t"),
        Value::Bytes(b"\x00b"),
        failed(&["outer", "inner"]),
        Value::Duration(core::time::Duration::new(1, 5)),
        Value::Time(-1),
        logged(Order { id: 1, note: Some("n"), state: Payment::Open }),
        logged(BTreeMap::from([(1, std::vec![Some(1), None])])),
        logged(core::net::Ipv4Addr::LOCALHOST),
    ];
    let mut text = String::new();
    others.iter().enumerate().for_each(|(index, _)| text.push_str(&std::format!("k3:k{index:02}")));
    text.push_str("k3:pin.app\u{1f}f");
    let mut values: Vec<_> = others.iter().copied().map(Some).collect();
    values.extend([Some(Value::U64(1234))]);
    let mut rewriter = rewriter(&Redaction::new().rule(Rule::key("pin")), Limits::new());
    let record = record(callsite(&text), &values);
    rewriter.rewrite(&record, |seen| {
        for (before, after) in record.values.iter().zip(seen.values).take(others.len()) {
            assert_eq!(std::format!("{before:?}"), std::format!("{after:?}"));
        }
        assert!(matches!(seen.field("pin"), Some(Value::Text("[REDACTED]"))));
    });
}

#[test]
fn a_copy_that_a_handler_keeps_has_no_clear_text() {
    let values = [Some(account()), None, Some(Value::Str("x")), Some(Value::U64(1))];
    let record = record(callsite("k1:ak1:bk6:secretk1:d.app\u{1f}f"), &values);
    let kept: OwnedRecord = rewriter(&Redaction::strict(), Limits::new()).rewrite(&record, |record| record.to_owned());
    kept.with(|record| {
        assert_eq!(
            record.fields().map(|(key, value)| std::format!("{key}={value}")).collect::<Vec<_>>(),
            [
                "a=Account {user: \"ada\", password: [REDACTED], card: [REDACTED], state: Paid {cents: 5, by: \"[REDACTED]\"}}",
                "secret=[REDACTED]",
                "d=1"
            ]
        );
    });
}

#[test]
fn rules_hide_what_they_say_and_show_what_they_say() {
    let redaction = Redaction::new()
        .rule(Rule::path("account.card").replacement(Mask::Last4))
        .rule(Rule::path("account.state.*").replacement("gone"))
        .rule(Rule::key("user").replacement(Replacement::Hash).name("users"));
    let json = json(&redaction, "k7:accountk5:other.app\u{1f}f", &[Some(account()), Some(account())]);
    let hash = {
        let mut out = Vec::new();
        Replacement::Hash.write(b"ada", false, &mut out);
        String::from_utf8(out).expect("digits")
    };
    assert_eq!(
        json,
        std::format!(
            "\"account\":{{\"user\":\"{hash}\",\"password\":\"hunter2\",\"card\":\"****1111\",\"state\":{{\"Paid\":{{\
             \"cents\":\"gone\",\"by\":\"gone\"}}}}}},\"other\":{{\"user\":\"{hash}\",\"password\":\"hunter2\",\
             \"card\":4111111111111111,\"state\":{{\"Paid\":{{\"cents\":5,\"by\":\"ada@example.com\"}}}}}}}}"
        )
    );
    let counts: Vec<_> = redaction.counts().into_iter().map(|rule| (rule.rule, rule.count)).collect();
    assert_eq!(
        counts,
        [("path `account.card`".into(), 2), ("path `account.state.*`".into(), 4), ("users".into(), 4)],
        "text and JSON"
    );
}

#[test]
fn texts_that_the_caller_made_go_with_their_values() {
    // `{value:>8}` of a type that has a `Display` of its own: argument 1 is its text.
    let text = "mp1:[h0, >08._.d,1;p1:]k8:passwordak1:b.app\u{1f}f";
    let (text, json) = shown(
        &mut rewriter(&Redaction::standard(), Limits::new()),
        text,
        &[Some(Value::Text("hunter2")), Some(Value::Text("   hunter2")), Some(Value::U64(1))],
    );
    assert!(!text.contains("hunter2") && !json.contains("hunter2"), "{text} {json}");
    assert!(json.contains("[REDACTED]") && json.contains("\"b\":1"), "{json}");
}

#[test]
fn a_value_that_the_message_names_has_that_name() {
    for (text, is_hidden) in [
        ("mp9:password=h0;a.app\u{1f}f", true),
        ("mp7:Bearer h0;a.app\u{1f}f", true),
        ("mp7:token: h0;a.app\u{1f}f", true),
        ("mp15:invalid token: h0;a.app\u{1f}f", false),
        ("mp3:no h0;a.app\u{1f}f", false),
    ] {
        let json = json(&Redaction::standard(), text, &[Some(Value::Str("abc"))]);
        assert_eq!(!json.contains("abc"), is_hidden, "{json}");
    }
}

#[test]
fn splats_and_notes_are_rewritten() {
    let values = [Some(account())];
    let base = record(callsite("s.app\u{1f}f"), &values);
    let notes = [Note { key: "tenant_secret", value: Value::U64(5) }, Note { key: "n", value: Value::U64(6) }];
    let base = Record { notes: &notes, ..base };
    let fields = rewriter(&Redaction::standard(), Limits::new())
        .rewrite(&base, |record| record.fields().map(|(key, value)| std::format!("{key}={value}")).collect::<Vec<_>>());
    assert_eq!(
        fields,
        [
            "user=ada",
            "password=[REDACTED]",
            "card=[REDACTED]",
            "state=Paid {cents: 5, by: \"ada@example.com\"}",
            "tenant_secret=[REDACTED]",
            "n=6"
        ]
    );
}

#[test]
fn fields_of_splats_count_and_are_no_level_deep() {
    let map = |count: u8| logged((0..count).map(|key| (std::format!("k{key:02}"), key)).collect::<BTreeMap<_, _>>());
    let text = "k1:ask1:bk1:c.app\u{1f}f";
    let limited = |limits: Limits, splat: Value<'_>| {
        let values = [Some(Value::U64(1)), Some(splat), Some(Value::U64(2)), Some(Value::U64(3))];
        shown(&mut rewriter(&Redaction::standard(), limits), text, &values)
    };
    let fields = |fields: usize| Limits::new().fields(fields);
    for (limits, count, expected) in [
        (fields(3), 20, r#""a":1,"k00":0,"k01":1,"fields_omitted":20}"#),
        (fields(1), 20, r#""a":1,"fields_omitted":22}"#),
        (fields(0), 20, r#""fields_omitted":23}"#),
        (fields(4), 2, r#""a":1,"b":2,"k00":0,"k01":1,"fields_omitted":1}"#),
        (fields(5), 2, r#""a":1,"b":2,"c":3,"k00":0,"k01":1}"#),
        (fields(2), 0, r#""a":1,"b":2,"fields_omitted":1}"#),
        // Both limits: two of twenty, and what stands for the others, of which there is no room for.
        (fields(3).elements(2), 20, r#""a":1,"k00":0,"k01":1,"fields_omitted":3}"#),
        (fields(6).elements(2), 20, r#""a":1,"b":2,"c":3,"k00":0,"k01":1,"…":"[18 more]"}"#),
        (Limits::new().depth(0), 2, r#""a":1,"b":2,"c":3,"k00":0,"k01":1}"#),
    ] {
        let (_, json) = limited(limits, map(count));
        assert_eq!(json, expected, "{limits:?} {count}");
    }
    let nested = || logged(BTreeMap::from([("m", BTreeMap::from([("n", BTreeMap::from([("o", 1)]))]))]));
    for (depth, expected) in [
        (0, r#""a":1,"b":2,"c":3,"m":"[DEPTH]"}"#),
        (1, r#""a":1,"b":2,"c":3,"m":{"n":"[DEPTH]"}}"#),
        (2, r#""a":1,"b":2,"c":3,"m":{"n":{"o":1}}}"#),
    ] {
        assert_eq!(limited(Limits::new().depth(depth), nested()).1, expected);
    }
    // What is cut is what was rewritten: nothing comes back, and what was too long is cut once.
    let (line, json) = limited(fields(4).text(3), account());
    assert_eq!(json, r#""a":1,"user":"ada","password":"[REDACTED]","card":"[REDACTED]","fields_omitted":3}"#);
    assert!(!line.contains("hunter2") && line.contains("fields_omitted=3"), "{line}");
}

#[test]
fn no_record_is_rewritten_twice_by_the_same_rules() {
    let redaction = Redaction::new().rule(Rule::key("value").replacement(Replacement::Hash));
    let values = [Some(Value::Str("ada"))];
    let (mut first, mut second) = (rewriter(&redaction, Limits::new()), rewriter(&redaction, Limits::new().text(3)));
    first.rewrite(&record(callsite(ONE), &values), |seen| {
        let hash = seen.field("value").map(|value| value.to_string());
        first_hash_is_kept(&mut second, seen, hash.as_deref());
    });
    fn first_hash_is_kept(second: &mut Rewriter, seen: &Record<'_>, hash: Option<&str>) {
        let again = second.rewrite(seen, |again| again.field("value").map(|value| value.to_string()));
        assert_eq!(again.map(|again| again[..3].to_string()).as_deref(), hash.map(|hash| &hash[..3]));
        assert_eq!(second.rewrite(seen, |again| again.field("value").map(|value| value.to_string().len())), Some(17));
    }
}

#[test]
fn limits_leave_marks() {
    let mut rewriter = Rewriter::new(None, Limits::new().text(5).bytes(3).elements(2).depth(2)).expect("limits");
    let mut one = |value| {
        let (_, json) = shown(&mut rewriter, "k5:value.app\u{1f}f", &[Some(value)]);
        String::from(&json[8..json.len() - 1])
    };
    for (value, expected) in [
        (Value::Str("12345"), "\"12345\""),
        (Value::Str("123456789"), "\"12345[TRUNCATED:4]\""),
        (Value::Str("äöü"), "\"äö[TRUNCATED:2]\""),
        (Value::Bytes(b"123"), "\"123\""),
        (Value::Bytes(b"1234"), "\"[BYTES:4]\""),
        (logged(std::vec![1, 2]), "[1,2]"),
        (logged(std::vec![1, 2, 3, 4]), "[1,2,\"[2 more]\"]"),
        (logged(BTreeMap::from([(1, 1), (2, 2), (3, 3)])), r#"{"1":1,"2":2,"…":"[1 more]"}"#),
        (logged(std::vec![std::vec![std::vec![1]]]), "[[\"[DEPTH]\"]]"),
        (logged((1, 2, 3)), "[1,2,\"[1 more]\"]"),
        (logged(Order { id: 1, note: None, state: Payment::Open }), r#"{"id":1,"note":null,"…":"[1 more]"}"#),
        (failed(&["123456"]), r#"{"message":"12345[TRUNCATED:1]","sources":[]}"#),
    ] {
        assert_eq!(one(value), expected);
    }
}

#[test]
fn fields_that_are_too_many_are_counted() {
    let values = [1, 2, 3, 4].map(|number| Some(Value::U64(number)));
    let mut rewriter = Rewriter::new(None, Limits::new().fields(1)).expect("limits");
    let (_, json) = shown(&mut rewriter, "mh3;k1:ak1:bk1:ck1:d.app\u{1f}f", &values);
    assert_eq!(json, r#""message":"4","a":1,"d":4,"fields_omitted":2}"#);
}

#[test]
fn secrets_are_replaced_before_anything_is_cut() {
    let redaction = Redaction::strict();
    let text = std::format!("{}{CARD}", "x ".repeat(5));
    for limit in 0..40 {
        let (text, json) = shown(&mut rewriter(&redaction, Limits::new().text(limit)), ONE, &[Some(Value::Str(&text))]);
        assert!(!text.contains("411") && !json.contains("411"), "{text}");
    }
}

#[test]
fn a_line_that_is_too_long_is_made_shorter_and_stays_whole() {
    let long = "ä\u{1}".repeat(8_000);
    let many: Vec<Value<'_>> = (0..16).map(|_| Value::Str(&long)).collect();
    let keys: String = (0..16).map(|index| std::format!("k3:k{index:02}")).collect();
    let wide = logged((0..8_000_u64).collect::<Vec<_>>());
    let deep = logged(crate::value::render::tests::Nested(50));
    for (text, values) in [
        ("mh0;k1:a.app\u{1f}f".into(), std::vec![Some(Value::Str(&long))]),
        ("k1:a.app\u{1f}f".into(), std::vec![Some(wide)]),
        ("k1:a.app\u{1f}f".into(), std::vec![Some(Value::Bytes(long.as_bytes()))]),
        ("k1:ak1:b.app\u{1f}f".into(), std::vec![Some(failed(&[&long, &long])), Some(deep)]),
        (std::format!("{keys}.app\u{1f}f"), many.iter().copied().map(Some).collect()),
        (std::format!("mp{}:{long}.app\u{1f}f", long.len()), std::vec![]),
    ] {
        for longest in [512, 16 << 10] {
            let mut rewriter = Rewriter::new(None, Limits::new().line(longest)).expect("limits");
            for formatter in [&Json::new() as &dyn Formatter, &Text::new()] {
                let mut line = Vec::new();
                rewriter.deliver(&record(callsite(&text), &values), formatter, &mut line, |_, line| {
                    assert!(line.len() <= longest && line.ends_with(b"\n"), "{} of {longest}", line.len());
                });
                if line.starts_with(b"{") {
                    serde_json::from_slice::<serde_json::Value>(&line).expect("JSON");
                }
            }
        }
    }
}

#[test]
fn a_line_to_which_the_formatter_adds_too_much_is_a_plain_one() {
    let long = "x".repeat(20_000);
    let template = Text::template(&std::format!("{{level}} {long}")).expect("a template");
    let formatters: [(&dyn Formatter, &str); 3] = [
        (&Json::new().attribute("a", &long), "\"message\":\"a record of f:7 is too long for one line\""),
        (&Json::opentelemetry().attribute("a", &long), "\"message\":\"a record of f:7 is too long for one line\""),
        (&template, " INFO   app a record of f:7 is too long for one line"),
    ];
    for (formatter, expected) in formatters {
        for longest in [512, 16 << 10] {
            let mut rewriter = Rewriter::new(None, Limits::new().line(longest)).expect("limits");
            let mut line = Vec::new();
            rewriter.deliver(
                &record(callsite("k1:a.app\u{1f}f"), &[Some(Value::U64(1))]),
                formatter,
                &mut line,
                |_, _| (),
            );
            let line = String::from_utf8(line).expect("text");
            assert!(line.len() <= longest && line.contains(expected), "{line}");
        }
    }
}

#[test]
fn as_much_is_kept_as_may_be() {
    let long = "x".repeat(1 << 17);
    let mut rewriter = Rewriter::new(None, Limits::container()).expect("limits");
    let mut line = Vec::new();
    rewriter.deliver(
        &record(callsite("k1:a.app\u{1f}f"), &[Some(Value::Str(&long))]),
        &Json::new(),
        &mut line,
        |_, _| (),
    );
    assert!((12 << 10..=16 << 10).contains(&line.len()), "{}", line.len());
    line.clear();
    rewriter.deliver(
        &record(callsite("k1:a.app\u{1f}f"), &[Some(Value::Str("x"))]),
        &Json::new(),
        &mut line,
        |_, _| (),
    );
    assert!(line.ends_with(b"\"a\":\"x\"}\n"), "the limits are those of the configuration again");
}

#[test]
fn statements_without_anything_to_hide_are_known() {
    let callsite = callsite("k1:ak1:b.app\u{1f}f");
    let bytes = [[1, 0, 0, 0, 0, 0, 0, 0], [2, 0, 0, 0, 0, 0, 0, 0]].concat();
    let values = [Some(Value::U64(1)), Some(Value::U64(2))];
    let record = Record { encoded: Encoded::new(&[Kind::U64, Kind::U64], &bytes), ..record(callsite, &values) };
    let mut keys_only = rewriter(&Redaction::new().rule(Rule::secret_keys()), Limits::new());
    keys_only.rewrite(&record, |_| ());
    assert!(keys_only.inner.plans.is_inert(&record));
    let mut cards = rewriter(&Redaction::standard(), Limits::new());
    cards.rewrite(&record, |_| ());
    assert!(!cards.inner.plans.is_inert(&record), "a number may be one of a card");
}

#[test]
fn enums_are_tagged_as_they_were() {
    struct Tagged(&'static str);
    impl Loggable for Tagged {
        const KIND: Kind = Kind::Enum(&EnumShape {
            name: "Tagged",
            tagging: Tagging::Internal("kind"),
            variants: &[Shape {
                name: "In",
                style: Style::Named,
                fields: &[FieldShape::new("pin", kind_of::<&str>()), FieldShape::new("id", kind_of::<u8>())],
            }],
        });
        fn encode(&self, encoder: &mut crate::value::Encoder) {
            encoder.variant(0);
            self.0.encode(encoder);
            7_u8.encode(encoder);
        }
    }
    let redaction = Redaction::new().rule(Rule::key("pin"));
    assert_eq!(one(&redaction, logged(Tagged("1234"))), r#"{"kind":"In","pin":"[REDACTED]","id":7}"#);
}

#[test]
fn keys_of_flattened_fields_are_those_that_are_shown() {
    struct Outer;
    struct Inner;
    impl Loggable for Inner {
        const KIND: Kind = Kind::Struct(&Shape {
            name: "Inner",
            style: Style::Named,
            fields: &[FieldShape::new("key", kind_of::<&str>()), FieldShape::new("id", kind_of::<u8>())],
        });
        fn encode(&self, encoder: &mut crate::value::Encoder) {
            "open sesame".encode(encoder);
            7_u8.encode(encoder);
        }
    }
    impl Loggable for Outer {
        const KIND: Kind = Kind::Struct(&Shape {
            name: "Outer",
            style: Style::Named,
            fields: &[FieldShape::new("inner", kind_of::<Inner>()).flattened("api_")],
        });
        fn encode(&self, encoder: &mut crate::value::Encoder) {
            Inner.encode(encoder);
        }
    }
    for rule in [Rule::key("api_key"), Rule::path("value.api_key"), Rule::secret_keys()] {
        let redaction = Redaction::new().rule(rule);
        assert_eq!(one(&redaction, logged(Outer)), r#"{"api_key":"[REDACTED]","api_id":7}"#);
    }
}

/// What must be in no output.
const NEEDLES: [&str; 8] = [
    "4111111111111111",
    "5555 5555 5555 4444",
    "DE89370400440532013000",
    "eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UifQ.dBjftJeZ4CVPmB92K27uhbUJU1p1r",
    "ada.lovelace@example.com",
    "AKIAIOSFODNN7EXAMPLE",
    "2001:db8:85a3::8a2e:370:7334",
    "postgres://app:correcthorsebattery@db/",
];

fn callsite_of_trees() -> &'static Callsite {
    static SITE: Callsite = Callsite::new(Level::INFO, 3, 7, "mp2:a h0;p3: b h1;k1:ak1:bs.app\u{1f}f");
    &SITE
}

/// A value of any form with needles in it.
#[derive(Clone, Debug)]
enum Tree {
    /// Text around a needle.
    Text(bool, String, usize, String),
    /// Text that is a secret only by its key.
    Keyed,
    Card(u64),
    Error(usize),
    List(Vec<Self>),
    Map(Vec<(usize, String, Self)>),
    /// A map with a needle for a key.
    KeyedBy(usize, Box<Self>),
}

impl Tree {
    fn write(&self, out: &mut Bytes) {
        match self {
            Self::Text(is_text, before, needle, behind) => {
                let text = std::format!("{before} {} {behind}", NEEDLES[*needle]);
                out.sized(if *is_text { Tag::Text } else { Tag::Str }, text.as_bytes());
            }
            Self::Keyed => {
                let list = out.open_list(Tag::Map);
                out.sized(Tag::Str, b"apiKey");
                out.sized(Tag::Str, b"zanzibarzanzibar");
                out.close_list(list, 1);
            }
            Self::Card(number) => out.scalar(Tag::U64, &number.to_ne_bytes()),
            Self::Error(needle) => {
                out.tag(Tag::Error);
                let opened = out.open();
                out.length_of(b"outer");
                out.length_of(NEEDLES[*needle].as_bytes());
                out.close(opened);
            }
            Self::List(elements) => {
                let list = out.open_list(Tag::Sequence);
                elements.iter().for_each(|element| element.write(out));
                out.close_list(list, elements.len());
            }
            Self::Map(pairs) => {
                let list = out.open_list(Tag::Map);
                for (index, key, value) in pairs {
                    out.sized(Tag::Str, std::format!("{key}{index}").as_bytes());
                    value.write(out);
                }
                out.close_list(list, pairs.len());
            }
            Self::KeyedBy(needle, value) => {
                let list = out.open_list(Tag::Map);
                out.sized(Tag::Str, NEEDLES[*needle].as_bytes());
                value.write(out);
                out.close_list(list, 1);
            }
        }
    }
}

fn tree() -> impl Strategy<Value = Tree> {
    let needle = 0..NEEDLES.len();
    let leaf = prop_oneof![
        (any::<bool>(), "\\PC{0,8}", needle.clone(), "\\PC{0,8}")
            .prop_map(|(is_text, before, needle, behind)| Tree::Text(is_text, before, needle, behind)),
        Just(Tree::Keyed),
        Just(Tree::Card(CARD)),
        needle.clone().prop_map(Tree::Error),
    ];
    leaf.prop_recursive(4, 24, 4, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Tree::List),
            proptest::collection::vec((0..3_usize, "[a-z_.]{0,6}", inner.clone()), 0..4).prop_map(Tree::Map),
            (needle.clone(), inner).prop_map(|(needle, value)| Tree::KeyedBy(needle, Box::new(value))),
        ]
    })
}

/// `enum { Password(&str), #[log(rename = "api_token")] Token { kind: &str }, Open(&str) }`, and the same with a tag beside.
#[derive(Clone, Copy)]
enum Credential<const TAGGING: u8> {
    Password(&'static str),
    Token { kind: &'static str },
    Open(&'static str),
}

impl<const TAGGING: u8> Loggable for Credential<TAGGING> {
    const KIND: Kind = Kind::Enum(&EnumShape {
        name: "Credential",
        tagging: match TAGGING {
            0 => Tagging::External,
            _ => Tagging::Adjacent("kind", "value"),
        },
        variants: &[
            Shape { name: "Password", style: Style::Newtype, fields: &[FieldShape::new("0", kind_of::<&str>())] },
            Shape { name: "api_token", style: Style::Named, fields: &[FieldShape::new("kind", kind_of::<&str>())] },
            Shape { name: "Open", style: Style::Newtype, fields: &[FieldShape::new("0", kind_of::<&str>())] },
        ],
    });

    fn encode(&self, encoder: &mut crate::value::Encoder) {
        let (variant, text) = match self {
            Self::Password(text) => (0, text),
            Self::Token { kind } => (1, kind),
            Self::Open(text) => (2, text),
        };
        encoder.variant(variant);
        text.encode(encoder);
    }
}

#[test]
fn a_variant_whose_name_is_a_secret_key_shows_nothing_of_what_is_in_it() {
    let redaction = Redaction::new().rule(Rule::secret_keys());
    let password = Credential::<0>::Password("hunter2");
    assert_eq!(one(&redaction, logged(password)), r#"{"Password":"[REDACTED]"}"#);
    assert_eq!(
        one(&redaction, logged(Credential::<0>::Token { kind: "hunter2" })),
        r#"{"api_token":{"kind":"[REDACTED]"}}"#
    );
    assert_eq!(one(&redaction, logged(Credential::<0>::Open("door"))), r#"{"Open":"door"}"#);
    assert_eq!(
        one(&redaction, logged(Credential::<1>::Password("hunter2"))),
        r#"{"kind":"Password","value":"[REDACTED]"}"#
    );
    let paths = Redaction::new().rule(Rule::path("value.password")).rule(Rule::path("value.kind"));
    assert_eq!(one(&paths, logged(password)), r#"{"Password":"hunter2"}"#, "a variant is no part of a path");
    let (text, _) = shown(&mut rewriter(&redaction, Limits::new()), ONE, &[Some(logged(password))]);
    assert!(text.ends_with("got Password([REDACTED])\n"), "{text}");
}

/// Pieces that would give something away, wherever they stand: of each needle what is secret in it, in parts of six.
fn leaks(line: &str) -> Option<&'static str> {
    let secrets = NEEDLES.map(|needle| match needle {
        "postgres://app:correcthorsebattery@db/" => "correcthorsebattery",
        // The network is shown.
        "2001:db8:85a3::8a2e:370:7334" => "8a2e:370:7334",
        needle => needle,
    });
    secrets
        .into_iter()
        .chain(["zanzibarzanzibar"])
        .find(|secret| (0..=secret.len() - 6).any(|at| line.contains(&secret[at..at + 6])))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]
    #[test]
    fn no_clear_text_is_in_any_output(trees in proptest::collection::vec(tree(), 1..4), limit in prop_oneof![Just(usize::MAX), 0..40_usize]) {
        let mut rewriter = rewriter(&Redaction::strict(), Limits::new().text(limit));
        let encoded: Vec<Bytes> = trees.iter().map(|tree| {
            let mut bytes = Bytes::default();
            tree.write(&mut bytes);
            bytes
        }).collect();
        let values: Vec<_> = encoded.iter().map(|bytes| Reader::new(&bytes.0).value(&Kind::Tagged)).collect();
        let record = record(callsite_of_trees(), &values);
        for formatter in [&Text::new() as &dyn Formatter, &Json::new(), &Pretty::new()] {
            let mut line = Vec::new();
            rewriter.deliver(&record, formatter, &mut line, |record, _| {
                let kept = record.to_owned();
                let text = kept.with(|record| std::format!("{record:?}"));
                assert_eq!(leaks(&text), None, "{text}");
            });
            let line = String::from_utf8(line).expect("text");
            prop_assert_eq!(leaks(&line), None, "{}", line);
        }
    }
}

#[test]
fn the_search_for_leaks_finds_them() {
    assert!(leaks("x 411111 y").is_some() && leaks("zanzib").is_some() && leaks("[REDACTED]").is_none());
}
