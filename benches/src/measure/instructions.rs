//! `instructions`: how many the calling thread executes per call, counted by callgrind.
//!
//! The same child runs twice under valgrind with two lengths of its loop; the difference divided by the difference of
//! the lengths is free of start-up and shutdown. The same loop without a library (`nothing`) is subtracted. Only
//! thread 1, the caller, is counted (`--separate-threads`): the work of a worker is not in here, that of a
//! synchronous logger is.
//!
//! valgrind runs one thread at a time, so the enabled loop sleeps after every 256 calls and lets the worker catch up:
//! no peer waits for room in its queue, and every peer wakes its worker as often. The figure does not depend on
//! the machine's mood, but on its CPU features, the compiler and the C library.

use std::fs;
use std::hint::black_box;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use super::disabled::disabled_loop;
use super::{Job, Kind, Work, start_pinned};
use crate::cli::Options;
use crate::peers::{Format, Peer};
use crate::report::{Figure, Row, Samples, Table};
use crate::work::keep;
use crate::{Result, run};

pub(crate) fn table(options: &Options) -> Result<Table> {
    let lengths = if options.quick { &QUICK } else { &LENGTHS };
    let mut rows: Vec<Row> = options.peers.iter().map(|&peer| Row::new(peer, Some(peer))).collect();
    let baseline = per_call(options, "nothing", lengths)?;
    for row in &mut rows {
        eprintln!("instructions: {}", row.label);
        let samples = per_call(options, &row.label, lengths)
            .map(|own| own.into_iter().map(|(key, count)| (key.clone(), count - baseline[&key])).collect::<Samples>());
        row.rounds.push(run::reported(&row.label, samples));
    }
    Ok(Table { heading: "Instructions per call, caller's thread".into(), note: NOTE, figures: FIGURES.to_vec(), rows })
}

pub(super) fn disabled_child<P: Peer>(job: &Job) -> Result<Samples> {
    let peer: P = start_pinned(job, Format::Text)?;
    disabled_loop(&peer, job.work.count as i64);
    // No flush: what shutting down costs varies, and nothing is looked at afterwards.
    std::mem::forget(peer);
    Ok(Samples::new())
}

pub(super) fn enabled_child<P: Peer>(job: &Job) -> Result<Samples> {
    let peer: P = start_pinned(job, Format::Text)?;
    enabled_loop(&peer, job.work.count as i64);
    std::mem::forget(peer);
    Ok(Samples::new())
}

#[inline(never)]
fn enabled_loop<P: Peer>(peer: &P, count: i64) {
    let (ms, user) = (black_box(12.345), black_box("alice"));
    for id in 0..count {
        keep(id);
        peer.call(id, ms, user);
        if id % 256 == 255 {
            thread::sleep(Duration::from_millis(20));
        }
    }
}

fn per_call(options: &Options, peer: &str, lengths: &[(Kind, &'static str, [u64; 2])]) -> Result<Samples> {
    let mut samples = Samples::new();
    for &(kind, key, [short, long]) in lengths {
        let totals = [total(options, peer, kind, short)?, total(options, peer, kind, long)?];
        samples.insert(key.to_owned(), (totals[1] - totals[0]) / (long - short) as f64);
    }
    Ok(samples)
}

/// Instructions of thread 1 in one whole run.
fn total(options: &Options, peer: &str, kind: Kind, count: u64) -> Result<f64> {
    let out = options.scratch.join("callgrind.out");
    let job = Job { work: Work { kind, count, threads: 1 }, destination: options.scratch.join("callgrind.log") };
    let mut command = Command::new("valgrind");
    command.args(["--tool=callgrind", "--separate-threads=yes", "--fair-sched=try"]);
    command.arg(format!("--callgrind-out-file={}", out.display())).arg(std::env::current_exe()?);
    job.add_to(&mut command, peer);
    let output = command.stdin(Stdio::null()).output().map_err(|error| format!("`valgrind` is needed: {error}"))?;
    let total = thread_1_total(&out.with_extension("out-01"));
    remove_outputs(&options.scratch);
    if !output.status.success() {
        return Err(format!("valgrind: {}\n{}", output.status, String::from_utf8_lossy(&output.stderr)).into());
    }
    total
}

/// The instruction count in a callgrind file, from its `summary:` or `totals:` line.
fn thread_1_total(path: &Path) -> Result<f64> {
    let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let line = text.lines().rev().find_map(|line| line.strip_prefix("totals:").or(line.strip_prefix("summary:")));
    let line = line.ok_or_else(|| format!("no totals in {}", path.display()))?;
    Ok(line.trim().parse()?)
}

fn remove_outputs(scratch: &Path) {
    let entries = fs::read_dir(scratch).into_iter().flatten().flatten();
    for path in entries.map(|entry| entry.path()) {
        if path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("callgrind.")) {
            let _ = fs::remove_file(path);
        }
    }
}

/// `enabled` stays below every queue's capacity between two sleeps and is long enough to make first calls disappear.
const LENGTHS: [(Kind, &str, [u64; 2]); 2] =
    [(Kind::DisabledLoop, "disabled", [1_000_000, 3_000_000]), (Kind::EnabledLoop, "enabled", [2_048, 10_240])];
const QUICK: [(Kind, &str, [u64; 2]); 2] =
    [(Kind::DisabledLoop, "disabled", [100_000, 300_000]), (Kind::EnabledLoop, "enabled", [1_024, 3_072])];

const NOTE: &str = "callgrind, calling thread only, difference of two lengths, the loop itself subtracted. Enabled: \
                    text to a file, the queue never full, the worker woken every 256 calls.";

const FIGURES: &[Figure] = &[Figure::full("disabled", "disabled", 1), Figure::full("enabled", "enabled", 0)];
