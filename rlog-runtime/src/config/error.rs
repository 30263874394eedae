//! Everything that is wrong with a configuration.

use crate::handler::OpenError;
use crate::logger::directives::Directives;
use crate::logger::routes::{MAX_DIRECT, MAX_QUEUED};
use std::string::String;
use std::vec::Vec;
use std::{fmt, io};

/// Why a logger could not be put into service, or not be changed there: all that is wrong with its configuration, not just the
/// first thing. Nothing has changed then.
#[derive(Debug)]
pub struct InitError {
    problems: Vec<Problem>,
    /// It was to be changed, and not to be put into service.
    is_change: bool,
}

#[derive(Debug)]
struct Problem {
    message: String,
    source: Option<io::Error>,
}

impl InitError {
    pub(super) fn new(problem: String) -> Self {
        let mut problems = Problems::default();
        problems.add(problem);
        problems.into_error()
    }

    /// The same, of a logger that was to be changed.
    pub(super) fn of_change(self) -> Self {
        Self { is_change: true, ..self }
    }

    /// The same in other words, where there are any.
    #[cfg(feature = "config")]
    pub(super) fn reword(mut self, words: impl Fn(&str) -> Option<String>) -> Self {
        for problem in &mut self.problems {
            if let Some(message) = words(&problem.message) {
                problem.message = message;
            }
        }
        self
    }

    /// What is wrong, one text for each problem.
    pub fn problems(&self) -> impl Iterator<Item = &str> {
        self.problems.iter().map(|problem| problem.message.as_str())
    }
}

impl fmt::Display for InitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let attempt = if self.is_change { "change" } else { "initialise" };
        match self.problems.as_slice() {
            [problem] => write!(f, "cannot {attempt} the logger: {}", problem.message),
            problems => {
                write!(f, "cannot {attempt} the logger, {} problems:", problems.len())?;
                problems.iter().try_for_each(|problem| write!(f, "\n  - {}", problem.message))
            }
        }
    }
}

impl std::error::Error for InitError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        let source = self.problems.iter().find_map(|problem| problem.source.as_ref())?;
        Some(source)
    }
}

/// That a handler has no place any more, and what to do about it.
pub(super) fn no_place(handler: &str, sync: bool) -> String {
    let (most, which) = if sync { (MAX_DIRECT, "are") } else { (MAX_QUEUED, "are not") };
    format!(
        "handler `{handler}`: there are {most} handlers that {which} `sync` already, and no place for more; hand some of them \
         to a `FanOut` or `Routing`, which hold any number"
    )
}

/// Gathers problems.
#[derive(Debug, Default)]
pub(super) struct Problems(Vec<Problem>);

impl Problems {
    pub(super) fn add(&mut self, message: String) {
        self.0.push(Problem { message, source: None });
    }

    pub(super) fn add_open_error(&mut self, error: OpenError) {
        let message = format!("{}: {}", error.message, error.source);
        self.0.push(Problem { message, source: Some(error.source) });
    }

    /// The good directives of a text that comes from `origin`.
    pub(super) fn directives(&mut self, origin: &str, text: &str) -> Directives {
        let (directives, errors) = Directives::parse(text);
        for error in errors {
            self.add(format!("{origin}: {error}"));
        }
        directives
    }

    pub(super) fn messages(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|problem| problem.message.as_str())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn into_result(self) -> Result<(), InitError> {
        if self.0.is_empty() { Ok(()) } else { Err(self.into_error()) }
    }

    pub(super) fn into_error(self) -> InitError {
        InitError { problems: self.0, is_change: false }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_says_what_was_attempted_and_all_problems() {
        let error = InitError::new("a".into());
        assert_eq!(format!("{error}"), "cannot initialise the logger: a");
        assert_eq!(format!("{}", error.of_change()), "cannot change the logger: a");
        let mut problems = Problems::default();
        problems.add("a".into());
        problems.add("b".into());
        let error = problems.into_error().of_change();
        assert_eq!(format!("{error}"), "cannot change the logger, 2 problems:\n  - a\n  - b");
    }
}
