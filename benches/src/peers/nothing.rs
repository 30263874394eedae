//! No logging at all: what a loop, a sleep and the process itself cost. The baseline of `instructions`.

use std::path::Path;

use super::{Format, Peer};
use crate::Result;

pub(crate) struct Nothing;

impl Peer for Nothing {
    fn start(_destination: &Path, _format: Format) -> Result<Self> {
        Ok(Self)
    }

    #[inline(always)]
    fn call(&self, _id: i64, _ms: f64, _user: &str) {}

    #[inline(always)]
    fn json_call(&self, _id: i64, _ms: f64, _user: &str, _status: i64, _cached: bool) {}

    #[inline(always)]
    fn disabled_call(&self, _id: i64, _ms: f64, _user: &str) {}

    fn flush(self) -> Result<()> {
        Ok(())
    }
}
