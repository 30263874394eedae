//! Without the `output` feature records go nowhere; these take the place of the functions that would take them.

use crate::callsite::Callsite;
use crate::value::Wire;

macro_rules! emit {
    ($($name:ident($($value:ident: $type:ident),*);)*) => {$(
        /// Does nothing.
        #[doc(hidden)]
        #[inline(always)]
        #[allow(clippy::too_many_arguments, reason = "the same as the function that does something")]
        pub fn $name<$($type: Wire),*>(_callsite: &'static Callsite, $(_: $type),*) {
            $(let _ = $type::KIND;)*
            let _ = stringify!($($value)*);
        }
    )*};
}

emit! {
    emit0();
    emit1(a: A);
    emit2(a: A, b: B);
    emit3(a: A, b: B, c: C);
    emit4(a: A, b: B, c: C, d: D);
    emit5(a: A, b: B, c: C, d: D, e: E);
    emit6(a: A, b: B, c: C, d: D, e: E, f: F);
    emit7(a: A, b: B, c: C, d: D, e: E, f: F, g: G);
    emit8(a: A, b: B, c: C, d: D, e: E, f: F, g: G, h: H);
}
