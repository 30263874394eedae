//! Rotated files that become compressed ones.
//!
//! Called by the thread `rlog-files` in a sweep. Compressing goes by this order, in which every line is in exactly one file that
//! readers look at, but for the moment between the last two steps:
//!
//! 1. lock the file, so that nobody else compresses it, and see that nobody writes to it. If the total is bounded, there is room for
//!    one file in the making, and `.app.log.compression.lock` is locked before;
//! 2. write `.app.log.1.gz.rlog-tmp`, and hand it to the disk;
//! 3. rename it to `app.log.1.gz`;
//! 4. remove `app.log.1`.
//!
//! If the process ends before 3, what is in the making is removed by the next sweep. If it ends between 3 and 4, the next sweep
//! reads the compressed file, sees that it is whole, and does 4.

use super::compression::Codec;
use super::janitor::{Janitor, Left};
use super::listing::{self, Rotated};
use super::system::{LogFile, beside};
use std::collections::BTreeSet;
use std::io::{self, Read, Write};
use std::path::Path;
use std::vec::Vec;

/// What compression adds to a file that cannot be made smaller, in bytes, at most; the rest is refused.
pub(super) const FRAME: u64 = 1 << 10;

/// The end of the name of what is in the making.
const IN_THE_MAKING: &str = ".rlog-tmp";

impl Janitor {
    /// If the total is bounded there is room for one file in the making, so one process compresses at a time: it has `turn`. What
    /// one has left that was killed is removed before. `false` if another process has it.
    pub(super) fn take_turn(&self, turn: &mut Option<LogFile>, files: &[Rotated], left: &mut Left) -> io::Result<bool> {
        if self.plan.quota.is_none() {
            return Ok(true);
        }
        let lock = self.system.open_lock(&self.plan.compression_lock_path(), self.plan.mode)?;
        if lock.lock().is_none() {
            left.is_one_busy = true;
            return Ok(false);
        }
        self.remove_leftovers(files, true);
        *turn = Some(lock);
        Ok(true)
    }

    /// Removes what an earlier process had in the making of a file that is gone since, or if there is no such process for certain,
    /// `of_all` files.
    pub(super) fn remove_leftovers(&self, files: &[Rotated], of_all: bool) {
        let parents = files.iter().filter_map(|file| file.plain.parent().map(Path::to_path_buf));
        let directories: BTreeSet<_> = parents.chain([self.plan.directory().to_path_buf()]).collect();
        for directory in directories {
            let Ok(names) = self.system.list(&directory) else { continue };
            for name in names {
                let of = name.to_str().and_then(|name| name.strip_prefix('.')?.strip_suffix(IN_THE_MAKING));
                let plain =
                    of.and_then(|name| Codec::ALL.into_iter().find_map(|codec| name.strip_suffix(codec.suffix())));
                let Some(plain) = plain else { continue };
                let plain = directory.join(plain);
                if self.plan.is_own(&plain) && (of_all || self.system.is_free(&plain).unwrap_or(false)) {
                    let _ = self.system.remove(&directory.join(&name));
                }
            }
        }
    }

    /// Finishes what an earlier process did not come to: removing a file that is compressed.
    pub(super) fn remove_compressed_twice(&self, files: &mut Vec<Rotated>, left: &mut Left) {
        let plain: BTreeSet<_> =
            files.iter().filter(|file| file.codec.is_none()).map(|file| file.plain.clone()).collect();
        for file in files.iter().filter(|file| plain.contains(&file.plain)) {
            let Some(codec) = file.codec else { continue };
            let outcome = (|| -> io::Result<bool> {
                let source = self.system.read(&file.plain)?;
                if source.lock().is_none() {
                    return Ok(false);
                }
                let content = codec.content_length(io::BufReader::new(self.system.read(&file.path())?))?;
                if content != source.stat()?.length {
                    return Err(io::Error::other("it is another file"));
                }
                self.system.remove(&file.plain)?;
                Ok(true)
            })();
            match outcome {
                Ok(is_done) => left.is_one_busy |= !is_done,
                Err(error) if self.is_gone(&error, &file.plain) || self.is_gone(&error, &file.path()) => {}
                Err(error) => {
                    left.has_failed = true;
                    let (plain, path) = (file.plain.display(), file.path());
                    self.failed(format_args!("both `{plain}` and `{}` are there: {error}", path.display()));
                }
            }
        }
        files.retain(|file| file.codec.is_some() || !self.system.is_free(&file.plain).unwrap_or(false));
    }

    /// `false` if somebody still writes to the file.
    pub(super) fn compress(&self, plain: &Path) -> io::Result<bool> {
        let Some(codec) = self.plan.compression.codec else { return Ok(true) };
        let start = self.clock.now();
        let mut source = match self.system.read(plain) {
            Ok(source) => source,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(true),
            Err(error) => return Err(error),
        };
        if source.lock().is_none() {
            return Ok(false);
        }
        let stat = source.stat()?;
        if !self.system.stat(plain).is_ok_and(|there| there.identity == stat.identity) {
            // Another process has compressed it meanwhile.
            return Ok(true);
        }
        let path = listing::compressed(plain, codec);
        let temporary = beside(&path, IN_THE_MAKING);
        self.system.remove(&temporary)?;
        let outcome = self.compress_to(&mut source, stat.length, &temporary);
        if !matches!(outcome, Ok(true)) {
            let _ = self.system.remove(&temporary);
            return outcome;
        }
        if self.system.is_free(plain)? {
            // Another process has deleted it meanwhile: it is not to come back.
            let _ = self.system.remove(&temporary);
            return Ok(true);
        }
        if !self.system.is_free(&path).unwrap_or(false) {
            let _ = self.system.remove(&temporary);
            return Err(io::Error::new(io::ErrorKind::AlreadyExists, "there is a compressed file of this name"));
        }
        self.system.rename(&temporary, &path)?;
        if !self.plan.fsync.is_never() {
            self.system.sync_directory(path.parent().unwrap_or(Path::new("")))?;
        }
        self.system.remove(plain)?;
        self.counters.compressions.took(self.clock.now().saturating_sub(start));
        Ok(true)
    }

    fn compress_to(&self, source: &mut LogFile, most: u64, temporary: &Path) -> io::Result<bool> {
        let mut target = self.system.create(temporary, 0o600)?;
        let mut buffer = io::BufWriter::with_capacity(64 << 10, Bounded { to: &mut target, left: most + FRAME });
        let length = self.plan.compression.compress(&mut Attentive { from: source, janitor: self }, &mut buffer)?;
        buffer.flush()?;
        drop(buffer);
        if length != source.stat()?.length {
            return Ok(false);
        }
        target.resemble(source)?;
        // Not only if it is asked for: the file that it comes from is deleted next.
        target.sync()?;
        Ok(true)
    }

    /// Whether a call has failed because another process has deleted the file.
    pub(super) fn is_gone(&self, error: &io::Error, path: &Path) -> bool {
        error.kind() == io::ErrorKind::NotFound && self.system.is_free(path).unwrap_or(false)
    }
}

/// What is still there twice is not compressed again.
pub(super) fn leave_out_twins(files: &mut Vec<Rotated>) {
    let whole: BTreeSet<_> = files.iter().filter(|file| file.codec.is_some()).map(|file| file.plain.clone()).collect();
    files.retain(|file| file.codec.is_some() || !whole.contains(&file.plain));
}

/// Sees to what the handler waits for between two pieces of a large file, and gives up one that is deleted meanwhile: the disk has
/// it as long as it is open.
struct Attentive<'a> {
    from: &'a mut LogFile,
    janitor: &'a Janitor,
}

impl Read for Attentive<'_> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        self.janitor.make_next();
        self.janitor.close_retired();
        if self.from.stat()?.is_deleted {
            return Err(io::ErrorKind::NotFound.into());
        }
        self.from.read(bytes)
    }
}

/// Fails when more is written than there was, so that the bound on the disk holds.
struct Bounded<'a> {
    to: &'a mut LogFile,
    left: u64,
}

impl Write for Bounded<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if bytes.len() as u64 > self.left {
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, "it would not become smaller"));
        }
        let written = self.to.write(bytes)?;
        self.left -= written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}
