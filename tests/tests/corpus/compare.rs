//! Whether two records say the same.
//!
//! Level, target, `name:`, message, and the keys of the fields with their order must be equal. Values must be equal, too,
//! with these exceptions, which [`same`] makes:
//!
//! - A number is equal to the same number of another type: rlog keeps `u8` and `i32` apart, and `f32` from `f64`, where the
//!   others widen.
//! - Text that the other library got from `Display` or `Debug` is equal to a value of rlog that shows as this text: `%5` is
//!   the number 5 in rlog, and `?"a"` the string `a`. rlog formats such values where it writes them.
//! - A string is equal to the same text by `Display`.
//! - The fields of a struct, and the pairs of a map, may come in another order: `serde_json` sorts what `log` captured.

use super::record::{Case, Record, Value};
use std::collections::BTreeSet;

/// Why records differ on purpose, and where.
pub(crate) struct Reason {
    /// One sentence, as the guide about moving has it.
    pub(crate) reason: &'static str,
    /// The names of the statements, each with what is different.
    pub(crate) cases: Vec<(&'static str, Vec<Change>)>,
}

/// What rlog records otherwise.
#[derive(Clone, Debug)]
pub(crate) enum Change {
    /// It has this field, behind the others.
    Adds(&'static str, Value),
    /// It has this field at this place.
    Inserts(usize, &'static str, Value),
    /// It has another value in this field.
    Has(&'static str, Value),
    /// It has another target.
    Target(&'static str),
    /// It has another message.
    Message(Option<&'static str>),
}

/// Compares what was recorded under the other library with what was recorded under rlog, and returns what is wrong.
///
/// A difference must be listed, and what is listed must be different.
pub(crate) fn compare(theirs: &[Case], ours: &[Case], reasons: &[Reason]) -> Vec<String> {
    let mut problems = Vec::new();
    let mut names = BTreeSet::new();
    for case in theirs {
        if !names.insert(case.name) {
            problems.push(format!("`{}`: two cases have this name", case.name));
        }
        if case.records.is_empty() {
            problems.push(format!("`{}`: nothing is logged", case.name));
        }
    }
    for (name, _) in reasons.iter().flat_map(|reason| &reason.cases) {
        if !names.contains(name) {
            problems.push(format!("`{name}`: is listed as different, and there is no such case"));
        }
    }
    if theirs.len() != ours.len() {
        problems.push(format!("{} cases here, {} under rlog", theirs.len(), ours.len()));
    }
    for (theirs, ours) in theirs.iter().zip(ours) {
        let name = theirs.name;
        if name != ours.name || theirs.records.len() != ours.records.len() {
            let counts = (theirs.records.len(), ours.records.len());
            problems.push(format!("`{name}` has {} records, `{}` under rlog {}", counts.0, ours.name, counts.1));
            continue;
        }
        let listed = reasons.iter().flat_map(|reason| &reason.cases).filter(|(listed, _)| *listed == name);
        let changes: Vec<&Change> = listed.flat_map(|(_, changes)| changes).collect();
        for (theirs, ours) in theirs.records.iter().zip(&ours.records) {
            let expected = changed(theirs, &changes);
            if !same_record(&expected, ours) {
                problems.push(format!("`{name}`\n  expected {expected:?}\n  got      {ours:?}"));
            }
            if !changes.is_empty() && same_record(theirs, ours) {
                problems.push(format!("`{name}`: is listed as different, and is the same"));
            }
        }
    }
    problems
}

fn changed(record: &Record, changes: &[&Change]) -> Record {
    let mut record = record.clone();
    for change in changes {
        match change {
            Change::Adds(key, value) => record.fields.push(((*key).to_owned(), value.clone())),
            Change::Inserts(index, key, value) => record.fields.insert(*index, ((*key).to_owned(), value.clone())),
            Change::Has(key, value) => match record.fields.iter_mut().find(|(name, _)| name == key) {
                Some((_, old)) => *old = value.clone(),
                None => panic!("there is no field `{key}` in {record:?}"),
            },
            Change::Target(target) => record.target = (*target).to_owned(),
            Change::Message(message) => record.message = message.map(str::to_owned),
        }
    }
    record
}

fn same_record(theirs: &Record, ours: &Record) -> bool {
    let place = |record: &Record| (record.level.clone(), record.target.clone(), record.name.clone());
    place(theirs) == place(ours)
        && theirs.message == ours.message
        && theirs.fields.len() == ours.fields.len()
        && theirs.fields.iter().zip(&ours.fields).all(|(theirs, ours)| theirs.0 == ours.0 && same(&theirs.1, &ours.1))
}

/// See the module.
pub(crate) fn same(theirs: &Value, ours: &Value) -> bool {
    match (theirs, ours) {
        (Value::Signed(a), Value::Unsigned(b)) | (Value::Unsigned(b), Value::Signed(a)) => u128::try_from(*a) == Ok(*b),
        (Value::Float(a), Value::Float(b)) => a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan()),
        (Value::Formatted(text), ours) => shown(ours).contains(text),
        (Value::Text(text), Value::Formatted(ours)) => text == ours,
        (Value::List(a), Value::List(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Value::Map(a), Value::Map(b)) => {
            let pair = |key| b.iter().find(|(name, _)| name == key);
            a.len() == b.len() && a.iter().all(|(key, a)| pair(key).is_some_and(|(_, b)| same(a, b)))
        }
        _ => theirs == ours,
    }
}

/// A value of rlog as `Display` and as `Debug` show it.
fn shown(value: &Value) -> Vec<String> {
    match value {
        Value::Bool(value) => vec![value.to_string()],
        Value::Char(value) => vec![value.to_string(), format!("{value:?}")],
        Value::Signed(value) => vec![value.to_string()],
        Value::Unsigned(value) => vec![value.to_string()],
        Value::Float(value) => {
            // An `f32` has become an `f64` here, and has more digits than it had.
            #[allow(clippy::cast_possible_truncation, reason = "it was an `f32`, or its text is not looked for")]
            let short = *value as f32;
            vec![value.to_string(), format!("{value:?}"), short.to_string(), format!("{short:?}")]
        }
        Value::Text(value) => vec![value.clone(), format!("{value:?}")],
        Value::Formatted(value) => vec![value.clone()],
        _ => Vec::new(),
    }
}
