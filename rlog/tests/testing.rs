//! The testing kit, as tests use it.

#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

use rlog::testing::{
    Capture, Compare, Expected, Records, assert_logged, assert_logged_in_order, assert_not_logged, capture, current,
    expected,
};
use rlog::{Level, Loggable, Secret, critical, debug, error, event, info, notice, trace, warn};
use std::any::Any;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Barrier;
use std::thread;
use std::time::Duration;

/// What a failed assertion says.
fn failure(assertion: impl FnOnce()) -> String {
    let payload: Box<dyn Any + Send> = catch_unwind(AssertUnwindSafe(assertion)).expect_err("it has to fail");
    payload.downcast_ref::<String>().expect("a message").clone()
}

#[test]
fn everything_that_is_logged_on_the_thread_is_collected_whatever_its_level() {
    let capture = capture();
    trace!("a");
    debug!("b");
    info!("c");
    notice!("d");
    warn!("e");
    error!("f");
    critical!("g");
    event!(Level::new(3), "h");
    let level = Level::new(if capture.len() > 1 { 33 } else { 0 });
    rlog::log!(target: String::from("at::run::time"), level, "i");
    let records = capture.records();
    assert_eq!(records.messages(), ["a", "b", "c", "d", "e", "f", "g", "h", "i"]);
    assert_eq!(records.at_least(Level::ERROR).messages(), ["f", "g"]);
    assert_eq!(records.level(Level::new(33)).target("at::run").len(), 1);
    assert_eq!(records.filter(|record| *record.message().to_string() < *"c").len(), 2);
    assert!(rlog::enabled!(Level::TRACE));
    assert_eq!(capture.take().len(), 9);
    assert!(capture.is_empty());
    info!("again");
    assert_eq!(capture.len(), 1);
    capture.clear();
    assert_not_logged!(capture, >= TRACE);
}

#[test]
fn a_level_keeps_what_is_below_out() {
    let capture = capture().level(Level::WARN);
    info!("no");
    warn!("yes");
    assert!(!rlog::enabled!(Level::INFO));
    assert_eq!(capture.records().messages(), ["yes"]);
    let capture = capture.level(Level::DEBUG);
    debug!("now");
    trace!("no");
    assert_eq!(capture.records().messages(), ["yes", "now"]);
}

#[derive(Loggable)]
struct Order {
    id: u32,
    lines: Vec<&'static str>,
    customer: Customer,
}

#[derive(Loggable)]
struct Customer {
    name: String,
}

#[derive(Loggable)]
#[allow(dead_code, reason = "some are only for their names")]
enum State {
    Open,
    Paid { cents: u64 },
}

#[test]
fn fields_are_compared_by_value() {
    let _capture = capture();
    let err = "x".parse::<u8>().unwrap_err();
    let order = Order { id: 17, lines: vec!["a", "b"], customer: Customer { name: "ada".into() } };
    let nothing: Option<u8> = None;
    let localhost = std::net::Ipv4Addr::LOCALHOST;
    info!(
        small = 7_u8, large = u128::MAX, negative = -3_i16, ratio = 0.1_f32, flag = true, letter = 'x',
        text = "on its way", shown = %7, debug = ?"q", took = Duration::from_millis(5), some = Some(3_i64), nothing,
        list = [1, 2, 3], map = BTreeMap::from([("a", 1)]), order, state = State::Paid { cents: 5 }, open = State::Open,
        secret = Secret::new("s"), a.b = 1, "a-b" = 2, r#type = "t", err, address = %localhost, "all"
    );
    assert_logged!(small = 7, small = 7_i64, small = 7.0, small == 7_u128, small != 8, small < 8, small > 6);
    assert_logged!(small <= 7, small >= 7, negative = -3, negative < 0, large = u128::MAX);
    assert_logged!(ratio = 0.1, ratio < 0.2, flag = true, letter = 'x', letter = "x");
    assert_logged!(text = "on its way", text = String::from("on its way"), text ~ "its", text ~ "on*way", text != "off");
    assert_logged!(shown = 7, shown = %7, debug = "q", debug = ?"q", address = "127.0.0.1", address = %localhost);
    assert_logged!(address = ?localhost, address ~ "127", flag = %true, took = Duration::from_millis(5), took < Duration::from_secs(1));
    assert_logged!(some = 3, some = Some(3), !nothing, nothing = None::<u8>, !absent);
    assert_logged!(list = vec![1_u8, 2, 3], list.1 = 2, map = BTreeMap::from([(String::from("a"), 1_u8)]), map.a = 1);
    assert_logged!(order.id = 17, order.lines = ["a", "b"], order.lines.0 = "a", order.customer.name ~ "ad");
    assert_logged!(state = State::Paid { cents: 5 }, state.cents = 5, open = State::Open, open = "Open");
    assert_logged!(secret = "<redacted>", secret ~ "redacted", a.b = 1, "a-b" = 2, !"a-c", type = "t", err = _);
    assert_logged!(err = "invalid digit found in string", err ~ "digit", err != "other");
    const KEY: &str = "a-b";
    assert_logged!({ KEY } = 2, { KEY } ~ "2", { "a.b" } >= 1);
    for expected in [
        expected!(small = 8),
        expected!(small = "7"),
        expected!(flag = 1),
        expected!(text = "on its"),
        expected!(list = [1, 2]),
        expected!(some = None::<i64>),
        expected!(order.id = 18),
        expected!(order.none = 1),
        expected!(state = State::Open),
        expected!(absent = _),
        expected!(!small),
        expected!(absent != 1),
        expected!(text < 7),
    ] {
        assert_eq!(current().map(|_| Records::default().matching(&expected).len()), Some(0));
        assert_not_logged!({ "small" } = 7, text = "nothing");
        assert!(_capture.count(&expected) == 0, "{expected}");
    }
}

#[test]
fn a_template_may_be_pasted_from_the_statement() {
    let capture = capture();
    let (amount, user) = (12.5, "ada");
    info!(user, "paid {amount:.2} {{now}} {:?} {0}", 7);
    assert_logged!(capture, template: "paid {amount:.2} {{now}} {:?} {0}");
    assert_logged!(capture, template: "paid {amount} {{now}} {} {}");
    assert_logged!(capture, template: "paid {amount} {now} {} {}");
    assert_not_logged!(capture, template: "paid {amount:.2} {now} {:?} {0}");
    assert_not_logged!(capture, template: "paid {price:.2} {{now}} {:?} {0}");
}

#[test]
fn messages_levels_targets_names_and_templates_are_criteria() {
    let capture = capture();
    let (user, amount) = ("ada", 12.5);
    warn!(target: "shop::orders", name: "order.paid", "{user} paid {amount:.2} *");
    assert_logged!(capture, WARN, message ~ "paid", message == "ada paid 12.50 *", message = "ada paid 12.50 *");
    assert_logged!(&capture, Level::WARN, "ada * 12", r"\*", message != "ada");
    assert_logged!(capture.handle(), target: "shop", target: "shop::orders", target: "shop.orders", name: "order.paid");
    assert_logged!(capture.records(), template: "{user} paid {amount} *", times: 1, >= INFO, >= WARN, >= Level::new(26));
    let level = Level::WARN;
    assert_logged!(level, user = user, amount = amount,);
    assert_not_logged!(target: "sho");
    assert_not_logged!(target: "shop::orders::eu");
    assert_not_logged!(name: "order");
    assert_not_logged!(>= ERROR);
    assert_not_logged!(INFO);
    let by_methods = Expected::new().name("order.paid").template("{user} paid {amount} *").has_field("user");
    assert_eq!(capture.count(&by_methods.matching("cheap", |record| record.field("user").is_some())), 1);
    assert_eq!(capture.count(&Expected::new().field_compared("amount", Compare::Greater, 13)), 0);
}

#[test]
fn records_are_counted_and_have_an_order() {
    let capture = capture();
    for n in 0..3 {
        info!(n, "step");
        debug!("between");
    }
    warn!("end");
    assert_logged!(times: 3, "step");
    assert_logged!(times: 0, "stop");
    assert_eq!(capture.count(&expected!(INFO)), 3);
    assert_logged_in_order!([n = 0], [n = 1], [n = 2], [WARN, "end"]);
    assert_logged_in_order!(capture, [n = 0], [DEBUG], [n = 2]);
    assert_logged_in_order!(capture.records().level(Level::INFO), ["step"], ["step"], ["step"]);
    let told = failure(|| assert_logged_in_order!([n = 2], [n = 1], ["end"]));
    assert!(told.contains("record 2 of 3 is not there, in this order"), "{told}");
    assert!(told.contains("    1. n = 2\n       INFO testing: step n=2"), "{told}");
    assert!(told.contains("  - 2. n = 1\n  ? 3. message ~ \"end\""), "{told}");
    assert!(told.contains("it is there, but before:\n\n    INFO testing: step n=1  (rlog/tests/testing.rs:"), "{told}");
    let told = failure(|| assert_logged_in_order!(["step"], ["step"], ["step"], ["step"]));
    assert!(told.contains("record 4 of 4"), "{told}");
    let told = failure(|| assert_logged!(times: 2, "step"));
    assert!(
        told.starts_with("3 captured records are as expected, instead of 2\n\nexpected: message ~ \"step\""),
        "{told}"
    );
    let told = failure(|| assert_logged!(times: 2, "end"));
    assert!(told.starts_with("1 captured record is as expected, instead of 2"), "{told}");
}

#[test]
fn what_could_count_only_once_is_refused_if_it_is_said_twice() {
    let (one, two) = (capture(), capture());
    warn!("hot");
    let levels = "no record has two levels; write one, `>= WARN` for several, or an assertion for each";
    let level = Level::ERROR;
    for told in [
        failure(|| assert_not_logged!(WARN, ERROR)),
        failure(|| assert_not_logged!(WARN, level)),
        failure(|| assert_logged!(ERROR, "hot", WARN)),
        failure(|| assert_logged_in_order!([ERROR, WARN])),
        failure(|| drop(expected!(ERROR, WARN, ERROR))),
    ] {
        assert_eq!(told, levels);
    }
    for told in [
        failure(|| assert_not_logged!(one, two, ERROR)),
        failure(|| assert_logged!(one, "hot", one.records())),
        failure(|| assert_not_logged!(Records::default(), one)),
    ] {
        assert_eq!(told, "an assertion looks at one capture, or at one list of records; write one for each");
    }
    let told = failure(|| assert_logged!(times: 7, "hot", times: 1));
    assert_eq!(told, "`times:` is there twice; remove one of the two");
    assert_logged!(two, WARN, >= INFO, times: 1, "hot");
}

#[test]
fn a_failure_shows_the_nearest_records_like_a_diff() {
    let _capture = capture();
    info!("started");
    warn!(target: "app::disk", free = 4, unit = "GiB", "disk is nearly full");
    warn!(target: "app::disk", free = 9, "disk is half full");
    error!(code = 3, "no answer");
    let line = line!() - 3;
    let told = failure(|| assert_logged!(WARN, message ~ "nearly full", free = 3, unit = "GiB", user = 7));
    let expected = format!(
        r#"no captured record is as expected

expected: WARN, message ~ "nearly full", free = 3, unit = "GiB", user = 7

nearest, of 4 captured:

    WARN app::disk: disk is nearly full free=4 unit="GiB"  (rlog/tests/testing.rs:{line})
        WARN
        message ~ "nearly full"
      - free = 3
      + free = 4
        unit = "GiB"
      - user = 7
      + no field `user`; there are: free, unit

    WARN app::disk: disk is half full free=9  (rlog/tests/testing.rs:{})
        WARN
      - message ~ "nearly full"
      + message = "disk is half full"
      - free = 3
      + free = 9
      - unit = "GiB"
      + no field `unit`; there are: free
      - user = 7
      + no field `user`; there are: free"#,
        line + 1
    );
    assert_eq!(told, expected);
    // A message that is misspelt leads to the record that is meant, not to the first one.
    let told = failure(|| assert_logged!("disk is neerly full"));
    let nearest = told.split("captured:\n").nth(1).unwrap();
    assert!(nearest.trim_start().starts_with("WARN app::disk: disk is nearly full"), "{told}");
    let told = failure(|| assert_not_logged!(>= WARN));
    assert!(told.starts_with("3 captured records are as must not be\n\nunexpected: >= WARN\n\ncaptured:\n"), "{told}");
}

#[test]
fn a_failure_escapes_what_could_move_a_cursor() {
    let _capture = capture();
    let bad = "\u{1b}[2J\n";
    info!(field = bad, shown = %bad, list = [bad], "{bad}");
    let told = failure(|| assert_logged!(field = "x", shown = "y", list = ["z"], message ~ "w", WARN));
    assert!(!told.contains('\u{1b}'), "{told:?}");
    assert!(told.contains(r#"+ field = "\u{1b}[2J\n""#), "{told}");
}

#[test]
fn a_failure_stands_where_the_assertion_does() {
    let _capture = capture();
    let place = std::sync::Arc::new(std::sync::Mutex::new(0));
    let theirs = std::sync::Arc::clone(&place);
    let before = std::panic::take_hook();
    let this = thread::current().id();
    // Tests beside this one panic, too; their place is not looked at.
    std::panic::set_hook(Box::new(move |info| {
        if thread::current().id() == this {
            *theirs.lock().unwrap() = info.location().unwrap().line();
        }
    }));
    let line = line!() + 1;
    failure(|| assert_logged!("nothing"));
    failure(|| assert_logged_in_order!(["nothing"]));
    std::panic::set_hook(before);
    assert_eq!(*place.lock().unwrap(), line + 1);
}

#[test]
fn without_a_capture_an_assertion_says_so() {
    assert!(current().is_none());
    info!("nobody sees this");
    let told = failure(|| assert_logged!("nobody"));
    assert!(told.contains("this thread belongs to no capture; begin the test with `let capture = "), "{told}");
    {
        let _capture = capture();
        let told = failure(|| assert_logged!("nobody"));
        assert!(told.contains("no record was captured at all"), "{told}");
    }
    assert!(current().is_none());
}

#[test]
fn both_see_what_is_logged_while_one_capture_is_inside_of_another() {
    let outer = capture();
    info!("before");
    let inner = capture();
    info!("inside");
    assert_logged!(times: 1, INFO);
    drop(inner);
    info!("after");
    assert_eq!(outer.records().messages(), ["before", "inside", "after"]);
    assert_logged!(times: 3, INFO);
    // In the order in which nobody ends them.
    let inner = capture();
    let innermost = capture();
    drop(outer);
    info!("two");
    drop(inner);
    info!("one");
    assert_eq!(innermost.records().messages(), ["two", "one"]);
}

#[test]
fn threads_join() {
    let capture = capture();
    thread::spawn(|| info!("stranger")).join().unwrap();
    capture.spawn(|| info!(n = 1, "spawned")).join().unwrap();
    thread::scope(|scope| {
        scope.spawn(capture.wrap(|| info!(n = 2, "scoped")));
        let handle = capture.handle();
        scope.spawn(move || {
            {
                let _joined = handle.join();
                info!(n = 3, "joined");
                assert_logged!("joined");
            }
            info!("left");
        });
    });
    assert_eq!(capture.len(), 3);
    assert_logged!(times: 3, n > 0);
    let told = failure(|| assert_logged!("stranger"));
    assert!(
        told.contains("by threads that belong to no capture; let them join it, with `capture.wrap(closure)`"),
        "{told}"
    );
    assert!(told.contains("INFO testing: stranger"), "{told}");
    let handle = capture.handle();
    drop(capture);
    let _joined = handle.join();
    assert!(current().is_none(), "it has ended");
}

#[test]
fn a_capture_may_end_on_another_thread() {
    let capture: Capture = capture();
    info!("here");
    let messages = thread::spawn(move || capture.records().messages()).join().unwrap();
    assert_eq!(messages, ["here"]);
    assert!(current().is_none());
}

#[test]
fn one_can_wait_for_a_record() {
    let capture = capture();
    assert!(!capture.wait_for(&expected!("never"), Duration::ZERO));
    let barrier = std::sync::Arc::new(Barrier::new(2));
    let theirs = std::sync::Arc::clone(&barrier);
    let worker = capture.spawn(move || {
        theirs.wait();
        for n in 0..100 {
            debug!(n, "step");
        }
    });
    barrier.wait();
    assert!(capture.wait_for(&expected!(n = 99), Duration::from_secs(60)));
    worker.join().unwrap();
}

#[test]
fn tests_beside_one_another_see_their_own_records_only() {
    const TESTS: u64 = 8;
    const EACH: u64 = 2_000;
    let barrier = Barrier::new(TESTS as usize);
    thread::scope(|scope| {
        for test in 0..TESTS {
            let barrier = &barrier;
            scope.spawn(move || {
                barrier.wait();
                for round in 0..10 {
                    let capture = capture();
                    for n in 0..EACH / 10 {
                        trace!(test, n, "a statement of all");
                        if n % 50 == 0 {
                            warn!(test, n, "another one");
                        }
                        if n % 100 == 99 {
                            // Captures that come and go, with other levels, must not cost the others a record.
                            let _inner =
                                self::capture().level(if round % 2 == 0 { Level::ERROR } else { Level::DEBUG });
                        }
                    }
                    assert_logged!(capture, times: EACH as usize / 10 + EACH as usize / 10 / 50, test = test);
                    assert_not_logged!(capture, test != test);
                    let numbers: Vec<_> =
                        capture.records().level(Level::TRACE).iter().map(|r| r.field("n").unwrap()).collect();
                    let expected: Vec<_> = (0..EACH / 10).map(|n| n.to_string()).collect();
                    assert_eq!(numbers, expected, "in their order");
                }
            });
        }
    });
}

#[test]
fn statements_with_a_limit_do_not_use_it_up_on_threads_that_belong_to_no_capture() {
    fn once() {
        debug!(first: 1, "only once");
    }
    let capture = capture();
    thread::spawn(once).join().unwrap();
    once();
    once();
    assert_logged!(capture, times: 1, "only once");
}
