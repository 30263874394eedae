//! What is set for loggers, by name: levels, handlers, filters, and what holds for a while or for single statements.
//!
//! Loggers form a tree by the segments of their names. What is not set for one is that of the one above it; the one
//! without a name is above all. This is the state that changes; [`super::routes`] is what is computed of it.

use super::directives::Directives;
use super::names::canonical;
use super::selector::Selector;
use crate::filter::gates::Gate;
use crate::level::Level;
use core::time::Duration;
use std::collections::BTreeMap;
use std::string::String;
use std::sync::Arc;
use std::vec::Vec;

/// The settings of all loggers.
#[derive(Clone, Debug)]
pub(crate) struct Tree {
    /// For targets for which nothing is set.
    pub(crate) default: Level,
    /// Levels by target.
    pub(crate) levels: Directives,
    /// What else is set, by canonical name.
    pub(crate) nodes: BTreeMap<String, Node>,
    /// Levels that hold for a while, oldest first.
    overlays: Vec<Overlay>,
    /// Statements that are switched on or off by themselves, oldest first.
    switches: Vec<Switch>,
}

/// What is set for one logger, beside its level.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    /// The handlers of its own.
    pub(crate) handlers: HandlerSet,
    /// What its records, and those of the loggers below it, have to pass.
    pub(crate) gates: Arc<[Gate]>,
    /// Whether its records also go to the handlers of the loggers above it.
    pub(crate) propagate: bool,
}

/// Handlers, as bits: those of the worker, and those on the caller's thread.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct HandlerSet {
    pub(crate) queued: u32,
    pub(crate) direct: u32,
}

#[derive(Clone, Debug)]
struct Overlay {
    name: String,
    level: Level,
    until: Duration,
}

/// What was set for the level of a logger, for good and for a while.
#[derive(Debug)]
pub(crate) struct Replaced {
    level: Option<Level>,
    overlays: Vec<Overlay>,
}

#[derive(Clone, Debug)]
struct Switch {
    selector: Selector,
    on: bool,
    /// `None` is until further notice.
    until: Option<Duration>,
}

impl HandlerSet {
    pub(crate) fn is_empty(self) -> bool {
        self.queued == 0 && self.direct == 0
    }

    pub(crate) fn with(self, other: Self) -> Self {
        Self { queued: self.queued | other.queued, direct: self.direct | other.direct }
    }

    pub(crate) fn without(self, other: Self) -> Self {
        Self { queued: self.queued & !other.queued, direct: self.direct & !other.direct }
    }
}

impl Default for Node {
    fn default() -> Self {
        Self { handlers: HandlerSet::default(), gates: Arc::new([]), propagate: true }
    }
}

impl Tree {
    pub(crate) fn new(default: Level, levels: Directives) -> Self {
        Self { default, levels, nodes: BTreeMap::new(), overlays: Vec::new(), switches: Vec::new() }
    }

    /// What is set for a logger, to be changed.
    pub(crate) fn node(&mut self, name: &str) -> &mut Node {
        self.nodes.entry(canonical(name)).or_default()
    }

    /// Replaces all levels.
    pub(crate) fn set_levels(&mut self, levels: Directives) {
        self.levels = levels;
        self.overlays.clear();
    }

    /// Sets the level of a logger for good, or that it has none. It holds at once, whatever was set for a while before.
    /// Returns what was set.
    pub(crate) fn set_level(&mut self, name: &str, level: Option<Level>) -> Replaced {
        let name = canonical(name);
        let before = self.levels.level_of(&name);
        let (overlays, others) =
            core::mem::take(&mut self.overlays).into_iter().partition(|overlay| overlay.name == name);
        self.overlays = others;
        match level {
            Some(level) => self.levels.set(&name, level),
            None => self.levels.unset(&name),
        }
        Replaced { level: before, overlays }
    }

    /// Sets what was set before.
    pub(crate) fn restore_level(&mut self, name: &str, replaced: Replaced) {
        self.set_level(name, replaced.level);
        self.overlays.extend(replaced.overlays);
    }

    /// Sets the level of a logger until that time. What was set before, also for a while, holds again afterwards.
    pub(crate) fn set_level_until(&mut self, name: &str, level: Level, until: Duration) {
        self.overlays.push(Overlay { name: canonical(name), level, until });
    }

    /// Switches statements on or off, until that time or until further notice.
    pub(crate) fn switch(&mut self, selector: Selector, on: bool, until: Option<Duration>) {
        if until.is_none() {
            self.switches.retain(|switch| switch.selector != selector);
        }
        self.switches.push(Switch { selector, on, until });
    }

    /// How these statements are switched until further notice, if they are.
    pub(crate) fn switch_of(&self, selector: &Selector) -> Option<bool> {
        let mut switches = self.switches.iter().rev().filter(|switch| switch.until.is_none());
        switches.find(|switch| switch.selector == *selector).map(|switch| switch.on)
    }

    /// Takes back all switches of these statements.
    pub(crate) fn unswitch(&mut self, selector: &Selector) {
        self.switches.retain(|switch| switch.selector != *selector);
    }

    /// The levels with those that hold for a while.
    pub(crate) fn effective_levels(&self) -> Directives {
        let mut levels = self.levels.clone();
        for overlay in &self.overlays {
            levels.set(&overlay.name, overlay.level);
        }
        levels
    }

    /// The switches, the latest first.
    pub(crate) fn switches(&self) -> impl Iterator<Item = (&Selector, bool)> {
        self.switches.iter().rev().map(|switch| (&switch.selector, switch.on))
    }

    /// Forgets what has held long enough. Whether there was any.
    pub(crate) fn expire(&mut self, now: Duration) -> bool {
        let before = self.overlays.len() + self.switches.len();
        self.overlays.retain(|overlay| overlay.until > now);
        self.switches.retain(|switch| switch.until.is_none_or(|until| until > now));
        self.overlays.len() + self.switches.len() < before
    }

    /// When something ceases to hold next.
    pub(crate) fn next_expiry(&self) -> Option<Duration> {
        let overlays = self.overlays.iter().map(|overlay| overlay.until);
        overlays.chain(self.switches.iter().filter_map(|switch| switch.until)).min()
    }

    /// Forgets handlers wherever they are.
    pub(crate) fn remove_handlers(&mut self, handlers: HandlerSet) {
        for node in self.nodes.values_mut() {
            node.handlers = node.handlers.without(handlers);
        }
    }

    /// What holds for a while, taken from another tree: a new configuration does not end it.
    pub(crate) fn take_passing(&mut self, other: &Self) {
        self.overlays.clone_from(&other.overlays);
        self.switches.clone_from(&other.switches);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree() -> Tree {
        Tree::new(Level::INFO, Directives::parse("app=warn").0)
    }

    fn level(tree: &Tree, target: &str) -> Level {
        tree.effective_levels().level_for(target).unwrap_or(tree.default)
    }

    fn minutes(minutes: u64) -> Duration {
        Duration::from_secs(60 * minutes)
    }

    #[test]
    fn a_level_for_a_while_covers_what_is_set_and_gives_it_back() {
        let mut tree = tree();
        tree.set_level_until("app.db", Level::DEBUG, minutes(10));
        assert_eq!((level(&tree, "app::db::pool"), level(&tree, "app::web")), (Level::DEBUG, Level::WARN));
        assert_eq!(tree.next_expiry(), Some(minutes(10)));
        assert!(!tree.expire(minutes(9)) && tree.expire(minutes(10)));
        assert_eq!((level(&tree, "app::db"), tree.next_expiry()), (Level::WARN, None));
    }

    #[test]
    fn of_several_levels_for_a_while_each_ends_at_its_own_time() {
        let mut tree = tree();
        tree.set_level_until("app", Level::DEBUG, minutes(10));
        tree.set_level_until("app", Level::TRACE, minutes(5));
        assert_eq!(level(&tree, "app"), Level::TRACE);
        assert!(tree.expire(minutes(5)));
        assert_eq!(level(&tree, "app"), Level::DEBUG);
        assert!(tree.expire(minutes(10)));
        assert_eq!(level(&tree, "app"), Level::WARN);
    }

    #[test]
    fn a_level_for_good_holds_at_once_and_stays() {
        let mut tree = tree();
        tree.set_level_until("app", Level::DEBUG, minutes(10));
        tree.set_level("app", Some(Level::ERROR));
        assert_eq!(level(&tree, "app"), Level::ERROR);
        assert!(!tree.expire(minutes(10)));
        tree.set_level("app", None);
        assert_eq!(level(&tree, "app"), Level::INFO);
    }

    #[test]
    fn handlers_are_removed_from_all_loggers() {
        let mut tree = tree();
        tree.node("").handlers = HandlerSet { queued: 0b11, direct: 1 };
        tree.node("app.db").handlers = HandlerSet { queued: 0b10, direct: 0 };
        tree.remove_handlers(HandlerSet { queued: 0b10, direct: 1 });
        assert_eq!(tree.node("").handlers, HandlerSet { queued: 1, direct: 0 });
        assert!(tree.node("app::db").handlers.is_empty());
    }
}
