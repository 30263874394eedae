//! One field: `key = %value`, or a variable that is its own key.

use crate::errors::{Errors, words};
use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::ext::IdentExt as _;
use syn::parse::ParseStream;
use syn::parse::discouraged::Speculative as _;
use syn::spanned::Spanned as _;
use syn::{Expr, Ident, LitStr, Member, Token};

/// `key = value`, with the sigil before the value.
pub(crate) struct Field {
    pub(crate) key: Key,
    pub(crate) capture: Capture,
    pub(crate) value: Source,
}

/// The name of a field, and where the user wrote it.
#[derive(Clone)]
pub(crate) struct Key {
    pub(crate) text: String,
    pub(crate) tokens: TokenStream,
}

/// How the value is to be logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Capture {
    /// No sigil: as what it is.
    Value,
    /// `%`: its `Display`.
    Display,
    /// `?`: its `Debug`.
    Debug,
    /// `#?`: its `Debug` over several lines.
    Pretty,
}

/// An expression of the user's.
#[derive(Clone)]
pub(crate) struct Source {
    pub(crate) tokens: TokenStream,
    pub(crate) span: Span,
}

impl Field {
    /// A field, if that is what comes next. `None` leaves the input where it was; it may be the message, or a mistake.
    pub(crate) fn parse(input: ParseStream<'_>, errors: &mut Errors) -> Option<Self> {
        if let Some(capture) = Capture::parse(input) {
            return Some(Self::shorthand(input, capture, errors));
        }
        if let Some(key) = Key::before_equals(input) {
            let _ = input.parse::<Token![=]>();
            let capture = Capture::parse(input).unwrap_or(Capture::Value);
            let value = if input.is_empty() || input.peek(Token![,]) || input.peek(Token![;]) {
                let text = &key.text;
                errors.at(&key.tokens, format_args!("`{text}` has no value; write `{text} = value`"));
                Source::unit(key.tokens.span())
            } else {
                Source::parse(input)
            };
            return Some(Self { key, capture, value });
        }
        let ahead = input.fork();
        let key = Key::dotted(&ahead)?;
        if ahead.is_empty() || ahead.peek(Token![,]) || ahead.peek(Token![;]) {
            let value = Source::parse(input);
            return Some(Self { key, capture: Capture::Value, value });
        }
        None
    }

    /// What follows a sigil that has no key before it.
    fn shorthand(input: ParseStream<'_>, capture: Capture, errors: &mut Errors) -> Self {
        let sigil = capture.sigil();
        if input.is_empty() || input.peek(Token![,]) {
            errors.push(syn::Error::new(
                input.span(),
                format_args!("`{sigil}` has no value; write `{sigil}variable` or `key = {sigil}value`"),
            ));
            let key = Key { text: String::new(), tokens: TokenStream::new() };
            return Self { key, capture: Capture::Value, value: Source::unit(input.span()) };
        }
        let value = Source::parse(input);
        let key = Key::of_value(&value.tokens).unwrap_or_else(|| {
            let shown = words(&value.tokens);
            errors.at(
                &value.tokens,
                format_args!("`{sigil}{shown}` has no key, since it is not a variable; write `key = {sigil}{shown}`"),
            );
            Key { text: String::new(), tokens: value.tokens.clone() }
        });
        Self { key, capture, value }
    }
}

impl Key {
    /// `a.b =` or `"a-b" =`, without the `=`.
    pub(super) fn before_equals(input: ParseStream<'_>) -> Option<Self> {
        let ahead = input.fork();
        let key = if ahead.peek(LitStr) {
            let literal = ahead.parse::<LitStr>().ok()?;
            Self { text: literal.value(), tokens: literal.into_token_stream() }
        } else {
            Self::dotted(&ahead)?
        };
        if !is_equals(&ahead) {
            return None;
        }
        input.advance_to(&ahead);
        Some(key)
    }

    /// `a.b.c`, keywords included.
    fn dotted(input: ParseStream<'_>) -> Option<Self> {
        let first = input.call(Ident::parse_any).ok()?;
        let mut key = Self { text: first.unraw().to_string(), tokens: first.into_token_stream() };
        while input.peek(Token![.]) && !input.peek(Token![..]) {
            let dot = input.parse::<Token![.]>().ok()?;
            let (text, part) = match input.call(Ident::parse_any) {
                Ok(ident) => (ident.unraw().to_string(), ident.into_token_stream()),
                Err(_) => {
                    let number = input.parse::<syn::Lit>().ok()?;
                    (number.to_token_stream().to_string(), number.into_token_stream())
                }
            };
            key.text.push('.');
            key.text.push_str(&text);
            key.tokens.extend(quote!(#dot #part));
        }
        Some(key)
    }

    /// The key that a variable or a path of fields is for itself.
    fn of_value(value: &TokenStream) -> Option<Self> {
        fn path(value: &Expr) -> Option<String> {
            Some(match value {
                Expr::Path(path) => path.path.get_ident()?.unraw().to_string(),
                Expr::Field(field) => {
                    let base = path(&field.base)?;
                    match &field.member {
                        Member::Named(name) => format!("{base}.{}", name.unraw()),
                        Member::Unnamed(index) => format!("{base}.{}", index.index),
                    }
                }
                Expr::Group(group) => path(&group.expr)?,
                _ => return None,
            })
        }
        let text = path(&syn::parse2(value.clone()).ok()?)?;
        Some(Self { text, tokens: value.clone() })
    }
}

impl Capture {
    /// The sigil, if there is one.
    pub(crate) fn parse(input: ParseStream<'_>) -> Option<Self> {
        if input.parse::<Token![%]>().is_ok() {
            Some(Self::Display)
        } else if input.parse::<Token![?]>().is_ok() {
            Some(Self::Debug)
        } else if input.peek(Token![#]) && input.peek2(Token![?]) {
            let _ = (input.parse::<Token![#]>(), input.parse::<Token![?]>());
            Some(Self::Pretty)
        } else {
            None
        }
    }

    pub(crate) fn sigil(self) -> &'static str {
        match self {
            Self::Value => "",
            Self::Display => "%",
            Self::Debug => "?",
            Self::Pretty => "#?",
        }
    }
}

impl Source {
    /// An expression: up to where Rust says it ends. What is no expression is handed on up to the next comma, so that
    /// the compiler says what is wrong with it and editors complete it.
    pub(crate) fn parse(input: ParseStream<'_>) -> Self {
        let ahead = input.fork();
        let tokens = match single(&ahead) {
            Some(token) => {
                input.advance_to(&ahead);
                token.into()
            }
            None => {
                let ahead = input.fork();
                match ahead.parse::<Expr>() {
                    Ok(value) => {
                        input.advance_to(&ahead);
                        value.into_token_stream()
                    }
                    Err(_) => up_to_comma(input),
                }
            }
        };
        Self { span: tokens.span(), tokens }
    }

    /// Stands for a value that is missing.
    fn unit(span: Span) -> Self {
        let mut unit = Group::new(Delimiter::Parenthesis, TokenStream::new());
        unit.set_span(span);
        Self { tokens: TokenTree::from(unit).into(), span }
    }
}

/// Whether `=` comes next, and not `==` or `=>`.
fn is_equals(input: ParseStream<'_>) -> bool {
    input.peek(Token![=]) && !input.peek(Token![==]) && !input.peek(Token![=>])
}

/// The tokens up to the next comma.
pub(crate) fn up_to_comma(input: ParseStream<'_>) -> TokenStream {
    let mut tokens = TokenStream::new();
    while !input.is_empty() && !input.peek(Token![,]) {
        let Ok(token) = input.parse::<TokenTree>() else { break };
        tokens.extend([token]);
    }
    tokens
}

/// One token that is an expression of its own, which most arguments are: no need to ask the expression parser.
fn single(input: ParseStream<'_>) -> Option<TokenTree> {
    let token = input.parse::<TokenTree>().ok()?;
    let alone = input.is_empty() || input.peek(Token![,]);
    let whole = match &token {
        TokenTree::Ident(ident) => ident != "return" && ident != "break" && ident != "continue",
        TokenTree::Literal(_) => true,
        TokenTree::Group(_) | TokenTree::Punct(_) => false,
    };
    (alone && whole).then_some(token)
}
