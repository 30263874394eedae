//! The static description of encoded bytes.
//!
//! What a caller copies carries no tags: the record points at a list of [`Kind`]s, which is data made at compile time,
//! and one interpreter ([`super::decode`]) reads the bytes by it. So a type costs a descriptor and no decode function.

use super::Loggable;

/// What the encoded bytes of a value are.
///
/// Integers and floats are stored in native byte order and unaligned; lengths and counts are `u32`.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Kind {
    /// No bytes and no value: the field is left out.
    Unit,
    /// One byte, 0 or 1.
    Bool,
    /// Four bytes, a Unicode scalar value.
    Char,
    /// Eight bytes.
    I64,
    /// Eight bytes.
    U64,
    /// Sixteen bytes.
    I128,
    /// Sixteen bytes.
    U128,
    /// Four bytes.
    F32,
    /// Eight bytes.
    F64,
    /// A length and UTF-8 bytes: a string value.
    Str,
    /// A length and bytes: text made by the caller's `Display` or `Debug`.
    Text,
    /// A length and bytes that need not be text.
    Bytes,
    /// A length and, in it, one [`Kind::Str`] for an error and each of its sources, and then, if it is known where the error
    /// comes from, four bytes of all ones and the backtrace as a [`Kind::Text`].
    Error,
    /// Seconds as `u64`, nanoseconds as `u32`.
    Duration,
    /// Nanoseconds since the Unix epoch as `i128`.
    Time,
    /// One byte that says whether the value follows.
    Optional(KindOf),
    /// One byte that says whether the value follows, or else a [`Kind::Text`] that says why not.
    Attempt(KindOf),
    /// A length, a count and so many values.
    Sequence(KindOf),
    /// A length, a count and so many pairs of a key and a value.
    Map(KindOf, KindOf),
    /// The fields, one after the other.
    Struct(&'static Shape),
    /// The index of the variant as `u16`, then its fields.
    Enum(&'static EnumShape),
    /// One byte that says what follows, and that: a null, a scalar, a string, bytes, a [`Kind::Sequence`] or a [`Kind::Map`]
    /// of such values.
    Tagged,
    /// A pointer to a `Kind`, a length and bytes of that kind. Only in arguments of a statement, never nested.
    Described,
    /// Several arguments of a statement that count as one for the function that encodes them.
    Group(&'static [Self]),
}

impl Kind {
    /// What a reader of the catalogue calls it.
    #[cfg(feature = "output")]
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Unit => "nothing",
            Self::Bool => "boolean",
            Self::I64 | Self::U64 | Self::I128 | Self::U128 => "integer",
            Self::F32 | Self::F64 => "float",
            Self::Char | Self::Str => "string",
            Self::Text => "text",
            Self::Bytes => "bytes",
            Self::Error => "error",
            Self::Duration => "duration",
            Self::Time => "time",
            Self::Optional(inner) | Self::Attempt(inner) => inner().name(),
            Self::Sequence(_)
            | Self::Map(..)
            | Self::Struct(_)
            | Self::Enum(_)
            | Self::Described
            | Self::Tagged
            | Self::Group(_) => "structured",
        }
    }
}

/// How a kind refers to another: by function, so that a recursive type has a finite description.
pub type KindOf = fn() -> &'static Kind;

/// The [`KindOf`] a type.
#[must_use]
pub const fn kind_of<T: Loggable + ?Sized>() -> KindOf {
    fn kind<T: Loggable + ?Sized>() -> &'static Kind {
        const { &T::KIND }
    }
    kind::<T>
}

/// The fields of a struct, or of one variant of an enum.
#[derive(Clone, Copy, Debug)]
pub struct Shape {
    /// The type's or the variant's name.
    pub name: &'static str,
    /// How it is written in Rust.
    pub style: Style,
    /// Its fields, in the order in which they are encoded.
    pub fields: &'static [FieldShape],
}

/// How a struct or a variant is written in Rust.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// `struct Unit;`
    Unit,
    /// `struct Newtype(T);`, which looks like its only field.
    Newtype,
    /// `struct Tuple(A, B);`
    Tuple,
    /// `struct Named { a: A }`
    Named,
}

/// One field of a [`Shape`].
#[derive(Clone, Copy, Debug)]
pub struct FieldShape {
    /// The field's name; `0`, `1` and so on for tuples.
    pub key: &'static str,
    /// What its bytes are.
    pub kind: KindOf,
    /// How it is to be shown.
    pub flags: FieldFlags,
}

/// How a field is to be shown. Empty for now: a place for `flatten` and its like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FieldFlags(#[allow(dead_code, reason = "read once a flag exists; part of the descriptor's layout")] u8);

impl FieldFlags {
    /// As it is.
    pub const NONE: Self = Self(0);
}

/// The variants of an enum.
#[derive(Clone, Copy, Debug)]
pub struct EnumShape {
    /// The enum's name.
    pub name: &'static str,
    /// Where the variant's name goes in structured output.
    pub tagging: Tagging,
    /// The variants, in the order of their indexes.
    pub variants: &'static [Shape],
}

/// Where the name of a variant goes in structured output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Tagging {
    /// `{"Variant": {..}}`, and `"Variant"` for one without fields.
    External,
}
