//! A program that logs numbered lines into a file as it is told on its standard input: `rotating <path> [<setting>=<value>]...`.
//!
//! What is done is said on standard output, a line for each command. The lines are those of `system_tests::numbered`.

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "it talks to its parent, and a failure is the parent's to see"
)]

use rlog::config::Loader;
use rlog::{Compression, File, FileHandle, Fsync, HandlerBuilder, IntoHandler, Names, Retention, Rotation, info};
use std::io::{BufRead, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use std::{env, io, process, thread};
use system_tests::numbered::filler;

/// For everything that is waited for.
const PATIENCE: Duration = Duration::from_secs(60);
/// After so long nothing more is expected of what has failed.
const QUIET: Duration = Duration::from_millis(500);

fn main() {
    let arguments: Vec<String> = env::args().collect();
    let settings = Settings { all: &arguments[2..] };
    let handle = if let Some(configuration) = settings.text("configuration") {
        // It opens its files anew on SIGHUP.
        std::mem::forget(Loader::new(configuration).interval(Duration::from_secs(3600)).watch().unwrap());
        None
    } else {
        let (handler, handle) = settings.handler(&arguments[1]);
        match rlog::builder().handler(handler).init() {
            Ok(guard) => std::mem::forget(guard),
            Err(error) => {
                println!("refused: {error}");
                process::exit(2);
            }
        }
        Some(handle)
    };
    let mut program = Program {
        writer: settings.number("writer").unwrap_or(0),
        next: settings.number("from").unwrap_or(1),
        handle,
        background: Vec::new(),
        is_over: Arc::new(AtomicBool::new(false)),
    };
    say("ready");
    for line in io::stdin().lock().lines() {
        let line = line.unwrap();
        let mut words = line.split_whitespace();
        let Some(command) = words.next() else { continue };
        say(&program.obey(command, words.next().map_or(1, |number| number.parse().unwrap())));
    }
}

/// At once, since this process may be killed next.
fn say(what: &str) {
    let mut stdout = io::stdout().lock();
    let _ = writeln!(stdout, "{what}").and_then(|()| stdout.flush());
}

struct Settings<'a> {
    all: &'a [String],
}

impl Settings<'_> {
    fn text(&self, name: &str) -> Option<&str> {
        self.all.iter().find_map(|setting| setting.strip_prefix(name)?.strip_prefix('='))
    }

    fn number(&self, name: &str) -> Option<u64> {
        self.text(name)?.parse().ok()
    }

    fn handler(&self, path: &str) -> (HandlerBuilder, FileHandle) {
        let mut file = if path.contains('{') { File::pattern(path) } else { File::new(path) };
        if let Some(size) = self.text("size") {
            file = file.rotation(Rotation::size(size));
        }
        if self.text("names") == Some("dated") {
            file = file.names(Names::dated());
        }
        if self.text("compression") == Some("gzip") {
            file = file.compression(Compression::gzip());
        }
        let mut retention = Retention::all();
        if let Some(count) = self.number("count") {
            retention = retention.max_count(usize::try_from(count).unwrap());
        }
        if let Some(total) = self.number("total") {
            retention = retention.max_total(total);
        }
        if self.text("free") == Some("space") {
            retention = retention.free_space();
        }
        file = file.retention(retention);
        file = match self.text("fsync") {
            None => file,
            Some("rotation") => file.fsync(Fsync::at_rotation()),
            Some("record") => file.fsync(Fsync::every_record()),
            Some(other) => panic!("unknown fsync `{other}`"),
        };
        if let Some(mode) = self.text("mode") {
            file = file.mode(u32::from_str_radix(mode, 8).unwrap());
        }
        if let Some(bytes) = self.number("preallocate") {
            file = file.preallocate(bytes);
        }
        if let Some(link) = self.text("link") {
            file = file.current_link(link);
        }
        let handle = file.handle();
        let handler = file.into_handler();
        (if self.text("sync").is_some() { handler.sync() } else { handler }, handle)
    }
}

struct Program {
    writer: u64,
    /// Of the lines that this thread, which is number 0, logs.
    next: u64,
    handle: Option<FileHandle>,
    background: Vec<JoinHandle<u64>>,
    is_over: Arc<AtomicBool>,
}

impl Program {
    fn obey(&mut self, command: &str, number: u64) -> String {
        match command {
            "log" => {
                let until = self.next + number;
                lines(self.writer, 0, self.next..until);
                self.next = until;
                format!("logged={}", until - 1)
            }
            "flush" => {
                let is_done = rlog::flush(PATIENCE);
                format!("flushed={} done={is_done}", self.next - 1)
            }
            // So many threads, each a hundred thousand lines at full rate.
            "threads" => {
                let writer = self.writer;
                let threads: Vec<_> =
                    (1..=number).map(|thread| thread::spawn(move || lines(writer, thread, 1..100_001))).collect();
                threads.into_iter().for_each(|thread| thread.join().unwrap());
                String::from("logged")
            }
            // So many threads, which go on until `stop`.
            "background" => {
                for thread in 1..=number {
                    let (writer, is_over) = (self.writer, Arc::clone(&self.is_over));
                    self.background.push(thread::spawn(move || {
                        let mut n = 0;
                        while !is_over.load(Ordering::Relaxed) {
                            lines(writer, thread, n + 1..n + 101);
                            n += 100;
                            // Some ten megabytes a second from each.
                            thread::sleep(Duration::from_millis(1));
                        }
                        n
                    }));
                }
                String::from("started")
            }
            "stop" => {
                self.is_over.store(true, Ordering::Relaxed);
                let counts: Vec<_> =
                    self.background.drain(..).map(|thread| thread.join().unwrap().to_string()).collect();
                assert!(rlog::flush(PATIENCE));
                format!("stopped={}", counts.join(","))
            }
            "rotate" => format!("rotated={}", self.handle.as_ref().is_some_and(FileHandle::rotate)),
            "rotate_files" => format!("rotated={}", rlog::rotate_files()),
            "reopen" => format!("reopened={}", rlog::reopen_files()),
            // Until so many files are compressed, or something has failed and no more are.
            "settle" => {
                let file = || rlog::stats().handlers[0].file.clone().unwrap();
                let (mut before, mut since) = (file(), Instant::now());
                while before.compressions < number && since.elapsed() < if before.errors > 0 { QUIET } else { PATIENCE }
                {
                    thread::sleep(Duration::from_millis(2));
                    let now = file();
                    if now != before {
                        (before, since) = (now, Instant::now());
                    }
                }
                format!("settled={}", before.compressions)
            }
            // Until the next file is made, which has no name yet, or was to be and is not.
            "prepare" => {
                let start = Instant::now();
                let is_prepared = || open_files().any(|path| path.contains("/#") && path.ends_with("(deleted)"));
                while !is_prepared() && start.elapsed() < QUIET {
                    thread::sleep(Duration::from_millis(1));
                }
                format!("prepared={}", is_prepared())
            }
            "stats" => stats(),
            // What a program that is started has open, and what this one has.
            "child" => {
                let list = process::Command::new("sh").args(["-c", "ls -l /proc/self/fd"]).output().unwrap();
                let inherited = String::from_utf8_lossy(&list.stdout).matches("app.log").count();
                let own = open_files().filter(|path| path.contains("app.log")).count();
                format!("inherited={inherited} own={own}")
            }
            other => panic!("unknown command `{other}`"),
        }
    }
}

fn lines(writer: u64, thread: u64, numbers: std::ops::Range<u64>) {
    for n in numbers {
        info!(writer, thread, n, filler = filler(n), "numbered");
    }
}

/// What this process has open, as the system names it.
fn open_files() -> impl Iterator<Item = String> {
    let paths = std::fs::read_dir("/proc/self/fd").into_iter().flatten();
    paths.filter_map(|entry| Some(std::fs::read_link(entry.ok()?.path()).ok()?.to_string_lossy().into_owned()))
}

fn stats() -> String {
    let stats = rlog::stats();
    let handler = &stats.handlers[0];
    let file = handler.file.clone().unwrap_or_default();
    let error = file.last_error.map(|(_, error)| error).unwrap_or_default();
    format!(
        "dropped={} lines={} rotations={} compressions={} deletions={} reopenings={} truncations={} errors={} error={error:?}",
        handler.dropped,
        file.lines,
        file.rotations,
        file.compressions,
        file.deletions,
        file.reopenings,
        file.truncations,
        file.errors,
    )
}
