//! What rules hide is in no output of any handler, whichever way the statement has logged it, and hiding allocates nothing.

#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

use rlog::{
    Console, Formatter, Handler, HandlerBuilder, HandlerError, Json, Loggable, Mask, OwnedRecord, Pretty, Record,
    Redaction, Rule, Scanner, Text, info,
};
use std::collections::BTreeMap;
use std::error::Error;
use std::fmt;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use system_tests::allocations::{Counting, allocations};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Keeps everything that it is handed.
struct Keep;

/// What the handlers have seen.
static SEEN: Mutex<String> = Mutex::new(String::new());
static KEPT: Mutex<Vec<OwnedRecord>> = Mutex::new(Vec::new());

impl Handler for Keep {
    fn emit(&mut self, record: &Record<'_>, line: &[u8]) -> Result<(), HandlerError> {
        let mut seen = SEEN.lock().unwrap();
        // Up to here everything is allocated once.
        if seen.capacity() - seen.len() > line.len() {
            seen.push_str(std::str::from_utf8(line).unwrap());
        }
        if record.target() != "quiet" {
            KEPT.lock().unwrap().push(record.to_owned());
            seen.push_str(&format!("{record:?}\n"));
        }
        Ok(())
    }
}

/// A formatter of the user's own.
struct Own;

impl Formatter for Own {
    fn format(&self, record: &Record<'_>, out: &mut Vec<u8>) {
        if record.target() != "quiet" {
            out.extend_from_slice(format!("{} {:?}\n", record.message(), record.fields()).as_bytes());
        }
    }
}

fn keep(formatter: impl Formatter) -> HandlerBuilder {
    HandlerBuilder::new(Keep).formatter(formatter).sync()
}

/// One test at a time, with the logger in service. The rules are the builder's, for all handlers.
fn turn() -> (MutexGuard<'static, ()>, &'static Redaction) {
    static TURN: Mutex<()> = Mutex::new(());
    static RULES: OnceLock<Redaction> = OnceLock::new();
    let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let rules = RULES.get_or_init(|| {
        let rules = Redaction::standard()
            .rule(Rule::path("account.**.pan").replacement(Mask::Last4))
            .rule(Scanner::Email)
            .rule(Rule::key("note").name("notes"));
        SEEN.lock().unwrap().reserve(16 << 20);
        let own_rules =
            keep(Own).redact(Redaction::strict().rule(Rule::key("note")).rule(Rule::path("account.**.pan")));
        let builder = rlog::builder().environment(false).redact(rules.clone());
        let builder = builder.handler(keep(Text::new())).handler(keep(Pretty::new())).handler(keep(Json::new()));
        std::mem::forget(
            builder.handler(own_rules).handler(Console::stderr().level(rlog::Level::CRITICAL)).init().unwrap(),
        );
        rules
    });
    SEEN.lock().unwrap().clear();
    KEPT.lock().unwrap().clear();
    (turn, rules)
}

/// Everything that any handler has seen of what `log` logs.
fn seen(log: impl FnOnce()) -> String {
    let (_turn, _) = turn();
    log();
    let mut seen = SEEN.lock().unwrap().clone();
    for record in KEPT.lock().unwrap().drain(..) {
        seen.push_str(&format!("{record:?}\n"));
    }
    assert!(seen.matches('\n').count() >= 8, "four handlers, and what they kept: {seen}");
    seen
}

#[track_caller]
fn hides(secrets: &[&str], log: impl FnOnce()) -> String {
    let seen = seen(log);
    for secret in secrets {
        assert!(!seen.contains(secret), "`{secret}` is in {seen}");
    }
    assert!(seen.contains("[REDACTED]") || seen.contains("****"), "{seen}");
    seen
}

const CARD: u64 = 4_111_111_111_111_111;
const EMAIL: &str = "ada@example.com";

#[derive(Debug, Loggable)]
struct Inner {
    pan: &'static str,
    #[log(allow(secret))]
    password: Option<String>,
}

#[derive(Debug, Loggable)]
enum State {
    Paid { by: &'static str, inner: Inner },
    Failed(u64),
}

#[derive(Debug, Loggable)]
struct Account {
    id: u32,
    inner: Inner,
    states: Vec<State>,
    names: BTreeMap<String, String>,
    note: (u8, &'static str),
}

fn account() -> Account {
    let inner = || Inner { pan: "12345678", password: Some("hunter2".to_owned()) };
    Account {
        id: 7,
        inner: inner(),
        states: vec![State::Paid { by: EMAIL, inner: inner() }, State::Failed(CARD)],
        names: BTreeMap::from([(EMAIL.to_owned(), "a".to_owned()), ("api_key".to_owned(), "tiptop".to_owned())]),
        note: (1, "confidential"),
    }
}

#[derive(Debug)]
struct Failed(String, Option<Box<Self>>);

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for Failed {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.1.as_deref().map(|source| source as _)
    }
}

#[test]
fn fields_of_values_at_any_depth() {
    let secrets = ["12345678", "hunter2", EMAIL, "4111", "tiptop", "confidential"];
    let seen = hides(&secrets, || info!(account = account(), "an account"));
    assert!(seen.contains("Account") && seen.contains("\"id\":7") && seen.contains("****5678"), "{seen}");
}

#[test]
fn fields_of_splats() {
    let account = account();
    hides(&["hunter2", EMAIL, "4111", "tiptop", "confidential"], || info!(..&account, "a splat"));
}

#[test]
fn values_in_messages_whatever_shows_them() {
    let (email, card) = (EMAIL, CARD);
    let text = format!("for {EMAIL}");
    hides(&[EMAIL, "4111"], || {
        info!("{email} {email:?} {email:>40} {card} {card:>30} {}", text);
        info!(note = %text, "{text}");
        info!("{card:x}");
    });
    hides(&["3a35294"], || info!("{card:x}"));
    hides(&["confidential"], || {
        let note = "confidential";
        info!("{note:>20} {note:?}");
    });
    hides(&["opensesame"], || info!("login with password={}", "opensesame"));
}

#[test]
fn the_whole_text_of_a_message() {
    let text = format!("mail from {EMAIL} about {CARD}");
    hides(&[EMAIL, "4111"], || info!("{text}"));
}

#[test]
fn errors_and_their_sources() {
    let error = Failed("no mail".into(), Some(Box::new(Failed(format!("for {EMAIL}"), None))));
    hides(&[EMAIL], || info!(error = &error as &dyn Error, "sending: {error}"));
    hides(&["hunter2"], || {
        let error = Failed("cannot connect to postgres://app:hunter2@db/".into(), None);
        info!(err = &error as &dyn Error, "{error}");
    });
}

#[test]
fn keys_of_maps() {
    let map = BTreeMap::from([(EMAIL, CARD), ("session_token", 12_345_678)]);
    hides(&[EMAIL, "4111", "12345678"], || info!(map, "a map"));
}

#[test]
fn values_captured_through_serde() {
    let json = serde_json::json!({ "user": { "password": "hunter2", "cards": [CARD, "x"] }, "mail": EMAIL });
    hides(&["hunter2", "4111", EMAIL], || info!(json = #json, "through serde"));
}

#[test]
fn numbers_and_bytes() {
    hides(&["4111", EMAIL], || info!(number = CARD, float = CARD as f64, bytes = EMAIL.as_bytes(), "numbers"));
}

#[test]
fn counts_tell_which_rules_have_worked() {
    let (_turn, rules) = turn();
    let count = |name: &str| rules.counts().into_iter().find(|rule| rule.rule == name).unwrap().count;
    let before = count("notes");
    info!(note = "confidential", "counted");
    info!(other = "nothing to hide", "not counted");
    assert_eq!(count("notes") - before, 3, "once for each handler with these rules");
    let stats = rlog::stats();
    assert_eq!(stats.handlers[0].redactions.iter().find(|rule| rule.rule == "notes").unwrap().count, count("notes"));
}

#[test]
fn hiding_does_not_allocate() {
    let (_turn, _) = turn();
    let log = |note: &str, email: &str, card: u64, pairs: &[(&str, &str)]| {
        info!(target: "quiet", note, email, card, "to {email}, {}", email);
        info!(target: "quiet", pairs, id = 7, "nested {email}");
    };
    let secret = || log("confidential", EMAIL, CARD, &[("session_token", EMAIL)]);
    let harmless = || log("confidential", "nothing to hide", CARD + 1, &[("session_token", "nothing at all")]);
    let allocations = |log: &dyn Fn()| {
        (0..4).for_each(|_| log());
        allocations(|| (0..16).for_each(|_| log()))
    };
    // A record without any values takes what the way to handlers on the caller's thread takes.
    let empty = allocations(&|| info!(target: "quiet", "nothing"));
    assert_eq!((allocations(&harmless), allocations(&secret)), (2 * empty, 2 * empty));
}
