//! Handlers as data.
//!
//! Each kind is a file with its settings and with what makes a handler of them, and a line in [`HandlerKind`].

mod console;
mod file;
mod memory;
mod null;
mod queue;
mod several;

pub use console::{ConsoleColor, ConsoleConfig, ConsoleStream};
pub use file::{
    CompressionConfig, CompressionKind, FileConfig, FileMode, FsyncConfig, FsyncWhen, NamesConfig, PeriodConfig,
    RetentionConfig, RotationConfig,
};
pub use memory::MemoryConfig;
pub use null::NullConfig;
pub use queue::{AsyncConfig, OverflowConfig};
pub use several::{FailoverConfig, FanOutConfig, RoutingConfig, RuleConfig};

use super::Size;
use super::apply::Making;
use super::custom::HANDLERS;
use super::declare::{kinds, settings};
use super::document::{Item, Node, Table};
use super::filters::FilterConfig;
use super::formats::FormatConfig;
use super::redaction::{LimitsConfig, RedactionConfig};
use super::setting::{Reader, Section, Setting, kind};
use crate::handler::{Breaker, HandlerBuilder, Removal, Role};
use crate::level::Level;
use core::time::Duration;
use std::string::{String, ToString};
use std::vec::Vec;

/// What is wrong with a limit of no bytes for what is kept in memory.
const NO_ROOM: &str = "records need room; write a size, such as `\"1 MiB\"`, or leave it out";

kinds! {
    /// What a handler is, with the settings of its kind.
    pub enum HandlerKind, "handler", HANDLERS, {
        /// Lines on stdout and stderr: a [`Console`](crate::Console).
        "console" => Console(ConsoleConfig),
        /// Lines in a file: a [`File`](crate::File).
        "file" => File(FileConfig),
        /// The last records, for a handler that gets them when something goes wrong: a [`Memory`](crate::Memory).
        "memory" => Memory(MemoryConfig),
        /// Records for all of some handlers: a [`FanOut`](crate::FanOut).
        "fan_out" => FanOut(FanOutConfig),
        /// Records for handlers by rules: [`Routing`](crate::Routing).
        "routing" => Routing(RoutingConfig),
        /// Records for the first of some handlers that works: a [`Failover`](crate::Failover).
        "failover" => Failover(FailoverConfig),
        /// A queue and a thread before a handler that is slow or may hang.
        "async" => Async(AsyncConfig),
        /// Nothing: a [`Null`](crate::Null).
        "null" => Null(NullConfig),
    }
}

settings! {
    /// What all handlers can be told, whatever their kind.
    #[derive(Default)]
    pub struct HandlerSettings, "a table" {
        /// Whether it is there at all. It is if not set; a profile can turn off what it inherits. One that is not is left out
        /// where it is named.
        opt enabled: bool,
        /// Takes records at or above this level only; see [`HandlerBuilder::level`].
        opt level: Level,
        /// All of these have to let a record through; see [`HandlerBuilder::filter`].
        list filters: FilterConfig,
        /// How records become lines; see [`HandlerBuilder::formatter`].
        opt format: FormatConfig,
        /// What it does not show; see [`HandlerBuilder::redact`].
        opt redaction: RedactionConfig,
        /// How much it shows; see [`HandlerBuilder::limits`].
        opt limits: LimitsConfig,
        /// When it is left alone because it keeps failing; see [`HandlerBuilder::breaker`].
        opt breaker: BreakerConfig,
        /// Whether it runs on the thread that logs; see [`HandlerBuilder::sync`].
        opt sync: bool,
    }
}

/// A handler: what it is, and what all handlers can be told.
///
/// ```
/// use rlog_runtime::Level;
/// use rlog_runtime::config::{FileConfig, HandlerConfig, HandlerSettings};
///
/// let errors = HandlerConfig::new(FileConfig::new("errors.log")).with(HandlerSettings::default().level(Level::ERROR));
/// assert_eq!(errors.kind.kind(), "file");
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct HandlerConfig {
    /// What it is.
    pub kind: HandlerKind,
    /// What all handlers can be told.
    pub settings: HandlerSettings,
}

impl HandlerConfig {
    /// A handler of this kind, with nothing else set.
    #[must_use]
    pub fn new(kind: impl Into<HandlerKind>) -> Self {
        Self { kind: kind.into(), settings: HandlerSettings::default() }
    }

    /// The same with these settings, in place of those that it had.
    #[must_use]
    pub fn with(mut self, settings: HandlerSettings) -> Self {
        self.settings = settings;
        self
    }

    /// Whether it is there at all.
    pub(super) fn is_enabled(&self) -> bool {
        self.settings.enabled != Some(false)
    }
}

impl<K: Into<HandlerKind>> From<K> for HandlerConfig {
    fn from(kind: K) -> Self {
        Self::new(kind)
    }
}

impl Setting for HandlerConfig {
    fn read(node: &Node, reader: &mut Reader) -> Option<Self> {
        reader.table(node, "a table with the settings of a handler", |fields| {
            let kind = kind(fields, "console").map(String::from);
            let settings = HandlerSettings::read_from(fields);
            let kind = kind.and_then(|kind| HandlerKind::read_kind(&kind, fields));
            // What else is wrong with it is to be told, too.
            let kind = kind.unwrap_or(HandlerKind::Null(NullConfig::default()));
            Some(Self { kind, settings: settings? })
        })
    }

    fn write(&self) -> Item {
        let mut table = Table::default();
        self.kind.write_kind(&mut table);
        self.settings.write_to(&mut table);
        Item::Table(table)
    }
}

settings! {
    /// When a handler that keeps failing is left alone, and for how long: a [`Breaker`].
    ///
    /// ```
    /// use rlog_runtime::config::BreakerConfig;
    /// use std::time::Duration;
    ///
    /// let breaker = BreakerConfig::default().failures(20_u32).pause(Duration::from_secs(1));
    /// ```
    #[derive(Default)]
    pub struct BreakerConfig, "a table with settings such as `failures` and `pause`" {
        /// Whether it ever is; see [`Breaker::never`]. It is if not set.
        opt enabled: bool,
        /// After how many failures in a row.
        opt failures: u32,
        /// How long at first.
        opt pause: Duration,
        /// How long at most; each pause is twice as long as the one before.
        opt longest_pause: Duration,
        /// How long a call may take before the other handlers go on without it; see [`Breaker::patience`].
        opt patience: Duration,
        /// How many bytes of records are kept for it meanwhile.
        opt backlog: Size,
    }
}

impl BreakerConfig {
    fn make(&self) -> Breaker {
        if self.enabled == Some(false) {
            return Breaker::never();
        }
        let mut breaker = Breaker::new();
        if let Some(failures) = self.failures {
            breaker = breaker.failures(failures);
        }
        if self.pause.is_some() || self.longest_pause.is_some() {
            let pause = self.pause.unwrap_or(Duration::from_millis(500));
            let longest = self.longest_pause.unwrap_or(Duration::from_secs(10)).max(pause);
            breaker = breaker.pause(pause, longest);
        }
        if let Some(patience) = self.patience {
            breaker = breaker.patience(patience);
        }
        if let Some(backlog) = self.backlog {
            breaker = breaker.backlog(backlog.saturating());
        }
        breaker
    }
}

impl HandlerKind {
    /// Which files it would delete now.
    pub(super) fn removals(&self, making: &mut Making<'_>) -> Vec<Removal> {
        match self {
            Self::File(file) => file.removals(making),
            _ => Vec::new(),
        }
    }

    /// The handlers that it hands records to, each with the keys below its own that name them.
    pub(super) fn delegates(&self) -> Vec<(Vec<String>, String)> {
        match self {
            Self::Console(_) | Self::File(_) | Self::Null(_) | Self::Custom(_) => Vec::new(),
            Self::Memory(memory) => memory.to.iter().map(|name| (Vec::from(["to".into()]), name.clone())).collect(),
            Self::FanOut(FanOutConfig { to }) | Self::Failover(FailoverConfig { to }) => {
                let names = to.iter().enumerate();
                names.map(|(index, name)| (Vec::from(["to".into(), index.to_string()]), name.clone())).collect()
            }
            Self::Routing(routing) => routing.delegates(),
            Self::Async(queue) => Vec::from([(Vec::from(["to".into()]), queue.to.clone())]),
        }
    }
}

impl HandlerConfig {
    /// The handler, not yet open. What is wrong is told to `making`.
    pub(super) fn make(&self, name: &str, making: &mut Making<'_>) -> Option<HandlerBuilder> {
        let builder = match &self.kind {
            HandlerKind::Console(console) => console.make(making),
            HandlerKind::File(file) => file.make(making),
            HandlerKind::Memory(memory) => memory.make(making),
            HandlerKind::FanOut(fan_out) => fan_out.make(making),
            HandlerKind::Routing(routing) => routing.make(making),
            HandlerKind::Failover(failover) => failover.make(making),
            HandlerKind::Async(queue) => queue.make(making),
            HandlerKind::Null(null) => Some(null.make()),
            HandlerKind::Custom(custom) => making.custom(&HANDLERS, custom),
        };
        // These too, if the handler itself cannot be made: every problem is to be told.
        let filters = making.filters(&self.settings.filters);
        let format = self.settings.format.as_ref();
        let depth = match &self.kind {
            HandlerKind::Console(console) => console.depth(),
            _ => None,
        };
        let format = format.and_then(|format| making.below("format", |making| format.make(depth, making)));
        let redaction = making.redaction(self.settings.redaction.as_ref());
        let mut builder = builder?.name(name);
        making.ask(&mut builder);
        if builder.role != Role::Writes && format.is_some() {
            making.wrong_key("format", "a formatter is set where none is used: this kind takes records and not lines");
        }
        if let Some(level) = self.settings.level {
            builder = builder.level(level);
        }
        for filter in filters {
            builder = builder.filter(filter);
        }
        if let Some(format) = format {
            builder.formatter = Some(format);
        }
        if let Some(redaction) = redaction {
            builder = builder.redact(redaction);
        }
        if let Some(limits) = &self.settings.limits {
            builder = builder.limits(limits.make());
        }
        if let Some(breaker) = &self.settings.breaker {
            builder = builder.breaker(breaker.make());
        }
        if self.settings.sync == Some(true) {
            builder = builder.sync();
        }
        Some(builder)
    }
}
