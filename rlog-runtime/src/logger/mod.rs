//! Which callsites are on, and which handlers they go to.

#[cfg(feature = "output")]
pub(crate) mod directives;
mod handle;
#[cfg(feature = "output")]
pub(crate) mod names;
#[cfg(feature = "output")]
pub(crate) mod routes;
#[cfg(feature = "output")]
pub(crate) mod selector;
#[cfg(feature = "output")]
pub(crate) mod settings;
#[cfg(feature = "output")]
pub(crate) mod tree;

pub use handle::{Logger, logger};
