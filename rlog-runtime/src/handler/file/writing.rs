//! How lines get into the file.
//!
//! Once a batch, or when there are enough [`Lines`](crate::handler::lines::Lines). What has been written counts when it is known
//! that the file was not deleted meanwhile; otherwise it is written again, to the file that has taken its place.

use super::header::{First, header};
use super::output::{Output, Space};
use super::service::OpenFile;
use super::system::{FileKind, Stat};
use crate::callsite::Callsite;
use crate::handler::HandlerError;
use crate::level::Level;
use crate::timestamp::Timestamp;
use crate::worker::notices;
use core::sync::atomic::Ordering;
use std::io;
use std::string::String;
use std::time::Duration;

/// What was lost while nothing could be written.
#[derive(Debug, Default)]
pub(super) struct Outage {
    pub(super) lost: u64,
    reason: String,
}

/// So often in a row lines are written again because the file was deleted meanwhile.
const MOST_DELETED: u32 = 8;
/// While deleting files does not help on a full disk.
const BETWEEN_DELETIONS: Duration = Duration::from_millis(50);

impl OpenFile {
    /// Writes all lines, to the file that stands under the path now.
    pub(super) fn write_out(&mut self) -> Result<(), HandlerError> {
        let left_behind = core::mem::take(&mut self.left_behind);
        if self.lines.is_empty() && left_behind == 0 {
            return Ok(());
        }
        self.look_if_due();
        let mut result = self.write_lines();
        self.turn = None;
        let lost = left_behind + core::mem::take(&mut self.left_behind);
        let written = self.lines.take_written();
        self.counters.bytes.fetch_add(written.bytes, Ordering::Relaxed);
        self.counters.lines.fetch_add(written.lines, Ordering::Relaxed);
        if written.lines > 0 && !self.plan.fsync.is_never() && !self.janitor.owes(&self.current.file, written.lines) {
            self.is_urgent = true;
        }
        if lost > 0 {
            result = match result {
                Ok(()) => Err(HandlerError::new(io::Error::other("a line could not be finished in its file"), lost)),
                Err(mut error) => {
                    error.lost += lost;
                    Err(error)
                }
            };
        }
        if self.has_begun {
            self.arm();
        }
        match &result {
            Ok(()) => self.tell_of_outage(),
            Err(error) => self.note_outage(error.lost, error),
        }
        result
    }

    /// Writes all lines, and if somebody has deleted the file by then, to the next one.
    fn write_lines(&mut self) -> Result<(), HandlerError> {
        for _ in 0..MOST_DELETED {
            self.begin_with_header();
            self.write_once()?;
            if !self.learn_size() {
                self.lines.settle();
                return Ok(());
            }
            self.lines.begin_again();
            let before = self.current.identity;
            self.look_at_file();
            if self.current.identity == before {
                // It is not there, and looks as if somebody was about to rotate it.
                self.reopen(false);
            }
        }
        Err(self.lines.give_up(io::Error::other("each file is deleted while it is written")))
    }

    /// Writes all lines to the file that is open, and keeps them.
    fn write_once(&mut self) -> Result<(), HandlerError> {
        if self.current.is_shared
            && self.lines.is_one_begun()
            && self.current.file.stat().is_ok_and(|stat| stat.length != self.begun_until)
        {
            self.lines.begin_behind_others();
        }
        let now = self.clock.now();
        let is_soon = self.freed_in_vain_at.is_some_and(|at| now < at + BETWEEN_DELETIONS);
        let mut output = Output {
            file: &mut self.current.file,
            header: &mut self.header,
            headed: 0,
            janitor: (self.plan.retention.free_space && !is_soon).then_some(&*self.janitor),
            space: Space::Untouched,
        };
        let before = self.lines.len() as u64;
        let result = self.lines.write_and_keep(&mut output);
        if !is_soon {
            self.freed_in_vain_at = (output.space == Space::MadeInVain).then_some(now);
        }
        let headed = output.headed;
        self.counters.bytes.fetch_add(headed, Ordering::Relaxed);
        self.current.size += headed + if result.is_ok() { before } else { self.lines.written().bytes };
        if self.lines.is_one_begun() {
            self.begun_until = self.current.file.position().unwrap_or(self.current.size);
        }
        result
    }

    /// Asks how long the file is by now, if others write to it, or if all depends on knowing whether they do. `true` if it is
    /// deleted, and what was written to it with it.
    pub(super) fn learn_size(&mut self) -> bool {
        if self.current.kind != FileKind::Regular || !(self.current.is_shared || self.may_be_deleted()) {
            return false;
        }
        self.current.file.stat().is_ok_and(|stat| {
            self.note_size(&stat);
            stat.is_deleted
        })
    }

    /// How long the file is tells what others have done to it since it was last known.
    pub(super) fn note_size(&mut self, stat: &Stat) {
        // Who deletes a file that is still open takes out what is in it.
        if stat.length < self.current.size && !stat.is_deleted {
            self.counters.truncations.happened();
            self.needs_attention = true;
        } else if stat.length > self.current.size {
            self.current.is_shared = true;
            self.next_look = self.clock.now() + self.between_looks();
        }
        self.current.size = stat.length;
    }

    /// Whether another process may delete the file when it has rotated it, before this one has noticed.
    pub(super) fn may_be_deleted(&self) -> bool {
        self.plan.rotates() && !self.plan.retention.is_all()
    }

    #[cold]
    pub(super) fn note_outage(&mut self, lost: u64, error: &HandlerError) {
        self.counters.failed(error);
        self.outage.lost += lost;
        self.outage.reason = std::format!("{}", error.source);
    }

    /// Makes the header, if the file is empty. Not before: while lines were gathered somebody may have put an empty file in its
    /// place, or made it empty. A rotation puts it into the next file before anybody can write to that; this is for all others.
    fn begin_with_header(&mut self) {
        let Some(first) = self.first.filter(|_| self.current.size == 0 && !self.lines.is_empty()) else { return };
        if self.turn.is_none() && self.plan.rotates() {
            // Held until it is written.
            self.turn = self.lock_to_write();
        }
        if self.current.kind == FileKind::Regular
            && let Ok(stat) = self.current.file.stat()
            && stat.length > 0
        {
            // Another process has begun it.
            self.current.size = stat.length;
        } else {
            self.header = header(first);
        }
    }

    /// The first line since lines were written, if there are headers. One may have to go before it, for which there is to be
    /// room.
    #[cold]
    pub(super) fn note_first(&mut self, line: &[u8], at: Timestamp) {
        let first = First::of(line, at);
        self.first = Some(first);
        if self.current.size == 0 {
            self.room = self.room.saturating_sub(header(first).len() as u64);
        }
    }

    /// In the file itself, now that something can be written again.
    fn tell_of_outage(&mut self) {
        if self.outage.lost == 0 {
            return;
        }
        static LOST: Callsite = Callsite::new(Level::ERROR, 1, line!(), "t4:rlogmh0;a.rlog\u{1f}");
        let Outage { lost, reason } = core::mem::take(&mut self.outage);
        let records = if lost == 1 { "record is" } else { "records are" };
        let path = self.current.path.display();
        notices::post(&LOST, std::format!("{lost} {records} missing from log file `{path}`: {reason}"));
    }
}
