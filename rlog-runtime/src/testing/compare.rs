//! When two values are the same, though they may have been logged as different types.
//!
//! Numbers are compared by what they are worth, whatever their width; text by its characters, whether it was a string or
//! made by `Display`. Lists, maps and structs are compared by what is in them, not by the names of their types.

use crate::value::{Sequence, Struct, Style, Value, Variant};
use core::cmp::Ordering;
use std::borrow::Cow;
use std::string::String;
use std::vec::Vec;

/// Whether two values are the same.
pub(super) fn same(left: &Value<'_>, right: &Value<'_>) -> bool {
    if let (Some(left), Some(right)) = (Number::of(left), Number::of(right)) {
        // Unlike for `==`, what is not a number is itself.
        return left.order(right) == Some(Ordering::Equal) || left.is_nan() && right.is_nan();
    }
    if let (Some(left), Some(right)) = (text(left), text(right)) {
        return left == right;
    }
    match (*left, *right) {
        (Value::Null, Value::Null) => true,
        (Value::Bool(left), Value::Bool(right)) => left == right,
        (Value::Bytes(left), Value::Bytes(right)) => left == right,
        (Value::Duration(left), Value::Duration(right)) => left == right,
        (Value::Time(left), Value::Time(right)) => left == right,
        (Value::Error(left), Value::Error(right)) => left.eq(right),
        // An error is known by its own text, and by that with all of its sources.
        (Value::Error(mut errors), other) | (other, Value::Error(mut errors)) => text(&other).is_some_and(|text| {
            let whole: Vec<_> = errors.collect();
            errors.next().as_ref() == Some(&text) || whole.join(": ") == text
        }),
        (Value::Sequence(left), Value::Sequence(right)) => same_elements(left, right),
        // What tuples are, and lists with other tools.
        (Value::Sequence(list), Value::Struct(tuple)) | (Value::Struct(tuple), Value::Sequence(list)) => {
            tuple.style() == Style::Tuple && same_elements(list, tuple.map(|(_, value)| value))
        }
        (Value::Variant(left), Value::Variant(right)) => left.name() == right.name() && same_fields(&left, &right),
        (Value::Variant(variant), other) | (other, Value::Variant(variant))
            if variant.fields().style() == Style::Unit =>
        {
            text(&other).is_some_and(|text| text == variant.name())
        }
        _ => match (pairs(left), pairs(right)) {
            (Some(left), Some(right)) => same_pairs(&left, &right),
            _ => false,
        },
    }
}

/// Which of two values is more, if that can be said: of numbers, texts, durations and times.
pub(super) fn order(left: &Value<'_>, right: &Value<'_>) -> Option<Ordering> {
    if let (Some(left), Some(right)) = (Number::of(left), Number::of(right)) {
        return left.order(right);
    }
    match (*left, *right) {
        (Value::Duration(left), Value::Duration(right)) => Some(left.cmp(&right)),
        (Value::Time(left), Value::Time(right)) => Some(left.cmp(&right)),
        _ => Some(text(left)?.cmp(&text(right)?)),
    }
}

fn same_elements<'a>(left: Sequence<'a>, right: impl Iterator<Item = Value<'a>>) -> bool {
    let (mut left, mut right) = (left, right);
    loop {
        match (left.next(), right.next()) {
            (None, None) => return true,
            (Some(left), Some(right)) if same(&left, &right) => {}
            _ => return false,
        }
    }
}

fn same_fields(left: &Variant<'_>, right: &Variant<'_>) -> bool {
    let of = |fields: Struct<'_>| fields.count();
    let mut pairs = left.fields().zip(right.fields());
    of(left.fields()) == of(right.fields()) && pairs.all(|((a, left), (b, right))| a == b && same(&left, &right))
}

/// The keys and values of a struct or a map.
fn pairs<'a>(value: &Value<'a>) -> Option<Vec<(Value<'a>, Value<'a>)>> {
    match *value {
        Value::Struct(fields) => Some(fields.map(|(key, value)| (Value::Str(key), value)).collect()),
        Value::Map(pairs) => Some(pairs.collect()),
        _ => None,
    }
}

/// In any order, as that of hash maps is no property of theirs.
fn same_pairs(left: &[(Value<'_>, Value<'_>)], right: &[(Value<'_>, Value<'_>)]) -> bool {
    left.len() == right.len()
        && left.iter().all(|(key, value)| right.iter().any(|(other, found)| same(key, other) && same(value, found)))
}

/// The text that a value is.
fn text<'a>(value: &Value<'a>) -> Option<Cow<'a, str>> {
    match *value {
        Value::Str(text) | Value::Text(text) => Some(Cow::Borrowed(text)),
        Value::Char(c) => Some(Cow::Owned(String::from(c))),
        _ => None,
    }
}

#[derive(Clone, Copy)]
enum Number {
    Integer(i128),
    /// More than fits into an `i128`.
    Large(u128),
    Single(f32),
    Double(f64),
}

impl Number {
    fn of(value: &Value<'_>) -> Option<Self> {
        Some(match *value {
            Value::I64(number) => Self::Integer(number.into()),
            Value::U64(number) => Self::Integer(number.into()),
            Value::I128(number) => Self::Integer(number),
            Value::U128(number) => i128::try_from(number).map_or(Self::Large(number), Self::Integer),
            Value::F32(number) => Self::Single(number),
            Value::F64(number) => Self::Double(number),
            _ => return None,
        })
    }

    fn is_nan(self) -> bool {
        match self {
            Self::Single(number) => number.is_nan(),
            Self::Double(number) => number.is_nan(),
            Self::Integer(_) | Self::Large(_) => false,
        }
    }

    fn order(self, other: Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Integer(left), Self::Integer(right)) => Some(left.cmp(&right)),
            (Self::Large(left), Self::Large(right)) => Some(left.cmp(&right)),
            (Self::Large(_), Self::Integer(_)) => Some(Ordering::Greater),
            (Self::Integer(_), Self::Large(_)) => Some(Ordering::Less),
            // `0.1` in a test is an `f64`, and the nearest `f32` to it is what was logged.
            (Self::Single(left), Self::Double(right)) => left.partial_cmp(&(right as f32)),
            (Self::Double(left), Self::Single(right)) => (left as f32).partial_cmp(&right),
            (left, right) => left.float().partial_cmp(&right.float()),
        }
    }

    fn float(self) -> f64 {
        match self {
            Self::Integer(number) => number as f64,
            Self::Large(number) => number as f64,
            Self::Single(number) => number.into(),
            Self::Double(number) => number,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::render::tests::{Payment, failed, logged};
    use core::time::Duration;
    use std::collections::{BTreeMap, HashMap};
    use std::vec;

    #[test]
    fn numbers_are_the_same_if_they_are_worth_the_same() {
        let small = [logged(7_u8), logged(7_i64), logged(7_i128), logged(7_u128), logged(7.0_f32), logged(7.0)];
        for left in &small {
            for right in &small {
                assert!(same(left, right), "{left:?} {right:?}");
            }
            assert!(!same(left, &logged(8)) && !same(left, &logged("7")) && !same(left, &logged(true)));
        }
        assert!(same(&logged(0.1_f32), &logged(0.1)));
        assert!(same(&logged(f64::NAN), &logged(f32::NAN)));
        assert!(!same(&logged(f64::NAN), &logged(0)));
        assert!(!same(&logged(u128::MAX), &logged(-1)));
        assert!(same(&logged(u128::MAX), &logged(u128::MAX)));
        assert!(!same(&logged(i64::MAX), &logged(i64::MAX - 1)));
    }

    #[test]
    fn text_is_the_same_by_its_characters() {
        assert!(same(&logged("a"), &logged('a')));
        assert!(same(&Value::Text("a"), &logged("a")));
        assert!(!same(&logged("a"), &logged("A")));
        assert!(!same(&logged("true"), &logged(true)));
    }

    #[test]
    fn an_error_is_its_own_text_or_that_with_its_sources() {
        let error = failed(&["cannot pay", "no answer"]);
        for (text, expected) in [("cannot pay", true), ("cannot pay: no answer", true), ("no answer", false)] {
            assert_eq!(same(&error, &logged(text)), expected, "{text}");
            assert_eq!(same(&logged(text), &error), expected, "{text}");
        }
        assert!(same(&error, &failed(&["cannot pay", "no answer"])));
        assert!(!same(&error, &failed(&["cannot pay"])));
    }

    #[test]
    fn what_has_parts_is_compared_by_its_parts() {
        assert!(same(&logged(vec![1_u8, 2]), &logged([1_i64, 2])));
        assert!(!same(&logged(vec![1, 2]), &logged(vec![1])));
        assert!(!same(&logged(vec![1]), &logged(vec![1, 2])));
        assert!(same(&logged((1, "a")), &logged((1_u8, "a"))));
        assert!(same(&logged((1, 2)), &logged([1, 2])));
        let ordered = BTreeMap::from([("a", 1), ("b", 2)]);
        let hashed = HashMap::from([("b", 2_u8), ("a", 1)]);
        assert!(same(&logged(ordered.clone()), &logged(hashed)));
        assert!(!same(&logged(ordered), &logged(BTreeMap::from([("a", 1), ("b", 3)]))));
        let paid = |cents| logged(Payment::Paid { cents, by: "card" });
        assert!(same(&paid(5), &paid(5)));
        assert!(!same(&paid(5), &paid(6)));
        assert!(same(&logged(None::<u8>), &Value::Null));
        assert!(same(&logged(Some(3_u8)), &logged(3)));
    }

    #[test]
    fn order_is_known_of_what_has_one() {
        use Ordering::{Equal, Greater, Less};
        for (left, right, expected) in [
            (logged(1), logged(2_u8), Some(Less)),
            (logged(2.5), logged(2), Some(Greater)),
            (logged("a"), logged("b"), Some(Less)),
            (logged(Duration::from_secs(1)), logged(Duration::from_millis(1000)), Some(Equal)),
            (logged(1), logged("1"), None),
            (logged(f64::NAN), logged(1), None),
            (logged(true), logged(false), None),
        ] {
            assert_eq!(order(&left, &right), expected, "{left:?} {right:?}");
        }
    }
}
