//! Handlers, formatters and filters of the program's own, for files to name.
//!
//! A kind is registered once, before the configuration is loaded, with the keys that it understands and the function that
//! makes one. [`check`](super::check) knows the keys and does not call the function.

use super::document::{Item, Node, Place, Table, write_discreetly};
use super::report::shown;
use super::setting::{Fields, Reader, Setting, is_secret, without_passwords};
use super::{SecretSource, Size};
use crate::filter::Filter;
use crate::format::Formatter;
use crate::handler::HandlerBuilder;
use crate::level::Level;
use crate::redact::Secret;
use crate::redact::secret_keys::looks_secret;
use core::fmt;
use std::boxed::Box;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::string::{String, ToString};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;
use std::vec::Vec;

/// Makes a kind of handler known to configuration files, in place of an earlier one of the name.
///
/// `keys` are the settings that it understands beside those that every handler has; any other is a mistake. The function
/// is called when a configuration is applied, for each handler of the kind.
///
/// ```
/// use rlog_runtime::{Handler, HandlerBuilder, HandlerError, Record, config};
///
/// struct Chat { room: String }
/// impl Handler for Chat {
///     fn emit(&mut self, _record: &Record<'_>, _line: &[u8]) -> Result<(), HandlerError> { Ok(()) }
/// }
///
/// config::register_handler("chat", &["room", "token"], |settings| {
///     let room = settings.required("room")?.text()?;
///     let _token = settings.required("token")?.secret()?;
///     Ok(HandlerBuilder::new(Chat { room }))
/// });
///
/// let config = config::Config::from_settings(
///     &config::Settings::new().set("handlers", config::Settings::new().set(
///         "ops",
///         config::Settings::new().set("kind", "chat").set("room", "#ops").set("level", "error"),
///     )),
/// )?;
/// assert_eq!(config.handlers["ops"].kind.kind(), "chat");
/// # Ok::<(), rlog_runtime::config::Report>(())
/// ```
pub fn register_handler<F>(kind: &str, keys: &[&str], make: F)
where
    F: Fn(&Settings) -> Result<HandlerBuilder, SettingError> + Send + Sync + 'static,
{
    HANDLERS.register(kind, keys, Arc::new(make));
}

/// Makes a kind of formatter known to configuration files, as [`register_handler`] does for handlers.
///
/// ```
/// use rlog_runtime::{Text, config};
///
/// config::register_formatter("brief", &[], |_| Ok(Box::new(Text::new().target(false))));
/// ```
pub fn register_formatter<F>(kind: &str, keys: &[&str], make: F)
where
    F: Fn(&Settings) -> Result<Box<dyn Formatter>, SettingError> + Send + Sync + 'static,
{
    FORMATTERS.register(kind, keys, Arc::new(make));
}

/// Makes a kind of filter known to configuration files, as [`register_handler`] does for handlers.
///
/// ```
/// use rlog_runtime::{Record, config};
///
/// config::register_filter("weekday", &[], |_| {
///     Ok(Box::new(|record: &Record<'_>| record.timestamp().as_nanoseconds() / 86_400_000_000_000 % 7 < 5))
/// });
/// ```
pub fn register_filter<F>(kind: &str, keys: &[&str], make: F)
where
    F: Fn(&Settings) -> Result<Box<dyn Filter>, SettingError> + Send + Sync + 'static,
{
    FILTERS.register(kind, keys, Arc::new(make));
}

pub(super) static HANDLERS: Registry<HandlerBuilder> = Registry::new();
pub(super) static FORMATTERS: Registry<Box<dyn Formatter>> = Registry::new();
pub(super) static FILTERS: Registry<Box<dyn Filter>> = Registry::new();

type Make<T> = Arc<dyn Fn(&Settings) -> Result<T, SettingError> + Send + Sync>;

/// The kinds of one sort of thing.
pub(super) struct Registry<T> {
    kinds: RwLock<BTreeMap<String, Registered<T>>>,
}

struct Registered<T> {
    keys: Vec<String>,
    make: Make<T>,
}

impl<T> Registry<T> {
    const fn new() -> Self {
        Self { kinds: RwLock::new(BTreeMap::new()) }
    }

    fn register(&self, kind: &str, keys: &[&str], make: Make<T>) {
        let keys = keys.iter().map(|key| key.to_string()).collect();
        let mut kinds = self.kinds.write().unwrap_or_else(PoisonError::into_inner);
        kinds.insert(kind.to_string(), Registered { keys, make });
    }

    /// The keys of a kind, if it is known.
    pub(super) fn keys(&self, kind: &str) -> Option<Vec<String>> {
        let kinds = self.kinds.read().unwrap_or_else(PoisonError::into_inner);
        kinds.get(kind).map(|kind| kind.keys.clone())
    }

    pub(super) fn names(&self) -> Vec<String> {
        self.kinds.read().unwrap_or_else(PoisonError::into_inner).keys().cloned().collect()
    }

    pub(super) fn make(&self, custom: &Custom) -> Result<T, SettingError> {
        // Not while it is locked: the function may register another kind.
        let make = {
            let kinds = self.kinds.read().unwrap_or_else(PoisonError::into_inner);
            kinds.get(&custom.kind).map(|kind| Arc::clone(&kind.make))
        };
        match make {
            Some(make) => make(&custom.settings),
            None => Err(SettingError::new(std::format!("nothing is registered under the kind `{}`", custom.kind))),
        }
    }
}

/// A handler, formatter or filter of a kind that the program has registered.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Custom {
    /// The kind.
    pub kind: String,
    /// Its own settings, without those that all handlers have.
    pub settings: Settings,
}

impl Custom {
    /// One of this kind.
    #[must_use]
    pub fn new(kind: impl Into<String>, settings: Settings) -> Self {
        Self { kind: kind.into(), settings }
    }

    pub(super) fn read(kind: &str, keys: &[String], fields: &mut Fields<'_, '_>) -> Self {
        let mut table = Table::default();
        for key in keys {
            if let Some(node) = fields.take(key) {
                let place = fields.table.entry(key).map(|entry| entry.place.clone()).unwrap_or_default();
                table.insert(key, place, node.clone());
            }
        }
        Self { kind: kind.to_string(), settings: Settings { table, path: fields.reader.path.clone() } }
    }

    pub(super) fn write_to(&self, table: &mut Table) {
        for entry in self.settings.without_secrets().entries() {
            table.put(&entry.key, entry.value.item.clone());
        }
    }
}

/// Settings under keys: what a file says about a handler of the program's own, or a whole configuration before it is
/// read as a [`Config`](super::Config).
///
/// Its debug output leaves out what looks like a secret.
///
/// ```
/// use rlog_runtime::config::Settings;
///
/// let settings = Settings::new().set("brokers", vec!["a:9092", "b:9092"]).set("timeout", "5 s");
/// assert_eq!(settings.required("timeout")?.duration()?.as_secs(), 5);
/// assert!(settings.required("topic").is_err());
/// # Ok::<(), rlog_runtime::config::SettingError>(())
/// ```
#[derive(Clone, Default)]
pub struct Settings {
    pub(super) table: Table,
    /// Where it is in the configuration.
    pub(super) path: Vec<String>,
}

impl Settings {
    /// None.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets a key, in place of what it was set to.
    #[must_use]
    pub fn set(mut self, key: &str, value: impl Into<SettingValue>) -> Self {
        self.table.put(key, value.into().node.item);
        self
    }

    /// The value of a key, if it is there.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<SettingValue> {
        let node = self.table.get(key).filter(|node| node.item != Item::Null)?;
        let mut path = self.path.clone();
        path.push(key.to_string());
        Some(SettingValue { node: node.clone(), path })
    }

    /// The value of a key that must be there.
    ///
    /// # Errors
    /// When it is not.
    pub fn required(&self, key: &str) -> Result<SettingValue, SettingError> {
        let error = || SettingError { path: self.path.clone(), message: std::format!("`{key}` is missing") };
        self.get(key).ok_or_else(error)
    }

    /// The keys that are there, in their order.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.table.entries().iter().map(|entry| entry.key.as_str())
    }

    /// What may be written: all but texts and numbers under a key that looks like that of a secret. Where a secret is may be said.
    pub(super) fn without_secrets(&self) -> Table {
        without_secrets(&self.table, false)
    }
}

/// `is_secret` says that the table itself is under such a key.
fn without_secrets(table: &Table, is_secret: bool) -> Table {
    let mut written = Table::default();
    for entry in table.entries() {
        let is_secret = if is_secret { !["env", "file"].contains(&&*entry.key) } else { looks_secret(&entry.key) };
        let item = match &entry.value.item {
            Item::Table(table) => Item::Table(without_secrets(table, is_secret)),
            Item::Text(_) | Item::Integer(_) | Item::Float(_) | Item::List(_) if is_secret => continue,
            Item::List(list) => Item::List(list.iter().map(node_without_secrets).collect()),
            item => item.clone(),
        };
        written.insert(&entry.key, entry.place.clone(), Node::new(item, entry.value.place.clone()));
    }
    written
}

fn node_without_secrets(node: &Node) -> Node {
    let item = match &node.item {
        Item::Table(table) => Item::Table(without_secrets(table, false)),
        Item::List(list) => Item::List(list.iter().map(node_without_secrets).collect()),
        item => item.clone(),
    };
    Node::new(item, node.place.clone())
}

impl PartialEq for Settings {
    fn eq(&self, other: &Self) -> bool {
        self.table == other.table
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = String::new();
        write_discreetly(&self.table, is_secret, &mut out);
        f.write_str(&without_passwords(&out))
    }
}

/// One value of [`Settings`], to be read as what it is expected to be.
#[derive(Clone, PartialEq)]
pub struct SettingValue {
    node: Node,
    path: Vec<String>,
}

/// What a setting is read as; each is an error if it is something else.
impl SettingValue {
    fn read<T: Setting>(&self) -> Result<T, SettingError> {
        let mut reader = Reader { path: self.path.clone(), ..Reader::default() };
        let value = T::read(&self.node, &mut reader);
        match (reader.found.findings().first(), value) {
            (None, Some(value)) => Ok(value),
            (Some(finding), _) => Err(SettingError { path: finding.path.clone(), message: finding.message.clone() }),
            (None, None) => Err(self.error("cannot be read")),
        }
    }

    /// A text.
    ///
    /// # Errors
    /// When it is none.
    pub fn text(&self) -> Result<String, SettingError> {
        self.read()
    }

    /// A list of texts; one text is a list of one.
    ///
    /// # Errors
    /// When it is none.
    pub fn texts(&self) -> Result<Vec<String>, SettingError> {
        if matches!(self.node.item, Item::Text(_)) { self.read().map(|text| Vec::from([text])) } else { self.read() }
    }

    /// `true` or `false`.
    ///
    /// # Errors
    /// When it is neither.
    pub fn boolean(&self) -> Result<bool, SettingError> {
        self.read()
    }

    /// An integer.
    ///
    /// # Errors
    /// When it is none.
    pub fn integer(&self) -> Result<i64, SettingError> {
        self.read()
    }

    /// A number, with or without a fraction.
    ///
    /// # Errors
    /// When it is none.
    pub fn number(&self) -> Result<f64, SettingError> {
        self.read()
    }

    /// A level, by name or number.
    ///
    /// # Errors
    /// When it is none.
    pub fn level(&self) -> Result<Level, SettingError> {
        self.read()
    }

    /// A time, such as `"5 s"`.
    ///
    /// # Errors
    /// When it is none.
    pub fn duration(&self) -> Result<Duration, SettingError> {
        self.read()
    }

    /// A size, such as `"10 MB"`, or a number of bytes.
    ///
    /// # Errors
    /// When it is none.
    pub fn size(&self) -> Result<Size, SettingError> {
        self.read()
    }

    /// A path.
    ///
    /// # Errors
    /// When it is none.
    pub fn path(&self) -> Result<PathBuf, SettingError> {
        self.read()
    }

    /// A secret, from where it is: `{ env = "NAME" }` or `{ file = "path" }`, or in code a [`SecretSource`]. A text is refused, since
    /// it would stand in whatever the configuration is written to.
    ///
    /// # Errors
    /// When it is none of these, or the variable or the file is not there. The secret is never part of the error.
    pub fn secret(&self) -> Result<Secret<String>, SettingError> {
        self.read::<SecretSource>()?.resolve().map_err(|message| self.error(message))
    }

    /// A table.
    ///
    /// # Errors
    /// When it is none.
    pub fn settings(&self) -> Result<Settings, SettingError> {
        match &self.node.item {
            Item::Table(table) => Ok(Settings { table: table.clone(), path: self.path.clone() }),
            item => Err(self.error(std::format!("expected a table, got {}", item.kind()))),
        }
    }

    /// A list.
    ///
    /// # Errors
    /// When it is none.
    pub fn list(&self) -> Result<Vec<Self>, SettingError> {
        let Item::List(list) = &self.node.item else {
            return Err(self.error(std::format!("expected a list, got {}", self.node.item.kind())));
        };
        let items = list.iter().enumerate().map(|(index, node)| {
            let mut path = self.path.clone();
            path.push(index.to_string());
            Self { node: node.clone(), path }
        });
        Ok(items.collect())
    }

    /// Something is wrong with this value, in words of the caller's.
    pub fn error(&self, message: impl Into<String>) -> SettingError {
        SettingError { path: self.path.clone(), message: message.into() }
    }
}

impl fmt::Debug for SettingValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // As the value of its key, which may look like a secret.
        let mut table = Table::default();
        table.put(self.path.last().map_or("", String::as_str), self.node.item.clone());
        let mut out = String::new();
        write_discreetly(&table, is_secret, &mut out);
        write!(f, "SettingValue({})", without_passwords(&out))
    }
}

impl<T: Setting> From<T> for SettingValue {
    fn from(value: T) -> Self {
        Self { node: Node::new(value.write(), Place::Code), path: Vec::new() }
    }
}

impl From<&str> for SettingValue {
    fn from(text: &str) -> Self {
        text.to_string().into()
    }
}

impl From<i32> for SettingValue {
    fn from(value: i32) -> Self {
        i64::from(value).into()
    }
}

impl From<Vec<&str>> for SettingValue {
    fn from(texts: Vec<&str>) -> Self {
        texts.iter().map(|text| text.to_string()).collect::<Vec<_>>().into()
    }
}

impl Setting for Settings {
    fn read(node: &Node, reader: &mut Reader) -> Option<Self> {
        match &node.item {
            Item::Table(table) => Some(Self { table: table.clone(), path: reader.path.clone() }),
            _ => {
                reader.expected("a table", node);
                None
            }
        }
    }

    fn write(&self) -> Item {
        Item::Table(self.table.clone())
    }
}

/// A setting of a registered kind is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingError {
    pub(super) path: Vec<String>,
    pub(super) message: String,
}

impl SettingError {
    /// Something is wrong that no single setting is to blame for.
    #[must_use]
    pub fn new(message: impl Into<String>) -> Self {
        Self { path: Vec::new(), message: message.into() }
    }
}

impl fmt::Display for SettingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.path.is_empty() {
            write!(f, "{}: ", shown(&self.path))?;
        }
        f.write_str(&self.message)
    }
}

impl core::error::Error for SettingError {}
