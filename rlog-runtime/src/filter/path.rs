//! Fields by their path: `user`, `user.id`, `items.0.name`.

use crate::callsite::Callsite;
use crate::record::Record;
use crate::value::{Struct, Style, Tagging, Value, Variant};

/// The value at this path, as structured output shows it; `None` also if it is null.
///
/// A key may hold dots of its own. Of several values that the path fits, the first counts.
pub(super) fn find<'a>(record: &Record<'a>, path: &str) -> Option<Value<'a>> {
    let found = record.fields().find_map(|(key, value)| below(key, value, path));
    if found.is_some() || record.info.splats == 0 {
        return found;
    }
    // What is flattened in a value that is spread over the record is a field of the record.
    let spread = record.values.iter().enumerate().filter(|(index, _)| record.info.splats >> (*index).min(127) & 1 == 1);
    spread.filter_map(|(_, value)| *value).find_map(|value| inside(value, path))
}

/// Looks at the value at this path, if there is one.
///
/// A value with that very key is looked at in its place: a copy of one that was decoded just now waits for the stores.
#[inline]
pub(crate) fn look<R>(record: &Record<'_>, path: &str, look: impl FnOnce(&Value<'_>) -> R) -> Option<R> {
    for (key, value) in record.info.keys.iter().zip(record.values) {
        if *key == Some(path) {
            return match value {
                None | Some(Value::Null) => None,
                Some(value) => Some(look(value)),
            };
        }
    }
    find(record, path).map(|value| look(&value))
}

/// Whether a record of the statement can have a value at this path that the statement gives it.
pub(crate) fn may_have(callsite: &Callsite, path: &str) -> bool {
    callsite.info().splats != 0 || callsite.keys().any(|key| key == path || rest(path, key).is_some())
}

/// What follows `key` and a dot.
fn rest<'p>(path: &'p str, key: &str) -> Option<&'p str> {
    path.strip_prefix(key)?.strip_prefix('.')
}

fn present(value: Value<'_>) -> Option<Value<'_>> {
    if matches!(value, Value::Null) { None } else { Some(value) }
}

/// The value at the path, if it is that of `key` or inside of it.
fn below<'a>(key: &str, value: Value<'a>, path: &str) -> Option<Value<'a>> {
    if key == path {
        return present(value);
    }
    inside(value, rest(path, key)?)
}

fn inside<'a>(value: Value<'a>, path: &str) -> Option<Value<'a>> {
    match value {
        Value::Struct(fields) => field(fields, path),
        Value::Variant(variant) => in_variant(variant, path),
        Value::Map(mut pairs) => pairs.find_map(|(key, value)| match key {
            Value::Str(key) | Value::Text(key) => below(key, value, path),
            _ => None,
        }),
        Value::Sequence(mut elements) => {
            let (index, rest) = match path.split_once('.') {
                Some((index, rest)) => (index, Some(rest)),
                None => (path, None),
            };
            let element = elements.nth(index.parse().ok()?)?;
            match rest {
                Some(rest) => inside(element, rest),
                None => present(element),
            }
        }
        _ => None,
    }
}

fn field<'a>(mut fields: Struct<'a>, path: &str) -> Option<Value<'a>> {
    while let Some((shape, value)) = fields.next_field() {
        let found = match shape.flatten {
            Some(prefix) => path.strip_prefix(prefix).and_then(|path| inside(value, path)),
            None => None,
        };
        if let Some(found) = found.or_else(|| below(shape.key, value, path)) {
            return Some(found);
        }
    }
    None
}

/// Fields of a variant are found with or without what structured output puts around them.
fn in_variant<'a>(variant: Variant<'a>, path: &str) -> Option<Value<'a>> {
    let mut fields = variant.fields();
    let around = match variant.tagging() {
        Tagging::External => variant.name(),
        Tagging::Adjacent(tag, _) | Tagging::Internal(tag) if tag == path => return Some(Value::Str(variant.name())),
        Tagging::Adjacent(_, content) => content,
        Tagging::Internal(_) => return field(fields, path),
    };
    if path == around {
        return match fields.style() {
            Style::Newtype => fields.next().and_then(|(_, value)| present(value)),
            Style::Unit => None,
            Style::Tuple | Style::Named => Some(Value::Struct(fields)),
        };
    }
    rest(path, around).and_then(|path| field(fields, path)).or_else(|| field(fields, path))
}

#[cfg(test)]
mod tests {
    use super::super::made::Made;
    use super::*;
    use crate::level::Level;
    use crate::value::render::tests::{Order, Payment, logged};
    use std::collections::BTreeMap;
    use std::string::{String, ToString as _};
    use std::vec::Vec;

    fn found(made: &Made<'_>, path: &str) -> Option<String> {
        find(&made.record(), path).map(|value| value.to_string())
    }

    #[test]
    fn a_path_leads_into_structs_lists_and_maps() {
        let state = Payment::Paid { cents: 7, by: "ada" };
        let made = Made::new(Level::INFO, "k5:orderk5:limitk4:listk8:user.agek1:n.m\u{1f}f").values([
            logged(Order { id: 1, note: Some("x"), state }),
            logged(BTreeMap::from([("cpu", 2), ("a.b", 3)])),
            logged(Vec::from(["zero", "one"])),
            logged(36),
            Value::Null,
        ]);
        for (path, expected) in [
            ("order.id", Some("1")),
            ("order.note", Some("x")),
            ("order.state.cents", Some("7")),
            ("order.state.Paid.by", Some("ada")),
            ("order.state.Paid", Some("{cents: 7, by: \"ada\"}")),
            ("order.state.Open", None),
            ("limit.cpu", Some("2")),
            ("limit.a.b", Some("3")),
            ("limit.gpu", None),
            ("list.1", Some("one")),
            ("list.2", None),
            ("list.x", None),
            ("list.1.x", None),
            ("user.age", Some("36")),
            ("user", None),
            ("order.", None),
            (".id", None),
            ("n", None),
            ("", None),
        ] {
            let found = found(&made, path);
            match expected {
                // How a bare struct is shown is not the matter here.
                Some(expected) => {
                    assert!(found.as_deref().is_some_and(|found| found.ends_with(expected)), "{path}: {found:?}");
                }
                None => assert_eq!(found, None, "{path}"),
            }
            assert!(expected.is_none() || may_have(made.callsite(), path), "{path}");
        }
    }

    #[test]
    fn fields_of_a_splat_are_those_of_the_record() {
        let order = Order { id: 1, note: None, state: Payment::Open };
        let made = Made::new(Level::INFO, "sk1:b.m\u{1f}f").values([logged(order), Value::U64(2)]);
        assert_eq!(found(&made, "id").as_deref(), Some("1"));
        assert_eq!(found(&made, "b").as_deref(), Some("2"));
        assert_eq!(found(&made, "note"), None);
        assert!(may_have(made.callsite(), "whatever"));
    }

    #[test]
    fn a_statement_without_the_key_cannot_have_the_field() {
        let made = Made::new(Level::INFO, "k4:usera.m\u{1f}f");
        for (path, expected) in [("user", true), ("user.id", true), ("users", false), ("use", false), ("id", false)] {
            assert_eq!(may_have(made.callsite(), path), expected, "{path}");
        }
    }
}
