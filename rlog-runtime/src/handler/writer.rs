//! Lines for whatever can be written to.

use super::lines::Lines;
use super::{Handler, HandlerBuilder, HandlerError, IntoHandler, Opened, handler_settings};
use crate::format::Text;
use crate::record::Record;
use std::boxed::Box;
use std::{fmt, io};

/// Writes to any [`io::Write`]: a socket, a pipe, a compressor, a buffer of a test.
///
/// ```
/// use rlog_runtime::{Json, Writer};
/// use std::net::TcpStream;
///
/// # fn main() -> std::io::Result<()> {
/// # let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
/// # let address = listener.local_addr()?;
/// let collector = Writer::new(TcpStream::connect(address)?).formatter(Json::new());
/// # Ok(())
/// # }
/// ```
///
/// # Blocking
/// The worker's thread writes, and waits for as long as the writer does; what may hang belongs
/// behind a queue, such as that of `Async`.
///
/// # Durability
/// Lines are gathered, written whole after each batch, and the writer is flushed. Those that were not begun when it
/// fails are lost and counted; the rest of one that was begun comes first as soon as writing works again.
pub struct Writer {
    writer: Box<dyn io::Write + Send>,
    flush_batches: bool,
}

impl Writer {
    /// A handler that writes to `writer`.
    pub fn new(writer: impl io::Write + Send + 'static) -> Self {
        Self { writer: Box::new(writer), flush_batches: true }
    }

    /// Whether the writer is flushed after each batch, and not only when the logger is. It is if this is not called; a
    /// compressor does better without.
    #[must_use]
    pub fn flush_batches(mut self, flush_batches: bool) -> Self {
        self.flush_batches = flush_batches;
        self
    }
}

handler_settings!(Writer);

impl IntoHandler for Writer {
    fn into_handler(self) -> HandlerBuilder {
        let handler = OpenWriter { writer: self.writer, lines: Lines::default(), flush_batches: self.flush_batches };
        HandlerBuilder::opened_by("writer", || Ok(Opened::new(handler, Text::new())))
    }
}

impl fmt::Debug for Writer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Writer").field("flush_batches", &self.flush_batches).finish_non_exhaustive()
    }
}

/// The handler in service.
struct OpenWriter {
    writer: Box<dyn io::Write + Send>,
    lines: Lines,
    flush_batches: bool,
}

impl OpenWriter {
    fn flush_writer(&mut self) -> Result<(), HandlerError> {
        // The writer has the lines, and tries again; if it does not, nobody can say how many it has lost.
        self.writer.flush().map_err(|error| HandlerError::new(error, 0))
    }
}

impl Handler for OpenWriter {
    fn emit(&mut self, _: &Record<'_>, line: &[u8]) -> Result<(), HandlerError> {
        if self.lines.push(line) { self.lines.write_to(&mut self.writer) } else { Ok(()) }
    }

    fn end_of_batch(&mut self) -> Result<(), HandlerError> {
        self.lines.write_to(&mut self.writer)?;
        if self.flush_batches { self.flush_writer() } else { Ok(()) }
    }

    fn flush(&mut self) -> Result<(), HandlerError> {
        self.lines.write_to(&mut self.writer)?;
        self.flush_writer()
    }

    fn close(&mut self) -> Result<(), HandlerError> {
        self.lines.write_to(&mut self.writer).map_err(|error| self.lines.abandon(error))?;
        self.flush_writer()
    }
}

#[cfg(test)]
mod tests {
    use super::super::lines::tests::{Disk, record};
    use super::*;
    use crate::level::Level;
    use std::sync::{Arc, Mutex};
    use std::vec::Vec;

    /// What was written, and how much of it had been by each flush.
    #[derive(Clone, Default)]
    struct Shared(Arc<Mutex<(Vec<u8>, Vec<usize>)>>);

    impl io::Write for Shared {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().expect("no panic").0.write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            let (bytes, flushes) = &mut *self.0.lock().expect("no panic");
            flushes.push(bytes.len());
            Ok(())
        }
    }

    fn open(writer: impl io::Write + Send + 'static, flush_batches: bool) -> OpenWriter {
        OpenWriter { writer: Box::new(writer), lines: Lines::default(), flush_batches }
    }

    #[test]
    fn lines_are_written_and_flushed_by_batches() {
        for (flush_batches, flushes) in [(true, vec![8, 8]), (false, vec![8])] {
            let shared = Shared::default();
            let mut handler = open(shared.clone(), flush_batches);
            for line in ["one\n", "two\n"] {
                handler.emit(&record(Level::INFO), line.as_bytes()).expect("it is gathered");
            }
            assert!(shared.0.lock().expect("no panic").0.is_empty());
            handler.end_of_batch().expect("memory takes everything");
            handler.flush().expect("memory takes everything");
            assert_eq!(*shared.0.lock().expect("no panic"), (b"one\ntwo\n".to_vec(), flushes));
        }
    }

    #[test]
    fn a_writer_that_fails_loses_what_was_not_begun() {
        let mut handler = open(Disk::with_room(5), true);
        for line in ["one\n", "two\n", "three\n"] {
            handler.emit(&record(Level::INFO), line.as_bytes()).expect("it is gathered");
        }
        assert_eq!(handler.end_of_batch().map_err(|error| error.lost()), Err(1));
        assert_eq!(handler.close().map_err(|error| error.lost()), Err(1), "the rest of `two`");
    }
}
