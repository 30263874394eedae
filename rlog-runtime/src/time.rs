//! Monotonic time that a test can hold still.

use core::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

/// Tells how much time has passed since some moment in the past. Clones agree.
#[derive(Clone, Debug, Default)]
pub(crate) struct Clock {
    /// Nanoseconds, if a test moves it.
    manual: Option<Arc<AtomicU64>>,
}

impl Clock {
    /// The system's monotonic clock.
    pub(crate) const fn system() -> Self {
        Self { manual: None }
    }

    /// A clock that stands still unless it is [advanced](Clock::advance).
    #[cfg(test)]
    pub(crate) fn manual() -> Self {
        Self { manual: Some(Arc::new(AtomicU64::new(0))) }
    }

    /// Moves a manual clock.
    #[cfg(test)]
    pub(crate) fn advance(&self, by: Duration) {
        if let Some(manual) = &self.manual {
            manual.fetch_add(by.as_nanos() as u64, Ordering::Relaxed);
        }
    }

    pub(crate) fn now(&self) -> Duration {
        static START: OnceLock<Instant> = OnceLock::new();
        match &self.manual {
            Some(manual) => Duration::from_nanos(manual.load(Ordering::Relaxed)),
            None => START.get_or_init(Instant::now).elapsed(),
        }
    }
}
