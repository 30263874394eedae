//! Levels of the program's own, which `level!` declares: their names and colours, by severity.
//!
//! Where the platform lets a linker gather statics, all declarations of the executable are known before anything runs, as
//! callsites are. Elsewhere a level gets its name when a statement of it runs for the first time.
//!
//! Crates that know nothing of each other may choose the same severity, or the same name. Each name parses then; a severity is
//! written by the name that came first. When a logger is initialised it tells of both.

use super::Level;
use core::sync::atomic::{AtomicBool, AtomicPtr, Ordering};
#[cfg(feature = "output")]
use std::string::String;
use std::sync::{Mutex, Once, PoisonError};
use std::vec::Vec;

/// What `level!` says of one level.
#[derive(Debug)]
#[repr(C)]
pub struct LevelDeclaration {
    name: &'static str,
    /// The number of an ANSI colour, 30 to 37 or 90 to 97; 0 if none is said.
    color: u8,
    severity: u8,
    is_known: AtomicBool,
}

impl LevelDeclaration {
    /// Written by the macro, which has checked it.
    #[must_use]
    pub const fn new(severity: u8, name: &'static str, color: u8) -> Self {
        Self { name, color, severity, is_known: AtomicBool::new(false) }
    }

    /// Makes it known, where no linker does. The first one of a severity gives the name.
    pub fn register(&'static self) {
        if !self.is_known.load(Ordering::Relaxed) {
            self.add();
        }
    }

    #[cold]
    fn add(&'static self) {
        {
            let mut all = ALL.lock().unwrap_or_else(PoisonError::into_inner);
            // Where no linker gathers them each statement has a declaration.
            if !all.iter().any(|known| known.is_like(self)) {
                all.push(self);
            }
        }
        let this = core::ptr::from_ref(self).cast_mut();
        // If another one was first, it has the name.
        let _ = TABLE[usize::from(self.severity)].compare_exchange(
            core::ptr::null_mut(),
            this,
            Ordering::Release,
            Ordering::Relaxed,
        );
        self.is_known.store(true, Ordering::Relaxed);
    }

    fn is_like(&self, other: &Self) -> bool {
        self.severity == other.severity && self.name == other.name
    }
}

/// The first of each severity.
static TABLE: [AtomicPtr<LevelDeclaration>; 256] = [const { AtomicPtr::new(core::ptr::null_mut()) }; 256];

/// One of each name and severity, in the order in which they became known.
static ALL: Mutex<Vec<&'static LevelDeclaration>> = Mutex::new(Vec::new());

fn gather() {
    static GATHERED: Once = Once::new();
    GATHERED.call_once(|| {
        section::declarations().iter().filter(|level| !level.name.is_empty()).for_each(LevelDeclaration::register);
    });
}

fn all() -> Vec<&'static LevelDeclaration> {
    gather();
    ALL.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

/// What was declared of a level.
fn declared(level: Level) -> Option<&'static LevelDeclaration> {
    gather();
    // SAFETY: null, or a `'static` declaration that was published with `Release`.
    unsafe { TABLE[usize::from(level.severity())].load(Ordering::Acquire).as_ref() }
}

/// The name of a declared level.
pub(super) fn name(level: Level) -> Option<&'static str> {
    declared(level).map(|level| level.name)
}

/// The ANSI colour of a declared level, if one was said.
#[cfg(feature = "output")]
pub(crate) fn color(level: Level) -> Option<u8> {
    declared(level).map(|level| level.color).filter(|&color| color > 0)
}

/// The level that was declared under a name, in any case; of several the least severe one.
pub(super) fn named(name: &str) -> Option<Level> {
    all().iter().filter(|level| level.name.eq_ignore_ascii_case(name)).map(|level| Level::new(level.severity)).min()
}

/// What a program should hear of levels that were declared with one severity or one name: a sentence for each pair.
#[cfg(feature = "output")]
pub(crate) fn conflicts() -> Vec<String> {
    conflicts_among(&all())
}

#[cfg(feature = "output")]
fn conflicts_among(all: &[&LevelDeclaration]) -> Vec<String> {
    let mut found = Vec::new();
    for (index, &later) in all.iter().enumerate() {
        let before = &all[..index];
        if let Some(first) = before.iter().find(|first| first.severity == later.severity) {
            let LevelDeclaration { name, severity, .. } = first;
            found.push(std::format!(
                "the levels `{name}` and `{}` are both declared as {severity} and written as `{name}`; \
                 give one of them another number in `level!`",
                later.name
            ));
        }
        if let Some(first) = before.iter().find(|first| first.name == later.name) {
            let (low, high) = (first.severity.min(later.severity), first.severity.max(later.severity));
            found.push(std::format!(
                "the level `{0}` is declared as {low} and as {high}, and `{0}` in directives is {low}; \
                 give one of them another name in `level!`",
                later.name
            ));
        }
    }
    found
}

/// The array that the linker made; see `callsite::catalogue`.
#[cfg(all(
    not(miri),
    any(
        target_os = "linux",
        target_os = "android",
        target_os = "freebsd",
        target_os = "netbsd",
        target_os = "dragonfly",
        target_os = "illumos",
        target_vendor = "apple"
    )
))]
mod section {
    use super::LevelDeclaration;

    unsafe extern "Rust" {
        #[cfg_attr(target_vendor = "apple", link_name = "\x01section$start$__DATA$__rlog_levels")]
        #[cfg_attr(not(target_vendor = "apple"), link_name = "__start_rlog_levels")]
        static START: [LevelDeclaration; 0];
        #[cfg_attr(target_vendor = "apple", link_name = "\x01section$end$__DATA$__rlog_levels")]
        #[cfg_attr(not(target_vendor = "apple"), link_name = "__stop_rlog_levels")]
        static STOP: [LevelDeclaration; 0];
    }

    #[used]
    #[cfg_attr(target_vendor = "apple", unsafe(link_section = "__DATA,__rlog_levels"))]
    #[cfg_attr(not(target_vendor = "apple"), unsafe(link_section = "rlog_levels"))]
    static EMPTY: LevelDeclaration = LevelDeclaration::new(0, "", 0);

    #[allow(unreachable_pub, reason = "the same path on all platforms")]
    pub(super) fn declarations() -> &'static [LevelDeclaration] {
        let start = &raw const START;
        let stop = &raw const STOP;
        // SAFETY: the linker defines the two symbols as the ends of the section. Only statics of type `LevelDeclaration` are
        // put there, whose size is a multiple of their alignment, so it is an array of them, live as long as the program.
        unsafe {
            let length = (stop.addr() - start.addr()) / size_of::<LevelDeclaration>();
            core::slice::from_raw_parts(start.cast::<LevelDeclaration>(), length)
        }
    }
}

#[cfg(not(all(
    not(miri),
    any(
        target_os = "linux",
        target_os = "android",
        target_os = "freebsd",
        target_os = "netbsd",
        target_os = "dragonfly",
        target_os = "illumos",
        target_vendor = "apple"
    )
)))]
mod section {
    use super::LevelDeclaration;

    pub(super) fn declarations() -> &'static [LevelDeclaration] {
        &[]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::string::ToString as _;

    #[cfg(feature = "output")]
    #[test]
    fn levels_of_one_severity_or_one_name_are_told_of_and_equal_ones_are_not() {
        let [sec, aud, late] =
            [(35, "SEC"), (35, "AUD"), (36, "SEC")].map(|(n, name)| LevelDeclaration::new(n, name, 0));
        assert_eq!(conflicts_among(&[&sec]), <[String; 0]>::default());
        assert_eq!(
            conflicts_among(&[&sec, &aud]),
            [
                "the levels `SEC` and `AUD` are both declared as 35 and written as `SEC`; give one of them another number in `level!`"
            ]
        );
        assert_eq!(
            conflicts_among(&[&late, &sec]),
            [
                "the level `SEC` is declared as 35 and as 36, and `SEC` in directives is 35; give one of them another name in `level!`"
            ]
        );
        // What `level!` says of an equal one is told once by `add`.
        assert!(sec.is_like(&LevelDeclaration::new(35, "SEC", 31)));
    }

    #[test]
    fn a_declared_level_parses_and_prints_by_its_name() {
        static AUDIT: LevelDeclaration = LevelDeclaration::new(93, "AUDIT", 35);
        AUDIT.register();
        let level = Level::new(93);
        assert_eq!((level.to_string().as_str(), level.name()), ("AUDIT", Some("AUDIT")));
        assert_eq!(std::format!("{level:?}"), "Level::AUDIT");
        assert_eq!(("audit".parse(), "93".parse()), (Ok(level), Ok(level)));
    }
}
