//! What the outside may read and change of a handler in service.

use super::Role;
use super::breaker::Breaker;
use super::defaults::Defaults;
use super::file::FileCounters;
use crate::callsite::Callsite;
use crate::contained::Contained;
use crate::filter::gates::{self, Gate};
use crate::filter::{Filter, Interest};
use crate::format::Formatter;
use crate::level::Level;
use crate::redact::Redaction;
use crate::rewrite::Limits;
use crate::stats::{FilterStats, HandlerStats};
use crate::trouble::Desk;
use core::fmt;
use core::sync::atomic::{AtomicBool, AtomicU8, AtomicU32, AtomicU64, Ordering};
use std::boxed::Box;
use std::string::String;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak};
use std::vec::Vec;

/// Shared by the [`Slot`](super::slot::Slot) that runs a handler, statistics, routes, and whoever changes its settings.
pub(crate) struct Controls {
    pub(crate) name: String,
    pub(crate) counters: Counters,
    /// Where its troubles are told, so that those of another one do not hide them.
    pub(crate) desk: Desk,
    /// Its breaker is open: it is being left alone.
    pub(crate) is_open: AtomicBool,
    level: AtomicU8,
    settings: Mutex<Settings>,
    /// Counts changes of `settings`, so that the slot sees one without taking the lock.
    changes: AtomicU32,
    /// If it does nothing but hand records on, to whom. Set once, before it is in service.
    delegates: OnceLock<Vec<Arc<Self>>>,
    /// If another handler chooses which records it gets, whether it can get any of a statement. Set once, likewise.
    reached: OnceLock<Reached>,
    /// The handlers that it hands records to, without theirs, and what else it does. Set once, likewise.
    below: OnceLock<(Role, Vec<Arc<Self>>)>,
    /// The handler that hands records to it, if one does. Set once, likewise.
    above: OnceLock<Weak<Self>>,
    /// If it writes to a file. Set once, before it is in service.
    file: OnceLock<Arc<FileCounters>>,
    /// If it chooses to whom it hands records. Set once, likewise.
    rules: OnceLock<Arc<[Gate]>>,
}

type Reached = Box<dyn Fn(&Callsite) -> bool + Send + Sync>;

/// What a slot copies when it has changed.
#[derive(Clone)]
pub(crate) struct Settings {
    pub(crate) gates: Arc<[Gate]>,
    pub(crate) formatter: Contained<Arc<dyn Formatter>>,
    pub(crate) breaker: Breaker,
    /// Counts the breakers that it has had: one that is replaced by its like is closed, too.
    pub(crate) breakers: u32,
    /// Those that were set for it, or those of whoever hands it records. What its slot does is in [`Controls::shown`].
    pub(crate) redaction: Option<Redaction>,
    pub(crate) limits: Limits,
    /// They were set for it.
    pub(crate) has_own_redaction: bool,
    pub(crate) has_own_limits: bool,
}

/// What a handler has done.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    pub(crate) records: AtomicU64,
    pub(crate) bytes: AtomicU64,
    /// Told by the handler.
    pub(crate) lost: AtomicU64,
    /// It panicked over them.
    pub(crate) panicked: AtomicU64,
    /// Not tried, since the breaker was open.
    pub(crate) skipped: AtomicU64,
    pub(crate) failures: AtomicU64,
    /// In the queue before it, when somebody last looked.
    pub(crate) queued: AtomicU64,
}

impl Controls {
    pub(crate) fn new(name: String, level: Level, settings: Settings) -> Arc<Self> {
        Arc::new(Self {
            name,
            counters: Counters::default(),
            desk: Desk::new(),
            is_open: AtomicBool::new(false),
            level: AtomicU8::new(level.severity()),
            settings: Mutex::new(settings),
            changes: AtomicU32::new(0),
            delegates: OnceLock::new(),
            reached: OnceLock::new(),
            below: OnceLock::new(),
            above: OnceLock::new(),
            file: OnceLock::new(),
            rules: OnceLock::new(),
        })
    }

    /// These are the handlers that it hands records to, each followed by its own.
    pub(super) fn hands_on_to(self: &Arc<Self>, role: Role, delegates: &[Arc<Self>]) {
        // Those that belong to another one know it already.
        let is_next = |delegate: &&Arc<Self>| delegate.above.set(Arc::downgrade(self)).is_ok();
        let _ = self.below.set((role, delegates.iter().filter(is_next).cloned().collect()));
        if role.wants_what_others_want() {
            let _ = self.delegates.set(delegates.to_vec());
        }
    }

    /// It writes to a file, which is counted there.
    pub(super) fn counts_file(&self, file: Option<Arc<FileCounters>>) {
        if let Some(file) = file {
            let _ = self.file.set(file);
        }
    }

    /// It chooses by these, which count.
    pub(super) fn counts_rules(&self, rules: Option<Arc<[Gate]>>) {
        if let Some(rules) = rules {
            let _ = self.rules.set(rules);
        }
    }

    /// Whether it writes to the file that is counted there.
    pub(crate) fn counts_in(&self, file: &Arc<FileCounters>) -> bool {
        self.file.get().is_some_and(|its| Arc::ptr_eq(its, file))
    }

    /// It wants none of the statements for which this says no.
    pub(super) fn is_reached_by(&self, reached: impl Fn(&Callsite) -> bool + Send + Sync + 'static) {
        let _ = self.reached.set(Box::new(reached));
    }

    #[inline]
    pub(crate) fn level(&self) -> Level {
        Level::new(self.level.load(Ordering::Relaxed))
    }

    /// Plans and routes must be decided again afterwards.
    pub(crate) fn set_level(&self, level: Level) {
        self.level.store(level.severity(), Ordering::Relaxed);
    }

    /// How often the settings have been changed.
    #[inline]
    pub(crate) fn changes(&self) -> u32 {
        self.changes.load(Ordering::Acquire)
    }

    pub(crate) fn settings(&self) -> Settings {
        self.lock().clone()
    }

    /// Plans and routes must be decided again afterwards.
    pub(crate) fn set_filters(&self, filters: Vec<Box<dyn Filter>>) {
        self.change(|settings| settings.gates = Gate::all(filters));
    }

    pub(crate) fn set_formatter(&self, formatter: impl Formatter) {
        let formatter = contained_formatter(&self.name, Arc::new(formatter));
        self.change(|settings| settings.formatter = formatter);
    }

    pub(crate) fn set_breaker(&self, breaker: Breaker) {
        self.change(|settings| {
            settings.breaker = breaker;
            settings.breakers = settings.breakers.wrapping_add(1);
        });
    }

    /// Also for those that it hands records to, unless they have one of their own.
    pub(crate) fn set_redaction(&self, redaction: &Redaction) {
        self.change(|settings| settings.has_own_redaction = true);
        self.pass_down(&|settings| settings.has_own_redaction, &|settings| {
            settings.redaction = Some(redaction.clone());
        });
    }

    /// Likewise.
    pub(crate) fn set_limits(&self, limits: Limits) {
        self.change(|settings| settings.has_own_limits = true);
        self.pass_down(&|settings| settings.has_own_limits, &|settings| settings.limits = limits);
    }

    /// Changes it, and those below that have nothing of their own.
    fn pass_down(&self, has_own: &dyn Fn(&Settings) -> bool, change: &dyn Fn(&mut Settings)) {
        for handler in self.below() {
            if !has_own(&handler.lock()) {
                handler.pass_down(has_own, change);
            }
        }
        self.change(change);
    }

    /// What its slot shows of records. One that hands them on leaves that to those behind it, which may show more than it would,
    /// unless all of them show the same: then once is enough. Copies that are kept for handlers of which each shows something else
    /// have what it would show itself.
    pub(crate) fn shown(&self) -> Defaults {
        let settings = self.settings();
        let (keeps, queues) = match self.below.get() {
            Some((role, _)) => (*role == Role::Keeps, *role == Role::Queues),
            None => (true, false),
        };
        if keeps {
            return Defaults { redaction: settings.redaction, limits: settings.limits };
        }
        let agreed = self.agreed(&|settings| settings.redaction.clone(), &|one, other| {
            let number = |redaction: &Option<Redaction>| {
                redaction.as_ref().filter(|redaction| !redaction.is_empty()).map(Redaction::number)
            };
            number(one) == number(other)
        });
        match agreed {
            Some(redaction) => {
                let limits = self.agreed(&|settings| settings.limits, &|one, other| one == other);
                Defaults { redaction, limits: limits.unwrap_or_default() }
            }
            // What is cut off a text may be what somebody behind would know a secret by.
            None => Defaults { redaction: settings.redaction.filter(|_| queues), limits: Limits::default() },
        }
    }

    /// What holds for all handlers that records come to through this one, if it is the same for all.
    fn agreed<T>(&self, read: &dyn Fn(&Settings) -> T, is_same: &dyn Fn(&T, &T) -> bool) -> Option<T> {
        match self.below.get() {
            Some((role, below)) if *role != Role::Keeps => {
                let mut all = below.iter().map(|handler| handler.agreed(read, is_same));
                let first = all.next()??;
                all.all(|other| other.is_some_and(|other| is_same(&first, &other))).then_some(first)
            }
            _ => Some(read(&self.lock())),
        }
    }

    fn below(&self) -> &[Arc<Self>] {
        self.below.get().map_or(&[], |(_, below)| below)
    }

    fn change(&self, change: impl FnOnce(&mut Settings)) {
        change(&mut self.lock());
        self.has_changed();
    }

    /// Also for those above, which look at what is shown below.
    fn has_changed(&self) {
        self.changes.fetch_add(1, Ordering::Release);
        if let Some(above) = self.above.get().and_then(Weak::upgrade) {
            above.has_changed();
        }
    }

    fn lock(&self) -> MutexGuard<'_, Settings> {
        self.settings.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether any record of a statement can be let through.
    pub(crate) fn wants(&self, callsite: &Callsite) -> bool {
        callsite.level() >= self.level()
            && self.reached.get().is_none_or(|reached| reached(callsite))
            && gates::interest(&*self.settings().gates, callsite) != Interest::Never
            && self.delegates.get().is_none_or(|delegates| delegates.iter().any(|delegate| delegate.wants(callsite)))
    }

    pub(crate) fn read(&self) -> HandlerStats {
        let load = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let counters = &self.counters;
        let lost = load(&counters.lost);
        let settings = self.settings();
        HandlerStats {
            name: self.name.clone(),
            written: load(&counters.records).saturating_sub(lost),
            bytes: load(&counters.bytes),
            dropped: lost + load(&counters.panicked) + load(&counters.skipped),
            failures: load(&counters.failures),
            queued: load(&counters.queued),
            is_open: self.is_open.load(Ordering::Relaxed),
            filters: FilterStats::all(&settings.gates),
            redactions: settings.redaction.as_ref().map(Redaction::counts).unwrap_or_default(),
            file: self.file.get().map(|file| file.read()),
            rules: self.rules.get().map(|rules| FilterStats::all(rules)).unwrap_or_default(),
        }
    }
}

/// The formatter of the handler with this name.
pub(super) fn contained_formatter(handler: &str, formatter: Arc<dyn Formatter>) -> Contained<Arc<dyn Formatter>> {
    Contained::new(formatter, format!("the formatter of handler `{handler}`"))
}

impl fmt::Debug for Controls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Controls").field("name", &self.name).field("level", &self.level()).finish_non_exhaustive()
    }
}
