//! `redaction`: what rules cost when there is nothing to hide, as nearly always.
//!
//! A handler on the caller's thread that neither formats nor writes, so that hardly anything but the rules is left. Without
//! rules the same calls take what making and handing over a record takes; that is subtracted for `scan`, which is the
//! speed over text alone.

use std::hint::black_box;
use std::time::{Duration, Instant};

use rlog::{Formatter, Handler, HandlerBuilder, HandlerError, Record, Redaction, Rule};

use super::samples;
use crate::Result;
use crate::cli::Options;
use crate::report::{Figure, Row, Samples, Table};

pub(crate) fn table(options: &Options) -> Result<Table> {
    let count = if options.quick { 20_000 } else { 200_000 };
    let text = TEXT.repeat(TEXT_LENGTH / TEXT.len() + 1);
    let text = &text[..TEXT_LENGTH];
    let mut rows: Vec<Row> = RULES.iter().map(|(label, _)| Row::new(*label, None)).collect();
    for _ in 0..options.rounds {
        let mut without = None;
        for ((_, rules), row) in RULES.iter().zip(&mut rows) {
            let fields = nanoseconds(rules(), count, |id| {
                rlog::info!(id, user = "ada", status = 200_i64, ms = 1.5, cached = true, "served");
            })?;
            let texts = nanoseconds(rules(), count / 10, |_| rlog::info!(body = text, "served"))?;
            let base = *without.get_or_insert(texts);
            row.rounds.push(Some(of(fields, texts, base)));
        }
    }
    Ok(Table { heading: "Redaction, nothing to hide".to_owned(), note: NOTE, figures: FIGURES.to_vec(), rows })
}

fn of(fields: f64, texts: f64, base: f64) -> Samples {
    let megabytes = if texts > base { TEXT_LENGTH as f64 / (texts - base) * 1e3 } else { 0.0 };
    samples([("fields", fields), ("text", texts), ("scan", megabytes)])
}

type Rules = fn() -> Option<Redaction>;

const RULES: [(&str, Rules); 5] = [
    ("no rules", || None),
    ("secret keys", || Some(Redaction::new().rule(Rule::secret_keys()))),
    ("keys and paths", || {
        let keys = Redaction::new().rule(Rule::secret_keys()).rule(Rule::key_containing("card"));
        Some(keys.rule(Rule::path("user.*.token")).rule(Rule::path("**.pin")))
    }),
    ("standard", || Some(Redaction::standard())),
    ("strict", || Some(Redaction::strict())),
];

struct Nothing;

impl Handler for Nothing {
    fn emit(&mut self, record: &Record<'_>, _line: &[u8]) -> std::result::Result<(), HandlerError> {
        black_box(record);
        Ok(())
    }
}

impl Formatter for Nothing {
    fn format(&self, record: &Record<'_>, _out: &mut Vec<u8>) {
        black_box(record);
    }
}

/// What a call takes with these rules.
fn nanoseconds(rules: Option<Redaction>, count: i64, call: impl Fn(i64)) -> Result<f64> {
    let handler = HandlerBuilder::new(Nothing).formatter(Nothing).sync();
    let handler = match rules {
        Some(rules) => handler.redact(rules),
        None => handler,
    };
    let guard = rlog::builder().environment(false).handler(handler).init()?;
    (0..count / 10).for_each(&call);
    let start = Instant::now();
    (0..count).for_each(&call);
    let elapsed = start.elapsed();
    drop(guard);
    rlog::shutdown(Duration::from_secs(60));
    Ok(elapsed.as_secs_f64() / count as f64 * 1e9)
}

/// A page of text, so that the rest of a call is little beside it.
const TEXT_LENGTH: usize = 16 << 10;

/// Lines as they are found in logs: prose, paths, times, numbers, JSON.
const TEXT: &str = r#"2026-11-23T13:41:00.123456789Z INFO app::orders: order 48213 paid after 118 ms, 3 items, total 59.90 EUR
GET /api/v1/orders/48213?expand=items&limit=20 HTTP/1.1 200 1834 "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36"
{"id":48213,"state":"on its way","items":[{"sku":"AB-1029","count":2},{"sku":"ZX-77","count":1}],"paid":true}
thread 'worker-7' panicked at src/pool/queue.rs:217:13: index out of bounds: the len is 16 but the index is 16
   4: app::pool::queue::Queue<T>::pop at ./src/pool/queue.rs:217:13
The connection to the database was lost; trying again in 250 milliseconds, attempt 3 of 10, job 550e8400-e29b-41d4-a716-446655440000.
"#;

const NOTE: &str = "A call with five fields, and one with a text of 16 KiB, to a handler on the caller's thread that does nothing. \
                    `scan`: the text by the time beyond that of `no rules`.";

const FIGURES: &[Figure] = &[
    Figure::full("fields", "5 fields ns", 0),
    Figure::median("text", "16 KiB ns", 0),
    Figure::median("scan", "scan MB/s", 0),
];
