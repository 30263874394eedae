//! Putting a logger into service, and taking it out again.

mod builder;
mod error;

pub use builder::{Builder, builder, init};
pub use error::InitError;

use crate::callsite::catalogue;
use crate::handler::direct;
use crate::logger::routes;
use crate::stats::{Stats, stats};
use crate::worker;
use std::panic::Location;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Where the logger that is in service was initialised. Locked for the whole of `init` and `shutdown`.
static IN_SERVICE: Mutex<Option<&'static Location<'static>>> = Mutex::new(None);

fn in_service() -> MutexGuard<'static, Option<&'static Location<'static>>> {
    // Not among the locks that a thread takes to fork, since it is held for as long as handlers take to close. A child has
    // one of its own, as the parent's may be locked for ever.
    static OF_CHILD: Mutex<Option<&'static Location<'static>>> = Mutex::new(None);
    let lock = if worker::fork::is_child() { &OF_CHILD } else { &IN_SERVICE };
    let mut in_service = lock.lock().unwrap_or_else(PoisonError::into_inner);
    if worker::fork::is_orphan() {
        // It was the parent's.
        *in_service = None;
    }
    in_service
}

/// Writes out what has been logged when it is dropped, at the latest five seconds later.
///
/// Nothing is lost without it: the end of the process does the same, however `main` ends. It is for programs that want to see
/// their lines at a certain point. Dropping it does not stop the logger.
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
    /// Everything was written and every handler closed in time.
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
/// Up to `timeout`, if handlers are slow.
pub fn shutdown(timeout: Duration) -> ShutdownReport {
    let mut in_service = in_service();
    if in_service.take().is_none() {
        return ShutdownReport { complete: true, stats: stats() };
    }
    catalogue::rewrite_plans(|| routes::install(None));
    let complete = worker::stop(timeout);
    direct::close();
    ShutdownReport { complete, stats: stats() }
}

/// Replaces all levels by these [directives](Builder::directives), at once and in the running program. Handlers keep
/// their own levels.
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
    let in_service = in_service();
    let mut problems = error::Problems::default();
    let levels = problems.directives("the directives", directives);
    if in_service.is_none() {
        problems.add("no logger is in service: call `rlog::init()` before `set_directives`".into());
    }
    problems.into_result()?;
    catalogue::rewrite_plans(|| routes::install(Some(routes::current().with_levels(levels))));
    Ok(())
}
