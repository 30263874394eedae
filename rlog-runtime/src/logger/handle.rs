//! A logger that is handed around: a name by which levels and handlers are chosen.

use std::string::String;
use std::sync::Arc;

/// A name for the statements that are given it, in place of their module path.
///
/// Levels and handlers are chosen by it as by a target; clones share the name.
///
/// ```
/// use rlog_runtime::logger;
///
/// let audit = logger("audit");
/// assert_eq!(audit.name(), "audit");
/// assert_eq!(audit.target("login"), "audit::login");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Logger {
    name: Arc<str>,
}

impl Logger {
    /// The logger of this name. Its segments are separated by `::` or `.`, as those of targets.
    ///
    /// One statement can tell 256 names apart. Records of others that it is given later have the name of the nearest logger above
    /// theirs for which something is set, so that they are let through and go as they should; a number that has no end, such as
    /// that of a request, belongs into a field.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self { name: name.into() }
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The target of a statement that has both this logger and a target of its own: below the logger's name.
    #[must_use]
    pub fn target(&self, target: &str) -> String {
        if self.name.is_empty() {
            return String::from(target);
        }
        format!("{}::{target}", self.name)
    }
}

/// The [`Logger`] of this name.
///
/// ```
/// # use rlog_runtime::logger;
/// assert_eq!(logger("audit"), logger("audit"));
/// ```
#[must_use]
pub fn logger(name: &str) -> Logger {
    Logger::new(name)
}
