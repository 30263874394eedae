//! Values captured through serde: `#value`, `value:serde` and `#[log(serde)]`.
//!
//! The serializer writes [tagged](super::tagged) values, as `serde_json` would write JSON: structs and maps as maps, an
//! enum's variant as its name or as a map from its name.
//!
//! A `Serialize` that returns an error leaves what it has written, and the error's text behind it. To that end what is
//! written is whole after every element: the count of a sequence or map says how many elements are whole, and its length is
//! set when its writer is dropped, however that comes.

use super::encode::Encoder;
use super::kind::Kind;
use super::scratch;
use super::tagged::Tag;
use super::wire::Described;
use core::fmt::{self, Display, Write as _};
use serde::ser::{self, Serialize};
use std::boxed::Box;
use std::string::String;

pub use serde::Serialize as Serializable;

impl Encoder {
    /// Writes a value through its `Serialize`, for a [`Kind::Tagged`]. If that fails, what it has written is kept, and the
    /// error's text follows.
    pub fn serialized<T: Serialize + ?Sized>(&mut self, value: &T) {
        let end = scratch::length().saturating_add(MAX_LENGTH);
        // The error's text is in the value.
        let _ = write(self, Room { levels: MAX_LEVELS, end }, value);
    }
}

/// A value that is logged through serde.
#[inline]
pub fn serialized<T: Serialize + ?Sized>(value: &T) -> Described {
    Described::record(&Kind::Tagged, |encoder| encoder.serialized(value))
}

/// The most bytes one value takes before it is cut off.
const MAX_LENGTH: usize = 4 << 20;
/// How deep values may be nested before they are cut off: the worker shows little more.
const MAX_LEVELS: u32 = 56;

/// Why a value could not be serialized.
#[derive(Debug)]
pub(super) struct Error(Box<Reason>);

#[derive(Debug)]
struct Reason {
    text: String,
    /// The text is in the value already.
    is_shown: bool,
}

impl Error {
    fn new(text: String) -> Self {
        Self(Box::new(Reason { text, is_shown: false }))
    }
}

impl ser::Error for Error {
    fn custom<T: Display>(message: T) -> Self {
        let mut text = Limited(String::new());
        // An `Err` comes from the limit or from the message itself; what was written until then is kept.
        let _ = write!(text, "{message}");
        Self::new(text.0)
    }
}

impl Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.text)
    }
}

impl core::error::Error for Error {}

/// A text of so many bytes as a message may need.
struct Limited(String);

impl fmt::Write for Limited {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        if self.0.len() + text.len() > 1 << 10 {
            return Err(fmt::Error);
        }
        self.0.push_str(text);
        Ok(())
    }
}

/// How much more may be written.
#[derive(Clone, Copy)]
struct Room {
    levels: u32,
    /// As a length of the scratch stack.
    end: usize,
}

/// Writes one value, whole in any case.
fn write<T: Serialize + ?Sized>(encoder: &mut Encoder, room: Room, value: &T) -> Result<(), Error> {
    let start = scratch::length();
    if start >= room.end {
        encoder.tagged_text("…");
        let mut error = Error::new("the value takes more than 4 MiB".into());
        error.0.is_shown = true;
        return Err(error);
    }
    let Some(levels) = room.levels.checked_sub(1) else {
        encoder.tagged_text("…");
        return Ok(());
    };
    value.serialize(Serializer { encoder, room: Room { levels, ..room }, is_number: false }).map_err(|mut error| {
        if !core::mem::replace(&mut error.0.is_shown, true) {
            encoder.show(start, &error.0.text);
        }
        error
    })
}

impl Encoder {
    fn tag(&mut self, tag: Tag) {
        self.raw(&[tag as u8]);
    }

    fn tagged_bytes(&mut self, tag: Tag, bytes: &[u8]) {
        self.tag(tag);
        self.bytes(bytes);
    }

    fn tagged_text(&mut self, text: &str) {
        self.tagged_bytes(Tag::Text, text.as_bytes());
    }

    /// Puts the text of an error behind what was written of a value, or in its place if that is nothing or no list.
    fn show(&mut self, start: usize, text: &str) {
        if !self.is_recording() {
            return;
        }
        let is_list = |tag| scratch::read(start) == Some([tag as u8]);
        if is_list(Tag::Map) {
            self.tagged_bytes(Tag::Str, b"serialization failed");
        } else if !is_list(Tag::Sequence) {
            scratch::truncate(start);
        }
        self.tag(Tag::Text);
        self.text(&format_args!("<serialization failed: {text}>"));
        if let (true, Some(count)) = (is_list(Tag::Map) || is_list(Tag::Sequence), scratch::read(start + COUNT)) {
            scratch::patch(start + COUNT, u32::from_ne_bytes(count).saturating_add(1));
            close(Some(start));
        }
    }
}

/// Where the length and the count of a list are, from its tag on.
const LENGTH: usize = 1;
const COUNT: usize = 5;

/// Writes one value behind its tag.
struct Serializer<'a> {
    encoder: &'a mut Encoder,
    room: Room,
    /// The next string is the text of a number; see [`NUMBER`].
    is_number: bool,
}

/// The names by which `serde_json` hands on numbers, with its feature `arbitrary_precision`, and JSON that it did not read.
const NUMBER: &str = "$serde_json::private::Number";
const RAW_VALUE: &str = "$serde_json::private::RawValue";

impl<'a> Serializer<'a> {
    fn scalar(self, tag: Tag, bytes: &[u8]) -> Result<(), Error> {
        self.encoder.tag(tag);
        self.encoder.raw(bytes);
        Ok(())
    }

    fn list(self, tag: Tag, form: Form) -> List<'a> {
        self.list_in(None, tag, form)
    }

    fn list_in(self, outer: Option<usize>, tag: Tag, form: Form) -> List<'a> {
        let start = self.encoder.open(tag);
        List { encoder: self.encoder, room: self.room, start, outer, count: 0, form }
    }

    fn variant(self, name: &'static str, tag: Tag, form: Form) -> List<'a> {
        let outer = self.encoder.open_variant(name);
        self.list_in(outer, tag, form)
    }

    /// `123`, `1.5e3`: as the number that it is, if one of ours is exactly that.
    fn number(self, text: &str) -> Result<(), Error> {
        if let Ok(number) = text.parse::<i64>() {
            self.scalar(Tag::I64, &number.to_ne_bytes())
        } else if let Ok(number) = text.parse::<u64>() {
            self.scalar(Tag::U64, &number.to_ne_bytes())
        } else if let Ok(number) = text.parse::<i128>() {
            self.scalar(Tag::I128, &number.to_ne_bytes())
        } else if let Ok(number) = text.parse::<u128>() {
            self.scalar(Tag::U128, &number.to_ne_bytes())
        } else {
            let digits = text.split(['e', 'E']).next().unwrap_or_default().bytes().filter(u8::is_ascii_digit).count();
            match text.parse::<f64>() {
                // So many digits a float holds, whatever they are.
                Ok(number) if number.is_finite() && digits <= 15 => self.scalar(Tag::F64, &number.to_ne_bytes()),
                _ => {
                    self.encoder.tagged_text(text);
                    Ok(())
                }
            }
        }
    }
}

impl Encoder {
    /// Begins a list whose length and count are not known yet.
    fn open(&mut self, tag: Tag) -> Option<usize> {
        let start = self.is_recording().then(scratch::length);
        self.tag(tag);
        self.raw(&[0; 8]);
        start
    }

    /// Begins a map with the name of a variant as its only key; the value is to follow.
    fn open_variant(&mut self, name: &'static str) -> Option<usize> {
        let start = self.open(Tag::Map);
        self.tagged_bytes(Tag::Str, name.as_bytes());
        if let Some(start) = start {
            scratch::patch(start + COUNT, 1);
        }
        start
    }
}

/// Sets the length of a list that ends here.
fn close(start: Option<usize>) {
    if let Some(start) = start {
        scratch::patch(start + LENGTH, scratch::length().saturating_sub(start + COUNT) as u32);
    }
}

/// Writes the elements of a sequence, or the pairs of a map.
struct List<'a> {
    encoder: &'a mut Encoder,
    room: Room,
    /// Where its tag is. `None` if nothing can be written.
    start: Option<usize>,
    /// Where the map is whose only value it is, for a variant.
    outer: Option<usize>,
    /// Elements or pairs that are whole.
    count: u32,
    form: Form,
}

#[derive(Clone, Copy, PartialEq)]
enum Form {
    Elements,
    Pairs,
    /// A key has been written, and its value not yet.
    HalfPair,
    /// No list, but what stands for one number, or for text; see [`NUMBER`].
    Bare {
        is_number: bool,
    },
}

impl List<'_> {
    fn element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        let result = write(self.encoder, self.room, value);
        self.add_one();
        result
    }

    fn field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<(), Error> {
        if let Form::Bare { is_number } = self.form {
            let (encoder, room) = (&mut *self.encoder, self.room);
            return value.serialize(Serializer { encoder, room, is_number });
        }
        self.encoder.tagged_bytes(Tag::Str, key.as_bytes());
        self.element(value)
    }

    fn add_one(&mut self) {
        self.count += 1;
        if let Some(start) = self.start {
            scratch::patch(start + COUNT, self.count);
        }
    }
}

impl Drop for List<'_> {
    fn drop(&mut self) {
        if self.form == Form::HalfPair {
            self.encoder.tag(Tag::Null);
            self.add_one();
        }
        close(self.start);
        close(self.outer);
    }
}

impl<'a> ser::Serializer for Serializer<'a> {
    type Ok = ();
    type Error = Error;
    type SerializeSeq = List<'a>;
    type SerializeTuple = List<'a>;
    type SerializeTupleStruct = List<'a>;
    type SerializeTupleVariant = List<'a>;
    type SerializeMap = List<'a>;
    type SerializeStruct = List<'a>;
    type SerializeStructVariant = List<'a>;

    fn serialize_bool(self, value: bool) -> Result<(), Error> {
        self.scalar(Tag::Bool, &[u8::from(value)])
    }

    fn serialize_i8(self, value: i8) -> Result<(), Error> {
        self.serialize_i64(value.into())
    }

    fn serialize_i16(self, value: i16) -> Result<(), Error> {
        self.serialize_i64(value.into())
    }

    fn serialize_i32(self, value: i32) -> Result<(), Error> {
        self.serialize_i64(value.into())
    }

    fn serialize_i64(self, value: i64) -> Result<(), Error> {
        self.scalar(Tag::I64, &value.to_ne_bytes())
    }

    fn serialize_i128(self, value: i128) -> Result<(), Error> {
        self.scalar(Tag::I128, &value.to_ne_bytes())
    }

    fn serialize_u8(self, value: u8) -> Result<(), Error> {
        self.serialize_u64(value.into())
    }

    fn serialize_u16(self, value: u16) -> Result<(), Error> {
        self.serialize_u64(value.into())
    }

    fn serialize_u32(self, value: u32) -> Result<(), Error> {
        self.serialize_u64(value.into())
    }

    fn serialize_u64(self, value: u64) -> Result<(), Error> {
        self.scalar(Tag::U64, &value.to_ne_bytes())
    }

    fn serialize_u128(self, value: u128) -> Result<(), Error> {
        self.scalar(Tag::U128, &value.to_ne_bytes())
    }

    fn serialize_f32(self, value: f32) -> Result<(), Error> {
        self.scalar(Tag::F32, &value.to_ne_bytes())
    }

    fn serialize_f64(self, value: f64) -> Result<(), Error> {
        self.scalar(Tag::F64, &value.to_ne_bytes())
    }

    fn serialize_char(self, value: char) -> Result<(), Error> {
        self.scalar(Tag::Char, &u32::from(value).to_ne_bytes())
    }

    fn serialize_str(self, value: &str) -> Result<(), Error> {
        if self.is_number {
            return self.number(value);
        }
        self.encoder.tagged_bytes(Tag::Str, value.as_bytes());
        Ok(())
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<(), Error> {
        self.encoder.tagged_bytes(Tag::Bytes, value);
        Ok(())
    }

    fn collect_str<T: Display + ?Sized>(self, value: &T) -> Result<(), Error> {
        self.encoder.tag(Tag::Text);
        self.encoder.text(&value);
        Ok(())
    }

    fn serialize_none(self) -> Result<(), Error> {
        self.serialize_unit()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Error> {
        write(self.encoder, self.room, value)
    }

    fn serialize_unit(self) -> Result<(), Error> {
        self.scalar(Tag::Null, &[])
    }

    fn serialize_unit_struct(self, _name: &'static str) -> Result<(), Error> {
        self.serialize_unit()
    }

    fn serialize_unit_variant(self, _name: &'static str, _index: u32, variant: &'static str) -> Result<(), Error> {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _name: &'static str, value: &T) -> Result<(), Error> {
        write(self.encoder, self.room, value)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), Error> {
        let outer = self.encoder.open_variant(variant);
        let result = write(self.encoder, self.room, value);
        close(outer);
        result
    }

    fn serialize_seq(self, _length: Option<usize>) -> Result<List<'a>, Error> {
        Ok(self.list(Tag::Sequence, Form::Elements))
    }

    fn serialize_tuple(self, _length: usize) -> Result<List<'a>, Error> {
        Ok(self.list(Tag::Sequence, Form::Elements))
    }

    fn serialize_tuple_struct(self, _name: &'static str, _length: usize) -> Result<List<'a>, Error> {
        Ok(self.list(Tag::Sequence, Form::Elements))
    }

    fn serialize_tuple_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        _length: usize,
    ) -> Result<List<'a>, Error> {
        Ok(self.variant(variant, Tag::Sequence, Form::Elements))
    }

    fn serialize_map(self, _length: Option<usize>) -> Result<List<'a>, Error> {
        Ok(self.list(Tag::Map, Form::Pairs))
    }

    fn serialize_struct(self, name: &'static str, _length: usize) -> Result<List<'a>, Error> {
        if matches!(name, NUMBER | RAW_VALUE) {
            let form = Form::Bare { is_number: name == NUMBER };
            let Self { encoder, room, .. } = self;
            return Ok(List { encoder, room, start: None, outer: None, count: 0, form });
        }
        Ok(self.list(Tag::Map, Form::Pairs))
    }

    fn serialize_struct_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        _length: usize,
    ) -> Result<List<'a>, Error> {
        Ok(self.variant(variant, Tag::Map, Form::Pairs))
    }
}

macro_rules! elements {
    ($($trait:ident::$method:ident)*) => {$(
        impl ser::$trait for List<'_> {
            type Ok = ();
            type Error = Error;
            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
                self.element(value)
            }
            fn end(self) -> Result<(), Error> {
                Ok(())
            }
        }
    )*};
}

elements! {
    SerializeSeq::serialize_element SerializeTuple::serialize_element SerializeTupleStruct::serialize_field
    SerializeTupleVariant::serialize_field
}

macro_rules! fields {
    ($($trait:ident)*) => {$(
        impl ser::$trait for List<'_> {
            type Ok = ();
            type Error = Error;
            fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<(), Error> {
                self.field(key, value)
            }
            fn end(self) -> Result<(), Error> {
                Ok(())
            }
        }
    )*};
}

fields! { SerializeStruct SerializeStructVariant }

impl ser::SerializeMap for List<'_> {
    type Ok = ();
    type Error = Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Error> {
        let result = write(self.encoder, self.room, key);
        self.form = Form::HalfPair;
        result
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        self.form = Form::Pairs;
        self.element(value)
    }

    fn end(self) -> Result<(), Error> {
        Ok(())
    }
}
