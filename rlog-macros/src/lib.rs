//! The compile time of rlog.
//!
//! One log statement is parsed (`grammar`), checked and resolved (`check`) and expanded (`expand`). Here are only
//! the doors. They are called by the macros of the `rlog` crate, never by a user, except the derive.

mod check;
mod derive;
mod errors;
mod expand;
mod grammar;
#[allow(dead_code, reason = "until the statements call it")]
mod schema;

use proc_macro::TokenStream;

/// A statement of a fixed level: `[<crate>] [<level>] <statement>`.
#[doc(hidden)]
#[proc_macro]
pub fn __event(tokens: TokenStream) -> TokenStream {
    expand::statement(tokens.into(), expand::Floor::Above).into()
}

/// A statement whose level is an expression: `[<crate>] <level>, <statement>`.
#[doc(hidden)]
#[proc_macro]
pub fn __log(tokens: TokenStream) -> TokenStream {
    expand::statement(tokens.into(), expand::Floor::Above).into()
}

/// A statement below the compile-time floor: what [`__event`] takes, or `[<crate>] [] <what __log takes>`.
#[doc(hidden)]
#[proc_macro]
pub fn __off(tokens: TokenStream) -> TokenStream {
    expand::statement(tokens.into(), expand::Floor::Below).into()
}

/// Makes a type loggable as a structured value, field by field.
#[proc_macro_derive(Loggable, attributes(log))]
pub fn loggable(tokens: TokenStream) -> TokenStream {
    derive::loggable(tokens.into()).into()
}
