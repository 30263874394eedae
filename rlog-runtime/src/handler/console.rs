//! Lines for the person or the process behind the standard streams.

use super::lines::Lines;
use super::stream::{Standard, Stream};
use super::{ColorChoice, Handler, HandlerBuilder, HandlerError, IntoHandler, OpenError, Opened, handler_settings};
use crate::format::{Formatter, Json, Pretty, Text};
use crate::level::Level;
use crate::record::Record;
use std::boxed::Box;
use std::io::{self, IsTerminal};

/// Writes to the standard streams.
///
/// On a terminal lines are for people, [`Pretty`]; elsewhere they are [`Text`]. The environment variable `RLOG_FORMAT`
/// chooses otherwise: `pretty`, `text` or `json`.
///
/// ```
/// use rlog_runtime::{ColorChoice, Console, Level};
///
/// # fn main() -> Result<(), rlog_runtime::InitError> {
/// let _guard = rlog_runtime::builder()
///     .handler(Console::stderr().color(ColorChoice::Never).level(Level::WARN))
///     .init()?;
/// # Ok(())
/// # }
/// ```
///
/// # Durability
/// Written by the worker's thread after each batch. What a stream does not take is counted and reported: everything after its
/// reader is gone, and what a non-blocking one refuses for a second. A line is written whole or not at all.
#[derive(Debug)]
pub struct Console {
    split: bool,
    color: ColorChoice,
}

impl Console {
    /// Lines go to stdout, those of [`Level::ERROR`] and above to stderr.
    #[must_use]
    pub fn stdout() -> Self {
        Self { split: true, color: ColorChoice::Auto }
    }

    /// All lines go to stderr, for programs whose output is on stdout.
    #[must_use]
    pub fn stderr() -> Self {
        Self { split: false, color: ColorChoice::Auto }
    }

    /// Whether to colour, if the formatter is the one that the console chooses.
    #[must_use]
    pub fn color(mut self, color: ColorChoice) -> Self {
        self.color = color;
        self
    }

    fn open(self) -> Result<Opened, OpenError> {
        let is_terminal = if self.split { io::stdout().is_terminal() } else { io::stderr().is_terminal() };
        let color = self.color.decide(is_terminal, |name| std::env::var_os(name));
        let format = std::env::var_os("RLOG_FORMAT").unwrap_or_default();
        let formatter: Box<dyn Formatter> = match format.to_string_lossy().as_ref() {
            "json" => Box::new(Json::new()),
            "text" => Box::new(Text::new()),
            "" if !is_terminal && !color => Box::new(Text::new()),
            "pretty" | "" => Box::new(Pretty::new().color(color)),
            other => {
                return Err(OpenError {
                    message: format!("the environment variable `RLOG_FORMAT` is `{other}`"),
                    source: io::Error::new(io::ErrorKind::InvalidInput, "expected `pretty`, `text` or `json`"),
                });
            }
        };
        let handler = OpenConsole {
            split: self.split,
            output: Output::new(Standard::Output),
            error: Output::new(Standard::Error),
        };
        Ok(Opened { handler: Box::new(handler), formatter })
    }
}

handler_settings!(Console);

impl IntoHandler for Console {
    fn into_handler(self) -> HandlerBuilder {
        let name = if self.split { "stdout" } else { "stderr" };
        HandlerBuilder::opened_by(name, || self.open())
    }
}

struct OpenConsole {
    split: bool,
    output: Output,
    error: Output,
}

/// A stream and the lines for it.
struct Output {
    stream: Stream,
    lines: Lines,
}

impl Output {
    fn new(standard: Standard) -> Self {
        Self { stream: Stream::open(standard), lines: Lines::default() }
    }

    fn write(&mut self) -> Result<(), HandlerError> {
        if self.lines.is_empty() {
            return Ok(());
        }
        match self.stream.check() {
            Ok(()) => self.lines.write_to(&mut self.stream),
            Err(error) => Err(self.lines.give_up(error)),
        }
    }
}

impl Handler for OpenConsole {
    fn emit(&mut self, record: &Record<'_>, line: &[u8]) -> Result<(), HandlerError> {
        let (this, other) = if self.split && record.level() < Level::ERROR {
            (&mut self.output, &mut self.error)
        } else {
            (&mut self.error, &mut self.output)
        };
        // Both may be the same terminal, where lines are to appear in their order.
        let outcome = other.write();
        if this.lines.push(line) { outcome.and(this.write()) } else { outcome }
    }

    fn end_of_batch(&mut self) -> Result<(), HandlerError> {
        let (output, error) = (self.output.write(), self.error.write());
        match (output, error) {
            (Err(a), Err(b)) => Err(HandlerError::new(a.source, a.lost + b.lost)),
            (output, error) => output.and(error),
        }
    }
}
