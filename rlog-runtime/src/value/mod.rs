//! What can be logged: how a caller copies it ([`wire`], [`encode`]) and how the worker reads it back ([`decode`]).

#[cfg_attr(not(feature = "output"), allow(dead_code, reason = "some of it is for rendering"))]
pub(crate) mod copy;
#[cfg(feature = "output")]
pub(crate) mod decode;
pub mod discreet;
mod encode;
pub mod expected;
pub(crate) mod field;
mod kind;
#[cfg(feature = "output")]
pub(crate) mod mirror;
mod probe;
mod redacted;
#[cfg(feature = "output")]
pub(crate) mod render;
pub(crate) mod scratch;
#[cfg(feature = "serde")]
mod serialized;
#[cfg(not(feature = "serde"))]
#[path = "serialized/missing.rs"]
mod serialized;
#[cfg(feature = "output")]
pub(crate) mod spec;
mod splat;
pub(crate) mod tagged;
pub mod text_field;
mod types;
mod wire;

#[cfg(feature = "output")]
pub(crate) use decode::SplatField;
#[cfg(feature = "output")]
pub use decode::{Errors, Map, Sequence, Struct, Value, Variant};
#[cfg(feature = "output")]
pub(crate) use encode::BACKTRACE;
pub(crate) use encode::TextWriter;
pub use encode::{Encoder, Loggable};
pub use kind::{
    AsOptionalText, AsTagged, AsText, EnumShape, FieldShape, Kind, KindOf, KindProbe, KindUnknown, Shape, Style,
    Tagging, kind_of, kind_of_result, kind_of_sparse, kind_of_sparse_result,
};
pub use probe::{
    Deferred, Missing, NeedsClear, NeedsDebug, NeedsDisplay, NeedsLoggable, Probe, Scalar, Shown, count, probes, shown,
};
pub(crate) use redacted::REDACTED;
pub use redacted::{HasSecretFields, Redacted, ShownInClear};
pub use serialized::{Serializable, serialized};
pub use splat::{Fieldless, splat};
pub use tagged::TAGGED;
pub use wire::{Described, ErrorText, Suppressed, Text, Time, Wire};
