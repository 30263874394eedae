//! What is special about one logger, in a configuration.

use crate::filter::Filter;
use crate::handler::{HandlerBuilder, IntoHandler};
use crate::level::Level;
use core::fmt;
use std::boxed::Box;
use std::string::String;
use std::vec::Vec;

/// The settings of one logger and of those below it, for [`Builder::logger`](crate::Builder::logger). What is not set is that
/// of the logger above.
#[must_use = "settings do nothing unless they are returned"]
pub struct LoggerBuilder {
    pub(super) level: Option<Level>,
    pub(super) handlers: Vec<HandlerBuilder>,
    pub(super) shared: Vec<String>,
    pub(super) filters: Vec<Box<dyn Filter>>,
    pub(super) propagate: bool,
}

impl LoggerBuilder {
    pub(super) fn new() -> Self {
        Self { level: None, handlers: Vec::new(), shared: Vec::new(), filters: Vec::new(), propagate: true }
    }

    /// Lets through what is at least this severe.
    pub fn level(mut self, level: Level) -> Self {
        self.level = Some(level);
        self
    }

    /// Adds a handler for its records. They also go to those of the loggers above it, unless it does not
    /// [`propagate`](Self::propagate).
    pub fn handler(mut self, handler: impl IntoHandler) -> Self {
        self.handlers.push(handler.into_handler());
        self
    }

    /// Adds a handler that another logger has, or that was [defined](crate::Builder::define), by its
    /// [name](HandlerBuilder::name). A record goes to a handler once, however often it is named.
    pub fn share(mut self, handler: impl Into<String>) -> Self {
        self.shared.push(handler.into());
        self
    }

    /// Adds a filter that its records, and those of the loggers below it, have to pass on their way to any handler.
    pub fn filter(mut self, filter: impl Filter) -> Self {
        self.filters.push(Box::new(filter));
        self
    }

    /// Whether its records also go to the handlers of the loggers above it. They do if this is not called.
    pub fn propagate(mut self, propagate: bool) -> Self {
        self.propagate = propagate;
        self
    }
}

impl fmt::Debug for LoggerBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LoggerBuilder")
            .field("level", &self.level)
            .field("handlers", &self.handlers)
            .field("shared", &self.shared)
            .field("propagate", &self.propagate)
            .finish_non_exhaustive()
    }
}
