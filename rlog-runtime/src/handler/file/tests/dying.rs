//! Processes that end, and calls that fail, at any call of a rotation.

use super::*;

// The end of a process at any moment, and calls that fail.

/// What one process does: lines, in batches, with rotations between them and sweeps. Those that were acknowledged, in the sense
/// that the system has them, are returned.
fn run(process: &mut Process, lines: &[String]) -> usize {
    let mut acknowledged = 0;
    for batch in lines.chunks(3) {
        let outcome =
            batch.iter().try_for_each(|line| process.emit(line)).and_then(|()| process.handler.end_of_batch());
        if process.faults.is_dead() {
            return acknowledged;
        }
        outcome.expect("nothing but the process fails");
        acknowledged += batch.len();
        process.sweep();
        process.pass(120);
    }
    acknowledged
}

/// Has a process end instead of each of its calls, one after the other, and another one go on.
fn die_everywhere(test: &str, file: impl Fn(&Directory) -> File) {
    die_everywhere_with(test, file, Faults::die_at);
}

fn die_everywhere_with(test: &str, file: impl Fn(&Directory) -> File, faults: impl Fn(usize) -> Faults) {
    let lines = long(0..60);
    for number in 0.. {
        let directory = Directory::new(test);
        let first = Process::start_with(file(&directory), today(), faults(number));
        let (mut acknowledged, mut is_complete) = (0, false);
        if let Ok(mut process) = first {
            acknowledged = run(&mut process, &lines[..40]);
            is_complete = !process.faults.is_dead();
        }
        let mut next = Process::start_at(file(&directory), today() + 6_000);
        for line in &lines[40..] {
            next.write(line);
        }
        next.handler.close().expect("there is room");
        next.sweep();
        let mut found = directory.lines();
        found.sort();
        let expected: Vec<_> = lines[..acknowledged].iter().chain(&lines[40..]).cloned().collect();
        // The last batch may be there without having been acknowledged.
        let pending = &lines[acknowledged..(acknowledged + 3).min(40)];
        let missing: Vec<_> = expected.iter().filter(|line| !found.contains(line)).collect();
        let surplus: Vec<_> = found.iter().filter(|line| !expected.contains(line) && !pending.contains(line)).collect();
        let doubled = found.windows(2).filter(|pair| pair[0] == pair[1]).count();
        let last = next.faults.calls().len();
        assert!(
            missing.is_empty() && surplus.is_empty() && doubled == 0,
            "call {number}, {last}: missing {missing:?}, surplus {surplus:?}, doubled {doubled}: {:?}",
            directory.names()
        );
        let rest: Vec<_> = directory.hidden().into_iter().filter(|name| !name.ends_with("lock")).collect();
        assert_eq!(rest, Vec::<String>::new(), "call {number}");
        let empty: Vec<_> =
            directory.files().into_iter().filter(|(name, content)| content.is_empty() && name != "app.log").collect();
        assert!(test == "die-in-place" || empty.is_empty(), "call {number}: {empty:?}");
        if is_complete {
            assert!(number > 60, "{number} calls");
            return;
        }
    }
}

#[test]
fn every_line_is_there_once_wherever_the_process_ends() {
    die_everywhere("die", |directory| {
        File::new(directory.path("app.log")).rotation(Rotation::size("512").or(Rotation::hourly()))
    });
}

#[test]
fn every_line_is_there_once_wherever_the_process_ends_on_a_file_system_whose_files_all_have_names() {
    let file = |directory: &Directory| File::new(directory.path("app.log")).rotation(Rotation::size("512"));
    die_everywhere_with("die-named", file, |number| Faults::die_at(number).without_unnamed_files());
    die_everywhere_with("die-lockless-named", file, |number| {
        Faults::die_at(number).without_locks().without_unnamed_files()
    });
}

#[cfg(feature = "gzip")]
#[test]
fn every_line_is_there_once_wherever_the_process_ends_that_compresses() {
    die_everywhere("die-gzip", |directory| {
        let file = File::new(directory.path("app.log")).rotation(Rotation::on_demand().max_size(512));
        file.compression(Compression::gzip())
            .fsync(Fsync::at_rotation())
            .retention(Retention::count(100).max_total(1_000_000))
    });
}

#[test]
fn every_line_is_there_once_wherever_the_process_ends_whose_files_are_not_renamed() {
    die_everywhere("die-in-place", |directory| {
        let pattern = directory.path("{date}/{hour}.{number}.log");
        File::pattern(pattern.to_str().expect("text")).rotation(Rotation::hourly().max_size(512))
    });
}

#[test]
fn every_line_is_there_once_wherever_the_process_ends_on_a_file_system_without_locks() {
    let file = |directory: &Directory| File::new(directory.path("app.log")).rotation(Rotation::size("512"));
    die_everywhere_with("die-lockless", file, |number| Faults::die_at(number).without_locks());
}

#[test]
fn a_file_system_without_links_or_locks_is_rotated_too() {
    let directory = Directory::new("linkless");
    let file = File::new(directory.path("app.log")).rotation(Rotation::size("512"));
    let mut process = Process::start_with(file, today(), Faults::default().without_locks()).expect("it can be opened");
    process.faults.fail("link", Error::Kind(io::ErrorKind::Unsupported));
    let lines = long(0..40);
    lines.iter().for_each(|line| process.write(line));
    assert_lines(&directory, &lines);
    assert_eq!((directory.names().len() as u64, process.stats().errors), (process.stats().rotations + 1, 0));
    assert!(directory.names().len() > 4);
}

#[test]
fn processes_whose_files_are_not_renamed_go_on_in_the_same_files() {
    let directory = Directory::new("shared-in-place");
    let pattern = directory.path("{date}/{hour}.{number}.log");
    let file = || File::pattern(pattern.to_str().expect("text")).rotation(Rotation::hourly().max_size(2_000));
    let mut processes = [(); 2].map(|()| Process::start(file()));
    let lines = long(0..200);
    for (number, line) in lines.iter().enumerate() {
        processes[number % 2].write(line);
        processes.iter_mut().for_each(|process| process.pass(60));
    }
    assert_lines(&directory, &lines);
    let mut both: Vec<_> = processes.iter().map(|process| process.stats().path).collect();
    both.dedup();
    assert_eq!(both.len(), 1, "{both:?}");
    let hours = lines.len() / 60 + 1;
    let files = directory.names().len();
    assert!(files <= 4 * hours, "{files} files for {hours} hours: {:?}", directory.names());
}

/// Has each call fail, one after the other. Every line that is not told to be lost is there once.
fn fail_everywhere(
    test: &str,
    errors: &[Error],
    prepare: impl Fn(Faults) -> Faults,
    file: impl Fn(&Directory) -> File,
) {
    let lines = long(0..30);
    for number in 0.. {
        let directory = Directory::new(test);
        let faults = Faults::default();
        faults.fail_once(number, errors[number % errors.len()]);
        let Ok(mut process) = Process::start_with(file(&directory), today(), prepare(faults)) else { continue };
        let (mut lost, mut is_last_lost) = (0, Vec::new());
        for line in &lines {
            match process.log(line) {
                Ok(()) => is_last_lost.push(false),
                Err(error) => {
                    lost += error.lost();
                    is_last_lost.push(error.lost() > 0);
                }
            }
            process.sweep();
            process.pass(1);
        }
        process.handler.close().expect("the call after it does not fail");
        let found = directory.lines();
        let kept = lines.iter().filter(|line| found.contains(line)).count();
        assert_eq!(kept as u64 + lost, 30, "call {number}: {:?}", process.faults.calls().get(number));
        assert_eq!(found.len(), kept, "call {number}: doubled or torn");
        if process.faults.calls().len() <= number {
            assert!(number > 60, "{number} calls");
            return;
        }
    }
}

#[test]
fn whatever_call_fails_lines_are_there_once_or_told_to_be_lost() {
    // No space, too many open files, interrupted.
    let errors = [Error::Number(28), Error::Number(24), Error::Kind(io::ErrorKind::PermissionDenied), Error::Number(4)];
    let file = |directory: &Directory| {
        let file = File::new(directory.path("app.log")).rotation(Rotation::size("512"));
        #[cfg(feature = "gzip")]
        let file = file.compression(Compression::gzip().delay(1)).retention(Retention::all().max_total(1_000_000));
        file
    };
    fail_everywhere("fail", &errors, |faults| faults, file);
    fail_everywhere("fail-named", &errors, Faults::without_unnamed_files, file);
}
