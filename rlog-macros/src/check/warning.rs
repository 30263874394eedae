//! Warnings. Only the compiler can give them; a macro makes it use something that is deprecated.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};

/// A block that makes the compiler warn at `span`.
///
/// It warns of a "use of deprecated constant `RLOG_LINT`", then comes `text`. The user can turn that off by
/// `#[allow(deprecated)]` around the statement.
pub(crate) fn warning(text: &str, span: Span) -> TokenStream {
    // Lints about the constant itself would be about code that the user cannot change, so only its use has the span.
    let used = quote_spanned!(span=> RLOG_LINT);
    quote!({
        #[deprecated(note = #text)]
        const RLOG_LINT: () = ();
        let () = #used;
    })
}
