//! When the disk has what was written, as data.

use crate::config::data::apply::Making;
use crate::config::data::declare::{choice, settings};
use crate::handler::Fsync;
use crate::level::Level;
use std::time::Duration;

settings! {
    /// An [`Fsync`]: `"never"`, `"at_rotation"` or `"every_record"`, or a table. The settings add up.
    ///
    /// ```
    /// use rlog_runtime::Level;
    /// use rlog_runtime::config::FsyncConfig;
    /// use std::time::Duration;
    ///
    /// let fsync = FsyncConfig::default().every(Duration::from_secs(1)).level(Level::ERROR);
    /// ```
    #[derive(Default)]
    pub struct FsyncConfig, "`\"never\"`, `\"at_rotation\"`, `\"every_record\"`, or a table with `when`, `every` and `level`", or when {
        /// The moment. At rotation, if one of the others is set; never otherwise.
        opt when: FsyncWhen,
        /// At most this long after something was written, too; see [`Fsync::every`].
        opt every: Duration,
        /// Behind a record at or above this level, too; see [`Fsync::level`].
        opt level: Level,
    }
}

choice! {
    /// When a file waits for the disk.
    pub enum FsyncWhen, "moment" {
        /// [`Fsync::never`]
        "never" => Never,
        /// [`Fsync::at_rotation`]
        "at_rotation" => AtRotation,
        /// [`Fsync::every_record`]
        "every_record" => EveryRecord,
    }
}

impl FsyncConfig {
    pub(super) fn make(&self, making: &mut Making<'_>) -> Fsync {
        if self.when == Some(FsyncWhen::Never) && (self.every.is_some() || self.level.is_some()) {
            making.wrong_key("when", "it is `never`, and `every` or `level` is set; remove one of the two");
        }
        let mut fsync = match self.when {
            None | Some(FsyncWhen::Never) => Fsync::never(),
            Some(FsyncWhen::AtRotation) => Fsync::at_rotation(),
            Some(FsyncWhen::EveryRecord) => Fsync::every_record(),
        };
        if let Some(period) = self.every {
            fsync = fsync.every(period);
        }
        if let Some(level) = self.level {
            fsync = fsync.level(level);
        }
        fsync
    }
}

impl From<FsyncWhen> for FsyncConfig {
    fn from(when: FsyncWhen) -> Self {
        Self::default().when(when)
    }
}
