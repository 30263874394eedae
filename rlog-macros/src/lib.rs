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
///
/// ```ignore
/// #[derive(rlog::Loggable)]
/// #[log(rename_all = "camelCase")]
/// struct Login<'a> {
///     user_id: u64,
///     #[log(skip_if = Option::is_none)]
///     referrer: Option<&'a str>,
///     #[log(redact)]
///     password: &'a str,
/// }
/// ```
///
/// The page `rlog::guide::derive` has all attributes with examples that run.
///
/// | of a field | |
/// | --- | --- |
/// | `skip`, `skip_if = path` | left out, always or if the function says so |
/// | `rename = ".."` | another key |
/// | `display`, `debug`, `serde`, `with = path`, `truncate = N` | how it is written, if not as its type says |
/// | `flatten`, `prefix = ".."` | its fields in its place, with something before their keys |
/// | `redact`, `mask = ".."`, `hash` | what is left of a secret |
/// | `unit = ".."` | the unit of its values |
/// | `allow(secret)` | its name is no secret's |
///
/// | of a type or a variant | |
/// | --- | --- |
/// | `rename_all = ".."`, `rename = ".."` | the names of fields and variants |
/// | `tag = ".."`, `content = ".."`, `name_only` | where a variant's name goes |
/// | `redact` | nothing of it is logged |
/// | `bound = ".."`, `crate = path` | for the generated code |
#[proc_macro_derive(Loggable, attributes(log))]
pub fn loggable(tokens: TokenStream) -> TokenStream {
    derive::loggable(tokens.into()).into()
}
