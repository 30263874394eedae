//! A library that logs. Every statement stands on a line of its own and runs once for each call of its function.

use rlog::{Loggable, debug, error, info, log, trace, warn};
use std::fmt::Display;

/// What the library works with.
#[derive(Debug, Loggable)]
pub struct Parcel<'a> {
    /// Its number.
    pub id: u64,
    /// Where it goes.
    pub to: Option<&'a str>,
}

/// Runs every statement.
pub fn run() {
    let parcel = Parcel { id: 7, to: Some("Turin") };
    plain(&parcel);
    small(3);
    generic("x");
    log!(rlog::Level::ERROR, "library at run time");
    if let Err(err) = "seven".parse::<u8>() {
        error!(err, "library error");
    }
}

fn plain(parcel: &Parcel<'_>) {
    info!(parcel, "library plain {}", parcel.id);
    warn!("library without arguments");
}

/// Inlined into other crates.
#[inline]
pub fn small(n: u32) -> u32 {
    trace!(n, "library inlined");
    n + 1
}

/// Inlined always.
#[inline(always)]
pub fn forced(n: u32) -> u32 {
    trace!(n, "library inlined always");
    n + 1
}

/// Compiled in the crates that use it.
pub fn generic<T: Display>(value: T) {
    debug!(%value, "library generic");
}

/// Compiled nowhere but in the crates that use it.
pub fn only_elsewhere<T: Display>(value: T) {
    debug!(%value, "library generic, only elsewhere");
}

/// A statement in a macro, for other crates.
#[macro_export]
macro_rules! by_macro {
    ($value:expr) => {
        $crate::__rlog::info!(value = $value, "library macro")
    };
}

#[doc(hidden)]
pub use rlog as __rlog;
