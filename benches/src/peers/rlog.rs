//! rlog as it comes: one file, default ring, default overflow policy (block), default worker.

use std::path::Path;
use std::time::Duration;

use ::rlog::{File, Guard, Json, Level, Text};

use super::{Format, Peer};
use crate::Result;

pub(crate) struct Rlog {
    _guard: Guard,
}

impl Peer for Rlog {
    fn start(destination: &Path, format: Format) -> Result<Self> {
        let file = File::new(destination);
        let builder = ::rlog::builder().level(Level::INFO);
        let guard = match format {
            Format::Text => builder.handler(file.formatter(Text::new())).init()?,
            Format::Json => builder.handler(file.formatter(Json::new())).init()?,
        };
        Ok(Self { _guard: guard })
    }

    #[inline(always)]
    fn call(&self, id: i64, ms: f64, user: &str) {
        ::rlog::info!("request {id} took {ms} for {user}");
    }

    #[inline(always)]
    fn json_call(&self, id: i64, ms: f64, user: &str, status: i64, cached: bool) {
        ::rlog::info!(id, ms, user, status, cached, "request done");
    }

    #[inline(always)]
    fn disabled_call(&self, id: i64, ms: f64, user: &str) {
        ::rlog::debug!("request {id} took {ms} for {user}");
    }

    fn flush(self) -> Result<()> {
        if ::rlog::flush(FLUSH_TIMEOUT) { Ok(()) } else { Err("rlog::flush timed out".into()) }
    }
}

const FLUSH_TIMEOUT: Duration = Duration::from_secs(60);
