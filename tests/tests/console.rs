//! The console and its readers: closed, gone, slow; who gets what; and a disk that is full.

#![cfg(unix)]
#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Output, Stdio};
use std::time::Instant;
use system_tests::{TemporaryDirectory, command, lines, number, stderr};

/// One run of the program.
struct Run {
    directory: TemporaryDirectory,
}

impl Run {
    fn new() -> Self {
        Self { directory: TemporaryDirectory::new() }
    }

    fn command(&self, scenario: &str) -> Command {
        let mut command = command(env!("CARGO_BIN_EXE_console").as_ref());
        command.arg(scenario).arg(self.directory.path("log")).arg(self.directory.path("statistics"));
        command.stdin(Stdio::null());
        command
    }

    /// The command with a redirection of a shell.
    fn shell(&self, scenario: &str, redirection: &str) -> Command {
        let mut shell = command("sh".as_ref());
        shell.arg("-c").arg(format!("exec \"$0\" \"$@\" {redirection}")).arg(env!("CARGO_BIN_EXE_console"));
        shell.arg(scenario).arg(self.directory.path("log")).arg(self.directory.path("statistics"));
        shell.stdin(Stdio::null());
        shell
    }

    /// A number of a handler's statistics.
    fn statistic(&self, handler: &str, key: &str) -> u64 {
        let lines = lines(&self.directory.path("statistics"));
        let line = lines.iter().find(|line| line.starts_with(&format!("name={handler} ")));
        number(line.unwrap_or_else(|| panic!("no `{handler}` in {lines:?}")), key).unwrap()
    }

    /// The log file has the numbers up to `last`.
    fn assert_log_is_complete(&self, last: u64) {
        let numbers: Vec<u64> = lines(&self.directory.path("log"))
            .iter()
            .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["n"].as_u64().unwrap())
            .collect();
        assert_eq!(numbers, (1..=last).collect::<Vec<_>>());
        assert_eq!((self.statistic("file", "written"), self.statistic("file", "dropped")), (last, 0));
    }

    /// Each record was written to stdout or counted as lost.
    fn assert_loss_is_counted(&self, lost: std::ops::RangeInclusive<u64>) {
        let (written, dropped) = (self.statistic("stdout", "written"), self.statistic("stdout", "dropped"));
        assert_eq!(written + dropped, 1_000);
        assert!(lost.contains(&dropped), "{dropped} lost");
    }
}

/// How often the logger has told something on stderr, and that it told nothing else.
fn reports(output: &Output) -> u64 {
    let text = stderr(output);
    assert!(text.lines().all(|line| line.starts_with("rlog: ")), "{text}");
    text.lines().count() as u64
}

fn numbers(text: &[u8]) -> Vec<u64> {
    let text = std::str::from_utf8(text).unwrap();
    assert!(text.is_empty() || text.ends_with('\n'), "a torn line");
    text.lines().map(|line| number(line, "n").unwrap()).collect()
}

#[test]
fn a_stdout_that_is_closed_from_the_start_harms_nobody() {
    for redirection in [">&-", "2>&-", ">&- 2>&-", "<&- >&- 2>&-"] {
        let run = Run::new();
        let output = run.shell("count", redirection).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{redirection}: {}", stderr(&output));
        run.assert_log_is_complete(1_000);
    }
}

#[test]
fn a_stdout_that_the_program_closes_loses_its_lines_and_says_so() {
    let run = Run::new();
    let begun = Instant::now();
    let output = run.command("close-while-running").output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert_eq!(numbers(&output.stdout), (1..=400).collect::<Vec<_>>());
    run.assert_log_is_complete(1_000);
    run.assert_loss_is_counted(600..=600);
    assert!((1..=begun.elapsed().as_secs() + 1).contains(&reports(&output)), "{}", stderr(&output));
    assert!(stderr(&output).contains("`stdout`"), "{}", stderr(&output));
}

#[test]
fn another_file_under_the_number_of_stdout_gets_no_lines() {
    let run = Run::new();
    let output = run.command("replace-while-running").output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert_eq!(fs::read(run.directory.path("log.theirs")).unwrap(), b"");
    run.assert_log_is_complete(1_000);
    run.assert_loss_is_counted(600..=600);
}

#[test]
fn a_reader_that_goes_away_ends_neither_the_program_nor_the_other_handlers() {
    let run = Run::new();
    let begun = Instant::now();
    let mut child =
        run.command("count-later").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // As `head -1` does.
    let mut first = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut first).unwrap();
    assert_eq!(number(&first, "n").unwrap(), 1);
    drop(child.stdin.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    run.assert_log_is_complete(1_000);
    run.assert_loss_is_counted(999..=999);
    assert!((1..=begun.elapsed().as_secs() + 1).contains(&reports(&output)), "{}", stderr(&output));
}

#[test]
#[cfg(target_os = "linux")]
fn a_pipe_that_does_not_block_and_is_read_slowly_loses_nothing() {
    use std::os::fd::AsRawFd;
    use std::os::unix::fs::OpenOptionsExt;

    const NON_BLOCKING: i32 = 0o4000;
    let run = Run::new();
    let (mut reader, writer) = std::io::pipe().unwrap();
    // To open it again gives it flags of its own.
    let path = format!("/proc/self/fd/{}", writer.as_raw_fd());
    let writer_that_does_not_block = fs::OpenOptions::new().write(true).custom_flags(NON_BLOCKING).open(path).unwrap();
    drop(writer);
    let child = run.command("count").stdout(writer_that_does_not_block).stderr(Stdio::piped()).spawn().unwrap();
    let (mut taken, mut part) = (Vec::new(), [0; 500]);
    loop {
        match reader.read(&mut part).unwrap() {
            0 => break,
            length => taken.extend_from_slice(&part[..length]),
        }
        // Slower than the program writes.
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert_eq!(numbers(&taken), (1..=1_000).collect::<Vec<_>>());
    run.assert_loss_is_counted(0..=0);
    assert_eq!(reports(&output), 0, "{}", stderr(&output));
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_is_counted_and_told_once_a_second_while_the_program_goes_on() {
    let run = Run::new();
    let begun = Instant::now();
    let output = run.command("full").output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let last = lines(&run.directory.path("log")).len() as u64;
    run.assert_log_is_complete(last);
    assert_eq!((run.statistic("full", "written"), run.statistic("full", "dropped")), (0, last));
    let told = stderr(&output);
    assert!((2..=begun.elapsed().as_secs() + 1).contains(&reports(&output)), "{told}");
    assert!(told.lines().all(|line| line.contains("`full`") && line.contains("No space left")), "{told}");
    assert!(told.lines().last().unwrap().contains("more since the last report"), "{told}");
}

#[test]
fn errors_and_worse_go_to_stderr_and_the_rest_to_stdout() {
    let run = Run::new();
    let output = run.command("levels").output().unwrap();
    let texts = |bytes: &[u8]| -> Vec<String> {
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        text.lines().map(|line| line.split(" console ").nth(1).unwrap().to_owned()).collect()
    };
    assert_eq!(texts(&output.stdout), ["a trace", "a debug", "an info", "a notice", "a warning"]);
    assert_eq!(texts(&output.stderr), ["an error", "a critical"]);
}

#[test]
fn the_environment_can_ask_for_json() {
    let run = Run::new();
    let output = run.command("default").env("RLOG_FORMAT", "json").output().unwrap();
    let messages = |bytes: &[u8]| -> Vec<String> {
        let text = std::str::from_utf8(bytes).unwrap();
        text.lines()
            .map(|line| {
                serde_json::from_str::<serde_json::Value>(line).unwrap()["message"].as_str().unwrap().to_owned()
            })
            .collect()
    };
    assert_eq!(messages(&output.stdout), ["an info", "a notice", "a warning"]);
    assert_eq!(messages(&output.stderr), ["an error", "a critical"]);
}

#[test]
fn an_unknown_format_is_told_on_stderr_with_what_is_valid_and_keeps_nothing_from_starting() {
    let run = Run::new();
    let output = run.command("default").env("RLOG_FORMAT", "bogus").output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    for part in ["RLOG_FORMAT", "bogus", "`pretty`", "`text`", "`json`"] {
        assert!(stderr(&output).contains(part), "{}", stderr(&output));
    }
    assert!(std::str::from_utf8(&output.stdout).unwrap().contains(" INFO "), "as without it");
}

#[test]
fn the_environment_can_ask_for_another_level_and_directives_are_on_top_of_it() {
    let run = Run::new();
    let texts = |variables: &[(&str, &str)]| -> Vec<String> {
        let output = run.command("default").envs(variables.iter().copied()).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        text.lines().map(|line| line.split(" console ").nth(1).unwrap().to_owned()).collect()
    };
    assert_eq!(texts(&[("RLOG_LEVEL", "debug")]), ["a debug", "an info", "a notice", "a warning"]);
    assert_eq!(texts(&[("RLOG_LEVEL", "30")]), texts(&[("RLOG", "30")]));
    assert_eq!(texts(&[("RLOG_LEVEL", "debug"), ("RLOG", "warn")]), ["a warning"]);
    assert_eq!(texts(&[("RLOG_LEVEL", "trace"), ("RUST_LOG", "console=warn")]), ["a warning"]);
    let output = run.command("default").env("RLOG_LEVEL", "debgu").output().unwrap();
    let expected = "environment variable `RLOG_LEVEL`: unknown level `debgu`; did you mean `debug`?";
    assert!(stderr(&output).contains(expected), "{}", stderr(&output));
    assert_eq!(texts(&[("RLOG_LEVEL", "debgu")]), ["an info", "a notice", "a warning"]);
}

#[test]
fn a_pipe_gets_no_colours_unless_they_are_forced() {
    let colored = |variables: &[(&str, &str)]| {
        let output = Run::new().command("default").envs(variables.iter().copied()).output().unwrap();
        assert!(output.status.success() && !output.stdout.is_empty() && !output.stderr.is_empty());
        let has_escapes = |bytes: &[u8]| bytes.contains(&0x1b);
        (has_escapes(&output.stdout), has_escapes(&output.stderr))
    };
    assert_eq!(colored(&[("TERM", "xterm-256color")]), (false, false));
    assert_eq!(colored(&[("TERM", "xterm-256color"), ("CLICOLOR", "1"), ("RLOG_FORMAT", "pretty")]), (false, false));
    assert_eq!(colored(&[("CLICOLOR_FORCE", "1")]), (true, true));
    assert_eq!(colored(&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]), (false, false));
}
