//! Whether a statement makes sense, and what exactly it logs.
//!
//! All mistakes are reported at once. What is left is [`resolve::Resolved`], in which every hole knows its argument.

pub(crate) mod key_use;
pub(crate) mod keys;
pub(crate) mod nearest;
pub(crate) mod resolve;
pub(crate) mod secrets;
pub(crate) mod warning;
