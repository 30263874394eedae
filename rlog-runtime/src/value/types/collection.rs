//! Sequences, sets and maps.

use super::{Encoder, Kind, Loggable, element};
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, HashSet, LinkedList, VecDeque};
use std::vec::Vec;

macro_rules! sequence {
    ($([$($generics:tt)*] $type:ty),* $(,)?) => {$(
        impl<$($generics)*> Loggable for $type {
            const KIND: Kind = Kind::Sequence(element::<T>());
            fn encode(&self, encoder: &mut Encoder) {
                encoder.sequence(self.iter());
            }
        }
    )*};
}

sequence! {
    [T: Loggable] [T], [T: Loggable, const N: usize] [T; N], [T: Loggable] Vec<T>, [T: Loggable] VecDeque<T>,
    [T: Loggable] LinkedList<T>, [T: Loggable] BinaryHeap<T>, [T: Loggable] BTreeSet<T>, [T: Loggable, S] HashSet<T, S>,
}

macro_rules! map {
    ($([$($generics:tt)*] $type:ty),* $(,)?) => {$(
        impl<$($generics)*> Loggable for $type {
            const KIND: Kind = Kind::Map(element::<K>(), element::<V>());
            fn encode(&self, encoder: &mut Encoder) {
                encoder.map(self.iter());
            }
        }
    )*};
}

map! { [K: Loggable, V: Loggable] BTreeMap<K, V>, [K: Loggable, V: Loggable, S] HashMap<K, V, S> }
