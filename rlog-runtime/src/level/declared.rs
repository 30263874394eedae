//! Levels of the program's own, which `level!` declares: their names and colours, by severity.
//!
//! Where the platform lets a linker gather statics, all declarations of the executable are known before anything runs, as
//! callsites are. Elsewhere a level gets its name when a statement of it runs for the first time.

use super::Level;
use core::sync::atomic::{AtomicPtr, Ordering};
use std::sync::Once;

/// What `level!` says of one level.
#[derive(Debug)]
#[repr(C)]
pub struct LevelDeclaration {
    name: &'static str,
    /// The number of an ANSI colour, 30 to 37 or 90 to 97; 0 if none is said.
    color: u8,
    severity: u8,
}

impl LevelDeclaration {
    /// Written by the macro, which has checked it.
    #[must_use]
    pub const fn new(severity: u8, name: &'static str, color: u8) -> Self {
        Self { name, color, severity }
    }

    /// Makes it known, where no linker does. The first one of a severity stays.
    pub fn register(&'static self) {
        let slot = &TABLE[usize::from(self.severity)];
        if slot.load(Ordering::Relaxed).is_null() {
            let this = core::ptr::from_ref(self).cast_mut();
            // If another one was first, it has the name.
            let _ = slot.compare_exchange(core::ptr::null_mut(), this, Ordering::Release, Ordering::Relaxed);
        }
    }
}

static TABLE: [AtomicPtr<LevelDeclaration>; 256] = [const { AtomicPtr::new(core::ptr::null_mut()) }; 256];

/// What was declared of a level.
fn declared(level: Level) -> Option<&'static LevelDeclaration> {
    static GATHERED: Once = Once::new();
    GATHERED.call_once(|| {
        section::declarations().iter().filter(|level| !level.name.is_empty()).for_each(LevelDeclaration::register);
    });
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

/// The level that was declared under a name, in any case.
pub(super) fn named(name: &str) -> Option<Level> {
    (0..=u8::MAX).map(Level::new).find(|&level| self::name(level).is_some_and(|known| known.eq_ignore_ascii_case(name)))
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

    #[test]
    fn a_declared_level_parses_and_prints_by_its_name() {
        static AUDIT: LevelDeclaration = LevelDeclaration::new(93, "AUDIT", 35);
        static LATE: LevelDeclaration = LevelDeclaration::new(93, "LATE", 0);
        AUDIT.register();
        LATE.register();
        let level = Level::new(93);
        assert_eq!((level.to_string().as_str(), level.name()), ("AUDIT", Some("AUDIT")));
        assert_eq!(std::format!("{level:?}"), "Level::AUDIT");
        assert_eq!(("audit".parse(), "93".parse()), (Ok(level), Ok(level)));
        assert!("late".parse::<Level>().is_err());
    }
}
