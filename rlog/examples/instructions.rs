//! Log calls to be counted, not timed: `.ci/instructions` runs this under callgrind, which counts what the functions below
//! and all that they call take on the calling thread.
//!
//! ```text
//! instructions enabled 1000
//! instructions disabled 1000
//! ```

use rlog::{Handler, HandlerError, Level, Record, debug, info};
use std::error::Error;
use std::hint::black_box;

/// Takes everything and keeps nothing.
struct Nowhere;

impl Handler for Nowhere {
    fn emit(&mut self, _: &Record<'_>, _: &[u8]) -> Result<(), HandlerError> {
        Ok(())
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, what, calls] = &arguments[..] else { return Err("usage: instructions enabled|disabled <calls>".into()) };
    let calls = calls.parse()?;
    // Room for all calls, so that none waits for the worker.
    let _guard =
        rlog::builder().level(Level::INFO).environment(false).ring_capacity(16 << 20).handler(Nowhere).init()?;
    enabled(0, 0.5, "first");
    match what.as_str() {
        "enabled" => (0..calls).for_each(|id| enabled(black_box(id), black_box(0.5), black_box("alice"))),
        "disabled" => (0..calls).for_each(|id| disabled(black_box(id), black_box(0.5), black_box("alice"))),
        other => return Err(format!("`{other}` is neither `enabled` nor `disabled`").into()),
    }
    Ok(())
}

#[inline(never)]
fn enabled(id: i64, ms: f64, user: &str) {
    info!("request {id} took {ms} for {user}");
}

#[inline(never)]
fn disabled(id: i64, ms: f64, user: &str) {
    debug!("request {id} took {ms} for {user}");
}
