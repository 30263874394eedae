//! The console as data.

use super::super::declare::{choice, settings};
use crate::handler::{ColorChoice, Console, HandlerBuilder, IntoHandler};

settings! {
    /// A [`Console`]: `kind = "console"`.
    #[derive(Default)]
    pub struct ConsoleConfig, "a table" {
        /// Where lines go. To both, if not set: those of ERROR and above to stderr, the others to stdout.
        opt stream: ConsoleStream,
        /// Whether to colour; [`ColorChoice::Auto`] if not set.
        opt color: ConsoleColor,
    }
}

choice! {
    /// Where a console writes.
    pub enum ConsoleStream, "stream" {
        /// [`Console::stdout`]: to stdout, and errors to stderr.
        "stdout" => Stdout,
        /// [`Console::stderr`]: everything to stderr.
        "stderr" => Stderr,
    }
}

choice! {
    /// Whether a console colours; see [`ColorChoice`].
    pub enum ConsoleColor, "choice" {
        /// As the environment and the terminal want it.
        "auto" => Auto,
        /// Always.
        "always" => Always,
        /// Never.
        "never" => Never,
    }
}

impl ConsoleConfig {
    pub(super) fn make(&self) -> HandlerBuilder {
        let console = match self.stream {
            None | Some(ConsoleStream::Stdout) => Console::stdout(),
            Some(ConsoleStream::Stderr) => Console::stderr(),
        };
        let color = match self.color {
            None | Some(ConsoleColor::Auto) => ColorChoice::Auto,
            Some(ConsoleColor::Always) => ColorChoice::Always,
            Some(ConsoleColor::Never) => ColorChoice::Never,
        };
        console.color(color).into_handler()
    }
}
