//! How often a configuration has been put into service.

use core::sync::atomic::{AtomicU64, Ordering};

static VERSION: AtomicU64 = AtomicU64::new(0);

/// The number of the configuration that is in service, or was last: 0 before the first one, and one more with each
/// [`init`](crate::Builder::init), [`replace`](crate::Builder::replace) and reload that succeeded. Levels and handlers that
/// are changed one by one do not count.
///
/// ```
/// use rlog_runtime::config::version;
///
/// # fn main() -> Result<(), rlog_runtime::InitError> {
/// let before = version();
/// let _guard = rlog_runtime::init()?;
/// assert_eq!(version(), before + 1);
/// # Ok(())
/// # }
/// ```
#[must_use]
pub fn version() -> u64 {
    VERSION.load(Ordering::Acquire)
}

/// One more is in service. Called with the lock of the service held.
pub(super) fn advance() {
    VERSION.fetch_add(1, Ordering::Release);
}
