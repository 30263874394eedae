//! Which value goes where: holes are matched with fields, arguments and variables, and every value gets its encodings.
//!
//! A user's expression is evaluated once, as an [`Input`]. It may be encoded more than once, as [`Wire`]s: `{amount:.2}`
//! is a field `amount` and, if the worker cannot format its type, a text of two digits. Wires are numbered; that is how
//! the callsite's text refers to them.

use super::keys;
use super::nearest::nearest;
use crate::errors::{Errors, words};
use crate::grammar::event::{Argument, Event};
use crate::grammar::field::{Capture, Field, Key, Source};
use crate::grammar::message::{Message, Template};
use crate::grammar::settings::Settings;
use crate::grammar::template::{self, Count, Form, Hole, Position, Spec};
use proc_macro2::{Ident, Literal, Span, TokenStream, TokenTree};
use quote::{quote, quote_spanned};

/// What a statement logs.
#[derive(Default)]
pub(crate) struct Resolved {
    pub(crate) settings: Settings,
    pub(crate) inputs: Vec<Input>,
    pub(crate) wires: Vec<Wire>,
    /// `None` is an event without a message.
    pub(crate) message: Option<Vec<Piece>>,
}

/// An expression that is evaluated once.
pub(crate) struct Input {
    pub(crate) value: Source,
    pub(crate) key: Option<Key>,
    pub(crate) capture: Option<Capture>,
    /// The user says that it may look like a secret.
    pub(crate) allows_secret: bool,
    /// It stands in a hole of the message, and nowhere else.
    pub(crate) is_variable: bool,
    uses: Uses,
    /// The wire that carries the value itself.
    primary: Option<usize>,
}

/// One value of the record.
pub(crate) struct Wire {
    /// `None` is no field: only holes refer to it.
    pub(crate) key: Option<Key>,
    /// What it is made of; `None` if that is no single input.
    pub(crate) input: Option<usize>,
    pub(crate) encoding: Encoding,
}

/// How an input becomes a value of the record.
#[derive(Clone, PartialEq)]
pub(crate) enum Encoding {
    /// As what it is: the field without a sigil.
    Value,
    Display,
    /// As its `Display`, or an error with its sources: a hole that is a field.
    Shown,
    /// As its `Display`, or that of what an option holds: a message that is a value.
    Said,
    Debug,
    /// As what it is if the worker can format that, else nothing: the text is in another wire.
    Scalar,
    /// A width or precision.
    Count,
    /// Text by this specification, always.
    Text(Format),
    /// Text by this specification, if the worker cannot make it from the value.
    Deferred(Format),
    /// Through serde.
    Serde,
    /// Its fields are fields of the record.
    Splat,
    /// The text of a message that only the compiler can expand.
    Message(Call),
    /// How many events a limit has held back.
    Suppressed,
}

/// `format_args!(concat!(..), arguments)`
#[derive(Clone)]
pub(crate) struct Call {
    pub(crate) message: Source,
    /// Names and inputs.
    pub(crate) arguments: Vec<(Option<TokenStream>, usize)>,
}

impl PartialEq for Call {
    /// A statement has one message.
    fn eq(&self, _: &Self) -> bool {
        true
    }
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
    /// The text of a constant.
    Constant(TokenStream),
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

impl Uses {
    fn is_none(&self) -> bool {
        !(self.display || self.debug || self.other || self.count)
    }
}

/// Resolves a statement and reports everything that is wrong with it. What could not be resolved is left out of the
/// wires, but stays among the inputs, so that it is still compiled and counts as used.
pub(crate) fn resolve(mut event: Event, errors: &mut Errors) -> Resolved {
    let names = event.arguments.iter().filter_map(|argument| argument.name.as_ref());
    keys::check(event.fields.iter().filter_map(|field| field.key.as_ref()), names, errors);

    let message = event.take_message(errors);
    let fields = event.fields.len();
    let arguments = event.arguments.len();
    let mut inputs: Vec<Input> = event.fields.into_iter().map(Input::from).collect();
    let complete = !event.is_incomplete && event.arguments.iter().all(|argument| !argument.misplaced);
    inputs.extend(event.arguments.into_iter().map(Input::from));

    let mut resolver = Resolver { fields, arguments, inputs, wires: Vec::new(), problem: None, complete };
    let message = message.and_then(|message| resolver.message(message, errors));
    if message.is_none() {
        resolver.primaries();
    }
    let is_limited = !event.settings.limit.is_none();
    let most = MAX_WIRES - usize::from(is_limited);
    if let Some(wire) = resolver.wires.get(most) {
        let is_hole =
            wire.key.is_none() && wire.input.is_some_and(|input| resolver.inputs[input].primary != Some(most));
        let text = if is_hole {
            format!(
                "a statement can have {most} arguments, to which each hole with a format adds one, and that of this value \
                 is one more; group some of them in a struct, or leave out formats"
            )
        } else {
            format!("a statement can have {most} arguments, and this is one more; group some of them in a struct")
        };
        match wire.input {
            Some(input) => errors.at(&resolver.inputs[input].value.tokens, text),
            None => errors.push(syn::Error::new(Span::call_site(), text)),
        }
        resolver.wires.truncate(most);
    }
    if is_limited {
        let key = Key::new("suppressed".to_owned(), TokenStream::new());
        let taken =
            resolver.inputs.iter().find(|input| input.is_called(&key.text)).and_then(|input| input.key.as_ref());
        if let Some(taken) = taken {
            let text = "`suppressed` is what a statement with a limit says of itself; call the field something else";
            errors.at(&taken.tokens, text);
        }
        resolver.push(Wire { key: Some(key), input: None, encoding: Encoding::Suppressed });
    }
    Resolved { settings: event.settings, inputs: resolver.inputs, wires: resolver.wires, message }
}

/// The most wires of one statement: for so many a reader has room. That is one for each value, and one for the text of each
/// hole with a format.
const MAX_WIRES: usize = 80;

impl From<Field> for Input {
    fn from(Field { key, capture, value, allows_secret, .. }: Field) -> Self {
        Self { allows_secret, capture: Some(capture), ..Self::new(value, key) }
    }
}

impl From<Argument> for Input {
    fn from(Argument { name, value, .. }: Argument) -> Self {
        Self::new(value, name)
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
    /// Whether all arguments could be read and stand where they should. Else it is not said that some are missing, or
    /// that nothing shows them.
    complete: bool,
}

/// The inputs of a hole.
struct Target {
    value: usize,
    width: Option<usize>,
    precision: Option<usize>,
}

impl Resolver {
    /// The pieces of the message, or `None` if something is wrong with it.
    fn message(&mut self, message: Message, errors: &mut Errors) -> Option<Vec<Piece>> {
        let Template { text, literal } = match message {
            Message::Template(template) => template,
            Message::Call(message) => {
                let inputs = self.fields..self.inputs.len();
                // Whether the message shows them by their `Display` is not known here, so they are no fields.
                let arguments =
                    inputs.map(|input| (self.inputs[input].key.take().map(|key| key.tokens), input)).collect();
                self.primaries();
                let encoding = Encoding::Message(Call { message, arguments });
                let value = self.push(Wire { key: None, input: None, encoding });
                return Some(vec![Piece::Hole { value, spec: None, text: None }]);
            }
            Message::Value(value, capture) => {
                let mut input = Input::new(value, None);
                let mut spec = Spec::default();
                match capture {
                    Capture::Debug => (input.uses.debug, input.uses.plain_debug, spec.form) = (true, true, Form::Debug),
                    Capture::Pretty => {
                        (input.uses.debug, spec.alternate, spec.form) = (true, true, Form::Debug);
                    }
                    _ => (input.uses.display, input.uses.plain_display) = (true, true),
                }
                self.inputs.push(input);
                let target = Target { value: self.inputs.len() - 1, width: None, precision: None };
                self.primaries();
                if capture == Capture::Value
                    && let Some(wire) = self.wires.last_mut()
                {
                    wire.encoding = Encoding::Said;
                }
                return Some(vec![self.hole(spec, &target)]);
            }
            Message::Verbatim(text) => {
                self.primaries();
                return Some(vec![Piece::Literal(text)]);
            }
            Message::Constant(path) => {
                for input in &self.inputs[self.fields..] {
                    errors.at(
                        &input.value.tokens,
                        "a message that is a constant has no holes, so nothing shows this; make it a field, before the message",
                    );
                }
                self.primaries();
                return Some(vec![Piece::Constant(path.tokens)]);
            }
        };
        let pieces = template::parse(&text).map_err(|problem| errors.at(&literal, problem)).ok()?;
        let holes = self.holes(&pieces, &literal);
        if let Some(problem) = self.problem.take() {
            if !problem.is_empty() {
                errors.at(&literal, problem);
            }
            return None;
        }
        if self.complete {
            if self.report_misspelt(&literal, errors) {
                return None;
            }
            self.report_unused(errors);
        }
        self.primaries();
        Some(self.pieces(pieces, holes))
    }

    /// Finds the inputs of every hole and notes how they are used.
    fn holes(&mut self, pieces: &[template::Piece], literal: &Literal) -> Vec<Target> {
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

    fn count(&mut self, count: Option<&Count>, literal: &Literal) -> Option<usize> {
        let Some(Count::Argument(position)) = count else { return None };
        let input = self.input(position, literal)?;
        self.inputs[input].uses.count = true;
        Some(input)
    }

    fn input(&mut self, position: &Position, literal: &Literal) -> Option<usize> {
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
        if !self.complete {
            // It may be what could not be read.
            self.problem.get_or_insert_default();
            return None;
        }
        let follow = match self.arguments {
            0 => "none follows".to_owned(),
            1 => "only argument 0 follows".to_owned(),
            count => format!("only arguments 0 to {} follow", count - 1),
        };
        self.problem.get_or_insert(format!("{what}: {follow} the message; add it, or write a name in the hole"));
        None
    }

    /// A variable in the user's scope: the name is seen from where the literal stands, as with `format_args!`.
    fn variable(&mut self, name: &str, literal: &Literal) -> Option<usize> {
        let Some(ident) = variable(name, literal.span()) else {
            self.problem
                .get_or_insert(format!("`{{{name}}}` is not the name of a variable; write `{{}}` and add an argument"));
            return None;
        };
        let tokens = TokenStream::from(TokenTree::Ident(ident));
        let key = Key::new(name.to_owned(), tokens.clone());
        let fields = self.inputs.iter().filter_map(|input| input.key.as_ref()).map(|key| key.text.as_str());
        let tokens = match nearest(name, fields) {
            Some(near) if name != "self" => beside(near, name, &tokens, literal.span()),
            _ => tokens,
        };
        let value = Source { tokens, span: literal.span() };
        self.inputs.push(Input { is_variable: true, ..Input::new(value, Some(key)) });
        Some(self.inputs.len() - 1)
    }

    /// Holes that are nearly the name of an argument that no hole shows. Returns whether there are any; then these holes
    /// are no variables.
    fn report_misspelt(&mut self, literal: &Literal, errors: &mut Errors) -> bool {
        let arguments = self.fields + self.arguments;
        let name = |input: &Input| input.key.as_ref().map(|key| key.text.clone());
        let mut unused: Vec<String> =
            self.inputs[self.fields..arguments].iter().filter(|input| input.uses.is_none()).filter_map(name).collect();
        let mut misspelt = Vec::new();
        for (index, input) in self.inputs.iter().enumerate().skip(arguments) {
            let Some(hole) = name(input) else { continue };
            let Some(meant) = nearest(&hole, unused.iter().map(String::as_str)).map(str::to_owned) else { continue };
            errors.at(literal, format_args!("no argument is called `{hole}`; did you mean `{{{meant}}}`?"));
            unused.retain(|name| *name != meant);
            misspelt.push(index);
        }
        for &index in misspelt.iter().rev() {
            self.inputs.remove(index);
        }
        !misspelt.is_empty()
    }

    fn report_unused(&self, errors: &mut Errors) {
        for (index, input) in self.inputs.iter().enumerate().skip(self.fields).take(self.arguments) {
            let uses = &input.uses;
            // The second argument of a name is a mistake that has been reported.
            let twice = |key: &Key| self.inputs[..index].iter().any(|other| other.is_called(&key.text));
            if !uses.is_none() || input.key.as_ref().is_some_and(twice) {
                continue;
            }
            let value = words(&input.value.tokens);
            match &input.key {
                Some(Key { text, tokens, .. }) => errors.at(
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
            let key = input.key.clone().filter(|key| key.is_constant || !keys::is_reserved(&key.text));
            let wire = self.push(Wire { key, input: Some(index), encoding });
            self.inputs[index].primary = Some(wire);
        }
    }

    fn pieces(&mut self, pieces: Vec<template::Piece>, targets: Vec<Target>) -> Vec<Piece> {
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
            (Form::Display, Encoding::Display | Encoding::Shown | Encoding::Said) if plain => {
                Piece::Hole { value: primary, spec: None, text: None }
            }
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
        let same = |wire: &Wire| wire.key.is_none() && wire.input == Some(input) && wire.encoding == encoding;
        match self.wires.iter().position(same) {
            Some(wire) => wire,
            None => self.push(Wire { key: None, input: Some(input), encoding }),
        }
    }

    fn push(&mut self, wire: Wire) -> usize {
        self.wires.push(wire);
        self.wires.len() - 1
    }
}

impl Input {
    fn new(value: Source, key: Option<Key>) -> Self {
        Self {
            value,
            key,
            capture: None,
            allows_secret: false,
            is_variable: false,
            uses: Uses::default(),
            primary: None,
        }
    }

    fn is_called(&self, name: &str) -> bool {
        self.key.as_ref().is_some_and(|key| key.text == name && !key.is_constant)
    }

    /// How the value itself is encoded; `None` if nothing shows it.
    fn encoding(&self) -> Option<Encoding> {
        let Uses { display, plain_display, debug, plain_debug, other, .. } = self.uses;
        let is_field = self.key.as_ref().is_some_and(|key| key.is_constant || !keys::is_reserved(&key.text));
        match self.capture {
            Some(Capture::Value) => Some(Encoding::Value),
            Some(Capture::Display) => Some(Encoding::Display),
            Some(Capture::Debug) => Some(Encoding::Debug),
            Some(Capture::Serde) => Some(Encoding::Serde),
            Some(Capture::Splat) => Some(Encoding::Splat),
            Some(Capture::Pretty) => Some(Encoding::Text(Format {
                spec: Spec { alternate: true, form: Form::Debug, ..Spec::default() },
                width: None,
                precision: None,
            })),
            // What is a field needs its text even if all holes show it in some other way.
            None if is_field && display => Some(Encoding::Shown),
            None if plain_display => Some(Encoding::Display),
            None if plain_debug || (is_field && debug) => Some(Encoding::Debug),
            None if display || debug || other => Some(Encoding::Scalar),
            None => None,
        }
    }
}

/// A variable that a hole names, where a field has nearly that name. It may be there, and then it is what was meant.
///
/// If it is not, the compiler says so at the literal, as a macro cannot point into one. It also says which macro the name
/// comes from: so that has the name of the field. And it would offer to put a variable with a similar name where the
/// literal is, which is the whole message; but not where the most similar name of all is that of an item in that place.
fn beside(field: &str, name: &str, variable: &TokenStream, place: Span) -> TokenStream {
    // Names that differ by their case only are the most similar ones.
    let upper = name.to_uppercase();
    let similar = if upper == name { name.to_lowercase() } else { upper };
    let similar = if similar == name { format!("{name}_") } else { similar };
    let similar = self::variable(&similar, Span::mixed_site().located_at(place));
    let hint = self::variable(&format!("did_you_mean_{field}"), Span::mixed_site());
    let (Some(similar), Some(hint)) = (similar, hint) else { return variable.clone() };
    let item = quote_spanned! {Span::mixed_site().located_at(place)=>
        #[allow(dead_code, non_upper_case_globals, clippy::all)]
        const #similar: () = ();
    };
    quote!(*{ #item macro_rules! #hint { () => { #variable } } &#hint!() })
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
