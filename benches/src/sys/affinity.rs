//! Which CPU a thread runs on.
//!
//! A thread inherits the mask of the thread that starts it. So a child pins itself to the worker CPU, starts the
//! library, whose threads stay there, and then moves itself to the producer CPU.
#![allow(unsafe_code)]

use std::mem;

/// The CPUs a child works on.
#[derive(Clone, Copy)]
pub(crate) struct Cpus {
    /// Where the measured calls are made.
    pub(crate) producer: usize,
    /// Where the library's own threads run.
    pub(crate) worker: usize,
}

impl Cpus {
    /// The first two CPUs this process may use; both are the same one when there is only one.
    pub(crate) fn choose() -> Self {
        let allowed = allowed();
        let producer = allowed.first().copied().unwrap_or(0);
        Self { producer, worker: allowed.get(1).copied().unwrap_or(producer) }
    }

    pub(crate) fn are_distinct(self) -> bool {
        self.producer != self.worker
    }
}

/// Pins the calling thread, and the threads that it starts from now on, to one CPU.
///
/// # Panics
///
/// When the CPU is not available: a figure taken on another CPU would look right and be wrong.
pub(crate) fn pin(cpu: usize) {
    // 0 names the calling thread.
    pin_thread(0, cpu);
}

/// The same for a thread that the library has started: `id` is what Linux calls it.
///
/// # Panics
///
/// As [`pin`], or when there is no such thread.
pub(crate) fn pin_thread(id: libc::pid_t, cpu: usize) {
    // SAFETY: a `cpu_set_t` is plain bits, so all zeroes is a valid empty set; `CPU_SET` checks its index against the
    // size of the set, and the kernel reads exactly the size that is passed.
    let result = unsafe {
        let mut set: libc::cpu_set_t = mem::zeroed();
        libc::CPU_SET(cpu, &mut set);
        libc::sched_setaffinity(id, mem::size_of_val(&set), &set)
    };
    assert_eq!(result, 0, "cannot pin to CPU {cpu}: {}", std::io::Error::last_os_error());
}

fn allowed() -> Vec<usize> {
    // SAFETY: as in `pin`; the kernel writes at most the size that is passed.
    let set = unsafe {
        let mut set: libc::cpu_set_t = mem::zeroed();
        if libc::sched_getaffinity(0, mem::size_of_val(&set), &mut set) != 0 {
            return Vec::new();
        }
        set
    };
    // SAFETY: the index is below the number of bits of the set.
    (0..libc::CPU_SETSIZE as usize).filter(|&cpu| unsafe { libc::CPU_ISSET(cpu, &set) }).collect()
}
