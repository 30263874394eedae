//! A program that logs and ends in the way it is told: `child <scenario> <log file>`.

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "it talks to its parent, and a failure is the parent's to see"
)]

use rlog::{File, HandlerError, Level, Record, error, info, warn};
use std::cell::RefCell;
use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use std::{env, fmt, panic, process, thread};

/// As many records as a slow writer would still be busy with.
const RECORDS: u64 = 5_000;

fn main() {
    let arguments: Vec<String> = env::args().collect();
    let [_, scenario, path] = &arguments[..] else { panic!("usage: child <scenario> <log file>") };
    if !matches!(scenario.as_str(), "before-init" | "handlers" | "shutdown") {
        // The guard is forgotten everywhere: nothing may depend on it.
        std::mem::forget(rlog::builder().level(Level::INFO).handler(File::new(path)).init().unwrap());
    }
    match scenario.as_str() {
        "return" => count(RECORDS),
        "exit" => {
            count(RECORDS);
            process::exit(3);
        }
        "panic" => {
            count(RECORDS);
            panic!("the end");
        }
        "panic-in-thread" => {
            let thread = thread::spawn(|| {
                count(RECORDS);
                panic!("the end of a thread");
            });
            assert!(thread.join().is_err());
        }
        "exit-while-logging" => exit_while_logging(),
        "threads" => short_threads(10_000),
        "thread-local" => thread_local_destructors(),
        "display" => displays(),
        "hook" => {
            let previous = panic::take_hook();
            panic::set_hook(Box::new(move |info| {
                error!(what = %info, "hook");
                previous(info);
            }));
            assert!(thread::spawn(|| panic!("caught")).join().is_err());
            info!("after");
        }
        "before-init" => {
            info!("quiet before");
            warn!(path, "loud before");
            std::mem::forget(rlog::builder().handler(File::new(path)).init().unwrap());
            info!("filed");
        }
        "shutdown" => {
            for round in 0..3 {
                std::mem::forget(rlog::builder().handler(File::new(path)).init().unwrap());
                info!(round, "in service");
                let report = rlog::shutdown(Duration::from_secs(5));
                assert!(report.complete);
                info!(round, "quiet after");
                warn!(round, "loud after");
            }
        }
        "large" => {
            for megabytes in [0, 1, 10] {
                let body = "x".repeat(megabytes << 20);
                info!(megabytes, body, "large");
            }
            info!("small");
        }
        "handlers" => bad_handlers(path),
        other => panic!("unknown scenario `{other}`"),
    }
}

fn count(records: u64) {
    for n in 1..=records {
        info!(n, "counted");
    }
}

/// Four threads log without end, each telling what it has logged, until the main thread exits.
fn exit_while_logging() -> ! {
    let barrier = Barrier::new(5);
    thread::scope(|scope| {
        for thread in 0..4_u64 {
            let barrier = &barrier;
            scope.spawn(move || {
                for n in 1.. {
                    info!(thread, n, "counted");
                    if n == RECORDS {
                        barrier.wait();
                    }
                }
            });
        }
        barrier.wait();
        process::exit(0)
    })
}

fn short_threads(threads: u64) {
    for n in 1..=threads {
        thread::spawn(move || info!(n, "counted")).join().unwrap();
    }
    // In kB; only Linux tells it so easily.
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.split_whitespace().next());
    println!("peak={}", peak.unwrap_or("0"));
}

/// Logs when its thread ends.
struct Farewell(&'static str);

impl Drop for Farewell {
    fn drop(&mut self) {
        let text = format!("{:?}", self.0);
        info!(from = self.0, %text, "farewell");
    }
}

thread_local! {
    static EARLY: RefCell<Option<Farewell>> = const { RefCell::new(None) };
    static LATE: RefCell<Option<Farewell>> = const { RefCell::new(None) };
}

/// One destructor that is registered before the logger's own and so runs after it, and one the other way round.
fn thread_local_destructors() {
    let run = |early, late| {
        EARLY.with(|slot| *slot.borrow_mut() = Some(Farewell(early)));
        info!(%early, "hello");
        LATE.with(|slot| *slot.borrow_mut() = Some(Farewell(late)));
    };
    thread::spawn(move || run("early-thread", "late-thread")).join().unwrap();
    run("early-main", "late-main");
}

/// Logs while it is being logged.
struct Chatty(u32);

impl fmt::Display for Chatty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{}", self.0)?;
        if self.0 > 0 {
            info!(inner = %Self(self.0 - 1), depth = self.0, "nested");
        }
        write!(f, ">")
    }
}

/// Panics half way.
struct Broken;

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "half a va")?;
        panic!("broken display");
    }
}

fn displays() {
    info!(outer = %Chatty(20), "nested");
    for n in 0..3 {
        let caught = panic::catch_unwind(|| info!(n, before = %"whole", broken = %Broken, "never seen"));
        assert!(caught.is_err());
        info!(n, value = %format_args!("{:?}", Some(n)), "after the panic");
    }
}

/// One that panics, one that fails, one that logs, and one that must not notice.
fn bad_handlers(path: &str) {
    struct Panics;
    impl rlog::Handler for Panics {
        fn emit(&mut self, record: &Record<'_>, _: &[u8]) -> Result<(), HandlerError> {
            assert!(record.sequence() % 3 != 0, "every third");
            Ok(())
        }
    }
    struct Fails;
    impl rlog::Handler for Fails {
        fn emit(&mut self, _: &Record<'_>, _: &[u8]) -> Result<(), HandlerError> {
            Err(HandlerError::new(std::io::ErrorKind::StorageFull, 1))
        }
    }
    struct Logs;
    impl rlog::Handler for Logs {
        fn emit(&mut self, _: &Record<'_>, _: &[u8]) -> Result<(), HandlerError> {
            static ENTERED: AtomicBool = AtomicBool::new(false);
            ENTERED.store(true, Ordering::Relaxed);
            info!("from a handler");
            assert!(!rlog::flush(Duration::from_secs(60)), "a handler cannot wait for itself");
            Ok(())
        }
    }
    std::mem::forget(
        rlog::builder()
            .handler(rlog::HandlerBuilder::new(Panics).name("panics"))
            .handler(rlog::HandlerBuilder::new(Fails).name("fails"))
            .handler(rlog::HandlerBuilder::new(Logs).name("logs"))
            .handler(rlog::HandlerBuilder::new(Logs).name("logs-direct").sync())
            .handler(File::new(path).name("file"))
            .init()
            .unwrap(),
    );
    count(9);
    assert!(!rlog::flush(Duration::from_secs(5)), "two of them lose records");
    let stats = rlog::stats();
    println!("taken={} reentrant={}", stats.taken, stats.dropped.reentrant);
    for handler in &stats.handlers {
        println!(
            "name={} written={} dropped={} failures={}",
            handler.name, handler.written, handler.dropped, handler.failures
        );
    }
}
