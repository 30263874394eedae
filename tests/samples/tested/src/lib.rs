//! A shop that logs.

/// Pays.
///
/// ```
/// use rlog::testing::{assert_logged, assert_not_logged, capture};
///
/// let capture = capture();
/// tested::pay(7, 5);
/// assert_logged!(capture, INFO, "paid", user = 7);
/// assert_not_logged!(>= WARN);
/// ```
pub fn pay(user: u64, amount: u32) {
    rlog::debug!(user, "looking into the purse");
    rlog::info!(user, amount, "user paid");
    if amount > 100 {
        rlog::warn!(user, amount, "that is much");
    }
}

/// Fails.
///
/// ```
/// let capture = rlog::testing::capture();
/// tested::pay(8, 500);
/// rlog::testing::assert_logged!(capture, ERROR);
/// ```
#[cfg(feature = "failing")]
pub fn fails() {}
