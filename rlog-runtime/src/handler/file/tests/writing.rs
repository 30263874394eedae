//! Disks that are full or fail, and what is asked to be on the disk.

use super::*;

// Errors.

#[test]
fn lines_that_do_not_fit_are_counted_and_writing_resumes_by_itself() {
    let directory = Directory::new("full");
    let mut process = Process::start(File::new(directory.path("app.log")));
    process.faults.set_room(6);
    let lost = ["one\n", "two\n", "three\n", "four\n"].map(|line| process.log(line).map_err(|error| error.lost()));
    assert_eq!(lost, [Ok(()), Err(0), Err(1), Err(1)], "`two` was begun, so it is kept");
    process.faults.mend();
    process.write("five\n");
    assert_eq!(directory.read("app.log"), "one\ntwo\nfive\n");
    let stats = process.stats();
    assert_eq!((stats.lines, stats.bytes, stats.errors), (3, 13, 3));
    assert!(stats.last_error.is_some_and(|(_, text)| text.contains("1 record lost")));
}

#[test]
fn what_was_begun_and_cannot_be_finished_is_counted_at_the_end() {
    let directory = Directory::new("unfinished");
    let mut process = Process::start(File::new(directory.path("app.log")));
    process.faults.set_room(2);
    assert_eq!(process.log("one\n").map_err(|error| error.lost()), Err(0));
    assert_eq!(process.handler.close().map_err(|error| error.lost()), Err(1));
}

#[test]
fn a_batch_of_many_lines_is_written_in_parts() {
    let directory = Directory::new("parts");
    let mut process = Process::start(File::new(directory.path("app.log")));
    let line = format!("{}\n", "x".repeat(999));
    for _ in 0..1_000 {
        process.emit(&line).expect("there is room");
    }
    let length = directory.read("app.log").len();
    assert!(length > 800_000 && length.is_multiple_of(1_000));
    process.handler.end_of_batch().expect("there is room");
    assert_eq!(directory.read("app.log").len(), 1_000_000);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_device_loses_every_line_and_says_how_many() {
    let mut process = Process::start(File::new("/dev/full"));
    for _ in 0..3 {
        process.emit("line\n").expect("it is gathered");
    }
    let error = process.handler.end_of_batch().expect_err("the device is full");
    assert_eq!(error.lost(), 3);
    assert!(error.to_string().contains("(3 records lost)"), "{error}");
    assert!(process.handler.close().is_ok(), "nothing is left");
}

#[test]
fn a_full_disk_loses_no_older_line_and_is_told_of_in_the_file() {
    let directory = Directory::new("history");
    let mut process = Process::start(File::new(directory.path("app.log")).rotation(Rotation::size("512")));
    let lines = numbered(0..200);
    for line in &lines[..100] {
        process.write(line);
    }
    let before = directory.files();
    process.faults.set_room(0);
    let mut lost = 0;
    for line in &lines[100..150] {
        lost += process.log(line).map_or_else(|error| error.lost(), |()| 0);
        process.pass(1);
    }
    assert_eq!(lost, 50);
    assert_eq!(directory.files(), before, "nothing was rotated away");
    process.faults.mend();
    for line in &lines[150..] {
        process.write(line);
    }
    let written: Vec<_> = lines[..100].iter().chain(&lines[150..]).cloned().collect();
    assert_lines(&directory, &written);
}

#[test]
fn space_is_made_on_a_full_disk_if_that_is_wanted() {
    let directory = Directory::new("space");
    let file = |path| File::new(path).rotation(Rotation::size("512")).retention(Retention::all().free_space());
    let mut process = Process::start(file(directory.path("app.log")));
    numbered(0..200).iter().for_each(|line| process.write(line));
    let before = directory.names().len();
    process.faults.set_room(0);
    for _ in 0..3 {
        process.log("lost\n").expect_err("the disk is full");
        process.pass(1);
    }
    assert_eq!(directory.names().len(), before - 3, "one at a time");
    assert!(!directory.path("app.log.1").exists() && directory.path("app.log.4").exists());
    assert_eq!(process.stats().deletions, 3);
}

#[test]
fn what_finds_the_disk_full_is_written_once_there_is_space_again() {
    let directory = Directory::new("space-made");
    let file = File::new(directory.path("app.log")).rotation(Rotation::size("2 kB"));
    let mut process = Process::start(file.retention(Retention::all().free_space()));
    let lines = numbered(0..900);
    lines[..800].iter().for_each(|line| process.write(line));
    let before = directory.names().len();
    process.faults.set_room(0);
    process.faults.set_gain(30);
    process.write(&lines[800]);
    assert_eq!(directory.names().len(), before - 1, "there is room for two lines and a half");
    lines[801..806].iter().for_each(|line| process.emit(line).expect("it is gathered"));
    process.handler.end_of_batch().expect("space is made for all");
    assert_eq!(directory.names().len(), before - 3, "one at a time, and no more than are needed");
    assert_eq!((process.stats().deletions, process.stats().errors), (3, 0));
    process.faults.mend();
    lines[806..].iter().for_each(|line| process.write(line));
    let left = directory.lines().concat();
    assert!(lines[800..].iter().all(|line| left.matches(line).count() == 1));
}

#[test]
fn a_header_that_does_not_fit_is_finished_before_any_line() {
    let directory = Directory::new("torn-header");
    let mut process = Process::start(File::new(directory.path("app.log")).header(true).rotation(Rotation::on_demand()));
    process.faults.set_room(10);
    assert_eq!(process.log("1\n").map_err(|error| error.lost()), Err(1));
    process.requests.ask_to_rotate();
    process.log("2\n").expect_err("the disk is full");
    process.faults.mend();
    process.write("3\n");
    let content = directory.read("app.log");
    let lines: Vec<_> = content.lines().collect();
    assert!(lines.len() == 2 && lines[0].starts_with("# schema=rlog/1 started=2") && lines[1] == "3", "{content}");
    let stats = process.stats();
    assert_eq!((stats.lines, stats.bytes as usize, stats.rotations), (1, content.len(), 0));
}

#[test]
fn a_disk_that_has_not_taken_something_is_not_asked_again_but_left() {
    let directory = Directory::new("fsync");
    let file = File::new(directory.path("app.log")).fsync(Fsync::every_record());
    let mut process = Process::start(file.rotation(Rotation::on_demand()));
    process.write("kept\n");
    process.faults.fail("fsync", Error::Number(5));
    let error = process.log("doubtful\n").expect_err("the disk fails");
    assert_eq!(error.lost(), 1);
    process.faults.mend();
    process.write("next\n");
    assert_eq!((directory.read("app.log.1"), directory.read("app.log")), ("kept\ndoubtful\n".into(), "next\n".into()));
    // Without a rotation it is at least another handle.
    let mut process = Process::start(File::new(directory.path("plain.log")).fsync(Fsync::every_record()));
    process.faults.fail("fsync", Error::Number(5));
    process.log("doubtful\n").expect_err("the disk fails");
    process.faults.mend();
    process.write("next\n");
    assert_eq!(process.stats().reopenings, 1);
    assert_eq!(directory.read("plain.log"), "doubtful\nnext\n");
}

#[test]
fn the_disk_is_asked_as_often_as_the_policy_says() {
    let directory = Directory::new("policies");
    let syncs = |fsync: Fsync| {
        let mut process = Process::start(File::new(directory.path("app.log")).fsync(fsync));
        for _ in 0..10 {
            process.write("line\n");
            process.pass(1);
            process.sweep();
        }
        process.record = record(Level::ERROR);
        process.write("error\n");
        process.handler.close().expect("there is room");
        process.faults.calls().iter().filter(|call| **call == "fsync").count()
    };
    assert_eq!(syncs(Fsync::never()), 0);
    assert_eq!(syncs(Fsync::at_rotation()), 1, "when it is closed");
    assert_eq!(syncs(Fsync::every_record()), 11);
    assert_eq!(syncs(Fsync::at_rotation().level(Level::ERROR)), 1, "there is nothing left to do at the end");
    assert_eq!(syncs(Fsync::never().every(Duration::from_secs(3))), 3 + 1);
}

#[test]
fn the_disk_has_in_time_what_is_written_last_and_a_refusal_in_the_background_is_told() {
    let directory = Directory::new("idle");
    let file = File::new(directory.path("app.log")).fsync(Fsync::never().every(Duration::from_secs(1)));
    let mut process = Process::start(file);
    process.write("1\n");
    assert_eq!(process.sweep(), Some(Duration::from_secs(1)));
    process.pass(1);
    let syncs = |process: &Process| process.faults.calls().iter().filter(|call| **call == "fsync").count();
    assert_eq!((syncs(&process), process.sweep(), syncs(&process)), (0, None, 1));
    process.write("2\n");
    process.pass(1);
    process.faults.fail("fsync", Error::Number(5));
    process.sweep();
    process.faults.mend();
    assert_eq!(process.log("3\n").map_err(|error| error.lost()), Err(1));
    process.write("4\n");
    assert_eq!(directory.read("app.log"), "1\n2\n3\n4\n");
    assert_eq!(process.stats().reopenings, 1);
}
