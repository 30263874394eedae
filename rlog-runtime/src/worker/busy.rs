//! Which handler the worker is in, for those who wait for the worker.
//!
//! A handler that does not return holds up the worker, then everybody who logs. Nobody can make it return, but whoever waits
//! can say which one it is.

use crate::handler::Controls;
use crate::stats;
use crate::trouble::{self, Trouble};
use core::sync::atomic::{AtomicU64, Ordering};

/// The handler's number, and below it how many calls of handlers there have been, modulo 2^32; zero between passes. Only the
/// worker writes.
static CALL: AtomicU64 = AtomicU64::new(0);

/// For the worker: it is about to call a handler.
#[inline]
pub(super) fn enter(handler: &Controls) {
    let calls = (CALL.load(Ordering::Relaxed) as u32).wrapping_add(1);
    CALL.store(u64::from(handler.number) << 32 | u64::from(calls), Ordering::Relaxed);
}

/// For the worker: it is in no handler.
#[inline]
pub(super) fn leave() {
    CALL.store(u64::from(CALL.load(Ordering::Relaxed) as u32), Ordering::Relaxed);
}

/// A call of a handler that the worker was in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Call(u64);

/// The call of a handler that the worker is in, if it is in one.
pub(crate) fn call() -> Option<Call> {
    let call = CALL.load(Ordering::Relaxed);
    (call >> 32 != 0).then_some(Call(call))
}

/// Says on stderr that the worker is still in this call, if it is.
pub(crate) fn report_if_still_in(before: Option<Call>) {
    let Some(call) = call().filter(|call| Some(*call) == before) else { return };
    let name = stats::name_of_handler((call.0 >> 32) as u32);
    let name = name.as_deref().unwrap_or("?");
    trouble::report(
        Trouble::Handler,
        format_args!(
            "handler `{name}` has not returned for a while, and all wait for it; `Async` would give it a thread of its own"
        ),
    );
}
