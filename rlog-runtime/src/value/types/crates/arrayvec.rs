//! `arrayvec`: lists and strings of bounded length.

use super::{Deferred, Encoder, Kind, Loggable, Scalar, Shown};
use arrayvec::{ArrayString, ArrayVec};

impl<T: Loggable, const N: usize> Loggable for ArrayVec<T, N> {
    const KIND: Kind = <[T]>::KIND;
    fn encode(&self, encoder: &mut Encoder) {
        self.as_slice().encode(encoder);
    }
}

impl<const N: usize> Loggable for ArrayString<N> {
    const KIND: Kind = Kind::Str;
    fn encode(&self, encoder: &mut Encoder) {
        self.as_str().encode(encoder);
    }
}

impl<const N: usize> Scalar for ArrayString<N> {
    type Wire<'a> = &'a str;
    #[inline(always)]
    fn wire(&self) -> &str {
        self
    }
}

impl<const N: usize> Shown for ArrayString<N> {}
impl<const N: usize> Deferred for ArrayString<N> {}

#[cfg(all(test, feature = "output"))]
mod tests {
    use super::*;
    use crate::value::render::tests::{logged, sent};
    use std::string::ToString as _;

    #[test]
    fn they_are_lists_and_strings() {
        let text = ArrayString::<8>::from("text").expect("it fits");
        assert_eq!(logged(ArrayVec::from([1, 2])).to_string(), "[1, 2]");
        assert_eq!(logged([text]).to_string(), "[\"text\"]");
        assert_eq!(sent(text.wire()).to_string(), "text");
    }
}
