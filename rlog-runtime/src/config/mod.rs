//! Putting a logger into service, and taking it out again; with the feature `config`, by what files say.

mod answers;
mod builder;
#[cfg(feature = "config")]
mod data;
mod error;
mod handlers;
mod logger;
mod loggers;
mod service;
mod statements;
mod version;

pub use answers::{DirectiveAnswer, check_directives};
pub use builder::{Builder, builder, init};
#[cfg(feature = "config")]
pub use data::*;
pub use error::InitError;
pub use handlers::{HandlerHandle, handler};
pub use logger::LoggerBuilder;
pub use loggers::{LevelChange, set_directives, set_level};
pub use statements::{Statements, SwitchChange, statements};
pub use version::version;

use crate::callsite::catalogue;
use crate::handler::direct;
use crate::logger::routes;
use crate::stats::{Stats, stats};
use crate::worker;
use std::time::{Duration, Instant};

/// Writes out what has been logged when it is dropped, in five seconds at most. Whether all could be written,
/// [`flush`](fn@crate::flush) tells, and [`stats`](fn@crate::stats) what could not.
///
/// Nothing is lost without it: the end of the process does the same, however `main` ends. It is for programs that want to see
/// their lines at a certain point. Dropping it does not stop the logger. Neither it nor the end of the process
/// [closes](crate::Handler::close) handlers, which is what [`shutdown`] does.
#[derive(Debug)]
#[must_use = "dropped here, it would write out what has been logged so far and no more; bind it, or `let _ =` to say so"]
pub struct Guard(());

impl Drop for Guard {
    fn drop(&mut self) {
        worker::flush(worker::exit::TIMEOUT);
    }
}

/// What a [`shutdown`] came to.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ShutdownReport {
    /// Every handler was given all that was logged, and has [closed](crate::Handler::close) in time, with
    /// everything written that came since the last [`flush`](fn@crate::flush). One that has not is an `Async` whose queue was not
    /// empty when its patience was over, or a [`sync`](crate::HandlerBuilder::sync) one in which another thread was all the time,
    /// and which closes when that returns. `stats` says what handlers could not write.
    pub complete: bool,
    /// What the logger had done by then.
    pub stats: Stats,
}

/// Takes the logger out of service: writes what has been logged, closes the handlers, ends the worker. Afterwards it is as
/// before [`init`]: warnings and worse go to stderr, and a new logger may be initialised.
///
/// ```
/// # fn main() -> Result<(), rlog_runtime::InitError> {
/// let _guard = rlog_runtime::init()?;
/// let report = rlog_runtime::shutdown(std::time::Duration::from_secs(1));
/// assert!(report.complete);
/// # Ok(())
/// # }
/// ```
///
/// # Blocking
/// Up to `timeout`, if handlers are slow. From inside a handler, while another thread shuts the logger down, it does nothing, and
/// is not complete.
pub fn shutdown(timeout: Duration) -> ShutdownReport {
    let deadline = Instant::now().checked_add(timeout);
    let Some(_going) = service::come_or_go() else {
        return ShutdownReport { complete: false, stats: stats() };
    };
    let mut in_service = service::in_service();
    let Some(service) = in_service.take() else {
        return ShutdownReport { complete: true, stats: stats() };
    };
    catalogue::rewrite_plans(|| routes::install(None));
    // Handlers that look at the configuration in their last calls must not wait for those who wait for them.
    drop(in_service);
    drop(service);
    let has_ended = worker::stop(timeout);
    let complete = direct::close(deadline) && has_ended;
    ShutdownReport { complete, stats: stats() }
}
