//! The end of the process: what was logged is written, however `main` ends.
//!
//! A function registered with C's `atexit` runs when `main` returns and on `process::exit`, while the worker still lives;
//! it flushes. A panic hook flushes too, since a panic may abort the process. What remains is the default action of a signal and
//! `abort` itself, which run no code of ours.

use super::{flush, fork, running};
use core::sync::atomic::{AtomicBool, Ordering};
use std::boxed::Box;
use std::sync::Once;
use std::time::Duration;

/// How long the end of the process waits for handlers.
pub(crate) const TIMEOUT: Duration = Duration::from_secs(5);
/// How long a single record waits that is logged even later.
pub(super) const LATE_TIMEOUT: Duration = Duration::from_millis(500);

static BEGUN: AtomicBool = AtomicBool::new(false);

/// Whether the process is ending.
pub(crate) fn has_begun() -> bool {
    BEGUN.load(Ordering::Relaxed)
}

/// Makes sure that the end of the process flushes. Done once, whatever is started and stopped later.
pub(crate) fn install() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        // Miri knows neither; there, programs end by `shutdown`.
        if !cfg!(miri) {
            at_exit();
            fork::watch();
        }
        let previous = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            previous(panic);
            // A worker's own panic is caught, and it cannot wait for itself; `flush` knows.
            if running().is_some() {
                flush(TIMEOUT);
            }
        }));
    });
}

/// Flushes for the last time, and says which handler does not return, if one does not.
#[cfg(any(unix, windows))]
fn end() {
    use crate::handler::direct;
    use crate::handler::slot::Slot;

    BEGUN.store(true, Ordering::Relaxed);
    if !fork::is_orphan() {
        direct::for_each_idle(Slot::flush);
    }
    let before = super::call();
    if let Some(duty) = running()
        && duty.signal.flush(TIMEOUT).is_none()
    {
        super::report_if_still_in(before);
    }
}

#[cfg(any(unix, windows))]
fn at_exit() {
    unsafe extern "C" {
        /// C11, 7.22.4.2. On Windows from the C runtime that std links.
        safe fn atexit(function: extern "C" fn()) -> core::ffi::c_int;
    }

    extern "C" fn on_exit() {
        end();
    }

    // Fails only without memory; then the guard is what flushes.
    let _ = atexit(on_exit);
}

#[cfg(not(any(unix, windows)))]
fn at_exit() {}
