//! An audit log with a file of its own, written before the call returns: `cargo run --example audit_log; cat logs/audit.json`.

use rlog::{Console, File, Json, Logger, info, logger};

/// Who may do what, told to whoever audits it.
struct Accounts {
    audit: Logger,
}

impl Accounts {
    fn grant(&self, who: &str, role: &str) {
        info!(logger: self.audit, who, role, "granted");
    }
}

fn main() -> Result<(), rlog::InitError> {
    let file = File::new("logs/audit.json").formatter(Json::new().event_id(true)).sync();
    let _guard = rlog::builder()
        .handler(Console::stderr())
        // What is audited is nobody else's business, so it goes to no other handler.
        .logger("audit", |logger| logger.handler(file).propagate(false))
        .init()?;
    let accounts = Accounts { audit: logger("audit") };
    accounts.grant("ada", "admin");
    info!("on the console: nothing about ada");
    Ok(())
}
