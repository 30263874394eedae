//! Crates that exist only to be built: written to the scratch folder, compiled by the user's cargo.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;
use std::{env, fs};

use crate::Result;
use crate::cli::Options;
use crate::sys::usage::Usage;

/// A generated binary crate with a target folder of its own.
pub(super) struct Generated {
    folder: PathBuf,
    target: PathBuf,
}

/// What one run of cargo took.
pub(super) struct Spent {
    pub(super) wall_seconds: f64,
    /// User CPU time of cargo, rustc and the linker.
    pub(super) user_seconds: f64,
}

#[derive(Clone, Copy)]
pub(super) enum Profile {
    Dev,
    Release,
}

impl Generated {
    /// Writes `<scratch>/crates/<name>` and fetches what it depends on. `dependencies` may be followed by profiles.
    ///
    /// The package is always called `app`, so that two variants differ in nothing but their sources. Our own lock
    /// file goes along: the versions are those of the peers that the other parts run.
    pub(super) fn create(options: &Options, name: &str, dependencies: &str, main: &str) -> Result<Self> {
        let folder = options.scratch.join("crates").join(name);
        fs::create_dir_all(folder.join("src"))?;
        let manifest = format!("{MANIFEST}\n[dependencies]\n{dependencies}\n");
        fs::write(folder.join("Cargo.toml"), manifest)?;
        fs::write(folder.join("Cargo.lock"), include_str!("../../Cargo.lock"))?;
        fs::write(folder.join("src/main.rs"), main)?;
        let target = options.scratch.join("crates-target").join(name);
        let generated = Self { folder, target };
        generated.cargo(&["fetch"])?;
        Ok(generated)
    }

    /// Forgets everything that was built.
    pub(super) fn clean(&self) -> Result<()> {
        if self.target.exists() {
            fs::remove_dir_all(&self.target)?;
        }
        Ok(())
    }

    /// Makes the next build compile `main.rs` again, and nothing else.
    pub(super) fn touch(&self) -> Result<()> {
        let main = self.folder.join("src/main.rs");
        let text = fs::read(&main)?;
        Ok(fs::write(main, text)?)
    }

    pub(super) fn build(&self, profile: Profile) -> Result<Spent> {
        let (before, start) = (Usage::of_children(), Instant::now());
        self.cargo(&["build", "--quiet", profile.flag()])?;
        let wall_seconds = start.elapsed().as_secs_f64();
        Ok(Spent { wall_seconds, user_seconds: Usage::of_children().since(before).user_seconds })
    }

    /// Checks the crate, which must fail, after what it depends on has been checked. Returns what the second time took and
    /// what it said.
    pub(super) fn check_that_fails(&self) -> Result<(Spent, String)> {
        let mut said = String::new();
        let mut spent = Spent { wall_seconds: 0.0, user_seconds: 0.0 };
        for _ in 0..2 {
            let (before, start) = (Usage::of_children(), Instant::now());
            said = match self.cargo(&["check", "--quiet"]) {
                Ok(_) => return Err("it should not compile".into()),
                Err(error) => error.to_string(),
            };
            let user_seconds = Usage::of_children().since(before).user_seconds;
            spent = Spent { wall_seconds: start.elapsed().as_secs_f64(), user_seconds };
        }
        Ok((spent, said))
    }

    /// The binary of the last build.
    pub(super) fn binary(&self, profile: Profile) -> PathBuf {
        self.target.join(profile.folder()).join("app")
    }

    /// Distinct packages in `cargo tree -e normal`, without the crate itself.
    pub(super) fn crates_in_tree(&self) -> Result<usize> {
        let tree = self.cargo(&["tree", "-e", "normal", "--prefix", "none", "--no-dedupe"])?;
        let mut packages: Vec<&str> = tree.lines().map(|line| line.trim_end_matches(" (*)")).collect();
        packages.sort_unstable();
        packages.dedup();
        Ok(packages.len() - 1)
    }

    fn cargo(&self, args: &[&str]) -> Result<String> {
        let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        command.args(args).current_dir(&self.folder);
        // No shared cache and no incremental state: both would make the second build cheaper than the first.
        command.env("CARGO_TARGET_DIR", &self.target).env("CARGO_INCREMENTAL", "0");
        command.env_remove("RUSTC_WRAPPER").env_remove("CARGO_BUILD_RUSTC_WRAPPER").env_remove("RUSTFLAGS");
        command.env_remove("RLOG_STATIC");
        text_output(&mut command)
    }
}

impl Profile {
    fn flag(self) -> &'static str {
        match self {
            Self::Dev => "--profile=dev",
            Self::Release => "--release",
        }
    }

    fn folder(self) -> &'static str {
        match self {
            Self::Dev => "debug",
            Self::Release => "release",
        }
    }
}

/// The size of the file after `strip`, in bytes.
pub(super) fn stripped_bytes(binary: &Path) -> Result<u64> {
    let stripped = binary.with_extension("stripped");
    text_output(Command::new("strip").arg("-o").arg(&stripped).arg(binary))?;
    Ok(fs::metadata(stripped)?.len())
}

/// Runs a tool and returns its stdout; its stderr becomes the error.
pub(super) fn text_output(command: &mut Command) -> Result<String> {
    let output = command
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("`{}`: {error}", command.get_program().display()))?;
    if !output.status.success() {
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        return Err(format!("`{}`: {}\n{stderr}", command.get_program().display(), output.status).into());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

const MANIFEST: &str = r#"# Written by benches; see src/cost/generated.rs.
[workspace]

[package]
name = "app"
version = "0.0.0"
edition = "2024"
"#;
