//! A function that logs, and tests of what it logs:
//!
//! ```text
//! cargo test -p rlog --features testing --example logs_in_tests
//! ```
//!
//! Change a number in one of the assertions to see what a failure shows. `cargo run` in the place of `cargo test` shows one.

use rlog::testing::{assert_logged, capture};
use rlog::{debug, error, info, warn};
use std::fmt;

/// Why a payment was not made.
#[derive(Debug, PartialEq)]
enum Refused {
    TooMuch { limit: u32 },
    Nothing,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooMuch { limit } => write!(f, "more than the limit of {limit}"),
            Self::Nothing => f.write_str("nothing to pay"),
        }
    }
}

impl std::error::Error for Refused {}

/// The limit for one payment.
const LIMIT: u32 = 1000;

fn pay(user: u64, amount: u32) -> Result<(), Refused> {
    debug!(user, "looks into the purse");
    if amount == 0 {
        return Err(Refused::Nothing);
    }
    if amount > LIMIT {
        let err = Refused::TooMuch { limit: LIMIT };
        error!(target: "shop::payments", user, amount, %err, "refused");
        return Err(err);
    }
    if amount > LIMIT / 2 {
        warn!(target: "shop::payments", user, amount, "that is much");
    }
    info!(target: "shop::payments", user, "paid {amount}");
    Ok(())
}

/// Pays for several at once.
fn pay_all(payments: &[(u64, u32)]) -> usize {
    // Threads that take along the capture of their caller, if there is one. Only tests have it.
    let capture = rlog::testing::current();
    std::thread::scope(|scope| {
        let threads: Vec<_> = payments
            .iter()
            .map(|&(user, amount)| {
                let capture = capture.clone();
                scope.spawn(move || {
                    let _joined = capture.as_ref().map(|capture| capture.join());
                    pay(user, amount)
                })
            })
            .collect();
        threads.into_iter().filter_map(|thread| thread.join().ok()).filter(Result::is_ok).count()
    })
}

/// A failure, as a test would show it.
fn main() {
    let capture = capture();
    pay_all(&[(7, 600), (8, 20), (9, 5000)]);
    assert_logged!(capture, WARN, target: "shop", message ~ "that is much", user = 7, amount = 500);
}

#[cfg(test)]
mod tests {
    use super::*;
    use rlog::testing::{assert_logged_in_order, assert_not_logged, expected};

    #[test]
    fn a_payment_is_logged_with_who_and_how_much() {
        let capture = capture();
        pay(7, 20).expect("it is paid");
        assert_logged!(capture, INFO, message == "paid 20", user = 7, amount = 20);
        assert_not_logged!(capture, >= WARN);
    }

    #[test]
    fn a_large_one_warns_first() {
        let _capture = capture();
        pay(7, 600).expect("it is paid");
        assert_logged_in_order!([WARN, "much", amount > LIMIT / 2], [INFO, "paid"]);
    }

    #[test]
    fn too_large_a_one_is_refused_with_the_reason() {
        let _capture = capture();
        assert_eq!(pay(7, 5000), Err(Refused::TooMuch { limit: LIMIT }));
        assert_logged!(target: "shop::payments", ERROR, "refused", err = "more than the limit of 1000");
        assert_not_logged!("paid");
    }

    #[test]
    fn payments_on_other_threads_are_logged_each() {
        let capture = capture();
        assert_eq!(pay_all(&[(1, 10), (2, 0), (3, 30)]), 2);
        assert_logged!(times: 2, "paid");
        assert_eq!(capture.count(&expected!(DEBUG, user = _)), 3);
    }
}
