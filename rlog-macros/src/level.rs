//! `level!`: a level of the user's own, and the macro for its statements.

use crate::check::nearest::nearest;
use crate::errors::Errors;
use crate::expand::in_section;
use crate::grammar::settings::is_screaming;
use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::quote;
use syn::ext::IdentExt as _;
use syn::parse::{ParseStream, Parser as _};
use syn::{Attribute, LitInt, LitStr, Token, Visibility};

/// `[<crate>] /// doc \n pub NAME = severity, /// doc \n macro, color = ".."`
pub(crate) fn level(tokens: TokenStream) -> TokenStream {
    let parse = |input: ParseStream<'_>| {
        let inner;
        syn::bracketed!(inner in input);
        let krate: TokenStream = inner.parse()?;
        let mut errors = Errors::default();
        let docs = input.call(Attribute::parse_outer)?;
        let visibility: Visibility = input.parse()?;
        let name = input.call(Ident::parse_any)?;
        expected::<Token![=]>(input, "expected `=` and the severity, as in `SECURITY = 35, security`")?;
        let severity: LitInt = input
            .parse()
            .map_err(|_| input.error("the severity is a number from 1 to 99, between those of the built-in levels"))?;
        expected::<Token![,]>(input, "expected `,` and the name of the macro, as in `SECURITY = 35, security`")?;
        let attributes = input.call(Attribute::parse_outer)?;
        let macro_name = input.call(Ident::parse_any)?;
        let mut color = 0;
        if !input.is_empty() {
            input.parse::<Token![,]>()?;
        }
        if !input.is_empty() {
            color = self::color(input, &mut errors)?;
        }
        check_name(&name, &mut errors);
        check_macro(&macro_name, &mut errors);
        let number = check_severity(&severity, &mut errors);
        if !errors.is_empty() {
            return Ok(errors.into_tokens());
        }
        let text = name.to_string();
        let declaration = quote!(#krate::__private::LevelDeclaration::new(#number, #text, #color));
        let section = in_section("rlog_levels", "__DATA,__rlog_levels");
        let dollar = quote!($);
        let export_free = attributes.iter().all(|attribute| !attribute.path().is_ident("macro_export"));
        // A macro that is exported can be named by its path already.
        let reexport = export_free.then(|| quote!(#[allow(unused_imports)] pub(crate) use #macro_name;));
        Ok(quote! {
            #(#docs)*
            #visibility const #name: #krate::Level = #krate::Level::new(#number);
            const _: () = {
                #[used]
                #section
                static DECLARATION: #krate::__private::LevelDeclaration = #declaration;
            };
            #(#docs)*
            #(#attributes)*
            #[allow(unused_macros)]
            macro_rules! #macro_name {
                (#dollar(#dollar tokens:tt)*) => {
                    #krate::__with_floor!([#krate::__private::__leveled] [#number] [#text] [#color] #dollar(#dollar tokens)*)
                };
            }
            #reexport
        })
    };
    parse.parse2(tokens).unwrap_or_else(syn::Error::into_compile_error)
}

fn expected<T: syn::parse::Parse>(input: ParseStream<'_>, text: &str) -> syn::Result<T> {
    input.parse().map_err(|_| input.error(text))
}

fn check_severity(severity: &LitInt, errors: &mut Errors) -> Literal {
    let number = severity.base10_parse::<u8>().unwrap_or(0);
    let built_in =
        [(5, "TRACE"), (10, "DEBUG"), (20, "INFO"), (25, "NOTICE"), (30, "WARN"), (40, "ERROR"), (50, "CRITICAL")];
    if let Some((_, name)) = built_in.iter().find(|(taken, _)| *taken == number) {
        errors.at(severity, format_args!("{number} is the severity of `{name}`; choose a number beside it"));
    } else if !(1..=99).contains(&number) {
        errors.at(severity, "the severity is a number from 1 to 99, between those of the built-in levels");
    }
    Literal::u8_unsuffixed(number)
}

fn check_name(name: &Ident, errors: &mut Errors) {
    let text = name.to_string();
    if !is_screaming(name) {
        let upper = text.to_uppercase();
        errors.at(name, format_args!("the name of a level is written as constants are; write `{upper}`"));
    } else if TAKEN.iter().any(|taken| taken.eq_ignore_ascii_case(&text)) {
        errors.at(name, format_args!("`{text}` is a level already; choose another name"));
    }
}

fn check_macro(name: &Ident, errors: &mut Errors) {
    let text = name.to_string();
    if ["log", "event", "enabled", "level"].iter().chain(&TAKEN[..7]).any(|taken| *taken == text) {
        errors.at(name, format_args!("`{text}!` is a macro of rlog already; choose another name"));
    }
}

/// What parses as a level without a declaration; the first seven have macros.
const TAKEN: [&str; 12] =
    ["trace", "debug", "info", "notice", "warn", "error", "critical", "off", "silent", "warning", "fatal", "none"];

/// `color = "magenta"`, as the number of an ANSI colour.
fn color(input: ParseStream<'_>, errors: &mut Errors) -> syn::Result<u8> {
    let key = input.call(Ident::parse_any)?;
    if key != "color" {
        return Err(syn::Error::new(
            key.span(),
            format_args!("unknown setting `{key}`; there is `color = \"magenta\"`"),
        ));
    }
    input.parse::<Token![=]>()?;
    let value: LitStr = input.parse()?;
    let text = value.value();
    let names = COLORS.iter().map(|(name, _)| *name);
    let found = COLORS.iter().find(|(name, _)| *name == text).map(|&(_, number)| number);
    if found.is_none() {
        let advice = match nearest(&text, names.clone()) {
            Some(near) => format!("did you mean \"{near}\"?"),
            None => format!("write one of: {}", names.map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", ")),
        };
        errors.at(&value, format_args!("unknown colour `{text}`; {advice}"));
    }
    let _ = input.parse::<Option<Token![,]>>()?;
    if !input.is_empty() {
        return Err(syn::Error::new(Span::call_site(), "nothing can follow the colour"));
    }
    Ok(found.unwrap_or_default())
}

const COLORS: [(&str, u8); 8] = [
    ("black", 30),
    ("red", 31),
    ("green", 32),
    ("yellow", 33),
    ("blue", 34),
    ("magenta", 35),
    ("cyan", 36),
    ("white", 37),
];
