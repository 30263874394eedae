//! Which statements make the log: `cargo run --release --example statistics`

use rlog::{Level, Null, debug, info, warn};
use std::time::Duration;

fn main() -> Result<(), rlog::InitError> {
    let _guard = rlog::builder().level(Level::DEBUG).handler(Null::new().formatter(rlog::Text::new())).init()?;
    serve();
    rlog::flush(Duration::from_secs(5));
    report();
    Ok(())
}

/// What a busy service logs.
fn serve() {
    for request in 0..20_000_u64 {
        let (path, took) = (["/", "/cart", "/item/7"][request as usize % 3], request % 97);
        debug!(request, path, "parsed the headers");
        info!(request, path, took, "answered");
        if took > 94 {
            warn!(at_most: "100/s", request, path, took, "slow");
        }
    }
    info!("one line that nobody will find");
}

/// The statements with the most bytes, and how much of the log they make together.
#[allow(clippy::print_stdout, reason = "the output of the command")]
fn report() {
    let stats = rlog::stats();
    let total: u64 = stats.statements.iter().map(|statement| statement.bytes).sum();
    let mut sum = 0;
    println!("{:>9} {:>10} {:>6} {:>10} {:>10}  statement", "records", "bytes", "sum %", "suppressed", "formatting");
    for statement in stats.statements.iter().take(5) {
        sum += statement.bytes;
        println!(
            "{:>9} {:>10} {:>6.1} {:>10} {:>10}  {}:{} {}",
            statement.records,
            statement.bytes,
            100.0 * sum as f64 / total.max(1) as f64,
            statement.suppressed,
            format!("{:.1?}", statement.formatting),
            statement.callsite.file(),
            statement.callsite.line(),
            statement.callsite.template(),
        );
    }
}
