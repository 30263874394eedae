//! Lines in a file.

use super::lines::Lines;
use super::{Handler, HandlerBuilder, HandlerError, IntoHandler, OpenError, Opened, handler_settings};
use crate::format::Text;
use crate::record::Record;
use std::boxed::Box;
use std::fs::{self, OpenOptions};
use std::io;
use std::path::PathBuf;

/// Appends to a file, which is made if it is not there, with its directories. On Unix it is readable and writable by its
/// owner alone.
///
/// ```
/// use rlog_runtime::{File, Json};
///
/// # fn main() -> Result<(), rlog_runtime::InitError> {
/// # let path = std::env::temp_dir().join(format!("rlog-doc-{}.json", std::process::id()));
/// let _guard = rlog_runtime::builder().handler(File::new(&path).formatter(Json::new())).init()?;
/// # rlog_runtime::shutdown(std::time::Duration::from_secs(1));
/// # std::fs::remove_file(path).expect("the file is there");
/// # Ok(())
/// # }
/// ```
///
/// # Durability
/// Written by the worker's thread after each batch, in whole lines; [`flush`](crate::flush) promises that the operating system
/// has them. When the disk is full, lines that do not fit are counted and reported, and writing resumes with the first batch
/// that fits.
#[derive(Debug)]
pub struct File {
    path: PathBuf,
}

impl File {
    /// A handler that appends to the file at `path`. It is opened when the logger is initialised.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    fn open(self) -> Result<Opened, OpenError> {
        let failed = |what: &str, path: &std::path::Path, source| OpenError {
            message: format!("cannot {what} `{}`", path.display()),
            source,
        };
        if let Some(parent) = self.path.parent().filter(|parent| !parent.as_os_str().is_empty()) {
            fs::create_dir_all(parent).map_err(|error| failed("create the directory", parent, error))?;
        }
        let mut options = OpenOptions::new();
        options.append(true).create(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(&self.path).map_err(|error| failed("open the log file", &self.path, error))?;
        let handler = OpenFile { file, lines: Lines::default() };
        Ok(Opened { handler: Box::new(handler), formatter: Box::new(Text::new()) })
    }
}

handler_settings!(File);

impl IntoHandler for File {
    fn into_handler(self) -> HandlerBuilder {
        let name = self.path.display().to_string();
        HandlerBuilder::opened_by(name, || self.open())
    }
}

struct OpenFile<F = fs::File> {
    file: F,
    lines: Lines,
}

impl<F: io::Write + Send + 'static> Handler for OpenFile<F> {
    #[inline]
    fn emit(&mut self, _: &Record<'_>, line: &[u8]) -> Result<(), HandlerError> {
        if self.lines.push(line) { self.lines.write_to(&mut self.file) } else { Ok(()) }
    }

    fn end_of_batch(&mut self) -> Result<(), HandlerError> {
        self.lines.write_to(&mut self.file)
    }
}
