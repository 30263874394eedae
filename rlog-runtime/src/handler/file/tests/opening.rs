//! What may stand in place of the file, and what is refused before anything is made.

use super::*;

#[test]
fn lines_are_appended_to_a_file_whose_directories_are_made() {
    let directory = Directory::new("append");
    let path = directory.path("a/b/app.log");
    for line in ["first\n", "second\n"] {
        let mut process = Process::start(File::new(&path));
        process.write(line);
        process.handler.close().expect("there is room");
    }
    assert_eq!(directory.read("a/b/app.log"), "first\nsecond\n");
    assert_eq!(mode(&path), 0o600);
}

#[test]
fn a_line_that_an_earlier_process_left_torn_does_not_spoil_the_next() {
    let directory = Directory::new("torn");
    fs::write(directory.path("app.log"), "whole\nto").expect("the directory is writable");
    let mut process = Process::start(File::new(directory.path("app.log")));
    process.write("next\n");
    assert_eq!(directory.read("app.log"), "whole\nto\nnext\n");
}

#[cfg(unix)]
#[test]
fn what_another_process_is_about_to_write_is_no_torn_line() {
    use std::io::Write;
    let directory = Directory::new("half");
    let first = Process::start(File::new(directory.path("app.log")));
    let mut half = fs::OpenOptions::new().append(true).open(directory.path("app.log")).expect("it is there");
    half.write_all(b"ha").expect("there is room");
    let mut second = Process::start(File::new(directory.path("app.log")));
    half.write_all(b"lf\n").expect("there is room");
    second.write("next\n");
    assert_eq!(directory.read("app.log"), "half\nnext\n");
    half.write_all(b"torn").expect("there is room");
    drop((first, second));
    Process::start(File::new(directory.path("app.log"))).write("last\n");
    assert_eq!(directory.read("app.log"), "half\nnext\ntorn\nlast\n");
}

#[test]
fn a_file_that_another_process_renames_while_this_one_starts_is_no_mistake() {
    let directory = Directory::new("renamed");
    fs::write(directory.path("app.log"), "1\n").expect("the directory is writable");
    let plan = File::new(directory.path("app.log")).rotation(Rotation::on_demand()).plan().expect("it is right");
    for (error, expected) in [(io::ErrorKind::NotFound, 0), (io::ErrorKind::PermissionDenied, 1)] {
        let faults = Arc::new(Faults::default());
        // It is there when it is looked at, and gone when it is opened.
        faults.fail("open", Error::Kind(error));
        assert_eq!(open::problems(&System { faults: Some(faults) }, &plan).len(), expected, "{error}");
    }
}

#[test]
fn a_directory_in_place_of_the_file_is_refused_with_its_path() {
    let directory = Directory::new("directory");
    let text = refusal(&directory.0);
    assert!(
        text.starts_with(&format!("cannot open log file `{}`: it is a directory", directory.0.display())),
        "{text}"
    );
}

#[test]
fn a_file_in_place_of_a_directory_is_named() {
    let directory = Directory::new("parent");
    fs::write(directory.path("file"), "").expect("the directory is writable");
    let named = format!("`{}` is not a directory", directory.path("file").display());
    for path in ["file/app.log", "file/a/b/app.log"] {
        let text = refusal(directory.path(path));
        assert!(text.ends_with(&named), "{text}");
    }
}

#[cfg(unix)]
#[test]
fn links_and_pipes_in_place_of_the_file_are_refused_without_being_followed_or_waited_for() {
    let directory = Directory::new("links");
    let (target, link, dangling, pipe) =
        (directory.path("target"), directory.path("link"), directory.path("dangling"), directory.path("pipe"));
    fs::write(&target, "theirs\n").expect("the directory is writable");
    std::os::unix::fs::symlink(&target, &link).expect("the directory is writable");
    std::os::unix::fs::symlink(directory.path("nothing"), &dangling).expect("the directory is writable");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().expect("coreutils").success());
    for (path, reason) in
        [(&link, "it is a symbolic link"), (&dangling, "it is a symbolic link"), (&pipe, "it is a pipe")]
    {
        let text = refusal(path);
        assert!(text.contains(reason), "{text}");
        let error = open::open(&System::default(), path, 0o600).expect_err("whoever has put it there in the meantime");
        assert!(error.to_string().contains(reason), "{error}");
    }
    // With somebody at the other end it could be opened.
    let reader = std::thread::spawn({
        let pipe = pipe.clone();
        move || fs::File::open(pipe)
    });
    let writer = fs::OpenOptions::new().write(true).open(&pipe).expect("there is a reader");
    assert!(refusal(&pipe).contains("it is a pipe"));
    drop(writer);
    reader.join().expect("no panic").expect("there was a writer");
    assert_eq!(directory.read("target"), "theirs\n");
    assert!(!directory.path("nothing").exists());
}

#[cfg(unix)]
#[test]
fn a_directory_that_is_not_ours_is_refused_with_the_reason() {
    use std::os::unix::fs::PermissionsExt;
    let directory = Directory::new("permission");
    let locked = directory.path("locked");
    fs::create_dir(&locked).expect("the directory is writable");
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o500)).expect("it is ours");
    if fs::write(locked.join("probe"), "").is_ok() {
        crate::handler::write_to_stderr(b"skipped: a_directory_that_is_not_ours: permissions do not bind root\n");
        return;
    }
    assert!(refusal(locked.join("app.log")).to_lowercase().contains("permission denied"));
    assert!(refusal(locked.join("logs/app.log")).to_lowercase().contains("permission denied"));
}

#[cfg(unix)]
#[test]
fn the_mode_is_what_was_asked_for_whatever_the_mask_and_stays_with_rotated_files() {
    let directory = Directory::new("mode");
    let file = File::new(directory.path("app.log")).mode(0o640).rotation(Rotation::size("512"));
    let mut process = Process::start(file);
    for line in numbered(0..100) {
        process.write(&line);
    }
    let names = directory.names();
    assert!(names.len() > 2, "{names:?}");
    for name in names.into_iter().chain(directory.hidden()) {
        assert_eq!(mode(&directory.path(&name)), 0o640, "{name}");
    }
}

#[cfg(unix)]
#[test]
fn the_lock_lets_in_whom_the_file_does_and_is_named_if_it_cannot_be_opened() {
    let directory = Directory::new("lock");
    let file = || File::new(directory.path("app.log")).mode(0o660).rotation(Rotation::on_demand());
    // As the mask of a process makes it, if that ends at once.
    fs::write(directory.path(".app.log.lock"), "").expect("the directory is writable");
    let mut process = Process::start(file());
    process.write("1\n");
    assert_eq!(mode(&directory.path(".app.log.lock")), 0o660);
    fs::remove_file(directory.path(".app.log.lock")).expect("it is there");
    std::os::unix::fs::symlink(directory.path("elsewhere"), directory.path(".app.log.lock"))
        .expect("the directory is writable");
    process.requests.ask_to_rotate();
    process.handler.end_of_batch().expect("it is written on");
    let (_, text) = process.stats().last_error.expect("there is one");
    assert!(text.contains("cannot open the lock `") && text.contains(".app.log.lock`"), "{text}");
    assert!(!directory.path("elsewhere").exists());
}

#[test]
fn names_of_ones_own_are_taken_as_they_are_and_others_are_refused() {
    let directory = Directory::new("custom");
    let file = |prefix: &'static str| {
        let names = Names::custom(
            move |file| format!("{prefix}{}-{}", file.number, file.name),
            |name| name.starts_with("old-"),
        );
        File::new(directory.path("app.log")).rotation(Rotation::on_demand()).names(names).retention(Retention::count(1))
    };
    let mut process = Process::start_at(file("old-"), today());
    for line in ["1\n", "2\n", "3\n"] {
        process.write(line);
        process.requests.ask_to_rotate();
        process.handler.end_of_batch().expect("there is room");
    }
    assert_eq!(directory.names(), ["app.log", "old-1-app.log", "old-2-app.log", "old-3-app.log"]);
    for prefix in ["../old-", "new-"] {
        let mut process = Process::start_at(file(prefix), today());
        process.write("4\n");
        process.requests.ask_to_rotate();
        process.handler.end_of_batch().expect("it is written on");
        assert!(process.stats().last_error.is_some_and(|(_, text)| text.contains("no name in the directory")));
    }
    assert_eq!(directory.names().len(), 4);
}

#[test]
fn a_number_is_given_to_one_name_only_also_when_its_file_was_deleted() {
    let directory = Directory::new("custom-number");
    let file = || {
        let names = Names::custom(|file| format!("old-{}.log", file.number), |name| name.starts_with("old-"));
        let file = File::new(directory.path("app.log")).rotation(Rotation::on_demand()).names(names);
        file.retention(Retention::count(2))
    };
    let rotate = |process: &mut Process| {
        process.write("line\n");
        process.requests.ask_to_rotate();
        process.handler.end_of_batch().expect("there is room");
        process.sweep();
    };
    let mut process = Process::start_at(file(), today());
    (0..4).for_each(|_| rotate(&mut process));
    assert_eq!(directory.names(), ["app.log", "old-3.log", "old-4.log"]);
    // Another process goes by the lock, also if all files are gone.
    fs::remove_file(directory.path("old-3.log")).expect("it is there");
    fs::remove_file(directory.path("old-4.log")).expect("it is there");
    rotate(&mut Process::start_at(file(), today()));
    assert_eq!(directory.names(), ["app.log", "old-5.log"]);
    // And without the lock by the files.
    fs::remove_file(directory.path(".app.log.lock")).expect("it is there");
    rotate(&mut Process::start_at(file(), today()));
    assert_eq!(directory.names(), ["app.log", "old-5.log", "old-6.log"]);
}

// The configuration.

#[test]
fn what_cannot_be_meant_is_refused_with_what_to_write_instead() {
    let directory = Directory::new("refused");
    let path = || directory.path("app.log");
    let sized = |size| File::new(path()).rotation(Rotation::size(size));
    let of_directory = |end: &str| File::new([directory.path("logs").to_str().expect("text"), end].concat());
    for (file, expected) in [
        (sized("-5 MB"), "the size `-5 MB` of the rotation is not understood: a size is not below zero"),
        (sized("1,5 MB"), "the size `1,5 MB` of the rotation is not understood: numbers have a point"),
        (sized("5 mib,"), "unknown unit"),
        (of_directory("/"), "is that of a directory, by its end: give the path of a file, such as `"),
        (of_directory("/."), "is that of a directory, by its end: give the path of a file, such as `"),
        (
            File::new(path()).preallocate(u64::MAX),
            "`18446744073709551615` bytes are put aside for each file, and none can",
        ),
        (
            File::new(path()).rotation(Rotation::daily()).retention(Retention::all().max_total(100)),
            "there is no room in `100 B` for files with a record each",
        ),
    ] {
        let problems: Vec<_> = file.plan().err().unwrap_or_default().iter().map(Problem::text).collect();
        assert!(problems.len() == 1 && problems[0].contains(expected), "{expected}: {problems:?}");
    }
    assert!(File::new(path()).preallocate(1 << 40).plan().is_ok());
}

#[test]
fn nothing_is_made_before_everything_is_right() {
    let directory = Directory::new("checked");
    let wrong = File::new(directory.path("b/app.log"))
        .rotation(Rotation::size("1 parsec"))
        .names(Names::pattern("{nmae}"))
        .retention(Retention::age(Duration::ZERO))
        .mode(0);
    let fan_out = crate::FanOut::new().to(File::new(directory.path("c/app.log"))).to(wrong).name("both");
    let error = crate::builder()
        .environment(false)
        .handler(File::new(directory.path("a/app.log")))
        .handler(fan_out)
        .init()
        .expect_err("a file is wrong");
    let text = error.to_string();
    for expected in ["handler `both > ", "1 parsec", "{nmae}", "no age", "the mode `0o0`"] {
        assert!(text.contains(expected), "{expected}: {text}");
    }
    assert_eq!(fs::read_dir(&directory.0).expect("it is there").count(), 0);
}
