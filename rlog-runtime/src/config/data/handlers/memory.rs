//! Memory as data.

use super::super::Size;
use super::super::apply::Making;
use super::super::declare::settings;
use super::NO_ROOM;
use crate::handler::{HandlerBuilder, IntoHandler, Memory};
use crate::level::Level;
use std::string::String;

settings! {
    /// A [`Memory`], the flight recorder: `kind = "memory"`.
    pub struct MemoryConfig, "a table" {
        /// How many records are kept; see [`Memory::new`].
        req records: usize,
        /// How many bytes they may take; see [`Memory::bytes`].
        opt bytes: Size,
        /// The handler that gets them, by its name; see [`Memory::delegate`].
        opt to: String,
        /// See [`Memory::flush_level`].
        opt flush_level: Level,
        /// See [`Memory::pass_level`].
        opt pass_level: Level,
        /// Whether each thread has a memory of its own; see [`Memory::per_thread`].
        opt per_thread: bool,
        /// See [`Memory::per_field`].
        opt per_field: String,
        /// See [`Memory::keys`].
        opt keys: usize,
        /// See [`Memory::flush_on_close`].
        opt flush_on_close: bool,
        /// See [`Memory::flush_on_panic`].
        opt flush_on_panic: bool,
    }
}

impl MemoryConfig {
    /// Keeps so many records.
    #[must_use]
    pub fn new(records: usize) -> Self {
        Self {
            records,
            bytes: None,
            to: None,
            flush_level: None,
            pass_level: None,
            per_thread: None,
            per_field: None,
            keys: None,
            flush_on_close: None,
            flush_on_panic: None,
        }
    }

    pub(super) fn make(&self, making: &mut Making<'_>) -> Option<HandlerBuilder> {
        if self.records == 0 {
            making.wrong_below("records", "a memory keeps at least 1 record");
        }
        if self.bytes.is_some_and(|size| size.saturating() == 0) {
            making.wrong_below("bytes", NO_ROOM);
        }
        if self.keys == Some(0) {
            making.wrong_below("keys", "a memory keeps the records of at least 1 value of the field");
        }
        let mut memory = Memory::new(self.records);
        if let Some(bytes) = self.bytes {
            memory = memory.bytes(bytes.saturating());
        }
        if let Some(name) = &self.to {
            memory = memory.delegate(making.delegate(name)?);
        }
        if let Some(level) = self.flush_level {
            memory = memory.flush_level(level);
        }
        if let Some(level) = self.pass_level {
            memory = memory.pass_level(level);
        }
        match (self.per_thread == Some(true), &self.per_field) {
            (true, Some(_)) => {
                making.wrong_key("per_field", "a memory is either `per_thread` or `per_field`; remove one of the two");
            }
            (true, None) => memory = memory.per_thread(),
            (false, Some(key)) => memory = memory.per_field(key),
            (false, None) => {}
        }
        if let Some(keys) = self.keys {
            memory = memory.keys(keys);
        }
        if let Some(flush) = self.flush_on_close {
            memory = memory.flush_on_close(flush);
        }
        if let Some(flush) = self.flush_on_panic {
            memory = memory.flush_on_panic(flush);
        }
        Some(memory.into_handler())
    }
}
