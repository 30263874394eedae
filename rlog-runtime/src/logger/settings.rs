//! Settings that may be for good or for a while: levels by logger, switches by statements.
//!
//! Whoever makes a setting may say afterwards how long it holds, and others may have made theirs by then. So what was set
//! before for the same key is kept beneath it for as long as it may be needed again, and each setting ends at its own time,
//! whatever has been set since. Changed under the lock of the service only.

use core::time::Duration;
use std::sync::{Arc, Weak};
use std::vec::Vec;

/// Settings, oldest first. Of several for one key the newest holds.
#[derive(Clone, Debug)]
pub(crate) struct Settings<K, V> {
    settings: Vec<Setting<K, V>>,
}

/// The right to say how long a setting holds. Once it is gone, what has no end holds for good.
#[derive(Debug)]
pub(crate) struct Change(Arc<()>);

#[derive(Clone, Debug)]
struct Setting<K, V> {
    key: K,
    value: V,
    /// `None` is until further notice.
    until: Option<Duration>,
    /// That of whoever made it.
    change: Weak<()>,
}

impl<K, V> Setting<K, V> {
    fn is_for_good(&self) -> bool {
        self.until.is_none() && self.change.strong_count() == 0
    }

    /// Whether an older one of the same key can never hold again.
    fn outlasts(&self, older: &Self) -> bool {
        self.is_for_good() || self.until.zip(older.until).is_some_and(|(until, older)| older <= until)
    }
}

impl<K: PartialEq, V> Settings<K, V> {
    pub(crate) const fn new() -> Self {
        Self { settings: Vec::new() }
    }

    /// Makes a setting. It holds at once, whatever was set before.
    pub(crate) fn set(&mut self, key: K, value: V) -> Change {
        self.tidy();
        let change = Change(Arc::new(()));
        self.settings.push(Setting { key, value, until: None, change: Arc::downgrade(&change.0) });
        change
    }

    /// Says how long a setting holds. Nothing happens if it is gone, since the key has been set for good or forgotten.
    pub(crate) fn end_at(&mut self, change: &Change, until: Duration) {
        if let Some(setting) =
            self.settings.iter_mut().find(|setting| setting.change.as_ptr() == Arc::as_ptr(&change.0))
        {
            setting.until = Some(until);
            self.tidy();
        }
    }

    /// Forgets all that is set for a key.
    pub(crate) fn forget(&mut self, key: &K) {
        self.settings.retain(|setting| setting.key != *key);
    }

    pub(crate) fn clear(&mut self) {
        self.settings.clear();
    }

    /// All of them, oldest first.
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = (&K, &V)> {
        self.settings.iter().map(|setting| (&setting.key, &setting.value))
    }

    /// Takes out those that hold for good, of each key at most one. Those that are left of the key came later.
    pub(crate) fn take_lasting(&mut self) -> Vec<(K, V)> {
        self.tidy();
        let lasting = self.settings.extract_if(.., |setting| setting.is_for_good());
        lasting.map(|setting| (setting.key, setting.value)).collect()
    }

    /// Keeps those only that hold for a while, and that nothing without an end covers.
    pub(crate) fn keep_passing(&mut self) {
        self.keep(|setting, newer| setting.until.is_some() && newer.iter().all(|newer| newer.until.is_some()));
    }

    /// Forgets what has held long enough. Whether there was any.
    pub(crate) fn expire(&mut self, now: Duration) -> bool {
        let before = self.settings.len();
        self.settings.retain(|setting| setting.until.is_none_or(|until| until > now));
        self.settings.len() < before
    }

    /// When something ceases to hold next.
    pub(crate) fn next_expiry(&self) -> Option<Duration> {
        self.settings.iter().filter_map(|setting| setting.until).min()
    }

    /// Forgets what can never hold again.
    fn tidy(&mut self) {
        self.keep(|setting, newer| !newer.iter().any(|newer| newer.outlasts(setting)));
    }

    /// Keeps those of which `keeps` says so, who is shown the newer ones of the same key, too.
    fn keep(&mut self, keeps: impl Fn(&Setting<K, V>, &[&Setting<K, V>]) -> bool) {
        let mut newer = Vec::new();
        let are_kept: Vec<bool> = (0..self.settings.len())
            .map(|index| {
                let setting = &self.settings[index];
                newer.clear();
                newer.extend(self.settings[index + 1..].iter().filter(|newer| newer.key == setting.key));
                keeps(setting, &newer)
            })
            .collect();
        let mut are_kept = are_kept.into_iter();
        self.settings.retain(|_| are_kept.next().unwrap_or_default());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Levels = Settings<&'static str, u8>;

    fn minutes(minutes: u64) -> Duration {
        Duration::from_secs(60 * minutes)
    }

    fn value(levels: &Levels, key: &str) -> Option<u8> {
        levels.iter().rev().find(|(known, _)| **known == key).map(|(_, value)| *value)
    }

    /// Sets a value for a while.
    fn set_until(levels: &mut Levels, key: &'static str, value: u8, until: Duration) {
        let change = levels.set(key, value);
        levels.end_at(&change, until);
    }

    #[test]
    fn an_end_that_is_said_late_does_not_touch_what_was_set_meanwhile() {
        let mut levels = Levels::new();
        let early = levels.set("a", 1);
        let late = levels.set("a", 2);
        levels.end_at(&early, minutes(1));
        assert_eq!(value(&levels, "a"), Some(2));
        assert!(levels.expire(minutes(1)));
        drop((early, late));
        assert_eq!((value(&levels, "a"), levels.take_lasting()), (Some(2), Vec::from([("a", 2)])));
    }

    #[test]
    fn each_of_two_that_overlap_ends_at_its_own_time() {
        let mut levels = Levels::new();
        let (first, second) = (levels.set("a", 1), levels.set("a", 2));
        levels.end_at(&first, minutes(10));
        levels.end_at(&second, minutes(5));
        assert_eq!((value(&levels, "a"), levels.next_expiry()), (Some(2), Some(minutes(5))));
        assert!(levels.expire(minutes(5)));
        assert_eq!(value(&levels, "a"), Some(1));
        assert!(!levels.expire(minutes(9)) && levels.expire(minutes(10)));
        assert_eq!((value(&levels, "a"), levels.next_expiry()), (None, None));
    }

    #[test]
    fn what_holds_for_good_ends_what_was_set_before_and_an_end_for_that_comes_too_late() {
        let mut levels = Levels::new();
        set_until(&mut levels, "a", 1, minutes(10));
        let covered = levels.set("a", 2);
        drop(levels.set("a", 3));
        assert_eq!(levels.take_lasting(), [("a", 3)]);
        levels.end_at(&covered, minutes(5));
        assert_eq!((levels.iter().count(), levels.next_expiry()), (0, None));
    }

    #[test]
    fn one_that_ends_no_later_than_a_newer_one_of_its_key_is_not_kept() {
        let mut levels = Levels::new();
        set_until(&mut levels, "b", 9, minutes(1));
        for minute in 1..100 {
            set_until(&mut levels, "a", 1, minutes(minute));
        }
        assert_eq!(levels.iter().count(), 2);
        set_until(&mut levels, "a", 2, minutes(5));
        assert_eq!((levels.iter().count(), value(&levels, "a")), (3, Some(2)));
    }

    #[test]
    fn what_passes_is_kept_unless_it_is_covered_by_what_has_no_end() {
        let mut levels = Levels::new();
        set_until(&mut levels, "a", 1, minutes(10));
        let open = levels.set("a", 2);
        set_until(&mut levels, "a", 3, minutes(5));
        set_until(&mut levels, "b", 4, minutes(5));
        levels.keep_passing();
        assert_eq!(levels.iter().map(|(key, value)| (*key, *value)).collect::<Vec<_>>(), [("a", 3), ("b", 4)]);
        drop(open);
    }

    #[test]
    fn what_is_forgotten_does_not_come_back_when_its_end_is_said() {
        let mut levels = Levels::new();
        let change = levels.set("a", 1);
        levels.forget(&"a");
        levels.end_at(&change, minutes(1));
        assert_eq!((value(&levels, "a"), levels.next_expiry()), (None, None));
    }
}
