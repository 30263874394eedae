//! Sampling in production: a tenth of the requests in full, every warning, and no storm. `cargo run --release --example sampling`
//!
//! Which requests are kept is decided by their id, so that one request is logged as a whole or not at all, in all services that
//! sample by the same id. What is kept says at which rate, so that counts can be scaled.

use rlog::filter::{RateLimit, Sample};
use rlog::{Console, Json, Level, debug, info, warn};

fn main() -> Result<(), rlog::InitError> {
    let requests = Sample::new().rate(0.1).sticky("request").always(Level::WARN);
    let storms = RateLimit::per_second(5).per_callsite().always(Level::ERROR);
    let _guard = rlog::builder()
        .level(Level::DEBUG)
        .filter(requests)
        // Behind the sample, so that what it stops uses up nothing.
        .filter(storms)
        .handler(Console::stdout().formatter(Json::new()))
        .init()?;
    for request in 0..40_u64 {
        debug!(request, "begins");
        info!(request, status = 200, "answered");
        warn!(request, peer = "10.0.0.7", "the cache does not answer");
    }
    Ok(())
}
