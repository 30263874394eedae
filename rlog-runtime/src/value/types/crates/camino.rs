//! `camino`: paths that are UTF-8.

use super::{Deferred, Encoder, Kind, Loggable, Scalar, Shown};
use camino::{Utf8Path, Utf8PathBuf};

macro_rules! path {
    ($($type:ident)*) => {$(
        impl Loggable for $type {
            const KIND: Kind = Kind::Str;
            fn encode(&self, encoder: &mut Encoder) {
                self.as_str().encode(encoder);
            }
        }

        impl Scalar for $type {
            type Wire<'a> = &'a str;
            #[inline(always)]
            fn wire(&self) -> &str {
                self.as_str()
            }
        }

        impl Shown for $type {}
        impl Deferred for $type {}
    )*};
}

path! { Utf8Path Utf8PathBuf }

#[cfg(all(test, feature = "output"))]
mod tests {
    use super::*;
    use crate::value::render::tests::{logged, sent};
    use std::string::ToString as _;

    #[test]
    fn paths_are_strings() {
        assert_eq!(logged([Utf8PathBuf::from("/etc/\"x")]).to_string(), r#"["/etc/\"x"]"#);
        assert_eq!(sent(Utf8Path::new("a/b").wire()).to_string(), "a/b");
    }
}
