//! Times and colours of formats as data.

use super::super::apply::Making;
use super::super::declare::{choice, settings};
use crate::format::{ColorDepth, Theme, TimeFormat, Zone};
use std::string::String;

/// The time format and the zone that settings name. `None` if neither is set, or if something is wrong.
pub(super) fn time(
    time: Option<&String>,
    zone: Option<&String>,
    usual: TimeFormat,
    making: &mut Making<'_>,
) -> Option<TimeFormat> {
    let format = match time {
        Some(text) => making.parse::<TimeFormat>("time", text),
        None => zone.map(|_| usual),
    };
    match zone {
        Some(text) => {
            let zone = making.parse::<Zone>("zone", text);
            Some(format?.zone(zone?))
        }
        None => format,
    }
}

choice! {
    /// How many colours a terminal has; see [`ColorDepth`].
    pub enum ColorDepthConfig, "number of colours" {
        /// 16
        "16" => Ansi16,
        /// 256
        "256" => Ansi256,
        /// 16 million
        "truecolor" => TrueColor,
    }
}

impl ColorDepthConfig {
    pub(super) fn make(self) -> ColorDepth {
        match self {
            Self::Ansi16 => ColorDepth::Ansi16,
            Self::Ansi256 => ColorDepth::Ansi256,
            Self::TrueColor => ColorDepth::TrueColor,
        }
    }
}

settings! {
    /// A [`Theme`]: its name, or a table in which parts of a theme look different. Styles are texts such as `"bold red"`; see
    /// [`TextStyle`](crate::TextStyle).
    ///
    /// ```
    /// use rlog_runtime::config::{PrettyConfig, ThemeConfig};
    ///
    /// let pretty = PrettyConfig::default().theme(ThemeConfig::named("solarized").key("italic").level("warn", "#ff8800"));
    /// ```
    #[derive(Default)]
    pub struct ThemeConfig, "the name of a theme, or a table with its styles", or name {
        /// The theme to begin with: `default`, `solarized` or `monochrome`.
        opt name: String,
        /// See [`Theme::time`].
        opt time: String,
        /// See [`Theme::thread`].
        opt thread: String,
        /// See [`Theme::target`].
        opt target: String,
        /// See [`Theme::key`].
        opt key: String,
        /// See [`Theme::value`].
        opt value: String,
        /// See [`Theme::message`].
        opt message: String,
        /// See [`Theme::severe`].
        opt severe: String,
        /// Styles by level; see [`Theme::level`].
        map levels(level): String,
        /// See [`Theme::declared_colors`].
        opt declared_colors: bool,
    }
}

impl ThemeConfig {
    /// The theme of this name.
    #[must_use]
    pub fn named(name: impl Into<String>) -> Self {
        Self { name: Some(name.into()), ..Self::default() }
    }

    /// The theme. Where something is wrong, which is told, without that.
    pub(in crate::config::data) fn make(&self, making: &mut Making<'_>) -> Theme {
        let mut theme: Theme = self.name.as_ref().and_then(|name| making.parse("name", name)).unwrap_or_default();
        macro_rules! parts {
            ($($part:ident),*) => {
                $(if let Some(style) = self.$part.as_ref().and_then(|style| making.parse(stringify!($part), style)) {
                    theme = theme.$part(style);
                })*
            };
        }
        parts!(time, thread, target, key, value, message, severe);
        for (level, style) in &self.levels {
            let (level, style) = making.below("levels", |making| {
                // As elsewhere: its mistakes are told at the key.
                let parsed = making.below(level, |making| making.level(level));
                (parsed, making.parse(level, style))
            });
            if let (Some(level), Some(style)) = (level, style) {
                theme = theme.level(level, style);
            }
        }
        if let Some(declared) = self.declared_colors {
            theme = theme.declared_colors(declared);
        }
        theme
    }
}
