//! Doors for `fuzz/`: what cannot be reached without a logger, or would leak with one.

use crate::callsite::Callsite;
use crate::level::Level;
use crate::logger::directives::Directives;
use crate::record::{Encoded, Record, ThreadInfo};
use crate::timestamp::Timestamp;
use crate::value::decode::Reader;
use crate::value::{Kind, Value};
use std::boxed::Box;
use std::string::{String, ToString};
use std::vec::Vec;

/// Reads bytes as a structured value of a kind.
pub fn with_value(kind: &'static Kind, bytes: &[u8], look: impl FnOnce(Value<'_>)) {
    if let Some(value) = Reader::new(bytes).value(kind) {
        look(value);
    }
}

/// Looks at a record of a callsite with this text.
pub fn with_fields(text: &str, values: &[Option<Value<'_>>], look: impl FnOnce(&Record<'_>)) {
    // SAFETY: `Callsite` and what it leads to are used as `'static` in here only: `look` sees a record with any lifetime, and
    // nothing registers the callsite. The targets in `fuzz/` keep no text of it.
    unsafe {
        let text: &'static str = core::mem::transmute::<&str, &'static str>(text);
        let callsite = Box::into_raw(Box::new(Callsite::new(Level::WARN, values.len() as u8, 7, text)));
        let site: &'static Callsite = &*callsite;
        look(&Record {
            callsite: site,
            info: site.info(),
            timestamp: Timestamp::from_nanoseconds(1_700_000_000_000_000_042),
            sequence: 1,
            thread: ThreadInfo { id: 7, name: Some("fuzz") },
            values,
            notes: &[],
            encoded: Encoded::new(&[], &[]),
        });
        drop(Box::from_raw(core::ptr::from_ref(site.info()).cast_mut()));
        drop(Box::from_raw(callsite));
    }
}

/// Reads directives: what was understood, in canonical form, and what was not.
#[must_use]
pub fn directives(text: &str) -> (String, Vec<String>) {
    let (directives, errors) = Directives::parse(text);
    (directives.to_string(), errors.iter().map(ToString::to_string).collect())
}
