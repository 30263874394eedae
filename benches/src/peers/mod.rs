//! The libraries under test, each behind [`Peer`].
//!
//! Most of them have one global logger, so a child process starts exactly one peer. Each file says how its peer is
//! configured; the rules are the same for all: threshold INFO, the library's own default layout with its own timestamp,
//! blocking instead of dropping wherever there is a choice, asynchronous where the library offers it.

use std::path::Path;

pub(crate) mod flexi_logger;
pub(crate) mod log_env_logger;
pub(crate) mod nothing;
#[cfg(feature = "rlog")]
pub(crate) mod rlog;
pub(crate) mod slog;
pub(crate) mod spdlog_rs;
pub(crate) mod tracing;

use crate::Result;

/// The peer that every ratio refers to.
pub(crate) const REFERENCE: &str = "tracing";

/// Every peer of this build, in the order of the tables.
pub(crate) const NAMES: &[&str] = &[
    #[cfg(feature = "rlog")]
    "rlog",
    "tracing",
    "log_env_logger",
    "flexi_logger",
    "slog",
    "spdlog_rs",
];

/// Peers without a JSON formatter of their own.
pub(crate) const WITHOUT_JSON: &[&str] = &["log_env_logger"];

/// What is written to the file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Format {
    /// The library's default line.
    Text,
    /// The library's own JSON formatter.
    Json,
}

/// One library, configured and running.
///
/// The calls are `#[inline(always)]` and statically dispatched: the callsite macro is expanded right inside the loop
/// that is measured, as it would be in an application.
pub(crate) trait Peer: Sized + Sync {
    /// Starts the library: records of INFO and above go to the file `destination`.
    ///
    /// Called once per process, on a thread pinned to the worker CPU; the library starts its threads in here.
    fn start(destination: &Path, format: Format) -> Result<Self>;

    /// `request {id} took {ms} for {user}` at INFO.
    fn call(&self, id: i64, ms: f64, user: &str);

    /// `request done` at INFO with five fields: an i64, an f64, a string, another i64 and a bool.
    fn json_call(&self, id: i64, ms: f64, user: &str, status: i64, cached: bool);

    /// The same as [`call`](Self::call) at DEBUG, which the threshold refuses at run time.
    fn disabled_call(&self, id: i64, ms: f64, user: &str);

    /// Returns when everything accepted so far has been handed to the operating system.
    ///
    /// Consumes the peer, because for some the only dependable flush is to shut down.
    fn flush(self) -> Result<()>;
}
