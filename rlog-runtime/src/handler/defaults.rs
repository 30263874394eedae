//! What handlers get that set nothing of their own: the redaction and the limits of the whole logger.
//!
//! A handler that hands records on opens its delegates from inside of its own opening, which nobody passes anything to; so
//! the defaults are kept for the thread while handlers are opened.

use crate::redact::Redaction;
use crate::rewrite::Limits;
use std::cell::RefCell;

/// The settings of the logger.
#[derive(Clone, Debug, Default)]
pub(crate) struct Defaults {
    pub(crate) redaction: Option<Redaction>,
    pub(crate) limits: Limits,
}

thread_local! {
    static DEFAULTS: RefCell<Defaults> = RefCell::default();
}

impl Defaults {
    /// Runs `open` with these as the defaults of all handlers that it opens.
    pub(crate) fn during<R>(self, open: impl FnOnce() -> R) -> R {
        let _before = Before(DEFAULTS.replace(self));
        open()
    }

    /// Those that hold on this thread now.
    pub(crate) fn current() -> Self {
        DEFAULTS.with_borrow(Clone::clone)
    }
}

/// The defaults to go back to, also if opening panics.
struct Before(Defaults);

impl Drop for Before {
    fn drop(&mut self) {
        DEFAULTS.set(core::mem::take(&mut self.0));
    }
}
