//! What the type parameters of a type have to be, so that its fields can be logged.

use super::attributes::{FieldAttributes, Shown};
use crate::errors::Errors;
use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use std::collections::HashSet;
use syn::{Data, DeriveInput, Field, WherePredicate};

/// The type's own bounds, and `Loggable` for the types of those fields that mention a type parameter: not for the
/// parameter itself, since a field of type `fn(T)` or `Wrapper<T>` says nothing about `T`.
pub(super) fn where_clause(
    input: &DeriveInput,
    private: &TokenStream,
    given: Option<&[WherePredicate]>,
) -> TokenStream {
    let parameters: Vec<&Ident> = input.generics.type_params().map(|parameter| &parameter.ident).collect();
    let own = input.generics.where_clause.iter().flat_map(|clause| &clause.predicates);
    let mut bounds: Vec<TokenStream> = own.map(ToTokens::to_token_stream).collect();
    let mut seen = HashSet::new();
    bounds.extend(given.iter().flat_map(|given| given.iter()).map(ToTokens::to_token_stream));
    for field in fields(&input.data).into_iter().filter(|field| given.is_none() && is_logged_by_its_type(field)) {
        let ty = field.ty.to_token_stream();
        let generic = parameters.iter().any(|parameter| mentions(ty.clone(), parameter));
        // A bound on a type that contains this one would need itself to be proved.
        if generic && !mentions(ty.clone(), &input.ident) && seen.insert(ty.to_string()) {
            bounds.push(quote!(#ty: #private::Loggable));
        }
    }
    if bounds.is_empty() { TokenStream::new() } else { quote!(where #(#bounds),*) }
}

fn fields(data: &Data) -> Vec<&Field> {
    match data {
        Data::Struct(data) => data.fields.iter().collect(),
        Data::Enum(data) => data.variants.iter().flat_map(|variant| &variant.fields).collect(),
        Data::Union(_) => Vec::new(),
    }
}

/// Whether the type of a field has to be `Loggable`. What is wrong with its attributes is reported elsewhere.
fn is_logged_by_its_type(field: &Field) -> bool {
    let attributes = FieldAttributes::parse(&field.attrs, &mut Errors::default());
    !attributes.skip && matches!(attributes.shown, Shown::Value | Shown::Flatten(_))
}

fn mentions(tokens: TokenStream, name: &Ident) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(ident) => ident == *name,
        TokenTree::Group(group) => mentions(group.stream(), name),
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}
