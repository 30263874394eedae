//! Filters made of filters.

use super::{Filter, Interest, Verdict};
use crate::callsite::Callsite;
use crate::record::Record;
use core::fmt;
use std::borrow::Cow;
use std::boxed::Box;
use std::vec::Vec;

/// Lets through what one of several filters lets through. They are asked in order, until one does. Of none, nothing passes.
///
/// ```
/// use rlog_runtime::filter::{RateLimit, Targets, Threshold, any};
/// use rlog_runtime::{Console, Level};
///
/// // The audit log and what is wrong, and of the rest ten a second.
/// let console = Console::stderr().filter(any((
///     Threshold::at_least(Level::WARN),
///     Targets::only(["audit"]),
///     RateLimit::per_second(10),
/// )));
/// # let _ = console;
/// ```
#[must_use]
pub fn any(filters: impl IntoFilters) -> Any {
    Any { filters: filters.into_filters() }
}

/// Lets through what all of several filters let through. They are asked in order, until one does not. Of none, everything
/// passes.
///
/// Handlers take several filters anyway, of which all have to agree; this is for use inside of [`any`] and [`not`]. Of several
/// notes that the filters leave only the first stays.
#[must_use]
pub fn all(filters: impl IntoFilters) -> All {
    All { filters: filters.into_filters() }
}

/// Lets through what the filter does not, and the reverse.
///
/// ```
/// use rlog_runtime::Console;
/// use rlog_runtime::filter::{Field, not};
///
/// let console = Console::stderr().filter(not(Field::new("path").equals("/health")));
/// # let _ = console;
/// ```
#[must_use]
pub fn not<F: Filter>(filter: F) -> Not<F> {
    Not { filter }
}

/// What [`any`] returns.
pub struct Any {
    filters: Vec<Box<dyn Filter>>,
}

/// What [`all`] returns.
pub struct All {
    filters: Vec<Box<dyn Filter>>,
}

/// What [`not`] returns.
#[derive(Clone, Copy)]
pub struct Not<F> {
    filter: F,
}

impl Filter for Any {
    fn decide(&self, record: &Record<'_>) -> Verdict {
        let verdicts = self.filters.iter().map(|filter| filter.decide(record));
        verdicts.into_iter().find(|verdict| !matches!(verdict, Verdict::Reject)).unwrap_or(Verdict::Reject)
    }

    fn interest(&self, callsite: &Callsite) -> Interest {
        let mut together = Interest::Never;
        for filter in &self.filters {
            match filter.interest(callsite) {
                Interest::Always => return Interest::Always,
                Interest::Sometimes => together = Interest::Sometimes,
                Interest::Never => {}
            }
        }
        together
    }

    fn name(&self) -> Cow<'static, str> {
        list("any of", &self.filters)
    }
}

impl Filter for All {
    fn decide(&self, record: &Record<'_>) -> Verdict {
        let mut together = Verdict::Accept;
        for filter in &self.filters {
            match (filter.decide(record), &together) {
                (Verdict::Reject, _) => return Verdict::Reject,
                (noted @ Verdict::AcceptWith(_), Verdict::Accept) => together = noted,
                _ => {}
            }
        }
        together
    }

    fn interest(&self, callsite: &Callsite) -> Interest {
        let mut together = Interest::Always;
        for filter in &self.filters {
            match filter.interest(callsite) {
                Interest::Never => return Interest::Never,
                Interest::Sometimes => together = Interest::Sometimes,
                Interest::Always => {}
            }
        }
        together
    }

    fn name(&self) -> Cow<'static, str> {
        list("all of", &self.filters)
    }
}

impl<F: Filter> Filter for Not<F> {
    fn decide(&self, record: &Record<'_>) -> Verdict {
        matches!(self.filter.decide(record), Verdict::Reject).into()
    }

    fn interest(&self, callsite: &Callsite) -> Interest {
        match self.filter.interest(callsite) {
            Interest::Always => Interest::Never,
            Interest::Never => Interest::Always,
            Interest::Sometimes => Interest::Sometimes,
        }
    }

    fn name(&self) -> Cow<'static, str> {
        Cow::Owned(format!("not ({})", self.filter.name()))
    }
}

/// `any of (level at least WARN; at most 10/s)`
fn list(what: &str, filters: &[Box<dyn Filter>]) -> Cow<'static, str> {
    let names: Vec<Cow<'static, str>> = filters.iter().map(|filter| filter.name()).collect();
    Cow::Owned(format!("{what} ({})", names.join("; ")))
}

impl fmt::Debug for Any {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name())
    }
}

impl fmt::Debug for All {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name())
    }
}

impl<F: Filter> fmt::Debug for Not<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name())
    }
}

/// Several filters: a tuple of up to eight, an array, or a `Vec`, also of `Box<dyn Filter>`.
pub trait IntoFilters {
    /// The filters, in order.
    fn into_filters(self) -> Vec<Box<dyn Filter>>;
}

impl<F: Filter> IntoFilters for Vec<F> {
    fn into_filters(self) -> Vec<Box<dyn Filter>> {
        self.into_iter().map(|filter| Box::new(filter) as _).collect()
    }
}

impl<F: Filter, const N: usize> IntoFilters for [F; N] {
    fn into_filters(self) -> Vec<Box<dyn Filter>> {
        self.into_iter().map(|filter| Box::new(filter) as _).collect()
    }
}

macro_rules! tuples {
    ($($filter:ident)*) => {
        impl<$($filter: Filter),*> IntoFilters for ($($filter,)*) {
            #[allow(non_snake_case, reason = "the names of the types")]
            fn into_filters(self) -> Vec<Box<dyn Filter>> {
                let ($($filter,)*) = self;
                Vec::from([$(Box::new($filter) as Box<dyn Filter>),*])
            }
        }
    };
}

tuples! { A }
tuples! { A B }
tuples! { A B C }
tuples! { A B C D }
tuples! { A B C D E }
tuples! { A B C D E F }
tuples! { A B C D E F G }
tuples! { A B C D E F G H }

#[cfg(test)]
mod tests {
    use super::super::made::Made;
    use super::super::{Field, Note, RateLimit, Threshold};
    use super::*;
    use crate::level::Level;
    use crate::value::Value;
    use Interest::{Always, Never, Sometimes};

    struct Says(Interest, Verdict);

    impl Filter for Says {
        fn decide(&self, _: &Record<'_>) -> Verdict {
            self.1
        }

        fn interest(&self, _: &Callsite) -> Interest {
            self.0
        }
    }

    fn says(interest: Interest) -> Says {
        Says(interest, (interest == Always).into())
    }

    fn noted(key: &'static str) -> Says {
        Says(Sometimes, Verdict::AcceptWith(Note { key, value: Value::Null }))
    }

    #[test]
    fn they_are_decided_at_once_where_their_parts_allow_it() {
        let made = Made::new(Level::INFO, ".m\u{1f}f");
        let interest = |filter: &dyn Filter| filter.interest(made.callsite());
        for (a, b, all_of, any_of) in [
            (Always, Always, Always, Always),
            (Always, Sometimes, Sometimes, Always),
            (Always, Never, Never, Always),
            (Sometimes, Sometimes, Sometimes, Sometimes),
            (Sometimes, Never, Never, Sometimes),
            (Never, Never, Never, Never),
        ] {
            for (a, b) in [(a, b), (b, a)] {
                assert_eq!(interest(&all((says(a), says(b)))), all_of, "all of {a:?}, {b:?}");
                assert_eq!(interest(&any((says(a), says(b)))), any_of, "any of {a:?}, {b:?}");
                // De Morgan.
                let turned = not(any((not(says(a)), not(says(b)))));
                assert_eq!(interest(&turned), all_of);
            }
        }
        assert_eq!(interest(&all(Vec::<Says>::new())), Always);
        assert_eq!(interest(&any(Vec::<Says>::new())), Never);
    }

    #[test]
    fn records_pass_as_the_parts_say() {
        let made = Made::new(Level::INFO, ".m\u{1f}f");
        let passes = |filter: &dyn Filter| !matches!(filter.decide(&made.record()), Verdict::Reject);
        for (a, b) in [(Always, Always), (Always, Never), (Never, Always), (Never, Never)] {
            let (a_passes, b_passes) = (a == Always, b == Always);
            assert_eq!(passes(&all([says(a), says(b)])), a_passes && b_passes);
            assert_eq!(passes(&any([says(a), says(b)])), a_passes || b_passes);
            assert_eq!(passes(&not(says(a))), !a_passes);
        }
        assert!(passes(&all(Vec::<Says>::new())));
        assert!(!passes(&any(Vec::<Says>::new())));
    }

    #[test]
    fn the_first_note_stays() {
        let made = Made::new(Level::INFO, ".m\u{1f}f");
        let note = |filter: &dyn Filter| match filter.decide(&made.record()) {
            Verdict::AcceptWith(note) => note.key,
            Verdict::Accept => "none",
            Verdict::Reject => "stopped",
        };
        assert_eq!(note(&all((says(Always), noted("a"), noted("b")))), "a");
        assert_eq!(note(&any((says(Never), noted("a"), noted("b")))), "a");
        assert_eq!(note(&not(noted("a"))), "stopped");
    }

    #[test]
    fn a_limit_counts_only_what_comes_to_it() {
        let filter = any((Threshold::at_least(Level::ERROR), RateLimit::per_second(1)));
        let [error, info] = [Level::ERROR, Level::INFO].map(|level| Made::new(level, ".m\u{1f}f"));
        let passes = |made: &Made<'_>| !matches!(filter.decide(&made.record()), Verdict::Reject);
        assert_eq!([&error, &error, &info, &info, &error].map(passes), [true, true, true, false, true]);
    }

    #[test]
    fn names_are_made_of_names() {
        let boxed: Vec<Box<dyn Filter>> = Vec::from([Box::new(Threshold::at_least(Level::WARN)) as _]);
        let filter = any((all(boxed), not(Field::new("a")), RateLimit::per_second(1)));
        assert_eq!(filter.name(), "any of (all of (level at least WARN); not (field a); at most 1/s)");
    }
}
