//! The fields of a struct or a variant: how they are described, taken apart and written.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{format_ident, quote};
use syn::ext::IdentExt as _;
use syn::{Fields, Member};

/// `Shape { .. }`
pub(super) fn shape(private: &TokenStream, name: &Ident, fields: &Fields) -> TokenStream {
    let name = name_of(name);
    let style = match fields {
        Fields::Named(_) => "Named",
        Fields::Unnamed(fields) if fields.unnamed.len() == 1 => "Newtype",
        Fields::Unnamed(_) => "Tuple",
        Fields::Unit => "Unit",
    };
    let style = Ident::new(style, Span::call_site());
    let fields = fields.iter().zip(fields.members()).map(|(field, member)| {
        let key = match member {
            Member::Named(name) => name_of(&name),
            Member::Unnamed(index) => Literal::string(&index.index.to_string()),
        };
        let ty = &field.ty;
        quote!(#private::FieldShape { key: #key, kind: #private::kind_of::<#ty>(), flags: #private::FieldFlags::NONE })
    });
    quote!(#private::Shape { name: #name, style: #private::Style::#style, fields: &[#(#fields),*] })
}

/// `a: ref field_0, b: ref field_1`
pub(super) fn bindings(fields: &Fields) -> TokenStream {
    let bindings = fields.members().enumerate().map(|(index, member)| {
        let binding = binding(index);
        quote!(#member: ref #binding)
    });
    quote!(#(#bindings),*)
}

/// One call for each field, by its full path: the field's own methods do not interfere, and an error points at its type.
pub(super) fn writes(private: &TokenStream, fields: &Fields, encoder: &Ident) -> TokenStream {
    let types = fields.iter().map(|field| &field.ty);
    let bindings = (0..fields.len()).map(binding);
    quote!(#(<#types as #private::Loggable>::encode(#bindings, #encoder);)*)
}

/// The name as a string.
pub(super) fn name_of(ident: &Ident) -> Literal {
    Literal::string(&ident.unraw().to_string())
}

fn binding(index: usize) -> Ident {
    format_ident!("field_{index}", span = Span::mixed_site())
}
