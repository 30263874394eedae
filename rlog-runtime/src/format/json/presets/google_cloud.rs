//! Google Cloud.

use super::super::Json;
use super::super::layout::{Errors, Form, JsonMember as M, NoMessage};
use super::super::level_style::LevelStyle;

impl Json {
    /// Structured logging of Google Cloud, as its agents and Cloud Run, GKE and App Engine take it from the standard streams:
    ///
    /// ```text
    /// {"severity":"INFO","time":"2026-11-23T13:41:00.123456789Z","message":"paid",
    ///  "logging.googleapis.com/labels":{"logger":"app::orders"},"order":17}
    /// ```
    ///
    /// `trace_id`, `span_id` and `trace_sampled`, a truth value, become the special fields of the same meaning, ids that are
    /// integers as hexadecimal digits; the trace is found in Cloud Trace if [`google_project`](Json::google_project) says whose
    /// it is. The location is `logging.googleapis.com/sourceLocation`. An error with a backtrace is `stack_trace` too, which
    /// Error Reporting looks at first; it takes all errors if [`google_error_reporting`](Json::google_error_reporting) says so. A
    /// field `httpRequest` is what it is to the agents.
    ///
    /// Source: Cloud Logging, "Structured logging", section "special JSON fields"
    /// (<https://cloud.google.com/logging/docs/structured-logging#special-payload-fields>); "Configure the Logging agent",
    /// section "Time-related fields"; "LogEntry", sections "LogSeverity" and "LogEntrySourceLocation"
    /// (<https://cloud.google.com/logging/docs/reference/v2/rest/v2/LogEntry>), where the line is text, as all integers of 64
    /// bits are in the JSON of Protocol Buffers.
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
            layout.rename_field("trace_id", "logging.googleapis.com/trace", Form::Id(32, "".into()));
            layout.rename_field("span_id", "logging.googleapis.com/spanId", Form::Id(16, "".into()));
            layout.rename_field("trace_sampled", "logging.googleapis.com/trace_sampled", Form::Plain);
        })
    }

    /// The project that traces belong to, for [`Json::google_cloud`]: `trace_id` then is written as
    /// `projects/<project>/traces/<id>`, which Cloud Logging wants.
    #[must_use]
    pub fn google_project(self, project: &str) -> Self {
        let prefix = format!("projects/{}/traces/", super::super::escaped(project));
        self.change(|layout| {
            layout.rename_field("trace_id", "logging.googleapis.com/trace", Form::Id(32, prefix.into()));
        })
    }

    /// Whether events at ERROR and above are for Error Reporting too, with [`Json::google_cloud`]. Not if not set: only errors
    /// with a backtrace are, since it asks for a stack trace or for what this adds.
    ///
    /// ```text
    /// {"@type":"type.googleapis.com/google.devtools.clouderrorreporting.v1beta1.ReportedErrorEvent",
    ///  "serviceContext":{"service":"shop"},
    ///  "context":{"reportLocation":{"filePath":"src/orders.rs","lineNumber":7,"functionName":"app::orders"}},
    ///  "severity":"ERROR","time":"2026-11-23T13:41:00.123456789Z","message":"cannot pay", …}
    /// ```
    ///
    /// The service is that of [`service`](Json::service), or the program's name, and the function the module, which is all that
    /// a statement knows. An event without a message has the text of its first error as `message`.
    ///
    /// ```
    /// use rlog_runtime::{Console, Json};
    ///
    /// let handler = Console::stdout().formatter(Json::google_cloud().service("shop").google_error_reporting(true));
    /// ```
    ///
    /// Source: Error Reporting, "Format a log entry to report error events"
    /// (<https://cloud.google.com/error-reporting/docs/formatting-error-messages>), and `ReportedErrorEvent` and
    /// `SourceLocation` of its API v1beta1.
    #[must_use]
    pub fn google_error_reporting(self, is_reported: bool) -> Self {
        self.change(|layout| {
            layout.reports_errors = is_reported;
            layout.no_message = if is_reported { NoMessage::Error } else { NoMessage::Absent };
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::tests::parsed;
    use super::super::tests::{SECURITY, TRACE, bare, paid};
    use super::*;
    use crate::format::process;
    use crate::format::sample::{Sample, formatted};
    use crate::level::Level;
    use crate::value::Value;
    use crate::value::render::tests::{failed, traced};
    use serde_json::json;
    use std::string::String;
    use std::vec::Vec;

    /// `LogSeverity`, all of it: `google/logging/type/log_severity.proto`.
    const LOG_SEVERITY: [(&str, u16); 9] = [
        ("DEFAULT", 0),
        ("DEBUG", 100),
        ("INFO", 200),
        ("NOTICE", 300),
        ("WARNING", 400),
        ("ERROR", 500),
        ("CRITICAL", 600),
        ("ALERT", 700),
        ("EMERGENCY", 800),
    ];

    #[test]
    fn google_cloud_has_the_special_fields() {
        assert_eq!(
            formatted(&Json::google_cloud().google_project("shop-1").location(true), &paid(SECURITY)),
            concat!(
                r#"{"severity":"WARNING","time":"2023-11-14T22:13:20.000000042Z","message":"paid ada","#,
                r#""logging.googleapis.com/labels":{"logger":"app::orders"},"#,
                r#""logging.googleapis.com/sourceLocation":{"file":"src/o.rs","line":"7"},"#,
                r#""logging.googleapis.com/trace":"projects/shop-1/traces/4bf92f3577b34da6a3ce929d0e0e4736","#,
                r#""logging.googleapis.com/spanId":"00f067aa0ba902b7","user":"ada","#,
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
    fn every_severity_is_one_of_log_severity_and_none_overtakes_another() {
        let number = |level: Level| {
            let json = parsed(&Json::google_cloud(), &Sample::new(level, ".m\u{1f}f"));
            let name = json["severity"].as_str().map(String::from).expect("text");
            LOG_SEVERITY.iter().find(|(known, _)| *known == name).unwrap_or_else(|| panic!("{name}")).1
        };
        for (level, expected) in [
            // "Debug or trace information."
            (Level::TRACE, 100),
            (Level::DEBUG, 100),
            (Level::INFO, 200),
            (Level::NOTICE, 300),
            (Level::WARN, 400),
            (Level::ERROR, 500),
            (Level::CRITICAL, 600),
        ] {
            assert_eq!(number(level), expected, "{level}");
        }
        assert!((400..500).contains(&number(SECURITY)));
        let numbers: Vec<u16> = (0..=255).map(|severity| number(Level::new(severity))).collect();
        assert!(numbers.is_sorted() && !numbers.contains(&0), "{numbers:?}");
    }

    #[test]
    fn special_fields_have_the_types_of_log_entry() {
        let text = "mp4:paidk8:trace_idk7:span_idk13:trace_sampled.app\u{1f}src/o.rs";
        for (trace, span, expected) in [
            (Value::Str(TRACE), Value::Str("000000000000004A"), (TRACE, "000000000000004a")),
            (Value::U64(0xab), Value::U64(0x4a), ("000000000000000000000000000000ab", "000000000000004a")),
            (Value::U128(0xab << 64), Value::U64(1 << 63), ("00000000000000ab0000000000000000", "8000000000000000")),
            // No ids of Cloud Trace, but text, which is all that the type asks for.
            (Value::Str("req\"1"), Value::I64(-1), ("req\"1", "-1")),
        ] {
            let sample = Sample::new(Level::INFO, text).values([trace, span, Value::Bool(true)]);
            let json = parsed(&Json::google_cloud().location(true), &sample);
            assert_eq!(json["logging.googleapis.com/trace"], expected.0);
            assert_eq!(json["logging.googleapis.com/spanId"], expected.1);
            // "The value of this field must be either `true` or `false`."
            assert_eq!(json["logging.googleapis.com/trace_sampled"], true);
            // "A `time` field that is a string in RFC 3339 format"; a `timestamp` would have to be an object.
            assert_eq!(json["time"], "2023-11-14T22:13:20.000000042Z");
            assert_eq!(json.get("timestamp"), None);
            // `map<string, string>`
            let labels = json["logging.googleapis.com/labels"].as_object().expect("a structured record");
            assert!(labels.values().all(serde_json::Value::is_string), "{json}");
            // `"line":"142"`: an `int64`, which is a string in JSON.
            assert_eq!(json["logging.googleapis.com/sourceLocation"], json!({ "file": "src/o.rs", "line": "7" }));
            let with_project = parsed(&Json::google_cloud().google_project("p"), &sample);
            assert_eq!(with_project["logging.googleapis.com/trace"], format!("projects/p/traces/{}", expected.0));
        }
        let nothing = Sample::new(Level::INFO, text).values([Value::Null, Value::Null, Value::Null]);
        let json = parsed(&Json::google_cloud().nulls(true).google_project("p"), &nothing);
        assert_eq!(json["logging.googleapis.com/trace"], json!(null));
    }

    #[test]
    fn a_stack_trace_begins_with_the_error() {
        let sample = Sample::new(Level::ERROR, "mp3:badk3:err.m\u{1f}f").values([traced("declined")]);
        let json = parsed(&Json::google_cloud(), &sample);
        let trace = json["stack_trace"].as_str().expect("text");
        assert!(trace.starts_with("declined\n") && trace.lines().count() > 2, "{trace}");
        assert_eq!(json["err"]["message"], "declined");
        let plain = Sample::new(Level::ERROR, "mp3:badk3:err.m\u{1f}f").values([failed(&["declined"])]);
        assert_eq!(parsed(&Json::google_cloud(), &plain).get("stack_trace"), None);
    }

    #[test]
    fn errors_are_reported_with_all_that_a_reported_error_event_requires() {
        let reporting = || Json::google_cloud().google_error_reporting(true);
        for level in [Level::ERROR, Level::CRITICAL, Level::new(60)] {
            let json = parsed(&reporting().service("shop"), &paid(level));
            assert_eq!(
                json["@type"],
                "type.googleapis.com/google.devtools.clouderrorreporting.v1beta1.ReportedErrorEvent"
            );
            assert_eq!(json["serviceContext"], json!({ "service": "shop" }));
            assert_eq!(
                json["context"],
                json!({ "reportLocation": { "filePath": "src/o.rs", "lineNumber": 7, "functionName": "app::orders" } })
            );
            assert_eq!(json["message"], "paid ada");
        }
        for level in [Level::INFO, Level::WARN, SECURITY] {
            assert_eq!(parsed(&reporting(), &paid(level)).get("@type"), None, "{level}");
        }
        assert_eq!(parsed(&Json::google_cloud(), &paid(Level::ERROR)).get("@type"), None);
        let text = "k3:errk7:contextk5:@typek14:serviceContext.m\u{1f}f";
        let words = ["a", "b", "c"].map(Value::Str);
        let sample = Sample::new(Level::ERROR, text).values([failed(&["declined"])].into_iter().chain(words));
        let json = parsed(&reporting(), &sample);
        assert_eq!((&json["message"], &json["context_"]), (&json!("declined"), &json!("a")));
        assert_eq!((&json["@type_"], &json["serviceContext_"]), (&json!("b"), &json!("c")));
        assert_eq!(json["serviceContext"]["service"], json!(process::program()));
    }
}
