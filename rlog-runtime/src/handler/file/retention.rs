//! Which rotated files are kept.

use super::quota::Quota;
use super::rotation::SMALLEST;
use super::{Problem, problem, size_of};
use crate::units::Size;
use core::fmt;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};
use std::vec::Vec;

/// Which rotated files of a [`File`](crate::File) are kept. All of them, if nothing is said; if several bounds are set, those
/// that keep to all.
///
/// Only files with its own [names](crate::Names) are ever deleted, by the thread `rlog-files`: after each rotation, soon after the
/// logger was initialised, and when a file becomes too old, also if nothing is logged any more.
/// [`File::dry_run`](crate::File::dry_run) tells which would be deleted now.
///
/// ```
/// use rlog_runtime::Retention;
/// use std::time::Duration;
///
/// let retention = Retention::count(30).max_age(Duration::from_secs(90 * 86400)).max_total(10_000_000_000);
/// let bounded = Retention::total("10 GB").free_space();
/// ```
///
/// # Several processes
/// Those that share a file see to the same rotated ones. With `{pid}`
/// in its [path](crate::File::pattern) or its names each has its own, and nobody sees to those of a process that has ended.
///
/// # Clocks
/// The age of a file is that of its last record, by the time of the file. One "from the future", written before a clock was set
/// back, has no age and does not count; it is deleted only if the total leaves no other way. While a clock is years ahead, all files
/// are old: where that can happen, set a count rather than an age.
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct Retention {
    count: Option<usize>,
    age: Option<Duration>,
    total: Option<u64>,
    pub(super) free_space: bool,
    problems: Vec<Problem>,
}

impl Retention {
    /// Keeps all files.
    pub fn all() -> Self {
        Self::default()
    }

    /// Keeps so many rotated files, compressed or not; the current one comes on top.
    pub fn count(files: usize) -> Self {
        Self::all().max_count(files)
    }

    /// Keeps files whose last record is not older than this.
    pub fn age(age: Duration) -> Self {
        Self::all().max_age(age)
    }

    /// Keeps the newest files for which there is room in this: `10 GB`; see [`Retention::max_total`].
    pub fn total(size: &str) -> Self {
        match size_of(size) {
            Ok(bytes) => Self::all().max_total(bytes),
            Err(error) => {
                let mut retention = Self::all();
                retention.problems.push(
                    problem(
                        std::format!("the total size `{}` of the retention is not understood", size.escape_debug()),
                        error,
                    )
                    .of("retention.total"),
                );
                retention
            }
        }
    }

    /// Keeps so many rotated files at most.
    pub fn max_count(self, files: usize) -> Self {
        Self { count: Some(files), ..self }
    }

    /// Deletes files whose last record is older than this.
    pub fn max_age(self, age: Duration) -> Self {
        Self { age: Some(age), ..self }
    }

    /// Keeps all files together below so many bytes: the current one at its largest, those that were rotated, and the one that
    /// is being compressed. This holds at every moment, for up to sixteen processes that share a file, except for a record that is
    /// larger than a file, and while it cannot be rotated (a rotation that fails loses no line: the file grows).
    ///
    /// If the rotation has no size, files are also rotated at a quarter of this; and a size of which it has no room for three, and an
    /// eighth of each, is made smaller.
    pub fn max_total(self, bytes: u64) -> Self {
        Self { total: Some(bytes), ..self }
    }

    /// When the disk is full, also deletes the oldest rotated file, one at a time, until what waits can be written. While that
    /// does not help, one per 50 milliseconds at most.
    pub fn free_space(self) -> Self {
        Self { free_space: true, ..self }
    }

    /// Whether anything may be deleted.
    pub(super) fn is_all(&self) -> bool {
        self.count.is_none() && self.age.is_none() && self.total.is_none() && !self.free_space
    }

    pub(super) fn bytes(&self) -> Option<u64> {
        self.total
    }

    /// What is wrong with it, if files have at most `limit` bytes and one more of them may be in the making.
    pub(super) fn problems(&self, limit: Option<u64>, compresses: bool) -> Vec<Problem> {
        let mut problems = self.problems.clone();
        if self.age == Some(Duration::ZERO) {
            problems.push(
                problem(
                    "the retention keeps files of no age, which is none",
                    "give an age above zero, or a count of 0 to keep no rotated file",
                )
                .of("retention.age"),
            );
        }
        let files = 2 + u64::from(compresses);
        if let Some(total) = self.total
            && Quota::new(total, limit.unwrap_or(total / PARTS), compresses).limit < SMALLEST
        {
            let least = (SMALLEST * PARTS).max(Quota::least(SMALLEST, compresses));
            problems.push(
                problem(
                    std::format!("there is no room in `{}` for files with a record each", Size::new(total)),
                    std::format!("give a total of at least `{}`", Size::new(least)),
                )
                .of("retention.total"),
            );
        }
        if let (Some(total), Some(limit)) = (self.total, limit)
            && total / files < limit
        {
            problems.push(
                problem(
                    std::format!("there is no room in `{}` for files of `{}`", Size::new(total), Size::new(limit)),
                    std::format!(
                        "give a total of at least {files} of them: the current one, a rotated one{}",
                        if compresses { ", and one that is being compressed" } else { "" }
                    ),
                )
                .of("retention.total"),
            );
        }
        problems
    }

    /// Which of these files are to be deleted, and why. They are in their order, oldest first; `budget` is what they may have
    /// together.
    pub(super) fn plan(&self, files: &[Candidate], now: SystemTime, budget: Option<u64>) -> Vec<(usize, Reason)> {
        let mut removals: Vec<Option<Reason>> = vec![None; files.len()];
        let is_future = |file: &Candidate| file.modified > now + SLACK;
        if let Some(age) = self.age {
            for (file, removal) in files.iter().zip(&mut removals) {
                if now.duration_since(file.modified).is_ok_and(|its| its > age) {
                    *removal = Some(Reason::Age);
                }
            }
        }
        if let Some(count) = self.count {
            let ours = files.iter().zip(&mut removals).filter(|(file, removal)| removal.is_none() && !is_future(file));
            let mut ours: Vec<_> = ours.map(|(_, removal)| removal).collect();
            let excess = ours.len().saturating_sub(count);
            ours.iter_mut().take(excess).for_each(|removal| **removal = Some(Reason::Count));
        }
        if let Some(budget) = budget {
            let kept = files.iter().zip(&removals).filter(|(_, removal)| removal.is_none());
            let mut bytes: u64 = kept.map(|(file, _)| file.bytes).sum();
            for future in [false, true] {
                for (file, removal) in files.iter().zip(&mut removals) {
                    if bytes > budget && removal.is_none() && is_future(file) == future {
                        bytes -= file.bytes;
                        *removal = Some(Reason::Total);
                    }
                }
            }
        }
        removals.into_iter().enumerate().filter_map(|(index, removal)| Some((index, removal?))).collect()
    }

    /// How long until the first of these files is too old, or one that is not there yet can be; `None` if their age has no bound.
    pub(super) fn until_old(&self, files: &[Candidate], now: SystemTime) -> Option<Duration> {
        let age = self.age?;
        let until = |file: &Candidate| match now.duration_since(file.modified) {
            Ok(its) => age.saturating_sub(its),
            Err(future) => age.saturating_add(future.duration()),
        };
        Some(files.iter().map(until).min().unwrap_or(age).saturating_add(Duration::from_nanos(1)))
    }
}

/// Files have so large a part of the total, if nothing else says how large they are.
pub(super) const PARTS: u64 = 4;

/// Clocks of machines that share a disk differ a little.
const SLACK: Duration = Duration::from_secs(60);

/// A rotated file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Candidate {
    pub(super) bytes: u64,
    pub(super) modified: SystemTime,
}

/// A file that is to be deleted, as [`File::dry_run`](crate::File::dry_run) tells.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Removal {
    /// Which.
    pub path: PathBuf,
    /// How large it is.
    pub bytes: u64,
    /// Which bound of the [`Retention`] it is beyond.
    pub reason: Reason,
}

/// Why a file is deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// There are more files than [`Retention::count`].
    Count,
    /// Its last record is older than [`Retention::age`].
    Age,
    /// All files together are larger than [`Retention::total`].
    Total,
    /// The disk is full, and [`Retention::free_space`] is set.
    Space,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Count => "there are more files than are to be kept",
            Self::Age => "it is older than files are to be kept",
            Self::Total => "all files together are larger than they may be",
            Self::Space => "the disk is full",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::string::String;

    fn at(second: u64) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(second)
    }

    /// Files of 10 bytes with these ages, in seconds; negative is in the future.
    fn files(now: u64, ages: &[i64]) -> Vec<Candidate> {
        ages.iter().map(|age| Candidate { bytes: 10, modified: at((now as i64 - age) as u64) }).collect()
    }

    const NOW: u64 = 2_000_000_000;
    const YEARS: i64 = 10 * 365 * 86_400;

    #[test]
    fn count_age_and_total_hold_together() {
        let files = files(NOW, &[500, 400, 300, 200, 100]);
        let removed = |retention: Retention, budget| retention.plan(&files, at(NOW), budget);
        assert_eq!(removed(Retention::all(), None), []);
        assert_eq!(removed(Retention::count(3), None), [(0, Reason::Count), (1, Reason::Count)]);
        assert_eq!(removed(Retention::age(Duration::from_secs(400)), None), [(0, Reason::Age)]);
        assert_eq!(removed(Retention::all(), Some(45)), [(0, Reason::Total)]);
        let all = Retention::count(4).max_age(Duration::from_secs(350));
        assert_eq!(
            removed(all, Some(25)),
            [(0, Reason::Age), (1, Reason::Age), (2, Reason::Total)],
            "three are left after the age, and two after the total"
        );
        assert_eq!(removed(Retention::count(0), None).len(), 5);
    }

    #[test]
    fn files_from_the_future_are_not_old_and_do_not_push_out_those_of_today() {
        // The clock was ten years ahead for a while.
        let files = files(NOW, &[200, 100, -YEARS, -YEARS - 100]);
        assert_eq!(Retention::count(2).plan(&files, at(NOW), None), []);
        assert_eq!(Retention::count(1).plan(&files, at(NOW), None), [(0, Reason::Count)]);
        assert_eq!(Retention::age(Duration::from_secs(150)).plan(&files, at(NOW), None), [(0, Reason::Age)]);
        let total = Retention::all().plan(&files, at(NOW), Some(15));
        let order: Vec<_> = total.iter().map(|(index, _)| *index).collect();
        assert_eq!(order, [0, 1, 2], "only if there is no other way");
    }

    #[test]
    fn what_contradicts_itself_is_told_with_a_way_out() {
        for (retention, limit, compresses, expected) in [
            (Retention::total("10 GB"), Some(100_000_000), true, ""),
            (
                Retention::total("10 tons"),
                None,
                false,
                "the total size `10 tons` of the retention is not understood: unknown unit",
            ),
            (
                Retention::age(Duration::ZERO),
                None,
                false,
                "keeps files of no age, which is none: give an age above zero",
            ),
            (
                Retention::total("1 MB"),
                Some(600_000),
                false,
                "there is no room in `1 MB` for files of `600 kB`: give a total of at least 2",
            ),
            (Retention::total("1 MB"), Some(400_000), false, ""),
            (
                Retention::all().max_total(100),
                None,
                false,
                "there is no room in `100 B` for files with a record each: give a total of at least `2 KiB`",
            ),
            (Retention::all().max_total(2_048), None, false, ""),
            (
                Retention::all().max_total(1_536),
                Some(512),
                true,
                "in `1536 B` for files with a record each: give a total of at least `2755 B`",
            ),
            (
                Retention::total("1,5 GB"),
                None,
                false,
                "`1,5 GB` of the retention is not understood: numbers have a point",
            ),
            (Retention::total("1 MB"), Some(400_000), true, "at least 3 of them"),
        ] {
            let problems: Vec<_> = retention.problems(limit, compresses).iter().map(Problem::text).collect();
            match expected {
                "" => assert_eq!(problems, Vec::<String>::new()),
                _ => assert!(problems.iter().any(|problem| problem.contains(expected)), "{problems:?}"),
            }
        }
    }

    proptest! {
        #[test]
        fn what_is_kept_keeps_to_every_bound_and_nothing_is_deleted_without_need(
            ages in proptest::collection::vec(-1_000_i64..100_000, 0..30), count in 0_usize..30, age in 1_u64..100_000, budget in 0_u64..300,
        ) {
            let mut ages = ages;
            ages.sort_by_key(|age| -age);
            let files = files(NOW, &ages);
            let retention = Retention::count(count).max_age(Duration::from_secs(age));
            let removed = retention.plan(&files, at(NOW), Some(budget));
            let kept = |index: &usize| !removed.iter().any(|(removed, _)| removed == index);
            let kept: Vec<_> = (0..files.len()).filter(kept).collect();
            prop_assert!(kept.len() as u64 * 10 <= budget);
            prop_assert!(kept.iter().all(|index| ages[*index] <= age as i64));
            prop_assert!(kept.iter().filter(|index| ages[**index] >= -60).count() <= count);
            for (index, reason) in removed {
                prop_assert!(match reason {
                    Reason::Age => ages[index] > age as i64,
                    Reason::Count => ages[index] >= -60 && ages[index..].iter().filter(|age| **age >= -60).count() > count,
                    Reason::Total => files[index..].len() as u64 * 10 > budget || kept.iter().any(|kept| ages[*kept] < -60),
                    _ => false,
                }, "{index} {reason:?}");
            }
        }
    }
}
