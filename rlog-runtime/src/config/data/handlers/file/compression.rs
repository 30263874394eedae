//! How rotated files are made smaller, as data.

use crate::config::data::declare::{choice, settings};
use crate::handler::Compression;

settings! {
    /// A [`Compression`]: `"none"`, `"gzip"` or `"zstd"`, or a table with its `kind`.
    ///
    /// ```
    /// use rlog_runtime::config::{CompressionConfig, CompressionKind};
    ///
    /// let compression = CompressionConfig::new(CompressionKind::Gzip).level(9_u32).delay(1_usize);
    /// ```
    pub struct CompressionConfig, "the name of a compression, such as `\"gzip\"`, or a table with its `kind`", or kind {
        /// The format.
        req kind: CompressionKind,
        /// How hard to try; see [`Compression::level`].
        opt level: u32,
        /// How many of the newest rotated files are left as they are; see [`Compression::delay`].
        opt delay: usize,
    }
}

choice! {
    /// The format of compressed files.
    pub enum CompressionKind, "compression" {
        /// [`Compression::none`]
        "none" => None,
        /// [`Compression::gzip`], with the feature `gzip`.
        "gzip" => Gzip,
        /// [`Compression::zstd`], with the feature `zstd`.
        "zstd" => Zstd,
    }
}

impl CompressionConfig {
    /// In this format.
    #[must_use]
    pub fn new(kind: CompressionKind) -> Self {
        Self { kind, level: None, delay: None }
    }

    pub(super) fn make(&self) -> Compression {
        let mut compression = match self.kind {
            CompressionKind::None => Compression::none(),
            CompressionKind::Gzip => Compression::gzip(),
            CompressionKind::Zstd => Compression::zstd(),
        };
        if let Some(level) = self.level {
            compression = compression.level(level);
        }
        if let Some(files) = self.delay {
            compression = compression.delay(files);
        }
        compression
    }
}

impl From<CompressionKind> for CompressionConfig {
    fn from(kind: CompressionKind) -> Self {
        Self::new(kind)
    }
}
