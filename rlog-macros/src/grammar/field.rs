//! One field: `key = %value`, or a variable that is its own key.

use crate::errors::{Errors, words};
use proc_macro2::{Delimiter, Group, Ident as Identifier, Punct, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::ext::IdentExt as _;
use syn::parse::ParseStream;
use syn::parse::discouraged::Speculative as _;
use syn::spanned::Spanned as _;
use syn::{Attribute, Expr, Ident, LitStr, Member, Meta, Token, braced, token};

/// `key = value`, with the sigil before the value.
#[derive(Clone)]
pub(crate) struct Field {
    /// What stands in `#[cfg(..)]` before it.
    pub(crate) conditions: Vec<TokenStream>,
    /// `#[allow(secret)]`: it may look like a secret.
    pub(crate) allows_secret: bool,
    /// `None` for a splat.
    pub(crate) key: Option<Key>,
    pub(crate) capture: Capture,
    pub(crate) value: Source,
}

/// The name of a field, and where the user wrote it.
#[derive(Clone)]
pub(crate) struct Key {
    pub(crate) text: String,
    pub(crate) tokens: TokenStream,
    /// `{ KEY }`: the text is that of this constant, which is not known here.
    pub(crate) is_constant: bool,
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
    /// `#`: its `serde::Serialize`.
    Serde,
    /// `..`: each of its fields is a field.
    Splat,
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
        if input.peek(Token![#]) && input.peek2(token::Bracket) {
            return Self::with_attributes(input, errors);
        }
        if input.peek(Token![..]) && !input.peek(Token![..=]) {
            let dots = input.parse::<Token![..]>().ok()?;
            let value = if ends(input) {
                let span = dots.span();
                errors.at(dots, "`..` has no value; write `..value`, whose fields become fields of the event");
                return Some(Self::new(None, Capture::Value, Source::unit(span)));
            } else {
                Source::parse(input)
            };
            return Some(Self::new(None, Capture::Splat, value));
        }
        if let Some(capture) = Capture::parse_checked(input, errors) {
            return Some(Self::shorthand(input, capture, errors));
        }
        let ahead = input.fork();
        let key = Key::parse(&ahead)?;
        if ahead.peek(Token![=>]) {
            let text = format_args!("a field has `=`, and no `=>`, before its value; write `{} = ..`", key.text);
            errors.at(ahead.parse::<Token![=>]>().ok()?, text);
            input.advance_to(&ahead);
            return Some(Self::new(None, Capture::Value, Source::parse(input)));
        }
        if is_equals(&ahead) {
            input.advance_to(&ahead);
            let _ = input.parse::<Token![=]>();
            let capture = Capture::parse_checked(input, errors);
            let value = value_of(&key, input, errors);
            let (capture, value) = match (capture, Capture::of_call(&value)) {
                (None, Some(wrapped)) => wrapped,
                (capture, _) => (capture.unwrap_or(Capture::Value), value),
            };
            return Some(Self::new(Some(key), capture, value));
        }
        if ahead.peek(Token![:]) && !ahead.peek(Token![::]) {
            return Self::with_modifier(key, &ahead, input, errors);
        }
        if ends(&ahead) && !key.is_literal() {
            let value = Source::parse(input);
            return Some(Self::new(Some(key), Capture::Value, value));
        }
        None
    }

    fn new(key: Option<Key>, capture: Capture, value: Source) -> Self {
        Self { conditions: Vec::new(), allows_secret: false, key, capture, value }
    }

    /// `#[cfg(unix)] key = value`. `None` is no field behind the attribute, which has been reported.
    fn with_attributes(input: ParseStream<'_>, errors: &mut Errors) -> Option<Self> {
        let attributes = input.call(Attribute::parse_outer).unwrap_or_else(|error| {
            errors.push(error);
            Vec::new()
        });
        if super::settings::is_setting(input) {
            let setting = words(&up_to_comma(input));
            errors.at(
                attributes.first(),
                format_args!("an attribute stands before a field, and `{setting}` is a setting; write two statements"),
            );
            let _ = input.parse::<Token![,]>();
            return Self::parse(input, errors);
        }
        let Some(mut field) = Self::parse(input, errors) else {
            let text = "expected a field behind its attribute, such as `#[cfg(unix)] key = value`";
            if input.is_empty() {
                errors.at(attributes.last(), text);
            } else {
                errors.push(input.error(text));
            }
            return None;
        };
        for attribute in attributes {
            match &attribute.meta {
                Meta::List(list) if list.path.is_ident("cfg") => field.conditions.push(list.tokens.clone()),
                Meta::List(list) if list.path.is_ident("allow") && list.tokens.to_string() == "secret" => {
                    field.allows_secret = true;
                }
                meta => errors.at(
                    meta,
                    format_args!(
                        "unknown attribute `{}` of a field; write `#[cfg(..)]` or `#[allow(secret)]`",
                        words(&meta.to_token_stream())
                    ),
                ),
            }
        }
        Some(field)
    }

    /// What follows a sigil that has no key before it.
    fn shorthand(input: ParseStream<'_>, capture: Capture, errors: &mut Errors) -> Self {
        let sigil = capture.sigil();
        if ends(input) {
            errors.push(syn::Error::new(
                input.span(),
                format_args!("`{sigil}` has no value; write `{sigil}variable` or `key = {sigil}value`"),
            ));
            return Self::new(None, Capture::Value, Source::unit(input.span()));
        }
        let value = Source::parse(input);
        let key = Key::of_value(&value.tokens);
        if key.is_none() {
            let shown = words(&value.tokens);
            errors.at(
                &value.tokens,
                format_args!("`{sigil}{shown}` has no key, since it is not a variable; write `key = {sigil}{shown}`"),
            );
        }
        Self::new(key, capture, value)
    }

    /// `key:? = value` and `key:?`, as `log` writes it; `ahead` is behind the key.
    fn with_modifier(key: Key, ahead: ParseStream<'_>, input: ParseStream<'_>, errors: &mut Errors) -> Option<Self> {
        let _ = ahead.parse::<Token![:]>();
        let mut modifier = TokenStream::new();
        while let Some(sigil) = sigil(ahead) {
            modifier.extend([TokenTree::from(sigil)]);
        }
        let mut known = match words(&modifier).as_str() {
            "?" => Some(Capture::Debug),
            "%" => Some(Capture::Display),
            _ => None,
        };
        if modifier.is_empty() {
            let name = ahead.call(Ident::parse_any).ok()?;
            known = Capture::of_modifier(&name);
            modifier = name.into_token_stream();
        }
        if !ends(ahead) && !is_equals(ahead) {
            return None;
        }
        let capture = known.unwrap_or_else(|| {
            let shown = words(&modifier);
            errors.at(
                &modifier,
                format_args!(
                    "unknown modifier `{shown}`; write one of `?`, `debug`, `%`, `display`, `err`, `serde`; \
                     a setting such as `target: \"..\"` stands before all fields"
                ),
            );
            Capture::Value
        });
        input.advance_to(ahead);
        let value = if input.parse::<Token![=]>().is_ok() {
            value_of(&key, input, errors)
        } else {
            Source { span: key.tokens.span(), tokens: key.tokens.clone() }
        };
        Some(Self::new(Some(key), capture, value))
    }
}

/// The value behind `key =`.
fn value_of(key: &Key, input: ParseStream<'_>, errors: &mut Errors) -> Source {
    if ends(input) {
        let text = &key.text;
        errors.at(&key.tokens, format_args!("`{text}` has no value; write `{text} = value`"));
        return Source::unit(key.tokens.span());
    }
    let value = Source::parse(input);
    let mut tokens: Vec<_> = value.tokens.clone().into_iter().collect();
    match tokens.pop() {
        Some(TokenTree::Punct(sigil)) if sigil.as_char() == '%' && !tokens.is_empty() => {
            let tokens = TokenStream::from_iter(tokens);
            let (text, shown) = (&key.text, words(&tokens));
            errors.at(&sigil, format_args!("a sigil stands before the value; write `{text} = %{shown}`"));
            Source { span: tokens.span(), tokens }
        }
        Some(TokenTree::Group(_)) if is_statement(&tokens) => {
            let text = &key.text;
            let shown = words(&value.tokens);
            errors.at(
                &value.tokens,
                format_args!(
                    "`{shown}` logs and has no value; make it a statement of its own, and give `{text}` a value"
                ),
            );
            Source::unit(value.span)
        }
        _ => value,
    }
}

/// Whether this, with a group behind it, is a statement of a level: `info!`, `rlog::info!`.
fn is_statement(before: &[TokenTree]) -> bool {
    let [path @ .., TokenTree::Ident(name), TokenTree::Punct(mark)] = before else { return false };
    let is_level = ["trace", "debug", "info", "notice", "warn", "error", "critical"].iter().any(|level| name == level);
    let is_path = |token: &TokenTree| match token {
        TokenTree::Ident(_) => true,
        TokenTree::Punct(colon) => colon.as_char() == ':',
        _ => false,
    };
    mark.as_char() == '!' && is_level && path.iter().all(is_path)
}

impl Key {
    pub(crate) fn new(text: String, tokens: TokenStream) -> Self {
        Self { text, tokens, is_constant: false }
    }

    /// `a.b =`, `"a-b" =` or `{ KEY } =`, without the `=`.
    pub(super) fn before_equals(input: ParseStream<'_>) -> Option<Self> {
        let ahead = input.fork();
        let key = Self::parse(&ahead)?;
        if !is_equals(&ahead) {
            return None;
        }
        input.advance_to(&ahead);
        Some(key)
    }

    fn parse(input: ParseStream<'_>) -> Option<Self> {
        if input.peek(token::Brace) { Self::braced(input) } else { Self::literal_or_dotted(input) }
    }

    /// Whether it is written as a string, or as a constant: then it cannot be the value, too.
    fn is_literal(&self) -> bool {
        self.is_constant || syn::parse2::<LitStr>(self.tokens.clone()).is_ok()
    }

    /// `{ KEY }`
    fn braced(input: ParseStream<'_>) -> Option<Self> {
        fn braced_tokens(input: ParseStream<'_>) -> syn::Result<TokenStream> {
            let inner;
            braced!(inner in input);
            inner.parse()
        }
        let tokens = braced_tokens(input).ok()?;
        Some(match syn::parse2::<LitStr>(tokens.clone()) {
            Ok(literal) => Self::new(literal.value(), tokens),
            Err(_) => Self { text: words(&tokens), tokens, is_constant: true },
        })
    }

    fn literal_or_dotted(input: ParseStream<'_>) -> Option<Self> {
        if input.peek(LitStr) {
            let literal = input.parse::<LitStr>().ok()?;
            return Some(Self::new(literal.value(), literal.into_token_stream()));
        }
        Self::dotted(input)
    }

    /// `a.b.c`, keywords included.
    fn dotted(input: ParseStream<'_>) -> Option<Self> {
        let first = input.call(Ident::parse_any).ok()?;
        let mut key = Self::new(first.unraw().to_string(), first.into_token_stream());
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
        Some(Self::new(text, value.clone()))
    }
}

impl Capture {
    /// The sigil, if there is one.
    pub(crate) fn parse(input: ParseStream<'_>) -> Option<Self> {
        if input.parse::<Token![%]>().is_ok() {
            Some(Self::Display)
        } else if input.parse::<Token![?]>().is_ok() {
            Some(Self::Debug)
        } else if input.parse::<Token![#]>().is_ok() {
            Some(if input.parse::<Token![?]>().is_ok() { Self::Pretty } else { Self::Serde })
        } else {
            None
        }
    }

    /// `debug(value)` and `display(value)`, which `tracing` knows in its fields without an import.
    fn of_call(value: &Source) -> Option<(Self, Source)> {
        let mut tokens = value.tokens.clone().into_iter();
        let (Some(TokenTree::Ident(name)), Some(TokenTree::Group(arguments)), None) =
            (tokens.next(), tokens.next(), tokens.next())
        else {
            return None;
        };
        let capture = match name.to_string().as_str() {
            "debug" => Self::Debug,
            "display" => Self::Display,
            _ => return None,
        };
        let is_call = arguments.delimiter() == Delimiter::Parenthesis && !arguments.stream().is_empty();
        is_call.then(|| (capture, Source { tokens: TokenTree::from(arguments).into(), span: value.span }))
    }

    /// The sigil, if there is one. Others than the known ones are reported and left out.
    fn parse_checked(input: ParseStream<'_>, errors: &mut Errors) -> Option<Self> {
        let ahead = input.fork();
        let mut sigils = TokenStream::new();
        while let Some(sigil) = sigil(&ahead) {
            sigils.extend([TokenTree::from(sigil)]);
        }
        let capture = match sigils.to_string().replace(' ', "").as_str() {
            "" => return None,
            "%" | "?" | "#" | "#?" => return Self::parse(input),
            shown => {
                let meant = match shown {
                    "?#" => "; did you mean `#?`?",
                    "%%" => "; did you mean `%`?",
                    "??" => "; did you mean `?`?",
                    _ => "; write one of `%` (Display), `?` (Debug), `#?` (Debug over several lines), `#` (serde)",
                };
                errors.at(&sigils, format_args!("unknown sigil `{shown}`{meant}"));
                Self::Value
            }
        };
        input.advance_to(&ahead);
        Some(capture)
    }

    /// What `log` calls it.
    fn of_modifier(modifier: &Identifier) -> Option<Self> {
        Some(match modifier.to_string().as_str() {
            "debug" => Self::Debug,
            "display" => Self::Display,
            "err" | "error" => Self::Value,
            "serde" => Self::Serde,
            _ => return None,
        })
    }

    pub(super) fn is_modifier(modifier: &Identifier) -> bool {
        Self::of_modifier(modifier).is_some()
    }

    pub(crate) fn sigil(self) -> &'static str {
        match self {
            Self::Value => "",
            Self::Display => "%",
            Self::Debug => "?",
            Self::Pretty => "#?",
            Self::Serde => "#",
            Self::Splat => "..",
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

/// A punctuation mark with which no expression begins.
fn sigil(input: ParseStream<'_>) -> Option<Punct> {
    let ahead = input.fork();
    let mark = ahead.parse::<Punct>().ok().filter(|mark| "%?#@$~^".contains(mark.as_char()))?;
    // An attribute may stand before an expression.
    if mark.as_char() == '#' && (ahead.peek(token::Bracket) || ahead.peek(Token![!])) {
        return None;
    }
    input.advance_to(&ahead);
    Some(mark)
}

/// Whether what stands here has ended.
pub(super) fn ends(input: ParseStream<'_>) -> bool {
    input.is_empty() || input.peek(Token![,]) || input.peek(Token![;])
}

/// Whether `=` comes next, and not `==` or `=>`.
fn is_equals(input: ParseStream<'_>) -> bool {
    input.peek(Token![=]) && !input.peek(Token![==]) && !input.peek(Token![=>])
}

/// The tokens up to the next comma or semicolon.
pub(crate) fn up_to_comma(input: ParseStream<'_>) -> TokenStream {
    let mut tokens = TokenStream::new();
    while !ends(input) {
        let Ok(token) = input.parse::<TokenTree>() else { break };
        tokens.extend([token]);
    }
    tokens
}

/// One token that is an expression of its own, which most arguments are: no need to ask the expression parser.
fn single(input: ParseStream<'_>) -> Option<TokenTree> {
    let token = input.parse::<TokenTree>().ok()?;
    let whole = match &token {
        TokenTree::Ident(ident) => ident != "return" && ident != "break" && ident != "continue",
        TokenTree::Literal(_) => true,
        TokenTree::Group(_) | TokenTree::Punct(_) => false,
    };
    (ends(input) && whole).then_some(token)
}
