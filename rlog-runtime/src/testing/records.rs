//! What was captured, as a list that can be narrowed down.

use super::expected::Expected;
use super::report;
use crate::callsite::Callsite;
use crate::level::Level;
use crate::record::{OwnedRecord, Record};
use crate::value::Loggable;
use core::fmt;
use core::ops::Deref;
use std::string::{String, ToString};
use std::sync::Arc;
use std::vec;
use std::vec::Vec;

/// One record of a capture. Clones share it.
#[derive(Clone)]
pub struct Captured(Arc<OwnedRecord>);

impl Captured {
    pub(super) fn new(record: OwnedRecord) -> Self {
        Self(Arc::new(record))
    }

    /// Looks at the record with all that it has.
    ///
    /// ```
    /// # #[macro_use] mod rlog { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/testing/example.rs")); }
    /// let capture = rlog_runtime::testing::capture();
    /// info!("paid", user = 7, amount = 12.5);
    /// let keys = capture.records()[0].with(|record| record.fields().map(|(key, _)| key.to_owned()).collect::<Vec<_>>());
    /// assert_eq!(keys, ["user", "amount"]);
    /// ```
    pub fn with<R>(&self, look: impl FnOnce(&Record<'_>) -> R) -> R {
        self.0.with(look)
    }

    /// The statement.
    #[must_use]
    pub fn callsite(&self) -> &'static Callsite {
        self.with(|record| record.callsite())
    }

    /// How severe it is.
    #[must_use]
    pub fn level(&self) -> Level {
        self.with(|record| record.level())
    }

    /// The name that levels and routes are chosen by.
    #[must_use]
    pub fn target(&self) -> &'static str {
        self.with(|record| record.target())
    }

    /// The message, rendered; empty for a record without one.
    #[must_use]
    pub fn message(&self) -> String {
        self.with(|record| record.message().to_string())
    }

    /// The text of the field with this key, as `{}` would show it.
    ///
    /// ```
    /// # #[macro_use] mod rlog { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/testing/example.rs")); }
    /// let capture = rlog_runtime::testing::capture();
    /// info!("paid", user = 7);
    /// assert_eq!(capture.records()[0].field("user").as_deref(), Some("7"));
    /// assert_eq!(capture.records()[0].field("amount"), None);
    /// ```
    #[must_use]
    pub fn field(&self, key: &str) -> Option<String> {
        self.with(|record| record.field(key).map(|value| value.to_string()))
    }

    /// The record itself, to keep it or to give it to something else.
    #[must_use]
    pub fn record(&self) -> &OwnedRecord {
        &self.0
    }
}

/// One line: level, target, message and fields, without what differs from run to run. Control characters are escaped.
impl fmt::Display for Captured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.with(report::line))
    }
}

impl fmt::Debug for Captured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

/// Records of a capture, in the order of their arrival: a slice of [`Captured`] that can be narrowed down.
///
/// Its `Display` is one line for each record, without times, for tests that compare with text that is kept in a file.
///
/// ```
/// # #[macro_use] mod rlog { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/testing/example.rs")); }
/// use rlog_runtime::Level;
///
/// let capture = rlog_runtime::testing::capture();
/// info!("paid", user = 7);
/// warn!("disk is nearly full", free = 3);
///
/// let records = capture.records();
/// assert_eq!(records.len(), 2);
/// assert_eq!(records.at_least(Level::WARN).messages(), ["disk is nearly full"]);
/// assert_eq!(records.field("user", 7)[0].level(), Level::INFO);
/// assert_eq!(records.to_string(), "INFO app: paid user=7\nWARN app: disk is nearly full free=3\n");
/// ```
#[derive(Clone, Default)]
pub struct Records(Vec<Captured>);

impl Records {
    pub(super) fn new(records: Vec<Captured>) -> Self {
        Self(records)
    }

    /// Those of this level.
    #[must_use]
    pub fn level(&self, level: Level) -> Self {
        self.matching(&Expected::new().level(level))
    }

    /// Those of this level and of more severe ones.
    #[must_use]
    pub fn at_least(&self, level: Level) -> Self {
        self.matching(&Expected::new().at_least(level))
    }

    /// Those of this target and of what is below it: `app` has those of `app::db`, too.
    #[must_use]
    pub fn target(&self, target: &str) -> Self {
        self.matching(&Expected::new().target(target))
    }

    /// Those in whose message this text is; see [`Expected::message_like`].
    #[must_use]
    pub fn message_like(&self, pattern: &str) -> Self {
        self.matching(&Expected::new().message_like(pattern))
    }

    /// Those with this field; see [`Expected::field`].
    #[must_use]
    pub fn field(&self, key: &str, value: impl Loggable) -> Self {
        self.matching(&Expected::new().field(key, value))
    }

    /// Those that are as expected.
    #[must_use]
    pub fn matching(&self, expected: &Expected) -> Self {
        Self(self.iter().filter(|record| expected.matches(record)).cloned().collect())
    }

    /// Those of which the function says so.
    #[must_use]
    pub fn filter(&self, mut keep: impl FnMut(&Record<'_>) -> bool) -> Self {
        Self(self.iter().filter(|record| record.with(&mut keep)).cloned().collect())
    }

    /// The messages, rendered.
    #[must_use]
    pub fn messages(&self) -> Vec<String> {
        self.iter().map(Captured::message).collect()
    }
}

impl Deref for Records {
    type Target = [Captured];

    fn deref(&self) -> &[Captured] {
        &self.0
    }
}

impl IntoIterator for Records {
    type Item = Captured;
    type IntoIter = vec::IntoIter<Captured>;

    fn into_iter(self) -> vec::IntoIter<Captured> {
        self.0.into_iter()
    }
}

impl<'a> IntoIterator for &'a Records {
    type Item = &'a Captured;
    type IntoIter = core::slice::Iter<'a, Captured>;

    fn into_iter(self) -> core::slice::Iter<'a, Captured> {
        self.0.iter()
    }
}

impl fmt::Display for Records {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.iter().try_for_each(|record| writeln!(f, "{record}"))
    }
}

impl fmt::Debug for Records {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(&self.0).finish()
    }
}
