//! Opening the file that lines go to, and nothing else that may stand under its name.

use super::system::{FileKind, LogFile, Stat, System, may_write, obstacle};
use super::{Plan, problem_of_path};
use crate::handler::OpenError;
use std::io::{self, Read};
use std::path::Path;
use std::vec::Vec;

/// A file that is open, and what is in it.
#[derive(Debug)]
pub(super) struct Opened {
    pub(super) file: LogFile,
    pub(super) stat: Stat,
    /// Whether an earlier process was killed, or ran out of space, in the middle of a line. Our first line would be spoilt too.
    pub(super) is_torn: bool,
}

/// Opens a file to append to, which is made if it is not there, with its directories.
pub(super) fn open(system: &System, path: &Path, mode: u32) -> io::Result<Opened> {
    // Somebody may make it or remove it meanwhile, but not again and again.
    for _ in 0..3 {
        match system.create(path, mode) {
            Ok(file) => {
                let stat = file.stat()?;
                return Ok(Opened { file, stat, is_torn: false });
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                system.create_directories(path.parent().unwrap_or(Path::new("")))?;
                continue;
            }
            Err(error) if error.kind() == io::ErrorKind::NotADirectory => {
                system.create_directories(path.parent().unwrap_or(Path::new("")))?;
                return Err(error);
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            // Windows says so of a directory.
            Err(error) => return Err(refusal(system, path).unwrap_or(error)),
        }
        match system.append(path) {
            Ok(file) => return check(system, path, file),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(refusal(system, path).unwrap_or(error)),
        }
    }
    Err(refusal(system, path).unwrap_or_else(|| io::Error::other("it is made and removed again and again")))
}

/// Opens a file as [`open`] does, and tells others that it is written to. Between the two calls another process may have rotated
/// it, and have begun to compress it: what was written then would go with the file that it deletes. So the path is looked at
/// again. Once the others are told, and it is still that of the file, nobody compresses it.
pub(super) fn open_to_write(system: &System, path: &Path, mode: u32) -> io::Result<Opened> {
    let mut opened = open(system, path, mode)?;
    // As often as a rotation comes between, and not for ever if somebody who is no process of ours keeps a lock.
    for _ in 0..10 {
        let is_told = opened.file.mark_as_written();
        match system.stat(path) {
            Ok(there) if there.identity != opened.stat.identity => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            _ if is_told => break,
            _ => continue,
        }
        opened = open(system, path, mode)?;
    }
    Ok(opened)
}

fn check(system: &System, path: &Path, file: LogFile) -> io::Result<Opened> {
    let stat = file.stat()?;
    if let Some(refusal) = refusal_of(stat.kind) {
        return Err(refusal);
    }
    // Where the system follows links whatever is said.
    if system.stat(path).is_ok_and(|there| there.kind == FileKind::Symlink) {
        return Err(refusal_of(FileKind::Symlink).unwrap_or_else(|| io::ErrorKind::InvalidInput.into()));
    }
    let is_torn = stat.kind == FileKind::Regular && stat.length > 0 && is_torn(system, path, &file);
    Ok(Opened { file, stat, is_torn })
}

/// Not asked of devices: to read from them would take something out of them.
fn is_torn(system: &System, path: &Path, file: &LogFile) -> bool {
    // Another process that has it open may be in the middle of a write, of which a part can be seen.
    last_byte(system, path).is_ok_and(|last| last != b'\n') && file.lock().is_some()
}

/// By a handle of its own, since one that appends is not allowed to read.
fn last_byte(system: &System, path: &Path) -> io::Result<u8> {
    let mut file = system.read(path)?;
    file.seek_to_end(1)?;
    let mut last = [0];
    file.read_exact(&mut last)?;
    Ok(last[0])
}

fn refusal(system: &System, path: &Path) -> Option<io::Error> {
    refusal_of(system.stat(path).ok()?.kind)
}

/// Why lines do not go to this.
fn refusal_of(kind: FileKind) -> Option<io::Error> {
    let why = match kind {
        FileKind::Regular | FileKind::Device => return None,
        FileKind::Directory => "it is a directory; give the path of a file in it",
        FileKind::Symlink => {
            "it is a symbolic link, which somebody else may point anywhere; give the path of the file that it points to, or use `Console` for a standard stream"
        }
        FileKind::Other => "it is a pipe, a socket or a disk; give the path of a file",
    };
    Some(io::Error::new(io::ErrorKind::InvalidInput, why))
}

/// What will keep the file from being opened, as far as that shows without making anything.
pub(super) fn problems(system: &System, plan: &Plan) -> Vec<OpenError> {
    let refuse = |error: io::Error| Vec::from([problem_of_path(plan.path(), error)]);
    let (path, directory) = (plan.path(), plan.directory());
    if !plan.is_in_place() {
        match system.stat(path) {
            Ok(stat) if stat.kind == FileKind::Device && plan.rotates() => {
                let why = "it is a device, which cannot be rotated; leave out the rotation";
                return refuse(io::Error::new(io::ErrorKind::InvalidInput, why));
            }
            Ok(stat) => match refusal_of(stat.kind) {
                Some(error) => return refuse(error),
                None => {
                    match system.append(path) {
                        // Another process is about to rotate it, say.
                        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                        Err(error) => return refuse(error),
                        Ok(_) => {}
                    }
                }
            },
            Err(_) => {}
        }
    }
    let needs_directory = plan.rotates() || system.is_free(path).unwrap_or(true);
    if let Some(error) = why_no_files_in(directory, needs_directory) {
        return refuse(error);
    }
    if let Some(link) = &plan.link
        && let Some(error) = why_no_files_in(link.parent().unwrap_or(Path::new("")), true)
    {
        let why = std::format!("the link `{}` to the current file cannot be made: {error}", link.display());
        return refuse(io::Error::new(error.kind(), why));
    }
    Vec::new()
}

/// What will keep a directory from being made, or if that is needed, files in it.
fn why_no_files_in(directory: &Path, needs_directory: bool) -> Option<io::Error> {
    if let Some(file) = obstacle(directory) {
        let why = std::format!("`{}` is not a directory", file.display());
        return Some(io::Error::new(io::ErrorKind::NotADirectory, why));
    }
    let there = directory.ancestors().map(|above| if above.as_os_str().is_empty() { Path::new(".") } else { above });
    let nearest = there.into_iter().find(|above| above.is_dir()).filter(|_| needs_directory)?;
    let error = may_write(nearest)?;
    let why = std::format!("cannot make files in `{}`: {error}", nearest.display());
    Some(io::Error::new(error.kind(), why))
}

/// Whether everybody may replace the file by something else.
pub(super) fn is_open_to_everybody(directory: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        const EVERYBODY_WRITES: u32 = 0o002;
        const STICKY: u32 = 0o1000;
        let directory = if directory.as_os_str().is_empty() { Path::new(".") } else { directory };
        std::fs::metadata(directory)
            .is_ok_and(|metadata| metadata.mode() & (EVERYBODY_WRITES | STICKY) == EVERYBODY_WRITES)
    }
    #[cfg(not(unix))]
    {
        let _ = directory;
        false
    }
}
