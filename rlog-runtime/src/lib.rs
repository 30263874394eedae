//! The run time of [rlog](https://docs.rs/rlog). Programs use the `rlog` crate, which re-exports what is public here.
//!
//! The way of one log call, file by file:
//!
//! 1. the statement tests its [`Callsite`] (`callsite/`),
//! 2. its arguments become wire values (`value/probe.rs`, `value/wire.rs`),
//! 3. which are copied into the thread's ring (`emit/`, `ring/`);
//! 4. the worker takes them out (`worker/drain.rs`), reads them as a [`Record`] (`value/decode.rs`, `record.rs`),
//! 5. and gives it to the handlers that want it (`logger/routes.rs`, `handler/slot.rs`),
//! 6. each with its own formatter (`format/`).

#![cfg_attr(docsrs_rlog, feature(doc_cfg))]

mod callsite;
mod level;
mod logger;
#[cfg(feature = "output")]
mod nearest;
mod redact;
mod value;

#[cfg(feature = "output")]
pub mod config;
#[cfg(feature = "output")]
mod contained;
#[cfg(feature = "output")]
mod emit;
#[cfg(not(feature = "output"))]
#[path = "emit/nothing.rs"]
mod emit;
#[cfg(feature = "output")]
pub mod filter;
#[cfg(feature = "output")]
mod format;
#[cfg(all(fuzzing, feature = "output"))]
mod fuzz;
#[cfg(feature = "output")]
mod handler;
#[cfg(feature = "output")]
mod record;
#[cfg(feature = "output")]
mod rewrite;
#[cfg(feature = "output")]
mod ring;
#[cfg(feature = "output")]
mod stats;
#[cfg(feature = "testing")]
pub mod testing;
#[cfg(feature = "output")]
mod time;
#[cfg(feature = "output")]
mod timestamp;
#[cfg(feature = "output")]
mod trouble;
#[cfg(feature = "output")]
mod units;
#[cfg(feature = "output")]
mod worker;

pub use callsite::Callsite;
pub use level::{Level, LevelFilter, ParseLevelError, STATIC_MAX_LEVEL};
pub use logger::{Logger, logger};
pub use redact::{Mask, Secret};
pub use value::{Encoder, EnumShape, FieldShape, Kind, KindOf, Loggable, Redacted, Shape, Style, Tagging, kind_of};

#[cfg(feature = "output")]
pub use {
    callsite::{
        EventId,
        catalogue::callsites,
        details::FieldInfo,
        listing::{Catalogue, catalogue},
    },
    config::{
        Builder, DirectiveAnswer, Guard, HandlerHandle, InitError, LevelChange, LoggerBuilder, ShutdownReport,
        Statements, SwitchChange, builder, check_directives, handler, init, set_directives, set_level, shutdown,
        statements,
    },
    filter::{Filter, Interest, Note, Verdict},
    format::{
        Color, ColorDepth, FormatError, Formatter, Json, JsonMember, LevelStyle, Logfmt, Pretty, Template, Text,
        TextStyle, Theme, TimeFormat, Zone,
    },
    handler::{
        Breaker, ColorChoice, Compression, Console, CurrentFile, Failover, FanOut, File, FileHandle, FileStats, Fsync,
        Handler, HandlerBuilder, HandlerError, HandlerResult, IntoHandler, Memory, MemoryHandle, Names, Null, Reason,
        Removal, Retention, RotatedFile, Rotation, Routing, Weekday, Writer, reopen_files, rotate_files,
    },
    record::{Fields, Message, OwnedRecord, Record, ThreadInfo},
    redact::{Redaction, Replacement, Rule, Scanner},
    rewrite::Limits,
    stats::{
        DroppedStats, FilterStats, HandlerStats, LoggerStats, RedactionStats, StatementStats, Stats, TroubleStats,
        stats,
    },
    timestamp::Timestamp,
    units::{Size, UnitError, parse_duration},
    value::{Errors, Map, Sequence, Struct, Value, Variant},
    worker::flush,
};

#[cfg(feature = "async")]
pub use handler::{Async, Overflow};
#[cfg(all(feature = "output", feature = "regex"))]
#[cfg_attr(docsrs_rlog, doc(cfg(feature = "regex")))]
pub use redact::PatternError;

/// Values that say how another value is logged: some under the names that `tracing` has for them, and bytes as text.
///
/// The sigils are shorter: `%value`, `?value`; and `None` is no value, too.
pub mod field {
    pub use crate::value::field::{Base64, DebugValue, DisplayValue, Empty, Hex, base64, debug, display, hex};
}

/// For the expansion of the macros. Not public API: anything here may change in any release.
#[doc(hidden)]
pub mod __private {
    pub use crate::callsite::{Callsite, Limit, Part, check_key, join, text_length, text_of};
    #[cfg(feature = "output")]
    pub use crate::emit::Layout;
    pub use crate::emit::{emit0, emit1, emit2, emit3, emit4, emit5, emit6, emit7, emit8};
    pub use crate::level::{Level, LevelDeclaration, compiled_in, nowhere};
    pub use crate::redact::Mask;
    pub use crate::value::field::PlainString;
    pub use crate::value::{
        AsOptionalText, AsTagged, AsText, Deferred, Described, Encoder, EnumShape, ErrorText, FieldShape, Fieldless,
        HasSecretFields, Kind, KindOf, KindProbe, KindUnknown, Loggable, Missing, NeedsClear, NeedsDebug, NeedsDisplay,
        NeedsLoggable, Probe, Redacted, Scalar, Serializable, Shape, Shown, ShownInClear, Style, Suppressed, TAGGED,
        Tagging, Text, Time, Wire, count, discreet, expected, kind_of, kind_of_result, kind_of_sparse,
        kind_of_sparse_result, probes, serialized, shown, splat, text_field,
    };
    pub use core;
}

/// For the targets in `fuzz/`.
#[cfg(all(fuzzing, feature = "output"))]
#[doc(hidden)]
pub mod __fuzz {
    pub use crate::fuzz::{directives, with_fields, with_value};
}
