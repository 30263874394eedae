//! A program whose logging is a file, which may be changed while it runs.
//!
//! ```text
//! cargo run --example config_file --features toml,signals -- rlog/examples/config/development.toml
//! ```
//!
//! Change the file meanwhile: its `level`, or a handler. A mistake is told with its line and changes nothing. Ctrl-C ends it.

use rlog::config::{Loader, check, version};
use rlog::{debug, info};
use std::process::ExitCode;
use std::time::Duration;

#[allow(clippy::print_stderr, reason = "for the person who runs the example")]
fn main() -> ExitCode {
    let path = std::env::args().nth(1).unwrap_or_else(|| "rlog/examples/config/development.toml".into());
    // What `init` would say, for all profiles and without doing anything.
    let report = check(&path);
    if report.has_errors() {
        eprintln!("{report}");
        return ExitCode::FAILURE;
    }
    let watcher = match Loader::new(&path).watch() {
        Ok(watcher) => watcher,
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::FAILURE;
        }
    };
    for round in 1_u64.. {
        info!(round, version = version(), "at work");
        debug!(round, ?watcher, "in more detail");
        std::thread::sleep(Duration::from_secs(1));
    }
    ExitCode::SUCCESS
}
