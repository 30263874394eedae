//! Everything that is wrong with a configuration.

use crate::handler::OpenError;
use crate::logger::directives::Directives;
use std::string::String;
use std::vec::Vec;
use std::{fmt, io};

/// Why a logger could not be put into service: all that is wrong with its configuration, not just the first thing.
/// Nothing has changed then.
#[derive(Debug)]
pub struct InitError {
    problems: Vec<Problem>,
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

    /// What is wrong, one text for each problem.
    pub fn problems(&self) -> impl Iterator<Item = &str> {
        self.problems.iter().map(|problem| problem.message.as_str())
    }
}

impl fmt::Display for InitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.problems.as_slice() {
            [problem] => write!(f, "cannot initialise the logger: {}", problem.message),
            problems => {
                write!(f, "cannot initialise the logger, {} problems:", problems.len())?;
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
        InitError { problems: self.0 }
    }
}
