//! Formatters as data.
//!
//! Each kind is a file with its settings and with what makes a formatter of them, and a line in [`FormatConfig`].

mod json;
mod logfmt;
mod look;
mod pretty;
mod text;

pub use json::{JsonConfig, JsonPreset};
pub use logfmt::LogfmtConfig;
pub use look::{ColorDepthConfig, ThemeConfig};
pub use pretty::PrettyConfig;
pub use text::TextConfig;

use super::apply::Making;
use super::custom::FORMATTERS;
use super::declare::kinds;
use super::document::{Item, Node, Table};
use super::setting::{Reader, Setting, kind};
use crate::format::{ColorDepth, Formatter};
use std::boxed::Box;
use std::string::String;

kinds! {
    /// How records become lines: `format = "json"`, or a table with the `kind` and its settings.
    pub enum FormatConfig, "format", FORMATTERS, {
        /// One line for machines and people, by a template if one is set: [`Text`](crate::Text).
        "text" => Text(TextConfig),
        /// One JSON object a line: [`Json`](crate::Json).
        "json" => Json(JsonConfig),
        /// Lines for people on a terminal: [`Pretty`](crate::Pretty).
        "pretty" => Pretty(PrettyConfig),
        /// `key=value` pairs: [`Logfmt`](crate::Logfmt).
        "logfmt" => Logfmt(LogfmtConfig),
    }
}

impl Setting for FormatConfig {
    fn read(node: &Node, reader: &mut Reader) -> Option<Self> {
        let node = &reader.alone(node, "kind");
        reader.table(node, "a format, such as `\"json\"`, or a table with its `kind`", |fields| {
            let kind = kind(fields, "json").map(String::from);
            Self::read_kind(&kind?, fields)
        })
    }

    fn write(&self) -> Item {
        let mut table = Table::default();
        self.write_kind(&mut table);
        Item::Table(table)
    }
}

/// Calls a method of a formatter for each setting that is there.
macro_rules! apply {
    ($formatter:ident, $settings:ident: $($setting:ident),*) => {
        $(if let Some($setting) = $settings.$setting.clone() {
            $formatter = $formatter.$setting($setting);
        })*
    };
}
use apply;

impl FormatConfig {
    /// The formatter, in so many colours if it does not say itself whether it colours. What is wrong is told to `making`, and
    /// nothing comes then.
    pub(super) fn make(&self, depth: Option<ColorDepth>, making: &mut Making<'_>) -> Option<Box<dyn Formatter>> {
        match self {
            Self::Text(settings) => settings.make(depth, making),
            Self::Json(settings) => settings.make(making),
            Self::Pretty(settings) => settings.make(depth, making),
            Self::Logfmt(settings) => settings.make(making),
            Self::Custom(custom) => making.custom(&FORMATTERS, custom),
        }
    }
}
