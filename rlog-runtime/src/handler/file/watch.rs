//! What others do to the file: `logrotate` renames or truncates it, somebody deletes it or its directory, another process of
//! the same program rotates it.
//!
//! Looked at before lines are written, at most every half second (or every 50 ms if others write to it, too), so that lines go to the file that stands under the path even
//! if nothing was logged for a day. What was written to a file that has been renamed meanwhile is whole and in order there.
//! `copytruncate` loses what is written between its copy and its truncation, at most what is logged in that time; the rest
//! continues at the beginning, since the file is appended to.

use super::open;
use super::service::{Current, OpenFile};
use super::system::FileKind;
use std::io;

impl OpenFile {
    /// Finds out, and opens the path anew if it has to be.
    pub(super) fn look_at_file(&mut self) {
        if self.current.kind != FileKind::Regular {
            return;
        }
        if let Ok(stat) = self.current.file.stat() {
            if stat.length < self.current.size {
                self.counters.truncations.happened();
                self.needs_attention = true;
            } else if stat.length > self.current.size {
                self.current.is_shared = true;
                self.next_look = self.clock.now() + self.between_looks();
            }
            self.current.size = stat.length;
        }
        match self.system.stat(&self.current.path) {
            Ok(there) if there.identity == self.current.identity => {}
            Ok(_) => self.reopen(false),
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
                if self.plan.rotates() && self.is_being_rotated() {
                    // It will be there at once.
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
        let (next, is_torn) = Current::new(self.current.path.clone(), opened);
        self.counters.reopenings.happened();
        self.switch_to(next);
        if is_torn {
            self.lines.begin_behind_a_torn_line();
        }
        // Its time is that of the next record.
        debug_assert_eq!(self.current.started, None);
    }
}
