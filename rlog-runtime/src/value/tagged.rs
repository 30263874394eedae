//! Values that say themselves what they are, for types whose shape is known only at run time: one byte of tag, then the
//! bytes of the [`Kind`] that the tag stands for. Sequences and maps hold tagged values in turn.
//!
//! serde values are written so, and values of which something was replaced on their way to a handler.

use super::kind::{Kind, KindOf};

/// What follows. The numbers are the places in [`KINDS`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
#[cfg_attr(not(all(feature = "serde", feature = "output")), allow(dead_code, reason = "who writes needs the feature"))]
pub(crate) enum Tag {
    Null,
    Bool,
    Char,
    I64,
    U64,
    I128,
    U128,
    F32,
    F64,
    Str,
    Text,
    Bytes,
    Sequence,
    Map,
    Error,
    Duration,
    Time,
    /// The number of a [mirror](super::mirror) as `u32` follows, and then the fields or the variant.
    Mirror,
}

/// The [`KindOf`] a tagged value.
pub const TAGGED: KindOf = || &Kind::Tagged;

/// The kind behind a tag, which is never `Tagged` itself. `None` if there is no such tag, or for [`Tag::Mirror`].
#[cfg(feature = "output")]
pub(super) fn kind_behind(tag: u8) -> Option<&'static Kind> {
    KINDS.get(usize::from(tag))
}

#[cfg(feature = "output")]
static KINDS: [Kind; 17] = [
    Kind::Unit,
    Kind::Bool,
    Kind::Char,
    Kind::I64,
    Kind::U64,
    Kind::I128,
    Kind::U128,
    Kind::F32,
    Kind::F64,
    Kind::Str,
    Kind::Text,
    Kind::Bytes,
    Kind::Sequence(TAGGED),
    Kind::Map(TAGGED, TAGGED),
    Kind::Error,
    Kind::Duration,
    Kind::Time,
];

#[cfg(all(test, feature = "output"))]
mod tests {
    use super::*;
    use core::mem::discriminant;

    #[test]
    fn every_tag_stands_for_the_kind_of_its_name() {
        for (tag, kind) in [
            (Tag::Null, Kind::Unit),
            (Tag::Bool, Kind::Bool),
            (Tag::Char, Kind::Char),
            (Tag::I64, Kind::I64),
            (Tag::U64, Kind::U64),
            (Tag::I128, Kind::I128),
            (Tag::U128, Kind::U128),
            (Tag::F32, Kind::F32),
            (Tag::F64, Kind::F64),
            (Tag::Str, Kind::Str),
            (Tag::Text, Kind::Text),
            (Tag::Bytes, Kind::Bytes),
            (Tag::Sequence, Kind::Sequence(TAGGED)),
            (Tag::Map, Kind::Map(TAGGED, TAGGED)),
            (Tag::Error, Kind::Error),
            (Tag::Duration, Kind::Duration),
            (Tag::Time, Kind::Time),
        ] {
            let behind = kind_behind(tag as u8).expect("a kind");
            assert_eq!(discriminant(behind), discriminant(&kind), "{tag:?}");
        }
        assert_eq!(KINDS.len(), Tag::Mirror as usize);
        assert!(kind_behind(Tag::Mirror as u8).is_none());
    }
}
