//! Every peer writes what it is measured for: a bench of a library that drops, truncates or never starts would shine.
//!
//! Run with `cargo test --release` in this folder; each case is a child process, as in a measurement.

use std::process::{Command, Output};
use std::{env, fs};

use serde_json::Value;

const PEERS: &[&str] = &[
    #[cfg(feature = "rlog")]
    "rlog",
    "tracing",
    "log_env_logger",
    "flexi_logger",
    "slog",
    "spdlog_rs",
];
const COUNT: usize = 20_000;

#[test]
fn every_text_line_arrives_once_and_in_order() {
    for peer in PEERS {
        let lines = lines_of(peer, "Sustained");
        assert_eq!(lines.len(), COUNT, "{peer}");
        for (id, line) in lines.iter().enumerate() {
            assert!(line.contains(&format!("request {id} took ")), "{peer}: {line}");
            assert!(line.contains("INFO") || line.contains("info"), "{peer}: {line}");
        }
        assert!(lines[2].ends_with("request 2 took 12.345 for bob"), "{peer}: {}", lines[2]);
    }
}

#[test]
fn every_json_line_has_its_five_fields() {
    for peer in PEERS.iter().filter(|peer| **peer != "log_env_logger") {
        let lines = lines_of(peer, "Json");
        assert_eq!(lines.len(), COUNT, "{peer}");
        for (id, line) in lines.iter().enumerate() {
            let record: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{peer}: {error}: {line}"));
            let value = |key: &str| found(&record, key).unwrap_or_else(|| panic!("{peer}: no `{key}` in {line}"));
            assert_eq!(value("id"), &Value::from(id), "{peer}");
            assert!(value("ms").is_f64(), "{peer}: {line}");
            assert!(value("user").is_string(), "{peer}: {line}");
            assert_eq!(value("status"), &Value::from(200 + id % 4), "{peer}");
            assert_eq!(value("cached"), &Value::from(id % 2 == 1), "{peer}");
            assert!(line.contains("request done"), "{peer}: {line}");
        }
    }
}

#[test]
fn disabled_calls_write_nothing() {
    for peer in PEERS {
        // The child itself fails when a line was written.
        let output = child(peer, "Disabled", 1_000, &path_for(peer, "Disabled"));
        assert!(output.status.success(), "{peer}: {}", String::from_utf8_lossy(&output.stderr));
    }
}

/// Each library nests its fields where it likes: at the top, or in `fields`, `kv` and so on.
fn found<'a>(value: &'a Value, key: &str) -> Option<&'a Value> {
    let map = value.as_object()?;
    map.get(key).or_else(|| map.values().find_map(|inner| found(inner, key)))
}

fn lines_of(peer: &str, kind: &str) -> Vec<String> {
    let path = path_for(peer, kind);
    let output = child(peer, kind, COUNT, &path);
    assert!(output.status.success(), "{peer}: {}", String::from_utf8_lossy(&output.stderr));
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{peer}: {error}"));
    let _ = fs::remove_file(&path);
    assert!(text.ends_with('\n'), "{peer}: the last line is cut");
    text.lines().map(str::to_owned).collect()
}

fn path_for(peer: &str, kind: &str) -> String {
    let path = format!("{}/{peer}-{kind}.log", env!("CARGO_TARGET_TMPDIR"));
    let _ = fs::remove_file(&path);
    path
}

fn child(peer: &str, kind: &str, count: usize, path: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_benches"));
    command.args(["child", peer, kind, &count.to_string(), "1", path]);
    command.env_remove("RUST_LOG").env_remove("RLOG");
    command.output().expect("the child starts")
}
