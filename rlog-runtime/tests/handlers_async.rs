//! A handler that hangs behind a queue of its own, in a logger in service.

#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

use rlog_runtime::__private::{Callsite, Level, Probe, emit1, probes::*};
use rlog_runtime::{Async, HandlerBuilder, HandlerStats, Overflow, Record, Value};
use std::process::Command;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

fn log(number: u64) {
    static SITE: Callsite = Callsite::new(Level::INFO, 1, line!(), "mp3:no h0;k6:number.app\u{1f}f");
    if SITE.is_enabled() {
        emit1(&SITE, (&&&&&Probe(&number)).rlog_value());
    }
}

fn stats_of(name: &str) -> HandlerStats {
    rlog_runtime::stats().handlers.into_iter().find(|handler| handler.name == name).unwrap()
}

const PATIENCE: Duration = Duration::from_secs(60);

#[test]
fn a_handler_that_hangs_keeps_nobody_waiting_and_what_it_costs_is_told() {
    let _one = LOGGER.lock().unwrap_or_else(PoisonError::into_inner);
    let (hangs, begun, release) = hanging();
    let (send, received) = channel();
    let other = move |record: &Record<'_>, _: &[u8]| {
        let dropped = match record.field("dropped") {
            Some(Value::U64(dropped)) => dropped,
            _ => 0,
        };
        send.send((record.message().to_string(), dropped)).map_err(std::io::Error::other)
    };
    let next = || received.recv_timeout(PATIENCE).unwrap();
    let _guard = rlog_runtime::builder()
        .environment(false)
        .handler(Async::new(hangs).capacity(64).patience(PATIENCE).name("queue"))
        .handler(HandlerBuilder::new(other).name("other"))
        .init()
        .unwrap();

    log(0);
    assert_eq!(begun.recv_timeout(PATIENCE).unwrap(), "no 0", "it has begun, and will not end");
    (1..1_000).for_each(log);
    for number in 0..1_000 {
        assert_eq!(next(), (format!("no {number}"), 0), "the other handler gets everything");
    }

    drop(release);
    assert!(!rlog_runtime::flush(PATIENCE), "some have been dropped");
    assert!(rlog_runtime::flush(PATIENCE), "which is told once");
    let dropped = stats_of("queue").dropped;
    assert_eq!(next(), (format!("handler `queue` dropped {dropped} records while its queue was full"), dropped));
    // The queue holds 64, of which eight are not for INFO.
    assert_eq!(dropped, 999 - 56);

    log(1_000);
    let report = rlog_runtime::shutdown(PATIENCE);
    assert!(report.complete);
    let hung = stats_of("queue > hangs");
    assert_eq!((hung.written, hung.dropped, hung.queued), (1 + 56 + 1 + 1, 0, 0), "with the notice");
    assert_eq!(stats_of("other").written, 1_002);
}

/// One logger at a time.
static LOGGER: Mutex<()> = Mutex::new(());

/// A handler that tells of each record that it begins with, and hangs with it until it is released.
fn hanging() -> (HandlerBuilder, Receiver<String>, Sender<()>) {
    let (begin, begun) = channel();
    let (release, released) = channel::<()>();
    let hangs = move |record: &Record<'_>, _: &[u8]| {
        let _ = begin.send(record.message().to_string());
        let _ = released.recv();
    };
    (HandlerBuilder::new(hangs).name("hangs"), begun, release)
}

/// Puts a queue of eight records before a handler that hangs, beside another one, and logs a hundred more than the queue takes.
fn overflow() -> (Receiver<String>, Sender<()>) {
    let (hangs, begun, release) = hanging();
    let (send, received) = channel();
    let other =
        move |record: &Record<'_>, _: &[u8]| send.send(record.message().to_string()).map_err(std::io::Error::other);
    let queue = Async::new(hangs).capacity(8).overflow(Overflow::DropNewest).patience(Duration::ZERO).name("queue");
    let _flushes = rlog_runtime::builder()
        .environment(false)
        .handler(queue)
        .handler(HandlerBuilder::new(other).name("other"))
        .init()
        .unwrap();
    log(0);
    assert_eq!(begun.recv_timeout(PATIENCE).unwrap(), "no 0", "it has begun, and will not end");
    (1..108).for_each(log);
    (0..108).for_each(|number| assert_eq!(received.recv_timeout(PATIENCE).unwrap(), format!("no {number}")));
    (received, release)
}

#[test]
fn a_queue_that_is_closed_tells_what_it_has_dropped_and_what_it_has_left() {
    let _one = LOGGER.lock().unwrap_or_else(PoisonError::into_inner);
    let (received, release) = overflow();
    assert!(rlog_runtime::logger("").remove_handler("queue"));
    let next = || received.recv_timeout(PATIENCE).unwrap();
    assert_eq!(next(), "handler `queue` dropped 100 records while its queue was full");
    assert_eq!(next(), "handler `queue` has been closed with 7 records in its queue, which are lost");
    drop(release);
    rlog_runtime::shutdown(PATIENCE);
}

#[test]
fn what_a_queue_has_dropped_is_told_on_stderr_at_the_end() {
    const TOLD: &str = "rlog: handler `queue` dropped 100 records while its queue was full\n";
    for case in ["shutdown", "exit"] {
        let mut child = Command::new(std::env::current_exe().unwrap());
        child.args(["--exact", "child", "--nocapture", "--ignored"]).env("CASE", case);
        let output = child.output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.success(), "{stderr}");
        assert_eq!(stderr.matches(TOLD).count(), 1, "{case}: {stderr}");
    }
}

#[test]
#[ignore = "what the child of another test does"]
fn child() {
    let Ok(case) = std::env::var("CASE") else { return };
    let _ends = overflow();
    if case == "shutdown" {
        rlog_runtime::shutdown(PATIENCE);
    }
    std::process::exit(0);
}
