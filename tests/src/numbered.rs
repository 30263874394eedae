//! Numbered lines, as `rotating` logs them, read back from many files: which are missing, there twice, or torn.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{fs, str};

/// What the line of this number holds, so that one that lacks a part, or has one of another line, is found out.
#[must_use]
pub fn filler(n: u64) -> &'static str {
    const FILLER: &str = "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz0123456789end";
    &FILLER[usize::try_from(n % 61).unwrap_or_default()..]
}

/// Who has logged a line: the process, and its thread.
pub type Source = (u64, u64);

/// What is in a family of files, read from the oldest to the newest.
#[derive(Debug, Default)]
pub struct Tally {
    /// How many files there are.
    pub files: usize,
    /// How many lines are in them, of any kind.
    pub lines: u64,
    /// The numbers of each thread, in the order in which they were found.
    pub numbers: BTreeMap<Source, Vec<u64>>,
    /// Lines that are neither whole nor of the logger itself.
    pub torn: Vec<String>,
    /// What the logger says of itself.
    pub notices: Vec<String>,
}

impl Tally {
    /// # Panics
    /// When a file cannot be read, or `gzip -t` finds something wrong with one.
    #[must_use]
    pub fn of(files: &[PathBuf]) -> Self {
        let mut tally = Self::default();
        for path in files {
            tally.files += 1;
            tally.add(&content(path));
        }
        tally
    }

    /// Adds the content of a file.
    pub fn add(&mut self, content: &[u8]) {
        for line in content.split_inclusive(|&byte| byte == b'\n') {
            self.lines += 1;
            let text = str::from_utf8(line).unwrap_or_default();
            if let Some((source, n)) = parse(text) {
                self.numbers.entry(source).or_default().push(n);
            } else if text.ends_with('\n') && text.contains(" rlog") {
                self.notices.push(text.to_owned());
            } else if text != "\n" {
                self.torn.push(String::from_utf8_lossy(line).into_owned());
            }
        }
    }

    /// # Panics
    /// Unless there is each number of `1..=count` of this source once, in order.
    pub fn assert_each_once(&self, source: Source, count: u64) {
        let numbers = self.numbers.get(&source).map_or(&[][..], Vec::as_slice);
        let first_wrong = numbers.iter().zip(1..).position(|(&n, expected)| n != expected);
        if let Some(at) = first_wrong {
            let around = &numbers[at.saturating_sub(3)..numbers.len().min(at + 4)];
            panic!("{source:?}: line {} should be number {}: {around:?} ({} lines)", at + 1, at + 1, numbers.len());
        }
        assert_eq!(numbers.len() as u64, count, "{source:?}");
    }

    /// # Panics
    /// Unless every line is whole.
    pub fn assert_whole(&self) {
        assert!(self.torn.is_empty(), "{} torn lines: {:?}", self.torn.len(), &self.torn[..self.torn.len().min(5)]);
    }

    /// How many lines the logger says are missing.
    #[must_use]
    pub fn reported_missing(&self) -> u64 {
        let missing = |notice: &String| {
            let (before, _) = notice.split_once(" missing from log file")?;
            before.split_whitespace().rev().nth(2)?.parse::<u64>().ok()
        };
        self.notices.iter().filter_map(missing).sum()
    }
}

/// The source and the number of a line, if it is whole.
fn parse(line: &str) -> Option<(Source, u64)> {
    let fields = line.strip_suffix('\n')?;
    let word = |key: &str| -> Option<&str> {
        let mut found = fields.split(' ').filter_map(|word| word.strip_prefix(key)?.strip_prefix('='));
        let value = found.next()?;
        // Two lines in one have it twice.
        found.next().is_none().then_some(value)
    };
    let n = word("n")?.parse().ok()?;
    let is_whole = word("filler")? == filler(n) && fields.ends_with("end") && line.starts_with("20");
    is_whole.then_some(((word("writer")?.parse().ok()?, word("thread")?.parse().ok()?), n))
}

/// All bytes of a file; of a compressed one, by the tools of the system, which check it, too.
fn content(path: &Path) -> Vec<u8> {
    if path.extension().is_none_or(|extension| extension != "gz") {
        return fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    }
    let test = Command::new("gzip").arg("-t").arg(path).output().expect("gzip runs");
    assert!(test.status.success() && test.stderr.is_empty(), "gzip -t: {}", String::from_utf8_lossy(&test.stderr));
    let content = Command::new("zcat").arg(path).output().expect("zcat runs");
    assert!(content.status.success(), "zcat: {}", String::from_utf8_lossy(&content.stderr));
    content.stdout
}

/// The numbered files beside `current`, compressed or not, by ascending number, and then it.
///
/// # Panics
/// When the directory cannot be read, or one file is there both compressed and not.
#[must_use]
pub fn family(current: &Path) -> Vec<PathBuf> {
    let mut numbered = rotated(current);
    for pair in numbered.windows(2) {
        assert_ne!(pair[0].0, pair[1].0, "both {} and {} are there", pair[0].1.display(), pair[1].1.display());
    }
    numbered.sort();
    let current = current.exists().then(|| current.to_path_buf());
    numbered.into_iter().map(|(_, path)| path).chain(current).collect()
}

/// The numbered files beside `current`.
///
/// # Panics
/// When the directory cannot be read.
#[must_use]
pub fn rotated(current: &Path) -> Vec<(u64, PathBuf)> {
    let name = current.file_name().and_then(|name| name.to_str()).expect("it has a name");
    let directory = current.parent().expect("it is in a directory");
    let entries = fs::read_dir(directory).unwrap_or_else(|error| panic!("{}: {error}", directory.display()));
    let mut numbered: Vec<(u64, PathBuf)> = entries
        .filter_map(|entry| {
            let path = entry.ok()?.path();
            let suffix = path.file_name()?.to_str()?.strip_prefix(name)?.strip_prefix('.')?;
            Some((suffix.strip_suffix(".gz").unwrap_or(suffix).parse().ok()?, path))
        })
        .collect();
    numbered.sort();
    numbered
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(n: u64) -> String {
        format!("2026-11-23T00:00:00Z INFO rotating numbered writer=1 thread=2 n={n} filler={}\n", filler(n))
    }

    #[test]
    fn whole_lines_are_counted_and_others_are_torn() {
        let mut tally = Tally::default();
        tally.add((line(1) + &line(2) + &line(3)).as_bytes());
        tally.assert_each_once((1, 2), 3);
        tally.assert_whole();
        let long = line(1);
        for cut in 1..long.len() {
            let mut tally = Tally::default();
            tally.add(&long.as_bytes()[..cut]);
            tally.add(&long.as_bytes()[cut..]);
            assert_eq!(
                (tally.torn.len(), tally.numbers.len()),
                (if cut + 1 == long.len() { 1 } else { 2 }, 0),
                "{cut}"
            );
        }
        let mut tally = Tally::default();
        tally.add((line(1).trim_end().to_owned() + &line(2)).as_bytes());
        assert_eq!(tally.torn.len(), 1, "two lines in one");
    }

    #[test]
    #[should_panic(expected = "line 2 should be number 2: [1, 3, 4]")]
    fn a_missing_line_is_found_out() {
        let mut tally = Tally::default();
        tally.add((line(1) + &line(3) + &line(4)).as_bytes());
        tally.assert_each_once((1, 2), 4);
    }

    #[test]
    #[should_panic(expected = "line 3 should be number 3: [1, 2, 2]")]
    fn a_doubled_line_is_found_out() {
        let mut tally = Tally::default();
        tally.add((line(1) + &line(2) + &line(2)).as_bytes());
        tally.assert_each_once((1, 2), 2);
    }
}
