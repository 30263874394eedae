//! The configuration of a logger in code.

use super::error::Problems;
use super::{Guard, InitError, in_service};
use crate::callsite::catalogue;
use crate::emit::lane;
use crate::handler::direct::{self, DirectHandler};
use crate::handler::slot::Slot;
use crate::handler::{Console, Controls, HandlerBuilder, IntoHandler, OpenErrors, write_to_stderr};
use crate::level::Level;
use crate::logger::routes::{self, Routes};
use crate::redact::{self, Secret};
use crate::stats;
use crate::trouble::{self, Trouble};
use crate::worker;
use std::panic::Location;
use std::string::String;
use std::sync::{Arc, Mutex};
use std::vec::Vec;

/// Puts a logger with good defaults into service: INFO and above to the console, for people on a terminal and as plain
/// text otherwise (`RLOG_FORMAT=json` for JSON), with levels from the environment (`RLOG=debug`, or `RUST_LOG`).
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
    builder().init()
}

/// Begins the configuration of a logger.
pub fn builder() -> Builder {
    Builder {
        level: Level::INFO,
        directives: String::new(),
        environment: true,
        handlers: Vec::new(),
        ring: None,
        hash_key: None,
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
    handlers: Vec<HandlerBuilder>,
    ring: Option<usize>,
    hash_key: Option<Secret<[u8; 16]>>,
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

    /// Adds a handler. Without any, records go to [`Console::stdout`].
    pub fn handler(mut self, handler: impl IntoHandler) -> Self {
        self.handlers.push(handler.into_handler());
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

    /// Puts the logger into service.
    ///
    /// # Errors
    /// All that is wrong: handlers that cannot be opened, directives that are not understood, or a logger that is in service
    /// already. Nothing has changed then.
    #[track_caller]
    pub fn init(mut self) -> Result<Guard, InitError> {
        let here = Location::caller();
        // Remembers which file stderr is, before the program can close it and open another under its number.
        write_to_stderr(b"");
        let mut in_service = in_service();
        let mut problems = Problems::default();
        if let Some(there) = *in_service {
            problems.add(format!(
                "a logger is in service already, initialised at {there}; keep that one, or call `rlog::shutdown` first"
            ));
            // Opening the same files twice would only add misleading problems.
            return Err(problems.into_error());
        }
        let mut levels = problems.directives("the directives", &self.directives);
        if let Some(bytes) = self.ring
            && !(MIN_RING..=MAX_RING).contains(&bytes)
        {
            problems.add(format!(
                "ring capacity must be from {MIN_RING} to {MAX_RING} bytes, got `{bytes}`; try `{}`",
                lane::DEFAULT_CAPACITY
            ));
        }
        if self.handlers.is_empty() {
            self.handlers.push(Console::stdout().into_handler());
        }
        if self.handlers.iter().filter(|handler| !handler.sync).count() > routes::MAX_QUEUED {
            problems.add(format!("more than {} handlers that are not `sync`", routes::MAX_QUEUED));
        }
        let service = Service::open(self.handlers, &mut problems);
        problems.into_result()?;

        if self.environment {
            for (target, level) in environment().entries() {
                levels.set(target, level);
            }
        }
        let routes = Routes::new(levels, self.level, service.queued_levels, service.direct_levels);
        if let Some(bytes) = self.ring {
            lane::set_capacity(bytes);
        }
        stats::install(service.controls);
        direct::install(service.direct);
        if let Err(error) = worker::start(service.queued, routes) {
            direct::close();
            let mut problems = Problems::default();
            problems.add(format!("cannot start the worker's thread: {error}"));
            return Err(problems.into_error());
        }
        worker::exit::install();
        redact::configure(self.hash_key.as_ref().map(Secret::expose));
        catalogue::rewrite_plans(|| routes::install(Some(routes)));
        *in_service = Some(here);
        Ok(Guard(()))
    }
}

const MIN_RING: usize = 4 << 10;
const MAX_RING: usize = 1 << 30;

/// The handlers, opened.
#[derive(Default)]
struct Service {
    queued: Vec<Slot>,
    queued_levels: Vec<Level>,
    direct: Vec<DirectHandler>,
    direct_levels: Vec<Level>,
    controls: Vec<Arc<Controls>>,
}

impl Service {
    fn open(handlers: Vec<HandlerBuilder>, problems: &mut Problems) -> Self {
        let mut service = Self::default();
        for builder in handlers {
            let (level, sync) = (builder.level, builder.sync);
            let slot = match Slot::open(builder) {
                Ok((slot, controls)) => {
                    service.controls.extend(controls);
                    slot
                }
                Err(OpenErrors(errors)) => {
                    errors.into_iter().for_each(|error| problems.add_open_error(error));
                    continue;
                }
            };
            if sync {
                service.direct.push(DirectHandler { level, slot: Mutex::new(slot) });
                service.direct_levels.push(level);
            } else {
                service.queued.push(slot);
                service.queued_levels.push(level);
            }
        }
        service
    }
}

/// The directives of the environment. What is wrong in them must not keep a service from starting, so it is only told.
fn environment() -> crate::logger::directives::Directives {
    let found = ["RLOG", "RUST_LOG"].into_iter().find_map(|variable| Some((variable, std::env::var_os(variable)?)));
    let Some((variable, text)) = found else { return Default::default() };
    let mut problems = Problems::default();
    let directives = problems.directives(&format!("environment variable `{variable}`"), &text.to_string_lossy());
    if !problems.is_empty() {
        let text = problems.messages().collect::<Vec<_>>().join("; ");
        trouble::report(Trouble::Configuration, format_args!("{text}"));
    }
    directives
}
