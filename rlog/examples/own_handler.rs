//! A handler of one's own: it counts records by level, and says so when the program ends.
//!
//! ```text
//! cargo run --example own_handler
//! ```

use rlog::{Console, Handler, HandlerBuilder, HandlerError, Level, Record, error, info, warn};
use std::collections::BTreeMap;
use std::io::Write;
use std::time::Duration;

/// Counts what passes. The worker's thread alone calls it, so it needs no lock.
#[derive(Default)]
struct Census {
    counts: BTreeMap<Level, u64>,
}

impl Handler for Census {
    fn emit(&mut self, record: &Record<'_>, _line: &[u8]) -> Result<(), HandlerError> {
        *self.counts.entry(record.level()).or_default() += 1;
        Ok(())
    }

    fn close(&mut self) -> Result<(), HandlerError> {
        for (level, count) in &self.counts {
            // Nothing is lost if stdout is closed but this report.
            writeln!(std::io::stdout(), "{level}: {count}").map_err(|error| HandlerError::new(error, 0))?;
        }
        Ok(())
    }
}

fn main() -> Result<(), rlog::InitError> {
    // A function of a record and its line is a handler, too.
    let bell = |_: &Record<'_>, _: &[u8]| std::io::stderr().write_all(b"\x07");
    let _guard = rlog::builder()
        .handler(Console::stderr())
        .handler(HandlerBuilder::new(Census::default()).name("census"))
        .handler(HandlerBuilder::new(bell).name("bell").level(Level::ERROR))
        .init()?;

    info!("one");
    warn!("two");
    error!("three");
    info!("four");

    rlog::shutdown(Duration::from_secs(5));
    Ok(())
}
