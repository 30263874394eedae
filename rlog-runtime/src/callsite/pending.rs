//! Stands in for what the callsite work brings; replaced by it.
#![allow(
    missing_docs,
    missing_debug_implementations,
    clippy::all,
    clippy::pedantic,
    clippy::nursery,
    clippy::restriction
)]

use super::Callsite;

impl Callsite {
    pub const fn with_level_at_run_time(mut self) -> Self {
        self.dynamic = true;
        self
    }
    pub const fn with_target_at_run_time(mut self) -> Self {
        self.dynamic = true;
        self
    }
    pub const fn as_question(self) -> Self {
        self
    }
    pub fn would_log(&'static self) -> bool {
        self.is_enabled()
    }
}

pub enum Part {
    Text(&'static str),
    Sized(&'static str),
}
pub const fn text_length(_: &[Part]) -> usize {
    1
}
pub const fn join<const N: usize>(_: &[Part]) -> [u8; N] {
    [b'.'; N]
}
pub const fn text_of(_: &'static [u8]) -> &'static str {
    "."
}

pub struct Limit;
impl Limit {
    pub const fn new() -> Self {
        Self
    }
    pub const fn first(self, _: u64) -> Self {
        self
    }
    pub const fn every(self, _: u64) -> Self {
        self
    }
    pub const fn at_most(self, _: u64, _: u64) -> Self {
        self
    }
    pub fn pass(&'static self) -> Option<Option<u64>> {
        Some(None)
    }
}

pub struct Logger(std::string::String);
impl Logger {
    pub fn name(&self) -> &str {
        &self.0
    }
    pub fn target(&self, t: &str) -> std::string::String {
        t.into()
    }
}
pub fn logger(n: &str) -> Logger {
    Logger(n.into())
}

#[allow(non_upper_case_globals)]
impl crate::Level {
    pub const Error: Self = Self::ERROR;
    pub const Warn: Self = Self::WARN;
    pub const Info: Self = Self::INFO;
    pub const Debug: Self = Self::DEBUG;
    pub const Trace: Self = Self::TRACE;
}
