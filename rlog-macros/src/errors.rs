//! The mistakes found so far: all of them are reported, each at the user's own token.

use proc_macro2::{Delimiter, Span, TokenStream, TokenTree};
use quote::ToTokens;
use std::fmt::Display;

/// Collects errors, in the order in which they are found.
#[derive(Default)]
pub(crate) struct Errors(Option<syn::Error>);

impl Errors {
    /// Reports a mistake in `place`. The text names the thing as the user typed it and says what to write instead.
    pub(crate) fn at(&mut self, place: impl ToTokens, text: impl Display) {
        self.push(syn::Error::new_spanned(place, text));
    }

    /// Reports a mistake that concerns two places.
    pub(crate) fn at_both(
        &mut self,
        place: impl ToTokens,
        text: impl Display,
        other: impl ToTokens,
        note: impl Display,
    ) {
        self.at(place, text);
        self.at(other, note);
    }

    pub(crate) fn push(&mut self, error: syn::Error) {
        match &mut self.0 {
            Some(first) => first.combine(error),
            None => self.0 = Some(error),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// One `compile_error!` for each mistake.
    pub(crate) fn into_tokens(self) -> TokenStream {
        self.0.map(|errors| errors.to_compile_error()).unwrap_or_default()
    }
}

/// The user's words, for an error that quotes them: with the spaces that are in the source, cut where they become too many.
pub(crate) fn words(tokens: &TokenStream) -> String {
    let mut out = String::new();
    write_words(&mut out, tokens.clone(), &mut None);
    match out.char_indices().nth(MAX_WORDS) {
        Some((end, _)) => format!("{}..", &out[..end]),
        None => out,
    }
}

const MAX_WORDS: usize = 40;

fn write_words(out: &mut String, tokens: TokenStream, last: &mut Option<Span>) {
    for token in tokens {
        if let TokenTree::Group(group) = &token {
            let (open, close) = match group.delimiter() {
                Delimiter::Parenthesis => ("(", ")"),
                Delimiter::Brace => ("{", "}"),
                Delimiter::Bracket => ("[", "]"),
                Delimiter::None => ("", ""),
            };
            write_word(out, open, group.span_open(), last);
            write_words(out, group.stream(), last);
            write_word(out, close, group.span_close(), last);
        } else {
            write_word(out, &token.to_string(), token.span(), last);
        }
    }
}

fn write_word(out: &mut String, word: &str, span: Span, last: &mut Option<Span>) {
    if word.is_empty() {
        return;
    }
    let (line, column) = position(span.unwrap().start());
    let apart = last.replace(span).is_some_and(|last| {
        let (last_line, last_column) = position(last.unwrap().end());
        last_line != line || last_column < column
    });
    if apart {
        out.push(' ');
    }
    out.push_str(word);
}

fn position(span: proc_macro::Span) -> (usize, usize) {
    (span.line(), span.column())
}
