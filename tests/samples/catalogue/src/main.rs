//! Lists its log statements, runs each of them once, and prints what was listed and what has arrived:
//! `listed <file>:<line> <template>` and `emitted <file>:<line> <message>`.

mod places;

use rlog::{Handler, HandlerBuilder, HandlerError, Level, Record};
use std::sync::Mutex;

static EMITTED: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// Keeps what it is handed.
struct Keep;

impl Handler for Keep {
    fn emit(&mut self, record: &Record<'_>, _: &[u8]) -> Result<(), HandlerError> {
        let callsite = record.callsite();
        let line = format!("emitted {}:{} {}", callsite.file(), callsite.line(), record.message());
        EMITTED.lock().expect("nobody panics").push(line);
        Ok(())
    }
}

fn main() {
    for callsite in rlog::callsites() {
        println!("listed {}:{} {}", callsite.file(), callsite.line(), callsite.template());
    }
    let _guard = rlog::builder()
        .environment(false)
        .level(Level::TRACE)
        .handler(HandlerBuilder::new(Keep))
        .init()
        .expect("nothing stands in the way");
    places::run();
    library::run();
    library::forced(1);
    library::only_elsewhere(1);
    library::by_macro!(1);
    assert!(rlog::flush(std::time::Duration::from_secs(60)));
    for line in EMITTED.lock().expect("nobody panics").iter() {
        println!("{line}");
    }
}
