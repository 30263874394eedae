//! Whether to colour, and in how many colours.

use crate::format::ColorDepth;
use std::ffi::OsString;
use std::io::IsTerminal;

/// Whether a console handler writes colours.
///
/// ```
/// use rlog_runtime::{ColorChoice, Console};
///
/// let handler = Console::stderr().color(ColorChoice::Never);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ColorChoice {
    /// As the environment asks for and the terminal can show, decided for each stream when the logger is initialised.
    /// The first of these that applies: `NO_COLOR` is not empty, never; `CLICOLOR_FORCE` is not empty, always;
    /// `CLICOLOR` is `0`, never; the stream is a terminal and `TERM` is set and not `dumb`, or `CLICOLOR` or `CI` is
    /// set, always. Never otherwise.
    #[default]
    Auto,
    /// Always, even into a file.
    Always,
    /// Never.
    Never,
}

impl ColorChoice {
    /// In how many colours to write to a stream, by the environment as it is now; `None` is without colour. A
    /// [`Console`](crate::Console) does this by itself for the formatter that it chooses; for one that you choose:
    ///
    /// ```
    /// use rlog_runtime::{ColorChoice, Console, Text};
    ///
    /// let mut template = Text::template("{time:%H:%M:%S} {level:>8} {message} {fields}")?;
    /// if let Some(depth) = ColorChoice::Auto.depth(&std::io::stderr()) {
    ///     template = template.color(true).color_depth(depth);
    /// }
    /// let console = Console::stderr().formatter(template);
    /// # Ok::<(), rlog_runtime::FormatError>(())
    /// ```
    #[must_use]
    pub fn depth(self, stream: &impl IsTerminal) -> Option<ColorDepth> {
        let variable = |name: &str| std::env::var_os(name);
        self.decide(stream.is_terminal(), variable).then(|| ColorDepth::detect(variable))
    }

    /// Decides for one stream, in the order of anstream and the conventions of no-color.org and bixense.com/clicolors.
    pub(super) fn decide(self, is_terminal: bool, variable: impl Fn(&str) -> Option<OsString>) -> bool {
        let is_not_empty = |name| variable(name).is_some_and(|value| !value.is_empty());
        match self {
            Self::Always => true,
            Self::Never => false,
            Self::Auto if is_not_empty("NO_COLOR") => false,
            Self::Auto if is_not_empty("CLICOLOR_FORCE") => true,
            Self::Auto if variable("CLICOLOR").is_some_and(|value| value == "0") => false,
            Self::Auto => {
                let can = variable("TERM").is_some_and(|value| value != "dumb");
                is_terminal && (can || variable("CLICOLOR").is_some() || variable("CI").is_some())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn a_choice_against_the_environment_stands() {
        let (_reader, writer) = std::io::pipe().expect("a pipe");
        let file: std::fs::File = std::os::fd::OwnedFd::from(writer).into();
        assert_eq!(ColorChoice::Never.depth(&file), None);
        assert!(ColorChoice::Always.depth(&file).is_some());
    }

    #[test]
    fn the_environment_decides_in_the_usual_order() {
        let decide = |choice: ColorChoice, terminal, variables: &[(&str, &str)]| {
            choice.decide(terminal, |name| {
                variables.iter().find(|(known, _)| *known == name).map(|(_, value)| OsString::from(value))
            })
        };
        let xterm = ("TERM", "xterm");
        for (choice, terminal, variables, expected) in [
            (ColorChoice::Auto, true, &[xterm][..], true),
            (ColorChoice::Auto, true, &[], false),
            (ColorChoice::Auto, true, &[("TERM", "dumb")], false),
            (ColorChoice::Auto, true, &[("TERM", "dumb"), ("CI", "1")], true),
            (ColorChoice::Auto, true, &[("CI", "")], true),
            (ColorChoice::Auto, true, &[("CLICOLOR", "1")], true),
            (ColorChoice::Auto, false, &[], false),
            (ColorChoice::Auto, false, &[xterm, ("CLICOLOR", "1"), ("CI", "1")], false),
            (ColorChoice::Auto, false, &[("CLICOLOR_FORCE", "1")], true),
            (ColorChoice::Auto, false, &[("CLICOLOR_FORCE", "1"), ("CLICOLOR", "0")], true),
            (ColorChoice::Auto, false, &[xterm, ("CLICOLOR_FORCE", "")], false),
            (ColorChoice::Auto, true, &[xterm, ("CLICOLOR", "0"), ("CI", "1")], false),
            (ColorChoice::Auto, true, &[xterm, ("NO_COLOR", "0")], false),
            (ColorChoice::Auto, true, &[xterm, ("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1")], false),
            (ColorChoice::Auto, true, &[xterm, ("NO_COLOR", "")], true),
            (ColorChoice::Always, false, &[("NO_COLOR", "1"), ("CLICOLOR", "0")], true),
            (ColorChoice::Never, true, &[xterm, ("CLICOLOR_FORCE", "1")], false),
        ] {
            assert_eq!(decide(choice, terminal, variables), expected, "{choice:?} {terminal} {variables:?}");
        }
    }
}
