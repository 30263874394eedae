//! Values that must not be logged as they are: secrets, masks and keyed hashes, and rules for what nobody knew of.
//!
//! What a type says of itself acts while a value is encoded, on the caller's thread, so that the clear text is nowhere else: not in the
//! scratch stack, not in a ring, not in the worker and in no output. A `Display` is looked at piece by piece as it writes;
//! the little that has to be kept until its end is on the stack and overwritten behind it.
//!
//! The rules of a [`Redaction`] act on the worker, or on the caller's thread for handlers that are `sync`, before a handler's
//! formatter and the handler itself see a record; see [`rewrite`](crate::rewrite).

mod encode;
mod hash;
#[cfg(feature = "output")]
pub(crate) mod keys;
mod mask;
#[cfg(feature = "output")]
mod path;
#[cfg(all(feature = "output", feature = "regex"))]
mod pattern;
#[cfg(feature = "output")]
mod redaction;
#[cfg(feature = "output")]
mod replacement;
#[cfg(feature = "output")]
mod rule;
#[cfg(feature = "output")]
pub(crate) mod scan;
mod secret;
#[cfg(feature = "output")]
pub(crate) mod secret_keys;
mod wipe;

#[cfg(feature = "output")]
pub(crate) use hash::configure;
pub use mask::Mask;
#[cfg(all(feature = "output", feature = "regex"))]
pub use pattern::PatternError;
#[cfg(feature = "output")]
pub(crate) use replacement::REDACTED as REPLACED;
pub use secret::Secret;
#[cfg(feature = "output")]
pub use {redaction::Redaction, replacement::Replacement, rule::Rule, scan::Scanner};
