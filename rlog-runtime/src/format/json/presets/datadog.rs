//! Datadog.

use super::super::Json;
use super::super::layout::{Errors, Form, JsonMember as M};
use super::super::level_style::LevelStyle;
use super::members;
use crate::format::time::TimeFormat;

impl Json {
    /// The reserved and standard attributes of Datadog:
    ///
    /// ```text
    /// {"timestamp":"2026-11-23T13:41:00.123Z","status":"info","message":"paid","ddsource":"rust","logger.name":"app::orders",
    ///  "order":17}
    /// ```
    ///
    /// `trace_id` and `span_id` keep their names, which Datadog reads, and are 32 and 16 hexadecimal digits in small letters also
    /// if they are integers. The first error is `error.message` and `error.stack`. Error Tracking wants `error.kind` besides,
    /// unless the stack is one that it can read, and [`service`](Json::service): give the kind as a field, since an error does
    /// not tell its type. Environment and version are attributes: `.attribute("dd.env", "production")`,
    /// `.attribute("dd.version", "1.2")`. Fields `host`, `hostname` and `service` are what they are to Datadog.
    ///
    /// Source: Datadog, "Attributes and Aliasing", sections "Reserved attributes" and "Source code"
    /// (<https://docs.datadoghq.com/logs/log_configuration/attributes_naming_convention/>); "Pipelines", section "Preprocessing"
    /// (<https://docs.datadoghq.com/logs/log_configuration/pipelines/#preprocessing>); "Log Status Remapper"; "Correlating
    /// OpenTelemetry Traces and Logs", section "Scrape logs from files"; "Track Backend Error Logs", section "Attributes for
    /// Error Tracking".
    #[must_use]
    pub fn datadog() -> Self {
        Self::of(&[M::Timestamp, M::Level, M::Message, M::Attributes, M::Logger, M::Service, M::Host], |layout| {
            layout.time = TimeFormat::rfc3339().digits(3);
            layout.level = LevelStyle::Datadog;
            layout.errors = Errors::Members(members("error.message", "error.stack"));
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
            layout.rename_field("trace_id", "trace_id", Form::Id(32, "".into()));
            layout.rename_field("span_id", "span_id", Form::Id(16, "".into()));
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::tests::parsed;
    use super::super::tests::{SECURITY, TRACE, paid};
    use super::*;
    use crate::format::sample::{Sample, formatted};
    use crate::level::Level;
    use crate::value::Value;
    use serde_json::json;
    use std::string::String;
    use std::vec::Vec;

    #[test]
    fn datadog_has_the_reserved_attributes() {
        let datadog = Json::datadog().service("shop").attribute("dd.env", "test").location(true).thread(true);
        assert_eq!(
            formatted(&datadog, &paid(SECURITY)),
            concat!(
                r#"{"timestamp":"2023-11-14T22:13:20.000Z","status":"warn","message":"paid ada","ddsource":"rust","#,
                r#""dd.env":"test","logger.name":"app::orders","service":"shop","logger.file":"src/o.rs","logger.line":7,"#,
                r#""logger.thread_name":"worker-7","#,
                r#""trace_id":"4bf92f3577b34da6a3ce929d0e0e4736","span_id":"00f067aa0ba902b7","#,
                r#""error.message":"declined","error.stack":"declined\ncaused by: no answer","user":"ada","#,
                r#""order":{"id":17,"note":null,"state":"Open"},"http.method":"GET"}"#,
                "\n"
            )
        );
    }

    /// The severity of syslog that the "Log Status Remapper" makes of a status; `None` for `OK`.
    fn remapped(status: &str) -> Option<u8> {
        let status = status.to_ascii_lowercase();
        let begins = |prefixes: &[&str]| prefixes.iter().any(|prefix| status.starts_with(prefix));
        let rules: [(&[&str], Option<u8>); 9] = [
            (&["emerg", "f"], Some(0)),
            (&["a"], Some(1)),
            (&["c"], Some(2)),
            (&["err"], Some(3)),
            (&["w"], Some(4)),
            (&["n"], Some(5)),
            (&["i"], Some(6)),
            (&["d", "t", "v"], Some(7)),
            (&["o", "s"], None),
        ];
        // "All others map to info (6)."
        rules.iter().find(|(prefixes, _)| begins(prefixes)).map_or(Some(6), |(_, severity)| *severity)
    }

    #[test]
    fn every_status_is_remapped_to_the_severity_that_it_means() {
        let severity = |level: Level| {
            let json = parsed(&Json::datadog(), &Sample::new(level, ".m\u{1f}f"));
            remapped(json["status"].as_str().expect("text")).expect("a severity")
        };
        for (level, expected) in [
            (Level::TRACE, 7),
            (Level::DEBUG, 7),
            (Level::INFO, 6),
            (Level::NOTICE, 5),
            (Level::WARN, 4),
            (SECURITY, 4),
            (Level::ERROR, 3),
            (Level::CRITICAL, 2),
        ] {
            assert_eq!(severity(level), expected, "{level}");
        }
        let severities: Vec<u8> = (0..=255).rev().map(|level| severity(Level::new(level))).collect();
        assert!(severities.is_sorted(), "{severities:?}");
    }

    #[test]
    fn no_field_passes_for_what_preprocessing_looks_for() {
        // "Preprocessing uses the value of the first matching attribute": reserved attributes, and where they are looked for.
        const SOURCES: [(&str, &[&str]); 5] = [
            ("2023-11-14T22:13:20.000Z", &["@timestamp", "timestamp", "_timestamp", "Timestamp", "eventTime", "date"]),
            ("paid", &["message", "msg", "log"]),
            ("shop", &["service", "syslog.appname", "dd.service"]),
            ("info", &["status", "severity", "level", "syslog.severity"]),
            (TRACE, &["dd.trace_id", "contextMap.dd.trace_id", "named_tags.dd.trace_id", "trace_id"]),
        ];
        let keys = ["timestamp", "date", "message", "msg", "log", "service", "status", "severity", "level"];
        let keyed: String = keys.iter().map(|key| format!("k{}:{key}", key.len())).collect();
        let sample = Sample::new(Level::INFO, &format!("mp4:paid{keyed}k8:trace_id.m\u{1f}f"))
            .values(keys.iter().map(|_| Value::Str("500")).chain([Value::Str(TRACE)]));
        let json = parsed(&Json::datadog().service("shop"), &sample);
        for (expected, sources) in SOURCES {
            let found = sources.iter().find_map(|source| json.get(*source));
            assert_eq!(found, Some(&json!(expected)), "{json}");
        }
        let fields = json.as_object().expect("an object").values().filter(|value| **value == "500").count();
        assert_eq!(fields, keys.len());
    }

    #[test]
    fn standard_attributes_have_the_types_of_the_list() {
        let json = parsed(&Json::datadog().thread(true), &paid(Level::ERROR));
        for key in
            ["logger.name", "logger.thread_name", "error.message", "error.stack", "ddsource", "message", "status"]
        {
            assert!(json[key].is_string(), "{key}: {json}");
        }
        // "A concise, human-readable, one-line message explaining the event"
        assert_eq!(json["error.message"], "declined");
    }

    #[test]
    fn ids_are_hexadecimal_whatever_they_were() {
        let text = "k8:trace_idk7:span_id.m\u{1f}f";
        for (trace, span, expected) in [
            (Value::U64(0xab), Value::U64(10), ("000000000000000000000000000000ab", "000000000000000a")),
            (Value::U128(u128::MAX), Value::U64(1), ("ffffffffffffffffffffffffffffffff", "0000000000000001")),
            (Value::Str("none"), Value::Str("7"), ("none", "7")),
        ] {
            let json = parsed(&Json::datadog(), &Sample::new(Level::INFO, text).values([trace, span]));
            assert_eq!((&json["trace_id"], &json["span_id"]), (&json!(expected.0), &json!(expected.1)));
        }
    }
}
