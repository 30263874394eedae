//! When a file ends, and what it is called then.

use super::*;

#[test]
fn a_name_of_today_is_not_used_again_even_if_all_files_are_deleted() {
    let directory = Directory::new("today");
    let file = || {
        let rotation = Rotation::daily().or(Rotation::on_start());
        File::new(directory.path("app.log")).rotation(rotation).retention(Retention::count(0))
    };
    let mut names = Vec::new();
    for _ in 0..4 {
        let mut process = Process::start_at(file(), today());
        process.write("line\n");
        process.handler.close().expect("there is room");
        names.extend(directory.names().into_iter().filter(|name| name != "app.log"));
        process.sweep();
    }
    assert_eq!(names.len(), 3);
    names.dedup();
    assert_eq!(names.len(), 3, "{names:?}");
}

// Rotation by size.

#[test]
fn files_are_filled_to_the_byte_and_a_larger_record_has_one_of_its_own() {
    let directory = Directory::new("size");
    let mut process = Process::start(File::new(directory.path("app.log")).rotation(Rotation::size("512 B")));
    let line = |length: usize| format!("{}\n", "x".repeat(length - 1));
    for length in [256, 256, 1, 2_000, 512, 511, 2] {
        process.emit(&line(length)).expect("there is room");
    }
    process.handler.end_of_batch().expect("there is room");
    let lengths = |name: &str| directory.read(name).len();
    let rotated = ["app.log.1", "app.log.2", "app.log.3", "app.log.4", "app.log.5"].map(lengths);
    assert_eq!((rotated, lengths("app.log")), ([512, 1, 2_000, 512, 511], 2));
    assert_eq!(process.stats().rotations, 5);
}

#[test]
fn numbers_are_not_used_again_even_if_all_files_are_deleted() {
    let directory = Directory::new("numbers");
    let file = || File::new(directory.path("app.log")).rotation(Rotation::on_start()).retention(Retention::count(0));
    for number in 1..=4 {
        let mut process = Process::start_at(file(), today());
        process.write("line\n");
        process.handler.close().expect("there is room");
        if number > 1 {
            assert!(directory.path(&format!("app.log.{}", number - 1)).exists(), "{:?}", directory.names());
        }
        process.sweep();
        assert_eq!(directory.names(), ["app.log"]);
    }
}

#[test]
fn a_file_that_has_the_next_name_is_not_touched() {
    let directory = Directory::new("taken");
    let mut process = Process::start(File::new(directory.path("app.log")).rotation(Rotation::on_demand()));
    process.write("one\n");
    fs::write(directory.path("app.log.1.gz"), "theirs").expect("the directory is writable");
    fs::create_dir(directory.path("app.log.2")).expect("the directory is writable");
    process.requests.ask_to_rotate();
    process.handler.end_of_batch().expect("there is room");
    assert_eq!(directory.read("app.log.3"), "one\n");
    assert_eq!(directory.read("app.log.1.gz"), "theirs");
}

#[test]
fn a_closure_and_a_request_rotate_too_but_not_an_empty_file() {
    let directory = Directory::new("when");
    let mut process =
        Process::start(File::new(directory.path("app.log")).rotation(Rotation::when(|_, file| file.records >= 2)));
    for line in ["1\n", "2\n", "3\n", "4\n", "5\n"] {
        process.write(line);
    }
    process.requests.ask_to_rotate();
    process.handler.end_of_batch().expect("there is room");
    process.requests.ask_to_rotate();
    process.handler.end_of_batch().expect("there is room");
    let contents = ["app.log.1", "app.log.2", "app.log.3", "app.log"].map(|name| directory.read(name));
    assert_eq!(contents, ["1\n2\n", "3\n4\n", "5\n", ""]);
}

#[test]
fn a_header_says_what_the_lines_are_and_is_not_counted_as_a_record() {
    let directory = Directory::new("header");
    let mut process =
        Process::start(File::new(directory.path("app.json")).header(true).rotation(Rotation::size("512")));
    for number in 0..40 {
        process.write(&format!("{{\"number\":{number}}}\n"));
    }
    assert_eq!(process.stats().lines, 40);
    let files = directory.files();
    assert!(files.len() > 1);
    for (name, content) in files {
        assert!(content.len() <= 512, "{name}");
        for (index, line) in String::from_utf8(content).expect("text").lines().enumerate() {
            let value: serde_json::Value = serde_json::from_str(line).expect("JSON");
            assert_eq!(value.get("schema").is_some(), index == 0, "{name}: {line}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn every_line_is_there_once_in_files_of_at_most_the_size(
        lengths in proptest::collection::vec((1_usize..300, any::<bool>(), 0_i64..4_000), 1..200),
        names in prop::sample::select(&["numbered", "dated", "pattern", "in place"]),
    ) {
        let directory = Directory::new("property");
        let rotation = Rotation::size("1 kB").or(Rotation::hourly());
        let file = match names {
            "in place" => File::pattern(directory.path("{date}/{hour}/app.{number}.log").to_str().expect("text")),
            "dated" => File::new(directory.path("app.log")).names(Names::dated()),
            "pattern" => File::new(directory.path("app.log")).names(Names::pattern("old/{date}/{stem}.{hour}.{number}{ext}")),
            _ => File::new(directory.path("app.log")).names(Names::numbered()),
        };
        let mut process = Process::start(file.rotation(rotation));
        let mut expected = Vec::new();
        for (number, (length, ends_batch, seconds)) in lengths.into_iter().enumerate() {
            let line = format!("{number:05}{}\n", "x".repeat(length));
            process.emit(&line).expect("there is room");
            expected.push(line);
            if ends_batch {
                process.handler.end_of_batch().expect("there is room");
            }
            process.pass(seconds);
        }
        process.handler.close().expect("there is room");
        assert_lines(&directory, &expected);
        for (name, content) in directory.files() {
            prop_assert!(content.len() <= 1_000, "{}", name);
        }
        prop_assert_eq!(process.stats().lines, expected.len() as u64);
        prop_assert_eq!(process.stats().errors, 0);
    }
}

#[test]
fn each_day_of_several_years_has_one_file_with_its_own_lines_whatever_the_clocks_do_in_summer_and_winter() {
    let directory = Directory::new("years");
    let file = File::new(directory.path("app.log")).rotation(Rotation::daily().in_zone(berlin()));
    // Two winters, two summers, a leap day, and the end of a year.
    let (start, end) = (second("2023-09-30T22:00:00Z"), second("2025-04-01T22:00:00Z"));
    let mut process = Process::start_at(file, start);
    let zone = jiff::tz::TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").expect("a rule");
    let date = |second: i64| {
        let moment = jiff::Timestamp::from_second(second).expect("in range");
        moment.to_zoned(zone.clone()).strftime("%Y-%m-%d").to_string()
    };
    let mut days = std::collections::BTreeSet::new();
    while process.wall.seconds() < end {
        let day = date(process.wall.seconds());
        process.write(&format!("{day}\n"));
        days.insert(day);
        process.pass(3_607);
    }
    let mut files = directory.files();
    files.remove("app.log").expect("the last day");
    assert_eq!(files.len() + 1, days.len());
    for (name, content) in files {
        let day = name.strip_prefix("app-").and_then(|name| name.strip_suffix(".log")).expect(&name);
        let content = String::from_utf8(content).expect("text");
        assert!(content.lines().all(|line| line == day), "{name}");
        assert!((22..=26).contains(&content.lines().count()), "{name}");
    }
}

#[test]
fn a_process_that_restarts_within_a_day_goes_on_with_the_file_and_a_later_one_does_not() {
    let directory = Directory::new("restart");
    let file = || File::new(directory.path("app.log")).rotation(Rotation::daily());
    let log = |line: &str, at: i64| {
        let mut process = Process::start_at(file(), at);
        process.write(line);
        process.handler.close().expect("there is room");
        let handle = fs::OpenOptions::new().append(true).open(directory.path("app.log")).expect("it is there");
        let at = std::time::SystemTime::UNIX_EPOCH + Duration::from_secs(at as u64);
        handle.set_modified(at).expect("it is ours");
    };
    log("1\n", MONDAY + HOUR);
    log("2\n", MONDAY + 23 * HOUR);
    log("3\n", MONDAY + DAY);
    log("4\n", MONDAY + 4 * DAY);
    let contents = ["app-2026-11-23.log", "app-2026-11-24.log", "app.log"].map(|name| directory.read(name));
    assert_eq!(contents, ["1\n2\n", "3\n", "4\n"]);
    assert_eq!(directory.names().len(), 3);
}

#[test]
fn steps_of_the_clock_and_a_suspended_machine_make_one_rotation_at_most() {
    let directory = Directory::new("steps");
    let file = File::new(directory.path("app.log")).rotation(Rotation::hourly());
    let mut process = Process::start_at(file, MONDAY + 12 * HOUR);
    let mut rotations = |steps: &[i64]| {
        let before = process.stats().rotations;
        for step in steps {
            process.pass(*step);
            process.write("line\n");
        }
        process.stats().rotations - before
    };
    assert_eq!(rotations(&[0, 60, 60]), 0);
    assert_eq!(rotations(&[3 * DAY, 60, 60]), 1, "suspended: one, not seventy-two");
    assert_eq!(rotations(&[-100, 30, 30]), 0, "a little back");
    assert_eq!(rotations(&[HOUR, -600, 700]), 1, "at the turn of the hour, and across it again");
    assert_eq!(rotations(&[-10 * 365 * DAY, 60, 60]), 0, "far back");
    assert_eq!(rotations(&[HOUR, HOUR, HOUR]), 3, "and the hours of that time count");
    assert_eq!(rotations(&[20 * 365 * DAY, 60, 60]), 1, "far ahead");
    let lines = directory.lines().len();
    assert_eq!(lines, 21);
    let mut names = directory.names();
    names.dedup();
    assert_eq!(names.len() as u64, process.stats().rotations + 1);
}

#[test]
fn records_of_an_earlier_process_do_not_set_the_clock_back() {
    let directory = Directory::new("late");
    let mut process = Process::start_at(File::new(directory.path("app.log")).rotation(Rotation::hourly()), MONDAY);
    process.write("now\n");
    for _ in 0..3 {
        let old =
            Record { timestamp: Timestamp::from_nanoseconds((MONDAY - 30 * DAY) * 1_000_000_000), ..process.record };
        process.handler.emit(&old, b"old\n").expect("there is room");
        process.write("now\n");
    }
    assert_eq!(process.stats().rotations, 0);
    assert_eq!(directory.read("app.log").lines().count(), 7);
}

#[test]
fn directories_by_date_are_made_and_a_link_points_to_the_current_file() {
    let directory = Directory::new("by-date");
    let pattern = directory.path("logs/{year}/{month}/{day}/{hour}/app.log");
    let file = || File::pattern(pattern.to_str().expect("text")).current_link(directory.path("logs/current.log"));
    let mut process = Process::start_at(file(), MONDAY + 12 * HOUR);
    for line in ["1\n", "2\n", "3\n"] {
        process.write(line);
        assert!(directory.read("logs/current.log").ends_with(line));
        process.pass(HOUR);
    }
    assert_eq!(
        directory.names(),
        ["logs/2026/11/23/12/app.log", "logs/2026/11/23/13/app.log", "logs/2026/11/23/14/app.log"]
    );
    process.requests.ask_to_rotate();
    process.handler.end_of_batch().expect("there is room");
    process.write("4\n");
    assert_eq!(directory.read("logs/2026/11/23/15/app.log"), "4\n");
    let mut again = Process::start_at(file(), MONDAY + 15 * HOUR + 60);
    again.write("5\n");
    assert_eq!(directory.read("logs/2026/11/23/15/app.log"), "4\n5\n");
}

#[test]
fn instances_have_files_of_their_own() {
    let directory = Directory::new("instance");
    let file = File::pattern(directory.path("app.{host}.{pid}.log").to_str().expect("text"));
    Process::start(file).write("line\n");
    let names = directory.names();
    let end = format!(".{}.log", std::process::id());
    assert!(names.len() == 1 && names[0].starts_with("app.") && names[0].ends_with(&end), "{names:?}");
}

#[cfg(unix)]
#[test]
fn the_directory_of_the_link_is_made_or_told_of_before_anything_is() {
    let directory = Directory::new("links");
    let file = |link: &str| File::new(directory.path("logs/app.log")).current_link(directory.path(link));
    let mut process = Process::start(file("links/of/app/current.log"));
    process.write("line\n");
    assert_eq!(directory.read("links/of/app/current.log"), "line\n");
    assert_eq!(process.stats().errors, 0);
    fs::write(directory.path("taken"), "").expect("the directory is writable");
    let problems: Vec<_> = file("taken/current.log").problems().iter().map(|error| error.source.to_string()).collect();
    assert!(problems.len() == 1 && problems[0].contains("taken/current.log` to the current file cannot be made"));
    assert!(problems[0].ends_with("taken` is not a directory"), "{problems:?}");
}

#[test]
fn a_file_with_a_number_that_leaves_no_room_for_a_next_one_is_not_ours() {
    let directory = Directory::new("stray");
    let strays = ["app.log.18446744073709551615", "app.log.9999999999999999"];
    for stray in strays {
        fs::write(directory.path(stray), "theirs\n").expect("the directory is writable");
    }
    let file = File::new(directory.path("app.log")).rotation(Rotation::on_demand()).retention(Retention::count(1));
    let mut process = Process::start_at(file, today());
    for line in ["1\n", "2\n"] {
        process.write(line);
        rotate(&mut process);
        process.sweep();
    }
    assert_eq!(directory.names(), ["app.log", "app.log.18446744073709551615", "app.log.2", "app.log.9999999999999999"]);
    assert_eq!(process.stats().errors, 0);
}

// The next file.

/// One that has been rotated twice within a minute, and so has its next file made for it; `None` where that cannot be done.
fn rotated_often(directory: &Directory, file: File) -> Option<Process> {
    System::default().create_unnamed(&directory.0, 0o600).ok()?;
    let mut process = Process::start(file);
    for line in ["1\n", "2\n"] {
        process.write(line);
        rotate(&mut process);
    }
    process.sweep();
    assert!(process.handler.janitor.next.take().is_none(), "the first lines are not to wait for it");
    process.pass(1);
    process.sweep();
    Some(process)
}

fn rotate(process: &mut Process) {
    process.requests.ask_to_rotate();
    process.handler.end_of_batch().expect("there is room");
}

#[test]
fn the_next_file_is_made_before_it_is_needed() {
    for name in ["app.log", "app.{number}.log"] {
        let directory = Directory::new("next");
        let pattern = directory.path(name);
        let file = File::pattern(pattern.to_str().expect("text")).rotation(Rotation::on_demand()).mode(0o640);
        let Some(mut process) = rotated_often(&directory, file) else { return };
        assert_eq!(directory.hidden().len(), 1, "the lock, and no file that is next: {:?}", directory.hidden());
        process.write("3\n");
        let before = process.faults.calls().len();
        rotate(&mut process);
        let calls = process.faults.calls().split_off(before);
        let count = |name| calls.iter().filter(|call| **call == name).count();
        assert_eq!((count("open"), count("link")), (2, 1), "the lock, and the file by its name: {calls:?}");
        process.write("4\n");
        let current = process.stats().path;
        assert_eq!((fs::read_to_string(&current).expect("it is there").as_str(), mode(&current)), ("4\n", 0o640));
        assert_eq!(
            directory.lines(),
            if name == "app.log" { ["4\n", "1\n", "2\n", "3\n"] } else { ["1\n", "2\n", "3\n", "4\n"] }
        );
        assert_eq!(process.stats().errors, 0);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn whoever_lists_the_open_files_sees_the_file_by_its_name() {
    let directory = Directory::new("listed");
    let file = File::new(directory.path("app.log")).rotation(Rotation::on_demand());
    let Some(mut process) = rotated_often(&directory, file) else { return };
    // With a file that was made beforehand, and then without.
    for line in ["3\n", "4\n"] {
        process.write(line);
        rotate(&mut process);
        process.handler.janitor.close_retired();
        let open = fs::read_dir("/proc/self/fd").expect("it is there");
        let open = open.filter_map(|entry| fs::read_link(entry.ok()?.path()).ok());
        let open: Vec<_> = open.filter(|path| path.starts_with(&directory.0)).collect();
        assert_eq!(open, [directory.path("app.log")]);
    }
}

#[test]
fn a_next_file_that_cannot_be_made_or_get_its_name_is_no_error() {
    let directory = Directory::new("no-next");
    let file = File::new(directory.path("app.log")).rotation(Rotation::on_demand());
    let Some(mut process) = rotated_often(&directory, file) else { return };
    process.faults.fail("link", Error::Kind(io::ErrorKind::PermissionDenied));
    process.write("3\n");
    rotate(&mut process);
    process.faults.fail("open", Error::Number(28));
    process.pass(1);
    process.sweep();
    process.faults.mend();
    process.write("4\n");
    rotate(&mut process);
    process.write("5\n");
    assert_eq!(directory.lines(), ["5\n", "1\n", "2\n", "3\n", "4\n"]);
    assert_eq!((process.stats().errors, directory.hidden().len()), (0, 1));
}

#[test]
fn a_next_file_that_is_not_needed_is_given_up() {
    let directory = Directory::new("given-up");
    let file = File::new(directory.path("app.log")).rotation(Rotation::on_demand());
    let Some(mut process) = rotated_often(&directory, file) else { return };
    process.idle(Duration::from_secs(3600));
    assert!(process.handler.janitor.next.take().is_none());
    assert_eq!(process.sweep(), None, "there is nothing left to do");
}

#[test]
fn a_file_that_lasts_long_has_no_next_one_in_waiting() {
    let directory = Directory::new("seldom");
    let file = File::new(directory.path("app.log")).rotation(Rotation::on_demand());
    let Some(mut process) = rotated_often(&directory, file) else { return };
    for _ in 0..2 {
        process.write("line\n");
        process.pass(DAY);
        rotate(&mut process);
        process.pass(1);
        process.sweep();
    }
    assert!(process.handler.janitor.next.take().is_none());
}
