//! Handlers for the tests of handlers that hand records on.

use super::controls::Controls;
use super::{Handler, HandlerBuilder, HandlerError};
use crate::level::Level;
use crate::record::Record;
use crate::stats::HandlerStats;
use std::io;
use std::string::String;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::vec::Vec;

/// What a handler does, and what it has been given. Clones share it.
#[derive(Clone, Default)]
pub(super) struct Script(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    emit: Emit,
    /// The next `end_of_batch` loses so many, and that many are no more taken.
    loses: Option<u64>,
    /// As `loses`, for the next `emit`, whose record is one of them.
    loses_with_the_next: Option<u64>,
    panics_at_the_end: bool,
    /// Levels and sequence numbers.
    taken: Vec<(Level, u64)>,
    lines: Vec<String>,
    flushes: usize,
    closes: usize,
}

#[derive(Clone, Copy, Default)]
enum Emit {
    #[default]
    Take,
    Fail,
    Panic,
}

impl Script {
    pub(super) fn failing() -> Self {
        let script = Self::default();
        script.fail();
        script
    }

    pub(super) fn panicking() -> Self {
        let script = Self::default();
        script.state().emit = Emit::Panic;
        script
    }

    /// From now on it takes nothing.
    pub(super) fn fail(&self) {
        self.state().emit = Emit::Fail;
    }

    /// From now on it takes everything.
    pub(super) fn work(&self) {
        self.state().emit = Emit::Take;
    }

    /// The next time, the latest `count` are lost.
    pub(super) fn lose_at_the_end_of_the_batch(&self, count: u64) {
        self.state().loses = Some(count);
    }

    /// The next record is lost, as the latest of `count`.
    pub(super) fn lose_with_the_next_record(&self, count: u64) {
        self.state().loses_with_the_next = Some(count);
    }

    pub(super) fn panic_at_the_end_of_the_batch(&self) {
        self.state().panics_at_the_end = true;
    }

    /// The levels of the records that it has and has not lost.
    pub(super) fn taken(&self) -> Vec<Level> {
        self.state().taken.iter().map(|&(level, _)| level).collect()
    }

    /// Their sequence numbers.
    pub(super) fn numbers(&self) -> Vec<u64> {
        self.state().taken.iter().map(|&(_, sequence)| sequence).collect()
    }

    /// Its lines since the last time.
    pub(super) fn take_lines(&self) -> Vec<String> {
        core::mem::take(&mut self.state().lines)
    }

    /// How often it was flushed and closed.
    pub(super) fn ends(&self) -> (usize, usize) {
        let state = self.state();
        (state.flushes, state.closes)
    }

    pub(super) fn handler(&self) -> HandlerBuilder {
        HandlerBuilder::new(Scripted(self.clone()))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn lose(&mut self, lost: u64) -> HandlerError {
        let rest = self.taken.len().saturating_sub(lost as usize);
        self.taken.truncate(rest);
        HandlerError::new(io::Error::other("a failure that this test wants"), lost)
    }
}

struct Scripted(Script);

impl Handler for Scripted {
    fn emit(&mut self, record: &Record<'_>, line: &[u8]) -> Result<(), HandlerError> {
        let mut state = self.0.state();
        match state.emit {
            Emit::Take => {
                state.taken.push((record.level(), record.sequence()));
                state.lines.push(String::from_utf8_lossy(line).into_owned());
                let loses = state.loses_with_the_next.take();
                loses.map_or(Ok(()), |lost| Err(state.lose(lost)))
            }
            Emit::Fail => Err(HandlerError::new(io::Error::other("a failure that this test wants"), 1)),
            Emit::Panic => panic!("a panic that this test wants"),
        }
    }

    fn end_of_batch(&mut self) -> Result<(), HandlerError> {
        let mut state = self.0.state();
        if core::mem::take(&mut state.panics_at_the_end) {
            panic!("a panic that this test wants");
        }
        let loses = state.loses.take();
        loses.map_or(Ok(()), |lost| Err(state.lose(lost)))
    }

    fn flush(&mut self) -> Result<(), HandlerError> {
        self.0.state().flushes += 1;
        self.end_of_batch()
    }

    fn close(&mut self) -> Result<(), HandlerError> {
        self.0.state().closes += 1;
        self.end_of_batch()
    }
}

/// The names of handlers.
pub(super) fn names(controls: &[Arc<Controls>]) -> Vec<&str> {
    controls.iter().map(|controls| controls.name.as_str()).collect()
}

pub(super) fn stats_of(controls: &Controls) -> HandlerStats {
    controls.read()
}
