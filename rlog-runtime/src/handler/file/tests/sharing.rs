//! Other programs and other processes that have the file, too.

use super::*;

// What others do.

#[test]
fn a_file_that_logrotate_has_renamed_is_left_before_the_next_line() {
    let directory = Directory::new("create");
    let mut process = Process::start(File::new(directory.path("app.log")));
    process.write("1\n");
    fs::rename(directory.path("app.log"), directory.path("app.log.1")).expect("it is there");
    fs::write(directory.path("app.log"), "").expect("the directory is writable");
    process.write("2\n");
    assert_eq!(directory.read("app.log.1"), "1\n2\n", "nobody looks so often");
    process.requests.ask_to_reopen();
    process.write("3\n");
    assert_eq!(directory.read("app.log"), "3\n");
    // Without being asked, after half a second.
    fs::rename(directory.path("app.log"), directory.path("app.log.2")).expect("it is there");
    process.pass(1);
    process.write("4\n");
    assert_eq!((directory.read("app.log.2"), directory.read("app.log")), ("3\n".into(), "4\n".into()));
    assert_eq!(process.stats().reopenings, 2);
}

#[test]
fn a_file_that_was_truncated_goes_on_at_its_beginning() {
    let directory = Directory::new("copytruncate");
    let mut process = Process::start(File::new(directory.path("app.log")).rotation(Rotation::size("512")).header(true));
    let lines = numbered(0..30);
    lines[..20].iter().for_each(|line| process.write(line));
    fs::copy(directory.path("app.log"), directory.path("copy")).expect("it is there");
    fs::OpenOptions::new().write(true).open(directory.path("app.log")).expect("it is there").set_len(0).expect("ours");
    process.pass(1);
    lines[20..].iter().for_each(|line| process.write(line));
    let content = directory.read("app.log");
    assert!(content.starts_with("# schema=") && content.ends_with(&lines[20..].concat()), "{content}");
    assert_eq!(process.stats().truncations, 1);
    assert_eq!(process.stats().rotations, 0, "it is short again");
}

#[test]
fn a_truncation_is_counted_also_by_one_who_asks_for_the_length_after_each_write() {
    let directory = Directory::new("truncated");
    let file = File::new(directory.path("app.log")).rotation(Rotation::size("512")).retention(Retention::count(9));
    let mut process = Process::start(file);
    process.write("1\n");
    process.write("2\n");
    fs::write(directory.path("app.log"), "").expect("it is there");
    // No time passes, so nobody looks before it is written.
    process.write("3\n");
    assert_eq!((directory.read("app.log"), process.stats().truncations), ("3\n".into(), 1));
}

#[test]
fn long_lines_do_not_try_again_and_again_to_rotate_a_file_that_cannot_be() {
    let directory = Directory::new("stubborn");
    let file = File::new(directory.path("app.log")).rotation(Rotation::size("512")).retention(Retention::total("4 kB"));
    let mut process = Process::start(file);
    process.faults.fail("rename", Error::Number(13));
    let lines = long(0..60);
    lines.iter().for_each(|line| process.write(line));
    assert_eq!(process.stats().errors, 1, "no time has passed");
    assert_eq!(directory.read("app.log"), lines.concat());
    process.faults.mend();
    process.pass(1);
    process.write("last\n");
    process.write("last\n");
    assert_eq!((process.stats().rotations, directory.read("app.log")), (1, "last\n".into()));
}

#[test]
fn a_file_that_others_have_put_in_its_place_has_a_header_too_and_one_only() {
    let directory = Directory::new("headers");
    let file = || File::new(directory.path("app.log")).header(true);
    let (mut first, mut second) = (Process::start(file()), Process::start(file()));
    for (number, others) in ["mv", "create", "copytruncate", "rm"].into_iter().enumerate() {
        first.write("first\n");
        let path = directory.path("app.log");
        match others {
            "copytruncate" => fs::write(&path, ""),
            "rm" => fs::remove_file(&path),
            _ => fs::rename(&path, directory.path(&format!("app.log.{number}"))),
        }
        .expect("it is there");
        if others == "create" {
            fs::write(&path, "").expect("the directory is writable");
        }
        first.pass(1);
        second.pass(1);
        first.write("first\n");
        second.write("second\n");
        let content = directory.read("app.log");
        let lines: Vec<_> = content.lines().collect();
        assert!(
            matches!(lines.as_slice(), [header, "first", "second"] if header.starts_with("# schema=")),
            "{content}"
        );
    }
}

#[test]
fn a_file_and_a_directory_that_were_deleted_are_made_again() {
    let directory = Directory::new("deleted");
    let mut process = Process::start(File::new(directory.path("logs/app.log")).rotation(Rotation::size("1 MB")));
    process.write("1\n");
    for line in ["2\n", "3\n"] {
        fs::remove_file(directory.path("logs/app.log")).expect("it is there");
        if line == "3\n" {
            fs::remove_dir_all(directory.path("logs")).expect("it is there");
        }
        process.pass(1);
        process.write(line);
        assert_eq!(directory.read("logs/app.log"), line);
    }
    fs::rename(directory.path("logs"), directory.path("old")).expect("it is there");
    fs::create_dir(directory.path("logs")).expect("the directory is writable");
    process.pass(1);
    process.write("4\n");
    assert_eq!((directory.read("old/app.log"), directory.read("logs/app.log")), ("3\n".into(), "4\n".into()));
}

#[cfg(unix)]
#[test]
fn a_link_that_somebody_puts_in_place_of_the_file_is_not_followed() {
    let directory = Directory::new("swapped");
    let mut process = Process::start(File::new(directory.path("app.log")));
    process.write("1\n");
    fs::write(directory.path("precious"), "precious\n").expect("the directory is writable");
    fs::rename(directory.path("app.log"), directory.path("moved")).expect("it is there");
    std::os::unix::fs::symlink(directory.path("precious"), directory.path("app.log"))
        .expect("the directory is writable");
    process.pass(1);
    process.write("2\n");
    assert_eq!((directory.read("precious"), directory.read("moved")), ("precious\n".into(), "1\n2\n".into()));
    assert!(process.stats().last_error.is_some_and(|(_, text)| text.contains("symbolic link")));
}

#[test]
fn a_directory_that_cannot_be_written_to_keeps_the_file_and_rotation_is_tried_again() {
    let directory = Directory::new("read-only");
    let mut process = Process::start(File::new(directory.path("app.log")).rotation(Rotation::size("512")));
    let lines = numbered(0..120);
    process.faults.fail("open", Error::Kind(io::ErrorKind::PermissionDenied));
    lines[..60].iter().for_each(|line| process.write(line));
    assert_eq!(directory.names(), ["app.log"]);
    process.faults.mend();
    process.pass(1);
    lines[60..].iter().for_each(|line| process.write(line));
    assert!(directory.names().len() > 1);
    assert!(process.stats().errors >= 1);
    assert_lines(&directory, &lines);
}

#[test]
fn processes_that_share_a_file_take_turns_in_rotating_it_and_follow_each_other() {
    let directory = Directory::new("shared");
    let file = || File::new(directory.path("app.log")).rotation(Rotation::size("2 kB"));
    let mut processes = [(); 3].map(|()| Process::start(file()));
    let lines = numbered(0..600);
    for (number, line) in lines.iter().enumerate() {
        let process = &mut processes[number * 7 % 3];
        process.emit(line).expect("there is room");
        if number % 5 == 0 {
            process.handler.end_of_batch().expect("there is room");
        }
        processes.iter_mut().for_each(|process| process.clock.advance(Duration::from_millis(20)));
    }
    processes.iter_mut().for_each(|process| process.handler.close().expect("there is room"));
    assert_lines(&directory, &lines);
    let rotations: u64 = processes.iter().map(|process| process.stats().rotations).sum();
    assert_eq!(rotations as usize + 1, directory.names().len());
    assert!(processes.iter().filter(|process| process.stats().reopenings > 0).count() >= 2);
}

#[test]
fn a_lock_that_somebody_keeps_is_told_of_and_not_one_that_is_held_for_a_rotation() {
    let directory = Directory::new("locked");
    let mut process = Process::start(File::new(directory.path("app.log")).rotation(Rotation::size("512")));
    let lines = numbered(0..100);
    lines[..40].iter().for_each(|line| process.write(line));
    let names = directory.names().len();
    let lock = fs::File::open(directory.path(".app.log.lock")).expect("it has been rotated");
    lock.try_lock().expect("nobody has it");
    for (second, line) in lines[40..90].iter().enumerate() {
        process.write(line);
        process.pass(1);
        if second < 8 {
            assert_eq!(process.stats().errors, 0);
        }
    }
    assert_eq!(directory.names().len(), names);
    let stats = process.stats();
    let (_, text) = stats.last_error.expect("it is told");
    assert!((1..=5).contains(&stats.errors) && text.contains(".app.log.lock` each time of the last"), "{text}");
    drop(lock);
    lines[90..].iter().for_each(|line| process.write(line));
    assert!(directory.names().len() > names);
    assert_eq!(process.stats().errors, stats.errors);
    assert_lines(&directory, &lines);
}

#[test]
fn a_file_that_was_deleted_is_made_again_also_while_somebody_keeps_the_lock() {
    let directory = Directory::new("locked-deleted");
    let mut process = Process::start(File::new(directory.path("app.log")).rotation(Rotation::on_demand()));
    process.write("first\n");
    let lock = fs::File::open(directory.path(".app.log.lock")).expect("it was looked for what is left of a rotation");
    lock.try_lock().expect("nobody has it");
    fs::remove_file(directory.path("app.log")).expect("it is there");
    process.pass(1);
    let lines = numbered(0..20);
    lines.iter().for_each(|line| process.write(line));
    assert!(lines.concat().ends_with(&directory.read("app.log")), "{:?}", directory.files());
    assert!(directory.lines().len() >= 5);
}

#[cfg(feature = "gzip")]
#[test]
fn a_file_that_another_process_still_writes_to_is_not_compressed() {
    let directory = Directory::new("busy");
    let file = || File::new(directory.path("app.log")).rotation(Rotation::on_demand()).compression(Compression::gzip());
    let (mut first, mut second) = (Process::start(file()), Process::start(file()));
    first.write("1\n");
    second.write("2\n");
    first.requests.ask_to_rotate();
    first.handler.end_of_batch().expect("there is room");
    assert!(first.sweep().is_some_and(|again| again <= Duration::from_secs(5)));
    second.write("3\n");
    assert_eq!(directory.read("app.log.1"), "1\n2\n3\n");
    second.pass(1);
    second.write("4\n");
    second.sweep();
    assert_eq!(directory.names(), ["app.log", "app.log.1.gz"]);
    assert_eq!(unzip(&directory.files()["app.log.1.gz"]), b"1\n2\n3\n");
    assert_eq!(first.stats().compressions + second.stats().compressions, 1);
}

#[cfg(feature = "gzip")]
#[test]
fn a_process_that_logs_nothing_lets_go_of_a_file_that_another_one_has_rotated() {
    for (names, old) in [("app.log", "app.log.1"), ("app.{number}.log", "app.1.log")] {
        let directory = Directory::new("idle");
        let path = directory.path(names);
        let file = || {
            let file = File::pattern(path.to_str().expect("text"));
            file.rotation(Rotation::on_demand()).compression(Compression::gzip())
        };
        let (mut first, mut second) = (Process::start(file()), Process::start(file()));
        first.write("1\n");
        second.write("2\n");
        for _ in 0..2 {
            // The first one does not keep the file any more, and the second does.
            first.requests.ask_to_rotate();
            first.handler.end_of_batch().expect("there is room");
            first.sweep();
            assert!(directory.path(old).exists(), "{:?}", directory.names());
        }
        let before = second.stats().reopenings;
        second.idle(Duration::from_secs(10));
        assert_eq!(second.stats().reopenings, before + 1);
        assert_eq!(unzip(&directory.files()[&format!("{old}.gz")]), b"1\n2\n");
        assert!(!directory.path(old).exists());
        assert_eq!((first.stats().compressions, second.stats().compressions), (0, 1));
        second.write("3\n");
        assert_eq!(directory.lines().concat().matches("3\n").count(), 1);
        assert_eq!(fs::read_to_string(second.stats().path).expect("it is there"), "3\n");
        assert_eq!(first.stats().path, second.stats().path);
    }
}

// Files that others rotate and delete.

#[test]
fn lines_for_a_file_that_another_process_has_rotated_and_deleted_go_to_the_next() {
    let directory = Directory::new("late");
    let kept = |keep: Retention| File::new(directory.path("app.log")).rotation(Rotation::on_demand()).retention(keep);
    for retention in [Retention::count(0), Retention::count(1)] {
        let mut late = Process::start_at(kept(retention.clone()), today());
        let mut other = Process::start_at(kept(retention), today());
        late.write("begin\n");
        for _ in 0..3 {
            other.write("other\n");
            other.requests.ask_to_rotate();
            other.handler.end_of_batch().expect("there is room");
            other.sweep();
        }
        late.write("late\n");
        assert_eq!(directory.read("app.log"), "late\n");
        assert_eq!((late.stats().lines, late.stats().errors, late.stats().truncations), (2, 0, 0));
        drop((late, other));
        fs::remove_file(directory.path("app.log")).expect("it is there");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn what_is_deleted_while_somebody_has_it_open_takes_no_room_on_the_disk() {
    use std::os::unix::fs::MetadataExt;
    let directory = Directory::new("room");
    let file = || {
        let file = File::new(directory.path("app.log")).rotation(Rotation::size("10 kB"));
        file.retention(Retention::total("40 kB"))
    };
    // Stopped, say.
    let stopped = Process::start_at(file(), today());
    let open = stopped.handler.current.file.try_clone().expect("it is open");
    let mut other = Process::start_at(file(), today());
    long(0..1_000).iter().for_each(|line| other.write(line));
    let open = open.into_inner().metadata().expect("it is open");
    assert_eq!((open.nlink(), open.len()), (0, 0));
}

#[test]
fn files_of_two_patterns_in_one_directory_are_followed_each() {
    let directory = Directory::new("patterns");
    let file = |name: &str| {
        let pattern = directory.path(name);
        File::pattern(pattern.to_str().expect("text")).rotation(Rotation::on_demand())
    };
    let rotate = |process: &mut Process| {
        process.write("rotated\n");
        process.requests.ask_to_rotate();
        process.handler.end_of_batch().expect("there is room");
    };
    let (mut first, mut second) = (Process::start(file("app.{number}.log")), Process::start(file("app.{number}.log")));
    let mut third = Process::start(file("error.{number}.log"));
    second.write("before\n");
    rotate(&mut first);
    rotate(&mut third);
    second.pass(1);
    second.write("after\n");
    assert_eq!(
        (directory.read("app.2.log"), directory.read("app.1.log")),
        ("after\n".into(), "before\nrotated\n".into())
    );
    let names = directory.hidden();
    assert_eq!(names, [".app.{number}.log.lock", ".error.{number}.log.lock"].map(String::from));
}

#[test]
fn a_file_that_is_not_renamed_has_a_name_that_none_has_had_also_after_a_restart() {
    let directory = Directory::new("restart");
    let pattern = directory.path("app.{number}.log");
    let file = || File::pattern(pattern.to_str().expect("text")).rotation(Rotation::size("512"));
    let mut largest = 0;
    for lines in [20, 1, 20] {
        let mut process = Process::start(file());
        long(0..lines).iter().for_each(|line| process.write(line));
        drop(process);
        let number =
            |name: &String| name.split('.').nth(1).and_then(|number| number.parse::<u32>().ok()).expect("it has one");
        let numbers: Vec<_> = directory.names().iter().map(number).collect();
        assert!(numbers.iter().all(|number| *number > largest), "{numbers:?} after {largest}");
        largest = numbers.into_iter().max().expect("there are some");
        directory.names().iter().for_each(|name| fs::remove_file(directory.path(name)).expect("it is there"));
    }
}

#[test]
fn the_header_is_in_a_file_before_any_other_process_can_write_to_it() {
    for pattern in ["app.log", "app.{number}.log"] {
        let directory = Directory::new("header-first");
        let path = directory.path(pattern);
        let file = || {
            let file =
                if pattern.contains('{') { File::pattern(path.to_str().expect("text")) } else { File::new(&path) };
            file.rotation(Rotation::size("512")).header(true)
        };
        let (mut first, mut second) = (Process::start(file()), Process::start(file()));
        for line in long(0..60) {
            first.write(&line);
            first.pass(1);
            second.pass(1);
            second.write(&line);
        }
        let files = directory.files();
        assert!(files.len() > 5);
        for (name, content) in files {
            let text = String::from_utf8(content).expect("text");
            assert!(text.starts_with("# schema="), "{name}: {text}");
            assert_eq!(text.matches("# schema=").count(), 1, "{name}: {text}");
        }
    }
}

#[test]
fn a_header_alone_is_no_reason_to_rotate() {
    let directory = Directory::new("header-alone");
    let file = File::new(directory.path("app.log")).rotation(Rotation::on_demand()).header(true);
    let mut process = Process::start(file);
    process.write("line\n");
    for _ in 0..3 {
        process.requests.ask_to_rotate();
        process.handler.end_of_batch().expect("there is room");
    }
    assert_eq!(directory.names(), ["app.log", "app.log.1"]);
}

#[test]
fn the_link_is_made_though_another_process_makes_it_at_that_moment() {
    let directory = Directory::new("link-race");
    let link = directory.path("current.log");
    let file = File::new(directory.path("app.log")).rotation(Rotation::on_demand()).current_link(&link);
    let mut process = Process::start(file);
    process.write("1\n");
    fs::remove_file(&link).expect("it is there");
    let calls = process.faults.calls().len();
    let mut symlink = 0;
    // Each of its calls, as if the other one had just taken away or put there what it is about.
    for (name, error) in [("symlink", io::ErrorKind::AlreadyExists), ("rename", io::ErrorKind::NotFound)] {
        process.faults.fail_next(name, Error::Kind(error));
        symlink += 1;
        process.handler.point();
        assert_eq!(fs::read_link(&link).expect("it is there"), Path::new("app.log"), "{symlink} after {calls}");
        fs::remove_file(&link).expect("it is there");
    }
    assert_eq!(process.stats().errors, 0);
}

#[cfg(target_os = "linux")]
#[test]
fn what_was_put_aside_for_a_process_that_was_killed_is_given_back() {
    use std::os::unix::fs::MetadataExt;
    let directory = Directory::new("given-back");
    let file = || {
        let file = File::new(directory.path("app.log")).rotation(Rotation::size("1 MB")).preallocate(1_000_000);
        file.retention(Retention::count(9))
    };
    let mut killed = Process::start(file());
    killed.write("line\n");
    drop(killed);
    fs::rename(directory.path("app.log"), directory.path("app.log.1")).expect("it is there");
    let allocated = || fs::metadata(directory.path("app.log.1")).expect("it is there").blocks() * 512;
    if allocated() < 1_000_000 {
        // A file system that puts nothing aside.
        return;
    }
    let next = Process::start(file());
    next.sweep();
    assert!(allocated() <= 64 << 10, "{}", allocated());
    assert_eq!(directory.read("app.log.1"), "line\n");
}

#[test]
fn a_line_that_others_have_written_behind_is_written_again_whole() {
    let directory = Directory::new("glued");
    let file = || File::new(directory.path("app.log")).rotation(Rotation::size("1 MB"));
    let (mut first, mut second) = (Process::start(file()), Process::start(file()));
    first.write("1\n");
    second.write("2\n");
    first.pass(1);
    first.write("3\n");
    first.faults.set_room(4);
    first.log("the line\n").expect_err("the disk is full");
    second.write("5\n");
    first.faults.mend();
    first.write("6\n");
    // One line of each is spoilt, and both are there.
    assert_eq!(directory.read("app.log"), "1\n2\n3\nthe 5\n\nthe line\n6\n");
    // If nobody has, it is finished.
    first.faults.set_room(4);
    first.log("the line\n").expect_err("the disk is full");
    first.faults.mend();
    first.write("7\n");
    assert!(directory.read("app.log").ends_with("6\nthe line\n7\n"));
}

// All files together.

/// One of what several processes do.
#[derive(Clone, Copy, Debug)]
enum Step {
    Write {
        process: usize,
        lines: usize,
    },
    Rotate(usize),
    Sweep(usize),
    /// It is killed, and another one started.
    Replace(usize),
    Pass(i64),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let process = 0_usize..3;
    let step = prop_oneof![
        12 => (process.clone(), 1_usize..40).prop_map(|(process, lines)| Step::Write { process, lines }),
        1 => process.clone().prop_map(Step::Rotate),
        3 => process.clone().prop_map(Step::Sweep),
        1 => process.prop_map(Step::Replace),
        2 => (1_i64..10).prop_map(Step::Pass),
    ];
    proptest::collection::vec(step, 1..60)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn whatever_several_processes_do_all_files_keep_to_the_total(
        steps in steps(), compresses: bool, is_in_place: bool, has_own_names: bool, total in 40_000_u64..80_000,
    ) {
        let directory = Directory::new("quota");
        let compresses = compresses && cfg!(feature = "gzip");
        let file = || {
            let file = match is_in_place {
                true => File::pattern(directory.path("app.{number}.log").to_str().expect("text")),
                false => File::new(directory.path("app.log")),
            };
            let own = Names::custom(|file| format!("old-{}.log", file.number), |name| name.starts_with("old-"));
            let file = if has_own_names && !is_in_place { file.names(own) } else { file };
            let compression = if compresses { Compression::gzip() } else { Compression::none() };
            file.rotation(Rotation::size("10 kB")).compression(compression).retention(Retention::all().max_total(total))
        };
        let mut processes: Vec<_> = (0..3).map(|_| Process::start_at(file(), today())).collect();
        for (number, step) in steps.iter().enumerate() {
            match *step {
                Step::Write { process, lines } => {
                    long(0..lines).iter().for_each(|line| processes[process].write(line));
                }
                Step::Rotate(process) => {
                    processes[process].requests.ask_to_rotate();
                    processes[process].handler.end_of_batch().expect("there is room");
                }
                Step::Sweep(process) => _ = processes[process].sweep(),
                Step::Replace(process) => processes[process] = Process::start_at(file(), processes[0].wall.seconds()),
                Step::Pass(seconds) => processes.iter_mut().for_each(|process| process.pass(seconds)),
            }
            let sizes: Vec<_> = directory.files().into_iter().map(|(name, content)| (name, content.len() as u64)).collect();
            let bytes: u64 = sizes.iter().map(|(_, bytes)| bytes).sum();
            prop_assert!(bytes <= total, "{bytes} of {total} after {number}: {sizes:?}");
        }
        prop_assert!(processes.iter().all(|process| process.stats().errors == 0));
    }
}
