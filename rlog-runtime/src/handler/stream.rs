//! The standard streams, written to without std's own handles.
//!
//! `std::io::stdout` reports success when its descriptor is closed, `eprintln!` panics when stderr fails, and both lock. So the
//! descriptors are written to as files. A program may close one of them, and the number may then belong to a socket: a
//! stream therefore remembers which file it was made for.

use std::io::Write;

/// One of the two output streams.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standard {
    Output,
    Error,
}

/// Writes to stderr as well as possible, and forgets about errors: there is nowhere else to tell them.
pub(crate) fn write_to_stderr(bytes: &[u8]) {
    let _ = Stream::open(Standard::Error).write_all(bytes);
}

#[cfg(unix)]
mod system {
    use super::Standard;
    use std::fs::File;
    use std::io::{self, Write};
    use std::mem::ManuallyDrop;
    use std::os::fd::{AsRawFd, FromRawFd, RawFd};
    use std::os::unix::fs::MetadataExt;
    use std::time::{Duration, Instant};

    /// A standard stream, as it was when the program began to use it for logs.
    #[derive(Debug)]
    pub(crate) struct Stream {
        /// Not ours to close.
        file: ManuallyDrop<File>,
        /// Device and inode, or `None` if it was closed from the start.
        identity: Option<(u64, u64)>,
        /// The reader is gone. It will not come back.
        broken: bool,
    }

    impl Stream {
        pub(crate) fn open(standard: Standard) -> Self {
            let descriptor: RawFd = match standard {
                Standard::Output => 1,
                Standard::Error => 2,
            };
            // SAFETY: the file is never closed by us, and only written to and asked for its metadata. If the program closes the
            // descriptor, the system says so; if it uses the number for something else, `identity` tells.
            let file = ManuallyDrop::new(unsafe { File::from_raw_fd(descriptor) });
            let identity = identity(&file).ok();
            Self { file, identity, broken: false }
        }

        /// Fails if the descriptor is closed or has become that of another file. To be called before a batch, not before a
        /// write: it is a system call.
        pub(crate) fn check(&self) -> io::Result<()> {
            if self.broken {
                return Err(io::ErrorKind::BrokenPipe.into());
            }
            if self.identity.is_some() && identity(&self.file)? == self.identity.unwrap_or_default() {
                return Ok(());
            }
            Err(io::Error::new(io::ErrorKind::NotFound, "the stream has been closed"))
        }
    }

    fn identity(file: &File) -> io::Result<(u64, u64)> {
        let metadata = file.metadata()?;
        Ok((metadata.dev(), metadata.ino()))
    }

    impl Write for Stream {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let mut deadline = None;
            loop {
                match self.file.write(bytes) {
                    // The stream is non-blocking, perhaps because it is shared with a program that made it so.
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                        let deadline = *deadline.get_or_insert_with(|| Instant::now() + PATIENCE);
                        if !wait_until_writable(self.file.as_raw_fd(), deadline) {
                            return Err(error);
                        }
                    }
                    Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                        self.broken = true;
                        return Err(error);
                    }
                    outcome => return outcome,
                }
            }
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// How long to wait for the reader of a non-blocking stream before lines are dropped.
    const PATIENCE: Duration = Duration::from_secs(1);

    /// `false` when the deadline passes first.
    fn wait_until_writable(descriptor: RawFd, deadline: Instant) -> bool {
        /// `struct pollfd` of POSIX.
        #[repr(C)]
        struct PollDescriptor {
            descriptor: RawFd,
            events: i16,
            returned: i16,
        }
        const WRITABLE: i16 = 4;
        #[cfg(any(target_os = "linux", target_os = "android", target_os = "emscripten"))]
        type Count = core::ffi::c_ulong;
        #[cfg(not(any(target_os = "linux", target_os = "android", target_os = "emscripten")))]
        type Count = core::ffi::c_uint;
        unsafe extern "C" {
            fn poll(descriptors: *mut PollDescriptor, count: Count, timeout: core::ffi::c_int) -> core::ffi::c_int;
        }

        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return false;
        }
        let mut entry = PollDescriptor { descriptor, events: WRITABLE, returned: 0 };
        let milliseconds = left.as_millis().clamp(1, 1_000) as core::ffi::c_int;
        // SAFETY: one entry, alive for the call. An error shows as a failure of the next write.
        unsafe { poll(&raw mut entry, 1, milliseconds) };
        true
    }
}

#[cfg(not(unix))]
mod system {
    use super::Standard;
    use std::io::{self, Write};

    /// A standard stream. Here std's own is used: descriptors are nothing that a program can rely on.
    #[derive(Debug)]
    pub(crate) struct Stream(Standard);

    impl Stream {
        pub(crate) fn open(standard: Standard) -> Self {
            Self(standard)
        }

        pub(crate) fn check(&self) -> io::Result<()> {
            Ok(())
        }
    }

    impl Write for Stream {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let written = match self.0 {
                Standard::Output => io::stdout().write(bytes),
                Standard::Error => io::stderr().write(bytes),
            };
            self.flush().and(written)
        }

        fn flush(&mut self) -> io::Result<()> {
            match self.0 {
                Standard::Output => io::stdout().flush(),
                Standard::Error => io::stderr().flush(),
            }
        }
    }
}

pub(crate) use system::Stream;
