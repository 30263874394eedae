//! From levels to plans: what the catalogue writes into each callsite, and what the worker looks up per callsite.

use super::directives::Directives;
use crate::callsite::{Callsite, plan};
use crate::level::Level;
use core::sync::atomic::{AtomicPtr, AtomicU32, Ordering};
use std::boxed::Box;
use std::sync::{Mutex, PoisonError};
use std::vec::Vec;

/// The levels of one configuration. Never freed once installed: a few hundred bytes for each reconfiguration, and readers
/// need no count and no lock.
#[derive(Debug)]
pub(crate) struct Routes {
    /// Tells what was looked up by an earlier configuration from what was by this one.
    generation: u32,
    /// Nothing below is let through, by target.
    levels: Directives,
    /// For targets that no directive names.
    default: Level,
    /// The levels of the worker's handlers, in its order.
    queued: Vec<Level>,
    /// The levels of the handlers on the caller's thread.
    direct: Vec<Level>,
}

/// The most handlers the worker can have: they are bits of a word.
pub(crate) const MAX_QUEUED: usize = 32;

static CURRENT: AtomicPtr<Routes> = AtomicPtr::new(core::ptr::null_mut());
static GENERATION: AtomicU32 = AtomicU32::new(1);
/// All that were made, so that tools that look for leaks find what is kept on purpose.
static MADE: Mutex<Vec<&'static Routes>> = Mutex::new(Vec::new());

impl Routes {
    pub(crate) fn new(levels: Directives, default: Level, queued: Vec<Level>, direct: Vec<Level>) -> &'static Self {
        let generation = GENERATION.fetch_add(1, Ordering::Relaxed);
        let routes = Box::leak(Box::new(Self { generation, levels, default, queued, direct }));
        MADE.lock().unwrap_or_else(PoisonError::into_inner).push(routes);
        routes
    }

    /// What holds while nobody has configured anything, and after a shutdown: WARN and above go to the last resort.
    const LAST_RESORT: Self =
        Self { generation: 0, levels: Directives::new(), default: Level::WARN, queued: Vec::new(), direct: Vec::new() };

    /// The same handlers with other levels by target.
    pub(crate) fn with_levels(&self, levels: Directives) -> &'static Self {
        Self::new(levels, self.default, self.queued.clone(), self.direct.clone())
    }

    /// The plan of a callsite.
    pub(crate) fn plan(&self, callsite: &Callsite) -> u8 {
        if callsite.is_base() {
            return plan::OFF;
        }
        let threshold = self.levels.level_for(callsite.target()).unwrap_or(self.default);
        if threshold >= Level::SILENT || callsite.level() < threshold {
            return plan::OFF;
        }
        let last_resort = self.generation == 0;
        let queued = self.queued.iter().any(|&level| callsite.level() >= level);
        let direct = last_resort || self.direct.iter().any(|&level| callsite.level() >= level);
        match (direct, queued) {
            (false, false) => plan::OFF,
            (false, true) => plan::ON,
            (true, false) => plan::DIRECT,
            (true, true) => plan::DIRECT_AND_ON,
        }
    }

    /// The worker's handlers that want a callsite, as bits. Looked up once per callsite and configuration.
    #[inline]
    pub(crate) fn handlers(&self, callsite: &Callsite, info: &crate::callsite::info::Info) -> u32 {
        let known = info.route.load(Ordering::Relaxed);
        if (known >> 32) as u32 == self.generation {
            return known as u32;
        }
        let mut handlers = 0;
        for (index, &level) in self.queued.iter().enumerate() {
            if callsite.level() >= level {
                handlers |= 1 << index;
            }
        }
        info.route.store(u64::from(self.generation) << 32 | u64::from(handlers), Ordering::Relaxed);
        handlers
    }
}

/// The levels that hold now.
pub(crate) fn current() -> &'static Routes {
    static LAST_RESORT: Routes = Routes::LAST_RESORT;
    // SAFETY: null, or what `install` was given, which is never freed.
    unsafe { CURRENT.load(Ordering::Acquire).as_ref() }.unwrap_or(&LAST_RESORT)
}

/// Makes these the levels that hold, or goes back to the last resort. The caller rewrites the plans.
pub(crate) fn install(routes: Option<&'static Routes>) {
    let routes = routes.map_or(core::ptr::null_mut(), |routes| core::ptr::from_ref(routes).cast_mut());
    CURRENT.store(routes, Ordering::Release);
}
