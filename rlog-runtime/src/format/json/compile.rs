//! From a [`Layout`] to the [`Program`] of one statement.

use super::layout::{Entry, Errors, Form, JsonMember, Kind, Layout, NoMessage, Place, REPORT};
use super::program::{Field, Program, Step, Write, head, object_of};
use super::{escaped, free_key, otlp};
use crate::callsite::info::Piece;
use crate::format::process;
use crate::level::Level;
use crate::record::Record;
use std::boxed::Box;
use std::string::String;
use std::vec::Vec;

/// Gathers steps; text that follows text becomes one step.
pub(super) struct Compiler<'l> {
    pub(super) layout: &'l Layout,
    pub(super) record: &'l Record<'l>,
    steps: Vec<Step>,
    /// Text that is not a step yet.
    text: String,
    /// The keys of members so far, with the objects that they are in.
    members: Vec<(Option<&'l str>, String)>,
    pub(super) used: [Vec<String>; 3],
}

/// The program of the statement of a record.
pub(super) fn compile(layout: &Layout, record: &Record<'_>) -> Program {
    let mut compiler = Compiler {
        layout,
        record,
        steps: Vec::new(),
        text: String::new(),
        members: layout.fixed_keys().map(|key| (None, String::from(key))).collect(),
        used: [layout.reserved(), Vec::new(), Vec::new()],
    };
    match layout.kind {
        Kind::OpenTelemetry => otlp::compile(&mut compiler),
        _ => compiler.object(),
    }
    compiler.flush();
    Program { steps: compiler.steps, used: compiler.used }
}

impl<'l> Compiler<'l> {
    /// Constant text.
    pub(super) fn text(&mut self, text: &str) {
        self.text.push_str(text);
    }

    pub(super) fn step(&mut self, step: Step) {
        self.flush();
        self.steps.push(step);
    }

    fn flush(&mut self) {
        if !self.text.is_empty() {
            self.steps.push(Step::Text(core::mem::take(&mut self.text).into()));
        }
    }

    /// A comma, if it is needed: in constant text that is known.
    pub(super) fn comma(&mut self) {
        match self.text.as_bytes().last() {
            Some(b'{' | b'[') => {}
            Some(_) => self.text.push(','),
            None => self.step(Step::Comma),
        }
    }

    /// A comma and a key.
    fn key(&mut self, key: &str) {
        self.comma();
        let head = head(key);
        self.text(&head);
    }

    /// Steps of their own, for a group.
    fn inner(&mut self, compile: impl FnOnce(&mut Self)) -> Vec<Step> {
        self.flush();
        let before = core::mem::take(&mut self.steps);
        compile(self);
        self.flush();
        core::mem::replace(&mut self.steps, before)
    }

    fn object(&mut self) {
        self.text("{");
        if let Some(keys) = &self.layout.correlation {
            self.text("\"correlation\":{");
            let keyed = self.keyed();
            for key in keys {
                for (argument, _) in keyed.iter().filter(|(_, known)| **known == **key) {
                    self.field_unless(*argument, key, Place::Correlation, None);
                }
            }
            self.step(Step::Unforeseen(&[Place::Correlation]));
            self.text("},\"payload\":{");
        }
        if self.layout.reports_errors && self.record.level() >= Level::ERROR {
            self.report();
        }
        let mut done: Vec<&str> = Vec::new();
        for entry in &self.layout.entries {
            match (&entry.object, entry.member) {
                (_, _) if !entry.is_on => {}
                (_, JsonMember::Fields) => self.fields(),
                (_, JsonMember::Attributes) => self.attributes(),
                (None, _) => self.entry(entry),
                (Some(object), _) if done.contains(&&**object) => {}
                (Some(object), _) => {
                    done.push(object);
                    let key = self.member_key(None, object);
                    self.key(&key);
                    self.text("{");
                    for entry in &self.layout.entries {
                        if entry.is_on && entry.object.as_ref() == Some(object) {
                            self.entry(entry);
                        }
                    }
                    self.text("}");
                }
            }
        }
        if self.layout.correlation.is_some() {
            self.text("}");
        }
        self.text("}\n");
    }

    /// What makes an event one for Error Reporting, with the keys of [`REPORT`].
    fn report(&mut self) {
        let info = self.record.info;
        let program = process::program();
        let service = escaped(self.layout.service.as_deref().unwrap_or(&program));
        let [file, module] = [info.file, info.module].map(escaped);
        let line = self.record.callsite.line();
        let [kind, service_key, context] = REPORT;
        self.text(&format!(
            "\"{kind}\":\"type.googleapis.com/google.devtools.clouderrorreporting.v1beta1.ReportedErrorEvent\",\
             \"{service_key}\":{{\"service\":\"{service}\"}},\
             \"{context}\":{{\"reportLocation\":{{\"filePath\":\"{file}\",\"lineNumber\":{line},\
             \"functionName\":\"{module}\"}}}}"
        ));
    }

    fn attributes(&mut self) {
        for (key, value) in &self.layout.attributes {
            let key = self.free(0, key);
            self.key(&key);
            self.text(value);
        }
    }

    /// A member that is on.
    fn entry(&mut self, entry: &'l Entry) {
        let (info, callsite) = (self.record.info, self.record.callsite);
        let quoted = |text: &str| format!("\"{}\"", escaped(text));
        let text = match entry.member {
            JsonMember::Level => self.layout.level.json(self.record.level()),
            JsonMember::Severity => number(entry, self.record.level().severity().into()),
            JsonMember::Logger => quoted(info.target),
            JsonMember::Template if info.has_message => quoted(callsite.template()),
            JsonMember::Event => match info.name {
                Some(name) => quoted(name),
                None => return,
            },
            JsonMember::EventId => format!("\"{}\"", callsite.event_id()),
            JsonMember::File => quoted(info.file),
            JsonMember::Line => number(entry, callsite.line().into()),
            JsonMember::Module => quoted(info.module),
            JsonMember::Host if self.layout.host_is_required || !process::host().is_empty() => quoted(process::host()),
            JsonMember::Service => match &self.layout.service {
                Some(service) => quoted(service),
                None => return,
            },
            JsonMember::Version => match &self.layout.version {
                Some(version) => String::from(&**version),
                None => return,
            },
            JsonMember::Message if info.has_message => {
                let key = self.member_key(entry.object.as_deref(), &entry.key);
                self.key(&key);
                return self.message();
            }
            JsonMember::Message if self.layout.no_message != NoMessage::Absent => return self.text_of_error(entry),
            JsonMember::Timestamp => return self.stepped(entry, Step::Time, self.time_is_text()),
            JsonMember::Thread => return self.stepped(entry, Step::Thread, false),
            JsonMember::ThreadId => return self.stepped(entry, Step::ThreadId, entry.as_text),
            JsonMember::Sequence => return self.stepped(entry, Step::Sequence, entry.as_text),
            JsonMember::Pid => return self.stepped(entry, Step::Pid, entry.as_text),
            _ => return,
        };
        let key = self.member_key(entry.object.as_deref(), &entry.key);
        self.key(&key);
        self.text(&text);
    }

    /// The key of a member or of an object, made different from those before it if somebody has set two that are the same.
    fn member_key(&mut self, object: Option<&'l str>, key: &str) -> String {
        let beside = self.members.iter().filter(|(other, _)| *other == object);
        let taken: Vec<String> = beside.map(|(_, key)| key.clone()).collect();
        let key = free_key(key, &taken);
        self.members.push((object, key.clone()));
        if object.is_none() && !self.used[0].contains(&key) {
            self.used[0].push(key.clone());
        }
        key
    }

    fn time_is_text(&self) -> bool {
        self.layout.time_as_text || !self.layout.time.is_number()
    }

    fn stepped(&mut self, entry: &'l Entry, step: Step, is_text: bool) {
        let key = self.member_key(entry.object.as_deref(), &entry.key);
        self.key(&key);
        let quote = if is_text { "\"" } else { "" };
        self.text(quote);
        self.step(step);
        self.text(quote);
    }

    /// The message between quotes.
    pub(super) fn message(&mut self) {
        self.text("\"");
        for piece in &self.record.info.pieces {
            match piece {
                Piece::Literal(literal) => {
                    let text = escaped(literal.text);
                    self.text(&text);
                }
                Piece::Hole(hole) => self.step(Step::Hole(hole)),
            }
        }
        self.text("\"");
    }

    /// What an event without a message has for one.
    fn text_of_error(&mut self, entry: &'l Entry) {
        let key = self.member_key(entry.object.as_deref(), &entry.key);
        if self.layout.no_message == NoMessage::Error {
            let open = format!("{}\"", head(&key));
            return self.step(Step::Group(open.into(), Vec::from([Step::TextOfError]), "\""));
        }
        self.key(&key);
        self.text("\"");
        self.step(Step::TextOfError);
        self.text("\"");
    }

    /// The fields that stand beside the members, then the others.
    fn fields(&mut self) {
        let keyed: Vec<(usize, &'static str)> = self.keyed();
        for &(argument, key) in &keyed {
            self.renamed(argument, key);
        }
        if self.layout.errors != Errors::Inline {
            self.step(Step::Error);
        }
        let Some(under) = &self.layout.fields_under else {
            self.plain_fields(&keyed);
            return self.step(Step::Unforeseen(&[Place::Top, Place::Fields]));
        };
        self.step(Step::Unforeseen(&[Place::Top]));
        let steps = self.inner(|compiler| {
            compiler.plain_fields(&keyed);
            compiler.step(Step::Unforeseen(&[Place::Fields]));
        });
        let open = format!("{}{{", head(under));
        self.step(Step::Group(open.into(), steps, "}"));
    }

    /// The arguments that are fields.
    pub(super) fn keyed(&self) -> Vec<(usize, &'static str)> {
        let keys = self.record.info.keys.iter().enumerate();
        keys.filter_map(|(argument, key)| Some((argument, (*key)?))).collect()
    }

    /// A field that goes beside the members, if this one does.
    pub(super) fn renamed(&mut self, argument: usize, key: &str) {
        let (place, key, form) = self.layout.place(key, |_| true);
        if place == Place::Top {
            let key = self.free(0, key);
            let only_if = (*form != Form::Plain).then(|| (form.clone(), true));
            let write = Write::of(self.layout, place, form);
            self.step(Step::Field(Field { argument, head: head(&key).into(), tail: "", write, only_if }));
        }
    }

    fn plain_fields(&mut self, keyed: &[(usize, &str)]) {
        for &(argument, key) in keyed {
            let (place, _, form) = self.layout.place(key, |_| true);
            // What does not have the form that its other key asks for is a field all the same.
            let has_other = place == Place::Top && *form != Form::Plain;
            if place == Place::Fields || has_other && matches!(form, Form::Hex(_)) {
                let form = form.clone();
                self.field_unless(argument, key, Place::Fields, has_other.then_some(form));
            }
        }
    }

    /// A field where fields go, unless its value has the form that its other key asks for.
    pub(super) fn field_unless(&mut self, argument: usize, key: &str, place: Place, unless: Option<Form>) {
        let key = self.free(object_of(self.layout, place), key);
        let write = Write::of(self.layout, place, &Form::Plain);
        let (head, tail): (Box<str>, _) = match write {
            Write::Otlp => (otlp::head(&key).into(), "}"),
            _ => (head(&key).into(), ""),
        };
        let only_if = unless.map(|form| (form, false));
        self.step(Step::Field(Field { argument, head, tail, write, only_if }));
    }

    /// The key, made different from those that are taken in an object, and taken itself.
    fn free(&mut self, object: usize, key: &str) -> String {
        let used = &mut self.used[object];
        let key = free_key(key, used);
        used.push(key.clone());
        key
    }
}

fn number(entry: &Entry, number: u64) -> String {
    if entry.as_text { format!("\"{number}\"") } else { format!("{number}") }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{parsed, parsed_record};
    use super::super::{Json, JsonMember, LevelStyle};
    use crate::filter::Note;
    use crate::format::Formatter as _;
    use crate::format::sample::{Sample, formatted};
    use crate::level::Level;
    use crate::record::Record;
    use crate::value::Value;
    use crate::value::render::tests::{Order, Payment, failed, logged};
    use proptest::prelude::*;
    use serde_json::json;
    use std::collections::BTreeMap;
    use std::string::String;
    use std::vec::Vec;

    fn sample() -> Sample<'static> {
        Sample::new(Level::WARN, "mp4:paidk8:trace_idk5:orderk5:level.app\u{1f}a.rs").values([
            Value::Str("t-1"),
            Value::U64(17),
            Value::Str("high"),
        ])
    }

    #[test]
    fn order_keys_and_nesting_are_as_set() {
        let json = Json::new()
            .order([JsonMember::Level, JsonMember::Fields, JsonMember::Message])
            .key(JsonMember::Timestamp, "ts")
            .key(JsonMember::Logger, "from")
            .time("unix:ms".parse().expect("a format"))
            .level_style(LevelStyle::Lower)
            .location(true)
            .nest(JsonMember::Line, "source")
            .nest(JsonMember::File, "source")
            .service("shop")
            .version("1")
            .attribute("env", "te\"st")
            .attribute("level", "x");
        assert_eq!(
            formatted(&json, &sample()),
            concat!(
                r#"{"level":"warn","trace_id":"t-1","order":17,"level_":"high","message":"paid","ts":1700000000000,"#,
                r#""from":"app","source":{"file":"a.rs","line":7},"service":"shop","@version":"1","env":"te\"st","level__":"x"}"#,
                "\n"
            )
        );
        assert_eq!(
            formatted(&Json::new().fields_under("fields").rename_field("trace_id", "trace"), &sample()),
            concat!(
                r#"{"timestamp":"2023-11-14T22:13:20.000000042Z","level":"WARN","logger":"app","message":"paid","#,
                r#""trace":"t-1","fields":{"order":17,"level":"high"}}"#,
                "\n"
            )
        );
        let empty = Sample::new(Level::WARN, "mp2:hi.app\u{1f}f");
        let nested = Json::new().fields_under("fields").member(JsonMember::Timestamp, false);
        assert_eq!(formatted(&nested, &empty), "{\"level\":\"WARN\",\"logger\":\"app\",\"message\":\"hi\"}\n");
        let nothing = Json::new().member(JsonMember::Timestamp, false).member(JsonMember::Level, false);
        let nothing = nothing.member(JsonMember::Logger, false);
        assert_eq!(
            formatted(&nothing, &Sample::new(Level::WARN, "k1:ak1:b.m\u{1f}f").values([Value::Null, Value::U64(1)])),
            "{\"b\":1}\n"
        );
        assert_eq!(formatted(&nothing, &Sample::new(Level::WARN, ".m\u{1f}f")), "{}\n");
    }

    #[test]
    fn every_member_can_be_written() {
        let mut json =
            Json::new().service("shop").version("1").time("unix:ns".parse().expect("a format")).time_as_text(true);
        for name in [
            "severity",
            "template",
            "event",
            "event_id",
            "file",
            "line",
            "module",
            "thread",
            "thread_id",
            "sequence",
            "pid",
        ] {
            json = json.member(name.parse().expect("a member"), true);
        }
        let sample =
            Sample::new(Level::WARN, "t3:appn3:paymp5:paid h0;k4:user.m::o\u{1f}a.rs").values([Value::Str("ada")]);
        let id = sample.record().callsite.event_id();
        assert_eq!(
            parsed(&json, &sample),
            json!({
                "timestamp": "1700000000000000042", "level": "WARN", "severity": 30, "logger": "app", "message": "paid ada",
                "template": "paid {user}", "event": "pay", "event_id": format!("{id}"), "file": "a.rs", "line": 7,
                "module": "m::o", "thread": "worker-7", "thread_id": 7, "sequence": 1, "pid": std::process::id(),
                "service": "shop", "@version": "1", "user": "ada",
            })
        );
    }

    #[test]
    fn members_with_the_same_key_are_told_apart() {
        let json = Json::new()
            .key(JsonMember::Level, "x")
            .key(JsonMember::Logger, "x")
            .key(JsonMember::Line, "fields")
            .location(true)
            .nest(JsonMember::File, "x")
            .attribute("x", "")
            .fields_under("fields");
        let sample = Sample::new(Level::WARN, "k1:x.app\u{1f}a.rs").values([Value::U64(1)]);
        assert_eq!(
            parsed(&json, &sample),
            json!({
                "timestamp": "2023-11-14T22:13:20.000000042Z", "x": "WARN", "x_": "app", "x__": { "file": "a.rs" },
                "fields_": 7, "x___": "", "fields": { "x": 1 },
            })
        );
    }

    #[test]
    fn correlation_has_an_object_of_its_own() {
        let json = Json::new().correlation(["user_id", "trace_id", "id"]).member(JsonMember::Timestamp, false);
        assert_eq!(
            formatted(&json, &sample()),
            concat!(
                r#"{"correlation":{"trace_id":"t-1"},"#,
                r#""payload":{"level":"WARN","logger":"app","message":"paid","order":17,"level_":"high"}}"#,
                "\n"
            )
        );
        let order = logged(Order { id: 1, note: None, state: Payment::Open });
        let splat = Sample::new(Level::WARN, "s.app\u{1f}f").values([order]);
        let notes = [Note { key: "user_id", value: Value::U64(3) }, Note { key: "rate", value: Value::F64(0.5) }];
        let mut out = Vec::new();
        json.format(&Record { notes: &notes, ..splat.record() }, &mut out);
        assert_eq!(
            String::from_utf8_lossy(&out),
            concat!(
                r#"{"correlation":{"id":1,"user_id":3},"payload":{"level":"WARN","logger":"app","state":"Open","rate":0.5}}"#,
                "\n"
            )
        );
        let without = Sample::new(Level::WARN, ".app\u{1f}f");
        assert_eq!(
            formatted(&json, &without),
            "{\"correlation\":{},\"payload\":{\"level\":\"WARN\",\"logger\":\"app\"}}\n"
        );
    }

    #[test]
    fn integers_that_a_double_does_not_hold_become_text_everywhere() {
        let limit = 1_u64 << 53;
        let json = Json::new().large_integers_as_text(true);
        for (value, expected) in [
            (Value::U64(limit), json!(limit)),
            (Value::U64(limit + 1), json!("9007199254740993")),
            (Value::I64(-(1 << 53)), json!(-(1_i64 << 53))),
            (Value::I64(i64::MIN), json!("-9223372036854775808")),
            (Value::I128(limit.into()), json!(limit)),
            (Value::U128(u128::from(limit) + 1), json!("9007199254740993")),
            (logged(vec![limit, limit + 1]), json!([limit, "9007199254740993"])),
            (logged(BTreeMap::from([("k", limit + 1)])), json!({ "k": "9007199254740993" })),
        ] {
            let sample = Sample::new(Level::INFO, "k1:a.m\u{1f}f").values([value]);
            assert_eq!(parsed(&json, &sample)["a"], expected);
        }
    }

    /// Every setting at once with some others, and every preset.
    fn formatters() -> Vec<Json> {
        let all = |json: Json| json.location(true).thread(true).name(true).event_id(true).pid(true).host(true);
        let presets = [
            Json::new(),
            Json::ecs(),
            Json::opentelemetry(),
            Json::google_cloud(),
            Json::aws(),
            Json::datadog(),
            Json::bunyan(),
            Json::pino(),
            Json::new().fields_under("fields").rename_field("a", "b").rename_field("b", "level"),
            Json::new().correlation(["a", "b", "timestamp"]).fields_under("payload").nulls(true),
            Json::new().large_integers_as_text(true).order([JsonMember::Fields]).attribute("a", "\"\n"),
        ];
        presets.into_iter().flat_map(|json| [all(json.clone()), json]).collect()
    }

    proptest! {
        // Each case goes through all formatters.
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn every_variant_is_one_valid_line_with_all_values(
            target in "\\PC{0,8}",
            message in any::<String>(),
            fields in proptest::collection::vec(("[a-c]|level|labels|trace_id|a\\.b|\\PC{0,4}", any::<String>(), any::<i64>()), 0..4),
            map in proptest::collection::btree_map("[a-c]|level|trace_id|a\\.b|\\PC{0,4}", any::<String>(), 0..4),
            note in "[a-c]|level|suppressed",
        ) {
            let keys: String = fields.iter().map(|(key, ..)| format!("k{}:{key}", key.len()).repeat(2)).collect();
            let text = format!("t{}:{target}mp{}:{message}{keys}sk3:err.m\u{1f}f", target.len(), message.len());
            let values = fields.iter().flat_map(|(_, text, number)| [Value::Str(text), Value::I64(*number)]);
            let sample = Sample::new(Level::INFO, &text)
                .values(values.chain([logged(map.clone()), failed(&["outer failure", "inner failure"])]));
            let note: &'static str = std::boxed::Box::leak(note.into());
            let notes = [Note { key: note, value: Value::I64(4_711) }, Note { key: note, value: Value::I64(4_712) }];
            for json in formatters() {
                let parsed = parsed_record(&json, &Record { notes: &notes, ..sample.record() });
                let mut leaves = Vec::new();
                gather(&parsed, &mut leaves);
                let texts = fields.iter().map(|(_, text, _)| text).chain(map.values()).map(String::as_str);
                for text in texts.chain([target.as_str(), message.as_str(), "4711", "4712"]) {
                    prop_assert!(leaves.iter().any(|leaf| leaf == text), "{text:?} is not in {parsed}");
                }
                for (_, _, number) in &fields {
                    prop_assert!(leaves.contains(&format!("{number}")), "{number} is not in {parsed}");
                }
                prop_assert!(leaves.iter().any(|leaf| leaf.contains("inner failure")), "no error in {parsed}");
            }
        }
    }

    fn gather(json: &serde_json::Value, leaves: &mut Vec<String>) {
        match json {
            serde_json::Value::Object(members) => members.values().for_each(|value| gather(value, leaves)),
            serde_json::Value::Array(elements) => elements.iter().for_each(|value| gather(value, leaves)),
            serde_json::Value::String(text) => leaves.push(text.clone()),
            other => leaves.push(format!("{other}")),
        }
    }
}
