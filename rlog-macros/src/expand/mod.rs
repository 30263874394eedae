//! From a resolved statement to Rust.
//!
//! One block: one `static`, one check, one call. Everything is reached through the crate's own tokens (`$crate`), handed
//! in first, so that it works under whatever name and whatever prelude.

mod callsite;
mod event;
mod text;
mod wire;

use crate::check::resolve::resolve;
use crate::errors::Errors;
use crate::grammar::event::{self as grammar, Event};
use crate::grammar::field::Source;
use proc_macro2::TokenStream;
use syn::Token;
use syn::parse::{ParseStream, Parser as _};

/// Where the statement's level lies with regard to the compile-time floor.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Floor {
    Above,
    /// Nothing is left of the statement, but it is compiled like any other.
    Below,
}

/// How severe the statement is.
pub(crate) enum Level {
    /// The path of a constant.
    Fixed(TokenStream),
    /// An expression of the user's.
    Dynamic(Source),
}

/// Expands one statement: `[<crate>] [<level>] <statement>`, or, if the level is dynamic, `[<crate>] <level>, <statement>`.
pub(crate) fn statement(tokens: TokenStream, floor: Floor) -> TokenStream {
    let parse = |input: ParseStream<'_>| {
        let krate = bracketed(input)?;
        let mut errors = Errors::default();
        let mut event = Event::default();
        let fixed = if input.peek(syn::token::Bracket) { bracketed(input)? } else { TokenStream::new() };
        let level = if fixed.is_empty() {
            grammar::settings(input, &mut event, &mut errors);
            let level = Source::parse(input);
            if level.tokens.is_empty() {
                return Err(syn::Error::new(input.span(), "no level; write `log!(Level::INFO, \"..\")`"));
            }
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
            Level::Dynamic(level)
        } else {
            Level::Fixed(fixed)
        };
        if input.is_empty() {
            return Err(syn::Error::new(
                input.span(),
                "nothing to log; write a message, such as `\"started\"`, or a field",
            ));
        }
        grammar::event(input, &mut event, &mut errors);
        let resolved = resolve(event, &mut errors);
        Ok(if errors.is_empty() {
            match floor {
                Floor::Above => event::on(&krate, &level, &resolved),
                Floor::Below => event::off(&krate, &level, &resolved, TokenStream::new()),
            }
        } else {
            event::off(&krate, &level, &resolved, errors.into_tokens())
        })
    };
    parse.parse2(tokens).unwrap_or_else(|error| {
        let error = error.to_compile_error();
        quote::quote!({ #error })
    })
}

/// The tokens in `[..]`.
fn bracketed(input: ParseStream<'_>) -> syn::Result<TokenStream> {
    let inner;
    syn::bracketed!(inner in input);
    inner.parse()
}
