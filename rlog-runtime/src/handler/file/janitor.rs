//! What is done with files that are no longer written to: closing, compressing, deleting. And with the one that is next: it is made
//! before it is needed.
//!
//! A sweep looks at what is there and does what is missing, so it makes no difference whether this process left it to do or an
//! earlier one. It runs on the thread `rlog-files`; several processes may sweep the same directory. No sweep waits for a record:
//! there is one after each rotation, one soon after the handler has been put into service, and from each of them on another one
//! when there may be more to do, which is when a file becomes too old, or after some seconds if one is in use or a call has
//! failed.

use super::Plan;
use super::background;
use super::listing::{self, Rotated};
use super::making::leave_out_twins;
use super::next::NextFile;
use super::requests::Requests;
use super::room::Ledger;
use super::stats::FileCounters;
use super::system::{Identity, LogFile, System};
use super::wall::Wall;
use crate::stats;
use crate::time::Clock;
use crate::trouble::{self, Trouble};
use core::fmt;
use core::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};
use std::vec::Vec;

/// Looks after the rotated files of one handler.
#[derive(Debug)]
pub(super) struct Janitor {
    pub(super) plan: Arc<Plan>,
    pub(super) system: System,
    pub(super) counters: Arc<FileCounters>,
    pub(super) requests: Arc<Requests>,
    /// A sweep has been asked for and has not begun.
    is_asked: AtomicBool,
    tidying: Mutex<Tidying>,
    /// The file that the disk is to have at a certain time.
    owed: Mutex<Option<(LogFile, Duration)>>,
    /// Lines that were written and not handed to the disk since.
    unsynced: AtomicU64,
    /// Lines that the disk has not taken, and that the handler has not heard of.
    refused: AtomicU64,
    /// Files that the handler has let go of.
    retired: Mutex<Vec<LogFile>>,
    /// What the handler writes to.
    current: Mutex<Written>,
    pub(super) next: NextFile,
    /// What the rotated files have together, if it is known. Held while files are counted, deleted, or become rotated ones, and
    /// not while one is compressed.
    pub(super) bytes: Mutex<Ledger>,
    pub(super) clock: Clock,
    pub(super) wall: Wall,
}

/// The file that the handler writes to.
#[derive(Clone, Debug, Default)]
pub(super) struct Written {
    pub(super) path: PathBuf,
    pub(super) identity: Identity,
}

/// When to look at rotated files again although nobody asks.
#[derive(Clone, Copy, Debug, Default)]
struct Tidying {
    next: Option<Duration>,
    /// How often in a row something has failed.
    failures: u32,
}

/// What is left to do when all files have been looked at.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Left {
    /// A process writes to one of them.
    pub(super) is_one_busy: bool,
    pub(super) has_failed: bool,
    /// How long until one of them is too old.
    until_old: Option<Duration>,
}

/// Files that wait to be closed by the janitor. With more, the handler closes them itself.
const MOST_RETIRED: usize = 16;
/// How long until a file that another process writes to is looked at again, and what has failed is tried again for the first
/// time. It is also how often the janitor looks whether another process has rotated the file, for a handler that does not
/// write: a call of the system.
const UNTIL_IT_IS_FREE: Duration = Duration::from_secs(5);
/// How often the time doubles until what fails again and again is tried again.
const MOST_DOUBLINGS: u32 = 10;
/// And how long it is at most. Ages are looked at as often, since the clock may be set.
pub(super) const LONGEST_WAIT: Duration = Duration::from_secs(3600);
/// Files that become too old one after the other are deleted together.
const SHORTEST_WAIT: Duration = Duration::from_secs(1);

impl Janitor {
    pub(super) fn new(
        plan: Arc<Plan>,
        system: System,
        counters: Arc<FileCounters>,
        requests: Arc<Requests>,
        clock: Clock,
        wall: Wall,
    ) -> Self {
        Self {
            plan,
            system,
            counters,
            requests,
            is_asked: AtomicBool::new(false),
            tidying: Mutex::default(),
            owed: Mutex::new(None),
            unsynced: AtomicU64::new(0),
            refused: AtomicU64::new(0),
            retired: Mutex::default(),
            current: Mutex::default(),
            next: NextFile::default(),
            bytes: Mutex::default(),
            clock,
            wall,
        }
    }

    /// The handler is open. Soon it is in service, and then there is a sweep, also if nothing is logged: an earlier process may
    /// have left something to do.
    pub(super) fn opened(self: &Arc<Self>) {
        if self.has_work() {
            self.tidying().next = Some(self.clock.now() + UNTIL_IT_IS_FREE);
            let _ = self.wall.is_manual() || background::submit(self, UNTIL_IT_IS_FREE);
        }
    }

    /// Takes over a file that the handler writes to no more.
    pub(super) fn retire(self: &Arc<Self>, file: LogFile) {
        self.next.rotated(self.clock.now());
        let mut retired = self.retired.lock().unwrap_or_else(PoisonError::into_inner);
        let most = match self.plan.quota {
            None => MOST_RETIRED,
            // One that is deleted keeps its room on the disk as long as it is open. Without more to do, closing is quick.
            Some(_) => usize::from(!self.plan.fsync.is_never() || self.plan.preallocate.is_some()),
        };
        if retired.len() < most {
            retired.push(file);
        } else {
            drop(retired);
            self.close(file);
        }
        self.ask();
    }

    /// What the handler writes to from now on.
    pub(super) fn set_current(&self, path: &Path, identity: Identity) {
        let path = path.to_path_buf();
        *self.current.lock().unwrap_or_else(PoisonError::into_inner) = Written { path, identity };
    }

    pub(super) fn current(&self) -> Written {
        self.current.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Makes the next file, if it is due.
    pub(super) fn make_next(&self) {
        self.next.make(self.clock.now(), &self.system, &self.plan);
    }

    /// Has the thread sweep.
    pub(super) fn ask(self: &Arc<Self>) {
        // Tests sweep themselves.
        let was_asked = self.is_asked.swap(true, Ordering::AcqRel) || self.wall.is_manual();
        if !was_asked && !background::submit(self, Duration::ZERO) {
            self.is_asked.store(false, Ordering::Release);
            self.close_retired();
        }
    }

    /// So many lines were written to the file. If the policy says so, the disk will have them in time, also if nothing more is
    /// written. `false` if nobody can see to that.
    pub(super) fn owes(self: &Arc<Self>, file: &LogFile, lines: u64) -> bool {
        self.unsynced.fetch_add(lines, Ordering::AcqRel);
        let Some(every) = self.plan.fsync.every else { return true };
        let mut owed = self.owed.lock().unwrap_or_else(PoisonError::into_inner);
        if owed.is_none() {
            let Ok(file) = file.try_clone() else { return false };
            *owed = Some((file, self.clock.now() + every));
            return self.wall.is_manual() || background::submit(self, every);
        }
        true
    }

    /// The lines that the disk has not been asked for, which it is asked for now.
    pub(super) fn take_unsynced(&self) -> u64 {
        *self.owed.lock().unwrap_or_else(PoisonError::into_inner) = None;
        self.unsynced.swap(0, Ordering::AcqRel)
    }

    /// The lines that the disk has refused meanwhile.
    pub(super) fn take_refused(&self) -> u64 {
        self.refused.swap(0, Ordering::AcqRel)
    }

    /// Hands to the disk what it is to have by now.
    fn sync_if_due(&self) {
        let file = {
            let mut owed = self.owed.lock().unwrap_or_else(PoisonError::into_inner);
            match &*owed {
                Some((_, at)) if *at <= self.clock.now() => owed.take(),
                _ => return,
            }
        };
        let Some((file, _)) = file else { return };
        // What is written from here on is for the next time.
        let lines = self.unsynced.swap(0, Ordering::AcqRel);
        if let Err(error) = file.sync() {
            self.failed(format_args!("the disk has not taken it: {error}"));
            self.refused.fetch_add(lines.max(1), Ordering::AcqRel);
        }
    }

    /// Closes what the handler has let go of, on the thread of the caller.
    pub(super) fn close_retired(&self) {
        let retired = core::mem::take(&mut *self.retired.lock().unwrap_or_else(PoisonError::into_inner));
        retired.into_iter().for_each(|file| self.close(file));
    }

    fn close(&self, file: LogFile) {
        if !self.plan.fsync.is_never()
            && let Err(error) = file.sync()
        {
            self.failed(format_args!("the disk may not have all of a rotated file: {error}"));
        }
        if self.plan.preallocate.is_some() && file.lock() == Some(true) {
            // If nobody else has it open. It may keep what it has otherwise.
            let _ = file.give_back();
        }
    }

    /// Does all that there is to do. Returns when to look again, if there may be more by then.
    pub(super) fn sweep(&self) -> Option<Duration> {
        self.sync_if_due();
        let is_asked = self.is_asked.swap(false, Ordering::AcqRel);
        self.make_next();
        self.close_retired();
        let again = if self.has_work() { self.tend(is_asked) } else { None };
        let owed = self.owed.lock().unwrap_or_else(PoisonError::into_inner).as_ref().map(|(_, at)| *at);
        let first = [again, owed, self.next.due()].into_iter().flatten().min()?;
        Some(first.saturating_sub(self.clock.now()))
    }

    /// Sees to rotated files, and to a handler that does not write. Returns when to do so again.
    fn tend(&self, is_asked: bool) -> Option<Duration> {
        self.look_for_handler();
        let is_due = self.tidying().next.is_some_and(|at| at <= self.clock.now());
        if is_asked || is_due {
            // Not before the logger uses the handler: another one may still turn out to be wrong, and then nothing is to be
            // changed.
            if is_asked || self.wall.is_manual() || stats::tell_of(&self.counters) {
                self.tidy_and_plan();
            } else {
                self.tidying().next = Some(self.clock.now() + UNTIL_IT_IS_FREE);
            }
        }
        let look = self.clock.now() + UNTIL_IT_IS_FREE;
        Some(self.tidying().next.map_or(look, |next| next.min(look)))
    }

    /// Whether anything may have to be done with rotated files.
    fn has_work(&self) -> bool {
        self.plan.rotates() && !(self.plan.retention.is_all() && self.plan.compression.codec.is_none())
    }

    fn tidying(&self) -> MutexGuard<'_, Tidying> {
        self.tidying.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tidies, and sets when to do it again.
    fn tidy_and_plan(&self) {
        let left = self.tidy().unwrap_or_else(|error| {
            self.failed(format_args!("cannot look after rotated files: {error}"));
            Left { has_failed: true, ..Left::default() }
        });
        let mut tidying = self.tidying();
        tidying.failures = if left.has_failed { tidying.failures.saturating_add(1) } else { 0 };
        let again = UNTIL_IT_IS_FREE * (1 << tidying.failures.saturating_sub(1).min(MOST_DOUBLINGS));
        let waits = [left.is_one_busy.then_some(UNTIL_IT_IS_FREE), left.has_failed.then_some(again), left.until_old];
        let after = waits.into_iter().flatten().min().map(|after| after.clamp(SHORTEST_WAIT, LONGEST_WAIT));
        tidying.next = after.map(|after| self.clock.now() + after);
    }

    /// Deletes what is not to be kept, and compresses the rest, the oldest first. Looks again after each, since that takes long, and
    /// there may be more by then, of this process and of others.
    fn tidy(&self) -> io::Result<Left> {
        let mut left = Left::default();
        let mut tried = BTreeSet::new();
        let mut turn = None;
        loop {
            let files = self.look_after(tried.is_empty(), &mut left)?;
            let plain: Vec<_> = files.iter().filter(|file| file.codec.is_none() && file.stat.length > 0).collect();
            let count = plain.len().saturating_sub(self.plan.compression.delay);
            let next = plain.into_iter().take(count).find(|file| !tried.contains(&file.plain));
            let Some(Rotated { plain, .. }) = next.filter(|_| self.plan.compression.codec.is_some()) else {
                return Ok(left);
            };
            // The handler waits for the next sweep.
            let is_waited_for = self.is_asked.load(Ordering::Acquire) && !self.wall.is_manual();
            if is_waited_for || (turn.is_none() && !self.take_turn(&mut turn, &files, &mut left)?) {
                return Ok(left);
            }
            match self.compress(plain) {
                Ok(is_done) => left.is_one_busy |= !is_done,
                // Another process has deleted it meanwhile, and maybe what was in the making.
                Err(error) if self.is_gone(&error, plain) => {}
                Err(error) => {
                    left.has_failed = true;
                    self.failed(format_args!("cannot compress `{}`: {error}", plain.display()));
                }
            }
            tried.insert(plain.clone());
        }
    }

    /// Deletes what is not to be kept. Returns the files that are, without those that are there twice.
    fn look_after(&self, is_first: bool, left: &mut Left) -> io::Result<Vec<Rotated>> {
        let mut ledger = self.ledger();
        let mut files = self.rotated()?;
        if is_first {
            files.iter().for_each(|file| self.give_back(file));
            self.remove_leftovers(&files, false);
            self.remove_compressed_twice(&mut files, left);
        }
        leave_out_twins(&mut files);
        self.retain(&mut files, self.plan.budget(), &mut ledger, &|file| self.is_written_to(file), left);
        let candidates: Vec<_> = files.iter().map(Rotated::candidate).collect();
        left.until_old = self.plan.retention.until_old(&candidates, self.now());
        Ok(files)
    }

    /// Gives back what was put aside for a file whose process was killed.
    fn give_back(&self, file: &Rotated) {
        // A block, and what the file system keeps for itself.
        const USUAL: u64 = 64 << 10;
        if self.plan.preallocate.is_some()
            && file.codec.is_none()
            && file.stat.allocated > file.stat.length + USUAL
            && let Ok(open) = self.system.append(&file.plain)
            && open.lock() == Some(true)
        {
            let _ = open.give_back();
        }
    }

    /// The rotated files without the one that is being written.
    pub(super) fn rotated(&self) -> io::Result<Vec<Rotated>> {
        let mut files = listing::rotated(&self.system, &self.plan)?;
        let current = self.current().path;
        files.retain(|file| file.codec.is_some() || file.plain != current);
        Ok(files)
    }

    pub(super) fn now(&self) -> SystemTime {
        let nanoseconds = self.wall.now();
        let since = Duration::from_nanos(nanoseconds.unsigned_abs());
        if nanoseconds < 0 { SystemTime::UNIX_EPOCH - since } else { SystemTime::UNIX_EPOCH + since }
    }

    pub(super) fn failed(&self, what: fmt::Arguments<'_>) {
        self.counters.failed(&what);
        trouble::report(Trouble::Handler, format_args!("log file `{}`: {what}", self.plan.path().display()));
    }
}
