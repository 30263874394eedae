//! Where the schema comes from: one file, read once per compilation.

use super::{Problem, Schema};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;
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
    let version = Version::now();
    let state = match &mut *state {
        Some(state) if state.version == version => state,
        state => state.insert(State::read(version)),
    };
    take(state)
}

impl Version {
    fn now() -> Self {
        // Without cargo there is no root of a crate, and no schema.
        let path = env::var_os("CARGO_MANIFEST_DIR").map(|root| Path::new(&root).join("rlog.toml")).unwrap_or_default();
        let metadata = fs::metadata(&path).ok().filter(fs::Metadata::is_file);
        Self { path, changed: metadata.map(|metadata| (metadata.modified().ok(), metadata.len())) }
    }
}

impl State {
    fn read(version: Version) -> Self {
        if version.changed.is_none() {
            return Self { version, schema: Arc::default(), problems: None };
        }
        let (schema, problems) = match fs::read_to_string(&version.path) {
            Ok(text) => read(&text),
            Err(error) => (Schema::default(), vec![Problem(format!("rlog.toml: cannot be read: {error}"))]),
        };
        Self { version, schema: Arc::new(schema), problems: Some(problems) }
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
