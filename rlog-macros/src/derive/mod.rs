//! `#[derive(Loggable)]`: a description of the type as data, and code that writes its fields one after the other.

mod attributes;
mod case;
mod generics;
mod shape;

use crate::errors::Errors;
use crate::schema;
use attributes::{FieldsOf, TypeAttributes, VariantAttributes};
use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{ToTokens as _, quote};
use shape::Shape;
use syn::ext::IdentExt as _;
use syn::{Data, DataEnum, DeriveInput, Fields};

/// The `impl`, or errors and an `impl` that writes nothing, so that one mistake is not repeated at each use of the type.
pub(crate) fn loggable(tokens: TokenStream) -> TokenStream {
    let input = match syn::parse2::<DeriveInput>(tokens) {
        Ok(input) => input,
        Err(error) => return error.to_compile_error(),
    };
    let mut errors = Errors::default();
    let attributes = TypeAttributes::parse(&input.attrs, matches!(input.data, Data::Enum(_)), &mut errors);
    let krate = &attributes.krate;
    let private = quote!(#krate::__private);
    // A crate may have no statement.
    let schema = schema::items(krate);
    let whole = body(&input, &attributes, &mut errors);
    let Body { kind, encode, is_named, flattened, keeps_secret } =
        if errors.is_empty() { whole } else { Body::nothing() };
    let where_clause = generics::where_clause(&input, &attributes);
    let ident = &input.ident;
    let (impl_generics, type_generics, own_bounds) = input.generics.split_for_impl();
    let redacted = attributes.redact.then(|| {
        quote! {
            #[automatically_derived]
            #[allow(deprecated)]
            impl #impl_generics #private::Redacted for #ident #type_generics #own_bounds {}
        }
    });
    // Its `Display` and `Debug` would show what the fields keep, unless the author says otherwise.
    let holds = (keeps_secret && !attributes.redact && !attributes.allows_text).then(|| {
        quote! {
            #[automatically_derived]
            #[allow(deprecated)]
            impl #impl_generics #private::HasSecretFields for #ident #type_generics #own_bounds {}
        }
    });
    let fieldless = (!is_named).then(|| {
        quote! {
            #[automatically_derived]
            #[allow(deprecated)]
            impl #impl_generics #private::Fieldless for #ident #type_generics #own_bounds {}
        }
    });
    // `KIND` has these tests, too, but of that the compiler knows nothing before it generates code.
    let flattened = flattened.into_iter().filter_map(|test| generics::without_parameters(test, &input.generics));
    let flattened = flattened.map(|test| {
        quote! {
            const _: () = {
                #[allow(unused_imports)]
                use #private::KindUnknown as _;
                #test
            };
        }
    });
    let flattened = flattened.collect::<TokenStream>();
    let errors = errors.into_tokens();
    let deprecated = is_deprecated(&input).then(|| quote!(#[allow(deprecated)]));
    let encoder = if encode.is_empty() { quote!(_) } else { encoder().into_token_stream() };
    quote! {
        #errors
        #schema
        #[automatically_derived]
        #deprecated
        impl #impl_generics #private::Loggable for #ident #type_generics #where_clause {
            const KIND: #private::Kind = {
                #[allow(unused_imports)]
                use #private::KindUnknown as _;
                #private::Kind::#kind
            };
            fn encode(&self, #encoder: &mut #private::Encoder) {
                #encode
            }
        }
        #redacted
        #holds
        #fieldless
        #flattened
    }
}

/// Whether the `impl` uses what its author has deprecated. Only then, since the warning about secrets is one about deprecation,
/// too.
fn is_deprecated(input: &DeriveInput) -> bool {
    let variants = match &input.data {
        Data::Enum(data) => data.variants.iter().collect(),
        _ => Vec::new(),
    };
    let of_variants = variants.iter().flat_map(|variant| &variant.attrs);
    let of_fields = generics::fields(&input.data).into_iter().flat_map(|(field, _)| &field.attrs);
    input.attrs.iter().chain(of_variants).chain(of_fields).any(|attribute| attribute.path().is_ident("deprecated"))
}

/// What differs from type to type.
struct Body {
    /// The variant of `Kind`.
    kind: TokenStream,
    encode: TokenStream,
    /// Whether its fields can be those of an event.
    is_named: bool,
    /// See [`Shape::flattened`].
    flattened: Vec<TokenStream>,
    /// Whether a field is redacted, masked or hashed.
    keeps_secret: bool,
}

impl Body {
    fn nothing() -> Self {
        let (kind, encode) = (quote!(Unit), TokenStream::new());
        // What is wrong with it has been said.
        Self { kind, encode, is_named: true, flattened: Vec::new(), keeps_secret: false }
    }
}

fn body(input: &DeriveInput, attributes: &TypeAttributes, errors: &mut Errors) -> Body {
    let encoder = encoder();
    let body = match &input.data {
        Data::Struct(data) => {
            let name = input.ident.unraw().to_string();
            let shape = Shape::new(
                &attributes.krate,
                &name,
                &data.fields,
                attributes.rename_all,
                FieldsOf::Each,
                &encoder,
                errors,
            );
            let Shape { description, bindings, writes, is_named, flattened, keeps_secret, .. } = shape;
            let encode = if writes.is_empty() { writes } else { quote!(let Self { #bindings } = *self; #writes) };
            Body { kind: quote!(Struct(&#description)), encode, is_named, flattened, keeps_secret }
        }
        Data::Enum(data) => enumeration(&input.ident, data, attributes, &encoder, errors),
        Data::Union(data) => {
            let text = "a union cannot be `Loggable`, since nothing says which of its fields is valid; use an enum";
            errors.at(data.union_token.to_token_stream(), text);
            Body::nothing()
        }
    };
    if attributes.redact {
        let (kind, encode) = (quote!(Text), quote!(#encoder.redacted();));
        return Body { kind, encode, is_named: false, flattened: Vec::new(), keeps_secret: false };
    }
    body
}

fn enumeration(
    name: &Ident,
    data: &DataEnum,
    attributes: &TypeAttributes,
    encoder: &Ident,
    errors: &mut Errors,
) -> Body {
    let krate = &attributes.krate;
    let private = quote!(#krate::__private);
    let (mut shapes, mut arms, mut keeps_secret) = (Vec::new(), Vec::new(), false);
    let (mut is_named, mut all_flattened) = (true, Vec::new());
    let mut names: Vec<(String, &Ident)> = Vec::new();
    for (index, variant) in data.variants.iter().enumerate() {
        let Ok(index) = u16::try_from(index) else {
            let text = "an enum with more than 65536 variants cannot be `Loggable`; log its number instead";
            errors.at(variant, text);
            break;
        };
        let VariantAttributes { rename, rename_all, fields } = VariantAttributes::parse(&variant.attrs, errors);
        let ident = &variant.ident;
        let written = ident.unraw().to_string();
        let renamed = rename.or_else(|| attributes.rename_all.map(|case| case.of_variant(&written))).unwrap_or(written);
        if let Some((_, first)) = names.iter().find(|(known, _)| *known == renamed) {
            let text = format_args!("the name `{renamed}` is given to two variants; rename one of them");
            errors.at_both(ident, text, first, format_args!("`{renamed}` is given here first"));
        }
        let shape = Shape::new(krate, &renamed, &variant.fields, rename_all, fields, encoder, errors);
        if let (Some(tag), None, Fields::Named(_)) = (&attributes.tag, &attributes.content, &variant.fields) {
            let key = tag.value();
            if let Some((_, place)) = shape.keys.iter().find(|(known, _)| *known == key) {
                let text = format_args!("the field `{key}` and the tag have the same key; rename the tag or the field");
                errors.at_both(place, text, tag, "the tag is given here");
            }
        }
        names.push((renamed.clone(), ident));
        keeps_secret |= shape.keeps_secret;
        let index = Literal::u16_unsuffixed(index);
        if attributes.name_only {
            shapes.push(quote!(#private::Shape { name: #renamed, style: #private::Style::Unit, fields: &[] }));
            arms.push(quote!(Self::#ident { .. } => #encoder.variant(#index),));
            continue;
        }
        let Shape { description, bindings, writes, flattened, .. } = shape;
        is_named &= shape.is_named || writes.is_empty();
        all_flattened.extend(flattened);
        shapes.push(description);
        arms.push(quote!(Self::#ident { #bindings } => { #encoder.variant(#index); #writes }));
    }
    let tagging = match (&attributes.tag, &attributes.content) {
        (Some(tag), Some(content)) => quote!(Adjacent(#tag, #content)),
        (Some(tag), None) => quote!(Internal(#tag)),
        (None, _) => quote!(External),
    };
    let name = name.unraw().to_string();
    let shape =
        quote!(#private::EnumShape { name: #name, tagging: #private::Tagging::#tagging, variants: &[#(#shapes),*] });
    let (kind, encode) = (quote!(Enum(&#shape)), quote!(match *self { #(#arms)* }));
    Body { kind, encode, is_named, flattened: all_flattened, keeps_secret }
}

fn encoder() -> Ident {
    Ident::new("encoder", Span::mixed_site())
}
