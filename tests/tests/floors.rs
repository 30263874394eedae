//! Statements below the compile-time floor leave nothing: no byte in the binary, no argument evaluated.

#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

use rlog::Level;
use std::fs;
use system_tests::{command, number, sample, stderr};

#[test]
fn what_is_below_the_floor_leaves_no_byte_and_no_effect_and_what_is_above_is_there() {
    for (profile, features, floor) in [
        ("dev", "max_level_warn", Level::WARN),
        ("dev", "max_level_error", Level::ERROR),
        ("release", "max_level_trace", Level::TRACE),
        // Those of a release do not count in a debug build.
        ("dev", "max_level_debug,release_max_level_off", Level::DEBUG),
        ("release", "max_level_off", Level::SILENT),
        ("release", "release_max_level_warn", Level::WARN),
        // The strictest wins.
        ("release", "max_level_info,release_max_level_debug,max_level_trace", Level::INFO),
    ] {
        holds(profile, features, floor);
    }
}

fn holds(profile: &str, features: &str, floor: Level) {
    let features = features.split(',').map(|feature| format!("rlog/{feature}")).collect::<Vec<_>>().join(",");
    let case = format!("{profile} with {features}");
    let program = sample(env!("CARGO_TARGET_TMPDIR"), "floor", profile, &["--features", &features]);
    let binary = fs::read(&program).unwrap();
    let output = command(&program).output().unwrap();
    assert!(output.status.success(), "{case}: {}", stderr(&output));
    let (told, logged) = (String::from_utf8_lossy(&output.stdout), stderr(&output));
    // At the lowest floor nothing is cut off, so what is less severe than `TRACE` is compiled in.
    let is_compiled_in = |level: Level| level >= floor || floor == Level::TRACE;
    let levels = levels();
    for (name, level) in &levels {
        let expected = usize::from(is_compiled_in(*level));
        for text in ["message of ", "argument of ", "field of "].map(|text| format!("{text}{name}")) {
            assert_eq!(usize::from(holds_text(&binary, &text)), expected, "{case}: `{text}` in the binary");
        }
        for text in [format!("key.of.{name}"), format!("target::of::{name}")] {
            assert_eq!(usize::from(holds_text(&binary, &text)), expected, "{case}: `{text}` in the binary");
        }
        let count = |of: &str, text: &str| of.lines().filter(|line| line.contains(text)).count();
        assert_eq!(count(&told, &format!("argument of {name}")), expected, "{case}: {told}");
        assert_eq!(count(&told, &format!("field of {name}")), expected, "{case}: {told}");
        assert_eq!(count(&logged, &format!("message of {name} 7 key.of.{name}=7")), expected, "{case}: {logged}");
        let at_run_time = format!("{:<6} floor decided at run time", name.to_uppercase());
        assert_eq!(count(&logged, &at_run_time), expected, "{case}: {logged}");
    }
    let above = levels.iter().filter(|(_, level)| is_compiled_in(*level)).count();
    assert_eq!(number(&told, "callsites").unwrap(), above as u64, "{case}: {told}");
    assert!(told.contains(&format!("floor={floor}\n")), "{case}: {told}");
    assert_eq!(told.matches("field at run time").count(), above, "{case}: {told}");
    if floor == Level::SILENT {
        assert!(!holds_text(&binary, "at run time"), "{case}");
    }
}

/// The built-in levels, and those that the sample declares.
fn levels() -> Vec<(String, Level)> {
    let own = [("chatter", 3), ("security", 35), ("doom", 60)];
    let own = own.map(|(name, severity)| (name.to_owned(), Level::new(severity)));
    Level::all().iter().map(|level| (level.to_string().to_lowercase(), *level)).chain(own).collect()
}

fn holds_text(binary: &[u8], text: &str) -> bool {
    binary.windows(text.len()).any(|window| window == text.as_bytes())
}
