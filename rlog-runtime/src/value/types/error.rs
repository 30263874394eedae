//! Errors: the error's text and those of its sources.

use super::{Encoder, Kind, Loggable, Scalar, Shown};
use crate::value::wire::ErrorText;
use core::error::Error;

macro_rules! error {
    ($([$($generics:tt)*] $type:ty,)*) => {$(
        impl<$($generics)*> Loggable for $type {
            const KIND: Kind = Kind::Error;
            fn encode(&self, encoder: &mut Encoder) {
                encoder.error(&self, None);
            }
        }

        impl<$($generics)*> Scalar for $type {
            type Wire<'a> = ErrorText where Self: 'a;
            fn wire(&self) -> ErrorText {
                ErrorText::chain(self)
            }
        }

        impl<$($generics)*> Shown for $type {}
    )*};
    ($($type:ty),* $(,)?) => { error! { $([] $type,)* } };
}

error! {
    ['e] dyn Error + 'e,
    ['e] dyn Error + Send + 'e,
    ['e] dyn Error + Sync + 'e,
    ['e] dyn Error + Send + Sync + 'e,
}

error! {
    core::array::TryFromSliceError, core::char::CharTryFromError, core::char::DecodeUtf16Error,
    core::char::ParseCharError, core::fmt::Error, core::net::AddrParseError, core::num::ParseFloatError,
    core::num::ParseIntError, core::num::TryFromIntError, core::str::ParseBoolError, core::str::Utf8Error,
    std::collections::TryReserveError, std::env::VarError, std::ffi::FromBytesUntilNulError,
    std::ffi::FromBytesWithNulError, std::ffi::IntoStringError, std::ffi::NulError, std::io::Error,
    std::string::FromUtf8Error, std::string::FromUtf16Error, std::sync::mpsc::RecvError,
    std::sync::mpsc::RecvTimeoutError, std::sync::mpsc::TryRecvError, std::thread::AccessError,
    std::time::SystemTimeError,
}

super::displayed! { std::io::ErrorKind }
