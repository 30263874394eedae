//! From a resolved statement to Rust.
//!
//! One block: one `static`, one check, one call. Everything is reached through the crate's own tokens (`$crate`), handed
//! in first, so that it works under whatever name and whatever prelude.

mod callsite;
mod event;
mod lint;
mod text;
mod wire;

pub(crate) use wire::parenthesized;

pub(crate) use callsite::in_section;

use crate::check::key_use::KeyUse;
use crate::check::resolve::{Resolved, resolve};
use crate::check::secrets;
use crate::errors::Errors;
use crate::grammar::event::{self as grammar, Event};
use crate::grammar::field::Source;
use crate::grammar::settings::{Settings, Text};
use crate::schema;
use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote};
use syn::parse::{ParseStream, Parser as _};
use syn::{Expr, Ident, LitInt, LitStr, Path, Token};

/// Where the statement's level lies with regard to the compile-time floor.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Floor {
    Above,
    /// Nothing is left of the statement, but it is compiled like any other.
    Below,
}

/// How severe the statement is.
#[derive(Clone)]
pub(crate) enum Level {
    /// The path of a constant.
    Fixed(TokenStream),
    /// The same as the user wrote it, who may have imported it for this.
    Written(TokenStream),
    /// An expression of the user's.
    Dynamic(Source),
}

/// What is added to a statement by checks that need types or the schema.
#[derive(Default)]
pub(crate) struct Extras {
    /// Items at the start of its block.
    pub(crate) items: TokenStream,
    /// Statements that make the compiler look at the inputs.
    pub(crate) lints: TokenStream,
    /// For each wire, the function that says of what kind it is to be.
    pub(crate) expected: Vec<Option<TokenStream>>,
    /// For each wire, its kind and unit.
    pub(crate) described: Vec<Option<String>>,
    /// Nothing is logged; somebody only wants to know whether it would be.
    pub(crate) is_question: bool,
}

/// Expands one statement of a fixed level: `[<crate>] [<level>] <statement>`.
pub(crate) fn statement(tokens: TokenStream, floor: Floor) -> TokenStream {
    let parse = |input: ParseStream<'_>| {
        let krate = bracketed(input)?;
        let level = Level::Fixed(bracketed(input)?);
        expand(&krate, &level, floor, input, Event::default(), Errors::default())
    };
    parse.parse2(tokens).unwrap_or_else(in_block)
}

/// Expands a statement of a level that `level!` declares.
pub(crate) fn declared(tokens: TokenStream) -> TokenStream {
    let parse = |input: ParseStream<'_>| {
        let krate = bracketed(input)?;
        let floor: LitInt = syn::parse2(bracketed(input)?)?;
        let severity: LitInt = syn::parse2(bracketed(input)?)?;
        let (name, color) = (bracketed(input)?, bracketed(input)?);
        let floor: u8 = floor.base10_parse()?;
        let floor = if severity.base10_parse::<u8>()? >= floor { Floor::Above } else { Floor::Below };
        let level = Level::Fixed(quote!(#krate::Level::new(#severity)));
        let statement = expand(&krate, &level, floor, input, Event::default(), Errors::default())?;
        if floor == Floor::Below {
            return Ok(statement);
        }
        let elsewhere = callsite::without_sections();
        Ok(quote!({
            #[cfg(#elsewhere)]
            {
                static DECLARATION: #krate::__private::LevelDeclaration =
                    #krate::__private::LevelDeclaration::new(#severity, #name, #color);
                DECLARATION.register();
            }
            #statement
        }))
    };
    parse.parse2(tokens).unwrap_or_else(in_block)
}

/// Expands a statement with its level in it: `[<crate>] [<floor>] <settings> <level>, <statement>`.
pub(crate) fn leveled(tokens: TokenStream) -> TokenStream {
    let parse = |input: ParseStream<'_>| {
        let krate = bracketed(input)?;
        let floor: LitInt = syn::parse2(bracketed(input)?)?;
        let (mut event, mut errors) = (Event::default(), Errors::default());
        let (level, floor) = level(input, &floor, &mut event, &mut errors, "log!(Level::INFO, \"..\")")?;
        expand(&krate, &level, floor, input, event, errors)
    };
    parse.parse2(tokens).unwrap_or_else(in_block)
}

/// Expands the question whether a statement would be logged: `[<crate>] [<floor>] <settings> <level>, ..`. What follows
/// the level is not looked at: levels and targets decide.
pub(crate) fn question(tokens: TokenStream) -> TokenStream {
    let parse = |input: ParseStream<'_>| {
        let krate = bracketed(input)?;
        let floor: LitInt = syn::parse2(bracketed(input)?)?;
        let (mut event, mut errors) = (Event::default(), Errors::default());
        let (level, floor) = level(input, &floor, &mut event, &mut errors, "enabled!(Level::INFO)")?;
        let _: TokenStream = input.parse()?;
        let resolved = resolve(event, &mut errors);
        let extras = Extras { is_question: true, ..Extras::default() };
        Ok(if errors.is_empty() && floor == Floor::Above {
            event::question(&krate, &level, &resolved, &extras)
        } else {
            event::no(&krate, &level, &resolved, errors.into_tokens())
        })
    };
    parse.parse2(tokens).unwrap_or_else(|error| {
        let error = error.to_compile_error();
        quote!({ #error false })
    })
}

/// Reads the settings and the level, and decides whether that is above the floor, as far as it can be decided here.
fn level(
    input: ParseStream<'_>,
    floor: &LitInt,
    event: &mut Event,
    errors: &mut Errors,
    example: &str,
) -> syn::Result<(Level, Floor)> {
    let floor: u8 = floor.base10_parse()?;
    event.settings.parse(input, errors);
    let level = Source::parse(input);
    if level.tokens.is_empty() {
        return Err(syn::Error::new(input.span(), format_args!("no level; write `{example}`")));
    }
    if let Ok(literal) = syn::parse2::<LitStr>(level.tokens.clone()) {
        let text =
            "the level comes first, and is no string; write `Level::INFO`, or parse it: `text.parse::<Level>()?`";
        return Err(syn::Error::new_spanned(literal, text));
    }
    if let Ok(literal) = syn::parse2::<LitInt>(level.tokens.clone()) {
        let text =
            format_args!("a number is no level; write `Level::new({literal})`, or a level by its name: `Level::INFO`");
        return Err(syn::Error::new_spanned(&literal, text));
    }
    if !input.is_empty() {
        input.parse::<Token![,]>()?;
    }
    let is_below = |severity| if severity >= floor { Floor::Above } else { Floor::Below };
    Ok(match built_in(&level.tokens) {
        Some(severity) => (Level::Written(level.tokens), is_below(severity)),
        // Nothing is as severe as the floor that removes everything; anything else is decided when the statement runs.
        None => (Level::Dynamic(with_hint(level)), is_below(99)),
    })
}

/// `log!(info, ..)`, where a variable `info` would be a level. If there is none, the compiler says which macro the name
/// comes from: so that has the name of what was meant.
fn with_hint(level: Source) -> Source {
    let Ok(name) = syn::parse2::<Ident>(level.tokens.clone()) else { return level };
    if !["trace", "debug", "info", "notice", "warn", "error", "critical"].iter().any(|level| name == level) {
        return level;
    }
    let hint = format_ident!("did_you_mean_Level_{}", name.to_string().to_uppercase(), span = Span::mixed_site());
    Source { tokens: quote!({ macro_rules! #hint { () => { #name } } #hint!() }), span: level.span }
}

/// The severity of a level that is written as a path to a built-in one.
fn built_in(level: &TokenStream) -> Option<u8> {
    let path: Path = match syn::parse2::<Expr>(level.clone()).ok()? {
        Expr::Path(path) if path.qself.is_none() => path.path,
        _ => return None,
    };
    let mut segments = path.segments.iter().rev();
    let name = segments.next()?.ident.to_string();
    if segments.next()?.ident != "Level" {
        return None;
    }
    Some(match name.as_str() {
        "TRACE" | "Trace" => 5,
        "DEBUG" | "Debug" => 10,
        "INFO" | "Info" => 20,
        "NOTICE" => 25,
        "WARN" | "Warn" => 30,
        "ERROR" | "Error" => 40,
        "CRITICAL" => 50,
        _ => return None,
    })
}

/// Reads the rest of a statement and expands it.
fn expand(
    krate: &TokenStream,
    level: &Level,
    floor: Floor,
    input: ParseStream<'_>,
    mut event: Event,
    mut errors: Errors,
) -> syn::Result<TokenStream> {
    if input.is_empty() {
        return Err(syn::Error::new(
            input.span(),
            "nothing to log; write a message, such as `\"started\"`, or a field",
        ));
    }
    grammar::event(input, &mut event, &mut errors);
    let schema = schema::items(krate);
    let conditions = conditions(&event);
    if conditions.is_empty() {
        let expanded = expand_event(krate, level, floor, event, errors);
        return Ok(if schema.is_none() { expanded } else { quote!({ #schema #expanded }) });
    }
    if conditions.len() > MAX_CONDITIONS {
        let text = format_args!(
            "fields of a statement can have at most {MAX_CONDITIONS} different conditions; write two statements"
        );
        errors.at(&conditions[MAX_CONDITIONS], text);
        return Ok(expand_event(krate, level, floor, event, errors));
    }
    let errors = errors.into_tokens();
    let cases = (0..1_u32 << conditions.len()).map(|case| {
        let holds = |condition: &TokenStream| {
            let index = conditions.iter().position(|known| known.to_string() == condition.to_string());
            index.is_none_or(|index| case >> index & 1 == 1)
        };
        let terms = conditions
            .iter()
            .map(|condition| if holds(condition) { quote!(#condition) } else { quote!(not(#condition)) });
        let terms = quote!(#(#terms),*);
        let mut event = event.clone();
        event.fields.retain(|field| field.conditions.iter().all(holds));
        event.messages.retain(|said| said.conditions.iter().all(holds));
        let expanded = expand_event(krate, level, floor, event, Errors::default());
        quote!(#[cfg(all(#terms))] #expanded)
    });
    Ok(quote!({ #schema #errors #(#cases)* }))
}

/// A statement is expanded once for each combination of its conditions.
const MAX_CONDITIONS: usize = 4;

/// The different conditions of the fields and of the message. Conditions of a macro cannot be evaluated here.
fn conditions(event: &Event) -> Vec<TokenStream> {
    let mut conditions: Vec<TokenStream> = Vec::new();
    let of_fields = event.fields.iter().flat_map(|field| &field.conditions);
    for condition in of_fields.chain(event.messages.iter().flat_map(|said| &said.conditions)) {
        if !conditions.iter().any(|known| known.to_string() == condition.to_string()) {
            conditions.push(condition.clone());
        }
    }
    conditions
}

fn expand_event(krate: &TokenStream, level: &Level, floor: Floor, event: Event, mut errors: Errors) -> TokenStream {
    let resolved = resolve(event, &mut errors);
    let extras = extras(krate, &resolved, &mut errors);
    if errors.is_empty() && floor == Floor::Above {
        return event::on(krate, level, &resolved, &extras);
    }
    event::off(krate, level, &resolved, &extras, errors.into_tokens())
}

/// What the schema and the lints make of a statement.
fn extras(krate: &TokenStream, resolved: &Resolved, errors: &mut Errors) -> Extras {
    let keys = KeyUse::all(resolved);
    let target = match &resolved.settings {
        Settings { logger: Some(_), .. } => schema::Target::AtRunTime,
        Settings { target: Some(Text::Literal(target)), .. } => schema::Target::Literal(target),
        Settings { target: Some(_), .. } => schema::Target::AtRunTime,
        Settings { target: None, .. } => schema::Target::ModulePath,
    };
    let checked = schema::check(krate, target, &keys, errors);
    let mut extras = Extras {
        items: checked.items,
        lints: TokenStream::new(),
        expected: vec![None; resolved.wires.len()],
        described: vec![None; resolved.wires.len()],
        is_question: false,
    };
    // What is warned of may only follow from a mistake.
    if errors.is_empty() {
        extras.lints = lint::lints(krate, resolved);
        extras.lints.extend(keys.iter().filter_map(|key| secrets::lint(krate, key, &wire::binding(key.input))));
    }
    for ((key, expected), described) in keys.iter().zip(checked.expected).zip(checked.described) {
        extras.expected[key.wire] = expected;
        extras.described[key.wire] = described;
    }
    extras
}

fn in_block(error: syn::Error) -> TokenStream {
    let error = error.to_compile_error();
    quote!({ #error })
}

/// The tokens in `[..]`.
fn bracketed(input: ParseStream<'_>) -> syn::Result<TokenStream> {
    let inner;
    syn::bracketed!(inner in input);
    inner.parse()
}
