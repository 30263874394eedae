//! What is wrong with a configuration is told, all of it, and what is right holds.

#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use system_tests::{TemporaryDirectory, command, lines, number, stderr};

/// What the program printed on stdout and stderr.
fn run(scenario: &str, path: &Path, variables: &[(&str, &str)]) -> (String, String) {
    let output = command(env!("CARGO_BIN_EXE_configured").as_ref())
        .arg(scenario)
        .arg(path)
        .envs(variables.iter().copied())
        .output()
        .unwrap();
    assert!(output.status.success(), "{:?}: {}", output.status, stderr(&output));
    (String::from_utf8_lossy(&output.stdout).into_owned(), stderr(&output))
}

/// Each line behind `key=`.
fn values<'a>(printed: &'a str, key: &str) -> Vec<&'a str> {
    printed.lines().filter_map(|line| line.strip_prefix(key)?.strip_prefix('=')).collect()
}

/// Which of the program's messages are in the file.
fn messages(log: &Path) -> Vec<String> {
    let own = |line: &String| Some(line.split_once(" configured")?.1.split_once(' ')?.1.to_owned());
    lines(log).iter().filter_map(own).collect()
}

/// Which the logger has put there about itself.
fn notices(log: &Path) -> Vec<String> {
    lines(log).iter().filter_map(|line| Some(line.split_once(" rlog ")?.1.to_owned())).collect()
}

#[test]
fn an_impossible_path_fails_with_the_path_and_the_reason_and_changes_nothing() {
    let directory = TemporaryDirectory::new();
    let (file, folder) = (directory.path("file"), directory.path("folder"));
    fs::write(&file, "").unwrap();
    fs::create_dir(&folder).unwrap();
    for (path, reason) in
        [(file.join("below").join("log"), format!("`{}` is not a directory", file.display())), (folder, String::new())]
    {
        let good = directory.path("good");
        let _ = fs::remove_file(&good);
        let (printed, told) = run("impossible-path", &path, &[("GOOD_PATH", good.to_str().unwrap())]);
        let problems = values(&printed, "problem");
        assert_eq!(problems.len(), 1, "{printed}");
        assert!(problems[0].contains(&format!("`{}`", path.display())), "{printed}");
        assert!(problems[0].contains(&reason), "{printed}");
        let source = values(&printed, "source")[0];
        let source = source.strip_prefix("Some(\"").and_then(|source| source.strip_suffix("\")")).unwrap();
        assert!(problems[0].ends_with(source), "{printed}");
        assert_eq!(number(&printed, "handlers").unwrap(), 0, "{printed}");
        assert!(told.contains("as before: the last resort") && !told.contains("quiet"), "{told}");
        assert_eq!(messages(&good), ["in service"]);
    }
}

#[test]
#[cfg(unix)]
fn a_log_file_is_made_with_its_directories_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let directory = TemporaryDirectory::new();
    let log = directory.path("a/b/c/log");
    run("levels", &log, &[]);
    assert_eq!(fs::metadata(&log).unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn a_second_initialisation_is_told_where_the_first_was() {
    let directory = TemporaryDirectory::new();
    let log = directory.path("log");
    let (printed, _) = run("twice", &log, &[]);
    let line = number(&printed, "line").unwrap();
    let problems = values(&printed, "problem");
    assert_eq!(problems.len(), 2, "{printed}");
    for problem in problems {
        assert!(problem.contains(&format!("configured.rs:{line}:")), "{printed}");
    }
    assert_eq!(messages(&log), ["the first goes on"]);
    assert!(!directory.path("log.second").exists());
}

#[test]
fn all_problems_of_a_configuration_are_told_at_once() {
    let directory = TemporaryDirectory::new();
    fs::write(directory.path("file"), "").unwrap();
    let (printed, _) = run("many-problems", &directory.path("file").join("log"), &[]);
    let problems = values(&printed, "problem");
    assert_eq!(problems.len(), 5, "{printed}");
    for parts in [
        &["`app=inof`", "position 0", "did you mean `info`?"][..],
        &["`=debug`", "position 14", "write `target=level`"],
        &["`web=loudest`", "position 21", "`critical`"],
        &["ring capacity", "`7`"],
        &["file/log", "is not a directory"],
    ] {
        let about = |problem: &&&str| parts.iter().all(|part| problem.contains(part));
        assert_eq!(problems.iter().filter(about).count(), 1, "{parts:?}: {printed}");
        assert!(parts.iter().all(|part| values(&printed, "error")[0].contains(part)), "{printed}");
    }
}

#[test]
fn bad_directives_of_the_environment_are_told_with_position_and_suggestion_and_the_good_ones_hold() {
    let directory = TemporaryDirectory::new();
    let log = directory.path("log");
    let (_, told) = run("levels", &log, &[("RLOG", "warn, configured::db=debug,configured::web=eror")]);
    for part in ["RLOG", "`configured::web=eror`", "position 27", "did you mean `error`?"] {
        assert!(told.contains(part), "{told}");
    }
    assert_eq!(told.lines().count(), 1, "{told}");
    let expected = ["a warning", "a debug of db", "an info of db", "a warning of web", "an error of web"];
    assert_eq!(messages(&log), expected);
}

#[test]
fn every_bad_directive_of_the_environment_is_told() {
    let directory = TemporaryDirectory::new();
    let (_, told) = run("levels", &directory.path("log"), &[("RUST_LOG", "a=x,b=inof,=warn,info/re")]);
    for part in ["RUST_LOG", "`a=x`", "`b=inof`", "`=warn`", "`/re`"] {
        assert!(told.contains(part), "{told}");
    }
}

#[test]
fn the_environment_comes_on_top_of_the_code_and_rlog_before_rust_log() {
    let directory = TemporaryDirectory::new();
    let of = |scenario: &str, variables: &[(&str, &str)]| {
        let log = directory.path("log");
        let _ = fs::remove_file(&log);
        let (_, told) = run(scenario, &log, variables);
        assert_eq!(told, "");
        messages(&log)
    };
    let info = ["an info", "a warning", "an info of db", "an info of web", "a warning of web", "an error of web"];
    let in_code = ["a warning", "a trace of db", "a debug of db", "an info of db", "an error of web"];
    assert_eq!(of("levels", &[]), info);
    assert_eq!(of("levels", &[("RUST_LOG", "error")]), ["an error of web"]);
    assert_eq!(of("levels", &[("RUST_LOG", "trace"), ("RLOG", "error")]), ["an error of web"]);
    assert_eq!(of("levels", &[("RUST_LOG", "error"), ("RLOG", "")]), ["an error of web"], "an empty one is none");
    assert_eq!(of("levels", &[("RLOG", "off,configured::db=info")]), ["an info of db"]);
    assert_eq!(of("levels-in-code", &[]), in_code);
    let changed = ["a warning", "an info of db", "an error of web"];
    assert_eq!(of("levels-in-code", &[("RLOG", "configured::db=info")]), changed);
    let default =
        ["a debug", "an info", "a warning", "a trace of db", "a debug of db", "an info of db", "an error of web"];
    assert_eq!(of("levels-in-code", &[("RLOG", "debug")]), default);
    // A target covers whole segments.
    assert_eq!(of("levels", &[("RLOG", "error,configured::d=trace,conf=trace")]), ["an error of web"]);
    let answers = [
        "directive `conf=trace` matches nothing",
        "directive `configured::d=trace` matches nothing; did you mean `configured::db` (3 statements)?",
    ];
    assert_eq!(notices(&directory.path("log")), answers, "whatever the level");
    assert_eq!(of("levels", &[("RLOG", "error,conf=trace,rlog=error")]), ["an error of web"]);
    assert_eq!(notices(&directory.path("log")), [""; 0]);
}

#[test]
fn a_change_that_is_wrong_changes_nothing() {
    let directory = TemporaryDirectory::new();
    let log = directory.path("log");
    let (printed, _) = run("bad-change", &log, &[]);
    let problems = values(&printed, "problem");
    assert_eq!(problems.len(), 2, "{printed}");
    assert!(problems[0].contains("no logger is in service"), "{printed}");
    assert!(problems[1].contains("`configured=wran` at position 4") && problems[1].contains("`warn`"), "{printed}");
    assert_eq!(messages(&log).len(), 6);
}

#[test]
fn levels_change_at_once_for_all_threads_and_no_record_is_lost_or_torn() {
    let directory = TemporaryDirectory::new();
    let log = directory.path("log");
    let (printed, told) = run("change-while-logging", &log, &[]);
    assert_eq!((number(&printed, "dropped").unwrap(), &*told), (0, ""));
    let (mut settled, mut steady, mut last) = (BTreeMap::new(), 0, BTreeMap::new());
    for line in lines(&log) {
        let thread = number(&line, "thread").unwrap();
        if line.contains(" switched settled ") {
            *settled.entry((number(&line, "phase").unwrap(), thread)).or_insert(0) += 1;
        } else if line.contains(" steady steady ") {
            steady += 1;
        } else {
            assert!(line.contains(" counted while it changes "), "{line}");
            let n = number(&line, "n").unwrap();
            assert!(last.insert(thread, n) < Some(n), "the records of a thread are out of order: {line}");
        }
    }
    let expected: BTreeMap<_, _> = (0..40)
        .filter(|phase| phase % 2 == 1)
        .flat_map(|phase| (0..4).map(move |thread| ((phase, thread), 100)))
        .collect();
    assert_eq!(settled, expected);
    assert_eq!(steady, 4 * 40);
}
