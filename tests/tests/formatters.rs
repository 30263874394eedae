//! Formatters, once they have seen a statement, do not allocate for its records; presets of JSON know a program's own level.

#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

use rlog::{
    Formatter, Handler, HandlerError, Json, JsonMember, Level, Logfmt, Loggable, OwnedRecord, Pretty, Record, Text,
    Theme, error, info,
};
use std::fmt;
use std::sync::{Arc, Mutex, OnceLock};
use system_tests::allocations::{Counting, allocations};

rlog::level! {
    SECURITY = 35, security
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Keeps what it gets.
struct Keep(Arc<Mutex<Vec<OwnedRecord>>>);

impl Handler for Keep {
    fn emit(&mut self, record: &Record<'_>, _line: &[u8]) -> Result<(), HandlerError> {
        self.0.lock().unwrap().push(record.to_owned());
        Ok(())
    }
}

#[derive(Loggable)]
struct Item {
    name: &'static str,
    pieces: u32,
}

#[derive(Debug)]
struct Declined(std::num::ParseIntError);

impl fmt::Display for Declined {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the card was declined")
    }
}

impl std::error::Error for Declined {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.0)
    }
}

/// One record of each statement, the last one at SECURITY.
fn records() -> &'static [OwnedRecord] {
    static RECORDS: OnceLock<Vec<OwnedRecord>> = OnceLock::new();
    RECORDS.get_or_init(logged)
}

fn logged() -> Vec<OwnedRecord> {
    let kept = Arc::new(Mutex::new(Vec::new()));
    let guard = rlog::builder().environment(false).level(Level::TRACE).handler(Keep(kept.clone())).init().unwrap();
    let (user, trace_id, amount) = ("ada \"l.\"", "4bf92f3577b34da6a3ce929d0e0e4736", 29.9);
    info!(trace_id, amount, ok = true, "{user} paid {n:>5}", n = 17);
    info!(item = Item { name: "pen", pieces: 3 }, list = [1, 2].as_slice(), "structured\n");
    error!(err = Declined("x".parse::<u8>().unwrap_err()), user, "cannot pay");
    error!(err = Declined("x".parse::<u8>().unwrap_err()));
    security!(user, "logged in with an old password");
    drop(guard);
    let records = std::mem::take(&mut *kept.lock().unwrap());
    assert_eq!(records.len(), 5);
    records
}

#[test]
fn a_formatter_allocates_nothing_for_records_of_a_statement_that_it_knows() {
    let all = |json: Json| json.location(true).thread(true).name(true).event_id(true).pid(true).host(true);
    let template =
        "[{time:%a %F %T%.3f}] {level:>8} {logger:.-9} {thread} {event_id} {pid} {field:user:9} {message} {fields}";
    let formatters: Vec<(&str, Box<dyn Formatter>)> = vec![
        ("text", Box::new(Text::new().all_fields(true).location(true).time("rfc3339:ms".parse().unwrap()))),
        ("template", Box::new(Text::template(template).unwrap().color(true))),
        ("pretty", Box::new(Pretty::new().color(true).theme(Theme::solarized()))),
        ("logfmt", Box::new(Logfmt::new().location(true).thread(true).event_id(true).attribute("env", "test"))),
        ("json", Box::new(all(Json::new()))),
        ("json in parts", Box::new(all(Json::new().fields_under("fields").correlation(["user"]).version("1")))),
        ("json in order", Box::new(Json::new().order([JsonMember::Fields]).time("unix:ns".parse().unwrap()))),
        ("ecs", Box::new(all(Json::ecs()))),
        ("opentelemetry", Box::new(all(Json::opentelemetry()))),
        ("google_cloud", Box::new(all(Json::google_cloud().google_project("shop").google_error_reporting(true)))),
        ("aws", Box::new(all(Json::aws()))),
        ("datadog", Box::new(all(Json::datadog()))),
        ("bunyan", Box::new(all(Json::bunyan()))),
        ("pino", Box::new(all(Json::pino()))),
    ];
    let records = records();
    let mut out = Vec::with_capacity(1 << 20);
    for (name, formatter) in &formatters {
        for record in records {
            record.with(|record| {
                formatter.format(record, &mut out);
                let count = allocations(|| (0..100).for_each(|_| formatter.format(record, &mut out)));
                assert_eq!(count, 0, "{name}: {record:?}");
            });
        }
        assert_eq!(out.iter().filter(|&&byte| byte == b'\n').count() % 101, 0, "{name}: one line each");
        out.clear();
    }
}

#[test]
fn a_level_of_the_program_has_its_place_in_every_preset() {
    for (preset, pointer, expected) in [
        ("default", "/level", serde_json::json!("SECURITY")),
        ("ecs", "/log.level", "security".into()),
        ("opentelemetry", "/resourceLogs/0/scopeLogs/0/logRecords/0/severityText", "SECURITY".into()),
        // From 13 to 16 is WARN.
        ("opentelemetry", "/resourceLogs/0/scopeLogs/0/logRecords/0/severityNumber", 15.into()),
        ("google_cloud", "/severity", "WARNING".into()),
        ("aws", "/level", "WARN".into()),
        ("datadog", "/status", "warn".into()),
        // From 40 to 50 is from `warn` to `error`.
        ("bunyan", "/level", 45.into()),
        ("pino", "/level", 45.into()),
    ] {
        let mut line = Vec::new();
        records().last().unwrap().with(|record| {
            assert_eq!(record.level(), SECURITY);
            Json::preset(preset).unwrap().format(record, &mut line);
        });
        let json: serde_json::Value = serde_json::from_slice(&line).unwrap();
        assert_eq!(json.pointer(pointer), Some(&expected), "{preset}: {json}");
    }
}
