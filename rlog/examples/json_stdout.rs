//! One JSON object a line on stdout, as container runtimes collect it: `cargo run --example json_stdout | head`.

use rlog::{Console, Json, info, warn};

fn main() -> Result<(), rlog::InitError> {
    let json = Json::new().location(true).event_id(true);
    let _guard = rlog::builder().handler(Console::stdout().formatter(json)).init()?;
    info!(version = env!("CARGO_PKG_VERSION"), "started");
    for attempt in 1..=3 {
        warn!(attempt, peer = "10.0.0.7", "no connection");
    }
    Ok(())
}
