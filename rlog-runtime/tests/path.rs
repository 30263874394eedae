//! The whole way of a record, from the statement to the handler, small enough for Miri:
//!
//! ```text
//! MIRIFLAGS="-Zmiri-disable-isolation" cargo +nightly miri test -p rlog-runtime --test path
//! ```
//!
//! The statements are expanded by hand, as the macros do, since those belong to a crate above this one.

#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

use rlog_runtime::__private::{Callsite, Level, Probe, emit0, emit1, emit2, emit3, probes::*};
use rlog_runtime::{Encoder, Kind, Loggable};
use rlog_runtime::{Handler, HandlerBuilder, HandlerError, OwnedRecord, Record, Value};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Barrier, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

/// A statement at INFO: the function that takes so many arguments, the callsite's text, the arguments.
macro_rules! log {
    ($emit:ident, $text:expr $(, $value:expr)*) => {{
        static SITE: Callsite = Callsite::new(Level::INFO, 0 $(+ { let _ = stringify!($value); 1 })*, line!(), $text);
        if SITE.is_enabled() {
            $emit(&SITE $(, (&&&&&Probe(&$value)).rlog_value())*);
        }
    }};
}

/// Keeps what it gets, as a copy and as its line.
#[derive(Clone, Default)]
struct Keep(Arc<Mutex<Vec<(OwnedRecord, String)>>>);

impl Handler for Keep {
    fn emit(&mut self, record: &Record<'_>, line: &[u8]) -> Result<(), HandlerError> {
        self.0.lock().unwrap().push((record.to_owned(), String::from_utf8(line.to_vec()).unwrap()));
        Ok(())
    }
}

/// There is one logger in a process, so the tests take turns.
fn turn() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Runs with a logger in service and returns what was logged.
fn logged(settings: impl FnOnce(HandlerBuilder) -> HandlerBuilder, run: impl FnOnce()) -> Vec<(OwnedRecord, String)> {
    let _turn = turn();
    with_logger(settings, run)
}

fn with_logger(
    settings: impl FnOnce(HandlerBuilder) -> HandlerBuilder,
    run: impl FnOnce(),
) -> Vec<(OwnedRecord, String)> {
    let keep = Keep::default();
    let handler = settings(HandlerBuilder::new(keep.clone()));
    let guard = rlog_runtime::builder().environment(false).ring_capacity(4 << 10).handler(handler).init().unwrap();
    run();
    drop(guard);
    assert!(rlog_runtime::shutdown(Duration::from_secs(60)).complete);
    let records = std::mem::take(&mut *keep.0.lock().unwrap());
    for (record, line) in &records {
        // The copy is read from memory of its own.
        let mut again = Vec::new();
        record.with(|record| rlog_runtime::Formatter::format(&rlog_runtime::Text::new(), record, &mut again));
        assert_eq!(String::from_utf8(again).unwrap(), *line);
    }
    records
}

fn number(record: &OwnedRecord, key: &str) -> Option<u64> {
    record.with(|record| match record.field(key) {
        Some(Value::U64(number)) => Some(number),
        _ => None,
    })
}

#[test]
fn every_kind_of_argument_arrives() {
    let records = logged(
        |handler| handler,
        || {
            log!(emit0, "mp5:plain.path\u{1f}path.rs");
            log!(emit2, "mp2:n h0;k1:nk1:s.path\u{1f}path.rs", 7_u8, "text");
            log!(emit1, "k4:list.path\u{1f}path.rs", vec![Some("a"), None]);
            log!(emit2, "k3:mapk5:tuple.path\u{1f}path.rs", BTreeMap::from([("k", 1.5)]), (true, 'c', [1_i8]));
            log!(emit3, "k1:ak1:bk1:c.path\u{1f}path.rs", (), Some(Duration::from_millis(5)), i128::MIN);
            let error = "x".parse::<u8>().unwrap_err();
            log!(emit2, "k3:errk5:after.path\u{1f}path.rs", error, 9_u32);
        },
    );
    let lines: Vec<_> = records.iter().map(|(_, line)| line.splitn(4, ' ').last().unwrap().trim()).collect();
    assert!(lines[0].ends_with("path plain"), "{}", lines[0]);
    assert!(lines[1].ends_with("n 7 s=text"), "{}", lines[1]);
    assert!(lines[2].ends_with("list=\"[\\\"a\\\", null]\""), "{}", lines[2]);
    assert!(lines[3].ends_with("tuple=\"(true, c, [1])\""), "{}", lines[3]);
    assert!(lines[4].ends_with(&format!("b=5ms c={}", i128::MIN)), "{}", lines[4]);
    assert!(lines[5].ends_with("err=\"invalid digit found in string\" after=9"), "{}", lines[5]);
}

#[test]
fn threads_hand_over_every_record_also_when_they_end() {
    const THREADS: u64 = 3;
    const EACH: u64 = if cfg!(miri) { 15 } else { 5_000 };
    let records = logged(
        |handler| handler,
        || {
            let barrier = Barrier::new(THREADS as usize);
            thread::scope(|scope| {
                for thread in 0..THREADS {
                    let barrier = &barrier;
                    scope.spawn(move || {
                        barrier.wait();
                        for n in 0..EACH {
                            let filler = "x".repeat(n as usize % 90);
                            log!(emit3, "k6:threadk1:nk6:filler.path\u{1f}path.rs", thread, n, filler);
                        }
                    });
                }
            });
        },
    );
    let mut next = [0; THREADS as usize];
    for (record, _) in &records {
        let thread = number(record, "thread").unwrap() as usize;
        assert_eq!(number(record, "n"), Some(next[thread]));
        next[thread] += 1;
    }
    assert_eq!(next, [EACH; THREADS as usize]);
}

#[test]
fn threads_that_come_and_go_reuse_rings() {
    const THREADS: u64 = if cfg!(miri) { 6 } else { 500 };
    let records = logged(
        |handler| handler,
        || {
            for n in 0..THREADS {
                thread::spawn(move || log!(emit1, "k1:n.path\u{1f}path.rs", n)).join().unwrap();
                if n % 2 == 0 {
                    assert!(rlog_runtime::flush(Duration::from_secs(60)));
                }
            }
        },
    );
    let numbers: Vec<_> = records.iter().map(|(record, _)| number(record, "n").unwrap()).collect();
    assert_eq!(numbers, (0..THREADS).collect::<Vec<_>>());
}

struct Says<F>(F);

impl<F: Fn(&mut fmt::Formatter<'_>) -> fmt::Result> fmt::Display for Says<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (self.0)(f)
    }
}

/// A statement whose arguments are `%value`.
macro_rules! log_display {
    ($emit:ident, $text:expr $(, $value:expr)*) => {{
        static SITE: Callsite = Callsite::new(Level::INFO, 0 $(+ { let _ = stringify!($value); 1 })*, line!(), $text);
        if SITE.is_enabled() {
            $emit(&SITE $(, (&&&&&Probe(&$value)).rlog_display())*);
        }
    }};
}

#[test]
fn displays_that_log_and_panic_leave_every_record_whole() {
    let records = logged(
        |handler| handler,
        || {
            let inner = Says(|f: &mut fmt::Formatter<'_>| {
                log_display!(
                    emit2,
                    "k1:ak1:b.path\u{1f}path.rs",
                    Says(|f: &mut fmt::Formatter<'_>| f.write_str("deep")),
                    1_u8
                );
                f.write_str("inner")
            });
            let outer = Says(|f: &mut fmt::Formatter<'_>| {
                f.write_str("out")?;
                log_display!(emit2, "k1:ak1:b.path\u{1f}path.rs", inner, inner);
                f.write_str("er")
            });
            let panics = Says(|f: &mut fmt::Formatter<'_>| {
                f.write_str("half of it")?;
                std::panic::resume_unwind(Box::new(()))
            });
            log_display!(emit3, "k1:ak1:bk1:c.path\u{1f}path.rs", "first", outer, "last");
            let outcome = catch_unwind(AssertUnwindSafe(|| {
                log_display!(emit3, "k1:ak1:bk1:c.path\u{1f}path.rs", outer, panics, "never");
            }));
            assert!(outcome.is_err());
            log_display!(
                emit2,
                "k1:ak1:b.path\u{1f}path.rs",
                "after",
                Says(|f: &mut fmt::Formatter<'_>| write!(f, "{}", 1))
            );
        },
    );
    let lines: Vec<_> = records.iter().map(|(_, line)| line.split(" path ").last().unwrap().trim()).collect();
    let inner = ["a=deep b=1", "a=deep b=1", "a=inner b=inner"];
    let expected = [&inner[..], &["a=first b=outer c=last"], &inner, &["a=after b=1"]].concat();
    let of_line = |line: &&str| line.split("path ").last().unwrap().to_owned();
    assert_eq!(lines.iter().map(of_line).collect::<Vec<_>>(), expected);
}

#[test]
fn records_larger_than_the_ring_arrive_whole_and_in_order() {
    let sizes = [10, 3_000, 20, if cfg!(miri) { 6_000 } else { 100_000 }, 30, 1_900];
    for sync in [false, true] {
        let records = logged(
            |handler| if sync { handler.sync() } else { handler },
            || {
                for size in sizes {
                    log!(emit2, "k4:textk4:size.path\u{1f}path.rs", "é".repeat(size / 2), size as u64);
                    log!(emit2, "k4:listk4:size.path\u{1f}path.rs", vec![1_u64; size / 32], size as u64);
                }
            },
        );
        assert_eq!(records.len(), 2 * sizes.len());
        for (pair, size) in records.chunks(2).zip(sizes) {
            assert_eq!(
                (number(&pair[0].0, "size"), number(&pair[1].0, "size")),
                (Some(size as u64), Some(size as u64))
            );
            pair[0]
                .0
                .with(|record| assert!(matches!(record.field("text"), Some(Value::Str(text)) if text.len() == size)));
            pair[1].0.with(|record| {
                assert!(matches!(record.field("list"), Some(Value::Sequence(list)) if list.count() == size / 32));
            });
        }
    }
}

#[test]
fn both_kinds_of_handlers_get_the_record() {
    let _turn = turn();
    let (direct, queued) = (Keep::default(), Keep::default());
    let guard = rlog_runtime::builder()
        .environment(false)
        .handler(HandlerBuilder::new(direct.clone()).sync())
        .handler(queued.clone())
        .ring_capacity(4 << 10)
        .init()
        .unwrap();
    for _ in 0..3 {
        log!(emit2, "k4:listk1:n.path\u{1f}path.rs", vec!["a"], 5_u8);
        log!(emit1, "k4:text.path\u{1f}path.rs", "b".repeat(if cfg!(miri) { 5_000 } else { 300_000 }));
    }
    drop(guard);
    rlog_runtime::shutdown(Duration::from_secs(60));
    let queued: Vec<_> = queued.0.lock().unwrap().iter().map(|(record, _)| format!("{record:?}")).collect();
    let direct: Vec<_> = direct.0.lock().unwrap().iter().map(|(record, _)| format!("{record:?}")).collect();
    assert_eq!(direct.len(), 6);
    assert_eq!(direct, queued);
}

/// Writes with the encoder of the value outside into the text of a statement inside.
struct Forger;

impl Loggable for Forger {
    const KIND: Kind = Kind::Text;
    fn encode(&self, encoder: &mut Encoder) {
        let outside = RefCell::new(&mut *encoder);
        let forges = Says(|f: &mut fmt::Formatter<'_>| {
            f.write_str("a")?;
            let mut encoder = outside.borrow_mut();
            encoder.variant(0xffff);
            encoder.bytes(&[0xf0]);
            encoder.text(&"b");
            encoder.sequence((0..3).inspect(|_| {
                let _ = f.write_str("ccccc");
            }));
            Ok(())
        });
        log_display!(emit2, "k4:textk5:after.path\u{1f}path.rs", forges, "d");
        encoder.text(&"e");
    }
}

#[test]
fn an_encoder_cannot_write_into_the_text_of_another_statement() {
    let records = logged(|handler| handler, || log!(emit1, "k5:value.path\u{1f}path.rs", Forger));
    let lines: Vec<_> = records.iter().map(|(_, line)| line.split("path ").last().unwrap().trim()).collect();
    assert_eq!(lines, ["text=a after=d", "value=e"]);
}

thread_local! {
    static LAST_WORDS: RefCell<Option<LastWords>> = const { RefCell::new(None) };
}

struct LastWords;

impl Drop for LastWords {
    fn drop(&mut self) {
        log!(emit2, "k5:wordsk4:list.path\u{1f}path.rs", "good bye", vec![1_u8, 2]);
    }
}

#[test]
fn destructors_of_thread_locals_log() {
    let records = logged(
        |handler| handler,
        || {
            thread::spawn(|| {
                // Made first, so it is dropped after the logger's own: then the thread has no ring any more.
                LAST_WORDS.with(|words| *words.borrow_mut() = Some(LastWords));
                log!(emit1, "k1:n.path\u{1f}path.rs", 1_u8);
            })
            .join()
            .unwrap();
            thread::spawn(|| {
                log!(emit1, "k1:n.path\u{1f}path.rs", 1_u8);
                LAST_WORDS.with(|words| *words.borrow_mut() = Some(LastWords));
            })
            .join()
            .unwrap();
        },
    );
    let said = records.iter().filter(|(_, line)| line.contains("words=\"good bye\" list=\"[1, 2]\"")).count();
    assert_eq!((said, records.len()), (2, 4));
}

/// A handler that is stuck with its first record until it is let go.
struct Stuck(Keep, std::sync::mpsc::Receiver<()>);

impl Handler for Stuck {
    fn emit(&mut self, record: &Record<'_>, line: &[u8]) -> Result<(), HandlerError> {
        // The other end is dropped once; from then on this returns at once.
        let _ = self.1.recv();
        self.0.emit(record, line)
    }
}

#[test]
fn another_thread_goes_on_while_a_handler_does_not_return() {
    let _turn = turn();
    let (release, wait) = std::sync::mpsc::channel();
    let (late, timely) = (Keep::default(), Keep::default());
    let breaker = rlog_runtime::Breaker::new().patience(Duration::from_millis(if cfg!(miri) { 300 } else { 10 }));
    let stuck = HandlerBuilder::new(Stuck(late.clone(), wait)).name("stuck").breaker(breaker);
    let other = HandlerBuilder::new(timely.clone()).name("other").breaker(rlog_runtime::Breaker::never());
    let builder = rlog_runtime::builder().environment(false).ring_capacity(4 << 10).handler(stuck).handler(other);
    let _guard = builder.init().unwrap();
    let count = 150;
    // More than the ring holds, and one that never fits into it.
    let large = "x".repeat(4_000);
    for n in 0..count - 1 {
        log!(emit1, "k1:n.path\u{1f}path.rs", n);
    }
    log!(emit2, "k1:nk5:large.path\u{1f}path.rs", count - 1, large);
    let numbers = |keep: &Keep| {
        let records = keep.0.lock().unwrap();
        records.iter().filter_map(|(record, _)| number(record, "n")).collect::<Vec<_>>()
    };
    while timely.0.lock().unwrap().len() < count as usize {
        thread::sleep(Duration::from_millis(1));
    }
    assert!(numbers(&late).is_empty());
    drop(release);
    assert!(rlog_runtime::shutdown(Duration::from_secs(60)).complete);
    let expected: Vec<u64> = (0..count).collect();
    assert_eq!((numbers(&late), numbers(&timely)), (expected.clone(), expected));
}

#[test]
fn what_is_logged_without_a_logger_harms_nothing() {
    let _turn = turn();
    log!(emit1, "k1:n.path\u{1f}path.rs", vec![1_u8]);
    let again = || log!(emit2, "k1:nk1:s.path\u{1f}path.rs", 2_u8, "b");
    again();
    let records = with_logger(|handler| handler, again);
    assert_eq!(records.len(), 1);
    again();
}
