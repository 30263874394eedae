//! `anyhow`: an error with its sources and, with `RUST_BACKTRACE=1`, where it was made.

use super::{Encoder, ErrorText, Kind, Loggable, Scalar, Shown};

impl Loggable for anyhow::Error {
    const KIND: Kind = Kind::Error;
    fn encode(&self, encoder: &mut Encoder) {
        encoder.error(&**self, Some(self.backtrace()));
    }
}

impl Scalar for anyhow::Error {
    type Wire<'a> = ErrorText;
    fn wire(&self) -> ErrorText {
        ErrorText::with_backtrace(&**self, Some(self.backtrace()))
    }
}

impl Shown for anyhow::Error {}

#[cfg(all(test, feature = "output"))]
mod tests {
    use crate::value::render::tests::{logged, sent};
    use crate::value::{Probe, Value, probes::*};
    use std::vec::Vec;

    #[test]
    fn an_error_has_its_context_and_its_sources() {
        let error = || anyhow::anyhow!("inner").context("middle").context("outer");
        let of_field = sent((&&&&&Probe(&error())).rlog_value());
        let of_hole = sent((&&&&&Probe(&&error())).rlog_shown());
        for value in [logged(error()), of_field, of_hole] {
            let Value::Error(errors) = value else { panic!("{value:?}") };
            assert_eq!(errors.collect::<Vec<_>>(), ["outer", "middle", "inner"]);
            let is_captured = error().backtrace().status() == std::backtrace::BacktraceStatus::Captured;
            assert_eq!(errors.backtrace().is_some(), is_captured);
        }
    }
}
