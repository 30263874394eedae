//! The capture of a test, from its beginning to its end.

use super::expected::Expected;
use super::records::Records;
use super::scope::{self, Scope};
use super::{active, report};
use crate::format::{Formatter, Pretty};
use crate::level::Level;
use core::sync::atomic::Ordering;
use core::time::Duration;
use std::string::String;
use std::sync::{Arc, PoisonError};
use std::time::Instant;
use std::vec::Vec;
use std::{fmt, thread};

/// Begins to collect the records of this thread, until the [`Capture`] is dropped.
///
/// No logger has to be initialised. If one is, it gets what it would have got without. Of all levels that are compiled in,
/// every record is collected, whatever levels the logger is set to.
///
/// ```
/// # #[macro_use] mod rlog { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/testing/example.rs")); }
/// let capture = rlog_runtime::testing::capture();
/// info!("started");
/// assert_eq!(capture.records().messages(), ["started"]);
/// ```
pub fn capture() -> Capture {
    // All, with levels of one's own below `TRACE`.
    let level = Level::new(0);
    let scope = Arc::new(Scope::new(level, scope::current()));
    active::begin(level);
    scope::replace(Some(Arc::clone(&scope)));
    Capture { scope, print: Print::OnPanic }
}

/// The records of a test: of the thread that began it with [`capture`], and of all threads and futures that join it.
///
/// A capture that begins while there is another one is inside of that: both get the records, and what belonged to the inner
/// one belongs to the outer one when it ends. Tests on other threads get none of it.
///
/// Dropping it ends it. If that happens because the thread panics, what was collected is printed, in a form for people,
/// with `print!`, which `cargo test` and nextest show for tests that fail; see [`Capture::print`]. It may be sent to another
/// thread, and be dropped there.
#[must_use = "the capture ends when this is dropped; give it a name: `let capture = ..`, not `let _ = ..`"]
pub struct Capture {
    scope: Arc<Scope>,
    print: Print,
}

/// When a capture prints what it has collected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Print {
    /// When it ends because the thread panics, as a failed assertion does. So it is if not set.
    OnPanic,
    /// When it ends. For tests that fail by returning an `Err`, of which the capture does not know: the test harness keeps
    /// the output of those that pass to itself.
    Always,
    /// Not at all.
    Never,
}

impl Capture {
    /// Collects records at or above this level only. What it has already stays.
    ///
    /// ```
    /// # #[macro_use] mod rlog { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/testing/example.rs")); }
    /// use rlog_runtime::Level;
    ///
    /// let capture = rlog_runtime::testing::capture().level(Level::WARN);
    /// info!("started");
    /// warn!("disk is nearly full");
    /// assert_eq!(capture.records().messages(), ["disk is nearly full"]);
    /// ```
    pub fn level(self, level: Level) -> Self {
        active::alter(self.scope.level(), level);
        self.scope.set_level(level);
        self
    }

    /// When to print what was collected: [`Print::OnPanic`], if not set. A capture inside of another one leaves that to the
    /// outer one.
    ///
    /// ```
    /// use rlog_runtime::testing::{Print, capture};
    ///
    /// fn port_is_read() -> Result<(), std::num::ParseIntError> {
    ///     let _capture = capture().print(Print::Always);
    ///     let port: u16 = "8080".parse()?;
    ///     assert_eq!(port, 8080);
    ///     Ok(())
    /// }
    /// # port_is_read().unwrap();
    /// ```
    pub fn print(mut self, print: Print) -> Self {
        self.print = print;
        self
    }

    /// A copy of the records so far, in the order of their arrival.
    #[must_use]
    pub fn records(&self) -> Records {
        Records::new(self.scope.records().clone())
    }

    /// Takes the records so far out, so that the capture is empty.
    #[must_use = "use `clear` to forget the records"]
    pub fn take(&self) -> Records {
        Records::new(std::mem::take(&mut *self.scope.records()))
    }

    /// Forgets the records so far.
    pub fn clear(&self) {
        self.scope.records().clear();
    }

    /// How many records there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.scope.records().len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.scope.records().is_empty()
    }

    /// How many records are as expected.
    #[must_use]
    pub fn count(&self, expected: &Expected) -> usize {
        self.records().iter().filter(|record| expected.matches(record)).count()
    }

    /// Waits until there is a record that is as expected, for what other threads do in their own time. `false` if there is
    /// none after `timeout`.
    ///
    /// ```
    /// # #[macro_use] mod rlog { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/testing/example.rs")); }
    /// use rlog_runtime::testing::{Expected, capture};
    /// use std::time::Duration;
    ///
    /// let capture = capture();
    /// let worker = capture.spawn(|| info!("ready", port = 8080));
    /// assert!(capture.wait_for(&Expected::new().field("port", 8080), Duration::from_secs(60)));
    /// # worker.join().unwrap();
    /// ```
    #[must_use = "whether there is such a record"]
    pub fn wait_for(&self, expected: &Expected, timeout: Duration) -> bool {
        let start = Instant::now();
        let mut seen = 0;
        let mut records = self.scope.records();
        loop {
            // What is compared may be the test's own code, which may log: not while the records are locked.
            let new = records.get(seen..).unwrap_or_default().to_vec();
            seen = records.len();
            drop(records);
            if new.iter().any(|record| expected.matches(record)) {
                return true;
            }
            records = self.scope.records();
            while records.len() == seen {
                let Some(left) = timeout.checked_sub(start.elapsed()).filter(|left| !left.is_zero()) else {
                    return false;
                };
                let waited = self.scope.arrived().wait_timeout(records, left);
                records = waited.unwrap_or_else(PoisonError::into_inner).0;
            }
            if records.len() < seen {
                // Somebody has cleared them.
                seen = 0;
            }
        }
    }

    pub(super) fn scope(&self) -> &Arc<Scope> {
        &self.scope
    }

    /// What it has collected, for people, or that there is nothing.
    fn printed(&self) -> String {
        let records = self.records();
        let mut text = Vec::new();
        for record in &records {
            record.with(|record| Pretty::new().format(record, &mut text));
        }
        format!("---- {} ----\n{}", report::captured(records.len()), String::from_utf8_lossy(&text))
    }
}

impl Drop for Capture {
    fn drop(&mut self) {
        self.scope.end();
        active::end(self.scope.level());
        if !active::is_any() {
            scope::forget_strays();
        }
        let panicked = thread::panicking() || self.scope.panicked.load(Ordering::Relaxed);
        let prints = match self.print {
            Print::OnPanic => panicked,
            Print::Always => true,
            Print::Never => false,
        };
        match self.scope.live_parent() {
            // It has these records, too.
            Some(parent) => {
                parent.panicked.fetch_or(panicked, Ordering::Relaxed);
            }
            None if prints => print(&self.printed()),
            None => {}
        }
        // Lets go of those that have ended.
        let _ = scope::current();
    }
}

/// To where the test harness finds it, which is what `print!` writes to and `stdout()` does not.
#[allow(clippy::print_stdout, reason = "for the one who reads the output of a failed test")]
fn print(text: &str) {
    // `print!` panics if nobody reads, and a panic that leaves a destructor may end the process.
    let _ = std::panic::catch_unwind(|| std::print!("{text}"));
}

impl fmt::Debug for Capture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Capture").field("records", &self.records()).finish_non_exhaustive()
    }
}
