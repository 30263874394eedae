//! A queue before a handler as data.

use super::super::Size;
use super::super::apply::Making;
use super::super::declare::{choice, settings};
#[cfg(feature = "async")]
use super::NO_ROOM;
use crate::handler::HandlerBuilder;
use core::time::Duration;
use std::string::String;

settings! {
    /// A queue and a thread of its own before a handler: `kind = "async"`, with the feature `async`, which has the type
    /// `Async`.
    pub struct AsyncConfig, "a table" {
        /// The handler that gets the records, by its name.
        req to: String,
        /// How many records the queue holds.
        opt capacity: usize,
        /// How many bytes they may take.
        opt bytes: Size,
        /// The most records that the handler gets at once.
        opt batch: usize,
        /// What happens when the queue is full.
        opt overflow: OverflowConfig,
        /// How long others wait for the handler at most.
        opt patience: Duration,
    }
}

choice! {
    /// What happens when the queue of an [`AsyncConfig`] is full.
    pub enum OverflowConfig, "overflow" {
        /// The logger waits for room.
        "block" => Block,
        /// The new record is dropped.
        "drop_newest" => DropNewest,
        /// The record that has waited longest is dropped.
        "drop_oldest" => DropOldest,
    }
}

impl AsyncConfig {
    /// A queue before this handler.
    #[must_use]
    pub fn new(to: impl Into<String>) -> Self {
        Self { to: to.into(), capacity: None, bytes: None, batch: None, overflow: None, patience: None }
    }

    #[cfg(not(feature = "async"))]
    pub(super) fn make(&self, making: &mut Making<'_>) -> Option<HandlerBuilder> {
        let _ = making.delegate(&self.to);
        making.below("kind", |making| making.reader.wrong("rlog is built without its feature `async`"));
        None
    }

    #[cfg(feature = "async")]
    pub(super) fn make(&self, making: &mut Making<'_>) -> Option<HandlerBuilder> {
        use crate::handler::{Async, IntoHandler, Overflow};
        self.look(making);
        let mut queue = Async::new(making.delegate(&self.to)?);
        if let Some(records) = self.capacity {
            queue = queue.capacity(records);
        }
        if let Some(bytes) = self.bytes {
            queue = queue.bytes(bytes.saturating());
        }
        if let Some(records) = self.batch {
            queue = queue.batch(records);
        }
        if let Some(overflow) = self.overflow {
            queue = queue.overflow(match overflow {
                OverflowConfig::Block => Overflow::Block,
                OverflowConfig::DropNewest => Overflow::DropNewest,
                OverflowConfig::DropOldest => Overflow::DropOldest,
            });
        }
        if let Some(patience) = self.patience {
            queue = queue.patience(patience);
        }
        Some(queue.into_handler())
    }

    /// What would keep it from being opened, told where it is written.
    #[cfg(feature = "async")]
    fn look(&self, making: &mut Making<'_>) {
        match self.capacity {
            Some(0) => making.wrong_below("capacity", "a queue holds at least 1 record"),
            Some(records) if records > MOST => {
                let message =
                    std::format!("a queue holds at most {MOST} records; `bytes` limits the memory that they take");
                making.wrong_below("capacity", message);
            }
            _ => {}
        }
        if self.bytes.is_some_and(|size| size.saturating() == 0) {
            making.wrong_below("bytes", NO_ROOM);
        }
        if self.batch == Some(0) {
            making.wrong_below("batch", "the handler gets at least 1 record at once");
        }
    }
}

/// The most records that the queue of an `Async` can hold.
#[cfg(feature = "async")]
const MOST: usize = 16 << 20;

#[cfg(all(test, feature = "async"))]
mod tests {
    use super::*;
    use crate::handler::{Async, IntoHandler, Null, slot::Slot};

    #[test]
    fn the_most_that_a_file_may_ask_for_is_the_most_that_a_queue_takes() {
        assert!(Slot::open(Async::new(Null::new()).capacity(MOST + 1).into_handler()).is_err());
        assert!(Slot::open(Async::new(Null::new()).capacity(MOST).into_handler()).is_ok());
    }
}
