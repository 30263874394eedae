//! What is set for loggers, by name: levels, handlers, filters, and what holds for a while or for single statements.
//!
//! Loggers form a tree by the segments of their names. What is not set for one is that of the one above it; the one
//! without a name is above all. This is the state that changes; [`super::routes`] is what is computed of it.

use super::directives::Directives;
use super::names::canonical;
use super::selector::Selector;
use super::settings::{Change, Settings};
use crate::filter::gates::Gate;
use crate::level::Level;
use core::time::Duration;
use std::collections::BTreeMap;
use std::string::String;
use std::sync::Arc;

/// The settings of all loggers.
#[derive(Clone, Debug)]
pub(crate) struct Tree {
    /// For targets for which nothing is set.
    pub(crate) default: Level,
    /// Levels by target.
    pub(crate) levels: Directives,
    /// What else is set, by canonical name.
    pub(crate) nodes: BTreeMap<String, Node>,
    /// Levels that hold for a while or may yet, by canonical name; they cover those above.
    passing: Settings<String, Level>,
    /// Statements that are switched on or off by themselves.
    switches: Settings<Selector, bool>,
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
        Self { default, levels, nodes: BTreeMap::new(), passing: Settings::new(), switches: Settings::new() }
    }

    /// What is set for a logger, to be changed.
    pub(crate) fn node(&mut self, name: &str) -> &mut Node {
        self.nodes.entry(canonical(name)).or_default()
    }

    /// Replaces all levels.
    pub(crate) fn set_levels(&mut self, levels: Directives) {
        self.levels = levels;
        self.passing.clear();
    }

    /// Sets the level of a logger for good, or that it has none. It holds at once, whatever was set for a while before.
    pub(crate) fn set_level(&mut self, name: &str, level: Option<Level>) {
        let name = canonical(name);
        self.passing.forget(&name);
        match level {
            Some(level) => self.levels.set(&name, level),
            None => self.levels.unset(&name),
        }
    }

    /// Sets the level of a logger, which may be told later how long it holds.
    pub(crate) fn change_level(&mut self, name: &str, level: Level) -> Change {
        for (name, level) in self.passing.take_lasting() {
            self.levels.set(&name, level);
        }
        self.passing.set(canonical(name), level)
    }

    /// Says how long a level holds. What was set before, and has not passed by then, holds again afterwards; what has been set
    /// since stays.
    pub(crate) fn end_level(&mut self, change: &Change, until: Duration) {
        self.passing.end_at(change, until);
    }

    /// Switches statements on or off. It may be told later how long that holds.
    pub(crate) fn switch(&mut self, selector: Selector, on: bool) -> Change {
        self.switches.set(selector, on)
    }

    /// Says how long a switch holds, as [`Tree::end_level`] does for levels.
    pub(crate) fn end_switch(&mut self, change: &Change, until: Duration) {
        self.switches.end_at(change, until);
    }

    /// Takes back all switches of these statements.
    pub(crate) fn unswitch(&mut self, selector: &Selector) {
        self.switches.forget(selector);
    }

    /// The levels with those that hold for a while.
    pub(crate) fn effective_levels(&self) -> Directives {
        let mut levels = self.levels.clone();
        for (name, level) in self.passing.iter() {
            levels.set(name, *level);
        }
        levels
    }

    /// The switches, the latest first.
    pub(crate) fn switches(&self) -> impl Iterator<Item = (&Selector, bool)> {
        self.switches.iter().rev().map(|(selector, on)| (selector, *on))
    }

    /// Forgets what has held long enough. Whether there was any.
    pub(crate) fn expire(&mut self, now: Duration) -> bool {
        self.passing.expire(now) | self.switches.expire(now)
    }

    /// When something ceases to hold next.
    pub(crate) fn next_expiry(&self) -> Option<Duration> {
        self.passing.next_expiry().into_iter().chain(self.switches.next_expiry()).min()
    }

    /// Forgets handlers wherever they are.
    pub(crate) fn remove_handlers(&mut self, handlers: HandlerSet) {
        for node in self.nodes.values_mut() {
            node.handlers = node.handlers.without(handlers);
        }
    }

    /// What holds for a while, taken from another tree: a new configuration does not end it.
    pub(crate) fn take_passing(&mut self, other: &Self) {
        self.passing.clone_from(&other.passing);
        self.passing.keep_passing();
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

    fn set_level_until(tree: &mut Tree, name: &str, level: Level, until: Duration) {
        let change = tree.change_level(name, level);
        tree.end_level(&change, until);
    }

    #[test]
    fn a_level_for_a_while_covers_what_is_set_and_gives_it_back() {
        let mut tree = tree();
        set_level_until(&mut tree, "app.db", Level::DEBUG, minutes(10));
        assert_eq!((level(&tree, "app::db::pool"), level(&tree, "app::web")), (Level::DEBUG, Level::WARN));
        assert_eq!(tree.next_expiry(), Some(minutes(10)));
        assert!(!tree.expire(minutes(9)) && tree.expire(minutes(10)));
        assert_eq!((level(&tree, "app::db"), tree.next_expiry()), (Level::WARN, None));
    }

    #[test]
    fn of_several_levels_for_a_while_each_ends_at_its_own_time() {
        let mut tree = tree();
        set_level_until(&mut tree, "app", Level::DEBUG, minutes(10));
        set_level_until(&mut tree, "app", Level::TRACE, minutes(5));
        assert_eq!(level(&tree, "app"), Level::TRACE);
        assert!(tree.expire(minutes(5)));
        assert_eq!(level(&tree, "app"), Level::DEBUG);
        assert!(tree.expire(minutes(10)));
        assert_eq!(level(&tree, "app"), Level::WARN);
    }

    #[test]
    fn a_level_for_good_holds_at_once_and_stays() {
        let mut tree = tree();
        set_level_until(&mut tree, "app", Level::DEBUG, minutes(10));
        tree.set_level("app", Some(Level::ERROR));
        assert_eq!(level(&tree, "app"), Level::ERROR);
        assert!(!tree.expire(minutes(10)));
        tree.set_level("app", None);
        assert_eq!(level(&tree, "app"), Level::INFO);
    }

    #[test]
    fn a_change_of_level_that_nobody_ends_is_for_good() {
        let mut tree = tree();
        set_level_until(&mut tree, "app", Level::DEBUG, minutes(10));
        drop(tree.change_level("app", Level::ERROR));
        drop(tree.change_level("other", Level::TRACE));
        assert_eq!((level(&tree, "app"), tree.levels.level_of("app")), (Level::ERROR, Some(Level::ERROR)));
        assert_eq!((level(&tree, "other"), tree.next_expiry()), (Level::TRACE, None));
        tree.set_levels(Directives::new());
        assert_eq!((level(&tree, "app"), level(&tree, "other")), (Level::INFO, Level::INFO));
    }

    #[test]
    fn a_timed_switch_over_another_one_gives_way_to_it() {
        let mut tree = tree();
        let is_on = |tree: &Tree| tree.switches().next().map(|(_, on)| on);
        for (on, until) in [(false, minutes(10)), (true, minutes(5))] {
            let change = tree.switch(Selector::parse("st"), on);
            tree.end_switch(&change, until);
        }
        assert_eq!(is_on(&tree), Some(true));
        assert!(tree.expire(minutes(5)));
        assert_eq!(is_on(&tree), Some(false));
        assert!(tree.expire(minutes(10)));
        assert_eq!(is_on(&tree), None);
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
