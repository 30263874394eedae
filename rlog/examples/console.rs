//! Logs to the console, in one line: `cargo run --example console`. Try `RLOG=debug`, `RLOG_FORMAT=json`, or `| cat`.

use rlog::{debug, error, info, warn};

fn main() -> Result<(), rlog::InitError> {
    let _guard = rlog::init()?;
    let (user, amount) = ("ada", 29.9);
    info!(order = 17, "{user} paid {amount:.2}");
    debug!("not shown unless somebody asks for it");
    warn!(free_mib = 120, "disk is nearly full");
    if let Err(err) = std::fs::read("no/such/file") {
        error!(err, "cannot read the prices");
    }
    Ok(())
}
