//! What a log file must not do to other files, and others not to it.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

use std::fs::{self, Permissions};
use std::os::unix::fs::{FileTypeExt, PermissionsExt, symlink};
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::process::Command;
use system_tests::numbered::{Tally, family, rotated};
use system_tests::rotating::{Rotating, wait_for, wait_for_compression};
use system_tests::{TemporaryDirectory, command, number};

const PROGRAM: &str = env!("CARGO_BIN_EXE_rotating");

fn mkfifo(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

fn mode(path: &Path) -> u32 {
    fs::symlink_metadata(path).unwrap().permissions().mode() & 0o7777
}

/// What it says when it does not begin.
fn refusal(path: &Path, settings: &[&str]) -> String {
    let program = Rotating::spawn(command(PROGRAM.as_ref()).arg(path).args(settings));
    let (status, answers) = program.end();
    assert_eq!(status.code(), Some(2), "{answers:?}");
    answers.join("\n")
}

#[test]
fn a_link_leads_to_the_current_file_from_wherever_it_is() {
    for (file, link) in [
        ("logs/{date}/app.{number}.log", "links/current.log"),
        ("logs/{date}/app.{number}.log", "logs/current.log"),
        ("../logs/app.log", "links/of/app/current.log"),
        ("app.log", "current.log"),
    ] {
        let directory = TemporaryDirectory::new();
        let here = directory.path("here");
        fs::create_dir(&here).unwrap();
        let mut program = command(PROGRAM.as_ref());
        program.current_dir(&here).arg(file).args(["size=1MB", &format!("link={link}")]);
        let mut program = Rotating::spawn(&mut program);
        assert_eq!(program.answer().as_deref(), Some("ready"));
        for _ in 0..2 {
            program.tell("log 3");
            program.tell("flush");
            assert_eq!(fs::read_to_string(here.join(link)).unwrap().lines().count(), 3, "{file} {link}");
            assert_eq!(program.tell("rotate"), "rotated=true");
        }
    }
}

#[test]
fn what_is_no_file_is_refused_without_waiting_for_it() {
    let directory = TemporaryDirectory::new();
    let path = |name| directory.path(name);
    fs::write(path("victim"), "precious").unwrap();
    symlink(path("victim"), path("link")).unwrap();
    symlink(path("nowhere"), path("dangling")).unwrap();
    fs::create_dir(path("directory")).unwrap();
    mkfifo(&path("pipe"));
    let _listener = UnixListener::bind(path("socket")).unwrap();
    for settings in [&[][..], &["size=1k"], &["size=1k", "compression=gzip", "sync=yes"]] {
        for (name, why) in [
            ("link", "symbolic link"),
            ("dangling", "symbolic link"),
            ("directory", "is a directory"),
            ("pipe", "pipe"),
            ("socket", "socket"),
        ] {
            let refusal = refusal(&path(name), settings);
            assert!(refusal.contains(why) && refusal.contains(name), "{name}: {refusal}");
        }
    }
    assert_eq!(fs::read_to_string(path("victim")).unwrap(), "precious");
    assert!(!path("nowhere").exists());
    assert!(fs::metadata(path("pipe")).unwrap().file_type().is_fifo());
    let refusal = refusal("/dev/null".as_ref(), &["size=1k"]);
    assert!(refusal.contains("device"), "{refusal}");
    assert!(fs::metadata("/dev/null").unwrap().file_type().is_char_device());
}

#[test]
fn what_takes_the_place_of_the_file_in_service_is_not_written_to() {
    let directory = TemporaryDirectory::new();
    let (path, kept, victim) = (directory.path("app.log"), directory.path("kept"), directory.path("victim"));
    fs::write(&victim, "precious").unwrap();
    let mut program = Rotating::start(PROGRAM, &path, &[]);
    let mut files = Vec::new();
    for (round, put) in [
        (|path, _| mkfifo(path)) as fn(&Path, &Path),
        |path, victim| symlink(victim, path).unwrap(),
        |path, _| fs::create_dir(path).unwrap(),
    ]
    .into_iter()
    .enumerate()
    {
        program.tell("log 100");
        program.tell("flush");
        let kept = kept.with_extension(round.to_string());
        fs::rename(&path, &kept).unwrap();
        put(&path, &victim);
        let before = number(&program.tell("stats"), "errors").unwrap();
        assert_eq!(program.tell("log 100").split('=').next(), Some("logged"));
        assert_eq!(program.tell("reopen"), "reopened=true");
        assert!(number(&program.tell("stats"), "errors").unwrap() > before);
        program.tell("log 100");
        program.tell("flush");
        if path.is_dir() && !path.is_symlink() { fs::remove_dir(&path) } else { fs::remove_file(&path) }.unwrap();
        assert_eq!(program.tell("reopen"), "reopened=true");
        wait_for("a new file", || {
            program.tell("log 1");
            program.tell("reopen");
            path.exists().then_some(())
        });
        files.push(kept);
    }
    let flushed = program.tell("flush");
    assert_eq!(number(&program.tell("stats"), "dropped").unwrap(), 0);
    files.push(path);
    let tally = Tally::of(&files);
    tally.assert_whole();
    tally.assert_each_once((0, 0), number(&flushed, "flushed").unwrap());
    assert_eq!(fs::read_to_string(victim).unwrap(), "precious");
}

#[test]
fn links_under_the_names_that_rotation_uses_lead_nowhere() {
    let directory = TemporaryDirectory::new();
    let (path, victim) = (directory.path("app.log"), directory.path("victim"));
    fs::write(&victim, "precious").unwrap();
    for name in ["app.log.1", "app.log.2.gz", ".app.log.rlog-next", ".app.log.3.gz.rlog-tmp", ".app.log.4.gz.rlog-tmp"]
    {
        symlink(&victim, directory.path(name)).unwrap();
    }
    let mut program = Rotating::start(PROGRAM, &path, &["size=4k", "compression=gzip", "mode=640"]);
    program.tell("log 300");
    program.tell("flush");
    wait_for_compression(&path);
    assert!(number(&program.tell("stats"), "rotations").unwrap() > 3);
    assert!(program.end().0.success());
    assert_eq!(fs::read_to_string(&victim).unwrap(), "precious");
    assert_ne!(mode(&victim), 0o640);
    let files: Vec<_> = family(&path).into_iter().filter(|path| !path.is_symlink()).collect();
    let tally = Tally::of(&files);
    tally.assert_each_once((0, 0), 300);
}

#[test]
fn a_link_in_place_of_the_lock_stops_rotation_and_nothing_else() {
    let directory = TemporaryDirectory::new();
    let (path, victim) = (directory.path("app.log"), directory.path("victim"));
    fs::write(&victim, "precious").unwrap();
    symlink(&victim, directory.path(".app.log.lock")).unwrap();
    let mut program = Rotating::start(PROGRAM, &path, &["size=4k"]);
    program.tell("log 300");
    program.tell("flush");
    let stats = program.tell("stats");
    assert!(number(&stats, "errors").unwrap() > 0 && number(&stats, "dropped").unwrap() == 0, "{stats}");
    assert_eq!(fs::read_to_string(&victim).unwrap(), "precious");
    Tally::of(&[path]).assert_each_once((0, 0), 300);
}

/// Runs through some rotations, and returns the modes of all files but the lock.
fn modes(directory: &TemporaryDirectory, settings: &[&str]) -> Vec<u32> {
    let path = directory.path("app.log");
    let mut shell = command("sh".as_ref());
    // Whatever the mask of the process.
    shell.args(["-c", "umask 077; exec \"$@\"", "sh", PROGRAM]).arg(&path).arg("size=4k").args(settings);
    let mut program = Rotating::spawn(&mut shell);
    assert_eq!(program.answer().as_deref(), Some("ready"));
    program.tell("log 200");
    program.tell("flush");
    if settings.contains(&"compression=gzip") {
        wait_for_compression(&path);
    }
    assert!(program.end().0.success());
    assert!(rotated(&path).len() >= 3);
    family(&path).iter().map(|path| mode(path)).collect()
}

#[test]
fn only_the_owner_may_read_and_who_else_is_named() {
    for compression in ["compression=gzip", "compression=none"] {
        let modes_of = |settings: &[&str]| modes(&TemporaryDirectory::new(), settings);
        assert!(modes_of(&[compression]).iter().all(|&mode| mode == 0o600));
        assert!(modes_of(&[compression, "mode=640"]).iter().all(|&mode| mode == 0o640));
        let directory = TemporaryDirectory::new();
        fs::write(directory.path("app.log"), "").unwrap();
        fs::set_permissions(directory.path("app.log"), Permissions::from_mode(0o604)).unwrap();
        let modes = modes(&directory, &[compression]);
        assert_eq!(modes[0], 0o604, "a file that was there keeps its mode when it is rotated");
        assert!(modes[1..].iter().all(|&mode| mode == 0o600));
    }
}

#[test]
fn programs_that_are_started_do_not_have_the_files() {
    let directory = TemporaryDirectory::new();
    let mut program = Rotating::start(PROGRAM, &directory.path("app.log"), &["size=4k", "compression=gzip"]);
    program.tell("log 200");
    program.tell("flush");
    let child = program.tell("child");
    assert_eq!(number(&child, "inherited").unwrap(), 0, "{child}");
    assert!(number(&child, "own").unwrap() >= 1, "{child}");
}

#[test]
fn a_directory_in_which_everybody_may_write_is_warned_about() {
    for (mode, is_warned) in [(0o777, true), (0o1777, false), (0o755, false)] {
        let directory = TemporaryDirectory::new();
        fs::create_dir(directory.path("logs")).unwrap();
        fs::set_permissions(directory.path("logs"), Permissions::from_mode(mode)).unwrap();
        let path = directory.path("logs/app.log");
        let mut program = Rotating::start(PROGRAM, &path, &[]);
        program.tell("log 1");
        program.tell("flush");
        assert!(program.end().0.success());
        let text = fs::read_to_string(&path).unwrap();
        assert_eq!(text.contains("everybody may replace"), is_warned, "{mode:o}: {text}");
    }
}
