//! Ranges, as serde has them: structs of their bounds.

use super::{Encoder, Kind, Loggable, field, named, unit};
use core::ops::{Range, RangeFrom, RangeFull, RangeInclusive, RangeTo, RangeToInclusive};

macro_rules! range {
    ($($type:ident: $($bound:ident $(($call:tt))?),*;)*) => {$(
        impl<T: Loggable> Loggable for $type<T> {
            const KIND: Kind =
                Kind::Struct(&named(stringify!($type), &const { [$(field::<T>(stringify!($bound))),*] }));
            fn encode(&self, encoder: &mut Encoder) {
                $(self.$bound $($call)?.encode(encoder);)*
            }
        }
    )*};
}

range! {
    Range: start, end;
    RangeInclusive: start(()), end(());
    RangeFrom: start;
    RangeTo: end;
    RangeToInclusive: end;
}

impl Loggable for RangeFull {
    const KIND: Kind = Kind::Struct(&unit("RangeFull"));
    fn encode(&self, _: &mut Encoder) {}
}
