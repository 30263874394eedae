//! The configuration of a logger in code.

use super::answers::answer;
use super::error::{Problems, no_place};
use super::logger::LoggerBuilder;
use super::service::{self, Opened, Service};
use super::{Guard, InitError, version};
use crate::callsite::catalogue;
use crate::emit::lane;
use crate::filter::Filter;
use crate::filter::gates::Gate;
use crate::handler::defaults::Defaults;
use crate::handler::direct;
use crate::handler::slot::Slot;
use crate::handler::{Console, HandlerBuilder, IntoHandler, OpenErrors, write_to_stderr};
use crate::level::{self, Level};
use crate::logger::directives::{self, Directives};
use crate::logger::names::canonical;
use crate::logger::routes;
use crate::logger::tree::{HandlerSet, Tree};
use crate::nearest::nearest;
use crate::redact::{self, Redaction, Secret};
use crate::rewrite::Limits;
use crate::stats;
use crate::trouble::{self, Trouble};
use crate::worker::{self, notices};
use std::panic::Location;
use std::string::String;
use std::sync::Arc;
use std::time::Instant;
use std::vec::Vec;

/// Puts a logger with good defaults into service: INFO and above to the console, for people on a terminal and as plain
/// text otherwise (`RLOG_FORMAT=json` for JSON), with levels from the environment: `RLOG_LEVEL=debug` in place of INFO, and on
/// top of it the directives in `RLOG`, or `RUST_LOG`. What is wrong in them is reported on stderr, and the rest holds.
///
/// ```
/// # fn main() -> Result<(), rlog_runtime::InitError> {
/// let _guard = rlog_runtime::init()?;
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// When a logger is in service already, or the console cannot be used as the environment says.
#[track_caller]
pub fn init() -> Result<Guard, InitError> {
    let builder = builder();
    match environment_level() {
        Some(level) => builder.level(level),
        None => builder,
    }
    .init()
}

/// Begins the configuration of a logger.
pub fn builder() -> Builder {
    Builder {
        level: Level::INFO,
        directives: String::new(),
        environment: true,
        loggers: Vec::new(),
        defined: Vec::new(),
        ring: None,
        hash_key: None,
        defaults: Defaults::default(),
    }
}

/// The configuration of a logger.
///
/// ```
/// use rlog_runtime::{Console, Json, Level};
///
/// # fn main() -> Result<(), rlog_runtime::InitError> {
/// let _guard = rlog_runtime::builder()
///     .level(Level::NOTICE)
///     .directives("app::db=debug")
///     .handler(Console::stderr().formatter(Json::new()))
///     .init()?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
#[must_use = "a configuration does nothing before `init`"]
pub struct Builder {
    level: Level,
    directives: String,
    environment: bool,
    loggers: Vec<(String, LoggerBuilder)>,
    defined: Vec<HandlerBuilder>,
    ring: Option<usize>,
    hash_key: Option<Secret<[u8; 16]>>,
    defaults: Defaults,
}

impl Builder {
    /// Lets through what is at least this severe, unless a directive says otherwise. [`Level::INFO`] if not set.
    pub fn level(mut self, level: Level) -> Self {
        self.level = level;
        self
    }

    /// Sets levels by target: `warn,app::db=debug,hyper=off`. A target covers those below it (`app` covers `app::db`, and
    /// not `apple`), and the longest wins. Calls add up.
    pub fn directives(mut self, directives: &str) -> Self {
        if !self.directives.is_empty() {
            self.directives.push(',');
        }
        self.directives.push_str(directives);
        self
    }

    /// Whether directives in the environment variable `RLOG`, or `RUST_LOG` if that is not set, come on top of those in
    /// code. They do if this is not called. What is wrong in them is reported on stderr, and the rest holds.
    pub fn environment(mut self, environment: bool) -> Self {
        self.environment = environment;
        self
    }

    /// Adds a handler for the records of all loggers. Without any handler, records go to [`Console::stdout`].
    pub fn handler(self, handler: impl IntoHandler) -> Self {
        self.logger("", |root| root.handler(handler))
    }

    /// Adds a handler that gets nothing by itself: loggers [share](LoggerBuilder::share) it by its name.
    pub fn define(mut self, handler: impl IntoHandler) -> Self {
        self.defined.push(handler.into_handler());
        self
    }

    /// Adds a filter that the records of all loggers have to pass. It is asked once for a record, however many handlers there
    /// are.
    pub fn filter(self, filter: impl Filter) -> Self {
        self.logger("", |root| root.filter(filter))
    }

    /// Sets what is special about a logger and those below it; see [`LoggerBuilder`].
    ///
    /// ```
    /// use rlog_runtime::{File, Level};
    ///
    /// # fn main() -> Result<(), rlog_runtime::InitError> {
    /// # let path = std::env::temp_dir().join(format!("rlog-doc-audit-{}.log", std::process::id()));
    /// # let path_of_log = path.clone();
    /// let _guard = rlog_runtime::builder()
    ///     .logger("app.db", |logger| logger.level(Level::DEBUG))
    ///     .logger("audit", |logger| logger.handler(File::new(path_of_log)).propagate(false))
    ///     .init()?;
    /// # rlog_runtime::shutdown(std::time::Duration::from_secs(1));
    /// # let _ = std::fs::remove_file(path);
    /// # Ok(())
    /// # }
    /// ```
    pub fn logger(mut self, name: &str, set: impl FnOnce(LoggerBuilder) -> LoggerBuilder) -> Self {
        let name = canonical(name);
        let index = self.loggers.iter().position(|(known, _)| *known == name);
        let builder = match index {
            Some(index) => self.loggers.remove(index).1,
            None => LoggerBuilder::new(),
        };
        self.loggers.insert(index.unwrap_or(self.loggers.len()), (name, set(builder)));
        self
    }

    /// How many bytes each thread may have waiting to be written; rounded up to a power of two, 256 KiB if not set. When
    /// they are used up, the thread waits for the worker. Threads that log already keep what they have.
    pub fn ring_capacity(mut self, bytes: usize) -> Self {
        self.ring = Some(bytes);
        self
    }

    /// Sets the key of the hashes that `#[log(hash)]` and [`Encoder::hash`](crate::Encoder::hash) write, so that all processes
    /// with the same key write the same hash for the same value. It is random in each process if not set. Whoever knows the
    /// key can try out which value has a hash, so keep it as you keep passwords.
    ///
    /// ```
    /// let builder = rlog_runtime::builder().hash_key(*b"sixteen bytes of");
    /// ```
    pub fn hash_key(mut self, key: [u8; 16]) -> Self {
        self.hash_key = Some(Secret::new(key));
        self
    }

    /// What no handler shows that has no [`HandlerBuilder::redact`] of its own. Nothing is hidden if not set.
    ///
    /// ```
    /// use rlog_runtime::{Redaction, Scanner};
    ///
    /// let builder = rlog_runtime::builder().redact(Redaction::standard().rule(Scanner::Email));
    /// ```
    pub fn redact(mut self, redaction: Redaction) -> Self {
        self.defaults.redaction = Some(redaction);
        self
    }

    /// How much of a record handlers show that have no [`HandlerBuilder::limits`] of their own. All of it if not set.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.defaults.limits = limits;
        self
    }

    /// Puts the logger into service.
    ///
    /// # Errors
    /// All that is wrong: handlers that cannot be opened, directives that are not understood, or a logger that is in service
    /// already. Nothing has changed then.
    #[track_caller]
    pub fn init(self) -> Result<Guard, InitError> {
        let here = Location::caller();
        // Remembers which file stderr is, before the program can close it and open another under its number.
        write_to_stderr(b"");
        let Some(_coming) = service::come_or_go() else {
            let problem = "another thread initialises a logger or shuts it down, and may be waiting for this one";
            return Err(InitError::new(problem.into()));
        };
        let mut in_service = service::in_service();
        if let Some(service) = &*in_service {
            // Opening the same files twice would only add misleading problems.
            return Err(InitError::new(format!(
                "a logger is in service already, initialised at {}; keep that one, or call `rlog::shutdown` first",
                service.at
            )));
        }
        let (ring, hash_key) = (self.ring, self.hash_key);
        let Ready { service, queued, directives } = self.open(here)?;
        if let Some(bytes) = ring {
            lane::set_capacity(bytes);
        }
        let routes = service.routes();
        stats::install(service.sources());
        drop(direct::install(service.direct(), Arc::clone(&routes)));
        if let Err(error) = worker::start(queued, Arc::clone(&routes)) {
            direct::close(Some(Instant::now()));
            return Err(InitError::new(format!("cannot start the worker's thread: {error}")));
        }
        worker::exit::install();
        redact::configure(hash_key.as_ref().map(Secret::expose));
        catalogue::rewrite_plans(|| routes::install(Some(routes)));
        answer(&directives);
        level::conflicts().into_iter().for_each(notices::configuration);
        *in_service = Some(service);
        version::advance();
        Ok(Guard(()))
    }

    /// Puts this configuration into the place of the one that is in service. What was logged before goes to the old handlers,
    /// which are closed then; what is logged later goes to the new ones; nothing is lost or written twice. What was set for
    /// a while goes on to hold. The capacity of rings is that of threads that have not logged yet.
    ///
    /// ```
    /// use rlog_runtime::{Console, Level};
    ///
    /// # fn main() -> Result<(), rlog_runtime::InitError> {
    /// let _guard = rlog_runtime::init()?;
    /// rlog_runtime::builder().level(Level::DEBUG).handler(Console::stderr()).replace()?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// All that is wrong, or that no logger is in service. Nothing has changed then.
    ///
    /// # Blocking
    /// Until the old handlers are closed, but no longer than five seconds; after that they are closed as soon as they can be.
    pub fn replace(self) -> Result<(), InitError> {
        let mut in_service = service::in_service();
        let Some(old) = in_service.as_mut() else {
            let problem = "no logger is in service; call `init` instead of `replace`";
            return Err(InitError::new(problem.into()).of_change());
        };
        let (ring, hash_key) = (self.ring, self.hash_key);
        let Ready { service: mut new, queued, directives } = self.open(old.at).map_err(InitError::of_change)?;
        if let Some(bytes) = ring {
            lane::set_capacity(bytes);
        }
        if let Some(key) = &hash_key {
            redact::configure(Some(key.expose()));
        }
        new.tree.take_passing(&old.tree);
        let removed = old.handlers.iter().filter(|handler| handler.place.queued != 0);
        let removed = removed.map(|handler| handler.place.queued.trailing_zeros() as usize).collect();
        *old = new;
        let published = old.publish(removed, queued);
        drop(in_service);
        published.wait();
        version::advance();
        answer(&directives);
        Ok(())
    }

    /// Opens the handlers and gives everything its place. What is for the worker stands beside it.
    fn open(mut self, at: &'static Location<'static>) -> Result<Ready, InitError> {
        let mut problems = Problems::default();
        let mut directives = problems.directives("the directives", &self.directives);
        if let Some(bytes) = self.ring
            && !(MIN_RING..=MAX_RING).contains(&bytes)
        {
            problems.add(format!(
                "ring capacity must be from {MIN_RING} to {MAX_RING} bytes, got `{bytes}`; try `{}`",
                lane::DEFAULT_CAPACITY
            ));
        }
        if self.defined.is_empty() && self.loggers.iter().all(|(_, logger)| logger.handlers.is_empty()) {
            self = self.handler(Console::stdout());
        }
        let mut service = Service::new(at, Tree::new(self.level, Directives::new()), self.defaults);
        let mut queued = Vec::new();
        let mut shared = Vec::new();
        let defined = self.defined.into_iter().map(|handler| (None, handler));
        let mut handlers: Vec<(Option<String>, HandlerBuilder)> = defined.collect();
        for (name, logger) in self.loggers {
            if let Some(level) = logger.level {
                service.tree.set_level(&name, Some(level));
            }
            let node = service.tree.node(&name);
            node.gates = Gate::all(logger.filters);
            node.propagate = logger.propagate;
            handlers.extend(logger.handlers.into_iter().map(|handler| (Some(name.clone()), handler)));
            shared.extend(logger.shared.into_iter().map(|handler| (name.clone(), handler)));
        }
        // Nothing is opened, and so nothing is made, before all is right that can be checked.
        for (_, handler) in &mut handlers {
            handler.take_checks()("").into_iter().for_each(|error| problems.add_open_error(error));
        }
        let is_right = problems.is_empty();
        let (mut places, mut closed) = (Vec::new(), Vec::new());
        for (logger, handler) in handlers {
            let (sync, name) = (handler.sync, handler.name.clone());
            if !is_right {
                places.push((name, HandlerSet::default()));
                continue;
            }
            match service.defaults.clone().during(|| Slot::open(handler)) {
                Ok((slot, controls)) => {
                    let name = controls[0].name.clone();
                    let Some((place, slot)) = service.install(Opened { slot, controls, sync }) else {
                        problems.add(no_place(&name, sync));
                        continue;
                    };
                    queued.extend(slot);
                    places.push((name, place));
                    if let Some(logger) = logger {
                        service.add_handler(&logger, place);
                    }
                }
                Err(OpenErrors(errors)) => {
                    errors.into_iter().for_each(|error| problems.add_open_error(error));
                    closed.push(name);
                }
            }
        }
        // One that cannot be opened has been told.
        for (logger, handler) in shared.into_iter().filter(|(_, handler)| !closed.contains(handler)) {
            match places.iter().find(|(name, _)| *name == handler) {
                Some((_, place)) => service.add_handler(&logger, *place),
                None => {
                    let hint = match nearest(&handler, places.iter().map(|(name, _)| name.as_str())) {
                        Some(name) => format!("; did you mean `{name}`?"),
                        None => String::new(),
                    };
                    problems.add(format!("logger `{logger}`: no handler is called `{handler}`{hint}"));
                }
            }
        }
        problems.into_result()?;
        if self.environment {
            directives.extend(&environment());
        }
        // What is set for a logger in code is its level unless a directive says otherwise.
        service.tree.levels.extend(&directives);
        Ok(Ready { service, queued, directives })
    }
}

/// A configuration with open handlers.
struct Ready {
    service: Service,
    /// What is for the worker, by its places.
    queued: Vec<(usize, Slot)>,
    directives: Directives,
}

pub(super) const MIN_RING: usize = 4 << 10;
pub(super) const MAX_RING: usize = 1 << 30;

/// The level of the environment, which counts where neither code nor a file has one. What is wrong with it is only told.
fn environment_level() -> Option<Level> {
    const VARIABLE: &str = "RLOG_LEVEL";
    let text = std::env::var_os(VARIABLE)?;
    let text = text.to_string_lossy();
    // An empty one counts as not set, as elsewhere.
    let text = Some(text.trim()).filter(|text| !text.is_empty())?;
    match directives::parse_level(text) {
        Ok(level) => Some(level),
        Err(message) => {
            trouble::report(Trouble::Configuration, format_args!("environment variable `{VARIABLE}`: {message}"));
            None
        }
    }
}

/// The directives of the environment. What is wrong in them must not keep a service from starting, so it is only told.
fn environment() -> crate::logger::directives::Directives {
    // An empty one counts as not set, as elsewhere.
    let set = |variable| std::env::var_os(variable).filter(|text| !text.is_empty());
    let found = ["RLOG", "RUST_LOG"].into_iter().find_map(|variable| Some((variable, set(variable)?)));
    let Some((variable, text)) = found else { return Default::default() };
    let mut problems = Problems::default();
    let directives = problems.directives(&format!("environment variable `{variable}`"), &text.to_string_lossy());
    if !problems.is_empty() {
        let text = problems.messages().collect::<Vec<_>>().join("; ");
        trouble::report(Trouble::Configuration, format_args!("{text}"));
    }
    directives
}
