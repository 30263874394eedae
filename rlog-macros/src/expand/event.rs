//! The block that a statement becomes.

use super::Level;
use super::callsite::callsite;
use super::wire::{binding, grouped, parenthesized, wires};
use crate::check::resolve::Resolved;
use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};

/// A statement that logs.
pub(super) fn on(krate: &TokenStream, level: &Level, resolved: &Resolved) -> TokenStream {
    let private = quote!(#krate::__private);
    let callsite = callsite(krate, level, resolved);
    let traits = import(&private, resolved);
    match level {
        Level::Fixed(_) => {
            let emit = emit(krate, resolved, quote!(&__RLOG_CALLSITE));
            quote!({
                #traits
                #callsite
                if __RLOG_CALLSITE.is_enabled() {
                    #emit
                }
            })
        }
        Level::Dynamic(source) => {
            let source = &source.tokens;
            let level = Ident::new("__rlog_level", Span::mixed_site());
            let site = Ident::new("__rlog_site", Span::mixed_site());
            let emit = emit(krate, resolved, quote!(#site));
            quote!({
                #traits
                #callsite
                let #level: #krate::Level = #source;
                if #private::compiled_in(#level) {
                    let #site = __RLOG_CALLSITE.at(#level);
                    if #site.is_enabled() {
                        #emit
                    }
                }
            })
        }
    }
}

/// A statement that is compiled and does nothing, and `errors`: its own, or none if it is below the floor.
///
/// It makes the same calls, so that the compiler rejects what it rejects above the floor, in the same words. But it has
/// no static: the compiler keeps those, even of code that it removes.
pub(super) fn off(krate: &TokenStream, level: &Level, resolved: &Resolved, errors: TokenStream) -> TokenStream {
    let level = match level {
        Level::Fixed(_) => None,
        Level::Dynamic(source) => {
            let source = &source.tokens;
            Some(quote!(let _: #krate::Level = #source;))
        }
    };
    if resolved.inputs.is_empty() && level.is_none() {
        return quote!({ #errors });
    }
    let private = quote!(#krate::__private);
    let traits = import(&private, resolved);
    let emit = emit(krate, resolved, quote!(#private::nowhere()));
    quote!({
        #errors
        if false {
            #traits
            #level
            #emit
        }
    })
}

/// Evaluates every input once, in order, and hands the values over. The `match` keeps temporaries alive that long. So
/// would a closure, but it would catch `?`, `return` and `.await`, and cost compile time.
fn emit(krate: &TokenStream, resolved: &Resolved, callsite: TokenStream) -> TokenStream {
    let wires = grouped(wires(krate, resolved));
    let emit = format_ident!("emit{}", wires.len());
    let call = quote!(#krate::__private::#emit(#callsite #(, #wires)*));
    if resolved.inputs.is_empty() {
        return call;
    }
    let values = resolved.inputs.iter().map(|input| {
        // Errors about an unfinished expression point at it, but the parentheses are not the user's.
        let span = Span::call_site().located_at(input.value.span);
        parenthesized(input.value.tokens.clone(), span)
    });
    let bindings = (0..resolved.inputs.len()).map(binding);
    quote! {
        match (#(&#values,)*) {
            (#(#bindings,)*) => #call
        }
    }
}

/// Imports the choices of encodings, which have no names, so that the user's names stay what they are.
fn import(private: &TokenStream, resolved: &Resolved) -> Option<TokenStream> {
    (!resolved.wires.is_empty()).then(|| quote!(use #private::probes::*;))
}
