//! Which value goes where: holes are matched with fields, arguments and variables, and every value gets its encodings.
//!
//! A user's expression is evaluated once, as an [`Input`]. It may be encoded more than once, as [`Wire`]s: `{amount:.2}`
//! is a field `amount` and, if the worker cannot format its type, a text of two digits. Wires are numbered; that is how
//! the callsite's text refers to them.

use super::keys;
use crate::errors::{Errors, words};
use crate::grammar::event::{Argument, Event};
use crate::grammar::field::{Capture, Field, Key, Source};
use crate::grammar::template::{self, Count, Form, Hole, Position, Spec};
use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use syn::LitStr;

/// What a statement logs.
#[derive(Default)]
pub(crate) struct Resolved {
    pub(crate) target: Option<String>,
    pub(crate) inputs: Vec<Input>,
    pub(crate) wires: Vec<Wire>,
    /// `None` is an event without a message.
    pub(crate) message: Option<Vec<Piece>>,
}

/// An expression that is evaluated once.
pub(crate) struct Input {
    pub(crate) value: Source,
    key: Option<Key>,
    capture: Option<Capture>,
    uses: Uses,
    /// The wire that carries the value itself.
    primary: Option<usize>,
}

/// One value of the record.
pub(crate) struct Wire {
    /// `None` is no field: only holes refer to it.
    pub(crate) key: Option<String>,
    pub(crate) input: usize,
    pub(crate) encoding: Encoding,
}

/// How an input becomes a value of the record.
#[derive(Clone, PartialEq)]
pub(crate) enum Encoding {
    /// As what it is: the field without a sigil.
    Value,
    Display,
    Debug,
    /// As what it is if the worker can format that, else nothing: the text is in another wire.
    Scalar,
    /// A width or precision.
    Count,
    /// Text by this specification, always.
    Text(Format),
    /// Text by this specification, if the worker cannot make it from the value.
    Deferred(Format),
}

/// A specification whose counts have been resolved to inputs.
#[derive(Clone, PartialEq)]
pub(crate) struct Format {
    pub(crate) spec: Spec,
    pub(crate) width: Option<usize>,
    pub(crate) precision: Option<usize>,
}

/// A part of the message.
pub(crate) enum Piece {
    Literal(String),
    /// Shows the wire `value`: by `spec`, unless it is text already; instead of it `text`, if that wire has a value.
    Hole {
        value: usize,
        spec: Option<WireSpec>,
        text: Option<usize>,
    },
}

/// A specification whose counts are wires.
pub(crate) struct WireSpec {
    pub(crate) spec: Spec,
    pub(crate) width: Option<usize>,
    pub(crate) precision: Option<usize>,
}

/// How holes use an input.
#[derive(Default)]
struct Uses {
    display: bool,
    plain_display: bool,
    debug: bool,
    plain_debug: bool,
    /// Any other form.
    other: bool,
    count: bool,
}

/// Resolves a statement and reports everything that is wrong with it. What could not be resolved is left out of the
/// wires, but stays among the inputs, so that it is still compiled and counts as used.
pub(crate) fn resolve(event: Event, errors: &mut Errors) -> Resolved {
    let names = event.arguments.iter().filter_map(|argument| argument.name.as_ref());
    keys::check(event.fields.iter().map(|field| &field.key).chain(names), errors);

    let fields = event.fields.len();
    let arguments = event.arguments.len();
    let mut inputs: Vec<Input> = event.fields.into_iter().map(Input::from).collect();
    let complete = event.arguments.iter().all(|argument| !argument.misplaced);
    inputs.extend(event.arguments.into_iter().map(Input::from));

    let mut resolver = Resolver { fields, arguments, inputs, wires: Vec::new(), problem: None };
    let message = event.message.and_then(|literal| {
        let pieces = template::parse(&literal.value()).map_err(|problem| errors.at(&literal, problem)).ok()?;
        let holes = resolver.holes(&pieces, &literal);
        if let Some(problem) = resolver.problem.take() {
            errors.at(&literal, problem);
            return None;
        }
        if complete {
            resolver.report_unused(errors);
        }
        resolver.primaries();
        Some(resolver.message(pieces, holes))
    });
    if message.is_none() {
        resolver.primaries();
    }
    if let Some(wire) = resolver.wires.get(MAX_WIRES) {
        let text = format_args!(
            "a statement can have {MAX_WIRES} arguments, and this is one more; group some of them in a struct"
        );
        errors.at(&resolver.inputs[wire.input].value.tokens, text);
        resolver.wires.truncate(MAX_WIRES);
    }
    let target = event.target.map(|target| target.value());
    Resolved { target, inputs: resolver.inputs, wires: resolver.wires, message }
}

/// The most wires of one statement: eight groups of eight.
const MAX_WIRES: usize = 64;

impl From<Field> for Input {
    fn from(Field { key, capture, value }: Field) -> Self {
        Self { value, key: Some(key), capture: Some(capture), uses: Uses::default(), primary: None }
    }
}

impl From<Argument> for Input {
    fn from(Argument { name, value, .. }: Argument) -> Self {
        Self { value, key: name, capture: None, uses: Uses::default(), primary: None }
    }
}

struct Resolver {
    /// Inputs before this one are fields.
    fields: usize,
    /// So many inputs after them are arguments of the message. Behind these are variables that holes name.
    arguments: usize,
    inputs: Vec<Input>,
    wires: Vec<Wire>,
    /// The first thing that is wrong with the message.
    problem: Option<String>,
}

/// The inputs of a hole.
struct Target {
    value: usize,
    width: Option<usize>,
    precision: Option<usize>,
}

impl Resolver {
    /// Finds the inputs of every hole and notes how they are used.
    fn holes(&mut self, pieces: &[template::Piece], literal: &LitStr) -> Vec<Target> {
        let mut targets = Vec::new();
        for piece in pieces {
            let template::Piece::Hole(Hole { value, spec }) = piece else { continue };
            let width = self.count(spec.width.as_ref(), literal);
            let precision = self.count(spec.precision.as_ref(), literal);
            let Some(value) = self.input(value, literal) else { continue };
            let uses = &mut self.inputs[value].uses;
            match (spec.form, spec.is_plain()) {
                (Form::Display, plain) => (uses.display, uses.plain_display) = (true, uses.plain_display | plain),
                (Form::Debug, plain) => (uses.debug, uses.plain_debug) = (true, uses.plain_debug | plain),
                _ => uses.other = true,
            }
            targets.push(Target { value, width, precision });
        }
        targets
    }

    fn count(&mut self, count: Option<&Count>, literal: &LitStr) -> Option<usize> {
        let Some(Count::Argument(position)) = count else { return None };
        let input = self.input(position, literal)?;
        self.inputs[input].uses.count = true;
        Some(input)
    }

    fn input(&mut self, position: &Position, literal: &LitStr) -> Option<usize> {
        match position {
            Position::Index(index) | Position::Next(index) if *index < self.arguments => Some(self.fields + index),
            Position::Index(index) => self.missing(&format!("`{{{index}}}` in the message has no argument")),
            Position::Next(index) => {
                self.missing(&format!("`{{}}` number {} in the message has no argument", index + 1))
            }
            Position::Name(name) => {
                self.inputs.iter().position(|input| input.is_called(name)).or_else(|| self.variable(name, literal))
            }
        }
    }

    fn missing(&mut self, what: &str) -> Option<usize> {
        let follow = match self.arguments {
            0 => "none follows".to_owned(),
            1 => "only argument 0 follows".to_owned(),
            count => format!("only arguments 0 to {} follow", count - 1),
        };
        self.problem.get_or_insert(format!("{what}: {follow} the message; add it, or write a name in the hole"));
        None
    }

    /// A variable in the user's scope: the name is seen from where the literal stands, as with `format_args!`.
    fn variable(&mut self, name: &str, literal: &LitStr) -> Option<usize> {
        let Some(ident) = variable(name, literal.span()) else {
            self.problem
                .get_or_insert(format!("`{{{name}}}` is not the name of a variable; write `{{}}` and add an argument"));
            return None;
        };
        let tokens = TokenStream::from(TokenTree::Ident(ident));
        let key = Key { text: name.to_owned(), tokens: tokens.clone() };
        let value = Source { tokens, span: literal.span() };
        self.inputs.push(Input { value, key: Some(key), capture: None, uses: Uses::default(), primary: None });
        Some(self.inputs.len() - 1)
    }

    fn report_unused(&self, errors: &mut Errors) {
        for (index, input) in self.inputs.iter().enumerate().skip(self.fields).take(self.arguments) {
            let uses = &input.uses;
            // The second argument of a name is a mistake that has been reported.
            let twice = |key: &Key| self.inputs[..index].iter().any(|other| other.is_called(&key.text));
            if uses.display || uses.debug || uses.other || uses.count || input.key.as_ref().is_some_and(twice) {
                continue;
            }
            let value = words(&input.value.tokens);
            match &input.key {
                Some(Key { text, tokens }) => errors.at(
                    tokens,
                    format_args!(
                        "the message has no `{{{text}}}`; to log `{text}` as a field, write `{text} = {value}` before the message"
                    ),
                ),
                None => errors.at(
                    &input.value.tokens,
                    format_args!("the message has no hole for `{value}`; add a `{{}}` to it, or remove the argument"),
                ),
            }
        }
    }

    /// Gives each value its wire, in the order of the statement.
    fn primaries(&mut self) {
        for index in 0..self.inputs.len() {
            let input = &self.inputs[index];
            let Some(encoding) = input.encoding() else { continue };
            // An input that only serves as a width has no value of its own, and an argument without a name no key.
            let key = input.key.as_ref().map(|key| key.text.clone());
            let wire = self.push(Wire { key, input: index, encoding });
            self.inputs[index].primary = Some(wire);
        }
    }

    fn message(&mut self, pieces: Vec<template::Piece>, targets: Vec<Target>) -> Vec<Piece> {
        let mut targets = targets.into_iter();
        pieces
            .into_iter()
            .filter_map(|piece| match piece {
                template::Piece::Literal(text) => Some(Piece::Literal(text)),
                template::Piece::Hole(hole) => Some(self.hole(hole.spec, &targets.next()?)),
            })
            .collect()
    }

    fn hole(&mut self, spec: Spec, target: &Target) -> Piece {
        let format = Format { spec, width: target.width, precision: target.precision };
        let primary = self.inputs[target.value].primary.unwrap_or_default();
        let encoding = &self.wires.get(primary).map_or(Encoding::Scalar, |wire| wire.encoding.clone());
        let plain = format.spec.is_plain();
        match (format.spec.form, encoding) {
            (Form::Display, Encoding::Display) if plain => Piece::Hole { value: primary, spec: None, text: None },
            // A string that was deferred still has to get its quotes.
            (Form::Debug, Encoding::Debug) if plain => {
                let spec = Some(WireSpec { spec: format.spec, width: None, precision: None });
                Piece::Hole { value: primary, spec, text: None }
            }
            (Form::Exact(_), _) | (_, Encoding::Text(_)) => {
                let text = self.reuse(target.value, Encoding::Text(format));
                Piece::Hole { value: text, spec: None, text: None }
            }
            _ => {
                let width = format.width.map(|input| self.reuse(input, Encoding::Count));
                let precision = format.precision.map(|input| self.reuse(input, Encoding::Count));
                let spec = Some(WireSpec { spec: format.spec.clone(), width, precision });
                let text = Some(self.reuse(target.value, Encoding::Deferred(format)));
                Piece::Hole { value: primary, spec, text }
            }
        }
    }

    /// The wire that encodes the input in this way and is no field.
    fn reuse(&mut self, input: usize, encoding: Encoding) -> usize {
        let same = |wire: &Wire| wire.key.is_none() && wire.input == input && wire.encoding == encoding;
        match self.wires.iter().position(same) {
            Some(wire) => wire,
            None => self.push(Wire { key: None, input, encoding }),
        }
    }

    fn push(&mut self, wire: Wire) -> usize {
        self.wires.push(wire);
        self.wires.len() - 1
    }
}

impl Input {
    fn is_called(&self, name: &str) -> bool {
        self.key.as_ref().is_some_and(|key| key.text == name)
    }

    /// How the value itself is encoded; `None` if nothing shows it.
    fn encoding(&self) -> Option<Encoding> {
        let Uses { display, plain_display, debug, plain_debug, other, .. } = self.uses;
        let is_field = self.key.is_some();
        match self.capture {
            Some(Capture::Value) => Some(Encoding::Value),
            Some(Capture::Display) => Some(Encoding::Display),
            Some(Capture::Debug) => Some(Encoding::Debug),
            Some(Capture::Pretty) => Some(Encoding::Text(Format {
                spec: Spec { alternate: true, form: Form::Debug, ..Spec::default() },
                width: None,
                precision: None,
            })),
            // What is a field needs its text even if all holes show it in some other way.
            None if plain_display || (is_field && display) => Some(Encoding::Display),
            None if plain_debug || (is_field && debug) => Some(Encoding::Debug),
            None if display || debug || other => Some(Encoding::Scalar),
            None => None,
        }
    }
}

/// The identifier of a variable; raw where the name is a keyword, except the few that cannot be.
fn variable(name: &str, span: Span) -> Option<Ident> {
    if name == "self" {
        return Some(Ident::new(name, span));
    }
    if let Ok(ident) = syn::parse_str::<Ident>(name) {
        return Some(Ident::new(&ident.to_string(), span));
    }
    let raw = syn::parse_str::<Ident>(&format!("r#{name}"));
    raw.is_ok().then(|| Ident::new_raw(name, span))
}
