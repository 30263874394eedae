//! Handlers that hand records to several others as data.

use super::super::apply::Making;
use super::super::declare::settings;
use super::super::filters::FilterConfig;
use crate::filter::{self, Filter, Targets, Threshold};
use crate::handler::{Failover, FanOut, HandlerBuilder, IntoHandler, Routing};
use crate::level::Level;
use std::boxed::Box;
use std::string::{String, ToString};
use std::vec::Vec;

settings! {
    /// A [`FanOut`], to all of some handlers: `kind = "fan_out"`.
    #[derive(Default)]
    pub struct FanOutConfig, "a table" {
        /// The handlers, by their names.
        list to: String,
    }
}

settings! {
    /// A [`Failover`], to the first of some handlers that works: `kind = "failover"`.
    #[derive(Default)]
    pub struct FailoverConfig, "a table" {
        /// The handlers, by their names, the preferred one first.
        list to: String,
    }
}

settings! {
    /// [`Routing`] by rules: `kind = "routing"`.
    ///
    /// ```
    /// use rlog_runtime::Level;
    /// use rlog_runtime::config::{RoutingConfig, RuleConfig};
    ///
    /// let routing = RoutingConfig::default()
    ///     .rules([RuleConfig::to_handler("audit").targets(["audit"]), RuleConfig::to_handler("errors").level(Level::ERROR)])
    ///     .otherwise("app");
    /// ```
    #[derive(Default)]
    pub struct RoutingConfig, "a table" {
        /// The rules, in the order in which they are tried.
        list rules: RuleConfig,
        /// The handler of the records that meet none, by its name; see [`Routing::otherwise`].
        opt otherwise: String,
        /// See [`Routing::all_matches`].
        opt all_matches: bool,
    }
}

settings! {
    /// A rule of a [`RoutingConfig`]. A record meets it if it meets everything that is set.
    pub struct RuleConfig, "a table with a rule" {
        /// The handler that gets the records, by its name. Several rules may have the same.
        req to: String,
        /// At or above this level; see [`Routing::at_least`].
        opt level: Level,
        /// Of these targets or below them; see [`Routing::target`].
        list targets: String,
        /// What these filters let through; see [`Routing::when`].
        list filters: FilterConfig,
    }
}

impl FanOutConfig {
    pub(super) fn make(&self, making: &mut Making<'_>) -> Option<HandlerBuilder> {
        let handlers = delegates(&self.to, making)?;
        Some(handlers.into_iter().fold(FanOut::new(), FanOut::to).into_handler())
    }
}

impl FailoverConfig {
    pub(super) fn make(&self, making: &mut Making<'_>) -> Option<HandlerBuilder> {
        if let [only] = self.to.as_slice() {
            making.wrong_below("to", std::format!("a failover needs a second handler, for when `{only}` fails"));
        }
        let mut handlers = delegates(&self.to, making)?.into_iter();
        let first = handlers.next()?;
        if handlers.len() == 0 {
            // The others are not enabled.
            return Some(FanOut::new().to(first).into_handler());
        }
        Some(handlers.fold(Failover::new(first), Failover::or).into_handler())
    }
}

/// All handlers of these names that are enabled, each once. At least one; nothing, if one of them cannot be made.
fn delegates(names: &[String], making: &mut Making<'_>) -> Option<Vec<HandlerBuilder>> {
    if names.is_empty() {
        making.reader.wrong("`to` is missing: a list of the names of handlers");
        return None;
    }
    let mut handlers = Vec::new();
    for (index, name) in names.iter().enumerate() {
        if names[..index].contains(name) {
            making.below("to", |making| {
                making.below(&index.to_string(), |making| {
                    making.reader.wrong(std::format!("handler `{name}` is named twice; remove one"));
                });
            });
            continue;
        }
        if making.is_enabled(name) {
            handlers.push(making.delegate(name));
        }
    }
    if handlers.is_empty() {
        handlers.push(making.delegate(&names[0]));
    }
    handlers.into_iter().collect()
}

impl RuleConfig {
    /// A rule for all records, to this handler.
    #[must_use]
    pub fn to_handler(to: impl Into<String>) -> Self {
        Self { to: to.into(), level: None, targets: Vec::new(), filters: Vec::new() }
    }

    /// What a record has to meet.
    fn condition(&self, making: &mut Making<'_>) -> Box<dyn Filter> {
        let mut filters: Vec<Box<dyn Filter>> = Vec::new();
        if let Some(level) = self.level {
            filters.push(Box::new(Threshold::at_least(level)));
        }
        if !self.targets.is_empty() {
            filters.push(Box::new(Targets::only(&self.targets)));
        }
        filters.extend(making.filters(&self.filters));
        match filters.len() {
            1 => filters.remove(0),
            _ => Box::new(filter::all(filters)),
        }
    }
}

impl RoutingConfig {
    pub(super) fn make(&self, making: &mut Making<'_>) -> Option<HandlerBuilder> {
        if self.rules.is_empty() {
            making
                .reader
                .wrong("`rules` is missing: a list of rules, such as `{ level = \"error\", to = \"errors\" }`");
            return None;
        }
        let mut routing = Routing::new();
        let mut is_whole = true;
        for (index, rule) in self.rules.iter().enumerate() {
            let condition =
                making.below("rules", |making| making.below(&index.to_string(), |making| rule.condition(making)));
            if self.rules[..index].iter().any(|earlier| earlier.to == rule.to)
                || self.otherwise.as_ref() == Some(&rule.to)
            {
                routing = routing.when_to(condition, &rule.to);
            } else {
                match making.delegate(&rule.to) {
                    Some(handler) => routing = routing.when(condition, handler),
                    None => is_whole = false,
                }
            }
        }
        if let Some(name) = &self.otherwise {
            match making.delegate(name) {
                Some(handler) => routing = routing.otherwise(handler),
                None => is_whole = false,
            }
        }
        if let Some(all) = self.all_matches {
            routing = routing.all_matches(all);
        }
        is_whole.then(|| routing.into_handler())
    }

    /// The handlers that it names, with the keys that name them.
    pub(super) fn delegates(&self) -> Vec<(Vec<String>, String)> {
        let rules = self
            .rules
            .iter()
            .enumerate()
            .map(|(index, rule)| (Vec::from(["rules".into(), index.to_string(), "to".into()]), rule.to.clone()));
        let otherwise = self.otherwise.iter().map(|name| (Vec::from(["otherwise".into()]), name.clone()));
        rules.chain(otherwise).collect()
    }
}
