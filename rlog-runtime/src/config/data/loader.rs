//! From a file to a configuration: text, profile, environment, in this order.

use super::Config;
#[cfg(feature = "json")]
use super::document::read_json;
#[cfg(feature = "toml")]
use super::document::read_toml;
use super::document::{Item, Node};
use super::environment::{self, Variable};
#[cfg(any(feature = "toml", feature = "json"))]
use super::model::parsed;
use super::profiles;
use super::report::{Found, Origin, Problem, Report, Severity, Source};
use super::setting::{Reader, Setting};
use crate::config::{Guard, InitError};
use crate::trouble::{self, Trouble};
use core::fmt;
#[cfg(feature = "reload")]
use core::time::Duration;
use std::path::PathBuf;
use std::string::{String, ToString};
use std::vec::Vec;

/// Puts the logger into service that a configuration file describes. The format is that of its extension, `.toml` or
/// `.json`; see [`Loader`] for what else counts.
///
/// ```no_run
/// # fn main() -> Result<(), rlog_runtime::InitError> {
/// let _guard = rlog_runtime::config::init_from("logging.toml")?;
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// All that is wrong with the file, with lines and columns, or with putting it into service. Nothing has changed then.
#[track_caller]
pub fn init_from(path: impl Into<PathBuf>) -> Result<Guard, InitError> {
    Loader::new(path).init()
}

/// Looks for all that is wrong with a configuration file, in each of its profiles, without applying anything: nothing is made,
/// nothing written, no secret fetched, no function of the program's called. Environment variables that are set count as they
/// would for [`init_from`].
///
/// Of the profile that would be taken, handlers are also asked what would keep them from being opened here and now: a directory
/// that cannot be written to, a pipe in the place of a file. Other profiles are for other machines.
///
/// ```
/// # let path = std::env::temp_dir().join(format!("rlog-doc-check-{}.toml", std::process::id()));
/// # std::fs::write(&path, "level = 'inf'")?;
/// let report = rlog_runtime::config::check(&path);
/// # #[cfg(feature = "toml")]
/// assert!(report.to_string().ends_with(":1:9: error: level: unknown level `inf`; did you mean `info`?"));
/// # std::fs::remove_file(path)?;
/// # std::io::Result::Ok(())
/// ```
#[must_use]
pub fn check(path: impl Into<PathBuf>) -> Report {
    Loader::new(path).check()
}

impl Config {
    /// Reads a file as [`init_from`] does, and does not apply it; see [`Loader`].
    ///
    /// # Errors
    /// All that is wrong with it.
    pub fn load(path: impl Into<PathBuf>) -> Result<Self, Report> {
        Loader::new(path).load()
    }
}

/// Reads a configuration file.
///
/// 1. The file is read, as TOML or JSON by its extension.
/// 2. A profile is laid on top: the one of [`Loader::profile`]; if that is not set, the one that the environment variable
///    `RLOG_PROFILE` names; or else the one that the file names under `profile`.
/// 3. Environment variables are laid on top of that: `RLOG_LEVEL`, and `RLOG__HANDLERS__FILE__PATH` for `handlers.file.path`
///    and so on. What is wrong in them must not keep a service from starting: they are left out, which stderr is told. Only a
///    profile that is not there does, as nobody knows what it was to change.
/// 4. The directives in `RLOG` or `RUST_LOG` count as always.
///
/// ```
/// use rlog_runtime::Level;
/// use rlog_runtime::config::Loader;
///
/// # let path = std::env::temp_dir().join(format!("rlog-doc-loader-{}.json", std::process::id()));
/// # if cfg!(feature = "json") {
/// std::fs::write(&path, r#"{"level": "debug", "profiles": {"production": {"level": "notice"}}}"#)?;
/// let config = Loader::new(&path).variables([("RLOG_PROFILE", "production")]).load()?;
/// assert_eq!(config.level, Some(Level::NOTICE));
/// let config = Loader::new(&path).variables([("RLOG_LEVEL", "warn")]).load()?;
/// assert_eq!(config.level, Some(Level::WARN));
/// # std::fs::remove_file(path)?;
/// # }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
#[must_use = "a loader does nothing by itself"]
pub struct Loader {
    pub(super) path: PathBuf,
    profile: Option<String>,
    variables: Option<Vec<(String, String)>>,
    #[cfg(feature = "reload")]
    pub(super) interval: Duration,
    #[cfg(feature = "reload")]
    pub(super) hangup: bool,
}

impl Loader {
    /// Reads this file.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self {
            path: path.into(),
            profile: None,
            variables: None,
            #[cfg(feature = "reload")]
            interval: Duration::from_secs(1),
            #[cfg(feature = "reload")]
            hangup: true,
        }
    }

    /// Takes this profile, whatever the environment and the file say.
    pub fn profile(mut self, profile: impl Into<String>) -> Self {
        self.profile = Some(profile.into());
        self
    }

    /// Takes these in place of the environment variables of the process; none, if there are none.
    pub fn variables<N: Into<String>, V: Into<String>>(mut self, variables: impl IntoIterator<Item = (N, V)>) -> Self {
        self.variables = Some(variables.into_iter().map(|(name, value)| (name.into(), value.into())).collect());
        self
    }

    /// The configuration. Environment variables that are not understood are told on stderr.
    ///
    /// # Errors
    /// All that is wrong with it.
    pub fn load(&self) -> Result<Config, Report> {
        let (text, tree) = self.parse()?;
        self.load_text(&text, tree)
    }

    /// The same, of a text that has been read.
    pub(super) fn load_text(&self, text: &str, tree: Node) -> Result<Config, Report> {
        let (config, report) = self.resolve(text, &tree, self.chosen(&tree), false);
        match config {
            Some(config) if !report.has_errors() => {
                // As one: stderr hears of a kind of trouble once a second.
                let warnings: Vec<_> = report.problems().map(ToString::to_string).collect();
                if !warnings.is_empty() {
                    trouble::report(Trouble::Configuration, format_args!("{}", warnings.join("; ")));
                }
                Ok(config)
            }
            _ => Err(report),
        }
    }

    /// Looks for all that is wrong, also in profiles that are not chosen; see [`check`].
    #[must_use]
    pub fn check(&self) -> Report {
        let (text, tree) = match self.parse() {
            Ok(parsed) => parsed,
            Err(report) => return report,
        };
        let chosen = self.chosen(&tree);
        let (_, mut report) = self.resolve(&text, &tree, chosen.clone(), true);
        for name in profiles::names(&tree) {
            if chosen.as_ref().is_none_or(|(chosen, _)| *chosen != name) {
                report.extend(self.resolve(&text, &tree, Some((name, Origin::Code)), false).1);
            }
        }
        report.sort();
        report
    }

    /// Puts the logger into service.
    ///
    /// # Errors
    /// As for [`init_from`].
    #[track_caller]
    pub fn init(&self) -> Result<Guard, InitError> {
        self.load()?.builder()?.init()
    }

    /// The text of the file, and the tree that it is.
    pub(super) fn parse(&self) -> Result<(String, Node), Report> {
        let text = std::fs::read(&self.path).map_err(|error| self.whole(std::format!("cannot be read: {error}")))?;
        let text = String::from_utf8(text).map_err(|error| {
            let valid = String::from_utf8_lossy(&error.as_bytes()[..error.utf8_error().valid_up_to()]).into_owned();
            let mut report = Report::default();
            let source = Source { path: Some(&self.path), text: &valid };
            report.error(source.origin(&super::document::Place::Text(valid.len())), "this is not UTF-8".into());
            report
        })?;
        let tree = self.parse_text(&text)?;
        Ok((text, tree))
    }

    pub(super) fn parse_text(&self, text: &str) -> Result<Node, Report> {
        let extension = self.path.extension().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
        let _source = Source { path: Some(&self.path), text };
        match extension.as_str() {
            #[cfg(feature = "toml")]
            "toml" => parsed(read_toml(text), &_source),
            #[cfg(feature = "json")]
            "json" => parsed(read_json(text), &_source),
            extension if ["toml", "json"].contains(&extension) => {
                Err(self.whole(std::format!("rlog is built without its feature `{extension}`")))
            }
            _ => Err(self.whole("unknown format; the name must end in `.toml` or `.json`".into())),
        }
    }

    pub(super) fn whole(&self, message: String) -> Report {
        let mut report = Report::default();
        report.error(Origin::File(self.path.clone()), message);
        report
    }

    /// The profile to take, and who says so.
    fn chosen(&self, tree: &Node) -> Option<(String, Origin)> {
        if let Some(profile) = &self.profile {
            return Some((profile.clone(), Origin::Code));
        }
        if let Some(profile) = environment::value(&self.all_variables(), PROFILE) {
            return Some((profile.to_string(), Origin::Variable(PROFILE.into())));
        }
        match tree.at(&["profile".into()]) {
            Some(Node { item: Item::Text(profile), .. }) => Some((profile.clone(), Origin::File(self.path.clone()))),
            _ => None,
        }
    }

    fn all_variables(&self) -> Vec<(String, String)> {
        self.variables.clone().unwrap_or_else(environment::of_process)
    }

    /// The configuration of a profile, and what is wrong with it; with `on_disk` also on this machine.
    fn resolve(
        &self,
        text: &str,
        tree: &Node,
        profile: Option<(String, Origin)>,
        on_disk: bool,
    ) -> (Option<Config>, Report) {
        let source = Source { path: Some(&self.path), text };
        let mut report = Report::default();
        let mut found = Found::default();
        outline(tree, &mut found);
        let resolved = profiles::resolve(tree, profile.as_ref().map(|(name, _)| name.as_str()), &mut found);
        report.extend(found.report(tree, &source));
        let resolved = match (resolved, profile) {
            (Ok(resolved), _) => resolved,
            (Err(message), profile) => {
                let origin = match profile {
                    Some((_, Origin::File(_))) => source.origin(&tree.place_of(&["profile".into()], false)),
                    Some((_, origin)) => origin,
                    None => Origin::Code,
                };
                report.add(Problem { severity: Severity::Error, message, path: "profile".into(), origin });
                return (None, report);
            }
        };
        let mut variables = environment::settings(&self.all_variables());
        loop {
            let (config, read) = read(&resolved, &variables, &source, on_disk);
            let (environment, file): (Vec<_>, Vec<_>) =
                read.into_problems().into_iter().partition(|problem| matches!(problem.origin, Origin::Variable(_)));
            if environment.is_empty() {
                file.into_iter().for_each(|problem| report.add(problem));
                report.sort();
                return (config, report);
            }
            // They are left out, and the rest is looked at again.
            variables.retain(|Variable { name, .. }| {
                !environment.iter().any(|problem| problem.origin == Origin::Variable(name.clone()))
            });
            environment.into_iter().for_each(|problem| report.add(problem));
        }
    }
}

impl fmt::Debug for Loader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Any of the variables may be a secret.
        let names = |variables: &Vec<(String, String)>| variables.iter().map(|(name, _)| name.clone()).collect();
        let variables: Option<Vec<String>> = self.variables.as_ref().map(names);
        let mut shown = f.debug_struct("Loader");
        shown.field("path", &self.path).field("profile", &self.profile).field("variables", &variables);
        #[cfg(feature = "reload")]
        shown.field("interval", &self.interval).field("hangup", &self.hangup);
        shown.finish()
    }
}

/// Reads a tree with variables on top. What is wrong because of a variable has its name.
fn read(tree: &Node, variables: &[Variable], source: &Source<'_>, on_disk: bool) -> (Option<Config>, Report) {
    let mut tree = tree.clone();
    let mut report = Report::default();
    for variable in variables {
        if let Err(message) = variable.apply(&mut tree, &environment::targets) {
            let origin = Origin::Variable(variable.name.clone());
            report.add(Problem { severity: Severity::Warning, message, path: String::new(), origin });
        }
    }
    let mut reader = Reader::default();
    let config = Config::read(&tree, &mut reader);
    let wrong = reader.found.parts();
    report.extend(reader.found.report(&tree, source));
    // Of what could be read the rest is told at once, too. Variables are left out first: nothing may follow from their mistakes.
    let is_left_out = report.problems().any(|problem| matches!(problem.origin, Origin::Variable(_)));
    if let Some(config) = config.as_ref().filter(|_| !is_left_out) {
        report.extend(config.look(on_disk, wrong).report(&tree, source));
    }
    (config, report)
}

/// What is outside of the settings that profiles change: `profile` and `profiles` themselves.
fn outline(tree: &Node, found: &mut Found) {
    let text = |path: &[String], found: &mut Found| match tree.at(path).map(|node| &node.item) {
        None | Some(Item::Null | Item::Text(_)) => {}
        Some(item) => found.value(path, std::format!("expected the name of a profile, got {}", item.kind())),
    };
    text(&["profile".into()], found);
    let path = ["profiles".into()];
    match tree.at(&path).map(|node| &node.item) {
        None | Some(Item::Null) => {}
        Some(Item::Table(profiles)) => {
            for entry in profiles.entries() {
                text(&["profiles".into(), entry.key.clone(), "inherits".into()], found);
            }
        }
        Some(item) => found.value(&path, std::format!("expected a table of profiles, got {}", item.kind())),
    }
}

const PROFILE: &str = "RLOG_PROFILE";
