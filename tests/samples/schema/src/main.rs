//! Statements that agree with `rlog.toml`: of every kind, in every form, below every target.

#![deny(warnings)]

use rlog::{Loggable, info};
use std::time::{Duration, SystemTime};

#[derive(Loggable)]
struct Order {
    id: u64,
}

/// Logged as the integer that it is.
#[derive(Loggable)]
struct UserId(u64);

const KEY: &str = "made.up";

mod db {
    use rlog::debug;
    use std::time::Duration;

    pub(crate) fn run(query: &str, elapsed: Duration) {
        debug!(query, elapsed, "ran for {rows} rows", rows = 3);
    }
}

fn main() {
    let (user, name, order) = (7_u8, String::from("ada"), Order { id: 5 });
    info!(user, name, ratio = 0.5, amount = 3, retry = true, at = SystemTime::now(), elapsed = Duration::ZERO);
    info!(user = UserId(1), name = 'a', ratio = 0.5_f32, amount = 1.5, retry = Some(false), anything = [1, 2]);
    info!(user = None::<i64>, name = %Duration::ZERO.as_secs_f64().to_string(), order, order.id, "user-agent" = "curl");
    info!(err = "x".parse::<u8>().unwrap_err(), "{user:>5} is {name}: {err}");
    info!(order = vec![1, 2], "a sequence");
    info!({ KEY } = 1, "a key that only the compiler knows");
    info!(target: "audit::login", user, name, "logged in");
    let target = format!("audit::{name}");
    info!(target: &target, retry = true, "a target that nobody knows before");
    db::run("select 1", Duration::from_millis(5));
}
