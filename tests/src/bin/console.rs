//! A program whose output meets trouble: `console <scenario> <log file> <statistics file>`.
//!
//! It logs to the console and to the log file, and says what became of it in the statistics file, since its standard
//! streams are the very thing that breaks.

#![allow(clippy::unwrap_used, reason = "a failure is the parent's to see")]

use rlog::{Console, File, Json, Level, info};
use std::io::Read;
use std::path::Path;
use std::time::{Duration, Instant};
use std::{env, fs};

fn main() {
    let arguments: Vec<String> = env::args().collect();
    let [_, scenario, log, statistics] = &arguments[..] else { panic!("usage: console <scenario> <log> <statistics>") };
    match scenario.as_str() {
        "count" => {
            start(Console::stdout(), log);
            count(1..=1_000);
        }
        // Until the parent closes stdin, there is one record.
        "count-later" => {
            start(Console::stdout(), log);
            count(1..=1);
            flush();
            let _ = std::io::stdin().read_to_end(&mut Vec::new());
            count(2..=1_000);
        }
        "close-while-running" => {
            start(Console::stdout(), log);
            count(1..=400);
            flush();
            close_stdout();
            count(401..=1_000);
        }
        "replace-while-running" => {
            start(Console::stdout(), log);
            count(1..=400);
            flush();
            close_stdout();
            // It gets the lowest free number, which is that of stdout.
            let theirs = fs::File::create(format!("{log}.theirs")).unwrap();
            count(401..=1_000);
            flush();
            drop(theirs);
        }
        "full" => {
            start(File::new("/dev/full").name("full"), log);
            let begun = Instant::now();
            let mut n = 0;
            while begun.elapsed() < Duration::from_millis(2_500) {
                n += 1;
                count(n..=n);
                flush();
            }
        }
        "levels" => {
            std::mem::forget(rlog::builder().level(Level::TRACE).handler(Console::stdout()).init().unwrap());
            levels();
        }
        "default" => match rlog::init() {
            Ok(guard) => {
                levels();
                drop(guard);
            }
            Err(error) => {
                fs::write(log, error.to_string()).unwrap();
                std::process::exit(2);
            }
        },
        other => panic!("unknown scenario `{other}`"),
    }
    flush();
    write_statistics(statistics.as_ref());
}

fn start(handler: impl rlog::IntoHandler, log: &str) {
    let file = File::new(log).name("file").formatter(Json::new());
    std::mem::forget(rlog::builder().handler(handler).handler(file).init().unwrap());
}

fn count(numbers: std::ops::RangeInclusive<u64>) {
    for n in numbers {
        info!(n, "counted {:>80}", "");
    }
}

fn levels() {
    rlog::trace!("a trace");
    rlog::debug!("a debug");
    info!("an info");
    rlog::notice!("a notice");
    rlog::warn!("a warning");
    rlog::error!("an error");
    rlog::critical!("a critical");
}

fn flush() {
    // `false` where lines are lost, which is what most scenarios are about.
    rlog::flush(Duration::from_secs(60));
}

fn write_statistics(path: &Path) {
    let stats = rlog::stats();
    let lines: Vec<String> = stats
        .handlers
        .iter()
        .map(|handler| {
            format!(
                "name={} written={} dropped={} failures={}\n",
                handler.name, handler.written, handler.dropped, handler.failures
            )
        })
        .collect();
    fs::write(path, lines.concat()).unwrap();
}

#[cfg(unix)]
fn close_stdout() {
    use std::os::fd::{FromRawFd, OwnedFd};
    // SAFETY: nothing of this program writes to stdout but the handler, which is what is tested.
    drop(unsafe { OwnedFd::from_raw_fd(1) });
}

#[cfg(not(unix))]
fn close_stdout() {}
