//! Where the schema comes from: one file, read once per compilation.

use super::{Problem, Schema};
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};
use std::{env, fs};

/// The schema of the crate that is being compiled.
pub(super) fn schema() -> Arc<Schema> {
    current(|state| state.schema.clone())
}

/// What is wrong with the file, if there is one and nobody has asked before.
pub(super) fn problems() -> Option<Vec<Problem>> {
    current(|state| state.problems.take())
}

/// What is known of one version of the file.
struct State {
    /// The root of the crate, and when the file was looked at.
    root: OsString,
    looked: Instant,
    version: Version,
    schema: Arc<Schema>,
    /// `None` if there is no file, or when they have been reported.
    problems: Option<Vec<Problem>>,
}

/// The compiler compiles one crate and exits. An editor's server goes on for days, through many crates and edits.
#[derive(PartialEq)]
struct Version {
    path: PathBuf,
    /// When the file was changed, and how long it is; `None` if there is none.
    changed: Option<(Option<SystemTime>, u64)>,
}

fn current<T>(take: impl FnOnce(&mut State) -> T) -> T {
    static STATE: Mutex<Option<State>> = Mutex::new(None);
    let mut state = STATE.lock().unwrap_or_else(PoisonError::into_inner);
    // Without cargo there is no root of a crate, and no schema.
    let root = env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default();
    let state = match &mut *state {
        // A thousand statements need not ask the file system a thousand times.
        Some(state) if state.root == root && state.looked.elapsed() < LOOK_AGAIN => state,
        Some(state) if state.version == Version::now(&root) => {
            (state.root, state.looked) = (root, Instant::now());
            state
        }
        state => state.insert(State::read(root)),
    };
    take(state)
}

/// How long what was seen of the file counts.
const LOOK_AGAIN: Duration = Duration::from_millis(500);

impl Version {
    fn now(root: &OsStr) -> Self {
        let path = Path::new(root).join("rlog.toml");
        let metadata = fs::metadata(&path).ok().filter(fs::Metadata::is_file);
        Self { path, changed: metadata.map(|metadata| (metadata.modified().ok(), metadata.len())) }
    }
}

impl State {
    fn read(root: OsString) -> Self {
        let (version, looked) = (Version::now(&root), Instant::now());
        if version.changed.is_none() {
            return Self { root, looked, version, schema: Arc::default(), problems: None };
        }
        let (schema, problems) = match fs::read_to_string(&version.path) {
            Ok(text) => read(&text),
            Err(error) => (Schema::default(), vec![Problem(format!("rlog.toml: cannot be read: {error}"))]),
        };
        Self { root, looked, version, schema: Arc::new(schema), problems: Some(problems) }
    }
}

#[cfg(feature = "schema")]
use super::file::read;

#[cfg(not(feature = "schema"))]
fn read(_: &str) -> (Schema, Vec<Problem>) {
    let problem = "rlog.toml: reading it needs the feature `schema` of rlog; write `rlog = { version = \"..\", features = \
                   [\"schema\"] }` in Cargo.toml, or remove the file";
    (Schema::default(), vec![Problem(problem.to_owned())])
}
