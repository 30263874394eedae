//! What directives come to in this program, and why one of them has no effect.

use crate::callsite::Callsite;
use crate::callsite::catalogue::callsites;
use crate::level::{Level, STATIC_MAX_LEVEL};
use crate::logger::directives::Directives;
use crate::logger::names::{covers, segments};
use crate::nearest::distance;
use core::fmt;
use std::collections::BTreeMap;
use std::string::String;
use std::vec::Vec;

/// What [directives](crate::Builder::directives) come to in this program: one answer for each that has no effect.
///
/// Since all statements are known, one that matches none of them can say so, and which it might mean; and so can one that
/// could only be met by statements that the compile-time floor has removed. Where the platform does not list statements before
/// they have run there are no answers.
///
/// ```
/// for answer in rlog_runtime::check_directives("shp=debug") {
///     println!("{answer}");
/// }
/// ```
#[must_use]
pub fn check_directives(directives: &str) -> Vec<DirectiveAnswer> {
    let (directives, errors) = Directives::parse(directives);
    let mut answers: Vec<_> = errors.iter().map(|error| DirectiveAnswer { text: format!("{error}") }).collect();
    answers.extend(answers_to(&directives));
    answers
}

/// Why a directive has no effect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DirectiveAnswer {
    text: String,
}

impl fmt::Display for DirectiveAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Those that are understood and have no effect.
pub(super) fn answers_to(directives: &Directives) -> Vec<DirectiveAnswer> {
    let statements: Vec<_> = callsites().filter(|callsite| !callsite.has_dynamic_target()).collect();
    let mut answers = Vec::new();
    if statements.is_empty() {
        return answers;
    }
    let directives = directives.entries().map(|(target, level)| (target, level, level_text(target, level)));
    for (target, level, text) in directives {
        let mut covered = statements.iter().filter(|callsite| covers(target, callsite.target())).peekable();
        let why = if level >= Level::SILENT {
            // Whoever wants none gets none.
            None
        } else if target.is_empty() {
            below_the_floor(level)
        } else if covered.peek().is_none() {
            Some(matches_nothing(target, &statements))
        } else {
            below_the_floor(level)
        };
        answers.extend(why.map(|why| DirectiveAnswer { text: format!("`{text}` {why}") }));
    }
    answers
}

fn level_text(target: &str, level: Level) -> String {
    let mut directives = Directives::new();
    directives.set(target, level);
    format!("{directives}")
}

fn below_the_floor(level: Level) -> Option<String> {
    if level >= STATIC_MAX_LEVEL || STATIC_MAX_LEVEL == Level::TRACE {
        return None;
    }
    Some(match STATIC_MAX_LEVEL {
        Level::SILENT => String::from("has no effect: the program was built without any statements (`max_level_off`)"),
        floor => {
            format!("shows nothing below `{floor}`: the program was built without statements that are less severe")
        }
    })
}

/// The targets that are near, best first, each with the number of its statements.
fn matches_nothing(target: &str, statements: &[&'static Callsite]) -> String {
    let mut known: BTreeMap<&str, usize> = BTreeMap::new();
    for callsite in statements {
        // All names above it are targets that a directive may name.
        let whole = callsite.target();
        let ends = segments(whole).map(|segment| segment.as_ptr().addr() - whole.as_ptr().addr() + segment.len());
        for end in ends {
            *known.entry(&whole[..end]).or_default() += 1;
        }
    }
    let wanted = target.to_ascii_lowercase();
    let best = known.iter().filter_map(|(name, count)| Some((remoteness(&wanted, name)?, *name, *count))).min();
    match best {
        Some((_, name, 1)) => format!("matches nothing; did you mean `{name}` (1 statement)?"),
        Some((_, name, count)) => format!("matches nothing; did you mean `{name}` ({count} statements)?"),
        None => String::from("matches nothing"),
    }
}

/// How far a name is from what was wanted; `None` is too far to be meant. Somebody who writes `db` may mean `my_db` or
/// `app::db`, too.
fn remoteness(wanted: &str, name: &str) -> Option<usize> {
    let name = name.to_ascii_lowercase();
    let last = segments(&name).last().unwrap_or_default();
    let whole = distance(wanted, &name);
    if whole <= wanted.len().max(3).div_ceil(3) {
        return Some(whole);
    }
    if last == wanted || name.ends_with(&format!("::{wanted}")) {
        return Some(wanted.len());
    }
    let near = distance(wanted, last);
    if near <= wanted.len().max(3) / 3 {
        return Some(wanted.len() + near);
    }
    last.split('_').any(|word| word == wanted).then_some(wanted.len() * 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_look_alike_or_end_alike_are_near() {
        for (wanted, near, far) in [
            ("app::bd", "app::db", "app"),
            ("db", "my_db", "shop"),
            ("db", "app::db", "app::web"),
            ("pool", "app::db::pool", "app::db"),
        ] {
            let near = remoteness(wanted, near).expect("near");
            assert!(remoteness(wanted, far).is_none_or(|far| far > near), "{wanted}");
        }
        assert_eq!(remoteness("verbose", "app::db"), None);
    }
}
