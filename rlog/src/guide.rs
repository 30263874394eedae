//! How to use rlog, subject by subject.
//!
//! The macros have the short form of all this: [`info!`](crate::info) lists everything that can be written in a statement,
//! [`Loggable`](macro@crate::Loggable) all attributes.

#[doc = include_str!("../docs/statements.md")]
pub mod statements {}

#[doc = include_str!("../docs/fields_and_values.md")]
pub mod fields_and_values {}

#[doc = include_str!("../docs/levels_and_floors.md")]
pub mod levels_and_floors {}

#[cfg(feature = "output")]
#[doc = include_str!("../docs/loggers.md")]
pub mod loggers {}

#[doc = include_str!("../docs/handlers.md")]
pub mod handlers {}

#[cfg(feature = "output")]
#[doc = include_str!("../docs/files.md")]
pub mod files {}

#[doc = include_str!("../docs/formatters.md")]
pub mod formatters {}

#[doc = include_str!("../docs/derive.md")]
pub mod derive {}

#[cfg(feature = "output")]
#[doc = include_str!("../docs/redaction.md")]
pub mod redaction {}

#[doc = include_str!("../docs/schema.md")]
pub mod schema {}

#[doc = include_str!("../docs/filters.md")]
pub mod filters {}

#[cfg(feature = "testing")]
#[doc = include_str!("../docs/testing.md")]
pub mod testing {}

#[doc = include_str!("../docs/configuration.md")]
pub mod configuration {}

#[doc = include_str!("../docs/moving_from_tracing.md")]
pub mod moving_from_tracing {}

#[doc = include_str!("../docs/moving_from_log.md")]
pub mod moving_from_log {}
