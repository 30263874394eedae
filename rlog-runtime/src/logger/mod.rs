//! Which callsites are on, and which handlers they go to.

#[cfg(feature = "output")]
pub(crate) mod directives;
mod handle;
#[cfg(feature = "output")]
pub(crate) mod routes;

pub use handle::{Logger, logger};
