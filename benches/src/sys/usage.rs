//! What a process has used: CPU time, context switches, resident memory.
#![allow(unsafe_code)]

use std::{fs, mem};

/// One reading of `getrusage`.
#[derive(Clone, Copy)]
pub(crate) struct Usage {
    pub(crate) user_seconds: f64,
    pub(crate) system_seconds: f64,
    /// Times a thread went to sleep by itself; while idle, each stands for one wake-up.
    pub(crate) voluntary_switches: f64,
}

impl Usage {
    /// All threads of this process, finished ones too.
    pub(crate) fn of_process() -> Self {
        Self::read(libc::RUSAGE_SELF)
    }

    /// All children that have been waited for, and theirs.
    pub(crate) fn of_children() -> Self {
        Self::read(libc::RUSAGE_CHILDREN)
    }

    pub(crate) fn since(self, earlier: Self) -> Self {
        Self {
            user_seconds: self.user_seconds - earlier.user_seconds,
            system_seconds: self.system_seconds - earlier.system_seconds,
            voluntary_switches: self.voluntary_switches - earlier.voluntary_switches,
        }
    }

    fn read(who: libc::c_int) -> Self {
        // SAFETY: `rusage` is plain integers, so all zeroes is valid; the kernel fills the one struct it is given.
        let usage = unsafe {
            let mut usage: libc::rusage = mem::zeroed();
            assert_eq!(libc::getrusage(who, &mut usage), 0, "getrusage: {}", std::io::Error::last_os_error());
            usage
        };
        let seconds = |time: libc::timeval| time.tv_sec as f64 + time.tv_usec as f64 / 1e6;
        Self {
            user_seconds: seconds(usage.ru_utime),
            system_seconds: seconds(usage.ru_stime),
            voluntary_switches: usage.ru_nvcsw as f64,
        }
    }
}

/// CPU time of all threads of this process in seconds, to the nanosecond.
///
/// `getrusage` counts some kernels' time in ticks of the scheduler, too coarse for a process that does nothing.
pub(crate) fn cpu_seconds() -> f64 {
    seconds_of(libc::CLOCK_PROCESS_CPUTIME_ID)
}

/// CPU time of this thread in seconds, to the nanosecond.
pub(crate) fn thread_seconds() -> f64 {
    seconds_of(libc::CLOCK_THREAD_CPUTIME_ID)
}

fn seconds_of(clock: libc::clockid_t) -> f64 {
    // SAFETY: the kernel fills the one `timespec` it is given.
    let time = unsafe {
        let mut time: libc::timespec = mem::zeroed();
        assert_eq!(libc::clock_gettime(clock, &mut time), 0);
        time
    };
    time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
}

/// Resident memory now, in MB (`VmRSS`).
pub(crate) fn resident_mb() -> f64 {
    status_mb("VmRSS:")
}

/// The most that was ever resident in this process since `exec`, in MB (`VmHWM`).
pub(crate) fn peak_resident_mb() -> f64 {
    status_mb("VmHWM:")
}

/// `ru_maxrss` is not used: a child inherits it from the process that forked it.
fn status_mb(key: &str) -> f64 {
    let status = fs::read_to_string("/proc/self/status").expect("/proc/self/status is readable");
    let line = status.lines().find_map(|line| line.strip_prefix(key)).unwrap_or_else(|| panic!("no `{key}` in status"));
    let kib: f64 = line.trim().trim_end_matches(" kB").parse().expect("a number of kB");
    kib * 1024.0 / 1e6
}
