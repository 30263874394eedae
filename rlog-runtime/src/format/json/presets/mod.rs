//! JSON as certain readers expect it.
//!
//! Each reader has a file of its own, with what its specification says as tests: tables of levels and types of fields that are
//! copied from there, and not from what is written here.

mod aws;
mod datadog;
mod ecs;
mod google_cloud;
mod node;
mod opentelemetry;

use super::Json;
use super::layout::{CAUSED_BY, ErrorMembers, Form, JsonMember, Layout};
use crate::format::error::{FormatError, suggestion};

impl Json {
    /// The preset of this name: `default`, `ecs`, `opentelemetry`, `google_cloud`, `aws`, `datadog`, `bunyan` or `pino`.
    ///
    /// # Errors
    /// If there is no such preset, with the nearest name.
    ///
    /// ```
    /// use rlog_runtime::Json;
    ///
    /// assert!(Json::preset("ecs").is_ok());
    /// assert!(Json::preset("ecd").unwrap_err().to_string().contains("did you mean `ecs`?"));
    /// ```
    pub fn preset(name: &str) -> Result<Self, FormatError> {
        let Some((_, make)) = PRESETS.iter().find(|(known, _)| *known == name) else {
            let names = PRESETS.map(|(name, _)| name);
            let suggestion = suggestion(name, names);
            let suggestion = if suggestion.is_empty() { ";" } else { suggestion.as_str() };
            let names = names.join("`, `");
            return Err(FormatError::new(format!(
                "unknown preset `{}` of JSON{suggestion} expected one of `{names}`",
                name.escape_debug()
            )));
        };
        Ok(make())
    }

    fn of(order: &[JsonMember], change: impl FnOnce(&mut Layout)) -> Self {
        Self::new().change(|layout| {
            layout.order(order.iter().copied());
            change(layout);
        })
    }
}

/// A name, and what makes it.
type Preset = (&'static str, fn() -> Json);

const PRESETS: [Preset; 8] = [
    ("default", Json::new),
    ("ecs", Json::ecs),
    ("opentelemetry", Json::opentelemetry),
    ("google_cloud", Json::google_cloud),
    ("aws", Json::aws),
    ("datadog", Json::datadog),
    ("bunyan", Json::bunyan),
    ("pino", Json::pino),
];

/// Members of the first error, by themselves.
const fn members(message: &'static str, stack: &'static str) -> ErrorMembers {
    ErrorMembers {
        object: None,
        kind: None,
        message,
        message_is_whole: false,
        stack,
        cause: CAUSED_BY,
        stack_is_list: false,
    }
}

impl Layout {
    fn keys(&mut self, keys: &[(JsonMember, &str)]) {
        for (member, key) in keys {
            self.rename(*member, key);
        }
    }

    fn renames(&mut self, renames: &[(&str, &str)]) {
        for (from, to) in renames {
            self.rename_field(from, to, Form::Plain);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::filter::Note;
    use crate::format::Formatter as _;
    use crate::format::sample::Sample;
    use crate::level::Level;
    use crate::record::Record;
    use crate::value::Value;
    use crate::value::render::tests::{Order, Payment, failed, logged};
    use std::string::String;
    use std::vec::Vec;

    /// A level of the program's own, between WARN and ERROR.
    pub(super) const SECURITY: Level = Level::new(35);
    pub(super) const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

    /// `paid {user}` with a trace, an error and an order, at `level`.
    pub(super) fn paid(level: Level) -> Sample<'static> {
        let text =
            "n3:paymp5:paid h0;k4:userk8:trace_idk7:span_idk3:errk5:orderk11:http.method.app::orders\u{1f}src/o.rs";
        Sample::new(level, text).values([
            Value::Str("ada"),
            Value::Str(TRACE),
            Value::Str("00F067AA0BA902B7"),
            failed(&["declined", "no answer"]),
            logged(Order { id: 17, note: None, state: Payment::Open }),
            Value::Str("GET"),
        ])
    }

    pub(super) fn bare() -> Sample<'static> {
        Sample::new(SECURITY, "k5:order.app\u{1f}f").values([Value::U64(17)])
    }

    #[test]
    fn notes_stand_behind_the_fields_of_every_preset() {
        let notes = [
            Note { key: "order", value: Value::U64(1) },
            Note { key: "suppressed", value: Value::U64(3) },
            Note { key: "suppressed", value: Value::U64(4) },
        ];
        let sample = bare();
        let record = Record { notes: &notes, ..sample.record() };
        for (formatter, end) in [
            (Json::ecs(), r#""labels":{"order":17,"order_":1,"suppressed":3,"suppressed_":4}}"#),
            (Json::google_cloud(), r#""order":17,"order_":1,"suppressed":3,"suppressed_":4}"#),
            (
                Json::opentelemetry(),
                r#"{"key":"suppressed","value":{"intValue":"3"}},{"key":"suppressed_","value":{"intValue":"4"}}]}]}]}]}"#,
            ),
        ] {
            let mut out = Vec::new();
            formatter.format(&record, &mut out);
            let line = String::from_utf8(out).expect("text");
            assert!(line.trim_end().ends_with(end), "{line}");
        }
    }
}
