//! From one file to the next.
//!
//! A rotation of `app.log`, under a lock that only one process gets, with what is on the disk if the process ends there:
//!
//! | step | `app.log` | `app.log.7` | the next file |
//! | --- | --- | --- | --- |
//! | 1. take the next file, or make it | the lines | - | empty, without a name, or `.app.log.rlog-next` |
//! | 2. find a name that is free | the lines | - | the same |
//! | 3. rename `app.log` to it | - | the lines | the same |
//! | 4. link the next file to `app.log`, which fails if it is there | empty | the lines | it is `app.log` |
//! | 5. remove its first name, if it has one | empty | the lines | it is `app.log` |
//!
//! Making a file took the system three quarters of the whole (ext4 on a disk in use, 320 of 440 microseconds; 2 CPUs,
//! 2026-11-26), so for files that do not last long the thread `rlog-files` makes it beforehand, without a name (`O_TMPFILE`). Until
//! step 4 only this process can reach it, and the system frees it when the process ends, however it ends. Where there are no such
//! files, or if that thread has not come to it, step 1 makes one with a name.
//!
//! The lines are in one file at every moment, and no name that anybody has is taken: so each line is there once, whole, wherever
//! the process ends. It goes on writing to the old file until the next one has its name, and so do other processes, until they
//! see that the path is that of another file. What a process that has ended has left of steps 1 and 4 holds nothing, and is
//! removed by the next one. What fails before step 3 leaves everything as it was; after it the rename is undone, and if even
//! that fails the lines go on into `app.log.7`, until the path can be opened again.
//!
//! On a file system without locks, step 2 also makes `app.log.7`, which fails if it is there, and step 3 replaces it. Not
//! elsewhere: ext4 then writes the whole file to the disk before the rename returns (`auto_da_alloc`), which took 30
//! milliseconds for 64 MB (2 CPUs, 2026-11-26).
//!
//! Files whose own names have dates or numbers in them are not renamed: the next one gets its name, and the old one is left.

use super::compression::Codec;
use super::header::header;
use super::listing::{self, compressed};
use super::names::{self, Compiled, Custom};
use super::open;
use super::room::Others;
use super::service::{Current, OpenFile};
use super::system::{LogFile, System, beside};
use super::template::{Key, NO_NUMBER, Template};
use super::{Layout, Plan, RotatedFile};
use crate::timestamp::Timestamp;
use std::collections::BTreeSet;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::string::String;
use std::thread;
use std::time::Duration;

/// What only the process that rotates has open.
struct Lock {
    file: LogFile,
    /// Not, if the file system has no locks.
    is_locked: bool,
    /// Its first line, in which the last rotation has left the name that it took.
    memory: Option<String>,
}

/// What came of it, if nothing failed.
enum Outcome {
    /// By this process or another one.
    Rotated,
    /// Somebody else has the lock.
    LockedOut,
    /// The rest of a line cannot be written now.
    LineIsBegun,
}

/// So often somebody else may have the lock, that is for five seconds, since a rotation is tried twice a second.
pub(super) const MOST_LOCKED_OUT: u32 = 10;
/// Who has the lock for longer is no process that rotates, or is stopped. Those that come after the first do not wait.
const PATIENCE: Duration = Duration::from_millis(250);
/// More names than this are not tried for one file.
const MOST_NAMES: u64 = 10_000;
const NEXT: &str = ".rlog-next";

impl OpenFile {
    /// Ends the file, whose lines are all written, and begins the next. What keeps it from that is told, and it is tried again.
    /// Whether it is done.
    pub(super) fn rotate(&mut self, now: i64) -> bool {
        match self.try_to_rotate(now) {
            Ok(Outcome::Rotated) => return true,
            Ok(Outcome::LineIsBegun) => {}
            Ok(Outcome::LockedOut) => {
                // Somebody else is about to, if he does not take too long.
                self.locked_out += 1;
                if self.locked_out.is_multiple_of(MOST_LOCKED_OUT) {
                    self.janitor.failed(format_args!(
                        "cannot rotate it, and writes on: somebody has had the lock `{}` each time of the last {}",
                        self.plan.lock_path().display(),
                        self.locked_out
                    ));
                }
            }
            Err(error) => self.janitor.failed(format_args!("cannot rotate it, and writes on: {error}")),
        }
        self.pause();
        false
    }

    fn try_to_rotate(&mut self, now: i64) -> io::Result<Outcome> {
        if !self.lines.is_empty() || !self.header.is_empty() {
            // A line that was begun is finished in the same file.
            return Ok(Outcome::LineIsBegun);
        }
        let start = self.clock.now();
        let mut file = self.system.open_lock(&self.plan.lock_path(), self.plan.mode)?;
        let Some(is_locked) = wait_for_turn(&file, self.patience()) else { return Ok(Outcome::LockedOut) };
        let memory = first_line(&mut file);
        let mut lock = Lock { file, is_locked, memory };
        match &self.plan.layout {
            Layout::InPlace { template, .. } => {
                let template = template.clone();
                self.leave_for_next(&template, now, &mut lock)?;
            }
            Layout::Fixed { .. } => {
                let there = self.system.stat(&self.current.path);
                if there.as_ref().is_ok_and(|there| there.identity == self.current.identity) {
                    self.rename_and_replace(now, &mut lock)?;
                } else {
                    // Another process was faster.
                    self.reopen(false);
                    return Ok(Outcome::Rotated);
                }
            }
        }
        self.counters.rotations.took(self.clock.now().saturating_sub(start));
        Ok(Outcome::Rotated)
    }

    fn patience(&self) -> Duration {
        let is_first = self.locked_out == 0 && !self.wall.is_manual();
        if is_first { PATIENCE } else { Duration::ZERO }
    }

    /// The lock, so that nobody rotates the file. None if there are no locks, or somebody keeps it; then the next time is not
    /// waited for.
    pub(super) fn lock_to_write(&mut self) -> Option<LogFile> {
        let lock = self.system.open_lock(&self.plan.lock_path(), self.plan.mode).ok()?;
        let is_locked = wait_for_turn(&lock, self.patience());
        self.locked_out = if is_locked.is_some() { 0 } else { self.locked_out.max(1) };
        is_locked.filter(|is_locked| *is_locked).map(|_| lock)
    }

    /// Steps 1 to 5.
    fn rename_and_replace(&mut self, now: i64, lock: &mut Lock) -> io::Result<()> {
        let system = self.system.clone();
        let path = self.current.path.clone();
        let temporary = beside(&path, NEXT);
        let (mut next, is_named) = match self.janitor.next.take() {
            Some(next) => (next, false),
            None => {
                system.remove(&temporary)?;
                (system.create(&temporary, self.plan.mode)?, true)
            }
        };
        self.put_aside(&next);
        let janitor = std::sync::Arc::clone(&self.janitor);
        let headed = self.put_header(&mut next, now);
        let renamed =
            headed.and_then(|()| janitor.make_room(self.current.size, self.others(lock), None)).and_then(|room| {
                let target = self.reserve(now, lock)?;
                match system.rename(&path, &target) {
                    Ok(()) => Ok((target, room)),
                    Err(error) => {
                        if !lock.is_locked {
                            let _ = system.remove(&target);
                        }
                        Err(error)
                    }
                }
            });
        let (target, room) = match renamed {
            Ok(renamed) => renamed,
            Err(error) => {
                if is_named {
                    let _ = system.remove(&temporary);
                }
                return Err(error);
            }
        };
        let linked = if is_named { system.link(&temporary, &path) } else { system.link_unnamed(&next, &path) };
        let opened = match linked {
            Ok(()) => Ok(self.by_its_name(next, &path)),
            // A program that knows nothing of the lock.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => system.append(&path),
            // A disk without links. Nobody else is here, by the lock.
            Err(_) if is_named => system.rename(&temporary, &path).map(|()| next),
            // Without `/proc`, or not allowed: the process may have become another user's, or have another directory.
            Err(_) => system.create(&path, self.plan.mode).inspect(|next| self.put_aside(next)),
        };
        if is_named {
            let _ = system.remove(&temporary);
        }
        let opened = opened.and_then(|file| {
            let stat = file.stat()?;
            Ok(open::Opened { file, stat, is_torn: false })
        });
        let opened = match opened {
            Ok(opened) => opened,
            Err(error) => {
                if system.is_free(&path).unwrap_or(false) {
                    let _ = system.rename(&target, &path);
                }
                return Err(error);
            }
        };
        drop(room);
        if !self.plan.fsync.is_never()
            && let Err(error) = system.sync_directory(self.plan.directory())
        {
            self.janitor.failed(format_args!("the disk may not have the name of a rotated file: {error}"));
        }
        let (mut current, _) = Current::new(path, opened);
        (current.started, current.head) = (Some(now), if self.plan.header { current.size } else { 0 });
        self.switch_to(current);
        Ok(())
    }

    /// What other processes may have done since this one has rotated the file.
    fn others(&self, lock: &Lock) -> Others {
        let last = match self.plan.names() {
            Some(Compiled::Template(template)) => lock.key(template),
            _ => lock.number().map(|number| Key { number, ..Key::default() }),
        };
        if self.current.is_shared {
            Others::WriteToIt
        } else if last.is_none() || last != self.last_key {
            Others::HaveRotated
        } else {
            Others::AreNotThere
        }
    }

    /// Of a file that begins.
    pub(super) fn put_aside(&self, file: &LogFile) {
        if let Some(bytes) = self.plan.preallocate
            && let Err(error) = file.preallocate(bytes)
        {
            self.janitor.failed(format_args!("cannot put `{bytes}` bytes aside: {error}"));
        }
    }

    /// Before others can write to it.
    fn put_header(&self, next: &mut LogFile, now: i64) -> io::Result<()> {
        let Some(first) = self.first.filter(|_| self.plan.header) else { return Ok(()) };
        next.write_all(&header(first.at(Timestamp::from_nanoseconds(now.saturating_mul(1_000_000_000)))))
    }

    /// The same file as it is opened by the name that it has got: the system would go on telling whoever lists open files that
    /// it was deleted, or by its first name. That takes it a microsecond (ext4, 2 CPUs, 2026-11-26). If it cannot be done, it will do
    /// as it is.
    fn by_its_name(&self, file: LogFile, path: &Path) -> LogFile {
        let identity = |file: &LogFile| file.stat().map(|stat| stat.identity);
        match (self.system.append(path), identity(&file)) {
            (Ok(named), Ok(its)) if identity(&named).is_ok_and(|other| other == its) => named,
            _ => file,
        }
    }

    /// Step 2: finds a name that nobody has had, and takes it.
    fn reserve(&mut self, now: i64, lock: &mut Lock) -> io::Result<PathBuf> {
        let plan = std::sync::Arc::clone(&self.plan);
        let started = self.current.started.unwrap_or(now);
        match plan.names() {
            Some(Compiled::Template(template)) => {
                let time = plan.time_of(started);
                let number = self.next_number(template, Key { time, number: 0 }, lock)?;
                for number in number..number.saturating_add(MOST_NAMES).min(NO_NUMBER) {
                    let key = template.canonical(&Key { time, number });
                    let name = template.render(&key);
                    let path = plan.directory().join(&name);
                    if self.take(&path, lock)? {
                        self.remember(key, &name, lock);
                        return Ok(path);
                    }
                }
                Err(io::Error::new(io::ErrorKind::AlreadyExists, "all names for it are taken"))
            }
            Some(Compiled::Custom(custom)) => {
                let name = plan.path().file_name().map(|name| name.to_string_lossy().into_owned());
                let at = |seconds: i64| Timestamp::from_nanoseconds(seconds.saturating_mul(1_000_000_000));
                let mut file =
                    RotatedFile { name: name.unwrap_or_default(), started: at(started), ended: at(now), number: 0 };
                let last = match self.last_key.map(|last| last.number).max(lock.number()) {
                    Some(last) => last,
                    None => last_number_of_files(custom, &file, &plan, &self.system)?,
                };
                for number in last.saturating_add(1)..last.saturating_add(MOST_NAMES).min(NO_NUMBER) {
                    file.number = number;
                    let name: String = (custom.name)(&file);
                    if !names::is_plain(&name) || !(custom.is_own)(&name) || plan.path().ends_with(&name) {
                        return Err(io::Error::new(
                            io::ErrorKind::InvalidInput,
                            std::format!(
                                "the function for names returned `{}`, which is no name in the directory that its partner knows",
                                name.escape_debug()
                            ),
                        ));
                    }
                    let path = plan.directory().join(name);
                    if self.take(&path, lock)? {
                        self.last_key = Some(Key { number, ..Key::default() });
                        // If this fails, the files that are there still count.
                        let _ = lock.file.replace_first_line(&std::format!("{number}"));
                        return Ok(path);
                    }
                }
                Err(io::Error::new(
                    io::ErrorKind::AlreadyExists,
                    "the function for names returns only names that are taken",
                ))
            }
            None => Err(io::ErrorKind::Unsupported.into()),
        }
    }

    /// Whether no file has this name, compressed or not.
    fn take(&self, path: &Path, lock: &Lock) -> io::Result<bool> {
        if self.is_compressed(path)? {
            return Ok(false);
        }
        if let Some(directory) = path.parent().filter(|directory| *directory != self.plan.directory()) {
            self.system.create_directories(directory)?;
        }
        if lock.is_locked {
            return self.system.is_free(path);
        }
        match self.system.create(path, self.plan.mode) {
            Ok(_) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
            Err(error) => Err(error),
        }
    }

    fn is_compressed(&self, path: &Path) -> io::Result<bool> {
        for codec in Codec::ALL {
            if !self.system.is_free(&compressed(path, codec))? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The number behind those of all files of this time, also of those that are deleted.
    fn next_number(&mut self, template: &Template, key: Key, lock: &mut Lock) -> io::Result<u64> {
        let time = template.canonical(&key).time;
        let newest = match self.last_key {
            Some(last) => Some(last),
            // The first time in this process.
            None => newest(&self.plan, &self.system, time)?.map(|(key, _)| key),
        };
        let last = [newest, lock.key(template)].into_iter().flatten().filter(|last| last.time == time);
        let last = last.map(|last| last.number).max();
        Ok(last.map_or(template.first_number(), |last| last.saturating_add(1)))
    }

    /// Keeps the last name, for this process and for others.
    fn remember(&mut self, key: Key, name: &Path, lock: &mut Lock) {
        self.last_key = Some(key);
        if let Some(name) = name.to_str() {
            // If this fails, the files that are there still count.
            let _ = lock.file.replace_first_line(name);
        }
    }

    /// For files that are not renamed.
    fn leave_for_next(&mut self, template: &Template, now: i64, lock: &mut Lock) -> io::Result<()> {
        let time = template.canonical(&Key { time: self.plan.time_of(now), number: 0 }).time;
        // Another process may be there already: then it is joined.
        let own = self.last_key.filter(|last| last.time == time).map(|last| last.number);
        let theirs = lock.key(template).filter(|last| last.time == time).map(|last| last.number);
        let (number, joined) = match (own, theirs) {
            (Some(own), Some(theirs)) if theirs > own => (theirs, Some(theirs)),
            (Some(own), _) => (own.saturating_add(1), None),
            (None, Some(theirs)) => (theirs, Some(theirs)),
            (None, None) => (self.next_number(template, Key { time, number: 0 }, lock)?, None),
        };
        let janitor = std::sync::Arc::clone(&self.janitor);
        let room = janitor.make_room(self.current.size, self.others(lock), lock.key(template))?;
        let mut next = janitor.next.take();
        for number in number..number.saturating_add(MOST_NAMES).min(NO_NUMBER) {
            let key = Key { time, number };
            let name = template.render(&key);
            let path = self.plan.directory().join(&name);
            if self.is_compressed(&path)? || (joined == Some(number) && self.system.is_free(&path)?) {
                continue;
            }
            let (mut opened, mut head) = self.begin_next(&path, &mut next, now)?;
            if self.plan.limit.is_some_and(|limit| opened.stat.length >= limit) {
                // Another process has filled it.
                continue;
            }
            if opened.stat.length == 0 {
                self.put_aside(&opened.file);
                self.put_header(&mut opened.file, now)?;
                opened.stat = opened.file.stat()?;
                head = opened.stat.length;
            }
            self.remember(key, &name, lock);
            let (mut current, is_torn) = Current::new(path, opened);
            (current.started, current.head) = (Some(now), head);
            self.janitor.set_current(&current.path, current.identity);
            drop(room);
            self.switch_to(current);
            if is_torn {
                self.lines.begin_behind_a_torn_line();
            }
            return Ok(());
        }
        Err(io::Error::new(io::ErrorKind::AlreadyExists, "all names for it are taken"))
    }

    /// Opens a file that may be there already. Also returns how much of it is its header, if it was not.
    fn begin_next(&self, path: &Path, next: &mut Option<LogFile>, now: i64) -> io::Result<(open::Opened, u64)> {
        if let Some(mut file) = next.take() {
            if file.stat()?.length == 0 {
                self.put_header(&mut file, now)?;
            }
            if self.system.link_unnamed(&file, path).is_ok() {
                let file = self.by_its_name(file, path);
                let stat = file.stat()?;
                let head = stat.length;
                return Ok((open::Opened { file, stat, is_torn: false }, head));
            }
            *next = Some(file);
        }
        Ok((open::open(&self.system, path, self.plan.mode)?, 0))
    }

    /// Removes what a process has left that has ended during a rotation, and keeps the name of a file that is not renamed. Not while
    /// another one rotates.
    pub(super) fn recover(&mut self) {
        let Ok(mut file) = self.system.open_lock(&self.plan.lock_path(), self.plan.mode) else { return };
        let Some(is_locked) = file.lock() else { return };
        if let Layout::InPlace { template, .. } = &self.plan.layout {
            let mut lock = Lock { memory: first_line(&mut file), file, is_locked };
            if let Some(own) = self.last_key.filter(|own| lock.key(template).is_none_or(|last| last < *own)) {
                let name = template.render(&own);
                self.remember(own, &name, &mut lock);
            }
            return;
        }
        let _ = self.system.remove(&beside(self.plan.path(), NEXT));
        for file in listing::rotated(&self.system, &self.plan).unwrap_or_default() {
            if file.stat.length == 0 && file.codec.is_none() {
                let _ = self.system.remove(&file.plain);
            }
        }
    }

    /// Whether another process has the lock.
    pub(super) fn is_being_rotated(&self) -> bool {
        match self.system.open_lock(&self.plan.lock_path(), self.plan.mode) {
            Ok(lock) => lock.lock().is_none(),
            Err(_) => false,
        }
    }
}

impl Lock {
    /// The last name that was taken.
    fn key(&self, template: &Template) -> Option<Key> {
        key_of(self.memory.as_deref()?, template)
    }

    /// The last number that a function for names was asked with: out of a name nobody can read it.
    fn number(&self) -> Option<u64> {
        self.memory.as_deref()?.parse().ok().filter(|number| *number < NO_NUMBER)
    }
}

fn key_of(name: &str, template: &Template) -> Option<Key> {
    template.recognise(&name.split('/').collect::<Vec<_>>())
}

/// Waits until the lock is free, though not for ever: another process that rotates has it for some 100 microseconds, or as long as
/// the system lets it wait for a processor meanwhile. Who does not wait writes on until he tries again, and makes the file larger than it may be. Otherwise as
/// [`LogFile::lock`].
fn wait_for_turn(lock: &LogFile, patience: Duration) -> Option<bool> {
    const LONGEST_STEP: Duration = Duration::from_millis(2);
    let (mut step, mut waited) = (Duration::from_micros(50), Duration::ZERO);
    loop {
        let locked = lock.lock();
        if locked.is_some() || waited >= patience {
            return locked;
        }
        thread::sleep(step);
        waited += step;
        step = (step * 2).min(LONGEST_STEP);
    }
}

fn first_line(lock: &mut LogFile) -> Option<String> {
    const LONGEST: u64 = 4 << 10;
    let mut text = String::new();
    Read::by_ref(lock).take(LONGEST).read_to_string(&mut text).ok()?;
    text.truncate(text.find('\n')?);
    Some(text)
}

/// If nobody remembers it: the highest number for which the function returns the name of a file that is there.
fn last_number_of_files(custom: &Custom, file: &RotatedFile, plan: &Plan, system: &System) -> io::Result<u64> {
    let files = listing::rotated(system, plan)?;
    let names: BTreeSet<_> = files.iter().filter_map(|file| file.plain.file_name()?.to_str()).collect();
    if names.is_empty() {
        return Ok(0);
    }
    let is_there =
        |number: &u64| names.contains((custom.name)(&RotatedFile { number: *number, ..file.clone() }).as_str());
    Ok((1..MOST_NAMES).rev().find(is_there).unwrap_or(0))
}

/// The last name that was taken, as the lock remembers it.
fn last_key(plan: &Plan, system: &System, template: &Template) -> Option<Key> {
    key_of(&first_line(&mut system.read(&plan.lock_path()).ok()?)?, template)
}

/// Of files that are not renamed: the one that another process has begun since this one.
pub(super) fn successor(plan: &Plan, system: &System, current: &Path) -> Option<(Key, PathBuf)> {
    let Layout::InPlace { root, template, .. } = &plan.layout else { return None };
    let key = last_key(plan, system, template)?;
    let components: Option<Vec<&str>> =
        current.strip_prefix(root).ok()?.iter().map(|component| component.to_str()).collect();
    let path = root.join(template.render(&key));
    (key > template.recognise(&components?)? && !system.is_free(&path).ok()?).then_some((key, path))
}

/// The newest file of this time, and whether it is compressed.
fn newest(plan: &Plan, system: &System, time: super::calendar::Civil) -> io::Result<Option<(Key, bool)>> {
    let files = listing::rotated(system, plan)?;
    let keys = files.into_iter().filter(|file| file.key.time == time);
    Ok(keys.map(|file| (file.key, file.codec.is_some())).max_by_key(|(key, _)| key.number))
}

/// Where the first lines of this process go, and what is in that name.
pub(super) fn first_path(plan: &Plan, system: &System, now: i64) -> io::Result<(PathBuf, Option<Key>)> {
    let Layout::InPlace { root, template, .. } = &plan.layout else { return Ok((plan.path().to_path_buf(), None)) };
    let time = template.canonical(&Key { time: plan.time_of(now), number: 0 }).time;
    let remembered = last_key(plan, system, template).filter(|last| last.time == time);
    let key = match (newest(plan, system, time)?, remembered) {
        (None, None) => Key { time, number: template.first_number() },
        (Some((key, false)), last) if last.is_none_or(|last| last <= key) => key,
        // That of the last name is compressed, or somebody has taken it away.
        (newest, last) => {
            let number = newest.map(|(key, _)| key).max(last).map_or(0, |last| last.number);
            Key { time, number: number.saturating_add(1) }
        }
    };
    Ok((root.join(template.render(&key)), Some(key)))
}
