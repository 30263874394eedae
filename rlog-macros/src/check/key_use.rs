//! One key of a statement, as the lint of secrets and the schema look at it.

use proc_macro2::TokenStream;

/// A field that is about to be logged: from the fields, from the arguments, or from a hole with a name.
pub(crate) struct KeyUse<'a> {
    pub(crate) text: &'a str,
    /// What the user wrote for it, and where.
    pub(crate) tokens: &'a TokenStream,
    /// `#[allow(secret)]` stands before the field, or its value is a literal, which holds nobody's secret.
    pub(crate) allows_secret: bool,
    /// The number of its input.
    pub(crate) input: usize,
}
