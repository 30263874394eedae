//! The handler in service.
//!
//! Called by the worker, or by the thread that logs. The usual way of a line is two comparisons, one with the room that is left
//! in the file and one with the time that the file lasts until, and a copy; everything else is decided when lines are written,
//! which is once a batch, or in [`OpenFile::attend`].

use super::header::First;
use super::janitor::Janitor;
use super::open::{self, Opened};
use super::requests::{Asked, Requests};
use super::stats::FileCounters;
use super::system::{FileKind, Identity, LogFile, System};
use super::template::Key;
use super::wall::Wall;
use super::writing::Outage;
use super::{CurrentFile, Plan};
use crate::handler::lines::Lines;
use crate::handler::{Handler, HandlerError};
use crate::level::Level;
use crate::record::Record;
use crate::time::Clock;
use crate::timestamp::Timestamp;
use crate::worker::notices;
use core::sync::atomic::Ordering;
use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use std::vec::Vec;

/// A file handler in service.
#[derive(Debug)]
pub(super) struct OpenFile {
    pub(super) plan: Arc<Plan>,
    pub(super) system: System,
    pub(super) janitor: Arc<Janitor>,
    pub(super) counters: Arc<FileCounters>,
    requests: Arc<Requests>,
    /// What has been asked for and answered.
    answered: Asked,
    pub(super) clock: Clock,
    pub(super) wall: Wall,
    pub(super) current: Current,
    pub(super) lines: Lines,
    /// How many bytes still fit into the file. Without a bound, or while it cannot be rotated, the largest number.
    pub(super) room: u64,
    /// With so many bytes lines are written, though the batch has not ended.
    enough: u64,
    /// The lock of the rotation, while a line is written that is larger than that, or a header.
    pub(super) turn: Option<LogFile>,
    /// The moments that the file is for, in nanoseconds. Records before the first one show that the clock was set back.
    from: i64,
    until: i64,
    /// The next record is to be looked at closely, whatever its size and time.
    pub(super) needs_attention: bool,
    pub(super) has_begun: bool,
    /// The file could not be rotated, and is not tried before this.
    paused_until: Option<Duration>,
    /// How often in a row that was because somebody else has the lock.
    pub(super) locked_out: u32,
    /// How often in a row there was no file under the path while somebody had it.
    pub(super) missing: u32,
    /// When to look what others have done to the file.
    pub(super) next_look: Duration,
    pub(super) last_key: Option<Key>,
    /// How long the file was when a line was begun in it that could not be finished.
    pub(super) begun_until: u64,
    /// Records that went down with a file that had to be left, to be told with the next call.
    pub(super) left_behind: u64,
    pub(super) outage: Outage,
    /// A record since the last batch is to be on the disk at its end.
    pub(super) is_urgent: bool,
    /// From this level on it is.
    urgent: Level,
    /// When space was last made on a full disk, if it did not help.
    pub(super) freed_in_vain_at: Option<Duration>,
    /// The first of the lines, if there are headers.
    pub(super) first: Option<First>,
    /// What is to be written of the header of the file before any line.
    pub(super) header: Vec<u8>,
}

/// The file that lines go to.
#[derive(Debug)]
pub(super) struct Current {
    pub(super) file: LogFile,
    pub(super) path: PathBuf,
    pub(super) identity: Identity,
    pub(super) kind: FileKind,
    /// How long it is, as far as is known without asking.
    pub(super) size: u64,
    /// How much of that is a header that stands there before any line.
    pub(super) head: u64,
    /// Those of this process.
    pub(super) records: u64,
    /// The moment that its period and its name go by, in seconds: that of its first record, or if it was there before, that of
    /// the last one then. `None` until a record says what time it is.
    pub(super) started: Option<i64>,
    /// When it was last written, before this process opened it.
    pub(super) modified: i64,
    /// Somebody else writes to it too.
    pub(super) is_shared: bool,
}

/// How often to look at the file from outside. Two calls of the system.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// Of one that others write to, who may rotate it, too.
const LOOK_AT_SHARED_EVERY: Duration = Duration::from_millis(50);
/// Of one that another process could rotate and delete, if there was one.
const LOOK_AT_DELETED_EVERY: Duration = Duration::from_millis(5);
/// How long until a rotation is tried again.
const PAUSE: Duration = Duration::from_millis(500);
const BILLION: i64 = 1_000_000_000;

impl Current {
    pub(super) fn new(path: PathBuf, opened: Opened) -> (Self, bool) {
        let modified = opened.stat.modified;
        let current = Self {
            file: opened.file,
            path,
            identity: opened.stat.identity,
            kind: opened.stat.kind,
            size: if opened.stat.kind == FileKind::Regular { opened.stat.length } else { 0 },
            head: 0,
            records: 0,
            started: None,
            modified: Timestamp::from(modified).as_nanoseconds().div_euclid(BILLION),
            is_shared: false,
        };
        (current, opened.is_torn)
    }
}

impl OpenFile {
    pub(super) fn open(
        plan: Arc<Plan>,
        requests: Arc<Requests>,
        system: System,
        clock: Clock,
        wall: Wall,
    ) -> io::Result<Self> {
        let counters = Arc::new(FileCounters::default());
        let (path, key) = super::rotate::first_path(&plan, &system, wall.now().div_euclid(BILLION))?;
        let (current, is_torn) = Current::new(path.clone(), open::open_to_write(&system, &path, plan.mode)?);
        counters.set_path(&path);
        let janitor = Arc::new(Janitor::new(
            Arc::clone(&plan),
            system.clone(),
            Arc::clone(&counters),
            Arc::clone(&requests),
            clock.clone(),
            wall.clone(),
        ));
        janitor.set_current(&path, current.identity);
        janitor.opened();
        if open::is_open_to_everybody(path.parent().unwrap_or(Path::new(""))) {
            notices::configuration(std::format!(
                "everybody may replace log file `{}`, as its directory is writable for all; take that right away, or set its sticky bit",
                path.display()
            ));
        }
        let answered = requests.begin();
        Ok(Self {
            system,
            janitor,
            counters,
            requests,
            answered,
            // Whether others write to it shows with the first lines.
            next_look: clock.now(),
            is_urgent: false,
            urgent: plan.fsync.level.unwrap_or(Level::SILENT),
            clock,
            wall,
            current,
            lines: if is_torn { Lines::behind_a_torn_line() } else { Lines::default() },
            room: 0,
            from: i64::MIN,
            until: i64::MAX,
            needs_attention: true,
            has_begun: false,
            paused_until: None,
            enough: plan.quota.map_or(u64::MAX, |quota| quota.write),
            turn: None,
            locked_out: 0,
            missing: 0,
            last_key: key,
            begun_until: 0,
            left_behind: 0,
            outage: Outage::default(),
            freed_in_vain_at: None,
            first: None,
            header: Vec::new(),
            plan,
        })
    }

    /// A record that may have to go into the next file. On failure it is lost, with those that the error counts before it.
    #[cold]
    fn attend(&mut self, record: &Record<'_>, line: &[u8]) -> Result<(), HandlerError> {
        let now = record.timestamp().as_nanoseconds();
        let mut wants = false;
        if !self.has_begun {
            self.has_begun = true;
            self.begin();
            wants = self.plan.on_start && self.current.size > self.current.head && self.is_start();
        }
        if self.current.started.is_none() {
            self.set_times(now);
        }
        if now < self.from && self.wall.now() < self.from {
            // The clock was set back by more than a period. What was to come at its old time would be late by as much. It is
            // asked itself, because a record may be an old one: one that an earlier process has left to be written.
            self.current.started = Some(now.div_euclid(BILLION));
            self.arm();
        }
        let is_overdue = now >= self.until;
        let is_empty = self.is_empty();
        wants |= is_overdue || line.len() as u64 > self.room;
        if let Some(when) = &self.plan.when
            && self.paused_until.is_none()
        {
            let bytes = self.current.size + self.lines.len() as u64 + line.len() as u64;
            wants |= when(record, &CurrentFile { bytes, records: self.current.records });
        }
        if wants && is_overdue && is_empty && !self.plan.is_in_place() {
            // An empty file is as good as a new one.
            self.current.started = Some(now.div_euclid(BILLION));
        } else if wants && (!is_empty || (is_overdue && self.plan.is_in_place())) {
            let before = self.current.identity;
            self.write_before_next()?;
            // Writing may have found out that somebody else has rotated it.
            if self.current.identity == before {
                self.rotate(now.div_euclid(BILLION));
            }
            if self.current.started.is_none() {
                self.set_times(now);
            }
        }
        if line.len() as u64 > self.enough {
            self.take_turn(line.len() as u64, now.div_euclid(BILLION))?;
        }
        self.arm();
        self.needs_attention = self.plan.when.is_some();
        Ok(())
    }

    /// Whether there is no line for it, written or not.
    fn is_empty(&self) -> bool {
        self.current.size <= self.current.head && self.lines.is_empty()
    }

    /// For a line that is larger than what each process may add to a file that is full: nobody rotates the file, or writes such a
    /// line to it, until this one is written.
    #[cold]
    fn take_turn(&mut self, line: u64, now: i64) -> Result<(), HandlerError> {
        const MOST: u32 = 16;
        self.write_before_next()?;
        for _ in 0..MOST {
            self.look_at_file();
            let Some(lock) = self.lock_to_write() else { break };
            self.learn_size();
            let is_there =
                self.system.stat(&self.current.path).is_ok_and(|there| there.identity == self.current.identity);
            // While it cannot be rotated it is written on, and not tried again with each line.
            let may_be_full = self.paused_until.is_none() && !self.is_empty();
            let is_full = may_be_full && self.plan.limit.is_some_and(|limit| self.current.size + line > limit);
            if is_there && !is_full {
                self.turn = Some(lock);
                break;
            }
            drop(lock);
            if is_there && !self.rotate(now) {
                break;
            }
        }
        Ok(())
    }

    /// Writes what there is before a line that is not there yet. On failure that is lost, too.
    fn write_before_next(&mut self) -> Result<(), HandlerError> {
        self.write_out().map_err(|mut error| {
            error.lost += 1;
            self.outage.lost += 1;
            error
        })
    }

    /// Before the first record. Not when the handler is opened: another one may be wrong, and then nothing is to be changed.
    fn begin(&mut self) {
        if self.plan.rotates() {
            self.recover();
            self.janitor.ask();
        }
        if self.current.size == 0 {
            self.put_aside(&self.current.file);
        }
        self.point();
    }

    /// Whether this process has not written to the file yet, by a handler that this one has replaced.
    fn is_start(&self) -> bool {
        static STARTED: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());
        // In a child of `fork` it may be locked for ever.
        self.wall.is_manual()
            || STARTED.try_lock().is_ok_and(|mut started| started.insert(self.plan.path().to_path_buf()))
    }

    /// What the file is for, now that a record says what time it is.
    fn set_times(&mut self, now: i64) {
        let now = now.div_euclid(BILLION);
        let is_new = self.current.size == 0;
        let schedule = self.plan.schedule.as_ref();
        let started = self.current.modified;
        // If the clock was set back since then, by more than a period, the file would last too long.
        let is_beyond = schedule.is_some_and(|schedule| now < started - schedule.longest());
        self.current.started = Some(if is_new || is_beyond { now } else { started });
        self.arm();
    }

    /// Sets what the next record is compared with.
    pub(super) fn arm(&mut self) {
        let (limit, started) = (self.plan.limit, self.current.started);
        self.room = limit.map_or(u64::MAX, |limit| limit.saturating_sub(self.current.size + self.lines.len() as u64));
        (self.from, self.until) = match (&self.plan.schedule, started) {
            (Some(schedule), Some(started)) => (
                started.saturating_sub(schedule.longest()).saturating_mul(BILLION),
                schedule.next_after(started).saturating_mul(BILLION),
            ),
            _ => (i64::MIN, i64::MAX),
        };
        if self.paused_until.is_some() {
            (self.room, self.until) = (u64::MAX, i64::MAX);
        }
    }

    /// The file could not be rotated. It is written on, and tried again soon.
    pub(super) fn pause(&mut self) {
        self.paused_until = Some(self.clock.now() + PAUSE);
    }

    fn answer_requests(&mut self) -> Result<(), HandlerError> {
        let asked = self.requests.asked();
        if asked.rotate != self.answered.rotate {
            self.answered.rotate = asked.rotate;
            let rotated = self.rotate_on_demand();
            self.requests.answer(asked.rotate, matches!(rotated, Ok(true)));
            rotated?;
        }
        if asked.reopen != self.answered.reopen {
            self.look();
        }
        Ok(())
    }

    /// Whether it is done, or there is nothing to do.
    fn rotate_on_demand(&mut self) -> Result<bool, HandlerError> {
        if !self.plan.rotates() || self.is_empty() {
            return Ok(true);
        }
        self.write_out()?;
        let now = self.wall.now();
        if self.current.started.is_none() {
            self.set_times(now);
        }
        let is_done = self.rotate(now.div_euclid(BILLION));
        self.arm();
        Ok(is_done)
    }

    /// Looks what others have done to the file, if that was asked for or was not done for a while.
    pub(super) fn look_if_due(&mut self) {
        let now = self.clock.now();
        if self.requests.asked().reopen == self.answered.reopen && now < self.next_look {
            return;
        }
        if self.paused_until.is_some_and(|until| now >= until) {
            self.paused_until = None;
            self.needs_attention = true;
        }
        self.look();
    }

    /// See [`OpenFile::look_at_file`](super::watch).
    fn look(&mut self) {
        self.answered.reopen = self.requests.asked().reopen;
        self.next_look = self.clock.now() + self.between_looks();
        self.look_at_file();
    }

    pub(super) fn between_looks(&self) -> Duration {
        match (self.may_be_deleted(), self.current.is_shared) {
            (false, false) => LOOK_EVERY,
            (false, true) => LOOK_AT_SHARED_EVERY,
            (true, false) => LOOK_AT_DELETED_EVERY,
            // Lines that come late to a rotated file would be deleted with it.
            (true, true) => Duration::ZERO,
        }
    }

    /// Has the disk take what it is to have by now.
    fn sync_if_due(&mut self) -> Result<(), HandlerError> {
        let fsync = self.plan.fsync;
        if fsync.is_never() {
            return Ok(());
        }
        let refused = self.janitor.take_refused();
        if refused > 0 {
            return Err(self.abandon(refused, &io::Error::other("told in the background")));
        }
        if fsync.every_record || core::mem::take(&mut self.is_urgent) { self.sync() } else { Ok(()) }
    }

    fn sync(&mut self) -> Result<(), HandlerError> {
        let lines = self.janitor.take_unsynced();
        if lines == 0 {
            return Ok(());
        }
        self.current.file.sync().map_err(|error| self.abandon(lines, &error))
    }

    /// The disk has not taken so many lines. The system may have dropped what it could not write, and would say that all is
    /// well if it were asked again: so the file is left.
    #[cold]
    fn abandon(&mut self, lines: u64, error: &io::Error) -> HandlerError {
        let error = io::Error::new(error.kind(), std::format!("the disk has not taken it: {error}"));
        let error = HandlerError::new(error, lines);
        self.note_outage(lines, &error);
        if self.plan.rotates() && self.lines.is_empty() {
            self.rotate(self.wall.now().div_euclid(BILLION));
            self.arm();
        } else {
            self.reopen(true);
        }
        error
    }

    /// Everything of the file before it is left for another.
    pub(super) fn switch_to(&mut self, next: Current) {
        if !self.header.is_empty() {
            // A part of it stands there.
            let _ = self.current.file.write_all(&core::mem::take(&mut self.header));
        }
        self.left_behind += self.lines.leave(&mut self.current.file);
        let written = self.lines.take_written();
        self.counters.lines.fetch_add(written.lines, Ordering::Relaxed);
        next.file.mark_as_written();
        let old = core::mem::replace(&mut self.current, next);
        // Whoever shares one file shares the next.
        self.current.is_shared |= old.is_shared;
        self.janitor.set_current(&self.current.path, self.current.identity);
        self.counters.set_path(&self.current.path);
        // The janitor sees to the old one.
        self.janitor.take_unsynced();
        self.janitor.retire(old.file);
        (self.locked_out, self.missing) = (0, 0);
        self.needs_attention = true;
        self.next_look = self.clock.now() + self.between_looks();
        self.point();
    }

    /// Has the link point to the file.
    pub(super) fn point(&self) {
        let Some(link) = &self.plan.link else { return };
        let pointed = target(link, &self.current.path).and_then(|target| match self.system.point(link, &target) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                self.system.create_directories(link.parent().unwrap_or(Path::new("")))?;
                self.system.point(link, &target)
            }
            pointed => pointed,
        });
        if let Err(error) = pointed {
            self.janitor.failed(format_args!("cannot have `{}` point to it: {error}", link.display()));
        }
    }
}

impl Drop for OpenFile {
    fn drop(&mut self) {
        self.requests.end();
    }
}

/// What a link is to hold, which goes by the directory that it is in: what is below that, or a path that does not depend on it.
fn target(link: &Path, path: &Path) -> io::Result<PathBuf> {
    match link.parent().and_then(|directory| path.strip_prefix(directory).ok()) {
        Some(below) => Ok(below.to_path_buf()),
        None => std::path::absolute(path),
    }
}

impl Handler for OpenFile {
    #[inline]
    fn emit(&mut self, record: &Record<'_>, line: &[u8]) -> Result<(), HandlerError> {
        let now = record.timestamp().as_nanoseconds();
        let length = line.len() as u64;
        if length > self.room.min(self.enough) || now >= self.until || now < self.from || self.needs_attention {
            self.attend(record, line)?;
        }
        if record.level() >= self.urgent {
            self.is_urgent = true;
        }
        if self.plan.header && self.lines.is_empty() && length > 0 {
            self.note_first(line, record.timestamp());
        }
        self.room = self.room.saturating_sub(length);
        self.current.records += 1;
        if self.lines.push(line) || self.lines.len() as u64 >= self.enough { self.write_out() } else { Ok(()) }
    }

    fn end_of_batch(&mut self) -> Result<(), HandlerError> {
        self.answer_requests()?;
        self.write_out()?;
        self.sync_if_due()
    }

    fn close(&mut self) -> Result<(), HandlerError> {
        let mut result = self.write_out().map_err(|error| self.lines.abandon(error));
        if !self.plan.fsync.is_never() {
            let synced = self.sync();
            result = result.and(synced);
        }
        // What waits for the janitor's thread may have to be on the disk.
        self.janitor.close_retired();
        result
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_points_to_the_file_from_wherever_it_is() {
        let here = std::env::current_dir().expect("there is one");
        for (link, path, expected) in [
            ("logs/current.log", "logs/2026/11/app.log", "2026/11/app.log".into()),
            ("current.log", "logs/app.log", "logs/app.log".into()),
            ("current.log", "../logs/app.log", "../logs/app.log".into()),
            ("links/current.log", "logs/app.log", here.join("logs/app.log")),
            ("links/current.log", "../logs/app.log", here.join("../logs/app.log")),
            ("links/current.log", "/var/log/app.log", "/var/log/app.log".into()),
            ("/var/log/current.log", "/var/log/app/app.log", "app/app.log".into()),
            ("/run/current.log", "/var/log/app.log", "/var/log/app.log".into()),
        ] {
            assert_eq!(target(Path::new(link), Path::new(path)).expect("there is a directory"), expected, "{link}");
        }
    }
}
