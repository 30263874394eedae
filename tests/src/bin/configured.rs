//! A program that configures its logger in the way it is told: `configured <scenario> <path>`. What `init` says goes to
//! stdout, one line for each problem.

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "it talks to its parent, and a failure is the parent's to see"
)]

use rlog::{Console, File, InitError, Level, debug, info, warn};
use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use std::{env, thread};

fn main() {
    let arguments: Vec<String> = env::args().collect();
    let [_, scenario, path] = &arguments[..] else { panic!("usage: configured <scenario> <path>") };
    match scenario.as_str() {
        "impossible-path" => {
            let good = env::var_os("GOOD_PATH").unwrap();
            print(&rlog::builder().handler(File::new(&good)).handler(File::new(path)).init().unwrap_err());
            println!("handlers={}", rlog::stats().handlers.len());
            info!("as before: quiet");
            warn!("as before: the last resort");
            std::mem::forget(rlog::builder().handler(File::new(&good)).init().unwrap());
            info!("in service");
        }
        "twice" => {
            let (first, line) = (rlog::builder().handler(File::new(path)).init(), line!());
            println!("line={line}");
            // Its handlers must not be opened.
            print(&rlog::builder().handler(File::new(format!("{path}.second"))).init().unwrap_err());
            print(&rlog::init().unwrap_err());
            info!("the first goes on");
            drop(first.unwrap());
        }
        "many-problems" => {
            let outcome = rlog::builder()
                .directives("app=inof,info,=debug")
                .directives("web=loudest")
                .ring_capacity(7)
                .handler(File::new(path))
                .handler(Console::stderr())
                .init();
            print(&outcome.unwrap_err());
        }
        "levels" => {
            std::mem::forget(rlog::builder().handler(File::new(path)).init().unwrap());
            statements();
        }
        "levels-in-code" => {
            let builder = rlog::builder().level(Level::WARN).directives("configured::db=trace,configured::web=error");
            std::mem::forget(builder.handler(File::new(path)).init().unwrap());
            statements();
        }
        "bad-change" => {
            print(&rlog::set_directives("debug").unwrap_err());
            std::mem::forget(rlog::builder().environment(false).handler(File::new(path)).init().unwrap());
            print(&rlog::set_directives("off,configured=wran").unwrap_err());
            statements();
        }
        "change-while-logging" => change_while_logging(path),
        other => panic!("unknown scenario `{other}`"),
    }
}

fn print(error: &InitError) {
    println!("error={}", error.to_string().replace('\n', "|"));
    for problem in error.problems() {
        println!("problem={problem}");
    }
    println!("source={:?}", std::error::Error::source(error).map(ToString::to_string));
}

fn statements() {
    debug!("a debug");
    info!("an info");
    warn!("a warning");
    db::statements();
    web::statements();
}

mod db {
    pub(crate) fn statements() {
        rlog::trace!("a trace of db");
        rlog::debug!("a debug of db");
        rlog::info!("an info of db");
    }
}

mod web {
    pub(crate) fn statements() {
        rlog::info!("an info of web");
        rlog::warn!("a warning of web");
        rlog::error!("an error of web");
    }
}

/// Four threads log all the time, while the levels change. What they log between two changes arrives entirely or not at all.
fn change_while_logging(path: &str) {
    const THREADS: u64 = 4;
    const PHASES: u64 = 40;
    std::mem::forget(rlog::builder().environment(false).handler(File::new(path)).init().unwrap());
    let (quiet, ready) = (AtomicBool::new(false), Barrier::new(THREADS as usize + 1));
    thread::scope(|scope| {
        for thread in 0..THREADS {
            let (quiet, ready) = (&quiet, &ready);
            scope.spawn(move || {
                let mut n = 0_u64;
                for phase in 0..PHASES {
                    // Of these, some arrive.
                    while !quiet.load(Ordering::Relaxed) {
                        n += 1;
                        debug!(target: "counted", thread, n, "while it changes");
                    }
                    ready.wait();
                    for _ in 0..100 {
                        info!(target: "switched", phase, thread, "settled");
                    }
                    // Always on.
                    warn!(target: "steady", phase, thread, "steady");
                    ready.wait();
                    ready.wait();
                }
            });
        }
        for phase in 0..PHASES {
            let directives = if phase % 2 == 0 { "warn,switched=off,counted" } else { "off,switched=info,steady=warn" };
            rlog::set_directives(directives).unwrap();
            quiet.store(true, Ordering::Relaxed);
            ready.wait();
            ready.wait();
            quiet.store(false, Ordering::Relaxed);
            ready.wait();
        }
    });
    assert!(rlog::flush(Duration::from_secs(60)));
    let stats = rlog::stats();
    println!("dropped={}", stats.dropped.total() + stats.handlers[0].dropped);
}
