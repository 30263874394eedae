//! Ends of processes whose handlers have something left to write.

#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs, reason = "a test program")]

use rlog::{Async, Builder, Handler, HandlerBuilder, HandlerError, Level, Memory, Record, Value, info};
use std::io;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Duration;

/// More than any of this takes.
const LONG: Duration = Duration::from_secs(60);
/// Until those who wait give up.
const PATIENCE: Duration = Duration::from_secs(1);

/// Prints numbers. Tells of the first one, and hangs then until it is released.
struct Slow {
    begin: Sender<()>,
    released: Receiver<()>,
}

impl Handler for Slow {
    fn emit(&mut self, record: &Record<'_>, _: &[u8]) -> Result<(), HandlerError> {
        if let Some(Value::U64(n)) = record.field("n") {
            let _ = self.begin.send(());
            let _ = self.released.recv();
            println!("{n}");
        }
        Ok(())
    }
}

fn slow(patience: Duration) -> (HandlerBuilder, Receiver<()>, Sender<()>) {
    let (begin, begun) = channel();
    let (release, released) = channel();
    let queue = Async::new(HandlerBuilder::new(Slow { begin, released }).name("slow")).patience(patience);
    (queue.name("queue"), begun, release)
}

/// Lets the slow handler go on while the process ends.
struct Releases {
    flushes: u32,
    release: Option<Sender<()>>,
}

impl Handler for Releases {
    fn emit(&mut self, _: &Record<'_>, _: &[u8]) -> Result<(), HandlerError> {
        Ok(())
    }

    fn flush(&mut self) -> Result<(), HandlerError> {
        self.flushes += 1;
        // The first is that of `main`, the second that of the guard, the last that of the end.
        if self.flushes == 3
            && let Some(release) = self.release.take()
        {
            // Late enough that the queue, which is flushed next, would not be waited for if it were not the end.
            thread::spawn(move || {
                thread::sleep(PATIENCE / 10);
                drop(release);
            });
        }
        Ok(())
    }
}

/// Keeps what it is given, and has nowhere to write it at its end.
struct Full(u64);

impl Handler for Full {
    fn emit(&mut self, _: &Record<'_>, _: &[u8]) -> Result<(), HandlerError> {
        self.0 += 1;
        Ok(())
    }

    fn close(&mut self) -> Result<(), HandlerError> {
        Err(HandlerError::new(io::Error::from(io::ErrorKind::StorageFull), self.0))
    }
}

fn builder() -> Builder {
    rlog::builder().environment(false)
}

fn log(numbers: std::ops::Range<u64>) {
    numbers.for_each(|n| info!(n, "one more"));
}

/// A queue that is not empty when its patience is over.
fn hangs() {
    let (queue, begun, release) = slow(PATIENCE);
    std::mem::forget(release);
    std::mem::forget(builder().handler(queue).init().unwrap());
    log(0..10);
    begun.recv_timeout(LONG).unwrap();
}

/// A queue that has been flushed in vain, and is not empty before the process ends.
fn slows_down() {
    let (queue, begun, release) = slow(PATIENCE * 2);
    let releases = HandlerBuilder::new(Releases { flushes: 0, release: Some(release) });
    let _guard = builder().handler(releases).handler(queue).init().unwrap();
    log(0..10);
    begun.recv_timeout(LONG).unwrap();
    println!("flushed={}", rlog::flush(LONG));
}

/// A queue that is not empty when its handler is removed, and when the logger is shut down.
fn closes() {
    for is_removed in [true, false] {
        let (queue, begun, release) = slow(PATIENCE);
        std::mem::forget(release);
        let _guard = builder().handler(queue).init().unwrap();
        log(0..10);
        begun.recv_timeout(LONG).unwrap();
        if is_removed {
            println!("removed={}", rlog::logger("").remove_handler("queue"));
        }
        println!("complete={}", rlog::shutdown(LONG).complete);
    }
}

/// Handlers that cannot write what they have when they are closed, on the worker's thread and on that of the caller.
fn fails() {
    for is_sync in [false, true] {
        let full = HandlerBuilder::new(Full(0)).name("full");
        let _guard = builder().handler(if is_sync { full.sync() } else { full }).init().unwrap();
        log(0..10);
        println!("complete={}", rlog::shutdown(LONG).complete);
    }
}

/// A memory that is to be written at the end.
fn memory(is_wanted: bool) {
    let prints = HandlerBuilder::new(|record: &Record<'_>, _: &[u8]| {
        if let Some(Value::U64(n)) = record.field("n") {
            println!("{n}");
        }
    });
    let memory = Memory::new(3).delegate(prints).flush_on_close(is_wanted);
    let _guard = builder().level(Level::DEBUG).handler(memory).init().unwrap();
    log(0..5);
    println!("flushed={}", rlog::flush(LONG));
    log(5..6);
}

fn main() {
    match std::env::args().nth(1).as_deref() {
        Some("hangs") => hangs(),
        Some("slows-down") => slows_down(),
        Some("closes") => closes(),
        Some("fails") => fails(),
        Some("memory") => memory(true),
        Some("memory-unwanted") => memory(false),
        other => panic!("no case {other:?}"),
    }
}
