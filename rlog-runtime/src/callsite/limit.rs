//! Statements that hold themselves back: the first few, every so many-th, so many in a period.

use super::Callsite;
use core::sync::atomic::{AtomicPtr, AtomicU64, Ordering};
use std::sync::OnceLock;
use std::time::Instant;

/// How often one statement may be logged. A static beside the callsite; nothing is allocated, locked or hashed.
#[derive(Debug)]
pub struct Limit {
    /// The first so many pass.
    first: u64,
    /// Behind them, each so many-th passes; 0 is none if there is a `first`, and all if not.
    every: u64,
    /// So many pass in a period; 0 is no limit.
    at_most: u64,
    /// In nanoseconds.
    period: u64,
    /// How many there have been.
    count: AtomicU64,
    /// The number of the period, modulo 2^32, and below it how many have passed in it.
    window: AtomicU64,
    /// How many were held back since the last that passed, and ever.
    held_back: AtomicU64,
    total: AtomicU64,
    /// The statement, once it has held something back.
    callsite: AtomicPtr<Callsite>,
    /// The next limit of the list of those that have held something back.
    next: AtomicPtr<Self>,
}

/// All limits that have held something back. Only ever grows.
static LIST: AtomicPtr<Limit> = AtomicPtr::new(core::ptr::null_mut());
/// Ends the list, so that the last limit's `next` is not null and it is not listed twice.
static END: Limit = Limit::new();

impl Limit {
    /// None yet.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            first: 0,
            every: 0,
            at_most: 0,
            period: 1,
            count: AtomicU64::new(0),
            window: AtomicU64::new(u64::MAX),
            held_back: AtomicU64::new(0),
            total: AtomicU64::new(0),
            callsite: AtomicPtr::new(core::ptr::null_mut()),
            next: AtomicPtr::new(core::ptr::null_mut()),
        }
    }

    /// The first so many pass.
    #[must_use]
    pub const fn first(mut self, first: u64) -> Self {
        self.first = first;
        self
    }

    /// Each so many-th passes, counted behind those of [`Limit::first`]; alone, beginning with the first.
    #[must_use]
    pub const fn every(mut self, every: u64) -> Self {
        self.every = every;
        self
    }

    /// So many pass in a period of so many nanoseconds. Periods lie side by side, the first begins with the process.
    #[must_use]
    pub const fn at_most(mut self, at_most: u64, period: u64) -> Self {
        self.at_most = at_most;
        self.period = if period == 0 { 1 } else { period };
        self
    }

    /// Whether the statement may be logged now. `Some` holds how many were held back since it was last, if any.
    pub fn pass(&'static self, callsite: &'static Callsite) -> Option<Option<u64>> {
        static START: OnceLock<Instant> = OnceLock::new();
        let now = if self.at_most == 0 { 0 } else { START.get_or_init(Instant::now).elapsed().as_nanos() as u64 };
        let passed = self.pass_at(now);
        if passed.is_none() {
            self.callsite.store(core::ptr::from_ref(callsite).cast_mut(), Ordering::Relaxed);
            self.list();
        }
        passed
    }

    /// [`Limit::pass`] at a time in nanoseconds.
    fn pass_at(&self, now: u64) -> Option<Option<u64>> {
        if self.is_chosen() && self.has_room(now) {
            let held_back = self.held_back.swap(0, Ordering::Relaxed);
            return Some((held_back > 0).then_some(held_back));
        }
        self.held_back.fetch_add(1, Ordering::Relaxed);
        self.total.fetch_add(1, Ordering::Relaxed);
        None
    }

    /// Whether it is one of the first, or the so many-th. Counts.
    fn is_chosen(&self) -> bool {
        if self.first == 0 && self.every == 0 {
            return true;
        }
        // More than 2^64 events do not happen: at one in a nanosecond they take 584 years.
        let number = self.count.fetch_add(1, Ordering::Relaxed);
        match number.checked_sub(self.first) {
            None => true,
            // Alone, the first of so many passes; behind the first ones, the last.
            Some(behind) => self.every > 0 && (behind + u64::from(self.first > 0)) % self.every == 0,
        }
    }

    /// Whether there is room in the period, which is taken then.
    fn has_room(&self, now: u64) -> bool {
        if self.at_most == 0 {
            return true;
        }
        let period = (now / self.period) & u64::from(u32::MAX);
        let next = |window: u64| {
            let passed = if window >> 32 == period && window != u64::MAX { window & u64::from(u32::MAX) } else { 0 };
            (passed < self.at_most).then_some(period << 32 | (passed + 1))
        };
        self.window.fetch_update(Ordering::Relaxed, Ordering::Relaxed, next).is_ok()
    }

    /// Puts it into the list, once.
    fn list(&'static self) {
        let this = core::ptr::from_ref(self).cast_mut();
        let mut first = LIST.load(Ordering::Relaxed);
        let end = core::ptr::from_ref(&END).cast_mut();
        let next = |first: *mut Self| if first.is_null() { end } else { first };
        // The thread that sets `next` for the first time is the one that puts it into the list.
        let claimed =
            self.next.compare_exchange(core::ptr::null_mut(), next(first), Ordering::Relaxed, Ordering::Relaxed);
        if claimed.is_err() {
            return;
        }
        while let Err(other) = LIST.compare_exchange_weak(first, this, Ordering::Release, Ordering::Relaxed) {
            first = other;
            self.next.store(next(first), Ordering::Relaxed);
        }
    }
}

impl Default for Limit {
    fn default() -> Self {
        Self::new()
    }
}

/// The statements whose limits have held something back, each with how many events that were. A statement that decides its
/// level or target when it runs is named by the last that it was run with.
#[cfg(feature = "output")]
pub(crate) fn held_back() -> impl Iterator<Item = (&'static Callsite, u64)> {
    let mut next = LIST.load(Ordering::Acquire);
    core::iter::from_fn(move || {
        // SAFETY: the list holds `'static` limits, published with `Release`; it ends with `END`, or is empty.
        let limit = unsafe { next.as_ref() }?;
        next = limit.next.load(Ordering::Relaxed);
        // SAFETY: null only in `END`; else `pass` stored a `'static` callsite before it listed the limit.
        let callsite = unsafe { limit.callsite.load(Ordering::Relaxed).as_ref() }?;
        Some((callsite, limit.total.load(Ordering::Relaxed)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::vec::Vec;

    fn passes(limit: &Limit, times: impl IntoIterator<Item = u64>) -> Vec<Option<Option<u64>>> {
        times.into_iter().map(|now| limit.pass_at(now)).collect()
    }

    #[test]
    fn the_first_ones_pass() {
        assert_eq!(passes(&Limit::new().first(2), [0; 4]), [Some(None), Some(None), None, None]);
    }

    #[test]
    fn every_so_many_th_passes_and_says_how_many_did_not() {
        let expected = [Some(None), None, None, Some(Some(2)), None, None, Some(Some(2))];
        assert_eq!(passes(&Limit::new().every(3), [0; 7]), expected);
        let expected = [Some(None), Some(None), None, Some(Some(1)), None, Some(Some(1))];
        assert_eq!(passes(&Limit::new().first(2).every(2), [0; 6]), expected);
    }

    #[test]
    fn a_period_has_room_for_so_many() {
        let limit = Limit::new().at_most(2, 100);
        assert_eq!(passes(&limit, [0, 50, 99, 99]), [Some(None), Some(None), None, None]);
        assert_eq!(passes(&limit, [100, 150, 199]), [Some(Some(2)), Some(None), None]);
        assert_eq!(passes(&limit, [10_000]), [Some(Some(1))]);
        // The number of the period wraps around without harm.
        assert_eq!(passes(&Limit::new().at_most(1, 1), [u64::MAX, u64::MAX]), [Some(None), None]);
    }

    #[test]
    fn threads_share_the_room_of_a_period() {
        static LIMIT: Limit = Limit::new().at_most(1_000, u64::MAX);
        static SITE: Callsite = Callsite::new(crate::Level::INFO, 0, 1, "m.a\u{1f}f");
        let passed: usize = std::thread::scope(|scope| {
            let threads: Vec<_> =
                (0..4).map(|_| scope.spawn(|| (0..1_000).filter(|_| LIMIT.pass(&SITE).is_some()).count())).collect();
            threads.into_iter().map(|thread| thread.join().expect("no panic")).sum()
        });
        assert_eq!(passed, 1_000);
        assert_eq!(LIMIT.total.load(Ordering::Relaxed), 3_000);
        #[cfg(feature = "output")]
        assert!(held_back().any(|(site, total)| core::ptr::eq(site, &raw const SITE) && total == 3_000));
    }
}
