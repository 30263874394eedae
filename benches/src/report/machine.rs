//! Where and with what a table was measured: without this, its absolute figures mean nothing.

use std::fs;
use std::process::Command;

use crate::sys::affinity::Cpus;

/// A few lines of Markdown above the tables.
pub(crate) fn header(rounds: usize, quick: bool) -> String {
    let cpus = Cpus::choose();
    let placement = if cpus.are_distinct() {
        format!("producer on CPU {}, the library's threads on CPU {}", cpus.producer, cpus.worker)
    } else {
        "**one CPU only: producer and library share it**".to_owned()
    };
    let quick = if quick { ", `--quick`: **too short to quote**" } else { "" };
    format!(
        "Measured {} on {} ({} CPUs, Linux {}), {}. {rounds} rounds{quick}; {placement}. Load before: {}.\n\n\
         Versions: {}.{}\n",
        output("date", &["-u", "+%F %H:%M UTC"]),
        cpu_model(),
        std::thread::available_parallelism().map_or(0, usize::from),
        read("/proc/sys/kernel/osrelease"),
        output("rustc", &["--version"]),
        load(),
        versions(),
        build_jobs(),
    )
}

/// The load averages: other work on the machine shows here.
pub(crate) fn load() -> String {
    read("/proc/loadavg").split(' ').take(3).collect::<Vec<_>>().join(" ")
}

/// The measured crates as the lock file has them.
fn versions() -> String {
    const MEASURED: &[&str] = &[
        #[cfg(feature = "rlog")]
        "rlog",
        "tracing",
        "tracing-subscriber",
        "tracing-appender",
        "log",
        "env_logger",
        "flexi_logger",
        "slog",
        "slog-async",
        "slog-term",
        "slog-json",
        "spdlog-rs",
    ];
    let lock = include_str!("../../Cargo.lock");
    let version = |name: &str| {
        let entry = lock.split_once(&format!("name = \"{name}\"\nversion = \""))?.1;
        entry.split('"').next()
    };
    MEASURED.iter().map(|name| format!("{name} {}", version(name).unwrap_or("?"))).collect::<Vec<_>>().join(", ")
}

/// A limit on cargo's jobs makes every figure of `build` larger.
fn build_jobs() -> String {
    std::env::var("CARGO_BUILD_JOBS").map(|jobs| format!(" **CARGO_BUILD_JOBS={jobs}.**")).unwrap_or_default()
}

fn cpu_model() -> String {
    let info = read("/proc/cpuinfo");
    let line = info.lines().find_map(|line| line.strip_prefix("model name"));
    line.map_or("an unknown CPU", |line| line.trim_start_matches([' ', '\t', ':'])).to_owned()
}

fn read(path: &str) -> String {
    fs::read_to_string(path).unwrap_or_default().trim().to_owned()
}

fn output(program: &str, args: &[&str]) -> String {
    let output = Command::new(program).args(args).output();
    output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned()).unwrap_or_default()
}
