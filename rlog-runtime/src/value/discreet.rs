//! Types that may have a key that looks like a secret.

use super::probe::Probe;
use crate::Redacted;

/// A type of which nothing is logged that a reader should not know.
pub trait Discreet {}

impl<T: Redacted + ?Sized> Discreet for T {}

/// Whether there is a password is none.
impl Discreet for bool {}

/// Takes the call that would use a deprecated method of the same name otherwise.
pub trait Level {
    /// Nothing.
    fn in_clear(&self) {}
}

impl<T: Discreet + ?Sized> Level for &Probe<'_, T> {}
