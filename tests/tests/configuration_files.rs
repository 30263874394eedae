//! Configuration files in service: the examples, and files that change while the program logs.

use rlog::config::{self, Loader, Reload};
use rlog::{debug, error, info, warn};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use system_tests::{TemporaryDirectory, lines};

/// There is one logger in a process.
fn alone() -> MutexGuard<'static, ()> {
    static ONE: Mutex<()> = Mutex::new(());
    ONE.lock().unwrap_or_else(PoisonError::into_inner)
}

fn example(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../rlog/examples/config").join(name)
}

const NO_VARIABLES: [(&str, &str); 0] = [];

fn shutdown() {
    assert!(rlog::shutdown(Duration::from_secs(30)).complete);
}

/// A file that logs to a file beside it.
fn write(config: &Path, log: &Path, more: &str) {
    let log = log.display();
    let text = format!(
        "{more}\n[handlers.file]\nkind = 'file'\npath = '{log}'\nformat = {{ kind = 'text', template = '{{message}}' }}\n"
    );
    // Replaced in one step, as deployments do.
    let next = config.with_extension("next");
    fs::write(&next, text).expect("it is writable");
    fs::rename(&next, config).expect("it is writable");
}

#[test]
fn every_example_is_without_a_mistake_in_every_profile() {
    let folder = example("");
    let mut names: Vec<_> = fs::read_dir(&folder)
        .expect("the examples are there")
        .map(|entry| entry.expect("it can be read").file_name().into_string().expect("it is text"))
        .collect();
    names.sort();
    assert_eq!(names, ["development.toml", "production.toml", "staging.toml"]);
    for name in names {
        let loader = Loader::new(example(&name)).variables(NO_VARIABLES);
        let report = loader.check();
        assert!(report.is_empty(), "{report}");
        let config = loader.load().expect("it was checked");
        assert_eq!(config::Config::from_toml(&config.to_toml()), Ok(config.clone()), "{name}");
        assert_eq!(config::Config::from_json(&config.to_json()), Ok(config), "{name}");
    }
}

#[test]
fn what_the_guide_shows_is_without_a_mistake_in_every_profile() {
    for (guide, count) in [("configuration.md", 4), ("redaction.md", 1)] {
        let text = fs::read_to_string(example("").join("../../docs").join(guide)).expect("the guide is there");
        let shown: Vec<_> = text.split("\n```toml\n").skip(1).filter_map(|rest| rest.split("\n```").next()).collect();
        assert!(shown.len() >= count, "{shown:?}");
        let directory = TemporaryDirectory::new();
        for text in shown {
            let path = directory.path("shown.toml");
            // In the guide files are where they are on a server.
            fs::write(&path, text.replace("/var/log/shop/", "")).expect("it is writable");
            let report = Loader::new(&path).variables(NO_VARIABLES).check();
            assert!(report.is_empty(), "{report}\n{text}");
        }
    }
}

#[test]
fn the_example_for_production_does_what_its_comments_say() {
    let _alone = alone();
    let directory = TemporaryDirectory::new();
    let path = |name: &str| directory.path(name);
    let text = |name: &str| path(name).display().to_string();
    let loader = Loader::new(example("production.toml")).profile("west").variables([
        ("RLOG__HANDLERS__APP__PATH", text("app.json")),
        ("RLOG__HANDLERS__ACCESS__PATH", text("access.log")),
        ("RLOG__HANDLERS__ERRORS_FILE__PATH", text("errors.json")),
        ("RLOG__HANDLERS__AUDIT__PATH", text("audit.json")),
    ]);
    let _guard = loader.init().expect("it is good");
    info!(card = "4111 1111 1111 1111", api_key = "hunter2", "an order"); // secrets of a test
    info!(target: "http.access", method = "GET", path = "/cart", status = 200, "answered");
    error!(order = 7, "refused");
    info!(logger: rlog::logger("audit"), user = 7, "login");
    debug!("not let through");
    assert_eq!(lines(&path("audit.json")).len(), 1, "it is written before the statement returns");
    shutdown();
    let app = lines(&path("app.json"));
    assert_eq!(app.len(), 1, "{app:?}");
    assert!(app[0].contains("\"service\":\"my-app\"") && app[0].contains("\"site\":\"west\""), "{app:?}");
    assert!(!app[0].contains("4111") && !app[0].contains("hunter2"), "{app:?}");
    let access = lines(&path("access.log"));
    assert_eq!(access.len(), 1, "{access:?}");
    assert!(access[0].ends_with("Z GET /cart 200"), "{access:?}");
    let errors = lines(&path("errors.json"));
    assert!(errors.len() == 1 && errors[0].contains("\"order\":7") && errors[0].contains("\"line\":"), "{errors:?}");
}

#[test]
fn files_are_rotated_as_their_settings_say() {
    let _alone = alone();
    let directory = TemporaryDirectory::new();
    let (config, logs) = (directory.path("log.toml"), directory.path("logs"));
    let text = format!(
        "[handlers.file]\nkind = 'file'\npath = '{}'\nformat = {{ kind = 'text', template = '{{message}}' }}\n\
         rotation = {{ size = '1 kB', on_start = true }}\nnames = 'old/{{stem}}.{{number}}{{ext}}'\nmode = '0640'\n",
        logs.join("app.log").display()
    );
    fs::write(&config, text).expect("it is writable");
    let loader = Loader::new(&config).variables(NO_VARIABLES);
    let report = loader.check();
    assert!(report.is_empty() && !logs.exists(), "{report}");
    let _guard = loader.init().expect("it was checked");
    let expected: Vec<_> = (0..100).map(|number| format!("{number:0>99}")).collect();
    expected.iter().for_each(|line| info!("{line}"));
    shutdown();
    let mut paths: Vec<_> = (1..10).map(|number| logs.join(format!("old/app.{number}.log"))).collect();
    paths.push(logs.join("app.log"));
    assert_eq!(paths.iter().flat_map(|path| lines(path)).collect::<Vec<_>>(), expected);
    for path in &paths {
        let metadata = fs::metadata(path).expect("it is there");
        assert_eq!(metadata.len(), 1000, "{}", path.display());
        #[cfg(unix)]
        assert_eq!(std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o777, 0o640);
    }
}

#[test]
fn a_file_that_changes_takes_effect_and_one_that_is_wrong_changes_nothing() {
    let _alone = alone();
    let directory = TemporaryDirectory::new();
    let (config, first, second) = (directory.path("log.toml"), directory.path("first"), directory.path("second"));
    write(&config, &first, "");
    let before = config::version();
    let loader = Loader::new(&config).variables(NO_VARIABLES).interval(Duration::from_secs(3600)).hangup(false);
    let watcher = loader.watch().expect("it is good");
    assert_eq!(config::version(), before + 1);
    assert_eq!(watcher.poll_now(), Reload::Unchanged);
    info!("one");
    debug!("not let through");

    write(&config, &second, "level = 'debug'");
    assert_eq!(watcher.poll_now(), Reload::Applied { version: before + 2 });
    assert_eq!(watcher.poll_now(), Reload::Unchanged);
    debug!("two");

    write(&config, &first, "level = 'loud'\nlevle = 1");
    let Reload::Refused { problems } = watcher.poll_now() else { panic!("it is wrong") };
    let path = config.display();
    assert_eq!(
        problems,
        [
            format!(
                "{path}:1:9: error: level: unknown level `loud`; write `trace`, `debug`, `info`, `notice`, `warn`, `error`, \
                 `critical`, `off` or a number from 0 to 255"
            ),
            format!("{path}:2:1: error: levle: unknown key `levle`; did you mean `level`?"),
        ]
    );
    assert_eq!(watcher.poll_now(), Reload::Unchanged, "it is told once");
    assert_eq!(config::version(), before + 2);
    debug!("three");
    assert!(rlog::stats().troubles.configuration > 0);

    // It may be well-formed and still impossible.
    write(&config, Path::new("/dev/null/x"), "");
    let Reload::Refused { problems } = watcher.poll_now() else { panic!("there can be no such file") };
    let place = format!("{path}:2:1: error: handlers.file: ");
    assert!(problems[0].starts_with(&place) && problems[0].contains("/dev/null"), "{problems:?}");
    debug!("four");

    // As it is while it is written in its place.
    fs::write(&config, "\n").expect("it is writable");
    let Reload::Refused { problems } = watcher.poll_now() else { panic!("nobody means that") };
    let expected = "is empty, as if it were being written; write the new file beside it and rename it";
    assert_eq!(problems, [format!("{path}: error: {expected}")]);
    assert_eq!(watcher.poll_now(), Reload::Unchanged, "it is told once");

    fs::remove_file(&config).expect("it is there");
    assert!(matches!(watcher.poll_now(), Reload::Refused { .. }));
    assert_eq!(watcher.poll_now(), Reload::Unchanged, "it is told once");
    write(&config, &second, "level = 'debug'");
    assert_eq!(watcher.poll_now(), Reload::Unchanged, "that is in service");
    assert_eq!(watcher.reload(), Reload::Applied { version: before + 3 }, "unless it is asked for");
    debug!("five");
    // What waits to be told has its turn with the next pass.
    (0..2).for_each(|_| assert!(rlog::flush(Duration::from_secs(30))));
    drop(watcher);
    shutdown();
    assert_eq!(lines(&first), ["one"]);
    let second = lines(&second);
    let (told, own): (Vec<_>, Vec<_>) = second.iter().partition(|line| line.contains("is not applied"));
    assert_eq!(own, ["two", "three", "four", "five"]);
    let place = format!("{path}:2:1: error: levle");
    assert!(told.len() == 5 && told.iter().any(|line| line.contains(&place)), "{told:#?}");
}

#[test]
fn no_record_is_lost_or_doubled_by_reloads_under_load() {
    let _alone = alone();
    let directory = TemporaryDirectory::new();
    let config = directory.path("log.toml");
    let log = |number: usize| directory.path(&format!("{}.log", number % 3));
    write(&config, &log(0), "");
    let loader = Loader::new(&config).variables(NO_VARIABLES).interval(Duration::from_secs(3600)).hangup(false);
    let watcher = loader.watch().expect("it is good");
    let done = AtomicBool::new(false);
    let sent: usize = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4)
            .map(|thread| {
                let done = &done;
                scope.spawn(move || {
                    let mut sent = 0;
                    while !done.load(Ordering::Relaxed) {
                        info!("{thread}:{sent}");
                        sent += 1;
                        if sent % 64 == 0 {
                            std::thread::yield_now();
                        }
                    }
                    sent
                })
            })
            .collect();
        for round in 1..=60 {
            write(&config, &log(round), &format!("# {round}"));
            assert!(matches!(watcher.poll_now(), Reload::Applied { .. }), "{round}");
        }
        done.store(true, Ordering::Relaxed);
        threads.into_iter().map(|thread| thread.join().expect("it does not panic")).sum()
    });
    drop(watcher);
    shutdown();
    let written = (0..3).flat_map(|number| lines(&log(number)));
    let is_ours = |line: &String| line.starts_with(|c: char| c.is_ascii_digit());
    let (mut written, others): (Vec<_>, Vec<_>) = written.partition(is_ours);
    assert!(others.is_empty(), "{others:#?}");
    let total = written.len();
    written.sort();
    written.dedup();
    assert_eq!((total, written.len()), (sent, sent));
}

#[cfg(unix)]
#[test]
fn a_signal_has_the_file_read_again() {
    let _alone = alone();
    let directory = TemporaryDirectory::new();
    let (config, first, second) = (directory.path("log.toml"), directory.path("first"), directory.path("second"));
    write(&config, &first, "");
    let loader = Loader::new(&config).variables(NO_VARIABLES).interval(Duration::from_secs(3600));
    let watcher = loader.watch().expect("it is good");
    warn!("one");
    let before = config::version();
    write(&config, &second, "");
    let pid = std::process::id().to_string();
    let status = std::process::Command::new("kill").args(["-HUP", &pid]).status();
    assert!(status.expect("the system has it").success());
    let deadline = Instant::now() + Duration::from_secs(60);
    while config::version() == before {
        assert!(Instant::now() < deadline, "nothing has been read");
        std::thread::yield_now();
    }
    warn!("two");
    drop(watcher);
    shutdown();
    assert_eq!((lines(&first), lines(&second)), (vec!["one".to_owned()], vec!["two".to_owned()]));
}

#[test]
fn a_file_is_noticed_by_itself() {
    let _alone = alone();
    let directory = TemporaryDirectory::new();
    let (config, first, second) = (directory.path("log.toml"), directory.path("first"), directory.path("second"));
    write(&config, &first, "");
    let loader = Loader::new(&config).variables(NO_VARIABLES).interval(Duration::from_millis(10)).hangup(false);
    let watcher = loader.watch().expect("it is good");
    let before = config::version();
    write(&config, &second, "");
    let deadline = Instant::now() + Duration::from_secs(60);
    while config::version() == before {
        assert!(Instant::now() < deadline, "nothing has been read");
        std::thread::yield_now();
    }
    drop(watcher);
    shutdown();
}
