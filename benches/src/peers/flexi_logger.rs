//! log + flexi_logger with `WriteMode::Async` and its defaults: the caller formats, an unbounded channel carries the
//! line, a thread writes through a buffer.
//!
//! Its default layout for files has no timestamp, so its lines are shorter and cheaper than those of the others.

use std::path::Path;

use ::flexi_logger::{FileSpec, Logger, LoggerHandle, WriteMode, json_format};
use log::LevelFilter;

use super::{Format, Peer};
use crate::Result;

pub(crate) struct FlexiLogger {
    handle: LoggerHandle,
}

impl Peer for FlexiLogger {
    fn start(destination: &Path, format: Format) -> Result<Self> {
        let logger =
            Logger::with(LevelFilter::Info).log_to_file(FileSpec::try_from(destination)?).write_mode(WriteMode::Async);
        let logger = match format {
            Format::Text => logger,
            Format::Json => logger.format(json_format),
        };
        Ok(Self { handle: logger.start()? })
    }

    #[inline(always)]
    fn call(&self, id: i64, ms: f64, user: &str) {
        log::info!("request {id} took {ms} for {user}");
    }

    #[inline(always)]
    fn json_call(&self, id: i64, ms: f64, user: &str, status: i64, cached: bool) {
        log::info!(id, ms, user, status, cached; "request done");
    }

    #[inline(always)]
    fn disabled_call(&self, id: i64, ms: f64, user: &str) {
        log::debug!("request {id} took {ms} for {user}");
    }

    /// `shutdown` joins the writing thread; its `flush` only sends a message and does not wait.
    fn flush(self) -> Result<()> {
        self.handle.shutdown();
        Ok(())
    }
}
