//! Warnings, which depend on types that only the compiler knows.
//!
//! There is no stable way for a macro to warn. What there is: a deprecated item, read under the user's span. Method lookup
//! chooses between a deprecated method and another one by the type, as in the runtime's `value::probe`.

use super::wire::binding;
use crate::check::resolve::Resolved;
use crate::grammar::field::Capture;
use proc_macro2::{Ident, TokenStream};
use quote::quote;

/// The warnings about a statement's inputs.
pub(super) fn lints(krate: &TokenStream, resolved: &Resolved) -> TokenStream {
    lone_string(krate, resolved).unwrap_or_default()
}

/// `info!(text)` logs a field `text` and no message, as in `tracing`. If it is a string, it was probably meant to be the
/// message.
fn lone_string(krate: &TokenStream, resolved: &Resolved) -> Option<TokenStream> {
    let [input] = resolved.inputs.as_slice() else { return None };
    let key = input.key.as_ref()?;
    let is_shorthand = key.tokens.to_string() == input.value.tokens.to_string();
    if resolved.message.is_some() || input.capture != Some(Capture::Value) || !is_shorthand {
        return None;
    }
    let name: Ident = syn::parse2(key.tokens.clone()).ok()?;
    let method = Ident::new("is_a_field_and_no_message", name.span());
    let note = format!(
        "`{name}` is logged as a field, and there is no message; for a message write `\"{{{name}}}\"`, for a field \
         `{name} = {name}`"
    );
    let value = binding(0);
    let private = quote!(#krate::__private);
    Some(quote! {
        {
            trait LoneString {
                #[deprecated(note = #note)]
                fn #method(&self) {}
            }
            impl<T: #private::PlainString + ?#private::core::marker::Sized> LoneString for #private::Probe<'_, T> {}
            trait LoneValue {
                fn #method(&self) {}
            }
            impl<T: ?#private::core::marker::Sized> LoneValue for &#private::Probe<'_, T> {}
            (&#private::Probe(#value)).#method();
        }
    })
}
