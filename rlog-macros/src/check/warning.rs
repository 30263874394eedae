//! Warnings. Only the compiler can give them; a macro makes it use something that is deprecated.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};

/// A block that makes the compiler warn of a key.
///
/// It warns of a "use of deprecated constant `RLOG_LINT`", then comes `text`. The user can turn that off by
/// `#[allow(deprecated)]` around the statement.
pub(crate) fn warning(text: &str, key: &TokenStream) -> TokenStream {
    // Lints about the constant itself would be about code that the user cannot change, so only its use has the span.
    let used = quote_spanned!(place(key)=> RLOG_LINT);
    quote!({
        #[deprecated(note = #text)]
        const RLOG_LINT: () = ();
        let () = #used;
    })
}

/// Where a warning of a key points: one token's place is all that it can have, and the last one of `user.password` says
/// the most.
pub(crate) fn place(key: &TokenStream) -> Span {
    key.clone().into_iter().last().map_or_else(Span::call_site, |token| token.span())
}
