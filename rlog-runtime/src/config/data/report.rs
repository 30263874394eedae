//! What is wrong with a configuration: everything at once, each with its place.

use super::document::{Node, Place, line_and_column};
use super::handlers::HandlerSettings;
use super::setting::Section;
use core::fmt;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::string::{String, ToString};
use std::vec::Vec;

/// All that is wrong with a configuration, in the order of its text.
///
/// As text it is one line for each problem, in the form that editors know:
///
/// ```text
/// app.toml:7:9: error: handlers.file.level: unknown level `inf`; did you mean `info`?
/// RLOG__HANDLERS__FIEL__PATH: warning: handlers.fiel: there is no handler `fiel`; did you mean `file`?
/// ```
///
/// No problem shows a value whose key looks like a secret.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    problems: Vec<Problem>,
}

/// One thing that is wrong with a configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Problem {
    /// Whether the configuration can be used all the same.
    pub severity: Severity,
    /// What is wrong, and what to write instead.
    pub message: String,
    /// The setting, such as `handlers.file.level`. Empty if it is about the whole.
    pub path: String,
    /// Where it is written.
    pub origin: Origin,
}

/// How bad a [`Problem`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The configuration holds without what is wrong: an environment variable that nothing understands.
    Warning,
    /// Nothing of the configuration is applied.
    Error,
}

/// Where a [`Problem`] was written.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Origin {
    /// In code, or nowhere in particular.
    Code,
    /// In a file, or in a text that has no path.
    Text {
        /// The file.
        path: Option<PathBuf>,
        /// The line, from 1.
        line: usize,
        /// The column, from 1, in characters.
        column: usize,
    },
    /// In this environment variable.
    Variable(String),
    /// It is about this file as a whole: it cannot be read.
    File(PathBuf),
}

impl Report {
    /// The problems.
    pub fn problems(&self) -> impl Iterator<Item = &Problem> {
        self.problems.iter()
    }

    /// Whether the configuration cannot be applied.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.problems.iter().any(|problem| problem.severity == Severity::Error)
    }

    /// Whether nothing is wrong at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.problems.is_empty()
    }

    /// How many problems there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.problems.len()
    }

    pub(super) fn add(&mut self, problem: Problem) {
        if !self.problems.contains(&problem) {
            self.problems.push(problem);
        }
    }

    pub(super) fn error(&mut self, origin: Origin, message: String) {
        self.add(Problem { severity: Severity::Error, message, path: String::new(), origin });
    }

    /// One that says only this.
    #[cfg(feature = "reload")]
    pub(super) fn of(message: String) -> Self {
        let mut report = Self::default();
        report.error(Origin::Code, message);
        report
    }

    pub(super) fn extend(&mut self, other: Self) {
        other.problems.into_iter().for_each(|problem| self.add(problem));
    }

    pub(super) fn into_problems(self) -> Vec<Problem> {
        self.problems
    }

    /// In the order of lines, then of variables, whoever found them first.
    pub(super) fn sort(&mut self) {
        self.problems.sort_by_key(|problem| match &problem.origin {
            Origin::File(_) => (0, 0, 0),
            Origin::Text { line, column, .. } => (1, *line, *column),
            Origin::Code => (2, 0, 0),
            Origin::Variable(_) => (3, 0, 0),
        });
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.problems.is_empty() {
            return f.write_str("nothing is wrong");
        }
        for (index, problem) in self.problems.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{problem}")?;
        }
        Ok(())
    }
}

impl core::error::Error for Report {}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.origin != Origin::Code {
            write!(f, "{}: ", self.origin)?;
        }
        write!(f, "{}: ", self.severity)?;
        if !self.path.is_empty() {
            write!(f, "{}: ", Plain(&self.path))?;
        }
        write!(f, "{}", Plain(&self.message))
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Warning => "warning",
            Self::Error => "error",
        })
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Code => f.write_str("code"),
            Self::Text { path: Some(path), line, column } => {
                write!(f, "{}:{line}:{column}", Plain(&path.to_string_lossy()))
            }
            Self::Text { path: None, line, column } => write!(f, "{line}:{column}"),
            Self::Variable(name) => write!(f, "{}", Plain(name)),
            Self::File(path) => write!(f, "{}", Plain(&path.to_string_lossy())),
        }
    }
}

/// Text from a file, which may hold what moves a cursor.
struct Plain<'a>(&'a str);

impl fmt::Display for Plain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for c in self.0.chars() {
            if c.is_control() { write!(f, "{}", c.escape_unicode())? } else { fmt::Write::write_char(f, c)? }
        }
        Ok(())
    }
}

/// Gathers problems by their paths, before their places are known.
#[derive(Debug, Default)]
pub(super) struct Found {
    findings: Vec<Finding>,
    /// Lists of which items could not be read, with the numbers of those that could.
    left: BTreeMap<Vec<String>, Vec<usize>>,
}

/// A problem of a setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Finding {
    pub(super) path: Vec<String>,
    /// It is about the key, not about its value.
    pub(super) at_key: bool,
    pub(super) message: String,
    /// The key below `path` that is missing.
    missing: Option<String>,
    /// So many steps of `path` lead to what it is about. Anything wrong in there may be why. `None` if it is by itself.
    about: Option<usize>,
}

/// What could not be read as it was meant.
#[derive(Debug, Default)]
pub(super) struct Wrong {
    paths: Vec<Vec<String>>,
    left: BTreeMap<Vec<String>, Vec<usize>>,
}

impl Wrong {
    /// Whether something is wrong at or below a path, or with a table that has it.
    pub(super) fn touches(&self, path: &[String]) -> bool {
        self.paths.iter().any(|wrong| wrong.starts_with(path) || path.starts_with(wrong))
    }

    /// The path in the tree of one by the numbers of items that could be read.
    fn original(&self, path: Vec<String>) -> Vec<String> {
        let mut original: Vec<String> = Vec::with_capacity(path.len());
        for step in path {
            let number = self.left.get(&original).and_then(|left| left.get(step.parse::<usize>().ok()?));
            original.push(number.map_or(step, ToString::to_string));
        }
        original
    }

    /// Whether a finding may follow from something that is wrong.
    fn explains(&self, finding: &Finding) -> bool {
        self.paths.iter().any(|wrong| {
            let within = || {
                let table = &finding.path[..finding.about?];
                let rest = wrong.strip_prefix(table)?;
                Some(!rest.first().is_some_and(|key| stands_alone(table, key)))
            };
            finding.path.starts_with(wrong) || within() == Some(true)
        })
    }
}

/// Whether what is wrong with a setting is no reason for anything else in its table to be wrong.
fn stands_alone(table: &[String], key: &str) -> bool {
    match table {
        [handlers, _] if handlers == "handlers" => HandlerSettings::KEYS.contains(&key),
        [.., redaction, rules, _] if redaction == "redaction" && rules == "rules" => {
            ["replacement", "text", "name"].contains(&key)
        }
        _ => false,
    }
}

impl Found {
    /// Something is wrong with the value of a setting.
    pub(super) fn value(&mut self, path: &[String], message: impl Into<String>) {
        self.add(path, Some(path.len()), message.into());
    }

    /// Something is wrong with the key of a setting.
    pub(super) fn key(&mut self, path: &[String], message: impl Into<String>) {
        let about = path.len().saturating_sub(1);
        self.push(Finding {
            path: path.to_vec(),
            at_key: true,
            message: message.into(),
            missing: None,
            about: Some(about),
        });
    }

    /// A setting is missing in a table.
    pub(super) fn missing(&mut self, table: &[String], key: &str, message: impl Into<String>) {
        let (path, missing) = (table.to_vec(), Some(key.into()));
        self.push(Finding { path, at_key: false, message: message.into(), missing, about: Some(table.len()) });
    }

    /// Something is wrong with the value of a setting, which is about so many steps of its path, or with what is not there to
    /// be read.
    pub(super) fn add(&mut self, path: &[String], about: Option<usize>, message: String) {
        self.push(Finding { path: path.to_vec(), at_key: false, message, missing: None, about });
    }

    fn push(&mut self, finding: Finding) {
        if !self.findings.contains(&finding) {
            self.findings.push(finding);
        }
    }

    /// Items of a list could not be read, and only these could.
    pub(super) fn left(&mut self, list: &[String], items: Vec<usize>) {
        self.left.insert(list.to_vec(), items);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.findings.is_empty()
    }

    /// What is wrong, to be looked at when more is found in what could be read.
    pub(super) fn wrong(&self) -> Wrong {
        let paths = self.findings.iter().map(|finding| finding.path.iter().chain(&finding.missing).cloned().collect());
        Wrong { paths: paths.collect(), left: self.left.clone() }
    }

    /// Without what may follow from something that is wrong, and with the paths of the tree.
    pub(super) fn without(mut self, wrong: &Wrong) -> Self {
        self.findings.iter_mut().for_each(|finding| finding.path = wrong.original(core::mem::take(&mut finding.path)));
        self.findings.retain(|finding| !wrong.explains(finding));
        self
    }

    pub(super) fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// As a report, for settings that were read from this tree, which was read from this text.
    pub(super) fn report(self, tree: &Node, source: &Source<'_>) -> Report {
        let mut report = Report::default();
        for Finding { path, at_key, message, .. } in self.findings {
            let place = tree.place_of(&path, at_key);
            let severity = match place {
                Place::Variable(_) => Severity::Warning,
                _ => Severity::Error,
            };
            report.add(Problem { severity, message, path: shown(&path), origin: source.origin(&place) });
        }
        report.sort();
        report
    }
}

/// The text of a configuration, for lines and columns.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Source<'a> {
    pub(super) path: Option<&'a std::path::Path>,
    pub(super) text: &'a str,
}

impl Source<'_> {
    pub(super) fn origin(&self, place: &Place) -> Origin {
        match place {
            Place::Code => Origin::Code,
            Place::Variable(name) => Origin::Variable(name.to_string()),
            Place::Text(position) => {
                let (line, column) = line_and_column(self.text, *position);
                Origin::Text { path: self.path.map(PathBuf::from), line, column }
            }
        }
    }
}

/// A path as text: `loggers."app.db".level`.
pub(super) fn shown(path: &[String]) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | ':');
    let steps = path.iter().map(|step| match step.chars().all(is_plain) && !step.is_empty() {
        true => step.clone(),
        false => std::format!("\"{step}\""),
    });
    steps.collect::<Vec<_>>().join(".")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_is_one_line_that_editors_understand() {
        let problem = Problem {
            severity: Severity::Error,
            message: "unknown level `in\x1bf`".into(),
            path: "level".into(),
            origin: Origin::Text { path: Some("a/b.toml".into()), line: 3, column: 9 },
        };
        assert_eq!(problem.to_string(), "a/b.toml:3:9: error: level: unknown level `in\\u{1b}f`");
        let variable =
            Problem { severity: Severity::Warning, origin: Origin::Variable("RLOG_LEVEL".into()), ..problem };
        assert!(variable.to_string().starts_with("RLOG_LEVEL: warning: level: "));
        let code = Problem { origin: Origin::Code, path: String::new(), ..variable };
        assert!(code.to_string().starts_with("warning: unknown"));
    }

    #[test]
    fn paths_quote_what_is_no_plain_name() {
        let path = ["loggers", "app.db", "app::x", ""].map(String::from);
        assert_eq!(shown(&path), "loggers.\"app.db\".app::x.\"\"");
    }
}
