//! The program `rotating`, as tests use it: told what to do on its standard input, heard on its standard output.

use crate::command;
use crate::numbered::rotated;
use std::fmt::Debug;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

/// For whatever is waited for in a test. On a busy machine some things take long.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// One of them, running. It is killed when it is dropped.
#[derive(Debug)]
pub struct Rotating {
    child: Child,
    stdin: Option<ChildStdin>,
    answers: Receiver<String>,
}

impl Rotating {
    /// Starts `program` on this path, and waits until it is ready.
    ///
    /// # Panics
    /// When it does not get ready.
    #[must_use]
    pub fn start(program: &str, path: &Path, settings: &[&str]) -> Self {
        let mut command = command(program.as_ref());
        command.arg(path).args(settings);
        let rotating = Self::spawn(&mut command);
        assert_eq!(rotating.answer().as_deref(), Some("ready"));
        rotating
    }

    /// Starts a command that ends in the program.
    ///
    /// # Panics
    /// When it cannot be started.
    #[must_use]
    pub fn spawn(command: &mut Command) -> Self {
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("it starts");
        let stdout: ChildStdout = child.stdout.take().expect("it is piped");
        let (send, answers) = channel();
        thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                let _ = send.send(line);
            }
        });
        let stdin = child.stdin.take();
        Self { child, stdin, answers }
    }

    /// The next line that it says; none if it has ended.
    ///
    /// # Panics
    /// When it neither says one nor ends.
    #[must_use]
    pub fn answer(&self) -> Option<String> {
        match self.answers.recv_timeout(PATIENCE) {
            Ok(line) => Some(line),
            Err(std::sync::mpsc::RecvTimeoutError::Disconnected) => None,
            Err(std::sync::mpsc::RecvTimeoutError::Timeout) => panic!("it hangs"),
        }
    }

    /// The next line, if it has said one.
    #[must_use]
    pub fn heard(&self) -> Option<String> {
        self.answers.try_recv().ok()
    }

    /// Tells it to do something, and waits until it is done.
    ///
    /// # Panics
    /// When it does not do it.
    pub fn tell(&mut self, command: &str) -> String {
        self.send(command);
        self.answer().unwrap_or_else(|| panic!("it ended at `{command}`"))
    }

    /// Tells it to do something. It may end meanwhile.
    pub fn send(&mut self, command: &str) {
        if let Some(stdin) = &mut self.stdin {
            let _ = writeln!(stdin, "{command}");
        }
    }

    /// Which process it is.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Ends it with SIGKILL.
    ///
    /// # Panics
    /// When that cannot be done.
    pub fn kill(&mut self) {
        self.child.kill().expect("it can be killed");
        self.child.wait().expect("it ends");
    }

    /// Says that there is nothing more to do, and waits until it has ended.
    ///
    /// # Panics
    /// When it does not end.
    pub fn end(mut self) -> (ExitStatus, Vec<String>) {
        self.stdin = None;
        let mut answers = Vec::new();
        while let Some(answer) = self.answer() {
            answers.push(answer);
        }
        (self.child.wait().expect("it ends"), answers)
    }
}

impl Drop for Rotating {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Asks again and again, until there is an answer.
///
/// # Panics
/// When there is none in [`PATIENCE`].
pub fn wait_for<T: Debug>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(answer) = look() {
            return answer;
        }
        assert!(Instant::now() < deadline, "waited in vain for {what}");
        thread::sleep(Duration::from_millis(5));
    }
}

/// Waits until all that was rotated is compressed. Links that were put there are not counted.
///
/// # Panics
/// When it is not in [`PATIENCE`].
pub fn wait_for_compression(path: &Path) {
    let is_plain = |path: &Path| path.extension().is_none_or(|extension| extension != "gz") && !path.is_symlink();
    wait_for("compression", || (!rotated(path).iter().any(|(_, path)| is_plain(path))).then_some(()));
}

/// Whether the system has such a program. Says so if not: what is not tested should be seen.
#[must_use]
pub fn has(program: &str, argument: &str) -> bool {
    let is_there = Command::new(program).arg(argument).stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok();
    if !is_there {
        skipped(&format!("`{program}` is not installed"));
    }
    is_there
}

/// Whether `strace` is there, and may trace what it starts.
#[must_use]
pub fn can_trace() -> bool {
    if !has("strace", "--version") {
        return false;
    }
    let traced = Command::new("strace").args(["-qqq", "-o", "/dev/null", "true"]).status();
    let may_trace = traced.is_ok_and(|status| status.success());
    if !may_trace {
        skipped("this process may not trace others");
    }
    may_trace
}

/// Says that something is not tested here, and why.
#[allow(clippy::print_stderr, reason = "whoever runs the tests is to see it")]
pub fn skipped(why: &str) {
    // Not `eprintln`, whose output tests keep to themselves.
    let name = thread::current().name().unwrap_or_default().to_owned();
    let _ = writeln!(std::io::stderr(), "skipped: {name}: {why}");
}
