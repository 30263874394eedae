//! slog + slog-async (`Block`, a channel of 8192 instead of 128) + slog-term `FullFormat` or slog-json, over a
//! `BufWriter`.
//!
//! slog-term flushes its decorator after every record, so the buffer helps JSON only.

use std::fs::File;
use std::io::BufWriter;
use std::path::Path;

use ::slog::{Drain, Level, LevelFilter, Logger, o};
use slog_async::{Async, AsyncGuard, OverflowStrategy};

use super::{Format, Peer};
use crate::Result;

pub(crate) struct Slog {
    logger: Logger,
    guard: AsyncGuard,
}

impl Peer for Slog {
    fn start(destination: &Path, format: Format) -> Result<Self> {
        let file = BufWriter::new(File::create(destination)?);
        let (queue, guard) = match format {
            Format::Text => {
                let decorator = slog_term::PlainDecorator::new(file);
                Async::new(slog_term::FullFormat::new(decorator).build().fuse())
                    .chan_size(CHANNEL)
                    .overflow_strategy(OverflowStrategy::Block)
                    .build_with_guard()
            }
            Format::Json => Async::new(slog_json::Json::default(file).fuse())
                .chan_size(CHANNEL)
                .overflow_strategy(OverflowStrategy::Block)
                .build_with_guard(),
        };
        let logger = Logger::root(LevelFilter::new(queue, Level::Info).fuse(), o!());
        Ok(Self { logger, guard })
    }

    #[inline(always)]
    fn call(&self, id: i64, ms: f64, user: &str) {
        ::slog::info!(self.logger, "request {id} took {ms} for {user}");
    }

    #[inline(always)]
    fn json_call(&self, id: i64, ms: f64, user: &str, status: i64, cached: bool) {
        ::slog::info!(self.logger, "request done"; "id" => id, "ms" => ms, "user" => user, "status" => status, "cached" => cached);
    }

    #[inline(always)]
    fn disabled_call(&self, id: i64, ms: f64, user: &str) {
        ::slog::debug!(self.logger, "request {id} took {ms} for {user}");
    }

    /// Dropping the guard ends and joins the thread, which drops the `BufWriter`.
    fn flush(self) -> Result<()> {
        drop(self.guard);
        Ok(())
    }
}

const CHANNEL: usize = 8192;
