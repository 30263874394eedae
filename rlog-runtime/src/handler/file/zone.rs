//! Where the clock hangs by which files are rotated and named.

use crate::format;
use core::fmt;

/// Tells how far clocks are before UTC.
pub(super) trait Zone: Send + Sync + fmt::Debug {
    /// Seconds east of Greenwich at a moment, given in seconds since the epoch.
    fn offset_at(&self, second: i64) -> i32;
}

impl Zone for format::Zone {
    fn offset_at(&self, second: i64) -> i32 {
        self.offset_at(second)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use std::vec::Vec;

    /// A zone whose clocks are moved at certain moments.
    #[derive(Debug)]
    pub(in crate::handler::file) struct Moved {
        /// Before the first of them.
        pub(in crate::handler::file) offset: i32,
        /// When, in ascending order, and what it is from then on.
        pub(in crate::handler::file) changes: Vec<(i64, i32)>,
    }

    impl Zone for Moved {
        fn offset_at(&self, second: i64) -> i32 {
            self.changes.iter().rev().find(|(from, _)| *from <= second).map_or(self.offset, |(_, offset)| *offset)
        }
    }

    /// A place by its name in the time zone database, by another implementation than what is tested.
    #[derive(Debug)]
    pub(in crate::handler::file) struct Rules(jiff::tz::TimeZone);

    impl Rules {
        pub(in crate::handler::file) fn posix(rule: &str) -> Self {
            Self(jiff::tz::TimeZone::posix(rule).expect("a rule"))
        }
    }

    impl Zone for Rules {
        fn offset_at(&self, second: i64) -> i32 {
            self.0.to_offset(jiff::Timestamp::from_second(second).expect("in range")).seconds()
        }
    }
}
