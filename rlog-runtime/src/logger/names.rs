//! Names of loggers and targets: segments, separated by `::` or `.`, which are the same.

use std::string::String;
use std::vec::Vec;

/// Whether `prefix` is `target` or one of the names above it. The two separators are the same.
pub(crate) fn covers(prefix: &str, target: &str) -> bool {
    let mut target = segments(target);
    segments(prefix).all(|segment| target.next() == Some(segment))
}

/// Empty ones are left out. None begins or ends with a colon, so that joined by `::` they split again as they were.
pub(crate) fn segments(target: &str) -> impl Iterator<Item = &str> {
    let parts = target.split("::").flat_map(|part| part.split('.'));
    parts.map(|segment| segment.trim_matches(':')).filter(|segment| !segment.is_empty())
}

/// The name with `::` between its segments.
pub(crate) fn canonical(name: &str) -> String {
    segments(name).collect::<Vec<_>>().join("::")
}
