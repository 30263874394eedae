//! The static that a statement is.

use super::{Extras, Level, text};
use crate::check::resolve::Resolved;
use crate::grammar::settings::Text;
use proc_macro2::{Literal, TokenStream};
use quote::quote;

/// `static __RLOG_CALLSITE`.
///
/// Where the linker can, it collects all callsites in one section, so that a program can list those that have not run
/// yet. There is no `#[used]`: it would keep callsites of dead code. The conditions are evaluated in the user's crate,
/// for its target; a proc macro knows only the host.
pub(super) fn callsite(krate: &TokenStream, level: &Level, resolved: &Resolved, extras: &Extras) -> TokenStream {
    let text = text::text(krate, resolved, &extras.described);
    let arguments = Literal::u8_unsuffixed(u8::try_from(resolved.wires.len()).unwrap_or(u8::MAX));
    let (level, mut flags) = match level {
        Level::Fixed(level) | Level::Written(level) => (level.clone(), TokenStream::new()),
        Level::Dynamic(_) => (quote!(#krate::Level::new(0)), quote!(.with_level_at_run_time())),
    };
    if has_target_at_run_time(resolved) {
        flags.extend(quote!(.with_target_at_run_time()));
    }
    if extras.is_question {
        flags.extend(quote!(.as_question()));
    }
    let core = quote!(#krate::__private::core);
    let section = in_section("rlog_sites", "__DATA,__rlog_sites");
    quote! {
        #section
        static __RLOG_CALLSITE: #krate::__private::Callsite = #krate::__private::Callsite::new(
            #level,
            #arguments,
            #core::line!(),
            #text,
        )#flags;
    }
}

/// Whether what the statement is listed and routed by is not known before it runs.
pub(super) fn has_target_at_run_time(resolved: &Resolved) -> bool {
    resolved.settings.logger.is_some() || matches!(resolved.settings.target, Some(Text::Dynamic(_)))
}

/// Puts a static into a section of this name, where the linker can gather it, by the condition that the runtime has.
pub(crate) fn in_section(elf: &str, apple: &str) -> TokenStream {
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
            unsafe(link_section = #elf)
        )]
        #[cfg_attr(all(target_vendor = "apple", not(miri)), unsafe(link_section = #apple))]
    }
}

/// The condition under which no linker gathers statics.
pub(super) fn without_sections() -> TokenStream {
    quote! {
        any(
            miri,
            not(any(
                target_os = "linux",
                target_os = "android",
                target_os = "freebsd",
                target_os = "netbsd",
                target_os = "dragonfly",
                target_os = "illumos",
                target_vendor = "apple"
            ))
        )
    }
}
