//! The message: a literal with holes, or one of the few other things that can stand in its place.

use super::field::{Capture, Source};
use super::settings::is_screaming;
use proc_macro2::{Literal, Span, TokenStream};
use quote::ToTokens;
use syn::parse::Parser as _;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned as _;
use syn::{Expr, Lit, LitStr, Token, UnOp};

/// What the statement says in words.
#[derive(Clone)]
pub(crate) enum Message {
    /// A literal, or what `concat!` makes of some: text with holes.
    Template(Template),
    /// The path of a constant: text without holes.
    Constant(Source),
    /// A call of a macro that only the compiler can expand. What it says is formatted when the statement runs.
    Call(Source),
    /// `message = value`: what the value displays, or what an option holds.
    Value(Source, Capture),
    /// `message = "literal"`, `message = ?"literal"`: text without holes.
    Verbatim(String),
}

/// A literal that may have holes.
#[derive(Clone)]
pub(crate) struct Template {
    pub(crate) text: String,
    /// Where it stands.
    pub(crate) literal: Literal,
}

impl From<LitStr> for Template {
    fn from(literal: LitStr) -> Self {
        Self { text: literal.value(), literal: literal.token() }
    }
}

impl Message {
    /// What an expression in the place of the message is, or `None` if it can be no message.
    pub(super) fn of(value: &TokenStream) -> Option<Self> {
        match syn::parse2::<Expr>(value.clone()).ok()? {
            Expr::Group(group) => Self::of(&group.expr.into_token_stream()),
            Expr::Lit(literal) => match literal.lit {
                Lit::Str(text) => Some(Self::Template(text.into())),
                _ => None,
            },
            Expr::Macro(call) if call.mac.path.segments.last().is_some_and(|last| last.ident == "format") => None,
            Expr::Macro(call) => {
                let span = call.mac.path.span();
                Some(match evaluate(&Expr::Macro(call)) {
                    Some(text) => Self::Template(LitStr::new(&text, span).into()),
                    None => Self::Call(Source { tokens: value.clone(), span }),
                })
            }
            Expr::Path(path) if path.qself.is_none() && path.path.segments.len() > 1 => {
                let is_constant = path.path.segments.last().is_some_and(|last| is_screaming(&last.ident));
                let span = path.span();
                is_constant.then(|| Self::Constant(Source { tokens: value.clone(), span }))
            }
            _ => None,
        }
    }

    /// Where it stands.
    pub(crate) fn span(&self) -> Span {
        match self {
            Self::Template(template) => template.literal.span(),
            Self::Constant(value) | Self::Call(value) | Self::Value(value, _) => value.span,
            Self::Verbatim(_) => Span::call_site(),
        }
    }
}

/// The text that `concat!` and `stringify!` of literals have. A macro sees them before the compiler expands them.
fn evaluate(value: &Expr) -> Option<String> {
    match value {
        Expr::Lit(literal) => Some(match &literal.lit {
            Lit::Str(text) => text.value(),
            Lit::Char(char) => char.value().to_string(),
            Lit::Bool(bool) => bool.value.to_string(),
            Lit::Int(number) => number.base10_digits().to_owned(),
            Lit::Float(number) => number.base10_digits().to_owned(),
            _ => return None,
        }),
        Expr::Unary(unary) if matches!(unary.op, UnOp::Neg(_)) => Some(format!("-{}", evaluate(&unary.expr)?)),
        Expr::Group(group) => evaluate(&group.expr),
        Expr::Macro(call) if call.mac.path.is_ident("stringify") => Some(call.mac.tokens.to_string()),
        Expr::Macro(call) if call.mac.path.is_ident("concat") => {
            let parts = Punctuated::<Expr, Token![,]>::parse_terminated.parse2(call.mac.tokens.clone()).ok()?;
            parts.iter().map(evaluate).collect()
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn concat_of_literals_is_a_template() {
        let value = |text: &str| evaluate(&syn::parse_str(text).expect("an expression"));
        assert_eq!(
            value(r#"concat!("a", 1u8, -2, 1.5, 'c', true, concat!("{}", ""),)"#).as_deref(),
            Some("a1-21.5ctrue{}")
        );
        assert_eq!(value("concat!(stringify!(a), \"b\")").as_deref(), Some("ab"));
        for text in ["concat!(env!(\"HOME\"))", "concat!(NAME)", "other!()", "1 + 1"] {
            assert_eq!(value(text), None, "{text}");
        }
    }

    #[test]
    fn only_a_path_to_a_constant_is_a_message() {
        let is_message = |text: &str| Message::of(&text.parse().expect("tokens")).is_some();
        for text in ["messages::STARTED", "self::STARTED", "\"text\"", "concat!(\"a\")", "include_str!(\"x\")"] {
            assert!(is_message(text), "{text}");
        }
        for text in ["STARTED", "messages::started", "Type::new()", "format!(\"x\")", "1", "&text"] {
            assert!(!is_message(text), "{text}");
        }
    }
}
