//! Handlers that do not return, and what becomes of everybody else. Each case prints what a test expects of it.

#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs, reason = "a test program")]

use rlog::{Breaker, Handler, HandlerBuilder, HandlerError, Record, Value, info};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::channel;
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::{Duration, Instant};

/// More than any of this takes.
const LONG: Duration = Duration::from_secs(60);
/// Less than anybody waits for.
const PATIENCE: Duration = Duration::from_millis(40);

/// Keeps those who come until it is opened.
#[derive(Default)]
struct Gate {
    is_reached: AtomicBool,
    is_open: Mutex<bool>,
    opened: Condvar,
}

impl Gate {
    fn pass(&self) {
        self.is_reached.store(true, Ordering::SeqCst);
        drop(self.opened.wait_while(self.is_open.lock().unwrap(), |is_open| !*is_open));
    }

    fn open(&self) {
        *self.is_open.lock().unwrap() = true;
        self.opened.notify_all();
    }
}

/// Where a handler gets stuck.
#[derive(Clone, Copy, PartialEq)]
enum In {
    /// At this number.
    Emit(u64),
    EndOfBatch,
    Flush,
    Close,
    Nothing,
}

/// Keeps the numbers that are logged, what the logger says of itself, and gets stuck.
struct Keeper {
    numbers: Arc<Mutex<Vec<u64>>>,
    said: Arc<Mutex<Vec<String>>>,
    stuck: In,
    gate: Arc<Gate>,
}

impl Keeper {
    fn pass(&self, place: In) {
        if self.stuck == place {
            self.gate.pass();
        }
    }
}

impl Handler for Keeper {
    fn emit(&mut self, record: &Record<'_>, _: &[u8]) -> Result<(), HandlerError> {
        if record.target() == "rlog" {
            self.said.lock().unwrap().push(record.message().to_string());
        } else if let Some(Value::U64(n)) = record.field("n") {
            self.pass(In::Emit(n));
            // Again, since the ring must not have been written over meanwhile.
            let Some(Value::U64(n)) = record.field("n") else { panic!("the record has changed") };
            self.numbers.lock().unwrap().push(n);
        }
        Ok(())
    }

    fn end_of_batch(&mut self) -> Result<(), HandlerError> {
        self.pass(In::EndOfBatch);
        Ok(())
    }

    fn flush(&mut self) -> Result<(), HandlerError> {
        self.pass(In::Flush);
        Ok(())
    }

    fn close(&mut self) -> Result<(), HandlerError> {
        self.pass(In::Close);
        Ok(())
    }
}

/// A handler in service, seen from outside.
struct Kept {
    name: &'static str,
    numbers: Arc<Mutex<Vec<u64>>>,
    said: Arc<Mutex<Vec<String>>>,
    gate: Arc<Gate>,
}

fn keeper(name: &'static str, stuck: In) -> (HandlerBuilder, Kept) {
    let kept = Kept { name, numbers: Arc::default(), said: Arc::default(), gate: Arc::default() };
    let (numbers, said, gate) = (Arc::clone(&kept.numbers), Arc::clone(&kept.said), Arc::clone(&kept.gate));
    let builder = HandlerBuilder::new(Keeper { numbers, said, stuck, gate });
    // One that does not hang must not be taken for one that does, however busy the machine is.
    let patience = if stuck == In::Nothing { LONG } else { PATIENCE };
    (builder.name(name).breaker(Breaker::new().patience(patience).backlog(1 << 30)), kept)
}

impl Kept {
    /// Waits until it has that many.
    fn until(&self, count: usize) {
        let begun = Instant::now();
        while self.numbers.lock().unwrap().len() < count {
            assert!(begun.elapsed() < LONG, "{} has {}", self.name, self.numbers.lock().unwrap().len());
            thread::sleep(Duration::from_millis(1));
        }
    }

    /// Waits until it is stuck.
    fn until_stuck(&self) {
        let begun = Instant::now();
        while !self.gate.is_reached.load(Ordering::SeqCst) {
            assert!(begun.elapsed() < LONG, "{} is not stuck", self.name);
            thread::sleep(Duration::from_millis(1));
        }
    }

    /// Waits until the logger has said that.
    fn until_said(&self, part: &str) {
        let begun = Instant::now();
        while !self.said.lock().unwrap().iter().any(|said| said.contains(part)) {
            assert!(begun.elapsed() < LONG, "{}: {:?}", self.name, self.said.lock().unwrap());
            thread::sleep(Duration::from_millis(1));
        }
    }

    /// What it has: all numbers below some in their order, or what is wrong.
    fn print(&self) {
        let numbers = self.numbers.lock().unwrap();
        let wrong = (0..).zip(&*numbers).find(|(expected, number)| expected != *number);
        match wrong {
            None => println!("{}: {} in order", self.name, numbers.len()),
            Some((expected, number)) => println!("{}: {number} instead of {expected}", self.name),
        }
        for said in &*self.said.lock().unwrap() {
            println!("{}: {said}", self.name);
        }
    }
}

fn log(numbers: std::ops::Range<u64>) {
    numbers.for_each(|n| info!(n, "one more"));
}

/// Many times what a ring of 4 KiB holds.
const MANY: u64 = 50_000;

fn builder() -> rlog::Builder {
    rlog::builder().environment(false).ring_capacity(4096)
}

/// The only handler: whoever logs waits for it.
fn alone() {
    let (stuck, kept) = keeper("stuck", In::Emit(0));
    let _guard = builder().handler(stuck).init().unwrap();
    let writer = thread::spawn(|| log(0..1_000));
    // The message comes on stderr when the thread has waited for about a second; the test reads it and closes stdin.
    let _ = std::io::stdin().read_line(&mut String::new());
    println!("flushed={}", rlog::flush(Duration::from_millis(1)));
    kept.gate.open();
    writer.join().unwrap();
    println!("flushed={}", rlog::flush(LONG));
    kept.print();
}

/// Beside another one, with room for what comes meanwhile, or without.
fn beside(backlog: usize) {
    let (stuck, slow) = keeper("stuck", In::Emit(7));
    let (other, fast) = keeper("other", In::Nothing);
    let breaker = Breaker::new().patience(PATIENCE).backlog(backlog);
    let _guard = builder().handler(stuck.breaker(breaker)).handler(other).init().unwrap();
    log(0..MANY);
    fast.until(MANY as usize);
    println!("stuck has {}, flushed={}", slow.numbers.lock().unwrap().len(), rlog::flush(Duration::from_millis(1)));
    println!("is_open={}", rlog::stats().handlers.iter().any(|handler| handler.name == "stuck" && handler.is_open));
    slow.gate.open();
    println!("flushed={}", rlog::flush(LONG));
    fast.until_said("has returned");
    log(MANY..MANY + 10);
    println!("flushed={}", rlog::flush(LONG));
    fast.print();
    if backlog > MANY as usize {
        slow.print();
    }
    let stats = rlog::stats();
    let stuck = stats.handlers.iter().find(|handler| handler.name == "stuck").unwrap();
    let given = (slow.numbers.lock().unwrap().len() + slow.said.lock().unwrap().len()) as u64;
    println!("is_open={} written={} dropped={}", stuck.is_open, stuck.written == given, stuck.dropped > 0);
    // With what the logger has said of it, twice.
    println!("written and dropped={}", stuck.written + stuck.dropped);
    println!("taken={} dropped={}", stats.taken, stats.dropped.total());
}

/// Two that get stuck with the same record, and one that does not.
fn two() {
    let (first, one) = keeper("one", In::Emit(7));
    let (second, two) = keeper("two", In::Emit(7));
    let (third, other) = keeper("other", In::Nothing);
    let _guard = builder().handler(first).handler(second).handler(third).init().unwrap();
    log(0..MANY);
    other.until(MANY as usize);
    two.gate.open();
    two.until(MANY as usize);
    one.gate.open();
    println!("flushed={}", rlog::flush(LONG));
    [one, two, other].iter().for_each(Kept::print);
}

/// In a call that is not for a record.
fn between(stuck: In) {
    let (first, slow) = keeper("stuck", stuck);
    let (second, fast) = keeper("other", In::Nothing);
    let _guard = builder().handler(first).handler(second).init().unwrap();
    log(0..10);
    if stuck == In::Flush {
        println!("flushed={}", rlog::flush(PATIENCE * 2));
    }
    fast.until_said("does not return");
    log(10..MANY);
    fast.until(MANY as usize);
    slow.gate.open();
    println!("flushed={}", rlog::flush(LONG));
    slow.print();
    fast.print();
}

/// While it is closed, because it is removed or because the logger ends.
fn closing() {
    let (first, slow) = keeper("stuck", In::Close);
    let (second, fast) = keeper("other", In::Nothing);
    let _guard = builder().handler(first).handler(second).init().unwrap();
    log(0..10);
    println!("removed={}", rlog::logger("").remove_handler("stuck"));
    log(10..MANY);
    println!("flushed={}", rlog::flush(LONG));
    slow.print();
    fast.print();
    let (third, last) = keeper("last", In::Close);
    rlog::logger("").add_handler(third).unwrap();
    log(MANY..MANY + 10);
    println!("complete={}", rlog::shutdown(PATIENCE * 4).complete);
    fast.print();
    println!("last has {}", last.numbers.lock().unwrap().len());
}

/// For ever.
fn ending() {
    let (first, _slow) = keeper("stuck", In::Emit(0));
    let path = std::env::args().nth(2).unwrap();
    let file = rlog::File::new(path).formatter(rlog::Text::template("{field:n}").unwrap());
    let guard = builder().handler(first).handler(file).init().unwrap();
    std::mem::forget(guard);
    log(0..MANY);
}

/// Records that do not fit into a ring.
fn large() {
    let (first, slow) = keeper("stuck", In::Emit(0));
    let (second, fast) = keeper("other", In::Nothing);
    let _guard = builder().handler(first).handler(second).init().unwrap();
    let large = "large".repeat(2_000);
    (0..100_u64).for_each(|n| info!(n, large, "one more"));
    fast.until(100);
    slow.gate.open();
    println!("flushed={}", rlog::flush(LONG));
    slow.print();
    fast.print();
}

/// Behind a handler that hands records on, with the patience that it has if nothing is set.
fn behind() {
    let (first, slow) = keeper("stuck", In::Emit(3));
    let (second, beside) = keeper("beside", In::Nothing);
    let (third, fast) = keeper("other", In::Nothing);
    let fan_out = rlog::FanOut::new().to(first).to(second);
    let _guard = builder().handler(fan_out).handler(third).init().unwrap();
    log(0..MANY);
    fast.until(MANY as usize);
    slow.gate.open();
    println!("flushed={}", rlog::flush(LONG));
    [slow, beside, fast].iter().for_each(Kept::print);
}

/// With a breaker that has all others wait.
fn patient() {
    let (first, slow) = keeper("stuck", In::Emit(0));
    let (second, fast) = keeper("other", In::Nothing);
    let _guard = builder().handler(first.breaker(Breaker::never())).handler(second).init().unwrap();
    log(0..10);
    println!("flushed={}", rlog::flush(PATIENCE * 10));
    println!("other has {}", fast.numbers.lock().unwrap().len());
    slow.gate.open();
    println!("flushed={}", rlog::flush(LONG));
    slow.print();
    fast.print();
}

/// On the thread that logs, while another one flushes and shuts down.
fn sync() {
    fn in_time<R: Send + 'static>(wait: impl FnOnce() -> R + Send + 'static) -> R {
        let (sender, done) = channel();
        thread::spawn(move || sender.send(wait()));
        done.recv_timeout(LONG).expect("it waits for the handler")
    }
    let (first, stuck) = keeper("stuck", In::Emit(3));
    let (second, other) = keeper("other", In::Nothing);
    let guard = builder().handler(second.sync()).handler(first.sync()).init().unwrap();
    log(0..3);
    println!("flushed={}", in_time(|| rlog::flush(LONG)));
    let writer = thread::spawn(|| log(3..4));
    stuck.until_stuck();
    println!("flushed={}", in_time(|| rlog::flush(PATIENCE)));
    std::mem::forget(guard);
    println!("complete={}", in_time(|| rlog::shutdown(PATIENCE)).complete);
    stuck.gate.open();
    writer.join().unwrap();
    [stuck, other].iter().for_each(Kept::print);
}

fn main() {
    match std::env::args().nth(1).as_deref() {
        Some("alone") => alone(),
        Some("beside") => beside(1 << 30),
        Some("overflow") => beside(10_000),
        Some("two") => two(),
        Some("end_of_batch") => between(In::EndOfBatch),
        Some("flush") => between(In::Flush),
        Some("closing") => closing(),
        Some("ending") => ending(),
        Some("large") => large(),
        Some("behind") => behind(),
        Some("patient") => patient(),
        Some("sync") => sync(),
        other => panic!("no case {other:?}"),
    }
}
