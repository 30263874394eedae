//! Where records go.
//!
//! A [`Handler`] gets every record that its level lets through, already formatted. The worker owns its handlers and is the
//! only one to call them, so they need no lock; a handler that was built with [`HandlerBuilder::sync`] is called by the
//! thread that logs, one thread at a time. A handler that fails or panics affects no other one and no caller.

#[cfg(feature = "async")]
mod asynchronous;
mod breaker;
mod closure;
mod color;
mod console;
mod controls;
mod copies;
pub(crate) mod defaults;
mod delegates;
pub(crate) mod direct;
mod failover;
mod fan_out;
mod file;
mod lines;
mod memory;
mod null;
mod routing;
pub(crate) mod slot;
mod stream;
#[cfg(test)]
mod testing;
mod turns;
mod writer;

#[cfg(feature = "async")]
pub use asynchronous::{Async, Overflow};
pub use breaker::Breaker;
pub use closure::HandlerResult;
pub use color::ColorChoice;
pub use console::Console;
pub(crate) use controls::Controls;
pub use failover::Failover;
pub use fan_out::FanOut;
pub(crate) use file::FileCounters;
pub use file::{
    Compression, CurrentFile, File, FileHandle, FileStats, Fsync, Names, Reason, Removal, Retention, RotatedFile,
    Rotation, Weekday, reopen_files, rotate_files,
};
pub use memory::{Memory, MemoryHandle};
pub use null::Null;
pub use routing::Routing;
pub(crate) use stream::write_to_stderr;
pub use writer::Writer;

use crate::filter::Filter;
use crate::filter::gates::Gate;
use crate::format::Formatter;
use crate::level::Level;
use crate::record::Record;
use crate::redact::Redaction;
use crate::rewrite::Limits;
use std::boxed::Box;
use std::string::String;
use std::sync::Arc;
use std::vec::Vec;
use std::{fmt, io};

/// A destination for records.
///
/// ```
/// use rlog_runtime::{Handler, HandlerError, Record};
///
/// /// Counts what passes.
/// struct Counter(u64);
///
/// impl Handler for Counter {
///     fn emit(&mut self, _record: &Record<'_>, _line: &[u8]) -> Result<(), HandlerError> {
///         self.0 += 1;
///         Ok(())
///     }
/// }
/// ```
pub trait Handler: Send + 'static {
    /// Takes one record. `line` is the record by this handler's formatter, with its line end; it may be gathered and
    /// written in [`Handler::end_of_batch`].
    ///
    /// # Errors
    /// What was lost, and why. It is counted and reported; nobody but a [`Failover`] offers it again.
    fn emit(&mut self, record: &Record<'_>, line: &[u8]) -> Result<(), HandlerError>;

    /// Writes what was gathered. Called after every batch, which is at most some 20 milliseconds after its first record.
    ///
    /// # Errors
    /// As for [`Handler::emit`].
    fn end_of_batch(&mut self) -> Result<(), HandlerError> {
        Ok(())
    }

    /// Hands everything to the operating system. Called by [`flush`](fn@crate::flush) and at the end of the process, after
    /// [`Handler::end_of_batch`].
    ///
    /// # Errors
    /// As for [`Handler::emit`].
    fn flush(&mut self) -> Result<(), HandlerError> {
        self.end_of_batch()
    }

    /// The last call: the handler has been removed or replaced, or the logger is [shut down](crate::shutdown).
    ///
    /// A process that ends without a shutdown does not make it, since threads and destructors may still log then. Handlers on
    /// the worker's thread are [flushed](Handler::flush) instead, at the latest; so what must not be lost is written there, and
    /// only what a program can do without, such as a farewell to a server, is left to this.
    ///
    /// # Errors
    /// As for [`Handler::emit`]. The shutdown is not [complete](crate::ShutdownReport::complete) then.
    fn close(&mut self) -> Result<(), HandlerError> {
        self.flush()
    }
}

/// What a handler could not do.
#[derive(Debug)]
pub struct HandlerError {
    source: io::Error,
    lost: u64,
    /// Another handler has failed and has told so; this one only passes it on.
    is_told: bool,
}

impl HandlerError {
    /// A failure that lost `lost` records: the latest that the handler was given. Zero if they are kept and tried again.
    ///
    /// [`Failover`] hands what is lost to the next handler, so the number should be exact.
    #[must_use]
    pub fn new(source: impl Into<io::Error>, lost: u64) -> Self {
        Self { source: source.into(), lost, is_told: false }
    }

    /// Of a handler that hands records on to others, when they have told already why not all is written.
    pub(crate) fn told() -> Self {
        let source = io::Error::other("a handler behind it has not written everything");
        Self { source, lost: 0, is_told: true }
    }

    /// How many records were lost.
    #[must_use]
    pub fn lost(&self) -> u64 {
        self.lost
    }
}

impl fmt::Display for HandlerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.lost {
            0 => write!(f, "{}", self.source),
            1 => write!(f, "{} (1 record lost)", self.source),
            lost => write!(f, "{} ({lost} records lost)", self.source),
        }
    }
}

impl std::error::Error for HandlerError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.source)
    }
}

/// A handler with its settings, as a [`Builder`](crate::Builder) takes it. A logger in service has room for 31 of them on the
/// worker's thread and for 32 that are [`sync`](HandlerBuilder::sync); those that a [`FanOut`], a [`Routing`] or another handler
/// hands records to take none of it.
pub struct HandlerBuilder {
    pub(crate) name: String,
    pub(crate) level: Level,
    pub(crate) filters: Vec<Box<dyn Filter>>,
    pub(crate) formatter: Option<Box<dyn Formatter>>,
    pub(crate) breaker: Breaker,
    pub(crate) redaction: Option<Redaction>,
    pub(crate) limits: Option<Limits>,
    pub(crate) sync: bool,
    pub(crate) role: Role,
    pub(crate) checks: Vec<Check>,
    pub(crate) open: Open,
}

/// What a handler does with records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// It takes lines.
    Writes,
    /// It takes records and not lines, whatever the handler wants that it hands them to later.
    Keeps,
    /// It gives records to others and wants what any of them wants.
    HandsOn,
    /// The same, and it keeps copies until they have them.
    Queues,
}

impl Role {
    /// Whether it has no use of its own for records.
    pub(super) fn wants_what_others_want(self) -> bool {
        matches!(self, Self::HandsOn | Self::Queues)
    }

    /// Where a formatter would have to be set.
    fn place_of_formatters(self) -> &'static str {
        match self {
            Self::Writes => "here",
            Self::Keeps => "it keeps records, not lines; set the formatter of the handler that it hands them to",
            Self::HandsOn | Self::Queues => {
                "it hands records on; set the formatters of the handlers that it hands them to"
            }
        }
    }
}

/// Opens the handler, by its full name, when the configuration is applied, so that every problem is reported together.
pub(crate) type Open = Box<dyn FnOnce(&str) -> Result<Opened, OpenErrors> + Send>;

/// Finds out what is wrong with a handler, by its full name, without making or changing anything: all are asked before any is
/// opened.
pub(crate) type Check = Box<dyn FnOnce(&str) -> Vec<OpenError> + Send>;

/// A handler that is ready, with the formatter that it gets if none was set.
pub(crate) struct Opened {
    pub(crate) handler: Box<dyn Handler>,
    pub(crate) formatter: Box<dyn Formatter>,
    /// The handlers that it hands records to, if it does, for statistics and for changes while it runs.
    pub(crate) delegates: Vec<Arc<Controls>>,
    /// What it counts, if it writes to a file.
    pub(crate) file: Option<Arc<FileCounters>>,
    /// By which it chooses to whom it hands a record, for statistics.
    pub(crate) rules: Option<Arc<[Gate]>>,
}

impl Opened {
    pub(crate) fn new(handler: impl Handler, formatter: impl Formatter) -> Self {
        Self {
            handler: Box::new(handler),
            formatter: Box::new(formatter),
            delegates: Vec::new(),
            file: None,
            rules: None,
        }
    }
}

/// Why a handler could not be opened: what was tried, on which path, and what the system said.
#[derive(Debug)]
pub(crate) struct OpenError {
    pub(crate) message: String,
    pub(crate) source: io::Error,
}

impl OpenError {
    /// What is wrong with the settings of a handler that names itself, and what to do.
    pub(crate) fn new(handler: &str, message: impl fmt::Display, way_out: impl Into<String>) -> Self {
        Self {
            message: format!("handler `{handler}`: {message}"),
            source: io::Error::new(io::ErrorKind::InvalidInput, way_out.into()),
        }
    }
}

/// All that is wrong with a handler and with those that it hands records to.
#[derive(Debug)]
pub(crate) struct OpenErrors(pub(crate) Vec<OpenError>);

impl From<OpenError> for OpenErrors {
    fn from(error: OpenError) -> Self {
        Self(Vec::from([error]))
    }
}

impl HandlerBuilder {
    /// Settings for a handler of your own: everything passes, as [`Text`](crate::Text).
    pub fn new(handler: impl Handler) -> Self {
        Self::opened_by("custom", || Ok(Opened::new(handler, crate::format::Text::new())))
    }

    pub(crate) fn opened_by(
        name: impl Into<String>,
        open: impl FnOnce() -> Result<Opened, OpenErrors> + Send + 'static,
    ) -> Self {
        Self {
            name: name.into(),
            level: Level::new(0),
            filters: Vec::new(),
            formatter: None,
            breaker: Breaker::new(),
            redaction: None,
            limits: None,
            sync: false,
            role: Role::Writes,
            checks: Vec::new(),
            open: Box::new(|_| open()),
        }
    }

    /// Settings for a handler that takes records and not lines. `open` is given its full name, and names it in errors of
    /// its own. Its delegates have breakers for failures, so its own is for calls that do not return.
    pub(crate) fn of_records(
        name: impl Into<String>,
        role: Role,
        open: impl FnOnce(&str) -> Result<Opened, OpenErrors> + Send + 'static,
    ) -> Self {
        Self {
            name: name.into(),
            level: Level::new(0),
            filters: Vec::new(),
            formatter: None,
            breaker: Breaker::of_delegates(),
            redaction: None,
            limits: None,
            sync: false,
            role,
            checks: Vec::new(),
            open: Box::new(open),
        }
    }

    /// Has this asked before any handler is opened. Errors need not name the handler.
    pub(crate) fn check(mut self, check: impl FnOnce() -> Vec<OpenError> + Send + 'static) -> Self {
        self.checks.push(Box::new(|name| {
            let mut errors = check();
            errors.iter_mut().for_each(|error| error.message = format!("handler `{name}`: {}", error.message));
            errors
        }));
        self
    }

    /// Has these asked, which are those of the handlers that it hands records to.
    pub(crate) fn checks(mut self, checks: Vec<Check>) -> Self {
        self.checks.extend(checks);
        self
    }

    /// What finds out what is wrong with it, given the full name of the handler that it belongs to, or nothing.
    pub(crate) fn take_checks(&mut self) -> Check {
        let (name, checks) = (self.name.clone(), core::mem::take(&mut self.checks));
        Box::new(move |parent| {
            let name = if parent.is_empty() { name } else { format!("{parent} > {name}") };
            checks.into_iter().flat_map(|check| check(&name)).collect()
        })
    }

    /// Takes records at or above this level only. Without it, all that the logger lets through.
    #[must_use]
    pub fn level(mut self, level: Level) -> Self {
        self.level = level;
        self
    }

    /// Takes records that the filter lets through only. Of several, all have to; they are asked in the order of the calls.
    #[must_use]
    pub fn filter(mut self, filter: impl Filter) -> Self {
        self.filters.push(Box::new(filter));
        self
    }

    /// How records become lines. An error of the configuration for a handler that takes records and not lines, such as [`FanOut`]
    /// or [`Memory`]: those that it hands them to have formatters.
    #[must_use]
    pub fn formatter(mut self, formatter: impl Formatter) -> Self {
        self.formatter = Some(Box::new(formatter));
        self
    }

    /// When to leave the handler alone because it keeps failing or does not return. [`Breaker::new`] if not set. For one that
    /// hands records on, failures are a matter of the breakers behind it, and how long a call may last is a matter of its own.
    #[must_use]
    pub fn breaker(mut self, breaker: Breaker) -> Self {
        self.breaker = breaker;
        self
    }

    /// What must not be shown. That of the [builder](crate::Builder::redact) if not set; [`Redaction::new`] hides nothing.
    /// Handlers that this one hands records to have the same if they set none, and theirs in its place if they do. But what a
    /// [`Memory`] keeps the program may read: that is the memory's own to say, and its delegate gets no more.
    #[must_use]
    pub fn redact(mut self, redaction: Redaction) -> Self {
        self.redaction = Some(redaction);
        self
    }

    /// How much of a record is shown. As the [builder](crate::Builder::limits) has it if not set.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = Some(limits);
        self
    }

    /// The name in [`stats`](fn@crate::stats) and in reports of trouble.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// Runs on the thread that logs, before its log call returns: for audit logs, tests and command-line tools. What is logged while
    /// a change of the configuration brings it into service may come from the logger's thread instead, and a little late.
    ///
    /// # Blocking
    /// The call then takes as long as formatting and writing take, and waits for other threads that log at the time.
    #[must_use]
    pub fn sync(mut self) -> Self {
        self.sync = true;
        self
    }
}

impl fmt::Debug for HandlerBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HandlerBuilder").field("name", &self.name).field("level", &self.level).finish_non_exhaustive()
    }
}

/// What [`Builder::handler`](crate::Builder::handler) takes: a built-in handler, one of your own, or either with settings.
pub trait IntoHandler {
    /// The handler with its settings.
    fn into_handler(self) -> HandlerBuilder;
}

impl IntoHandler for HandlerBuilder {
    fn into_handler(self) -> HandlerBuilder {
        self
    }
}

impl<H: Handler> IntoHandler for H {
    fn into_handler(self) -> HandlerBuilder {
        HandlerBuilder::new(self)
    }
}

/// Gives a built-in handler the settings of every [`HandlerBuilder`] as methods of its own.
macro_rules! handler_settings {
    ($type:ty) => {
        $crate::handler::handler_settings!($type, records);

        impl $type {
            /// How records become lines.
            #[must_use]
            pub fn formatter(self, formatter: impl $crate::Formatter) -> $crate::HandlerBuilder {
                $crate::IntoHandler::into_handler(self).formatter(formatter)
            }
        }
    };
    // Of one that takes records and not lines.
    ($type:ty, records) => {
        impl $type {
            /// Takes records at or above this level only; see [`HandlerBuilder::level`](crate::HandlerBuilder::level).
            #[must_use]
            pub fn level(self, level: $crate::Level) -> $crate::HandlerBuilder {
                $crate::IntoHandler::into_handler(self).level(level)
            }

            /// Takes records that the filter lets through only; see [`HandlerBuilder::filter`](crate::HandlerBuilder::filter).
            #[must_use]
            pub fn filter(self, filter: impl $crate::Filter) -> $crate::HandlerBuilder {
                $crate::IntoHandler::into_handler(self).filter(filter)
            }

            /// When to leave the handler alone; see [`HandlerBuilder::breaker`](crate::HandlerBuilder::breaker).
            #[must_use]
            pub fn breaker(self, breaker: $crate::Breaker) -> $crate::HandlerBuilder {
                $crate::IntoHandler::into_handler(self).breaker(breaker)
            }

            /// What must not be shown; see [`HandlerBuilder::redact`](crate::HandlerBuilder::redact).
            #[must_use]
            pub fn redact(self, redaction: $crate::Redaction) -> $crate::HandlerBuilder {
                $crate::IntoHandler::into_handler(self).redact(redaction)
            }

            /// How much of a record is shown; see [`HandlerBuilder::limits`](crate::HandlerBuilder::limits).
            #[must_use]
            pub fn limits(self, limits: $crate::Limits) -> $crate::HandlerBuilder {
                $crate::IntoHandler::into_handler(self).limits(limits)
            }

            /// The name in statistics and reports; see [`HandlerBuilder::name`](crate::HandlerBuilder::name).
            #[must_use]
            pub fn name(self, name: impl Into<std::string::String>) -> $crate::HandlerBuilder {
                $crate::IntoHandler::into_handler(self).name(name)
            }

            /// Runs on the thread that logs; see [`HandlerBuilder::sync`](crate::HandlerBuilder::sync).
            #[must_use]
            pub fn sync(self) -> $crate::HandlerBuilder {
                $crate::IntoHandler::into_handler(self).sync()
            }
        }
    };
}
pub(crate) use handler_settings;
