//! One record as all three libraries can tell it, and where the recorders put it.
//!
//! Everything happens on the thread that logs: the recorders are called there, so the tests can run side by side.

use std::cell::{Cell, RefCell};
use std::time::Duration;

/// One record of one statement.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Record {
    /// The name of the level in upper case.
    pub(crate) level: String,
    /// With [`HERE`] for the module that the statements were included into.
    pub(crate) target: String,
    /// What `name:` says.
    pub(crate) name: Option<String>,
    /// `None` is an event without a message.
    pub(crate) message: Option<String>,
    /// In the order of the record.
    pub(crate) fields: Vec<(String, Value)>,
}

/// A value with its kind.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    /// `None` or `null`.
    Null,
    Bool(bool),
    Char(char),
    Signed(i128),
    Unsigned(u128),
    Float(f64),
    /// A string that was handed over as one.
    Text(String),
    /// What `Display` or `Debug` made, when the library cannot tell what it was made of.
    Formatted(String),
    /// An error and its sources.
    Error(Vec<String>),
    Bytes(Vec<u8>),
    Duration(Duration),
    List(Vec<Self>),
    /// A map, or the fields of a struct; a variant with fields is a map of one entry.
    Map(Vec<(String, Self)>),
}

/// Stands in targets for the module path of the statements.
pub(crate) const HERE: &str = "<here>";

/// The records of the statements between two calls of [`case`].
#[derive(Clone, Debug)]
pub(crate) struct Case {
    pub(crate) name: &'static str,
    pub(crate) records: Vec<Record>,
}

thread_local! {
    static CASES: RefCell<Vec<Case>> = const { RefCell::new(Vec::new()) };
    static MODULE: Cell<&'static str> = const { Cell::new("") };
}

/// What is logged from here on belongs to the case of this name.
pub(crate) fn case(name: &'static str) {
    CASES.with_borrow_mut(|cases| cases.push(Case { name, records: Vec::new() }));
}

/// Runs statements that were included into `module`, and returns what was recorded.
pub(crate) fn recorded(module: &'static str, statements: impl FnOnce()) -> Vec<Case> {
    MODULE.set(module);
    CASES.take();
    statements();
    CASES.take()
}

/// Takes a record of the current case. The target is still the library's.
pub(crate) fn record(mut record: Record) {
    record.target = record.target.replacen(MODULE.get(), HERE, 1);
    CASES.with_borrow_mut(|cases| {
        cases.last_mut().expect("a statement belongs to a case").records.push(record);
    });
}

/// An error and its sources.
pub(crate) fn chain(error: &(dyn std::error::Error + 'static)) -> Value {
    Value::Error(std::iter::successors(Some(error), |error| error.source()).map(ToString::to_string).collect())
}

macro_rules! value_from {
    ($($type:ty, $value:ident => $made:expr;)*) => {$(
        impl From<$type> for Value {
            fn from($value: $type) -> Self {
                $made
            }
        }
    )*};
}

value_from! {
    bool, value => Self::Bool(value);
    char, value => Self::Char(value);
    i32, value => Self::Signed(value.into());
    i64, value => Self::Signed(value.into());
    i128, value => Self::Signed(value);
    u64, value => Self::Unsigned(value.into());
    u128, value => Self::Unsigned(value);
    f64, value => Self::Float(value);
    &str, value => Self::Text(value.to_owned());
    Duration, value => Self::Duration(value);
}
