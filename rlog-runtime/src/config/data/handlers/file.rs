//! A file as data.

use super::super::declare::settings;
use crate::handler::{File, HandlerBuilder, IntoHandler};
use std::path::PathBuf;

settings! {
    /// A [`File`]: `kind = "file"`.
    pub struct FileConfig, "a table" {
        /// Where it is. A relative path is relative to the working directory of the process, as in code.
        req path: PathBuf,
    }
}

impl FileConfig {
    /// The file at `path`.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    pub(super) fn make(&self) -> HandlerBuilder {
        File::new(&self.path).into_handler()
    }
}
