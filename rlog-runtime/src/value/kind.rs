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
    /// One byte that says whether the value follows; without it there is no field.
    Sparse(KindOf),
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
            Self::Tagged => "structured",
            Self::Optional(inner) | Self::Sparse(inner) | Self::Attempt(inner) => inner().name(),
            Self::Sequence(_) | Self::Map(..) | Self::Struct(_) | Self::Enum(_) | Self::Described | Self::Group(_) => {
                "structured"
            }
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

/// Gives the [`KindOf`] a field. That its type is not [`Loggable`] is reported where it is encoded, and there alone: so here
/// such a type has a kind, too.
#[doc(hidden)]
#[derive(Debug)]
pub struct KindProbe<T: ?Sized>(core::marker::PhantomData<T>);

impl<T: Loggable + ?Sized> KindProbe<T> {
    /// The kind.
    pub const KIND: KindOf = kind_of::<T>();
    /// The kind of a value that may be left out.
    pub const SPARSE: KindOf = kind_of_sparse::<T>();
    /// Whether the fields of such a value can stand in its place.
    pub const FLATTENS: bool =
        matches!(T::KIND, Kind::Struct(_) | Kind::Enum(_) | Kind::Map(..) | Kind::Tagged | Kind::Optional(_));
}

/// What a [`KindProbe`] of any other type gives.
#[doc(hidden)]
pub trait KindUnknown {
    /// Nothing.
    const KIND: KindOf = || &Kind::Unit;
    /// Nothing.
    const SPARSE: KindOf = || &Kind::Unit;
    /// That they cannot is not what is wrong with it.
    const FLATTENS: bool = true;
}

impl<T: ?Sized> KindUnknown for KindProbe<T> {}

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
    /// The unit of its values, such as `ms`; empty if none is said.
    pub unit: &'static str,
    /// Whether its own fields stand in its place in structured output, and what stands before their keys.
    pub flatten: Option<&'static str>,
}

impl FieldShape {
    /// A field that is shown as it is.
    #[must_use]
    pub const fn new(key: &'static str, kind: KindOf) -> Self {
        Self { key, kind, unit: "", flatten: None }
    }

    /// The same with a unit.
    #[must_use]
    pub const fn with_unit(mut self, unit: &'static str) -> Self {
        self.unit = unit;
        self
    }

    /// The same, with its own fields in its place, and `prefix` before their keys.
    #[must_use]
    pub const fn flattened(mut self, prefix: &'static str) -> Self {
        self.flatten = Some(prefix);
        self
    }
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
    /// `{"tag": "Variant", ..}`: beside the fields, under this key.
    Internal(&'static str),
    /// `{"tag": "Variant", "content": {..}}`: under the first key, with the fields under the second.
    Adjacent(&'static str, &'static str),
}

/// [`kind_of`] a value that may be left out, for `#[log(skip_if = path)]`.
#[doc(hidden)]
#[must_use]
pub const fn kind_of_sparse<T: Loggable + ?Sized>() -> KindOf {
    fn kind<T: Loggable + ?Sized>() -> &'static Kind {
        const { &Kind::Sparse(kind_of::<T>()) }
    }
    kind::<T>
}

/// The kind of what a function makes of a field, for `#[log(with = path)]`.
#[doc(hidden)]
#[must_use]
pub const fn kind_of_result<'a, T: ?Sized, U: Loggable>(_: fn(&'a T) -> U) -> KindOf {
    kind_of::<U>()
}

/// The same for a value that may be left out.
#[doc(hidden)]
#[must_use]
pub const fn kind_of_sparse_result<'a, T: ?Sized, U: Loggable>(_: fn(&'a T) -> U) -> KindOf {
    kind_of_sparse::<U>()
}

macro_rules! forms {
    ($($(#[$doc:meta])* $name:ident = $kind:expr;)*) => {$(
        $(#[$doc])*
        #[doc(hidden)]
        #[derive(Debug)]
        pub enum $name {}

        impl Loggable for $name {
            const KIND: Kind = $kind;
            fn encode(&self, _: &mut super::Encoder) {}
        }
    )*};
}

forms! {
    /// Stands for any type of which text is written.
    AsText = Kind::Text;
    /// Stands for any type of which text is written, if there is a value.
    AsOptionalText = Kind::Optional(kind_of::<AsText>());
    /// Stands for any type that is written through serde.
    AsTagged = Kind::Tagged;
}
