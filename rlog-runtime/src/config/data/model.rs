//! The whole configuration of a logger.

use super::custom::Settings;
use super::declare::settings;
use super::document::{Item, Node, Place, Table};
#[cfg(feature = "json")]
use super::document::{read_json, write_json};
#[cfg(feature = "toml")]
use super::document::{read_toml, write_toml};
use super::filters::FilterConfig;
use super::handlers::HandlerConfig;
use super::names;
use super::profiles::Profile;
use super::report::{Found, Report, Source};
use super::setting::{Reader, Section, Setting};
use super::{LimitsConfig, RedactionConfig, SecretSource, Size};
use crate::level::Level;
use std::string::String;

settings! {
    /// The configuration of a logger, as plain data.
    ///
    /// A file and code say the same: each field is a key of the file, and each key of a file is a field. What is not set is as
    /// [`Builder`](crate::Builder) has it. [`Config::builder`] is the way to put it into service.
    ///
    /// ```
    /// use rlog_runtime::Level;
    /// use rlog_runtime::config::{Config, ConsoleConfig, ConsoleStream, LoggerConfig};
    ///
    /// let config = Config::default()
    ///     .level(Level::NOTICE)
    ///     .handler("console", ConsoleConfig::default().stream(ConsoleStream::Stderr))
    ///     .logger("app::db", LoggerConfig::default().level(Level::DEBUG));
    /// # #[cfg(feature = "toml")]
    /// assert_eq!(
    ///     Config::from_toml(
    ///         r#"
    ///         level = "notice"
    ///
    ///         [handlers.console]
    ///         kind = "console"
    ///         stream = "stderr"
    ///
    ///         [loggers."app::db"]
    ///         level = "debug"
    ///         "#,
    ///     ),
    ///     Ok(config),
    /// );
    /// ```
    #[derive(Default)]
    pub struct Config, "a table" {
        /// Lets through what is at least this severe; see [`Builder::level`](crate::Builder::level).
        opt level: Level,
        /// Levels by target, such as `app::db=debug`; see [`Builder::directives`](crate::Builder::directives).
        list directives: String,
        /// Whether `RLOG` and `RUST_LOG` come on top; see [`Builder::environment`](crate::Builder::environment).
        opt environment: bool,
        /// How much each thread may have waiting; see [`Builder::ring_capacity`](crate::Builder::ring_capacity).
        opt ring_capacity: Size,
        /// Where the key of hashes is, 32 hexadecimal digits; see [`Builder::hash_key`](crate::Builder::hash_key).
        opt hash_key: SecretSource,
        /// What all records have to pass; see [`Builder::filter`](crate::Builder::filter).
        list filters: FilterConfig,
        /// What no handler shows that has none of its own; see [`Builder::redact`](crate::Builder::redact).
        opt redaction: RedactionConfig,
        /// How much handlers show that have none of their own; see [`Builder::limits`](crate::Builder::limits).
        opt limits: LimitsConfig,
        /// The handlers that all loggers have, by name. If it is not set: those that neither a logger nor another handler
        /// names.
        list root: String,
        /// All handlers, by name.
        map handlers(handler): HandlerConfig,
        /// What is special about single loggers and those below them, by names with `::` in them. Who sets or reads one may
        /// write `.` in its place.
        names loggers(logger): LoggerConfig,
        /// The profile that is taken if nobody chooses another one. [`Config::builder`] takes it, too.
        opt profile: String,
        /// What is different in single environments. A [`Loader`](super::Loader) leaves none: it lays the one that is chosen
        /// on top of the rest.
        map profiles(add_profile): Profile,
    }
}

settings! {
    /// What is special about one logger and those below it; see [`LoggerBuilder`](crate::LoggerBuilder).
    #[derive(Default)]
    pub struct LoggerConfig, "a table with the settings of a logger" {
        /// Lets through what is at least this severe.
        opt level: Level,
        /// The handlers that it has, by name, beside those of the loggers above it.
        list handlers: String,
        /// What its records have to pass.
        list filters: FilterConfig,
        /// Whether its records also go to the handlers of the loggers above it. They do if it is not set.
        opt propagate: bool,
    }
}

impl Config {
    /// Reads TOML. Neither the environment nor a profile is looked at: this is what the text says. [`Loader::from_toml`] looks
    /// at both, and [`Config::load`] is for files.
    ///
    /// [`Loader::from_toml`]: super::Loader::from_toml
    ///
    /// # Errors
    /// Everything that is wrong, with lines and columns.
    #[cfg(feature = "toml")]
    pub fn from_toml(text: &str) -> Result<Self, Report> {
        let source = Source { path: None, text };
        Self::from_document(&parsed(read_toml(text), &source)?, &source)
    }

    /// Reads JSON, as [`Config::from_toml`] reads TOML. The keys are the same.
    ///
    /// # Errors
    /// Everything that is wrong, with lines and columns.
    #[cfg(feature = "json")]
    pub fn from_json(text: &str) -> Result<Self, Report> {
        let source = Source { path: None, text };
        Self::from_document(&parsed(read_json(text), &source)?, &source)
    }

    /// Reads settings that are in no file.
    ///
    /// # Errors
    /// Everything that is wrong.
    pub fn from_settings(settings: &Settings) -> Result<Self, Report> {
        let tree = Node::new(Item::Table(settings.table.clone()), Place::Code);
        Self::from_document(&tree, &Source::default())
    }

    /// The same as settings by keys.
    #[must_use]
    pub fn settings(&self) -> Settings {
        Settings { table: self.table(), ..Settings::default() }
    }

    /// The TOML that is read as this. A secret is not in it, but where it is: of kinds that the program
    /// has registered, texts and numbers under keys that look like those of secrets are left out.
    #[cfg(feature = "toml")]
    #[must_use]
    pub fn to_toml(&self) -> String {
        write_toml(&self.table())
    }

    /// The JSON that is read as this. A secret is not in it, but where it is: of kinds that the program
    /// has registered, texts and numbers under keys that look like those of secrets are left out.
    #[cfg(feature = "json")]
    #[must_use]
    pub fn to_json(&self) -> String {
        write_json(&self.table())
    }

    fn table(&self) -> Table {
        let mut table = Table::default();
        self.write_to(&mut table);
        table
    }

    fn from_document(tree: &Node, source: &Source<'_>) -> Result<Self, Report> {
        let mut found = Found::default();
        let unified = names::unify(tree, &mut found);
        let mut report = found.report(tree, source);
        let mut reader = Reader::default();
        let config = Self::read(&unified, &mut reader);
        report.extend(reader.found.report(&unified, source));
        report.sort();
        match config {
            Some(config) if report.is_empty() => Ok(config),
            _ => Err(report),
        }
    }
}

/// A tree, or the report that there is none.
#[cfg(any(feature = "toml", feature = "json"))]
pub(super) fn parsed(
    tree: Result<Node, std::vec::Vec<super::document::SyntaxError>>,
    source: &Source<'_>,
) -> Result<Node, Report> {
    tree.map_err(|errors| {
        let mut report = Report::default();
        for error in errors {
            report.error(source.origin(&Place::Text(error.position)), error.message);
        }
        report
    })
}

#[cfg(feature = "serde")]
impl serde::Serialize for Config {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.table().serialize(serializer)
    }
}

#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for Config {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        use serde::de::DeserializeSeed;
        let tree = super::document::Tree(0).deserialize(deserializer)?;
        Self::from_document(&tree, &Source::default()).map_err(serde::de::Error::custom)
    }
}
