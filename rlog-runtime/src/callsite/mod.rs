//! The static that every log statement is: what it says, where it stands, and whether it is on.
//!
//! A callsite is made at compile time. Its [`plan`](Callsite::is_enabled) is one byte that the statement tests before
//! anything else; [`catalogue`] knows all callsites and rewrites their plans when levels change, so that a statement never
//! asks a logger. Everything that is not needed for that test is in one string, [split](info) once, by whoever needs it.

pub(crate) mod catalogue;
pub(crate) mod info;

use crate::level::Level;
use core::fmt;
use core::sync::atomic::{AtomicPtr, AtomicU8, Ordering};
use info::Info;

/// One log statement of the program.
///
/// Statements make them; programs read them: [`callsites`](crate::callsites) lists all, and a record names its own.
#[repr(C)]
pub struct Callsite {
    /// What to do when the statement runs: one of the constants of [`plan`]. Written by [`catalogue`] only.
    plan: AtomicU8,
    level: Level,
    arguments: u8,
    /// The level is decided at run time; see [`Callsite::at`].
    dynamic: bool,
    line: u32,
    text: &'static str,
    /// What `text` says, once somebody has asked. Set once and never freed.
    info: AtomicPtr<Info>,
    /// The next callsite of the list of those that registered themselves. Written once, under the catalogue's lock.
    next: AtomicPtr<Callsite>,
}

/// The values of a callsite's plan.
pub(crate) mod plan {
    /// Nobody wants it.
    pub(crate) const OFF: u8 = 0;
    /// The worker wants it, and nobody else.
    pub(crate) const ON: u8 = 1;
    /// Not decided yet: ask the catalogue.
    pub(crate) const UNKNOWN: u8 = 2;
    /// Handlers that run on the caller's thread want it, and not the worker.
    pub(crate) const DIRECT: u8 = 3;
    /// Both do.
    pub(crate) const DIRECT_AND_ON: u8 = 4;
}

impl Callsite {
    /// A statement. `text` is of the form that [`info`] describes; only the macros know how to write it.
    #[doc(hidden)]
    #[must_use]
    pub const fn new(level: Level, arguments: u8, line: u32, text: &'static str) -> Self {
        Self {
            plan: AtomicU8::new(plan::UNKNOWN),
            level,
            arguments,
            dynamic: false,
            line,
            text,
            info: AtomicPtr::new(core::ptr::null_mut()),
            next: AtomicPtr::new(core::ptr::null_mut()),
        }
    }

    /// A statement whose level is decided at run time.
    #[doc(hidden)]
    #[must_use]
    pub const fn dynamic(arguments: u8, line: u32, text: &'static str) -> Self {
        let mut callsite = Self::new(Level::new(0), arguments, line, text);
        callsite.dynamic = true;
        callsite
    }

    /// Whether the statement does anything when it runs: one relaxed load of a byte.
    #[inline(always)]
    #[must_use]
    pub fn is_enabled(&self) -> bool {
        cfg!(feature = "output") && self.plan.load(Ordering::Relaxed) != plan::OFF
    }

    #[inline(always)]
    pub(crate) fn plan(&self) -> u8 {
        self.plan.load(Ordering::Relaxed)
    }

    /// The callsite that stands for this statement at `level`, for statements whose level is decided at run time.
    #[doc(hidden)]
    #[must_use]
    pub fn at(&'static self, level: Level) -> &'static Self {
        debug_assert!(self.dynamic, "only `log!` asks for a level");
        self.info().variant(self, level)
    }

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
        let made = std::boxed::Box::into_raw(std::boxed::Box::new(Info::parse(self.text, self.arguments())));
        let expected = core::ptr::null_mut();
        match self.info.compare_exchange(expected, made, Ordering::AcqRel, Ordering::Acquire) {
            // SAFETY: published just now, and never freed.
            Ok(_) => unsafe { &*made },
            Err(first) => {
                // SAFETY: another thread was first, so nobody else has seen `made`; `first` was published with `Release` and
                // is never freed.
                unsafe {
                    drop(std::boxed::Box::from_raw(made));
                    &*first
                }
            }
        }
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
