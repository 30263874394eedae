//! The logger that is in service, and every change of it.
//!
//! A change is made to the [`Tree`] or to the list of handlers, under one lock, and then published: new routes are
//! computed, handlers are exchanged, and the plans of all callsites are decided again. Calls that log take none of these
//! locks. Handlers that are added are in their places before any record can be meant for them, and those that are removed
//! are closed after the last one.

use crate::callsite::catalogue;
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

/// How long a change waits for a worker that is busy.
const PATIENCE: Duration = Duration::from_secs(5);

/// How long a change waits for what was logged before it.
const SETTLING: Duration = Duration::from_secs(1);

/// Locked for the whole of `init`, `shutdown` and every change.
static IN_SERVICE: Mutex<Option<Service>> = Mutex::new(None);

fn of_this_process() -> &'static Mutex<Option<Service>> {
    // Not among the locks that a thread takes to fork, since it is held for as long as handlers take to close. A child has
    // one of its own, as the parent's may be locked for ever.
    static OF_CHILD: Mutex<Option<Service>> = Mutex::new(None);
    if worker::fork::is_child() { &OF_CHILD } else { &IN_SERVICE }
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
    service.publish(Vec::new(), Vec::new(), Duration::ZERO);
    Some(result)
}

/// Waits until the worker has handed over what has been logged so far, but not for ever.
pub(super) fn settle() {
    if let Some(routes) = look(Service::routes) {
        worker::change(worker::Change { routes, remove: Vec::new(), add: Vec::new() }, SETTLING);
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
        let outlets = self
            .handlers
            .iter()
            .map(|handler| Outlet { place: handler.place, controls: Arc::clone(&handler.controls[0]) });
        Routes::new(&self.tree, outlets.collect())
    }

    pub(super) fn direct(&self) -> Vec<(u32, Arc<DirectHandler>)> {
        let direct = self.handlers.iter();
        direct.filter_map(|handler| Some((handler.place.direct, Arc::clone(handler.direct.as_ref()?)))).collect()
    }

    pub(super) fn controls(&self) -> impl Iterator<Item = &Arc<Controls>> {
        self.handlers.iter().flat_map(|handler| &handler.controls)
    }

    /// Makes what is set what holds. The worker exchanges its handlers; `false` if it has not done so within `patience`.
    pub(super) fn publish(&mut self, remove: Vec<usize>, add: Vec<(usize, Slot)>, patience: Duration) -> bool {
        let routes = self.routes();
        stats::install(self.controls().cloned().collect());
        direct::install(self.direct(), Arc::clone(&routes));
        let change = worker::Change { routes: Arc::clone(&routes), remove, add };
        // Before the plans, so that no record is made for a handler that is not there.
        let made = worker::change(change, patience);
        catalogue::rewrite_plans(|| routes::install(Some(routes)));
        alarm::set(self.tree.next_expiry(), expire);
        made
    }

    /// [`Service::publish`] with the patience for handlers that close.
    pub(super) fn publish_handlers(&mut self, remove: Vec<usize>, add: Vec<(usize, Slot)>) -> bool {
        self.publish(remove, add, PATIENCE)
    }

    /// The moment that is so far away.
    pub(super) fn after(duration: Duration) -> Duration {
        Clock::system().now().saturating_add(duration)
    }
}

/// Ends what has held long enough. On the worker's thread, which must not wait for a lock whose holder waits for it.
fn expire() {
    let now = Clock::system().now();
    let mut in_service = match of_this_process().try_lock() {
        Ok(in_service) => in_service,
        Err(TryLockError::Poisoned(error)) => error.into_inner(),
        Err(TryLockError::WouldBlock) => return alarm::set(Some(now), expire),
    };
    if let Some(service) = in_service.as_mut() {
        if service.tree.expire(now) {
            service.publish(Vec::new(), Vec::new(), Duration::ZERO);
        } else {
            alarm::set(service.tree.next_expiry(), expire);
        }
    }
}
