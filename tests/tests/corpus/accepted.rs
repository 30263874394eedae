//! What rlog accepts and the others reject, or do not know: each statement with the record that it makes.

use super::record::{HERE, Record, Value, case, recorded};
use super::rlog_recorder;
use rlog::{Level, Loggable, critical, error, event, info, log, notice, warn};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// Runs a statement and compares its record.
#[track_caller]
fn logs(statement: impl FnOnce(), expected: Expected) {
    all_log(statement, [expected]);
}

/// Runs statements and compares their records.
#[track_caller]
fn all_log<const N: usize>(statements: impl FnOnce(), expected: [Expected; N]) {
    rlog_recorder::install();
    let mut cases = recorded(module_path!(), || {
        case("");
        statements();
    });
    assert_eq!(cases.remove(0).records, expected.map(|expected| expected.0));
}

struct Expected(Record);

/// A record at INFO, with this message.
fn says(message: &str) -> Expected {
    let message = Some(message.to_owned());
    Expected(Record { level: "INFO".to_owned(), target: HERE.to_owned(), name: None, message, fields: Vec::new() })
}

/// A record at INFO, without a message.
fn says_nothing() -> Expected {
    let mut expected = says("");
    expected.0.message = None;
    expected
}

impl Expected {
    fn at(mut self, level: &str) -> Self {
        self.0.level = level.to_owned();
        self
    }

    fn target(mut self, target: &str) -> Self {
        self.0.target = target.to_owned();
        self
    }

    fn name(mut self, name: &str) -> Self {
        self.0.name = Some(name.to_owned());
        self
    }

    fn field(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.0.fields.push((key.to_owned(), value.into()));
        self
    }
}

fn map<const N: usize>(pairs: [(&str, Value); N]) -> Value {
    Value::Map(pairs.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
}

fn list<const N: usize>(elements: [Value; N]) -> Value {
    Value::List(elements.into())
}

fn formatted(text: &str) -> Value {
    Value::Formatted(text.to_owned())
}

#[test]
fn a_target_may_be_decided_late() {
    let late = format!("app::{}", "late");
    logs(|| info!(target: &late, "m"), says("m").target("app::late"));
    logs(|| info!(target: late.as_str(), a = 1, "m"), says("m").target("app::late").field("a", 1));
    logs(|| info!(target: if late.is_empty() { "a" } else { "b" }, a = 1), says_nothing().target("b").field("a", 1));
    logs(|| event!(target: &late, Level::WARN, "m"), says("m").target("app::late").at("WARN"));
    all_log(
        || {
            for target in ["one", "two", "one"] {
                info!(target: target, "m {target}");
            }
        },
        ["one", "two", "one"].map(|target| says(&format!("m {target}")).target(target).field("target", target)),
    );
}

#[test]
fn a_level_may_be_decided_late() {
    for (level, name) in [(Level::TRACE, "TRACE"), (Level::ERROR, "ERROR"), (Level::new(33), "33")] {
        logs(|| event!(level, "m"), says("m").at(name));
        logs(|| event!(target: "app", level, a = 1, "m {}", 2), says("m 2").at(name).target("app").field("a", 1));
        logs(|| log!(level, a = 1, "m"), says("m").at(name).field("a", 1));
    }
    let late = String::from("late");
    all_log(
        || {
            for level in [Level::INFO, Level::ERROR, Level::INFO] {
                log!(target: &late, level, "m");
            }
        },
        ["INFO", "ERROR", "INFO"].map(|level| says("m").at(level).target("late")),
    );
}

#[test]
fn settings_stand_in_any_order() {
    let parent: Option<u64> = None;
    logs(|| info!(target: "t", name: "n", "m"), says("m").target("t").name("n"));
    logs(|| info!(name: "n", target: "t", parent: parent, "m"), says("m").target("t").name("n"));
    logs(|| info!(parent: None, target: "t", "m"), says("m").target("t"));
    logs(|| info!(parent: None, name: "n", target: "t", a = 1), says_nothing().target("t").name("n").field("a", 1));
    logs(|| info!(target: "t", parent: None, name: "n", "m {}", 1), says("m 1").target("t").name("n"));
    logs(|| event!(target: "t", name: "n", Level::WARN, "m"), says("m").target("t").name("n").at("WARN"));
}

#[test]
fn what_a_statement_says_is_evaluated_in_order() {
    let order = std::cell::RefCell::new(String::new());
    let next = |name: char| {
        order.borrow_mut().push(name);
        String::from(name)
    };
    logs(
        || {
            info!(target: next('a'), parent: Some(next('b')), x = next('c'), y = %next('d'), "{} {z}", next('e'), z = next('f'));
        },
        says("e f").target("a").field("x", "c").field("y", "d").field("z", "f"),
    );
    logs(|| info!(parent: &next('g'), "m {}", next('h')), says("m h"));
    let text = String::from("i");
    logs(|| info!(parent: &next('i'), text, "m"), says("m").field("text", "i"));
    assert_eq!(*order.borrow(), "abcdefghi");
}

#[test]
fn every_key_stands_behind_a_setting() {
    const KEY: &str = "a constant";
    logs(|| info!(target: "t", a.b = 1), says_nothing().target("t").field("a.b", 1));
    logs(|| info!(target: "t", a.b = 1, "m"), says("m").target("t").field("a.b", 1));
    logs(|| info!(name: "n", a.b = 1, "m"), says("m").name("n").field("a.b", 1));
    logs(|| info!(name: "n", target: "t", a.b = 1, "m"), says("m").name("n").target("t").field("a.b", 1));
    logs(|| info!(target: "t", "a b" = 1, "m"), says("m").target("t").field("a b", 1));
    logs(|| info!(name: "n", "a b" = 1, "m"), says("m").name("n").field("a b", 1));
    logs(|| info!(parent: None, "a b" = 1, "m"), says("m").field("a b", 1));
    logs(|| info!(target: "t", { KEY } = 1, "m"), says("m").target("t").field("a constant", 1));
    logs(|| info!(parent: None, {}, "m {}", 2), says("m 2"));
    logs(|| event!(Level::INFO, { a = 1, b = 2 }), says_nothing().field("a", 1).field("b", 2));
}

#[test]
fn holes_show_fields() {
    let user = "ada";
    logs(|| info!(zz = 1, "m {zz}"), says("m 1").field("zz", 1));
    logs(|| info!(user, "{user} {user:?} {user:>5}"), says("ada \"ada\"   ada").field("user", "ada"));
    logs(|| info!(a = 1, b = 2.5, "{b:.2} {a:03}"), says("2.50 001").field("a", 1).field("b", 2.5));
    logs(|| info!(error = %user, "failed: {error}"), says("failed: ada").field("error", "ada"));
}

#[test]
fn the_forms_of_log_and_of_tracing_mix() {
    let (x, name) = (5, "ada");
    logs(|| info!(a = 1; "m"), says("m").field("a", 1));
    logs(
        || info!(a:? = Some(1), b:% = name; "m {x}"),
        says("m 5").field("a", formatted("Some(1)")).field("b", "ada").field("x", 5),
    );
    logs(
        || info!(a = ?Some(1), b:% = name, %x; "m"),
        says("m").field("a", formatted("Some(1)")).field("b", "ada").field("x", 5),
    );
    logs(|| info!(a:? = Some(1), "m"), says("m").field("a", formatted("Some(1)")));
    logs(|| info!(target: "t", { a = 1, b = 2 }; "m"), says("m").target("t").field("a", 1).field("b", 2));
    logs(|| info!(a.b:? = Some(1); "m"), says("m").field("a.b", formatted("Some(1)")));
}

#[test]
fn shorthand_reaches_into_tuples() {
    struct Pair(u32, (bool, &'static str));
    let t = (1, "b");
    let p = Pair(7, (true, "deep"));
    logs(|| info!(t.0, "m"), says("m").field("t.0", 1));
    logs(|| info!(?t.0, %t.1), says_nothing().field("t.0", 1).field("t.1", "b"));
    logs(
        || info!(p.0, p.1.0, %p.1.1, "m"),
        says("m").field("p.0", Value::Unsigned(7)).field("p.1.0", true).field("p.1.1", "deep"),
    );
}

#[test]
fn standard_types_need_no_sigil() {
    let address = std::net::Ipv4Addr::LOCALHOST;
    let unsigned = |value: u64| Value::from(value);
    logs(|| info!(c = 'c', "m"), says("m").field("c", 'c'));
    logs(|| info!(took = Duration::from_millis(1500)), says_nothing().field("took", Duration::from_millis(1500)));
    logs(
        || info!(v = vec![1_u8, 2], a = [1.5], s = &["x", "y"][..]),
        says_nothing()
            .field("v", list([unsigned(1), unsigned(2)]))
            .field("a", list([1.5.into()]))
            .field("s", list(["x".into(), "y".into()])),
    );
    logs(
        || info!(p = PathBuf::from("/etc/hosts"), %address),
        says_nothing().field("p", "/etc/hosts").field("address", formatted("127.0.0.1")),
    );
    logs(
        || info!(t = (1_u8, "x"), n = Some(vec![true]), u = ()),
        says_nothing()
            .field("t", list([unsigned(1), "x".into()]))
            .field("n", list([true.into()]))
            .field("u", Value::Null),
    );
    logs(|| info!(map = BTreeMap::from([("k", 1_u8)])), says_nothing().field("map", map([("k", unsigned(1))])));
    logs(
        || info!(a = Arc::new(1), b = Cow::Borrowed("x"), c = Arc::<str>::from("y")),
        says_nothing().field("a", 1).field("b", "x").field("c", "y"),
    );
}

#[derive(Loggable)]
struct Order {
    id: u64,
    state: State,
}

#[derive(Loggable)]
enum State {
    Open,
    Paid { cents: u64 },
}

#[test]
fn types_of_the_user_are_structured() {
    let order = Order { id: 17, state: State::Paid { cents: 350 } };
    let fields = [("id", 17_u64.into()), ("state", map([("Paid", map([("cents", 350_u64.into())]))]))];
    logs(|| info!(order, "m"), says("m").field("order", map(fields.clone())));
    logs(
        || info!(a = &order, state = State::Open),
        says_nothing().field("a", map(fields.clone())).field("state", "Open"),
    );
    logs(|| info!(..order, "m"), says("m").field("id", 17_u64).field("state", fields[1].1.clone()));
    logs(
        || info!(a = 1, ..&order, b = 2),
        says_nothing().field("a", 1).field("id", 17_u64).field("state", fields[1].1.clone()).field("b", 2),
    );
    logs(|| info!(..BTreeMap::from([("k", 1_u8)]), "m"), says("m").field("k", 1_u64));
}

#[derive(Debug)]
struct Failed(std::num::ParseIntError);

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("cannot read the port")
    }
}

impl std::error::Error for Failed {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.0)
    }
}

#[test]
fn errors_carry_their_sources_as_they_are() {
    let e = Failed("x".parse::<u8>().unwrap_err());
    let chain = || Value::Error(vec!["cannot read the port".into(), "invalid digit found in string".into()]);
    let failed = || says("failed").at("ERROR");
    logs(|| error!(e, "failed"), failed().field("e", chain()));
    logs(|| error!(error = e, "failed"), failed().field("error", chain()));
    logs(|| error!(error = &e, "failed"), failed().field("error", chain()));
    logs(|| error!(err:err = e; "failed"), failed().field("err", chain()));
    logs(|| error!(err:error = &e, "failed"), failed().field("err", chain()));
    let no_disk = || failed().field("error", Value::Error(vec!["no disk".into()]));
    logs(|| error!(error = Box::new(std::io::Error::other("no disk")), "failed"), no_disk());
    let boxed: Option<Box<dyn std::error::Error>> = Some("no disk".into());
    logs(
        || error!(boxed, a = Err::<(), _>(&e).err(), b = None::<std::io::Error>, "failed"),
        failed().field("boxed", Value::Error(vec!["no disk".into()])).field("a", chain()).field("b", Value::Null),
    );
}

mod texts {
    pub(super) const GREETING: &str = "hello";
    pub(super) const HOLES: &str = "no {holes} here";
}

#[test]
fn a_constant_may_be_the_message() {
    logs(|| info!(texts::GREETING), says("hello"));
    logs(|| info!(a = 1, texts::GREETING), says("hello").field("a", 1));
    logs(|| info!({ a = 1 }, texts::GREETING,), says("hello").field("a", 1));
    logs(|| info!(target: "t", self::texts::HOLES), says("no {holes} here").target("t"));
}

#[test]
fn debug_may_be_pretty() {
    let pair = (1, "b");
    let pretty = formatted("(\n    1,\n    \"b\",\n)");
    logs(|| info!(#?pair, "m"), says("m").field("pair", pretty.clone()));
    logs(|| info!(a = #?pair), says_nothing().field("a", pretty));
}

#[derive(serde::Serialize)]
struct Foreign {
    id: u64,
    tags: Vec<&'static str>,
}

#[test]
fn what_only_serde_knows_is_structured() {
    let foreign = Foreign { id: 7, tags: vec!["x"] };
    let value = || map([("id", 7_u64.into()), ("tags", list(["x".into()]))]);
    logs(|| info!(#foreign, "m"), says("m").field("foreign", value()));
    logs(|| info!(a = #&foreign), says_nothing().field("a", value()));
    logs(|| info!(foreign:serde, "m"), says("m").field("foreign", value()));
}

#[test]
fn a_field_may_depend_on_the_configuration() {
    logs(
        || {
            info!(
                a = 1,
                #[cfg(any())]
                b = no_such_thing(),
                #[cfg(all())]
                c = 3,
                "m"
            );
        },
        says("m").field("a", 1).field("c", 3),
    );
}

#[test]
fn the_message_may_depend_on_the_configuration() {
    logs(
        || {
            info!(
                #[cfg(any())]
                message = no_such_thing(),
                a = 1
            );
        },
        says_nothing().field("a", 1),
    );
    logs(
        || {
            info!(
                #[cfg(any())]
                message = "one",
                #[cfg(all())]
                message = "the other",
                #[cfg(any())]
                a = 1
            );
        },
        says("the other"),
    );
    logs(
        || {
            info!(
                #[cfg(any())]
                message = "one",
                "the {}", "other"
            );
        },
        says("the other"),
    );
}

#[test]
fn statements_limit_themselves() {
    all_log(
        || {
            for n in 0..5 {
                info!(first: 1, n, "once");
            }
        },
        [says("once").field("n", 0)],
    );
    all_log(
        || {
            for n in 0..10 {
                info!(every: 4, n, "now and then");
            }
        },
        [
            says("now and then").field("n", 0),
            says("now and then").field("n", 4).field("suppressed", 3_u64),
            says("now and then").field("n", 8).field("suppressed", 3_u64),
        ],
    );
    all_log(
        || {
            for n in 0..9 {
                warn!(target: "t", first: 2, every: 4, n, "m");
            }
        },
        [
            says("m").at("WARN").target("t").field("n", 0),
            says("m").at("WARN").target("t").field("n", 1),
            says("m").at("WARN").target("t").field("n", 5).field("suppressed", 3_u64),
        ],
    );
    all_log(
        || {
            for n in 0..5 {
                info!(at_most: "2/day", n, "rarely");
            }
        },
        [says("rarely").field("n", 0), says("rarely").field("n", 1)],
    );
}

#[test]
fn a_logger_has_its_own_targets() {
    let audit = rlog::logger("audit");
    logs(|| info!(logger: audit, "m"), says("m").target("audit"));
    logs(|| info!(target: "t", logger: &audit, a = 1, "m"), says("m").target("audit::t").field("a", 1));
}

rlog::level! {
    /// What the security team reads.
    SECURITY = 35, security
}

#[test]
fn levels_lie_between_those_of_others() {
    logs(|| notice!("m"), says("m").at("NOTICE"));
    logs(|| critical!(a = 1), says_nothing().at("CRITICAL").field("a", 1));
    logs(|| security!(user = "ada", "m"), says("m").at("SECURITY").field("user", "ada"));
    logs(|| event!(SECURITY, "m"), says("m").at("SECURITY"));
}

#[test]
fn there_may_be_64_fields() {
    let mut expected = says("m");
    for index in 0..64 {
        expected = expected.field(&format!("f{index}"), index);
    }
    logs(
        || {
            info!(
                f0 = 0,
                f1 = 1,
                f2 = 2,
                f3 = 3,
                f4 = 4,
                f5 = 5,
                f6 = 6,
                f7 = 7,
                f8 = 8,
                f9 = 9,
                f10 = 10,
                f11 = 11,
                f12 = 12,
                f13 = 13,
                f14 = 14,
                f15 = 15,
                f16 = 16,
                f17 = 17,
                f18 = 18,
                f19 = 19,
                f20 = 20,
                f21 = 21,
                f22 = 22,
                f23 = 23,
                f24 = 24,
                f25 = 25,
                f26 = 26,
                f27 = 27,
                f28 = 28,
                f29 = 29,
                f30 = 30,
                f31 = 31,
                f32 = 32,
                f33 = 33,
                f34 = 34,
                f35 = 35,
                f36 = 36,
                f37 = 37,
                f38 = 38,
                f39 = 39,
                f40 = 40,
                f41 = 41,
                f42 = 42,
                f43 = 43,
                f44 = 44,
                f45 = 45,
                f46 = 46,
                f47 = 47,
                f48 = 48,
                f49 = 49,
                f50 = 50,
                f51 = 51,
                f52 = 52,
                f53 = 53,
                f54 = 54,
                f55 = 55,
                f56 = 56,
                f57 = 57,
                f58 = 58,
                f59 = 59,
                f60 = 60,
                f61 = 61,
                f62 = 62,
                f63 = 63,
                "m"
            );
        },
        expected,
    );
}

#[test]
fn there_may_be_more_than_64_fields() {
    macro_rules! many {
        ($($field:ident)*) => {
            info!(first: 2, every: 2, $($field = 1,)* more = %2, "m {} {more:>3} {}", 3, 4)
        };
    }
    let mut expected = says("m 3   2 4");
    for index in 0..64 {
        expected = expected.field(&format!("f{index}"), 1);
    }
    logs(
        || {
            many!(
                f0 f1 f2 f3 f4 f5 f6 f7 f8 f9 f10 f11 f12 f13 f14 f15
                f16 f17 f18 f19 f20 f21 f22 f23 f24 f25 f26 f27 f28 f29 f30 f31
                f32 f33 f34 f35 f36 f37 f38 f39 f40 f41 f42 f43 f44 f45 f46 f47
                f48 f49 f50 f51 f52 f53 f54 f55 f56 f57 f58 f59 f60 f61 f62 f63
            );
        },
        expected.field("more", 2),
    );
}
