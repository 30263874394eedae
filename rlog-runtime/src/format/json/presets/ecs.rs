//! ECS.

use super::super::Json;
use super::super::layout::{Errors, Form, JsonMember as M, Kind};
use super::super::level_style::LevelStyle;
use super::members;
use crate::format::time::TimeFormat;

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
    /// become `trace.id` and so on, integers as hexadecimal digits, and the first error `error.message` and `error.stack_trace`, its sources. A field whose key
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
            layout.errors = Errors::Members(members("error.message", "error.stack_trace"));
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
            layout.rename_field("trace_id", "trace.id", Form::Id(32, "".into()));
            layout.rename_field("span_id", "span.id", Form::Id(16, "".into()));
            layout.rename_field("transaction_id", "transaction.id", Form::Id(16, "".into()));
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::tests::parsed;
    use super::super::tests::{SECURITY, bare, paid};
    use super::*;
    use crate::format::sample::{Sample, formatted};
    use crate::level::Level;
    use crate::value::Value;
    use serde_json::json;

    #[test]
    fn ecs_begins_with_the_keys_that_the_specification_puts_in_order() {
        assert_eq!(
            formatted(&Json::ecs().service("shop").location(true), &paid(SECURITY)),
            concat!(
                r#"{"@timestamp":"2023-11-14T22:13:20.000Z","log.level":"35","message":"paid ada","ecs.version":"8.17.0","#,
                r#""log.logger":"app::orders","service.name":"shop","log.origin.file.name":"src/o.rs","log.origin.file.line":7,"#,
                r#""trace.id":"4bf92f3577b34da6a3ce929d0e0e4736","#,
                r#""span.id":"00f067aa0ba902b7","http.method":"GET","#,
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
        let ids = Sample::new(Level::INFO, "k8:trace_idk7:span_idk14:transaction_id.m\u{1f}f").values([
            Value::U128(0x4bf9_2f35_77b3_4da6_a3ce_929d_0e0e_4736),
            Value::U64(5),
            Value::Str("checkout-7"),
        ]);
        let json = parsed(&Json::ecs(), &ids);
        assert_eq!(json["trace.id"], "4bf92f3577b34da6a3ce929d0e0e4736");
        assert_eq!((&json["span.id"], &json["transaction.id"]), (&json!("0000000000000005"), &json!("checkout-7")));
        let flat = parsed(&Json::ecs().fields_under("").location(true).thread(true), &paid(Level::ERROR));
        assert_eq!((&flat["user"], &flat["order"]["id"]), (&json!("ada"), &json!(17)));
        assert_eq!((&flat["log.origin.file.name"], &flat["log.origin.file.line"]), (&json!("src/o.rs"), &json!(7)));
    }
}
