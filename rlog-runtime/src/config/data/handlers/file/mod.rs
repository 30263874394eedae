//! A file as data.
//!
//! Each group of its settings is a file, as for [`File`] itself, with what it is in code.

mod compression;
mod fsync;
mod mode;
mod names;
mod retention;
mod rotation;

pub use compression::{CompressionConfig, CompressionKind};
pub use fsync::{FsyncConfig, FsyncWhen};
pub use mode::FileMode;
pub use names::NamesConfig;
pub use retention::RetentionConfig;
pub use rotation::{PeriodConfig, RotationConfig};

use crate::config::data::Size;
use crate::config::data::apply::Making;
use crate::config::data::declare::settings;
use crate::handler::{File, HandlerBuilder, IntoHandler, Removal};
use std::io;
use std::path::PathBuf;
use std::string::String;
use std::vec::Vec;

settings! {
    /// A [`File`]: `kind = "file"`. Either `path` or `pattern` says where it is.
    ///
    /// ```
    /// use rlog_runtime::config::{FileConfig, PeriodConfig, RetentionConfig, RotationConfig};
    ///
    /// let file = FileConfig::new("logs/app.json")
    ///     .rotation(RotationConfig::default().every(PeriodConfig::Daily).size(100_000_000))
    ///     .retention(RetentionConfig::default().count(30_usize).total(5_000_000_000))
    ///     .mode(0o640);
    /// ```
    pub struct FileConfig, "a table", one of path, pattern {
        /// Where it is. A relative path is relative to the working directory of the process, as in code.
        opt path: PathBuf,
        /// Where it is, with placeholders; see [`File::pattern`].
        opt pattern: String,
        /// When it is rotated: `"daily"`, or a table; see [`File::rotation`].
        opt rotation: RotationConfig,
        /// What rotated files are called; see [`File::names`].
        opt names: NamesConfig,
        /// Which of them are kept; see [`File::retention`].
        opt retention: RetentionConfig,
        /// How they are made smaller: `"gzip"`, or a table; see [`File::compression`].
        opt compression: CompressionConfig,
        /// When the disk has what was written: `"at_rotation"`, or a table; see [`File::fsync`].
        opt fsync: FsyncConfig,
        /// Who may read and write it, such as `"0640"`; see [`File::mode`].
        opt mode: FileMode,
        /// Whether each file begins with a line about itself; see [`File::header`].
        opt header: bool,
        /// How much is put aside for each file; see [`File::preallocate`].
        opt preallocate: Size,
        /// Where a link to the current file is; see [`File::current_link`].
        opt current_link: PathBuf,
    }
}

impl FileConfig {
    /// The file at `path`.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: Some(path.into()), ..Self::nowhere() }
    }

    /// The file whose path has placeholders in it; see [`File::pattern`].
    #[must_use]
    pub fn by_pattern(pattern: impl Into<String>) -> Self {
        Self { pattern: Some(pattern.into()), ..Self::nowhere() }
    }

    fn nowhere() -> Self {
        Self {
            path: None,
            pattern: None,
            rotation: None,
            names: None,
            retention: None,
            compression: None,
            fsync: None,
            mode: None,
            header: None,
            preallocate: None,
            current_link: None,
        }
    }

    pub(super) fn make(&self, making: &mut Making<'_>) -> Option<HandlerBuilder> {
        self.file(making).map(IntoHandler::into_handler)
    }

    /// The rotated files that the retention would delete now.
    pub(super) fn removals(&self, making: &mut Making<'_>) -> Vec<Removal> {
        let Some(file) = self.file(making) else { return Vec::new() };
        match file.dry_run() {
            Ok(removals) => removals,
            // Nothing has been logged yet.
            Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
            Err(error) => {
                making.reader.wrong(std::format!("cannot read its directory: {error}"));
                Vec::new()
            }
        }
    }

    /// What is wrong by itself is told here, with the setting; what stands in the way on the disk is asked later.
    fn file(&self, making: &mut Making<'_>) -> Option<File> {
        let before = making.reader.found.findings().len();
        let mut file = match (&self.path, &self.pattern) {
            (Some(path), None) => File::new(path),
            (None, Some(pattern)) => File::pattern(pattern),
            (Some(path), Some(_)) => {
                making.wrong_key("pattern", "there is a `path`, too; remove one of the two");
                File::new(path)
            }
            // For what else is wrong.
            (None, None) => {
                making.reader.wrong("`path` is missing, or `pattern`");
                File::new("")
            }
        };
        if let Some(rotation) = &self.rotation {
            file = file.rotation(making.below("rotation", |making| rotation.make(making)));
        }
        if let Some(names) = &self.names {
            file = file.names(names.make());
        }
        if let Some(retention) = &self.retention {
            file = file.retention(retention.make());
        }
        if let Some(compression) = &self.compression {
            file = file.compression(compression.make());
        }
        if let Some(fsync) = &self.fsync {
            file = file.fsync(making.below("fsync", |making| fsync.make(making)));
        }
        if let Some(mode) = self.mode {
            file = file.mode(mode.bits());
        }
        if let Some(header) = self.header {
            file = file.header(header);
        }
        if let Some(size) = self.preallocate {
            file = file.preallocate(size.bytes());
        }
        if let Some(link) = &self.current_link {
            file = file.current_link(link);
        }
        if self.path.is_some() || self.pattern.is_some() {
            for (setting, message) in file.mistakes() {
                making.wrong_below(setting, message);
            }
        }
        let is_right = making.reader.found.findings().len() == before;
        is_right.then_some(file)
    }
}
