//! Variables that make something wrong that stands in the file.
//!
//! What is wrong with the value of a variable is at the variable. But one that makes a file of a console has `path` be missing
//! where the file has the handler. Which variable it is comes out by reading again without it.

use super::environment::Variable;
use super::report::{Origin, Problem, Report, Severity};
use std::vec::Vec;

/// The same report, with what is wrong at a place in the file because of a variable put down to that variable: one that makes
/// a file of a console, which has no path. `read` tells what is wrong with only some of the variables.
pub(super) fn blame(report: Report, variables: &[Variable], read: impl Fn(&[Variable]) -> Vec<Problem>) -> Report {
    let is_loose = |problem: &Problem| matches!(problem.origin, Origin::Variable(_));
    if report.is_empty() || variables.is_empty() || report.problems().any(is_loose) {
        return report;
    }
    let own = read(&[]);
    let caused: Vec<_> = report.problems().filter(|problem| !own.contains(problem)).cloned().collect();
    if caused.is_empty() {
        return report;
    }
    // The one without which something is right, and nothing else wrong.
    let alone = variables.iter().enumerate().find_map(|(index, variable)| {
        let others: Vec<_> = [&variables[..index], &variables[index + 1..]].concat();
        let rest = read(&others);
        let adds = rest.iter().any(|problem| !is_loose(problem) && !report.problems().any(|known| known == problem));
        let gone: Vec<_> = caused.iter().filter(|problem| !adds && !rest.contains(problem)).cloned().collect();
        (!gone.is_empty()).then_some((variable, gone))
    });
    // Or, where several are, each of which is enough, the first.
    let first = || {
        (0..variables.len()).find_map(|index| {
            let (before, with) = (read(&variables[..index]), read(&variables[..=index]));
            let new = caused.iter().filter(|problem| !before.contains(problem) && with.contains(problem));
            let new: Vec<_> = new.cloned().collect();
            (!new.is_empty()).then_some((&variables[index], new))
        })
    };
    let Some((variable, problems)) = alone.or_else(first) else { return report };
    let mut blamed = Report::default();
    for problem in problems {
        let origin = Origin::Variable(variable.name.clone());
        blamed.add(Problem { severity: Severity::Warning, origin, ..problem });
    }
    blamed
}
