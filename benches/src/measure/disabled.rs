//! `disabled`: a DEBUG call while the threshold is INFO, decided at run time.
//!
//! The same loop runs with and without the call, in turns; the best of five of each, and their difference is the net
//! cost. The arguments stay the same and live in registers, so nothing but the check is there to be paid, unless the
//! library stores or evaluates arguments before it checks.

use std::hint::black_box;
use std::time::Instant;

use super::throughput::lines_and_bytes;
use super::{Job, Kind, Part, Work, samples, start_pinned};
use crate::Result;
use crate::peers::{Format, Peer};
use crate::report::{Figure, Samples};
use crate::work::keep;

pub(crate) fn parts(quick: bool) -> Vec<Part> {
    vec![Part {
        heading: "Disabled at run time",
        note: "A DEBUG call under the threshold INFO. Net: the loop with the call minus the same loop without, best of \
               five each in one process.",
        figures: FIGURES,
        work: Work { kind: Kind::Disabled, count: if quick { 5_000_000 } else { 50_000_000 }, threads: 1 },
        max_rounds: usize::MAX,
    }]
}

pub(super) fn child<P: Peer>(job: &Job) -> Result<Samples> {
    let peer: P = start_pinned(job, Format::Text)?;
    let count = job.work.count as i64;
    let (mut empty, mut with_call) = (f64::INFINITY, f64::INFINITY);
    for _ in 0..5 {
        empty = empty.min(ns_per_turn(count, || empty_loop(count)));
        with_call = with_call.min(ns_per_turn(count, || disabled_loop(&peer, count)));
    }
    peer.flush()?;
    if lines_and_bytes(&job.destination).is_ok_and(|(lines, _)| lines > 0) {
        return Err("disabled calls were written".into());
    }
    Ok(samples([("net", with_call - empty), ("gross", with_call)]))
}

fn ns_per_turn(count: i64, turns: impl FnOnce()) -> f64 {
    let start = Instant::now();
    turns();
    start.elapsed().as_nanos() as f64 / count as f64
}

#[inline(never)]
fn empty_loop(count: i64) {
    for id in 0..count {
        keep(id);
    }
}

/// Used by `instructions` as well.
#[inline(never)]
pub(super) fn disabled_loop<P: Peer>(peer: &P, count: i64) {
    let (ms, user) = (black_box(12.345), black_box("alice"));
    for id in 0..count {
        keep(id);
        peer.disabled_call(id, ms, user);
    }
}

const FIGURES: &[Figure] = &[Figure::full("net", "net ns", 2), Figure::median("gross", "with loop ns", 2)];
