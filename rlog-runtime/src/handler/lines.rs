//! Lines that are gathered and written together, and what happens to them when writing fails.

use super::HandlerError;
use std::io::{self, Write};
use std::vec::Vec;

/// Gathers lines for one destination. A line is written whole or not at all: when the destination fails in the middle of
/// one, the rest of it is kept and written first as soon as writing works again.
#[derive(Debug, Default)]
pub(super) struct Lines {
    /// The rest of a line that was begun, then whole lines.
    bytes: Vec<u8>,
    /// How many bytes of `bytes` are such a rest.
    torn: usize,
    /// Where each whole line ends. A line of a formatter for people may hold line ends of its own.
    ends: Vec<usize>,
}

/// With more than this the lines are written before the batch ends. A system call for each 100 KiB or so is no longer
/// what limits throughput.
const ENOUGH: usize = 128 << 10;

impl Lines {
    /// Adds a line. Returns whether there is enough to write.
    #[inline]
    pub(super) fn push(&mut self, line: &[u8]) -> bool {
        self.bytes.extend_from_slice(line);
        self.ends.push(self.bytes.len());
        self.bytes.len() >= ENOUGH
    }

    pub(super) fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Writes all lines. On failure those that were not begun are lost, and counted in the error.
    pub(super) fn write_to(&mut self, destination: &mut impl Write) -> Result<(), HandlerError> {
        let mut written = 0;
        let outcome = loop {
            if written == self.bytes.len() {
                break Ok(());
            }
            match destination.write(&self.bytes[written..]) {
                Ok(0) => break Err(io::ErrorKind::WriteZero.into()),
                Ok(length) => written += length,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => break Err(error),
            }
        };
        self.settle(written, outcome)
    }

    /// Gives up the lines because nothing can be written now.
    pub(super) fn give_up(&mut self, error: io::Error) -> HandlerError {
        self.settle(0, Err(error)).err().unwrap_or_else(|| HandlerError::new(io::ErrorKind::Other, 0))
    }

    /// Forgets what was written, and on failure everything but the rest of a line that was begun.
    fn settle(&mut self, written: usize, outcome: io::Result<()>) -> Result<(), HandlerError> {
        let Err(error) = outcome else {
            self.bytes.clear();
            self.bytes.shrink_to(2 * ENOUGH);
            self.ends.clear();
            self.torn = 0;
            return Ok(());
        };
        let complete = self.ends.partition_point(|&end| end <= written);
        let is_boundary = written == self.torn || complete > 0 && self.ends[complete - 1] == written;
        let (rest, begun) = match self.ends.get(complete) {
            _ if written < self.torn => (self.torn - written, 0),
            Some(&end) if !is_boundary => (end - written, 1),
            _ => (0, 0),
        };
        let lost = self.ends.len() - complete - begun;
        self.bytes.copy_within(written..written + rest, 0);
        self.bytes.truncate(rest);
        self.ends.clear();
        self.torn = rest;
        Err(HandlerError::new(error, lost as u64))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Takes so many bytes, then fails, again and again.
    struct Disk {
        content: Vec<u8>,
        room: usize,
    }

    impl Write for Disk {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            if self.room == 0 {
                return Err(io::ErrorKind::StorageFull.into());
            }
            let length = bytes.len().min(self.room).min(7);
            self.room -= length;
            self.content.extend_from_slice(&bytes[..length]);
            Ok(length)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    proptest! {
        #[test]
        fn every_line_is_whole_and_every_other_one_is_counted(
            batches in proptest::collection::vec((proptest::collection::vec(0_usize..20, 0..6), 0_usize..60), 1..20),
        ) {
            let mut disk = Disk { content: Vec::new(), room: 0 };
            let mut lines = Lines::default();
            let (mut offered, mut lost) = (0_u64, 0_u64);
            for (batch, room) in batches {
                disk.room += room;
                for length in batch {
                    let mut line = vec![b'a' + (offered % 26) as u8; length];
                    line.push(b'\n');
                    lines.push(&line);
                    offered += 1;
                }
                if let Err(error) = lines.write_to(&mut disk) {
                    lost += error.lost();
                }
            }
            disk.room = usize::MAX;
            prop_assert!(lines.write_to(&mut disk).is_ok());
            let written = disk.content.split_inclusive(|&byte| byte == b'\n');
            prop_assert_eq!(written.clone().count() as u64 + lost, offered);
            for line in written {
                prop_assert!(line.iter().all(|byte| *byte == line[0] || *byte == b'\n'), "two lines in one");
            }
        }
    }
}
