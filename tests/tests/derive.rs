//! What `#[derive(Loggable)]` and its attributes make of a value, as a reader of the log sees it.

#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

use rlog::{Formatter, Handler, HandlerBuilder, HandlerError, Json, Loggable, Record, Secret, Text, info};
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::{self, Write as _};
use std::sync::{LazyLock, Mutex, MutexGuard};

static LINES: Mutex<Vec<(String, String)>> = Mutex::new(Vec::new());

/// Keeps the line, and the record as text.
struct Keep;

impl Handler for Keep {
    fn emit(&mut self, record: &Record<'_>, line: &[u8]) -> Result<(), HandlerError> {
        let mut text = Vec::new();
        Text::new().target(false).format(record, &mut text);
        let text = String::from_utf8(text).unwrap();
        let text = text.split_once("INFO   ").map_or("", |(_, text)| text).trim_end().to_owned();
        LINES.lock().unwrap().push((String::from_utf8(line.to_vec()).unwrap(), text));
        Ok(())
    }
}

/// What is logged of the field `a`, as JSON, and the line as text.
fn logged(log: impl FnOnce()) -> (Value, String) {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    static LOGGER: LazyLock<rlog::Guard> = LazyLock::new(|| {
        let handler = HandlerBuilder::new(Keep).formatter(Json::new()).sync();
        rlog::builder().environment(false).handler(handler).init().unwrap()
    });
    let _one: MutexGuard<'_, ()> = ONE_AT_A_TIME.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    LazyLock::force(&LOGGER);
    log();
    let (json, text) = LINES.lock().unwrap().pop().unwrap();
    (serde_json::from_str(&json).unwrap(), text)
}

macro_rules! logged {
    ($value:expr) => {{
        let value = $value;
        let (record, text) = logged(|| info!(a = value, "m"));
        (record["a"].clone(), text)
    }};
}

#[derive(Loggable, Serialize)]
#[log(rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
struct Order<'a> {
    order_id: u64,
    #[log(rename = "for")]
    #[serde(rename = "for")]
    user: &'a str,
    #[log(skip)]
    #[serde(skip)]
    _cache: u8,
    #[log(skip_if = Option::is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<&'a str>,
    gift: Option<&'a str>,
    #[log(flatten)]
    #[serde(flatten)]
    home: Address,
    #[log(flatten)]
    #[serde(flatten)]
    more: BTreeMap<&'a str, u8>,
}

#[derive(Loggable, Serialize)]
struct Address {
    city: String,
    code: u32,
}

fn order(note: Option<&str>) -> Order<'_> {
    Order {
        order_id: 7,
        user: "ada",
        _cache: 0,
        note,
        gift: None,
        home: Address { city: "Bonn".to_owned(), code: 53111 },
        more: BTreeMap::from([("x", 1), ("y", 2)]),
    }
}

#[test]
fn names_and_left_out_and_flattened_fields_are_those_of_serde() {
    for note in [None, Some("quick")] {
        let (json, _) = logged!(order(note));
        assert_eq!(json, serde_json::to_value(order(note)).unwrap());
    }
    let (_, text) = logged!(order(None));
    let expected = r#"m a="Order {orderId: 7, for: \"ada\", gift: null, city: \"Bonn\", code: 53111, x: 1, y: 2}""#;
    assert_eq!(text, expected);
}

#[derive(Loggable, Serialize)]
#[log(rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
enum External {
    UnitOne,
    One(u8),
    Two(u8, u8),
    #[log(rename = "named", rename_all = "UPPERCASE")]
    #[serde(rename = "named", rename_all = "UPPERCASE")]
    WithNames {
        some_where: u8,
    },
}

#[derive(Loggable, Serialize)]
#[log(tag = "type")]
#[serde(tag = "type")]
enum Internal {
    Unit,
    Named { a: u8, b: Option<u8> },
    Struct(Address2),
}

#[derive(Loggable, Serialize)]
struct Address2 {
    city: &'static str,
}

#[derive(Loggable, Serialize)]
#[log(tag = "t", content = "c")]
#[serde(tag = "t", content = "c")]
enum Adjacent {
    Unit,
    One(u8),
    Two(u8, u8),
    Named { a: u8 },
}

#[test]
fn enums_are_tagged_as_serde_tags_them() {
    macro_rules! same {
        ($($value:expr),* $(,)?) => {$(
            let (json, _) = logged!($value);
            assert_eq!(json, serde_json::to_value($value).unwrap());
        )*};
    }
    same!(External::UnitOne, External::One(1), External::Two(1, 2), External::WithNames { some_where: 1 });
    same!(Internal::Unit, Internal::Named { a: 1, b: None }, Internal::Struct(Address2 { city: "x" }));
    same!(Adjacent::Unit, Adjacent::One(1), Adjacent::Two(1, 2), Adjacent::Named { a: 1 });
}

#[derive(Loggable, Serialize)]
#[log(tag = "kind")]
#[serde(tag = "kind")]
enum TagOfAFieldsName {
    Renamed {
        #[log(rename = "k")]
        #[serde(rename = "k")]
        kind: u8,
    },
    Skipped {
        #[log(skip)]
        #[serde(skip)]
        #[allow(dead_code, reason = "it is not logged")]
        kind: u8,
        a: u8,
    },
}

#[test]
fn a_tag_may_have_the_name_of_a_field_that_has_another_key() {
    let renamed = || TagOfAFieldsName::Renamed { kind: 1 };
    assert_eq!(logged!(renamed()).0, json!({ "kind": "Renamed", "k": 1 }));
    assert_eq!(logged!(renamed()).0, serde_json::to_value(renamed()).unwrap());
    let skipped = || TagOfAFieldsName::Skipped { kind: 1, a: 2 };
    assert_eq!(logged!(skipped()).0, json!({ "kind": "Skipped", "a": 2 }));
    assert_eq!(logged!(skipped()).0, serde_json::to_value(skipped()).unwrap());
}

#[derive(Loggable)]
#[log(name_only)]
enum NameOnly {
    #[log(rename = "is open")]
    Open(#[allow(dead_code, reason = "only the name is logged")] Foreign),
    Closed,
}

/// Has neither `Loggable` nor `Debug`.
struct Foreign(u8);

impl fmt::Display for Foreign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "foreign {}", self.0)
    }
}

#[test]
fn an_enum_may_be_its_names() {
    assert_eq!(logged!(NameOnly::Open(Foreign(1))).0, json!("is open"));
    assert_eq!(logged!(NameOnly::Closed), (json!("Closed"), "m a=Closed".to_owned()));
}

#[derive(Loggable)]
struct Shown {
    #[log(display)]
    display: Foreign,
    #[log(debug)]
    debug: std::ops::RangeInclusive<u8>,
    #[log(with = halves)]
    with: u8,
    #[log(with = Vec::len, skip_if = Vec::is_empty)]
    length: Vec<u8>,
    #[log(truncate = 4)]
    cut: &'static str,
    #[log(serde)]
    serde: Address2,
    #[log(flatten, prefix = "home.")]
    home: Option<Address>,
}

fn halves(value: &u8) -> Vec<f32> {
    vec![f32::from(*value) / 2.0; 2]
}

#[test]
fn a_field_says_how_it_is_written() {
    let shown = |home| Shown {
        display: Foreign(1),
        debug: 1..=2,
        with: 3,
        length: vec![1, 2, 3],
        cut: "äöüßéè",
        serde: Address2 { city: "x" },
        home,
    };
    let mut expected = json!({
        "display": "foreign 1", "debug": "1..=2", "with": [1.5, 1.5], "length": 3, "cut": "äöüß…", "serde": {"city": "x"},
    });
    assert_eq!(logged!(shown(None)).0, expected);
    expected["home.city"] = json!("Bonn");
    expected["home.code"] = json!(1);
    assert_eq!(logged!(shown(Some(Address { city: "Bonn".to_owned(), code: 1 }))).0, expected);
}

#[derive(Loggable)]
struct Login {
    user: &'static str,
    #[log(redact)]
    password: &'static str,
    #[log(mask = "last4")]
    card_number: u64,
    #[log(mask = "first2")]
    name: &'static str,
    #[log(mask = "email")]
    email: &'static str,
    #[log(mask = vowels)]
    word: &'static str,
    #[log(hash)]
    session: &'static str,
    token: Secret<String>,
    key: Key,
}

fn vowels(text: &str, out: &mut dyn fmt::Write) -> fmt::Result {
    text.chars().try_for_each(|c| out.write_char(if "aeiou".contains(c) { c } else { '*' }))
}

#[derive(Loggable)]
#[log(redact)]
struct Key([u8; 4]);

#[test]
fn secrets_are_declared_in_the_type() {
    let login = |session| Login {
        user: "ada",
        password: "correct horse",
        card_number: 4_111_111_111_111_234,
        name: "Augusta Ada King",
        email: "ada@example.com",
        word: "banana",
        session,
        token: "battery staple".to_owned().into(),
        key: Key([1, 2, 3, 4]),
    };
    let (json, text) = logged!(login("s1"));
    let mut whole = String::new();
    write!(whole, "{json} {text}").unwrap();
    for secret in ["correct", "4111111", "Augusta", "ada@example", "s1\"", "battery", "banana"] {
        assert!(!whole.contains(secret), "{secret} is in {whole}");
    }
    assert_eq!(json["user"], "ada");
    for key in ["password", "token", "key"] {
        assert_eq!(json[key], "<redacted>");
    }
    assert!(json["card_number"].as_str().unwrap().ends_with("1234"));
    assert!(json["name"].as_str().unwrap().starts_with("Au"));
    assert_eq!(json["word"], "*a*a*a");
    let hash = json["session"].as_str().unwrap().to_owned();
    assert_eq!(hash.len(), 16);
    assert_eq!(logged!(login("s1")).0["session"], json!(hash));
    assert_ne!(logged!(login("s2")).0["session"], json!(hash));
    let Key(bytes) = login("s1").key;
    assert_eq!(bytes.len(), 4);
}

#[derive(Loggable)]
struct List {
    value: u64,
    #[log(skip_if = Option::is_none)]
    next: Option<Box<Self>>,
}

#[test]
fn a_list_that_is_very_deep_is_cut_off_and_harms_nothing() {
    let mut list = List { value: 0, next: None };
    for value in 1..100_000 {
        list = List { value, next: Some(Box::new(list)) };
    }
    let (record, _) = logged(|| info!(a = &list, after = 7, "m"));
    assert_eq!(record["after"], 7);
    let deepest = (1..60).fold(&record["a"], |node, _| &node["next"]);
    assert_eq!(*deepest, json!({"value": 99_940, "next": "…"}));
    // Dropped one by one: the drop of such a list would overflow the stack by itself.
    while let Some(next) = list.next.take() {
        list = *next;
    }
}

#[test]
fn generic_and_borrowed_types_are_logged_by_their_fields() {
    #[derive(Loggable)]
    struct Pair<'a, T, U: ?Sized> {
        left: T,
        right: &'a U,
        #[log(skip)]
        _marker: std::marker::PhantomData<fn(T)>,
    }
    #[derive(Loggable)]
    #[log(bound = "T: fmt::Display")]
    struct Bound<T>(#[log(display)] T);
    let pair = Pair { left: [1, 2], right: "r", _marker: std::marker::PhantomData };
    assert_eq!(logged!(pair).0, json!({"left": [1, 2], "right": "r"}));
    assert_eq!(logged!(Bound(Foreign(2))).0, json!("foreign 2"));
}

#[test]
fn a_type_may_hide_its_secrets_by_itself() {
    #[derive(Loggable)]
    #[log(allow(text))]
    struct Card {
        #[log(mask = "last4")]
        number: &'static str,
    }
    impl fmt::Debug for Card {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(f, "Card of {} digits", self.number.len())
        }
    }
    #[derive(Debug)]
    struct Account {
        _token: Secret<&'static str>,
    }
    let card = Card { number: "4111111111111234" };
    let (record, _) = logged(|| info!(a = ?card, "m"));
    assert_eq!(record["a"], "Card of 16 digits");
    let account = Account { _token: Secret::new("battery staple") };
    let (record, _) = logged(|| info!(a = ?account, "m"));
    assert_eq!(record["a"], "Account { _token: Secret(<redacted>) }");
}

#[test]
fn options_are_masked_hashed_and_cut_and_bytes_are_hashed() {
    #[derive(Loggable)]
    struct Payment<'a> {
        #[log(mask = "last4")]
        card: Option<String>,
        #[log(mask = "last4")]
        borrowed: Option<&'a str>,
        #[log(hash)]
        session: Option<String>,
        #[log(truncate = 2)]
        note: &'a Option<String>,
        #[log(display, skip_if = Option::is_none)]
        foreign: Option<Foreign>,
        #[log(hash)]
        bytes: Vec<u8>,
        #[log(hash)]
        text: &'a str,
    }
    let payment = |text: Option<&'static str>| {
        logged!(Payment {
            card: text.map(str::to_owned),
            borrowed: text,
            session: text.map(str::to_owned),
            note: &text.map(str::to_owned),
            foreign: text.map(|_| Foreign(1)),
            bytes: b"4111111111111234".to_vec(),
            text: "4111111111111234",
        })
        .0
    };
    let none = payment(None);
    assert_eq!((&none["card"], &none["session"], &none["note"]), (&Value::Null, &Value::Null, &Value::Null));
    assert!(none.get("foreign").is_none());
    let some = payment(Some("4111111111111234"));
    assert!(some["card"].as_str().unwrap().ends_with("*1234"), "{some}");
    assert_eq!(some["borrowed"], some["card"]);
    assert_eq!(some["note"], "41…");
    assert_eq!(some["foreign"], "foreign 1");
    assert_eq!((&some["session"], &some["bytes"]), (&some["text"], &some["text"]));
}

#[test]
fn bounds_are_those_that_the_fields_ask_for() {
    #[derive(Loggable)]
    struct Ways<T, U, V> {
        #[log(debug)]
        debug: T,
        #[log(display)]
        display: U,
        #[log(truncate = 3)]
        cut: Option<U>,
        #[log(mask = "last4")]
        mask: Option<U>,
        #[log(hash)]
        hash: U,
        #[log(serde)]
        serde: V,
    }
    #[derive(Loggable)]
    enum Chain<T> {
        Nil,
        Cons(Box<(T, Self)>),
    }
    #[derive(Loggable)]
    struct Node<T> {
        kids: Vec<(T, Self)>,
    }
    #[derive(Loggable)]
    #[log(redact)]
    struct Hidden<T> {
        _value: T,
    }
    #[derive(Loggable)]
    #[log(name_only)]
    enum Named<T> {
        Some(#[allow(dead_code, reason = "only the name is logged")] T),
    }
    let ways = Ways {
        debug: 1..2,
        display: Foreign(1),
        cut: Some(Foreign(1)),
        mask: None,
        hash: Foreign(1),
        serde: Address2 { city: "x" },
    };
    let (json, _) = logged!(ways);
    assert_eq!((&json["debug"], &json["display"], &json["cut"]), (&json!("1..2"), &json!("foreign 1"), &json!("for…")));
    assert_eq!((&json["mask"], &json["serde"]["city"]), (&Value::Null, &json!("x")));
    let list = Chain::Cons(Box::new((1, Chain::Nil)));
    assert_eq!(logged!(list).0, json!({"Cons": [1, "Nil"]}));
    let tree = Node { kids: vec![("a", Node { kids: Vec::new() })] };
    assert_eq!(logged!(tree).0, json!({"kids": [["a", {"kids": []}]]}));
    assert_eq!(logged!(Hidden { _value: Foreign(1) }).0, json!("<redacted>"));
    assert_eq!(logged!(Named::Some(Foreign(1))).0, json!("Some"));
}

#[derive(Loggable, Serialize)]
enum Flat {
    U,
    N(u32),
    T(u8, u8),
    S { a: u8 },
    E {},
}

#[derive(Loggable, Serialize)]
#[log(tag = "t")]
#[serde(tag = "t")]
enum FlatInternal {
    U,
    S { a: u8 },
    N(Address2),
    M(BTreeMap<&'static str, u8>),
    Unit(()),
    Inner(Flat),
}

#[derive(Loggable)]
#[log(tag = "t")]
enum FlatInternal2 {
    S { a: u8 },
}

#[derive(Loggable, Serialize)]
struct Outer<T: Loggable> {
    id: u8,
    #[log(flatten)]
    #[serde(flatten)]
    e: T,
}

#[derive(Loggable)]
struct Digest {
    #[log(with = rlog::field::hex)]
    sum: [u8; 2],
    #[log(with = rlog::field::base64)]
    key: Vec<u8>,
}

#[test]
fn bytes_are_written_as_the_field_says() {
    let (json, _) = logged!(Digest { sum: [0, 255], key: vec![0, 255] });
    assert_eq!(json, json!({"sum": "00ff", "key": "AP8="}));
    let bytes = [0_u8, 255];
    assert_eq!(logged!(rlog::field::hex(&bytes)).0, json!("00ff"));
    assert_eq!(logged!(Some(rlog::field::base64(&bytes))).0, json!("AP8="));
    assert_eq!(logged!(bytes).0, json!([0, 255]));
}

#[derive(Loggable, Serialize)]
struct Nothing;

#[derive(Loggable, Serialize)]
struct NoTuple();

#[derive(Loggable, Serialize)]
struct NoFields {}

#[derive(Loggable, Serialize)]
enum Empty {
    U,
    T(),
    N(Nothing),
    S {},
}

#[derive(Loggable, Serialize)]
#[log(tag = "t")]
#[serde(tag = "t")]
enum EmptyInternal {
    N(Nothing),
    S {},
}

#[derive(Loggable, Serialize)]
#[log(tag = "t", content = "c")]
#[serde(tag = "t", content = "c")]
enum EmptyAdjacent {
    U,
    T(),
    N(Nothing),
    S {},
}

#[test]
fn types_without_fields_are_those_of_serde() {
    macro_rules! same {
        ($($value:expr => $text:expr;)*) => {$(
            let (json, text) = logged!($value);
            assert_eq!(json, serde_json::to_value($value).unwrap(), "{}", stringify!($value));
            assert_eq!(text.replace('"', ""), ["m a=", $text].concat());
        )*};
    }
    same! {
        Nothing => "Nothing";
        NoTuple() => "NoTuple()";
        NoFields {} => "NoFields {}";
        Empty::U => "U";
        Empty::T() => "T()";
        Empty::N(Nothing) => "N(Nothing)";
        Empty::S {} => "S {}";
        EmptyInternal::N(Nothing) => "N(Nothing)";
        EmptyInternal::S {} => "S {}";
        EmptyAdjacent::U => "U";
        EmptyAdjacent::T() => "T()";
        EmptyAdjacent::N(Nothing) => "N(Nothing)";
        EmptyAdjacent::S {} => "S {}";
    }
}

#[derive(Loggable, Serialize)]
#[log(rename_all = "kebab-case")]
#[serde(rename_all = "kebab-case")]
#[allow(non_snake_case, reason = "to see that both stay")]
struct Kebab {
    _x: u8,
    a__b: u8,
    some_id_: u8,
}

#[test]
fn flattened_enums_and_odd_names_are_those_of_serde() {
    macro_rules! same {
        ($($value:expr),* $(,)?) => {$(
            let (json, _) = logged!($value);
            assert_eq!(json, serde_json::to_value($value).unwrap());
            let outer = || Outer { id: 1, e: $value };
            let (json, _) = logged!(outer());
            assert_eq!(json, serde_json::to_value(outer()).unwrap());
        )*};
    }
    same!(Flat::U, Flat::N(1), Flat::T(1, 2), Flat::S { a: 1 }, Flat::E {});
    same!(Adjacent::Unit, Adjacent::One(1), Adjacent::Two(1, 2), Adjacent::Named { a: 1 });
    same!(FlatInternal::U, FlatInternal::S { a: 1 }, FlatInternal::N(Address2 { city: "x" }));
    same!(FlatInternal::M(BTreeMap::from([("k", 1)])), FlatInternal::Unit(()));
    same!(FlatInternal::Inner(Flat::U), FlatInternal::Inner(Flat::N(1)), FlatInternal::Inner(Flat::S { a: 1 }));
    same!(Kebab { _x: 1, a__b: 2, some_id_: 3 });
    let (json, _) = logged(|| info!(..FlatInternal2::S { a: 1 }, "m"));
    assert_eq!((&json["t"], &json["a"]), (&json!("S"), &json!(1)));
    let some = Some(Address2 { city: "x" });
    assert_eq!(logged(|| info!(..some, "m")).0["city"], "x");
    let none = None::<Address2>;
    assert_eq!(logged(|| info!(..none, "m")).0.get("city"), None);
}

#[derive(Loggable)]
enum Payment<T> {
    Cash {
        cents: u32,
    },
    #[log(redact)]
    Card {
        number: String,
        holder: Option<String>,
    },
    #[log(redact)]
    Token(T),
    #[log(skip)]
    Voucher {
        #[allow(dead_code, reason = "it is left out")]
        code: T,
    },
}

/// Not `Loggable`.
struct Opaque;

#[test]
fn a_variant_redacts_or_leaves_out_all_of_its_fields() {
    let payments: [(Payment<Opaque>, Value); 4] = [
        (Payment::Cash { cents: 5 }, json!({"Cash": {"cents": 5}})),
        (
            Payment::Card { number: "4111".into(), holder: Some("Ada".into()) },
            json!({"Card": {"number": "<redacted>", "holder": "<redacted>"}}),
        ),
        (Payment::Token(Opaque), json!({"Token": "<redacted>"})),
        (Payment::Voucher { code: Opaque }, json!({"Voucher": {}})),
    ];
    for (payment, expected) in payments {
        assert_eq!(logged!(payment).0, expected);
    }
}
