//! Lines that are gathered and written together, and what happens to them when writing fails.

use super::HandlerError;
use std::io::{self, Write};
use std::vec::Vec;

/// Gathers lines for one destination. A line is written whole or not at all: when the destination fails in the middle
/// of one, it is kept, and the rest of it written first as soon as writing works again. It holds at most that line,
/// [`ENOUGH`] and another one.
#[derive(Debug, Default)]
pub(super) struct Lines {
    /// A line that was begun, then those that were not.
    bytes: Vec<u8>,
    /// How many bytes of `bytes` are such a line.
    torn: usize,
    /// How many of these the destination has.
    begun: usize,
    /// It is that of a record that nobody has counted as lost yet.
    owed: bool,
    /// Where each whole line ends, ascending. A line of a formatter for people may hold line ends of its own.
    ends: Vec<usize>,
    /// Since somebody asked.
    written: Written,
}

/// What has reached a destination.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Written {
    pub(super) bytes: u64,
    /// Whole ones.
    pub(super) lines: u64,
}

/// With more than this the lines are written before the batch ends. Gathering and writing lines of 120 bytes, best of
/// five (2 CPUs, 2026-11-23): on ext4 61, 53, 45, 41, 41 and 40 ns a line with 16, 32, 64, 128, 256 and 512 KiB, on
/// tmpfs 57 to 61 ns whatever the size.
const ENOUGH: usize = 128 << 10;

impl Lines {
    /// Lines for a destination that ends in the middle of one, which somebody else began.
    pub(super) fn behind_a_torn_line() -> Self {
        Self { bytes: vec![b'\n'], torn: 1, ..Self::default() }
    }

    /// The same, for a destination that takes the place of the one before it. What waits goes behind the torn line.
    pub(super) fn begin_behind_a_torn_line(&mut self) {
        debug_assert_eq!(self.torn, 0);
        self.bytes.insert(0, b'\n');
        self.ends.iter_mut().for_each(|end| *end += 1);
        self.torn = 1;
    }

    /// Adds a line. Returns whether there is enough to write.
    #[inline]
    pub(super) fn push(&mut self, line: &[u8]) -> bool {
        // A formatter may write nothing for some records; ends stay ascending, and few.
        if !line.is_empty() {
            self.bytes.extend_from_slice(line);
            self.ends.push(self.bytes.len());
        }
        self.bytes.len() >= ENOUGH
    }

    pub(super) fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Whether the destination has a part of a line.
    pub(super) fn is_one_begun(&self) -> bool {
        self.begun > 0
    }

    /// Somebody else has written to the destination since a line was begun, so its rest would belong to nothing: it is written
    /// again, whole.
    pub(super) fn begin_behind_others(&mut self) {
        if self.owed {
            self.bytes.insert(0, b'\n');
            self.ends.iter_mut().for_each(|end| *end += 1);
            self.torn += 1;
        }
        self.begun = 0;
    }

    /// How many bytes wait.
    pub(super) fn len(&self) -> usize {
        self.bytes.len() - self.begun
    }

    /// What has been written since somebody asked.
    pub(super) fn written(&self) -> Written {
        self.written
    }

    /// What has been written since this was last asked.
    pub(super) fn take_written(&mut self) -> Written {
        core::mem::take(&mut self.written)
    }

    /// Finishes the line that was begun at the destination, which will get no other one. If that cannot be done, the rest
    /// is given up; returns how many records are lost.
    pub(super) fn leave(&mut self, destination: &mut impl Write) -> u64 {
        if self.torn == 0 {
            return 0;
        }
        let is_finished = destination.write_all(&self.bytes[self.begun..self.torn]).is_ok();
        let lost = u64::from(self.owed && !is_finished);
        self.written.lines += u64::from(self.owed && is_finished);
        self.drop_rest();
        lost
    }

    fn drop_rest(&mut self) {
        self.bytes.drain(..self.torn);
        self.ends.iter_mut().for_each(|end| *end -= self.torn);
        (self.torn, self.begun, self.owed) = (0, 0, false);
    }

    /// Writes all lines. On failure those that were not begun are lost, and counted in the error.
    pub(super) fn write_to(&mut self, destination: &mut impl Write) -> Result<(), HandlerError> {
        self.write_and_keep(destination)?;
        self.settle();
        Ok(())
    }

    /// The same, but that on success they are kept until they are [settled](Self::settle), or [written again](Self::begin_again).
    pub(super) fn write_and_keep(&mut self, destination: &mut impl Write) -> Result<(), HandlerError> {
        let mut written = self.begun;
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
        match outcome {
            Ok(()) => Ok(()),
            Err(error) => Err(self.fail(written, error)),
        }
    }

    /// They are where they belong.
    pub(super) fn settle(&mut self) {
        self.written.bytes += self.len() as u64;
        self.written.lines += self.ends.len() as u64 + u64::from(self.owed);
        self.forget(0..0, 0, false);
    }

    /// They are gone with their destination, and will be written to another one.
    pub(super) fn begin_again(&mut self) {
        if self.owed {
            self.begun = 0;
        } else {
            self.drop_rest();
        }
    }

    /// Gives up the lines because nothing can be written now.
    pub(super) fn give_up(&mut self, error: io::Error) -> HandlerError {
        self.fail(self.begun, error)
    }

    /// Also gives up the rest of a line, because nothing will be written any more.
    pub(super) fn abandon(&mut self, mut error: HandlerError) -> HandlerError {
        error.lost += u64::from(self.owed);
        self.forget(0..0, 0, false);
        error
    }

    /// Forgets everything but the rest of the line that was begun, if `written` bytes end in the middle of one.
    #[cold]
    fn fail(&mut self, written: usize, error: io::Error) -> HandlerError {
        let complete = self.ends.partition_point(|&end| end <= written);
        let begins = match complete {
            0 => self.torn,
            _ => self.ends[complete - 1],
        };
        let (kept, owed, is_new) = match self.ends.get(complete) {
            _ if written < self.torn => (0..self.torn, self.owed, false),
            Some(&end) if written > begins => (begins..end, true, true),
            _ => (0..0, false, false),
        };
        let lost = self.ends.len() - complete - usize::from(is_new);
        let finished = u64::from(self.owed && self.torn > 0 && written >= self.torn);
        self.written.bytes += (written - self.begun) as u64;
        self.written.lines += complete as u64 + finished;
        let begun = written.saturating_sub(kept.start).min(kept.len());
        self.forget(kept, begun, owed);
        HandlerError::new(error, lost as u64)
    }

    /// Forgets everything but the line that was `begun`.
    fn forget(&mut self, kept: core::ops::Range<usize>, begun: usize, owed: bool) {
        self.torn = kept.len();
        self.begun = begun;
        self.owed = owed;
        self.bytes.copy_within(kept, 0);
        self.bytes.truncate(self.torn);
        // A line of megabytes is rare, and should not cost its memory for ever.
        self.bytes.shrink_to(2 * ENOUGH);
        self.ends.clear();
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::callsite::Callsite;
    use crate::level::Level;
    use crate::record::{Encoded, Record, ThreadInfo};
    use crate::timestamp::Timestamp;
    use proptest::prelude::*;
    use std::boxed::Box;

    /// An event without arguments, for the tests of handlers.
    pub(in crate::handler) fn record(level: Level) -> Record<'static> {
        let callsite = Box::leak(Box::new(Callsite::new(level, 0, 1, "m.app\u{1f}app.rs")));
        Record {
            callsite,
            info: callsite.info(),
            timestamp: Timestamp::from_nanoseconds(0),
            sequence: 1,
            thread: ThreadInfo { id: 1, name: None },
            values: &[],
            notes: &[],
            encoded: Encoded::new(&[], &[]),
        }
    }

    /// Takes what there is room for, a few bytes at a time, and is interrupted now and then.
    #[derive(Debug, Default)]
    pub(in crate::handler) struct Disk {
        pub(in crate::handler) content: Vec<u8>,
        pub(in crate::handler) room: usize,
        calls: usize,
    }

    impl Disk {
        pub(in crate::handler) fn with_room(room: usize) -> Self {
            Self { room, ..Self::default() }
        }
    }

    impl Write for Disk {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.calls += 1;
            if self.calls.is_multiple_of(3) {
                return Err(io::ErrorKind::Interrupted.into());
            }
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

    #[test]
    fn a_torn_line_is_finished_before_the_next() {
        let mut disk = Disk::with_room(6);
        let mut lines = Lines::default();
        for line in ["one\n", "two\n", "three\n"] {
            lines.push(line.as_bytes());
        }
        let error = lines.write_to(&mut disk).expect_err("there is room for six bytes");
        assert_eq!((error.lost(), disk.content.as_slice()), (1, b"one\ntw".as_slice()));
        lines.push(b"four\n");
        assert_eq!(lines.give_up(io::ErrorKind::Other.into()).lost(), 1, "the rest of `two` is not lost yet");
        lines.push(b"five\n");
        disk.room = 100;
        lines.write_to(&mut disk).expect("there is room");
        assert_eq!(disk.content, b"one\ntwo\nfive\n");
        assert!(lines.is_empty());
    }

    #[test]
    fn the_rest_of_a_line_counts_as_lost_once_it_is_abandoned() {
        let mut lines = Lines::default();
        lines.push(b"one\n");
        let error = lines.write_to(&mut Disk::with_room(2)).expect_err("there is room for two bytes");
        assert_eq!(lines.abandon(error).lost(), 1);
        let error = lines.give_up(io::ErrorKind::Other.into());
        assert_eq!(lines.abandon(error).lost(), 0, "it is counted once");
        let mut lines = Lines::behind_a_torn_line();
        let error = lines.give_up(io::ErrorKind::Other.into());
        assert_eq!(lines.abandon(error).lost(), 0, "it was somebody else's line");
    }

    #[test]
    fn what_is_written_is_counted_in_bytes_and_whole_lines() {
        let mut disk = Disk::with_room(6);
        let mut lines = Lines::default();
        for line in ["one\n", "two\n", "three\n"] {
            lines.push(line.as_bytes());
        }
        lines.write_to(&mut disk).expect_err("there is room for six bytes");
        assert_eq!(lines.take_written(), Written { bytes: 6, lines: 1 });
        lines.push(b"four\n");
        disk.room = 100;
        lines.write_to(&mut disk).expect("there is room");
        assert_eq!(lines.take_written(), Written { bytes: 7, lines: 2 });
        assert_eq!(lines.take_written(), Written::default());
    }

    #[test]
    fn a_destination_that_is_left_gets_the_rest_of_its_line_and_no_other_one() {
        for room in [100, 0] {
            let mut disk = Disk::with_room(6);
            let mut lines = Lines::default();
            lines.push(b"one\n");
            lines.push(b"two\n");
            lines.write_to(&mut disk).expect_err("there is room for six bytes");
            lines.push(b"three\n");
            disk.room = room;
            assert_eq!(lines.leave(&mut disk), u64::from(room == 0), "the rest of `two`");
            let mut next = Vec::new();
            lines.write_to(&mut next).expect("memory takes everything");
            assert_eq!(next, b"three\n");
            assert_eq!(disk.content, if room == 0 { b"one\ntw".as_slice() } else { b"one\ntwo\n" });
        }
    }

    #[test]
    fn records_that_are_formatted_as_nothing_take_no_memory() {
        let mut lines = Lines::default();
        for _ in 0..10_000 {
            lines.push(b"");
        }
        assert!(lines.is_empty() && lines.ends.is_empty());
    }

    #[test]
    fn the_memory_of_a_huge_line_is_given_back() {
        let mut lines = Lines::default();
        assert!(lines.push(&vec![b'x'; 10 << 20]));
        lines.write_to(&mut io::sink()).expect("a sink takes everything");
        assert!(lines.bytes.capacity() <= 2 * ENOUGH);
    }

    proptest! {
        #[test]
        fn every_line_is_whole_and_every_other_one_is_counted(
            batches in proptest::collection::vec((proptest::collection::vec(0_usize..20, 0..6), 0_usize..60), 1..20),
            is_behind_a_torn_line: bool,
        ) {
            let mut disk = Disk::default();
            let mut lines = if is_behind_a_torn_line { Lines::behind_a_torn_line() } else { Lines::default() };
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
            // What is owed at the end is written, or counted.
            if offered.is_multiple_of(2) {
                disk.room = usize::MAX;
                prop_assert!(lines.write_to(&mut disk).is_ok());
            } else {
                lost += lines.abandon(HandlerError::new(io::ErrorKind::Other, 0)).lost();
            }
            let whole = disk.content.split_inclusive(|&byte| byte == b'\n').filter(|line| line.ends_with(b"\n"));
            let first = usize::from(is_behind_a_torn_line && !disk.content.is_empty());
            prop_assert_eq!((whole.clone().count() - first) as u64 + lost, offered);
            for line in whole.skip(first) {
                prop_assert!(line.iter().all(|byte| *byte == line[0] || *byte == b'\n'), "two lines in one");
            }
        }
    }
}
