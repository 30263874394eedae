//! The clock around a burst: the time stamp counter where there is one, `Instant` elsewhere.
//!
//! Plain `rdtsc`, as in quill's benchmark: about 10 ns a pair, so 0.5 ns of a burst of 20. It does not wait for
//! stores, which is why nothing here times a single call.
#![allow(unsafe_code)]

use std::time::{Duration, Instant};

/// Counter ticks; only differences mean anything, and only through [`Scale`].
#[inline(always)]
pub(crate) fn ticks() -> u64 {
    #[cfg(target_arch = "x86_64")]
    {
        // SAFETY: every x86_64 CPU has the instruction, and it touches no memory.
        unsafe { core::arch::x86_64::_rdtsc() }
    }
    #[cfg(not(target_arch = "x86_64"))]
    {
        use std::sync::LazyLock;
        static START: LazyLock<Instant> = LazyLock::new(Instant::now);
        START.elapsed().as_nanos() as u64
    }
}

/// Turns ticks into nanoseconds: opened before the measurement, closed after it.
pub(crate) struct Scale {
    instant: Instant,
    ticks: u64,
}

impl Scale {
    pub(crate) fn open() -> Self {
        Self { instant: Instant::now(), ticks: ticks() }
    }

    /// Nanoseconds per tick over the time since [`open`](Self::open), which should be some milliseconds at least.
    pub(crate) fn ns_per_tick(&self) -> f64 {
        let ns = self.instant.elapsed().as_nanos() as f64;
        ns / (ticks() - self.ticks).max(1) as f64
    }
}

/// Burns CPU for this long, so that the core stays awake and the library's worker can finish what it was given.
pub(crate) fn spin(duration: Duration) {
    let start = Instant::now();
    while start.elapsed() < duration {
        std::hint::spin_loop();
    }
}
