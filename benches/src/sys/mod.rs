//! The few system calls a benchmark needs: where threads run, what time it is, what the process has used.
//!
//! Linux only, like the whole package. All `unsafe` of this package is below this module and in `work::keep`.

pub(crate) mod affinity;
pub(crate) mod clock;
pub(crate) mod usage;
