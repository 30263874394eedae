//! What a callsite says of itself.

use super::Callsite;
use super::info::{self, Info};
use crate::level::Level;
use core::fmt;
use core::sync::atomic::Ordering;
use std::boxed::Box;

impl Callsite {
    /// How severe its events are. Zero if [that is decided at run time](Callsite::has_dynamic_level).
    #[must_use]
    pub fn level(&self) -> Level {
        self.level
    }

    /// Whether the level is decided when the statement runs. Such a statement is listed once as such, and once more for
    /// each level that it has been run with.
    #[must_use]
    pub fn has_dynamic_level(&self) -> bool {
        self.dynamic
    }

    /// The name that levels and routes are chosen by: the module path, or what `target:` says.
    #[must_use]
    pub fn target(&self) -> &'static str {
        info::target_of(self.text)
    }

    /// The path of the module in which it stands.
    #[must_use]
    pub fn module_path(&self) -> &'static str {
        self.info().module
    }

    /// The source file, as the compiler was given it.
    #[must_use]
    pub fn file(&self) -> &'static str {
        self.info().file
    }

    /// The line in [`Callsite::file`], from 1.
    #[must_use]
    pub fn line(&self) -> u32 {
        self.line
    }

    /// The message with its holes, such as `{user} paid {amount}`; empty for an event without a message. Events of one
    /// kind share it, whatever their values.
    #[must_use]
    pub fn template(&self) -> &'static str {
        self.info().template()
    }

    /// The keys of its fields, in the order of the statement.
    pub fn keys(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.info().keys.iter().copied().flatten()
    }

    /// How many arguments its records carry: fields, and what only the message shows.
    pub(crate) fn arguments(&self) -> usize {
        usize::from(self.arguments)
    }

    /// The text of the statement, split. The first call allocates.
    #[inline]
    pub(crate) fn info(&self) -> &'static Info {
        let info = self.info.load(Ordering::Acquire);
        // SAFETY: `info` is null or was leaked by `split_text`, which published it with `Release`.
        match unsafe { info.as_ref() } {
            Some(info) => info,
            None => self.split_text(),
        }
    }

    #[cold]
    fn split_text(&self) -> &'static Info {
        let made = Box::into_raw(Box::new(Info::parse(self.text, self.arguments())));
        let expected = core::ptr::null_mut();
        match self.info.compare_exchange(expected, made, Ordering::AcqRel, Ordering::Acquire) {
            // SAFETY: published just now, and never freed.
            Ok(_) => unsafe { &*made },
            Err(first) => {
                // SAFETY: another thread was first, so nobody else has seen `made`; `first` was published with `Release` and
                // is never freed.
                unsafe {
                    drop(Box::from_raw(made));
                    &*first
                }
            }
        }
    }

    #[inline(always)]
    pub(crate) fn plan(&self) -> u8 {
        self.plan.load(Ordering::Relaxed)
    }
}

impl fmt::Debug for Callsite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Callsite")
            .field("level", &self.level)
            .field("target", &self.target())
            .field("file", &format_args!("{}:{}", self.file(), self.line))
            .field("template", &self.template())
            .finish_non_exhaustive()
    }
}
