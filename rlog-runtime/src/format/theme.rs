//! Which part of a line has which looks.

use super::error::{FormatError, suggestion};
use super::style::{Color, ColorDepth, TextStyle};
use crate::level::{self, Level};
use crate::value::copy::append;
use core::str::FromStr;
use std::boxed::Box;
use std::vec::Vec;

/// The looks of the parts of a line, for [`Pretty`](crate::Pretty) and for a [`Template`](crate::Template).
///
/// ```
/// use rlog_runtime::{Level, Pretty, TextStyle, Theme};
///
/// let theme = Theme::new().level(Level::INFO, "bold blue".parse()?).key("italic dim".parse()?);
/// let formatter = Pretty::new().color(true).theme(theme);
/// # Ok::<(), rlog_runtime::FormatError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Theme {
    time: TextStyle,
    thread: TextStyle,
    target: TextStyle,
    key: TextStyle,
    value: TextStyle,
    message: TextStyle,
    severe: TextStyle,
    /// Least severe first. A level has the style of the last one that is not more severe.
    levels: Vec<(Level, TextStyle)>,
    declared: bool,
}

const DIM: TextStyle = TextStyle::new().dim();
const BOLD: TextStyle = TextStyle::new().bold();

const fn colored(color: Color) -> TextStyle {
    TextStyle::new().foreground(color)
}

/// A setter for one part.
macro_rules! parts {
    ($($(#[$doc:meta])+ $part:ident)*) => {
        $(
            $(#[$doc])+
            #[must_use]
            pub fn $part(mut self, style: TextStyle) -> Self {
                self.$part = style;
                self
            }
        )*
    };
}

impl Theme {
    /// The level in one of the 16 colours that every terminal has in its own shades; what is not the message steps back.
    #[must_use]
    pub fn new() -> Self {
        let levels = [
            (Level::new(0), DIM),
            (Level::DEBUG, colored(Color::Ansi(4))),
            (Level::INFO, colored(Color::Ansi(2))),
            (Level::NOTICE, colored(Color::Ansi(6))),
            (Level::WARN, colored(Color::Ansi(3))),
            (Level::ERROR, colored(Color::Ansi(1)).bold()),
            (Level::CRITICAL, colored(Color::Ansi(5)).bold()),
        ];
        Self {
            time: DIM,
            thread: DIM,
            target: DIM,
            key: DIM,
            value: TextStyle::new(),
            message: TextStyle::new(),
            severe: BOLD,
            levels: levels.into(),
            declared: true,
        }
    }

    /// The colours of Ethan Schoonover's Solarized palette, which are readable on its dark and on its light background alike.
    /// Best where there are 256 colours or more.
    #[must_use]
    pub fn solarized() -> Self {
        const GREY: TextStyle = colored(Color::Rgb(0x83, 0x94, 0x96));
        let levels = [
            (Level::new(0), GREY),
            (Level::DEBUG, colored(Color::Rgb(0x26, 0x8b, 0xd2))),
            (Level::INFO, colored(Color::Rgb(0x85, 0x99, 0x00))),
            (Level::NOTICE, colored(Color::Rgb(0x2a, 0xa1, 0x98))),
            (Level::WARN, colored(Color::Rgb(0xb5, 0x89, 0x00))),
            (Level::ERROR, colored(Color::Rgb(0xdc, 0x32, 0x2f)).bold()),
            (Level::CRITICAL, colored(Color::Rgb(0xd3, 0x36, 0x82)).bold()),
        ];
        Self {
            time: GREY,
            thread: GREY,
            target: colored(Color::Rgb(0x6c, 0x71, 0xc4)),
            key: colored(Color::Rgb(0x2a, 0xa1, 0x98)),
            levels: levels.into(),
            ..Self::new()
        }
    }

    /// No colour, but bold and dim text, for those who tell colours badly and for monochrome terminals.
    #[must_use]
    pub fn monochrome() -> Self {
        let levels = [(Level::new(0), DIM), (Level::INFO, TextStyle::new()), (Level::WARN, BOLD)];
        Self { levels: levels.into(), declared: false, ..Self::new() }.level(Level::ERROR, BOLD.underline())
    }

    parts! {
        /// The time.
        time
        /// The thread.
        thread
        /// The target.
        target
        /// The keys of fields, and other marks between values.
        key
        /// The values of fields.
        value
        /// The message of what is less severe than [`Level::ERROR`].
        message
        /// The message of the rest.
        severe
    }

    /// A level, and the more severe ones up to the next that has a style.
    #[must_use]
    pub fn level(mut self, level: Level, style: TextStyle) -> Self {
        match self.levels.binary_search_by_key(&level, |(known, _)| *known) {
            Ok(index) => self.levels[index].1 = style,
            Err(index) => self.levels.insert(index, (level, style)),
        }
        self
    }

    /// Whether a level of the program's own has the colour of its declaration, if it has one and no style in this theme. It
    /// has if not set.
    #[must_use]
    pub fn declared_colors(mut self, declared: bool) -> Self {
        self.declared = declared;
        self
    }
}

impl Default for Theme {
    fn default() -> Self {
        Self::new()
    }
}

/// The name of one of the themes here: `default`, `solarized` or `monochrome`.
impl FromStr for Theme {
    type Err = FormatError;

    fn from_str(name: &str) -> Result<Self, FormatError> {
        match name {
            "default" => Ok(Self::new()),
            "solarized" => Ok(Self::solarized()),
            "monochrome" => Ok(Self::monochrome()),
            name => {
                let suggestion = suggestion(name, ["default", "solarized", "monochrome"]);
                let suggestion = if suggestion.is_empty() { ";" } else { suggestion.as_str() };
                Err(FormatError::new(format!(
                    "unknown theme `{}`{suggestion} expected `default`, `solarized` or `monochrome`",
                    name.escape_debug()
                )))
            }
        }
    }
}

/// A theme as escape sequences.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Inks {
    pub(super) time: Ink,
    pub(super) thread: Ink,
    pub(super) target: Ink,
    pub(super) key: Ink,
    pub(super) value: Ink,
    message: Ink,
    severe: Ink,
    levels: Box<[(Level, Ink)]>,
    declared: bool,
}

/// What begins a style; nothing, if there is none.
pub(super) type Ink = Box<str>;

impl Inks {
    /// `None` if there are no colours: then nothing has a style.
    pub(super) fn new(theme: &Theme, depth: Option<ColorDepth>) -> Self {
        let ink = |style: &TextStyle| depth.map_or_else(Ink::default, |depth| style.sequence(depth).into());
        Self {
            time: ink(&theme.time),
            thread: ink(&theme.thread),
            target: ink(&theme.target),
            key: ink(&theme.key),
            value: ink(&theme.value),
            message: ink(&theme.message),
            severe: ink(&theme.severe),
            levels: theme.levels.iter().map(|(level, style)| (*level, ink(style))).collect(),
            declared: theme.declared && depth.is_some(),
        }
    }

    pub(super) fn message(&self, level: Level) -> &str {
        if level >= Level::ERROR { &self.severe } else { &self.message }
    }

    /// Writes something in the style of a level: its own, or the colour that was declared for it, or the style of the nearest
    /// level below it.
    pub(super) fn write_level(&self, out: &mut Vec<u8>, level: Level, write: impl FnOnce(&mut Vec<u8>)) {
        let below = self.levels.iter().rev().find(|(known, _)| *known <= level);
        if self.declared
            && below.is_none_or(|(known, _)| *known != level)
            && let Some(color) = level::color(level)
        {
            out.extend_from_slice(&[b'\x1b', b'[', b'0' + color / 10, b'0' + color % 10, b'm']);
            write(out);
            return out.extend_from_slice(RESET);
        }
        styled(out, below.map_or("", |(_, ink)| ink), write);
    }
}

/// Writes something in a style.
#[inline]
pub(super) fn styled(out: &mut Vec<u8>, ink: &str, write: impl FnOnce(&mut Vec<u8>)) {
    if ink.is_empty() {
        return write(out);
    }
    append(out, ink.as_bytes());
    write(out);
    out.extend_from_slice(RESET);
}

const RESET: &[u8] = b"\x1b[0m";

#[cfg(test)]
mod tests {
    use super::*;
    use std::string::{String, ToString as _};

    fn level(theme: &Theme, depth: Option<ColorDepth>, level: Level) -> String {
        let mut out = Vec::new();
        Inks::new(theme, depth).write_level(&mut out, level, |out| out.extend_from_slice(b"L"));
        String::from_utf8(out).expect("text")
    }

    #[test]
    fn a_level_without_a_style_has_that_of_the_one_below() {
        let theme = Theme::new().level(Level::new(35), "italic".parse().expect("a style"));
        let depth = Some(ColorDepth::TrueColor);
        for (severity, expected) in [
            (0, "\x1b[2mL\x1b[0m"),
            (5, "\x1b[2mL\x1b[0m"),
            (30, "\x1b[33mL\x1b[0m"),
            (34, "\x1b[33mL\x1b[0m"),
            (35, "\x1b[3mL\x1b[0m"),
            (39, "\x1b[3mL\x1b[0m"),
            (40, "\x1b[1;31mL\x1b[0m"),
            (255, "\x1b[1;35mL\x1b[0m"),
        ] {
            assert_eq!(level(&theme, depth, Level::new(severity)), expected, "{severity}");
            assert_eq!(level(&theme, None, Level::new(severity)), "L");
        }
        assert_eq!(level(&Theme::monochrome(), depth, Level::INFO), "L");
    }

    #[test]
    fn a_declared_colour_stands_unless_the_theme_says_otherwise() {
        static AUDIT: level::LevelDeclaration = level::LevelDeclaration::new(94, "THEMED", 36);
        AUDIT.register();
        let (depth, audit) = (Some(ColorDepth::Ansi16), Level::new(94));
        assert_eq!(level(&Theme::new(), depth, audit), "\x1b[36mL\x1b[0m");
        assert_eq!(level(&Theme::new(), None, audit), "L");
        assert_eq!(level(&Theme::new().level(audit, TextStyle::new().bold()), depth, audit), "\x1b[1mL\x1b[0m");
        assert_eq!(level(&Theme::monochrome(), depth, audit), "\x1b[1;4mL\x1b[0m");
    }

    #[test]
    fn themes_have_names() {
        assert_eq!("solarized".parse(), Ok(Theme::solarized()));
        assert_eq!("default".parse(), Ok(Theme::new()));
        let error = "solarised".parse::<Theme>().expect_err("misspelt").to_string();
        assert!(error.contains("did you mean `solarized`?"), "{error}");
    }
}
