//! Writing structured values, and what [`Loggable`] types use to do it.

use super::kind::{Kind, KindOf, kind_of};
use super::scratch;
use super::wire::{Described, ErrorText, Text};
use core::error::Error;
use core::fmt::{self, Write as _};
use core::marker::PhantomData;
use std::backtrace::{Backtrace, BacktraceStatus};

/// A type whose values can be fields of an event.
///
/// Derive it for your own types; integers, floats, `bool`, `char`, strings, `Option`, sequences, maps, tuples, times,
/// paths and net addresses have it. A value is copied as bytes when the statement runs; nothing of it is cloned.
///
/// By hand, delegate to a type that has it:
///
/// ```
/// use rlog_runtime::{Encoder, Kind, Loggable};
///
/// struct Celsius(f64);
///
/// impl Loggable for Celsius {
///     const KIND: Kind = f64::KIND;
///     fn encode(&self, encoder: &mut Encoder) {
///         self.0.encode(encoder);
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be logged as a structured value",
    label = "no `Loggable` implementation",
    note = "derive it: `#[derive(rlog::Loggable)]`, or log its text: in a statement with `%value` (Display) or `?value` (Debug), at a field of a type with `#[log(display)]` or `#[log(debug)]`, or leave it out there with `#[log(skip)]`"
)]
pub trait Loggable {
    /// What [`Loggable::encode`] writes.
    const KIND: Kind;

    /// Writes the value. What does not fit [`Loggable::KIND`] is shown wrongly or cut off, and harms nothing else.
    fn encode(&self, encoder: &mut Encoder);
}

/// Writes the bytes of one structured value into the thread's scratch stack.
#[derive(Debug)]
pub struct Encoder {
    /// The region it writes to. A `Display` in a statement inside `encode` may hold the encoder; if that wrote then, it
    /// would be into the text of that statement, which nobody checks for UTF-8 any more.
    recording: u64,
    /// How many pointers it is behind, and collections it is in.
    depth: u32,
    /// It writes to the scratch stack of the thread it was made on.
    not_send: PhantomData<*const ()>,
}

impl Encoder {
    /// Writes bytes as they are. For the encodings of this crate; a half-written value is cut off by the decoder.
    #[inline(always)]
    pub(super) fn raw(&mut self, bytes: &[u8]) {
        if self.is_recording() {
            scratch::append(bytes);
        }
    }

    /// Writes the index of an enum's variant; its fields follow.
    #[inline(always)]
    pub fn variant(&mut self, index: u16) {
        self.raw(&index.to_ne_bytes());
    }

    /// Writes whether the value of a [`Kind::Sparse`] follows.
    #[inline(always)]
    pub fn presence(&mut self, is_present: bool) {
        self.raw(&[u8::from(is_present)]);
    }

    /// Writes what lies behind a pointer, unless that is too deep: a list of a million boxes, or one that leads back to
    /// itself, must not end the caller's stack. The reader stops earlier, so nothing is missed there.
    #[inline(always)]
    pub(super) fn behind_pointer<T: Loggable + ?Sized>(&mut self, value: &T) {
        if self.depth < MAX_DEPTH {
            self.depth += 1;
            value.encode(self);
            self.depth -= 1;
        } else {
            self.nothing(const { &T::KIND }, MAX_DEPTH);
        }
    }

    /// Writes a value of a kind with nothing in it. Nobody shows it, but what is behind it must be found.
    #[cold]
    fn nothing(&mut self, kind: &'static Kind, depth: u32) {
        let length = match kind {
            Kind::Unit | Kind::Group(_) | Kind::Described => 0,
            Kind::Bool | Kind::Optional(_) | Kind::Sparse(_) | Kind::Tagged => 1,
            Kind::Char | Kind::F32 | Kind::Str | Kind::Text | Kind::Bytes | Kind::Error => 4,
            Kind::Attempt(_) => 5,
            Kind::I64 | Kind::U64 | Kind::F64 => 8,
            Kind::Duration => 12,
            Kind::I128 | Kind::U128 | Kind::Time => 16,
            Kind::Sequence(_) | Kind::Map(..) => return self.sized(|encoder| encoder.raw(&[0; 4])),
            Kind::Enum(_) => return self.variant(NO_VARIANT),
            Kind::Struct(shape) => {
                // Structs that hold themselves and no option, enum or list cannot be made.
                let Some(depth) = depth.checked_sub(1) else { return };
                return shape.fields.iter().for_each(|field| self.nothing((field.kind)(), depth));
            }
        };
        self.raw(&[0; 16][..length]);
    }

    /// Writes text made by a `Display`, for a [`Kind::Text`].
    pub fn text(&mut self, value: &dyn fmt::Display) {
        self.sized(|encoder| encoder.display(value));
    }

    /// Writes a string, for a [`Kind::Str`], [`Kind::Text`] or [`Kind::Bytes`].
    #[inline]
    pub fn bytes(&mut self, bytes: &[u8]) {
        if self.is_recording() && !scratch::append_sized(bytes) {
            // Nothing of what does not fit, but what is behind it is found.
            scratch::append_sized(&[]);
        }
    }

    /// Writes the elements of a sequence, for a [`Kind::Sequence`].
    pub fn sequence<T: Loggable>(&mut self, elements: impl Iterator<Item = T>) {
        self.counted(elements, |encoder, element| element.encode(encoder));
    }

    /// Writes the pairs of a map, for a [`Kind::Map`].
    pub fn map<K: Loggable, V: Loggable>(&mut self, pairs: impl Iterator<Item = (K, V)>) {
        self.counted(pairs, |encoder, (key, value)| {
            key.encode(encoder);
            value.encode(encoder);
        });
    }

    /// Writes an error and its sources, for a [`Kind::Error`], with the place where it was made if that is known.
    pub fn error(&mut self, error: &dyn Error, backtrace: Option<&Backtrace>) {
        self.sized(|encoder| encoder.chain(error, backtrace));
    }

    /// Writes a time in nanoseconds since the Unix epoch, for a [`Kind::Time`].
    pub fn time(&mut self, nanoseconds: i128) {
        self.raw(&nanoseconds.to_ne_bytes());
    }

    /// Writes a value that may not be had, for a [`Kind::Attempt`]: the value, or why not.
    pub(super) fn attempt<T: Loggable + ?Sized>(&mut self, value: Option<&T>, why_not: &str) {
        self.raw(&[u8::from(value.is_some())]);
        match value {
            Some(value) => value.encode(self),
            None => self.bytes(why_not.as_bytes()),
        }
    }

    fn chain(&mut self, error: &dyn Error, backtrace: Option<&Backtrace>) {
        self.text(&error);
        let mut next = error.source();
        for _ in 1..MAX_SOURCES {
            let Some(source) = next else { break };
            self.text(&source);
            next = source.source();
        }
        if let Some(backtrace) = backtrace.filter(|backtrace| backtrace.status() == BacktraceStatus::Captured) {
            self.raw(&BACKTRACE.to_ne_bytes());
            self.text(&backtrace);
        }
    }

    fn counted<T>(&mut self, items: impl Iterator<Item = T>, mut write: impl FnMut(&mut Self, T)) {
        self.sized(|encoder| {
            let position = scratch::length();
            let mut count = 0_u32;
            encoder.raw(&count.to_ne_bytes());
            // As behind a pointer: a list of lists needs no other one to be deep.
            if encoder.depth == MAX_DEPTH {
                return;
            }
            encoder.depth += 1;
            for item in items {
                write(encoder, item);
                count += 1;
            }
            encoder.depth -= 1;
            scratch::patch(position, count);
        });
    }

    /// Writes a length and what `fill` writes.
    pub(crate) fn sized(&mut self, fill: impl FnOnce(&mut Self)) {
        if !self.is_recording() {
            return;
        }
        let position = scratch::length();
        self.raw(&[0; 4]);
        fill(self);
        let length = scratch::length() - position;
        scratch::patch(position, length.saturating_sub(4) as u32);
    }

    fn display(&mut self, value: &dyn fmt::Display) {
        // An `Err` can come from the limit or from the value itself; what was written until then is kept.
        let _ = write!(TextWriter::new(), "{value}");
    }

    #[inline(always)]
    pub(super) fn is_recording(&self) -> bool {
        self.recording == scratch::recording()
    }

    pub(super) fn on_this_thread() -> Self {
        Self { recording: scratch::recording(), depth: 0, not_send: PhantomData }
    }
}

impl Text {
    /// Formats now, for types that only have `Display` or `Debug`.
    #[must_use]
    pub fn format(arguments: fmt::Arguments<'_>) -> Self {
        Self(scratch::Region::record(|| {
            let _ = TextWriter::new().write_fmt(arguments);
        }))
    }

    pub(super) fn display(value: &(impl fmt::Display + ?Sized)) -> Self {
        Self::format(format_args!("{value}"))
    }

    pub(super) fn debug(value: &(impl fmt::Debug + ?Sized)) -> Self {
        Self::format(format_args!("{value:?}"))
    }
}

impl ErrorText {
    pub(super) fn chain(error: &(impl Error + ?Sized)) -> Self {
        Self::with_backtrace(&error, None)
    }

    pub(super) fn with_backtrace(error: &dyn Error, backtrace: Option<&Backtrace>) -> Self {
        Self(scratch::Region::record(|| Encoder::on_this_thread().chain(error, backtrace)))
    }
}

impl Described {
    pub(crate) fn encode<T: Loggable + ?Sized>(value: &T) -> Self {
        Self::record(const { &T::KIND }, |encoder| value.encode(encoder))
    }

    pub(super) fn record(kind: &'static Kind, write: impl FnOnce(&mut Encoder)) -> Self {
        Self { kind, region: scratch::Region::record(|| write(&mut Encoder::on_this_thread())) }
    }
}

/// The kinds of an element, a key or a value, for the `KIND` of collections.
pub(super) const fn element<T: Loggable + ?Sized>() -> KindOf {
    kind_of::<T>()
}

/// The most pointers and collections to follow: more than the reader's depth, since a pointer by itself is no level to that.
const MAX_DEPTH: u32 = 128;
/// Stands for the index of a variant where the value is too deep to be written.
pub(super) const NO_VARIANT: u16 = u16::MAX;

/// Appends text until one value has [`TextWriter::MAX`] bytes, then a mark and nothing more.
pub(crate) struct TextWriter {
    left: usize,
}

impl TextWriter {
    /// The most bytes one `Display` or `Debug` may add.
    pub(crate) const MAX: usize = 1 << 20;

    pub(crate) fn new() -> Self {
        Self { left: Self::MAX }
    }
}

impl fmt::Write for TextWriter {
    #[inline]
    fn write_str(&mut self, text: &str) -> fmt::Result {
        if text.len() <= self.left && scratch::append(text.as_bytes()) {
            self.left -= text.len();
            return Ok(());
        }
        self.cut(text)
    }
}

impl TextWriter {
    #[cold]
    fn cut(&mut self, text: &str) -> fmt::Result {
        if self.left > 0 {
            let fits = (0..=self.left.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0);
            scratch::append(&text.as_bytes()[..fits]);
            scratch::append("…[TRUNCATED]".as_bytes());
            self.left = 0;
        }
        Err(fmt::Error)
    }
}

/// Stands in an error behind the texts, as a length that none has, before the text of the backtrace.
pub(crate) const BACKTRACE: u32 = u32::MAX;
/// The most errors of one chain, so that a chain that points back at itself ends.
const MAX_SOURCES: usize = 32;
