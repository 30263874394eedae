//! `enabled`: what an enabled call costs its caller.
//!
//! A sample is the average of a burst of 20 calls between two readings of the time stamp counter (0.5 ns of it are the
//! readings). With one thread, 1 ms of spinning lies between two bursts: the caller's core stays awake and the worker has
//! time to write, so the queue is short and the worker may have gone to sleep. Whatever the caller does for the
//! library is in the figure: clock, encoding or formatting, queue, waking a sleeping worker.
//!
//! With two threads there is one on each CPU, so the worker has to share one of them; the threads sleep between
//! bursts, because two spinning threads would leave the worker no CPU at all on a machine of two.

use std::sync::Barrier;
use std::thread;
use std::time::Duration;

use super::{Job, Kind, Part, Work, samples, start_pinned};
use crate::Result;
use crate::peers::{Format, Peer};
use crate::report::{Figure, Samples, percentile};
use crate::sys::affinity::{Cpus, pin};
use crate::sys::clock::{Scale, spin, ticks};
use crate::work::{BURST, ms, user};

pub(crate) fn parts(quick: bool) -> Vec<Part> {
    let count = if quick { 300 } else { 2_500 };
    let part = |heading, note, threads| Part {
        heading,
        note,
        figures: FIGURES,
        work: Work { kind: Kind::Enabled, count, threads },
        max_rounds: usize::MAX,
    };
    vec![
        part(
            "Enabled call, 1 thread",
            "Average of a burst of 20 calls, 1 ms of spinning between bursts. Includes all the caller does: clock, \
             encoding or formatting, queue, waking the worker; and 0.5 ns of our own clock.",
            1,
        ),
        part(
            "Enabled call, 2 threads",
            "The same with one thread on each CPU and 1 ms of sleep between bursts; the library's threads compete with \
             the second producer.",
            2,
        ),
    ]
}

pub(super) fn child<P: Peer>(job: &Job) -> Result<Samples> {
    let peer: P = start_pinned(job, Format::Text)?;
    let cpus = Cpus::choose();
    let (bursts, threads) = (job.work.count as usize, job.work.threads);
    let scale = Scale::open();
    let mut bursts = if threads == 1 {
        bursts_of(&peer, bursts, || spin(PAUSE))
    } else {
        let barrier = Barrier::new(threads);
        let producer = |index: usize| {
            pin([cpus.producer, cpus.worker][index % 2]);
            barrier.wait();
            bursts_of(&peer, bursts, || thread::sleep(PAUSE))
        };
        thread::scope(|scope| {
            let producer = &producer;
            let handles: Vec<_> = (0..threads).map(|index| scope.spawn(move || producer(index))).collect();
            handles.into_iter().flat_map(|handle| handle.join().expect("a producer panicked")).collect()
        })
    };
    let ns = scale.ns_per_tick() / BURST as f64;
    bursts.iter_mut().for_each(|burst| *burst *= ns);
    bursts.sort_by(f64::total_cmp);
    peer.flush()?;
    let at = |percent| percentile(&bursts, percent);
    Ok(samples([("p50", at(50.0)), ("p90", at(90.0)), ("p99", at(99.0)), ("p999", at(99.9))]))
}

/// Ticks per burst. The first bursts are thrown away: they meet cold caches, first hits of callsites and new rings.
fn bursts_of<P: Peer>(peer: &P, count: usize, pause: impl Fn()) -> Vec<f64> {
    let mut bursts = Vec::with_capacity(WARM_UP + count);
    let mut id = 0;
    for _ in 0..WARM_UP + count {
        pause();
        let start = ticks();
        for _ in 0..BURST {
            peer.call(id, ms(id), user(id));
            id += 1;
        }
        bursts.push((ticks() - start) as f64);
    }
    bursts.split_off(WARM_UP)
}

const PAUSE: Duration = Duration::from_millis(1);
const WARM_UP: usize = 100;

const FIGURES: &[Figure] = &[
    Figure::full("p50", "p50 ns", 1),
    Figure::median("p90", "p90", 1),
    Figure::median("p99", "p99", 1),
    Figure::full("p999", "p99.9 ns", 1),
];
