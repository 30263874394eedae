//! The next file, made before a rotation needs it.
//!
//! Making a file takes the system longer than all else that a rotation does. So the thread `rlog-files` makes one, without a name,
//! when files do not last long, and the handler gives it its name; see [`rotate`](super::rotate). It makes one itself if this one
//! is late, or could not be made.

use super::Plan;
use super::system::{LogFile, System};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Where one thread leaves it for the other.
#[derive(Debug, Default)]
pub(super) struct NextFile(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    file: Option<LogFile>,
    /// When to make it, or if it is there, when to give it up.
    due: Option<Duration>,
    last_rotation: Option<Duration>,
}

/// How long a file lasts at most for the next one to be made beforehand. Others have no file open for a rotation that may be a week
/// away.
const OFTEN: Duration = Duration::from_secs(600);
/// How long after a rotation. While the system makes a file, the first write to another one waits: 100 microseconds (ext4,
/// 2 CPUs, 2026-11-26), and later ones do not.
const AFTER_FIRST_LINES: Duration = Duration::from_millis(2);

impl NextFile {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The handler has gone from one file to another.
    pub(super) fn rotated(&self, now: Duration) {
        let mut state = self.state();
        let is_often = state.last_rotation.replace(now).is_some_and(|last| now.saturating_sub(last) < OFTEN);
        if state.file.is_none() {
            state.due = is_often.then_some(now + AFTER_FIRST_LINES);
        }
    }

    /// When to call [`NextFile::make`], if nothing happens before.
    pub(super) fn due(&self) -> Option<Duration> {
        self.state().due
    }

    /// Makes it, if it is due. If that fails it is not tried again before the next rotation. One that has waited in vain is given
    /// up: the next rotation may be a week away.
    pub(super) fn make(&self, now: Duration, system: &System, plan: &Plan) {
        let mut state = self.state();
        if state.due.is_none_or(|due| due > now) {
            return;
        }
        state.due = None;
        let given_up = state.file.take();
        // The lock is not held meanwhile, since the handler would wait for it.
        drop(state);
        if given_up.is_none()
            && let Ok(file) = system.create_unnamed(plan.directory(), plan.mode)
        {
            let mut state = self.state();
            (state.file, state.due) = (Some(file), Some(now + OFTEN));
        }
    }

    /// It, empty and without a name, if it is there.
    pub(super) fn take(&self) -> Option<LogFile> {
        let mut state = self.state();
        let file = state.file.take()?;
        state.due = None;
        Some(file)
    }
}
