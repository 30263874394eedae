//! Whether to colour.

use std::ffi::OsString;

/// Whether a console handler writes colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ColorChoice {
    /// As the environment asks for and the terminal can show. In this order: `NO_COLOR` set to anything, never;
    /// `CLICOLOR_FORCE` set to anything, always; `CLICOLOR=0`, never; a terminal whose `TERM` is set and not `dumb`, or with
    /// `CLICOLOR` or `CI` set, always; never otherwise.
    #[default]
    Auto,
    /// Always, even into a file.
    Always,
    /// Never.
    Never,
}

impl ColorChoice {
    /// Decides for one stream.
    pub(crate) fn decide(self, is_terminal: bool, variable: impl Fn(&str) -> Option<OsString>) -> bool {
        let is_set = |name| variable(name).is_some_and(|value| !value.is_empty());
        match self {
            Self::Always => true,
            Self::Never => false,
            Self::Auto if is_set("NO_COLOR") => false,
            Self::Auto if is_set("CLICOLOR_FORCE") => true,
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
            (ColorChoice::Auto, true, &[("TERM", "dumb")], false),
            (ColorChoice::Auto, true, &[("TERM", "dumb"), ("CI", "1")], true),
            (ColorChoice::Auto, true, &[], false),
            (ColorChoice::Auto, false, &[xterm], false),
            (ColorChoice::Auto, false, &[xterm, ("CLICOLOR_FORCE", "1")], true),
            (ColorChoice::Auto, true, &[xterm, ("CLICOLOR", "0")], false),
            (ColorChoice::Auto, true, &[("CLICOLOR", "1")], true),
            (ColorChoice::Auto, true, &[xterm, ("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1")], false),
            (ColorChoice::Auto, true, &[xterm, ("NO_COLOR", "")], true),
            (ColorChoice::Always, false, &[("NO_COLOR", "1")], true),
            (ColorChoice::Never, true, &[xterm, ("CLICOLOR_FORCE", "1")], false),
        ] {
            assert_eq!(decide(choice, terminal, variables), expected, "{choice:?} {terminal} {variables:?}");
        }
    }
}
