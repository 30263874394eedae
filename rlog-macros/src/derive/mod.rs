//! `#[derive(Loggable)]`: a description of the type as data, and code that writes its fields one after the other.

mod attributes;
mod generics;
mod shape;

use crate::errors::Errors;
use attributes::Attributes;
use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{ToTokens as _, quote};
use shape::{bindings, name_of, shape, writes};
use syn::{Data, DeriveInput};

/// The `impl`, or errors and an `impl` that writes nothing, so that one mistake is not repeated at each use of the type.
pub(crate) fn loggable(tokens: TokenStream) -> TokenStream {
    let input = match syn::parse2::<DeriveInput>(tokens) {
        Ok(input) => input,
        Err(error) => return error.to_compile_error(),
    };
    let mut errors = Errors::default();
    let attributes = Attributes::of_type(&input.attrs, &mut errors);
    let krate = attributes.krate;
    let private = quote!(#krate::__private);
    let whole = body(&input, &private, &mut errors);
    let Body { kind, encode } = if errors.is_empty() { whole } else { Body::nothing() };
    let where_clause = generics::where_clause(&input, &private);
    let ident = &input.ident;
    let (impl_generics, type_generics, _) = input.generics.split_for_impl();
    let errors = errors.into_tokens();
    let encoder = if encode.is_empty() { quote!(_) } else { encoder().into_token_stream() };
    quote! {
        #errors
        #[automatically_derived]
        impl #impl_generics #private::Loggable for #ident #type_generics #where_clause {
            const KIND: #private::Kind = #private::Kind::#kind;
            fn encode(&self, #encoder: &mut #private::Encoder) {
                #encode
            }
        }
    }
}

/// What differs from type to type.
struct Body {
    /// The variant of `Kind`.
    kind: TokenStream,
    encode: TokenStream,
}

impl Body {
    fn nothing() -> Self {
        Self { kind: quote!(Unit), encode: TokenStream::new() }
    }
}

fn body(input: &DeriveInput, private: &TokenStream, errors: &mut Errors) -> Body {
    match &input.data {
        Data::Struct(data) => {
            Attributes::of_fields(&data.fields, errors);
            let shape = shape(private, &input.ident, &data.fields);
            let kind = quote!(Struct(&#shape));
            if data.fields.is_empty() {
                return Body { kind, encode: TokenStream::new() };
            }
            let (bindings, writes) = (bindings(&data.fields), writes(private, &data.fields, &encoder()));
            Body { kind, encode: quote!(let Self { #bindings } = *self; #writes) }
        }
        Data::Enum(data) => {
            let encoder = encoder();
            let (mut shapes, mut arms) = (Vec::new(), Vec::new());
            for (index, variant) in data.variants.iter().enumerate() {
                Attributes::of_variant(variant, errors);
                let Ok(index) = u16::try_from(index) else {
                    errors.at(
                        variant,
                        "an enum with more than 65536 variants cannot be `Loggable`; log its number instead",
                    );
                    break;
                };
                let index = Literal::u16_unsuffixed(index);
                let ident = &variant.ident;
                let (bindings, writes) = (bindings(&variant.fields), writes(private, &variant.fields, &encoder));
                shapes.push(shape(private, ident, &variant.fields));
                arms.push(quote!(Self::#ident { #bindings } => { #encoder.variant(#index); #writes }));
            }
            let name = name_of(&input.ident);
            let tagging = quote!(#private::Tagging::External);
            Body {
                kind: quote!(Enum(&#private::EnumShape { name: #name, tagging: #tagging, variants: &[#(#shapes),*] })),
                encode: quote!(match *self { #(#arms)* }),
            }
        }
        Data::Union(data) => {
            let text = "a union cannot be `Loggable`, since nothing says which of its fields is valid; use an enum";
            errors.at(data.union_token.to_token_stream(), text);
            Body::nothing()
        }
    }
}

fn encoder() -> Ident {
    Ident::new("encoder", Span::mixed_site())
}
