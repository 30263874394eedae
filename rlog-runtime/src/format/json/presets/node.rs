//! The loggers of Node.js: Bunyan, and pino, which has much from it.

use super::super::Json;
use super::super::layout::{CAUSED_BY, ErrorMembers, Errors, JsonMember as M, Layout, NoMessage};
use super::super::level_style::LevelStyle;
use super::members;
use crate::format::process;
use crate::format::time::TimeFormat;

/// `err` of Bunyan, as its standard serializer makes it.
const BUNYAN_ERROR: ErrorMembers =
    ErrorMembers { object: Some("err"), kind: Some("name"), cause: "Caused by: ", ..members("message", "stack") };

/// `err` of pino, as its standard serializer makes it.
const PINO_ERROR: ErrorMembers =
    ErrorMembers { kind: Some("type"), message_is_whole: true, cause: CAUSED_BY, ..BUNYAN_ERROR };

impl Json {
    /// Version 0 of the records of Bunyan, for its viewer:
    ///
    /// ```text
    /// {"v":0,"level":30,"name":"shop","hostname":"web-1","pid":4711,"time":"2026-11-23T13:41:00.123Z","msg":"paid",
    ///  "component":"app::orders","order":17}
    /// ```
    ///
    /// `name` is the [`service`](Json::service), or the program's name if it is not set, and `component` the target: the viewer
    /// shows both as `shop/app::orders`. An event without a message has the text of its first error as `msg`, or an empty one,
    /// since Bunyan asks for it. The location is `src`; the first error is `err`, with `name`, which is always `Error` since an
    /// error does not tell its type, `message` and `stack`, its sources. A level of your own has a number between those of its
    /// neighbours, `LVL45` in the viewer.
    ///
    /// Source: the README of node-bunyan 2, sections "Levels" and "Log Record Fields"
    /// (<https://github.com/trentm/node-bunyan#log-record-fields>); `stdSerializers.err` in `lib/bunyan.js`.
    #[must_use]
    pub fn bunyan() -> Self {
        let order = [M::Version, M::Level, M::Service, M::Host, M::Pid, M::Timestamp, M::Message, M::Logger];
        Self::of(&order, |layout| {
            layout.node(TimeFormat::rfc3339().digits(3), BUNYAN_ERROR);
            layout.version = Some("0".into());
            layout.service = Some(process::program().into());
            layout.no_message = NoMessage::ErrorOrEmpty;
            layout.keys(&[(M::Version, "v"), (M::Service, "name"), (M::Logger, "component")]);
            for member in [M::File, M::Line] {
                layout.entry(member).object = Some("src".into());
            }
        })
    }

    /// What pino writes by default, for `pino-pretty` and its other tools:
    ///
    /// ```text
    /// {"level":30,"time":1700000000000,"pid":4711,"hostname":"web-1","name":"app::orders","msg":"paid","order":17}
    /// ```
    ///
    /// `name` is the target. The first error is `err`, with `type`, which is always `Error` since an error does not tell its
    /// type, `message`, the texts of it and its sources, and `stack`; an event without a message has its text as `msg`. pino has
    /// no names for the location, which is `file` and `line` if it is on. For levels between pino's, tell `pino-pretty` their
    /// numbers: `--customLevels notice:35`.
    ///
    /// Source: pino 10, "API", sections "options" and "Logging Method Parameters" (<https://getpino.io/#/docs/api>),
    /// `DEFAULT_LEVELS` in `lib/constants.js`; the README of pino-std-serializers 7, section "`exports.err(error)`".
    #[must_use]
    pub fn pino() -> Self {
        Self::of(&[M::Level, M::Timestamp, M::Pid, M::Host, M::Logger, M::Message], |layout| {
            layout.node(TimeFormat::unix_milliseconds(), PINO_ERROR);
            layout.no_message = NoMessage::Error;
            layout.keys(&[(M::Logger, "name")]);
        })
    }
}

impl Layout {
    /// What both have in common.
    fn node(&mut self, time: TimeFormat, error: ErrorMembers) {
        self.time = time;
        self.level = LevelStyle::Bunyan;
        self.errors = Errors::Members(error);
        self.keys(&[(M::Timestamp, "time"), (M::Message, "msg"), (M::Host, "hostname")]);
        self.entry(M::Pid).is_on = true;
        self.entry(M::Host).is_on = true;
        self.host_is_required = true;
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
    use crate::value::render::tests::{failed, traced};
    use serde_json::{Value as JsonValue, json};
    use std::string::String;
    use std::vec::Vec;

    /// The numbers of the levels: section "Levels" of Bunyan's README, `DEFAULT_LEVELS` of pino.
    const LEVELS: [(&str, u64); 6] =
        [("trace", 10), ("debug", 20), ("info", 30), ("warn", 40), ("error", 50), ("fatal", 60)];

    /// Whether the text is as from `Date.toISOString()`, for years of four digits.
    fn is_iso_string(text: &str) -> bool {
        let form = "0000-00-00T00:00:00.000Z";
        let fits = |(byte, form): (u8, u8)| if form == b'0' { byte.is_ascii_digit() } else { byte == form };
        text.len() == form.len() && text.bytes().zip(form.bytes()).all(fits)
    }

    /// Holds a record against section "Core fields" of Bunyan's README.
    fn check_bunyan(json: &JsonValue) {
        let record = json.as_object().expect("an object");
        let integer = |key: &str| record[key].as_u64().unwrap_or_else(|| panic!("{key} is no integer: {json}"));
        let text = |key: &str| record[key].as_str().unwrap_or_else(|| panic!("{key} is no string: {json}"));
        for key in ["v", "level", "name", "hostname", "pid", "time", "msg"] {
            assert!(record.contains_key(key), "{key} is required: {json}");
        }
        assert_eq!(integer("v"), 0);
        assert!((1..=255).contains(&integer("level")), "{json}");
        assert_eq!(integer("pid"), u64::from(std::process::id()));
        assert!(!text("name").is_empty(), "{json}");
        assert_eq!(text("hostname"), process::host());
        assert!(is_iso_string(text("time")), "{json}");
        let _ = text("msg");
        if let Some(src) = record.get("src") {
            assert!(src["file"].is_string() && src["line"].is_u64(), "{json}");
        }
        check_error(record.get("err"), "name");
    }

    /// Holds a record against what pino documents of its defaults.
    fn check_pino(json: &JsonValue) {
        let record = json.as_object().expect("an object");
        for key in ["level", "time", "pid"] {
            assert!(record[key].is_u64(), "{key}: {json}");
        }
        assert!(record["hostname"].is_string(), "{json}");
        assert!(record.get("name").is_none_or(JsonValue::is_string), "{json}");
        assert!(record.get("msg").is_none_or(JsonValue::is_string), "{json}");
        check_error(record.get("err"), "type");
    }

    fn check_error(error: Option<&JsonValue>, kind: &str) {
        let Some(error) = error.map(|error| error.as_object().expect("an object")) else { return };
        let mut keys: Vec<&str> = error.keys().map(String::as_str).collect();
        keys.sort_unstable();
        let mut expected = [kind, "message", "stack"];
        expected.sort_unstable();
        assert_eq!(keys, expected);
        assert!(error.values().all(JsonValue::is_string), "{error:?}");
    }

    #[test]
    fn bunyan_has_all_fields_that_it_asks_for() {
        let (host, pid) = (process::host(), std::process::id());
        assert_eq!(
            formatted(&Json::bunyan().service("shop").location(true), &paid(SECURITY)),
            format!(
                "{{\"v\":0,\"level\":45,\"name\":\"shop\",\"hostname\":\"{host}\",\"pid\":{pid},\
                 \"time\":\"2023-11-14T22:13:20.000Z\",\"msg\":\"paid ada\",\"component\":\"app::orders\",\
                 \"src\":{{\"file\":\"src/o.rs\",\"line\":7}},\
                 \"err\":{{\"name\":\"Error\",\"message\":\"declined\",\"stack\":\"declined\\nCaused by: no answer\"}},\
                 \"user\":\"ada\",\"trace_id\":\"{TRACE}\",\"span_id\":\"00F067AA0BA902B7\",\
                 \"order\":{{\"id\":17,\"note\":null,\"state\":\"Open\"}},\"http.method\":\"GET\"}}\n"
            )
        );
        assert_eq!(parsed(&Json::bunyan(), &bare())["name"], json!(process::program()));
    }

    #[test]
    fn pino_has_numbers_for_level_and_time() {
        let (host, pid) = (process::host(), std::process::id());
        assert_eq!(
            formatted(&Json::pino().location(true), &paid(SECURITY)),
            format!(
                "{{\"level\":45,\"time\":1700000000000,\"pid\":{pid},\"hostname\":\"{host}\",\"name\":\"app::orders\",\
                 \"msg\":\"paid ada\",\"file\":\"src/o.rs\",\"line\":7,\
                 \"err\":{{\"type\":\"Error\",\"message\":\"declined: no answer\",\
                 \"stack\":\"declined\\ncaused by: no answer\"}},\
                 \"user\":\"ada\",\"trace_id\":\"{TRACE}\",\"span_id\":\"00F067AA0BA902B7\",\
                 \"order\":{{\"id\":17,\"note\":null,\"state\":\"Open\"}},\"http.method\":\"GET\"}}\n"
            )
        );
        assert_eq!(
            formatted(&Json::pino(), &bare()),
            format!(
                "{{\"level\":45,\"time\":1700000000000,\"pid\":{pid},\"hostname\":\"{host}\",\"name\":\"app\",\"order\":17}}\n"
            )
        );
    }

    #[test]
    fn records_of_all_kinds_keep_to_what_bunyan_and_pino_ask_for() {
        let taken = ["v", "level", "name", "hostname", "pid", "time", "msg", "src", "err", "type"];
        let keys: String = taken.iter().map(|key| format!("k{}:{key}", key.len())).collect();
        let error = |value| Sample::new(Level::ERROR, "k3:err.m\u{1f}f").values([value]);
        let samples = Level::all().into_iter().chain((0..=255).map(Level::new)).map(paid).chain([
            bare(),
            Sample::new(Level::INFO, ".m\u{1f}f"),
            Sample::new(Level::INFO, "m.m\u{1f}f"),
            error(failed(&["declined\n", "no \"answer\""])),
            error(traced("declined")),
            // "Cannot be overridden."
            Sample::new(Level::INFO, &format!("mp4:paid{keys}.m\u{1f}f"))
                .values(taken.map(|key| if key == "err" { failed(&["declined"]) } else { Value::Str("mine") })),
        ]);
        for sample in samples {
            check_bunyan(&parsed(&Json::bunyan(), &sample));
            check_bunyan(&parsed(&Json::bunyan().location(true).thread(true).name(true), &sample));
            check_pino(&parsed(&Json::pino(), &sample));
            check_pino(&parsed(&Json::pino().location(true).thread(true).service("shop"), &sample));
        }
    }

    #[test]
    fn levels_have_the_numbers_of_their_namesakes() {
        for json in [Json::bunyan(), Json::pino()] {
            let number =
                |level: Level| parsed(&json, &Sample::new(level, ".m\u{1f}f"))["level"].as_u64().expect("an integer");
            let known = |name: &str| LEVELS.iter().find(|(known, _)| *known == name).map(|(_, number)| *number);
            for level in Level::all() {
                let name = level.name().expect("a name").to_ascii_lowercase();
                let name = if name == "critical" { "fatal" } else { &name };
                match known(name) {
                    Some(expected) => assert_eq!(number(level), expected, "{level}"),
                    None => assert_eq!(level, Level::NOTICE),
                }
            }
            // "Pre-existing level values cannot be used for new levels" of pino.
            assert!((31..40).contains(&number(Level::NOTICE)));
            assert!((41..50).contains(&number(SECURITY)));
        }
    }

    #[test]
    fn an_event_without_a_message_has_that_of_its_error() {
        // `log.info(err)` of Bunyan and `logger.error(err)` of pino.
        let sample = Sample::new(Level::ERROR, "k3:err.m\u{1f}f").values([failed(&["boom\n", "inner"])]);
        for json in [Json::bunyan(), Json::pino()] {
            assert_eq!(parsed(&json, &sample)["msg"], "boom\n");
        }
        assert_eq!(parsed(&Json::bunyan(), &bare())["msg"], "");
        assert_eq!(parsed(&Json::pino(), &bare()).get("msg"), None);
        let empty = Sample::new(Level::ERROR, "m.m\u{1f}f");
        assert_eq!(parsed(&Json::pino(), &empty)["msg"], "");
    }

    #[test]
    fn errors_have_their_causes_as_the_serializers_of_pino_and_bunyan_write_them() {
        // The example of pino-std-serializers.
        let sample = Sample::new(Level::ERROR, "k3:err.m\u{1f}f").values([failed(&["outer error", "inner error"])]);
        let pino = parsed(&Json::pino(), &sample);
        assert_eq!(pino["err"]["message"], "outer error: inner error");
        assert_eq!(pino["err"]["stack"], "outer error\ncaused by: inner error");
        // `getFullErrorStack` of Bunyan.
        let bunyan = parsed(&Json::bunyan(), &sample);
        assert_eq!(bunyan["err"]["message"], "outer error");
        assert_eq!(bunyan["err"]["stack"], "outer error\nCaused by: inner error");
    }
}
