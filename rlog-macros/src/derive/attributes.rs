//! `#[log(..)]` on a type that derives `Loggable`, on its variants and on its fields.

use super::case::Case;
use crate::check::nearest::nearest;
use crate::errors::Errors;
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens as _, quote};
use syn::meta::ParseNestedMeta;
use syn::parse::Parse;
use syn::punctuated::Punctuated;
use syn::token::Paren;
use syn::{Attribute, Expr, LitInt, LitStr, Path, Token, WherePredicate};

/// What the attributes of a type say.
pub(super) struct TypeAttributes {
    /// The crate `rlog`. A derive is not told under which name the user knows it.
    pub(super) krate: TokenStream,
    /// Instead of the bounds that the fields ask for.
    pub(super) bound: Option<Vec<WherePredicate>>,
    pub(super) rename_all: Option<Case>,
    /// Nothing of it is logged.
    pub(super) redact: bool,
    /// Its `Display` and `Debug` may be shown though some of its fields are kept secret.
    pub(super) allows_text: bool,
    /// Of an enum: where the variant's name goes.
    pub(super) tag: Option<LitStr>,
    pub(super) content: Option<LitStr>,
    /// Of an enum: only the variant's name is logged.
    pub(super) name_only: bool,
}

/// What the attributes of a variant say.
#[derive(Default)]
pub(super) struct VariantAttributes {
    pub(super) rename: Option<String>,
    /// Of its fields.
    pub(super) rename_all: Option<Case>,
    pub(super) fields: FieldsOf,
}

/// What a variant says of all of its fields.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum FieldsOf {
    /// Each is as its own attributes say, as in a struct.
    #[default]
    Each,
    Redacted,
    Skipped,
}

/// What the attributes of a field say.
#[derive(Default)]
pub(super) struct FieldAttributes {
    pub(super) skip: bool,
    pub(super) skip_if: Option<Path>,
    pub(super) rename: Option<String>,
    pub(super) shown: Shown,
    pub(super) prefix: Option<LitStr>,
    pub(super) unit: Option<String>,
    pub(super) allows_secret: bool,
}

/// How a field is written.
#[derive(Default)]
pub(super) enum Shown {
    /// As its type says.
    #[default]
    Value,
    Display,
    Debug,
    Serde,
    With(Path),
    Flatten(Span),
    Redact,
    Mask(Mask),
    Hash,
    Truncate(LitInt),
}

/// What is left of a value.
pub(super) enum Mask {
    /// A variant of the runtime's `Mask`.
    Named(&'static str),
    With(Path),
}

const OF_TYPE: [&str; 8] = ["crate", "bound", "rename_all", "redact", "tag", "content", "name_only", "allow"];
const OF_VARIANT: [&str; 4] = ["rename", "rename_all", "redact", "skip"];
const OF_FIELD: [&str; 15] = [
    "skip", "skip_if", "rename", "display", "debug", "serde", "with", "flatten", "prefix", "redact", "mask", "hash",
    "truncate", "unit", "allow",
];
const MASKS: [(&str, &str); 3] = [("last4", "Last4"), ("first2", "First2"), ("email", "Email")];

impl TypeAttributes {
    pub(super) fn parse(attributes: &[Attribute], is_enum: bool, errors: &mut Errors) -> Self {
        let mut this = Self {
            krate: quote!(::rlog),
            bound: None,
            rename_all: None,
            redact: false,
            allows_text: false,
            tag: None,
            content: None,
            name_only: false,
        };
        let mut of_enum: Option<TokenStream> = None;
        each(attributes, "a type", &OF_TYPE, errors, |name, meta| {
            if ["tag", "content", "name_only"].contains(&name) {
                of_enum.get_or_insert(meta.path.to_token_stream());
            }
            match name {
                "crate" => this.krate = value::<Path>(meta, "crate = my_log", "a path")?.into_token_stream(),
                "bound" => {
                    let text = text(meta, "bound = \"T: Loggable\"")?;
                    let predicates = text.parse_with(Punctuated::<WherePredicate, Token![,]>::parse_terminated)?;
                    this.bound = Some(predicates.into_iter().collect());
                }
                "rename_all" => this.rename_all = Some(case(meta)?),
                "redact" => this.redact = true,
                "allow" => {
                    allow(meta, "text")?;
                    this.allows_text = true;
                }
                "tag" => this.tag = Some(key(meta, "tag = \"type\"")?),
                "content" => this.content = Some(key(meta, "content = \"value\"")?),
                _ => this.name_only = true,
            }
            Ok(())
        });
        if let (Some(path), false) = (&of_enum, is_enum) {
            let name = path.to_token_stream();
            errors.at(path, format_args!("`{name}` is about the variants of an enum; remove it from this struct"));
        }
        if let (Some(content), None) = (&this.content, &this.tag) {
            errors.at(content, "`content` goes with `tag`: write `#[log(tag = \"type\", content = \"value\")]`");
        }
        if let (Some(content), Some(tag)) = (&this.content, &this.tag)
            && content.value() == tag.value()
        {
            errors.at(
                content,
                format_args!("`tag` and `content` have the same key; write another one, as in `content = \"value\"`"),
            );
        }
        if let (Some(tag), true) = (&this.tag, this.name_only) {
            errors.at(tag, "`name_only` logs nothing but the variant's name, so there is nothing for `tag` to stand beside; remove one of the two");
        }
        this
    }
}

impl VariantAttributes {
    pub(super) fn parse(attributes: &[Attribute], errors: &mut Errors) -> Self {
        let mut this = Self::default();
        each(attributes, "a variant", &OF_VARIANT, errors, |name, meta| {
            match name {
                "rename" => this.rename = Some(key(meta, "rename = \"name\"")?.value()),
                "rename_all" => this.rename_all = Some(case(meta)?),
                _ if this.fields != FieldsOf::Each => {
                    return Err(
                        meta.error("`redact` and `skip` both say what becomes of the fields; remove one of the two")
                    );
                }
                "redact" => this.fields = FieldsOf::Redacted,
                _ => this.fields = FieldsOf::Skipped,
            }
            Ok(())
        });
        this
    }
}

impl Shown {
    /// Whether some of what it is stays out of the log, which the `Display` and `Debug` of the whole do not know.
    pub(super) fn keeps_secret(&self) -> bool {
        matches!(self, Self::Redact | Self::Mask(_) | Self::Hash)
    }
}

impl FieldAttributes {
    /// `all` is what the variant says that the field is in.
    pub(super) fn parse(attributes: &[Attribute], has_name: bool, all: FieldsOf, errors: &mut Errors) -> Self {
        let mut this = Self::of_itself(attributes, has_name, errors);
        match all {
            FieldsOf::Each => {}
            FieldsOf::Redacted => this.shown = Shown::Redact,
            FieldsOf::Skipped => this.skip = true,
        }
        this
    }

    fn of_itself(attributes: &[Attribute], has_name: bool, errors: &mut Errors) -> Self {
        let mut this = Self::default();
        // The first attribute that says how the value is written, and all that were given.
        let mut shown: Option<String> = None;
        let mut given: Vec<(String, TokenStream)> = Vec::new();
        each(attributes, "a field", &OF_FIELD, errors, |name, meta| {
            given.push((name.to_owned(), meta.path.to_token_stream()));
            let as_shown = match name {
                "skip" => {
                    this.skip = true;
                    None
                }
                "skip_if" => {
                    this.skip_if = Some(path(meta, "skip_if = Option::is_none")?);
                    None
                }
                "rename" => {
                    this.rename = Some(key(meta, "rename = \"key\"")?.value());
                    None
                }
                "prefix" => {
                    this.prefix = Some(text(meta, "prefix = \"x.\"")?);
                    None
                }
                "unit" => {
                    this.unit = Some(key(meta, "unit = \"ms\"")?.value());
                    None
                }
                "allow" => {
                    allow(meta, "secret")?;
                    this.allows_secret = true;
                    None
                }
                "display" => Some(Shown::Display),
                "debug" => Some(Shown::Debug),
                "serde" => Some(Shown::Serde),
                "with" => Some(Shown::With(path(meta, "with = path::to_function")?)),
                "flatten" => Some(Shown::Flatten(meta.path.segments[0].ident.span())),
                "redact" => Some(Shown::Redact),
                "mask" => Some(Shown::Mask(mask(meta)?)),
                "hash" => Some(Shown::Hash),
                _ => Some(Shown::Truncate(length(meta)?)),
            };
            if let Some(as_shown) = as_shown {
                if let Some(first) = &shown {
                    return Err(meta.error(format_args!(
                        "`{name}` and `{first}` both say how the field is written; remove one of the two"
                    )));
                }
                shown = Some(name.to_owned());
                this.shown = as_shown;
            }
            Ok(())
        });
        let place = |name: &str| given.iter().find(|(known, _)| known == name).map(|(_, path)| path);
        if let (true, Some((other, path))) = (this.skip, given.iter().find(|(name, _)| name != "skip")) {
            errors.at(
                path,
                format_args!("`skip` leaves the field out, so `{other}` does nothing; remove one of the two"),
            );
        }
        if let (Some(path), false) = (place("rename"), has_name) {
            errors.at(path, "a field without a name has no key, so `rename` does nothing; remove it");
        }
        if let (Some(path), false) = (place("prefix"), matches!(this.shown, Shown::Flatten(_))) {
            errors.at(
                path,
                "`prefix` stands before the keys of a flattened field; write `#[log(flatten, prefix = \"x.\")]`",
            );
        }
        if let (Some(path), Shown::Flatten(_)) = (place("rename").or_else(|| place("unit")), &this.shown) {
            let name = path.to_token_stream();
            errors
                .at(path, format_args!("a flattened field has no key of its own, so `{name}` does nothing; remove it"));
        }
        this
    }
}

/// Calls `take` for each thing that the attributes say, once; reports what is unknown or repeated.
fn each(
    attributes: &[Attribute],
    place: &str,
    known: &[&str],
    errors: &mut Errors,
    mut take: impl FnMut(&str, &ParseNestedMeta<'_>) -> syn::Result<()>,
) {
    let mut seen: Vec<String> = Vec::new();
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("log")) {
        let parsed = attribute.parse_nested_meta(|meta| {
            let name = meta.path.to_token_stream().to_string();
            if !known.contains(&name.as_str()) {
                return Err(unknown(&meta.path, place, known));
            }
            if seen.contains(&name) {
                return Err(meta.error(format_args!("`{name}` is given twice; remove one of the two")));
            }
            seen.push(name.clone());
            take(&name, &meta)?;
            if meta.input.is_empty() || meta.input.peek(Token![,]) {
                return Ok(());
            }
            let rest: TokenStream = meta.input.parse()?;
            let text = if rest.to_string().starts_with(['=', '(']) {
                format!("`{name}` takes no value; write `#[log({name})]`")
            } else {
                format!("expected `,` between `{name}` and what follows")
            };
            Err(syn::Error::new_spanned(rest, text))
        });
        if let Err(error) = parsed {
            errors.push(error);
        }
    }
}

/// `allow(..)`, of which one is known.
fn allow(meta: &ParseNestedMeta<'_>, known: &str) -> syn::Result<()> {
    let text = format!("here only `allow({known})` is known");
    if !meta.input.peek(Paren) {
        return Err(meta.error(text));
    }
    let mut is_given = false;
    meta.parse_nested_meta(|inner| {
        is_given = inner.path.is_ident(known);
        if is_given {
            return Ok(());
        }
        let elsewhere = ["secret", "text"].into_iter().find(|other| inner.path.is_ident(other));
        Err(inner.error(match elsewhere {
            Some("secret") => format!("{text}; `allow(secret)` belongs before a field"),
            Some(_) => format!("{text}; `allow(text)` belongs before the type"),
            None => text.clone(),
        }))
    })?;
    if is_given { Ok(()) } else { Err(meta.error(text)) }
}

fn unknown(path: &Path, place: &str, known: &[&str]) -> syn::Error {
    let name = path.to_token_stream().to_string().replace(' ', "");
    let text = match nearest(&name, known.iter().copied()) {
        Some(near) => format!("unknown attribute `{name}` of {place}; did you mean `{near}`?"),
        None => format!("unknown attribute `{name}` of {place}; write one of: `{}`", known.join("`, `")),
    };
    syn::Error::new_spanned(path, text)
}

fn case(meta: &ParseNestedMeta<'_>) -> syn::Result<Case> {
    let text = text(meta, "rename_all = \"camelCase\"")?;
    Case::parse(&text.value()).ok_or_else(|| {
        let names = Case::NAMES.map(|(name, _)| name).join("`, `");
        syn::Error::new_spanned(&text, format_args!("unknown case `{}`; write one of: `{names}`", text.value()))
    })
}

/// What stands behind `=`, which must be there.
fn expression(meta: &ParseNestedMeta<'_>, example: &str) -> syn::Result<Expr> {
    if !meta.input.peek(Token![=]) {
        let name = meta.path.to_token_stream();
        return Err(meta.error(format_args!("`{name}` needs a value, as in `{example}`")));
    }
    let value = meta.value()?;
    if value.is_empty() || value.peek(Token![,]) {
        let name = meta.path.to_token_stream();
        return Err(meta.error(format_args!("`{name}` needs a value, as in `{example}`")));
    }
    value.parse()
}

/// A value of the only form that it may have.
fn value<T: Parse>(meta: &ParseNestedMeta<'_>, example: &str, what: &str) -> syn::Result<T> {
    let value = expression(meta, example)?;
    syn::parse2(value.to_token_stream())
        .map_err(|_| syn::Error::new_spanned(value, format_args!("expected {what}, as in `{example}`")))
}

/// A text, in quotes.
fn text(meta: &ParseNestedMeta<'_>, example: &str) -> syn::Result<LitStr> {
    let value = expression(meta, example)?;
    syn::parse2(value.to_token_stream()).map_err(|_| {
        let name = meta.path.to_token_stream();
        let text = match &value {
            Expr::Path(path) => format!("a text stands in quotes: `{name} = \"{}\"`", path.to_token_stream()),
            _ => format!("expected a text, as in `{example}`"),
        };
        syn::Error::new_spanned(value, text)
    })
}

/// A text with something in it.
fn key(meta: &ParseNestedMeta<'_>, example: &str) -> syn::Result<LitStr> {
    let text = text(meta, example)?;
    if text.value().is_empty() {
        let name = meta.path.to_token_stream();
        return Err(syn::Error::new_spanned(text, format_args!("`{name}` must not be empty; write `{example}`")));
    }
    Ok(text)
}

/// How many characters.
fn length(meta: &ParseNestedMeta<'_>) -> syn::Result<LitInt> {
    let (example, what) = ("truncate = 100", "a number of characters");
    let length: LitInt = value(meta, example, what)?;
    match length.base10_parse::<usize>() {
        Ok(_) if matches!(length.suffix(), "" | "usize") => Ok(length),
        _ => Err(syn::Error::new_spanned(length, format_args!("expected {what}, as in `{example}`"))),
    }
}

/// A path, as it is or as serde has it, in a string.
fn path(meta: &ParseNestedMeta<'_>, example: &str) -> syn::Result<Path> {
    let value = expression(meta, example)?;
    let parsed = match syn::parse2::<LitStr>(value.to_token_stream()) {
        Ok(text) => text.parse::<Path>(),
        Err(_) => syn::parse2::<Path>(value.to_token_stream()),
    };
    parsed
        .map_err(|_| syn::Error::new_spanned(value, format_args!("expected the path of a function, as in `{example}`")))
}

fn mask(meta: &ParseNestedMeta<'_>) -> syn::Result<Mask> {
    let value = expression(meta, "mask = \"last4\"")?;
    let Ok(text) = syn::parse2::<LitStr>(value.to_token_stream()) else {
        return match syn::parse2::<Path>(value.to_token_stream()) {
            Ok(path) => Ok(Mask::With(path)),
            Err(_) => Err(syn::Error::new_spanned(
                value,
                "expected \"last4\", \"first2\", \"email\" or the path of a function",
            )),
        };
    };
    match MASKS.iter().find(|(name, _)| *name == text.value()) {
        Some(&(_, variant)) => Ok(Mask::Named(variant)),
        None => Err(syn::Error::new_spanned(
            &text,
            format_args!(
                "unknown mask `{}`; write \"last4\", \"first2\", \"email\" or the path of a function",
                text.value()
            ),
        )),
    }
}
