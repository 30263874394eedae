//! JSON as certain readers expect it.

use super::layout::{Errors, Form, JsonMember, Kind, Layout};
use super::level_style::LevelStyle;
use super::{Json, TimeFormat};
use crate::format::process;

use JsonMember as M;

impl Json {
    /// The Elastic Common Schema, as the ECS logging specification has it
    /// (<https://github.com/elastic/ecs-logging/tree/main/spec>; fields of ECS 8.17):
    ///
    /// ```text
    /// {"@timestamp":"2026-11-23T13:41:00.123Z","log.level":"info","message":"paid","ecs.version":"8.17.0",
    ///  "log.logger":"app::orders","labels":{"order":17}}
    /// ```
    ///
    /// The first four keys are in this order, which the specification insists on. `trace_id`, `span_id` and `transaction_id`
    /// become `trace.id` and so on, and the first error `error.message` and `error.stack_trace`, its sources. A field whose key
    /// has a point, such as `http.request.method`, counts as one of ECS and keeps its place; the others are `labels`, where
    /// structured values are text, since labels may not be objects. `fields_under("")` puts all fields beside the members.
    #[must_use]
    pub fn ecs() -> Self {
        Self::of(&[M::Timestamp, M::Level, M::Message, M::Version, M::Logger, M::Service], |layout| {
            layout.kind = Kind::Ecs;
            layout.time = TimeFormat::rfc3339().digits(3);
            layout.level = LevelStyle::Lower;
            layout.version = Some("\"8.17.0\"".into());
            layout.fields_under = Some("labels".into());
            layout.errors = members("error.message", "error.stack_trace");
            layout.keys(&[
                (M::Timestamp, "@timestamp"),
                (M::Level, "log.level"),
                (M::Version, "ecs.version"),
                (M::Logger, "log.logger"),
                (M::Service, "service.name"),
                (M::Severity, "event.severity"),
                (M::Event, "event.action"),
                (M::EventId, "event.code"),
                (M::Sequence, "event.sequence"),
                (M::File, "log.origin.file.name"),
                (M::Line, "log.origin.file.line"),
                (M::Module, "log.origin.module"),
                (M::Thread, "process.thread.name"),
                (M::ThreadId, "process.thread.id"),
                (M::Pid, "process.pid"),
                (M::Host, "host.hostname"),
                (M::Template, "log.template"),
            ]);
            layout.renames(&[
                ("trace_id", "trace.id"),
                ("span_id", "span.id"),
                ("transaction_id", "transaction.id"),
            ]);
        })
    }

    /// OTLP 1.x in its JSON encoding: each line is a whole `LogsData`, as the file exporter of the OpenTelemetry specification
    /// writes it (<https://opentelemetry.io/docs/specs/otel/protocol/file-exporter/>) and the `otlpjsonfile` receiver of the
    /// Collector reads it:
    ///
    /// ```text
    /// {"resourceLogs":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"shop"}}]},
    ///  "scopeLogs":[{"scope":{"name":"app::orders"},"logRecords":[{"timeUnixNano":"1700000000000000042",
    ///  "observedTimeUnixNano":"1700000000000000042","severityNumber":9,"severityText":"INFO","body":{"stringValue":"paid"},
    ///  "attributes":[{"key":"order","value":{"intValue":"17"}}]}]}]}]}
    /// ```
    ///
    /// [`service`](Json::service), `host`, `pid` and [attributes](Json::attribute) are attributes of the resource. `trace_id`
    /// and `span_id` become `traceId` and `spanId` if they are 32 and 16 hexadecimal digits, or integers; the first error becomes
    /// `exception.message` and `exception.stacktrace`. Location and thread have the names of the semantic conventions. Keys,
    /// order and nesting are those of OTLP and cannot be set.
    #[must_use]
    pub fn opentelemetry() -> Self {
        Self::of(&[], |layout| {
            layout.kind = Kind::OpenTelemetry;
            layout.time = TimeFormat::unix_nanoseconds();
            layout.level = LevelStyle::OpenTelemetry;
            layout.service = Some(process::program().into());
            layout.errors = members("exception.message", "exception.stacktrace");
            layout.entry(M::Event).is_on = true;
            layout.rename_field("trace_id", "traceId", Form::Hex(32));
            layout.rename_field("span_id", "spanId", Form::Hex(16));
        })
    }

    /// Structured logging of Google Cloud (<https://cloud.google.com/logging/docs/structured-logging>), as its agents and
    /// Cloud Run, GKE and App Engine take it from the standard streams:
    ///
    /// ```text
    /// {"severity":"INFO","time":"2026-11-23T13:41:00.123456789Z","message":"paid",
    ///  "logging.googleapis.com/labels":{"logger":"app::orders"},"order":17}
    /// ```
    ///
    /// `trace_id`, `span_id` and `trace_sampled` become the special fields of the same meaning; the trace is found in Cloud Trace
    /// if [`google_project`](Json::google_project) says whose it is. The location is `logging.googleapis.com/sourceLocation`. The
    /// backtrace of an error, if there is one, is `stack_trace`, for Error Reporting. A field `httpRequest` is what it is to the
    /// agents.
    #[must_use]
    pub fn google_cloud() -> Self {
        Self::of(&[M::Level, M::Timestamp, M::Message, M::Logger, M::File, M::Line], |layout| {
            layout.level = LevelStyle::GoogleCloud;
            layout.errors = Errors::Backtrace("stack_trace");
            layout.keys(&[(M::Level, "severity"), (M::Timestamp, "time"), (M::Severity, "severity_number")]);
            layout.entry(M::Logger).object = Some("logging.googleapis.com/labels".into());
            for member in [M::File, M::Line] {
                layout.entry(member).object = Some("logging.googleapis.com/sourceLocation".into());
            }
            layout.entry(M::Line).as_text = true;
            layout.renames(&[
                ("trace_id", "logging.googleapis.com/trace"),
                ("span_id", "logging.googleapis.com/spanId"),
                ("trace_sampled", "logging.googleapis.com/trace_sampled"),
            ]);
        })
    }

    /// The project that traces belong to, for [`Json::google_cloud`]: `trace_id` then is written as
    /// `projects/<project>/traces/<id>`, which Cloud Logging wants.
    #[must_use]
    pub fn google_project(self, project: &str) -> Self {
        let prefix = format!("projects/{}/traces/", super::escaped(project));
        self.change(|layout| {
            layout.rename_field("trace_id", "logging.googleapis.com/trace", Form::Prefixed(prefix.into()));
        })
    }

    /// What AWS Lambda takes from the standard streams of runtimes that are not its own, with `timestamp` (RFC 3339) and `level`
    /// as its filter of levels reads them (AWS Lambda Developer Guide, "Log-level filtering" and "JSON log formats"); CloudWatch
    /// Logs finds all fields:
    ///
    /// ```text
    /// {"timestamp":"2026-11-23T13:41:00.123Z","level":"INFO","message":"paid","logger":"app::orders","order":17}
    /// ```
    ///
    /// `request_id` becomes `requestId`, and the first error `errorMessage` and `stackTrace`, a list of it and its sources.
    #[must_use]
    pub fn aws() -> Self {
        Self::of(&[M::Timestamp, M::Level, M::Message, M::Logger], |layout| {
            layout.time = TimeFormat::rfc3339().digits(3);
            layout.level = LevelStyle::Aws;
            layout.errors =
                Errors::Members { object: None, message: "errorMessage", stack: "stackTrace", is_list: true };
            layout.renames(&[("request_id", "requestId")]);
        })
    }

    /// The reserved and standard attributes of Datadog
    /// (<https://docs.datadoghq.com/logs/log_configuration/attributes_naming_convention/>):
    ///
    /// ```text
    /// {"timestamp":"2026-11-23T13:41:00.123Z","status":"info","message":"paid","ddsource":"rust","logger.name":"app::orders",
    ///  "order":17}
    /// ```
    ///
    /// `trace_id` and `span_id` become `dd.trace_id` and `dd.span_id`, and the first error `error.message` and `error.stack`.
    /// Environment and version are attributes: `.attribute("dd.env", "production").attribute("dd.version", "1.2")`.
    #[must_use]
    pub fn datadog() -> Self {
        Self::of(&[M::Timestamp, M::Level, M::Message, M::Attributes, M::Logger, M::Service, M::Host], |layout| {
            layout.time = TimeFormat::rfc3339().digits(3);
            layout.level = LevelStyle::Datadog;
            layout.errors = members("error.message", "error.stack");
            layout.attributes.push(("ddsource".into(), "\"rust\"".into()));
            layout.keys(&[
                (M::Level, "status"),
                (M::Logger, "logger.name"),
                (M::Thread, "logger.thread_name"),
                (M::ThreadId, "logger.thread_id"),
                (M::File, "logger.file"),
                (M::Line, "logger.line"),
                (M::Module, "logger.module"),
                (M::Event, "evt.name"),
                (M::Pid, "process.pid"),
            ]);
            layout.renames(&[("trace_id", "dd.trace_id"), ("span_id", "dd.span_id")]);
        })
    }

    /// Version 0 of the records of Bunyan (<https://github.com/trentm/node-bunyan#log-record-fields>), for its viewer:
    ///
    /// ```text
    /// {"v":0,"level":30,"name":"shop","hostname":"web-1","pid":4711,"time":"2026-11-23T13:41:00.123Z","msg":"paid",
    ///  "logger":"app::orders","order":17}
    /// ```
    ///
    /// `name` is the [`service`](Json::service), or the program's name if it is not set. An event without a message has an
    /// empty `msg`, which Bunyan asks for. The location is `src`; the first error is `err`, with `message` and `stack`.
    #[must_use]
    pub fn bunyan() -> Self {
        let order = [M::Version, M::Level, M::Service, M::Host, M::Pid, M::Timestamp, M::Message, M::Logger];
        Self::of(&order, |layout| {
            layout.node(TimeFormat::rfc3339().digits(3));
            layout.version = Some("0".into());
            layout.service = Some(process::program().into());
            layout.empty_message = true;
            layout.keys(&[(M::Version, "v"), (M::Service, "name")]);
            for member in [M::File, M::Line] {
                layout.entry(member).object = Some("src".into());
            }
        })
    }

    /// What pino writes by default (<https://getpino.io/#/docs/api>, pino 9), for `pino-pretty` and its other tools:
    ///
    /// ```text
    /// {"level":30,"time":1700000000000,"pid":4711,"hostname":"web-1","name":"app::orders","msg":"paid","order":17}
    /// ```
    ///
    /// `name` is the target. The first error is `err`, with `message` and `stack`.
    #[must_use]
    pub fn pino() -> Self {
        Self::of(&[M::Level, M::Timestamp, M::Pid, M::Host, M::Logger, M::Message], |layout| {
            layout.node(TimeFormat::unix_milliseconds());
            layout.keys(&[(M::Logger, "name")]);
        })
    }

    fn of(order: &[JsonMember], change: impl FnOnce(&mut Layout)) -> Self {
        Self::new().change(|layout| {
            layout.order(order.iter().copied());
            change(layout);
        })
    }
}

/// Members of the first error, by themselves.
fn members(message: &'static str, stack: &'static str) -> Errors {
    Errors::Members { object: None, message, stack, is_list: false }
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

    /// What the loggers of Node.js have in common.
    fn node(&mut self, time: TimeFormat) {
        self.time = time;
        self.level = LevelStyle::Bunyan;
        self.errors = Errors::Members { object: Some("err"), message: "message", stack: "stack", is_list: false };
        self.keys(&[(M::Timestamp, "time"), (M::Message, "msg"), (M::Host, "hostname")]);
        self.entry(M::Pid).is_on = true;
        self.entry(M::Host).is_on = true;
    }
}
