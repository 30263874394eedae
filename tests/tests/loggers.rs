//! Loggers by name: their levels, handlers and filters, and every change of them while the program logs.

#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

use rlog::{
    Breaker, FanOut, Filter, Formatter, Handler, HandlerBuilder, HandlerError, Interest, IntoHandler, Level, Null,
    Record, Text, Verdict,
};
use rlog::{debug, error, info, log, logger, trace, warn};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// Keeps messages, and whether it was closed.
#[derive(Clone, Default)]
struct Keep {
    messages: Arc<Mutex<Vec<String>>>,
    /// Messages that are `noise`, which are not kept.
    noise: Arc<AtomicU64>,
    closed: Arc<AtomicBool>,
}

impl Handler for Keep {
    fn emit(&mut self, record: &Record<'_>, _: &[u8]) -> Result<(), HandlerError> {
        assert!(!self.closed.load(Ordering::SeqCst), "emit after close");
        if record.callsite().template() == "noise" {
            self.noise.fetch_add(1, Ordering::SeqCst);
        } else if record.target() != "rlog" {
            self.messages.lock().unwrap().push(record.message().to_string());
        }
        Ok(())
    }

    fn close(&mut self) -> Result<(), HandlerError> {
        assert!(!self.closed.swap(true, Ordering::SeqCst), "closed twice");
        Ok(())
    }
}

impl Keep {
    fn named(&self, name: &str) -> HandlerBuilder {
        self.clone().into_handler().name(name)
    }

    fn take(&self) -> Vec<String> {
        assert!(rlog::flush(Duration::from_secs(60)));
        std::mem::take(&mut *self.messages.lock().unwrap())
    }
}

/// One test at a time has the logger, and leaves none behind.
struct Turn(#[allow(dead_code, reason = "held")] MutexGuard<'static, ()>);

fn turn() -> Turn {
    static TURN: Mutex<()> = Mutex::new(());
    Turn(TURN.lock().unwrap_or_else(PoisonError::into_inner))
}

impl Drop for Turn {
    fn drop(&mut self) {
        rlog::shutdown(Duration::from_secs(60));
    }
}

/// Ends the threads of a test, also if it fails.
struct Stop<'a>(&'a AtomicBool);

impl Drop for Stop<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

fn builder() -> rlog::Builder {
    rlog::builder().environment(false)
}

/// Polls, since some things happen on the worker's thread when it comes to them.
fn eventually(what: impl Fn() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(60);
    while !what() {
        assert!(Instant::now() < deadline, "it does not happen");
        thread::yield_now();
    }
}

fn log_everywhere() {
    info!(target: "app", "app");
    info!(target: "app::db", "db");
    info!(target: "app::db::pool", "pool");
    info!(target: "other", "other");
}

#[test]
fn records_go_to_the_handlers_of_their_logger_and_of_those_above() {
    let _turn = turn();
    let (root, db, pool) = (Keep::default(), Keep::default(), Keep::default());
    builder()
        .handler(root.clone())
        .logger("app.db", |logger| logger.handler(db.named("db")))
        .logger("app::db::pool", |logger| logger.handler(pool.clone()).share("db").propagate(false))
        .init()
        .map(std::mem::forget)
        .unwrap();
    log_everywhere();
    assert_eq!(root.take(), ["app", "db", "other"]);
    assert_eq!((db.take(), pool.take()), (vec!["db".into(), "pool".into()], vec!["pool".into()]));
}

#[test]
fn a_handler_that_no_logger_shares_gets_nothing_and_one_that_is_not_there_is_told() {
    let _turn = turn();
    let (defined, root) = (Keep::default(), Keep::default());
    let define = |name: &str| {
        builder()
            .define(defined.named("audit"))
            .handler(root.clone())
            .logger("audit", |logger| logger.share(name).propagate(false))
            .init()
    };
    let error = define("audti").unwrap_err().to_string();
    assert!(error.ends_with("logger `audit`: no handler is called `audti`; did you mean `audit`?"), "{error}");
    define("audit").map(std::mem::forget).unwrap();
    info!(target: "audit", "a");
    info!(logger: logger("audit.login"), "b");
    info!("c");
    assert_eq!((defined.take(), root.take()), (vec!["a".to_owned(), "b".to_owned()], vec!["c".to_owned()]));
}

#[test]
fn levels_are_inherited_set_and_reset() {
    let _turn = turn();
    let all = Keep::default();
    builder().level(Level::WARN).handler(all.clone()).init().map(std::mem::forget).unwrap();
    log_everywhere();
    assert_eq!(all.take(), [""; 0]);
    let app = logger("app");
    app.set_level(Level::INFO);
    logger("app.db.pool").set_level(Level::ERROR);
    assert_eq!((app.level(), logger("app::db").level()), (Level::INFO, Level::INFO));
    log_everywhere();
    assert_eq!(all.take(), ["app", "db"]);
    logger("app::db::pool").reset_level();
    app.reset_level();
    logger("").set_level(Level::INFO);
    log_everywhere();
    assert_eq!(all.take(), ["app", "db", "pool", "other"]);
}

#[test]
fn a_level_for_a_while_reverts_by_itself() {
    let _turn = turn();
    let all = Keep::default();
    builder().handler(all.clone()).init().map(std::mem::forget).unwrap();
    let db = logger("app::db");
    db.set_level(Level::TRACE).for_(Duration::from_secs(3600));
    trace!(target: "app::db", "while it holds");
    db.set_level(Level::WARN).for_(Duration::ZERO);
    eventually(|| db.level() == Level::TRACE);
    db.set_level(Level::ERROR);
    assert_eq!(db.level(), Level::ERROR);
    db.reset_level();
    rlog::set_level("app::db", Level::DEBUG).for_(Duration::from_millis(1));
    eventually(|| db.level() == Level::INFO);
    debug!(target: "app::db", "after");
    assert_eq!(all.take(), ["while it holds"]);
}

/// Waits until all that was to hold no longer than now has ended.
fn until_all_has_ended() {
    rlog::set_level("ending", Level::CRITICAL).for_(Duration::ZERO);
    eventually(|| logger("ending").level() != Level::CRITICAL);
}

#[test]
fn an_end_that_is_said_late_does_not_undo_what_was_set_since() {
    let _turn = turn();
    builder().handler(Keep::default()).init().map(std::mem::forget).unwrap();
    let change = rlog::set_level("late", Level::DEBUG);
    rlog::set_level("late", Level::ERROR);
    change.for_(Duration::ZERO);
    until_all_has_ended();
    assert_eq!(logger("late").level(), Level::ERROR);

    // Two that overlap leave nothing behind.
    let (first, second) = (rlog::set_level("both", Level::DEBUG), rlog::set_level("both", Level::TRACE));
    first.for_(Duration::from_secs(3600));
    second.for_(Duration::ZERO);
    until_all_has_ended();
    assert_eq!(logger("both").level(), Level::DEBUG);
    logger("both").reset_level();
    assert_eq!(logger("both").level(), Level::INFO);

    for change in [rlog::set_level("late", Level::DEBUG), rlog::set_level("both", Level::DEBUG)] {
        rlog::set_directives("warn").unwrap();
        change.for_(Duration::ZERO);
    }
    until_all_has_ended();
    assert_eq!((logger("late").level(), logger("both").level()), (Level::WARN, Level::WARN));
}

#[test]
fn a_switch_for_a_while_gives_way_to_the_one_before_which_holds_longer() {
    let _turn = turn();
    let all = Keep::default();
    builder().handler(all.clone()).init().map(std::mem::forget).unwrap();
    let log = || info!(target: "switched", "switched for a while");
    let statements = rlog::statements("switched for a while");
    statements.switch_off().for_(Duration::from_secs(3600));
    statements.switch_on().for_(Duration::ZERO);
    until_all_has_ended();
    log();
    assert_eq!(all.take(), [""; 0]);

    let change = statements.switch_on();
    statements.switch_off();
    change.for_(Duration::ZERO);
    until_all_has_ended();
    log();
    assert_eq!(all.take(), [""; 0]);
    statements.reset();
    log();
    assert_eq!(all.take(), ["switched for a while"]);
}

#[test]
fn filters_of_loggers_hold_for_all_below_and_are_asked_once() {
    static ASKED: AtomicU64 = AtomicU64::new(0);
    struct Odd;
    impl Filter for Odd {
        fn decide(&self, record: &Record<'_>) -> Verdict {
            ASKED.fetch_add(1, Ordering::SeqCst);
            matches!(record.field("n"), Some(rlog::Value::I64(n)) if n % 2 == 1).into()
        }
    }
    let _turn = turn();
    let (first, second, sync) = (Keep::default(), Keep::default(), Keep::default());
    builder()
        .handler(first.clone())
        .handler(second.clone().into_handler().filter(|record: &Record<'_>| record.field("n").is_some()))
        .handler(sync.clone().into_handler().sync())
        .logger("app", |logger| logger.filter(Odd))
        .filter(|record: &Record<'_>| record.level() > Level::TRACE)
        .init()
        .map(std::mem::forget)
        .unwrap();
    for n in 1..=4 {
        info!(target: "app::db", n, "db {n}");
    }
    info!(target: "other", "other");
    assert_eq!(first.take(), ["db 1", "db 3", "other"]);
    assert_eq!(second.take(), ["db 1", "db 3"]);
    assert_eq!(sync.take(), ["db 1", "db 3", "other"]);
    assert_eq!(ASKED.load(Ordering::SeqCst), 4, "once for each record, not for each handler");
    let stats = rlog::stats();
    let filters = |logger: &rlog::LoggerStats| logger.filters.iter().map(|filter| filter.stopped).collect::<Vec<_>>();
    let loggers: Vec<_> = stats.loggers.iter().map(|logger| (logger.name.as_str(), filters(logger))).collect();
    assert_eq!(loggers, [("", vec![0]), ("app", vec![2])]);
    let of = |line: u32| stats.statements.iter().find(|statement| statement.callsite.line() == line);
    assert!(stats.statements.iter().any(|statement| statement.stopped == 2 && statement.records >= 2), "{stats:?}");
    assert!(of(1).is_none());
}

#[test]
fn a_statement_that_no_handler_can_want_costs_nothing() {
    struct Never;
    impl Filter for Never {
        fn decide(&self, _: &Record<'_>) -> Verdict {
            Verdict::Reject
        }
        fn interest(&self, callsite: &rlog::Callsite) -> Interest {
            if callsite.target() == "noisy" { Interest::Never } else { Interest::Always }
        }
    }
    let _turn = turn();
    let all = Keep::default();
    builder().handler(all.clone().into_handler().filter(Never)).init().map(std::mem::forget).unwrap();
    let mut evaluated = 0;
    let mut count = || {
        evaluated += 1;
        evaluated
    };
    info!(target: "noisy", n = count(), "noisy");
    info!(target: "quiet", n = count(), "quiet");
    assert_eq!(all.take(), ["quiet"]);
    assert_eq!(evaluated, 1);
}

#[test]
fn directives_may_ask_for_fields() {
    let _turn = turn();
    let all = Keep::default();
    builder()
        .directives("warn,[user=alice]=debug,app::db[slow]")
        .handler(all.clone())
        .init()
        .map(std::mem::forget)
        .unwrap();
    for user in ["alice", "bob"] {
        debug!(user, "{user} did something");
        trace!(user, "{user} did something small");
        trace!(target: "app::db", slow = true, "slow {user}");
        info!("{user} is no field");
        info!("nothing");
    }
    assert_eq!(all.take(), ["alice did something", "slow alice", "alice is no field", "slow bob"]);
}

#[test]
fn single_statements_are_switched() {
    let _turn = turn();
    let all = Keep::default();
    builder().handler(all.clone()).init().map(std::mem::forget).unwrap();
    let log = || {
        debug!(target: "app", n = 1, "one of {n}");
        info!(target: "app", "two");
    };
    let one = rlog::callsites().find(|callsite| callsite.template() == "one of {n}").unwrap();
    let place = format!("{}:{}", one.file(), one.line());
    for name in [place.as_str(), "one of {n}", &one.event_id().to_string()] {
        let statements = rlog::statements(name);
        assert_eq!(statements.count(), 1, "{name}");
        statements.switch_on();
        log();
        statements.reset();
        log();
        assert_eq!(all.take(), ["one of 1", "two", "two"], "{name}");
    }
    rlog::statements("two").switch_off();
    log();
    rlog::statements("two").switch_on().for_(Duration::ZERO);
    eventually(|| {
        log();
        all.take().is_empty()
    });
    rlog::statements("two").reset();
    log();
    assert_eq!(all.take(), ["two"]);
}

#[test]
fn directives_that_match_nothing_say_what_they_may_mean() {
    info!(target: "warehouse::stock_keeping", "there is such a target");
    let answers: Vec<_> =
        rlog::check_directives("info,warehouse=debug,warehose::stock=off").iter().map(ToString::to_string).collect();
    assert_eq!(answers, [""; 0]);
    let answers: Vec<_> = rlog::check_directives("warehouse::stock_keepin=debug,stock_keeping=info,qqqq=trace,=x")
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(
        answers,
        [
            "directive `=x` at position 60: a target is missing before `=`; write `target=level`",
            // `qqqq` may come yet, since loggers are handed around here.
            "`stock_keeping=info` matches nothing so far; did you mean `warehouse::stock_keeping` (1 statement)?",
            "`warehouse::stock_keepin=debug` matches nothing so far; did you mean `warehouse::stock_keeping` (1 statement)?",
        ]
    );
}

#[test]
fn directives_with_fields_that_match_nothing_say_which_part_does() {
    let _turn = turn();
    info!(target: "warehouse::fields", article = 7, shelf = "b", "there are such fields");
    for (directive, answer) in [
        (
            "warehouse::fields[artikle=7]=trace",
            Some("no statement of `warehouse::fields` has a field `artikle`; did you mean `article` (1 statement)?"),
        ),
        (
            "warehouse::field[article]",
            Some("no statement has the target `warehouse::field`; did you mean `warehouse::fields` (1 statement)?"),
        ),
        ("nope[article]=trace", Some("no statement of `nope` has a field `article`")),
        ("warehouse::fields[article=7,shelf]", None),
        ("[article.number=7]", None),
        ("rlog=error", None),
        ("rlog[handler]=error", None),
    ] {
        let answers: Vec<_> = rlog::check_directives(directive).iter().map(ToString::to_string).collect();
        let answers: Vec<_> = answers.iter().map(|told| told.split_once(": ").unwrap().1).collect();
        assert_eq!(answers, Vec::from_iter(answer), "{directive}");
    }
}

#[test]
fn directives_may_ask_for_fields_inside_of_values_by_their_path() {
    #[derive(rlog::Loggable)]
    struct Buyer {
        id: u32,
        address: Address,
    }
    #[derive(rlog::Loggable)]
    struct Address {
        city: &'static str,
    }
    let _turn = turn();
    let all = Keep::default();
    let directives = "warn,[buyer.id=7],bought[buyer.address.city=\"New York\"]=debug,[key.with.dots=1]=info";
    builder().directives(directives).handler(all.clone()).init().map(std::mem::forget).unwrap();
    for (id, city) in [(7, "Rome"), (8, "New York"), (8, "Rome")] {
        let buyer = Buyer { id, address: Address { city } };
        debug!(target: "bought", buyer = buyer, "{id} from {city}");
    }
    info!("key.with.dots" = 1, "with dots");
    info!("key.with.dots" = 2, "with other dots");
    assert_eq!(all.take(), ["7 from Rome", "8 from New York", "with dots"]);
}

/// Keeps the lines of what the logger says of itself.
struct Own(Arc<Mutex<Vec<String>>>);

impl Handler for Own {
    fn emit(&mut self, record: &Record<'_>, line: &[u8]) -> Result<(), HandlerError> {
        if record.target() == "rlog" {
            self.0.lock().unwrap().push(String::from_utf8_lossy(line).into_owned());
        }
        Ok(())
    }
}

#[test]
fn directives_that_are_set_in_the_running_program_are_answered_in_the_log() {
    let _turn = turn();
    let told = Arc::new(Mutex::new(Vec::new()));
    builder().handler(Own(Arc::clone(&told))).init().map(std::mem::forget).unwrap();
    rlog::set_directives("info,loggers[no_such_field]=debug").unwrap();
    eventually(|| !told.lock().unwrap().is_empty());
    let told = told.lock().unwrap();
    let answer = "directive `loggers[no_such_field]=debug` matches nothing: no statement of `loggers` has a field `no_such_field`";
    assert!(told[0].contains(answer), "{told:?}");
}

#[test]
fn a_change_that_fails_says_so_and_not_that_the_logger_cannot_be_initialised() {
    let _turn = turn();
    let begins = |error: rlog::InitError, text: &str| assert!(error.to_string().starts_with(text), "{error}");
    let change = "cannot change the logger: no logger is in service";
    begins(builder().handler(Keep::default()).replace().unwrap_err(), change);
    begins(logger("").add_handler(Keep::default()).unwrap_err(), change);
    begins(rlog::set_directives("info").unwrap_err(), change);
    builder().handler(Keep::default()).init().map(std::mem::forget).unwrap();
    begins(rlog::set_directives("a=inof").unwrap_err(), "cannot change the logger: the directives: directive `a=inof`");
    begins(builder().directives("a=inof").replace().unwrap_err(), "cannot change the logger: the directives");
    let missing = rlog::File::new("/dev/null/no/such/directory");
    begins(logger("").add_handler(missing).unwrap_err(), "cannot change the logger: ");
    begins(builder().init().unwrap_err(), "cannot initialise the logger: a logger is in service already");
}

#[test]
fn one_handler_too_many_is_told_the_limit_and_a_way_out() {
    let _turn = turn();
    let way_out = "and no place for more; hand some of them to a `FanOut` or `Routing`, which hold any number";
    builder().handler(Keep::default().named("first")).init().map(std::mem::forget).unwrap();
    for (sync, limit) in [
        (false, "there are 31 handlers that are not `sync` already"),
        (true, "there are 32 handlers that are `sync` already"),
    ] {
        let with_sync = |handler: HandlerBuilder| if sync { handler.sync() } else { handler };
        for place in usize::from(!sync)..if sync { 32 } else { 31 } {
            logger("").add_handler(with_sync(Keep::default().named(&place.to_string()))).unwrap();
        }
        let path = std::env::temp_dir().join(format!("rlog-loggers-{}-{sync}.log", std::process::id()));
        let last = with_sync(rlog::File::new(&path).name("last"));
        let error = logger("").add_handler(last).unwrap_err();
        assert_eq!(error.to_string(), format!("cannot change the logger: handler `last`: {limit}, {way_out}"));
        assert!(!path.exists(), "it was not even opened");
    }
    let too_many = (0..32).fold(builder(), |builder, _| builder.handler(Keep::default().named("many")));
    let error = too_many.replace().unwrap_err().to_string();
    assert!(error.starts_with("cannot change the logger: handler `many`: there are 31 handlers"), "{error}");
}

#[test]
fn a_directive_that_matches_nothing_is_told_in_the_log() {
    let _turn = turn();
    let told = Arc::new(Mutex::new(Vec::new()));
    builder().directives("info,loggrs=debug").handler(Own(Arc::clone(&told))).init().map(std::mem::forget).unwrap();
    eventually(|| !told.lock().unwrap().is_empty());
    let told = told.lock().unwrap();
    assert!(
        told[0].contains(" rlog directive `loggrs=debug` matches nothing so far; did you mean `loggers` ("),
        "{told:?}"
    );
}

#[test]
fn what_is_logged_behind_a_change_is_judged_by_it_and_what_is_before_is_not() {
    let _turn = turn();
    let all = Keep::default();
    builder().level(Level::INFO).handler(all.named("all")).init().map(std::mem::forget).unwrap();
    let app = logger("changed");
    let mut expected = Vec::new();
    for round in 0..300 {
        // Each is changed and used at once, while what was logged before may still be in a ring.
        rlog::set_directives("warn,changed[user=alice]=trace").unwrap();
        info!(target: "changed", user = "alice", "{round} of alice");
        info!(target: "changed", user = "bob", "{round} of bob");
        rlog::set_directives("trace").unwrap();
        info!(target: "changed", user = "bob", "{round} of bob now");
        app.set_filters(vec![Box::new(|_: &Record<'_>| false)]);
        info!(target: "changed", "{round} filtered");
        app.set_filters(Vec::new());
        info!(target: "changed", "{round} not filtered");
        app.set_propagate(false);
        info!(target: "changed", "{round} for nobody");
        app.set_propagate(true);
        info!(target: "changed", "{round} for all");
        let wanted = ["of alice", "of bob now", "not filtered", "for all"];
        expected.extend(wanted.map(|text| format!("{round} {text}")));
    }
    assert_eq!(all.take(), expected);
}

#[test]
fn levels_change_from_one_thread_while_eight_log() {
    let _turn = turn();
    let all = Keep::default();
    builder().handler(all.clone()).init().map(std::mem::forget).unwrap();
    let stop = AtomicBool::new(false);
    thread::scope(|scope| {
        let _stop = Stop(&stop);
        for _ in 0..8 {
            scope.spawn(|| {
                while !stop.load(Ordering::Relaxed) {
                    debug!(target: "changing::deep", "noise");
                }
            });
        }
        for _ in 0..200 {
            rlog::set_level("changing", Level::DEBUG);
            debug!(target: "changing", "on");
            rlog::set_level("changing", Level::INFO);
            debug!(target: "changing", "off");
        }
    });
    let messages = all.take();
    assert_eq!(messages.iter().filter(|message| *message == "on").count(), 200, "every change has taken effect");
    assert!(!messages.iter().any(|message| message == "off"));
}

#[test]
fn handlers_come_and_go_and_change_while_threads_log() {
    let _turn = turn();
    let root = Keep::default();
    builder().handler(root.clone()).init().map(std::mem::forget).unwrap();
    let stop = AtomicBool::new(false);
    let logged = AtomicU64::new(0);
    thread::scope(|scope| {
        let _stop = Stop(&stop);
        for _ in 0..3 {
            scope.spawn(|| {
                while !stop.load(Ordering::Relaxed) {
                    info!(target: "busy", "noise");
                    logged.fetch_add(1, Ordering::Relaxed);
                    thread::yield_now();
                }
            });
        }
        for round in 0..100 {
            let (added, sync) = (Keep::default(), Keep::default());
            let busy = logger("busy");
            busy.add_handler(added.named("added")).unwrap();
            busy.add_handler(sync.named("sync").sync()).unwrap();
            info!(target: "busy", "marked {round}");
            rlog::handler("added").unwrap().set_level(Level::ERROR);
            info!(target: "busy", "not for added {round}");
            assert!(busy.remove_handler("added") && busy.remove_handler("sync"));
            assert!(!busy.remove_handler("added"));
            assert!(added.closed.load(Ordering::SeqCst));
            let of = |keep: &Keep, start: &str| {
                keep.messages.lock().unwrap().iter().filter(|message| message.starts_with(start)).count()
            };
            assert_eq!((of(&added, "marked"), of(&added, "not for")), (1, 0));
            assert_eq!((of(&sync, "marked"), of(&sync, "not for")), (1, 1));
        }
    });
    root.take();
    assert_eq!(root.noise.load(Ordering::SeqCst), logged.load(Ordering::Relaxed));
}

#[test]
fn a_thousand_configurations_under_load_lose_and_double_nothing() {
    let _turn = turn();
    let seen: Arc<Mutex<Vec<(u64, u64)>>> = Arc::default();
    struct Count(Arc<Mutex<Vec<(u64, u64)>>>);
    impl Handler for Count {
        fn emit(&mut self, record: &Record<'_>, _: &[u8]) -> Result<(), HandlerError> {
            if let (Some(rlog::Value::U64(thread)), Some(rlog::Value::U64(n))) =
                (record.field("thread"), record.field("n"))
            {
                self.0.lock().unwrap().push((thread, n));
            }
            Ok(())
        }
    }
    let make = |round: u64| {
        let level = if round.is_multiple_of(2) { Level::INFO } else { Level::DEBUG };
        // Small rings, since each replacement waits until what is in them is written.
        builder().level(level).ring_capacity(4 << 10).handler(Count(Arc::clone(&seen)))
    };
    make(0).init().map(std::mem::forget).unwrap();
    let stop = AtomicBool::new(false);
    let counts: Vec<u64> = thread::scope(|scope| {
        let running = Stop(&stop);
        let threads: Vec<_> = (0..4_u64)
            .map(|thread| {
                let stop = &stop;
                scope.spawn(move || {
                    let mut n = 0_u64;
                    while !stop.load(Ordering::Relaxed) {
                        info!(thread, n, "numbered");
                        n += 1;
                        if n.is_multiple_of(64) {
                            thread::yield_now();
                        }
                    }
                    n
                })
            })
            .collect();
        for round in 1..=1_000 {
            make(round).replace().unwrap();
        }
        drop(running);
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert!(rlog::flush(Duration::from_secs(60)));
    let seen = seen.lock().unwrap();
    for (thread, count) in (0_u64..).zip(counts) {
        let numbers: Vec<u64> = seen.iter().filter(|(from, _)| *from == thread).map(|(_, n)| *n).collect();
        assert!(count > 0 && numbers.iter().copied().eq(0..count), "thread {thread}: {} of {count}", numbers.len());
    }
}

#[test]
fn a_configuration_that_is_wrong_changes_nothing() {
    let _turn = turn();
    let all = Keep::default();
    builder().handler(all.clone()).init().map(std::mem::forget).unwrap();
    let error = builder().directives("app=inof").handler(Keep::default()).replace().unwrap_err();
    assert_eq!(error.problems().count(), 1);
    warn!("still here");
    assert_eq!(all.take(), ["still here"]);
    assert!(!all.closed.load(Ordering::SeqCst));
}

#[test]
fn formatters_are_changed_while_the_handler_runs() {
    struct Lines(Arc<Mutex<Vec<String>>>);
    impl Handler for Lines {
        fn emit(&mut self, _: &Record<'_>, line: &[u8]) -> Result<(), HandlerError> {
            self.0.lock().unwrap().push(String::from_utf8_lossy(line).into_owned());
            Ok(())
        }
    }
    let _turn = turn();
    let lines = Arc::default();
    builder()
        .handler(HandlerBuilder::new(Lines(Arc::clone(&lines))).name("lines"))
        .init()
        .map(std::mem::forget)
        .unwrap();
    error!("as text");
    assert!(rlog::flush(Duration::from_secs(60)));
    rlog::handler("lines").unwrap().set_formatter(rlog::Json::new());
    error!("as JSON");
    assert!(rlog::flush(Duration::from_secs(60)));
    let lines = lines.lock().unwrap();
    assert!(lines[0].ends_with("as text\n") && lines[1].starts_with("{\"timestamp\""), "{lines:?}");
    assert_eq!(rlog::handler("lines").unwrap().stats().written, 2);
}

/// Keeps messages, and closes only when it may.
struct ClosesLate {
    keep: Keep,
    closing: Sender<()>,
    may_close: Receiver<()>,
}

impl Handler for ClosesLate {
    fn emit(&mut self, record: &Record<'_>, line: &[u8]) -> Result<(), HandlerError> {
        self.keep.emit(record, line)
    }

    fn close(&mut self) -> Result<(), HandlerError> {
        self.closing.send(()).unwrap();
        self.may_close.recv().unwrap();
        self.keep.close()
    }
}

#[test]
fn what_is_logged_while_the_old_handlers_close_goes_to_the_new_ones_on_whatever_thread_they_run() {
    let _turn = turn();
    for (syncs, queues) in [(1, 0), (1, 1), (2, 1), (0, 1)] {
        let old = Keep::default();
        let ((closing, is_closing), (close, may_close)) = (channel(), channel());
        let late = ClosesLate { keep: old.clone(), closing, may_close };
        builder().handler(late.into_handler().name("old")).init().map(std::mem::forget).unwrap();
        let log = |numbers: std::ops::Range<u32>| numbers.for_each(|number| info!("{number}"));
        let messages = |numbers: std::ops::Range<u32>| numbers.map(|number| number.to_string()).collect::<Vec<_>>();
        log(0..10);
        let new: Vec<_> = (0..syncs + queues).map(|_| Keep::default()).collect();
        let replacement = new.iter().enumerate().fold(builder(), |builder, (index, keep)| {
            let handler = keep.named(&format!("new-{index}"));
            builder.handler(if index < syncs { handler.sync() } else { handler })
        });
        thread::scope(|scope| {
            let replaced = scope.spawn(|| replacement.replace());
            is_closing.recv().unwrap();
            log(10..30);
            close.send(()).unwrap();
            replaced.join().unwrap().unwrap();
        });
        log(30..40);
        assert_eq!(old.take(), messages(0..10));
        for keep in &new {
            assert_eq!(keep.take(), messages(10..40), "{syncs} sync, {queues} queued");
        }
        rlog::shutdown(Duration::from_secs(60));
    }
}

#[test]
fn statistics_count_each_record_once_whatever_threads_its_handlers_are_on() {
    /// Records, and those that filters of loggers have stopped.
    fn counts(template: &str) -> Option<(u64, u64)> {
        assert!(rlog::flush(Duration::from_secs(60)));
        let stats = rlog::stats();
        let found = stats.statements.iter().find(|statement| statement.callsite.template() == template);
        found.map(|statement| (statement.records, statement.stopped))
    }
    let _turn = turn();
    let configure = |sync: bool, queued: bool| {
        let configured = if sync { builder().handler(Keep::default().named("sync").sync()) } else { builder() };
        if queued { configured.handler(Keep::default().named("queued")) } else { configured }
    };
    let log = || (0..10).for_each(|n| info!(n, "counted once"));
    configure(true, false).init().map(std::mem::forget).unwrap();
    let mut expected = (0, 0);
    for (sync, queued) in [(true, false), (false, true), (true, true), (true, false)] {
        configure(sync, queued).replace().unwrap();
        log();
        expected.0 += 10;
        assert_eq!(counts("counted once"), Some(expected), "sync {sync}, queued {queued}");
        let least = |least: i64| {
            let is_enough =
                move |record: &Record<'_>| matches!(record.field("n"), Some(rlog::Value::I64(n)) if n >= least);
            logger("").set_filters(vec![Box::new(is_enough)]);
        };
        least(7);
        log();
        expected = (expected.0 + 10, expected.1 + 7);
        assert_eq!(counts("counted once"), Some(expected), "sync {sync}, queued {queued}, filtered");
        logger("").set_filters(Vec::new());
    }
    configure(true, false).replace().unwrap();
    logger("").set_filters(vec![Box::new(|_: &Record<'_>| false)]);
    assert_eq!(counts("stopped always"), None);
    info!("stopped always");
    assert_eq!(counts("stopped always"), Some((1, 1)));
}

/// Panics when it is dropped.
#[derive(Default)]
struct Bomb(Keep);

impl Handler for Bomb {
    fn emit(&mut self, record: &Record<'_>, line: &[u8]) -> Result<(), HandlerError> {
        self.0.emit(record, line)
    }
}

impl Filter for Bomb {
    fn decide(&self, _: &Record<'_>) -> Verdict {
        Verdict::Accept
    }

    fn name(&self) -> std::borrow::Cow<'static, str> {
        panic!("a panic that this test wants: it has no name")
    }
}

impl Formatter for Bomb {
    fn format(&self, _: &Record<'_>, out: &mut Vec<u8>) {
        out.push(b'\n');
    }
}

impl Drop for Bomb {
    fn drop(&mut self) {
        panic!("a panic that this test wants: it is dropped");
    }
}

#[test]
fn what_panics_when_it_is_dropped_ends_nothing_else() {
    let _turn = turn();
    let all = Keep::default();
    let bomb = || HandlerBuilder::new(Bomb::default()).name("bomb");
    let panics = || rlog::stats().troubles.panic;
    builder().handler(all.named("all")).init().map(std::mem::forget).unwrap();
    for (index, handler) in [bomb(), FanOut::new().to(bomb()).name("bomb"), bomb().sync()].into_iter().enumerate() {
        let before = panics();
        logger("app").add_handler(handler).unwrap();
        info!(target: "app", "with {index}");
        assert!(logger("app").remove_handler("bomb"));
        assert!(panics() > before, "it is told");
        info!(target: "app", "without {index}");
    }
    let with_filter = |filters| logger("app").set_filters(filters);
    with_filter(vec![Box::new(Bomb::default())]);
    info!(target: "app", "filtered");
    with_filter(Vec::new());
    rlog::handler("all").unwrap().set_formatter(Bomb::default());
    rlog::handler("all").unwrap().set_formatter(Text::new());
    info!(target: "app", "not filtered");
    let expected: Vec<_> = (0..3).flat_map(|index| [format!("with {index}"), format!("without {index}")]).collect();
    let messages = all.take();
    assert_eq!((&messages[..6], &messages[6..]), (&*expected, &["filtered".to_owned(), "not filtered".to_owned()][..]));

    let (second, third) = (Keep::default(), Keep::default());
    builder().handler(bomb()).handler(second.clone()).filter(Bomb::default()).replace().unwrap();
    info!("second");
    builder().handler(third.clone()).replace().unwrap();
    info!("third");
    assert_eq!((second.take(), third.take()), (vec!["second".to_owned()], vec!["third".to_owned()]));
    rlog::set_level("passing", Level::DEBUG).for_(Duration::from_millis(1));
    eventually(|| logger("passing").level() == Level::INFO);
}

/// A handler that changes the configuration for as long as it is told to, when `go` comes.
fn changer(name: &str, change: impl Fn() -> bool + Send + 'static) -> HandlerBuilder {
    let handler = move |record: &Record<'_>, _: &[u8]| {
        if record.callsite().template() == "go" {
            while change() {
                thread::yield_now();
            }
        }
    };
    HandlerBuilder::new(handler).name(name).breaker(Breaker::never())
}

#[test]
fn a_handler_that_changes_the_configuration_does_not_wait_for_those_who_wait_for_it() {
    let _turn = turn();
    let all = Keep::default();
    let (begun, ended) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
    let changes = AtomicU64::new(0);
    let (has_begun, has_ended, in_time) = (Arc::clone(&begun), Arc::clone(&ended), Arc::new(AtomicBool::new(false)));
    let is_in_time = Arc::clone(&in_time);
    let act = changer("act", move || {
        rlog::set_level("app::db", Level::DEBUG).for_(Duration::from_secs(600));
        rlog::handler("all").unwrap().set_level(Level::DEBUG);
        logger("app").add_handler(Null::new().name("null")).unwrap();
        assert!(logger("app").remove_handler("null"));
        // Many times, so that the other one comes in between.
        let count = changes.fetch_add(u64::from(has_begun.load(Ordering::SeqCst)), Ordering::SeqCst);
        is_in_time.store(!has_ended.load(Ordering::SeqCst), Ordering::SeqCst);
        count < 200
    });
    builder().handler(act).handler(all.named("all")).init().map(std::mem::forget).unwrap();
    info!("go");
    begun.store(true, Ordering::SeqCst);
    // It waits for the worker, which is in the handler.
    logger("other").add_handler(Null::new().name("other")).unwrap();
    ended.store(true, Ordering::SeqCst);
    assert!(rlog::flush(Duration::from_secs(60)));
    assert!(in_time.load(Ordering::SeqCst), "nobody has given up");
    assert_eq!((logger("app::db").level(), rlog::handler("all").unwrap().level()), (Level::DEBUG, Level::DEBUG));
    debug!(target: "app::db", "behind it");
    assert_eq!(all.take(), ["go", "behind it"]);
}

#[test]
fn a_handler_that_changes_the_configuration_during_a_shutdown_does_not_wait_for_it() {
    let _turn = turn();
    let all = Keep::default();
    // Until there is no configuration to change.
    let act = changer("act", || {
        rlog::set_level("app", Level::DEBUG);
        thread::sleep(Duration::from_millis(1));
        rlog::handler("act").is_some()
    });
    builder().handler(act).handler(all.clone()).init().map(std::mem::forget).unwrap();
    info!("go");
    info!("last");
    assert!(rlog::shutdown(Duration::from_secs(10)).complete);
    assert_eq!(*all.messages.lock().unwrap(), ["go", "last"]);
    assert!(all.closed.load(Ordering::SeqCst));
}

#[test]
fn of_more_loggers_than_a_statement_can_tell_apart_each_keeps_its_level_and_its_handlers() {
    let _turn = turn();
    let (root, audit) = (Keep::default(), Keep::default());
    builder()
        .directives("info,loggers=off,quiet=off,audit.loud=debug")
        .handler(root.clone())
        .logger("audit", |logger| logger.handler(audit.named("audit")).propagate(false))
        .init()
        .map(std::mem::forget)
        .unwrap();
    let say = |name: String| {
        let (named, text) = (logger(&name), name);
        log!(logger: named.clone(), if text.contains("loud") { Level::DEBUG } else { Level::INFO }, "{text}");
    };
    let names = |start: &str| (0..300).map(|number| format!("{start}.{number}")).collect::<Vec<_>>();
    for start in ["audit", "audit.loud", "quiet", "other"] {
        names(start).into_iter().for_each(say);
    }
    assert_eq!(audit.take(), [names("audit"), names("audit.loud")].concat());
    assert_eq!(root.take(), names("other"));
    rlog::set_level("other", Level::WARN);
    names("other").into_iter().for_each(say);
    assert_eq!(root.take(), [""; 0], "also after a change");
}
