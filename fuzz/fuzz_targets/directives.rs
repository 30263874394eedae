//! Directives: every text is either understood or refused in printable words, and what is understood is stable.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rlog_runtime::__fuzz::directives;

fuzz_target!(|text: &str| {
    let (canonical, errors) = directives(text);
    for error in errors {
        assert!(!error.contains(char::is_control), "{error:?}");
        assert!(error.len() < 1_000, "{error}");
    }
    let (again, errors) = directives(&canonical);
    assert_eq!((again, errors), (canonical, Vec::new()));
});
