//! What others do to a log file while it is written: the real `logrotate`, `tail -F`, `mv`, `rm`, `mount`.

#![cfg(unix)]
#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use system_tests::mount::Mount;
use system_tests::numbered::{Tally, family, rotated};
use system_tests::rotating::{Rotating, has, skipped, wait_for};
use system_tests::{TemporaryDirectory, number};

const PROGRAM: &str = env!("CARGO_BIN_EXE_rotating");

fn length(path: &Path) -> u64 {
    fs::metadata(path).map_or(0, |metadata| metadata.len())
}

/// Waits until more is written to the file that stands under this path now.
fn wait_for_lines(path: &Path) {
    let before = length(path);
    wait_for("lines in the new file", || (length(path) > before + 10_000).then_some(()));
}

fn run(command: &str, arguments: &[&str]) {
    let output = Command::new(command).args(arguments).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command} {arguments:?}: {said}");
}

/// How many lines each thread says that it has logged.
fn counts(stopped: &str) -> Vec<u64> {
    stopped.strip_prefix("stopped=").unwrap().split(',').map(|count| count.parse().unwrap()).collect()
}

fn assert_each_once(tally: &Tally, stopped: &str) {
    tally.assert_whole();
    for (thread, count) in (1..).zip(counts(stopped)) {
        tally.assert_each_once((0, thread), count);
    }
}

/// The directory of a log file, and how `logrotate` is to treat it.
struct Logrotate {
    directory: TemporaryDirectory,
    log: PathBuf,
    settings: String,
}

impl Logrotate {
    fn new(settings: &str) -> Option<Self> {
        if !has("logrotate", "--version") {
            return None;
        }
        let directory = TemporaryDirectory::new();
        fs::create_dir(directory.path("logs")).unwrap();
        let log = directory.path("logs/app.log");
        let settings = format!("{} {{\n  rotate 100\n  nodateext\n{settings}\n}}\n", log.display());
        Some(Self { directory, log, settings })
    }

    fn force(&self) {
        use std::os::unix::fs::PermissionsExt;
        let (settings, state) = (self.directory.path("settings"), self.directory.path("state"));
        fs::write(&settings, &self.settings).unwrap();
        fs::set_permissions(&settings, PermissionsExt::from_mode(0o644)).unwrap();
        run("logrotate", &["-f", "-s", state.to_str().unwrap(), settings.to_str().unwrap()]);
    }

    /// From the oldest to the newest: here the highest number is the oldest.
    fn files(&self) -> Vec<PathBuf> {
        let mut files = family(&self.log);
        let current = files.pop();
        files.reverse();
        files.into_iter().chain(current).collect()
    }
}

#[test]
fn logrotate_with_create_loses_nothing_though_nobody_tells_the_process() {
    let Some(logrotate) = Logrotate::new("  create 0600\n  compress\n  delaycompress") else { return };
    let mut program = Rotating::start(PROGRAM, &logrotate.log, &[]);
    program.tell("background 2");
    for _ in 0..4 {
        wait_for_lines(&logrotate.log);
        logrotate.force();
    }
    wait_for_lines(&logrotate.log);
    let stopped = program.tell("stop");
    assert_eq!(number(&program.tell("stats"), "reopenings").unwrap(), 4);
    let files = logrotate.files();
    assert_eq!(files.len(), 5, "{files:?}");
    assert_each_once(&Tally::of(&files), &stopped);
}

#[test]
fn logrotate_with_create_may_compress_at_once_what_the_process_was_asked_to_leave() {
    let Some(mut logrotate) = Logrotate::new("") else { return };
    let (request, answer) = (logrotate.directory.path("request"), logrotate.directory.path("answer"));
    for pipe in [&request, &answer] {
        run("mkfifo", &[pipe.to_str().unwrap()]);
    }
    let script = format!("    echo reopen > {}; cat {}", request.display(), answer.display());
    let with_script = format!("  create\n  compress\n  postrotate\n{script}\n  endscript\n}}");
    logrotate.settings = logrotate.settings.replace("\n}", &with_script);
    let mut program = Rotating::start(PROGRAM, &logrotate.log, &[]);
    program.tell("background 2");
    for _ in 0..4 {
        wait_for_lines(&logrotate.log);
        thread::scope(|scope| {
            scope.spawn(|| {
                // Blocks until the script writes, and the script until this is written.
                assert_eq!(fs::read_to_string(&request).unwrap(), "reopen\n");
                assert_eq!(program.tell("reopen"), "reopened=true");
                fs::write(&answer, "done\n").unwrap();
            });
            logrotate.force();
        });
    }
    let stopped = program.tell("stop");
    let files = logrotate.files();
    assert_eq!(files.iter().filter(|file| file.extension().unwrap() == "gz").count(), 4, "{files:?}");
    assert_each_once(&Tally::of(&files), &stopped);
}

#[test]
#[cfg(target_os = "linux")]
fn whoever_asks_for_a_rotation_hears_whether_it_was_done() {
    let directory = system_tests::TemporaryDirectory::new();
    let (path, lock) = (directory.path("app.log"), directory.path(".app.log.lock"));
    let mut program = Rotating::start(PROGRAM, &path, &["size=1MB"]);
    assert_eq!(program.tell("rotate"), "rotated=true", "it holds nothing");
    let mut expected = 0;
    for command in ["rotate", "rotate_files"] {
        program.tell("log 1");
        assert_eq!(program.tell(command), "rotated=true");
        expected += 1;
        program.tell("log 1");
        let other = fs::File::open(&lock).unwrap();
        other.try_lock().unwrap();
        assert_eq!(program.tell(command), "rotated=false", "another process has the lock");
        drop(other);
        fs::remove_file(&lock).unwrap();
        std::os::unix::fs::symlink("/nowhere", &lock).unwrap();
        assert_eq!(program.tell(command), "rotated=false", "the lock cannot be opened");
        fs::remove_file(&lock).unwrap();
        assert_eq!(program.tell(command), "rotated=true");
        expected += 1;
        assert_eq!(number(&program.tell("stats"), "rotations").unwrap(), expected);
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_process_that_is_sent_sighup_by_logrotate_lets_go_of_the_file_at_once() {
    let Some(mut logrotate) = Logrotate::new("") else { return };
    let configuration = logrotate.directory.path("logging.toml");
    fs::write(&configuration, format!("[handlers.file]\nkind = \"file\"\npath = {:?}\n", logrotate.log)).unwrap();
    let setting = format!("configuration={}", configuration.display());
    let mut program = Rotating::start(PROGRAM, &logrotate.log, &[&setting]);
    let script = format!("  create\n  postrotate\n    kill -HUP {}\n  endscript\n}}", program.id());
    logrotate.settings = logrotate.settings.replace("\n}", &format!("\n{script}"));
    let is_open = |id: u32, file: &Path| {
        let open = fs::read_dir(format!("/proc/{id}/fd")).unwrap().filter_map(Result::ok);
        open.filter_map(|entry| fs::read_link(entry.path()).ok()).any(|open| open == *file)
    };
    for round in 1..=3_u64 {
        program.tell("log 100");
        program.tell("flush");
        logrotate.force();
        // Nothing is logged meanwhile, so nothing else would have it look.
        let old = logrotate.log.with_extension("log.1");
        wait_for("the old file to be let go", || (!is_open(program.id(), &old)).then_some(()));
        assert!(is_open(program.id(), &logrotate.log), "round {round}");
    }
    program.tell("background 2");
    for _ in 0..2 {
        wait_for_lines(&logrotate.log);
        logrotate.force();
    }
    let stopped = program.tell("stop");
    let tally = Tally::of(&logrotate.files());
    assert_each_once(&tally, &stopped);
    tally.assert_each_once((0, 0), 300);
}

#[test]
fn logrotate_with_copytruncate_loses_only_what_is_written_between_its_copy_and_its_truncation() {
    const ROUNDS: usize = 4;
    let Some(logrotate) = Logrotate::new("  copytruncate") else { return };
    let mut program = Rotating::start(PROGRAM, &logrotate.log, &[]);
    program.tell("background 2");
    for _ in 0..ROUNDS {
        wait_for_lines(&logrotate.log);
        logrotate.force();
    }
    wait_for_lines(&logrotate.log);
    let stopped = program.tell("stop");
    let tally = Tally::of(&logrotate.files());
    assert!(tally.torn.len() <= ROUNDS, "the copies may end in a line: {:?}", tally.torn);
    assert!(!tally.torn.iter().any(|line| line.contains('\0')), "the file continues at its beginning");
    for (thread, count) in (1..).zip(counts(&stopped)) {
        let numbers = &tally.numbers[&(0, thread)];
        assert!(numbers.windows(2).all(|pair| pair[0] < pair[1]), "none twice");
        let gaps = numbers.windows(2).filter(|pair| pair[0] + 1 != pair[1]).count();
        assert!(gaps <= ROUNDS, "{gaps} gaps");
        assert_eq!((numbers.first(), numbers.last()), (Some(&1), Some(&count)));
    }
    // Now that nothing is written meanwhile, nothing at all is lost.
    let before = tally.numbers[&(0, 1)].len() + tally.numbers[&(0, 2)].len();
    program.tell("log 100");
    program.tell("flush");
    logrotate.force();
    program.tell("log 100");
    program.tell("flush");
    let tally = Tally::of(&logrotate.files());
    tally.assert_each_once((0, 0), 200);
    assert_eq!(tally.numbers[&(0, 1)].len() + tally.numbers[&(0, 2)].len(), before);
}

#[test]
fn tail_sees_every_line_across_rotations() {
    if !has("tail", "--version") {
        return;
    }
    let directory = TemporaryDirectory::new();
    let (path, seen) = (directory.path("app.log"), directory.path("seen"));
    let mut program = Rotating::start(PROGRAM, &path, &["size=100k", "compression=gzip"]);
    let mut tail = Command::new("tail")
        .args(["-n", "+1", "--sleep-interval=0.05", "-F", path.to_str().unwrap()])
        .stdout(fs::File::create(&seen).unwrap())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    for round in 1..=15_u64 {
        program.tell("log 500");
        program.tell("flush");
        // tail looks at one file at a time, so it has to be given the time to see each.
        let last = format!(" n={} ", round * 500);
        wait_for("tail", || fs::read_to_string(&seen).unwrap_or_default().contains(&last).then_some(()));
    }
    tail.kill().unwrap();
    tail.wait().unwrap();
    assert!(rotated(&path).len() >= 5);
    let mut tally = Tally::default();
    tally.add(&fs::read(&seen).unwrap());
    tally.assert_whole();
    tally.assert_each_once((0, 0), 15 * 500);
}

/// Background lines while something is done to the file, and their places afterwards.
fn meanwhile(settings: &[&str], act: impl FnOnce(&TemporaryDirectory, &Path, &mut Rotating) -> Vec<PathBuf>) {
    let directory = TemporaryDirectory::new();
    fs::create_dir(directory.path("logs")).unwrap();
    let path = directory.path("logs/app.log");
    let mut program = Rotating::start(PROGRAM, &path, settings);
    program.tell("background 2");
    wait_for_lines(&path);
    let files = act(&directory, &path, &mut program);
    let stopped = program.tell("stop");
    assert_each_once(&Tally::of(&files), &stopped);
    let stats = program.tell("stats");
    assert_eq!(number(&stats, "dropped").unwrap(), 0, "{stats}");
}

#[test]
fn a_file_that_is_deleted_is_made_again() {
    meanwhile(&[], |directory, path, _| {
        let kept = directory.path("kept");
        fs::hard_link(path, &kept).unwrap();
        fs::remove_file(path).unwrap();
        wait_for_lines(path);
        vec![kept, path.to_path_buf()]
    });
}

#[test]
fn a_file_that_is_replaced_is_written_to() {
    meanwhile(&[], |directory, path, _| {
        let (old, new) = (directory.path("old"), directory.path("new"));
        fs::write(&new, "").unwrap();
        fs::hard_link(path, &old).unwrap();
        fs::rename(&new, path).unwrap();
        wait_for_lines(path);
        vec![old, path.to_path_buf()]
    });
}

#[test]
fn a_directory_that_is_moved_away_or_replaced_is_made_again() {
    for is_replaced in [false, true] {
        meanwhile(&[], |directory, path, _| {
            let (logs, old) = (directory.path("logs"), directory.path("old"));
            fs::rename(&logs, &old).unwrap();
            if is_replaced {
                fs::create_dir(&logs).unwrap();
            }
            wait_for_lines(path);
            vec![old.join("app.log"), path.to_path_buf()]
        });
    }
}

#[test]
fn a_directory_that_is_deleted_with_all_that_is_in_it_is_made_again() {
    let directory = TemporaryDirectory::new();
    fs::create_dir(directory.path("logs")).unwrap();
    let path = directory.path("logs/app.log");
    let mut program = Rotating::start(PROGRAM, &path, &["size=100k"]);
    program.tell("background 1");
    wait_for("rotations", || (rotated(&path).len() > 2).then_some(()));
    // A rotation may put something into it meanwhile.
    wait_for("deletion", || fs::remove_dir_all(directory.path("logs")).ok());
    wait_for("a new directory", || path.exists().then_some(()));
    wait_for_lines(&path);
    let stopped = program.tell("stop");
    let tally = Tally::of(&family(&path));
    tally.assert_whole();
    let numbers = &tally.numbers[&(0, 1)];
    assert!(numbers.windows(2).all(|pair| pair[0] + 1 == pair[1]), "no gaps from then on");
    assert_eq!(numbers.last(), counts(&stopped).first());
}

#[test]
fn a_file_that_others_move_while_it_is_rotated_is_whole_and_complete() {
    let directory = TemporaryDirectory::new();
    let path = directory.path("app.log");
    let mut program = Rotating::start(PROGRAM, &path, &["size=300k"]);
    program.tell("background 2");
    let mut moved = Vec::new();
    for round in 0..5 {
        wait_for_lines(&path);
        let to = directory.path(&format!("moved-{round}"));
        // It may be in the middle of a rotation.
        wait_for("a file to move", || fs::rename(&path, &to).ok());
        moved.push(to);
    }
    wait_for_lines(&path);
    let stopped = program.tell("stop");
    let files: Vec<_> = family(&path).into_iter().chain(moved).collect();
    let mut tally = Tally::of(&files);
    // Which of the files is older is not in their names.
    tally.numbers.values_mut().for_each(|numbers| numbers.sort_unstable());
    assert_each_once(&tally, &stopped);
}

#[test]
fn lines_go_on_into_the_open_file_while_its_path_leads_to_a_read_only_file_system() {
    let directory = TemporaryDirectory::new();
    fs::create_dir(directory.path("logs")).unwrap();
    let path = directory.path("logs/app.log");
    let mut program = Rotating::start(PROGRAM, &path, &["size=1GB"]);
    program.tell("log 100");
    program.tell("flush");
    let Some(mount) = Mount::new(&directory.path("logs"), "ro,size=1m") else {
        return skipped("nothing can be mounted here");
    };
    let stats = wait_for("it to be noticed", || {
        program.tell("log 1");
        program.tell("flush");
        let stats = program.tell("stats");
        stats.contains("Read-only file system").then_some(stats)
    });
    assert_eq!(number(&stats, "dropped").unwrap(), 0, "{stats}");
    drop(mount);
    program.tell("log 100");
    let flushed = program.tell("flush");
    let tally = Tally::of(&[path]);
    tally.assert_whole();
    tally.assert_each_once((0, 0), number(&flushed, "flushed").unwrap());
}

#[test]
fn on_a_read_only_file_system_it_does_not_begin() {
    let directory = TemporaryDirectory::new();
    fs::create_dir(directory.path("logs")).unwrap();
    let Some(_mount) = Mount::new(&directory.path("logs"), "ro,size=1m") else {
        return skipped("nothing can be mounted here");
    };
    let mut command = system_tests::command(PROGRAM.as_ref());
    let program = Rotating::spawn(command.arg(directory.path("logs/app.log")));
    let (status, answers) = program.end();
    assert_eq!(status.code(), Some(2));
    assert!(answers.iter().any(|line| line.contains("Read-only file system")), "{answers:?}");
}

#[test]
fn a_full_disk_costs_what_does_not_fit_and_says_so_when_there_is_room() {
    let directory = TemporaryDirectory::new();
    fs::create_dir(directory.path("logs")).unwrap();
    let Some(_mount) = Mount::new(&directory.path("logs"), "size=600k") else {
        return skipped("nothing can be mounted here");
    };
    let path = directory.path("logs/app.log");
    let mut program = Rotating::start(PROGRAM, &path, &["size=100k"]);
    program.tell("log 20000");
    assert!(program.tell("flush").ends_with("done=false"), "what does not fit is not written");
    let dropped = number(&program.tell("stats"), "dropped").unwrap();
    assert!(dropped > 10_000, "{dropped}");
    let files = rotated(&path);
    assert!(files.len() > 3, "{files:?}");
    let kept = Tally::of(&[files[0].1.clone()]).numbers[&(0, 0)].len() as u64;
    fs::remove_file(&files[0].1).unwrap();
    // At once: no line is lost from here on.
    program.tell("log 100");
    program.tell("flush");
    assert_eq!(number(&program.tell("stats"), "dropped").unwrap(), dropped);
    program.tell("log 10");
    assert_eq!(program.tell("flush"), "flushed=20110 done=true");
    assert!(program.end().0.success());
    let tally = Tally::of(&family(&path));
    tally.assert_whole();
    let numbers = &tally.numbers[&(0, 0)];
    assert!(numbers.windows(2).all(|pair| pair[0] < pair[1]), "none twice");
    assert_eq!(numbers[numbers.len() - 110..], (20_001..=20_110).collect::<Vec<_>>());
    assert_eq!(numbers.len() as u64 + kept + dropped, 20_110);
    assert_eq!(tally.reported_missing(), dropped, "{:?}", tally.notices);
}

#[test]
fn a_full_disk_may_cost_the_oldest_files_instead() {
    let directory = TemporaryDirectory::new();
    fs::create_dir(directory.path("logs")).unwrap();
    let Some(_mount) = Mount::new(&directory.path("logs"), "size=600k") else {
        return skipped("nothing can be mounted here");
    };
    let path = directory.path("logs/app.log");
    let mut program = Rotating::start(PROGRAM, &path, &["size=100k", "free=space"]);
    let logged = wait_for("deletions", || {
        program.tell("log 200");
        let flushed = program.tell("flush");
        let deletions = number(&program.tell("stats"), "deletions").unwrap();
        (deletions > 3).then(|| number(&flushed, "flushed").unwrap())
    });
    program.tell("log 10");
    program.tell("flush");
    let dropped = number(&program.tell("stats"), "dropped").unwrap();
    assert!(program.end().0.success());
    let tally = Tally::of(&family(&path));
    tally.assert_whole();
    let numbers = &tally.numbers[&(0, 0)];
    assert_eq!(numbers.last(), Some(&(logged + 10)));
    let gaps: u64 = numbers.windows(2).map(|pair| pair[1] - pair[0] - 1).sum();
    assert!(gaps <= dropped, "{gaps} {dropped}");
}
