//! The crate under another name; the derive is told about it.
#![deny(warnings)]

extern crate rlog as renamed;

#[derive(renamed::Loggable)]
#[log(crate = renamed)]
struct Order<'a, T> {
    id: u64,
    name: &'a str,
    item: T,
}

const TARGET: &str = "target";

fn main() {
    let order = Order { id: 1, name: "a", item: Some(2) };
    renamed::info!(order, order.id, "{:>5} {}", order.name, 1);
    renamed::log!(renamed::Level::WARN, "{}", order.id);
    renamed::info!(target: TARGET, name: TARGET, { TARGET } = order.id, "constants");
    renamed::info!(target: format!("a::{}", order.id), order.name, "decided when it runs");
    renamed::info!(logger: renamed::logger("audit"), first: 1, every: 2, at_most: "10/s", order.id, "limited");
    renamed::warn!(#[cfg(unix)] a = 1, #[cfg(not(unix))] a = 2, #[allow(secret)] password = order.name, "conditional");
    renamed::info!(password = false, self::TARGET);
    renamed::event!(renamed::Level::INFO, message = %order.id);
    let _ = renamed::enabled!(renamed::Level::INFO) | renamed::enabled!(target: order.name, renamed::Level::INFO);
}
