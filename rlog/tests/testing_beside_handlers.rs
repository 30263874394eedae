//! A capture changes nothing for the handlers of the program. There is one logger in a process, so this is one test.

#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

use rlog::testing::{assert_logged, assert_not_logged, capture};
use rlog::{Handler, HandlerBuilder, HandlerError, Level, Record, debug, info, trace, warn};
use std::sync::{Arc, Barrier, Mutex};
use std::thread;
use std::time::Duration;

/// Keeps the messages.
#[derive(Clone, Default)]
struct Keep(Arc<Mutex<Vec<String>>>);

impl Handler for Keep {
    fn emit(&mut self, record: &Record<'_>, _line: &[u8]) -> Result<(), HandlerError> {
        // What a handler logs is dropped with a logger in service, and that is counted if somebody would have wanted it.
        trace!("from the handler");
        self.0.lock().unwrap().push(record.message().to_string());
        Ok(())
    }
}

impl Keep {
    fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().unwrap())
    }
}

fn some(of: &str) {
    trace!("trace of {of}");
    debug!("debug of {of}");
    info!("info of {of}");
    warn!("warning of {of}");
    debug!(target: "loud", "loud debug of {of}");
    warn!(target: "quiet", "quiet warning of {of}");
    info!("large of {of} {}", "x".repeat(300_000));
}

#[test]
fn handlers_get_what_they_get_without_a_capture() {
    let (queued, strict, direct) = (Keep::default(), Keep::default(), Keep::default());
    let guard = rlog::builder()
        .environment(false)
        .level(Level::INFO)
        .directives("loud=debug,quiet=off")
        .handler(queued.clone())
        .handler(HandlerBuilder::new(strict.clone()).level(Level::WARN))
        .handler(HandlerBuilder::new(direct.clone()).level(Level::WARN).sync())
        .init()
        .unwrap();
    let all = || {
        assert!(rlog::flush(Duration::from_secs(60)));
        let short = |text: String| text.chars().take(30).collect::<String>();
        [&queued, &strict, &direct].map(|keep| keep.take().into_iter().map(short).collect::<Vec<_>>())
    };
    some("a");
    let without = all();
    assert_eq!(without[0].len(), 4);
    assert_eq!((without[1].len(), without[2].len()), (1, 1));

    let mine = capture();
    some("a");
    assert_eq!(all(), without, "a thread with a capture");
    assert_eq!(mine.take().len(), 7);

    thread::spawn(|| some("a")).join().unwrap();
    assert_eq!(all(), without, "a thread without");
    assert!(mine.is_empty());
    thread::spawn(|| {
        assert!(!rlog::enabled!(Level::DEBUG) && rlog::enabled!(Level::INFO));
        assert!(rlog::enabled!(target: "loud", Level::DEBUG) && !rlog::enabled!(target: "quiet", Level::ERROR));
    })
    .join()
    .unwrap();
    assert!(rlog::enabled!(target: "quiet", Level::TRACE));

    rlog::set_directives("warn").unwrap();
    some("b");
    let [queued_after, strict_after, direct_after] = all();
    assert_eq!(queued_after, ["warning of b", "quiet warning of b"]);
    assert_eq!((strict_after, direct_after), (queued_after.clone(), queued_after));
    assert_logged!(mine, times: 7, message ~ "of b");
    rlog::set_directives("info,loud=debug,quiet=off").unwrap();

    drop(mine);
    some("a");
    assert_eq!(all(), without, "afterwards");
    assert!(!rlog::enabled!(Level::DEBUG));

    // Captures come and go while others log: nobody gets more or less.
    const THREADS: usize = 4;
    const EACH: usize = 500;
    let barrier = Barrier::new(THREADS);
    thread::scope(|scope| {
        for thread in 0..THREADS {
            let barrier = &barrier;
            scope.spawn(move || {
                barrier.wait();
                for n in 0..EACH {
                    let captured = (thread % 2 == 0).then(|| capture().level(Level::DEBUG));
                    debug!(n, "never to a handler");
                    warn!(thread, n, "always to all");
                    if let Some(capture) = captured {
                        assert_logged!(capture, times: 1, DEBUG, n = n);
                        assert_logged!(capture, times: 1, WARN, thread = thread, n = n);
                    }
                }
            });
        }
    });
    for kept in all() {
        assert_eq!(kept.len(), THREADS * EACH);
        assert!(kept.iter().all(|message| message == "always to all"));
    }
    // The handlers' own statements are below what the logger lets through: nobody has missed them.
    let before = rlog::stats().dropped.reentrant;
    let mine = capture();
    warn!("one more");
    assert!(rlog::flush(Duration::from_secs(60)));
    assert_eq!(rlog::stats().dropped.reentrant, before);
    assert_not_logged!(mine, "from the handler");
    drop(guard);
}
