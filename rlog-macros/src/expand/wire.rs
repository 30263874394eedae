//! The expressions that turn the user's values into values of the record.

use crate::check::resolve::{Call, Encoding, Format, Input, Resolved, Wire};
use crate::grammar::template::{Align, Count, Form};
use proc_macro2::{Delimiter, Group, Ident, Literal, Span, TokenStream, TokenTree};
use quote::{ToTokens as _, format_ident, quote, quote_spanned};
use std::fmt::Write as _;
use syn::Index;

/// The name under which an input is known inside the expansion. Hygiene keeps it apart from the user's names.
pub(super) fn binding(input: usize) -> Ident {
    format_ident!("__rlog_{input}", span = Span::mixed_site())
}

/// `&(value)`
pub(super) fn borrowed(input: &Input) -> TokenStream {
    // Errors about an unfinished expression point at it, but the parentheses are not the user's.
    let span = Span::call_site().located_at(input.value.span);
    let value = parenthesized(input.value.tokens.clone(), span);
    quote_spanned!(span=> & #value)
}

/// Whether every input can stand where its only wire is made of it, and no name is needed: the values before it have been
/// encoded then, so it must not wait, leave the statement, or do anything else but name a place.
pub(super) fn can_be_in_place(resolved: &Resolved) -> bool {
    let mut next = 0;
    let once_in_order = resolved.wires.iter().all(|wire| match wire.encoding {
        Encoding::Value | Encoding::Display | Encoding::Shown | Encoding::Said | Encoding::Debug => {
            next += 1;
            wire.input == Some(next - 1)
        }
        Encoding::Suppressed => true,
        _ => false,
    });
    once_in_order
        && next == resolved.inputs.len()
        && resolved.inputs.iter().all(|input| is_place(input.value.tokens.clone()))
}

/// Whether these are names, dots and literals only: `user`, `self.user.id`, `&limits::MAX`, `5`.
fn is_place(tokens: TokenStream) -> bool {
    tokens.into_iter().all(|token| match token {
        TokenTree::Ident(name) => {
            !["await", "return", "break", "continue", "yield", "become"].iter().any(|keyword| name == keyword)
        }
        TokenTree::Literal(_) => true,
        TokenTree::Punct(punct) => ['.', ':', '&'].contains(&punct.as_char()),
        TokenTree::Group(group) => group.delimiter() == Delimiter::None && is_place(group.stream()),
    })
}

/// One expression for each wire. With `in_place` the inputs stand in them; else they have been [bound](binding).
///
/// Its first and its last token have the span of the user's expression, so that errors about the type point there. The
/// tokens between have not, or editors would take our names for the user's; and it is not a block, or the compiler would
/// ask the user to remove the braces.
pub(super) fn wires(
    krate: &TokenStream,
    resolved: &Resolved,
    expected: &[Option<TokenStream>],
    in_place: bool,
) -> Vec<TokenStream> {
    let expressions = resolved.wires.iter().enumerate().map(|(index, wire)| {
        let expression = expression(krate, wire, resolved, in_place);
        match (expected.get(index), wire.input) {
            (Some(Some(function)), Some(input)) => {
                let argument = parenthesized(expression, resolved.inputs[input].value.span);
                quote!(#function #argument)
            }
            _ => expression,
        }
    });
    expressions.collect()
}

/// Wires in groups, and these in groups again, such that there are at most eight: the functions that encode them take no more.
///
/// A group stands where its first wire does, with all of that wire's span: the compiler looks for the part of a tuple
/// that is of the wrong type, but only among parts that come from where the tuple comes from.
pub(super) fn grouped(wires: Vec<TokenStream>) -> Vec<TokenStream> {
    if wires.len() <= MAX_PARAMETERS {
        return wires;
    }
    let groups = wires.chunks(MAX_PARAMETERS).map(|group| match group {
        [one] => one.clone(),
        group => {
            let last = group.first().and_then(|first| first.clone().into_iter().last());
            let span = last.map_or_else(Span::call_site, |token| token.span());
            parenthesized(quote!(#(#group),*), span)
        }
    });
    grouped(groups.collect())
}

const MAX_PARAMETERS: usize = 8;

fn expression(krate: &TokenStream, wire: &Wire, resolved: &Resolved, in_place: bool) -> TokenStream {
    let private = quote!(#krate::__private);
    let input = match (&wire.encoding, wire.input) {
        (Encoding::Message(message), _) => return message_text(&private, message),
        (_, Some(input)) => input,
        (_, None) => {
            let suppressed = suppressed();
            return quote!(#private::Suppressed(#suppressed));
        }
    };
    let span = resolved.inputs[input].value.span;
    let value = binding(input);
    let call = |function: TokenStream, method: &str, argument: TokenStream| {
        let function = parenthesized(function, span);
        let argument = parenthesized(argument, span);
        if method.is_empty() {
            return quote!(#function #argument);
        }
        let method = Ident::new(method, Span::call_site());
        quote!(#function.#method #argument)
    };
    let probe = |method: &str, argument| {
        let value = if in_place { borrowed(&resolved.inputs[input]) } else { value.to_token_stream() };
        call(quote!(&&&&&#private::Probe(#value)), method, argument)
    };
    // What is of the wrong type in these is the argument and not the call.
    let function = |name: &str, argument: TokenStream| {
        let name = Ident::new(name, Span::call_site());
        call(quote!(#private::#name), "", argument)
    };
    // An argument whose ends have the user's span; else the compiler points at the whole statement.
    let field = || {
        let probe = parenthesized(quote!(#private::Probe(#value)), span);
        let index = Index { index: 0, span };
        quote!(#probe.#index)
    };
    match &wire.encoding {
        Encoding::Value => probe("rlog_value", TokenStream::new()),
        Encoding::Display => probe("rlog_display", TokenStream::new()),
        Encoding::Shown => probe("rlog_shown", TokenStream::new()),
        Encoding::Said => probe("rlog_message", TokenStream::new()),
        Encoding::Debug => probe("rlog_debug", TokenStream::new()),
        Encoding::Scalar => probe("rlog_radix", TokenStream::new()),
        Encoding::Count => function("count", located(&value, span).into_token_stream()),
        Encoding::Serde => function("serialized", field()),
        Encoding::Splat => function("splat", probe("rlog_fields", TokenStream::new())),
        Encoding::Text(format) => {
            let arguments = format_arguments(krate, input, format, resolved);
            probe("rlog_text", arguments)
        }
        Encoding::Deferred(format) => {
            let method = if format.spec.form == Form::Debug { "rlog_spec_debug" } else { "rlog_spec" };
            probe(method, format_arguments(krate, input, format, resolved))
        }
        Encoding::Message(_) | Encoding::Suppressed => TokenStream::new(),
    }
}

/// How many events the statement's limit has held back, in code behind the test of it.
pub(super) fn suppressed() -> Ident {
    Ident::new("__rlog_suppressed", Span::mixed_site())
}

/// A message of which only the compiler knows the text, with its arguments.
fn message_text(private: &TokenStream, Call { message, arguments }: &Call) -> TokenStream {
    let text = &message.tokens;
    let arguments = arguments.iter().map(|(name, input)| {
        let value = binding(*input);
        match name {
            Some(name) => quote!(#name = #value),
            None => value.into_token_stream(),
        }
    });
    quote!(#private::Text::format(#private::core::format_args!(#text #(, #arguments)*)))
}

/// The name, as seen from where it is, standing where the user's expression does.
fn located(name: &Ident, span: Span) -> Ident {
    Ident::new(&name.to_string(), name.span().located_at(span))
}

/// `format_args!("{0:>1$}", value, width)`, which also checks that the type has the trait.
fn format_arguments(krate: &TokenStream, input: usize, format: &Format, resolved: &Resolved) -> TokenStream {
    let span = |input: usize| resolved.inputs[input].value.span;
    let name = binding(input);
    // A reference has every trait of `core::fmt` that its target has, with the same text; but a pointer to it is not it.
    let value = match format.spec.form {
        Form::Exact("p") => quote!(*#name),
        _ => quote!(#name),
    };
    let value = parenthesized(value, span(input));
    let counts = [format.width, format.precision].into_iter().flatten().map(|input| {
        let name = binding(input);
        parenthesized(quote!(*#name), span(input))
    });
    let mut literal = Literal::string(&format_string(format));
    literal.set_span(span(input));
    quote!(#krate::__private::core::format_args!(#literal, #value #(, #counts)*))
}

/// The specification as Rust writes it, with its counts as positional arguments after the value.
fn format_string(format: &Format) -> String {
    let spec = &format.spec;
    let mut out = String::from("{0:");
    out.extend(spec.fill);
    out.extend(spec.align.map(|align| match align {
        Align::Left => '<',
        Align::Center => '^',
        Align::Right => '>',
    }));
    for (set, flag) in [(spec.plus, '+'), (spec.minus, '-'), (spec.alternate, '#'), (spec.zero, '0')] {
        out.extend(set.then_some(flag));
    }
    let mut position = 0;
    let mut count = |out: &mut String, count: &Option<Count>| {
        let _ = match count {
            None => Ok(()),
            Some(Count::Fixed(count)) => write!(out, "{count}"),
            Some(Count::Argument(_)) => {
                position += 1;
                write!(out, "{position}$")
            }
        };
    };
    count(&mut out, &spec.width);
    if spec.precision.is_some() {
        out.push('.');
        count(&mut out, &spec.precision);
    }
    out.push_str(spec.form.suffix());
    out.push('}');
    out
}

/// `(tokens)`, with parentheses that stand where `span` does.
pub(crate) fn parenthesized(tokens: TokenStream, span: Span) -> TokenStream {
    let mut group = Group::new(Delimiter::Parenthesis, tokens);
    group.set_span(span);
    TokenTree::from(group).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_told_by_their_tokens() {
        let is_place = |text: &str| is_place(text.parse().expect("tokens"));
        for text in ["user", "self.user.0.id", "&limits::MAX", "5", "r#type", "\"a\""] {
            assert!(is_place(text), "{text}");
        }
        for text in ["f()", "a.await", "return", "break 'a", "a + b", "a?", "{ a }", "a[0]", "|| a", "m!(a)", "*a"] {
            assert!(!is_place(text), "{text}");
        }
    }
}
