//! Files in a logger in service: many threads log while files are rotated, compressed and deleted.

#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

use rlog_runtime::__private::{Callsite, Level, Probe, emit1, probes::*};
#[cfg(feature = "gzip")]
use rlog_runtime::{Compression, Names, Retention};
use rlog_runtime::{File, FileStats, Rotation};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use std::{fs, thread};

/// A statement with the message `no {number}`.
fn info(number: u64) {
    static SITE: Callsite = Callsite::new(Level::INFO, 1, line!(), "mp3:no h0;k6:number.app\u{1f}f");
    if SITE.is_enabled() {
        emit1(&SITE, (&&&&&Probe(&number)).rlog_value());
    }
}

const PATIENCE: Duration = Duration::from_secs(60);

/// A directory of its own. There is one logger in the process, so tests take turns.
struct Directory(PathBuf, #[allow(dead_code, reason = "held")] MutexGuard<'static, ()>);

impl Directory {
    fn new(test: &str) -> Self {
        static TURN: Mutex<()> = Mutex::new(());
        let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        let path = std::env::temp_dir().join(format!("rlog-files-{test}-{}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path, turn)
    }

    fn file(&self) -> File {
        File::new(self.0.join("app.log"))
    }

    /// The files that readers look at. Some may be gone again.
    fn names(&self) -> Vec<String> {
        let names = fs::read_dir(&self.0).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        names.filter(|name| !name.starts_with('.')).collect()
    }

    /// The same with their contents, when nothing changes any more.
    fn files(&self) -> BTreeMap<String, Vec<u8>> {
        self.names().into_iter().map(|name| (name.clone(), fs::read(self.0.join(name)).unwrap())).collect()
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn stats() -> FileStats {
    rlog_runtime::stats().handlers.into_iter().find_map(|handler| handler.file).unwrap()
}

/// Waits for the thread in the background.
#[cfg(feature = "gzip")]
fn until(condition: impl Fn() -> bool) {
    let begun = std::time::Instant::now();
    while !condition() {
        assert!(begun.elapsed() < PATIENCE, "{:?}", stats());
        thread::sleep(Duration::from_millis(5));
    }
}

/// The last number in each line.
fn numbers(content: &[u8]) -> Vec<u64> {
    let lines = std::str::from_utf8(content).unwrap().lines();
    lines.map(|line| line.rsplit(|c: char| !c.is_ascii_digit()).next().unwrap().parse().unwrap()).collect()
}

#[test]
fn every_record_of_many_threads_is_in_one_of_many_files_once() {
    const THREADS: u64 = 4;
    const EACH: u64 = 20_000;
    let directory = Directory::new("threads");
    let file = directory.file().rotation(Rotation::size("64 KiB"));
    let handle = file.handle();
    let _guard = rlog_runtime::builder().environment(false).handler(file).init().unwrap();
    thread::scope(|scope| {
        for thread in 0..THREADS {
            scope.spawn(move || (0..EACH).for_each(|number| info(thread * EACH + number)));
        }
        for _ in 0..5 {
            assert!(handle.rotate() && rlog_runtime::reopen_files());
        }
    });
    assert!(rlog_runtime::shutdown(PATIENCE).complete);
    let files = directory.files();
    let mut found: Vec<u64> = files.values().flat_map(|content| numbers(content)).collect();
    found.sort_unstable();
    assert_eq!(found.len() as u64, THREADS * EACH);
    assert!(found.iter().enumerate().all(|(index, number)| index as u64 == *number));
    assert!(files.values().all(|content| content.len() <= 64 << 10));
    let stats = stats();
    assert_eq!((stats.lines, stats.errors), (THREADS * EACH, 0), "{stats:?}");
    assert_eq!(stats.rotations as usize + 1, files.len());
    assert_eq!(stats.bytes as usize, files.values().map(Vec::len).sum::<usize>());
    assert!(stats.last_rotation.is_some() && stats.last_error.is_none());
    assert!(stats.longest_rotation > Duration::ZERO && stats.longest_rotation < stats.rotation_time, "{stats:?}");
}

#[cfg(feature = "gzip")]
#[test]
fn rotated_files_are_compressed_and_deleted_in_the_background() {
    let directory = Directory::new("background");
    let file = directory.file().rotation(Rotation::size("64 KiB")).names(Names::numbered());
    let file = file.compression(Compression::gzip()).retention(Retention::count(3));
    let _guard = rlog_runtime::builder().environment(false).handler(file).init().unwrap();
    (0..20_000).for_each(info);
    assert!(rlog_runtime::flush(PATIENCE));
    let is_tidy = || {
        let names = directory.names();
        names.len() == 4 && names.iter().filter(|name| name.ends_with(".gz")).count() == 3
    };
    until(is_tidy);
    assert!(rlog_runtime::shutdown(PATIENCE).complete);
    let mut last = Vec::new();
    let files = directory.files();
    for (name, content) in &files {
        if name.ends_with(".gz") {
            let mut plain = Vec::new();
            let mut decoder = flate2::read::MultiGzDecoder::new(content.as_slice());
            std::io::copy(&mut decoder, &mut plain).unwrap();
            last.extend(numbers(&plain));
        } else {
            last.extend(numbers(content));
        }
    }
    last.sort_unstable();
    let first = last[0];
    assert!(last.iter().enumerate().all(|(index, number)| first + index as u64 == *number), "the newest lines");
    assert_eq!(last.last(), Some(&19_999));
    let stats = stats();
    assert!(stats.compressions >= 3 && stats.deletions + 3 == stats.rotations && stats.errors == 0, "{stats:?}");
    assert!(stats.compression_time > Duration::ZERO && stats.deletion_time > Duration::ZERO, "{stats:?}");
}

#[test]
fn a_file_that_is_moved_is_opened_anew_when_the_program_asks_for_it() {
    let directory = Directory::new("moved");
    let _guard = rlog_runtime::builder().environment(false).handler(directory.file()).init().unwrap();
    info(1);
    assert!(rlog_runtime::flush(PATIENCE));
    fs::rename(directory.0.join("app.log"), directory.0.join("moved.log")).unwrap();
    assert!(rlog_runtime::reopen_files());
    info(2);
    assert!(rlog_runtime::shutdown(PATIENCE).complete);
    let files = directory.files();
    assert_eq!((numbers(&files["moved.log"]), numbers(&files["app.log"])), (vec![1], vec![2]));
    assert_eq!(stats().reopenings, 1);
}

#[test]
fn a_configuration_that_is_wrong_leaves_no_trace() {
    let directory = Directory::new("wrong");
    let wrong = File::new(directory.0.join("b.log")).rotation(Rotation::size("much"));
    let error = rlog_runtime::builder().environment(false).handler(directory.file()).handler(wrong).init().unwrap_err();
    assert!(error.to_string().contains("the size `much` of the rotation is not understood"), "{error}");
    assert_eq!(fs::read_dir(&directory.0).unwrap().count(), 0);
}
