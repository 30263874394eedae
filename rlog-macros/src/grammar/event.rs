//! A whole statement: settings, fields, message, arguments of the message.

use super::field::{Capture, Field, Key, Source, ends, up_to_comma};
use super::message::Message;
use super::settings::{self, Settings};
use crate::errors::{Errors, words};
use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens as _;
use syn::ext::IdentExt as _;
use syn::parse::discouraged::Speculative as _;
use syn::parse::{Parse, ParseStream};
use syn::{BinOp, Expr, ExprBinary, Ident, Lit, LitStr, Token, braced, token};

/// What one statement says.
#[derive(Clone, Default)]
pub(crate) struct Event {
    pub(crate) settings: Settings,
    pub(crate) fields: Vec<Field>,
    /// One, or some under conditions of which only one holds.
    pub(crate) messages: Vec<Said>,
    /// What follows the message.
    pub(crate) arguments: Vec<Argument>,
    /// Something behind the message could not be read, which has been reported: that a hole has no argument, or an
    /// argument no hole, may only follow from it.
    pub(crate) is_incomplete: bool,
}

/// The message, and whether it is one.
#[derive(Clone)]
pub(crate) struct Said {
    /// What stands in `#[cfg(..)]` before it.
    pub(crate) conditions: Vec<TokenStream>,
    message: Message,
    /// The key of `message = ..`. `None` is a message in its own place, behind which arguments may follow.
    key: Option<TokenStream>,
}

/// `value` or `name = value`, behind the message.
#[derive(Clone)]
pub(crate) struct Argument {
    pub(crate) name: Option<Key>,
    pub(crate) value: Source,
    /// It stands in the wrong place: a field behind the message, or behind named arguments. That has been reported.
    pub(crate) misplaced: bool,
}

/// The rest of a statement, after the level if that is given in it.
pub(crate) fn event(input: ParseStream<'_>, event: &mut Event, errors: &mut Errors) {
    let settings = input.fork();
    event.settings.parse(input, errors);
    if input.is_empty() {
        if errors.is_empty() {
            let settings = settings.parse::<TokenStream>().unwrap_or_default();
            errors
                .at(settings, "nothing to log behind the settings; write a message, such as `\"started\"`, or a field");
        }
        return;
    }
    if input.peek(token::Brace) && braces_end_the_fields(input) {
        if let Err(error) = fields_in_braces(input, event, errors) {
            errors.push(error);
        }
        field_separator(input, errors);
    }
    while !input.is_empty() {
        if let Some(field) = Field::parse(input, errors) {
            event.add_field(field);
            field_separator(input, errors);
        } else if input.is_empty() {
            // What is missing has been reported.
            return;
        } else if let Some(message) = message(input) {
            event.messages.push(Said { conditions: Vec::new(), message, key: None });
            while input.peek(LitStr) {
                errors.push(input.error("the message is one literal; write both texts in it, or `concat!` of them"));
                let _ = input.parse::<LitStr>();
            }
            event.is_incomplete |= fields_behind(input, errors) || separator(input, errors);
            return arguments(input, event, errors);
        } else if no_message(input, errors) {
            return arguments(input, event, errors);
        }
    }
}

impl Event {
    /// `message = ..` is the message, as in `tracing`.
    fn add_field(&mut self, field: Field) {
        let is_message = field.key.as_ref().is_some_and(|key| key.text == "message" && !key.is_constant);
        if !is_message {
            return self.fields.push(field);
        }
        let literal = syn::parse2::<LitStr>(field.value.tokens.clone());
        let message = match (literal, field.capture) {
            (Ok(literal), Capture::Debug | Capture::Pretty) => Message::Verbatim(format!("{:?}", literal.value())),
            (Ok(literal), _) => Message::Verbatim(literal.value()),
            (Err(_), capture) => Message::Value(field.value, capture),
        };
        let key = field.key.map(|key| key.tokens);
        self.messages.push(Said { conditions: field.conditions, message, key });
    }

    /// The message, where all conditions that are left hold. Reports any other.
    pub(crate) fn take_message(&mut self, errors: &mut Errors) -> Option<Message> {
        let mut messages = std::mem::take(&mut self.messages).into_iter();
        let first = messages.next()?;
        for Said { message, key, .. } in messages {
            match key {
                Some(key) => errors.at(key, TWO_MESSAGES),
                None => {
                    errors.push(syn::Error::new(message.span(), TWO_MESSAGES));
                    // What its holes show, and its arguments, is not known.
                    self.is_incomplete = true;
                }
            }
        }
        Some(first.message)
    }
}

const TWO_MESSAGES: &str = "a second message; `message = ..` is the message already: remove one, or rename the field";

/// The message, if that is what comes next.
fn message(input: ParseStream<'_>) -> Option<Message> {
    let ahead = input.fork();
    if ahead.peek(LitStr) {
        let literal = ahead.parse::<LitStr>().ok()?;
        if ahead.peek(Token![.]) || ahead.peek(Token![+]) {
            return None;
        }
        input.advance_to(&ahead);
        return Some(Message::Template(literal.into()));
    }
    let message = Message::of(&Source::parse(&ahead).tokens)?;
    input.advance_to(&ahead);
    Some(message)
}

/// Whether a block in braces is a list of fields and not an expression that somebody wants to be the message.
fn braces_end_the_fields(input: ParseStream<'_>) -> bool {
    let ahead = input.fork();
    ahead.parse::<TokenTree>().is_ok() && (ends(&ahead) || ahead.peek(LitStr))
}

fn fields_in_braces(input: ParseStream<'_>, event: &mut Event, errors: &mut Errors) -> syn::Result<()> {
    let inner;
    braced!(inner in input);
    while !inner.is_empty() {
        match Field::parse(&inner, errors) {
            Some(field) => event.add_field(field),
            None if inner.is_empty() => break,
            None => {
                let found = some_tokens(&inner);
                let shown = words(&found);
                errors.at(
                    found,
                    format_args!("`{shown}` is not a field; the braces hold fields only, such as `key = value`"),
                );
            }
        }
        separator(&inner, errors);
    }
    Ok(())
}

/// Reports what stands where a field or the message should be. Returns whether the message's arguments follow.
fn no_message(input: ParseStream<'_>, errors: &mut Errors) -> bool {
    if input.peek(Token![,]) || input.peek(Token![;]) {
        errors.push(input.error("expected a field or the message before this; remove it"));
        let _ = input.parse::<TokenTree>();
        return false;
    }
    if late_setting(input, errors) || setting_without_colon(input, errors) {
        return false;
    }
    let value = some_tokens(input);
    let shown = words(&value);
    // A variable and something behind it: what is missing is the comma, and `separator` says so.
    if !ends(input) && syn::parse2::<AnyIdent>(value.clone()).is_ok() {
        separator(input, errors);
        return false;
    }
    let text = match syn::parse2::<Expr>(value.clone()) {
        Ok(Expr::Lit(literal)) if !matches!(literal.lit, Lit::Str(_)) => format!(
            "the message must be a string literal, and `{shown}` is not one; write `key = {shown}` or `\"{{}}\", {shown}`"
        ),
        Err(_) if shown.starts_with('=') && !shown.starts_with("==") => {
            format!("a field has a key before its `=`; write `key {shown}`")
        }
        Ok(value) if format_call(&value).is_some() => {
            let inner = words(&format_call(&value).unwrap_or_default());
            format!("the message must be a string literal; leave out `format!` and write {inner}")
        }
        Ok(Expr::Assign(field)) => {
            let (key, value) = (words(&field.left.to_token_stream()), words(&field.right.to_token_stream()));
            format!(
                "`{key}` is not a key; write a name, names with dots between them, or a string: `\"{key}\" = {value}`"
            )
        }
        Ok(Expr::Binary(ExprBinary { left, op: BinOp::Eq(_), right, .. })) => {
            let (left, right) = (words(&left.to_token_stream()), words(&right.to_token_stream()));
            format!(
                "a field has one `=` before its value: write `{left} = {right}`, or `key = {shown}` for a comparison"
            )
        }
        Ok(Expr::Binary(ExprBinary { left, op: BinOp::Add(_), right, .. })) => {
            let (left, right) = (words(&left.to_token_stream()), words(&right.to_token_stream()));
            format!(
                "the message must be a string literal; write a hole in {left}, such as `{{}}`, and `{right}` after it"
            )
        }
        _ => format!(
            "the message must be a string literal; to show `{shown}` write `\"{{}}\", {shown}`, \
             to log it as a field write `key = {shown}`"
        ),
    };
    errors.at(value, text);
    separator(input, errors);
    true
}

/// What stands in `format!(..)` or `&format!(..)`.
fn format_call(value: &Expr) -> Option<TokenStream> {
    match value {
        Expr::Macro(call) if call.mac.path.segments.last().is_some_and(|last| last.ident == "format") => {
            Some(call.mac.tokens.clone())
        }
        Expr::Reference(reference) => format_call(&reference.expr),
        _ => None,
    }
}

/// `target: ..` behind a field or the message, which is reported.
fn late_setting(input: ParseStream<'_>, errors: &mut Errors) -> bool {
    if !input.peek(Ident::peek_any) || !input.peek2(Token![:]) || input.peek2(Token![::]) {
        return false;
    }
    let name = up_to_comma(input).into_iter().next();
    let shown = name.as_ref().map(ToString::to_string).unwrap_or_default();
    errors.at(
        name,
        format_args!("`{shown}:` cannot stand here: settings come first; if it is a field, write `{shown} = ..`"),
    );
    separator(input, errors);
    true
}

/// `target "x"`, which is reported.
fn setting_without_colon(input: ParseStream<'_>, errors: &mut Errors) -> bool {
    let ahead = input.fork();
    let Ok(name) = ahead.call(Ident::parse_any) else { return false };
    if !settings::NAMES.iter().any(|known| name == known) || !ahead.peek(Lit) {
        return false;
    }
    let value = words(&some_tokens(&ahead));
    errors.at(&name, format_args!("the setting `{name}` has a `:` behind its name; write `{name}: {value}`"));
    up_to_comma(input);
    let _ = input.parse::<Token![,]>();
    true
}

/// Fields behind the message and a `;`, which is reported: `log` has it the other way around.
fn fields_behind(input: ParseStream<'_>, errors: &mut Errors) -> bool {
    let ahead = input.fork();
    if ahead.parse::<Token![;]>().is_err() || Key::before_equals(&ahead.fork()).is_none() {
        return false;
    }
    let fields = words(&ahead.parse().unwrap_or_default());
    errors.push(input.error(format_args!("fields stand before the message; write `{fields}; \"..\"`")));
    let _ = input.parse::<TokenStream>();
    true
}

fn arguments(input: ParseStream<'_>, event: &mut Event, errors: &mut Errors) {
    while !input.is_empty() {
        if late_setting(input, errors) {
            continue;
        }
        if input.peek(Token![,]) || input.peek(Token![;]) {
            errors.push(input.error("expected an argument of the message before this; remove it"));
            let _ = input.parse::<TokenTree>();
            continue;
        }
        let mut argument = argument(input, errors);
        let named = event.arguments.iter().any(|argument| argument.name.is_some());
        if named && argument.name.is_none() && !argument.misplaced {
            let value = &argument.value.tokens;
            let text = "arguments without a name come before those with one";
            errors.at(value, format_args!("{text}; move `{}` in front of them", words(value)));
            argument.misplaced = true;
        }
        event.arguments.push(argument);
        event.is_incomplete |= separator(input, errors);
    }
}

fn argument(input: ParseStream<'_>, errors: &mut Errors) -> Argument {
    let sigil = Capture::parse(&input.fork()).is_some();
    let key = Key::before_equals(&input.fork());
    let named = key.as_ref().is_some_and(|key| syn::parse2::<AnyIdent>(key.tokens.clone()).is_ok());
    if !sigil && key.is_none() {
        return Argument { name: None, value: Source::parse(input), misplaced: false };
    }
    // Either a named argument, or a field: only fields have sigils, and dotted or quoted keys.
    let Some(Field { key, capture, value, .. }) = Field::parse(input, errors) else {
        return Argument { name: None, value: Source::parse(input), misplaced: false };
    };
    let misplaced = !named || capture != Capture::Value;
    if let Some(key) = key.as_ref().filter(|_| misplaced) {
        let shown = words(&value.tokens);
        let sigil = capture.sigil();
        let name = words(&key.tokens);
        let field = if name == shown { format!("{sigil}{shown}") } else { format!("{name} = {sigil}{shown}") };
        errors.at(&key.tokens, format_args!("fields stand before the message; move `{field}` in front of it"));
    }
    Argument { name: key.filter(|_| named), value, misplaced }
}

struct AnyIdent;

impl Parse for AnyIdent {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        input.call(Ident::parse_any).map(|_| Self)
    }
}

/// Consumes what separates fields from each other and from the message: a comma, or the semicolon of `log`, or both.
fn field_separator(input: ParseStream<'_>, errors: &mut Errors) {
    let comma = input.peek(Token![,]);
    if comma {
        let _ = input.parse::<Token![,]>();
    }
    if let Ok(semicolon) = input.parse::<Token![;]>() {
        if input.is_empty() {
            errors.at(semicolon, "expected the message behind `;`; without a message write no `;`");
        } else if Field::parse(&input.fork(), &mut Errors::default()).is_some() {
            errors.at(semicolon, "a `;` can stand between the fields and the message only; write `,` between fields");
        }
    } else if !comma {
        separator(input, errors);
    }
}

/// Consumes the comma. Anything else is reported once, and then taken for what should follow the comma. Returns whether
/// there was anything else.
fn separator(input: ParseStream<'_>, errors: &mut Errors) -> bool {
    if input.is_empty() || input.parse::<Token![,]>().is_ok() {
        return false;
    }
    if input.peek(Token![;]) {
        errors.push(input.error("a `;` can stand between the fields and the message only; write `,`"));
        let _ = input.parse::<Token![;]>();
        return true;
    }
    let found = input.fork().parse::<TokenTree>().map(|token| token.to_string()).unwrap_or_default();
    errors.push(input.error(format_args!("expected `,` before `{found}`; fields and message are separated by commas")));
    // A message may follow; anything else would only be reported again.
    if !input.peek(LitStr) {
        up_to_comma(input);
        let _ = input.parse::<Token![,]>();
    }
    true
}

/// An expression, or else at least one token.
fn some_tokens(input: ParseStream<'_>) -> TokenStream {
    let value = Source::parse(input);
    if value.tokens.is_empty() && !input.is_empty() {
        return input.parse::<TokenTree>().map(TokenTree::into_token_stream).unwrap_or_default();
    }
    value.tokens
}
