//! Texts that must not be found in the memory of a program, and the search for them.
//!
//! A program that looks for a text has the text. So it is made where it is used, one byte at a time, in memory that is wiped
//! afterwards, and the search compares bytes that are masked.

use std::fs::File;
use std::hint::black_box;
use std::io::{self, BufRead as _, BufReader, Read as _, Seek as _, SeekFrom};

/// How long a text is, in bytes.
pub const LENGTH: usize = 32;

/// The part of it that is looked for: what a mask shows of the ends may be found.
const MIDDLE: std::ops::Range<usize> = 8..24;

/// A byte of the text of a number, behind a mask: small letters from a generator (Numerical Recipes' `ranqd1`).
fn masked(number: u32, index: usize) -> u8 {
    let state = (0..=index)
        .fold(number.wrapping_mul(0x9e37_79b9), |state, _| state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223));
    (b'a' + (state >> 24) as u8 % 26) ^ MASK
}

const MASK: u8 = 0xa5;

/// A text in clear, in memory that is wiped when it is dropped.
pub struct Clear(Box<[u8; LENGTH]>);

impl Clear {
    /// Makes the text of a number.
    #[must_use]
    pub fn new(number: u32) -> Self {
        let mut text = Self(Box::new([0; LENGTH]));
        for (index, byte) in text.0.iter_mut().enumerate() {
            *byte = masked(number, index) ^ MASK;
        }
        text
    }

    /// The text.
    #[must_use]
    pub fn text(&self) -> &str {
        std::str::from_utf8(&*self.0).unwrap_or_default()
    }
}

impl Drop for Clear {
    fn drop(&mut self) {
        self.0.fill(0);
        // Whatever could happen to the zeros from here on keeps the compiler from leaving them out.
        black_box(&self.0);
    }
}

impl std::fmt::Debug for Clear {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Clear").finish_non_exhaustive()
    }
}

/// How often the middle of the text of that number is in `bytes`.
#[must_use]
pub fn count(number: u32, bytes: &[u8]) -> usize {
    let first = masked(number, MIDDLE.start);
    let is_there = |at: usize| MIDDLE.enumerate().all(|(index, of)| bytes[at + index] ^ MASK == masked(number, of));
    (0..(bytes.len() + 1).saturating_sub(MIDDLE.len())).filter(|&at| bytes[at] ^ MASK == first && is_there(at)).count()
}

/// The parts of this process's memory that can be written and have the text in them, as `/proc/self/maps` describes them.
///
/// # Errors
/// When the memory cannot be read, so everywhere but on Linux.
pub fn places_in_memory(number: u32) -> io::Result<Vec<String>> {
    let maps: Vec<String> = BufReader::new(File::open("/proc/self/maps")?).lines().collect::<io::Result<_>>()?;
    let mut memory = File::open("/proc/self/mem")?;
    let mut places = Vec::new();
    let mut buffer = vec![0; 1 << 20];
    for map in maps {
        let mut words = map.split_whitespace();
        let (Some(range), Some(permissions)) = (words.next(), words.next()) else { continue };
        let Some((start, end)) = range.split_once('-') else { continue };
        let address = |text| u64::from_str_radix(text, 16).map_err(io::Error::other);
        let (mut start, end) = (address(start)?, address(end)?);
        if !permissions.starts_with("rw") {
            continue;
        }
        let mut found = 0;
        while start < end {
            memory.seek(SeekFrom::Start(start))?;
            let length = buffer.len().min((end - start) as usize);
            // Part of it may have been unmapped meanwhile.
            let Ok(read) = memory.read(&mut buffer[..length]) else { break };
            found += count(number, &buffer[..read]);
            if read < MIDDLE.len() {
                break;
            }
            // What lies across the end of this part is in the next.
            start += if start + read as u64 >= end { read } else { read - MIDDLE.len() + 1 } as u64;
        }
        if found > 0 {
            places.push(format!("{map}: {found} times"));
        }
    }
    Ok(places)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_found_where_it_is() {
        let (one, other) = (Clear::new(1), Clear::new(2));
        assert_ne!(one.text(), other.text());
        let text = format!("x{}y{}{}", one.text(), one.text(), &other.text()[..20]);
        assert_eq!((count(1, text.as_bytes()), count(2, text.as_bytes())), (2, 0));
        assert_eq!(count(1, &text.as_bytes()[..15]), 0);
    }
}
