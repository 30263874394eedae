//! The block that a statement becomes.

use super::callsite::{callsite, has_target_at_run_time};
use super::text::constant;
use super::wire::{binding, borrowed, can_be_in_place, grouped, parenthesized, suppressed, wires};
use super::{Extras, Level};
use crate::check::resolve::{Encoding, Piece, Resolved};
use crate::grammar::field::Source;
use crate::grammar::settings::{Limit, Text};
use proc_macro2::{Delimiter, Ident, Literal, Span, TokenStream, TokenTree};
use quote::{format_ident, quote, quote_spanned};

/// A statement that logs.
pub(super) fn on(krate: &TokenStream, level: &Level, resolved: &Resolved, extras: &Extras) -> TokenStream {
    let private = quote!(#krate::__private);
    let callsite = callsite(krate, level, resolved, extras);
    let traits = import(krate, resolved);
    let items = &extras.items;
    let limit = limit(&private, &resolved.settings.limit);
    if let (Level::Fixed(_) | Level::Written(_), false) = (level, has_target_at_run_time(resolved)) {
        let site = quote!(__RLOG_CALLSITE);
        let emit = emit(krate, resolved, extras, quote!(&#site));
        let test = test(&private, &site, limit.is_some(), &emit);
        return quote!({
            #items
            #traits
            #callsite
            #limit
            #test
        });
    }
    let site = named("__rlog_site");
    let emit = emit(krate, resolved, extras, quote!(#site));
    let test = test(&private, &quote!(#site), limit.is_some(), &emit);
    let found = at(krate, level, resolved, &site, &test);
    quote!({
        #items
        #traits
        #callsite
        #limit
        #found
    })
}

/// Whether a statement like this would be logged.
pub(super) fn question(krate: &TokenStream, level: &Level, resolved: &Resolved, extras: &Extras) -> TokenStream {
    let callsite = callsite(krate, level, resolved, extras);
    if let (Level::Fixed(_) | Level::Written(_), false) = (level, has_target_at_run_time(resolved)) {
        return quote!({
            #callsite
            __RLOG_CALLSITE.would_log()
        });
    }
    let (site, answer) = (named("__rlog_site"), named("__rlog_answer"));
    let found = at(krate, level, resolved, &site, &quote!(#answer = #site.would_log();));
    quote!({
        #callsite
        let mut #answer = false;
        #found
        #answer
    })
}

/// The answer below the floor: no. The settings are compiled.
pub(super) fn no(krate: &TokenStream, level: &Level, resolved: &Resolved, errors: TokenStream) -> TokenStream {
    let settings = settings(krate, level, resolved);
    quote!({
        #errors
        if false {
            #settings
        }
        false
    })
}

/// A statement that is compiled and does nothing, and `errors`: its own, or none if it is below the floor.
///
/// It makes the same calls, so that the compiler rejects what it rejects above the floor, in the same words. But it has
/// no static: the compiler keeps those, even of code that it removes.
pub(super) fn off(
    krate: &TokenStream,
    level: &Level,
    resolved: &Resolved,
    extras: &Extras,
    errors: TokenStream,
) -> TokenStream {
    let settings = settings(krate, level, resolved);
    let items = &extras.items;
    let errors = quote!(#errors #items);
    // A message may be made of no input and still be wrong: `env!("NO_SUCH_VARIABLE")`.
    let is_constant = resolved.wires.iter().all(|wire| wire.encoding == Encoding::Suppressed);
    if resolved.inputs.is_empty() && is_constant && settings.is_empty() {
        return quote!({ #errors });
    }
    let private = quote!(#krate::__private);
    let traits = import(krate, resolved);
    let suppressed = (!resolved.settings.limit.is_none()).then(|| {
        let suppressed = suppressed();
        quote!(let #suppressed = #private::core::option::Option::Some(0_u64);)
    });
    let emit = emit(krate, resolved, extras, quote!(#private::nowhere()));
    quote!({
        #errors
        if false {
            #traits
            #settings
            #suppressed
            #emit
        }
    })
}

/// What is decided when the statement runs, and its constants, compiled only.
fn settings(krate: &TokenStream, level: &Level, resolved: &Resolved) -> TokenStream {
    let mut out = TokenStream::new();
    if let Level::Written(source) | Level::Dynamic(Source { tokens: source, .. }) = level {
        out.extend(quote!(let _: #krate::Level = #source;));
    }
    let settings = &resolved.settings;
    for text in [&settings.target, &settings.name].into_iter().flatten() {
        match text {
            Text::Literal(_) => {}
            Text::Constant(value) => {
                let value = &value.tokens;
                out.extend(quote!(const _: &#krate::__private::core::primitive::str = #value;));
            }
            Text::Dynamic(source) => {
                let value = parenthesized(source.tokens.clone(), source.span);
                let value = parenthesized(quote_spanned!(source.span=> &#value), source.span);
                out.extend(quote!(let _ = #krate::__private::target #value;));
            }
        }
    }
    let keys = resolved.wires.iter().filter_map(|wire| wire.key.as_ref().filter(|key| key.is_constant));
    let pieces = resolved.message.iter().flatten().filter_map(|piece| match piece {
        Piece::Constant(value) => Some(value),
        _ => None,
    });
    let keys = keys.map(|key| constant(krate, &key.tokens, true));
    for text in keys.chain(pieces.cloned()) {
        out.extend(quote!(const _: &#krate::__private::core::primitive::str = #text;));
    }
    if let Some(logger) = &settings.logger {
        // The parentheses are not the user's, but an error about another type is about the expression.
        let span = Span::call_site().located_at(logger.span);
        let value = parenthesized(logger.tokens.clone(), span);
        let value = quote_spanned!(span=> &#value);
        out.extend(quote!(let _: &#krate::Logger = #value;));
    }
    out
}

/// Finds the callsite for what is decided when the statement runs, calls it `site`, and does `then`.
fn at(krate: &TokenStream, level: &Level, resolved: &Resolved, site: &Ident, then: &TokenStream) -> TokenStream {
    let private = quote!(#krate::__private);
    let level_name = named("__rlog_level");
    let level = match level {
        Level::Fixed(level) | Level::Written(level) => level,
        Level::Dynamic(source) => &source.tokens,
    };
    let (logger, target) = (named("__rlog_logger"), named("__rlog_target"));
    let target_value = match &resolved.settings.target {
        Some(Text::Dynamic(source)) => {
            let value = parenthesized(source.tokens.clone(), source.span);
            let value = parenthesized(quote_spanned!(source.span=> &#value), source.span);
            Some(quote!(#private::target #value))
        }
        Some(Text::Literal(text)) => Some(quote!(#text)),
        Some(Text::Constant(value)) => {
            let value = &value.tokens;
            Some(quote!(#value))
        }
        None => None,
    };
    let find = |target: TokenStream| {
        quote!({
            let #site = __RLOG_CALLSITE.at(#level_name, #target);
            #then
        })
    };
    // `match`, since what the names are borrowed from has to live as long as they are used.
    let found = match (&resolved.settings.logger, &resolved.settings.target, target_value) {
        (Some(source), _, target_value) => {
            let value = parenthesized(source.tokens.clone(), source.span);
            let found = match target_value {
                Some(value) => {
                    let find = find(quote!(&#target));
                    quote!(match #logger.target(#value) { #target => #find })
                }
                None => find(quote!(#logger.name())),
            };
            // The error about another type is about the user's expression.
            let expected = Ident::new(&logger.to_string(), logger.span().located_at(source.span));
            quote!(match &#value {
                #logger => {
                    let #logger: &#krate::Logger = #expected;
                    #found
                }
            })
        }
        (None, Some(Text::Dynamic(_)), Some(value)) => {
            let find = find(quote!(#target));
            quote!(match #value { #target => #find })
        }
        _ => find(quote!("")),
    };
    quote! {
        let #level_name: #krate::Level = #level;
        if #private::compiled_in(#level_name) {
            #found
        }
    }
}

/// The statement's test, and what it does if that says yes.
fn test(private: &TokenStream, site: &TokenStream, is_limited: bool, then: &TokenStream) -> TokenStream {
    if !is_limited {
        return quote!(if #site.is_enabled() { #then });
    }
    let suppressed = suppressed();
    // Only what would be logged counts.
    quote! {
        if let #private::core::option::Option::Some(#suppressed) = #site.would_pass(&__RLOG_LIMIT) {
            #then
        }
    }
}

/// `static __RLOG_LIMIT`
fn limit(private: &TokenStream, limit: &Limit) -> Option<TokenStream> {
    if limit.is_none() {
        return None;
    }
    let mut calls = TokenStream::new();
    if let Some(first) = limit.first.map(Literal::u64_unsuffixed) {
        calls.extend(quote!(.first(#first)));
    }
    if let Some(every) = limit.every.map(Literal::u64_unsuffixed) {
        calls.extend(quote!(.every(#every)));
    }
    if let Some((count, period)) = limit.at_most {
        let (count, period) = (Literal::u64_unsuffixed(count), Literal::u64_unsuffixed(period));
        calls.extend(quote!(.at_most(#count, #period)));
    }
    Some(quote!(static __RLOG_LIMIT: #private::Limit = #private::Limit::new()#calls;))
}

/// Evaluates every input once, in order, and hands the values over. The `match` keeps temporaries alive that long. So
/// would a closure, but it would catch `?`, `return` and `.await`, and cost compile time. Where no input needs a name, there is
/// no `match`: that is an eighth less to compile.
fn emit(krate: &TokenStream, resolved: &Resolved, extras: &Extras, callsite: TokenStream) -> TokenStream {
    let in_place = extras.lints.is_empty() && can_be_in_place(resolved);
    let wires = grouped(wires(krate, resolved, &extras.expected, in_place));
    let emit = format_ident!("emit{}", wires.len());
    let parent = resolved.settings.parent.as_ref().map(|parent| {
        let parent = parenthesized(parent.tokens.clone(), parent.span);
        quote!(let _ = &#parent;)
    });
    let lints = &extras.lints;
    let call = quote!(#krate::__private::#emit(#callsite #(, #wires)*));
    let call = if lints.is_empty() { call } else { quote!({ #lints #call }) };
    if in_place {
        return if parent.is_none() { call } else { quote!({ #parent #call }) };
    }
    let values = resolved.inputs.iter().map(borrowed);
    let bindings = (0..resolved.inputs.len()).map(binding);
    quote! {
        #parent
        match (#(#values,)*) {
            (#(#bindings,)*) => #call
        }
    }
}

/// Imports the choices of encodings, which have no names, so that the user's names stay what they are; and `debug` and
/// `display`, if values use them as functions, since `tracing` has them in scope there.
fn import(krate: &TokenStream, resolved: &Resolved) -> Option<TokenStream> {
    if resolved.wires.is_empty() {
        return None;
    }
    let uses = |name: &str| resolved.inputs.iter().any(|input| uses_function(input.value.tokens.clone(), name));
    let functions = ["debug", "display"].into_iter().filter(|name| uses(name)).map(|name| {
        let name = Ident::new(name, Span::call_site());
        quote!(#[allow(unused_imports)] use #krate::field::#name;)
    });
    Some(quote!(use #krate::__private::probes::*; #(#functions)*))
}

/// Whether a value calls the function of this name, or maps something with it: `Some(debug(&x))`, `x.map(debug)`. A
/// variable may have the name, too, and stays what it is.
fn uses_function(value: TokenStream, name: &str) -> bool {
    let is_alone = |arguments: TokenStream| arguments.to_string() == name;
    let mut before = None;
    let mut tokens = value.into_iter().peekable();
    while let Some(token) = tokens.next() {
        let found = match &token {
            TokenTree::Group(group) => uses_function(group.stream(), name),
            TokenTree::Ident(ident) => match tokens.peek() {
                Some(TokenTree::Group(arguments)) if arguments.delimiter() == Delimiter::Parenthesis => {
                    let is_member = matches!(before, Some('.' | ':'));
                    (ident == name && !is_member) || (ident == "map" && is_alone(arguments.stream()))
                }
                _ => false,
            },
            _ => false,
        };
        if found {
            return true;
        }
        before = match token {
            TokenTree::Punct(punct) => Some(punct.as_char()),
            _ => None,
        };
    }
    false
}

/// A name that the user cannot see.
fn named(name: &str) -> Ident {
    Ident::new(name, Span::mixed_site())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_are_told_from_variables_and_methods_of_their_name() {
        let uses = |text: &str| uses_function(text.parse().expect("tokens"), "debug");
        for text in ["Some(debug(&v))", "a.map(debug)", "a.as_ref().map(debug)", "(debug(1), 2)", "{ debug(x) }"] {
            assert!(uses(text), "{text}");
        }
        for text in
            ["debug", "f(debug)", "a.debug()", "field::debug(&v)", "debug!(1)", "a.map(|debug| debug)", "map(x)"]
        {
            assert!(!uses(text), "{text}");
        }
    }
}
