//! Whether a statement makes sense, and what exactly it logs.
//!
//! All mistakes are reported at once. What is left is [`resolve::Resolved`], in which every hole knows its argument.

#[allow(dead_code, reason = "until the statements call it")]
pub(crate) mod key_use;
pub(crate) mod keys;
#[allow(dead_code, reason = "until the statements call it")]
pub(crate) mod nearest;
pub(crate) mod resolve;
#[allow(dead_code, reason = "until the statements call it")]
pub(crate) mod secrets;
#[allow(dead_code, reason = "until the statements call it")]
pub(crate) mod warning;
