//! Checks that every line of a file is a JSON object with what each record has: `check_json <file>`.

#![allow(clippy::print_stdout, reason = "it tells what it has found")]

use std::process::ExitCode;

fn main() -> ExitCode {
    let Some(path) = std::env::args().nth(1) else {
        println!("usage: check_json <file>");
        return ExitCode::FAILURE;
    };
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) => {
            println!("{path}: {error}");
            return ExitCode::FAILURE;
        }
    };
    let mut wrong = 0;
    for (number, line) in (1..).zip(text.lines()) {
        let problem = match serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(line) {
            Err(error) => error.to_string(),
            Ok(object) => match ["timestamp", "level", "logger"].into_iter().find(|key| !object.contains_key(*key)) {
                Some(key) => format!("`{key}` is missing"),
                None => continue,
            },
        };
        println!("{path}:{number}: {problem}: {line}");
        wrong += 1;
    }
    println!("{path}: {} lines, {wrong} wrong", text.lines().count());
    if wrong == 0 && !text.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
