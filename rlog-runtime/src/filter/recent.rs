//! A map of so many entries at most, which forgets the one that was used least recently.

use core::fmt;
use std::vec::Vec;

/// Entries by a hash. It takes all its memory with the first entry, and none afterwards.
pub(super) struct Recent<V> {
    capacity: usize,
    /// Where the chain of each hash begins. A power of two, or nothing before the first entry.
    heads: Vec<u32>,
    entries: Vec<Entry<V>>,
    /// The ends of the list in the order of use.
    newest: u32,
    oldest: u32,
}

struct Entry<V> {
    hash: u64,
    value: V,
    /// The next entry of the same chain.
    chained: u32,
    newer: u32,
    older: u32,
}

/// No entry.
const NONE: u32 = u32::MAX;
/// The most entries that a map can be asked for.
const MAX_ENTRIES: usize = 1 << 24;

impl<V> Recent<V> {
    /// For `capacity` entries, from 1 to [`MAX_ENTRIES`].
    pub(super) fn new(capacity: usize) -> Self {
        let capacity = capacity.clamp(1, MAX_ENTRIES);
        Self { capacity, heads: Vec::new(), entries: Vec::new(), newest: NONE, oldest: NONE }
    }

    /// The entry of this hash, and whether it was made just now. It is now the most recent one.
    pub(super) fn entry(&mut self, hash: u64, make: impl FnOnce() -> V) -> (&mut V, bool) {
        let (index, is_new) = match self.find(hash) {
            Some(index) => {
                if self.newest != index {
                    self.unlink(index);
                    self.link(index);
                }
                (index, false)
            }
            None => (self.add(hash, make()), true),
        };
        (&mut self.entries[index as usize].value, is_new)
    }

    fn find(&self, hash: u64) -> Option<u32> {
        let mut next = *self.heads.get(self.chain(hash))?;
        loop {
            let entry = self.entries.get(next as usize)?;
            if entry.hash == hash {
                return Some(next);
            }
            next = entry.chained;
        }
    }

    /// The place in `heads` of a hash.
    fn chain(&self, hash: u64) -> usize {
        hash as usize & self.heads.len().wrapping_sub(1)
    }

    fn add(&mut self, hash: u64, value: V) -> u32 {
        if self.heads.is_empty() {
            self.heads.resize(self.capacity.next_power_of_two(), NONE);
            self.entries.reserve_exact(self.capacity);
        }
        let mut entry = Entry { hash, value, chained: NONE, newer: NONE, older: NONE };
        let index = if self.entries.len() < self.capacity { self.entries.len() as u32 } else { self.remove_oldest() };
        let chain = self.chain(hash);
        entry.chained = core::mem::replace(&mut self.heads[chain], index);
        match self.entries.get_mut(index as usize) {
            Some(place) => *place = entry,
            None => self.entries.push(entry),
        }
        self.link(index);
        index
    }

    /// Takes the oldest entry out of its chain and out of the list. Its place is free then.
    fn remove_oldest(&mut self) -> u32 {
        let oldest = self.oldest;
        self.unlink(oldest);
        let Entry { hash, chained, .. } = self.entries[oldest as usize];
        let chain = self.chain(hash);
        if self.heads[chain] == oldest {
            self.heads[chain] = chained;
            return oldest;
        }
        let mut before = self.heads[chain];
        while self.entries[before as usize].chained != oldest {
            before = self.entries[before as usize].chained;
        }
        self.entries[before as usize].chained = chained;
        oldest
    }

    fn unlink(&mut self, index: u32) {
        let Entry { newer, older, .. } = self.entries[index as usize];
        match self.entries.get_mut(newer as usize) {
            Some(entry) => entry.older = older,
            None => self.newest = older,
        }
        match self.entries.get_mut(older as usize) {
            Some(entry) => entry.newer = newer,
            None => self.oldest = newer,
        }
    }

    /// Makes an entry that is in no place of the list the newest.
    fn link(&mut self, index: u32) {
        let before = core::mem::replace(&mut self.newest, index);
        let entry = &mut self.entries[index as usize];
        (entry.newer, entry.older) = (NONE, before);
        match self.entries.get_mut(before as usize) {
            Some(entry) => entry.newer = index,
            None => self.oldest = index,
        }
    }
}

impl<V> fmt::Debug for Recent<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recent").field("entries", &self.entries.len()).field("capacity", &self.capacity).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_least_recently_used_is_forgotten() {
        let mut recent = Recent::new(2);
        for (hash, is_new) in
            [(1, true), (2, true), (1, false), (3, true), (1, false), (2, true), (3, true), (2, false)]
        {
            assert_eq!(recent.entry(hash, || hash), (&mut hash.clone(), is_new), "{hash}");
        }
    }

    #[test]
    fn memory_is_taken_once() {
        let mut recent = Recent::new(100);
        assert_eq!((recent.entries.capacity(), recent.heads.capacity()), (0, 0));
        recent.entry(0, || ());
        let taken = (recent.entries.capacity(), recent.heads.capacity());
        assert!((1..10_000).all(|hash| recent.entry(hash * 31, || ()).1));
        assert_eq!((recent.entries.capacity(), recent.heads.capacity()), taken);
    }

    proptest! {
        #[test]
        fn it_keeps_what_a_list_in_the_order_of_use_keeps(
            capacity in 1_usize..9,
            // Few chains and hashes that share them.
            hashes in proptest::collection::vec((0_u64..6, 0_u64..3).prop_map(|(low, high)| high << 32 | low), 0..200),
        ) {
            let mut recent = Recent::new(capacity);
            let mut model: Vec<(u64, usize)> = Vec::new();
            for (number, hash) in hashes.into_iter().enumerate() {
                let known = model.iter().position(|entry| entry.0 == hash).map(|at| model.remove(at));
                let expected = known.unwrap_or((hash, number));
                model.insert(0, expected);
                model.truncate(capacity);
                let (value, is_new) = recent.entry(hash, || number);
                prop_assert_eq!((*value, is_new), (expected.1, known.is_none()));
            }
        }
    }
}
