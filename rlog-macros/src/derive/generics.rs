//! What the type parameters of a type have to be, so that its fields can be logged.

use super::attributes::{FieldAttributes, FieldsOf, Shown, TypeAttributes, VariantAttributes};
use crate::errors::Errors;
use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use std::collections::HashSet;
use std::ptr;
use syn::{Data, DeriveInput, Field, GenericArgument, Generics, PathArguments, Type, Variant};

/// The type's own bounds, and those that the fields ask for, of their types where these mention a type parameter: not of the
/// parameter itself, since a field of type `fn(T)` or `Wrapper<T>` says nothing about `T`.
pub(super) fn where_clause(input: &DeriveInput, attributes: &TypeAttributes) -> TokenStream {
    let own = input.generics.where_clause.iter().flat_map(|clause| &clause.predicates);
    let mut bounds: Vec<TokenStream> = own.map(ToTokens::to_token_stream).collect();
    match &attributes.bound {
        Some(given) => bounds.extend(given.iter().map(ToTokens::to_token_stream)),
        None if attributes.redact || attributes.name_only => {}
        None => bounds.extend(inferred(input, &attributes.krate)),
    }
    if bounds.is_empty() { TokenStream::new() } else { quote!(where #(#bounds),*) }
}

fn inferred(input: &DeriveInput, krate: &TokenStream) -> Vec<TokenStream> {
    let parameters: Vec<&Ident> = input.generics.type_params().map(|parameter| &parameter.ident).collect();
    if parameters.is_empty() {
        return Vec::new();
    }
    let mut seen = HashSet::new();
    let mut bounds = Vec::new();
    let itself = Ident::new("Self", Span::call_site());
    for (field, all) in fields(&input.data) {
        let Some((ty, bound)) = asked_for(field, all, krate) else { continue };
        let tokens = ty.to_token_stream();
        let mentioned: Vec<&Ident> =
            parameters.iter().copied().filter(|parameter| mentions(tokens.clone(), parameter)).collect();
        let is_recursive = mentions(tokens.clone(), &input.ident) || mentions(tokens.clone(), &itself);
        let types = match mentioned.as_slice() {
            [] => Vec::new(),
            // A bound on a type that contains this one would need itself to be proved.
            mentioned if is_recursive => mentioned.iter().map(ToTokens::to_token_stream).collect(),
            _ => Vec::from([tokens]),
        };
        for ty in types {
            let predicate = quote!(#ty: #bound);
            if seen.insert(predicate.to_string()) {
                bounds.push(predicate);
            }
        }
    }
    bounds
}

/// Which type of a field has to be what. Errors in the attributes are reported elsewhere.
fn asked_for<'a>(field: &'a Field, all: FieldsOf, krate: &TokenStream) -> Option<(&'a Type, TokenStream)> {
    let attributes = FieldAttributes::parse(&field.attrs, field.ident.is_some(), all, &mut Errors::default());
    let private = quote!(#krate::__private);
    let ty = &field.ty;
    if attributes.skip {
        return None;
    }
    match attributes.shown {
        Shown::Value | Shown::Flatten(_) => Some((ty, quote!(#private::Loggable))),
        Shown::Debug => Some((ty, quote!(#private::core::fmt::Debug))),
        Shown::Serde => Some((ty, quote!(#private::Serializable))),
        Shown::Display | Shown::Truncate(_) | Shown::Mask(_) | Shown::Hash => {
            Some((inside_option(ty), quote!(#private::core::fmt::Display)))
        }
        Shown::Redact | Shown::With(_) => None,
    }
}

/// `T` of `Option<T>`, whose text is that of the value.
fn inside_option(ty: &Type) -> &Type {
    match ty {
        Type::Reference(reference) if !ptr::eq(inside_option(&reference.elem), &*reference.elem) => {
            inside_option(&reference.elem)
        }
        Type::Path(path) => match path.path.segments.last().map(|last| (&last.ident, &last.arguments)) {
            Some((name, PathArguments::AngleBracketed(arguments))) if name == "Option" => {
                match arguments.args.first() {
                    Some(GenericArgument::Type(inner)) => inside_option(inner),
                    _ => ty,
                }
            }
            _ => ty,
        },
        _ => ty,
    }
}

/// All fields, each with what its variant says of it.
pub(super) fn fields(data: &Data) -> Vec<(&Field, FieldsOf)> {
    match data {
        Data::Struct(data) => data.fields.iter().map(|field| (field, FieldsOf::Each)).collect(),
        Data::Enum(data) => {
            let of = |variant: &Variant| VariantAttributes::parse(&variant.attrs, &mut Errors::default()).fields;
            let fields = data.variants.iter().map(|variant| (variant, of(variant)));
            fields.flat_map(|(variant, all)| variant.fields.iter().map(move |field| (field, all))).collect()
        }
        Data::Union(_) => Vec::new(),
    }
}

/// Tokens of a type as they can stand beside it, where its parameters are not known, or `None` if it has others than lifetimes.
pub(super) fn without_parameters(tokens: TokenStream, generics: &Generics) -> Option<TokenStream> {
    let itself = Ident::new("Self", Span::call_site());
    if generics.type_params().next().is_some()
        || generics.const_params().next().is_some()
        || mentions(tokens.clone(), &itself)
    {
        return None;
    }
    Some(with_static(tokens, generics))
}

/// The same with `'static` for each lifetime.
fn with_static(tokens: TokenStream, generics: &Generics) -> TokenStream {
    let mut is_lifetime = false;
    let tokens = tokens.into_iter().map(|token| {
        let follows =
            std::mem::replace(&mut is_lifetime, matches!(&token, TokenTree::Punct(mark) if mark.as_char() == '\''));
        match token {
            TokenTree::Ident(name) if follows && generics.lifetimes().any(|known| known.lifetime.ident == name) => {
                Ident::new("static", name.span()).into()
            }
            TokenTree::Group(group) => {
                let mut inner = Group::new(group.delimiter(), with_static(group.stream(), generics));
                inner.set_span(group.span());
                inner.into()
            }
            token => token,
        }
    });
    tokens.collect()
}

fn mentions(tokens: TokenStream, name: &Ident) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(ident) => ident == *name,
        TokenTree::Group(group) => mentions(group.stream(), name),
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}
