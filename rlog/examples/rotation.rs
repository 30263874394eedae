//! Files that survive production: `cargo run --release --example rotation`.
//!
//! Two threads log for three seconds at full rate into a file that is rotated at 32 MB and compressed. Meanwhile another process,
//! which knows nothing of this one, moves the file away again and again, as `mv` or `logrotate` do. Then everything is read
//! back, the compressed files by `gzip`, and each line is looked for.

#![allow(clippy::print_stdout, reason = "the output of the command")]

use rlog::{Compression, File, Rotation, info};
use std::error::Error;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use std::{env, fs, thread};

const DIRECTORY: &str = "logs/rotation";
const THREADS: u64 = 2;
const FOR: Duration = Duration::from_secs(3);
const BETWEEN_MOVES: Duration = Duration::from_millis(400);

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let path = Path::new(DIRECTORY).join("app.log");
    if env::args().nth(1).as_deref() == Some("move-away") {
        move_away_for_ever(&path);
    }
    let _ = fs::remove_dir_all(DIRECTORY);
    let file = File::new(&path).rotation(Rotation::size("32 MB")).compression(Compression::gzip());
    let _guard = rlog::builder().handler(file).init()?;
    let mut other = Command::new(env::current_exe()?).arg("move-away").spawn()?;
    let written = log_at_full_rate();
    let is_flushed = rlog::flush(Duration::from_secs(60));
    other.kill()?;
    other.wait()?;
    let stats = rlog::stats().handlers[0].file.clone().unwrap_or_default();
    wait_for_compression();

    let found = Found::read_all(&written)?;
    let logged: u64 = written.iter().sum();
    println!("{logged} lines written in {FOR:?} by {THREADS} threads, {} rotations", stats.rotations);
    println!(
        "{} files, {} of them moved away by another process, {} compressed",
        found.files, found.moved, found.compressed
    );
    println!("{} bytes, {} on the disk", found.bytes, found.bytes_on_disk);
    println!("missing {}, doubled {}, torn {}", found.missing, found.doubled, found.torn);
    let is_good =
        is_flushed && found.missing + found.doubled + found.torn == 0 && stats.rotations > 1 && found.moved > 1;
    if is_good {
        fs::remove_dir_all(DIRECTORY)?;
        return Ok(ExitCode::SUCCESS);
    }
    println!("see `{DIRECTORY}`; statistics: {stats:?}");
    Ok(ExitCode::FAILURE)
}

/// Returns how many lines each thread has logged.
fn log_at_full_rate() -> Vec<u64> {
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        let log = |thread| {
            let mut n = 0;
            while !is_over.load(Ordering::Relaxed) {
                for _ in 0..1_000 {
                    info!(thread, n, check = check(thread, n), "written");
                    n += 1;
                }
            }
            n
        };
        let threads: Vec<_> = (0..THREADS).map(|thread| scope.spawn(move || log(thread))).collect();
        thread::sleep(FOR);
        is_over.store(true, Ordering::Relaxed);
        threads.into_iter().map(|thread| thread.join().unwrap_or_default()).collect()
    })
}

/// Stands at the end of a line, so that one that lacks something is found out.
fn check(thread: u64, n: u64) -> u64 {
    (n + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40 ^ thread
}

/// The other process.
fn move_away_for_ever(path: &Path) -> ! {
    let mut moves = 0;
    let began = Instant::now();
    while began.elapsed() < Duration::from_secs(60) {
        thread::sleep(BETWEEN_MOVES);
        // The file may be in the middle of a rotation; then it is moved the next time.
        if fs::rename(path, path.with_file_name(format!("moved-away-{moves}.log"))).is_ok() {
            moves += 1;
        }
    }
    std::process::exit(0)
}

/// Nothing waits for the thread that compresses; here, the files are to be read.
fn wait_for_compression() {
    let deadline = Instant::now() + Duration::from_secs(120);
    let is_done = || rlog::stats().handlers[0].file.as_ref().is_some_and(|file| file.compressions >= file.rotations);
    while !is_done() && Instant::now() < deadline {
        thread::sleep(Duration::from_millis(10));
    }
}

/// What the files hold.
#[derive(Default)]
struct Found {
    files: u64,
    moved: u64,
    compressed: u64,
    bytes: u64,
    bytes_on_disk: u64,
    missing: u64,
    doubled: u64,
    torn: u64,
}

impl Found {
    fn read_all(written: &[u64]) -> Result<Self, Box<dyn Error>> {
        let mut found = Self::default();
        let mut times: Vec<Vec<u8>> = written.iter().map(|&count| vec![0; count as usize]).collect();
        for entry in fs::read_dir(DIRECTORY)? {
            let path = entry?.path();
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
            // The lock has no lines in it.
            if name.starts_with('.') {
                continue;
            }
            found.files += 1;
            found.moved += u64::from(name.starts_with("moved-away"));
            found.bytes_on_disk += fs::metadata(&path)?.len();
            if name.ends_with(".gz") {
                found.compressed += 1;
                found.read_compressed(&path, &mut times)?;
            } else {
                found.read(fs::File::open(&path)?, &mut times)?;
            }
        }
        for &times in times.iter().flatten() {
            found.missing += u64::from(times == 0);
            found.doubled += u64::from(times > 1);
        }
        Ok(found)
    }

    fn read_compressed(&mut self, path: &PathBuf, times: &mut [Vec<u8>]) -> Result<(), Box<dyn Error>> {
        let mut gzip = Command::new("gzip").arg("-dc").arg(path).stdout(Stdio::piped()).spawn()?;
        if let Some(output) = gzip.stdout.take() {
            self.read(output, times)?;
        }
        if gzip.wait()?.success() { Ok(()) } else { Err(format!("gzip finds `{}` broken", path.display()).into()) }
    }

    fn read(&mut self, from: impl Read, times: &mut [Vec<u8>]) -> io::Result<()> {
        let mut reader = BufReader::with_capacity(1 << 20, from);
        let mut line = Vec::new();
        while reader.read_until(b'\n', &mut line)? > 0 {
            self.bytes += line.len() as u64;
            let place = parse(&line).and_then(|(thread, n)| times.get_mut(thread)?.get_mut(n));
            match place {
                Some(times) => *times = times.saturating_add(1),
                None => self.torn += 1,
            }
            line.clear();
        }
        Ok(())
    }
}

/// The thread and the number of a line that is whole.
fn parse(line: &[u8]) -> Option<(usize, usize)> {
    let text = std::str::from_utf8(line.strip_suffix(b"\n")?).ok()?;
    let mut words = text.rsplit(' ');
    let mut number = |key: &str| words.next()?.strip_prefix(key)?.strip_prefix('=')?.parse::<u64>().ok();
    let (checked, n, thread) = (number("check")?, number("n")?, number("thread")?);
    // It begins with the time, in the year 2000 or later.
    (checked == check(thread, n) && text.starts_with("20")).then_some((thread as usize, n as usize))
}
