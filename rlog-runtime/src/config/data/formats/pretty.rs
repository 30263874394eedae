//! Lines for people as data.

use super::super::apply::Making;
use super::super::declare::settings;
use super::apply;
use super::look::{ColorDepthConfig, ThemeConfig, time};
use crate::format::{ColorDepth, Formatter, Pretty, TimeFormat};
use std::boxed::Box;
use std::string::String;

settings! {
    /// [`Pretty`]: `kind = "pretty"`.
    #[derive(Default)]
    pub struct PrettyConfig, "a table" {
        /// See [`Pretty::color`]. If it is not set, a console does as its stream wants it.
        opt color: bool,
        /// How many colours there are; see [`Pretty::color_depth`].
        opt color_depth: ColorDepthConfig,
        /// How the parts of a line look; see [`Pretty::theme`].
        opt theme: ThemeConfig,
        /// How the time is written, such as `rfc3339:ms`; see [`TimeFormat`](crate::TimeFormat).
        opt time: String,
        /// The zone of the time, such as `+02:00`; see [`Zone`](crate::Zone).
        opt zone: String,
        /// See [`Pretty::target`].
        opt target: bool,
        /// See [`Pretty::thread`].
        opt thread: bool,
    }
}

impl PrettyConfig {
    pub(super) fn make(&self, depth: Option<ColorDepth>, making: &mut Making<'_>) -> Option<Box<dyn Formatter>> {
        let mut pretty = Pretty::new();
        if let Some(time) = time(self.time.as_ref(), self.zone.as_ref(), TimeFormat::time_of_day(), making) {
            pretty = pretty.time(time);
        }
        apply!(pretty, self: target, thread);
        pretty = pretty.color(self.color.unwrap_or(depth.is_some()));
        if let Some(depth) = self.color_depth.map(ColorDepthConfig::make).or(depth) {
            pretty = pretty.color_depth(depth);
        }
        if let Some(theme) = &self.theme {
            pretty = pretty.theme(making.below("theme", |making| theme.make(making)));
        }
        Some(Box::new(pretty))
    }
}
