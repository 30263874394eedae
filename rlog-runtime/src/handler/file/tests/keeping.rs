//! What is kept, what is deleted, and what is compressed.

use super::*;

// What is kept.

#[test]
fn only_files_with_own_names_are_deleted() {
    let directory = Directory::new("own");
    let others = ["app.log.bak", "app.log.1x", "app.log.01", "app.log.1.bz2", "other.log.1", "app.log.", "app.log.1.2"];
    for name in others {
        fs::write(directory.path(name), "theirs\n").expect("the directory is writable");
    }
    let file = File::new(directory.path("app.log")).rotation(Rotation::size("512")).retention(Retention::count(2));
    let mut process = Process::start_at(file, today());
    numbered(0..200).iter().for_each(|line| process.write(line));
    process.sweep();
    let mut names = directory.names();
    names.retain(|name| !others.contains(&name.as_str()));
    assert_eq!(names.len(), 3, "{names:?}");
    assert_eq!(directory.names().len(), 3 + others.len());
    let rotations = process.stats().rotations;
    assert!(directory.path(&format!("app.log.{rotations}")).exists(), "the newest are kept");
    assert_eq!(process.stats().deletions, rotations - 2);
}

#[test]
fn a_dry_run_tells_what_would_be_deleted_and_deletes_nothing() {
    let directory = Directory::new("dry");
    for name in ["app.log", "app.log.1", "app.log.2.gz", "app.log.3", "app.log.x"] {
        fs::write(directory.path(name), "12345").expect("the directory is writable");
    }
    let file = File::new(directory.path("app.log")).rotation(Rotation::size("1 kB")).retention(Retention::count(1));
    let removals = file.dry_run().expect("the directory can be read");
    let removal = |name: &str| Removal { path: directory.path(name), bytes: 5, reason: Reason::Count };
    assert_eq!(removals, [removal("app.log.1"), removal("app.log.2.gz")]);
    assert_eq!(directory.names().len(), 5);
}

#[test]
fn a_dry_run_does_not_count_a_file_in_use() {
    let directory = Directory::new("dry-in-place");
    for number in 1..=4 {
        fs::write(directory.path(&format!("app.{number}.log")), "12345").expect("the directory is writable");
    }
    let pattern = directory.path("app.{number}.log");
    let file = || {
        let file = File::pattern(pattern.to_str().expect("text")).rotation(Rotation::size("1 kB"));
        file.retention(Retention::count(1))
    };
    let names = |file: File| -> Vec<String> {
        let removals = file.dry_run().expect("the directory can be read");
        removals.iter().map(|removal| removal.path.file_name().unwrap_or_default().to_string_lossy().into()).collect()
    };
    assert_eq!(names(file()), ["app.1.log", "app.2.log"]);
    let other = fs::File::open(directory.path("app.1.log")).expect("it is there");
    other.try_lock_shared().expect("nobody has it");
    assert_eq!(names(file()), ["app.2.log"], "another process writes to the first one");
    drop(other);
    let process = Process::start_at(file(), today());
    process.sweep();
    assert_eq!(directory.names(), ["app.3.log", "app.4.log"], "it does as it was said");
}

fn total_holds_at_every_moment(test: &str, file: impl Fn(&Directory) -> File, total: u64) {
    let directory = Directory::new(test);
    let mut process = Process::start_at(file(&directory), today());
    let mut largest = 0;
    for (number, line) in numbered(0..2_000).iter().enumerate() {
        process.write(line);
        // The thread in the background is late now and then.
        if number % 97 == 0 {
            process.sweep();
        }
        let bytes: u64 = directory.files().values().map(|content| content.len() as u64).sum();
        assert!(bytes <= total, "{bytes} after {number}: {:?}", directory.names());
        largest = largest.max(bytes);
    }
    assert!(largest > total / 2, "{largest}: no room is wasted");
    assert!(process.stats().deletions > 5 && process.stats().errors == 0);
}

#[test]
fn the_total_holds_at_every_moment() {
    total_holds_at_every_moment(
        "total",
        |directory| {
            File::new(directory.path("app.log")).rotation(Rotation::size("1 kB")).retention(Retention::total("6 kB"))
        },
        6_000,
    );
    total_holds_at_every_moment(
        "total-in-place",
        |directory| {
            File::pattern(directory.path("app.{number}.log").to_str().expect("text"))
                .rotation(Rotation::size("1 kB"))
                .retention(Retention::total("6 kB"))
        },
        6_000,
    );
    total_holds_at_every_moment(
        "total-without-size",
        |directory| {
            File::new(directory.path("app.log")).rotation(Rotation::daily()).retention(Retention::total("6 kB"))
        },
        6_000,
    );
}

#[cfg(feature = "gzip")]
#[test]
fn compressed_files_keep_their_mode_and_time_and_the_newest_may_be_left() {
    let directory = Directory::new("gzip");
    let file = File::new(directory.path("app.log")).rotation(Rotation::size("2 kB")).mode(0o640);
    let mut process = Process::start(file.compression(Compression::gzip().delay(1)));
    let lines = numbered(0..600);
    lines.iter().for_each(|line| process.write(line));
    let written = fs::metadata(directory.path("app.log.1")).expect("it is there").modified().expect("it has a time");
    process.sweep();
    let names = directory.names();
    let rotations = process.stats().rotations;
    assert!(names.contains(&format!("app.log.{rotations}")), "{names:?}");
    assert_eq!(names.iter().filter(|name| name.ends_with(".gz")).count() as u64, rotations - 1);
    let first = fs::metadata(directory.path("app.log.1.gz")).expect("it is there");
    assert_eq!(first.modified().expect("it has a time"), written);
    assert_eq!(mode(&directory.path("app.log.1.gz")), 0o640);
    assert_lines(&directory, &lines);
    assert_eq!(process.stats().compressions, rotations - 1);
}

#[cfg(feature = "gzip")]
#[test]
fn a_file_with_a_name_of_ones_own_is_compressed_once_and_what_is_in_the_making_is_no_such_file() {
    let directory = Directory::new("custom-gzip");
    let names = Names::custom(
        |file| format!("old-{}-app.log", file.number),
        |name| name.starts_with("old-") || name.contains("app.log."),
    );
    let file = File::new(directory.path("app.log")).rotation(Rotation::on_demand()).names(names);
    let mut process = Process::start_at(file.compression(Compression::gzip()).retention(Retention::count(2)), today());
    for line in ["1\n", "2\n", "3\n"] {
        process.write(line);
        process.requests.ask_to_rotate();
        process.handler.end_of_batch().expect("there is room");
        (0..3).for_each(|_| _ = process.sweep());
    }
    assert_eq!(directory.names(), ["app.log", "old-2-app.log.gz", "old-3-app.log.gz"]);
    assert_eq!(directory.hidden(), [".app.log.lock"]);
    assert_eq!(directory.lines(), ["2\n", "3\n"]);
    assert_eq!((process.stats().compressions, process.stats().errors), (3, 0));
}

#[cfg(feature = "gzip")]
#[test]
fn a_file_that_another_process_deletes_is_not_compressed_and_that_is_no_error() {
    for deleted in [&["app.log.1"][..], &["app.log.1", ".app.log.1.gz.rlog-tmp"], &["app.log.1", "app.log.2"]] {
        let directory = Directory::new("deleted");
        for name in ["app.log.1", "app.log.2"] {
            fs::write(directory.path(name), "line\n").expect("the directory is writable");
        }
        let file =
            File::new(directory.path("app.log")).rotation(Rotation::on_demand()).compression(Compression::gzip());
        let process = Process::start(file);
        let paths: Vec<_> = deleted.iter().map(|name| directory.path(name)).collect();
        process.faults.delete_before_read(&paths);
        process.sweep();
        let left: &[_] = if deleted.contains(&"app.log.2") { &["app.log"] } else { &["app.log", "app.log.2.gz"] };
        assert_eq!(
            (process.stats().errors, directory.names().as_slice()),
            (0, left.iter().map(ToString::to_string).collect::<Vec<_>>().as_slice())
        );
        assert_eq!(directory.hidden(), Vec::<String>::new());
    }
}

#[cfg(feature = "gzip")]
#[test]
fn a_compressed_file_that_is_no_copy_is_told_of_and_nothing_is_deleted() {
    let directory = Directory::new("twice");
    let file = File::new(directory.path("app.log")).rotation(Rotation::on_demand()).compression(Compression::gzip());
    fs::write(directory.path("app.log.1"), "ours\n").expect("the directory is writable");
    fs::write(directory.path("app.log.1.gz"), "no gzip").expect("the directory is writable");
    let process = Process::start(file);
    process.sweep();
    assert_eq!(directory.names(), ["app.log", "app.log.1", "app.log.1.gz"]);
    assert!(process.stats().last_error.is_some_and(|(_, text)| text.contains("both")));
}

// What is done while nothing is logged.

#[cfg(feature = "gzip")]
#[test]
fn what_could_not_be_compressed_is_tried_again_though_less_and_less_often() {
    let directory = Directory::new("again");
    let file = File::new(directory.path("app.log")).rotation(Rotation::on_demand()).compression(Compression::gzip());
    let mut process = Process::start(file);
    process.write("1\n");
    process.faults.fail("chmod", Error::Number(28));
    process.requests.ask_to_rotate();
    process.handler.end_of_batch().expect("there is room");
    process.idle(Duration::from_secs(3 * 3600));
    assert_eq!(directory.names(), ["app.log", "app.log.1"]);
    // After 5 seconds, 10, 20 and so on, and then once an hour.
    let errors = process.stats().errors;
    assert!((12..=14).contains(&errors), "{errors}");
    process.faults.mend();
    process.idle(Duration::from_secs(3600));
    assert_eq!(directory.names(), ["app.log", "app.log.1.gz"]);
    assert_eq!(process.stats().errors, errors);
}

#[test]
fn files_are_deleted_when_they_become_too_old_though_nothing_is_logged() {
    let directory = Directory::new("old");
    let retention = Retention::age(Duration::from_secs(600));
    let file = File::new(directory.path("app.log")).rotation(Rotation::size("512")).retention(retention);
    let start = today();
    let mut process = Process::start_at(file, start);
    long(0..40).iter().for_each(|line| process.write(line));
    let rotations = process.stats().rotations;
    assert!(rotations > 2);
    for number in 1..=rotations {
        // A minute after each other.
        let modified = std::time::UNIX_EPOCH + Duration::from_secs(start as u64 + 60 * number);
        let file = fs::File::options().write(true).open(directory.path(&format!("app.log.{number}")));
        file.and_then(|file| file.set_modified(modified)).expect("it is ours");
    }
    process.idle(Duration::from_secs(655));
    assert_eq!(process.stats().deletions, 0, "the first one is not quite too old");
    process.idle(Duration::from_secs(10));
    assert_eq!(process.stats().deletions, 1, "and now it is");
    process.idle(Duration::from_secs(60));
    assert_eq!(process.stats().deletions, 2);
    process.idle(Duration::from_secs(3600));
    assert_eq!((process.stats().deletions, directory.names().len()), (rotations, 1));
}

#[cfg(feature = "gzip")]
#[test]
fn what_an_earlier_process_left_is_looked_after_by_one_that_has_logged_nothing_yet() {
    let directory = Directory::new("silent");
    let file = File::new(directory.path("app.log")).rotation(Rotation::on_demand()).compression(Compression::gzip());
    for name in ["app.log.1", "app.log.2", "app.log.3"] {
        fs::write(directory.path(name), "line\n").expect("the directory is writable");
    }
    let mut process = Process::start_at(file.retention(Retention::count(2)), today());
    assert_eq!(directory.names().len(), 4, "nothing is changed before the handler is in service");
    process.idle(Duration::from_secs(10));
    assert_eq!(directory.names(), ["app.log", "app.log.2.gz", "app.log.3.gz"]);
}
