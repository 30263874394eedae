//! Stands in for the trait of this name until it is merged.

/// Nothing of the value is logged.
pub trait Redacted {}

impl<T: Redacted + ?Sized> Redacted for &T {}
