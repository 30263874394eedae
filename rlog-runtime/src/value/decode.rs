//! Reading encoded values: one interpreter for all types, driven by their [`Kind`]s.
//!
//! Every read is checked against the end of the bytes. What a type's `encode` got wrong shows as a missing value or as
//! replaced characters, and cannot reach outside of its own record.

use super::encode::{BACKTRACE, NO_VARIANT};
use super::kind::{EnumShape, FieldShape, Kind, KindOf, Shape, Style, Tagging};
use super::mirror;
use super::tagged::{self, Tag};
use core::fmt;
use core::time::Duration;
use std::borrow::Cow;
use std::string::String;
use std::vec::Vec;

/// A value as filters, formatters and handlers see it. It borrows the record.
///
/// `Display` shows it as `{}` would in a message, on one line; `Debug` shows strings quoted.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub enum Value<'a> {
    /// Nothing: `None`.
    Null,
    /// A `bool`.
    Bool(bool),
    /// A `char`.
    Char(char),
    /// A signed integer of up to 64 bits.
    I64(i64),
    /// An unsigned integer of up to 64 bits.
    U64(u64),
    /// An `i128`.
    I128(i128),
    /// A `u128`.
    U128(u128),
    /// An `f32`.
    F32(f32),
    /// An `f64`.
    F64(f64),
    /// A string.
    Str(&'a str),
    /// Text made by `Display` or `Debug` when the statement ran.
    Text(&'a str),
    /// Bytes that need not be text.
    Bytes(&'a [u8]),
    /// An error and its sources.
    Error(Errors<'a>),
    /// A length of time.
    Duration(Duration),
    /// Nanoseconds since the Unix epoch; negative before it.
    Time(i128),
    /// A list.
    Sequence(Sequence<'a>),
    /// Pairs of keys and values.
    Map(Map<'a>),
    /// A struct or a tuple.
    Struct(Struct<'a>),
    /// A variant of an enum.
    Variant(Variant<'a>),
}

/// The texts of an error and of its sources, the outermost first.
#[derive(Clone, Copy)]
pub struct Errors<'a> {
    reader: Reader<'a>,
}

/// The elements of a list, in order.
#[derive(Clone, Copy)]
pub struct Sequence<'a> {
    reader: Reader<'a>,
    count: u32,
    depth: u32,
    element: KindOf,
}

/// The pairs of a map, in its order.
#[derive(Clone, Copy)]
pub struct Map<'a> {
    reader: Reader<'a>,
    count: u32,
    depth: u32,
    key: KindOf,
    value: KindOf,
}

/// The fields of a struct, of a tuple or of a variant, in order.
#[derive(Clone, Copy)]
pub struct Struct<'a> {
    reader: Reader<'a>,
    shape: &'static Shape,
    next: u32,
    depth: u32,
}

/// One variant of an enum, with its fields.
#[derive(Clone, Copy)]
pub struct Variant<'a> {
    shape: &'static EnumShape,
    fields: Struct<'a>,
}

impl Value<'_> {
    /// What a reader of the catalogue calls it: of a struct or an enum, with the fields that its type has. `None` for nothing.
    pub(crate) fn kind_text(&self) -> Option<Cow<'static, str>> {
        Some(Cow::Borrowed(match self {
            Self::Null => return None,
            Self::Struct(fields) => return Some(Cow::Owned(shape_text(fields.shape, MAX_DESCRIBED))),
            Self::Variant(variant) => return Some(Cow::Owned(enum_text(variant.shape, MAX_DESCRIBED))),
            Self::Bool(_) => "boolean",
            Self::I64(_) | Self::U64(_) | Self::I128(_) | Self::U128(_) => "integer",
            Self::F32(_) | Self::F64(_) => "float",
            Self::Char(_) | Self::Str(_) => "string",
            Self::Text(_) => "text",
            Self::Bytes(_) => "bytes",
            Self::Error(_) => "error",
            Self::Duration(_) => "duration",
            Self::Time(_) => "time",
            Self::Sequence(_) | Self::Map(_) => "structured",
        }))
    }
}

/// How many levels of types are described: recursive ones have no end.
const MAX_DESCRIBED: u32 = 3;

/// `{id: integer, took: integer ms}`
fn shape_text(shape: &Shape, depth: u32) -> String {
    let fields = shape.fields.iter().map(|field| {
        let kind = described((field.kind)(), depth);
        let unit = if field.unit.is_empty() { "" } else { " " };
        let key = if shape.style == Style::Named { format!("{}: ", field.key) } else { String::new() };
        format!("{key}{kind}{unit}{}", field.unit)
    });
    let fields = fields.collect::<Vec<_>>().join(", ");
    match shape.style {
        Style::Unit => String::new(),
        Style::Newtype => fields,
        Style::Tuple => format!("({fields})"),
        Style::Named => format!("{{{fields}}}"),
    }
}

/// `Open | Paid {cents: integer}`
fn enum_text(shape: &EnumShape, depth: u32) -> String {
    let variants = shape.variants.iter().map(|variant| match shape_text(variant, depth) {
        fields if fields.is_empty() => String::from(variant.name),
        fields => format!("{} {fields}", variant.name),
    });
    variants.collect::<Vec<_>>().join(" | ")
}

fn described(kind: &'static Kind, depth: u32) -> Cow<'static, str> {
    match kind {
        Kind::Optional(inner) | Kind::Sparse(inner) | Kind::Attempt(inner) => described(inner(), depth),
        Kind::Struct(shape) if depth > 0 => Cow::Owned(shape_text(shape, depth - 1)),
        Kind::Enum(shape) if depth > 0 => Cow::Owned(enum_text(shape, depth - 1)),
        kind => Cow::Borrowed(kind.name()),
    }
}

/// A field that `..value` adds to its records.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct SplatField {
    pub(crate) key: Cow<'static, str>,
    /// What a reader of the catalogue calls it.
    pub(crate) kind: Cow<'static, str>,
    pub(crate) unit: &'static str,
}

impl Value<'_> {
    /// The fields that the type of the value has as a splat: of an enum those of all its variants. None of a map.
    pub(crate) fn splat_fields(&self) -> Vec<SplatField> {
        let mut fields = SplatFields(Vec::new());
        match *self {
            Value::Struct(value) => fields.of_shape(value.shape, "", MAX_DESCRIBED),
            Value::Variant(value) => {
                if let Tagging::Internal(tag) | Tagging::Adjacent(tag, _) = value.shape.tagging {
                    fields.add("", tag, "string".into(), "");
                }
                value.shape.variants.iter().for_each(|variant| fields.of_shape(variant, "", MAX_DESCRIBED));
            }
            _ => {}
        }
        fields.0
    }
}

/// Gathers the fields of types as [`Value::each_field`] hands over those of values.
struct SplatFields(Vec<SplatField>);

impl SplatFields {
    fn of_shape(&mut self, shape: &'static Shape, prefix: &str, depth: u32) {
        if shape.style != Style::Named {
            return;
        }
        for field in shape.fields {
            match field.flatten {
                None => self.add(prefix, field.key, described((field.kind)(), MAX_DESCRIBED), field.unit),
                Some(more) => self.flattened(&format!("{prefix}{more}"), field, (field.kind)(), depth),
            }
        }
    }

    /// See [`flatten`].
    fn flattened(&mut self, prefix: &str, field: &FieldShape, kind: &'static Kind, depth: u32) {
        let Some(depth) = depth.checked_sub(1) else { return };
        match kind {
            Kind::Optional(inner) | Kind::Sparse(inner) | Kind::Attempt(inner) => {
                self.flattened(prefix, field, inner(), depth);
            }
            Kind::Struct(shape) if shape.style == Style::Named => self.of_shape(shape, prefix, depth),
            Kind::Enum(shape) => {
                if let Tagging::Internal(tag) | Tagging::Adjacent(tag, _) = shape.tagging {
                    self.add(prefix, tag, "string".into(), "");
                }
                for variant in shape.variants {
                    match shape.tagging {
                        Tagging::External => {
                            self.add(prefix, variant.name, shape_text(variant, MAX_DESCRIBED).into(), "");
                        }
                        Tagging::Internal(_) => self.of_shape(variant, prefix, depth),
                        Tagging::Adjacent(_, content) => self.add(prefix, content, "structured".into(), ""),
                    }
                }
            }
            // What their keys are only records know.
            Kind::Map(..) | Kind::Tagged => {}
            kind => self.add(prefix, field.key, described(kind, MAX_DESCRIBED), field.unit),
        }
    }

    fn add(&mut self, prefix: &str, key: &'static str, kind: Cow<'static, str>, unit: &'static str) {
        let key = if prefix.is_empty() { Cow::Borrowed(key) } else { Cow::Owned(format!("{prefix}{key}")) };
        if self.0.iter().all(|known| known.key != key) {
            self.0.push(SplatField { key, kind, unit });
        }
    }
}

impl<'a> Iterator for Errors<'a> {
    type Item = Cow<'a, str>;

    fn next(&mut self) -> Option<Cow<'a, str>> {
        // Of a copy, so that what ends the texts is not read as one of them the next time.
        let mut reader = self.reader;
        let text = reader.bytes()?;
        self.reader = reader;
        Some(std::string::String::from_utf8_lossy(text))
    }
}

impl<'a> Errors<'a> {
    /// Where the error was made, if it was captured: `anyhow` does so with its feature, when `RUST_BACKTRACE` is set.
    #[must_use]
    pub fn backtrace(&self) -> Option<&'a str> {
        let mut errors = *self;
        errors.by_ref().for_each(drop);
        let mut rest = errors.reader;
        if u32::from_ne_bytes(rest.array()?) == BACKTRACE { rest.text() } else { None }
    }
}

impl<'a> Sequence<'a> {
    /// How many elements there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.count as usize
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// What its elements are.
    pub(crate) fn element_kind(&self) -> &'static Kind {
        (self.element)()
    }
}

impl<'a> Iterator for Sequence<'a> {
    type Item = Value<'a>;

    fn next(&mut self) -> Option<Value<'a>> {
        self.count = self.count.checked_sub(1)?;
        self.reader.nested((self.element)(), self.depth)
    }
}

impl<'a> Map<'a> {
    /// How many pairs there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.count as usize
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// What its keys and its values are.
    pub(crate) fn kinds(&self) -> (&'static Kind, &'static Kind) {
        ((self.key)(), (self.value)())
    }
}

impl<'a> Iterator for Map<'a> {
    type Item = (Value<'a>, Value<'a>);

    fn next(&mut self) -> Option<(Value<'a>, Value<'a>)> {
        self.count = self.count.checked_sub(1)?;
        let key = self.reader.nested((self.key)(), self.depth)?;
        Some((key, self.reader.nested((self.value)(), self.depth)?))
    }
}

impl<'a> Struct<'a> {
    /// The type's name; empty for a tuple.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.shape.name
    }

    /// How the type is written in Rust. A newtype never arrives here: it shows as its only field.
    #[must_use]
    pub fn style(&self) -> Style {
        self.shape.style
    }
}

impl<'a> Iterator for Struct<'a> {
    type Item = (&'static str, Value<'a>);

    fn next(&mut self) -> Option<(&'static str, Value<'a>)> {
        self.next_field().map(|(field, value)| (field.key, value))
    }
}

impl<'a> Struct<'a> {
    /// The next field that is there.
    pub(crate) fn next_field(&mut self) -> Option<(&'static FieldShape, Value<'a>)> {
        loop {
            let field = self.shape.fields.get(self.next as usize)?;
            self.next += 1;
            let kind = (field.kind)();
            let is_left_out = matches!(kind, Kind::Sparse(_)) && self.reader.bytes.first() == Some(&0);
            let value = self.reader.nested(kind, self.depth)?;
            if !is_left_out {
                return Some((field, value));
            }
        }
    }

    /// The type, or the variant, that says which fields there are.
    pub(crate) fn shape(&self) -> &'static Shape {
        self.shape
    }

    /// Whether fields of fields stand in the place of some.
    pub(crate) fn has_flattened(&self) -> bool {
        self.shape.fields.iter().any(|field| field.flatten.is_some())
    }

    /// Hands over each field, and for those that are [flattened](FieldShape::flattened) each of theirs. `prefix` stands
    /// before all keys.
    pub(crate) fn each_flattened(mut self, prefix: &str, write: &mut dyn FnMut(&str, &Value<'a>)) {
        while let Some((field, value)) = self.next_field() {
            match field.flatten {
                None => with_prefix(prefix, field.key, &value, write),
                Some(more) if prefix.is_empty() => flatten(more, field.key, &value, write),
                Some(more) => flatten(&format!("{prefix}{more}"), field.key, &value, write),
            }
        }
    }
}

impl<'a> Value<'a> {
    /// Hands over each field of the value, as a splat shows them.
    pub(crate) fn each_field(&self, write: &mut dyn FnMut(&str, &Self)) {
        match *self {
            // The fields, whichever variant has them: its name is no key of the record.
            Value::Variant(variant) if variant.fields().style() == Style::Named => {
                if let Tagging::Internal(tag) | Tagging::Adjacent(tag, _) = variant.tagging() {
                    write(tag, &Value::Str(variant.name()));
                }
                variant.fields().each_flattened("", write);
            }
            Value::Variant(variant) if variant.tagging() == Tagging::External => write("value", self),
            _ => flatten("", "value", self, write),
        }
    }
}

/// Hands over the fields of a value as serde flattens it, or, if it has none, the value itself under `key`.
fn flatten<'a>(prefix: &str, key: &str, value: &Value<'a>, write: &mut dyn FnMut(&str, &Value<'a>)) {
    match *value {
        Value::Null => {}
        Value::Struct(fields) if fields.style() == Style::Unit => {}
        Value::Struct(fields) if fields.style() == Style::Named => fields.each_flattened(prefix, write),
        Value::Variant(variant) => {
            let name = Value::Str(variant.name());
            match variant.tagging() {
                Tagging::External => {
                    with_prefix(prefix, variant.name(), &variant.content().unwrap_or(Value::Null), write);
                }
                Tagging::Internal(tag) => {
                    with_prefix(prefix, tag, &name, write);
                    variant.each_beside_tag(prefix, write);
                }
                Tagging::Adjacent(tag, content) => {
                    with_prefix(prefix, tag, &name, write);
                    if let Some(value) = variant.content() {
                        with_prefix(prefix, content, &value, write);
                    }
                }
            }
        }
        Value::Map(pairs) => {
            for (key, value) in pairs {
                match key {
                    Value::Str(key) | Value::Text(key) => with_prefix(prefix, key, &value, write),
                    key => with_prefix(prefix, &std::string::ToString::to_string(&key), &value, write),
                }
            }
        }
        _ => with_prefix(prefix, key, value, write),
    }
}

fn with_prefix<'a>(prefix: &str, key: &str, value: &Value<'a>, write: &mut dyn FnMut(&str, &Value<'a>)) {
    if prefix.is_empty() { write(key, value) } else { write(&format!("{prefix}{key}"), value) }
}

impl<'a> Variant<'a> {
    /// The enum's name.
    #[must_use]
    pub fn enum_name(&self) -> &'static str {
        self.shape.name
    }

    /// The variant's name.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.fields.shape.name
    }

    /// Its fields.
    #[must_use]
    pub fn fields(&self) -> Struct<'a> {
        self.fields
    }

    /// Where its name goes in structured output.
    #[must_use]
    pub fn tagging(&self) -> Tagging {
        self.shape.tagging
    }

    /// What it holds: its only value, or its fields.
    pub(crate) fn content(&self) -> Option<Value<'a>> {
        match self.fields.style() {
            Style::Unit => None,
            Style::Newtype => self.fields().next().map(|(_, value)| value),
            Style::Tuple | Style::Named => Some(Value::Struct(self.fields)),
        }
    }

    /// Hands over what stands beside the variant's name where that is a field: its fields, or those of its only value.
    pub(crate) fn each_beside_tag(&self, prefix: &str, write: &mut dyn FnMut(&str, &Value<'a>)) {
        match (self.fields.style(), self.content()) {
            (Style::Named, _) => self.fields.each_flattened(prefix, write),
            (_, Some(value)) => flatten(prefix, "value", &value, write),
            (_, None) => {}
        }
    }

    /// The enum, with all its variants.
    pub(crate) fn enum_shape(&self) -> &'static EnumShape {
        self.shape
    }
}

/// A position in encoded bytes.
#[derive(Clone, Copy)]
pub(crate) struct Reader<'a> {
    bytes: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes }
    }

    /// What has not been read yet.
    pub(crate) fn rest(&self) -> &'a [u8] {
        self.bytes
    }

    #[inline]
    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (head, rest) = self.bytes.split_at_checked(length)?;
        self.bytes = rest;
        Some(head)
    }

    #[inline]
    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (head, rest) = self.bytes.split_first_chunk::<N>()?;
        self.bytes = rest;
        Some(*head)
    }

    #[inline]
    fn length(&mut self) -> Option<usize> {
        Some(u32::from_ne_bytes(self.array()?) as usize)
    }

    /// How many elements or pairs follow. A wrong count must not make a worker busy for hours with elements that take no
    /// bytes.
    fn count(&mut self) -> Option<u32> {
        let count = self.length()?;
        Some(count.min(self.bytes.len().max(MAX_EMPTY)) as u32)
    }

    #[inline]
    fn bytes(&mut self) -> Option<&'a [u8]> {
        let length = self.length()?;
        self.take(length)
    }

    #[inline]
    fn text(&mut self) -> Option<&'a str> {
        let bytes = self.bytes()?;
        Some(match core::str::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => core::str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or_default(),
        })
    }

    /// Reads a number of which the writer is known.
    ///
    /// # Safety
    /// The next bytes must be a `T` as [`Wire::put`](super::Wire::put) wrote it; any bytes make one.
    #[inline(always)]
    unsafe fn trusted<T: Copy>(&mut self) -> T {
        debug_assert!(self.bytes.len() >= size_of::<T>());
        // SAFETY: the caller promises that the bytes are there.
        unsafe {
            let value = self.bytes.as_ptr().cast::<T>().read_unaligned();
            self.bytes = self.bytes.get_unchecked(size_of::<T>()..);
            value
        }
    }

    /// Reads text of which the writer is known.
    ///
    /// # Safety
    /// The next bytes must be a length and UTF-8 bytes as [`Wire::put`](super::Wire::put) wrote them.
    #[inline(always)]
    unsafe fn trusted_text(&mut self) -> &'a str {
        // SAFETY: the caller's promise.
        unsafe {
            let length = self.trusted::<u32>() as usize;
            debug_assert!(self.bytes.len() >= length);
            let text = core::str::from_utf8_unchecked(self.bytes.get_unchecked(..length));
            self.bytes = self.bytes.get_unchecked(length..);
            text
        }
    }

    /// Reads one value inside a structured one. `None` when the bytes end before it does.
    pub(crate) fn value(&mut self, kind: &'static Kind) -> Option<Value<'a>> {
        self.nested(kind, MAX_DEPTH)
    }

    /// Reads a value that may hold others, so many levels deep.
    fn nested(&mut self, kind: &'static Kind, depth: u32) -> Option<Value<'a>> {
        let Some(depth) = depth.checked_sub(u32::from(is_level(kind))) else {
            self.skip(kind, MAX_SKIPPED)?;
            return Some(Value::Text(TOO_DEEP));
        };
        Some(match kind {
            Kind::Unit | Kind::Group(_) | Kind::Described => Value::Null,
            Kind::Bool => Value::Bool(self.array::<1>()?[0] != 0),
            Kind::Char => Value::Char(char::from_u32(u32::from_ne_bytes(self.array()?)).unwrap_or('\u{fffd}')),
            Kind::I64 => Value::I64(i64::from_ne_bytes(self.array()?)),
            Kind::U64 => Value::U64(u64::from_ne_bytes(self.array()?)),
            Kind::I128 => Value::I128(i128::from_ne_bytes(self.array()?)),
            Kind::U128 => Value::U128(u128::from_ne_bytes(self.array()?)),
            Kind::F32 => Value::F32(f32::from_ne_bytes(self.array()?)),
            Kind::F64 => Value::F64(f64::from_ne_bytes(self.array()?)),
            Kind::Str => Value::Str(self.text()?),
            Kind::Text => Value::Text(self.text()?),
            Kind::Bytes => Value::Bytes(self.bytes()?),
            Kind::Error => Value::Error(Errors { reader: Reader::new(self.bytes()?) }),
            Kind::Duration => {
                let seconds = u64::from_ne_bytes(self.array()?);
                let nanoseconds = u32::from_ne_bytes(self.array()?).min(999_999_999);
                Value::Duration(Duration::new(seconds, nanoseconds))
            }
            Kind::Time => Value::Time(i128::from_ne_bytes(self.array()?)),
            // Where a sparse one is the value of a field, there is none; see `Struct::next_field`.
            Kind::Optional(inner) | Kind::Sparse(inner) => match self.array::<1>()?[0] {
                0 => Value::Null,
                _ => self.nested(inner(), depth)?,
            },
            Kind::Attempt(inner) => match self.array::<1>()?[0] {
                0 => Value::Text(self.text()?),
                _ => self.nested(inner(), depth)?,
            },
            // What is behind the tag is never tagged again.
            Kind::Tagged => {
                let kind = self.kind_behind_tag()?;
                self.nested(kind, depth)?
            }
            Kind::Sequence(element) => {
                let mut reader = Reader::new(self.bytes()?);
                Value::Sequence(Sequence { count: reader.count()?, depth, reader, element: *element })
            }
            Kind::Map(key, value) => {
                let mut reader = Reader::new(self.bytes()?);
                Value::Map(Map { count: reader.count()?, depth, reader, key: *key, value: *value })
            }
            Kind::Struct(shape) => match shape {
                Shape { style: Style::Newtype, fields: [only], .. } => self.nested((only.kind)(), depth)?,
                shape => Value::Struct(self.fields(shape, depth)),
            },
            Kind::Enum(shape) => {
                let index = u16::from_ne_bytes(self.array()?);
                let variant = shape.variants.get(usize::from(index))?;
                Value::Variant(Variant { shape, fields: self.fields(variant, depth) })
            }
        })
    }

    /// Moves behind a value that is not shown. `None` when the bytes end before it does.
    fn skip(&mut self, kind: &'static Kind, depth: u32) -> Option<()> {
        let depth = depth.checked_sub(1)?;
        let length = match kind {
            Kind::Unit | Kind::Group(_) | Kind::Described => 0,
            Kind::Bool => 1,
            Kind::Char | Kind::F32 => 4,
            Kind::I64 | Kind::U64 | Kind::F64 => 8,
            Kind::Duration => 12,
            Kind::I128 | Kind::U128 | Kind::Time => 16,
            Kind::Str | Kind::Text | Kind::Bytes | Kind::Error | Kind::Sequence(_) | Kind::Map(..) => self.length()?,
            Kind::Optional(inner) | Kind::Sparse(inner) => match self.array::<1>()?[0] {
                0 => 0,
                _ => return self.skip(inner(), depth),
            },
            Kind::Attempt(inner) => match self.array::<1>()?[0] {
                0 => self.length()?,
                _ => return self.skip(inner(), depth),
            },
            Kind::Tagged => {
                let kind = self.kind_behind_tag()?;
                return self.skip(kind, depth);
            }
            Kind::Struct(shape) => return self.skip_fields(shape, depth),
            Kind::Enum(shape) => {
                let index = u16::from_ne_bytes(self.array()?);
                if index == NO_VARIANT {
                    return Some(());
                }
                return self.skip_fields(shape.variants.get(usize::from(index))?, depth);
            }
        };
        self.take(length).map(|_| ())
    }

    /// Reads the tag of a value that says itself what it is.
    fn kind_behind_tag(&mut self) -> Option<&'static Kind> {
        let [tag] = self.array()?;
        if tag == Tag::Mirror as u8 {
            mirror::kind(u32::from_ne_bytes(self.array()?))
        } else {
            tagged::kind_behind(tag)
        }
    }

    fn skip_fields(&mut self, shape: &'static Shape, depth: u32) -> Option<()> {
        shape.fields.iter().try_for_each(|field| self.skip((field.kind)(), depth))
    }

    /// Takes the fields as they are and moves behind them. Where they end too early, nobody knows where the next value
    /// starts: so everything behind is missing, and what is there is kept.
    fn fields(&mut self, shape: &'static Shape, depth: u32) -> Struct<'a> {
        let fields = Struct { reader: *self, shape, next: 0, depth };
        if shape.fields.iter().any(|field| self.nested((field.kind)(), depth).is_none()) {
            self.bytes = &[];
        }
        fields
    }

    /// Reads one argument of a statement.
    ///
    /// # Safety
    /// The bytes must have been written by the [`Wire`](super::Wire) of which `kind` is the `KIND`.
    #[inline(always)]
    pub(crate) unsafe fn argument(&mut self, kind: &'static Kind) -> Option<Value<'a>> {
        match kind {
            // SAFETY: `Wire` promises the size and, for text, UTF-8.
            Kind::I64 => Some(Value::I64(unsafe { self.trusted() })),
            // SAFETY: as above.
            Kind::U64 => Some(Value::U64(unsafe { self.trusted() })),
            // SAFETY: as above.
            Kind::F64 => Some(Value::F64(unsafe { self.trusted() })),
            // SAFETY: as above.
            Kind::Str => Some(Value::Str(unsafe { self.trusted_text() })),
            // SAFETY: as above.
            Kind::Text => Some(Value::Text(unsafe { self.trusted_text() })),
            // SAFETY: the caller's promise.
            other => unsafe { self.other_argument(other) },
        }
    }

    /// The rarer kinds of [`Reader::argument`].
    ///
    /// # Safety
    /// As there.
    unsafe fn other_argument(&mut self, kind: &'static Kind) -> Option<Value<'a>> {
        match kind {
            // SAFETY: the caller's promise covers the value in the option.
            Kind::Optional(inner) | Kind::Sparse(inner) if self.bytes.first() == Some(&1) => unsafe {
                self.bytes = &self.bytes[1..];
                self.argument(inner())
            },
            Kind::Sparse(_) if self.bytes.first() == Some(&0) => {
                self.bytes = &self.bytes[1..];
                None
            }
            Kind::Described => {
                // Read where it lies: a copy as bytes would not be a pointer any more (the provenance is lost).
                let pointer = self.take(size_of::<&Kind>())?;
                // SAFETY: the caller vouches that a `Described` wrote these bytes, and it writes a `&'static Kind` first.
                let kind = unsafe { pointer.as_ptr().cast::<&'static Kind>().read_unaligned() };
                let mut inner = Reader::new(self.bytes()?);
                Some(inner.value(kind).unwrap_or(Value::Null))
            }
            other => self.value(other),
        }
    }
}

/// Whether the values in one of this kind are a level deeper. What is in an option shows in its place. But an option in an option
/// is a level, so that the kinds of a type that somebody described wrongly cannot lead round and round.
fn is_level(kind: &Kind) -> bool {
    match kind {
        Kind::Sequence(_) | Kind::Map(..) | Kind::Struct(_) | Kind::Enum(_) => true,
        Kind::Sparse(inner) => matches!(inner(), Kind::Sparse(_)),
        Kind::Attempt(inner) => matches!(inner(), Kind::Sparse(_) | Kind::Attempt(_)),
        Kind::Optional(inner) => matches!(inner(), Kind::Sparse(_) | Kind::Attempt(_) | Kind::Optional(_)),
        _ => false,
    }
}

/// How deep values may be nested; [`TOO_DEEP`] stands for what is deeper. The worker's stack has room for that, and JSON readers
/// stop at 128 levels, two of which an enum makes.
const MAX_DEPTH: u32 = 60;
const TOO_DEEP: &str = "…";
/// How much deeper what is not shown may be: more than [`Encoder`](super::Encoder) writes, with a few levels for each pointer.
const MAX_SKIPPED: u32 = 1024;
/// How many elements without bytes, such as `()`, a list shows.
const MAX_EMPTY: usize = 64;

macro_rules! debug_as_list {
    ($($type:ident),*) => {$(
        impl fmt::Debug for $type<'_> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_list().entries(*self).finish()
            }
        }
    )*};
}

debug_as_list! { Errors, Sequence }

macro_rules! debug_as_map {
    ($($type:ident),*) => {$(
        impl fmt::Debug for $type<'_> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_map().entries(*self).finish()
            }
        }
    )*};
}

debug_as_map! { Map, Struct }

impl fmt::Debug for Variant<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())?;
        match self.fields.shape.style {
            Style::Unit => Ok(()),
            _ => fmt::Debug::fmt(&self.fields, f),
        }
    }
}
