//! The static that a statement is.

use super::{Level, text};
use crate::check::resolve::Resolved;
use proc_macro2::{Literal, TokenStream};
use quote::quote;

/// `static __RLOG_CALLSITE`.
///
/// Where the linker can, it collects all callsites in one section, so that a program can list those that have not run
/// yet. There is no `#[used]`: it would keep callsites of dead code. The conditions are evaluated in the user's crate,
/// for its target; a proc macro knows only the host.
pub(super) fn callsite(krate: &TokenStream, level: &Level, resolved: &Resolved) -> TokenStream {
    let text = text::text(resolved);
    let arguments = Literal::u8_unsuffixed(u8::try_from(resolved.wires.len()).unwrap_or(u8::MAX));
    let (new, level) = match level {
        Level::Fixed(level) => (quote!(new), quote!(#level,)),
        Level::Dynamic(_) => (quote!(dynamic), TokenStream::new()),
    };
    let core = quote!(#krate::__private::core);
    quote! {
        #[cfg_attr(
            all(
                any(
                    target_os = "linux",
                    target_os = "android",
                    target_os = "freebsd",
                    target_os = "netbsd",
                    target_os = "dragonfly",
                    target_os = "illumos"
                ),
                not(miri)
            ),
            unsafe(link_section = "rlog_sites")
        )]
        #[cfg_attr(all(target_vendor = "apple", not(miri)), unsafe(link_section = "__DATA,__rlog_sites"))]
        static __RLOG_CALLSITE: #krate::__private::Callsite = #krate::__private::Callsite::#new(
            #level
            #arguments,
            #core::line!(),
            #core::concat!(#text, #core::module_path!(), "\x1f", #core::file!()),
        );
    }
}
