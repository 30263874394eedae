//! What goes where is decided by rules: audit records and errors to files of their own, the rest to the console.
//!
//! ```text
//! cargo run --example errors_elsewhere
//! ```

use rlog::{Console, Failover, File, Json, Level, Routing, error, info};
use std::time::Duration;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let directory = std::env::temp_dir().join(format!("rlog-errors-elsewhere-{}", std::process::id()));
    let audit = File::new(directory.join("audit.json")).formatter(Json::new()).name("audit");
    // If the disk is full, errors still come out somewhere.
    let errors =
        Failover::new(File::new(directory.join("errors.log")).name("file")).or(Console::stderr()).name("errors");
    let _guard = rlog::builder()
        .handler(Routing::new().target("audit", audit).at_least(Level::ERROR, errors).otherwise(Console::stdout()))
        .init()?;

    info!("started");
    info!(target: "audit", user = "ada", "logged in");
    error!(order = 7, "payment failed");

    rlog::flush(Duration::from_secs(5));
    for handler in rlog::stats().handlers {
        info!(written = handler.written, "handler `{}`", handler.name);
    }
    std::fs::remove_dir_all(directory)?;
    Ok(())
}
