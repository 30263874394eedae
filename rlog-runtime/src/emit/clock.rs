//! What time it is, read as cheaply as the machine allows and made into a date by the worker.
//!
//! A statement reads a counter: the processor's where it runs at one speed on all cores (the time-stamp counter of x86-64
//! with the *invariant* bit, Intel SDM volume 3, 19.17.1; the generic timer of AArch64), the monotonic clock elsewhere.
//! The worker converts by a line through pairs of counter and wall clock, which it keeps adjusting.

use crate::timestamp::Timestamp;
#[cfg(all(target_arch = "x86_64", not(miri)))]
use core::sync::atomic::{AtomicU8, Ordering};
use std::sync::OnceLock;
use std::time::{Duration, Instant, SystemTime};

/// The counter now. It does not go backwards on one thread, except where the hardware breaks its promise; the worker
/// makes up for that.
#[inline(always)]
pub(crate) fn ticks() -> u64 {
    #[cfg(all(target_arch = "x86_64", not(miri)))]
    {
        if SOURCE.load(Ordering::Relaxed) == COUNTER {
            // SAFETY: every x86-64 processor has the instruction, and user mode may run it unless the kernel forbids it,
            // in which case Linux offers no invariant counter either.
            return unsafe { core::arch::x86_64::_rdtsc() };
        }
        choose_source()
    }
    #[cfg(all(target_arch = "aarch64", not(miri)))]
    {
        let ticks: u64;
        // SAFETY: the virtual count register is readable in user mode on all systems that Rust's std supports.
        unsafe { core::arch::asm!("mrs {}, cntvct_el0", out(reg) ticks, options(nomem, nostack, preserves_flags)) };
        ticks
    }
    #[cfg(any(not(any(target_arch = "x86_64", target_arch = "aarch64")), miri))]
    monotonic()
}

/// Which clock [`ticks`] reads: [`COUNTER`], [`MONOTONIC`], or 0 while nobody has asked.
#[cfg(all(target_arch = "x86_64", not(miri)))]
static SOURCE: AtomicU8 = AtomicU8::new(0);
#[cfg(all(target_arch = "x86_64", not(miri)))]
const COUNTER: u8 = 1;
#[cfg(all(target_arch = "x86_64", not(miri)))]
const MONOTONIC: u8 = 2;

#[cfg(all(target_arch = "x86_64", not(miri)))]
#[cold]
#[inline(never)]
fn choose_source() -> u64 {
    if SOURCE.load(Ordering::Relaxed) == 0 {
        SOURCE.store(if has_invariant_counter() { COUNTER } else { MONOTONIC }, Ordering::Relaxed);
        return ticks();
    }
    monotonic()
}

#[cfg(all(target_arch = "x86_64", not(miri)))]
fn has_invariant_counter() -> bool {
    use core::arch::x86_64::__cpuid;
    const ADVANCED_POWER_MANAGEMENT: u32 = 0x8000_0007;
    #[allow(unused_unsafe, reason = "safe since Rust 1.93, unsafe in the oldest supported one")]
    // SAFETY: every x86-64 processor has the instruction.
    let (highest, flags) = unsafe {
        let highest = __cpuid(0x8000_0000).eax;
        (highest, if highest >= ADVANCED_POWER_MANAGEMENT { __cpuid(ADVANCED_POWER_MANAGEMENT).edx } else { 0 })
    };
    highest >= ADVANCED_POWER_MANAGEMENT && flags & (1 << 8) != 0
}

/// Nanoseconds of the monotonic clock.
#[cfg_attr(all(target_arch = "aarch64", not(miri)), allow(dead_code, reason = "there is always a counter"))]
fn monotonic() -> u64 {
    static START: OnceLock<Instant> = OnceLock::new();
    START.get_or_init(Instant::now).elapsed().as_nanos() as u64
}

/// The line by which ticks become dates. Owned by the worker.
#[derive(Debug)]
pub(crate) struct Calibration {
    /// A point of the line.
    ticks: u64,
    nanoseconds: i64,
    /// Its slope, in nanoseconds for 2^32 ticks.
    slope: u64,
    first: Sample,
    adjusted: Instant,
}

/// The three clocks at one moment.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sample {
    ticks: u64,
    monotonic: Instant,
    wall: i64,
}

impl Sample {
    pub(crate) fn take() -> Self {
        // The closest of a few, since the thread may lose its processor between the readings.
        let mut best = Self::once();
        for _ in 0..4 {
            let next = Self::once();
            if next.1 < best.1 {
                best = next;
            }
        }
        best.0
    }

    /// Whether it was taken less than a millisecond ago.
    pub(crate) fn is_recent(self) -> bool {
        self.monotonic.elapsed() < Duration::from_millis(1)
    }

    fn once() -> (Self, u64) {
        let before = ticks();
        let wall = Timestamp::from(SystemTime::now()).as_nanoseconds();
        let monotonic = Instant::now();
        let after = ticks();
        let width = after.wrapping_sub(before);
        (Self { ticks: before.wrapping_add(width / 2), monotonic, wall }, width)
    }
}

impl Calibration {
    /// A line through two moments, which should be a millisecond or more apart.
    pub(crate) fn new(first: Sample, second: Sample) -> Self {
        Self {
            ticks: second.ticks,
            nanoseconds: second.wall,
            slope: slope(first, second),
            first,
            adjusted: second.monotonic,
        }
    }

    /// The date of a reading. Readings before the last adjustment are fine.
    #[inline]
    pub(crate) fn timestamp(&self, ticks: u64) -> i64 {
        let passed = ticks.wrapping_sub(self.ticks).cast_signed();
        self.nanoseconds.wrapping_add(((i128::from(passed) * i128::from(self.slope)) >> 32) as i64)
    }

    /// Brings the line back to the wall clock, if the last time is long enough ago.
    pub(crate) fn adjust(&mut self) {
        if self.adjusted.elapsed() >= Self::INTERVAL {
            self.adjust_to(Sample::take());
        }
    }

    fn adjust_to(&mut self, now: Sample) {
        self.adjusted = now.monotonic;
        let expected = self.timestamp(now.ticks);
        let error = now.wall.saturating_sub(expected);
        let slope = slope(self.first, now);
        self.ticks = now.ticks;
        self.nanoseconds = expected;
        if error > Self::STEP {
            // Somebody set the clock forward, or the machine slept: follow.
            self.nanoseconds = now.wall;
            self.slope = slope;
        } else {
            // Never backwards: run faster or slower until the clocks meet, at half speed at the least.
            let correction = (error as f64 / Self::INTERVAL.as_nanos() as f64).clamp(-0.5, 0.5);
            self.slope = (slope as f64 * (1.0 + correction)) as u64;
        }
    }

    /// Two readings of the wall clock this far apart are enough to correct the line.
    const INTERVAL: Duration = Duration::from_millis(250);
    /// A wall clock that is further ahead was set; nanoseconds.
    const STEP: i64 = 50_000_000;
}

fn slope(first: Sample, second: Sample) -> u64 {
    let ticks = u128::from(second.ticks.wrapping_sub(first.ticks)).max(1);
    ((second.monotonic.duration_since(first.monotonic).as_nanos() << 32) / ticks) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(start: Sample, ticks: u64, monotonic_ms: u64, wall_ms: i64) -> Sample {
        Sample {
            ticks: start.ticks + ticks,
            monotonic: start.monotonic + Duration::from_millis(monotonic_ms),
            wall: start.wall + wall_ms * 1_000_000,
        }
    }

    fn start() -> Sample {
        Sample { ticks: 1_000, monotonic: Instant::now(), wall: 1_700_000_000_000_000_000 }
    }

    #[test]
    fn ticks_become_dates_on_the_line_through_the_samples() {
        let start = start();
        let line = Calibration::new(start, sample(start, 2_600_000, 1, 1));
        for (ticks, nanoseconds) in [(0, 0), (2_600_000, 1_000_000), (26_000_000, 10_000_000), (5_200, 2_000)] {
            let date = line.timestamp(start.ticks + ticks);
            assert!((date - start.wall - nanoseconds).abs() <= 10, "{ticks}: {}", date - start.wall);
        }
    }

    #[test]
    fn a_clock_set_forward_is_followed_at_once() {
        let start = start();
        let mut line = Calibration::new(start, sample(start, 1_000_000, 1, 1));
        let now = sample(start, 1_000_000_000, 1_000, 3_601_000);
        line.adjust_to(now);
        assert_eq!(line.timestamp(now.ticks), now.wall);
    }

    #[test]
    fn a_clock_set_back_never_makes_dates_go_backwards() {
        let start = start();
        let mut line = Calibration::new(start, sample(start, 1_000_000, 1, 1));
        let mut last = line.timestamp(start.ticks);
        // An hour back; then the line meets the clock again, after two hours at half speed.
        for second in 1..=9_000_i64 {
            let now = sample(start, second as u64 * 1_000_000_000, second as u64 * 1_000, second * 1_000 - 3_600_000);
            let before = line.timestamp(now.ticks);
            line.adjust_to(now);
            let after = line.timestamp(now.ticks);
            assert!(before > last && after >= before, "second {second}");
            last = after;
        }
        let wall = start.wall + (9_000 - 3_600) * 1_000_000_000;
        assert!((last - wall).abs() < 2_000_000, "{}", last - wall);
    }

    #[test]
    fn ticks_do_not_go_backwards() {
        let mut last = ticks();
        for _ in 0..1_000 {
            let now = ticks();
            assert!(now >= last);
            last = now;
        }
    }
}
