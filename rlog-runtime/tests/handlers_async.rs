//! A handler that hangs behind a queue of its own, in a logger in service.

#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

use rlog_runtime::__private::{Callsite, Level, Probe, emit1, probes::*};
use rlog_runtime::{Async, HandlerBuilder, HandlerStats, Record, Value};
use std::sync::mpsc::channel;
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
    let (begin, begun) = channel();
    let (release, released) = channel::<()>();
    let hangs = move |record: &Record<'_>, _: &[u8]| {
        let _ = begin.send(record.message().to_string());
        let _ = released.recv();
    };
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
        .handler(Async::new(HandlerBuilder::new(hangs).name("hangs")).capacity(64).patience(PATIENCE).name("queue"))
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
