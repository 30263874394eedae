//! One event, as filters, formatters and handlers see it.

use crate::callsite::Callsite;
use crate::callsite::info::{Info, Piece};
use crate::filter::Note;
use crate::level::Level;
use crate::timestamp::Timestamp;
use crate::value::copy::append;
use crate::value::decode::Reader;
use crate::value::render::{self, Escape};
use crate::value::{Kind, Map, Struct, Value};
use core::fmt;
use core::mem::MaybeUninit;
use std::string::String;
use std::vec::Vec;

/// One event. It borrows the bytes that the statement copied; nothing is rendered before somebody asks.
#[derive(Clone, Copy)]
pub struct Record<'a> {
    pub(crate) callsite: &'static Callsite,
    pub(crate) info: &'static Info,
    pub(crate) timestamp: Timestamp,
    pub(crate) sequence: u64,
    pub(crate) thread: ThreadInfo<'a>,
    /// One for each argument of the statement; `None` is an argument without a value, which is no field.
    pub(crate) values: &'a [Option<Value<'a>>],
    /// Fields that filters have added; hardly ever any.
    pub(crate) notes: &'a [Note],
    pub(crate) encoded: Encoded<'a>,
}

/// The arguments as they were copied.
#[derive(Clone, Copy)]
pub(crate) struct Encoded<'a> {
    kinds: &'static [Kind],
    bytes: &'a [u8],
    /// What has been done to them since.
    rewritten: Rewritten,
}

/// Which rules and limits values have been through, so that handlers behind handlers do not do it again: a hash of a hash
/// would help nobody.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Rewritten {
    /// The number of the rules; 0 is none.
    pub(crate) redaction: u32,
    /// The limits as one number; 0 is none.
    pub(crate) limits: u64,
}

/// The thread that ran the statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ThreadInfo<'a> {
    /// A number given in the order in which threads logged for the first time, from 1. Not the operating system's.
    pub id: u64,
    /// The thread's name, if it had one when it logged for the first time.
    pub name: Option<&'a str>,
}

impl<'a> Record<'a> {
    /// The statement.
    #[must_use]
    pub fn callsite(&self) -> &'static Callsite {
        self.callsite
    }

    /// How severe it is.
    #[must_use]
    pub fn level(&self) -> Level {
        self.callsite.level()
    }

    /// The name that levels and routes are chosen by: the module path, or what `target:` says.
    #[must_use]
    pub fn target(&self) -> &'static str {
        self.info.target
    }

    /// When the statement ran.
    #[must_use]
    pub fn timestamp(&self) -> Timestamp {
        self.timestamp
    }

    /// The number of the record in the order of output, from 1. Handlers on the caller's thread have numbers of their own.
    #[must_use]
    pub fn sequence(&self) -> u64 {
        self.sequence
    }

    /// The thread that ran the statement.
    #[must_use]
    pub fn thread(&self) -> ThreadInfo<'a> {
        self.thread
    }

    /// The fields in the order of the statement, and behind them those that filters have added.
    #[must_use]
    pub fn fields(&self) -> Fields<'a> {
        Fields { keys: &self.info.keys, values: self.values, notes: self.notes, splats: self.info.splats, splat: None }
    }

    /// The field with this key.
    #[must_use]
    pub fn field(&self, key: &str) -> Option<Value<'a>> {
        self.fields().find(|(name, _)| *name == key).map(|(_, value)| value)
    }

    /// The message. It is rendered when it is displayed.
    #[must_use]
    pub fn message(&self) -> Message<'a> {
        Message { info: self.info, values: self.values }
    }

    /// How much memory a copy takes at least, in bytes.
    #[cfg(feature = "async")]
    pub(crate) fn size(&self) -> usize {
        size_of::<OwnedRecord>() + self.encoded.bytes.len() + size_of_val(self.notes)
    }

    /// A copy that can be kept.
    #[must_use]
    pub fn to_owned(&self) -> OwnedRecord {
        OwnedRecord {
            callsite: self.callsite,
            timestamp: self.timestamp,
            sequence: self.sequence,
            thread: self.thread.id,
            is_named: self.thread.name.is_some(),
            thread_name: self.thread.name.unwrap_or_default().into(),
            kinds: self.encoded.kinds,
            bytes: self.encoded.bytes.to_vec(),
            rewritten: self.encoded.rewritten,
            notes: self.notes.to_vec(),
        }
    }
}

impl fmt::Debug for Record<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Record")
            .field("level", &self.level())
            .field("target", &self.target())
            .field("message", &format_args!("{}", self.message()))
            .field("fields", &self.fields())
            .finish_non_exhaustive()
    }
}

/// The fields of a record: pairs of a key and a value. A field that is `None` is [`Value::Null`].
#[derive(Clone, Copy)]
pub struct Fields<'a> {
    keys: &'static [Option<&'static str>],
    values: &'a [Option<Value<'a>>],
    notes: &'a [Note],
    /// Which of the values are splats, as bits from the next one on.
    splats: u128,
    /// The fields of the splat at hand.
    splat: Option<Splat<'a>>,
}

impl<'a> Iterator for Fields<'a> {
    type Item = (&'a str, Value<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(splat) = &mut self.splat {
                match splat.next() {
                    Some(field) => return Some(field),
                    None => self.splat = None,
                }
            }
            let (Some((key, keys)), Some((value, values))) = (self.keys.split_first(), self.values.split_first())
            else {
                let (note, notes) = self.notes.split_first()?;
                self.notes = notes;
                return Some((note.key, note.value));
            };
            let is_splat = self.splats & 1 == 1;
            (self.keys, self.values, self.splats) = (keys, values, self.splats >> 1);
            match (key, value) {
                (Some(key), Some(value)) => return Some((key, *value)),
                (None, Some(value)) if is_splat => self.splat = Splat::of(value),
                _ => {}
            }
        }
    }
}

/// The fields of one value that is spread over the record.
#[derive(Clone, Copy)]
pub(crate) enum Splat<'a> {
    Struct(Struct<'a>),
    Map(Map<'a>),
}

impl<'a> Splat<'a> {
    /// `None` if the value has no fields.
    pub(crate) fn of(value: &Value<'a>) -> Option<Self> {
        match *value {
            Value::Struct(fields) => Some(Self::Struct(fields)),
            Value::Variant(variant) => Some(Self::Struct(variant.fields())),
            Value::Map(pairs) => Some(Self::Map(pairs)),
            _ => None,
        }
    }
}

impl<'a> Iterator for Splat<'a> {
    type Item = (&'a str, Value<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        match self {
            Self::Struct(fields) => fields.next(),
            Self::Map(pairs) => pairs.next().map(|(key, value)| match key {
                Value::Str(key) | Value::Text(key) => (key, value),
                // There is no text to lend; the value is worth more than nothing.
                _ => ("?", value),
            }),
        }
    }
}

impl fmt::Debug for Fields<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(*self).finish()
    }
}

/// The message of a record. `Display` renders it as `format!` would have; nothing is escaped.
#[derive(Clone, Copy)]
pub struct Message<'a> {
    info: &'static Info,
    values: &'a [Option<Value<'a>>],
}

impl Message<'_> {
    /// Whether the statement has no message.
    #[must_use]
    pub fn is_absent(&self) -> bool {
        !self.info.has_message
    }

    /// Renders the message behind what `out` holds already.
    pub(crate) fn write(&self, out: &mut Vec<u8>, escape: Escape) {
        for piece in &self.info.pieces {
            match piece {
                Piece::Literal(literal) if literal.is_clean && matches!(escape, Escape::None | Escape::Text) => {
                    append(out, literal.text.as_bytes());
                }
                Piece::Literal(literal) => render::write_text(out, literal.text, escape),
                Piece::Hole(hole) => render::write_hole(out, hole, self.values, escape),
            }
        }
    }
}

impl fmt::Display for Message<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = Vec::new();
        self.write(&mut text, Escape::None);
        f.pad(&String::from_utf8_lossy(&text))
    }
}

impl fmt::Debug for Message<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A record that does not borrow anything: a copy of the encoded bytes, not of rendered text.
#[derive(Clone)]
pub struct OwnedRecord {
    callsite: &'static Callsite,
    timestamp: Timestamp,
    sequence: u64,
    thread: u64,
    /// Whether `thread_name` is one, rather than memory for the next.
    is_named: bool,
    thread_name: String,
    kinds: &'static [Kind],
    bytes: Vec<u8>,
    rewritten: Rewritten,
    notes: Vec<Note>,
}

impl OwnedRecord {
    /// Looks at the record.
    pub fn with<R>(&self, look: impl FnOnce(&Record<'_>) -> R) -> R {
        let mut slots = Slots::new();
        // SAFETY: `kinds` and `bytes` come from a record, whose maker vouched for them.
        let (values, _) = unsafe { slots.decode(self.kinds, &self.bytes) };
        look(&Record {
            callsite: self.callsite,
            info: self.callsite.info(),
            timestamp: self.timestamp,
            sequence: self.sequence,
            thread: ThreadInfo { id: self.thread, name: self.is_named.then_some(self.thread_name.as_str()) },
            values,
            notes: &self.notes,
            encoded: Encoded { kinds: self.kinds, bytes: &self.bytes, rewritten: self.rewritten },
        })
    }

    /// Becomes a copy of another record, in the memory that it has.
    pub(crate) fn replace(&mut self, record: &Record<'_>) {
        self.callsite = record.callsite;
        self.timestamp = record.timestamp;
        self.sequence = record.sequence;
        self.thread = record.thread.id;
        self.is_named = record.thread.name.is_some();
        self.thread_name.clear();
        self.thread_name.push_str(record.thread.name.unwrap_or_default());
        self.kinds = record.encoded.kinds;
        self.bytes.clear();
        self.bytes.shrink_to(KEPT_BYTES.max(record.encoded.bytes.len()));
        self.bytes.extend_from_slice(record.encoded.bytes);
        self.notes.clear();
        self.notes.extend_from_slice(record.notes);
    }

    /// How much memory it takes, in bytes.
    pub(crate) fn size(&self) -> usize {
        size_of::<Self>()
            + self.thread_name.capacity()
            + self.bytes.capacity()
            + size_of::<Note>() * self.notes.capacity()
    }

    /// [`Record::sequence`].
    pub(crate) fn sequence(&self) -> u64 {
        self.sequence
    }
}

/// A copy that was larger than this gives its memory back when another takes its place.
const KEPT_BYTES: usize = 4 << 10;

impl fmt::Debug for OwnedRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.with(|record| fmt::Debug::fmt(record, f))
    }
}

/// Room for the values of one record, on the stack of whoever decodes it.
pub(crate) struct Slots<'a> {
    values: [MaybeUninit<Option<Value<'a>>>; MAX_ARGUMENTS],
    used: usize,
}

/// The most arguments a statement can have; the macros refuse more.
pub(crate) const MAX_ARGUMENTS: usize = 80;

impl<'a> Slots<'a> {
    #[inline(always)]
    pub(crate) fn new() -> Self {
        Self { values: [const { MaybeUninit::uninit() }; MAX_ARGUMENTS], used: 0 }
    }

    /// Reads the arguments at the start of `bytes` and returns them with the bytes they took.
    ///
    /// # Safety
    /// The bytes must have been written by the wire values of which `kinds` are the `KIND`s.
    #[inline]
    pub(crate) unsafe fn decode(
        &mut self,
        kinds: &'static [Kind],
        bytes: &'a [u8],
    ) -> (&[Option<Value<'a>>], &'a [u8]) {
        self.used = 0;
        let mut reader = Reader::new(bytes);
        // SAFETY: the caller's promise.
        unsafe { self.read(kinds, &mut reader) };
        // SAFETY: `read` initialised the first `used` slots.
        let values =
            unsafe { core::slice::from_raw_parts(self.values.as_ptr().cast::<Option<Value<'a>>>(), self.used) };
        (values, &bytes[..bytes.len() - reader.rest().len()])
    }

    /// # Safety
    /// As for [`Slots::decode`].
    unsafe fn read(&mut self, kinds: &'static [Kind], reader: &mut Reader<'a>) {
        for kind in kinds {
            let value = match kind {
                // SAFETY: the caller's promise.
                Kind::Group(kinds) => unsafe {
                    self.read(kinds, reader);
                    continue;
                },
                Kind::Unit => None,
                // SAFETY: the caller's promise.
                kind => unsafe { reader.argument(kind) },
            };
            if let Some(slot) = self.values.get_mut(self.used) {
                slot.write(value);
                self.used += 1;
            }
        }
    }
}

impl<'a> Encoded<'a> {
    pub(crate) fn new(kinds: &'static [Kind], bytes: &'a [u8]) -> Self {
        Self { kinds, bytes, rewritten: Rewritten { redaction: 0, limits: 0 } }
    }

    pub(crate) fn kinds(&self) -> &'static [Kind] {
        self.kinds
    }

    pub(crate) fn rewritten(&self) -> Rewritten {
        self.rewritten
    }

    /// The same, after rules and limits.
    pub(crate) fn after(self, rewritten: Rewritten) -> Self {
        Self { rewritten, ..self }
    }

    /// The same for the same values of one statement.
    pub(crate) fn bytes(&self) -> &'a [u8] {
        self.bytes
    }
}
