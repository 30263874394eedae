//! `#[log(..)]` on a type that derives `Loggable`.

use crate::errors::Errors;
use proc_macro2::TokenStream;
use quote::{ToTokens as _, quote};
use syn::{Attribute, Fields, Path, Variant};

/// What the attributes say.
pub(super) struct Attributes {
    /// The crate `rlog`. A derive is not told under which name the user knows it.
    pub(super) krate: TokenStream,
}

impl Attributes {
    pub(super) fn of_type(attributes: &[Attribute], errors: &mut Errors) -> Self {
        let mut krate = quote!(::rlog);
        for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("log")) {
            let parsed = attribute.parse_nested_meta(|meta| {
                if !meta.path.is_ident("crate") {
                    return Err(unknown(&meta.path, "a type", &["crate"]));
                }
                krate = meta.value()?.parse::<Path>()?.into_token_stream();
                Ok(())
            });
            if let Err(error) = parsed {
                errors.push(error);
            }
        }
        Self { krate }
    }

    pub(super) fn of_variant(variant: &Variant, errors: &mut Errors) {
        none(&variant.attrs, "a variant", errors);
        Self::of_fields(&variant.fields, errors);
    }

    pub(super) fn of_fields(fields: &Fields, errors: &mut Errors) {
        for field in fields {
            none(&field.attrs, "a field", errors);
        }
    }
}

fn none(attributes: &[Attribute], place: &str, errors: &mut Errors) {
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("log")) {
        let parsed = attribute.parse_nested_meta(|meta| Err(unknown(&meta.path, place, &[])));
        if let Err(error) = parsed {
            errors.push(error);
        }
    }
}

fn unknown(path: &Path, place: &str, known: &[&str]) -> syn::Error {
    let name = path.to_token_stream();
    let known = match known {
        [] => "there are none yet; remove it".to_owned(),
        known => format!("write one of: `{}`", known.join("`, `")),
    };
    syn::Error::new_spanned(path, format_args!("unknown attribute `{name}` of {place}; {known}"))
}
