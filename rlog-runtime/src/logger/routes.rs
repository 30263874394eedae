//! From the tree of loggers to plans and routes: what the catalogue writes into each callsite, and what the worker and the
//! handlers on the caller's thread look up per callsite.

use super::directives::{Condition, Directives};
use super::names::{covers, segments};
use super::selector::Selector;
use super::tree::{HandlerSet, Node, Tree};
use crate::callsite::info::Info;
use crate::callsite::{Callsite, plan};
use crate::filter::Interest;
use crate::filter::gates::{self, Gate};
use crate::filter::path;
use crate::handler::Controls;
use crate::handler::direct::DirectHandler;
use crate::level::Level;
use crate::record::Record;
use core::sync::atomic::{AtomicU32, Ordering};
use std::string::String;
use std::sync::{Arc, OnceLock, PoisonError, RwLock, Weak};
use std::vec::Vec;

/// One state of the configuration, computed. It never changes: a change makes another one.
#[derive(Debug)]
pub(crate) struct Routes {
    /// Tells what was looked up by an earlier configuration from what was by this one.
    generation: u32,
    /// For targets that nothing is set for.
    default: Level,
    levels: Directives,
    nodes: Vec<(String, Node)>,
    /// The latest first.
    switches: Vec<(Selector, bool)>,
    /// The handlers in service.
    handlers: Vec<Outlet>,
    /// There is no configuration: what is severe enough goes to the last resort.
    is_last_resort: bool,
    /// Looked up so far, by the numbers of the statements.
    known: RwLock<Vec<Option<Arc<Route>>>>,
}

/// A handler as routes see it.
#[derive(Clone, Debug)]
pub(crate) struct Outlet {
    /// One bit.
    pub(crate) place: HandlerSet,
    pub(crate) controls: Arc<Controls>,
    /// Nothing if it is one of the worker's. Routes do not keep it from being closed.
    pub(crate) direct: Weak<DirectHandler>,
}

/// Where the records of one statement go.
#[derive(Debug)]
pub(crate) struct Route {
    pub(crate) handlers: HandlerSet,
    /// What each record has to pass first.
    gates: Vec<Arc<[Gate]>>,
    /// Its level alone does not let it through: the record has to match one of these.
    conditions: Vec<Condition>,
}

/// Whether a statement's level lets it through.
enum Admission {
    Never,
    /// Records that match one of these.
    If(Vec<Condition>),
    Always,
}

/// The most handlers the worker can have: they are bits of a word, and the last one is [`GATED`].
pub(crate) const MAX_QUEUED: usize = 31;
/// The most handlers on the caller's thread.
pub(crate) const MAX_DIRECT: usize = 32;
/// Of a route as the worker knows it: each record has to be looked at, or goes to handlers on the caller's thread, too.
const GATED: u32 = 1 << 31;

static CURRENT: RwLock<Option<Arc<Routes>>> = RwLock::new(None);

impl Routes {
    pub(crate) fn new(tree: &Tree, handlers: Vec<Outlet>) -> Arc<Self> {
        static GENERATION: AtomicU32 = AtomicU32::new(1);
        let mut nodes: Vec<(String, Node)> =
            tree.nodes.iter().map(|(name, node)| (name.clone(), node.clone())).collect();
        // Those that cover a target are beginnings of one another.
        nodes.sort_by_key(|(name, _)| segments(name).count());
        Arc::new(Self {
            generation: GENERATION.fetch_add(1, Ordering::Relaxed),
            default: tree.default,
            levels: tree.effective_levels(),
            nodes,
            switches: tree.switches().map(|(selector, on)| (selector.clone(), on)).collect(),
            handlers,
            is_last_resort: false,
            known: RwLock::default(),
        })
    }

    /// What holds while nobody has configured anything, and after a shutdown: WARN and above go to the last resort.
    fn last_resort() -> Arc<Self> {
        static LAST_RESORT: OnceLock<Arc<Routes>> = OnceLock::new();
        let made = LAST_RESORT.get_or_init(|| {
            Arc::new(Self {
                generation: 0,
                default: Level::WARN,
                levels: Directives::new(),
                nodes: Vec::new(),
                switches: Vec::new(),
                handlers: Vec::new(),
                is_last_resort: true,
                known: RwLock::default(),
            })
        });
        Arc::clone(made)
    }

    /// The level below which nothing of a target is let through, but for what conditions and switches say.
    pub(crate) fn level_for(&self, target: &str) -> Level {
        self.levels.level_for(target).unwrap_or(self.default)
    }

    /// The loggers for which more than a level is set, but for the one without a name.
    pub(crate) fn loggers(&self) -> impl Iterator<Item = &str> {
        self.nodes.iter().map(|(name, _)| name.as_str()).filter(|name| !name.is_empty())
    }

    /// The names that are this target or above it and for which something is set, the nearest first, but for the one without a
    /// name.
    pub(crate) fn configured_above(&self, target: &str) -> Vec<&str> {
        let with_level = self.levels.entries().map(|(name, _)| name);
        let with_condition = self.levels.conditions().iter().map(|condition| &*condition.target);
        let names = self.loggers().chain(with_level).chain(with_condition);
        let mut names: Vec<_> = names.filter(|name| segments(name).next().is_some() && covers(name, target)).collect();
        names.sort_by_key(|name| core::cmp::Reverse(segments(name).count()));
        names
    }

    /// Whether what the logger says of itself is wanted. It is unless something else is set for its target: a directive that
    /// matches nothing would hardly be told of at the level that it asks for.
    pub(crate) fn wants_notice(&self, callsite: &Callsite) -> bool {
        self.levels.level_of(callsite.target()).is_none_or(|threshold| callsite.level() >= threshold)
    }

    /// The plan of a callsite.
    pub(crate) fn plan(&self, callsite: &Callsite) -> u8 {
        if callsite.is_base() {
            return plan::OFF;
        }
        let plan = self.configured_plan(callsite);
        #[cfg(feature = "testing")]
        let plan = crate::testing::upgrade(callsite, plan);
        plan
    }

    fn configured_plan(&self, callsite: &Callsite) -> u8 {
        if matches!(self.admission(callsite), Admission::Never) {
            return plan::OFF;
        }
        let handlers = self.handlers_of(callsite);
        match (handlers.direct != 0 || self.is_last_resort, handlers.queued != 0) {
            (false, false) => plan::OFF,
            (false, true) => plan::ON,
            (true, false) => plan::DIRECT,
            (true, true) => plan::DIRECT_AND_ON,
        }
    }

    fn admission(&self, callsite: &Callsite) -> Admission {
        if let Some((_, on)) = self.switches.iter().find(|(selector, _)| selector.selects(callsite)) {
            return if *on { Admission::Always } else { Admission::Never };
        }
        let (target, level) = (callsite.target(), callsite.level());
        let threshold = self.level_for(target);
        if threshold < Level::SILENT && level >= threshold {
            return Admission::Always;
        }
        let might_match = |condition: &&Condition| {
            level >= condition.level
                && condition.level < Level::SILENT
                && covers(&condition.target, target)
                && condition.matches.iter().all(|wanted| path::may_have(callsite, &wanted.key))
        };
        let conditions: Vec<_> = self.levels.conditions().iter().filter(might_match).cloned().collect();
        if conditions.is_empty() { Admission::Never } else { Admission::If(conditions) }
    }

    /// The handlers that want any record of a statement that its loggers let through.
    fn handlers_of(&self, callsite: &Callsite) -> HandlerSet {
        let mut reached = HandlerSet::default();
        let target = callsite.target();
        for (_, node) in self.nodes.iter().rev().filter(|(name, _)| covers(name, target)) {
            reached = reached.with(node.handlers);
            if !node.propagate {
                break;
            }
        }
        if gates::interest(self.gates_of(target).flat_map(|gates| &**gates), callsite) == Interest::Never {
            return HandlerSet::default();
        }
        let wanting = self
            .handlers
            .iter()
            .filter(|outlet| outlet.place.without(reached).is_empty() && outlet.controls.wants(callsite));
        wanting.fold(HandlerSet::default(), |all, outlet| all.with(outlet.place))
    }

    /// What records of a target have to pass, from the root down.
    fn gates_of(&self, target: &str) -> impl Iterator<Item = &Arc<[Gate]>> {
        let covering = self.nodes.iter().filter(move |(name, _)| covers(name, target));
        covering.map(|(_, node)| &node.gates).filter(|gates| !gates.is_empty())
    }

    /// The worker's handlers that want a callsite, as bits, with [`GATED`]. Looked up once per callsite and configuration.
    #[inline]
    fn queued(&self, callsite: &Callsite, info: &Info) -> u32 {
        let known = info.route.load(Ordering::Relaxed);
        if (known >> 32) as u32 == self.generation {
            return known as u32;
        }
        let route = self.route(callsite, info);
        let is_gated = route.is_gated() || route.handlers.direct != 0;
        let handlers = route.handlers.queued | if is_gated { GATED } else { 0 };
        info.route.store(u64::from(self.generation) << 32 | u64::from(handlers), Ordering::Relaxed);
        handlers
    }

    /// For the worker: calls `give` with the handlers that the record goes to, if its loggers let it through. Whether they did.
    /// Handlers on the caller's thread are among them: this is for records that nobody has handed to any.
    #[inline]
    pub(crate) fn queue(
        &self,
        record: &Record<'_>,
        gated: &mut GatedRoutes,
        give: impl FnOnce(HandlerSet, &Record<'_>),
    ) -> bool {
        let handlers = self.queued(record.callsite, record.info);
        if handlers & GATED == 0 {
            give(HandlerSet { queued: handlers, direct: 0 }, record);
            return true;
        }
        let route = gated.route(self, record);
        route.pass(record, |record| give(route.handlers, record)).is_some()
    }

    /// For the worker: its handlers for a record that its loggers have let through already, and that those on the caller's thread
    /// have.
    pub(crate) fn queue_admitted(&self, record: &Record<'_>, give: impl FnOnce(HandlerSet, &Record<'_>)) {
        let queued = self.queued(record.callsite, record.info) & !GATED;
        give(HandlerSet { queued, direct: 0 }, record);
    }

    /// The handlers on the caller's thread of these bits, as far as they are not closed.
    pub(crate) fn direct(&self, wanted: u32) -> impl Iterator<Item = Arc<DirectHandler>> {
        let wanting = self.handlers.iter().filter(move |outlet| outlet.place.direct & wanted != 0);
        wanting.filter_map(|outlet| outlet.direct.upgrade())
    }

    /// Where the records of a statement go.
    pub(crate) fn route(&self, callsite: &Callsite, info: &Info) -> Arc<Route> {
        let number = info.number as usize;
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner).get(number).cloned().flatten();
        known.unwrap_or_else(|| {
            let route = Arc::new(self.compute(callsite));
            let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
            if known.len() <= number {
                known.resize(number + 1, None);
            }
            known[number] = Some(Arc::clone(&route));
            route
        })
    }

    #[cold]
    fn compute(&self, callsite: &Callsite) -> Route {
        let gates = self.gates_of(callsite.target());
        let gates = gates.filter(|gates| gates::interest(&***gates, callsite) == Interest::Sometimes);
        Route {
            handlers: self.handlers_of(callsite),
            gates: gates.cloned().collect(),
            conditions: match self.admission(callsite) {
                // It was let through by the configuration before this one.
                Admission::Never | Admission::Always => Vec::new(),
                Admission::If(conditions) => conditions,
            },
        }
    }
}

/// The routes that the worker has to look at for each record, looked up without a lock.
#[derive(Debug, Default)]
pub(crate) struct GatedRoutes {
    /// Of the configuration that made them.
    generation: u32,
    /// By the numbers of the statements.
    routes: Vec<Option<Arc<Route>>>,
}

impl GatedRoutes {
    #[inline]
    fn route(&mut self, routes: &Routes, record: &Record<'_>) -> &Route {
        let number = record.info.number as usize;
        if self.generation != routes.generation || self.routes.len() <= number {
            self.make_room(routes, number);
        }
        self.routes[number].get_or_insert_with(|| routes.route(record.callsite, record.info))
    }

    #[cold]
    fn make_room(&mut self, routes: &Routes, number: usize) {
        if self.generation != routes.generation {
            self.generation = routes.generation;
            self.routes.clear();
        }
        self.routes.resize((number + 1).max(self.routes.len()), None);
    }
}

impl Route {
    fn is_gated(&self) -> bool {
        !self.gates.is_empty() || !self.conditions.is_empty()
    }

    /// Hands the record on, if the conditions and the filters of its loggers let it through.
    pub(crate) fn pass<R>(&self, record: &Record<'_>, then: impl FnOnce(&Record<'_>) -> R) -> Option<R> {
        if !self.conditions.is_empty() && !self.conditions.iter().any(|condition| condition.matches(record)) {
            return None;
        }
        gates::pass(self.gates.iter().flat_map(|gates| &**gates), record, then)
    }
}

/// What holds now. Called under the catalogue's lock, and when the configuration changes.
pub(crate) fn current() -> Arc<Routes> {
    let current = CURRENT.read().unwrap_or_else(PoisonError::into_inner);
    current.clone().unwrap_or_else(Routes::last_resort)
}

/// Makes these what holds, or goes back to the last resort. The caller rewrites the plans.
pub(crate) fn install(routes: Option<Arc<Routes>>) {
    *CURRENT.write().unwrap_or_else(PoisonError::into_inner) = routes;
}
