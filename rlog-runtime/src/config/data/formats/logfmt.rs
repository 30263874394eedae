//! Logfmt as data.

use super::super::apply::Making;
use super::super::declare::settings;
use super::apply;
use super::look::time;
use crate::format::{Formatter, Logfmt, TimeFormat};
use std::boxed::Box;
use std::string::String;

settings! {
    /// [`Logfmt`]: `kind = "logfmt"`.
    #[derive(Default)]
    pub struct LogfmtConfig, "a table" {
        /// How the time is written, such as `rfc3339:ms`; see [`TimeFormat`](crate::TimeFormat).
        opt time: String,
        /// The zone of the time, such as `+02:00`; see [`Zone`](crate::Zone).
        opt zone: String,
        /// See [`Logfmt::time_key`].
        opt time_key: String,
        /// See [`Logfmt::level_key`].
        opt level_key: String,
        /// See [`Logfmt::logger_key`].
        opt logger_key: String,
        /// See [`Logfmt::message_key`].
        opt message_key: String,
        /// See [`Logfmt::level_upper`].
        opt level_upper: bool,
        /// See [`Logfmt::location`].
        opt location: bool,
        /// See [`Logfmt::thread`].
        opt thread: bool,
        /// See [`Logfmt::name`].
        opt name: bool,
        /// See [`Logfmt::event_id`].
        opt event_id: bool,
        /// See [`Logfmt::pid`].
        opt pid: bool,
        /// See [`Logfmt::host`].
        opt host: bool,
        /// Pairs that every line has; see [`Logfmt::attribute`].
        map attributes(attribute): String,
    }
}

impl LogfmtConfig {
    pub(super) fn make(&self, making: &mut Making<'_>) -> Option<Box<dyn Formatter>> {
        let mut logfmt = Logfmt::new();
        if let Some(time) = time(self.time.as_ref(), self.zone.as_ref(), TimeFormat::rfc3339(), making) {
            logfmt = logfmt.time(time);
        }
        for (key, set) in [
            (&self.time_key, Logfmt::time_key as fn(Logfmt, &str) -> Logfmt),
            (&self.level_key, Logfmt::level_key),
            (&self.logger_key, Logfmt::logger_key),
            (&self.message_key, Logfmt::message_key),
        ] {
            if let Some(key) = key {
                logfmt = set(logfmt, key);
            }
        }
        apply!(logfmt, self: level_upper, location, thread, name, event_id, pid, host);
        for (key, value) in &self.attributes {
            logfmt = logfmt.attribute(key, value);
        }
        Some(Box::new(logfmt))
    }
}
