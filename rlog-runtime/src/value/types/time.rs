//! Times and lengths of time.

use super::{Encoder, Kind, Loggable, Scalar};
use crate::value::wire::Time;
use std::time::{Duration, Instant, SystemTime};

impl Loggable for Duration {
    const KIND: Kind = Kind::Duration;
    #[inline]
    fn encode(&self, encoder: &mut Encoder) {
        let mut bytes = [0; 12];
        bytes[..8].copy_from_slice(&self.as_secs().to_ne_bytes());
        bytes[8..].copy_from_slice(&self.subsec_nanos().to_ne_bytes());
        encoder.raw(&bytes);
    }
}

impl Scalar for Duration {
    type Wire<'a> = Self;
    #[inline(always)]
    fn wire(&self) -> Self {
        *self
    }
}

/// Its age: an `Instant` says nothing outside of its process.
impl Loggable for Instant {
    const KIND: Kind = Kind::Duration;
    fn encode(&self, encoder: &mut Encoder) {
        self.elapsed().encode(encoder);
    }
}

impl Scalar for Instant {
    type Wire<'a> = Duration;
    #[inline]
    fn wire(&self) -> Duration {
        self.elapsed()
    }
}

impl Loggable for SystemTime {
    const KIND: Kind = Kind::Time;
    fn encode(&self, encoder: &mut Encoder) {
        encoder.time(self.wire().0);
    }
}

impl Scalar for SystemTime {
    type Wire<'a> = Time;
    #[inline]
    fn wire(&self) -> Time {
        Time(match self.duration_since(Self::UNIX_EPOCH) {
            Ok(after) => i128::try_from(after.as_nanos()).unwrap_or(i128::MAX),
            Err(before) => i128::try_from(before.duration().as_nanos()).map_or(i128::MIN, |nanoseconds| -nanoseconds),
        })
    }
}
