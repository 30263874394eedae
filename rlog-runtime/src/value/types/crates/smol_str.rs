//! `smol_str`: a string.

use super::{Deferred, Encoder, Kind, Loggable, Scalar, Shown};
use smol_str::SmolStr;

impl Loggable for SmolStr {
    const KIND: Kind = Kind::Str;
    fn encode(&self, encoder: &mut Encoder) {
        self.as_str().encode(encoder);
    }
}

impl Scalar for SmolStr {
    type Wire<'a> = &'a str;
    #[inline(always)]
    fn wire(&self) -> &str {
        self
    }
}

impl Shown for SmolStr {}
impl Deferred for SmolStr {}

#[cfg(all(test, feature = "output"))]
mod tests {
    use super::*;
    use crate::value::render::tests::{logged, sent};
    use std::string::ToString as _;

    #[test]
    fn it_is_a_string() {
        assert_eq!(logged([SmolStr::new("text")]).to_string(), "[\"text\"]");
        assert_eq!(sent(SmolStr::new("text").wire()).to_string(), "text");
    }
}
