//! What a field is compared with.

use crate::value::Value;
use core::cmp::Ordering;
use core::fmt;
use core::time::Duration;
use std::string::String;

/// What the value of a [`Field`](super::Field) is compared with: a number, a `bool`, a text or a length of time.
///
/// Numbers of all types compare by what they are worth, integers and floats too. Text that is a number or a `bool`, such as
/// what stands in a configuration file, also compares with such values. Texts compare byte by byte; of an enum it is the name
/// of the variant that counts, of an error the outermost text. Whatever is of another kind is neither equal, less nor greater.
///
/// ```
/// use rlog_runtime::filter::Operand;
///
/// let operands: [Operand; 4] = [503.into(), "acme".into(), true.into(), std::time::Duration::from_millis(500).into()];
/// assert_eq!(operands.map(|operand| operand.to_string()), ["503", "\"acme\"", "true", "500ms"]);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Operand {
    kind: Kind,
}

#[derive(Clone, Debug, PartialEq)]
enum Kind {
    Bool(bool),
    Number(Number),
    Duration(Duration),
    /// With the number that it is, if it is one.
    Text(String, Option<Number>),
}

/// A number of any type, without loss.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Number {
    Integer(i128),
    /// Above the largest `i128`.
    Large(u128),
    Float(f64),
}

impl Operand {
    /// How the value compares with this. `None` if it does not.
    pub(super) fn compare(&self, value: &Value<'_>) -> Option<Ordering> {
        match (&self.kind, *value) {
            (Kind::Bool(operand), Value::Bool(value)) => Some(value.cmp(operand)),
            (Kind::Duration(operand), Value::Duration(value)) => Some(value.cmp(operand)),
            (Kind::Number(operand) | Kind::Text(_, Some(operand)), Value::F32(value)) => match *operand {
                // `0.1_f32` is 0.1, though it is not `0.1_f64`.
                Number::Float(operand) => value.partial_cmp(&(operand as f32)),
                operand => Number::Float(value.into()).compare(operand),
            },
            (Kind::Number(operand), value) => Number::of(&value)?.compare(*operand),
            (Kind::Text(operand, number), value) => match value {
                Value::Bool(value) => Some(value.cmp(&operand.parse().ok()?)),
                Value::Char(c) => Some(str::cmp(c.encode_utf8(&mut [0; 4]), operand)),
                Value::Str(text) | Value::Text(text) => Some(text.cmp(operand)),
                Value::Bytes(bytes) => Some(bytes.cmp(operand.as_bytes())),
                Value::Variant(variant) => Some(variant.name().cmp(operand)),
                Value::Error(mut errors) => Some((*errors.next()?).cmp(operand)),
                value => Number::of(&value)?.compare((*number)?),
            },
            _ => None,
        }
    }

    /// Whether the value holds this: a text or an error as a part of it, a list as an element, a map as a key.
    pub(super) fn is_in(&self, value: &Value<'_>) -> bool {
        let equals = |value: &Value<'_>| self.compare(value) == Some(Ordering::Equal);
        match (*value, &self.kind) {
            (Value::Sequence(mut elements), _) => elements.any(|element| equals(&element)),
            (Value::Map(mut pairs), _) => pairs.any(|(key, _)| equals(&key)),
            (Value::Str(text) | Value::Text(text), Kind::Text(part, _)) => text.contains(part.as_str()),
            (Value::Error(mut errors), Kind::Text(part, _)) => errors.any(|text| text.contains(part.as_str())),
            (Value::Bytes(bytes), Kind::Text(part, _)) => {
                part.is_empty() || bytes.windows(part.len()).any(|window| window == part.as_bytes())
            }
            (value, _) => equals(&value),
        }
    }
}

impl Number {
    fn of(value: &Value<'_>) -> Option<Self> {
        Some(match *value {
            Value::I64(number) => Self::Integer(number.into()),
            Value::U64(number) => Self::Integer(number.into()),
            Value::I128(number) => Self::Integer(number),
            Value::U128(number) => number.into(),
            Value::F32(number) => Self::Float(number.into()),
            Value::F64(number) => Self::Float(number),
            _ => return None,
        })
    }

    /// Reads `-7`, `1e3` and the like; not `inf`, `NaN` and other words.
    fn parse(text: &str) -> Option<Self> {
        if !text.ends_with(|c: char| c.is_ascii_digit()) {
            return None;
        }
        let integer = text.parse().map(Self::Integer).ok();
        integer.or_else(|| text.parse().map(Self::Large).ok()).or_else(|| text.parse().map(Self::Float).ok())
    }

    fn compare(self, other: Self) -> Option<Ordering> {
        Some(match (self, other) {
            (Self::Integer(a), Self::Integer(b)) => a.cmp(&b),
            (Self::Large(a), Self::Large(b)) => a.cmp(&b),
            (Self::Integer(_), Self::Large(_)) => Ordering::Less,
            (Self::Large(_), Self::Integer(_)) => Ordering::Greater,
            (Self::Float(a), Self::Float(b)) => return a.partial_cmp(&b),
            (Self::Float(_), _) => return other.compare(self).map(Ordering::reverse),
            (_, Self::Float(b)) if b.is_nan() => return None,
            // Casts of floats end at the ends of the type.
            (Self::Large(a), Self::Float(b)) if b < TWO_TO_128 => a.cmp(&(b as u128)),
            (Self::Large(_), Self::Float(_)) => Ordering::Less,
            (Self::Integer(_), Self::Float(b)) if b >= TWO_TO_127 => Ordering::Less,
            (Self::Integer(_), Self::Float(b)) if b < -TWO_TO_127 => Ordering::Greater,
            // One that has a fraction is small enough for the cast to be exact.
            (Self::Integer(a), Self::Float(b)) => {
                a.cmp(&(b as i128)).then_with(|| 0.0.partial_cmp(&b.fract()).unwrap_or(Ordering::Equal))
            }
        })
    }
}

const TWO_TO_127: f64 = (1_u128 << 127) as f64;
const TWO_TO_128: f64 = TWO_TO_127 * 2.0;

impl From<u128> for Number {
    fn from(number: u128) -> Self {
        i128::try_from(number).map_or(Self::Large(number), Self::Integer)
    }
}

impl fmt::Display for Operand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            Kind::Bool(value) => write!(f, "{value}"),
            Kind::Number(Number::Integer(number)) => write!(f, "{number}"),
            Kind::Number(Number::Large(number)) => write!(f, "{number}"),
            Kind::Number(Number::Float(number)) => write!(f, "{number}"),
            Kind::Duration(duration) => write!(f, "{duration:?}"),
            Kind::Text(text, _) => write!(f, "{text:?}"),
        }
    }
}

macro_rules! operands {
    ($($type:ty => |$value:ident| $kind:expr;)*) => {$(
        impl From<$type> for Operand {
            fn from($value: $type) -> Self {
                Self { kind: $kind }
            }
        }
    )*};
}

operands! {
    bool => |value| Kind::Bool(value);
    i8 => |number| Kind::Number(Number::Integer(number.into()));
    i16 => |number| Kind::Number(Number::Integer(number.into()));
    i32 => |number| Kind::Number(Number::Integer(number.into()));
    i64 => |number| Kind::Number(Number::Integer(number.into()));
    i128 => |number| Kind::Number(Number::Integer(number));
    isize => |number| Kind::Number(Number::Integer(number as i128));
    u8 => |number| Kind::Number(Number::Integer(number.into()));
    u16 => |number| Kind::Number(Number::Integer(number.into()));
    u32 => |number| Kind::Number(Number::Integer(number.into()));
    u64 => |number| Kind::Number(Number::Integer(number.into()));
    u128 => |number| Kind::Number(number.into());
    usize => |number| Kind::Number(Number::Integer(number as i128));
    f32 => |number| Kind::Number(Number::Float(number.into()));
    f64 => |number| Kind::Number(Number::Float(number));
    Duration => |duration| Kind::Duration(duration);
    char => |c| Kind::Text(String::from(c), None);
    String => |text| { let number = Number::parse(&text); Kind::Text(text, number) };
    &String => |text| Operand::from(text.as_str()).kind;
    &str => |text| Operand::from(String::from(text)).kind;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::render::tests::{Payment, failed, logged};
    use Ordering::{Equal, Greater, Less};
    use proptest::prelude::*;
    use std::vec::Vec;

    fn compare<'a>(value: Value<'a>, operand: impl Into<Operand>) -> Option<Ordering> {
        operand.into().compare(&value)
    }

    #[test]
    fn numbers_compare_by_what_they_are_worth() {
        const EXACT: i64 = 1 << 53;
        for (value, operand, expected) in [
            (Value::U64(500), Operand::from(500), Some(Equal)),
            (Value::I64(-1), 0_u8.into(), Some(Less)),
            (Value::F64(0.5), 0.into(), Some(Greater)),
            (Value::F64(-0.5), 0.into(), Some(Less)),
            (Value::I64(-1), Operand::from(-0.5), Some(Less)),
            (Value::U64(2), Operand::from(1.5), Some(Greater)),
            (Value::I64(EXACT + 1), Operand::from(EXACT as f64), Some(Greater)),
            (Value::U128(u128::MAX), i128::MAX.into(), Some(Greater)),
            (Value::U128(u128::MAX), f64::MAX.into(), Some(Less)),
            (Value::U128(u128::MAX), Operand::from(1.0), Some(Greater)),
            (Value::I128(i128::MIN), Operand::from(-f64::INFINITY), Some(Greater)),
            (Value::U128(1 << 127), Operand::from(TWO_TO_127), Some(Equal)),
            (Value::I64(1), f64::NAN.into(), None),
            (Value::F64(f64::NAN), 1.into(), None),
            (Value::F32(0.1), Operand::from(0.1), Some(Equal)),
            (Value::F32(0.1), "0.1".into(), Some(Equal)),
            (Value::Str("1"), 1.into(), None),
            (Value::Bool(true), 1.into(), None),
        ] {
            assert_eq!(operand.compare(&value), expected, "{value:?} {operand}");
        }
    }

    #[test]
    fn text_compares_with_what_it_says() {
        assert_eq!(compare(Value::Str("acme"), "acme"), Some(Equal));
        assert_eq!(compare(Value::Text("a"), "acme"), Some(Less));
        assert_eq!(compare(Value::Char('x'), 'x'), Some(Equal));
        assert_eq!(compare(Value::Bytes(b"acme"), "acme"), Some(Equal));
        assert_eq!(compare(Value::U64(500), "500"), Some(Equal));
        assert_eq!(compare(Value::F64(5e2), "500"), Some(Equal));
        assert_eq!(compare(Value::Str("500"), "5e2"), Some(Less));
        assert_eq!(compare(Value::U64(5), "five"), None);
        assert_eq!(compare(Value::F64(f64::INFINITY), "inf"), None);
        assert_eq!(compare(Value::Bool(false), "false"), Some(Equal));
        assert_eq!(compare(Value::Bool(false), "no"), None);
        assert_eq!(compare(logged(Payment::Open), "Open"), Some(Equal));
        assert_eq!(compare(failed(&["outer", "inner"]), "outer"), Some(Equal));
        assert_eq!(compare(Value::Duration(Duration::from_secs(1)), Duration::from_millis(999)), Some(Greater));
    }

    #[test]
    fn a_value_holds_a_part_an_element_or_a_key() {
        let holds = |value: Value<'static>, operand: &Operand| operand.is_in(&value);
        assert!(holds(Value::Str("a timeout of 5 s"), &"timeout".into()));
        assert!(!holds(Value::Str("a timeout of 5 s"), &5.into()));
        assert!(holds(failed(&["outer", "inner timeout"]), &"timeout".into()));
        assert!(holds(Value::Bytes(b"\xfftimeout"), &"timeout".into()));
        assert!(!holds(Value::Bytes(b"x"), &"timeout".into()));
        assert!(holds(logged(Vec::from([1, 2, 3])), &2.into()));
        assert!(!holds(logged(Vec::from([1, 2, 3])), &4.into()));
        assert!(holds(logged(std::collections::BTreeMap::from([("cpu", 1)])), &"cpu".into()));
        assert!(holds(Value::U64(7), &7.into()));
    }

    proptest! {
        #[test]
        fn integers_and_floats_compare_exactly(integer in any::<i64>(), float in any::<f64>(), near in -2_i64..3) {
            for float in [float, integer as f64, integer.wrapping_add(near) as f64, near as f64 / 2.0] {
                // The float as an integer and whether something is missing, in another way: by its floor.
                let floor = float.floor();
                let expected = if floor >= 2e38 {
                    Less
                } else if floor < -1e38 {
                    Greater
                } else {
                    i128::from(integer).cmp(&(floor as i128)).then(if float > floor { Less } else { Equal })
                };
                prop_assert_eq!(compare(Value::I64(integer), float), Some(expected), "{} {}", integer, float);
                prop_assert_eq!(compare(Value::F64(float), integer), Some(expected.reverse()));
            }
        }
    }
}
