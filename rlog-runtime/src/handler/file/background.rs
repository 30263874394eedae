//! The thread `rlog-files`: what is to be done with files that are no longer written to.
//!
//! There is one, for all handlers, of low priority, which is started when there is something to do for it. It holds no lock
//! while it works, and nobody waits for it: what it has not done when the process ends is done by the next process.

use super::janitor::{Janitor, LONGEST_WAIT};
use crate::trouble::{self, Trouble};
use crate::worker::fork;
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, PoisonError, Weak};
use std::thread;
use std::time::{Duration, Instant};
use std::vec::Vec;

/// What one process has to do.
#[derive(Debug)]
struct Desk {
    work: Mutex<Work>,
    wake: Condvar,
}

#[derive(Debug)]
struct Work {
    /// Each handler is in here once at most.
    waiting: VecDeque<Arc<Janitor>>,
    /// To be looked at again, if the handler is still there.
    later: Vec<(Instant, Weak<Janitor>)>,
    /// The process that has the thread; 0 if none has.
    runs_in: u32,
}

impl Desk {
    const fn new() -> Self {
        let work = Work { waiting: VecDeque::new(), later: Vec::new(), runs_in: 0 };
        Self { work: Mutex::new(work), wake: Condvar::new() }
    }

    /// A child of `fork` has no such thread, and the lock may be held by one that it has not got.
    fn of_this_process() -> &'static Self {
        static OF_PARENT: Desk = Desk::new();
        static OF_CHILD: Desk = Desk::new();
        if fork::is_child() { &OF_CHILD } else { &OF_PARENT }
    }
}

/// Has the janitor sweep after this time. `false` if there is no thread to do it.
pub(super) fn submit(janitor: &Arc<Janitor>, after: Duration) -> bool {
    let desk = Desk::of_this_process();
    let mut work = desk.work.lock().unwrap_or_else(PoisonError::into_inner);
    let process = std::process::id();
    if work.runs_in != process {
        work.waiting.clear();
        if let Err(error) = thread::Builder::new().name("rlog-files".into()).spawn(move || run(desk)) {
            trouble::report(Trouble::Handler, format_args!("cannot start the thread `rlog-files`: {error}"));
            return false;
        }
        work.runs_in = process;
    }
    if after.is_zero() {
        work.waiting.push_back(Arc::clone(janitor));
    } else {
        work.later.push((Instant::now() + after, Arc::downgrade(janitor)));
    }
    desk.wake.notify_one();
    true
}

fn run(desk: &Desk) {
    lower_priority();
    loop {
        let janitor = next(desk);
        // A function for names may panic.
        let again = catch_unwind(AssertUnwindSafe(|| janitor.sweep())).unwrap_or_else(|_| {
            trouble::report(Trouble::Panic, format_args!("the thread `rlog-files` panicked"));
            Some(LONGEST_WAIT)
        });
        if let Some(again) = again {
            let mut work = desk.work.lock().unwrap_or_else(PoisonError::into_inner);
            let at = Instant::now() + again;
            let is_this = |other: &Weak<Janitor>| core::ptr::eq(other.as_ptr(), Arc::as_ptr(&janitor));
            // The handler may have asked for less meanwhile; then it will be asked again.
            if !work.later.iter().any(|(earlier, other)| *earlier <= at && is_this(other)) {
                work.later.push((at, Arc::downgrade(&janitor)));
            }
        }
    }
}

/// Waits for something to do.
fn next(desk: &Desk) -> Arc<Janitor> {
    let mut work = desk.work.lock().unwrap_or_else(PoisonError::into_inner);
    loop {
        if let Some(janitor) = work.waiting.pop_front() {
            return janitor;
        }
        let now = Instant::now();
        work.later.retain(|(_, janitor)| janitor.strong_count() > 0);
        if let Some(index) = work.later.iter().position(|(at, _)| *at <= now) {
            if let Some(janitor) = work.later.swap_remove(index).1.upgrade() {
                return janitor;
            }
            continue;
        }
        let wait = work.later.iter().map(|(at, _)| at.saturating_duration_since(now)).min();
        work = match wait {
            Some(wait) => desk.wake.wait_timeout(work, wait.max(SHORTEST)).unwrap_or_else(PoisonError::into_inner).0,
            None => desk.wake.wait(work).unwrap_or_else(PoisonError::into_inner),
        };
    }
}

const SHORTEST: Duration = Duration::from_millis(1);

/// Lets everything else run first. Elsewhere the call would mean the whole process.
fn lower_priority() {
    #[cfg(any(target_os = "linux", target_os = "android"))]
    {
        use core::ffi::{c_int, c_uint};
        unsafe extern "C" {
            /// POSIX.1-2024; on Linux of the thread that calls, if `who` is 0.
            safe fn setpriority(which: c_int, who: c_uint, nice: c_int) -> c_int;
        }
        const PROCESS: c_int = 0;
        const NICE: c_int = 10;
        // If it is refused, the thread competes as any other.
        let _ = setpriority(PROCESS, 0, NICE);
    }
}
