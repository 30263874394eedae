//! `bytes`: bytes that need not be text.

use super::{Encoder, Kind, Loggable, Scalar};
use bytes::{Bytes, BytesMut};

macro_rules! bytes {
    ($($type:ident)*) => {$(
        impl Loggable for $type {
            const KIND: Kind = Kind::Bytes;
            fn encode(&self, encoder: &mut Encoder) {
                encoder.bytes(self);
            }
        }

        impl Scalar for $type {
            type Wire<'a> = &'a [u8];
            #[inline(always)]
            fn wire(&self) -> &[u8] {
                self
            }
        }
    )*};
}

bytes! { Bytes BytesMut }

#[cfg(all(test, feature = "output"))]
mod tests {
    use super::*;
    use crate::value::render::tests::{logged, sent};
    use std::string::ToString as _;

    #[test]
    fn bytes_are_shown_escaped() {
        assert_eq!(logged(BytesMut::from(&b"a\0"[..])).to_string(), "a\\x00");
        assert_eq!(sent(Bytes::from_static(b"a\xff").wire()).to_string(), "a\\xff");
    }
}
