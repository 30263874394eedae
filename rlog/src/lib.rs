#![doc = include_str!("../../README.md")]
//!
//! # The way of one log call
//!
//! A statement is one static [`Callsite`] and one test of a byte in it. When it is on, its arguments are copied into a ring
//! that belongs to the thread; a background thread takes them out, in the order of time, and gives each [`Handler`] a
//! [`Record`] with the line that the handler's [`Formatter`] made of it. [`init`] starts that with good defaults,
//! [`builder`] with your own.
//!
//! # The guide
//!
//! - [Writing statements](guide::statements): messages, settings, limits, the catalogue
//! - [Fields and values](guide::fields_and_values): what can be logged, and how it looks
//! - [Levels and floors](guide::levels_and_floors): which statements are on, and which are in the binary
//! - [The derive](guide::derive): your own types, and secrets in them
//! - [The schema](guide::schema): keys that every statement has to agree with
//! - [Moving from tracing](guide::moving_from_tracing), [moving from log](guide::moving_from_log)
//!
//! # Libraries
//!
//! A library that logs depends on rlog with `default-features = false`. Its statements then cost the compile time of the
//! macros and nothing else, until the program that uses it turns the output on by depending on rlog itself.

#![cfg_attr(docsrs_rlog, feature(doc_cfg))]

pub mod guide;
mod levels;
mod macros;
#[cfg(feature = "testing")]
pub mod testing;

pub use rlog_macros::Loggable;
pub use rlog_runtime::field;
pub use rlog_runtime::{
    Callsite, Encoder, EnumShape, FieldShape, Kind, KindOf, Level, LevelFilter, Loggable, Logger, Mask,
    ParseLevelError, Redacted, STATIC_MAX_LEVEL, Secret, Shape, Style, Tagging, kind_of, logger,
};

#[cfg(feature = "config")]
#[cfg_attr(docsrs_rlog, doc(cfg(feature = "config")))]
pub use rlog_runtime::config::{self, init_from};
#[cfg(feature = "output")]
pub use rlog_runtime::filter;
#[cfg(feature = "async")]
pub use rlog_runtime::{Async, Overflow};
#[cfg(feature = "output")]
pub use rlog_runtime::{
    Breaker, Builder, Catalogue, Color, ColorChoice, ColorDepth, Compression, Console, CurrentFile, DirectiveAnswer,
    DroppedStats, Errors, EventId, Failover, FanOut, FieldInfo, Fields, File, FileHandle, FileStats, Filter,
    FilterStats, FormatError, Formatter, Fsync, Guard, Handler, HandlerBuilder, HandlerError, HandlerHandle,
    HandlerResult, HandlerStats, InitError, Interest, IntoHandler, Json, JsonMember, LevelChange, LevelStyle, Limits,
    Logfmt, LoggerBuilder, LoggerStats, Map, Memory, MemoryHandle, Message, Names, Note, Null, OwnedRecord, Pretty,
    Reason, Record, Redaction, RedactionStats, Removal, Replacement, Retention, RotatedFile, Rotation, Routing, Rule,
    Scanner, Sequence, ShutdownReport, Size, StatementStats, Statements, Stats, Struct, SwitchChange, Template, Text,
    TextStyle, Theme, ThreadInfo, TimeFormat, Timestamp, TroubleStats, UnitError, Value, Variant, Verdict, Weekday,
    Writer, Zone, builder, callsites, catalogue, check_directives, flush, handler, init, parse_duration, reopen_files,
    rotate_files, set_directives, set_level, shutdown, statements, stats,
};

#[cfg(all(feature = "output", feature = "regex"))]
#[cfg_attr(docsrs_rlog, doc(cfg(feature = "regex")))]
pub use rlog_runtime::PatternError;

/// For the expansion of the macros. Not public API: anything here may change in any release.
#[doc(hidden)]
pub mod __private {
    pub use rlog_macros::{__enabled, __event, __level, __leveled, __log, __off};
    pub use rlog_runtime::__private::*;
    #[cfg(feature = "testing")]
    pub use rlog_runtime::testing::__private as testing;

    /// What can be the target of a statement that decides it when it runs.
    #[diagnostic::on_unimplemented(
        message = "`{Self}` cannot be a target",
        label = "not a string",
        note = "a target is a string, such as `target: \"app::db\"`"
    )]
    pub trait Target {
        /// Its text.
        fn text(&self) -> &str;
    }

    #[diagnostic::do_not_recommend]
    impl<T: AsRef<str> + ?Sized> Target for T {
        #[inline(always)]
        fn text(&self) -> &str {
            self.as_ref()
        }
    }

    /// The target of a statement that decides it when it runs.
    #[inline(always)]
    pub fn target<T: Target + ?Sized>(target: &T) -> &str {
        target.text()
    }
}
