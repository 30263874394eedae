//! What the tests share: directories of their own, programs to build, and child processes.

pub mod allocations;
pub mod mount;
pub mod needle;
pub mod numbered;
pub mod rotating;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicU32, Ordering};
use std::{env, fs, io, process};

/// A directory that is removed with all that is in it.
#[derive(Debug)]
pub struct TemporaryDirectory(PathBuf);

impl TemporaryDirectory {
    /// A new, empty one.
    ///
    /// # Panics
    /// When it cannot be made.
    #[must_use]
    pub fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("rlog-{}-{}", process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let path = env::temp_dir().join(name);
        fs::create_dir_all(&path).expect("a temporary directory can be made");
        Self(path)
    }

    /// A path in it.
    #[must_use]
    pub fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Default for TemporaryDirectory {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for TemporaryDirectory {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A command without the variables that would change what a logger does.
#[must_use]
pub fn command(program: &Path) -> Command {
    let mut command = Command::new(program);
    for variable in ["RLOG", "RUST_LOG", "RLOG_FORMAT", "NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE"] {
        command.env_remove(variable);
    }
    command
}

/// Builds a program of `tests/samples` below `target`, which is the test's `CARGO_TARGET_TMPDIR`, and returns where it is.
///
/// # Panics
/// When it does not build.
#[must_use]
pub fn sample(target: &str, package: &str, profile: &str, arguments: &[&str]) -> PathBuf {
    let target = Path::new(target).join("samples");
    let built = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["build", "--quiet", "--package", package, "--profile", profile, "--manifest-path"])
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/samples/Cargo.toml"))
        .arg("--target-dir")
        .arg(&target)
        .args(arguments)
        .output()
        .expect("cargo runs");
    assert!(built.status.success(), "{package}: {}", stderr(&built));
    let folder = if profile == "dev" { "debug" } else { profile };
    target.join(folder).join(package).with_extension(env::consts::EXE_EXTENSION)
}

/// The lines of a file, each without its line end.
///
/// # Panics
/// When the file cannot be read, is not text, or does not end with a line end.
#[must_use]
pub fn lines(path: &Path) -> Vec<String> {
    let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    assert!(text.is_empty() || text.ends_with('\n'), "the last line is torn: {:?}", text.lines().last());
    text.lines().map(str::to_owned).collect()
}

/// What a child wrote to stderr.
#[must_use]
pub fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// The number behind `key=` in a line.
///
/// # Errors
/// When there is none.
pub fn number(line: &str, key: &str) -> io::Result<u64> {
    line.split_whitespace()
        .find_map(|word| word.strip_prefix(key)?.strip_prefix('=')?.parse().ok())
        .ok_or_else(|| io::Error::other(format!("no `{key}=` in `{line}`")))
}
