//! A value that is never shown.

use crate::value::{Encoder, Kind, Loggable, REDACTED, Redacted};
use core::fmt;

/// A value that no log, `Debug` or message shows: wherever it is logged, `<redacted>` stands instead.
///
/// It has no `Display`, and `%secret`, `?secret` and `{secret}` do not compile. [`Secret::expose`] is the only way to the
/// value, so that every use can be found. The memory of the value is not overwritten when it is dropped.
///
/// ```
/// use rlog_runtime::Secret;
///
/// let password = Secret::new(String::from("hunter2"));
/// assert_eq!(format!("{password:?}"), "Secret(<redacted>)");
/// assert_eq!(password.expose(), "hunter2");
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Secret<T>(T);

impl<T> Secret<T> {
    /// Hides a value.
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// The value, in clear.
    pub const fn expose(&self) -> &T {
        &self.0
    }

    /// The value, in clear, no longer hidden.
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T> From<T> for Secret<T> {
    fn from(value: T) -> Self {
        Self(value)
    }
}

impl<T> fmt::Debug for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secret({REDACTED})")
    }
}

impl<T> Loggable for Secret<T> {
    const KIND: Kind = Kind::Text;
    fn encode(&self, encoder: &mut Encoder) {
        encoder.redacted();
    }
}

impl<T> Redacted for Secret<T> {}
