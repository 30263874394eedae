//! The fields of a struct or a variant: how they are described, taken apart and written.

use super::attributes::{FieldAttributes, FieldsOf, Mask, Shown};
use super::case::Case;
use crate::check::key_use::{KeyUse, Origin};
use crate::check::secrets;
use crate::errors::Errors;
use crate::expand::parenthesized;
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens as _, format_ident, quote, quote_spanned};
use syn::ext::IdentExt as _;
use syn::spanned::Spanned as _;
use syn::{Field, Fields, Member};

/// A struct or a variant, taken apart.
pub(super) struct Shape {
    /// `Shape { .. }`
    pub(super) description: TokenStream,
    /// `a: ref field_0, ..`
    pub(super) bindings: TokenStream,
    /// One statement for each field.
    pub(super) writes: TokenStream,
    /// The keys that its fields have in a record, and the tokens that each comes from.
    pub(super) keys: Vec<(String, TokenStream)>,
    /// Whether all fields have names, so that they can be fields of an event.
    pub(super) is_named: bool,
    /// For each flattened field the test that its type has fields, which is a part of the description, too.
    pub(super) flattened: Vec<TokenStream>,
    /// Whether a field is redacted, masked or hashed.
    pub(super) keeps_secret: bool,
}

impl Shape {
    pub(super) fn new(
        krate: &TokenStream,
        name: &str,
        fields: &Fields,
        rename_all: Option<Case>,
        all: FieldsOf,
        encoder: &Ident,
        errors: &mut Errors,
    ) -> Self {
        let private = quote!(#krate::__private);
        let (mut descriptions, mut bindings, mut writes) = (Vec::new(), Vec::new(), Vec::new());
        let mut keys: Vec<(String, TokenStream)> = Vec::new();
        let (mut left, mut keeps_secret, mut flattened) = (0, false, Vec::new());
        for (index, (field, member)) in fields.iter().zip(fields.members()).enumerate() {
            let attributes = FieldAttributes::parse(&field.attrs, field.ident.is_some(), all, errors);
            if attributes.skip {
                continue;
            }
            left += 1;
            keeps_secret |= attributes.shown.keeps_secret();
            let (key, place) = key(field, &member, &attributes, rename_all);
            if !matches!(attributes.shown, Shown::Flatten(_)) {
                if let Some((_, first)) = keys.iter().find(|(known, _)| *known == key) {
                    let text = format_args!("the key `{key}` is given to two fields; rename one of them");
                    errors.at_both(&place, text, first, format_args!("`{key}` is given here first"));
                }
                keys.push((key.clone(), place.clone()));
            }
            if let Shown::Flatten(span) = attributes.shown {
                flattened.push(check_flattened(&private, field, &key, span));
            }
            let binding = binding(index);
            bindings.push(quote!(#member: ref #binding));
            descriptions.push(describe(&private, field, &key, &attributes));
            writes.extend(refuse_secret(&private, field, &binding, &attributes));
            writes.push(write(&private, field, &binding, &attributes, encoder));
            writes.extend(secret(krate, &key, &place, &binding, &attributes));
        }
        let style = match fields {
            Fields::Named(_) => "Named",
            Fields::Unnamed(_) if left == 1 => "Newtype",
            // `struct Tuple();` is a list of nothing to serde, too.
            Fields::Unnamed(_) if left > 0 || fields.is_empty() => "Tuple",
            Fields::Unnamed(_) | Fields::Unit => "Unit",
        };
        let style = Ident::new(style, Span::call_site());
        if left < fields.len() {
            bindings.push(quote!(..));
        }
        Self {
            description: quote!(#private::Shape { name: #name, style: #private::Style::#style, fields: &[#(#descriptions),*] }),
            bindings: quote!(#(#bindings),*),
            writes: quote!(#(#writes)*),
            keys,
            is_named: matches!(fields, Fields::Named(_)),
            flattened,
            keeps_secret,
        }
    }
}

/// The key, and the tokens that it comes from.
fn key(
    field: &Field,
    member: &Member,
    attributes: &FieldAttributes,
    rename_all: Option<Case>,
) -> (String, TokenStream) {
    let (name, place) = match member {
        Member::Named(name) => {
            let text = name.unraw().to_string();
            (rename_all.map_or_else(|| text.clone(), |case| case.of_field(&text)), name.to_token_stream())
        }
        Member::Unnamed(index) => (index.index.to_string(), field.ty.to_token_stream()),
    };
    (attributes.rename.clone().unwrap_or(name), place)
}

/// `FieldShape::new(..)`
fn describe(private: &TokenStream, field: &Field, key: &str, attributes: &FieldAttributes) -> TokenStream {
    let ty = &field.ty;
    let is_sparse = attributes.skip_if.is_some();
    let of = |ty: TokenStream| {
        let name = Ident::new(if is_sparse { "SPARSE" } else { "KIND" }, Span::call_site());
        quote!(#private::KindProbe::<#ty>::#name)
    };
    let kind = match &attributes.shown {
        Shown::Value => of(ty.to_token_stream()),
        Shown::Display | Shown::Truncate(_) | Shown::Mask(_) | Shown::Hash => of(quote!(#private::AsOptionalText)),
        Shown::With(path) if is_sparse => quote!(#private::kind_of_sparse_result::<#ty, _>(#path)),
        Shown::With(path) => quote!(#private::kind_of_result::<#ty, _>(#path)),
        Shown::Flatten(span) => {
            let (test, kind) = (check_flattened(private, field, key, *span), of(ty.to_token_stream()));
            quote!({
                #test
                #kind
            })
        }
        Shown::Serde => of(quote!(#private::AsTagged)),
        Shown::Debug | Shown::Redact => of(quote!(#private::AsText)),
    };
    let flatten = matches!(attributes.shown, Shown::Flatten(_)).then(|| {
        let prefix = attributes.prefix.as_ref().map(syn::LitStr::value).unwrap_or_default();
        quote!(.flattened(#prefix))
    });
    let unit = attributes.unit.as_ref().map(|unit| quote!(.with_unit(#unit)));
    quote!(#private::FieldShape::new(#key, #kind)#flatten #unit)
}

/// The statement that stops the compiler if a field that is flattened has no fields of its own.
fn check_flattened(private: &TokenStream, field: &Field, key: &str, span: Span) -> TokenStream {
    let ty = &field.ty;
    let text = format!(
        "`#[log(flatten)]` takes a struct, an enum or a map, or an `Option` of one; the field `{key}` has no fields of its own: \
         remove `flatten`"
    );
    // The compiler points at a call, which begins and ends where its parentheses stand.
    let reject = parenthesized(quote!(#private::expected::reject), span);
    let text = parenthesized(quote!(#text), span);
    quote!(if !#private::KindProbe::<#ty>::FLATTENS {
        #reject #text
    })
}

/// The statement that writes a field. A call by its full path: the field's own methods do not interfere, and an error
/// points at its type.
fn write(
    private: &TokenStream,
    field: &Field,
    binding: &Ident,
    attributes: &FieldAttributes,
    encoder: &Ident,
) -> TokenStream {
    let ty = &field.ty;
    // A missing trait is reported at the type.
    let value = Ident::new(&binding.to_string(), binding.span().located_at(ty.span()));
    let write = match &attributes.shown {
        Shown::Value | Shown::Flatten(_) => quote!(<#ty as #private::Loggable>::encode(#binding, #encoder);),
        Shown::Display => quote!(#private::text_field::write_text(#value, #encoder);),
        Shown::Debug => quote!(#encoder.text(&#private::core::format_args!("{:?}", #value));),
        Shown::Serde => quote!(#encoder.serialized(#value);),
        Shown::With(path) => quote!(#private::Loggable::encode(&#path(#value), #encoder);),
        Shown::Redact => quote!(let _ = #binding; #encoder.redacted();),
        Shown::Mask(Mask::Named(mask)) => {
            let mask = Ident::new(mask, Span::call_site());
            quote!(#private::text_field::write_masked(#value, #encoder, #private::Mask::#mask);)
        }
        Shown::Mask(Mask::With(path)) => {
            quote!(#private::text_field::write_masked(#value, #encoder, #private::Mask::With(#path));)
        }
        Shown::Hash => quote!(#private::text_field::write_hash(#value, #encoder);),
        Shown::Truncate(length) => quote!(#private::text_field::write_truncated(#value, #encoder, #length);),
    };
    match &attributes.skip_if {
        None => write,
        Some(path) => quote! {
            if #path(#value) {
                #encoder.presence(false);
            } else {
                #encoder.presence(true);
                #write
            }
        },
    }
}

/// The check that what the field's attribute shows, or a part of it, is not declared secret by its type.
fn refuse_secret(
    private: &TokenStream,
    field: &Field,
    binding: &Ident,
    attributes: &FieldAttributes,
) -> Option<TokenStream> {
    match attributes.shown {
        Shown::Display | Shown::Debug | Shown::Serde | Shown::Truncate(_) | Shown::Mask(_) => {}
        Shown::Value | Shown::With(_) | Shown::Flatten(_) | Shown::Redact | Shown::Hash => return None,
    }
    let span = Span::mixed_site().located_at(field.ty.span());
    let checked = quote_spanned!(span=> #private::shown(&(&&&#private::Probe(#binding)).rlog_field()););
    Some(quote!({
        use #private::probes::*;
        #checked
    }))
}

/// The lint of fields that look like secrets and are written in clear.
fn secret(
    krate: &TokenStream,
    key: &str,
    place: &TokenStream,
    binding: &Ident,
    attributes: &FieldAttributes,
) -> Option<TokenStream> {
    let shown = &attributes.shown;
    let in_clear = matches!(shown, Shown::Value | Shown::Display | Shown::Debug | Shown::Serde | Shown::Truncate(_));
    let allows_secret = attributes.allows_secret || !in_clear;
    let key = KeyUse { text: key, tokens: place, allows_secret, origin: Origin::Type, input: 0, wire: 0 };
    secrets::lint(krate, &key, binding)
}

fn binding(index: usize) -> Ident {
    format_ident!("field_{index}", span = Span::mixed_site())
}
