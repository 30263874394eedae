//! The static that every log statement is: what it says, where it stands, and whether it is on.
//!
//! A callsite is made at compile time. Its [`plan`](Callsite::is_enabled) is one byte that the statement tests before
//! anything else; [`catalogue`] knows all callsites and rewrites their plans when levels change, so that a statement never
//! asks a logger. Everything that is not needed for that test is in one string, [split](info) once, by whoever needs it.

#[cfg(feature = "output")]
pub(crate) mod catalogue;
#[cfg(feature = "output")]
pub(crate) mod details;
#[cfg(feature = "output")]
pub(crate) mod info;

mod limit;
#[cfg(feature = "output")]
pub(crate) mod listing;
mod text;

use crate::level::Level;
#[cfg(feature = "output")]
use core::sync::atomic::AtomicPtr;
use core::sync::atomic::{AtomicU8, Ordering};
#[cfg(feature = "output")]
pub use details::EventId;
#[cfg(feature = "output")]
use info::Info;
pub use limit::Limit;
#[cfg(feature = "output")]
pub(crate) use limit::held_back;
pub use text::{Part, check_key, join, text_length, text_of};

/// One log statement of the program.
///
/// Statements make them; programs read them: [`callsites`](crate::callsites) lists all, and a record names its own.
#[repr(C)]
#[cfg_attr(not(feature = "output"), derive(Debug))]
pub struct Callsite {
    /// What to do when the statement runs: one of the constants of [`plan`]. Written by [`catalogue`] only.
    plan: AtomicU8,
    level: Level,
    arguments: u8,
    /// What is decided at run time, and whether it is a statement at all: bits of [`flag`].
    flags: u8,
    line: u32,
    text: &'static str,
    /// What `text` says, once somebody has asked. Set once and never freed.
    #[cfg(feature = "output")]
    info: AtomicPtr<Info>,
    /// The next callsite of the list of those that registered themselves. Written once, under the catalogue's lock.
    #[cfg(feature = "output")]
    next: AtomicPtr<Self>,
}

/// The values of a callsite's plan.
#[cfg_attr(not(feature = "output"), expect(dead_code, reason = "without output nothing is ever on"))]
pub(crate) mod plan {
    /// Nobody wants it.
    pub(crate) const OFF: u8 = 0;
    /// The worker wants it, and nobody else.
    pub(crate) const ON: u8 = 1;
    /// Not decided yet: ask the catalogue.
    pub(crate) const UNKNOWN: u8 = 2;
    /// Handlers that run on the caller's thread want it, and not the worker.
    pub(crate) const DIRECT: u8 = 3;
    /// Both do.
    pub(crate) const DIRECT_AND_ON: u8 = 4;

    /// Beside one of the others: a capture of the testing kit is on somewhere in the process and wants such records, so
    /// that they go by [`crate::testing`] first. What is beside it says what happens without.
    #[cfg(feature = "testing")]
    pub(crate) const OBSERVED: u8 = 8;

    /// The plan without what the testing kit adds to it.
    pub(crate) const fn configured(plan: u8) -> u8 {
        #[cfg(feature = "testing")]
        return plan & !OBSERVED;
        #[cfg(not(feature = "testing"))]
        plan
    }
}

/// The bits of a callsite's flags.
mod flag {
    pub(super) const LEVEL_AT_RUN_TIME: u8 = 1;
    pub(super) const TARGET_AT_RUN_TIME: u8 = 2;
    /// Somebody asks whether such a statement would be logged.
    pub(super) const QUESTION: u8 = 4;
}

impl Callsite {
    /// A statement. `text` is of the form that [`info`] describes; only the macros know how to write it.
    #[doc(hidden)]
    #[must_use]
    pub const fn new(level: Level, arguments: u8, line: u32, text: &'static str) -> Self {
        Self {
            plan: AtomicU8::new(plan::UNKNOWN),
            level,
            arguments,
            flags: 0,
            line,
            text,
            #[cfg(feature = "output")]
            info: AtomicPtr::new(core::ptr::null_mut()),
            #[cfg(feature = "output")]
            next: AtomicPtr::new(core::ptr::null_mut()),
        }
    }

    /// The level is decided when the statement runs; see [`Callsite::at`].
    #[doc(hidden)]
    #[must_use]
    pub const fn with_level_at_run_time(mut self) -> Self {
        self.flags |= flag::LEVEL_AT_RUN_TIME;
        self
    }

    /// The target is decided when the statement runs; see [`Callsite::at`].
    #[doc(hidden)]
    #[must_use]
    pub const fn with_target_at_run_time(mut self) -> Self {
        self.flags |= flag::TARGET_AT_RUN_TIME;
        self
    }

    /// Not a statement, but the question whether one would be logged: `enabled!`. It is not listed.
    #[doc(hidden)]
    #[must_use]
    pub const fn as_question(mut self) -> Self {
        self.flags |= flag::QUESTION;
        self
    }

    /// Whether the statement does anything when it runs: one relaxed load of a byte.
    #[cfg_attr(not(debug_assertions), inline(always))]
    #[cfg_attr(debug_assertions, inline)]
    #[must_use]
    pub fn is_enabled(&self) -> bool {
        cfg!(feature = "output") && self.plan.load(Ordering::Relaxed) != plan::OFF
    }

    /// [`Callsite::is_enabled`], for those that have to know before the statement runs for the first time: decides its plan
    /// if nobody has.
    #[doc(hidden)]
    #[inline(always)]
    #[must_use]
    pub fn would_log(&'static self) -> bool {
        #[cfg(feature = "output")]
        return {
            let plan = match self.plan.load(Ordering::Relaxed) {
                plan::UNKNOWN => catalogue::register(self),
                plan => plan,
            };
            #[cfg(feature = "testing")]
            if plan & plan::OBSERVED != 0 {
                return plan::configured(plan) != plan::OFF || crate::testing::wants(self.level);
            }
            plan != plan::OFF
        };
        #[cfg(not(feature = "output"))]
        false
    }

    /// For a statement that limits itself: whether it would be logged and its limit lets it. `Some` holds how many were held
    /// back since it last was, if any.
    #[doc(hidden)]
    #[inline(always)]
    #[must_use]
    pub fn would_pass(&'static self, limit: &'static Limit) -> Option<Option<u64>> {
        if self.would_log() { limit.pass(self) } else { None }
    }

    /// The callsite that stands for this statement with this level and target, for statements that decide either when they
    /// run. An empty `target` is the statement's own.
    #[doc(hidden)]
    #[must_use]
    pub fn at(&'static self, level: Level, target: &str) -> &'static Self {
        #[cfg(feature = "output")]
        return self.info().variant(self, level, target);
        #[cfg(not(feature = "output"))]
        return {
            let _ = (level, target);
            self
        };
    }
}
