//! A fence of which one side costs nothing.
//!
//! Two threads each write a word of their own and then read the other's; at least one must see what the other wrote. With a
//! sequentially consistent fence between writing and reading on both sides that holds (C++20, 31.4). The worker would pay for
//! one around each call of a handler, so that another thread can do the same once in an hour. Linux lets that thread pay for
//! both: `membarrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED)` has every running thread of the process execute a full barrier, so
//! [`light`] only has to keep the compiler from moving anything (membarrier(2)). Where it is missing, `light` is a fence.

use system::is_asymmetric;

/// Has the system make [`light`] cheap from now on, if it can. Calls beyond the first do nothing, but in a child of `fork`.
pub(super) use system::register;

/// For the side that passes often.
#[inline(always)]
pub(super) fn light() {
    if is_asymmetric() {
        core::sync::atomic::compiler_fence(core::sync::atomic::Ordering::SeqCst);
    } else {
        full();
    }
}

/// For the other side. `false` if the system has refused: then it is no fence towards threads that pass [`light`].
pub(super) fn heavy() -> bool {
    full();
    !is_asymmetric() || system::barrier_everywhere()
}

#[cfg(not(loom))]
fn full() {
    core::sync::atomic::fence(core::sync::atomic::Ordering::SeqCst);
}

#[cfg(loom)]
fn full() {
    loom::sync::atomic::fence(core::sync::atomic::Ordering::SeqCst);
}

#[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64"), not(miri), not(loom)))]
mod system {
    use core::ffi::{c_int, c_long, c_uint};
    use core::sync::atomic::{AtomicBool, Ordering};

    unsafe extern "C" {
        /// syscall(2).
        fn syscall(number: c_long, ...) -> c_long;
    }

    #[cfg(target_arch = "x86_64")]
    const MEMBARRIER: c_long = 324;
    #[cfg(target_arch = "aarch64")]
    const MEMBARRIER: c_long = 283;
    /// Linux 4.14, include/uapi/linux/membarrier.h.
    const PRIVATE_EXPEDITED: c_int = 1 << 3;
    const REGISTER_PRIVATE_EXPEDITED: c_int = 1 << 4;

    static REGISTERED: AtomicBool = AtomicBool::new(false);

    pub(in super::super) fn register() {
        if membarrier(REGISTER_PRIVATE_EXPEDITED) {
            REGISTERED.store(true, Ordering::SeqCst);
        }
    }

    /// Once it is, it stays so. A thread that still believes it is not does more than it has to.
    #[inline(always)]
    pub(super) fn is_asymmetric() -> bool {
        REGISTERED.load(Ordering::Relaxed)
    }

    pub(super) fn barrier_everywhere() -> bool {
        membarrier(PRIVATE_EXPEDITED)
    }

    fn membarrier(command: c_int) -> bool {
        let (flags, processor): (c_uint, c_int) = (0, 0);
        // SAFETY: these commands take no pointers and change no memory.
        unsafe { syscall(MEMBARRIER, command, flags, processor) == 0 }
    }
}

#[cfg(not(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64"), not(miri), not(loom))))]
mod system {
    pub(in super::super) fn register() {}

    pub(super) fn is_asymmetric() -> bool {
        false
    }

    pub(super) fn barrier_everywhere() -> bool {
        true
    }
}
