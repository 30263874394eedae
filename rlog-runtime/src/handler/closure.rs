//! Functions as handlers.

use super::{Handler, HandlerError};
use crate::record::Record;
use std::io;

/// What a function that is a [`Handler`] returns: nothing, an [`io::Result`], or a [`HandlerError`] that says how many
/// records are lost.
///
/// A function of a record and its line is a handler:
///
/// ```
/// use rlog_runtime::{HandlerBuilder, Json, Record};
/// use std::sync::mpsc;
///
/// # fn main() -> Result<(), rlog_runtime::InitError> {
/// let (sender, lines) = mpsc::channel();
/// let forward = move |_: &Record<'_>, line: &[u8]| {
///     sender.send(line.to_vec()).map_err(std::io::Error::other)
/// };
/// let _guard = rlog_runtime::builder()
///     .handler(HandlerBuilder::new(forward).name("channel").formatter(Json::new()))
///     .init()?;
/// # Ok(())
/// # }
/// ```
pub trait HandlerResult {
    /// The result of [`Handler::emit`].
    ///
    /// # Errors
    /// Those of the function.
    fn into_result(self) -> Result<(), HandlerError>;
}

impl HandlerResult for () {
    fn into_result(self) -> Result<(), HandlerError> {
        Ok(())
    }
}

/// An error means that the record is lost.
impl HandlerResult for io::Result<()> {
    fn into_result(self) -> Result<(), HandlerError> {
        self.map_err(|error| HandlerError::new(error, 1))
    }
}

impl HandlerResult for Result<(), HandlerError> {
    fn into_result(self) -> Result<(), HandlerError> {
        self
    }
}

impl<F, R> Handler for F
where
    F: FnMut(&Record<'_>, &[u8]) -> R + Send + 'static,
    R: HandlerResult,
{
    fn emit(&mut self, record: &Record<'_>, line: &[u8]) -> Result<(), HandlerError> {
        self(record, line).into_result()
    }
}

#[cfg(test)]
mod tests {
    use super::super::lines::tests::record;
    use super::*;
    use crate::level::Level;

    #[test]
    fn a_function_says_what_it_has_lost_or_nothing() {
        fn lost(mut handler: impl Handler) -> Result<(), u64> {
            handler.emit(&record(Level::INFO), b"line\n").map_err(|error| error.lost())
        }
        assert_eq!(lost(|_: &Record<'_>, line: &[u8]| assert_eq!(line, b"line\n")), Ok(()));
        assert_eq!(lost(|_: &Record<'_>, _: &[u8]| Err::<(), _>(io::Error::other("no"))), Err(1));
        assert_eq!(lost(|_: &Record<'_>, _: &[u8]| Err(HandlerError::new(io::Error::other("later"), 0))), Err(0));
    }
}
