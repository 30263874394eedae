//! Text as data.

use super::super::apply::Making;
use super::super::declare::settings;
use super::apply;
use super::look::{ColorDepthConfig, ThemeConfig, time};
use crate::format::{ColorDepth, Formatter, Text, TimeFormat};
use std::boxed::Box;
use std::string::String;

settings! {
    /// [`Text`], or lines by a [`Template`](crate::Template): `kind = "text"`.
    ///
    /// ```
    /// use rlog_runtime::config::TextConfig;
    ///
    /// let brief = TextConfig::default().template("{timestamp:time} {level:8} {message} {fields}");
    /// ```
    #[derive(Default)]
    pub struct TextConfig, "a table" {
        /// How a line is laid out; see [`Template`](crate::Template). With it, what is written is up to the template, and
        /// `all_fields`, `location`, `target` and `thread` cannot be set.
        opt template: String,
        /// How the time is written, such as `rfc3339:ms`; see [`TimeFormat`](crate::TimeFormat).
        opt time: String,
        /// The zone of the time, such as `+02:00`; see [`Zone`](crate::Zone).
        opt zone: String,
        /// See [`Text::all_fields`].
        opt all_fields: bool,
        /// See [`Text::location`].
        opt location: bool,
        /// See [`Text::target`].
        opt target: bool,
        /// See [`Text::thread`].
        opt thread: bool,
        /// Whether a template colours; see [`Template::color`](crate::Template::color). If it is not set, a console does as its
        /// stream wants it.
        opt color: bool,
        /// How many colours there are for a template.
        opt color_depth: ColorDepthConfig,
        /// How a template looks.
        opt theme: ThemeConfig,
    }
}

impl TextConfig {
    pub(super) fn make(&self, depth: Option<ColorDepth>, making: &mut Making<'_>) -> Option<Box<dyn Formatter>> {
        let time = time(self.time.as_ref(), self.zone.as_ref(), TimeFormat::rfc3339(), making);
        let Some(template) = &self.template else {
            let needs_a_template = [
                ("color", self.color.is_some()),
                ("color_depth", self.color_depth.is_some()),
                ("theme", self.theme.is_some()),
            ];
            for (key, _) in needs_a_template.into_iter().filter(|(_, is_set)| *is_set) {
                making.wrong_key(key, "only text with a `template` has colours; set one, or use the kind `pretty`");
            }
            let mut text = Text::new();
            apply!(text, self: all_fields, location, target, thread);
            if let Some(time) = time {
                text = text.time(time);
            }
            return Some(Box::new(text));
        };
        let placeholders = [
            ("all_fields", self.all_fields.is_some(), "{fields}"),
            ("location", self.location.is_some(), "{file}:{line}"),
            ("target", self.target.is_some(), "{logger}"),
            ("thread", self.thread.is_some(), "{thread}"),
        ];
        for (key, _, placeholder) in placeholders.into_iter().filter(|(_, is_set, _)| *is_set) {
            let message =
                std::format!("the `template` says what is written; put `{placeholder}` into it, or leave it out");
            making.wrong_key(key, message);
        }
        let theme = self.theme.as_ref().map(|theme| making.below("theme", |making| theme.make(making)));
        let mut formatter = making.parse::<crate::Template>("template", template)?;
        formatter = formatter.color(self.color.unwrap_or(depth.is_some()));
        if let Some(depth) = self.color_depth.map(ColorDepthConfig::make).or(depth) {
            formatter = formatter.color_depth(depth);
        }
        if let Some(theme) = theme {
            formatter = formatter.theme(theme);
        }
        if let Some(time) = time {
            formatter = formatter.time(time);
        }
        Some(Box::new(formatter))
    }
}
