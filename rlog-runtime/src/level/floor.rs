//! The compile-time floor: statements below it leave nothing in the binary.
//!
//! It is decided while this crate is compiled, by its features, which the facade forwards, so the whole program has one
//! answer. Statements of a fixed level are cut off by the facade's macros; what is here is for code that has to know, and
//! for `log!`.

use super::Level;
use crate::callsite::Callsite;

/// The least severe level whose statements are compiled in; [`Level::SILENT`] if there are none.
///
/// The features `max_level_*` set it, and in builds without debug assertions also `release_max_level_*`: the strictest of
/// them wins. [`Level::TRACE`] is below every built-in level, so that is what it says when none is set; own levels that
/// are still less severe are compiled in then, too.
pub const STATIC_MAX_LEVEL: Level = {
    let mut floor = Level::TRACE;
    let mut index = 0;
    while index < FLOORS.len() {
        let (is_set, level) = FLOORS[index];
        if is_set && level.severity() > floor.severity() {
            floor = level;
        }
        index += 1;
    }
    floor
};

/// Whether statements of this level are compiled in.
#[doc(hidden)]
#[inline(always)]
#[must_use]
pub const fn compiled_in(level: Level) -> bool {
    match STATIC_MAX_LEVEL {
        Level::TRACE => true,
        Level::SILENT => false,
        floor => level.severity() >= floor.severity(),
    }
}

/// The callsite that a statement below the floor names in code that never runs.
#[doc(hidden)]
#[must_use]
pub fn nowhere() -> &'static Callsite {
    unreachable!("statements below the floor do not run")
}

macro_rules! floor {
    ($floor:literal, $release_floor:literal, $level:ident) => {
        (cfg!(any(feature = $floor, all(feature = $release_floor, not(debug_assertions)))), Level::$level)
    };
}

const FLOORS: [(bool, Level); 8] = [
    floor!("max_level_off", "release_max_level_off", SILENT),
    floor!("max_level_critical", "release_max_level_critical", CRITICAL),
    floor!("max_level_error", "release_max_level_error", ERROR),
    floor!("max_level_warn", "release_max_level_warn", WARN),
    floor!("max_level_notice", "release_max_level_notice", NOTICE),
    floor!("max_level_info", "release_max_level_info", INFO),
    floor!("max_level_debug", "release_max_level_debug", DEBUG),
    floor!("max_level_trace", "release_max_level_trace", TRACE),
];
