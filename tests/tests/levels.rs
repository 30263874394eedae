//! Levels of the program's own that do not know of each other.

#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

use rlog::{Handler, HandlerError, Level, Record};
use std::sync::{Arc, Mutex};

mod security {
    rlog::level! {
        pub SEC = 35, sec
    }
}

mod auditing {
    rlog::level! {
        pub AUD = 35, aud
    }
}

mod the_same_again {
    rlog::level! {
        pub AUD = 35, audit, color = "red"
    }
}

mod other {
    rlog::level! {
        pub SEC = 36, other
    }
}

/// Keeps level, target and message of what it gets.
struct Keep(Arc<Mutex<Vec<(Level, String, String)>>>);

impl Handler for Keep {
    fn emit(&mut self, record: &Record<'_>, _line: &[u8]) -> Result<(), HandlerError> {
        let kept = (record.level(), record.target().to_owned(), record.message().to_string());
        self.0.lock().unwrap().push(kept);
        Ok(())
    }
}

#[test]
fn levels_with_one_severity_or_one_name_all_parse_and_are_told_of() {
    assert_eq!(("sec".parse(), "aud".parse()), (Ok(Level::new(35)), Ok(Level::new(35))));
    let kept = Arc::new(Mutex::new(Vec::new()));
    let guard = rlog::builder().environment(false).directives("aud").handler(Keep(kept.clone())).init().unwrap();
    rlog::info!("not this");
    auditing::aud!("this");
    drop(guard);
    let kept = kept.lock().unwrap();
    let (told, logged): (Vec<_>, Vec<_>) = kept.iter().partition(|(_, target, _)| target == "rlog");
    assert_eq!(logged.iter().map(|(_, _, message)| message.as_str()).collect::<Vec<_>>(), ["this"]);
    let name = Level::new(35).to_string();
    assert!(["SEC", "AUD"].contains(&name.as_str()), "{name}");
    assert!(told.iter().all(|(level, ..)| *level == Level::WARN), "{told:?}");
    let said = |parts: &[&str]| told.iter().filter(|told| parts.iter().all(|part| told.2.contains(part))).count();
    assert_eq!(said(&["`SEC`", "`AUD`", "both declared as 35", &format!("written as `{name}`")]), 1, "{told:?}");
    assert_eq!(said(&["`SEC`", "declared as 35 and as 36"]), 1, "{told:?}");
    assert_eq!(told.len(), 2, "{told:?}");
    let _ = (security::SEC, other::SEC, the_same_again::AUD);
}
