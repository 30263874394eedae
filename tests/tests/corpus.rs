//! Statements of programs that use `tracing` or `log` mean the same under rlog.
//!
//! The files below `corpus/tracing` and `corpus/log` are compiled twice: with the macros of that library, and with those
//! of rlog. Each time every statement is run and its record is kept. The records are then compared, as `corpus::compare`
//! says; what is different on purpose is listed in `corpus::differences`, and must be. Forms that the other libraries
//! reject, or do not know, are in `corpus::accepted`.

#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

mod corpus {
    pub(crate) mod log_recorder;
    pub(crate) mod record;
    pub(crate) mod tracing_recorder;
}

use corpus::record::{Case, case, recorded};
use corpus::{log_recorder, tracing_recorder};

/// The statements of `corpus/tracing`, for the macros that are in scope, and all of them in one function.
macro_rules! statements_of_tracing {
    () => {
        include!("corpus/tracing/messages.rs");
        include!("corpus/tracing/fields.rs");
        include!("corpus/tracing/values.rs");
        include!("corpus/tracing/settings.rs");
        include!("corpus/tracing/places.rs");

        fn statements() {
            messages();
            messages_of_macros();
            messages_that_are_fields();
            fields();
            many_fields();
            values();
            levels();
            targets();
            names();
            parents();
            questions();
            places();
        }
    };
}

/// The statements of `corpus/log`, likewise.
macro_rules! statements_of_log {
    () => {
        include!("corpus/log/messages.rs");
        include!("corpus/log/pairs.rs");

        fn statements() {
            messages();
            levels();
            targets_and_loggers();
            macros();
            pairs();
            values();
            modifiers();
        }
    };
}

#[allow(clippy::all, reason = "the statements are what people write")]
mod tracing_by_tracing {
    use super::{Case, case, recorded, tracing_recorder};
    use tracing::{Level, debug, enabled, error, event, event_enabled, info, trace, warn};

    statements_of_tracing!();

    fn a_span() -> tracing::Span {
        tracing::info_span!("parent")
    }

    pub(super) fn cases() -> Vec<Case> {
        tracing::subscriber::with_default(tracing_recorder::Recorder, || recorded(module_path!(), statements))
    }
}

#[allow(clippy::all, reason = "the statements are what people write")]
mod log_by_log {
    use super::{Case, case, log_recorder, recorded};
    use log::{Level, debug, error, info, log, log_enabled, trace, warn};

    statements_of_log!();

    fn a_logger() -> log_recorder::Recorder {
        log_recorder::Recorder
    }

    pub(super) fn cases() -> Vec<Case> {
        log_recorder::install();
        recorded(module_path!(), statements)
    }
}

#[test]
fn every_statement_is_recorded() {
    for (cases, count) in [(tracing_by_tracing::cases(), 350), (log_by_log::cases(), 110)] {
        assert!(cases.len() >= count, "only {} statements", cases.len());
        for case in cases {
            assert!(!case.records.is_empty(), "`{}`: nothing is logged", case.name);
        }
    }
}
