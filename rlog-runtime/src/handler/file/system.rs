//! The system calls of the file handler, in one place, so that tests can have any of them fail, or be the last one of the
//! process.
//!
//! Files are opened without following a symbolic link in their place, without waiting for the other end of a pipe, and closed
//! in programs that are started (`O_NOFOLLOW`, `O_NONBLOCK`, `O_CLOEXEC`); only what `std` cannot do is asked of the C
//! library.

use std::fs::{self, Metadata, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;
use std::vec::Vec;

/// Makes the calls.
#[derive(Clone, Debug, Default)]
pub(super) struct System {
    #[cfg(test)]
    pub(super) faults: Option<std::sync::Arc<super::faults::Faults>>,
}

/// An open file.
#[derive(Debug)]
pub(super) struct LogFile {
    file: fs::File,
    system: System,
}

/// What is known of a file.
#[derive(Clone, Debug)]
pub(super) struct Stat {
    pub(super) identity: Identity,
    pub(super) kind: FileKind,
    pub(super) length: u64,
    /// Whether it has no name any more.
    pub(super) is_deleted: bool,
    /// What the disk keeps for it, in bytes. The length where the system does not say.
    pub(super) allocated: u64,
    #[cfg_attr(not(unix), allow(dead_code, reason = "there are no modes"))]
    pub(super) mode: u32,
    /// When something was written last.
    pub(super) modified: SystemTime,
}

/// Which file it is, whatever its name: device and inode. All the same where the system does not say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Identity(u64, u64);

/// What stands under a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FileKind {
    Regular,
    Directory,
    Symlink,
    /// A character device, such as `/dev/null`.
    Device,
    /// A pipe, a socket, a block device.
    Other,
}

impl Stat {
    fn of(metadata: &Metadata) -> Self {
        let kind = metadata.file_type();
        let kind = if kind.is_file() {
            FileKind::Regular
        } else if kind.is_dir() {
            FileKind::Directory
        } else if kind.is_symlink() {
            FileKind::Symlink
        } else if is_device(&kind) {
            FileKind::Device
        } else {
            FileKind::Other
        };
        #[cfg(unix)]
        let (identity, mode) = {
            use std::os::unix::fs::MetadataExt;
            (Identity(metadata.dev(), metadata.ino()), metadata.mode() & 0o7777)
        };
        #[cfg(not(unix))]
        let (identity, mode) = (Identity::default(), 0);
        #[cfg(unix)]
        let (is_deleted, allocated) = {
            use std::os::unix::fs::MetadataExt;
            // POSIX leaves the unit open; it is this one on all systems but one that nobody has any more.
            const BLOCK: u64 = 512;
            (metadata.nlink() == 0, metadata.blocks() * BLOCK)
        };
        #[cfg(not(unix))]
        let (is_deleted, allocated) = (false, metadata.len());
        let modified = metadata.modified().unwrap_or(SystemTime::UNIX_EPOCH);
        Self { identity, kind, length: metadata.len(), is_deleted, allocated, mode, modified }
    }
}

#[cfg(unix)]
fn is_device(kind: &fs::FileType) -> bool {
    std::os::unix::fs::FileTypeExt::is_char_device(kind)
}

#[cfg(not(unix))]
fn is_device(_: &fs::FileType) -> bool {
    false
}

impl System {
    /// Notes a call, which a test may have fail.
    #[inline]
    fn call(&self, name: &'static str) -> io::Result<()> {
        #[cfg(test)]
        if let Some(faults) = &self.faults {
            return faults.call(name);
        }
        let _ = name;
        Ok(())
    }

    /// Tests need not wait for the disk.
    #[allow(clippy::unused_self, reason = "only tests ask")]
    fn is_tested(&self) -> bool {
        #[cfg(test)]
        return self.faults.is_some();
        #[cfg(not(test))]
        false
    }

    fn open(&self, path: &Path, options: &mut OpenOptions, mode: u32) -> io::Result<LogFile> {
        self.open_with(path, options, 0, mode)
    }

    fn open_with(&self, path: &Path, options: &mut OpenOptions, flags: i32, mode: u32) -> io::Result<LogFile> {
        self.call("open")?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt;
            options.mode(mode).custom_flags(flags | flags::NO_FOLLOW | flags::NON_BLOCKING);
        }
        let _ = (flags, mode);
        Ok(LogFile { file: options.open(path)?, system: self.clone() })
    }

    /// Makes a file that must not be there yet, to append to.
    pub(super) fn create(&self, path: &Path, mode: u32) -> io::Result<LogFile> {
        let file = self.open(path, OpenOptions::new().append(true).create_new(true), mode)?;
        file.set_mode(mode);
        Ok(file)
    }

    /// Makes a file without a name, to append to, which can get one in this directory. If it does not, nothing is left of it
    /// when nobody has it open any more. Only on Linux, and not on every file system.
    pub(super) fn create_unnamed(&self, directory: &Path, mode: u32) -> io::Result<LogFile> {
        #[cfg(test)]
        if self.faults.as_ref().is_some_and(|faults| faults.has_no_unnamed_files()) {
            return Err(io::ErrorKind::Unsupported.into());
        }
        #[cfg(unix)]
        if let Some(flags) = flags::UNNAMED {
            // The directory may well be a symbolic link; what is in it is none.
            let file = self.open_with(&directory.join("."), OpenOptions::new().append(true), flags, mode)?;
            file.set_mode(mode);
            return Ok(file);
        }
        let _ = (directory, mode);
        Err(io::ErrorKind::Unsupported.into())
    }

    /// Opens a file that is there, to append to.
    pub(super) fn append(&self, path: &Path) -> io::Result<LogFile> {
        self.open(path, OpenOptions::new().append(true), 0)
    }

    /// Opens a file that is there, to read.
    pub(super) fn read(&self, path: &Path) -> io::Result<LogFile> {
        self.open(path, OpenOptions::new().read(true), 0)
    }

    /// Opens a file for its lock and its few bytes, making it if need be. Errors name it.
    pub(super) fn open_lock(&self, path: &Path, mode: u32) -> io::Result<LogFile> {
        let open =
            |makes| self.open(path, OpenOptions::new().read(true).write(true).create(makes).truncate(false), mode);
        // Linux lets nobody make a file that is there, and another user's, in a directory such as `/tmp`
        // (`fs.protected_regular`).
        let opened = match open(false) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => open(true),
            opened => opened,
        };
        let file = opened.map_err(|error| {
            io::Error::new(error.kind(), std::format!("cannot open the lock `{}`: {error}", path.display()))
        })?;
        // Each time, and not only when it is made: an earlier process may have ended in between. Others than its owner cannot.
        file.set_mode(mode);
        Ok(file)
    }

    /// What stands under a name; of a symbolic link, the link.
    pub(super) fn stat(&self, path: &Path) -> io::Result<Stat> {
        self.call("stat")?;
        fs::symlink_metadata(path).map(|metadata| Stat::of(&metadata))
    }

    /// Whether a name is free.
    pub(super) fn is_free(&self, path: &Path) -> io::Result<bool> {
        match self.stat(path) {
            Ok(_) => Ok(false),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(true),
            Err(error) => Err(error),
        }
    }

    /// Gives a file another name. A file that has that name loses it.
    pub(super) fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.call("rename")?;
        fs::rename(from, to)
    }

    /// Gives a file one more name, which must be free.
    pub(super) fn link(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.call("link")?;
        fs::hard_link(from, to)
    }

    /// Gives a file that was made without a name one, which must be free.
    pub(super) fn link_unnamed(&self, file: &LogFile, to: &Path) -> io::Result<()> {
        self.call("link")?;
        #[cfg(target_os = "linux")]
        {
            use core::ffi::{c_char, c_int};
            use std::ffi::CString;
            use std::os::fd::AsRawFd;
            use std::os::unix::ffi::OsStrExt;
            unsafe extern "C" {
                /// POSIX.1-2024, `linkat`; for files without a name as in Linux, `open(2)`, under `O_TMPFILE`.
                fn linkat(
                    from_directory: c_int,
                    from: *const c_char,
                    to_directory: c_int,
                    to: *const c_char,
                    flags: c_int,
                ) -> c_int;
            }
            const WORKING_DIRECTORY: c_int = -100;
            const FOLLOW: c_int = 0x400;
            let from = CString::new(std::format!("/proc/self/fd/{}", file.file.as_raw_fd()))?;
            let to = CString::new(to.as_os_str().as_bytes())?;
            // SAFETY: both paths end with a zero and live until after the call.
            if unsafe { linkat(WORKING_DIRECTORY, from.as_ptr(), WORKING_DIRECTORY, to.as_ptr(), FOLLOW) } != 0 {
                return Err(io::Error::last_os_error());
            }
            Ok(())
        }
        #[cfg(not(target_os = "linux"))]
        {
            let _ = (file, to);
            Err(io::ErrorKind::Unsupported.into())
        }
    }

    /// Removes a file; it does not matter if it is not there. Returns whether it was.
    pub(super) fn remove(&self, path: &Path) -> io::Result<bool> {
        self.call("remove")?;
        match fs::remove_file(path) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Removes a directory if it is empty.
    pub(super) fn remove_empty_directory(&self, path: &Path) {
        if self.call("rmdir").is_ok() {
            let _ = fs::remove_dir(path);
        }
    }

    /// Makes a directory and those above it, where they are missing.
    pub(super) fn create_directories(&self, directory: &Path) -> io::Result<()> {
        if directory.as_os_str().is_empty() {
            return Ok(());
        }
        self.call("mkdir")?;
        fs::create_dir_all(directory).map_err(|error| {
            // The system says "file exists" or "not a directory", but not which.
            let reason = match obstacle(directory) {
                Some(file) => format!("`{}` is not a directory", file.display()),
                None => format!("cannot create directory `{}`: {error}", directory.display()),
            };
            io::Error::new(error.kind(), reason)
        })
    }

    /// The names in a directory; none if it is not there.
    pub(super) fn list(&self, directory: &Path) -> io::Result<Vec<std::ffi::OsString>> {
        self.call("list")?;
        let directory = if directory.as_os_str().is_empty() { Path::new(".") } else { directory };
        match fs::read_dir(directory) {
            // One that cannot be read is no sign that there are no more.
            Ok(entries) => entries.map(|entry| Ok(entry?.file_name())).collect(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
            Err(error) => Err(error),
        }
    }

    /// Hands the names in a directory to the disk.
    pub(super) fn sync_directory(&self, directory: &Path) -> io::Result<()> {
        self.call("sync")?;
        if cfg!(unix) && !self.is_tested() {
            let directory = if directory.as_os_str().is_empty() { Path::new(".") } else { directory };
            fs::File::open(directory)?.sync_all()?;
        }
        Ok(())
    }

    /// Makes `link` point to `target`: a symbolic link, or a file that holds the path where there are none. In one step.
    pub(super) fn point(&self, link: &Path, target: &Path) -> io::Result<()> {
        const MOST: u32 = 10;
        let temporary = beside(link, ".rlog-link");
        let point = || {
            self.remove(&temporary)?;
            self.call("symlink")?;
            #[cfg(unix)]
            std::os::unix::fs::symlink(target, &temporary)?;
            #[cfg(not(unix))]
            fs::write(&temporary, target.to_string_lossy().as_bytes())?;
            self.rename(&temporary, link)
        };
        let is_there = |directory: &Path| directory.as_os_str().is_empty() || self.stat(directory).is_ok();
        for _ in 1..MOST {
            match point() {
                // Another process that shares the file has it in the making, too.
                Err(error)
                    if matches!(error.kind(), io::ErrorKind::AlreadyExists | io::ErrorKind::NotFound)
                        && link.parent().is_none_or(is_there) => {}
                pointed => return pointed,
            }
        }
        point()
    }
}

/// The first of a directory and those above it that is there and is none.
pub(super) fn obstacle(directory: &Path) -> Option<&Path> {
    directory.ancestors().find(|ancestor| ancestor.exists() && !ancestor.is_dir())
}

/// A name for something that is in the making: hidden, and in no pattern of log files.
pub(super) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = std::ffi::OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(suffix);
    path.with_file_name(name)
}

impl LogFile {
    #[cfg(test)]
    pub(super) fn into_inner(self) -> fs::File {
        self.file
    }

    pub(super) fn stat(&self) -> io::Result<Stat> {
        self.system.call("fstat")?;
        self.file.metadata().map(|metadata| Stat::of(&metadata))
    }

    /// What the user asked for, whatever the mask of the process.
    fn set_mode(&self, mode: u32) {
        #[cfg(unix)]
        if let Ok(stat) = self.stat()
            && stat.mode != mode
        {
            let permissions = std::os::unix::fs::PermissionsExt::from_mode(mode);
            let _ = self.file.set_permissions(permissions);
        }
        let _ = mode;
    }

    /// Another handle of the same open file.
    pub(super) fn try_clone(&self) -> io::Result<Self> {
        self.system.call("dup")?;
        Ok(Self { file: self.file.try_clone()?, system: self.system.clone() })
    }

    /// Hands everything to the disk.
    pub(super) fn sync(&self) -> io::Result<()> {
        self.system.call("fsync")?;
        if self.system.is_tested() {
            return Ok(());
        }
        self.file.sync_data()
    }

    /// Tells others that this file is being written to. `false` if somebody has it to himself just now. Where locks are more
    /// than advice, or there are none, nobody is told.
    pub(super) fn mark_as_written(&self) -> bool {
        if !cfg!(unix) || self.system.call("lock").is_err() {
            return true;
        }
        !matches!(self.file.try_lock_shared(), Err(fs::TryLockError::WouldBlock))
    }

    /// Waits for nobody. `None` if somebody else has the lock; `Some(false)` if there are no locks here.
    pub(super) fn lock(&self) -> Option<bool> {
        if self.system.call("lock").is_err() {
            return None;
        }
        #[cfg(test)]
        if self.system.faults.as_ref().is_some_and(|faults| faults.has_no_locks()) {
            return Some(false);
        }
        match self.file.try_lock() {
            Ok(()) => Some(true),
            Err(fs::TryLockError::WouldBlock) => None,
            Err(fs::TryLockError::Error(_)) => Some(false),
        }
    }

    /// Makes it look as another file does: who owns it, who may read it, when it was written.
    pub(super) fn resemble(&self, other: &Self) -> io::Result<()> {
        self.system.call("chmod")?;
        let metadata = other.file.metadata()?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::MetadataExt;
            let ours = self.file.metadata()?;
            if (ours.uid(), ours.gid()) != (metadata.uid(), metadata.gid()) {
                // Only the superuser may give files away. Others keep a file that nobody else can read.
                let _ = std::os::unix::fs::fchown(&self.file, Some(metadata.uid()), Some(metadata.gid()));
            }
        }
        self.file.set_permissions(metadata.permissions())?;
        if let Ok(modified) = metadata.modified() {
            self.file.set_modified(modified)?;
        }
        Ok(())
    }

    /// Has the system put so many bytes aside, without making the file longer.
    pub(super) fn preallocate(&self, bytes: u64) -> io::Result<()> {
        self.system.call("fallocate")?;
        #[cfg(all(target_os = "linux", target_pointer_width = "64"))]
        {
            use core::ffi::c_int;
            use std::os::fd::AsRawFd;
            unsafe extern "C" {
                /// Linux, `fallocate(2)`. With this mode the length of the file stays what it is.
                safe fn fallocate(file: c_int, mode: c_int, offset: i64, length: i64) -> c_int;
            }
            const KEEP_SIZE: c_int = 1;
            let length = i64::try_from(bytes).unwrap_or(i64::MAX);
            if fallocate(self.file.as_raw_fd(), KEEP_SIZE, 0, length) != 0 {
                return Err(io::Error::last_os_error());
            }
        }
        let _ = bytes;
        Ok(())
    }

    /// Takes all out of it.
    pub(super) fn clear(&self) -> io::Result<()> {
        self.system.call("truncate")?;
        self.file.set_len(0)
    }

    /// Gives back what was put aside and not needed. Nobody else may write to it at the time.
    pub(super) fn give_back(&self) -> io::Result<()> {
        self.system.call("truncate")?;
        self.file.set_len(self.file.metadata()?.len())
    }

    /// Replaces its first line. What is behind that stays: some file systems write a file to the disk at once that is made
    /// shorter and written again.
    pub(super) fn replace_first_line(&mut self, line: &str) -> io::Result<()> {
        io::Seek::rewind(&mut self.file)?;
        self.write_all(std::format!("{line}\n").as_bytes())
    }

    /// How long it was when this was last written to it.
    pub(super) fn position(&mut self) -> io::Result<u64> {
        self.system.call("seek")?;
        io::Seek::stream_position(&mut self.file)
    }

    /// Goes to so many bytes before the end.
    pub(super) fn seek_to_end(&mut self, before: i64) -> io::Result<u64> {
        io::Seek::seek(&mut self.file, io::SeekFrom::End(-before))
    }
}

impl Write for LogFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.system.call("write")?;
        #[cfg(test)]
        if let Some(faults) = &self.system.faults {
            return self.file.write(faults.portion(bytes)?);
        }
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl io::Read for LogFile {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        self.system.call("read")?;
        #[cfg(test)]
        if let Some(faults) = &self.system.faults {
            faults.before_read();
        }
        self.file.read(bytes)
    }
}

/// Whether this process may make files in a directory. `None` where that can only be tried.
pub(super) fn may_write(directory: &Path) -> Option<io::Error> {
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStrExt;
        unsafe extern "C" {
            /// POSIX.1-2024, `access`.
            fn access(path: *const core::ffi::c_char, mode: core::ffi::c_int) -> core::ffi::c_int;
        }
        const WRITE_AND_SEARCH: core::ffi::c_int = 2 | 1;
        let path = std::ffi::CString::new(directory.as_os_str().as_bytes()).ok()?;
        // SAFETY: the path ends with a zero and lives until after the call.
        if unsafe { access(path.as_ptr(), WRITE_AND_SEARCH) } != 0 {
            return Some(io::Error::last_os_error());
        }
    }
    let _ = directory;
    None
}

/// Flags of `open(2)`, which differ from system to system and, on Linux, from machine to machine.
#[cfg(unix)]
mod flags {
    /// `O_TMPFILE`. None on systems that have no such files.
    pub(super) const UNNAMED: Option<i32> = if !cfg!(target_os = "linux") {
        None
    } else if cfg!(any(
        target_arch = "arm",
        target_arch = "aarch64",
        target_arch = "powerpc",
        target_arch = "powerpc64"
    )) {
        Some(0o20_040_000)
    } else if cfg!(any(target_arch = "sparc", target_arch = "sparc64")) {
        Some(0x201_0000)
    } else {
        Some(0o20_200_000)
    };

    #[cfg(all(
        any(target_os = "linux", target_os = "android"),
        any(target_arch = "arm", target_arch = "aarch64", target_arch = "powerpc", target_arch = "powerpc64")
    ))]
    pub(super) const NO_FOLLOW: i32 = 0o100_000;
    #[cfg(all(
        any(target_os = "linux", target_os = "android"),
        not(any(target_arch = "arm", target_arch = "aarch64", target_arch = "powerpc", target_arch = "powerpc64"))
    ))]
    pub(super) const NO_FOLLOW: i32 = 0o400_000;
    #[cfg(any(target_os = "illumos", target_os = "solaris"))]
    pub(super) const NO_FOLLOW: i32 = 0x2_0000;
    #[cfg(any(target_vendor = "apple", target_os = "freebsd", target_os = "netbsd", target_os = "openbsd"))]
    pub(super) const NO_FOLLOW: i32 = 0x100;
    /// Links are found out afterwards there.
    #[cfg(not(any(
        target_os = "linux",
        target_os = "android",
        target_os = "illumos",
        target_os = "solaris",
        target_vendor = "apple",
        target_os = "freebsd",
        target_os = "netbsd",
        target_os = "openbsd"
    )))]
    pub(super) const NO_FOLLOW: i32 = 0;

    #[cfg(all(
        any(target_os = "linux", target_os = "android"),
        not(any(target_arch = "mips", target_arch = "mips64", target_arch = "sparc", target_arch = "sparc64"))
    ))]
    pub(super) const NON_BLOCKING: i32 = 0o4_000;
    #[cfg(any(
        target_os = "illumos",
        target_os = "solaris",
        all(target_os = "linux", any(target_arch = "mips", target_arch = "mips64"))
    ))]
    pub(super) const NON_BLOCKING: i32 = 0x80;
    #[cfg(all(target_os = "linux", any(target_arch = "sparc", target_arch = "sparc64")))]
    pub(super) const NON_BLOCKING: i32 = 0x4000;
    #[cfg(any(target_vendor = "apple", target_os = "freebsd", target_os = "netbsd", target_os = "openbsd"))]
    pub(super) const NON_BLOCKING: i32 = 4;
    #[cfg(not(any(
        target_os = "linux",
        target_os = "android",
        target_os = "illumos",
        target_os = "solaris",
        target_vendor = "apple",
        target_os = "freebsd",
        target_os = "netbsd",
        target_os = "openbsd"
    )))]
    pub(super) const NON_BLOCKING: i32 = 0;
}
