//! What can stand before the fields, and what `tracing` and `log` have of their own.
#![deny(warnings)]
#![forbid(unsafe_code)]

use rlog::{Level, Logger, debug, enabled, error, event, event_enabled, field, info, log, log_enabled, logger, warn};

const TARGET: &str = "app::constant";
const KEY: &str = "a-key";

mod messages {
    pub const STARTED: &str = "started {as it is}";
}

struct Store {
    audit: Logger,
    target: String,
}

impl Store {
    const TARGET: &str = "store";

    fn log(&self) {
        info!(logger: self.audit, "of a logger");
        info!(logger: &self.audit, target: "store", user = 1, "of a logger, with a target");
        info!(target: self.target, "from a field");
        info!(target: &self.target, "from a reference");
        info!(target: Self::TARGET, "from an associated constant");
    }
}

/// As users of `log` and `tracing` wrap the macros.
macro_rules! wrapped {
    ($target:expr, $format:literal, $($argument:tt)*) => {
        info!(target: $target, $format, $($argument)*)
    };
    ($format:expr) => {
        info!($format)
    };
}

fn main() {
    let (user, users, text, level) = (7, 2, String::from("text"), Level::WARN);
    let err = "x".parse::<u8>().unwrap_err();
    let span = ();
    Store { audit: logger("audit"), target: "app::store".to_owned() }.log();

    info!(target: TARGET, "a constant");
    info!(target: concat!("app", "::", "db"), user, "made of literals");
    info!(target: module_path!(), user);
    info!(target: format!("app::{user}"), user, "made when it runs");
    info!(name: "user.login", "named");
    info!(name: TARGET, target: "app", user, "in any order");
    info!(target: "app", name: "n", parent: None, a.b = 1, "dotted");
    info!(parent: &span, user, "with a parent");
    info!(target: "app", user.id = 1);

    warn!(first: 1, "once");
    warn!(first: 3, every: 100, user, "sampled");
    warn!(at_most: "10/s", user, "limited");
    error!(at_most: "1/5min", target: "app", err, "limited {user}");
    log!(at_most: "1/h", level, "limited at any level");

    log!(level, user, "decided late");
    log!(Level::Info, "as log has it");
    event!(Level::DEBUG, user, "as tracing has it");
    event!(target: "app", name: "n", Level::INFO, { user, x = ?text }, "braces {}", 1);
    event!(parent: None, level, user);
    if enabled!(Level::DEBUG) || enabled!(target: "app", level) || enabled!(target: text, Level::INFO, user, other) {
        debug!("asked");
    }
    let _: bool = event_enabled!(Level::TRACE, "{} {unknown}", 1) & log_enabled!(target: "app", Level::Debug);

    info!(user = 1; "of log");
    info!(user:? = text, other:% = text, error:err = err, text:debug, users:display; "of log, with {}", 1);
    info!(user, text:?, "quoted":% = 1);
    info!({ KEY } = user, { "another key" } = ?user, "with keys from constants");
    info!({ { KEY } = user, b = 2 }, "in braces");
    info!(messages::STARTED);
    info!(user, self::messages::STARTED);
    info!(concat!("made of {} ", "pieces {}"), 1, 2);
    info!(concat!("made of {n} ", stringify!(pieces)), n = 1);
    info!(user, concat!(env!("CARGO_PKG_NAME"), " {} {name}"), user, name = 1);
    info!(message = %text, user);
    info!(user, message = "as it is {}");
    info!(message = ?text);
    info!(user, d = debug(&text), e = display(user), a = field::display(1), b = field::debug("b"), c = field::Empty);
    info!(#[cfg(unix)] user, #[cfg(not(unix))] user = 2, #[cfg(test)] nowhere_else, text, "conditional {text}");
    info!(user, true, "{user}");
    info!(#[allow(secret)] password = 1);
    wrapped!("app", "{} {a}", 1, a = 2);
    wrapped!("literal");
    wrapped!(concat!("literal ", "pieces"));

    info!(user, "{users}");
    let every = 1;
    info!(every);
    info!(every = 2, first = 3, "fields, not settings");
}
