//! One key of a statement, as the lint of secrets and the schema look at it.

use super::resolve::Resolved;
use proc_macro2::{TokenStream, TokenTree};

/// A field that is about to be logged: from the fields, from the arguments, or from a hole with a name.
pub(crate) struct KeyUse<'a> {
    pub(crate) text: &'a str,
    /// What the user wrote for it, and where.
    pub(crate) tokens: &'a TokenStream,
    /// `#[allow(secret)]` stands before the field, or its value is a literal, which is nobody's secret.
    pub(crate) allows_secret: bool,
    pub(crate) origin: Origin<'a>,
    /// The number of its input.
    pub(crate) input: usize,
    /// The number of its wire.
    pub(crate) wire: usize,
}

/// Where a key stands.
#[derive(Clone, Copy)]
pub(crate) enum Origin<'a> {
    /// Before the message.
    Field,
    /// In a hole only.
    Hole,
    /// Behind the message, before this value.
    Argument(&'a TokenStream),
    /// In a type that derives `Loggable`.
    Type,
}

impl<'a> KeyUse<'a> {
    /// All keys of a statement that the macro knows: those of constants and of splats it does not.
    pub(crate) fn all(resolved: &'a Resolved) -> Vec<Self> {
        let keys = resolved.wires.iter().enumerate().filter_map(|(index, wire)| {
            let key = wire.key.as_ref().filter(|key| !key.is_constant)?;
            let input = &resolved.inputs[wire.input?];
            let allows_secret = input.allows_secret || is_literal(&input.value.tokens);
            let origin = match input.capture {
                Some(_) => Origin::Field,
                None if input.is_variable => Origin::Hole,
                None => Origin::Argument(&input.value.tokens),
            };
            Some(Self { text: &key.text, tokens: &key.tokens, allows_secret, origin, input: wire.input?, wire: index })
        });
        keys.collect()
    }
}

fn is_literal(value: &TokenStream) -> bool {
    let mut tokens = value.clone().into_iter();
    matches!((tokens.next(), tokens.next()), (Some(TokenTree::Literal(_)), None))
}
