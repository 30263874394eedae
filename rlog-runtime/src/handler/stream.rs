//! The standard streams, written to without std's own handles.
//!
//! `std::io::stdout` reports success when its descriptor is closed, `eprintln!` panics when stderr fails, and both lock. So
//! the descriptors are written to as files. A program may close one of them, and the number may then belong to a socket:
//! a stream therefore remembers which file it was made for.

/// One of the two output streams.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standard {
    Output,
    Error,
}

pub(super) use system::Stream;
/// Writes to stderr as well as possible, and says whether it could: there is nowhere else to tell an error.
///
/// It waits a second at most for a reader that does not read, whether the stream blocks or not, and then no more before
/// the reader goes on. It writes to what stderr was when this was first called, and to nothing else: should the program
/// close the descriptor, its number may be that of a database by now.
pub(crate) use system::write_to_stderr;

#[cfg(unix)]
mod system {
    use super::Standard;
    use core::sync::atomic::{AtomicBool, Ordering};
    use std::fs::File;
    use std::io::{self, Write};
    use std::mem::ManuallyDrop;
    use std::os::fd::{AsRawFd, FromRawFd, RawFd};
    use std::os::unix::fs::MetadataExt;
    use std::sync::OnceLock;
    use std::time::{Duration, Instant};

    /// A standard stream, as it was when the program began to use it for logs.
    #[derive(Debug)]
    pub(in crate::handler) struct Stream {
        /// Not ours to close.
        file: ManuallyDrop<File>,
        /// `None` if it was closed from the start.
        identity: Option<Identity>,
        /// The reader is gone. It will not come back.
        is_broken: bool,
        /// How long to wait at most each time there is something to wait for.
        patience: Duration,
        /// What is left of it in this batch.
        left: Duration,
        /// Something was written in this batch.
        has_progressed: bool,
    }

    /// Which file a descriptor stands for: device, inode, and the type, since some systems number pipes and sockets
    /// apart.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    struct Identity(u64, u64, u32);

    impl Identity {
        fn of(file: &File) -> io::Result<Self> {
            const FILE_TYPE: u32 = 0o170_000;
            // Miri cannot ask for the metadata of a standard stream.
            if cfg!(miri) {
                return Ok(Self(0, 0, 0));
            }
            let metadata = file.metadata()?;
            Ok(Self(metadata.dev(), metadata.ino(), metadata.mode() & FILE_TYPE))
        }
    }

    /// How long to wait for a reader that does not read.
    const PATIENCE: Duration = Duration::from_secs(1);

    impl Stream {
        pub(in crate::handler) fn open(standard: Standard) -> Self {
            let descriptor = match standard {
                Standard::Output => 1,
                Standard::Error => 2,
            };
            Self::of(descriptor, PATIENCE)
        }

        pub(in crate::handler) fn of(descriptor: RawFd, patience: Duration) -> Self {
            // SAFETY: nothing is closed, since the file is never dropped; it is only written to and asked for its
            // metadata. If the program closes the descriptor, the system says so; if it uses the number for another
            // file, `identity` tells.
            let file = ManuallyDrop::new(unsafe { File::from_raw_fd(descriptor) });
            let identity = Identity::of(&file).ok();
            Self { file, identity, is_broken: false, patience, left: patience, has_progressed: false }
        }

        /// Fails if the descriptor is closed or has become that of another file. To be called before lines are written,
        /// not before every one: it is a system call.
        pub(in crate::handler) fn check(&self) -> io::Result<()> {
            if self.is_broken {
                return Err(io::ErrorKind::BrokenPipe.into());
            }
            match self.identity {
                Some(identity) if identity == Identity::of(&self.file)? => Ok(()),
                Some(_) => Err(io::Error::new(io::ErrorKind::NotFound, "its descriptor is that of another file now")),
                None => Err(io::Error::new(io::ErrorKind::NotFound, "it was closed from the start")),
            }
        }

        /// Whether the reader has gone, for good.
        pub(in crate::handler) fn is_broken(&self) -> bool {
            self.is_broken
        }

        /// Lets the next batch wait again, unless a reader was waited for in vain and has taken nothing since. So a
        /// reader that has stopped costs a second, and not one for each batch.
        pub(in crate::handler) fn end_batch(&mut self) {
            if core::mem::take(&mut self.has_progressed) {
                self.left = self.patience;
            }
        }
    }

    impl Write for Stream {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            loop {
                match self.file.write(bytes) {
                    // The stream is non-blocking, perhaps because it is shared with a program that made it so.
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                        if self.left.is_zero() {
                            return Err(io::Error::new(error.kind(), "its reader is too slow"));
                        }
                        let begun = Instant::now();
                        poll::wait_until_writable(self.file.as_raw_fd(), self.left);
                        self.left = self.left.saturating_sub(begun.elapsed());
                    }
                    Err(error) => {
                        self.is_broken |= error.kind() == io::ErrorKind::BrokenPipe;
                        return Err(error);
                    }
                    Ok(length) => {
                        // A reader that is slow and not stopped gets everything.
                        self.left = self.patience;
                        self.has_progressed = true;
                        return Ok(length);
                    }
                }
            }
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    pub(crate) fn write_to_stderr(bytes: &[u8]) -> bool {
        static FIRST: OnceLock<Option<Identity>> = OnceLock::new();
        static IS_STALLED: AtomicBool = AtomicBool::new(false);
        let mut stream = Stream::open(Standard::Error);
        stream.identity = *FIRST.get_or_init(|| stream.identity);
        write_if_read(&mut stream, &IS_STALLED, bytes)
    }

    fn write_if_read(stream: &mut Stream, is_stalled: &AtomicBool, bytes: &[u8]) -> bool {
        if stream.check().is_err() {
            return false;
        }
        let patience = if is_stalled.load(Ordering::Relaxed) { Duration::ZERO } else { stream.patience };
        // Also if the stream blocks: a pipe that is writable takes 4 KiB (Linux) without blocking, and most lines are
        // shorter.
        let is_read = poll::wait_until_writable(stream.file.as_raw_fd(), patience);
        is_stalled.store(!is_read, Ordering::Relaxed);
        is_read && stream.write_all(bytes).is_ok()
    }

    /// Waiting until a descriptor can be written to, for which std has nothing.
    #[cfg(any(
        target_os = "linux",
        target_os = "android",
        target_os = "freebsd",
        target_os = "netbsd",
        target_os = "openbsd",
        target_os = "dragonfly",
        target_os = "solaris",
        target_os = "illumos",
        target_vendor = "apple",
    ))]
    mod poll {
        use core::ffi::{c_int, c_short};
        use std::os::fd::RawFd;
        use std::time::Duration;

        /// `struct pollfd` of POSIX.
        #[repr(C)]
        struct PollDescriptor {
            descriptor: c_int,
            events: c_short,
            returned: c_short,
        }

        /// `nfds_t`.
        #[cfg(any(target_os = "linux", target_os = "solaris", target_os = "illumos"))]
        type Count = core::ffi::c_ulong;
        #[cfg(not(any(target_os = "linux", target_os = "solaris", target_os = "illumos")))]
        type Count = core::ffi::c_uint;

        /// The values are those of all the systems above.
        const POLLOUT: c_short = 0x04;
        const POLLNVAL: c_short = 0x20;

        unsafe extern "C" {
            fn poll(descriptors: *mut PollDescriptor, count: Count, timeout: c_int) -> c_int;
        }

        /// `false` when `timeout` passes first. Where the system cannot tell, the next write will.
        pub(super) fn wait_until_writable(descriptor: RawFd, timeout: Duration) -> bool {
            // Miri has no `poll`.
            if cfg!(miri) {
                return true;
            }
            let mut entry = PollDescriptor { descriptor, events: POLLOUT, returned: 0 };
            // Rounded up, or the last part of a millisecond would be spent in a busy loop.
            let milliseconds = c_int::try_from(timeout.as_micros().div_ceil(1_000)).unwrap_or(c_int::MAX);
            // SAFETY: one entry, which is alive and not otherwise used during the call.
            let result = unsafe { poll(&raw mut entry, 1, milliseconds) };
            // A signal, or a terminal of macOS, which cannot be waited for.
            if result < 0 || entry.returned & POLLNVAL != 0 {
                std::thread::sleep(timeout.min(super::STEP));
            }
            result != 0
        }
    }

    #[cfg(not(any(
        target_os = "linux",
        target_os = "android",
        target_os = "freebsd",
        target_os = "netbsd",
        target_os = "openbsd",
        target_os = "dragonfly",
        target_os = "solaris",
        target_os = "illumos",
        target_vendor = "apple",
    )))]
    mod poll {
        /// Here the next write tells.
        pub(super) fn wait_until_writable(_: std::os::fd::RawFd, timeout: std::time::Duration) -> bool {
            std::thread::sleep(timeout.min(super::STEP));
            true
        }
    }

    /// How long to sleep where waiting is not possible.
    const STEP: Duration = Duration::from_millis(5);

    #[cfg(test)]
    mod tests {
        use super::*;
        use std::io::Read;
        use std::net::Shutdown;
        use std::os::unix::net::UnixStream;
        use std::vec::Vec;

        const SHORT: Duration = Duration::from_millis(50);

        /// A stream that does not block, and its reader.
        fn non_blocking() -> (Stream, UnixStream, UnixStream) {
            let (ours, reader) = UnixStream::pair().expect("a pair of sockets");
            ours.set_nonblocking(true).expect("sockets can be non-blocking");
            (Stream::of(ours.as_raw_fd(), SHORT), ours, reader)
        }

        fn fill(stream: &mut Stream) -> (usize, io::Error) {
            let mut written = 0;
            loop {
                match stream.write(&[b'x'; 4096]) {
                    Ok(length) => written += length,
                    Err(error) => return (written, error),
                }
            }
        }

        #[test]
        fn a_reader_that_has_stopped_is_waited_for_once_and_not_before_every_batch() {
            let (mut stream, _ours, mut reader) = non_blocking();
            let begun = Instant::now();
            let (written, error) = fill(&mut stream);
            assert_eq!((error.kind(), written > 0), (io::ErrorKind::WouldBlock, true));
            assert!(begun.elapsed() >= SHORT);
            stream.end_batch();
            assert_eq!(fill(&mut stream).0, 0, "the batch after some progress waits again");
            let in_vain = Instant::now();
            for _ in 0..100 {
                stream.end_batch();
                assert_eq!(fill(&mut stream).0, 0);
            }
            assert!(in_vain.elapsed() < SHORT * 50, "a hundred batches cost less than fifty waits");

            let mut taken = vec![0; written];
            reader.read_exact(&mut taken).expect("it was written");
            assert!(fill(&mut stream).0 > 0, "it goes on by itself");
            stream.end_batch();
            assert_eq!(stream.left, SHORT);
        }

        #[test]
        fn a_slow_reader_gets_everything() {
            let (mut stream, ours, mut reader) = non_blocking();
            stream.left = Duration::from_secs(60);
            let reading = std::thread::spawn(move || {
                let mut taken = Vec::new();
                let mut part = [0; 10_000];
                loop {
                    match reader.read(&mut part).expect("sockets can be read") {
                        0 => return taken,
                        length => taken.extend_from_slice(&part[..length]),
                    }
                    std::thread::yield_now();
                }
            });
            let lines: Vec<u8> = (0..200_000_u32).flat_map(u32::to_le_bytes).collect();
            stream.write_all(&lines).expect("there is a reader");
            ours.shutdown(Shutdown::Write).expect("it is open");
            assert!(reading.join().expect("no panic") == lines);
        }

        #[test]
        fn a_stream_whose_reader_has_gone_stays_closed() {
            let (reader, writer) = io::pipe().expect("a pipe");
            let mut stream = Stream::of(writer.as_raw_fd(), SHORT);
            assert!(stream.check().is_ok() && !stream.is_broken());
            drop(reader);
            assert_eq!(stream.write(b"x").map_err(|error| error.kind()), Err(io::ErrorKind::BrokenPipe));
            assert!(stream.is_broken());
            assert_eq!(stream.check().map_err(|error| error.kind()), Err(io::ErrorKind::BrokenPipe));
        }

        #[test]
        fn a_descriptor_that_stands_for_another_file_is_not_written_to() {
            unsafe extern "C" {
                fn dup2(from: core::ffi::c_int, to: core::ffi::c_int) -> core::ffi::c_int;
            }
            let (_reader, ours) = io::pipe().expect("a pipe");
            let (theirs, _writer) = UnixStream::pair().expect("a pair of sockets");
            let stream = Stream::of(ours.as_raw_fd(), SHORT);
            assert!(stream.check().is_ok());
            // SAFETY: both descriptors are open and belong to this test.
            assert!(unsafe { dup2(theirs.as_raw_fd(), ours.as_raw_fd()) } >= 0);
            let error = stream.check().expect_err("it is a socket now");
            assert!(error.to_string().contains("another file"), "{error}");
        }

        #[test]
        fn a_closed_descriptor_is_told_and_not_written_to() {
            let closed = Stream { identity: None, ..Stream::of(RawFd::MAX, SHORT) };
            assert!(closed.check().is_err());
            let stream = Stream::of(RawFd::MAX, SHORT);
            assert!(stream.check().expect_err("there is no such descriptor").to_string().contains("closed"));
        }

        #[test]
        fn a_pipe_that_nobody_reads_does_not_block_the_one_who_reports() {
            let (ours, mut reader) = UnixStream::pair().expect("a pair of sockets");
            ours.set_nonblocking(true).expect("sockets can be non-blocking");
            let mut stream = Stream::of(ours.as_raw_fd(), SHORT);
            let is_stalled = AtomicBool::new(false);
            assert!(write_if_read(&mut stream, &is_stalled, b"first\n"));
            let (filled, _) = fill(&mut stream);
            ours.set_nonblocking(false).expect("sockets can be blocking");
            let begun = Instant::now();
            for _ in 0..100 {
                assert!(!write_if_read(&mut stream, &is_stalled, b"lost\n"));
            }
            assert!(begun.elapsed() >= SHORT && begun.elapsed() < SHORT * 50, "it waits once");
            let mut taken = vec![0; filled + 6];
            reader.read_exact(&mut taken).expect("it was written");
            assert!(write_if_read(&mut stream, &is_stalled, b"again\n"));
            assert!(!is_stalled.load(Ordering::Relaxed));
        }
    }
}

#[cfg(not(unix))]
mod system {
    use super::Standard;
    use std::io::{self, Write};

    /// A standard stream. Here std's own is used: descriptors are nothing that a program can rely on.
    #[derive(Debug)]
    pub(in crate::handler) struct Stream(Standard);

    impl Stream {
        pub(in crate::handler) fn open(standard: Standard) -> Self {
            Self(standard)
        }

        #[expect(
            clippy::unused_self,
            clippy::unnecessary_wraps,
            reason = "as on Unix, where there is something to check"
        )]
        pub(in crate::handler) fn check(&self) -> io::Result<()> {
            Ok(())
        }

        pub(in crate::handler) fn is_broken(&self) -> bool {
            false
        }

        pub(in crate::handler) fn end_batch(&mut self) {}
    }

    impl Write for Stream {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            fn write(mut stream: impl Write, bytes: &[u8]) -> io::Result<usize> {
                let written = stream.write(bytes)?;
                stream.flush()?;
                Ok(written)
            }
            match self.0 {
                Standard::Output => write(io::stdout().lock(), bytes),
                Standard::Error => write(io::stderr().lock(), bytes),
            }
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    pub(crate) fn write_to_stderr(bytes: &[u8]) -> bool {
        Stream::open(Standard::Error).write_all(bytes).is_ok()
    }
}
