//! Which levels the captures of the process want, and what that does to plans.
//!
//! The counts change under the lock of the catalogue, together with the plans, so that no callsite misses a change.

use crate::callsite::{Callsite, catalogue, plan};
use crate::level::Level;
use core::sync::atomic::{AtomicU16, AtomicU32, Ordering};

/// How many captures there are that want everything from this severity on. Written under the lock of the catalogue.
static CAPTURES: [AtomicU32; 256] = [const { AtomicU32::new(0) }; 256];

/// The least severity that any capture wants, or [`NONE`]. Written under the lock of the catalogue.
static LOWEST: AtomicU16 = AtomicU16::new(NONE);

/// More than any severity.
const NONE: u16 = 256;

/// The plan of a callsite with the captures taken into account. Called by the catalogue, which holds its lock.
pub(crate) fn upgrade(callsite: &Callsite, plan: u8) -> u8 {
    if u16::from(callsite.level().severity()) >= LOWEST.load(Ordering::Relaxed) { plan | plan::OBSERVED } else { plan }
}

/// A capture begins that wants everything from `level` on.
pub(super) fn begin(level: Level) {
    change(|| {
        count(level).fetch_add(1, Ordering::Relaxed);
    });
}

/// Such a capture ends.
pub(super) fn end(level: Level) {
    change(|| {
        count(level).fetch_sub(1, Ordering::Relaxed);
    });
}

/// A capture that wanted everything from one level on wants it from another one on.
pub(super) fn alter(from: Level, to: Level) {
    change(|| {
        count(to).fetch_add(1, Ordering::Relaxed);
        count(from).fetch_sub(1, Ordering::Relaxed);
    });
}

/// Whether there is any capture in the process.
pub(super) fn is_any() -> bool {
    LOWEST.load(Ordering::Relaxed) != NONE
}

fn count(level: Level) -> &'static AtomicU32 {
    &CAPTURES[usize::from(level.severity())]
}

/// Changes the counts, and the plans if another level is the lowest afterwards.
fn change(counts: impl FnOnce()) {
    catalogue::rewrite_plans_if(|| {
        counts();
        let lowest = CAPTURES.iter().position(|captures| captures.load(Ordering::Relaxed) > 0);
        let lowest = lowest.map_or(NONE, |severity| severity as u16);
        LOWEST.swap(lowest, Ordering::Relaxed) != lowest
    });
}
