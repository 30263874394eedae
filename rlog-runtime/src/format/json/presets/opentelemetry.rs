//! OTLP.

use super::super::Json;
use super::super::layout::{Errors, Form, JsonMember as M, Kind};
use super::super::level_style::LevelStyle;
use super::members;
use crate::format::process;
use crate::format::time::TimeFormat;

impl Json {
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
    /// [`service`](Json::service), `host`, `pid` and [attributes](Json::attribute) are attributes of the resource, each key once: an
    /// attribute stands in the place of what would have its key, such as `service.name`. `trace_id`
    /// and `span_id` become `traceId` and `spanId` if they are 32 and 16 hexadecimal digits, or integers; the first error becomes
    /// `exception.message` and `exception.stacktrace`. Location and thread have the names of the semantic conventions. They
    /// have none for a module, which is `code.module.name`. Keys, order and nesting are those of OTLP and cannot be set.
    #[must_use]
    pub fn opentelemetry() -> Self {
        Self::of(&[], |layout| {
            layout.kind = Kind::OpenTelemetry;
            layout.time = TimeFormat::unix_nanoseconds();
            layout.level = LevelStyle::OpenTelemetry;
            layout.service = Some(process::program().into());
            layout.errors = Errors::Members(members("exception.message", "exception.stacktrace"));
            layout.entry(M::Event).is_on = true;
            layout.rename_field("trace_id", "traceId", Form::Hex(32));
            layout.rename_field("span_id", "spanId", Form::Hex(16));
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::tests::parsed;
    use super::super::tests::{SECURITY, TRACE, bare, paid};
    use super::*;
    use crate::format::sample::{Sample, formatted};
    use crate::level::Level;
    use crate::value::Value;
    use serde_json::json;
    use std::vec::Vec;

    #[test]
    fn opentelemetry_is_otlp_logs_data() {
        let attribute =
            |key: &str, kind: &str, value: serde_json::Value| json!({ "key": key, "value": { kind: value } });
        let otlp =
            Json::opentelemetry().service("shop").attribute("service.version", "1.2").location(true).thread(true);
        assert_eq!(
            parsed(&otlp, &paid(SECURITY)),
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
                        "severityNumber": 15,
                        "severityText": "35",
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
    fn no_attribute_of_a_statement_is_one_that_the_conventions_have_deprecated() {
        let otlp = Json::opentelemetry().location(true).thread(true).member(M::Module, true).member(M::ThreadId, true);
        let json = parsed(&otlp, &bare());
        let attributes = json["resourceLogs"][0]["scopeLogs"][0]["logRecords"][0]["attributes"].as_array();
        let keys = attributes.expect("a list").iter().filter_map(|attribute| attribute["key"].as_str());
        let expected = ["code.file.path", "code.line.number", "code.module.name", "thread.name", "thread.id", "order"];
        assert_eq!(keys.collect::<Vec<_>>(), expected);
    }

    #[test]
    fn attributes_of_the_resource_have_each_key_once_and_the_later_one_counts() {
        let otlp = Json::opentelemetry().service("shop").host(true).pid(true);
        let otlp = otlp.attribute("service.name", "a").attribute("env", "b").attribute("service.name", "c");
        let otlp = otlp.attribute("process.pid", "d").attribute("host.name", "e");
        let json = parsed(&otlp, &bare());
        let attributes = json["resourceLogs"][0]["resource"]["attributes"].as_array().expect("a list");
        let attributes = attributes.iter().map(|one| (one["key"].as_str(), one["value"]["stringValue"].as_str()));
        let expected = [("env", "b"), ("service.name", "c"), ("process.pid", "d"), ("host.name", "e")];
        assert_eq!(attributes.collect::<Vec<_>>(), expected.map(|(key, value)| (Some(key), Some(value))));
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
}
