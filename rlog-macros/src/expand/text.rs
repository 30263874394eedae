//! The callsite's text: everything constant about a statement, in one string.
//!
//! It is a sequence of items and a `.`; the module path and the file follow it at compile time. Lengths are decimal
//! numbers of bytes. The runtime's `callsite::info` reads it.
//!
//! | item | meaning |
//! | --- | --- |
//! | `t<n>:<text>` | the target, if it is not the module path |
//! | `m` | there is a message |
//! | `p<n>:<text>` | a literal piece of the message |
//! | `h<a>;` | a hole that shows wire `a` plainly |
//! | `h<a>,<spec>;` | a hole that shows wire `a` by a specification |
//! | `h<a>,<spec>,<b>;` | the same, unless wire `b` holds the text already |
//! | `k<n>:<text>` | the next wire is a field with this key |
//! | `a` | the next wire is no field |
//!
//! A specification is: the fill character, the alignment (one of `-<^>`, `-` for none), the flags as a hexadecimal digit
//! (1 `+`, 2 `-`, 4 `#`, 8 `0`), the width, `.`, the precision, `.`, and the form (`d`, `?`, `e`, `E`). Width and precision
//! are `_` for none, a number, or `$` and the number of a wire.

use crate::check::resolve::{Piece, Resolved, WireSpec};
use crate::grammar::template::{Align, Count, Form, Spec};
use std::fmt::Write as _;

/// Writes the text, without the module path and the file.
pub(super) fn text(resolved: &Resolved) -> String {
    let mut out = String::new();
    if let Some(target) = &resolved.target {
        sized(&mut out, 't', target);
    }
    if let Some(pieces) = &resolved.message {
        out.push('m');
        for piece in pieces {
            write_piece(&mut out, piece);
        }
    }
    for wire in &resolved.wires {
        match &wire.key {
            Some(key) => sized(&mut out, 'k', key),
            None => out.push('a'),
        }
    }
    out.push('.');
    out
}

fn sized(out: &mut String, tag: char, text: &str) {
    let _ = write!(out, "{tag}{}:{text}", text.len());
}

fn write_piece(out: &mut String, piece: &Piece) {
    match piece {
        Piece::Literal(text) => sized(out, 'p', text),
        Piece::Hole { value, spec, text } => {
            let _ = write!(out, "h{value}");
            if let Some(spec) = spec {
                out.push(',');
                write_spec(out, spec);
            }
            if let Some(text) = text {
                let _ = write!(out, ",{text}");
            }
            out.push(';');
        }
    }
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
