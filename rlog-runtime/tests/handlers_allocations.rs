//! Handlers that hand records on or keep them allocate nothing for a record once they run.

#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

use rlog_runtime::__private::{Callsite, Level, Probe, emit2, probes::*};
use rlog_runtime::{Failover, FanOut, Memory, Null, Record, Routing, Text};
use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Counts what all threads allocate.
struct Counting;

static ALLOCATIONS: AtomicU64 = AtomicU64::new(0);

// SAFETY: everything is the system allocator's; the counter does not allocate.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        // SAFETY: the caller keeps the contract.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        // SAFETY: the caller keeps the contract.
        unsafe { System.dealloc(memory, layout) }
    }

    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        // SAFETY: the caller keeps the contract.
        unsafe { System.realloc(memory, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Records of three traces, one in a hundred an error.
fn log(count: u64) {
    static DEBUG: Callsite = Callsite::new(Level::DEBUG, 2, line!(), "mp3:no h1;k5:tracek6:number.app\u{1f}f");
    static ERROR: Callsite = Callsite::new(Level::ERROR, 2, line!(), "mp3:no h1;k5:tracek6:number.app\u{1f}f");
    for number in 0..count {
        let site = if number % 100 == 99 { &ERROR } else { &DEBUG };
        let trace = ["a", "bb", "ccc"][(number % 3) as usize];
        emit2(site, (&&&&&Probe(&trace)).rlog_value(), (&&&&&Probe(&number)).rlog_value());
        if number % 256 == 255 {
            assert!(rlog_runtime::flush(Duration::from_secs(60)));
        }
    }
    assert!(rlog_runtime::flush(Duration::from_secs(60)));
}

#[test]
fn nothing_is_allocated_per_record() {
    let null = || Null::new().formatter(Text::new());
    let builder = rlog_runtime::builder()
        .environment(false)
        .level(Level::DEBUG)
        .handler(FanOut::new().to(null()).to(null()))
        .handler(
            Routing::new()
                .when(|record: &Record<'_>| record.field("absent").is_some(), null())
                .at_least(Level::ERROR, null())
                .otherwise(null()),
        )
        .handler(Failover::new(null()).or(null()))
        .handler(Memory::new(100))
        .handler(Memory::new(20).delegate(null()).per_field("trace"));
    #[cfg(feature = "async")]
    let builder = builder.handler(
        rlog_runtime::Async::new(null()).overflow(rlog_runtime::Overflow::Block).patience(Duration::from_secs(60)),
    );
    let _guard = builder.init().unwrap();
    log(10_000);
    let before = ALLOCATIONS.load(Ordering::Relaxed);
    log(10_000);
    let allocated = ALLOCATIONS.load(Ordering::Relaxed) - before;
    // Some for each flush of the queue, of which there are 40, and none for each record.
    assert!(allocated < 1_000, "{allocated} allocations");
    assert_eq!(rlog_runtime::stats().handlers.iter().map(|handler| handler.dropped).sum::<u64>(), 0);
}
