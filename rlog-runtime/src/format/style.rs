//! Colours and other looks of text on a terminal.

use super::error::{FormatError, suggestion};
use core::fmt;
use core::str::FromStr;
use std::ffi::OsString;
use std::string::String;
use std::vec::Vec;

/// A colour of a terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Color {
    /// One of the 16 that every terminal has, in its own shades: 0 black, 1 red, 2 green, 3 yellow, 4 blue, 5 magenta, 6 cyan,
    /// 7 white, and from 8 on the bright ones. More counts as [`Color::Indexed`].
    Ansi(u8),
    /// One of 256.
    Indexed(u8),
    /// Red, green and blue.
    Rgb(u8, u8, u8),
}

/// How many colours a terminal has. Those that it does not have become the nearest of those that it has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ColorDepth {
    /// 16
    Ansi16,
    /// 256
    Ansi256,
    /// 16 million
    TrueColor,
}

/// The looks of one part of a line: a colour, one behind it, and whether it is bold, dim, italic or underlined.
///
/// Read from text it is words in any order: `bold`, `dim`, `italic`, `underline`; a colour, which is one of the names of
/// [`Color::Ansi`] with or without `bright_`, a number up to 255 or `#rrggbb`; and `on` before a colour for the background.
///
/// ```
/// use rlog_runtime::{Color, TextStyle};
///
/// assert_eq!("bold red".parse(), Ok(TextStyle::new().bold().foreground(Color::Ansi(1))));
/// assert_eq!("#ff8800 on 236".parse(), Ok(
///     TextStyle::new().foreground(Color::Rgb(0xff, 0x88, 0)).background(Color::Indexed(236))
/// ));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub struct TextStyle {
    foreground: Option<Color>,
    background: Option<Color>,
    bold: bool,
    dim: bool,
    italic: bool,
    underline: bool,
}

impl TextStyle {
    /// As the terminal shows text by itself.
    #[must_use]
    pub const fn new() -> Self {
        Self { foreground: None, background: None, bold: false, dim: false, italic: false, underline: false }
    }

    /// The colour of the text.
    #[must_use]
    pub const fn foreground(mut self, color: Color) -> Self {
        self.foreground = Some(color);
        self
    }

    /// The colour behind the text.
    #[must_use]
    pub const fn background(mut self, color: Color) -> Self {
        self.background = Some(color);
        self
    }

    /// Heavier.
    #[must_use]
    pub const fn bold(mut self) -> Self {
        self.bold = true;
        self
    }

    /// Fainter.
    #[must_use]
    pub const fn dim(mut self) -> Self {
        self.dim = true;
        self
    }

    /// Slanted, where the terminal can do it.
    #[must_use]
    pub const fn italic(mut self) -> Self {
        self.italic = true;
        self
    }

    /// With a line below.
    #[must_use]
    pub const fn underline(mut self) -> Self {
        self.underline = true;
        self
    }

    /// The escape sequence that begins it (ECMA-48, SGR), or nothing if there is nothing to begin.
    pub(super) fn sequence(&self, depth: ColorDepth) -> String {
        let mut codes: Vec<String> = Vec::new();
        for (is_set, code) in [(self.bold, "1"), (self.dim, "2"), (self.italic, "3"), (self.underline, "4")] {
            if is_set {
                codes.push(code.into());
            }
        }
        codes.extend(self.foreground.map(|color| color.at(depth).code(30)));
        codes.extend(self.background.map(|color| color.at(depth).code(40)));
        if codes.is_empty() { String::new() } else { format!("\x1b[{}m", codes.join(";")) }
    }
}

impl Color {
    /// The nearest colour that a terminal has.
    fn at(self, depth: ColorDepth) -> Self {
        let color = match self {
            Self::Ansi(index) if index >= 16 => Self::Indexed(index),
            color => color,
        };
        match (color, depth) {
            (Self::Ansi(_), _) | (_, ColorDepth::TrueColor) | (Self::Indexed(_), ColorDepth::Ansi256) => color,
            (Self::Rgb(red, green, blue), ColorDepth::Ansi256) => Self::Indexed(nearest([red, green, blue], 16..=255)),
            (Self::Indexed(index), ColorDepth::Ansi16) if index < 16 => Self::Ansi(index),
            (Self::Indexed(index), ColorDepth::Ansi16) => Self::Ansi(nearest(shade(index), 0..=15)),
            (Self::Rgb(red, green, blue), ColorDepth::Ansi16) => Self::Ansi(nearest([red, green, blue], 0..=15)),
        }
    }

    /// The code of SGR, where `base` is that of black.
    fn code(self, base: u8) -> String {
        match self {
            Self::Ansi(index @ 0..8) => format!("{}", base + index),
            Self::Ansi(index @ 8..16) => format!("{}", base + 60 + (index - 8)),
            Self::Ansi(index) | Self::Indexed(index) => format!("{};5;{index}", base + 8),
            Self::Rgb(red, green, blue) => format!("{};2;{red};{green};{blue}", base + 8),
        }
    }
}

/// The colour of a table that differs least.
fn nearest(color: [u8; 3], among: core::ops::RangeInclusive<u8>) -> u8 {
    let difference = |index: &u8| -> i32 {
        shade(*index).iter().zip(color).map(|(&a, b)| (i32::from(a) - i32::from(b)).pow(2)).sum()
    };
    among.min_by_key(difference).unwrap_or_default()
}

/// What xterm shows for one of the 256: 16 colours, a cube of 6 × 6 × 6, and 24 greys.
fn shade(index: u8) -> [u8; 3] {
    let level = |step: u8| if step == 0 { 0 } else { 55 + 40 * step };
    match index {
        0..16 => XTERM[usize::from(index)],
        16..232 => [level((index - 16) / 36), level((index - 16) / 6 % 6), level((index - 16) % 6)],
        grey => [8 + 10 * (grey - 232); 3],
    }
}

const XTERM: [[u8; 3]; 16] = [
    [0, 0, 0],
    [205, 0, 0],
    [0, 205, 0],
    [205, 205, 0],
    [0, 0, 238],
    [205, 0, 205],
    [0, 205, 205],
    [229, 229, 229],
    [127, 127, 127],
    [255, 0, 0],
    [0, 255, 0],
    [255, 255, 0],
    [92, 92, 255],
    [255, 0, 255],
    [0, 255, 255],
    [255, 255, 255],
];

impl ColorDepth {
    /// What the environment says of the terminal: `COLORTERM`, which terminals of 16 million colours set to `truecolor` or
    /// `24bit`, and the name in `TERM`. 16 if it says nothing.
    ///
    /// ```
    /// use rlog_runtime::ColorDepth;
    ///
    /// let depth = ColorDepth::detect(|name| (name == "TERM").then(|| "xterm-256color".into()));
    /// assert_eq!(depth, ColorDepth::Ansi256);
    /// ```
    #[must_use]
    pub fn detect(variable: impl Fn(&str) -> Option<OsString>) -> Self {
        let is_set = |name| variable(name).is_some_and(|value| !value.is_empty());
        let term = variable("TERM").unwrap_or_default();
        let term = term.to_string_lossy();
        let has_all = variable("COLORTERM").is_some_and(|value| value == "truecolor" || value == "24bit")
            || term.ends_with("-direct")
            || TRUECOLOR_TERMS.iter().any(|known| term.starts_with(known))
            // Windows Terminal sets no other variable.
            || is_set("WT_SESSION");
        match has_all {
            true => Self::TrueColor,
            false if term.contains("256color") => Self::Ansi256,
            false => Self::Ansi16,
        }
    }
}

/// Terminals that show 16 million colours and may not say so where `COLORTERM` is not passed on, as by `ssh`.
const TRUECOLOR_TERMS: [&str; 5] = ["xterm-kitty", "xterm-ghostty", "alacritty", "foot", "wezterm"];

impl FromStr for TextStyle {
    type Err = FormatError;

    fn from_str(text: &str) -> Result<Self, FormatError> {
        let mut style = Self::new();
        let mut behind = false;
        for word in text.split_whitespace() {
            let position = word.as_ptr().addr() - text.as_ptr().addr();
            match word {
                "on" if !behind => {
                    behind = true;
                    continue;
                }
                "bold" if !behind => style.bold = true,
                "dim" if !behind => style.dim = true,
                "italic" if !behind => style.italic = true,
                "underline" if !behind => style.underline = true,
                word if behind && STYLES.contains(&word) => {
                    let message = format!("expected a colour behind `on`, got `{word}`, at byte {position}");
                    return Err(FormatError::at(position, message));
                }
                word => {
                    let color = Color::read(word).ok_or_else(|| {
                        let error = if behind {
                            unknown("colour", word, &NAMES)
                        } else {
                            unknown("style or colour", word, &[&NAMES[..], &STYLES].concat())
                        };
                        FormatError::at(position, format!("{error}, at byte {position}"))
                    })?;
                    *(if behind { &mut style.background } else { &mut style.foreground }) = Some(color);
                }
            }
            behind = false;
        }
        if behind {
            return Err(FormatError::at(text.len(), "expected a colour behind `on`, at the end"));
        }
        Ok(style)
    }
}

const NAMES: [&str; 8] = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"];
/// What is no colour.
const STYLES: [&str; 5] = ["bold", "dim", "italic", "underline", "on"];

impl FromStr for Color {
    type Err = FormatError;

    fn from_str(text: &str) -> Result<Self, FormatError> {
        Self::read(text).ok_or_else(|| FormatError::at(0, unknown("colour", text, &NAMES)))
    }
}

impl Color {
    fn read(text: &str) -> Option<Self> {
        let named =
            |name: &str| NAMES.iter().position(|known| *known == name).and_then(|index| u8::try_from(index).ok());
        if let Some(index) = named(text) {
            return Some(Self::Ansi(index));
        }
        if let Some(index) = text.strip_prefix("bright_").and_then(named) {
            return Some(Self::Ansi(index + 8));
        }
        if let Ok(index) = text.parse() {
            return Some(Self::Indexed(index));
        }
        let digits = text.strip_prefix('#')?;
        if digits.len() != 6 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        let [_, red, green, blue] = u32::from_str_radix(digits, 16).ok()?.to_be_bytes();
        Some(Self::Rgb(red, green, blue))
    }
}

/// What is wrong with a word that is none of these, nor any other colour.
fn unknown(what: &str, text: &str, words: &[&str]) -> String {
    let suggestion = suggestion(text, words.iter().copied());
    let suggestion = if suggestion.is_empty() { ";" } else { suggestion.as_str() };
    format!(
        "unknown {what} `{}`{suggestion} expected a name such as `red` or `bright_blue`, a number up to 255 or `#rrggbb`",
        text.escape_debug()
    )
}

/// As it is read.
impl fmt::Display for Color {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Ansi(index @ 0..8) => f.write_str(NAMES[usize::from(index)]),
            Self::Ansi(index @ 8..16) => write!(f, "bright_{}", NAMES[usize::from(index - 8)]),
            Self::Ansi(index) | Self::Indexed(index) => write!(f, "{index}"),
            Self::Rgb(red, green, blue) => write!(f, "#{red:02x}{green:02x}{blue:02x}"),
        }
    }
}

/// As it is read.
impl fmt::Display for TextStyle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let flags = [(self.bold, "bold"), (self.dim, "dim"), (self.italic, "italic"), (self.underline, "underline")];
        let mut words: Vec<String> =
            flags.iter().filter(|(is_set, _)| *is_set).map(|(_, word)| (*word).into()).collect();
        words.extend(self.foreground.map(|color| format!("{color}")));
        words.extend(self.background.map(|color| format!("on {color}")));
        f.write_str(&words.join(" "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::string::ToString as _;

    #[test]
    fn styles_are_read_as_they_are_shown_and_become_codes() {
        for (text, expected) in [
            ("", ""),
            ("dim", "\x1b[2m"),
            ("bold red", "\x1b[1;31m"),
            ("bold dim italic underline bright_white on black", "\x1b[1;2;3;4;97;40m"),
            ("208 on 17", "\x1b[38;5;208;48;5;17m"),
            ("#ff8800 on bright_black", "\x1b[38;2;255;136;0;100m"),
        ] {
            let style: TextStyle = text.parse().unwrap_or_else(|error| panic!("{error}"));
            assert_eq!(style.sequence(ColorDepth::TrueColor), expected, "{text}");
            assert_eq!(style.to_string(), text);
        }
    }

    #[test]
    fn a_colour_that_the_terminal_does_not_have_becomes_the_nearest() {
        for (color, of_256, of_16) in [
            (Color::Rgb(255, 0, 0), Color::Indexed(196), Color::Ansi(9)),
            (Color::Rgb(0, 43, 54), Color::Indexed(234), Color::Ansi(0)),
            (Color::Rgb(128, 128, 128), Color::Indexed(244), Color::Ansi(8)),
            (Color::Indexed(208), Color::Indexed(208), Color::Ansi(3)),
            (Color::Indexed(9), Color::Indexed(9), Color::Ansi(9)),
            (Color::Ansi(5), Color::Ansi(5), Color::Ansi(5)),
        ] {
            assert_eq!(color.at(ColorDepth::TrueColor), color);
            assert_eq!(color.at(ColorDepth::Ansi256), of_256, "{color}");
            assert_eq!(color.at(ColorDepth::Ansi16), of_16, "{color}");
        }
    }

    #[test]
    fn mistakes_in_styles_name_the_word() {
        for (text, position, part) in [
            ("bold gren", 5, "unknown style or colour `gren`; did you mean `green`?"),
            ("red on", 6, "expected a colour behind `on`"),
            ("on on", 3, "expected a colour behind `on`, got `on`, at byte 3"),
            ("on bold red", 3, "expected a colour behind `on`, got `bold`, at byte 3"),
            ("on rde", 3, "unknown colour `rde`; did you mean `red`?"),
            ("blod", 0, "unknown style or colour `blod`; did you mean `bold`?"),
            ("#12345", 0, "unknown style or colour `#12345`"),
            ("#+12345", 0, "unknown style or colour `#+12345`"),
            ("256", 0, "a number up to 255"),
        ] {
            let error = text.parse::<TextStyle>().expect_err(text);
            assert_eq!(error.position(), Some(position), "{error}");
            assert!(error.to_string().contains(part), "{error}");
        }
    }

    #[test]
    fn a_style_is_not_suggested_for_a_colour() {
        let error = "bold".parse::<Color>().expect_err("no colour").to_string();
        assert!(error.starts_with("unknown colour `bold`; expected a name"), "{error}");
    }

    #[test]
    fn the_environment_says_how_many_colours_there_are() {
        for (variables, expected) in [
            (&[][..], ColorDepth::Ansi16),
            (&[("TERM", "xterm")], ColorDepth::Ansi16),
            (&[("TERM", "screen-256color")], ColorDepth::Ansi256),
            (&[("TERM", "xterm-kitty")], ColorDepth::TrueColor),
            (&[("TERM", "xterm-direct")], ColorDepth::TrueColor),
            (&[("TERM", "xterm"), ("COLORTERM", "truecolor")], ColorDepth::TrueColor),
            (&[("TERM", "xterm-256color"), ("COLORTERM", "24bit")], ColorDepth::TrueColor),
            (&[("COLORTERM", "yes")], ColorDepth::Ansi16),
            (&[("WT_SESSION", "1")], ColorDepth::TrueColor),
        ] {
            let variables: &[(&str, &str)] = variables;
            let variable =
                |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| OsString::from(value));
            assert_eq!(ColorDepth::detect(variable), expected, "{variables:?}");
        }
    }
}
