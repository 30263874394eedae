//! The compile time of rlog.
//!
//! One log statement is parsed (`grammar`), checked and resolved (`check`) and expanded (`expand`). Here are only
//! the doors. They are called by the macros of the `rlog` crate, never by a user, except the derive.

mod check;
mod derive;
mod errors;
mod expand;
mod grammar;
mod level;
mod schema;

use proc_macro::TokenStream;

/// A statement of a fixed level: `[<crate>] [<level>] <statement>`.
#[doc(hidden)]
#[proc_macro]
pub fn __event(tokens: TokenStream) -> TokenStream {
    expand::statement(tokens.into(), expand::Floor::Above).into()
}

/// A statement with its level in it, which may be an expression: `[<crate>] [<floor>] <settings> <level>, <statement>`.
#[doc(hidden)]
#[proc_macro]
pub fn __log(tokens: TokenStream) -> TokenStream {
    expand::leveled(tokens.into()).into()
}

/// Whether a statement would be logged; takes what [`__log`] takes.
#[doc(hidden)]
#[proc_macro]
pub fn __enabled(tokens: TokenStream) -> TokenStream {
    expand::question(tokens.into()).into()
}

/// A statement of a level that `level!` declares: `[<crate>] [<floor>] [<severity>] [<name>] [<colour>] <statement>`.
#[doc(hidden)]
#[proc_macro]
pub fn __leveled(tokens: TokenStream) -> TokenStream {
    expand::declared(tokens.into()).into()
}

/// A level of the user's own: `[<crate>] <what level! takes>`.
#[doc(hidden)]
#[proc_macro]
pub fn __level(tokens: TokenStream) -> TokenStream {
    level::level(tokens.into()).into()
}

/// A statement below the compile-time floor: what [`__event`] takes.
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
