//! Lines for the person or the process behind the standard streams.

use super::lines::Lines;
use super::stream::{Standard, Stream};
use super::{ColorChoice, Handler, HandlerBuilder, HandlerError, IntoHandler, OpenErrors, Opened, handler_settings};
use crate::format::{ColorDepth, Formatter, Json, Logfmt, Pretty, Text, Theme};
use crate::level::Level;
use crate::nearest::nearest;
use crate::record::Record;
use crate::trouble::{self, Trouble};
use std::boxed::Box;
use std::ffi::OsString;
use std::io::{self, IsTerminal};
use std::string::String;
use std::vec::Vec;

/// Writes to the standard streams.
///
/// If no formatter is set, each stream gets what its reader wants: on a terminal, or with colour asked for, lines for
/// people, [`Pretty`]; elsewhere [`Text`]. The environment variable `RLOG_FORMAT` chooses otherwise for both: `pretty`,
/// `text`, `logfmt` or `json`; anything else is told on stderr, and as good as not set.
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
/// # Blocking
/// The worker's thread writes. It waits for the reader of a stream that blocks, and for that of a non-blocking one up
/// to a second in all for each batch, but no more once it has waited in vain and until the reader goes on.
///
/// # Durability
/// Written after each batch; [`flush`](crate::flush) promises that the operating system has the lines. What a stream
/// does not take is counted and reported: everything after its reader is gone or the program has closed it, and what a
/// non-blocking one refuses. A line is written whole or, if its reader comes back, finished before the next one.
#[derive(Debug)]
pub struct Console {
    split: bool,
    color: ColorChoice,
    theme: Theme,
}

impl Console {
    /// Lines go to stdout, those of [`Level::ERROR`] and above to stderr.
    #[must_use]
    pub fn stdout() -> Self {
        Self { split: true, color: ColorChoice::Auto, theme: Theme::new() }
    }

    /// All lines go to stderr, for programs whose output is on stdout.
    #[must_use]
    pub fn stderr() -> Self {
        Self { split: false, color: ColorChoice::Auto, theme: Theme::new() }
    }

    /// Whether to colour, if the formatter is the one that the console chooses.
    #[must_use]
    pub fn color(mut self, color: ColorChoice) -> Self {
        self.color = color;
        self
    }

    /// The looks of the parts of a line, if the formatter is the one that the console chooses and there is colour. What the
    /// terminal cannot show becomes the nearest colour that it has; see [`ColorDepth::detect`].
    #[must_use]
    pub fn theme(mut self, theme: Theme) -> Self {
        self.theme = theme;
        self
    }

    fn open(&self) -> Result<Opened, OpenErrors> {
        let handler = OpenConsole {
            split: self.split,
            output: Output::new(Stream::open(Standard::Output)),
            error: Output::new(Stream::open(Standard::Error)),
        };
        let are_terminals = (io::stdout().is_terminal(), io::stderr().is_terminal());
        let (formatter, mistake) = self.formatter_for(are_terminals, |name| std::env::var_os(name));
        if let Some(mistake) = mistake {
            trouble::report(Trouble::Configuration, format_args!("{mistake}"));
        }
        Ok(Opened { handler: Box::new(handler), formatter, delegates: Vec::new(), file: None, rules: None })
    }

    /// What stdout and stderr get, if these are terminals and the environment is this; and what is wrong with that, which
    /// must not keep a service from starting.
    fn formatter_for(
        &self,
        (output, error): (bool, bool),
        variable: impl Fn(&str) -> Option<OsString>,
    ) -> (Box<dyn Formatter>, Option<String>) {
        let format = variable("RLOG_FORMAT").unwrap_or_default();
        let (chosen, mistake) = match Chosen::read(&format.to_string_lossy()) {
            Ok(chosen) => (chosen, None),
            Err(mistake) => (Chosen::Usual, Some(mistake)),
        };
        let form = |is_terminal| chosen.form(is_terminal, self.color.decide(is_terminal, &variable));
        let error = form(error);
        let output = if self.split { form(output) } else { error };
        let depth = ColorDepth::detect(&variable);
        let formatter = |form: Form| form.formatter(&self.theme, depth);
        if output == error {
            return (formatter(error), mistake);
        }
        (Box::new(PerStream { output: formatter(output), error: formatter(error) }), mistake)
    }
}

handler_settings!(Console);

impl IntoHandler for Console {
    fn into_handler(self) -> HandlerBuilder {
        let name = if self.split { "stdout" } else { "stderr" };
        HandlerBuilder::opened_by(name, move || self.open())
    }
}

/// The handler in service.
#[derive(Debug)]
struct OpenConsole {
    split: bool,
    output: Output,
    error: Output,
}

impl Handler for OpenConsole {
    fn emit(&mut self, record: &Record<'_>, line: &[u8]) -> Result<(), HandlerError> {
        let (this, other) = if self.split && !is_error(record) {
            (&mut self.output, &mut self.error)
        } else {
            (&mut self.error, &mut self.output)
        };
        // Both may be the same terminal, where lines are to appear in their order.
        let outcome = other.write();
        if this.lines.push(line) { both(outcome, this.write()) } else { outcome }
    }

    fn end_of_batch(&mut self) -> Result<(), HandlerError> {
        // At most one of them holds new lines, and the rest of a line is older.
        let outcome = both(self.output.write(), self.error.write());
        self.output.stream.end_batch();
        self.error.stream.end_batch();
        outcome
    }

    fn close(&mut self) -> Result<(), HandlerError> {
        both(self.output.close(), self.error.close())
    }
}

/// Whether a record goes to stderr if the streams share the work.
fn is_error(record: &Record<'_>) -> bool {
    record.level() >= Level::ERROR
}

/// Two outcomes as one. Of two errors the first is told, with what both lost.
fn both(first: Result<(), HandlerError>, second: Result<(), HandlerError>) -> Result<(), HandlerError> {
    match (first, second) {
        (Err(first), Err(second)) => Err(HandlerError { lost: first.lost + second.lost, ..first }),
        (first, second) => first.and(second),
    }
}

/// A stream and the lines for it.
#[derive(Debug)]
struct Output {
    stream: Stream,
    lines: Lines,
}

impl Output {
    fn new(stream: Stream) -> Self {
        Self { stream, lines: Lines::default() }
    }

    #[inline]
    fn write(&mut self) -> Result<(), HandlerError> {
        if self.lines.is_empty() { Ok(()) } else { self.write_lines() }
    }

    fn write_lines(&mut self) -> Result<(), HandlerError> {
        let outcome = match self.stream.check() {
            Ok(()) => self.lines.write_to(&mut self.stream),
            Err(error) => Err(self.lines.give_up(error)),
        };
        outcome.map_err(|error| if self.stream.is_broken() { self.lines.abandon(error) } else { error })
    }

    fn close(&mut self) -> Result<(), HandlerError> {
        self.write().map_err(|error| self.lines.abandon(error))
    }
}

/// A formatter that the console chooses by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Pretty { color: bool },
    Text,
    Logfmt,
    Json,
}

/// What `RLOG_FORMAT` asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Chosen {
    /// Nothing.
    Usual,
    Pretty,
    /// This, whatever the stream is.
    Only(Form),
}

/// The values of `RLOG_FORMAT`.
const FORMATS: [(&str, Chosen); 4] = [
    ("pretty", Chosen::Pretty),
    ("text", Chosen::Only(Form::Text)),
    ("logfmt", Chosen::Only(Form::Logfmt)),
    ("json", Chosen::Only(Form::Json)),
];

impl Chosen {
    fn read(format: &str) -> Result<Self, String> {
        if format.is_empty() {
            return Ok(Self::Usual);
        }
        let found = FORMATS.iter().find(|(name, _)| *name == format);
        found.map(|&(_, chosen)| chosen).ok_or_else(|| {
            let meant = match nearest(format, FORMATS.iter().map(|&(name, _)| name)) {
                Some(meant) => format!("did you mean `{meant}`?"),
                None => "write `pretty`, `text`, `logfmt` or `json`".into(),
            };
            let shown: String = format.chars().take(60).collect();
            format!("environment variable `RLOG_FORMAT`: unknown format `{shown}`; {meant}")
        })
    }

    fn form(self, is_terminal: bool, color: bool) -> Form {
        match self {
            Self::Only(form) => form,
            Self::Usual if !is_terminal && !color => Form::Text,
            Self::Usual | Self::Pretty => Form::Pretty { color },
        }
    }
}

impl Form {
    fn formatter(self, theme: &Theme, depth: ColorDepth) -> Box<dyn Formatter> {
        match self {
            Self::Pretty { color } => Box::new(Pretty::new().color(color).theme(theme.clone()).color_depth(depth)),
            Self::Text => Box::new(Text::new()),
            Self::Logfmt => Box::new(Logfmt::new()),
            Self::Json => Box::new(Json::new()),
        }
    }
}

/// Formats a line as the stream that it goes to wants it: with `2> errors.log` one is a terminal and the other is not.
struct PerStream {
    output: Box<dyn Formatter>,
    error: Box<dyn Formatter>,
}

impl Formatter for PerStream {
    fn format(&self, record: &Record<'_>, out: &mut Vec<u8>) {
        let formatter = if is_error(record) { &self.error } else { &self.output };
        formatter.format(record, out);
    }
}

#[cfg(test)]
mod tests {
    use super::super::lines::tests::record;
    use super::*;

    fn variables<'a>(variables: &'a [(&str, &str)]) -> impl Fn(&str) -> Option<OsString> + 'a {
        |name| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| OsString::from(value))
    }

    /// The lines of an INFO and of an ERROR event.
    fn lines(console: &Console, are_terminals: (bool, bool), environment: &[(&str, &str)]) -> [String; 2] {
        let (formatter, mistake) = console.formatter_for(are_terminals, variables(environment));
        assert_eq!(mistake, None);
        [Level::INFO, Level::ERROR].map(|level| {
            let mut line = Vec::new();
            formatter.format(&record(level), &mut line);
            String::from_utf8(line).expect("formatters write text")
        })
    }

    #[test]
    fn a_terminal_gets_lines_for_people_and_everything_else_text_unless_the_environment_says_otherwise() {
        for (format, is_terminal, color, expected) in [
            ("", true, true, Some(Form::Pretty { color: true })),
            ("", true, false, Some(Form::Pretty { color: false })),
            ("", false, false, Some(Form::Text)),
            ("", false, true, Some(Form::Pretty { color: true })),
            ("pretty", false, false, Some(Form::Pretty { color: false })),
            ("text", true, true, Some(Form::Text)),
            ("logfmt", true, true, Some(Form::Logfmt)),
            ("json", true, true, Some(Form::Json)),
            ("JSON", true, true, None),
            ("xml", false, false, None),
        ] {
            let form = Chosen::read(format).ok().map(|chosen| chosen.form(is_terminal, color));
            assert_eq!(form, expected, "{format:?} {is_terminal} {color}");
        }
    }

    #[test]
    fn each_stream_is_written_for_its_own_reader() {
        let is_colored = |lines: [String; 2]| lines.map(|line| line.contains('\x1b'));
        let xterm = [("TERM", "xterm")];
        assert_eq!(is_colored(lines(&Console::stdout(), (true, true), &xterm)), [true, true]);
        assert_eq!(is_colored(lines(&Console::stdout(), (true, false), &xterm)), [true, false]);
        assert_eq!(is_colored(lines(&Console::stdout(), (false, true), &xterm)), [false, true]);
        assert_eq!(is_colored(lines(&Console::stderr(), (true, false), &xterm)), [false, false]);
        assert_eq!(is_colored(lines(&Console::stderr(), (false, true), &xterm)), [true, true]);
        let never = Console::stdout().color(ColorChoice::Never);
        assert_eq!(is_colored(lines(&never, (true, true), &xterm)), [false, false]);
        let json = lines(&Console::stdout(), (true, false), &[("TERM", "xterm"), ("RLOG_FORMAT", "json")]);
        assert!(json.iter().all(|line| line.starts_with('{')), "{json:?}");
    }

    #[test]
    fn a_theme_is_shown_in_the_colours_that_the_terminal_has() {
        let console = Console::stderr().theme(Theme::solarized());
        for (term, expected) in
            [("xterm", "\x1b[33m"), ("xterm-256color", "\x1b[38;5;100m"), ("foot", "\x1b[38;2;133;153;0m")]
        {
            let [line, _] = lines(&console, (true, true), &[("TERM", term)]);
            assert!(line.contains(&format!("{expected}  INFO")), "{term}: {line:?}");
        }
    }

    #[test]
    fn an_unknown_format_is_told_with_what_to_write_and_counts_as_none() {
        for (format, way_out) in [
            ("jsn", "did you mean `json`?"),
            ("JSON", "did you mean `json`?"),
            ("xml", "write `pretty`, `text`, `logfmt` or `json`"),
        ] {
            let (formatter, mistake) =
                Console::stdout().formatter_for((false, false), variables(&[("RLOG_FORMAT", format)]));
            let expected = format!("environment variable `RLOG_FORMAT`: unknown format `{format}`; {way_out}");
            assert_eq!(mistake, Some(expected));
            let mut line = Vec::new();
            formatter.format(&record(Level::INFO), &mut line);
            assert!(String::from_utf8_lossy(&line).contains(" INFO "), "text, as without it");
        }
    }

    #[cfg(unix)]
    mod streams {
        use super::*;
        use std::format;
        use std::io::Read;
        use std::os::fd::AsRawFd;
        use std::os::unix::net::UnixStream;
        use std::time::Duration;

        fn console(output: &impl AsRawFd, error: &impl AsRawFd) -> OpenConsole {
            let stream = |file: i32| Output::new(Stream::of(file, Duration::from_millis(10)));
            OpenConsole { split: true, output: stream(output.as_raw_fd()), error: stream(error.as_raw_fd()) }
        }

        fn read_all(mut from: impl Read) -> String {
            let mut text = String::new();
            from.read_to_string(&mut text).expect("it can be read");
            text
        }

        #[test]
        fn errors_go_to_stderr_and_the_rest_to_stdout() {
            let (from_output, output) = io::pipe().expect("a pipe");
            let (from_error, error) = io::pipe().expect("a pipe");
            let mut console = console(&output, &error);
            for (level, line) in [(Level::INFO, "info\n"), (Level::ERROR, "error\n"), (Level::WARN, "warn\n")] {
                console.emit(&record(level), line.as_bytes()).expect("both are open");
            }
            console.close().expect("both are open");
            drop((output, error));
            assert_eq!((read_all(from_output), read_all(from_error)), ("info\nwarn\n".into(), "error\n".into()));
        }

        #[test]
        fn lines_of_both_streams_keep_their_order_on_one_terminal() {
            let (reader, writer) = io::pipe().expect("a pipe");
            let mut console = console(&writer, &writer);
            let mut expected = String::new();
            for index in 0..20 {
                let level = if index % 3 == 0 { Level::ERROR } else { Level::INFO };
                let line = format!("{index}\n");
                console.emit(&record(level), line.as_bytes()).expect("it is open");
                expected.push_str(&line);
            }
            console.end_of_batch().expect("it is open");
            drop(writer);
            assert_eq!(read_all(reader), expected);
        }

        #[test]
        fn a_closed_stream_loses_its_lines_and_not_those_of_the_other() {
            let (from_output, output) = io::pipe().expect("a pipe");
            let (from_error, error) = io::pipe().expect("a pipe");
            let mut console = console(&output, &error);
            drop(from_output);
            let mut lost = 0;
            for _ in 0..3 {
                for level in [Level::INFO, Level::INFO, Level::ERROR] {
                    let outcome = console.emit(&record(level), b"line\n");
                    lost += outcome.map_or_else(|error| error.lost(), |()| 0);
                }
                console.end_of_batch().expect("stderr is open, and stdout has no lines left");
            }
            assert_eq!(lost, 6);
            drop(error);
            assert_eq!(read_all(from_error), "line\n".repeat(3));
        }

        #[test]
        fn a_reader_that_pauses_sees_whole_lines_and_the_others_are_counted() {
            let (ours, reader) = UnixStream::pair().expect("a pair of sockets");
            ours.set_nonblocking(true).expect("sockets can be non-blocking");
            reader.set_nonblocking(true).expect("sockets can be non-blocking");
            let mut console = console(&ours, &ours);
            let (mut lost, mut text, mut count) = (0, Vec::new(), 0);
            for batch in 0..40 {
                for _ in 0..50 {
                    let line = format!("{count} {}\n", "x".repeat(300 + count % 701));
                    count += 1;
                    lost +=
                        console.emit(&record(Level::INFO), line.as_bytes()).map_or_else(|error| error.lost(), |()| 0);
                }
                lost += console.end_of_batch().map_or_else(|error| error.lost(), |()| 0);
                if batch % 8 == 7 {
                    let _ = (&reader).read_to_end(&mut text);
                }
            }
            lost += console.close().map_or_else(|error| error.lost(), |()| 0);
            let _ = (&reader).read_to_end(&mut text);
            assert!(lost > 0, "the reader pauses");
            let text = String::from_utf8(text).expect("it is text");
            assert_eq!(text.lines().count() as u64 + lost, count as u64);
            for line in text.lines() {
                let (number, rest) = line.split_once(' ').expect("a whole line");
                let number: usize = number.parse().expect("a whole line");
                assert_eq!(rest, "x".repeat(300 + number % 701));
            }
        }
    }
}
