//! What is done with files that are no longer written to: closing, compressing, deleting. And with the one that is next: it is made
//! before it is needed.
//!
//! A sweep looks at what is there and does what is missing, so it makes no difference whether this process left it to do or an
//! earlier one. It runs on the thread `rlog-files`; several processes may sweep the same directory. No sweep waits for a record:
//! there is one after each rotation, one soon after the handler has been put into service, and from each of them on another one
//! when there may be more to do, which is when a file becomes too old, or after some seconds if one is in use or a call has
//! failed. Compressing goes by this order, in which every line is in exactly one file that readers look at, but for the moment between the last two steps:
//!
//! 1. lock the file, so that nobody else compresses it, and see that nobody writes to it. If the total is bounded, there is room for
//!    one file in the making, and `.app.log.compression.lock` is locked before;
//! 2. write `.app.log.1.gz.rlog-tmp`, and hand it to the disk;
//! 3. rename it to `app.log.1.gz`;
//! 4. remove `app.log.1`.
//!
//! If the process ends before 3, what is in the making is removed by the next sweep. If it ends between 3 and 4, the next sweep
//! reads the compressed file, sees that it is whole, and does 4.

use super::Plan;
use super::background;
use super::compression::Codec;
use super::listing::{self, Rotated};
use super::next::NextFile;
use super::quota::Quota;
use super::requests::Requests;
use super::retention::{Reason, Removal};
use super::stats::FileCounters;
use super::system::{Identity, LogFile, System, beside};
use super::wall::Wall;
use crate::stats;
use crate::time::Clock;
use crate::trouble::{self, Trouble};
use core::fmt;
use core::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::collections::BTreeSet;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};
use std::vec::Vec;

/// Looks after the rotated files of one handler.
#[derive(Debug)]
pub(super) struct Janitor {
    pub(super) plan: Arc<Plan>,
    pub(super) system: System,
    counters: Arc<FileCounters>,
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
    bytes: Mutex<Ledger>,
    clock: Clock,
    pub(super) wall: Wall,
}

/// The file that the handler writes to.
#[derive(Clone, Debug, Default)]
pub(super) struct Written {
    pub(super) path: PathBuf,
    pub(super) identity: Identity,
}

/// The bytes of all rotated files, as they were when they were last listed, and those of the files that this process has rotated
/// since.
pub(super) type Ledger = Option<u64>;

/// When to look at rotated files again although nobody asks.
#[derive(Clone, Copy, Debug, Default)]
struct Tidying {
    next: Option<Duration>,
    /// How often in a row something has failed.
    failures: u32,
}

/// What is left to do when all files have been looked at.
#[derive(Clone, Copy, Debug, Default)]
struct Left {
    /// A process writes to one of them.
    is_one_busy: bool,
    has_failed: bool,
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

/// What compression adds to a file that cannot be made smaller, in bytes, at most; the rest is refused.
pub(super) const FRAME: u64 = 1 << 10;

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

/// The end of the name of what is in the making.
const IN_THE_MAKING: &str = ".rlog-tmp";

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
        if retired.len() < MOST_RETIRED {
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
    fn make_next(&self) {
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
            self.remove_leftovers(&files, false);
            self.remove_compressed_twice(&mut files, left);
        }
        leave_out_twins(&mut files);
        self.retain(&mut files, self.plan.budget(), &mut ledger, left);
        let candidates: Vec<_> = files.iter().map(Rotated::candidate).collect();
        left.until_old = self.plan.retention.until_old(&candidates, self.now());
        Ok(files)
    }

    /// If the total is bounded there is room for one file in the making, so one process compresses at a time: it has `turn`. What
    /// one has left that was killed is removed before. `false` if another process has it.
    fn take_turn(&self, turn: &mut Option<LogFile>, files: &[Rotated], left: &mut Left) -> io::Result<bool> {
        if self.plan.quota.is_none() {
            return Ok(true);
        }
        let lock = self.system.open_lock(&self.plan.compression_lock_path(), self.plan.mode)?;
        if lock.lock().is_none() {
            left.is_one_busy = true;
            return Ok(false);
        }
        self.remove_leftovers(files, true);
        *turn = Some(lock);
        Ok(true)
    }

    fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.bytes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The rotated files without the one that is being written.
    fn rotated(&self) -> io::Result<Vec<Rotated>> {
        let mut files = listing::rotated(&self.system, &self.plan)?;
        let current = self.current().path;
        files.retain(|file| file.codec.is_some() || file.plain != current);
        Ok(files)
    }

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
    pub(super) fn make_room(&self, incoming: u64, others: Others) -> io::Result<Option<MutexGuard<'_, Ledger>>> {
        let Some(Quota { budget, limit, .. }) = self.plan.quota else { return Ok(None) };
        // Others that write to the file may make it as large as it may be.
        let incoming = if others == Others::WriteToIt { incoming.max(limit) } else { incoming };
        let mut ledger = self.ledger();
        let known = ledger.filter(|_| others == Others::AreNotThere);
        if known.is_none_or(|known| known + incoming > budget) {
            let mut files = self.rotated()?;
            // What cannot be deleted now is for the sweep.
            self.retain(&mut files, Some(budget.saturating_sub(incoming)), &mut ledger, &mut Left::default());
        }
        *ledger = ledger.map(|known| known + incoming);
        Ok(Some(ledger))
    }

    /// Deletes the oldest rotated file because the disk is full. Whether there was one.
    pub(super) fn free_space(&self) -> bool {
        let oldest = self.rotated().map(|files| files.into_iter().next());
        matches!(oldest, Ok(Some(oldest)) if self.delete(&oldest, Reason::Space, &mut Left::default()))
    }

    /// Deletes what is not to be kept, and counts what is.
    fn retain(&self, files: &mut Vec<Rotated>, budget: Option<u64>, ledger: &mut Ledger, left: &mut Left) {
        let candidates: Vec<_> = files.iter().map(Rotated::candidate).collect();
        for (index, reason) in self.plan.retention.plan(&candidates, self.now(), budget).into_iter().rev() {
            if self.delete(&files[index], reason, left) {
                files.remove(index);
            }
        }
        *ledger = Some(files.iter().map(|file| file.stat.length).sum());
    }

    /// Whether a call has failed because another process has deleted the file.
    fn is_gone(&self, error: &io::Error, path: &Path) -> bool {
        error.kind() == io::ErrorKind::NotFound && self.system.is_free(path).unwrap_or(false)
    }

    /// Whether another process does. Files with other names than that of the current one were rotated.
    fn is_written_to(&self, file: &Rotated) -> bool {
        let may_be = self.plan.is_in_place() && file.codec.is_none();
        may_be && self.system.read(&file.plain).is_ok_and(|open| open.lock().is_none())
    }

    fn delete(&self, file: &Rotated, reason: Reason, left: &mut Left) -> bool {
        let path = file.path();
        if self.is_written_to(file) {
            left.is_one_busy = true;
            return false;
        }
        match self.system.remove(&path) {
            Ok(true) => self.counters.deletions.happened(),
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

    /// Removes what an earlier process had in the making of a file that is gone since, or if there is no such process for certain,
    /// `of_all` files.
    fn remove_leftovers(&self, files: &[Rotated], of_all: bool) {
        let parents = files.iter().filter_map(|file| file.plain.parent().map(Path::to_path_buf));
        let directories: BTreeSet<_> = parents.chain([self.plan.directory().to_path_buf()]).collect();
        for directory in directories {
            let Ok(names) = self.system.list(&directory) else { continue };
            for name in names {
                let of = name.to_str().and_then(|name| name.strip_prefix('.')?.strip_suffix(IN_THE_MAKING));
                let plain =
                    of.and_then(|name| Codec::ALL.into_iter().find_map(|codec| name.strip_suffix(codec.suffix())));
                let Some(plain) = plain else { continue };
                let plain = directory.join(plain);
                if self.plan.is_own(&plain) && (of_all || self.system.is_free(&plain).unwrap_or(false)) {
                    let _ = self.system.remove(&directory.join(&name));
                }
            }
        }
    }

    /// Finishes what an earlier process did not come to: removing a file that is compressed.
    fn remove_compressed_twice(&self, files: &mut Vec<Rotated>, left: &mut Left) {
        let plain: BTreeSet<_> =
            files.iter().filter(|file| file.codec.is_none()).map(|file| file.plain.clone()).collect();
        for file in files.iter().filter(|file| plain.contains(&file.plain)) {
            let Some(codec) = file.codec else { continue };
            let outcome = (|| -> io::Result<bool> {
                let source = self.system.read(&file.plain)?;
                if source.lock().is_none() {
                    return Ok(false);
                }
                let content = codec.content_length(io::BufReader::new(self.system.read(&file.path())?))?;
                if content != source.stat()?.length {
                    return Err(io::Error::other("it is another file"));
                }
                self.system.remove(&file.plain)?;
                Ok(true)
            })();
            match outcome {
                Ok(is_done) => left.is_one_busy |= !is_done,
                Err(error) if self.is_gone(&error, &file.plain) || self.is_gone(&error, &file.path()) => {}
                Err(error) => {
                    left.has_failed = true;
                    let (plain, path) = (file.plain.display(), file.path());
                    self.failed(format_args!("both `{plain}` and `{}` are there: {error}", path.display()));
                }
            }
        }
        files.retain(|file| file.codec.is_some() || !self.system.is_free(&file.plain).unwrap_or(false));
    }

    /// `false` if somebody still writes to the file.
    fn compress(&self, plain: &Path) -> io::Result<bool> {
        let Some(codec) = self.plan.compression.codec else { return Ok(true) };
        let mut source = match self.system.read(plain) {
            Ok(source) => source,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(true),
            Err(error) => return Err(error),
        };
        if source.lock().is_none() {
            return Ok(false);
        }
        let stat = source.stat()?;
        if !self.system.stat(plain).is_ok_and(|there| there.identity == stat.identity) {
            // Another process has compressed it meanwhile.
            return Ok(true);
        }
        let path = listing::compressed(plain, codec);
        let temporary = beside(&path, IN_THE_MAKING);
        self.system.remove(&temporary)?;
        let outcome = self.compress_to(&mut source, stat.length, &temporary);
        if !matches!(outcome, Ok(true)) {
            let _ = self.system.remove(&temporary);
            return outcome;
        }
        if self.system.is_free(plain)? {
            // Another process has deleted it meanwhile: it is not to come back.
            let _ = self.system.remove(&temporary);
            return Ok(true);
        }
        if !self.system.is_free(&path).unwrap_or(false) {
            let _ = self.system.remove(&temporary);
            return Err(io::Error::new(io::ErrorKind::AlreadyExists, "there is a compressed file of this name"));
        }
        self.system.rename(&temporary, &path)?;
        if !self.plan.fsync.is_never() {
            self.system.sync_directory(path.parent().unwrap_or(Path::new("")))?;
        }
        self.system.remove(plain)?;
        self.counters.compressions.happened();
        Ok(true)
    }

    fn compress_to(&self, source: &mut LogFile, most: u64, temporary: &Path) -> io::Result<bool> {
        let mut target = self.system.create(temporary, 0o600)?;
        let mut buffer = io::BufWriter::with_capacity(64 << 10, Bounded { to: &mut target, left: most + FRAME });
        let length = self.plan.compression.compress(&mut Attentive { from: source, janitor: self }, &mut buffer)?;
        buffer.flush()?;
        drop(buffer);
        if length != source.stat()?.length {
            return Ok(false);
        }
        target.resemble(source)?;
        // Not only if it is asked for: the file that it comes from is deleted next.
        target.sync()?;
        Ok(true)
    }

    fn now(&self) -> SystemTime {
        let nanoseconds = self.wall.now();
        let since = Duration::from_nanos(nanoseconds.unsigned_abs());
        if nanoseconds < 0 { SystemTime::UNIX_EPOCH - since } else { SystemTime::UNIX_EPOCH + since }
    }

    pub(super) fn failed(&self, what: fmt::Arguments<'_>) {
        self.counters.failed(&what);
        trouble::report(Trouble::Handler, format_args!("log file `{}`: {what}", self.plan.path().display()));
    }
}

/// What is still there twice is not compressed again.
fn leave_out_twins(files: &mut Vec<Rotated>) {
    let whole: BTreeSet<_> = files.iter().filter(|file| file.codec.is_some()).map(|file| file.plain.clone()).collect();
    files.retain(|file| file.codec.is_some() || !whole.contains(&file.plain));
}

/// Sees to what the handler waits for between two pieces of a large file, and gives up one that is deleted meanwhile: the disk has
/// it as long as it is open.
struct Attentive<'a> {
    from: &'a mut LogFile,
    janitor: &'a Janitor,
}

impl Read for Attentive<'_> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        self.janitor.make_next();
        if self.from.is_deleted() {
            return Err(io::ErrorKind::NotFound.into());
        }
        self.from.read(bytes)
    }
}

/// Fails when more is written than there was, so that the bound on the disk holds.
struct Bounded<'a> {
    to: &'a mut LogFile,
    left: u64,
}

impl Write for Bounded<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if bytes.len() as u64 > self.left {
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, "it would not become smaller"));
        }
        let written = self.to.write(bytes)?;
        self.left -= written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}
