//! Something to do at a certain time, which the worker sees to: ending what holds for a while.

use crate::time::Clock;
use core::sync::atomic::{AtomicU64, Ordering};
use core::time::Duration;
use std::sync::OnceLock;

/// When, in nanoseconds of [`Clock`]; the largest is never.
static AT: AtomicU64 = AtomicU64::new(u64::MAX);
static ACTION: OnceLock<fn()> = OnceLock::new();

/// Has `action` run on the worker's thread at that time, or some twenty milliseconds later. It replaces what was set before;
/// the action is the same each time.
pub(crate) fn set(at: Option<Duration>, action: fn()) {
    ACTION.get_or_init(|| action);
    let at = at.and_then(|at| u64::try_from(at.as_nanos()).ok()).unwrap_or(u64::MAX);
    AT.store(at, Ordering::Release);
}

/// For the worker, once in each round. An action that could not do its work sets the alarm again.
pub(super) fn ring_if_due() {
    let at = AT.load(Ordering::Acquire);
    if at == u64::MAX || Clock::system().now() < Duration::from_nanos(at) {
        return;
    }
    AT.store(u64::MAX, Ordering::Release);
    if let Some(action) = ACTION.get() {
        action();
    }
}
