//! Collecting the records of one test, and asking what is among them.
//!
//! There is one logger in a process, and tests run beside one another. A [`Capture`] belongs to the thread that began it
//! and to the threads and futures that join it, so a test sees its own records and no other's:
//!
//! ```
//! # #[macro_use] mod rlog { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/testing/example.rs")); }
//! use rlog_runtime::Level;
//! use rlog_runtime::testing::{Expected, capture};
//!
//! let capture = capture();
//! info!("paid", user = 7);
//! assert_eq!(capture.count(&Expected::new().level(Level::INFO).field("user", 7)), 1);
//! ```
//!
//! # How it works
//!
//! While a capture is on anywhere in the process, the plans of all callsites that it wants have a bit more
//! (`active.rs`), which leads their records off the usual path (`emit/slow.rs`) by `scope.rs`. That looks for the
//! captures of the thread and keeps a copy in each. Then the record goes where it would have gone without: no handler and
//! no other thread sees a record more, and none less, but that the last resort does not repeat on stderr what a test has
//! captured. All this happens on the thread that logs, before the log call returns.

mod active;
mod assertion;
mod capture;
mod compare;
mod expected;
mod future;
mod join;
mod pattern;
mod records;
mod report;
mod scope;

pub(crate) use active::upgrade;
pub use capture::{Capture, Print, capture};
pub use expected::{Compare, Expected};
pub use future::Instrumented;
pub use join::{Handle, Joined, current};
pub use records::{Captured, Records};
pub(crate) use scope::{observe, wants};

/// For the expansion of the macros. Not public API: anything here may change in any release.
#[doc(hidden)]
pub mod __private {
    pub use super::assertion::{Given, GivenLevel, LevelOnly, Subject, in_order, logged, not_logged, wanted};
}
