//! How rotated files are made smaller.

use super::{Problem, problem};
use core::fmt;
use std::io::{self, Read, Write};
use std::vec::Vec;

/// How a [`File`](crate::File) that was rotated is made smaller.
///
/// It is done by one thread of low priority for all files, `rlog-files`, a file at a time and with bounded memory. The result
/// is written under another name, handed to the disk, and only then takes the place of the file, with its owner, its mode and
/// its time. What a process left unfinished is finished by the next. A file that another process still writes to is left alone
/// until that has let go of it.
///
/// ```
/// use rlog_runtime::Compression;
///
/// let compression = Compression::gzip().level(9).delay(1);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[must_use]
pub struct Compression {
    pub(super) codec: Option<Codec>,
    level: Option<u32>,
    pub(super) delay: usize,
}

/// A format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Codec {
    Gzip,
    Zstd,
}

impl Compression {
    /// Leaves files as they are.
    pub fn none() -> Self {
        Self::default()
    }

    /// As `app.log.1.gz` (RFC 1952). Needs the feature `gzip`.
    pub fn gzip() -> Self {
        Self { codec: Some(Codec::Gzip), ..Self::default() }
    }

    /// As `app.log.1.zst` (RFC 8878). Needs the feature `zstd`.
    pub fn zstd() -> Self {
        Self { codec: Some(Codec::Zstd), ..Self::default() }
    }

    /// How hard to try: from 1, quick, to 9 for gzip, usually 6, and to 19 for zstd, usually 3.
    pub fn level(self, level: u32) -> Self {
        Self { level: Some(level), ..self }
    }

    /// Leaves so many of the newest rotated files as they are.
    pub fn delay(self, files: usize) -> Self {
        Self { delay: files, ..self }
    }

    /// What is wrong with it.
    pub(super) fn problems(self) -> Vec<Problem> {
        let mut problems = Vec::new();
        let Some(codec) = self.codec else {
            if self.level.is_some() || self.delay > 0 {
                let what = "compression has a level or a delay, and no format";
                problems.push(problem(what, "add `gzip` or `zstd`").of("compression"));
            }
            return problems;
        };
        if !codec.is_built_in() {
            problems.push(
                problem(
                    std::format!("compression as `{codec}` is not built in"),
                    std::format!("turn on the feature `{codec}` of rlog"),
                )
                .of("compression.kind"),
            );
        }
        let most = codec.levels().1;
        if let Some(level) = self.level.filter(|level| !(1..=most).contains(level)) {
            problems.push(
                problem(
                    std::format!("the compression level `{level}` is not one of `{codec}`"),
                    std::format!("give one from 1 to {most}"),
                )
                .of("compression.level"),
            );
        }
        problems
    }

    /// Writes what can be read, smaller. Returns how much that was.
    pub(super) fn compress(self, from: &mut impl Read, to: &mut impl Write) -> io::Result<u64> {
        let level = |codec: Codec| self.level.unwrap_or(codec.levels().0);
        match self.codec {
            #[cfg(feature = "gzip")]
            Some(Codec::Gzip) => {
                let mut encoder = flate2::write::GzEncoder::new(to, flate2::Compression::new(level(Codec::Gzip)));
                let length = copy(from, &mut encoder)?;
                encoder.finish()?;
                Ok(length)
            }
            #[cfg(feature = "zstd")]
            Some(Codec::Zstd) => {
                let mut encoder = zstd::stream::write::Encoder::new(to, level(Codec::Zstd) as i32)?;
                encoder.include_checksum(true)?;
                let length = copy(from, &mut encoder)?;
                encoder.finish()?;
                Ok(length)
            }
            _ => {
                let _ = (from, to, level);
                Err(io::ErrorKind::Unsupported.into())
            }
        }
    }
}

/// A piece at a time.
#[cfg(any(feature = "gzip", feature = "zstd"))]
fn copy(from: &mut impl Read, to: &mut impl Write) -> io::Result<u64> {
    let mut piece = vec![0; 64 << 10];
    let mut length = 0;
    loop {
        match from.read(&mut piece) {
            Ok(0) => return Ok(length),
            Ok(read) => {
                to.write_all(&piece[..read])?;
                length += read as u64;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

impl Codec {
    pub(super) const ALL: [Self; 2] = [Self::Gzip, Self::Zstd];

    /// What stands behind the name of a file.
    pub(super) const fn suffix(self) -> &'static str {
        match self {
            Self::Gzip => ".gz",
            Self::Zstd => ".zst",
        }
    }

    /// The usual level, and the highest.
    const fn levels(self) -> (u32, u32) {
        match self {
            Self::Gzip => (6, 9),
            Self::Zstd => (3, 19),
        }
    }

    const fn is_built_in(self) -> bool {
        match self {
            Self::Gzip => cfg!(feature = "gzip"),
            Self::Zstd => cfg!(feature = "zstd"),
        }
    }

    /// How long a file is when it is no longer compressed, if all of it can be read.
    pub(super) fn content_length(self, from: impl Read) -> io::Result<u64> {
        match self {
            #[cfg(feature = "gzip")]
            Self::Gzip => io::copy(&mut flate2::read::MultiGzDecoder::new(from), &mut io::sink()),
            #[cfg(feature = "zstd")]
            Self::Zstd => io::copy(&mut zstd::stream::read::Decoder::new(from)?, &mut io::sink()),
            #[allow(unreachable_patterns, reason = "with all formats")]
            _ => {
                let _ = from;
                Err(io::ErrorKind::Unsupported.into())
            }
        }
    }
}

impl fmt::Display for Codec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::string::String;

    #[test]
    fn what_is_wrong_is_told_with_a_way_out() {
        for (compression, expected) in [
            (Compression::none(), ""),
            (Compression::none().level(3), "compression has a level or a delay, and no format: add `gzip` or `zstd`"),
            (Compression::gzip().level(10), "the compression level `10` is not one of `gzip`: give one from 1 to 9"),
            (Compression::zstd().level(0), "the compression level `0` is not one of `zstd`: give one from 1 to 19"),
            #[cfg(not(feature = "zstd"))]
            (Compression::zstd(), "compression as `zstd` is not built in: turn on the feature `zstd` of rlog"),
            #[cfg(not(feature = "gzip"))]
            (Compression::gzip(), "compression as `gzip` is not built in: turn on the feature `gzip` of rlog"),
        ] {
            let problems: Vec<_> = compression.problems().iter().map(Problem::text).collect();
            match expected {
                "" => assert_eq!(problems, Vec::<String>::new()),
                _ => assert!(problems.iter().any(|problem| problem == expected), "{problems:?}"),
            }
        }
    }

    #[test]
    fn what_is_compressed_can_be_read_again_and_a_part_of_it_cannot() {
        let text: Vec<u8> = (0..200_000_u32).flat_map(|number| std::format!("line {number}\n").into_bytes()).collect();
        for codec in Codec::ALL.into_iter().filter(|codec| codec.is_built_in()) {
            let mut small = Vec::new();
            let compression = Compression { codec: Some(codec), ..Compression::default() };
            let length = compression.compress(&mut text.as_slice(), &mut small).expect("memory takes everything");
            assert_eq!(length, text.len() as u64);
            assert!(small.len() < text.len() / 4, "{codec}: {}", small.len());
            assert_eq!(codec.content_length(small.as_slice()).expect("it is whole"), length);
            codec.content_length(&small[..small.len() - 3]).expect_err("it is cut off");
        }
    }
}
