//! From data to a [`Builder`], which is the only way to apply it.

use super::custom::{Custom, Registry};
use super::document::{Item, Node, Place};
use super::filters::FilterConfig;
use super::report::{Found, Problem, Report, Severity, Source, Wrong, shown};
use super::setting::{Reader, Setting, instead};
use super::{Config, Loader, LoggerConfig, RedactionConfig, Size};
use crate::config::builder::{MAX_RING, MIN_RING};
use crate::config::error::Problems;
use crate::config::{Builder, Guard, InitError, LoggerBuilder, builder};
use crate::filter::Filter;
use crate::handler::{HandlerBuilder, Null, Removal};
use crate::level::Level;
use crate::logger::directives::Directives;
use crate::redact::Redaction;
use core::str::FromStr;
use std::borrow::Cow;
use std::boxed::Box;
use std::collections::{BTreeMap, BTreeSet};
use std::string::{String, ToString};
use std::vec::Vec;

impl Config {
    /// The builder that does what this says, with the profile that it [names](Config::profile) on top. Its handlers are not open
    /// yet: [`Builder::init`] and [`Builder::replace`] open them. A [`Loader`] is for profiles that the environment chooses.
    ///
    /// ```
    /// use rlog_runtime::config::{Config, ConsoleConfig};
    ///
    /// let builder = Config::default().handler("console", ConsoleConfig::default()).builder()?;
    /// # Ok::<(), rlog_runtime::config::Report>(())
    /// ```
    ///
    /// # Errors
    /// All that is wrong: handlers that are named and not there, directives that are not understood, secrets that cannot be
    /// fetched, settings that a registered kind refuses.
    pub fn builder(&self) -> Result<Builder, Report> {
        let (builder, found) = self.with_profile(Aim::Prepare)?.make(Aim::Apply);
        if found.is_empty() { Ok(builder) } else { Err(found.report(&Node::default(), &Source::default())) }
    }

    /// Puts the logger into service that this describes.
    ///
    /// ```
    /// use rlog_runtime::config::{Config, ConsoleConfig};
    ///
    /// # fn main() -> Result<(), rlog_runtime::InitError> {
    /// let _guard = Config::default().handler("console", ConsoleConfig::default()).init()?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// All that is wrong, as [`Config::builder`] and [`Builder::init`] say it.
    #[track_caller]
    pub fn init(&self) -> Result<Guard, InitError> {
        self.builder()?.init()
    }

    /// Which files the retentions of its handlers would delete now, by the names of handlers, without deleting any; see
    /// [`File::dry_run`](crate::File::dry_run). For the handlers that would delete some, that are not disabled.
    ///
    /// ```
    /// use rlog_runtime::config::{Config, FileConfig, PeriodConfig, RetentionConfig};
    ///
    /// # let path = std::env::temp_dir().join(format!("rlog-doc-dry-run-{}.log", std::process::id()));
    /// let file = FileConfig::new(path).rotation(PeriodConfig::Daily).retention(RetentionConfig::default().count(7_usize));
    /// for (handler, removals) in Config::default().handler("file", file).dry_run()? {
    ///     for removal in removals {
    ///         println!("{handler} would delete {}: {}", removal.path.display(), removal.reason);
    ///     }
    /// }
    /// # Ok::<(), rlog_runtime::config::Report>(())
    /// ```
    ///
    /// # Errors
    /// What is wrong with the settings of files, and directories that are there and cannot be read.
    pub fn dry_run(&self) -> Result<BTreeMap<String, Vec<Removal>>, Report> {
        let config = self.with_profile(Aim::Read)?;
        let mut making = Making::new(&config, Aim::Read);
        let mut all = BTreeMap::new();
        for (name, handler) in config.handlers.iter().filter(|(_, handler)| handler.is_enabled()) {
            let removals = making.at(&["handlers", name], |making| handler.kind.removals(making));
            if !removals.is_empty() {
                all.insert(name.clone(), removals);
            }
        }
        let found = making.reader.found;
        if found.is_empty() { Ok(all) } else { Err(found.report(&Node::default(), &Source::default())) }
    }

    /// The same with its profile on top of it, if it names one.
    fn with_profile(&self, aim: Aim) -> Result<Cow<'_, Self>, Report> {
        match self.profile {
            Some(_) => Loader::from_config(self.clone()).variables::<&str, &str>([]).load_for(aim).map(Cow::Owned),
            None => Ok(Cow::Borrowed(self)),
        }
    }

    /// All that can be found wrong for this aim without making anything of the program's own. What merely follows
    /// from what is `wrong` already is not told.
    pub(super) fn look(&self, aim: Aim, wrong: Wrong) -> Found {
        let mut making = Making::new(self, if aim == Aim::Apply { Aim::Prepare } else { aim });
        making.wrong = wrong;
        drop(making.builder());
        making.reader.found.without(&making.wrong)
    }

    pub(super) fn make(&self, aim: Aim) -> (Builder, Found) {
        let mut making = Making::new(self, aim);
        let builder = making.builder();
        (builder, making.reader.found)
    }
}

impl From<Report> for InitError {
    fn from(report: Report) -> Self {
        let mut problems = Problems::default();
        report.problems().for_each(|problem| problems.add(problem.to_string()));
        problems.into_error()
    }
}

/// What a builder is made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Aim {
    /// To find out what is wrong by itself.
    Read,
    /// To find out, too, what will keep handlers from being opened on this machine, as it is now.
    Check,
    /// To find out, too, whether secrets can be fetched.
    Prepare,
    /// To be put into service: functions of the program are called, too. What handlers say who are asked, they say when they
    /// are opened.
    Apply,
}

/// A configuration to be put into service, which knows where its handlers were written.
pub(super) struct Ready {
    builder: Builder,
    /// Handlers by their names, with what is wrong with them yet to be said.
    handlers: Vec<(String, Problem)>,
}

impl Ready {
    pub(super) fn new(builder: Builder, config: &Config, tree: &Node, source: &Source<'_>) -> Self {
        let handlers = config.handlers.keys().map(|name| {
            let path = ["handlers".into(), name.clone()];
            let origin = source.origin(&tree.place_of(&path, false));
            let problem = Problem { severity: Severity::Error, message: String::new(), path: shown(&path), origin };
            (name.clone(), problem)
        });
        Self { handlers: handlers.collect(), builder }
    }

    /// As [`Builder::init`], with the places of handlers that cannot be opened.
    #[track_caller]
    pub(super) fn init(self) -> Result<Guard, InitError> {
        let Self { builder, handlers } = self;
        match builder.init() {
            Ok(guard) => Ok(guard),
            Err(error) => Err(error.reword(|problem| placed(&handlers, problem))),
        }
    }

    /// As [`Builder::replace`].
    #[cfg(feature = "reload")]
    pub(super) fn replace(self) -> Result<(), InitError> {
        let Self { builder, handlers } = self;
        builder.replace().map_err(|error| error.reword(|problem| placed(&handlers, problem)))
    }
}

/// What a builder says about a handler, with its place.
fn placed(handlers: &[(String, Problem)], problem: &str) -> Option<String> {
    let (_, problem, message) = handlers.iter().find_map(|(name, of)| {
        let (full, message) = problem.strip_prefix("handler `")?.split_once("`: ")?;
        // It may stand behind those that hand it records.
        let is_this = full.strip_suffix(name.as_str()).is_some_and(|above| above.is_empty() || above.ends_with(" > "));
        is_this.then_some((name, of, message))
    })?;
    Some(Problem { message: message.into(), ..problem.clone() }.to_string())
}

/// A builder in the making.
pub(super) struct Making<'a> {
    config: &'a Config,
    aim: Aim,
    /// Where it is, and what has been found wrong.
    pub(super) reader: Reader,
    /// The handler that hands records to this one, by the names of both.
    owners: BTreeMap<String, String>,
    /// The handlers that are being made, the outermost first.
    under_way: Vec<String>,
    /// What could not be read.
    wrong: Wrong,
}

impl<'a> Making<'a> {
    fn new(config: &'a Config, aim: Aim) -> Self {
        Self {
            config,
            aim,
            reader: Reader::default(),
            owners: BTreeMap::new(),
            under_way: Vec::new(),
            wrong: Wrong::default(),
        }
    }
}

impl Making<'_> {
    fn builder(&mut self) -> Builder {
        let config = self.config;
        let mut builder = builder();
        if let Some(level) = config.level {
            builder = builder.level(level);
        }
        for (index, directives) in config.directives.iter().enumerate() {
            let (_, errors) = Directives::parse(directives);
            for error in errors {
                let path = ["directives".into(), index.to_string()];
                self.reader.found.value(&path, error.to_string());
            }
            builder = builder.directives(directives);
        }
        if let Some(environment) = config.environment {
            builder = builder.environment(environment);
        }
        if let Some(size) = config.ring_capacity {
            if !(MIN_RING..=MAX_RING).contains(&size.saturating()) {
                let (least, most) = (Size::new(MIN_RING as u64), Size::new(MAX_RING as u64));
                self.reader
                    .found
                    .value(&["ring_capacity".into()], std::format!("expected from {least} to {most}, got {size}"));
            }
            builder = builder.ring_capacity(size.saturating());
        }
        if let Some(source) = config.hash_key.as_ref().filter(|_| self.aim >= Aim::Prepare) {
            match source.hash_key() {
                Ok(key) => builder = builder.hash_key(key),
                Err(message) => self.reader.found.value(&["hash_key".into()], message),
            }
        }
        for filter in self.filters(&config.filters) {
            builder = builder.filter(filter);
        }
        if let Some(redaction) = self.redaction(config.redaction.as_ref()) {
            builder = builder.redact(redaction);
        }
        if let Some(limits) = &config.limits {
            builder = builder.limits(limits.make());
        }
        self.delegations();
        let roots = self.roots();
        if !config.handlers.is_empty() && !config.handlers.values().any(super::HandlerConfig::is_enabled) {
            // Who turns all of them off wants none, and not the one that a builder without any adds.
            builder = builder.handler(Null::new());
        }
        for (name, handler) in config.handlers.iter().filter(|(_, handler)| handler.is_enabled()) {
            if self.owners.contains_key(name) {
                continue;
            }
            let made = self.at(&["handlers", name], |making| making.named(name, |making| handler.make(name, making)));
            if let Some(handler) = made {
                builder = builder.define(handler);
            }
        }
        for name in roots {
            builder = builder.logger("", |root| root.share(name));
        }
        for (name, logger) in &config.loggers {
            let filters = self.at(&["loggers", name], |making| making.filters(&logger.filters));
            self.names("loggers", name, &logger.handlers);
            builder = builder.logger(name, |builder| set(builder, logger, filters, config));
        }
        builder
    }

    /// Finds out which handler hands records to which, and what is wrong with that.
    fn delegations(&mut self) {
        for (name, handler) in self.config.handlers.iter().filter(|(_, handler)| handler.is_enabled()) {
            for (steps, delegate) in handler.kind.delegates() {
                let mut path = Vec::from(["handlers".into(), name.clone()]);
                path.extend(steps);
                if !self.is_there(&path, &delegate) {
                    continue;
                }
                if let Some(owner) = self.owners.get(&delegate).filter(|owner| *owner != name) {
                    let message = std::format!(
                        "handler `{delegate}` gets the records of `{owner}` already; each handler can get those of one other"
                    );
                    self.reader.found.value(&path, message);
                    continue;
                }
                self.owners.insert(delegate, name.clone());
            }
        }
        // Each has one owner at most, so that who leads back to itself is in a circle.
        for name in self.owners.keys() {
            let mut chain = Vec::from([name]);
            while let Some(owner) = chain.last().and_then(|last| self.owners.get(*last)) {
                if owner == name {
                    let path = ["handlers".into(), name.clone()];
                    self.reader
                        .found
                        .value(&path, std::format!("handler `{name}` hands records to itself, in a circle"));
                    break;
                }
                if chain.contains(&owner) {
                    break;
                }
                chain.push(owner);
            }
        }
    }

    /// The handlers of the root logger.
    fn roots(&mut self) -> Vec<String> {
        let config = self.config;
        if !config.root.is_empty() {
            self.names("root", "", &config.root);
            return config.root.iter().filter(|name| self.can_be_shared(name)).cloned().collect();
        }
        let of_loggers: BTreeSet<_> = config.loggers.values().flat_map(|logger| &logger.handlers).collect();
        let handlers = config.handlers.iter().filter(|(name, handler)| {
            handler.is_enabled() && !of_loggers.contains(name) && !self.owners.contains_key(*name)
        });
        handlers.map(|(name, _)| name.clone()).collect()
    }

    /// Looks whether handlers that a logger names are there.
    fn names(&mut self, table: &str, logger: &str, names: &[String]) {
        for (index, name) in names.iter().enumerate() {
            let path = match logger {
                "" => Vec::from([table.into(), index.to_string()]),
                logger => Vec::from([table.into(), logger.into(), "handlers".into(), index.to_string()]),
            };
            if self.is_there(&path, name)
                && let Some(owner) = self.owners.get(name)
            {
                let message =
                    std::format!("handler `{name}` gets the records of `{owner}`, and cannot be that of a logger");
                self.reader.found.value(&path, message);
            }
        }
    }

    fn can_be_shared(&self, name: &str) -> bool {
        self.is_enabled(name) && !self.owners.contains_key(name)
    }

    /// Whether a handler is there and enabled.
    pub(super) fn is_enabled(&self, name: &str) -> bool {
        self.config.handlers.get(name).is_some_and(super::HandlerConfig::is_enabled)
    }

    /// Whether there is such a handler. If not, it is told at this path. One that is not enabled is left out where it is named,
    /// and nothing is wrong with that.
    fn is_there(&mut self, path: &[String], name: &str) -> bool {
        match self.config.handlers.get(name) {
            Some(handler) => handler.is_enabled(),
            None if self.wrong.touches(&["handlers".into(), name.into()]) => false,
            None => {
                let known = self.config.handlers.keys().map(String::as_str);
                let shown: String = name.chars().take(60).collect();
                let message = std::format!("there is no handler `{shown}`; {}", instead(name, known));
                self.reader.found.value(path, message);
                false
            }
        }
    }

    /// A handler that another one cannot do without. Nothing if it is not there, which has been told.
    pub(super) fn delegate(&mut self, name: &str) -> Option<HandlerBuilder> {
        let handler = self.config.handlers.get(name)?;
        if !handler.is_enabled() {
            // Told where it was turned off: that may be a variable, which has no effect then.
            let outer = self.under_way.last().cloned().unwrap_or_default();
            let path = ["handlers".into(), name.into(), "enabled".into()];
            self.reader.found.value(&path, std::format!("handler `{outer}` needs this one; disable that, too"));
            return None;
        }
        if self.under_way.iter().any(|outer| outer == name) {
            return None;
        }
        let path = core::mem::replace(&mut self.reader.path, Vec::from(["handlers".into(), name.into()]));
        if handler.settings.sync == Some(true) {
            self.wrong_key("sync", "it runs on the thread of the handler that hands it records; set it there");
        }
        let made = self.named(name, |making| handler.make(name, making));
        self.reader.path = path;
        made
    }

    /// Asks a handler what will keep it from being opened, if that is what this is for. It is not asked again then, with the
    /// handler that hands it records.
    pub(super) fn ask(&mut self, handler: &mut HandlerBuilder) {
        if ![Aim::Check, Aim::Prepare].contains(&self.aim) {
            return;
        }
        let prefix = std::format!("handler `{}`: ", handler.name);
        for error in handler.take_checks()("") {
            let message = std::format!("{}: {}", error.message, error.source);
            // The setting says which handler it is.
            let message = message.strip_prefix(&prefix).unwrap_or(&message);
            self.reader.found.add(&self.reader.path, None, message.into());
        }
    }

    fn named<T>(&mut self, name: &str, make: impl FnOnce(&mut Self) -> T) -> T {
        self.under_way.push(name.into());
        let made = make(self);
        self.under_way.pop();
        made
    }

    /// Filters, with what is wrong told below `filters`.
    pub(super) fn filters(&mut self, filters: &[FilterConfig]) -> Vec<Box<dyn Filter>> {
        let make = |making: &mut Self| {
            let filters = filters.iter().enumerate();
            filters
                .filter_map(|(index, filter)| making.below(&index.to_string(), |making| filter.make(making)))
                .collect()
        };
        self.below("filters", make)
    }

    pub(super) fn redaction(&mut self, redaction: Option<&RedactionConfig>) -> Option<Redaction> {
        redaction.and_then(|redaction| self.below("redaction", |making| redaction.make(making)))
    }

    /// What a kind of the program's own makes. Nothing, if this is only a look.
    pub(super) fn custom<T>(&mut self, registry: &Registry<T>, custom: &Custom) -> Option<T> {
        if self.aim != Aim::Apply {
            return None;
        }
        match registry.make(custom) {
            Ok(made) => Some(made),
            Err(error) => {
                let path = if error.path.is_empty() { &self.reader.path } else { &error.path };
                self.reader.found.value(&path.clone(), error.message);
                None
            }
        }
    }

    /// Something is wrong with a key being there.
    pub(super) fn wrong_key(&mut self, key: &str, message: impl Into<String>) {
        let mut path = self.reader.path.clone();
        path.push(key.into());
        self.reader.found.key(&path, message);
    }

    /// Something is wrong with the value of a setting below, whose keys are joined by points.
    pub(super) fn wrong_below(&mut self, setting: &str, message: impl Into<String>) {
        let mut path = self.reader.path.clone();
        path.extend(setting.split('.').map(String::from));
        // It may be because of another setting beside it.
        self.reader.found.add(&path, Some(self.reader.path.len()), message.into());
    }

    /// What a text below a key says.
    pub(super) fn parse<T: FromStr>(&mut self, key: &str, text: &str) -> Option<T>
    where
        T::Err: ToString,
    {
        let parsed = text.parse().map_err(|error: T::Err| error.to_string());
        parsed.map_err(|message| self.below(key, |making| making.reader.wrong(message))).ok()
    }

    /// The level that is a key of a table.
    pub(super) fn level(&mut self, text: &str) -> Option<Level> {
        Level::read(&Node::new(Item::Text(text.into()), Place::Code), &mut self.reader)
    }

    /// Makes what is below a key.
    pub(super) fn below<T>(&mut self, step: &str, make: impl FnOnce(&mut Self) -> T) -> T {
        self.at(&[step], make)
    }

    fn at<T>(&mut self, steps: &[&str], make: impl FnOnce(&mut Self) -> T) -> T {
        let length = self.reader.path.len();
        self.reader.path.extend(steps.iter().map(|step| step.to_string()));
        let made = make(self);
        self.reader.path.truncate(length);
        made
    }
}

fn set(
    mut builder: LoggerBuilder,
    logger: &LoggerConfig,
    filters: Vec<Box<dyn Filter>>,
    config: &Config,
) -> LoggerBuilder {
    if let Some(level) = logger.level {
        builder = builder.level(level);
    }
    let is_enabled = |name: &&String| config.handlers.get(*name).is_some_and(super::HandlerConfig::is_enabled);
    for name in logger.handlers.iter().filter(is_enabled) {
        builder = builder.share(name);
    }
    for filter in filters {
        builder = builder.filter(filter);
    }
    if let Some(propagate) = logger.propagate {
        builder = builder.propagate(propagate);
    }
    builder
}
