//! Which rotated files are kept, as data.

use crate::config::data::Size;
use crate::config::data::declare::settings;
use crate::handler::Retention;
use std::time::Duration;

settings! {
    /// A [`Retention`]. Of bounds that are set together all hold.
    #[derive(Default)]
    pub struct RetentionConfig, "a table with `count`, `age`, `total` or `free_space`" {
        /// How many rotated files there are at most; see [`Retention::max_count`].
        opt count: usize,
        /// How old their last records are at most; see [`Retention::max_age`].
        opt age: Duration,
        /// How many bytes all files have together at most; see [`Retention::max_total`].
        opt total: Size,
        /// Whether a full disk costs the oldest; see [`Retention::free_space`].
        opt free_space: bool,
    }
}

impl RetentionConfig {
    pub(super) fn make(&self) -> Retention {
        let mut retention = Retention::all();
        if let Some(files) = self.count {
            retention = retention.max_count(files);
        }
        if let Some(age) = self.age {
            retention = retention.max_age(age);
        }
        if let Some(total) = self.total {
            retention = retention.max_total(total.bytes());
        }
        if self.free_space == Some(true) {
            retention = retention.free_space();
        }
        retention
    }
}
