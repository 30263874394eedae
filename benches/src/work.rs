//! The work every peer does: `request {id} took {ms} for {user}` with an i64, an f64 and a string of 3 to 9 bytes.
//!
//! The values come from tables of eight, so that producing them costs two loads and every formatter meets floats of
//! different lengths.
#![allow(unsafe_code)]

/// Calls between two readings of the clock.
pub(crate) const BURST: usize = 20;

/// The duration of request `id` in milliseconds.
#[inline(always)]
pub(crate) fn ms(id: i64) -> f64 {
    MS[id as usize & 7]
}

/// The user of request `id`.
#[inline(always)]
pub(crate) fn user(id: i64) -> &'static str {
    USERS[id as usize & 7]
}

/// The status of request `id`; only in JSON records.
#[inline(always)]
pub(crate) fn status(id: i64) -> i64 {
    200 + (id & 3)
}

/// Whether request `id` was answered from a cache; only in JSON records.
#[inline(always)]
pub(crate) fn cached(id: i64) -> bool {
    id & 1 == 1
}

/// Holds `value` in a register at this point of the program, at the cost of no instruction.
///
/// Keeps an otherwise empty loop alive without the store to the stack that `std::hint::black_box` makes.
#[inline(always)]
pub(crate) fn keep(value: i64) {
    #[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
    // SAFETY: the assembly is a comment.
    unsafe {
        core::arch::asm!("/* {0} */", in(reg) value, options(nomem, nostack, preserves_flags));
    }
    #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
    std::hint::black_box(value);
}

static MS: [f64; 8] = [0.217, 1.5, 12.345, 103.75, 3.0625, 47.11, 8.9, 250.004];
static USERS: [&str; 8] = ["ann", "alice", "bob", "charlotte", "dmitri", "eve", "frederik", "giulia"];
