//! `idle`: what a library does while nobody logs.
//!
//! The library is started, one record is logged, and after half a second to settle the process sleeps: CPU time of
//! all its threads, and how often one of them woke up, of which one is our own.

use std::thread;
use std::time::Duration;

use super::{Job, Kind, Part, Work, samples, start_pinned};
use crate::Result;
use crate::peers::{Format, Peer};
use crate::report::{Figure, Samples};
use crate::sys::usage::{Usage, cpu_seconds};
use crate::work::{ms, user};

pub(crate) fn parts(quick: bool) -> Vec<Part> {
    vec![Part {
        heading: "Idle",
        note: "CPU time of the whole process in 5 s (1 s with `--quick`) of doing nothing, started and with one record \
               logged; and how often a thread went to sleep in that time (1 is the measuring thread itself).",
        figures: FIGURES,
        work: Work { kind: Kind::Idle, count: if quick { 1 } else { 5 }, threads: 1 },
        max_rounds: 1,
    }]
}

pub(super) fn child<P: Peer>(job: &Job) -> Result<Samples> {
    let peer: P = start_pinned(job, Format::Text)?;
    peer.call(0, ms(0), user(0));
    thread::sleep(Duration::from_millis(500));
    let (cpu, usage) = (cpu_seconds(), Usage::of_process());
    thread::sleep(Duration::from_secs(job.work.count));
    let (cpu, usage) = (cpu_seconds() - cpu, Usage::of_process().since(usage));
    peer.flush()?;
    Ok(samples([("cpu", cpu * 1e3), ("sleeps", usage.voluntary_switches)]))
}

const FIGURES: &[Figure] = &[Figure::full("cpu", "CPU ms", 3), Figure::median("sleeps", "sleeps", 0)];
