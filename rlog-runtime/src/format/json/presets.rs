//! JSON as certain readers expect it.

use super::Json;
use super::layout::{Errors, Form, JsonMember, Kind, Layout};
use super::level_style::LevelStyle;
use crate::format::error::{FormatError, suggestion};
use crate::format::process;
use crate::format::time::TimeFormat;

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
            layout.renames(&[("trace_id", "trace.id"), ("span_id", "span.id"), ("transaction_id", "transaction.id")]);
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

#[cfg(test)]
mod tests {
    use super::super::tests::parsed;
    use super::*;
    use crate::filter::Note;
    use crate::format::Formatter as _;
    use crate::format::sample::{Sample, formatted};
    use crate::level::Level;
    use crate::record::Record;
    use crate::value::Value;
    use crate::value::render::tests::{Order, Payment, failed, logged};
    use serde_json::json;
    use std::string::{String, ToString as _};
    use std::vec::Vec;

    const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

    /// `paid {user}` with a trace, an error and an order, at `level`.
    fn paid(level: Level) -> Sample<'static> {
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

    fn bare() -> Sample<'static> {
        Sample::new(Level::new(35), "k5:order.app\u{1f}f").values([Value::U64(17)])
    }

    #[test]
    fn ecs_begins_with_the_keys_that_the_specification_puts_in_order() {
        assert_eq!(
            formatted(&Json::ecs().service("shop"), &paid(Level::ERROR)),
            concat!(
                r#"{"@timestamp":"2023-11-14T22:13:20.000Z","log.level":"error","message":"paid ada","ecs.version":"8.17.0","#,
                r#""log.logger":"app::orders","service.name":"shop","trace.id":"4bf92f3577b34da6a3ce929d0e0e4736","#,
                r#""span.id":"00F067AA0BA902B7","http.method":"GET","#,
                r#""error.message":"declined","error.stack_trace":"declined\ncaused by: no answer","#,
                r#""labels":{"user":"ada","order":"Order {id: 17, note: null, state: Open}"}}"#,
                "\n"
            )
        );
        assert_eq!(
            formatted(&Json::ecs(), &bare()),
            concat!(
                r#"{"@timestamp":"2023-11-14T22:13:20.000Z","log.level":"35","ecs.version":"8.17.0","log.logger":"app","#,
                r#""labels":{"order":17}}"#,
                "\n"
            )
        );
        let flat = parsed(&Json::ecs().fields_under("").location(true).thread(true), &paid(Level::ERROR));
        assert_eq!((&flat["user"], &flat["order"]["id"]), (&json!("ada"), &json!(17)));
        assert_eq!((&flat["log.origin.file.name"], &flat["log.origin.file.line"]), (&json!("src/o.rs"), &json!(7)));
    }

    #[test]
    fn opentelemetry_is_otlp_logs_data() {
        let attribute =
            |key: &str, kind: &str, value: serde_json::Value| json!({ "key": key, "value": { kind: value } });
        let otlp =
            Json::opentelemetry().service("shop").attribute("service.version", "1.2").location(true).thread(true);
        assert_eq!(
            parsed(&otlp, &paid(Level::ERROR)),
            json!({ "resourceLogs": [{
                "resource": { "attributes": [
                    attribute("service.name", "stringValue", json!("shop")),
                    attribute("service.version", "stringValue", json!("1.2")),
                ] },
                "scopeLogs": [{
                    "scope": { "name": "app::orders" },
                    "logRecords": [{
                        "timeUnixNano": "1700000000000000042",
                        "observedTimeUnixNano": "1700000000000000042",
                        "severityNumber": 17,
                        "severityText": "ERROR",
                        "body": { "stringValue": "paid ada" },
                        "eventName": "pay",
                        "traceId": TRACE,
                        "spanId": "00f067aa0ba902b7",
                        "attributes": [
                            attribute("code.file.path", "stringValue", json!("src/o.rs")),
                            attribute("code.line.number", "intValue", json!("7")),
                            attribute("thread.name", "stringValue", json!("worker-7")),
                            attribute("exception.message", "stringValue", json!("declined")),
                            attribute("exception.stacktrace", "stringValue", json!("declined\ncaused by: no answer")),
                            attribute("user", "stringValue", json!("ada")),
                            attribute("order", "kvlistValue", json!({ "values": [
                                attribute("id", "intValue", json!("17")),
                                { "key": "note", "value": {} },
                                attribute("state", "stringValue", json!("Open")),
                            ] })),
                            attribute("http.method", "stringValue", json!("GET")),
                        ],
                    }],
                }],
            }] })
        );
        let line = formatted(&Json::opentelemetry(), &bare());
        let json = parsed(&Json::opentelemetry().pid(true), &bare());
        let record = &json["resourceLogs"][0]["scopeLogs"][0]["logRecords"][0];
        assert_eq!((&record["severityNumber"], &record["severityText"]), (&json!(15), &json!("35")), "{line}");
        assert_eq!(record.get("body"), None);
        let resource = &json["resourceLogs"][0]["resource"]["attributes"];
        assert_eq!(resource[1], attribute("process.pid", "intValue", json!(std::process::id().to_string())));
    }

    #[test]
    fn ids_that_are_none_stay_attributes_of_opentelemetry() {
        for (value, expected) in [
            (Value::Str("not hexadecimal"), None),
            (Value::Str("00000000000000000000000000000000"), None),
            (Value::U64(0), None),
            (Value::U128(0xab), Some("000000000000000000000000000000ab")),
            (Value::U64(u64::MAX), Some("0000000000000000ffffffffffffffff")),
        ] {
            let sample = Sample::new(Level::INFO, "k8:trace_id.m\u{1f}f").values([value]);
            let json = parsed(&Json::opentelemetry(), &sample);
            let record = &json["resourceLogs"][0]["scopeLogs"][0]["logRecords"][0];
            assert_eq!(record.get("traceId").and_then(serde_json::Value::as_str), expected);
            assert_eq!(record["attributes"].as_array().map(Vec::len), Some(usize::from(expected.is_none())));
        }
    }

    #[test]
    fn google_cloud_has_the_special_fields() {
        let sample = paid(Level::NOTICE);
        assert_eq!(
            formatted(&Json::google_cloud().google_project("shop-1").location(true), &sample),
            concat!(
                r#"{"severity":"NOTICE","time":"2023-11-14T22:13:20.000000042Z","message":"paid ada","#,
                r#""logging.googleapis.com/labels":{"logger":"app::orders"},"#,
                r#""logging.googleapis.com/sourceLocation":{"file":"src/o.rs","line":"7"},"#,
                r#""logging.googleapis.com/trace":"projects/shop-1/traces/4bf92f3577b34da6a3ce929d0e0e4736","#,
                r#""logging.googleapis.com/spanId":"00F067AA0BA902B7","user":"ada","#,
                r#""err":{"message":"declined","sources":["no answer"]},"order":{"id":17,"note":null,"state":"Open"},"#,
                r#""http.method":"GET"}"#,
                "\n"
            )
        );
        assert_eq!(
            formatted(&Json::google_cloud(), &bare()),
            concat!(
                r#"{"severity":"WARNING","time":"2023-11-14T22:13:20.000000042Z","#,
                r#""logging.googleapis.com/labels":{"logger":"app"},"order":17}"#,
                "\n"
            )
        );
    }

    #[test]
    fn aws_has_what_lambda_filters_by() {
        let text = "mp4:paidk10:request_idk3:err.app::orders\u{1f}f";
        let sample = Sample::new(Level::CRITICAL, text).values([Value::Str("r-1"), failed(&["declined", "no answer"])]);
        assert_eq!(
            formatted(&Json::aws(), &sample),
            concat!(
                r#"{"timestamp":"2023-11-14T22:13:20.000Z","level":"FATAL","message":"paid","logger":"app::orders","#,
                r#""requestId":"r-1","errorMessage":"declined","stackTrace":["declined","caused by: no answer"]}"#,
                "\n"
            )
        );
    }

    #[test]
    fn datadog_has_the_reserved_attributes() {
        assert_eq!(
            formatted(&Json::datadog().service("shop").attribute("dd.env", "test").thread(true), &paid(Level::WARN)),
            concat!(
                r#"{"timestamp":"2023-11-14T22:13:20.000Z","status":"warn","message":"paid ada","ddsource":"rust","#,
                r#""dd.env":"test","logger.name":"app::orders","service":"shop","logger.thread_name":"worker-7","#,
                r#""dd.trace_id":"4bf92f3577b34da6a3ce929d0e0e4736","dd.span_id":"00F067AA0BA902B7","#,
                r#""error.message":"declined","error.stack":"declined\ncaused by: no answer","user":"ada","#,
                r#""order":{"id":17,"note":null,"state":"Open"},"http.method":"GET"}"#,
                "\n"
            )
        );
    }

    #[test]
    fn bunyan_has_all_fields_that_it_asks_for() {
        let (host, pid) = (process::host(), std::process::id());
        assert_eq!(
            formatted(&Json::bunyan().service("shop").location(true), &paid(Level::NOTICE)),
            format!(
                "{{\"v\":0,\"level\":35,\"name\":\"shop\",\"hostname\":\"{host}\",\"pid\":{pid},\
                 \"time\":\"2023-11-14T22:13:20.000Z\",\"msg\":\"paid ada\",\"logger\":\"app::orders\",\
                 \"src\":{{\"file\":\"src/o.rs\",\"line\":7}},\
                 \"err\":{{\"message\":\"declined\",\"stack\":\"declined\\ncaused by: no answer\"}},\"user\":\"ada\",\
                 \"trace_id\":\"{TRACE}\",\"span_id\":\"00F067AA0BA902B7\",\
                 \"order\":{{\"id\":17,\"note\":null,\"state\":\"Open\"}},\"http.method\":\"GET\"}}\n"
            )
        );
        let json = parsed(&Json::bunyan(), &bare());
        for (key, is_right) in [
            ("v", json["v"].is_u64()),
            ("level", json["level"] == 45),
            ("name", json["name"] == json!(process::program())),
            ("hostname", json["hostname"].is_string()),
            ("pid", json["pid"].is_u64()),
            ("time", json["time"].is_string()),
            ("msg", json["msg"] == ""),
        ] {
            assert!(is_right, "{key}: {json}");
        }
    }

    #[test]
    fn pino_has_numbers_for_level_and_time() {
        let (host, pid) = (process::host(), std::process::id());
        assert_eq!(
            formatted(&Json::pino(), &bare()),
            format!(
                "{{\"level\":45,\"time\":1700000000000,\"pid\":{pid},\"hostname\":\"{host}\",\"name\":\"app\",\"order\":17}}\n"
            )
        );
        let json = parsed(&Json::pino(), &paid(Level::ERROR));
        assert_eq!(json["err"], json!({ "message": "declined", "stack": "declined\ncaused by: no answer" }));
        assert_eq!((&json["level"], &json["msg"]), (&json!(50), &json!("paid ada")));
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
