//! `memory`: the most that was ever resident while one thread logged faster than the library can write.
//!
//! The load is that of `sustained`. `before` is the process with the library started, of which the code of this binary,
//! which contains every peer, is a part; `growth` is what the overload added.

use super::throughput::produce;
use super::{Job, Kind, Part, Work, samples, start_pinned};
use crate::Result;
use crate::peers::{Format, Peer};
use crate::report::{Figure, Samples};
use crate::sys::usage::{peak_resident_mb, resident_mb};

pub(crate) fn parts(quick: bool) -> Vec<Part> {
    vec![Part {
        heading: "Memory under overload",
        note: "Peak of the process (`VmHWM`) while one thread logs flat out, and how far that is above the process \
               with the library just started.",
        figures: FIGURES,
        work: Work { kind: Kind::Memory, count: if quick { 400_000 } else { 4_000_000 }, threads: 1 },
        max_rounds: 2,
    }]
}

pub(super) fn child<P: Peer>(job: &Job) -> Result<Samples> {
    let peer: P = start_pinned(job, Format::Text)?;
    let before = resident_mb();
    produce(&peer, Format::Text, job.work.count as i64);
    peer.flush()?;
    let peak = peak_resident_mb();
    Ok(samples([("peak", peak), ("before", before), ("growth", peak - before)]))
}

const FIGURES: &[Figure] = &[
    Figure::full("peak", "peak MB", 1),
    Figure::median("before", "before MB", 1),
    Figure::median("growth", "growth MB", 1),
];
