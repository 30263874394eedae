//! Values that must not be logged as they are: secrets, masks and keyed hashes.
//!
//! All of it acts while a value is encoded, on the caller's thread, so that the clear text is nowhere else: not in the
//! scratch stack, not in a ring, not in the worker and in no output. A `Display` is looked at piece by piece as it writes;
//! the little that has to be kept until its end is on the stack and overwritten behind it.

mod encode;
mod hash;
mod mask;
mod secret;
mod wipe;

#[cfg(feature = "output")]
pub(crate) use hash::configure;
pub use mask::Mask;
pub use secret::Secret;
