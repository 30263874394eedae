//! log + env_logger into a file by `Target::Pipe`.
//!
//! Synchronous: the caller formats, takes a lock and writes. env_logger flushes its pipe after every line, so a
//! `BufWriter` would change nothing. It has no JSON formatter.

use std::fs::File;
use std::path::Path;

use env_logger::Target;
use log::LevelFilter;

use super::{Format, Peer};
use crate::Result;

pub(crate) struct LogEnvLogger;

impl Peer for LogEnvLogger {
    fn start(destination: &Path, format: Format) -> Result<Self> {
        if format == Format::Json {
            return Err("env_logger has no JSON formatter".into());
        }
        let file = File::create(destination)?;
        env_logger::Builder::new().filter_level(LevelFilter::Info).target(Target::Pipe(Box::new(file))).try_init()?;
        Ok(Self)
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

    fn flush(self) -> Result<()> {
        log::logger().flush();
        Ok(())
    }
}
