//! spdlog-rs: `AsyncPoolSink` (`Block`, default pool of 8192 tasks) over a `FileSink`, which has a `BufWriter` inside.
//!
//! The calls name their logger (`logger:`). Without it the macros clone the `Arc` of the default logger each time, which
//! costs more than all the rest of a disabled call.

use std::path::Path;
use std::sync::Arc;

use spdlog::formatter::JsonFormatter;
use spdlog::sink::{AsyncPoolSink, FileSink, OverflowPolicy, Sink};
use spdlog::{Level, LevelFilter, Logger, ThreadPool};

use super::{Format, Peer};
use crate::Result;

pub(crate) struct SpdlogRs {
    logger: Arc<Logger>,
    pool: Arc<ThreadPool>,
    file: Arc<FileSink>,
}

impl Peer for SpdlogRs {
    fn start(destination: &Path, format: Format) -> Result<Self> {
        let file = FileSink::builder().path(destination).truncate(true);
        let file = match format {
            Format::Text => file.build_arc()?,
            Format::Json => file.formatter(JsonFormatter::new()).build_arc()?,
        };
        let pool = ThreadPool::builder().build_arc()?;
        let queue = AsyncPoolSink::builder()
            .sink(file.clone())
            .thread_pool(pool.clone())
            .overflow_policy(OverflowPolicy::Block)
            .build_arc()?;
        let logger =
            Logger::builder().sink(queue).level_filter(LevelFilter::MoreSevereEqual(Level::Info)).build_arc()?;
        Ok(Self { logger, pool, file })
    }

    #[inline(always)]
    fn call(&self, id: i64, ms: f64, user: &str) {
        spdlog::info!(logger: self.logger, "request {id} took {ms} for {user}");
    }

    #[inline(always)]
    fn json_call(&self, id: i64, ms: f64, user: &str, status: i64, cached: bool) {
        spdlog::info!(logger: self.logger, "request done", kv: { id, ms, user, status, cached });
    }

    #[inline(always)]
    fn disabled_call(&self, id: i64, ms: f64, user: &str) {
        spdlog::debug!(logger: self.logger, "request {id} took {ms} for {user}");
    }

    /// `flush` of the asynchronous sink only queues the wish, so the pool is drained and joined by dropping its owners:
    /// the logger and this one.
    fn flush(self) -> Result<()> {
        drop(self.logger);
        drop(self.pool);
        self.file.flush()?;
        Ok(())
    }
}
