//! `handlers`: what a record costs on the worker's thread on its way to its handlers: levels, filters, loggers, routing.
//!
//! All handlers throw their lines away, and their formatter writes one constant line, so what is left is the way. The
//! configurations take turns within a round, in one process, each put in the place of the one before. A batch fits into the
//! ring; what is counted is the CPU time of the process less that of the thread that logs, so nothing that runs beside it
//! counts. The median batch of each round.

use crate::Result;
use crate::cli::Options;
use crate::report::{Figure, Table};

#[cfg(feature = "rlog")]
pub(crate) fn table(options: &Options) -> Result<Table> {
    use crate::report::{Row, Samples};

    let batches = if options.quick { 5 } else { 60 };
    let mut rows: Vec<Row> = subjects::NAMES.into_iter().map(|name| Row::new(name, None)).collect();
    let _guard = subjects::builder(0)?.init()?;
    for round in 0..options.rounds {
        eprintln!("handlers: round {}", round + 1);
        for (subject, row) in rows.iter_mut().enumerate() {
            subjects::builder(subject)?.replace()?;
            let nanoseconds = subjects::best(batches);
            row.rounds.push(Some(Samples::from([("worker".into(), nanoseconds)])));
        }
    }
    Ok(Table { heading: "The way to the handlers".into(), note: NOTE, figures: FIGURES.to_vec(), rows })
}

#[cfg(not(feature = "rlog"))]
pub(crate) fn table(_: &Options) -> Result<Table> {
    let _ = (NOTE, FIGURES);
    Err("there are no handlers without rlog".into())
}

#[cfg(feature = "rlog")]
mod subjects {
    use crate::Result;
    use crate::sys::usage::{cpu_seconds, thread_seconds};
    use rlog::filter::{Field, RateLimit, Targets};
    use rlog::{Builder, FanOut, Formatter, HandlerBuilder, IntoHandler, Level, Null, Record, Routing};
    use std::hint::black_box;
    use std::time::Duration;

    /// A line of the usual length, without looking at the record.
    struct Constant;

    impl Formatter for Constant {
        fn format(&self, _: &Record<'_>, out: &mut Vec<u8>) {
            out.extend_from_slice(b"2026-11-26T04:00:00.000000000Z INFO   benches request 4711 took 12.5 for alice\n");
        }
    }

    fn null(name: &str) -> HandlerBuilder {
        Null::new().into_handler().formatter(Constant).name(name)
    }

    pub(super) const NAMES: [&str; 8] = [
        "one handler",
        "two handlers",
        "two, each with a level and a filter by target",
        "two, each with a level and a filter by a field's value",
        "one, and a rate limit for all records",
        "three loggers with handlers of their own",
        "routing by level, target and field to three",
        "fan-out to two",
    ];

    pub(super) fn builder(subject: usize) -> Result<Builder> {
        let builder = rlog::builder().environment(false).ring_capacity(RING);
        Ok(match subject {
            0 => builder.handler(null("one")),
            1 => builder.handler(null("one")).handler(null("two")),
            2 => builder
                .handler(null("one").level(Level::INFO).filter(Targets::only(["benches"])))
                .handler(null("two").level(Level::WARN).filter(Targets::except_for(["other"]))),
            3 => builder
                .handler(null("one").level(Level::INFO).filter(Field::new("id").at_least(0)))
                .handler(null("two").level(Level::WARN).filter(Field::new("user").equals("alice"))),
            4 => builder.handler(null("one")).filter(RateLimit::per_second(1_000_000_000)),
            5 => builder
                .handler(null("one"))
                .logger("benches", |logger| logger.handler(null("two").level(Level::WARN)))
                .logger("benches.measure", |logger| logger.handler(null("three").level(Level::ERROR))),
            6 => builder.handler(
                Routing::new()
                    .at_least(Level::ERROR, null("errors"))
                    .target("audit", null("audit"))
                    .otherwise(null("rest")),
            ),
            _ => builder.handler(FanOut::new().to(null("one")).to(null("two"))),
        })
    }

    /// Nanoseconds of the worker's thread for a record, in the median of the batches: some kernels charge
    /// a batch's time to the next one.
    pub(super) fn best(batches: u32) -> f64 {
        let batch = || {
            let (process, thread) = (cpu_seconds(), thread_seconds());
            for id in 0..RECORDS {
                let user = black_box("alice");
                if id % 8 == 0 {
                    rlog::warn!(id, "request {id} took {} for {user}", 12.5);
                } else {
                    rlog::info!(id, "request {id} took {} for {user}", 12.5);
                }
            }
            let _ = rlog::flush(Duration::from_secs(60));
            let own = thread_seconds() - thread;
            cpu_seconds() - process - own
        };
        let mut taken: Vec<f64> = (0..batches.max(1)).map(|_| batch()).collect();
        taken.sort_by(f64::total_cmp);
        taken[taken.len() / 2] * 1e9 / RECORDS as f64
    }

    const RECORDS: u64 = 20_000;
    /// Room for all records of a batch.
    const RING: usize = 4 << 20;
}

const NOTE: &str = "A record with three values, seven of eight at INFO and the others at WARN; handlers that throw away one constant \
                    line. ns of the worker's CPU time for each record, with reading it out of the ring.";

const FIGURES: &[Figure] = &[Figure::full("worker", "worker ns", 1)];
