//! The first line of a file.

use crate::timestamp::Timestamp;
use std::vec::Vec;

/// What the header says about the lines behind it. Grows when a program that reads them has to know.
const SCHEMA: u32 = 1;

/// What a header takes from the line behind it.
#[derive(Clone, Copy, Debug)]
pub(super) struct First {
    is_object: bool,
    started: Timestamp,
}

impl First {
    pub(super) fn of(line: &[u8], started: Timestamp) -> Self {
        Self { is_object: line.starts_with(b"{"), started }
    }

    /// For a file that begins then, with lines as these.
    pub(super) fn at(self, started: Timestamp) -> Self {
        Self { started, ..self }
    }
}

/// The line that goes before the first one of a file: an object if that is one, so that the file stays one of JSON lines, and a
/// comment otherwise.
pub(super) fn header(first: First) -> Vec<u8> {
    let First { is_object, started } = first;
    let process = std::process::id();
    let text = if is_object {
        std::format!("{{\"schema\":\"rlog/{SCHEMA}\",\"started\":\"{started}\",\"pid\":{process}}}\n")
    } else {
        std::format!("# schema=rlog/{SCHEMA} started={started} pid={process}\n")
    };
    text.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_looks_as_the_lines_do() {
        let at = Timestamp::from_nanoseconds(1_700_000_000_000_000_000);
        let json: serde_json::Value =
            serde_json::from_slice(&header(First::of(b"{\"a\":1}\n", at))).expect("it is JSON");
        assert_eq!((&json["schema"], &json["started"]), (&"rlog/1".into(), &"2023-11-14T22:13:20.000000000Z".into()));
        let text = header(First::of(b"2023-11-14 INFO a\n", at));
        assert!(
            text.starts_with(b"# schema=rlog/1 started=2023-11-14T22:13:20.000000000Z pid=") && text.ends_with(b"\n")
        );
    }
}
