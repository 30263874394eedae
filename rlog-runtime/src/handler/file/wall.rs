//! The clock on the wall, which a test can set.

use crate::timestamp::Timestamp;
use std::time::SystemTime;

/// Tells what time it is. Clones agree.
#[derive(Clone, Debug, Default)]
pub(super) struct Wall {
    /// Nanoseconds since the epoch, if a test sets it.
    #[cfg(test)]
    manual: Option<std::sync::Arc<std::sync::atomic::AtomicI64>>,
}

impl Wall {
    /// In nanoseconds since the epoch.
    pub(super) fn now(&self) -> i64 {
        #[cfg(test)]
        if let Some(manual) = &self.manual {
            return manual.load(std::sync::atomic::Ordering::Relaxed);
        }
        Timestamp::from(SystemTime::now()).as_nanoseconds()
    }

    /// Whether a test has it in its hands.
    #[allow(clippy::unused_self, reason = "without tests there is no other")]
    pub(super) fn is_manual(&self) -> bool {
        #[cfg(test)]
        return self.manual.is_some();
        #[cfg(not(test))]
        false
    }
}

#[cfg(test)]
impl Wall {
    /// A clock that stands still.
    pub(super) fn manual(seconds: i64) -> Self {
        let wall = Self { manual: Some(std::sync::Arc::default()) };
        wall.set(seconds);
        wall
    }

    pub(super) fn set(&self, seconds: i64) {
        if let Some(manual) = &self.manual {
            manual.store(seconds * 1_000_000_000, std::sync::atomic::Ordering::Relaxed);
        }
    }

    pub(super) fn seconds(&self) -> i64 {
        self.now().div_euclid(1_000_000_000)
    }
}
