//! Statements in all kinds of places. Each runs once.

mod asynchronous;
mod deep;

use rlog::{Loggable, critical, debug, error, info, log, notice, trace, warn};
use std::fmt::Debug;
use std::sync::LazyLock;

/// Runs every statement of this module and those below it.
pub fn run() {
    levels();
    generic(&[1, 2]);
    generic_of_two_parameters("x", 1.5);
    inlined(1);
    let _ = never_inlined(2);
    closures();
    arguments();
    methods();
    macros();
    LazyLock::force(&LAZY);
    std::thread::spawn(|| info!("in a thread")).join().expect("nobody panics");
    extern_c(4);
    let _ = CONSTANT();
    alike_one();
    alike_two();
    deep::run();
    asynchronous::run();
}

fn levels() {
    trace!("a trace");
    debug!("a debug");
    info!("an info");
    notice!("a notice");
    warn!("a warning");
    error!("an error");
    critical!("a critical");
    log!(Level::NOTICE, "decided at run time");
    info!(target: "another::target", "elsewhere");
    info!(fields.only = 1);
}

use rlog::Level;

fn generic<T: Debug>(value: &T) {
    debug!(?value, "generic");
    let inner = || trace!(?value, "closure in a generic");
    inner();
}

fn generic_of_two_parameters<A: Loggable, B: Loggable>(a: A, b: B) {
    info!(a, b, "generic of two");
}

#[inline(always)]
fn inlined(n: u32) {
    info!("inlined {n}");
}

#[inline(never)]
fn never_inlined(n: u32) -> Result<u32, std::num::ParseIntError> {
    info!("never inlined {}", "7".parse::<u32>()? + n);
    Ok(n)
}

fn closures() {
    let twice = |f: &dyn Fn()| f();
    twice(&|| info!("closure behind a pointer"));
    let boxed: Box<dyn FnOnce(String)> = Box::new(|name| info!(name, "boxed closure"));
    boxed("ada".into());
    (0..1).for_each(|n| info!(n, "closure of an iterator"));
    if let Some(n) = Some(5).inspect(|n| debug!(n, "closure of an option")) {
        match n {
            5 => info!("arm of a match"),
            _ => unreachable!(),
        }
    }
}

fn arguments() {
    let (a, b, c, d, e, f, g, h, i) = (1_u8, 2_i64, "3", '4', 5.5, true, Some(7), [8_u16], ());
    info!(a, b, c, d, e, f, g, h, ?i, "nine fields {a} {c:>4}");
    let parcel = library::Parcel { id: 1, to: None };
    info!(parcel, parcel.id, ?parcel.to, "a derived struct");
}

struct Worker;

trait Work {
    fn work(&self) {
        info!("method that a trait provides");
    }
    fn rest(&self);
}

impl Work for Worker {
    fn rest(&self) {
        info!("method of a trait");
    }
}

impl Worker {
    fn name(&self) -> &'static str {
        info!("method");
        "worker"
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        info!("destructor");
    }
}

fn methods() {
    let worker = Worker;
    worker.name();
    let work: &dyn Work = &worker;
    work.work();
    work.rest();
}

fn macros() {
    macro_rules! statement {
        ($level:ident, $text:literal) => {
            rlog::$level!($text)
        };
    }
    statement!(info, "by a macro");
    statement!(warn, "by a macro, again");
}

static LAZY: LazyLock<u32> = LazyLock::new(|| {
    info!("initialiser of a static");
    1
});

const CONSTANT: fn() -> u32 = || {
    info!("closure in a constant");
    1
};

extern "C" fn extern_c(n: i32) {
    info!(n, "extern C");
}

// Two functions that compile to the same instructions but for their callsite, which the linker must not merge.
#[inline(never)]
fn alike_one() {
    info!("alike");
}

#[inline(never)]
fn alike_two() {
    info!("alike");
}
