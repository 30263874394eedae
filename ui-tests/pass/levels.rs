//! Levels of the user's own, and levels that are imported for one statement, which may be compiled out.
#![deny(warnings)]
#![forbid(unsafe_code)]

mod levels {
    rlog::level! {
        /// What the security team reads.
        pub SECURITY = 35, security, color = "magenta"
    }
    rlog::level! {
        /// More than anybody wants.
        pub(super) VERBOSE = 3,
        /// Logs at `VERBOSE`.
        verbose
    }

    pub fn log() {
        security!(user = 1, "textually");
    }
}

use levels::{SECURITY, VERBOSE, security, verbose};

mod statement {
    use rlog::Level;

    pub(super) fn log() {
        rlog::log!(Level::INFO, "paid");
    }
}

mod question {
    use rlog::Level;

    pub(super) fn ask() -> bool {
        rlog::enabled!(Level::Info)
    }
}

fn main() {
    statement::log();
    question::ask();
    levels::log();
    security!(target: "audit", attempts = 3, "locked {}", "out");
    crate::levels::security!("by its path");
    verbose!(first: 1, "quiet");
    rlog::log!(SECURITY, "decided late");
    let _: bool = rlog::enabled!(VERBOSE);
    assert_eq!(SECURITY.to_string(), "SECURITY");
    assert_eq!("verbose".parse(), Ok(VERBOSE));
    assert!(SECURITY > rlog::Level::WARN && VERBOSE < rlog::Level::TRACE);
}
