//! The callsite's text: everything constant about a statement, in one string.
//!
//! It is a sequence of items and a `.`; the module path and the file follow it at compile time. Lengths are decimal
//! numbers of bytes. The runtime's `callsite::info` reads it.
//!
//! | item | meaning |
//! | --- | --- |
//! | `t<n>:<text>` | the target, if it is not the module path |
//! | `n<n>:<text>` | the event's name |
//! | `m` | there is a message |
//! | `p<n>:<text>` | a literal piece of the message |
//! | `h<a>;` | a hole that shows wire `a` plainly |
//! | `h<a>,<spec>;` | a hole that shows wire `a` by a specification |
//! | `h<a>,<spec>,<b>;` | the same, unless wire `b` holds the text already |
//! | `k<n>:<text>` | the next wire is a field with this key |
//! | `d<n>:<text>` | behind a key: the field's kind and, after a space, its unit |
//! | `s` | the next wire is a value whose fields are fields of the event |
//! | `a` | the next wire is no field |
//!
//! A specification is: the fill character, the alignment (one of `-<^>`, `-` for none), the flags as a hexadecimal digit
//! (1 `+`, 2 `-`, 4 `#`, 8 `0`), the width, `.`, the precision, `.`, and the form (`d`, `?`, `e`, `E`). Width and precision
//! are `_` for none, a number, or `$` and the number of a wire.

use super::wire::parenthesized;
use crate::check::resolve::{Encoding, Piece, Resolved, Wire, WireSpec};
use crate::check::warning::place;
use crate::grammar::settings::Text as Setting;
use crate::grammar::template::{Align, Count, Form, Spec};
use proc_macro2::TokenStream;
use quote::quote;
use std::fmt::Write as _;

/// A text, some of which may be constants that only the compiler knows.
#[derive(Default)]
struct Text {
    /// What is known, up to and behind each constant.
    known: Vec<String>,
    /// Each with whether it is a key.
    constants: Vec<(TokenStream, bool)>,
}

/// The expression of the whole text, with the module path and the file. `target` and `name` are among the settings.
pub(super) fn text(krate: &TokenStream, resolved: &Resolved, described: &[Option<String>]) -> TokenStream {
    let mut text = Text { known: vec![String::new()], constants: Vec::new() };
    text.setting('t', resolved.settings.target.as_ref());
    text.setting('n', resolved.settings.name.as_ref());
    if let Some(pieces) = &resolved.message {
        text.push("m");
        for piece in pieces {
            text.piece(piece);
        }
    }
    for (index, wire) in resolved.wires.iter().enumerate() {
        text.wire(wire, described.get(index).and_then(Option::as_deref));
    }
    text.push(".");
    text.expression(krate)
}

impl Text {
    fn push(&mut self, text: &str) {
        if let Some(last) = self.known.last_mut() {
            last.push_str(text);
        }
    }

    fn sized(&mut self, tag: char, text: &str) {
        self.push(&format!("{tag}{}:{text}", text.len()));
    }

    fn constant(&mut self, tag: char, value: &TokenStream) {
        self.push(tag.encode_utf8(&mut [0; 4]));
        self.constants.push((value.clone(), tag == 'k'));
        self.known.push(String::new());
    }

    fn setting(&mut self, tag: char, setting: Option<&Setting>) {
        match setting {
            Some(Setting::Literal(text)) => self.sized(tag, text),
            Some(Setting::Constant(value)) => self.constant(tag, &value.tokens),
            Some(Setting::Dynamic(_)) | None => {}
        }
    }

    fn piece(&mut self, piece: &Piece) {
        match piece {
            Piece::Literal(text) => self.sized('p', text),
            Piece::Constant(value) => self.constant('p', value),
            Piece::Hole { value, spec, text } => {
                let mut out = format!("h{value}");
                if let Some(spec) = spec {
                    out.push(',');
                    write_spec(&mut out, spec);
                }
                if let Some(text) = text {
                    let _ = write!(out, ",{text}");
                }
                out.push(';');
                self.push(&out);
            }
        }
    }

    fn wire(&mut self, wire: &Wire, described: Option<&str>) {
        match &wire.key {
            Some(key) if key.is_constant => self.constant('k', &key.tokens),
            Some(key) => self.sized('k', &key.text),
            None if wire.encoding == Encoding::Splat => return self.push("s"),
            None => return self.push("a"),
        }
        if let Some(described) = described {
            self.sized('d', described);
        }
    }

    fn expression(self, krate: &TokenStream) -> TokenStream {
        let private = quote!(#krate::__private);
        let core = quote!(#private::core);
        let place = quote!(#core::module_path!(), "\x1f", #core::file!());
        let Self { known, constants } = self;
        let Some((last, before)) = known.split_last().filter(|(_, before)| !before.is_empty()) else {
            return quote!(#core::concat!(#(#known,)* #place));
        };
        let constants = constants.iter().map(|(value, is_key)| constant(krate, value, *is_key));
        quote!({
            const __RLOG_PARTS: &[#private::Part] = &[
                #(
                    #private::Part::Text(#before),
                    #private::Part::Sized(#constants),
                )*
                #private::Part::Text(#core::concat!(#last, #place)),
            ];
            const __RLOG_BYTES: [#core::primitive::u8; #private::text_length(__RLOG_PARTS)] =
                #private::join(__RLOG_PARTS);
            #private::text_of(&__RLOG_BYTES)
        })
    }
}

/// A constant text of the user's. One that is empty cannot be a key, and the compiler says so there.
pub(super) fn constant(krate: &TokenStream, value: &TokenStream, is_key: bool) -> TokenStream {
    let private = quote!(#krate::__private);
    // It is the user's, and may have any other name.
    let declaration = quote!(const __RLOG_TEXT: &#private::core::primitive::str = #value;);
    if !is_key {
        return quote!({ #declaration __RLOG_TEXT });
    }
    let function = parenthesized(quote!(#private::check_key), place(value));
    let argument = parenthesized(quote!(__RLOG_TEXT), place(value));
    quote!({ #declaration const _: () = #function #argument; __RLOG_TEXT })
}

fn write_spec(out: &mut String, WireSpec { spec, width, precision }: &WireSpec) {
    out.push(spec.fill.unwrap_or(' '));
    out.push(match spec.align {
        None => '-',
        Some(Align::Left) => '<',
        Some(Align::Center) => '^',
        Some(Align::Right) => '>',
    });
    let _ = write!(out, "{:x}", flags(spec));
    write_count(out, spec.width.as_ref(), *width);
    out.push('.');
    write_count(out, spec.precision.as_ref(), *precision);
    out.push('.');
    out.push(match spec.form {
        Form::Debug => '?',
        Form::LowerExp => 'e',
        Form::UpperExp => 'E',
        // Exact forms are text before they get here.
        Form::Display | Form::Exact(_) => 'd',
    });
}

fn flags(spec: &Spec) -> u8 {
    u8::from(spec.plus) | u8::from(spec.minus) << 1 | u8::from(spec.alternate) << 2 | u8::from(spec.zero) << 3
}

fn write_count(out: &mut String, count: Option<&Count>, wire: Option<usize>) {
    let _ = match (count, wire) {
        (Some(Count::Fixed(count)), _) => write!(out, "{count}"),
        (Some(Count::Argument(_)), Some(wire)) => write!(out, "${wire}"),
        _ => write!(out, "_"),
    };
}
