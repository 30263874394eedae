//! All callsites of the program, and the rewriting of their plans.
//!
//! Where the platform lets a linker gather statics, the callsites of an executable are one array, known before anything
//! runs. Everywhere else (other platforms, shared objects that were loaded later, Miri), and for callsites that are made
//! at run time, a callsite is off the list until it is hit for the first time: its plan starts as *unknown*, which leads it
//! here. Both ways lead to the same result but for the early catalogue.

use super::Callsite;
use crate::logger::routes;
use core::sync::atomic::{AtomicPtr, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Every log statement of the program that is known: with a linker that gathers them, all that are in this executable,
/// whether or not they have run, and those of shared objects that have run.
///
/// ```
/// for callsite in rlog_runtime::callsites() {
///     println!("{}:{} {} {}", callsite.file(), callsite.line(), callsite.level(), callsite.template());
/// }
/// ```
pub fn callsites() -> impl Iterator<Item = &'static Callsite> {
    all().filter(|callsite| !callsite.is_question())
}

/// All callsites, with those that only ask.
fn all() -> impl Iterator<Item = &'static Callsite> {
    let mut next: *const Callsite = LIST.load(Ordering::Acquire);
    let listed = core::iter::from_fn(move || {
        // SAFETY: the list holds `'static` callsites, published with `Release`; its end is null or the end mark.
        let callsite = unsafe { next.as_ref() }.filter(|callsite| !is_end(callsite))?;
        next = callsite.next.load(Ordering::Relaxed);
        Some(callsite)
    });
    section::callsites().iter().filter(|callsite| !callsite.text.is_empty()).chain(listed)
}

/// Callsites that registered themselves, linked by `Callsite::next`. Only ever grows, under [`LOCK`].
static LIST: AtomicPtr<Callsite> = AtomicPtr::new(core::ptr::null_mut());

/// Ends the list, so that the last callsite's `next` is not null and it does not register twice.
static END: Callsite = Callsite::new(crate::Level::new(0), 0, 0, "");

/// Taken to write plans and the list, so that no callsite misses a change that is made while it registers.
static LOCK: Mutex<()> = Mutex::new(());

fn is_end(callsite: &Callsite) -> bool {
    core::ptr::eq(callsite, &END)
}

fn lock() -> MutexGuard<'static, ()> {
    LOCK.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The lock, for a thread that forks.
#[cfg(unix)]
pub(crate) fn hold() -> impl Sized + 'static {
    lock()
}

/// In a forked child, goes back to the last resort. There is one thread, so there is no need for the lock.
#[cfg(unix)]
pub(crate) fn reset_plans() {
    routes::install(None);
    for callsite in all() {
        callsite.plan.store(routes::current().plan(callsite), Ordering::Relaxed);
    }
}

/// Decides the plan of a callsite that is hit for the first time, and lists it if no linker did.
pub(crate) fn register(callsite: &'static Callsite) -> u8 {
    let _lock = lock();
    if !section::callsites().as_ptr_range().contains(&core::ptr::from_ref(callsite))
        && callsite.next.load(Ordering::Relaxed).is_null()
    {
        let first = LIST.load(Ordering::Relaxed);
        let end = core::ptr::from_ref(&END).cast_mut();
        callsite.next.store(if first.is_null() { end } else { first }, Ordering::Relaxed);
        LIST.store(core::ptr::from_ref(callsite).cast_mut(), Ordering::Release);
    }
    let plan = routes::current().plan(callsite);
    callsite.plan.store(plan, Ordering::Relaxed);
    plan
}

/// What holds, once the plans of all callsites say so.
pub(crate) fn settled_routes() -> Arc<routes::Routes> {
    let _lock = lock();
    routes::current()
}

/// Runs `change`, then decides the plans of all callsites again.
pub(crate) fn rewrite_plans(change: impl FnOnce()) {
    rewrite_plans_if(|| {
        change();
        true
    });
}

/// Runs `change`, then decides the plans of all callsites again if it says that there is need to.
pub(crate) fn rewrite_plans_if(change: impl FnOnce() -> bool) {
    let _lock = lock();
    if !change() {
        return;
    }
    let routes = routes::current();
    for callsite in all() {
        callsite.plan.store(routes.plan(callsite), Ordering::Relaxed);
    }
}

/// The array that the linker made. The macros put each callsite into the section of this name; one empty callsite here
/// makes sure that the section exists.
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
    use super::Callsite;

    unsafe extern "Rust" {
        #[cfg_attr(target_vendor = "apple", link_name = "\x01section$start$__DATA$__rlog_sites")]
        #[cfg_attr(not(target_vendor = "apple"), link_name = "__start_rlog_sites")]
        static START: [Callsite; 0];
        #[cfg_attr(target_vendor = "apple", link_name = "\x01section$end$__DATA$__rlog_sites")]
        #[cfg_attr(not(target_vendor = "apple"), link_name = "__stop_rlog_sites")]
        static STOP: [Callsite; 0];
    }

    #[used]
    #[cfg_attr(target_vendor = "apple", unsafe(link_section = "__DATA,__rlog_sites"))]
    #[cfg_attr(not(target_vendor = "apple"), unsafe(link_section = "rlog_sites"))]
    static EMPTY: Callsite = Callsite::new(crate::Level::new(0), 0, 0, "");

    #[allow(unreachable_pub, reason = "the same path on all platforms")]
    pub(super) fn callsites() -> &'static [Callsite] {
        let start = &raw const START;
        let stop = &raw const STOP;
        // SAFETY: the linker defines the two symbols as the ends of the section. Only statics of type `Callsite` are put
        // there, whose size is a multiple of their alignment, so it is an array of them, live as long as the program.
        unsafe {
            let length = (stop.addr() - start.addr()) / size_of::<Callsite>();
            core::slice::from_raw_parts(start.cast::<Callsite>(), length)
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
    use super::Callsite;

    pub(super) fn callsites() -> &'static [Callsite] {
        &[]
    }
}
