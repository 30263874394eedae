//! The rotated files that are there.

use super::Plan;
use super::compression::Codec;
use super::names::{self, Compiled};
use super::retention::Candidate;
use super::system::{FileKind, Stat, System};
use super::template::{Key, Template};
use std::borrow::ToOwned;
use std::io;
use std::path::{Path, PathBuf};
use std::string::String;
use std::vec::Vec;

/// A file with a name of ours.
#[derive(Clone, Debug)]
pub(super) struct Rotated {
    /// Without what compression adds to it.
    pub(super) plain: PathBuf,
    pub(super) codec: Option<Codec>,
    pub(super) key: Key,
    pub(super) stat: Stat,
}

impl Rotated {
    pub(super) fn path(&self) -> PathBuf {
        match self.codec {
            Some(codec) => compressed(&self.plain, codec),
            None => self.plain.clone(),
        }
    }

    pub(super) fn candidate(&self) -> Candidate {
        Candidate { bytes: self.stat.length, modified: self.stat.modified }
    }
}

/// The name of a file when it is compressed.
pub(super) fn compressed(plain: &Path, codec: Codec) -> PathBuf {
    let mut path = plain.as_os_str().to_owned();
    path.push(codec.suffix());
    path.into()
}

/// All rotated files, oldest first. The current one is not among them, unless it has such a name itself.
pub(super) fn rotated(system: &System, plan: &Plan) -> io::Result<Vec<Rotated>> {
    const MOST: usize = 3;
    let mut found = Found::default();
    for _ in 0..MOST {
        found = look(system, plan)?;
        // It may have been compressed meanwhile, under a name that was not there yet when names were asked for.
        if !found.is_one_gone {
            break;
        }
    }
    Ok(found.files)
}

/// What was found in one go.
#[derive(Debug, Default)]
struct Found {
    files: Vec<Rotated>,
    /// A file has lost its name, after that was asked for.
    is_one_gone: bool,
}

fn look(system: &System, plan: &Plan) -> io::Result<Found> {
    let mut found = Found::default();
    match plan.names() {
        Some(Compiled::Template(template)) => {
            walk(system, template, plan.directory(), &mut Vec::new(), &mut found)?;
            found.files.sort_by_key(|file| (file.key, file.stat.modified));
        }
        Some(Compiled::Custom(custom)) => {
            let current = plan.path().file_name().map(ToOwned::to_owned);
            for name in system.list(plan.directory())? {
                let (Some(text), true) = (name.to_str(), current.as_deref() != Some(&name)) else { continue };
                if !names::is_plain(text) {
                    // The lock, or what is in the making; the function may know it by a part of its name.
                    continue;
                }
                // A function that looks at the beginning of a name knows compressed files as well.
                let (plain, codec) = match without_suffix(text) {
                    Some((plain, codec)) if (custom.is_own)(plain) => (plain, Some(codec)),
                    _ if (custom.is_own)(text) => (text, None),
                    _ => continue,
                };
                push(system, plan.directory().join(plain), codec, Key::default(), &mut found);
            }
            // Disks tell times only so exactly.
            found.files.sort_by(|a, b| (a.stat.modified, &a.plain).cmp(&(b.stat.modified, &b.plain)));
        }
        None => {}
    }
    Ok(found)
}

fn walk(
    system: &System,
    template: &Template,
    directory: &Path,
    above: &mut Vec<String>,
    found: &mut Found,
) -> io::Result<()> {
    for name in system.list(directory)? {
        let Some(name) = name.to_str() else { continue };
        let path = directory.join(name);
        if above.len() < template.depth() {
            let is_directory = |stat: Stat| stat.kind == FileKind::Directory;
            if template.may_be(above.len(), name) && system.stat(&path).is_ok_and(is_directory) {
                above.push(name.to_owned());
                walk(system, template, &path, above, found)?;
                above.pop();
            }
            continue;
        }
        let recognise = |name| {
            let mut components: Vec<&str> = above.iter().map(String::as_str).collect();
            components.push(name);
            template.recognise(&components)
        };
        if let Some(key) = recognise(name) {
            push(system, path, None, key, found);
        } else if let Some((plain, codec)) = without_suffix(name)
            && let Some(key) = recognise(plain)
        {
            push(system, directory.join(plain), Some(codec), key, found);
        }
    }
    Ok(())
}

fn without_suffix(name: &str) -> Option<(&str, Codec)> {
    Codec::ALL.into_iter().find_map(|codec| Some((name.strip_suffix(codec.suffix())?, codec)))
}

/// Anything but a regular file is somebody else's, and so is what is gone by now.
fn push(system: &System, plain: PathBuf, codec: Option<Codec>, key: Key, found: &mut Found) {
    let path = match codec {
        Some(codec) => compressed(&plain, codec),
        None => plain.clone(),
    };
    match system.stat(&path) {
        Ok(stat) if stat.kind == FileKind::Regular => found.files.push(Rotated { plain, codec, key, stat }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => found.is_one_gone = true,
        _ => {}
    }
}
