//! `smallvec`: lists.

use super::{Encoder, Kind, Loggable};
use smallvec::{Array, SmallVec};

impl<A: Array<Item: Loggable>> Loggable for SmallVec<A> {
    const KIND: Kind = <[A::Item]>::KIND;
    fn encode(&self, encoder: &mut Encoder) {
        self.as_slice().encode(encoder);
    }
}

#[cfg(all(test, feature = "output"))]
mod tests {
    use super::*;
    use crate::value::render::tests::logged;
    use std::string::ToString as _;

    #[test]
    fn it_is_a_list() {
        assert_eq!(logged(SmallVec::<[u8; 1]>::from_slice(&[1, 2])).to_string(), "[1, 2]");
    }
}
