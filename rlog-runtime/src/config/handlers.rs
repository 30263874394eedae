//! Changes of handlers that are in service, by their names.

use super::service::{self, Service};
use crate::filter::Filter;
use crate::format::Formatter;
use crate::handler::{Breaker, Controls};
use crate::level::Level;
use crate::redact::Redaction;
use crate::rewrite::Limits;
use crate::stats::HandlerStats;
use std::boxed::Box;
use std::sync::Arc;
use std::vec::Vec;

/// A handler in service, to look at and to change. What was logged before a change is handled as before it; changes last until
/// the handler is removed or replaced.
///
/// # Blocking
/// Each change waits until the worker has handed over what was logged before it, but not longer than a second.
///
/// ```
/// use rlog_runtime::{Console, Json, Level};
///
/// # fn main() -> Result<(), rlog_runtime::InitError> {
/// let _guard = rlog_runtime::builder().handler(Console::stderr().name("console")).init()?;
/// if let Some(console) = rlog_runtime::handler("console") {
///     console.set_level(Level::WARN);
///     console.set_formatter(Json::new());
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct HandlerHandle {
    controls: Arc<Controls>,
}

/// The handler of this name that is in service, also if it is one that another hands records to. Of several with one name,
/// the first.
#[must_use]
pub fn handler(name: &str) -> Option<HandlerHandle> {
    let find = |service: &Service| service.controls().find(|controls| controls.name == name).cloned();
    service::look(find)?.map(|controls| HandlerHandle { controls })
}

impl HandlerHandle {
    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.controls.name
    }

    /// What it takes records from.
    #[must_use]
    pub fn level(&self) -> Level {
        self.controls.level()
    }

    /// Takes records at or above this level only.
    pub fn set_level(&self, level: Level) {
        self.change(|controls| controls.set_level(level));
    }

    /// Replaces its filters.
    pub fn set_filters(&self, filters: Vec<Box<dyn Filter>>) {
        self.change(|controls| controls.set_filters(filters));
    }

    /// Replaces its formatter.
    pub fn set_formatter(&self, formatter: impl Formatter) {
        self.change(|controls| controls.set_formatter(formatter));
    }

    /// Replaces its breaker, by one that is closed.
    pub fn set_breaker(&self, breaker: Breaker) {
        self.change(|controls| controls.set_breaker(breaker));
    }

    /// Replaces what must not be shown; [`Redaction::new`] hides nothing. Also for handlers that it hands records to, unless they
    /// have one of their own.
    pub fn set_redaction(&self, redaction: Redaction) {
        self.change(|controls| controls.set_redaction(&redaction));
    }

    /// Replaces how much of a record is shown. Also for handlers that it hands records to, unless they have limits of their own.
    pub fn set_limits(&self, limits: Limits) {
        self.change(|controls| controls.set_limits(limits));
    }

    fn change(&self, change: impl FnOnce(&Controls)) {
        service::settle();
        service::change(|_| change(&self.controls));
    }

    /// What it has done so far.
    #[must_use]
    pub fn stats(&self) -> HandlerStats {
        self.controls.read()
    }
}
