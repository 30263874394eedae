//! What lines are written through: puts the header before the first of a file, and has space made on a full disk.
//!
//! Called by [`OpenFile::write_out`](super::service::OpenFile), once a batch. Whether a file is empty, and which file it is, is
//! not known before.

use super::janitor::Janitor;
use super::system::LogFile;
use std::io::{self, Write};
use std::vec::Vec;

/// The file for one batch.
#[derive(Debug)]
pub(super) struct Output<'a> {
    pub(super) file: &'a mut LogFile,
    /// What is to be written before all lines; what of it has been is taken out.
    pub(super) header: &'a mut Vec<u8>,
    /// How many bytes that was.
    pub(super) headed: u64,
    /// Who makes space, if that is wanted.
    pub(super) janitor: Option<&'a Janitor>,
    pub(super) space: Space,
}

/// What has been done to make space.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Space {
    /// Nothing since something could be written.
    Untouched,
    /// A file was deleted, and still nothing can be written. Another one may not help either, or not yet.
    MadeInVain,
}

impl Output<'_> {
    /// Both by one call, since other processes may write to the file as well.
    fn write_behind_header(&mut self, bytes: &[u8]) -> io::Result<usize> {
        while !self.header.is_empty() {
            let written = self.file.write(&[self.header, bytes].concat())?;
            let headed = written.min(self.header.len());
            self.header.drain(..headed);
            self.headed += headed as u64;
            if written > headed || written == 0 {
                return Ok(written - headed);
            }
        }
        self.file.write(bytes)
    }
}

impl Write for Output<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        loop {
            let error = match self.write_behind_header(bytes) {
                Ok(written) => {
                    self.space = Space::Untouched;
                    return Ok(written);
                }
                Err(error) => error,
            };
            match self.janitor {
                Some(janitor) if is_full(&error) && self.space == Space::Untouched => {
                    self.space = Space::MadeInVain;
                    if !janitor.free_space() {
                        return Err(error);
                    }
                }
                _ => return Err(error),
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

fn is_full(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
}
