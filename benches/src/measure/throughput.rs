//! `sustained` and `json`: how many records a second one thread gets to a file on disk.
//!
//! The clock runs from the first call until `flush` has returned, so whatever was queued is paid for. The file is in the
//! page cache then; nobody calls fsync. Afterwards the lines are counted: `lost` is what was asked for minus what is
//! there. `front` is the part of the time that the caller spent calling, which is waiting for the worker once the
//! queue is full; user and system time are of all threads, spinning included.

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::time::Instant;

use super::{Job, Kind, Part, Work, samples, start_pinned};
use crate::Result;
use crate::peers::{Format, Peer};
use crate::report::{Figure, Samples};
use crate::sys::usage::{Usage, peak_resident_mb};
use crate::work::{cached, ms, status, user};

pub(crate) fn text_parts(quick: bool) -> Vec<Part> {
    vec![Part {
        heading: "Sustained text to a file",
        note: "One thread, as fast as it can; from the first call to the end of `flush` (page cache, no fsync). `lost`: \
               records asked for minus lines in the file. User and system time of all threads.",
        figures: FIGURES,
        work: Work { kind: Kind::Sustained, count: if quick { 400_000 } else { 4_000_000 }, threads: 1 },
        max_rounds: usize::MAX,
    }]
}

pub(crate) fn json_parts(quick: bool) -> Vec<Part> {
    vec![Part {
        heading: "JSON, 5 fields, to a file",
        note: "The same with a constant message and five fields (i64, f64, string, i64, bool) by the library's own JSON \
               formatter. env_logger has none.",
        figures: FIGURES,
        work: Work { kind: Kind::Json, count: if quick { 200_000 } else { 2_000_000 }, threads: 1 },
        max_rounds: usize::MAX,
    }]
}

pub(super) fn child<P: Peer>(job: &Job, format: Format) -> Result<Samples> {
    let peer: P = start_pinned(job, format)?;
    let count = job.work.count as f64;
    let before = Usage::of_process();
    let start = Instant::now();
    produce(&peer, format, job.work.count as i64);
    let front = start.elapsed().as_secs_f64();
    peer.flush()?;
    let wall = start.elapsed().as_secs_f64();
    let used = Usage::of_process().since(before);
    let peak = peak_resident_mb();
    let (lines, bytes) = lines_and_bytes(&job.destination)?;
    Ok(samples([
        ("rate", count / wall / 1e6),
        ("front", front / count * 1e9),
        ("user", used.user_seconds / count * 1e9),
        ("system", used.system_seconds / count * 1e9),
        ("peak", peak),
        ("lost", count - lines as f64),
        ("bytes", bytes as f64 / (lines as f64).max(1.0)),
    ]))
}

/// Makes `count` calls of the format's kind without a pause.
#[inline(never)]
pub(super) fn produce<P: Peer>(peer: &P, format: Format, count: i64) {
    match format {
        Format::Text => (0..count).for_each(|id| peer.call(id, ms(id), user(id))),
        Format::Json => (0..count).for_each(|id| peer.json_call(id, ms(id), user(id), status(id), cached(id))),
    }
}

/// How many newlines and how many bytes a file has.
pub(super) fn lines_and_bytes(path: &Path) -> Result<(u64, u64)> {
    let mut file = File::open(path)?;
    let mut chunk = vec![0; 1 << 18];
    let (mut lines, mut bytes) = (0, 0);
    loop {
        let read = file.read(&mut chunk)?;
        if read == 0 {
            return Ok((lines, bytes));
        }
        lines += chunk[..read].iter().map(|&byte| u64::from(byte == b'\n')).sum::<u64>();
        bytes += read as u64;
    }
}

const FIGURES: &[Figure] = &[
    Figure::full("rate", "M records/s", 2),
    Figure::median("front", "front ns", 0),
    Figure::median("user", "user ns", 0),
    Figure::median("system", "system ns", 0),
    Figure::median("peak", "peak RSS MB", 0),
    Figure::median("lost", "lost", 0),
    Figure::median("bytes", "bytes a line", 0),
];
