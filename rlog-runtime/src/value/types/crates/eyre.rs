//! `eyre`: a report with its sources.

use super::{Encoder, ErrorText, Kind, Loggable, Scalar, Shown};

impl Loggable for eyre::Report {
    const KIND: Kind = Kind::Error;
    fn encode(&self, encoder: &mut Encoder) {
        encoder.error(&**self, None);
    }
}

impl Scalar for eyre::Report {
    type Wire<'a> = ErrorText;
    fn wire(&self) -> ErrorText {
        ErrorText::with_backtrace(&**self, None)
    }
}

impl Shown for eyre::Report {}

#[cfg(all(test, feature = "output"))]
mod tests {
    use crate::value::render::tests::{logged, sent};
    use crate::value::{Probe, probes::*};

    #[test]
    fn a_report_has_its_context_and_its_sources() {
        let report = || eyre::Report::new(std::io::Error::other("inner")).wrap_err("outer");
        assert_eq!(logged(report()).to_string(), "outer: inner");
        assert_eq!(sent((&&&&&Probe(&report())).rlog_value()).to_string(), "outer: inner");
        assert_eq!(sent((&&&&&Probe(&report())).rlog_shown()).to_string(), "outer: inner");
    }
}
