//! The logger that is in service, and every change of it.
//!
//! A change is made to the [`Tree`] or to the list of handlers, under one lock, and then published: new routes are
//! computed, the worker is asked to exchange its handlers, and the plans of all callsites are decided again. Calls that log take
//! none of these locks. Handlers that are added are in their places before any record that is meant for them is taken, and those
//! that are removed are closed after the last one: the worker tells by the clocks of records.
//!
//! Handlers may change the configuration themselves. So whoever holds the lock waits neither for the worker nor for a handler
//! that closes; that comes after it ([`Published`]).

use crate::callsite::catalogue;
use crate::emit::may_wait_on_this_thread;
use crate::handler::Controls;
use crate::handler::defaults::Defaults;
use crate::handler::direct::{self, DirectHandler};
use crate::handler::slot::Slot;
use crate::logger::routes::{self, MAX_DIRECT, MAX_QUEUED, Outlet, Routes};
use crate::logger::tree::{HandlerSet, Tree};
use crate::stats;
use crate::time::Clock;
use crate::worker::{self, alarm};
use std::panic::Location;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};
use std::time::Duration;
use std::vec::Vec;

/// What is in service.
#[derive(Debug)]
pub(super) struct Service {
    /// Where it was initialised.
    pub(super) at: &'static Location<'static>,
    pub(super) tree: Tree,
    pub(super) handlers: Vec<Installed>,
    /// What handlers get that set nothing of their own, also those that are added later.
    pub(super) defaults: Defaults,
}

/// A handler in service.
#[derive(Debug)]
pub(super) struct Installed {
    pub(super) place: HandlerSet,
    /// Its own, then those of the handlers that it hands records to.
    pub(super) controls: Vec<Arc<Controls>>,
    /// If it runs on the caller's thread.
    direct: Option<Arc<DirectHandler>>,
}

/// A handler that is open and has no place yet.
#[derive(Debug)]
pub(super) struct Opened {
    pub(super) slot: Slot,
    pub(super) controls: Vec<Arc<Controls>>,
    pub(super) sync: bool,
}

/// A change that holds for those who log, and is left to the worker and to handlers that close.
#[derive(Debug)]
#[must_use = "handlers may close when it is dropped, so not under the lock"]
pub(super) struct Published {
    asked: worker::Asked,
    old: direct::Old,
    /// There are handlers on callers' threads.
    has_direct: bool,
}

/// How long a change waits for a worker that is busy.
const PATIENCE: Duration = Duration::from_secs(5);

/// How long a change waits for what was logged before it.
const SETTLING: Duration = Duration::from_secs(1);

/// Locked for every change, also while handlers are opened for it.
static IN_SERVICE: Mutex<Option<Service>> = Mutex::new(None);

/// Locked for the whole of `init` and `shutdown`, before the other one.
static COMING_AND_GOING: Mutex<()> = Mutex::new(());

fn of_this_process() -> &'static Mutex<Option<Service>> {
    // Not among the locks that a thread takes to fork, since it is held for as long as handlers take to open. A child has
    // one of its own, as the parent's may be locked for ever.
    static OF_CHILD: Mutex<Option<Service>> = Mutex::new(None);
    if worker::fork::is_child() { &OF_CHILD } else { &IN_SERVICE }
}

/// For `init` and `shutdown`: keeps others from either. `None` on a thread of the logger while another one is at it, who may be
/// waiting for this very thread.
pub(super) fn come_or_go() -> Option<MutexGuard<'static, ()>> {
    static OF_CHILD: Mutex<()> = Mutex::new(());
    let lock = if worker::fork::is_child() { &OF_CHILD } else { &COMING_AND_GOING };
    if may_wait_on_this_thread() {
        return Some(lock.lock().unwrap_or_else(PoisonError::into_inner));
    }
    match lock.try_lock() {
        Ok(guard) => Some(guard),
        Err(TryLockError::Poisoned(error)) => Some(error.into_inner()),
        Err(TryLockError::WouldBlock) => None,
    }
}

pub(super) fn in_service() -> MutexGuard<'static, Option<Service>> {
    let mut in_service = of_this_process().lock().unwrap_or_else(PoisonError::into_inner);
    if worker::fork::is_orphan()
        && let Some(parents) = in_service.take()
    {
        // It was the parent's, and so are its handlers.
        core::mem::forget(parents);
    }
    in_service
}

/// Changes what is set for loggers, and publishes that. `None` if no logger is in service.
pub(super) fn change<R>(change: impl FnOnce(&mut Service) -> R) -> Option<R> {
    let mut in_service = in_service();
    let service = in_service.as_mut()?;
    let result = change(service);
    // No handler goes, so none is closed here.
    drop(service.publish(Vec::new(), Vec::new()));
    Some(result)
}

/// Waits until the worker has handed over what has been logged so far, but not for ever.
pub(super) fn settle() {
    let ask = |service: &Service| {
        worker::ask_for(worker::Change { routes: service.routes(), remove: Vec::new(), add: Vec::new() })
    };
    if let Some(asked) = look(ask) {
        asked.wait(SETTLING);
    }
}

/// Looks at what is in service.
pub(super) fn look<R>(look: impl FnOnce(&Service) -> R) -> Option<R> {
    in_service().as_ref().map(look)
}

impl Service {
    pub(super) fn new(at: &'static Location<'static>, tree: Tree, defaults: Defaults) -> Self {
        Self { at, tree, handlers: Vec::new(), defaults }
    }

    /// Gives a handler a place; `None` if there is none left. What is for the worker is returned, to be handed to it.
    pub(super) fn install(&mut self, opened: Opened) -> Option<(HandlerSet, Option<(usize, Slot)>)> {
        let taken = self.handlers.iter().fold(HandlerSet::default(), |all, handler| all.with(handler.place));
        let (taken, most) = if opened.sync { (taken.direct, MAX_DIRECT) } else { (taken.queued, MAX_QUEUED) };
        let place = taken.trailing_ones() as usize;
        if place >= most {
            return None;
        }
        let Opened { slot, controls, sync } = opened;
        let (place_set, direct, queued) = if sync {
            (HandlerSet { queued: 0, direct: 1 << place }, Some(Arc::new(DirectHandler::new(slot))), None)
        } else {
            (HandlerSet { queued: 1 << place, direct: 0 }, None, Some((place, slot)))
        };
        self.handlers.push(Installed { place: place_set, controls, direct });
        Some((place_set, queued))
    }

    /// Gives a logger a handler.
    pub(super) fn add_handler(&mut self, logger: &str, place: HandlerSet) {
        let node = self.tree.node(logger);
        node.handlers = node.handlers.with(place);
    }

    /// Takes handlers out. Returns the places that the worker is to empty; those on callers' threads close when the last
    /// caller has let go of them.
    pub(super) fn uninstall(&mut self, handlers: HandlerSet) -> Vec<usize> {
        self.tree.remove_handlers(handlers);
        let mut places = Vec::new();
        self.handlers.retain(|handler| {
            let is_removed = handler.place.without(handlers).is_empty();
            if is_removed && handler.place.queued != 0 {
                places.push(handler.place.queued.trailing_zeros() as usize);
            }
            !is_removed
        });
        places
    }

    pub(super) fn routes(&self) -> Arc<Routes> {
        let outlets = self.handlers.iter().map(|handler| Outlet {
            place: handler.place,
            controls: Arc::clone(&handler.controls[0]),
            direct: handler.direct.as_ref().map(Arc::downgrade).unwrap_or_default(),
        });
        Routes::new(&self.tree, outlets.collect())
    }

    pub(super) fn direct(&self) -> Vec<(u32, Arc<DirectHandler>)> {
        let direct = self.handlers.iter();
        direct.filter_map(|handler| Some((handler.place.direct, Arc::clone(handler.direct.as_ref()?)))).collect()
    }

    /// What statistics are read from.
    pub(super) fn sources(&self) -> stats::Sources {
        let loggers = self.tree.nodes.iter().filter(|(_, node)| !node.gates.is_empty());
        stats::Sources {
            handlers: self.controls().cloned().collect(),
            loggers: loggers.map(|(name, node)| (name.clone(), Arc::clone(&node.gates))).collect(),
        }
    }

    pub(super) fn controls(&self) -> impl Iterator<Item = &Arc<Controls>> {
        self.handlers.iter().flat_map(|handler| &handler.controls)
    }

    /// Makes what is set what holds. The worker exchanges its handlers when it comes to it.
    pub(super) fn publish(&mut self, remove: Vec<usize>, add: Vec<(usize, Slot)>) -> Published {
        let routes = self.routes();
        stats::install(self.sources());
        let old = direct::install(self.direct(), Arc::clone(&routes));
        // Before the plans, so that a record that is made for a new handler is younger than the change.
        let asked = worker::ask_for(worker::Change { routes: Arc::clone(&routes), remove, add });
        catalogue::rewrite_plans(|| routes::install(Some(routes)));
        alarm::set(self.tree.next_expiry(), expire);
        let has_direct = self.handlers.iter().any(|handler| handler.direct.is_some());
        Published { asked, old, has_direct }
    }

    /// The moment that is so far away.
    pub(super) fn after(duration: Duration) -> Duration {
        Clock::system().now().saturating_add(duration)
    }
}

impl Published {
    /// Waits until old handlers are closed, but not for ever for those of the worker. Without the lock.
    pub(super) fn wait(self) {
        self.asked.wait(PATIENCE);
        if self.has_direct {
            // What was logged by the old plans is in the rings, and these handlers are given it by the worker: before what is
            // logged when this returns.
            settle();
        }
        // Not before the worker has given them what was logged before.
        drop(self.old);
    }
}

/// Ends what has held long enough. On the worker's thread, which does not wait for a lock that is held while handlers open.
fn expire() {
    let now = Clock::system().now();
    let mut in_service = match of_this_process().try_lock() {
        Ok(in_service) => in_service,
        Err(TryLockError::Poisoned(error)) => error.into_inner(),
        Err(TryLockError::WouldBlock) => return alarm::set(Some(now), expire),
    };
    if let Some(service) = in_service.as_mut() {
        if service.tree.expire(now) {
            drop(service.publish(Vec::new(), Vec::new()));
        } else {
            alarm::set(service.tree.next_expiry(), expire);
        }
    }
}
