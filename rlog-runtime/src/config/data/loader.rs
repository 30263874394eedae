//! From a file to a configuration: text, profile, environment, in this order.

use super::Config;
use super::apply::{Aim, Ready};
use super::blame::blame;
#[cfg(feature = "json")]
use super::document::read_json;
#[cfg(feature = "toml")]
use super::document::read_toml;
use super::document::{Item, Node, Place};
use super::environment::{self, Variable};
#[cfg(any(feature = "toml", feature = "json"))]
use super::model::parsed;
use super::report::{Found, Origin, Problem, Report, Severity, Source};
use super::setting::{Reader, Setting};
use super::{names, profiles};
use crate::config::{Guard, InitError};
use crate::trouble::{self, Trouble};
use core::fmt;
#[cfg(feature = "reload")]
use core::time::Duration;
use std::boxed::Box;
use std::path::{Path, PathBuf};
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

/// Reads a configuration: a file, or what a program has of its own, such as a text that is built into it.
///
/// 1. The file is read, as TOML or JSON by its extension.
/// 2. A profile is laid on top: the one of [`Loader::profile`]; if that is not set, the one that the environment variable
///    `RLOG_PROFILE` names; or else the one that the file names under `profile`.
/// 3. Environment variables are laid on top of that: `RLOG_LEVEL`, and `RLOG__HANDLERS__FILE__PATH` for `handlers.file.path`
///    and so on. What is wrong in them, or with the file because of them, must not keep a service from starting: they are left
///    out, which stderr is told. Only a profile that is not there does, as nobody knows what it was to change.
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
    input: Input,
    profile: Option<String>,
    variables: Option<Vec<(String, String)>>,
    #[cfg(feature = "reload")]
    pub(super) interval: Duration,
    #[cfg(feature = "reload")]
    pub(super) hangup: bool,
}

/// What is read.
#[derive(Clone)]
enum Input {
    File(PathBuf),
    #[cfg(feature = "toml")]
    Toml(String),
    #[cfg(feature = "json")]
    Json(String),
    Code(Box<Config>),
}

impl Loader {
    /// Reads this file.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self::of(Input::File(path.into()))
    }

    /// Reads this TOML, such as one that is built into the program: `include_str!("logging.toml")`.
    ///
    /// ```
    /// use rlog_runtime::Level;
    /// use rlog_runtime::config::Loader;
    ///
    /// let text = "level = 'info'\n[profiles.production]\nlevel = 'notice'";
    /// let config = Loader::from_toml(text).profile("production").load()?;
    /// assert_eq!(config.level, Some(Level::NOTICE));
    /// # Ok::<(), rlog_runtime::config::Report>(())
    /// ```
    #[cfg(feature = "toml")]
    pub fn from_toml(text: impl Into<String>) -> Self {
        Self::of(Input::Toml(text.into()))
    }

    /// Reads this JSON, as [`Loader::from_toml`] reads TOML.
    #[cfg(feature = "json")]
    pub fn from_json(text: impl Into<String>) -> Self {
        Self::of(Input::Json(text.into()))
    }

    /// Takes what code says as if it stood in a file: profiles and the environment change it.
    ///
    /// ```
    /// use rlog_runtime::Level;
    /// use rlog_runtime::config::{Config, Loader, Settings};
    ///
    /// let config = Config::default().level(Level::INFO).add_profile("quiet", Settings::new().set("level", "error"));
    /// let config = Loader::from_config(config).variables([("RLOG_PROFILE", "quiet")]).load()?;
    /// assert_eq!(config.level, Some(Level::ERROR));
    /// # Ok::<(), rlog_runtime::config::Report>(())
    /// ```
    pub fn from_config(config: Config) -> Self {
        Self::of(Input::Code(Box::new(config)))
    }

    fn of(input: Input) -> Self {
        Self {
            input,
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
        self.load_for(Aim::Read)
    }

    pub(super) fn load_for(&self, aim: Aim) -> Result<Config, Report> {
        let (text, tree) = self.parse()?;
        let Resolved { config, report, .. } = self.resolve(&text, &tree, self.chosen(&tree), aim);
        config.filter(|_| !report.has_errors()).inspect(|_| warn(&report)).ok_or(report)
    }

    /// Looks for all that is wrong, also in profiles that are not chosen; see [`check`].
    #[must_use]
    pub fn check(&self) -> Report {
        let (text, tree) = match self.parse() {
            Ok(parsed) => parsed,
            Err(report) => return report,
        };
        let chosen = self.chosen(&tree);
        let mut report = self.resolve(&text, &tree, chosen.clone(), Aim::Check).report;
        for name in profiles::names(&tree) {
            if chosen.as_ref().is_none_or(|(chosen, _)| *chosen != name) {
                report.extend(self.resolve(&text, &tree, Some((name, Some(Origin::Code))), Aim::Read).report);
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
        let (text, tree) = self.parse()?;
        self.ready(&text, &tree)?.init()
    }

    /// What is to be put into service. As much as possible is found out about what will keep it from that, while places in the
    /// file are known.
    pub(super) fn ready(&self, text: &str, tree: &Node) -> Result<Ready, Report> {
        let Resolved { ready, report, .. } = self.resolve(text, tree, self.chosen(tree), Aim::Apply);
        ready.filter(|_| !report.has_errors()).inspect(|_| warn(&report)).ok_or(report)
    }

    /// The text, if there is any, and the tree that it is.
    pub(super) fn parse(&self) -> Result<(String, Node), Report> {
        let (text, tree) = match &self.input {
            Input::File(path) => self.parse_file(path)?,
            #[cfg(feature = "toml")]
            Input::Toml(text) => (text.clone(), parsed(read_toml(text), &self.source(text))?),
            #[cfg(feature = "json")]
            Input::Json(text) => (text.clone(), parsed(read_json(text), &self.source(text))?),
            Input::Code(config) => (String::new(), Node::new(Item::Table(config.settings().table), Place::Code)),
        };
        Ok((text, tree))
    }

    fn parse_file(&self, path: &Path) -> Result<(String, Node), Report> {
        let text = std::fs::read(path).map_err(|error| self.whole(std::format!("cannot be read: {error}")))?;
        let text = String::from_utf8(text).map_err(|error| {
            let valid = String::from_utf8_lossy(&error.as_bytes()[..error.utf8_error().valid_up_to()]).into_owned();
            let mut report = Report::default();
            report.error(self.source(&valid).origin(&Place::Text(valid.len())), "this is not UTF-8".into());
            report
        })?;
        let extension = path.extension().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
        let tree = match extension.as_str() {
            #[cfg(feature = "toml")]
            "toml" => parsed(read_toml(&text), &self.source(&text)),
            #[cfg(feature = "json")]
            "json" => parsed(read_json(&text), &self.source(&text)),
            extension if ["toml", "json"].contains(&extension) => {
                Err(self.whole(std::format!("rlog is built without its feature `{extension}`")))
            }
            _ => Err(self.whole("unknown format; the name must end in `.toml` or `.json`".into())),
        };
        tree.map(|tree| (text, tree))
    }

    /// The file that is read, if it is one.
    pub(super) fn file(&self) -> Option<&Path> {
        match &self.input {
            Input::File(path) => Some(path),
            _ => None,
        }
    }

    fn source<'a>(&'a self, text: &'a str) -> Source<'a> {
        Source { path: self.file(), text }
    }

    pub(super) fn whole(&self, message: String) -> Report {
        let mut report = Report::default();
        report.error(self.file().map_or(Origin::Code, |path| Origin::File(path.into())), message);
        report
    }

    /// The profile to take, and who says so. Nobody else if the tree does.
    fn chosen(&self, tree: &Node) -> Option<(String, Option<Origin>)> {
        if let Some(profile) = &self.profile {
            return Some((profile.clone(), Some(Origin::Code)));
        }
        if let Some(profile) = environment::value(&self.all_variables(), PROFILE) {
            return Some((profile.to_string(), Some(Origin::Variable(PROFILE.into()))));
        }
        match tree.at(&["profile".into()]) {
            Some(Node { item: Item::Text(profile), .. }) => Some((profile.clone(), None)),
            _ => None,
        }
    }

    fn all_variables(&self) -> Vec<(String, String)> {
        self.variables.clone().unwrap_or_else(environment::of_process)
    }

    /// The configuration of a profile, and what is wrong with it.
    pub(super) fn resolve(
        &self,
        text: &str,
        tree: &Node,
        profile: Option<(String, Option<Origin>)>,
        aim: Aim,
    ) -> Resolved {
        let source = self.source(text);
        let mut report = Report::default();
        let mut found = Found::default();
        outline(tree, &mut found);
        let unified = names::unify(tree, &mut found);
        let resolved = profiles::resolve(&unified, profile.as_ref().map(|(name, _)| name.as_str()), &mut found);
        report.extend(found.report(tree, &source));
        let resolved = match (resolved, profile) {
            (Ok(resolved), _) => resolved,
            (Err(message), profile) => {
                let origin = profile.and_then(|(_, origin)| origin);
                let origin = origin.unwrap_or_else(|| source.origin(&tree.place_of(&["profile".into()], false)));
                report.add(Problem { severity: Severity::Error, message, path: "profile".into(), origin });
                return Resolved { report, ..Resolved::default() };
            }
        };
        let mut variables = environment::settings(&self.all_variables());
        loop {
            let mut read = read(&resolved, &variables, &source, aim);
            let is_right = read.report.is_empty() && !report.has_errors();
            if let Some(config) = read.config.as_ref().filter(|_| is_right && aim == Aim::Apply) {
                let (builder, found) = config.make(aim);
                read.ready = Some(Ready::new(builder, config, &read.tree, &source));
                read.report.extend(found.report(&read.tree, &source));
            } else {
                read.report =
                    blame(read.report, &variables, |variables| read_again(&resolved, variables, &source, aim));
            }
            let (environment, file): (Vec<_>, Vec<_>) = read
                .report
                .into_problems()
                .into_iter()
                .partition(|problem| matches!(problem.origin, Origin::Variable(_)));
            if environment.is_empty() {
                file.into_iter().for_each(|problem| report.add(problem));
                report.sort();
                return Resolved { report, ..read };
            }
            // They are left out, and the rest is looked at again.
            variables.retain(|Variable { name, .. }| {
                !environment.iter().any(|problem| problem.origin == Origin::Variable(name.clone()))
            });
            environment.into_iter().for_each(|problem| report.add(problem));
        }
    }
}

/// Without the values of variables, and without what stands in a text: there may be secrets among them.
impl fmt::Debug for Loader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.variables.as_ref().map(|all| all.iter().map(|(name, _)| name).collect::<Vec<_>>());
        f.debug_struct("Loader")
            .field("file", &self.file())
            .field("profile", &self.profile)
            .field("variables", &names)
            .finish_non_exhaustive()
    }
}

/// What came of reading.
#[derive(Default)]
pub(super) struct Resolved {
    config: Option<Config>,
    /// What it was read from.
    tree: Node,
    /// If it is to be put into service.
    ready: Option<Ready>,
    pub(super) report: Report,
}

/// Tells stderr what is wrong with variables. As one: it hears of a kind of trouble once a second.
fn warn(report: &Report) {
    let warnings: Vec<_> = report.problems().map(ToString::to_string).collect();
    if !warnings.is_empty() {
        trouble::report(Trouble::Configuration, format_args!("{}", warnings.join("; ")));
    }
}

/// Reads a tree with variables on top. What is wrong because of a variable has its name.
fn read(tree: &Node, variables: &[Variable], source: &Source<'_>, aim: Aim) -> Resolved {
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
    let wrong = reader.found.wrong();
    report.extend(reader.found.report(&tree, source));
    // Of what could be read the rest is told at once, too. Variables are left out first: nothing may follow from their mistakes.
    let is_left_out = report.problems().any(|problem| matches!(problem.origin, Origin::Variable(_)));
    if let Some(config) = config.as_ref().filter(|_| !is_left_out) {
        report.extend(config.look(aim, wrong).report(&tree, source));
    }
    Resolved { config, tree, ready: None, report }
}

fn read_again(tree: &Node, variables: &[Variable], source: &Source<'_>, aim: Aim) -> Vec<Problem> {
    read(tree, variables, source, aim).report.into_problems()
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
