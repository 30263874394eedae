//! Names as a filter: which targets are let through, and which are not.

use super::{Filter, Interest, Verdict};
use crate::callsite::Callsite;
use crate::logger::names::{canonical, covers, segments};
use crate::record::Record;
use std::borrow::Cow;
use std::string::String;
use std::vec::Vec;

/// Lets records through by their target: those of some, or those of all but some.
///
/// A name covers itself and what is below it, segment by segment: `app` covers `app::db` and `app.db`, not `apple`; `.` and
/// `::` are the same. The longest name that covers a target decides, so that an exception can have exceptions. Of targets
/// that no name covers, all are let through unless [`only`](Targets::only) says otherwise.
///
/// It is decided per statement and costs nothing per record.
///
/// ```
/// use rlog_runtime::Console;
/// use rlog_runtime::filter::Targets;
///
/// // The program's own, without its noisiest part.
/// let own = Console::stderr().filter(Targets::only(["shop"]).except(["shop::db::pool"]));
/// // Everything but what one dependency says.
/// let others = Console::stderr().filter(Targets::except_for(["hyper"]));
/// # let _ = (own, others);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Targets {
    /// What happens to targets that no name covers.
    others: bool,
    /// Names, and whether what they cover is let through. Those of more segments come first.
    names: Vec<(String, bool)>,
}

impl Targets {
    /// Lets through what these names cover, and nothing else.
    #[must_use]
    pub fn only<S: Into<String>>(names: impl IntoIterator<Item = S>) -> Self {
        Self { others: false, names: Vec::new() }.and(names, true)
    }

    /// Lets through all but what these names cover.
    #[must_use]
    pub fn except_for<S: Into<String>>(names: impl IntoIterator<Item = S>) -> Self {
        Self { others: true, names: Vec::new() }.and(names, false)
    }

    /// Does not let through what these names cover. A name that was given before is changed.
    #[must_use]
    pub fn except<S: Into<String>>(self, names: impl IntoIterator<Item = S>) -> Self {
        self.and(names, false)
    }

    /// Lets through what these names cover, though a shorter name does not.
    #[must_use]
    pub fn but<S: Into<String>>(self, names: impl IntoIterator<Item = S>) -> Self {
        self.and(names, true)
    }

    fn and<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>, accepts: bool) -> Self {
        for name in names {
            let name = canonical(&name.into());
            self.names.retain(|(known, _)| *known != name);
            self.names.push((name, accepts));
        }
        self.names.sort_by_key(|(name, _)| core::cmp::Reverse(segments(name).count()));
        self
    }

    fn accepts(&self, target: &str) -> bool {
        self.names.iter().find(|(name, _)| covers(name, target)).map_or(self.others, |(_, accepts)| *accepts)
    }
}

impl Filter for Targets {
    fn decide(&self, record: &Record<'_>) -> Verdict {
        self.accepts(record.target()).into()
    }

    fn interest(&self, callsite: &Callsite) -> Interest {
        self.accepts(callsite.target()).into()
    }

    fn name(&self) -> Cow<'static, str> {
        let list = |accepts| {
            let names = self.names.iter().filter(|name| name.1 == accepts);
            names.map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(", ")
        };
        let (accepted, refused) = (list(true), list(false));
        Cow::Owned(match (self.others, accepted.is_empty(), refused.is_empty()) {
            (true, _, true) => String::from("all targets"),
            (false, true, _) => String::from("no target"),
            (true, true, false) => format!("targets except {refused}"),
            (true, false, false) => format!("targets except {refused}, but {accepted}"),
            (false, false, true) => format!("only targets {accepted}"),
            (false, false, false) => format!("only targets {accepted}, except {refused}"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::made::Made;
    use super::*;
    use crate::level::Level;

    #[test]
    fn the_longest_name_decides_whatever_the_separators() {
        let filter = Targets::only(["app", "audit.log"]).except(["app::db"]).but(["app.db.pool"]);
        for (target, expected) in [
            ("app", true),
            ("app::web", true),
            ("apple", false),
            ("app::db", false),
            ("app.db.query", false),
            ("app::dbx", true),
            ("app::db::pool", true),
            ("app.db.pool.x", true),
            ("audit", false),
            ("audit::log", true),
            ("other", false),
        ] {
            let made = Made::new(Level::INFO, &format!(".{target}\u{1f}f"));
            assert_eq!(filter.interest(made.callsite()), expected.into(), "{target}");
            assert_eq!(matches!(filter.decide(&made.record()), Verdict::Accept), expected, "{target}");
        }
    }

    #[test]
    fn others_pass_unless_only_some_were_asked_for() {
        assert!(Targets::except_for(["hyper"]).accepts("app"));
        assert!(!Targets::except_for(["hyper"]).accepts("hyper::client"));
        assert!(!Targets::only(["hyper"]).accepts("app"));
        assert!(!Targets::only::<String>([]).accepts("app"));
        assert!(Targets::except_for::<String>([]).accepts("app"));
        assert!(!Targets::except_for([""]).but(["app"]).accepts("other"));
        assert!(Targets::except_for([""]).but(["app"]).accepts("app"));
    }

    #[test]
    fn of_two_decisions_about_one_name_the_later_holds() {
        assert!(Targets::except_for(["a.b"]).but(["a::b"]).accepts("a::b"));
    }

    #[test]
    fn its_name_lists_the_names() {
        for (filter, expected) in [
            (Targets::only(["a", "b.c"]), "only targets b::c, a"),
            (Targets::only(["a"]).except(["a.b"]), "only targets a, except a::b"),
            (Targets::except_for(["a"]), "targets except a"),
            (Targets::except_for(["a"]).but(["a.b"]), "targets except a, but a::b"),
            (Targets::only::<String>([]), "no target"),
        ] {
            assert_eq!(filter.name(), expected);
        }
    }
}
