//! `either`: an enum as serde has it.

use super::super::{enumeration, field, newtype};
use super::{Encoder, Kind, Loggable};
use either::Either;

impl<L: Loggable, R: Loggable> Loggable for Either<L, R> {
    const KIND: Kind = Kind::Enum(&enumeration(
        "Either",
        &const { [newtype("Left", &const { [field::<L>("0")] }), newtype("Right", &const { [field::<R>("0")] })] },
    ));
    fn encode(&self, encoder: &mut Encoder) {
        match self {
            Self::Left(value) => {
                encoder.variant(0);
                value.encode(encoder);
            }
            Self::Right(value) => {
                encoder.variant(1);
                value.encode(encoder);
            }
        }
    }
}

#[cfg(all(test, feature = "output"))]
mod tests {
    use super::*;
    use crate::value::render::tests::logged;
    use std::string::ToString as _;

    #[test]
    fn both_sides_are_shown_with_their_name() {
        let sides: [Either<u8, &str>; 2] = [Either::Left(1), Either::Right("r")];
        assert_eq!(logged(sides).to_string(), "[Left(1), Right(\"r\")]");
    }
}
