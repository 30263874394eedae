//! tracing + tracing-subscriber (`fmt` or its `json`) + tracing-appender `non_blocking` with `lossy(false)`.
//!
//! The writer below is a bare `File`, as in every example of tracing-appender and in its own rolling appender: the
//! worker makes one system call a line. The queue keeps its default of 128,000 lines.

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::Duration;

use ::tracing::level_filters::LevelFilter;
use tracing_appender::non_blocking::{NonBlockingBuilder, WorkerGuard};

use super::{Format, Peer};
use crate::Result;

pub(crate) struct Tracing {
    guard: WorkerGuard,
    /// In a mutex only because a peer is shared by its producers.
    worker_ended: Mutex<Receiver<()>>,
}

impl Peer for Tracing {
    fn start(destination: &Path, format: Format) -> Result<Self> {
        let (on_drop, worker_ended) = channel();
        let file = TellingFile { file: File::create(destination)?, on_drop };
        let (writer, guard) = NonBlockingBuilder::default().lossy(false).finish(file);
        let builder = tracing_subscriber::fmt().with_max_level(LevelFilter::INFO).with_ansi(false).with_writer(writer);
        match format {
            Format::Text => ::tracing::subscriber::set_global_default(builder.finish())?,
            Format::Json => ::tracing::subscriber::set_global_default(builder.json().finish())?,
        }
        Ok(Self { guard, worker_ended: Mutex::new(worker_ended) })
    }

    #[inline(always)]
    fn call(&self, id: i64, ms: f64, user: &str) {
        ::tracing::info!("request {id} took {ms} for {user}");
    }

    #[inline(always)]
    fn json_call(&self, id: i64, ms: f64, user: &str, status: i64, cached: bool) {
        ::tracing::info!(id, ms, user, status, cached, "request done");
    }

    #[inline(always)]
    fn disabled_call(&self, id: i64, ms: f64, user: &str) {
        ::tracing::debug!("request {id} took {ms} for {user}");
    }

    /// Dropping the guard waits for 1.1 s at most and does not say whether that was enough; the end of the file's
    /// life on the worker does.
    fn flush(self) -> Result<()> {
        drop(self.guard);
        // The sender is never used, only dropped: any answer but a timeout means that the worker is gone.
        let worker_ended = self.worker_ended.into_inner()?;
        match worker_ended.recv_timeout(Duration::from_secs(60)) {
            Err(RecvTimeoutError::Timeout) => Err("tracing-appender's worker did not finish".into()),
            _ => Ok(()),
        }
    }
}

/// A file whose channel closes when the worker lets go of it. Costs nothing per line.
struct TellingFile {
    file: File,
    #[allow(dead_code, reason = "its drop is the signal")]
    on_drop: Sender<()>,
}

impl Write for TellingFile {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        self.file.write(buf)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}
