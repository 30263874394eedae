//! What a JSON object consists of: plain data, which the setters of [`Json`](super::Json) change.

use super::level_style::LevelStyle;
use crate::format::error::{FormatError, suggestion};
use crate::format::time::TimeFormat;
use crate::value::Value;
use core::fmt;
use core::str::FromStr;
use std::boxed::Box;
use std::string::String;
use std::vec::Vec;

/// A part of the object that [`Json`](crate::Json) writes.
///
/// ```
/// use rlog_runtime::{Json, JsonMember};
///
/// let formatter = Json::new()
///     .order([JsonMember::Level, JsonMember::Message, JsonMember::Fields])
///     .key(JsonMember::Timestamp, "ts")
///     .member(JsonMember::Sequence, true);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum JsonMember {
    /// `timestamp`
    Timestamp,
    /// `level`, by its [style](crate::Json::level_style).
    Level,
    /// `severity`: the level's number.
    Severity,
    /// `logger`: the target.
    Logger,
    /// `message`
    Message,
    /// `template`: the message with its holes, the same for all events of one kind.
    Template,
    /// `event`: the [name](crate::Callsite::name) that the statement gives its events, if it does.
    Event,
    /// `event_id`: the [identity](crate::Callsite::event_id) of the statement's events.
    EventId,
    /// `file` of the statement.
    File,
    /// `line` of the statement.
    Line,
    /// `module` of the statement.
    Module,
    /// `thread`: its name, or its number if it has none.
    Thread,
    /// `thread_id`: its number.
    ThreadId,
    /// `sequence`: the [number of the record](crate::Record::sequence).
    Sequence,
    /// `pid`: the process's number.
    Pid,
    /// `host`: the machine's name.
    Host,
    /// `service`: what [`Json::service`](crate::Json::service) says.
    Service,
    /// `@version`: what [`Json::version`](crate::Json::version) says.
    Version,
    /// What [`Json::attribute`](crate::Json::attribute) says, each under its own key.
    Attributes,
    /// The fields, each under its own key, or together under the key of [`Json::fields_under`](crate::Json::fields_under).
    Fields,
}

/// All members in their usual order, with their names, which are their usual keys, and whether they are usually on.
const MEMBERS: [(JsonMember, &str, bool); 20] = [
    (JsonMember::Timestamp, "timestamp", true),
    (JsonMember::Level, "level", true),
    (JsonMember::Severity, "severity", false),
    (JsonMember::Logger, "logger", true),
    (JsonMember::Message, "message", true),
    (JsonMember::Template, "template", false),
    (JsonMember::Event, "event", false),
    (JsonMember::EventId, "event_id", false),
    (JsonMember::File, "file", false),
    (JsonMember::Line, "line", false),
    (JsonMember::Module, "module", false),
    (JsonMember::Thread, "thread", false),
    (JsonMember::ThreadId, "thread_id", false),
    (JsonMember::Sequence, "sequence", false),
    (JsonMember::Pid, "pid", false),
    (JsonMember::Host, "host", false),
    (JsonMember::Service, "service", true),
    (JsonMember::Version, "@version", true),
    (JsonMember::Attributes, "attributes", true),
    (JsonMember::Fields, "fields", true),
];

/// The member's name, which is its usual key; `version` for `@version`.
impl FromStr for JsonMember {
    type Err = FormatError;

    fn from_str(text: &str) -> Result<Self, FormatError> {
        let names = MEMBERS.map(|(_, name, _)| name.trim_start_matches('@'));
        let index = names.iter().position(|name| *name == text.trim_start_matches('@'));
        index.map(|index| MEMBERS[index].0).ok_or_else(|| {
            let suggestion = suggestion(text, names);
            let suggestion = if suggestion.is_empty() { ";" } else { suggestion.as_str() };
            let names = names.join("`, `");
            FormatError::new(format!("unknown member `{}`{suggestion} expected one of `{names}`", text.escape_debug()))
        })
    }
}

/// As it is read.
impl fmt::Display for JsonMember {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = MEMBERS.iter().find(|(member, ..)| member == self).map_or("", |(_, name, _)| name);
        f.write_str(name.trim_start_matches('@'))
    }
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Layout {
    /// Each member once.
    pub(super) entries: Vec<Entry>,
    /// Keys, and values as JSON.
    pub(super) attributes: Vec<(Box<str>, Box<str>)>,
    pub(super) service: Option<Box<str>>,
    /// As JSON.
    pub(super) version: Option<Box<str>>,
    pub(super) time: TimeFormat,
    pub(super) time_as_text: bool,
    pub(super) level: LevelStyle,
    pub(super) nulls: bool,
    pub(super) large_integers_as_text: bool,
    /// The object that the fields are in.
    pub(super) fields_under: Option<Box<str>>,
    /// The fields that go into an object of their own; everything else goes into another.
    pub(super) correlation: Option<Box<[Box<str>]>>,
    /// Fields that stand beside the members, under other keys.
    pub(super) renamed: Vec<Renamed>,
    pub(super) errors: Errors,
    pub(super) no_message: NoMessage,
    /// Errors are for Error Reporting of Google Cloud.
    pub(super) reports_errors: bool,
    /// A host whose name nobody knows has an empty one, rather than none.
    pub(super) host_is_required: bool,
    pub(super) kind: Kind,
}

/// One member.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Entry {
    pub(super) member: JsonMember,
    pub(super) key: Box<str>,
    pub(super) is_on: bool,
    /// The object that it is in.
    pub(super) object: Option<Box<str>>,
    /// A number is written as text.
    pub(super) as_text: bool,
}

/// A field that has another key.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Renamed {
    pub(super) from: Box<str>,
    pub(super) to: Box<str>,
    pub(super) form: Form,
}

/// What is done to the value of a field that has another key.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Form {
    Plain,
    /// So many hexadecimal digits. What is something else keeps its key.
    Hex(u8),
    /// Text behind a prefix. Integers become so many hexadecimal digits; text that has as many gets small letters.
    Id(u8, Box<str>),
}

/// What becomes of the first error of a record.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Errors {
    /// A field like any other.
    Inline,
    /// The same, and if it has a backtrace, this is under that key, behind the texts of the error and its sources.
    Backtrace(&'static str),
    /// Its text and its sources are under keys of their own.
    Members(ErrorMembers),
}

/// What stands before the sources of errors.
pub(super) const CAUSED_BY: &str = "caused by: ";

/// The members of an error.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct ErrorMembers {
    /// The object that they are in.
    pub(super) object: Option<&'static str>,
    /// The key of what kind of error it is, for readers that insist on it. A record does not know, and says `Error`.
    pub(super) kind: Option<&'static str>,
    pub(super) message: &'static str,
    /// The message has the sources too, each behind a colon.
    pub(super) message_is_whole: bool,
    pub(super) stack: &'static str,
    /// What stands before each source in the stack.
    pub(super) cause: &'static str,
    pub(super) stack_is_list: bool,
}

/// The keys of what makes an event one for Error Reporting.
pub(super) const REPORT: [&str; 3] = ["@type", "serviceContext", "context"];

/// What an event without a message has for one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum NoMessage {
    Absent,
    /// The text of its first error, if it has one.
    Error,
    /// The same, and otherwise an empty one.
    ErrorOrEmpty,
}

/// Whose form it is, as far as the form is not plain JSON.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Kind {
    Plain,
    /// Fields whose keys have a point are names of ECS and stand beside the members. The others are labels, which cannot be
    /// structured.
    Ecs,
    /// Values say their types.
    OpenTelemetry,
}

/// Where a field goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Correlation,
    /// Beside the members.
    Top,
    /// Where fields go.
    Fields,
}

impl Layout {
    pub(super) fn usual() -> Self {
        let entry = |&(member, key, is_on): &(JsonMember, &str, bool)| Entry {
            member,
            key: key.into(),
            is_on,
            object: None,
            as_text: false,
        };
        Self {
            entries: MEMBERS.iter().map(entry).collect(),
            attributes: Vec::new(),
            service: None,
            version: None,
            time: TimeFormat::rfc3339(),
            time_as_text: false,
            level: LevelStyle::Upper,
            nulls: false,
            large_integers_as_text: false,
            fields_under: None,
            correlation: None,
            renamed: Vec::new(),
            errors: Errors::Inline,
            no_message: NoMessage::Absent,
            reports_errors: false,
            host_is_required: false,
            kind: Kind::Plain,
        }
    }

    /// Whether nothing differs from the usual form but what the usual form has switches for.
    pub(super) fn is_usual(&self) -> bool {
        let mut other = self.clone();
        other.nulls = false;
        for member in [JsonMember::Event, JsonMember::EventId, JsonMember::File, JsonMember::Line, JsonMember::Thread] {
            other.entry(member).is_on = false;
        }
        let is_whole = self.is_on(JsonMember::File) == self.is_on(JsonMember::Line);
        is_whole && other == Self::usual()
    }

    pub(super) fn entry(&mut self, member: JsonMember) -> &mut Entry {
        let index = self.entries.iter().position(|entry| entry.member == member).unwrap_or_default();
        &mut self.entries[index]
    }

    pub(super) fn is_on(&self, member: JsonMember) -> bool {
        self.entries.iter().any(|entry| entry.member == member && entry.is_on)
    }

    pub(super) fn rename(&mut self, member: JsonMember, key: &str) {
        self.entry(member).key = key.into();
    }

    pub(super) fn rename_field(&mut self, from: &str, to: &str, form: Form) {
        self.renamed.retain(|renamed| *renamed.from != *from);
        self.renamed.push(Renamed { from: from.into(), to: to.into(), form });
    }

    /// Puts these members first, in this order.
    pub(super) fn order(&mut self, members: impl IntoIterator<Item = JsonMember>) {
        let mut place = 0;
        for member in members {
            let index = self.entries.iter().position(|entry| entry.member == member).unwrap_or_default();
            if index >= place {
                self.entries[place..=index].rotate_right(1);
                place += 1;
            }
        }
    }

    /// The keys that no field may take where members are: of those that are on, of those that the usual form may have, and
    /// of objects of members.
    pub(super) fn reserved(&self) -> Vec<String> {
        let mut used: Vec<String> = Vec::new();
        for entry in &self.entries {
            let is_key = entry.object.is_none() && !matches!(entry.member, JsonMember::Attributes | JsonMember::Fields);
            let is_written = entry.is_on
                && match entry.member {
                    JsonMember::Service => self.service.is_some(),
                    JsonMember::Version => self.version.is_some(),
                    _ => true,
                };
            let may_be_usual = self.kind == Kind::Plain && super::RESERVED.contains(&&*entry.key);
            if is_key && (is_written || may_be_usual) {
                used.push(String::from(&*entry.key));
            }
            // Also while nothing is in it: readers take the key for what the object means to them.
            if let Some(object) = &entry.object {
                used.push(String::from(&**object));
            }
        }
        used.extend(self.fixed_keys().map(String::from));
        used
    }

    /// The keys that stand beside the members and are none of theirs.
    pub(super) fn fixed_keys(&self) -> impl Iterator<Item = &str> {
        let of_errors = match self.errors {
            Errors::Inline => [None; 3],
            Errors::Backtrace(key) | Errors::Members(ErrorMembers { object: Some(key), .. }) => [Some(key), None, None],
            Errors::Members(members) => [Some(members.message), Some(members.stack), members.kind],
        };
        let of_reports = if self.reports_errors { REPORT.as_slice() } else { &[] };
        let fixed = of_errors.into_iter().flatten().chain(of_reports.iter().copied());
        self.fields_under.as_deref().into_iter().chain(fixed)
    }

    /// Where a field goes, and under which key. A value that does not have the form that the key asks for stays a field.
    pub(super) fn place<'k>(&'k self, key: &'k str, fits: impl FnOnce(&Form) -> bool) -> (Place, &'k str, &'k Form) {
        const PLAIN: &Form = &Form::Plain;
        if self.correlation.as_ref().is_some_and(|keys| keys.iter().any(|known| **known == *key)) {
            return (Place::Correlation, key, PLAIN);
        }
        if let Some(renamed) = self.renamed.iter().find(|renamed| *renamed.from == *key)
            && fits(&renamed.form)
        {
            return (Place::Top, &renamed.to, &renamed.form);
        }
        let is_ecs = self.kind == Kind::Ecs && key.contains('.') && self.fields_under.is_some();
        (if is_ecs { Place::Top } else { Place::Fields }, key, PLAIN)
    }
}

impl Form {
    /// Whether a value can be written so.
    pub(super) fn fits(&self, value: &Value<'_>) -> bool {
        let Self::Hex(digits) = *self else { return true };
        match *value {
            Value::Str(text) | Value::Text(text) => {
                let mut bytes = text.bytes();
                text.len() == usize::from(digits)
                    && bytes.all(|byte| byte.is_ascii_hexdigit())
                    && text.bytes().any(|byte| byte != b'0')
            }
            Value::U64(number) => number != 0,
            Value::U128(number) => number != 0 && (digits >= 32 || number >> (4 * digits) == 0),
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::string::ToString as _;

    #[test]
    fn members_have_the_names_that_they_are_read_by() {
        for (member, name, _) in MEMBERS {
            assert_eq!(member.to_string().parse(), Ok(member));
            assert_eq!(name.parse(), Ok(member));
        }
        let error = "sequnce".parse::<JsonMember>().expect_err("misspelt").to_string();
        assert!(error.contains("did you mean `sequence`?"), "{error}");
    }

    #[test]
    fn an_order_moves_what_it_names_to_the_front() {
        let mut layout = Layout::usual();
        layout.order([JsonMember::Fields, JsonMember::Level, JsonMember::Fields, JsonMember::Message]);
        let order: Vec<JsonMember> = layout.entries.iter().map(|entry| entry.member).collect();
        assert_eq!(order[..4], [JsonMember::Fields, JsonMember::Level, JsonMember::Message, JsonMember::Timestamp]);
        assert_eq!(order.len(), MEMBERS.len());
    }
}
