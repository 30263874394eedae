//! A handler that does nothing.

use super::{Handler, HandlerBuilder, HandlerError, IntoHandler, Opened, handler_settings};
use crate::format::Formatter;
use crate::record::Record;
use std::vec::Vec;

/// Takes records and does nothing with them. They are not formatted either, unless a formatter is set.
///
/// For configurations that turn a handler off, and for measuring what comes before a handler.
///
/// ```
/// use rlog_runtime::{Json, Null};
///
/// let unformatted = Null::new();
/// let formatted = Null::new().formatter(Json::new());
/// ```
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Null;

impl Null {
    /// A handler that does nothing.
    #[must_use]
    pub fn new() -> Self {
        Self
    }
}

handler_settings!(Null);

impl IntoHandler for Null {
    fn into_handler(self) -> HandlerBuilder {
        HandlerBuilder::opened_by("null", || Ok(Opened::new(OpenNull, Unformatted)))
    }
}

#[derive(Debug)]
struct OpenNull;

impl Handler for OpenNull {
    fn emit(&mut self, _: &Record<'_>, _: &[u8]) -> Result<(), HandlerError> {
        Ok(())
    }
}

/// The formatter of handlers that do not look at lines: writes nothing.
#[derive(Debug)]
pub(super) struct Unformatted;

impl Formatter for Unformatted {
    fn format(&self, _: &Record<'_>, _: &mut Vec<u8>) {}
}
