//! Changes of loggers that are in service, by their names.

use super::InitError;
use super::answers::answer;
use super::error::{Problems, no_place};
use super::service::{self, Opened, Service};
use crate::callsite::catalogue;
use crate::filter::Filter;
use crate::filter::gates::Gate;
use crate::handler::slot::Slot;
use crate::handler::{IntoHandler, OpenErrors};
use crate::level::Level;
use crate::logger::Logger;
use crate::logger::routes::{MAX_DIRECT, MAX_QUEUED};
use crate::logger::settings::Change;
use crate::logger::tree::HandlerSet;
use core::time::Duration;
use std::boxed::Box;
use std::vec::Vec;

/// Replaces all levels by these [directives](crate::Builder::directives), at once and in the running program. Handlers keep
/// their own levels. One that has no effect is told of in the log, as [`check_directives`](crate::check_directives) says it.
///
/// ```
/// # fn main() -> Result<(), rlog_runtime::InitError> {
/// # let _guard = rlog_runtime::init()?;
/// rlog_runtime::set_directives("warn,app::db=debug")?;
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// When a directive is wrong, or no logger is in service. Then nothing changes.
pub fn set_directives(directives: &str) -> Result<(), InitError> {
    let mut problems = Problems::default();
    let levels = problems.directives("the directives", directives);
    if service::look(|_| ()).is_none() {
        problems.add("no logger is in service: call `rlog::init()` before `set_directives`".into());
    }
    problems.into_result().map_err(InitError::of_change)?;
    service::change(|service| service.tree.set_levels(levels.clone()));
    answer(&levels);
    Ok(())
}

/// Sets the level of a logger in the running program; see [`Logger::set_level`].
///
/// ```
/// use rlog_runtime::{Level, set_level};
/// use std::time::Duration;
///
/// # fn main() -> Result<(), rlog_runtime::InitError> {
/// # let _guard = rlog_runtime::init()?;
/// set_level("app::db", Level::DEBUG).for_(Duration::from_secs(600));
/// # Ok(())
/// # }
/// ```
pub fn set_level(logger: &str, level: Level) -> LevelChange {
    Logger::new(logger).set_level(level)
}

/// A level that has been set. It stays unless [`for_`](Self::for_) says how long it holds.
#[derive(Debug)]
pub struct LevelChange {
    /// Nothing if no logger is in service.
    change: Option<Change>,
}

impl LevelChange {
    /// Takes the level back after that time, some twenty milliseconds later at most. What was set before then holds again: for
    /// good, or for a while that has not passed yet. A level that has been set since, or is set meanwhile, holds at once, and
    /// is not taken back.
    pub fn for_(self, duration: Duration) {
        let Some(change) = self.change else { return };
        service::change(|service| service.tree.end_level(&change, Service::after(duration)));
    }
}

/// Changes of the running program. They take effect before the call returns, for all threads, and nobody who logs waits for
/// them. Without a logger in service they do nothing.
impl Logger {
    /// The level below which nothing of this logger is let through, as it is set for it or for one above it.
    #[must_use]
    pub fn level(&self) -> Level {
        catalogue::settled_routes().level_for(self.name())
    }

    /// Sets its level, and that of the loggers below it which have none of their own.
    pub fn set_level(&self, level: Level) -> LevelChange {
        LevelChange { change: service::change(|service| service.tree.change_level(self.name(), level)) }
    }

    /// Goes back to the level of the logger above it.
    pub fn reset_level(&self) {
        service::change(|service| service.tree.set_level(self.name(), None));
    }

    /// Whether its records also go to the handlers of the loggers above it.
    pub fn set_propagate(&self, propagate: bool) {
        service::change(|service| service.tree.node(self.name()).propagate = propagate);
    }

    /// Replaces its own filters.
    pub fn set_filters(&self, filters: Vec<Box<dyn Filter>>) {
        service::change(|service| service.tree.node(self.name()).gates = Gate::all(filters));
    }

    /// Adds a handler. It gets every record that is logged after this call.
    ///
    /// ```
    /// use rlog_runtime::{File, logger};
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let path = std::env::temp_dir().join(format!("rlog-doc-added-{}.log", std::process::id()));
    /// # let _guard = rlog_runtime::init()?;
    /// logger("app.db").add_handler(File::new(&path).name("queries"))?;
    /// logger("app.db").remove_handler("queries");
    /// # std::fs::remove_file(path)?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// When it cannot be opened, when there are as many as there can be (31, and 32 that are `sync`; a [`FanOut`](crate::FanOut) or
    /// [`Routing`](crate::Routing) counts as one and holds any number), or when no logger is in service.
    pub fn add_handler(&self, handler: impl IntoHandler) -> Result<(), InitError> {
        let handler = handler.into_handler();
        let mut in_service = service::in_service();
        let Some(service) = in_service.as_mut() else {
            let problem = "no logger is in service: call `rlog::init()` before `add_handler`";
            return Err(InitError::new(problem.into()).of_change());
        };
        let sync = handler.sync;
        if !service.has_place(sync) {
            // Before it is opened, which would make its file.
            return Err(InitError::new(no_place(&handler.name, sync)).of_change());
        }
        let opened = service.defaults.clone().during(|| Slot::open(handler));
        let (slot, controls) = opened.map_err(|OpenErrors(errors)| {
            let mut problems = Problems::default();
            errors.into_iter().for_each(|error| problems.add_open_error(error));
            problems.into_error().of_change()
        })?;
        let name = controls[0].name.clone();
        let Some((place, slot)) = service.install(Opened { slot, controls, sync }) else {
            return Err(InitError::new(no_place(&name, sync)).of_change());
        };
        service.add_handler(self.name(), place);
        let published = service.publish(Vec::new(), slot.into_iter().collect());
        drop(in_service);
        published.wait();
        Ok(())
    }

    /// Gives it a handler that is in service already, by its name. `false` if there is none.
    pub fn share_handler(&self, handler: &str) -> bool {
        service::change(|service| {
            let place = service.place_of(handler);
            place.map(|place| service.add_handler(self.name(), place)).is_some()
        })
        .unwrap_or(false)
    }

    /// Takes a handler from this logger, by its name. If no other logger has it, it gets everything that was logged
    /// before this call, and is closed. `false` if this logger has no such handler.
    ///
    /// # Blocking
    /// Until it is closed, but no longer than five seconds.
    pub fn remove_handler(&self, handler: &str) -> bool {
        let mut in_service = service::in_service();
        let Some(service) = in_service.as_mut() else { return false };
        let own = service.tree.node(self.name()).handlers;
        let Some(place) = service.place_of_one(handler, own) else { return false };
        let node = service.tree.node(self.name());
        node.handlers = node.handlers.without(place);
        let is_shared = service.tree.nodes.values().any(|node| !node.handlers.without(place).eq(&node.handlers));
        let remove = if is_shared { Vec::new() } else { service.uninstall(place) };
        let published = service.publish(remove, Vec::new());
        drop(in_service);
        published.wait();
        true
    }
}

impl Service {
    /// Whether there is a place left for a handler.
    fn has_place(&self, sync: bool) -> bool {
        let most = if sync { MAX_DIRECT } else { MAX_QUEUED };
        self.handlers.iter().filter(|installed| (installed.place.direct != 0) == sync).count() < most
    }

    fn place_of(&self, handler: &str) -> Option<HandlerSet> {
        let handlers = self.handlers.iter();
        handlers.filter(|installed| installed.controls[0].name == handler).map(|installed| installed.place).next()
    }

    /// The same, among these.
    fn place_of_one(&self, handler: &str, of: HandlerSet) -> Option<HandlerSet> {
        let handlers = self.handlers.iter().filter(|installed| installed.place.without(of).is_empty());
        handlers.filter(|installed| installed.controls[0].name == handler).map(|installed| installed.place).next()
    }
}
