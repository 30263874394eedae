//! Levels as a filter.

use super::{Filter, Interest, Verdict};
use crate::callsite::Callsite;
use crate::level::Level;
use crate::record::Record;
use core::ops::{Bound, RangeBounds};
use std::borrow::Cow;
use std::string::String;

/// Lets through records of some levels.
///
/// A handler's own [`level`](crate::HandlerBuilder::level) does for most; this one has an upper end, and is a part of
/// combinations such as [`any`](super::any). It is decided per statement and costs nothing per record.
///
/// ```
/// use rlog_runtime::filter::Threshold;
/// use rlog_runtime::{Console, Level};
///
/// let problems = Console::stderr().level(Level::WARN);
/// let the_rest = Console::stdout().filter(Threshold::range(..Level::WARN));
/// # let _ = (problems, the_rest);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Threshold {
    least: Bound<Level>,
    most: Bound<Level>,
}

impl Threshold {
    /// Lets through what is at least this severe. [`Level::SILENT`] lets nothing through.
    #[must_use]
    pub fn at_least(level: Level) -> Self {
        Self::range(level..)
    }

    /// Lets through what is at most this severe.
    #[must_use]
    pub fn at_most(level: Level) -> Self {
        Self::range(..=level)
    }

    /// Lets through the levels of this range: `Level::DEBUG..Level::WARN` is all from DEBUG on that is below WARN.
    #[must_use]
    pub fn range(levels: impl RangeBounds<Level>) -> Self {
        Self { least: levels.start_bound().cloned(), most: levels.end_bound().cloned() }
    }

    fn accepts(self, level: Level) -> bool {
        let is_silent = matches!(self.least, Bound::Included(least) | Bound::Excluded(least) if least >= Level::SILENT);
        !is_silent && (self.least, self.most).contains(&level)
    }
}

impl Filter for Threshold {
    fn decide(&self, record: &Record<'_>) -> Verdict {
        self.accepts(record.level()).into()
    }

    fn interest(&self, callsite: &Callsite) -> Interest {
        self.accepts(callsite.level()).into()
    }

    fn name(&self) -> Cow<'static, str> {
        let least = match self.least {
            Bound::Included(level) => format!("level at least {level}"),
            Bound::Excluded(level) => format!("level above {level}"),
            Bound::Unbounded => String::new(),
        };
        let most = match self.most {
            Bound::Included(level) => format!("level at most {level}"),
            Bound::Excluded(level) => format!("level below {level}"),
            Bound::Unbounded => String::new(),
        };
        Cow::Owned(match (least.is_empty(), most.is_empty()) {
            (true, true) => String::from("any level"),
            (false, false) => format!("{least} and {}", &most["level ".len()..]),
            _ => least + &most,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::made::Made;
    use super::*;

    #[test]
    fn levels_of_a_range_pass_and_no_other_is_asked_about() {
        let between = Threshold::range(Level::DEBUG..Level::WARN);
        for (filter, expected) in [
            (Threshold::at_least(Level::WARN), [false, false, false, true, true]),
            (Threshold::at_most(Level::INFO), [true, true, true, false, false]),
            (between, [false, true, true, false, false]),
            (Threshold::range(..), [true; 5]),
            (Threshold::at_least(Level::SILENT), [false; 5]),
        ] {
            let levels = [Level::TRACE, Level::DEBUG, Level::INFO, Level::WARN, Level::new(255)];
            for (level, expected) in levels.into_iter().zip(expected) {
                let made = Made::new(level, ".app\u{1f}f");
                assert_eq!(filter.interest(made.callsite()), expected.into(), "{filter:?} {level}");
                assert_eq!(matches!(filter.decide(&made.record()), Verdict::Accept), expected);
            }
        }
    }

    #[test]
    fn its_name_says_which_levels() {
        for (filter, expected) in [
            (Threshold::at_least(Level::WARN), "level at least WARN"),
            (Threshold::at_most(Level::WARN), "level at most WARN"),
            (Threshold::range(Level::DEBUG..Level::WARN), "level at least DEBUG and below WARN"),
            (Threshold::range(..), "any level"),
        ] {
            assert_eq!(filter.name(), expected);
        }
    }
}
