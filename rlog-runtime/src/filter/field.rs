//! Fields as a filter.

use super::operand::Operand;
use super::{Filter, Interest, REPEATED, REPEATED_BEFORE, SAMPLE_RATE, SUPPRESSED, Verdict, path};
use crate::callsite::Callsite;
use crate::record::Record;
use crate::value::Value;
use core::cmp::Ordering;
use core::fmt;
use std::borrow::Cow;
use std::boxed::Box;
use std::string::String;
use std::vec::Vec;

/// Lets through records that have a field, and whose value passes all tests.
///
/// The field is named by its key, or by a path into a structured value: `user.id`, `items.0.name`. Fields of splats and notes
/// of earlier filters are fields too. One that is `None` is not there. What the tests compare with is an [`Operand`].
///
/// Statements that have no such key are decided at once and cost nothing per record; see
/// [`in_any_statement`](Field::in_any_statement) for the exceptions.
///
/// ```
/// use rlog_runtime::Console;
/// use rlog_runtime::filter::{Field, not};
/// use std::time::Duration;
///
/// let console = Console::stderr()
///     .filter(not(Field::new("path").one_of(["/health", "/metrics"])))
///     .filter(not(Field::new("status").at_least(200).below(300)));
/// let slow = Console::stderr().filter(Field::new("took").at_least(Duration::from_millis(500)));
/// let of_admins = Console::stderr().filter(Field::new("user.roles").contains("admin"));
/// # let _ = (console, slow, of_admins);
/// ```
#[derive(Debug)]
pub struct Field {
    path: String,
    tests: Vec<Test>,
    in_any_statement: bool,
}

enum Test {
    OneOf(Vec<Operand>),
    Is(Comparison, Operand),
    Contains(Operand),
    StartsWith(String),
    EndsWith(String),
    Function(Box<dyn Fn(&Value<'_>) -> bool + Send + Sync>),
}

#[derive(Clone, Copy)]
enum Comparison {
    AtLeast,
    Above,
    AtMost,
    Below,
}

impl Field {
    /// Lets through records that have this field.
    #[must_use]
    pub fn new(path: impl Into<String>) -> Self {
        Self { path: path.into(), tests: Vec::new(), in_any_statement: false }
    }

    /// Its value equals this.
    #[must_use]
    pub fn equals(self, operand: impl Into<Operand>) -> Self {
        self.one_of([operand])
    }

    /// Its value equals one of these.
    #[must_use]
    pub fn one_of<O: Into<Operand>>(self, operands: impl IntoIterator<Item = O>) -> Self {
        self.test(Test::OneOf(operands.into_iter().map(Into::into).collect()))
    }

    /// Its value is this or more.
    #[must_use]
    pub fn at_least(self, operand: impl Into<Operand>) -> Self {
        self.test(Test::Is(Comparison::AtLeast, operand.into()))
    }

    /// Its value is more than this.
    #[must_use]
    pub fn above(self, operand: impl Into<Operand>) -> Self {
        self.test(Test::Is(Comparison::Above, operand.into()))
    }

    /// Its value is this or less.
    #[must_use]
    pub fn at_most(self, operand: impl Into<Operand>) -> Self {
        self.test(Test::Is(Comparison::AtMost, operand.into()))
    }

    /// Its value is less than this.
    #[must_use]
    pub fn below(self, operand: impl Into<Operand>) -> Self {
        self.test(Test::Is(Comparison::Below, operand.into()))
    }

    /// This is a part of a text or of one of an error's texts, an element of a list, or a key of a map.
    #[must_use]
    pub fn contains(self, operand: impl Into<Operand>) -> Self {
        self.test(Test::Contains(operand.into()))
    }

    /// Its value is a text that starts with this.
    #[must_use]
    pub fn starts_with(self, start: impl Into<String>) -> Self {
        self.test(Test::StartsWith(start.into()))
    }

    /// Its value is a text that ends with this.
    #[must_use]
    pub fn ends_with(self, end: impl Into<String>) -> Self {
        self.test(Test::EndsWith(end.into()))
    }

    /// A function says so.
    ///
    /// ```
    /// use rlog_runtime::Value;
    /// use rlog_runtime::filter::Field;
    ///
    /// let even = Field::new("shard").matches(|value| matches!(value, Value::U64(shard) if shard % 2 == 0));
    /// # let _ = even;
    /// ```
    #[must_use]
    pub fn matches(self, accepts: impl Fn(&Value<'_>) -> bool + Send + Sync + 'static) -> Self {
        self.test(Test::Function(Box::new(accepts)))
    }

    /// Looks at the records of all statements, whatever their keys: for fields that other filters of your own add. Without it
    /// a statement that has neither the key nor a splat is taken to have no such field, unless it is one that filters of this
    /// module add.
    #[must_use]
    pub fn in_any_statement(mut self) -> Self {
        self.in_any_statement = true;
        self
    }

    fn test(mut self, test: Test) -> Self {
        self.tests.push(test);
        self
    }
}

impl Filter for Field {
    fn decide(&self, record: &Record<'_>) -> Verdict {
        let accepts =
            path::look(record, &self.path, |value| self.tests.iter().all(|test| test.holds(value))).unwrap_or(false);
        accepts.into()
    }

    fn interest(&self, callsite: &Callsite) -> Interest {
        let is_note = [SUPPRESSED, REPEATED, REPEATED_BEFORE, SAMPLE_RATE].contains(&self.path.as_str());
        match self.in_any_statement || is_note || path::may_have(callsite, &self.path) {
            true => Interest::Sometimes,
            false => Interest::Never,
        }
    }

    fn name(&self) -> Cow<'static, str> {
        let mut name = format!("field {}", self.path.escape_debug());
        for (index, test) in self.tests.iter().enumerate() {
            name.push_str(if index == 0 { " " } else { " and " });
            name.push_str(&format!("{test:?}"));
        }
        Cow::Owned(name)
    }
}

impl Test {
    fn holds(&self, value: &Value<'_>) -> bool {
        match self {
            Self::OneOf(operands) => operands.iter().any(|operand| operand.compare(value) == Some(Ordering::Equal)),
            Self::Is(comparison, operand) => match (operand.compare(value), comparison) {
                (None, _) => false,
                (Some(ordering), Comparison::AtLeast) => ordering.is_ge(),
                (Some(ordering), Comparison::Above) => ordering.is_gt(),
                (Some(ordering), Comparison::AtMost) => ordering.is_le(),
                (Some(ordering), Comparison::Below) => ordering.is_lt(),
            },
            Self::Contains(operand) => operand.is_in(value),
            Self::StartsWith(start) => text(value).is_some_and(|text| text.starts_with(start.as_str())),
            Self::EndsWith(end) => text(value).is_some_and(|text| text.ends_with(end.as_str())),
            Self::Function(accepts) => accepts(value),
        }
    }
}

fn text<'a>(value: &Value<'a>) -> Option<&'a str> {
    match *value {
        Value::Str(text) | Value::Text(text) => Some(text),
        Value::Variant(variant) => Some(variant.name()),
        _ => None,
    }
}

impl fmt::Debug for Test {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OneOf(operands) => match operands.as_slice() {
                [] => f.write_str("one of none"),
                [operand] => write!(f, "equals {operand}"),
                [first, others @ ..] => {
                    write!(f, "one of {first}")?;
                    others.iter().try_for_each(|operand| write!(f, ", {operand}"))
                }
            },
            Self::Is(comparison, operand) => {
                let comparison = match comparison {
                    Comparison::AtLeast => "at least",
                    Comparison::Above => "above",
                    Comparison::AtMost => "at most",
                    Comparison::Below => "below",
                };
                write!(f, "{comparison} {operand}")
            }
            Self::Contains(operand) => write!(f, "contains {operand}"),
            Self::StartsWith(start) => write!(f, "starts with {start:?}"),
            Self::EndsWith(end) => write!(f, "ends with {end:?}"),
            Self::Function(_) => f.write_str("matches a function"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::made::Made;
    use super::*;
    use crate::level::Level;
    use crate::value::render::tests::{Order, Payment, logged};

    fn accepts(filter: &Field, made: &Made<'_>) -> bool {
        matches!(filter.decide(&made.record()), Verdict::Accept)
    }

    #[test]
    fn all_tests_have_to_hold() {
        let made = |status| Made::new(Level::INFO, "k6:status.m\u{1f}f").values([Value::U64(status)]);
        let filter = Field::new("status").at_least(400).below(500).matches(|value| !matches!(value, Value::U64(404)));
        for (status, expected) in [(399, false), (400, true), (404, false), (499, true), (500, false)] {
            assert_eq!(accepts(&filter, &made(status)), expected, "{status}");
        }
        assert!(accepts(&Field::new("status").above(1).at_most(2), &made(2)));
        assert!(!accepts(&Field::new("status").above(2), &made(2)));
        assert!(accepts(&Field::new("status").one_of([1, 2]), &made(2)));
        assert!(!accepts(&Field::new("status").one_of::<u64>([]), &made(2)));
    }

    #[test]
    fn texts_are_compared_in_part() {
        let made = Made::new(Level::INFO, "k4:path.m\u{1f}f").values([Value::Str("/api/v1")]);
        for (filter, expected) in [
            (Field::new("path"), true),
            (Field::new("path").equals("/api/v1"), true),
            (Field::new("path").contains("v1"), true),
            (Field::new("path").starts_with("/api").ends_with("v1"), true),
            (Field::new("path").starts_with("/api").ends_with("v2"), false),
            (Field::new("path").contains("admin"), false),
            (Field::new("other"), false),
        ] {
            assert_eq!(accepts(&filter, &made), expected, "{filter:?}");
        }
    }

    #[test]
    fn splats_notes_and_parts_of_values_are_fields() {
        let order = || logged(Order { id: 1, note: None, state: Payment::Paid { cents: 7, by: "ada" } });
        let splat = Made::new(Level::INFO, "s.m\u{1f}f").values([order()]);
        let nested = Made::new(Level::INFO, "k5:order.m\u{1f}f").values([order()]);
        let noted = Made::new(Level::INFO, ".m\u{1f}f").note("mark", Value::Bool(true));
        assert!(accepts(&Field::new("id").equals(1), &splat));
        assert!(accepts(&Field::new("state.by").equals("ada"), &splat));
        assert!(accepts(&Field::new("order.state.cents").at_least(7), &nested));
        assert!(!accepts(&Field::new("order.note"), &nested));
        assert!(accepts(&Field::new("mark").equals(true), &noted));
    }

    #[test]
    fn statements_that_cannot_have_the_field_are_decided_at_once() {
        let [with, without, splat] =
            ["k4:user.m\u{1f}f", "k1:a.m\u{1f}f", "s.m\u{1f}f"].map(|text| Made::new(Level::INFO, text));
        for (filter, made, expected) in [
            (Field::new("user"), &with, Interest::Sometimes),
            (Field::new("user.id"), &with, Interest::Sometimes),
            (Field::new("user"), &without, Interest::Never),
            (Field::new("user"), &splat, Interest::Sometimes),
            (Field::new("user").in_any_statement(), &without, Interest::Sometimes),
            (Field::new("suppressed"), &without, Interest::Sometimes),
        ] {
            assert_eq!(filter.interest(made.callsite()), expected, "{filter:?}");
        }
    }

    #[test]
    fn its_name_says_what_is_tested() {
        for (filter, expected) in [
            (Field::new("tenant"), "field tenant"),
            (Field::new("a").equals("x\u{1b}"), "field a equals \"x\\u{1b}\""),
            (Field::new("a").one_of(["x", "y"]), "field a one of \"x\", \"y\""),
            (Field::new("status").at_least(400).below(500), "field status at least 400 and below 500"),
            (Field::new("a").starts_with("/").contains(1), "field a starts with \"/\" and contains 1"),
        ] {
            assert_eq!(filter.name(), expected);
        }
    }
}
