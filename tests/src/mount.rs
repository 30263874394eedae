//! Small file systems of their own: full ones, and such that cannot be written to.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A file system in memory, over a directory. It goes when it is dropped.
#[derive(Debug)]
pub struct Mount(PathBuf);

impl Mount {
    /// With these options: `size=600k`. None where this process may not, or the system has none.
    #[must_use]
    pub fn new(directory: &Path, options: &str) -> Option<Self> {
        let mut command = Command::new("mount");
        command.args(["-t", "tmpfs", "-o", options, "tmpfs"]).arg(directory);
        let is_done = command.stderr(Stdio::null()).status().is_ok_and(|status| status.success());
        is_done.then(|| Self(directory.to_path_buf()))
    }
}

impl Drop for Mount {
    fn drop(&mut self) {
        // Also if something in it is open.
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}
