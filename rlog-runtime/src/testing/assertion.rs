//! What the assertions of the facade expand to. The macros write an [`Expected`]; what else they are given, a level or
//! where to look, they cannot tell apart, so types do.

use super::capture::Capture;
use super::expected::{Criterion, Expected};
use super::join::Handle;
use super::records::{Captured, Records};
use super::{report, scope};
use crate::level::Level;
use core::fmt;
use std::string::String;
use std::vec::Vec;

/// Where an assertion looks, and what it was given beside fields.
#[derive(Debug, Default)]
pub struct Subject {
    place: Option<Place>,
    level: Option<Level>,
    times: Option<usize>,
    /// Something was said twice, and only one of both could count.
    mistake: Option<&'static str>,
}

/// The records to look at.
#[derive(Debug)]
struct Place {
    records: Vec<Captured>,
    /// Those of threads that belong to no capture.
    strays: Vec<Captured>,
}

/// What can stand in an assertion without a key.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is neither a level nor a capture",
    label = "not a level, and nothing that has records",
    note = "to compare a field with a variable, write `key = variable`",
    note = "to compare the message, write `message ~ pattern` or `message == text`"
)]
pub trait Given {
    /// Tells the subject of it.
    fn give(&self, subject: &mut Subject);
}

impl Given for Level {
    fn give(&self, subject: &mut Subject) {
        if subject.level.replace(*self).is_some() {
            subject.mistake = Some(TWO_LEVELS);
        }
    }
}

impl Given for Capture {
    fn give(&self, subject: &mut Subject) {
        self.handle().give(subject);
    }
}

impl Given for Handle {
    fn give(&self, subject: &mut Subject) {
        subject.look_at(Place { records: self.scope.records().clone(), strays: self.scope.strays() });
    }
}

impl Given for Records {
    fn give(&self, subject: &mut Subject) {
        subject.look_at(Place { records: self.to_vec(), strays: Vec::new() });
    }
}

#[diagnostic::do_not_recommend]
impl<T: Given + ?Sized> Given for &T {
    fn give(&self, subject: &mut Subject) {
        (**self).give(subject);
    }
}

impl Subject {
    /// The capture that the thread belongs to.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A level, or where to look.
    #[must_use]
    pub fn given<T: Given + ?Sized>(mut self, given: &T) -> Self {
        given.give(&mut self);
        self
    }

    /// How many records have to be as expected.
    #[must_use]
    pub fn times(mut self, times: usize) -> Self {
        if self.times.replace(times).is_some() {
            self.mistake = Some("`times:` is there twice; remove one of the two");
        }
        self
    }

    fn look_at(&mut self, place: Place) {
        if self.place.replace(place).is_some() {
            self.mistake = Some("an assertion looks at one capture, or at one list of records; write one for each");
        }
    }

    /// Where to look, and what for.
    #[track_caller]
    fn resolve(self, expected: Expected) -> (Place, Option<usize>, Expected) {
        if let Some(mistake) = self.mistake {
            fail(mistake);
        }
        let expected = expected.with_first(self.level.map(Criterion::Level));
        (self.place.unwrap_or_else(place_of_this_thread), self.times, expected)
    }
}

#[track_caller]
fn place_of_this_thread() -> Place {
    match scope::current() {
        Some(scope) => Place { records: scope.records().clone(), strays: scope.strays() },
        None => fail(format_args!(
            "this thread belongs to no capture; begin the test with `let capture = rlog::testing::capture();` \
             (`let _ = ..` ends it at once)"
        )),
    }
}

/// Panics unless there are as many records as wanted: at least one, if no number is said.
///
/// # Panics
/// See above.
#[track_caller]
pub fn logged(subject: Subject, expected: Expected) {
    let (place, times, expected) = subject.resolve(expected);
    let count = place.records.iter().filter(|record| expected.matches(record)).count();
    match times {
        None if count > 0 => {}
        Some(times) if count == times => {}
        Some(times) if count > times => fail(report::too_many(&expected, Some(times), &place.records)),
        times => fail(report::too_few(&expected, times, &place.records, &place.strays)),
    }
}

/// Panics if there is such a record.
///
/// # Panics
/// See above.
#[track_caller]
pub fn not_logged(subject: Subject, expected: Expected) {
    let (place, times, expected) = subject.resolve(expected);
    if times.is_some() {
        fail("`times:` is for `assert_logged!`; `times: 0` there is what this asserts");
    }
    if place.records.iter().any(|record| expected.matches(record)) {
        fail(report::too_many(&expected, None, &place.records));
    }
}

/// Panics unless there are such records, one behind the other, whatever is between them.
///
/// # Panics
/// See above.
#[track_caller]
pub fn in_order(subject: Subject, sequence: &[Expected]) {
    let (place, ..) = subject.resolve(Expected::new());
    let mut found = Vec::new();
    let mut next = 0;
    // The first place of each leaves most for those behind it.
    for expected in sequence {
        match place.records[next..].iter().position(|record| expected.matches(record)) {
            Some(index) => {
                found.push(next + index);
                next += index + 1;
            }
            None => fail(report::out_of_order(sequence, &found, &place.records, &place.strays)),
        }
    }
}

/// What `expected!` is given without a key.
#[derive(Debug, Default)]
pub struct LevelOnly {
    level: Option<Level>,
    is_given_twice: bool,
}

/// What can stand in `expected!` without a key.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a level",
    label = "not a level",
    note = "to compare a field with a variable, write `key = variable`",
    note = "to compare the message, write `message ~ pattern` or `message == text`"
)]
pub trait GivenLevel {
    /// The level.
    fn level(&self) -> Level;
}

impl GivenLevel for Level {
    fn level(&self) -> Level {
        *self
    }
}

impl LevelOnly {
    /// None.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A level.
    #[must_use]
    pub fn given<T: GivenLevel + ?Sized>(self, given: &T) -> Self {
        Self { level: Some(given.level()), is_given_twice: self.level.is_some() || self.is_given_twice }
    }
}

/// What `expected!` makes.
///
/// # Panics
/// If it was given two levels.
#[must_use]
#[track_caller]
pub fn wanted(level: LevelOnly, expected: Expected) -> Expected {
    if level.is_given_twice {
        fail(TWO_LEVELS);
    }
    expected.with_first(level.level.map(Criterion::Level))
}

/// Of several levels only one could count, and an assertion that something was not logged would hold for the others.
const TWO_LEVELS: &str = "no record has two levels; write one, `>= WARN` for several, or an assertion for each";

/// Fails the test, at the place of the assertion.
#[track_caller]
fn fail(message: impl fmt::Display) -> ! {
    let message = std::string::ToString::to_string(&message);
    let message: &str = message.trim_end();
    panic!("{}", String::from(message));
}
