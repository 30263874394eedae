//! What others do to the file: `logrotate` renames or truncates it, somebody deletes it or its directory, another process of
//! the same program rotates it.
//!
//! Looked at before lines are written, at most every half second (or every 50 ms if others write to it, too), so that lines go to
//! the file that stands under the path even if nothing was logged for a day. While nothing is logged, the janitor looks now and
//! then whether another process has rotated the file: nobody may compress a file that this one keeps open. What was written to a file that has been renamed meanwhile is whole and in order there.
//! `copytruncate` loses what is written between its copy and its truncation, at most what is logged in that time; the rest
//! continues at the beginning, since the file is appended to.

use super::janitor::{Janitor, Written};
use super::open::{self, Opened};
use super::rotate::{MOST_LOCKED_OUT, successor};
use super::service::{Current, OpenFile};
use super::system::FileKind;
use std::io;
use std::path::PathBuf;

impl OpenFile {
    /// Finds out, and opens the path anew if it has to be.
    pub(super) fn look_at_file(&mut self) {
        if self.current.kind != FileKind::Regular {
            return;
        }
        if let Ok(stat) = self.current.file.stat() {
            self.note_size(&stat);
        }
        if let Some((key, path)) = successor(&self.plan, &self.system, &self.current.path) {
            match open::open_to_write(&self.system, &path, self.plan.mode) {
                Ok(opened) => {
                    self.last_key = Some(key);
                    self.follow(path, opened);
                }
                Err(error) => self.janitor.failed(format_args!("cannot open `{}`: {error}", path.display())),
            }
            return;
        }
        match self.system.stat(&self.current.path) {
            Ok(there) if there.identity == self.current.identity => {}
            Ok(_) => self.reopen(false),
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
                if self.plan.rotates() && self.missing < MOST_LOCKED_OUT && self.is_being_rotated() {
                    // It will be there at once, if somebody does not just keep the lock.
                    self.missing += 1;
                    self.next_look = self.clock.now();
                } else {
                    self.reopen(false);
                }
            }
            Err(error) => self.janitor.failed(format_args!("cannot see whether it is still there: {error}")),
        }
    }

    /// Opens the path anew. On failure the file is written on that is open.
    pub(super) fn reopen(&mut self, even_if_it_is_the_same: bool) {
        let opened = match open::open_to_write(&self.system, &self.current.path, self.plan.mode) {
            Ok(opened) => opened,
            Err(error) => {
                self.janitor.failed(format_args!("cannot open it again: {error}"));
                return;
            }
        };
        if opened.stat.identity == self.current.identity && cfg!(unix) && !even_if_it_is_the_same {
            return;
        }
        self.follow(self.current.path.clone(), opened);
    }

    /// Goes on in the file that somebody has put in its place.
    fn follow(&mut self, path: PathBuf, opened: Opened) {
        let (next, is_torn) = Current::new(path, opened);
        self.counters.reopenings.happened();
        self.switch_to(next);
        if is_torn {
            self.lines.begin_behind_a_torn_line();
        }
        // Its time is that of the next record.
        debug_assert_eq!(self.current.started, None);
    }
}

impl Janitor {
    /// Whether another process has rotated the file that the handler keeps open; then it is asked to look at it. It does so by
    /// itself as soon as it writes.
    pub(super) fn look_for_handler(&self) {
        let Written { path, identity } = self.current();
        let is_another =
            || self.system.stat(&path).is_ok_and(|there| there.kind == FileKind::Regular && there.identity != identity);
        if successor(&self.plan, &self.system, &path).is_some() || is_another() {
            self.requests.look_at_file(!self.wall.is_manual());
        }
    }
}
