//! When the disk has what was written.

use crate::level::Level;
use std::time::Duration;

/// When a [`File`](crate::File) waits until the disk has what was written (`fdatasync`).
///
/// Without it, what is written survives the end of the process, and not that of the machine: the system writes it to the disk
/// when it sees fit, usually within thirty seconds. The settings add up.
///
/// ```
/// use rlog_runtime::{Fsync, Level};
/// use std::time::Duration;
///
/// let audit = Fsync::every_record();
/// let service = Fsync::at_rotation().every(Duration::from_secs(1)).level(Level::ERROR);
/// ```
///
/// A disk that fails here has lost nobody knows what. It is never assumed that trying again helps: what was written since the
/// last success counts as lost, and a new file is begun, or the file is opened anew if it is not rotated.
///
/// # Blocking
/// The thread that writes waits for the disk: some milliseconds each time on an SSD, and longer on others. At a rotation, and
/// with [`Fsync::every`], a thread in the background waits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[must_use]
pub struct Fsync {
    pub(super) at_rotation: bool,
    pub(super) every_record: bool,
    pub(super) every: Option<Duration>,
    pub(super) level: Option<Level>,
}

impl Fsync {
    /// Leaves it to the system.
    pub fn never() -> Self {
        Self::default()
    }

    /// When a file is rotated or closed. So do all other policies but [`Fsync::never`].
    pub fn at_rotation() -> Self {
        Self { at_rotation: true, ..Self::default() }
    }

    /// At the end of each batch, for all its records together: some 20 milliseconds after a record at the latest. With
    /// [`sync`](crate::HandlerBuilder::sync) before the log call returns.
    pub fn every_record() -> Self {
        Self { every_record: true, ..Self::at_rotation() }
    }

    /// Also at most this long after something was written, by the thread in the background.
    pub fn every(self, period: Duration) -> Self {
        Self { every: Some(period), at_rotation: true, ..self }
    }

    /// Also at the end of a batch with a record at or above this level.
    pub fn level(self, level: Level) -> Self {
        Self { level: Some(level), at_rotation: true, ..self }
    }

    pub(super) fn is_never(self) -> bool {
        self == Self::never()
    }
}
