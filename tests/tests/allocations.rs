//! Enabled log calls do not allocate on the thread that logs.

#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

use rlog::{File, Json, Level, Loggable, critical, debug, error, info, log, trace, warn};
use std::fmt;
use std::net::Ipv4Addr;
use std::time::Duration;
use system_tests::allocations::{Counting, allocations};
use system_tests::{TemporaryDirectory, lines};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

#[derive(Debug, Loggable)]
struct Order<'a> {
    id: u64,
    customer: &'a str,
    state: State,
    items: Vec<Item>,
    note: Option<String>,
}

#[derive(Debug, Loggable)]
enum State {
    Open,
    Paid { amount: f64 },
}

#[derive(Debug, Loggable)]
struct Item {
    name: String,
    pieces: u32,
}

#[derive(Debug)]
struct Declined(std::num::ParseIntError);

impl fmt::Display for Declined {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the card was declined")
    }
}

impl std::error::Error for Declined {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.0)
    }
}

const CALLS: usize = 10_000;

#[test]
fn enabled_calls_after_the_first_of_a_thread_allocate_nothing() {
    let directory = TemporaryDirectory::new();
    let (text, json) = (directory.path("text"), directory.path("json"));
    let guard = rlog::builder()
        .environment(false)
        .level(Level::TRACE)
        .handler(File::new(&text))
        .handler(File::new(&json).formatter(Json::new()))
        .init()
        .unwrap();
    let kinds = std::thread::spawn(calls).join().unwrap();
    drop(guard);
    let expected = kinds * CALLS + 3;
    assert_eq!((lines(&text).len(), lines(&json).len()), (expected, expected));
}

/// Logs on a new thread. Returns how many kinds of calls it has made.
fn calls() -> usize {
    let order = |state| Order {
        id: 17,
        customer: "ada",
        state,
        items: vec![Item { name: "pen".into(), pieces: 3 }, Item { name: "ink".into(), pieces: 1 }],
        note: Some("a gift".into()),
    };
    let (open, paid) = (order(State::Open), order(State::Paid { amount: 12.5 }));
    let err = Declined("x".parse::<u8>().unwrap_err());
    let boxed: Box<dyn std::error::Error> = Box::new(Declined("".parse::<u8>().unwrap_err()));
    let (name, long) = (String::from("grace"), "long ".repeat(200));
    let (a, b, c, d, e, f, g, h, i) = (1_u8, -2_i64, 3.5, 'x', true, u128::MAX, "text", Some(4), [1_u16, 2]);
    let address = Ipv4Addr::LOCALHOST;

    info!("the first record of this thread");
    let mut kinds = 0;
    let mut none = |kind: &str, call: &dyn Fn(usize)| {
        kinds += 1;
        let count = allocations(|| (0..CALLS).for_each(call));
        assert_eq!(count, 0, "{kind}: {count} allocations in {CALLS} calls");
    };
    none("display", &|_| info!(%address, "from {:>20}", address));
    none("no arguments", &|_| info!("plain"));
    none("numbers", &|n| debug!(n, half = n as f64 / 2.0, "number {}", n % 7));
    none("strings", &|_| trace!(name, text = "literal", "hello, {long}"));
    none("debug", &|n| warn!(?open, #?h, "debug {n:?} {n:08x}"));
    none("a derived struct", &|_| info!(order = open, "ordered {}", open.id));
    none("a derived struct with an enum", &|_| info!(order = paid, paid.state));
    none("an error with its source", &|_| error!(err, "cannot pay"));
    none("a boxed error", &|_| critical!(err = boxed, "cannot pay"));
    none("more than eight fields", &|_| info!(a, b, c, d, e, f, g, h, i, "many"));
    none("time and lists", &|n| info!(took = Duration::from_nanos(n as u64), list = i.as_slice(), "list"));
    // A statement takes memory the first time that it is run with a level.
    let leveled = |n: usize| log!(if n.is_multiple_of(2) { Level::INFO } else { Level::ERROR }, n, "leveled");
    (0..2).for_each(leveled);
    none("a level of run time", &leveled);
    none("format_args", &|n| info!("{}", format_args!("{n}-{name}")));
    none("a named target", &|n| info!(target: "audit", n));
    kinds
}
