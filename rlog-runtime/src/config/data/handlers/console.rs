//! The console as data.

use super::super::apply::Making;
use super::super::declare::{choice, settings};
use super::super::formats::ThemeConfig;
use crate::format::ColorDepth;
use crate::handler::{ColorChoice, Console, HandlerBuilder, IntoHandler};

settings! {
    /// A [`Console`]: `kind = "console"`.
    #[derive(Default)]
    pub struct ConsoleConfig, "a table" {
        /// Where lines go. To both, if not set: those of ERROR and above to stderr, the others to stdout.
        opt stream: ConsoleStream,
        /// Whether to colour; [`ColorChoice::Auto`] if not set. A `format` that has a `color` of its own does as that says.
        opt color: ConsoleColor,
        /// How lines look if no `format` is set; see [`Console::theme`].
        opt theme: ThemeConfig,
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
    pub(super) fn make(&self, making: &mut Making<'_>) -> Option<HandlerBuilder> {
        let console = match self.is_split() {
            true => Console::stdout(),
            false => Console::stderr(),
        };
        let console = console.color(self.choice());
        Some(match &self.theme {
            Some(theme) => console.theme(making.below("theme", |making| theme.make(making))).into_handler(),
            None => console.into_handler(),
        })
    }

    /// In how many colours a format writes that does not say so itself.
    pub(super) fn depth(&self) -> Option<ColorDepth> {
        if self.is_split() { self.choice().depth(&std::io::stdout()) } else { self.choice().depth(&std::io::stderr()) }
    }

    fn is_split(&self) -> bool {
        self.stream != Some(ConsoleStream::Stderr)
    }

    fn choice(&self) -> ColorChoice {
        match self.color {
            None | Some(ConsoleColor::Auto) => ColorChoice::Auto,
            Some(ConsoleColor::Always) => ColorChoice::Always,
            Some(ConsoleColor::Never) => ColorChoice::Never,
        }
    }
}
