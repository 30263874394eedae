//! Statements below the compile-time floor leave nothing: no byte in the binary, no argument evaluated.

#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

use rlog::Level;
use std::fs;
use system_tests::{command, number, sample, stderr};

#[test]
fn what_is_below_the_floor_leaves_no_byte_and_no_effect_and_what_is_above_is_there() {
    for (profile, features, floor) in [
        ("dev", "max_level_warn", Level::WARN),
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
    for level in Level::all() {
        let name = level.to_string().to_lowercase();
        let expected = usize::from(level >= floor);
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
        let at_run_time = format!("{:<6} floor decided at run time", level.to_string());
        assert_eq!(count(&logged, &at_run_time), expected, "{case}: {logged}");
    }
    let above = Level::all().iter().filter(|&&level| level >= floor).count();
    assert_eq!(number(&told, "callsites").unwrap(), above as u64, "{case}: {told}");
    assert!(told.contains(&format!("floor={floor}\n")), "{case}: {told}");
    assert_eq!(told.matches("field at run time").count(), above, "{case}: {told}");
    if floor == Level::SILENT {
        assert!(!holds_text(&binary, "at run time"), "{case}");
    }
}

fn holds_text(binary: &[u8], text: &str) -> bool {
    binary.windows(text.len()).any(|window| window == text.as_bytes())
}
