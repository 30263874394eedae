//! Rings of copies by key, within limits for all of them together.

use super::super::copies::Spares;
use super::order::Order;
use crate::record::{OwnedRecord, Record};
use std::collections::{HashMap, VecDeque};
use std::vec::Vec;

/// How much is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Limits {
    /// Of each key.
    pub(super) records: usize,
    /// Of all records.
    pub(super) bytes: usize,
    pub(super) keys: usize,
}

/// What is kept.
#[derive(Debug)]
pub(super) struct Store {
    pub(super) limits: Limits,
    /// The program has asked for it to be handed over.
    pub(super) is_wanted: bool,
    /// Places in `rings`, by key.
    index: HashMap<u64, usize>,
    rings: Vec<Ring>,
    /// Places in `rings` without a key.
    free: Vec<usize>,
    /// Of all rings.
    bytes: usize,
    /// Of the rings with a key.
    order: Order,
    spares: Spares,
}

/// The records of one key, oldest first.
#[derive(Debug, Default)]
struct Ring {
    key: u64,
    records: VecDeque<OwnedRecord>,
}

/// The most copies whose memory is kept although they are not in use.
const MOST_SPARES: usize = 1 << 10;

impl Store {
    /// One whose limits are not set yet.
    pub(super) fn new() -> Self {
        Self {
            limits: Limits { records: 0, bytes: 0, keys: 0 },
            is_wanted: false,
            index: HashMap::new(),
            rings: Vec::new(),
            free: Vec::new(),
            bytes: 0,
            order: Order::new(),
            spares: Spares::new(MOST_SPARES),
        }
    }

    /// Keeps a copy. What is beyond the limits gives way.
    pub(super) fn keep(&mut self, key: u64, record: &Record<'_>) {
        let place = match self.index.get(&key) {
            Some(&place) => place,
            None => self.add(key),
        };
        self.order.touch(place);
        let ring = &mut self.rings[place];
        let copy = if ring.records.len() >= self.limits.records
            && let Some(mut oldest) = ring.records.pop_front()
        {
            self.bytes -= oldest.size();
            oldest.replace(record);
            oldest
        } else {
            self.spares.copy(record)
        };
        self.bytes += copy.size();
        ring.records.push_back(copy);
        while self.bytes > self.limits.bytes {
            self.shrink(place);
        }
    }

    /// Moves the records of a key to the end of `to`.
    pub(super) fn release(&mut self, key: u64, to: &mut VecDeque<OwnedRecord>) {
        if let Some(&place) = self.index.get(&key) {
            let ring = &mut self.rings[place];
            self.bytes -= ring.records.iter().map(OwnedRecord::size).sum::<usize>();
            to.append(&mut ring.records);
            self.remove(place);
        }
    }

    /// Moves all records to the end of `to`, oldest first.
    pub(super) fn release_all(&mut self, to: &mut VecDeque<OwnedRecord>) {
        for ring in &mut self.rings {
            to.append(&mut ring.records);
        }
        to.make_contiguous().sort_by_key(OwnedRecord::sequence);
        self.index.clear();
        self.order.clear();
        self.free.clear();
        self.free.extend(0..self.rings.len());
        self.bytes = 0;
    }

    /// Takes back copies that were released.
    pub(super) fn recycle(&mut self, copies: &mut VecDeque<OwnedRecord>) {
        copies.drain(..).for_each(|copy| self.spares.give_back(copy));
    }

    pub(super) fn records(&self) -> Vec<OwnedRecord> {
        let mut all: Vec<_> = self.rings.iter().flat_map(|ring| ring.records.iter().cloned()).collect();
        all.sort_by_key(OwnedRecord::sequence);
        all
    }

    pub(super) fn len(&self) -> usize {
        self.rings.iter().map(|ring| ring.records.len()).sum()
    }

    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    #[cold]
    fn add(&mut self, key: u64) -> usize {
        while self.index.len() >= self.limits.keys
            && let Some(oldest) = self.order.oldest()
        {
            self.forget(oldest);
        }
        let place = self.free.pop().unwrap_or_else(|| {
            self.rings.push(Ring::default());
            self.rings.len() - 1
        });
        self.rings[place].key = key;
        self.index.insert(key, place);
        self.order.add(place);
        place
    }

    /// Makes room: a whole ring; or, if there is only the one at `place`, which was used just now, its oldest record.
    #[cold]
    fn shrink(&mut self, place: usize) {
        match self.order.oldest().filter(|&oldest| oldest != place) {
            Some(other) => self.forget(other),
            None => match self.rings[place].records.pop_front() {
                Some(oldest) => {
                    self.bytes -= oldest.size();
                    self.spares.give_back(oldest);
                }
                None => self.bytes = 0,
            },
        }
    }

    fn forget(&mut self, place: usize) {
        let mut records = core::mem::take(&mut self.rings[place].records);
        self.bytes -= records.iter().map(OwnedRecord::size).sum::<usize>();
        self.recycle(&mut records);
        self.rings[place].records = records;
        self.remove(place);
    }

    /// Takes its key from an empty ring.
    fn remove(&mut self, place: usize) {
        self.index.remove(&self.rings[place].key);
        self.order.remove(place);
        self.free.push(place);
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::lines::tests::record;
    use super::*;
    use crate::level::Level;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn it_keeps_the_last_of_each_key_within_all_limits(
            steps in proptest::collection::vec((0_u64..8, 0_u8..10), 0..200),
            records in 1_usize..5,
            keys in 1_usize..5,
            room in 1_usize..12,
        ) {
            let one = record(Level::INFO).to_owned().size();
            let limits = Limits { records, bytes: room * one + 1, keys };
            let mut store = Store { limits, ..Store::new() };
            let mut released = VecDeque::new();
            // By key, and with the number of the step that used it last.
            let mut model: Vec<(u64, u64, VecDeque<u64>)> = Vec::new();
            for (number, (key, action)) in (1..).zip(steps) {
                if action == 0 {
                    store.release(key, &mut released);
                    let place = model.iter().position(|ring| ring.0 == key);
                    let expected = place.map_or(VecDeque::new(), |place| model.remove(place).2);
                    let numbers: VecDeque<_> = released.iter().map(OwnedRecord::sequence).collect();
                    prop_assert_eq!(numbers, expected);
                    store.recycle(&mut released);
                } else {
                    store.keep(key, &Record { sequence: number, ..record(Level::INFO) });
                    if !model.iter().any(|ring| ring.0 == key) {
                        if model.len() == keys {
                            let oldest = (0..model.len()).min_by_key(|&place| model[place].1).expect("there are some");
                            model.remove(oldest);
                        }
                        model.push((key, 0, VecDeque::new()));
                    }
                    let place = model.iter().position(|ring| ring.0 == key).expect("it is there");
                    model[place].1 = number;
                    if model[place].2.len() == records {
                        model[place].2.pop_front();
                    }
                    model[place].2.push_back(number);
                    while model.iter().map(|ring| ring.2.len()).sum::<usize>() > room {
                        model.sort_by_key(|ring| ring.1);
                        if model.len() > 1 {
                            model.remove(0);
                        } else {
                            model[0].2.pop_front();
                        }
                    }
                }
                let mut expected: Vec<_> = model.iter().flat_map(|ring| ring.2.iter().copied()).collect();
                expected.sort_unstable();
                let kept: Vec<_> = store.records().iter().map(OwnedRecord::sequence).collect();
                prop_assert_eq!(kept, expected);
                prop_assert!(store.bytes() <= limits.bytes && store.index.len() <= keys);
                prop_assert_eq!(store.bytes(), store.len() * one);
            }
        }
    }

    /// It would take minutes if each new key cost a look at all others.
    #[test]
    fn a_new_key_takes_the_place_of_the_oldest_however_many_there_are() {
        let keys = 100_000;
        let limits = Limits { records: 1, bytes: usize::MAX, keys };
        let mut store = Store { limits, ..Store::new() };
        for number in 1..=3 * keys as u64 {
            store.keep(number, &Record { sequence: number, ..record(Level::INFO) });
        }
        let kept: Vec<_> = store.records().iter().map(OwnedRecord::sequence).collect();
        assert_eq!(kept, (2 * keys as u64 + 1..=3 * keys as u64).collect::<Vec<_>>());
    }

    #[test]
    fn a_record_larger_than_all_room_is_not_kept() {
        let mut store = Store { limits: Limits { records: 10, bytes: 1, keys: 1 }, ..Store::new() };
        store.keep(0, &record(Level::INFO));
        assert_eq!((store.len(), store.bytes()), (0, 0));
    }
}
