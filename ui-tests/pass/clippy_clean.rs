//! No lint of the compiler or of Clippy fires on an expansion. (Clippy itself is run on this file by CI.)
#![deny(warnings, unused, future_incompatible, let_underscore, nonstandard_style, rust_2018_idioms)]
#![deny(unused_qualifications, unused_results, trivial_casts, trivial_numeric_casts, single_use_lifetimes)]
#![deny(clippy::all, clippy::pedantic, clippy::nursery, clippy::unwrap_used, clippy::print_stdout)]
#![forbid(unsafe_code)]

use rlog::{Level, Loggable, error, info, log};

#[derive(Debug, Loggable)]
enum Payment {
    Card { number: u64 },
    Cash(f64),
    None,
}

fn pay(payment: &Payment, names: &[String]) -> Result<usize, std::num::ParseIntError> {
    let count = names.len();
    info!(?payment, count, "{count} names");
    info!(payment, "first" = names.first(), "{:?}, {:>width$}", names, count, width = 5);
    if count > 3 {
        error!("too many");
    } else {
        info!(parenthesised = (count), block = { count }, n = names[0].parse::<usize>()?);
    }
    log!(if count > 1 { Level::WARN } else { Level::INFO }, count, "{}", names[0]);
    Ok(count)
}

fn main() {
    for payment in [Payment::Card { number: 1 }, Payment::Cash(2.5), Payment::None] {
        if let Err(err) = pay(&payment, &["5".to_owned()]) {
            error!(err, "cannot pay");
        }
    }
}
