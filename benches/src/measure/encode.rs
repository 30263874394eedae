//! `encode`: what the derive's encoding of a struct of eight fields costs the caller.
//!
//! A log call turns a struct into bytes on the caller's thread, before anything is reserved in the ring. That step is run
//! alone here, by the very expression that a statement contains, and its bytes are thrown away. `logged` is the whole call,
//! into a file, with pauses in which the worker empties the ring.
//!
//! CPU time of the thread, so that what others run beside it counts as little as it can; the best of many batches in each
//! round, as anything that comes between makes a batch slower and nothing makes it faster.

use crate::Result;
use crate::cli::Options;
use crate::report::{Figure, Table};

#[cfg(feature = "rlog")]
pub(crate) fn table(options: &Options) -> Result<Table> {
    use crate::report::{Row, Samples};

    let batches = if options.quick { 20 } else { 400 };
    let mut rows: Vec<Row> = ["eight numbers", "numbers, strings, options", "with a nested struct"]
        .into_iter()
        .map(|label| Row::new(label, None))
        .collect();
    let _guard =
        rlog::builder().environment(false).handler(rlog::File::new(options.scratch.join("encode.log"))).init()?;
    for round in 0..options.rounds {
        eprintln!("encode: round {}", round + 1);
        let measured = [subjects::numbers(batches), subjects::mixed(batches), subjects::nested(batches)];
        for (row, [encoded, logged]) in rows.iter_mut().zip(measured) {
            row.rounds.push(Some(Samples::from([("encoded".into(), encoded), ("logged".into(), logged)])));
        }
    }
    Ok(Table { heading: "Encoding a struct of 8 fields".into(), note: NOTE, figures: FIGURES.to_vec(), rows })
}

#[cfg(not(feature = "rlog"))]
pub(crate) fn table(_: &Options) -> Result<Table> {
    let _ = (NOTE, FIGURES);
    Err("there is nothing to encode without rlog".into())
}

#[cfg(feature = "rlog")]
mod subjects {
    use crate::sys::usage::thread_seconds;
    use rlog::__private::{Probe, probes::*};
    use rlog::Loggable;
    use std::hint::black_box;
    use std::time::Duration;

    #[derive(Loggable)]
    struct Numbers {
        id: u64,
        customer: u32,
        items: u16,
        discount: i8,
        cents: i64,
        weight: f64,
        paid: bool,
        currency: char,
    }

    #[derive(Loggable)]
    struct Mixed<'a> {
        id: u64,
        customer: &'a str,
        path: String,
        took: Duration,
        amount: f64,
        retries: Option<u32>,
        note: Option<&'a str>,
        cached: bool,
    }

    #[derive(Loggable)]
    struct Nested<'a> {
        id: u64,
        position: Position,
        name: &'a str,
        state: State,
        tags: [u32; 2],
        level: i8,
        ratio: f32,
        active: bool,
    }

    #[derive(Loggable)]
    struct Position {
        x: f64,
        y: f64,
    }

    #[derive(Loggable)]
    enum State {
        Waiting,
        Running { since: u64 },
    }

    /// Nanoseconds for the encoding alone, and for the whole call.
    macro_rules! measured {
        ($batches:expr, $value:expr) => {{
            let value = black_box($value);
            let encoded = best($batches, ENCODED, || {
                black_box((&&&&&Probe(black_box(&value))).rlog_value());
            });
            let logged = best($batches / 10, LOGGED, || rlog::info!(value = black_box(&value)));
            [encoded, logged]
        }};
    }

    pub(super) fn numbers(batches: u32) -> [f64; 2] {
        measured!(
            batches,
            Numbers {
                id: 7, customer: 8, items: 3, discount: -5, cents: 2990, weight: 0.5, paid: true, currency: '€'
            }
        )
    }

    pub(super) fn mixed(batches: u32) -> [f64; 2] {
        measured!(
            batches,
            Mixed {
                id: 7,
                customer: "alice",
                path: "/cart".into(),
                took: Duration::from_micros(1500),
                amount: 29.9,
                retries: Some(2),
                note: None,
                cached: false,
            }
        )
    }

    pub(super) fn nested(batches: u32) -> [f64; 2] {
        let _ = State::Waiting;
        measured!(
            batches,
            Nested {
                id: 7,
                position: Position { x: 1.5, y: 2.5 },
                name: "alice",
                state: State::Running { since: 12 },
                tags: [1, 2],
                level: 3,
                ratio: 0.5,
                active: true,
            }
        )
    }

    /// Nanoseconds a turn in the fastest batch.
    fn best(batches: u32, turns: u32, turn: impl Fn()) -> f64 {
        let batch = || {
            let start = thread_seconds();
            for _ in 0..turns {
                turn();
            }
            let taken = thread_seconds() - start;
            // The worker empties the ring, so that the next batch does not wait for room.
            let _ = rlog::flush(Duration::from_secs(60));
            taken
        };
        (0..batches.max(1)).map(|_| batch()).fold(f64::INFINITY, f64::min) * 1e9 / f64::from(turns)
    }

    /// So many that the two readings of the clock do not count.
    const ENCODED: u32 = 10_000;
    /// So few that their records fit into the ring.
    const LOGGED: u32 = 500;
}

const NOTE: &str = "A `#[derive(Loggable)]` struct of eight fields: ns of the thread's CPU time for encoding it into bytes, and for \
                    the whole statement that logs it. The best batch of each round.";

const FIGURES: &[Figure] = &[Figure::full("encoded", "encoded ns", 1), Figure::full("logged", "logged ns", 1)];
