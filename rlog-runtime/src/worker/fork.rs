//! Children made by `fork`: they have one thread, and it is not the worker.
//!
//! What the parent has in its rings is the parent's to write. A child starts as a program that has configured nothing:
//! warnings and worse go to stderr, and it may initialise a logger of its own. A lock that another thread of the parent
//! holds at that moment would stay locked in the child for ever; so the forking thread takes them all, and gives them back
//! on both sides.

use core::sync::atomic::{AtomicBool, Ordering};

/// This process is the child of one that logged, and has no logger yet.
static ORPHANED: AtomicBool = AtomicBool::new(false);
/// This process was made by `fork` from one that logged, whatever it has done since.
static IS_CHILD: AtomicBool = AtomicBool::new(false);

/// Whether this is a child that has not initialised a logger. Then what is behind the locks is the parent's.
#[inline]
pub(crate) fn is_orphan() -> bool {
    ORPHANED.load(Ordering::Relaxed)
}

/// Whether this process was made by `fork` from one that logged.
pub(crate) fn is_child() -> bool {
    IS_CHILD.load(Ordering::Relaxed)
}

/// A logger has been put into service here.
pub(super) fn settle() {
    ORPHANED.store(false, Ordering::Relaxed);
}

/// Makes sure that children know what they are. Done once.
#[cfg(unix)]
pub(super) fn watch() {
    use crate::callsite::catalogue;
    use crate::emit::{self, lane};
    use crate::handler::direct;
    use crate::stats;
    use core::any::Any;
    use core::cell::RefCell;
    use std::boxed::Box;
    use std::vec::Vec;

    /// A function that `fork` runs.
    type Hook = Option<extern "C" fn()>;
    unsafe extern "C" {
        /// POSIX.1-2024, `pthread_atfork`.
        safe fn pthread_atfork(prepare: Hook, parent: Hook, child: Hook) -> core::ffi::c_int;
    }

    thread_local! {
        /// The guards of the locks, while this thread forks.
        static HELD: RefCell<Vec<Box<dyn Any>>> = const { RefCell::new(Vec::new()) };
    }

    /// Nowhere is one of these taken while another is held, so the order does not matter.
    extern "C" fn prepare() {
        let locks: Vec<Box<dyn Any>> = vec![
            Box::new(super::RUNNING.write()),
            Box::new(direct::hold()),
            Box::new(catalogue::hold()),
            Box::new(stats::hold()),
            Box::new(lane::hold()),
        ];
        // On a thread whose thread-locals are gone they are given back at once, which is as good as can be.
        let _ = HELD.try_with(|held| held.replace(locks));
    }

    extern "C" fn on_parent() {
        let _ = HELD.try_with(|held| held.take());
    }

    /// Runs in the child, before anything else there.
    extern "C" fn on_child() {
        let _ = HELD.try_with(|held| held.take());
        ORPHANED.store(true, Ordering::Relaxed);
        IS_CHILD.store(true, Ordering::Relaxed);
        emit::abandon_lane_of_this_thread();
        catalogue::reset_plans();
    }

    // Fails only without memory; then a child that logs finds no worker and drops its records, counted.
    let _ = pthread_atfork(Some(prepare), Some(on_parent), Some(on_child));
}

#[cfg(not(unix))]
pub(super) fn watch() {}
