//! What can be set of [`Json`]. Each method changes the plain data of the layout, so that a configuration can call them one by
//! one.

use super::layout::{Form, JsonMember, Kind};
use super::level_style::LevelStyle;
use super::{Json, escaped};
use crate::format::time::TimeFormat;
use std::boxed::Box;

impl Json {
    /// Whether `event_id` is written: the [identity](crate::Callsite::event_id) of the statement's events. Not if not set.
    #[must_use]
    pub fn event_id(self, event_id: bool) -> Self {
        self.member(JsonMember::EventId, event_id)
    }

    /// Whether `event` is written, the [name](crate::Callsite::name) that the statement gives its events, if it does. Not if
    /// not set.
    #[must_use]
    pub fn name(self, name: bool) -> Self {
        self.member(JsonMember::Event, name)
    }

    /// Whether fields that are `None` are written, as `null`. They are left out if not set. Inside of other values `None` is
    /// `null` in any case.
    #[must_use]
    pub fn nulls(self, nulls: bool) -> Self {
        self.change(|layout| layout.nulls = nulls)
    }

    /// Whether `file` and `line` of the statement are written. Not if not set.
    #[must_use]
    pub fn location(self, location: bool) -> Self {
        self.member(JsonMember::File, location).member(JsonMember::Line, location)
    }

    /// Whether `thread`, its name or its number, is written. Not if not set.
    #[must_use]
    pub fn thread(self, thread: bool) -> Self {
        self.member(JsonMember::Thread, thread)
    }

    /// Whether `pid`, the process's number, is written. Not if not set.
    #[must_use]
    pub fn pid(self, pid: bool) -> Self {
        self.member(JsonMember::Pid, pid)
    }

    /// Whether `host`, the machine's name, is written. Not if not set.
    #[must_use]
    pub fn host(self, host: bool) -> Self {
        self.member(JsonMember::Host, host)
    }

    /// Whether a member is written: by itself [`Timestamp`](JsonMember::Timestamp), [`Level`](JsonMember::Level),
    /// [`Logger`](JsonMember::Logger), [`Message`](JsonMember::Message), and what there is of [`Service`](JsonMember::Service),
    /// [`Version`](JsonMember::Version), [`Attributes`](JsonMember::Attributes) and [`Fields`](JsonMember::Fields).
    #[must_use]
    pub fn member(self, member: JsonMember, is_written: bool) -> Self {
        self.change(|layout| layout.entry(member).is_on = is_written)
    }

    /// The key of a member. Each has its name if not set. Of two with the same key the second gets `_` behind it;
    /// [`Attributes`](JsonMember::Attributes) and [`Fields`](JsonMember::Fields) have none.
    #[must_use]
    pub fn key(self, member: JsonMember, key: &str) -> Self {
        self.change(|layout| layout.rename(member, key))
    }

    /// The members that come first, in this order. The others follow in the order of [`JsonMember`].
    #[must_use]
    pub fn order(self, members: impl IntoIterator<Item = JsonMember>) -> Self {
        self.change(|layout| layout.order(members))
    }

    /// Puts a member into an object, with all others that are put into it, in the place of the first of them. Nothing, and it
    /// stands by itself.
    ///
    /// ```
    /// use rlog_runtime::{Json, JsonMember};
    ///
    /// // "source":{"file":"src/main.rs","line":7}
    /// let formatter =
    ///     Json::new().location(true).nest(JsonMember::File, "source").nest(JsonMember::Line, "source");
    /// ```
    #[must_use]
    pub fn nest(self, member: JsonMember, object: &str) -> Self {
        self.change(|layout| layout.entry(member).object = Some(object.into()).filter(|_| !object.is_empty()))
    }

    /// The key of an object that all fields are in: it is left out if it would be empty. Nothing, and they stand beside the
    /// other members, as they do if not set.
    #[must_use]
    pub fn fields_under(self, key: &str) -> Self {
        self.change(|layout| layout.fields_under = Some(key.into()).filter(|_| !key.is_empty()))
    }

    /// Another key for a field, which then stands beside the members also if the others are [in an
    /// object](Json::fields_under).
    #[must_use]
    pub fn rename_field(self, key: &str, new: &str) -> Self {
        self.change(|layout| layout.rename_field(key, new, Form::Plain))
    }

    /// How the time is written. [`TimeFormat::rfc3339`] in UTC if not set. Those that count are numbers; see
    /// [`Json::time_as_text`]. OpenTelemetry has its own, which stays.
    #[must_use]
    pub fn time(self, time: TimeFormat) -> Self {
        self.change(|layout| {
            if layout.kind != Kind::OpenTelemetry {
                layout.time = time;
            }
        })
    }

    /// Whether a time that is a number is text: a double does not hold nanoseconds since 1970 exactly. Not if not set.
    #[must_use]
    pub fn time_as_text(self, as_text: bool) -> Self {
        self.change(|layout| layout.time_as_text = as_text)
    }

    /// How the level is written. [`LevelStyle::Upper`] if not set. OpenTelemetry has its own, which stays.
    #[must_use]
    pub fn level_style(self, style: LevelStyle) -> Self {
        self.change(|layout| {
            if layout.kind != Kind::OpenTelemetry {
                layout.level = style;
            }
        })
    }

    /// Whether integers above 2^53, or below its negative, are text, also inside of other values: readers that know only
    /// doubles, such as JavaScript and `jq`, would change their last digits. Not if not set.
    #[must_use]
    pub fn large_integers_as_text(self, as_text: bool) -> Self {
        self.change(|layout| layout.large_integers_as_text = as_text)
    }

    /// The name of the service or program, for `service`.
    #[must_use]
    pub fn service(self, service: &str) -> Self {
        self.change(|layout| layout.service = Some(service.into()))
    }

    /// The version of what the lines are like, for `@version`: Logstash has `1`.
    #[must_use]
    pub fn version(self, version: &str) -> Self {
        self.change(|layout| layout.version = Some(format!("\"{}\"", escaped(version)).into()))
    }

    /// A member that every line has, such as the name of an environment or of a region. Of two with the same key, the later one
    /// counts.
    #[must_use]
    pub fn attribute(self, key: &str, value: &str) -> Self {
        self.change(|layout| {
            layout.attributes.retain(|(known, _)| **known != *key);
            layout.attributes.push((key.into(), format!("\"{}\"", escaped(value)).into()));
        })
    }

    /// Puts the fields with these keys into an object of their own, in this order, and everything else into another one:
    ///
    /// ```text
    /// {"correlation":{"trace_id":"4bf9…","user_id":17},"payload":{"timestamp":…,"message":"paid","order":17}}
    /// ```
    ///
    /// No key, and there is no such envelope. Lines of OpenTelemetry do not have it.
    ///
    /// ```
    /// use rlog_runtime::Json;
    ///
    /// let formatter = Json::new().correlation(["trace_id", "span_id", "request_id", "user_id"]);
    /// ```
    #[must_use]
    pub fn correlation<'k>(self, keys: impl IntoIterator<Item = &'k str>) -> Self {
        let keys: Box<[Box<str>]> = keys.into_iter().map(Box::from).collect();
        self.change(|layout| {
            if layout.kind != Kind::OpenTelemetry {
                layout.correlation = Some(keys).filter(|keys| !keys.is_empty());
            }
        })
    }
}
