//! From a [`Layout`] to the [`Program`] of one statement.

use super::layout::{Entry, Errors, Form, JsonMember, Kind, Layout, Place};
use super::program::{Field, Program, Step, Write, head, object_of};
use super::{escaped, free_key, otlp};
use crate::callsite::info::Piece;
use crate::format::process;
use crate::record::Record;
use std::boxed::Box;
use std::string::String;
use std::vec::Vec;

/// Gathers steps; text that follows text becomes one step.
pub(super) struct Compiler<'l> {
    pub(super) layout: &'l Layout,
    pub(super) record: &'l Record<'l>,
    steps: Vec<Step>,
    /// Text that is not a step yet.
    text: String,
    pub(super) used: [Vec<String>; 3],
}

/// The program of the statement of a record.
pub(super) fn compile(layout: &Layout, record: &Record<'_>) -> Program {
    let mut compiler = Compiler {
        layout,
        record,
        steps: Vec::new(),
        text: String::new(),
        used: [layout.reserved(), Vec::new(), Vec::new()],
    };
    match layout.kind {
        Kind::OpenTelemetry => otlp::compile(&mut compiler),
        _ => compiler.object(),
    }
    compiler.flush();
    Program { steps: compiler.steps, used: compiler.used }
}

impl Compiler<'_> {
    /// Constant text.
    pub(super) fn text(&mut self, text: &str) {
        self.text.push_str(text);
    }

    pub(super) fn step(&mut self, step: Step) {
        self.flush();
        self.steps.push(step);
    }

    fn flush(&mut self) {
        if !self.text.is_empty() {
            self.steps.push(Step::Text(core::mem::take(&mut self.text).into()));
        }
    }

    /// A comma, if it is needed: in constant text that is known.
    pub(super) fn comma(&mut self) {
        match self.text.as_bytes().last() {
            Some(b'{' | b'[') => {}
            Some(_) => self.text.push(','),
            None => self.step(Step::Comma),
        }
    }

    /// A comma and a key.
    fn key(&mut self, key: &str) {
        self.comma();
        let head = head(key);
        self.text(&head);
    }

    /// Steps of their own, for a group.
    fn inner(&mut self, compile: impl FnOnce(&mut Self)) -> Vec<Step> {
        self.flush();
        let before = core::mem::take(&mut self.steps);
        compile(self);
        self.flush();
        core::mem::replace(&mut self.steps, before)
    }

    fn object(&mut self) {
        self.text("{");
        if let Some(keys) = &self.layout.correlation {
            self.text("\"correlation\":{");
            for key in keys {
                let argument = self.record.info.keys.iter().position(|known| known.is_some_and(|known| *known == **key));
                if let Some(argument) = argument {
                    self.field(argument, key);
                }
            }
            self.step(Step::Unforeseen(&[Place::Correlation]));
            self.text("},\"payload\":{");
        }
        let mut done: Vec<&str> = Vec::new();
        for entry in &self.layout.entries {
            match (&entry.object, entry.member) {
                (_, _) if !entry.is_on => {}
                (_, JsonMember::Fields) => self.fields(),
                (_, JsonMember::Attributes) => self.attributes(),
                (None, _) => self.entry(entry),
                (Some(object), _) if done.contains(&&**object) => {}
                (Some(object), _) => {
                    done.push(object);
                    self.key(object);
                    self.text("{");
                    for entry in &self.layout.entries {
                        if entry.is_on && entry.object.as_ref() == Some(object) {
                            self.entry(entry);
                        }
                    }
                    self.text("}");
                }
            }
        }
        if self.layout.correlation.is_some() {
            self.text("}");
        }
        self.text("}\n");
    }

    fn attributes(&mut self) {
        for (key, value) in &self.layout.attributes {
            let key = self.free(0, key);
            self.key(&key);
            self.text(value);
        }
    }

    /// A member that is on.
    fn entry(&mut self, entry: &Entry) {
        let (info, callsite) = (self.record.info, self.record.callsite);
        let quoted = |text: &str| format!("\"{}\"", escaped(text));
        let text = match entry.member {
            JsonMember::Level => self.layout.level.json(self.record.level()),
            JsonMember::Severity => number(entry, self.record.level().severity().into()),
            JsonMember::Logger => quoted(info.target),
            JsonMember::Template if info.has_message => quoted(callsite.template()),
            JsonMember::Event => match info.name {
                Some(name) => quoted(name),
                None => return,
            },
            JsonMember::EventId => format!("\"{}\"", callsite.event_id()),
            JsonMember::File => quoted(info.file),
            JsonMember::Line => number(entry, callsite.line().into()),
            JsonMember::Module => quoted(info.module),
            JsonMember::Host if !process::host().is_empty() => quoted(process::host()),
            JsonMember::Service => match &self.layout.service {
                Some(service) => quoted(service),
                None => return,
            },
            JsonMember::Version => match &self.layout.version {
                Some(version) => String::from(&**version),
                None => return,
            },
            JsonMember::Message if info.has_message || self.layout.empty_message => {
                self.key(&entry.key);
                return self.message();
            }
            JsonMember::Timestamp => return self.stepped(entry, Step::Time, self.time_is_text()),
            JsonMember::Thread => return self.stepped(entry, Step::Thread, false),
            JsonMember::ThreadId => return self.stepped(entry, Step::ThreadId, entry.as_text),
            JsonMember::Sequence => return self.stepped(entry, Step::Sequence, entry.as_text),
            JsonMember::Pid => return self.stepped(entry, Step::Pid, entry.as_text),
            _ => return,
        };
        self.key(&entry.key);
        self.text(&text);
    }

    fn time_is_text(&self) -> bool {
        self.layout.time_as_text || !self.layout.time.is_number()
    }

    fn stepped(&mut self, entry: &Entry, step: Step, is_text: bool) {
        self.key(&entry.key);
        let quote = if is_text { "\"" } else { "" };
        self.text(quote);
        self.step(step);
        self.text(quote);
    }

    /// The message between quotes.
    pub(super) fn message(&mut self) {
        self.text("\"");
        for piece in &self.record.info.pieces {
            match piece {
                Piece::Literal(literal) => {
                    let text = escaped(literal.text);
                    self.text(&text);
                }
                Piece::Hole(hole) => self.step(Step::Hole(hole)),
            }
        }
        self.text("\"");
    }

    /// The fields that stand beside the members, then the others.
    fn fields(&mut self) {
        let keyed: Vec<(usize, &'static str)> = self.keyed();
        for &(argument, key) in &keyed {
            self.renamed(argument, key);
        }
        if self.layout.errors != Errors::Inline {
            self.step(Step::Error);
        }
        let Some(under) = &self.layout.fields_under else {
            self.plain_fields(&keyed);
            return self.step(Step::Unforeseen(&[Place::Top, Place::Fields]));
        };
        self.step(Step::Unforeseen(&[Place::Top]));
        let steps = self.inner(|compiler| {
            compiler.plain_fields(&keyed);
            compiler.step(Step::Unforeseen(&[Place::Fields]));
        });
        let open = format!("{}{{", head(under));
        self.step(Step::Group(open.into(), steps, "}"));
    }

    /// The arguments that are fields.
    pub(super) fn keyed(&self) -> Vec<(usize, &'static str)> {
        let keys = self.record.info.keys.iter().enumerate();
        keys.filter_map(|(argument, key)| Some((argument, (*key)?))).collect()
    }

    /// A field that goes beside the members, if this one does.
    pub(super) fn renamed(&mut self, argument: usize, key: &str) {
        let (place, key, form) = self.layout.place(key, |_| true);
        if place == Place::Top {
            let key = self.free(0, key);
            let only_if = (*form != Form::Plain).then(|| (form.clone(), true));
            let write = Write::of(self.layout, place, form);
            self.step(Step::Field(Field { argument, head: head(&key).into(), tail: "", write, only_if }));
        }
    }

    fn plain_fields(&mut self, keyed: &[(usize, &str)]) {
        for &(argument, key) in keyed {
            let (place, _, form) = self.layout.place(key, |_| true);
            // What does not have the form that its other key asks for is a field all the same.
            let has_other = place == Place::Top && *form != Form::Plain;
            if place == Place::Fields || has_other && matches!(form, Form::Hex(_)) {
                let form = form.clone();
                self.field_unless(argument, key, Place::Fields, has_other.then_some(form));
            }
        }
    }

    /// A field of the correlation object.
    fn field(&mut self, argument: usize, key: &str) {
        self.field_unless(argument, key, Place::Correlation, None);
    }

    pub(super) fn field_unless(&mut self, argument: usize, key: &str, place: Place, unless: Option<Form>) {
        let key = self.free(object_of(self.layout, place), key);
        let write = Write::of(self.layout, place, &Form::Plain);
        let (head, tail): (Box<str>, _) = match write {
            Write::Otlp => (otlp::head(&key).into(), "}"),
            _ => (head(&key).into(), ""),
        };
        let only_if = unless.map(|form| (form, false));
        self.step(Step::Field(Field { argument, head, tail, write, only_if }));
    }

    /// The key, made different from those that are taken in an object, and taken itself.
    fn free(&mut self, object: usize, key: &str) -> String {
        let used = &mut self.used[object];
        let key = free_key(key, used);
        used.push(key.clone());
        key
    }
}

fn number(entry: &Entry, number: u64) -> String {
    if entry.as_text { format!("\"{number}\"") } else { format!("{number}") }
}
