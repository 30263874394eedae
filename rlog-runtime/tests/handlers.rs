//! Handlers that fail, panic, or hand records on, in a logger in service.

#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

use rlog_runtime::__private::{Callsite, Level, Probe, emit1, emit2, probes::*};
use rlog_runtime::{
    Breaker, Builder, Failover, FanOut, HandlerBuilder, HandlerStats, IntoHandler, Memory, MemoryHandle, Record,
    Routing, Text, Writer,
};
use std::io;
use std::panic::catch_unwind;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// A statement: the function that takes so many arguments, the level, the callsite's text, the arguments.
macro_rules! log {
    ($emit:ident, $level:ident, $text:expr $(, $value:expr)*) => {{
        static SITE: Callsite = Callsite::new(Level::$level, 0 $(+ { let _ = stringify!($value); 1 })*, line!(), $text);
        if SITE.is_enabled() {
            $emit(&SITE $(, (&&&&&Probe(&$value)).rlog_value())*);
        }
    }};
}

/// Statements with the message `no {number}` and a field `number`.
fn debug(number: u64) {
    log!(emit1, DEBUG, "mp3:no h0;k6:number.app::db\u{1f}f", number);
}

fn error(number: u64) {
    log!(emit1, ERROR, "mp3:no h0;k6:number.app\u{1f}f", number);
}

/// One logger in the process, so tests take turns.
struct Service(#[allow(dead_code, reason = "held")] MutexGuard<'static, ()>);

impl Service {
    fn start(configure: impl FnOnce(Builder) -> Builder) -> Self {
        static TURN: Mutex<()> = Mutex::new(());
        let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        let guard = configure(rlog_runtime::builder().environment(false).level(Level::DEBUG)).init().unwrap();
        std::mem::forget(guard);
        Self(turn)
    }

    fn flush(&self) {
        assert!(rlog_runtime::flush(PATIENCE));
    }

    fn stats(&self, name: &str) -> HandlerStats {
        rlog_runtime::stats().handlers.into_iter().find(|handler| handler.name == name).unwrap()
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        rlog_runtime::shutdown(PATIENCE);
    }
}

const PATIENCE: Duration = Duration::from_secs(60);

/// Lines that a handler has written.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Lines {
    fn handler(&self) -> HandlerBuilder {
        Writer::new(self.clone()).formatter(Text::new())
    }

    fn numbers(&self) -> Vec<u64> {
        let text = String::from_utf8(self.0.lock().unwrap().clone()).unwrap();
        // It is the last thing in each line.
        let numbers =
            text.lines().map(|line| line.rsplit(|c: char| !c.is_ascii_digit()).next().unwrap().parse().unwrap());
        numbers.collect()
    }
}

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A handler that fails as long as the switch is on.
fn switched(broken: &Arc<AtomicBool>) -> impl rlog_runtime::Handler {
    let broken = Arc::clone(broken);
    move |_: &Record<'_>, _: &[u8]| {
        if broken.load(Ordering::Relaxed) { Err(io::Error::other("the switch is on")) } else { Ok(()) }
    }
}

fn messages(kept: &MemoryHandle) -> Vec<String> {
    kept.records().iter().map(|record| record.with(|record| record.message().to_string())).collect()
}

#[test]
fn handlers_that_fail_and_panic_keep_no_record_from_the_others() {
    let lines = Lines::default();
    let memory = Memory::new(10_000);
    let kept = memory.handle();
    let fails = |_: &Record<'_>, _: &[u8]| Err::<(), _>(io::Error::other("a failure that this test wants"));
    let panics = |_: &Record<'_>, _: &[u8]| -> () { panic!("a panic that this test wants") };
    let service = Service::start(|builder| {
        builder
            .handler(HandlerBuilder::new(fails).name("fails").breaker(Breaker::never()))
            .handler(
                FanOut::new()
                    .to(HandlerBuilder::new(panics).name("panics").breaker(Breaker::never()))
                    .to(lines.handler().name("lines")),
            )
            .handler(memory)
    });
    (0..200).for_each(debug);
    assert!(!rlog_runtime::flush(PATIENCE), "two of them have written nothing");
    assert_eq!(lines.numbers(), (0..200).collect::<Vec<_>>());
    assert_eq!(messages(&kept), (0..200).map(|number| format!("no {number}")).collect::<Vec<_>>());
    assert_eq!((service.stats("fails").dropped, service.stats("fails").failures), (200, 200));
    assert_eq!(service.stats("fan_out > panics").dropped, 200);
    assert_eq!((service.stats("fan_out").dropped, service.stats("fan_out > lines").written), (0, 200));
}

#[test]
fn a_breaker_that_opens_and_closes_is_told_of_in_the_other_handlers() {
    let broken = Arc::new(AtomicBool::new(true));
    let (spare, notices) = (Memory::new(100), Memory::new(100));
    let (kept, told) = (spare.handle(), notices.handle());
    let service = Service::start(|builder| {
        let breaker = Breaker::new().failures(2).pause(Duration::ZERO, Duration::ZERO);
        let network = HandlerBuilder::new(switched(&broken)).name("network").breaker(breaker);
        builder
            .handler(Failover::new(network).or(spare).name("shipped"))
            .handler(notices.filter(|record: &Record<'_>| record.target() == "rlog"))
    });
    (1..=3).for_each(debug);
    service.flush();
    assert_eq!(messages(&kept)[..3], ["no 1", "no 2", "no 3"], "nothing is lost");
    assert!(service.stats("shipped > network").is_open);
    assert_eq!(messages(&told), ["handler `shipped > network` keeps failing and is left alone for a while"]);
    broken.store(false, Ordering::Relaxed);
    debug(4);
    service.flush();
    service.flush();
    assert_eq!(messages(&told)[1..], ["handler `shipped > network` works again"]);
    assert!(!messages(&kept).contains(&"no 4".to_owned()), "the network has it");
    assert!(!service.stats("shipped > network").is_open);
    assert_eq!(service.stats("shipped").dropped, 0);
}

#[test]
fn a_flight_recorder_writes_debug_lines_around_errors_only() {
    let lines = Lines::default();
    let memory = Memory::new(100).delegate(lines.handler().name("file"));
    let kept = memory.handle();
    let service = Service::start(|builder| builder.handler(memory));
    (0..150).for_each(debug);
    service.flush();
    assert_eq!((kept.len(), lines.numbers()), (100, vec![]));
    error(150);
    debug(151);
    service.flush();
    assert_eq!(lines.numbers(), (50..=150).collect::<Vec<_>>());
    assert_eq!(kept.len(), 1);
}

#[test]
fn a_flight_recorder_keyed_by_a_field_writes_the_request_that_failed() {
    let lines = Lines::default();
    let memory = Memory::new(100).delegate(lines.handler()).per_field("trace");
    let service = Service::start(|builder| builder.handler(memory));
    for (number, trace) in (0_u64..9).zip(["a", "b", "c"].into_iter().cycle()) {
        log!(emit2, DEBUG, "k5:tracek6:number.app\u{1f}f", trace, number);
    }
    log!(emit2, ERROR, "k5:tracek6:number.app\u{1f}f", "b", 9_u64);
    service.flush();
    assert_eq!(lines.numbers(), [1, 4, 7, 9]);
}

#[test]
fn a_panic_makes_a_flight_recorder_write() {
    let lines = Lines::default();
    let quiet = Lines::default();
    let service = Service::start(|builder| {
        builder
            .handler(Memory::new(100).delegate(lines.handler()))
            .handler(Memory::new(100).delegate(quiet.handler()).flush_on_panic(false))
    });
    (0..3).for_each(debug);
    service.flush();
    assert_eq!(lines.numbers(), [0_u64; 0]);
    catch_unwind(|| panic!("a panic that this test wants")).unwrap_err();
    assert_eq!(lines.numbers(), [0, 1, 2]);
    service.flush();
    assert_eq!(quiet.numbers(), [0_u64; 0]);
}

#[test]
fn routes_send_records_where_they_belong() {
    let [database, errors, odd, rest] = [(); 4].map(|()| Lines::default());
    let service = Service::start(|builder| {
        builder.handler(
            Routing::new()
                .when(is_odd, odd.handler().name("odd"))
                .target("app.db", database.handler().name("database"))
                .at_least(Level::CRITICAL, errors.handler().name("errors"))
                .otherwise(rest.handler().name("rest")),
        )
    });
    fn is_odd(record: &Record<'_>) -> bool {
        matches!(record.field("number"), Some(rlog_runtime::Value::U64(number)) if number % 2 == 1)
    }
    (0..4).for_each(debug);
    (4..8).for_each(error);
    service.flush();
    assert_eq!((odd.numbers(), database.numbers()), (vec![1, 3, 5, 7], vec![0, 2]));
    assert_eq!((errors.numbers(), rest.numbers()), (vec![], vec![4, 6]));
    assert_eq!(service.stats("routing > rest").written, 2);
}

#[test]
fn a_statement_has_the_bytes_of_the_lines_of_all_handlers_however_deep_they_are() {
    fn log() {
        (0..10_u64).for_each(|n| log!(emit1, INFO, "mp14:with bytes no h0;k6:number.app\u{1f}f", n));
    }
    let bytes = || {
        let statements = rlog_runtime::stats().statements.into_iter();
        let of_this = statements.filter(|statement| statement.callsite.template() == "with bytes no {number}");
        of_this.map(|statement| statement.bytes).sum::<u64>()
    };
    let lines = || Lines::default().handler();
    let fails = || HandlerBuilder::new(|_: &Record<'_>, _: &[u8]| Err::<(), _>(io::Error::other("on purpose")));
    let cases = [
        ("one", 1, lines()),
        ("fan_out", 2, FanOut::new().to(lines()).to(lines()).into_handler()),
        ("in_another", 3, FanOut::new().to(FanOut::new().to(lines()).to(lines())).to(lines()).into_handler()),
        ("routing", 1, Routing::new().at_least(Level::INFO, lines()).otherwise(lines()).into_handler()),
        ("failover", 1, Failover::new(fails()).or(lines()).into_handler()),
        ("memory", 1, Memory::new(5).delegate(lines()).pass_level(Level::INFO).into_handler()),
        ("sync", 2, FanOut::new().to(lines()).to(lines()).sync()),
    ];
    let mut expected = None;
    for (name, times, handler) in cases {
        let before = bytes();
        let service = Service::start(|builder| builder.handler(handler));
        log();
        service.flush();
        let each = (bytes() - before) / times;
        assert!(each > 0 && *expected.get_or_insert(each) == each, "{name}: {each} {expected:?}");
    }
}

#[test]
fn a_handler_behind_another_can_be_changed_while_it_runs() {
    let [errors, rest] = [(); 2].map(|()| Lines::default());
    let service = Service::start(|builder| {
        builder.handler(
            Routing::new()
                .at_least(Level::ERROR, errors.handler().name("errors"))
                .otherwise(rest.handler().name("rest").level(Level::WARN)),
        )
    });
    debug(1);
    service.flush();
    assert_eq!(service.stats("routing").written, 0, "nobody wants it, so there is no record");
    rlog_runtime::handler("routing > rest").unwrap().set_level(Level::DEBUG);
    rlog_runtime::handler("routing > errors").unwrap().set_level(Level::SILENT);
    debug(2);
    error(3);
    service.flush();
    assert_eq!((errors.numbers(), rest.numbers()), (vec![], vec![2]));
}

#[test]
fn what_is_wrong_with_handlers_behind_others_is_reported_with_the_rest() {
    let _turn = Service::start(|builder| builder.handler(Memory::new(1)));
    rlog_runtime::shutdown(PATIENCE);
    let error = rlog_runtime::builder()
        .environment(false)
        .handler(FanOut::new().name("nowhere"))
        .handler(Failover::new(Memory::new(0)).or(Routing::new()).name("shipped"))
        .init()
        .unwrap_err();
    assert_eq!(
        error.problems().collect::<Vec<_>>(),
        [
            "handler `nowhere`: it has no handlers: add some with `to`",
            "handler `shipped > memory`: it is to keep `0` records: at least one",
            "handler `shipped > routing`: it has no rules: add some with `when`, `at_least` or `target`",
        ]
    );
}
