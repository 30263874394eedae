//! `..value`: the fields of a value as fields of the record.

use super::encode::Loggable;
use super::kind::{Kind, Style};
use super::wire::Described;

/// A value whose fields become fields of the record. That it has some is checked when the statement is compiled.
#[inline]
pub fn splat<T: Loggable + ?Sized>(value: &T) -> Described {
    const {
        assert!(
            has_keys(&T::KIND),
            "`..value` takes a struct with named fields, an enum of such variants, a map, or an `Option` of one: log this one as `key = value`"
        );
    }
    Described::encode(value)
}

/// Whether there are keys for fields. What the type of a map's keys is cannot be seen at compile time; they are shown as text.
const fn has_keys(kind: &Kind) -> bool {
    match kind {
        Kind::Struct(shape) => matches!(shape.style, Style::Named),
        Kind::Enum(shape) => {
            let mut index = 0;
            while index < shape.variants.len() {
                let variant = &shape.variants[index];
                if !matches!(variant.style, Style::Named | Style::Unit) && !variant.fields.is_empty() {
                    return false;
                }
                index += 1;
            }
            true
        }
        // What is in an option cannot be seen at compile time either; without fields of its own it is the field `value`.
        Kind::Map(..) | Kind::Tagged | Kind::Optional(_) => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::{BTreeMap, HashMap};
    use std::string::String;

    #[test]
    fn maps_have_keys_and_lists_and_scalars_have_none() {
        assert!(has_keys(&BTreeMap::<String, u8>::KIND));
        assert!(has_keys(&<&HashMap<&str, u8>>::KIND));
        assert!(!has_keys(&<(u8, u8)>::KIND));
        assert!(!has_keys(&<[u8]>::KIND));
        assert!(!has_keys(&str::KIND));
        assert!(has_keys(&Option::<BTreeMap<String, u8>>::KIND));
    }
}
