//! What a bound on all files together leaves for each of them.
//!
//! The total is made of the current file, of those that were rotated, and of one that is being compressed. All but the second
//! are taken off beforehand, as large as they can be, so that the rest is what rotated files may have; see
//! [`room`](super::room).
//!
//! Nobody who writes to a file that others write to as well knows how long it is: only how long it was when he last looked, which
//! is after each of his writes. So each process may add one write to a file that is full. With writes that are a small part of a
//! file, there is room for those of many processes. A line that is larger than such a write is written under the lock of the
//! rotation, by one process at a time.

use super::making::FRAME;

/// The parts of a total.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Quota {
    /// When the current file is rotated, in bytes: at what is asked for, or earlier, if the total has no room for three such files.
    pub(super) limit: u64,
    /// How large it may become by then, as others write to it, too.
    pub(super) most: u64,
    /// What rotated files may have together.
    pub(super) budget: u64,
    /// With so many bytes lines are written, so that a file that several processes write to has no more than its share.
    pub(super) write: u64,
}

/// So many processes may write to one file, and keep to the total.
const PROCESSES: u64 = 16;
/// What a file may have beyond its limit: this part of it, or so many bytes.
const PART: u64 = 8;
const MOST: u64 = 2 << 20;

impl Quota {
    /// The smallest total in which there is room for files of this size.
    pub(super) fn least(limit: u64, compresses: bool) -> u64 {
        let share = limit + limit / PART + 1;
        share * (2 + u64::from(compresses)) + FRAME * u64::from(compresses)
    }

    pub(super) fn new(total: u64, limit: u64, compresses: bool) -> Self {
        let files = 2 + u64::from(compresses);
        let share = total.saturating_sub(FRAME * u64::from(compresses)) / files;
        // An eighth of this limit, or less, is what is left of the share.
        let limit = limit.min(share - share / (PART + 1)).max(1);
        let beyond = (limit / PART).min(MOST);
        let most = limit + beyond;
        let making = if compresses { most + FRAME } else { 0 };
        Self { limit, most, budget: total.saturating_sub(most + making), write: (beyond / PROCESSES).max(1) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn files_have_the_size_that_is_asked_for_unless_there_is_no_room() {
        for (total, limit, compresses, expected) in [
            (10_000_000_000, 100_000_000, true, 100_000_000),
            (400_000_000, 100_000_000, true, 100_000_000),
            (300_000_000, 100_000_000, false, 100_000_000),
            (225_000_000, 100_000_000, false, 100_000_000),
            (200_000_000, 100_000_000, false, 88_888_889),
            (300_000_000, 100_000_000, true, 88_888_585),
        ] {
            assert_eq!(Quota::new(total, limit, compresses).limit, expected, "{limit} of {total}");
        }
    }

    proptest! {
        #[test]
        fn in_the_least_total_there_is_room(limit in 512_u64..1 << 30, compresses: bool) {
            prop_assert_eq!(Quota::new(Quota::least(limit, compresses), limit, compresses).limit, limit);
        }

        #[test]
        fn the_parts_are_no_more_than_the_total(total in 4_096_u64..1 << 40, part in 1_u64..100, compresses: bool) {
            let asked = total / part;
            let Quota { limit, most, budget, write } = Quota::new(total, asked, compresses);
            let file = limit + write * PROCESSES;
            prop_assert!(limit <= most && most <= file + PROCESSES);
            let making = if compresses { file + FRAME } else { 0 };
            prop_assert!(limit <= asked);
            // Writes are of a byte at least.
            prop_assert!(file + budget + making <= total + 3 * PROCESSES);
            prop_assert!(file <= budget + PROCESSES, "a rotated file has room");
        }
    }
}
