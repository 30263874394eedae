//! DEBUG lines only where something goes wrong: they stay in memory, and an ERROR writes those of its own request.
//!
//! ```text
//! cargo run --example flight_recorder
//! ```

use rlog::{Console, Level, Memory, debug, error, info};

fn main() -> Result<(), rlog::InitError> {
    let recorder = Memory::new(100).delegate(Console::stderr()).per_field("request").name("recorder");
    let _guard =
        rlog::builder().level(Level::DEBUG).handler(Console::stdout().level(Level::INFO)).handler(recorder).init()?;

    for request in 1..=5 {
        answer(request);
    }
    Ok(())
}

/// Of five requests one fails, and the recorder writes its two DEBUG lines and the ERROR to stderr. The other handler has the ERROR,
/// too, and writes it there as well, as consoles do with what is severe.
fn answer(request: u32) {
    debug!(request, "looking up the account");
    debug!(request, cached = request > 2, "reading the balance");
    if request == 3 {
        error!(request, "the balance is negative");
    } else {
        info!(request, "answered");
    }
}
