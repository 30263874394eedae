//! A function of statements as a filter.

use super::{Filter, Interest, Verdict};
use crate::callsite::Callsite;
use crate::record::Record;
use core::fmt;
use std::borrow::Cow;

/// Lets through the records of the statements for which a function says so.
///
/// The function is asked once per statement and configuration, so that the filter costs nothing per record; it must always
/// say the same of the same statement.
///
/// ```
/// use rlog_runtime::{Callsite, Console};
/// use rlog_runtime::filter::per_statement;
///
/// let console = Console::stderr()
///     .filter(per_statement(|callsite: &Callsite| callsite.name() == Some("payment") || callsite.file().ends_with("pay.rs")));
/// # let _ = console;
/// ```
pub fn per_statement<F: Fn(&Callsite) -> bool + Send + Sync + 'static>(accepts: F) -> PerStatement<F> {
    PerStatement { accepts }
}

/// What [`per_statement`] returns.
#[derive(Clone, Copy)]
pub struct PerStatement<F> {
    accepts: F,
}

impl<F: Fn(&Callsite) -> bool + Send + Sync + 'static> Filter for PerStatement<F> {
    fn decide(&self, record: &Record<'_>) -> Verdict {
        (self.accepts)(record.callsite()).into()
    }

    fn interest(&self, callsite: &Callsite) -> Interest {
        (self.accepts)(callsite).into()
    }

    fn name(&self) -> Cow<'static, str> {
        Cow::Borrowed("statements of a function")
    }
}

impl<F> fmt::Debug for PerStatement<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PerStatement").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::super::made::Made;
    use super::*;
    use crate::level::Level;

    #[test]
    fn statements_are_let_through_or_not_with_all_their_records() {
        let filter = per_statement(|callsite: &Callsite| callsite.name() == Some("paid"));
        let (paid, other) = (Made::new(Level::INFO, "n4:paid.m\u{1f}f"), Made::new(Level::INFO, ".m\u{1f}f"));
        assert_eq!(filter.interest(paid.callsite()), Interest::Always);
        assert_eq!(filter.interest(other.callsite()), Interest::Never);
        assert!(matches!(filter.decide(&paid.record()), Verdict::Accept));
        assert!(matches!(filter.decide(&other.record()), Verdict::Reject));
    }
}
