//! `indexmap`: maps and sets, in their order.

use super::{Encoder, Kind, Loggable};
use crate::value::encode::element;
use indexmap::{IndexMap, IndexSet};

impl<K: Loggable, V: Loggable, S> Loggable for IndexMap<K, V, S> {
    const KIND: Kind = Kind::Map(element::<K>(), element::<V>());
    fn encode(&self, encoder: &mut Encoder) {
        encoder.map(self.iter());
    }
}

impl<T: Loggable, S> Loggable for IndexSet<T, S> {
    const KIND: Kind = Kind::Sequence(element::<T>());
    fn encode(&self, encoder: &mut Encoder) {
        encoder.sequence(self.iter());
    }
}

#[cfg(all(test, feature = "output"))]
mod tests {
    use super::*;
    use crate::value::render::tests::logged;
    use std::hash::RandomState;
    use std::string::ToString as _;

    #[test]
    fn the_order_stays() {
        let map: IndexMap<_, _, RandomState> = [("z", 1), ("a", 2)].into_iter().collect();
        let set: IndexSet<_, RandomState> = [3, 1, 2].into_iter().collect();
        assert_eq!(logged(map).to_string(), "{\"z\": 1, \"a\": 2}");
        assert_eq!(logged(set).to_string(), "[3, 1, 2]");
    }
}
