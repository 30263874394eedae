//! Tuples of up to twelve values.

use super::{Encoder, Kind, Loggable, field};
use crate::value::kind::{Shape, Style};

macro_rules! tuple {
    ($($name:ident . $index:tt),+) => {
        impl<$($name: Loggable),+> Loggable for ($($name,)+) {
            const KIND: Kind = Kind::Struct(&Shape {
                name: "",
                style: Style::Tuple,
                fields: &const { [$(field::<$name>(stringify!($index))),+] },
            });
            fn encode(&self, encoder: &mut Encoder) {
                $(self.$index.encode(encoder);)+
            }
        }
    };
}

tuple!(A.0);
tuple!(A.0, B.1);
tuple!(A.0, B.1, C.2);
tuple!(A.0, B.1, C.2, D.3);
tuple!(A.0, B.1, C.2, D.3, E.4);
tuple!(A.0, B.1, C.2, D.3, E.4, F.5);
tuple!(A.0, B.1, C.2, D.3, E.4, F.5, G.6);
tuple!(A.0, B.1, C.2, D.3, E.4, F.5, G.6, H.7);
tuple!(A.0, B.1, C.2, D.3, E.4, F.5, G.6, H.7, I.8);
tuple!(A.0, B.1, C.2, D.3, E.4, F.5, G.6, H.7, I.8, J.9);
tuple!(A.0, B.1, C.2, D.3, E.4, F.5, G.6, H.7, I.8, J.9, K.10);
tuple!(A.0, B.1, C.2, D.3, E.4, F.5, G.6, H.7, I.8, J.9, K.10, L.11);
