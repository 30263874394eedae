//! What stands before the fields and is followed by a colon: `target: "audit"`, `every: 100`.

use super::field::{Source, up_to_comma};
use crate::check::nearest::nearest;
use crate::errors::Errors;
use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt as _;
use syn::parse::ParseStream;
use syn::{Expr, Ident, Lit, LitStr, Token, token};

/// The settings of one statement.
#[derive(Clone, Default)]
pub(crate) struct Settings {
    pub(crate) target: Option<Text>,
    pub(crate) name: Option<Text>,
    /// The span that the event belongs to. `None` is written as such.
    pub(crate) parent: Option<Source>,
    pub(crate) logger: Option<Source>,
    pub(crate) limit: Limit,
    /// The names of all that are given, before the level and behind it.
    given: Vec<String>,
}

/// A text that is a literal, another constant, or decided when the statement runs.
#[derive(Clone)]
pub(crate) enum Text {
    Literal(String),
    Constant(Source),
    Dynamic(Source),
}

/// How often the statement may be logged.
#[derive(Clone, Default)]
pub(crate) struct Limit {
    pub(crate) first: Option<u64>,
    pub(crate) every: Option<u64>,
    /// So many in a period of so many nanoseconds.
    pub(crate) at_most: Option<(u64, u64)>,
}

impl Limit {
    pub(crate) fn is_none(&self) -> bool {
        self.first.is_none() && self.every.is_none() && self.at_most.is_none()
    }
}

pub(super) const NAMES: [&str; 7] = ["target", "name", "parent", "logger", "first", "every", "at_most"];

impl Settings {
    /// Takes all settings that come next, and what separates them from the rest.
    pub(crate) fn parse(&mut self, input: ParseStream<'_>, errors: &mut Errors) {
        while is_setting(input) {
            let Ok(name) = input.call(Ident::parse_any) else { return };
            let _ = input.parse::<Token![:]>();
            let text = name.unraw().to_string();
            if self.given.contains(&text) {
                errors.at(&name, format_args!("`{text}:` is given twice; remove one of the two"));
            }
            if input.is_empty() || input.peek(Token![,]) {
                errors.at(&name, format_args!("`{text}:` has no value; write `{}`", example(&text)));
            } else {
                self.set(&name, &text, input, errors);
            }
            self.given.push(text);
            if !input.is_empty() && input.parse::<Token![,]>().is_err() {
                errors.push(input.error("expected `,` behind the setting"));
                up_to_comma(input);
                let _ = input.parse::<Token![,]>();
            }
        }
    }

    fn set(&mut self, name: &Ident, text: &str, input: ParseStream<'_>, errors: &mut Errors) {
        match text {
            "target" => self.target = Some(Text::parse(input)),
            "name" => {
                self.name = Some(match Text::parse(input) {
                    // Events are told apart by it, so it cannot change. The compiler says so at the expression.
                    Text::Dynamic(value) => Text::Constant(value),
                    text => text,
                });
            }
            "parent" => {
                let value = Source::parse(input);
                if syn::parse2::<Lit>(value.tokens.clone()).is_ok() {
                    errors.at(&value.tokens, "`parent:` takes a span, or `None`, and a literal is neither");
                }
                self.parent = (!is_none(&value.tokens)).then_some(value);
            }
            "logger" => self.logger = Some(Source::parse(input)),
            "first" => self.limit.first = number(name, input, errors),
            "every" => self.limit.every = number(name, input, errors),
            "at_most" => self.limit.at_most = rate(input, errors),
            _ => {
                let near = match (text, nearest(text, NAMES)) {
                    ("once", _) => "; for once per process write `first: 1`.".to_owned(),
                    (_, Some(near)) => format!("; did you mean `{near}:`?"),
                    _ => format!("; there are `{}:`.", NAMES.join(":`, `")),
                };
                let text = format_args!("unknown setting `{text}`{near} A field is `{text} = ..`");
                errors.at(name, text);
                up_to_comma(input);
            }
        }
    }
}

impl Text {
    fn parse(input: ParseStream<'_>) -> Self {
        if input.peek(LitStr) {
            let ahead = input.fork();
            if let Ok(literal) = ahead.parse::<LitStr>()
                && (ahead.is_empty() || ahead.peek(Token![,]))
            {
                let _ = input.parse::<LitStr>();
                return Self::Literal(literal.value());
            }
        }
        let value = Source::parse(input);
        if is_constant(&value.tokens) { Self::Constant(value) } else { Self::Dynamic(value) }
    }
}

/// Whether this looks like a constant: `TARGET`, `targets::DB`, `concat!(..)`. Not `Type::TARGET`, whose type may be generic:
/// that cannot be named in a static.
fn is_constant(value: &TokenStream) -> bool {
    match syn::parse2::<Expr>(value.clone()) {
        Ok(Expr::Path(path)) if path.qself.is_none() => {
            let segments = &path.path.segments;
            let starts_upper = |ident: &Ident| ident.to_string().starts_with(|c: char| c.is_ascii_uppercase());
            let types = segments.iter().rev().skip(1).any(|segment| starts_upper(&segment.ident));
            !types && segments.last().is_some_and(|last| is_screaming(&last.ident))
        }
        Ok(Expr::Macro(call)) => call.mac.path.segments.last().is_some_and(|last| {
            ["concat", "stringify", "module_path", "env", "file"].iter().any(|name| last.ident == name)
        }),
        Ok(Expr::Group(group)) => is_constant(&group.expr.into_token_stream()),
        _ => false,
    }
}

/// Whether this is `None`, also by its path. Alone it has no type that the compiler could find out.
fn is_none(value: &TokenStream) -> bool {
    match syn::parse2::<Expr>(value.clone()) {
        Ok(Expr::Path(path)) => {
            path.path.segments.last().is_some_and(|last| last.ident == "None" && last.arguments.is_none())
        }
        Ok(Expr::Group(group)) => is_none(&group.expr.into_token_stream()),
        _ => false,
    }
}

/// Whether a name is written as constants are.
pub(crate) fn is_screaming(ident: &Ident) -> bool {
    let name = ident.to_string();
    name.len() > 1 && name.contains(|c: char| c.is_ascii_uppercase()) && !name.contains(|c: char| c.is_lowercase())
}

/// Whether `name:` comes next, and not a path, nor a key with a modifier (`user:? = id`, `user:%;`).
pub(super) fn is_setting(input: ParseStream<'_>) -> bool {
    if !input.peek(Ident::peek_any) || !input.peek2(Token![:]) || input.peek2(Token![::]) {
        return false;
    }
    let ahead = input.fork();
    let Ok(name) = ahead.call(Ident::parse_any) else { return false };
    let _ = ahead.parse::<Token![:]>();
    if ahead.peek(Token![?]) || ahead.peek(Token![%]) || (ahead.peek(Token![#]) && !ahead.peek2(token::Bracket)) {
        return false;
    }
    // `key:modifier` and no setting has that name: then what follows decides.
    let is_known = NAMES.iter().any(|known| name == known);
    match ahead.parse::<TokenTree>() {
        Ok(TokenTree::Ident(_)) if ahead.peek(Token![=]) && !ahead.peek(Token![==]) => false,
        Ok(TokenTree::Ident(modifier))
            if !is_known && (ahead.is_empty() || ahead.peek(Token![,]) || ahead.peek(Token![;])) =>
        {
            !super::field::Capture::is_modifier(&modifier)
        }
        _ => true,
    }
}

fn number(name: &Ident, input: ParseStream<'_>, errors: &mut Errors) -> Option<u64> {
    let value = Source::parse(input);
    let number = match syn::parse2::<Lit>(value.tokens.clone()) {
        Ok(Lit::Int(number)) => number.base10_parse::<u64>().ok().filter(|&number| number > 0),
        _ => None,
    };
    if number.is_none() {
        errors.at(
            value.tokens,
            format_args!("`{name}:` takes a number from 1, such as `{}`", example(&name.to_string())),
        );
    }
    number
}

/// `"10/s"`, `"1/5min"`
fn rate(input: ParseStream<'_>, errors: &mut Errors) -> Option<(u64, u64)> {
    let value = Source::parse(input);
    let text = match syn::parse2::<Lit>(value.tokens.clone()) {
        Ok(Lit::Str(text)) => text.value(),
        _ => String::new(),
    };
    let rate = parse_rate(&text);
    if rate.is_none() {
        errors.at(
            value.tokens,
            "`at_most:` takes a number, `/` and a period, such as \"10/s\", \"100/min\" or \"1/5min\"; \
             units are `ms`, `s`, `min`, `h` and `day`",
        );
    }
    rate
}

fn parse_rate(text: &str) -> Option<(u64, u64)> {
    let (count, period) = text.split_once('/')?;
    let count = count.trim().parse::<u64>().ok().filter(|&count| (1..=u64::from(u32::MAX)).contains(&count))?;
    let period = period.trim();
    let digits = period.find(|c: char| !c.is_ascii_digit())?;
    let (periods, unit) = period.split_at(digits);
    let periods = if periods.is_empty() { 1 } else { periods.parse::<u64>().ok().filter(|&number| number > 0)? };
    let nanoseconds: u64 = match unit.trim() {
        "ms" => 1_000_000,
        "s" | "sec" | "second" => 1_000_000_000,
        "min" | "minute" => 60_000_000_000,
        "h" | "hour" => 3_600_000_000_000,
        "day" => 86_400_000_000_000,
        _ => return None,
    };
    Some((count, periods.checked_mul(nanoseconds)?))
}

fn example(name: &str) -> &'static str {
    match name {
        "target" => "target: \"app::db\"",
        "name" => "name: \"user.login\"",
        "parent" => "parent: &span",
        "logger" => "logger: audit",
        "first" => "first: 1",
        "every" => "every: 100",
        _ => "at_most: \"10/s\"",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_a_count_and_a_period() {
        for (text, rate) in [
            ("10/s", Some((10, 1_000_000_000))),
            ("1/5min", Some((1, 300_000_000_000))),
            (" 3 / 250 ms ", Some((3, 250_000_000))),
            ("2/day", Some((2, 86_400_000_000_000))),
            ("0/s", None),
            ("10", None),
            ("10/", None),
            ("10/0s", None),
            ("10/s ago", None),
            ("x/s", None),
            ("10/99999999999999999999s", None),
            ("10/9999999999999h", None),
        ] {
            assert_eq!(parse_rate(text), rate, "{text}");
        }
    }

    #[test]
    fn no_parent_is_told_by_its_path() {
        let is_none = |text: &str| is_none(&text.parse().expect("tokens"));
        for (text, expected) in [
            ("None", true),
            ("Option::None", true),
            ("::core::option::Option::None", true),
            ("None::<Id>", false),
            ("none", false),
            ("Some(None)", false),
        ] {
            assert_eq!(is_none(text), expected, "{text}");
        }
    }

    #[test]
    fn constants_are_told_by_how_they_are_written() {
        let is_constant = |text: &str| is_constant(&text.parse().expect("tokens"));
        for text in ["TARGET", "targets::DB_2", "crate::T1", "self::TARGET", "concat!(\"a\", \"b\")", "module_path!()"]
        {
            assert!(is_constant(text), "{text}");
        }
        for text in ["target", "T", "Self::TARGET", "Type::TARGET", "self.target", "f()", "&TARGET", "format!(\"x\")"] {
            assert!(!is_constant(text), "{text}");
        }
    }
}
