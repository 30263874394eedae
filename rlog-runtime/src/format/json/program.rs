//! What a [`Layout`] comes to for one statement: constant text, and what is written between.
//!
//! A layout is compiled once for each callsite, at its first record, so that keys are escaped and told apart only once. Whether
//! a comma is needed cannot always be known then, since fields may be left out; it is seen from the last byte.

use super::layout::{Errors, Form, Kind, Layout, Place};
use super::otlp;
use super::value::{write_json, write_quoted, write_string};
use super::{escaped, free_key};
use crate::callsite::info::Hole;
use crate::filter::Note;
use crate::format::process;
use crate::record::Record;
use crate::value::copy::append;
use crate::value::render::{Escape, write_hole, write_text, write_u64, write_value};
use crate::value::{self, Style, Value};
use std::boxed::Box;
use std::string::String;
use std::vec::Vec;

/// The steps for the records of one statement.
#[derive(Debug)]
pub(super) struct Program {
    pub(super) steps: Vec<Step>,
    /// The keys that are taken where members are, in the object of the fields, and in the one of correlation.
    pub(super) used: [Vec<String>; 3],
}

#[derive(Debug)]
pub(super) enum Step {
    Text(Box<str>),
    /// A comma if something stands before.
    Comma,
    Time,
    Hole(&'static Hole),
    Thread,
    ThreadId,
    /// A number, which may be text.
    Sequence,
    Pid,
    Field(Field),
    /// The members of the first error, or its backtrace.
    Error,
    /// The text of the first error without its sources, without quotes.
    TextOfError,
    /// Fields of splats, and those that filters have added.
    Unforeseen(&'static [Place]),
    /// An object or a list, which is left out if it stays empty.
    Group(Box<str>, Vec<Self>, &'static str),
}

/// A field whose key is known.
#[derive(Debug)]
pub(super) struct Field {
    pub(super) argument: usize,
    /// The key with what stands before the value.
    pub(super) head: Box<str>,
    pub(super) tail: &'static str,
    pub(super) write: Write,
    /// Written only if its value fits this form, or does not.
    pub(super) only_if: Option<(Form, bool)>,
}

/// How values are written.
#[derive(Clone, Debug)]
pub(super) enum Write {
    Plain,
    /// Large integers as text.
    Safe,
    /// Structured ones as text.
    Label,
    Otlp,
    Hex(u8),
    Id(u8, Box<str>),
}

impl Write {
    /// How the layout writes fields in a place.
    pub(super) fn of(layout: &Layout, place: Place, form: &Form) -> Self {
        match form {
            Form::Hex(digits) => return Self::Hex(*digits),
            Form::Id(digits, prefix) => return Self::Id(*digits, prefix.clone()),
            Form::Plain => {}
        }
        match (layout.kind, place) {
            (Kind::OpenTelemetry, _) => Self::Otlp,
            (Kind::Ecs, Place::Fields) if layout.fields_under.is_some() => Self::Label,
            _ if layout.large_integers_as_text => Self::Safe,
            _ => Self::Plain,
        }
    }

    fn write(&self, out: &mut Vec<u8>, value: &Value<'_>) {
        match self {
            Self::Plain => write_json::<false>(out, value),
            Self::Safe => write_json::<true>(out, value),
            Self::Label => write_label(out, value),
            Self::Otlp => otlp::write_any(out, value),
            Self::Hex(digits) => {
                out.push(b'"');
                write_hex(out, value, *digits);
                out.push(b'"');
            }
            Self::Id(..) if matches!(value, Value::Null) => append(out, b"null"),
            Self::Id(digits, prefix) => {
                out.push(b'"');
                append(out, prefix.as_bytes());
                if Form::Hex(*digits).fits(value) {
                    write_hex(out, value, *digits);
                } else {
                    write_value(out, value, Escape::Json);
                }
                out.push(b'"');
            }
        }
    }
}

impl Program {
    pub(super) fn run(&self, out: &mut Vec<u8>, record: &Record<'_>, layout: &Layout) {
        let error = match layout.errors {
            Errors::Inline => None,
            _ => record
                .values
                .iter()
                .zip(&record.info.keys)
                .position(|(value, key)| key.is_some() && matches!(value, Some(Value::Error(_)))),
        };
        Run { record, layout, used: &self.used, error }.steps(out, &self.steps);
    }
}

/// One record on its way through the steps.
struct Run<'r, 'a> {
    record: &'r Record<'a>,
    layout: &'r Layout,
    used: &'r [Vec<String>; 3],
    /// The argument that is the first error, if errors have members of their own.
    error: Option<usize>,
}

impl Run<'_, '_> {
    fn steps(&self, out: &mut Vec<u8>, steps: &[Step]) {
        for step in steps {
            match step {
                Step::Text(text) => append(out, text.as_bytes()),
                Step::Comma => comma(out),
                Step::Time => self.layout.time.write(out, self.record.timestamp()),
                Step::Hole(hole) => write_hole(out, hole, self.record.values, Escape::Json),
                Step::Thread => match self.record.thread().name {
                    Some(name) => write_string(out, name),
                    None => write_quoted(out, &Value::U64(self.record.thread().id)),
                },
                Step::ThreadId => write_u64(out, self.record.thread().id),
                Step::Sequence => write_u64(out, self.record.sequence()),
                Step::Pid => write_u64(out, process::pid()),
                Step::Field(field) => self.field(out, field),
                Step::Error => self.first_error(out),
                Step::TextOfError => {
                    if let Some(error) = self.error() {
                        write_first(out, error);
                    }
                }
                Step::Unforeseen(places) => {
                    if self.record.info.splats != 0 || !self.record.notes.is_empty() {
                        self.unforeseen(out, places);
                    }
                }
                Step::Group(open, steps, close) => {
                    let start = out.len();
                    comma(out);
                    append(out, open.as_bytes());
                    let inner = out.len();
                    self.steps(out, steps);
                    if out.len() == inner {
                        out.truncate(start);
                    } else {
                        append(out, close.as_bytes());
                    }
                }
            }
        }
    }

    fn field(&self, out: &mut Vec<u8>, field: &Field) {
        let Some(Some(value)) = self.record.values.get(field.argument) else { return };
        let is_left_out = matches!(value, Value::Null) && !self.layout.nulls || self.has_members(field.argument);
        if is_left_out || field.only_if.as_ref().is_some_and(|(form, wanted)| form.fits(value) != *wanted) {
            return;
        }
        comma(out);
        append(out, field.head.as_bytes());
        field.write.write(out, value);
        append(out, field.tail.as_bytes());
    }

    /// Whether the argument is the error that has members of its own.
    fn has_members(&self, argument: usize) -> bool {
        self.error == Some(argument) && matches!(self.layout.errors, Errors::Members(_))
    }

    /// The first error, if the layout treats it in a way of its own.
    fn error(&self) -> Option<value::Errors<'_>> {
        match self.record.values.get(self.error?) {
            Some(Some(Value::Error(error))) => Some(*error),
            _ => None,
        }
    }

    #[cold]
    fn first_error(&self, out: &mut Vec<u8>) {
        let Some(error) = self.error() else { return };
        let members = match self.layout.errors {
            Errors::Inline => return,
            Errors::Backtrace(key) => {
                if error.backtrace().is_some() {
                    write_key(out, key);
                    out.push(b'"');
                    write_stack(out, error, "\\n", super::layout::CAUSED_BY);
                    out.push(b'"');
                }
                return;
            }
            Errors::Members(members) => members,
        };
        if self.layout.kind == Kind::OpenTelemetry {
            otlp::write_text(out, members.message, |out| write_first(out, error));
            return otlp::write_text(out, members.stack, |out| write_stack(out, error, "\\n", members.cause));
        }
        if let Some(object) = members.object {
            write_key(out, object);
            out.push(b'{');
        }
        if let Some(kind) = members.kind {
            write_key(out, kind);
            append(out, b"\"Error\"");
        }
        write_key(out, members.message);
        out.push(b'"');
        match members.message_is_whole {
            true => write_all(out, error),
            false => write_first(out, error),
        }
        out.push(b'"');
        write_key(out, members.stack);
        let (open, between, close) = if members.stack_is_list { ("[\"", "\",\"", "\"]") } else { ("\"", "\\n", "\"") };
        append(out, open.as_bytes());
        write_stack(out, error, between, members.cause);
        append(out, close.as_bytes());
        if members.object.is_some() {
            out.push(b'}');
        }
    }

    /// The fields of splats, and those that filters have added, as far as they go to one of these places. Only here are their
    /// keys known. Notes, which a filter may add to every record, allocate nothing if their keys are new.
    #[cold]
    fn unforeseen(&self, out: &mut Vec<u8>, places: &[Place]) {
        let (record, mut used) = (self.record, Vec::new());
        for (index, value) in record.values.iter().enumerate() {
            if let (1, Some(value)) = ((record.info.splats >> index.min(127)) & 1, value) {
                value.each_field(&mut |key, value| self.unforeseen_field(out, places, key, value, &mut used, None));
            }
        }
        for (index, note) in record.notes.iter().enumerate() {
            self.unforeseen_field(out, places, note.key, &note.value, &mut used, Some(&record.notes[..index]));
        }
    }

    /// `used` gets the keys that do not come from the program or from a note before; `notes` are those before this one, if it
    /// is one.
    fn unforeseen_field(
        &self,
        out: &mut Vec<u8>,
        places: &[Place],
        key: &str,
        value: &Value<'_>,
        used: &mut Vec<String>,
        notes: Option<&[Note]>,
    ) {
        let (place, key, form) = self.layout.place(key, |form| form.fits(value));
        if !places.contains(&place) || matches!(value, Value::Null) && !self.layout.nulls {
            return;
        }
        let known = &self.used[object_of(self.layout, place)];
        let same = |note: &Note| self.layout.place(note.key, |form| form.fits(&note.value)).1;
        let mut taken =
            known.iter().chain(&*used).map(String::as_str).chain(notes.unwrap_or_default().iter().map(same));
        let free = taken.any(|taken| taken == key).then(|| {
            let mut all: Vec<String> = known.iter().chain(&*used).cloned().collect();
            all.extend(notes.unwrap_or_default().iter().map(|note| String::from(same(note))));
            free_key(key, &all)
        });
        let key = free.as_deref().unwrap_or(key);
        match Write::of(self.layout, place, form) {
            Write::Otlp => otlp::write_attribute(out, key, value),
            write => {
                write_key(out, key);
                write.write(out, value);
            }
        }
        if notes.is_none() || free.is_some() {
            used.push(key.into());
        }
    }
}

/// The object that a place is in, as an index of [`Program::used`].
pub(super) fn object_of(layout: &Layout, place: Place) -> usize {
    match place {
        Place::Correlation => 2,
        Place::Fields if layout.fields_under.is_some() || layout.kind == Kind::OpenTelemetry => 1,
        Place::Fields | Place::Top => 0,
    }
}

/// A comma, unless it would be the first thing of an object or a list. No value ends with a byte that opens one.
#[inline]
pub(super) fn comma(out: &mut Vec<u8>) {
    if !matches!(out.last(), Some(b'{' | b'[')) {
        out.push(b',');
    }
}

fn write_key(out: &mut Vec<u8>, key: &str) {
    comma(out);
    write_string(out, key);
    out.push(b':');
}

/// `"key":`
pub(super) fn head(key: &str) -> String {
    format!("\"{}\":", escaped(key))
}

/// The text of an error without its sources, without quotes.
fn write_first(out: &mut Vec<u8>, mut error: value::Errors<'_>) {
    if let Some(text) = error.next() {
        write_text(out, &text, Escape::Json);
    }
}

/// The texts of an error and its sources in one line, without quotes.
fn write_all(out: &mut Vec<u8>, error: value::Errors<'_>) {
    for (index, text) in error.enumerate() {
        if index > 0 {
            append(out, b": ");
        }
        write_text(out, &text, Escape::Json);
    }
}

/// An error, its sources and its backtrace, without quotes.
fn write_stack(out: &mut Vec<u8>, error: value::Errors<'_>, between: &str, cause: &str) {
    for (index, text) in error.enumerate() {
        if index > 0 {
            append(out, between.as_bytes());
            append(out, cause.as_bytes());
        }
        write_text(out, &text, Escape::Json);
    }
    if let Some(backtrace) = error.backtrace() {
        append(out, between.as_bytes());
        write_text(out, backtrace, Escape::Json);
    }
}

/// A value that must not be structured.
fn write_label(out: &mut Vec<u8>, value: &Value<'_>) {
    match *value {
        Value::Sequence(_) | Value::Map(_) | Value::Struct(_) | Value::Error(_) => write_quoted(out, value),
        Value::Variant(variant) if variant.fields().style() != Style::Unit => write_quoted(out, value),
        _ => write_json::<false>(out, value),
    }
}

/// A value that [fits](Form::fits), in small letters, without quotes.
fn write_hex(out: &mut Vec<u8>, value: &Value<'_>, digits: u8) {
    let number = match *value {
        Value::U64(number) => u128::from(number),
        Value::U128(number) => number,
        Value::Str(text) | Value::Text(text) => {
            return out.extend(text.bytes().map(|byte| byte.to_ascii_lowercase()));
        }
        _ => 0,
    };
    for digit in (0..u32::from(digits)).rev() {
        let shifted = number.checked_shr(4 * digit).unwrap_or(0);
        out.push(b"0123456789abcdef"[(shifted & 15) as usize]);
    }
}
