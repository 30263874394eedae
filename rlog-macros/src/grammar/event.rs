//! A whole statement: settings, fields, message, arguments of the message.

use super::field::{Capture, Field, Key, Source, up_to_comma};
use crate::errors::{Errors, words};
use proc_macro2::TokenTree;
use quote::ToTokens as _;
use syn::ext::IdentExt as _;
use syn::parse::{Parse, ParseStream};
use syn::{Expr, Ident, Lit, LitStr, Token, braced, token};

/// What one statement says.
#[derive(Default)]
pub(crate) struct Event {
    pub(crate) target: Option<LitStr>,
    pub(crate) fields: Vec<Field>,
    pub(crate) message: Option<LitStr>,
    /// What follows the message.
    pub(crate) arguments: Vec<Argument>,
}

/// `value` or `name = value`, behind the message.
pub(crate) struct Argument {
    pub(crate) name: Option<Key>,
    pub(crate) value: Source,
    /// It stands in the wrong place: a field behind the message, or behind named arguments. That has been reported.
    pub(crate) misplaced: bool,
}

/// `target: "..",`, in front of everything else, for the statements that have their level behind it.
pub(crate) fn settings(input: ParseStream<'_>, event: &mut Event, errors: &mut Errors) {
    while input.peek(Ident::peek_any) && input.peek2(Token![:]) && !input.peek2(Token![::]) {
        let Ok(name) = input.call(Ident::parse_any) else { return };
        let _ = input.parse::<Token![:]>();
        if name != "target" {
            errors.at(
                &name,
                format_args!("unknown setting `{name}`; the only one is `target: \"..\"`, a field is `{name} = ..`"),
            );
            up_to_comma(input);
        } else if input.peek(LitStr) {
            event.target = input.parse().ok();
        } else {
            let value = up_to_comma(input);
            let place = if value.is_empty() { name.into_token_stream() } else { value };
            errors.at(place, "the target must be a string literal, such as `target: \"app::db\"`");
        }
        separator(input, errors);
    }
}

/// The rest of a statement.
pub(crate) fn event(input: ParseStream<'_>, event: &mut Event, errors: &mut Errors) {
    settings(input, event, errors);
    if input.peek(token::Brace) && braces_end_the_fields(input) {
        if let Err(error) = fields_in_braces(input, event, errors) {
            errors.push(error);
        }
        separator(input, errors);
    }
    while !input.is_empty() {
        if let Some(field) = Field::parse(input, errors) {
            event.fields.push(field);
            separator(input, errors);
        } else if input.peek(LitStr) {
            event.message = input.parse().ok();
            separator(input, errors);
            return arguments(input, event, errors);
        } else if no_message(input, errors) {
            return arguments(input, event, errors);
        }
    }
}

/// Whether a block in braces is a list of fields and not an expression that somebody wants to be the message.
fn braces_end_the_fields(input: ParseStream<'_>) -> bool {
    let ahead = input.fork();
    ahead.parse::<TokenTree>().is_ok() && (ahead.is_empty() || ahead.peek(Token![,]))
}

fn fields_in_braces(input: ParseStream<'_>, event: &mut Event, errors: &mut Errors) -> syn::Result<()> {
    let inner;
    braced!(inner in input);
    while !inner.is_empty() {
        match Field::parse(&inner, errors) {
            Some(field) => event.fields.push(field),
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
        separator(input, errors);
        return false;
    }
    let setting = input.peek(Ident::peek_any) && input.peek2(Token![:]) && !input.peek2(Token![::]);
    if setting {
        let name = up_to_comma(input).into_iter().next();
        let shown = name.as_ref().map(ToString::to_string).unwrap_or_default();
        errors.at(
            name,
            format_args!("`{shown}:` cannot stand here: settings come first; if it is a field, write `{shown} = ..`"),
        );
        separator(input, errors);
        return false;
    }
    let value = some_tokens(input);
    let shown = words(&value);
    let text = match syn::parse2::<Expr>(value.clone()) {
        Ok(Expr::Lit(literal)) if !matches!(literal.lit, Lit::Str(_)) => format!(
            "the message must be a string literal, and `{shown}` is not one; write `key = {shown}` or `\"{{}}\", {shown}`"
        ),
        Ok(Expr::Macro(call)) if call.mac.path.is_ident("format") => {
            let inner = words(&call.mac.tokens);
            format!("the message must be a string literal; leave out `format!` and write {inner}")
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

fn arguments(input: ParseStream<'_>, event: &mut Event, errors: &mut Errors) {
    while !input.is_empty() {
        if input.peek(Token![,]) || input.peek(Token![;]) {
            errors.push(input.error("expected an argument of the message before this; remove it"));
            separator(input, errors);
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
        separator(input, errors);
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
    let Some(Field { key, capture, value }) = Field::parse(input, errors) else {
        return Argument { name: None, value: Source::parse(input), misplaced: false };
    };
    let misplaced = !named || capture != Capture::Value;
    if misplaced && !key.text.is_empty() {
        let shown = words(&value.tokens);
        let sigil = capture.sigil();
        let name = words(&key.tokens);
        let field = if name == shown { format!("{sigil}{shown}") } else { format!("{name} = {sigil}{shown}") };
        errors.at(&key.tokens, format_args!("fields stand before the message; move `{field}` in front of it"));
    }
    Argument { name: named.then_some(key), value, misplaced }
}

struct AnyIdent;

impl Parse for AnyIdent {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        input.call(Ident::parse_any).map(|_| Self)
    }
}

/// Consumes the comma. Anything else is reported once, and then taken for what should follow the comma.
fn separator(input: ParseStream<'_>, errors: &mut Errors) {
    if input.is_empty() || input.parse::<Token![,]>().is_ok() {
        return;
    }
    if input.peek(Token![;]) {
        errors.push(input.error("fields and message are separated by `,` and not by `;`; write `,`"));
        let _ = input.parse::<Token![;]>();
        return;
    }
    let found = input.fork().parse::<TokenTree>().map(|token| token.to_string()).unwrap_or_default();
    errors.push(input.error(format_args!("expected `,` before `{found}`; fields and message are separated by commas")));
    // A message may follow; anything else would only be reported again.
    if !input.peek(LitStr) {
        up_to_comma(input);
        let _ = input.parse::<Token![,]>();
    }
}

/// An expression, or else at least one token.
fn some_tokens(input: ParseStream<'_>) -> proc_macro2::TokenStream {
    let value = Source::parse(input);
    if value.tokens.is_empty() && !input.is_empty() {
        return input.parse::<TokenTree>().map(TokenTree::into_token_stream).unwrap_or_default();
    }
    value.tokens
}
