//! Room for the files that come: what is not to be kept is deleted, before it is too much.
//!
//! Called by the thread `rlog-files` in a sweep, and by the handler when it rotates, or when the disk is full. What the rotated files
//! come to is kept in a [`Ledger`], so that a rotation need not list them, unless other processes rotate them as well.

use super::janitor::{Janitor, Left};
use super::listing::Rotated;
use super::quota::Quota;
use super::retention::{Reason, Removal};
use super::template::Key;
use std::collections::BTreeSet;
use std::io;
use std::path::PathBuf;
use std::sync::{MutexGuard, PoisonError};
use std::vec::Vec;

/// The bytes of all rotated files, as they were when they were last listed, and those of the files that this process has rotated
/// since.
pub(super) type Ledger = Option<u64>;

/// What other processes may have done since this one has last rotated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Others {
    /// Nothing: the last rotation was its own.
    AreNotThere,
    /// They have rotated files.
    HaveRotated,
    /// And they write to the current file.
    WriteToIt,
}

impl Janitor {
    /// Which files would be deleted now.
    pub(super) fn removals(&self) -> io::Result<Vec<Removal>> {
        let files = self.rotated()?;
        let candidates: Vec<_> = files.iter().map(Rotated::candidate).collect();
        let mut removals = self.plan.retention.plan(&candidates, self.now(), self.plan.budget());
        removals.retain(|(index, _)| !self.is_written_to(&files[*index]));
        let removal = |(index, reason): (usize, Reason)| {
            let file: &Rotated = &files[index];
            Removal { path: file.path(), bytes: file.stat.length, reason }
        };
        Ok(removals.into_iter().map(removal).collect())
    }

    /// Makes room for a file that becomes a rotated one, if the total is bounded. To be held until it is. What others have
    /// rotated is listed.
    ///
    /// Of files that are not renamed the one with the `newest` name is in use. A process that has an older one open follows before it
    /// writes again, so that one may be deleted.
    pub(super) fn make_room(
        &self,
        incoming: u64,
        others: Others,
        newest: Option<Key>,
    ) -> io::Result<Option<MutexGuard<'_, Ledger>>> {
        let Some(Quota { budget, most, .. }) = self.plan.quota else { return Ok(None) };
        // Others that write to the file may make it as large as it may be.
        let incoming = if others == Others::WriteToIt { incoming.max(most) } else { incoming };
        let mut ledger = self.ledger();
        let known = ledger.filter(|_| others == Others::AreNotThere);
        if known.is_none_or(|known| known + incoming > budget) {
            let mut files = self.rotated()?;
            let budget = Some(budget.saturating_sub(incoming));
            let is_in_use = |file: &Rotated| newest.is_none_or(|newest| file.key >= newest) && self.is_written_to(file);
            // What cannot be deleted now is for the sweep.
            self.retain(&mut files, budget, &mut ledger, &is_in_use, &mut Left::default());
        }
        *ledger = ledger.map(|known| known + incoming);
        Ok(Some(ledger))
    }

    /// Deletes the oldest rotated file that it may because the disk is full. Whether there was one.
    pub(super) fn free_space(&self) -> bool {
        let mut files = self.rotated().unwrap_or_default().into_iter();
        files.any(|file| !self.is_written_to(&file) && self.delete(&file, Reason::Space, &mut Left::default()))
    }

    /// Deletes what is not to be kept, and counts what is.
    pub(super) fn retain(
        &self,
        files: &mut Vec<Rotated>,
        budget: Option<u64>,
        ledger: &mut Ledger,
        is_in_use: &dyn Fn(&Rotated) -> bool,
        left: &mut Left,
    ) {
        // For one that somebody writes to, and that stays, another one has to go.
        let mut stay: BTreeSet<PathBuf> = BTreeSet::new();
        loop {
            let (staying, others): (Vec<_>, Vec<_>) =
                (0..files.len()).partition(|&index| stay.contains(&files[index].plain));
            let theirs: u64 = staying.into_iter().map(|index| files[index].stat.length).sum();
            let candidates: Vec<_> = others.iter().map(|&index| files[index].candidate()).collect();
            let budget = budget.map(|budget| budget.saturating_sub(theirs));
            let known = stay.len();
            for (index, reason) in self.plan.retention.plan(&candidates, self.now(), budget).into_iter().rev() {
                let index = others[index];
                if is_in_use(&files[index]) {
                    left.is_one_busy = true;
                    stay.insert(files[index].plain.clone());
                } else if self.delete(&files[index], reason, left) {
                    files.remove(index);
                }
            }
            if stay.len() == known {
                break;
            }
        }
        *ledger = Some(files.iter().map(|file| file.stat.length).sum());
    }

    /// Whether another process does. Files with other names than that of the current one were rotated.
    pub(super) fn is_written_to(&self, file: &Rotated) -> bool {
        let may_be = self.plan.is_in_place() && file.codec.is_none();
        may_be && self.system.read(&file.plain).is_ok_and(|open| open.lock().is_none())
    }

    fn delete(&self, file: &Rotated, reason: Reason, left: &mut Left) -> bool {
        let path = file.path();
        let start = self.clock.now();
        // Somebody writes to it who has not followed yet, or compresses it, or is stopped: as long as he has it open, so has the disk.
        let kept = self.plan.quota.and_then(|_| self.system.append(&path).ok()).filter(|file| file.lock().is_none());
        match self.system.remove(&path) {
            Ok(true) => {
                // Not before: lines that come between would be neither here nor there.
                let _ = kept.map(|file| file.clear());
                self.counters.deletions.took(self.clock.now().saturating_sub(start));
            }
            // Another process has.
            Ok(false) => return true,
            Err(error) => {
                left.has_failed = true;
                self.failed(format_args!("cannot delete `{}` although {reason}: {error}", path.display()));
                return false;
            }
        }
        // Directories by date, if that was the last one in them.
        let mut directory = path.parent();
        while let Some(above) = directory.filter(|above| *above != self.plan.directory()) {
            self.system.remove_empty_directory(above);
            directory = above.parent();
        }
        true
    }

    pub(super) fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.bytes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
