//! The keys of one statement.

use crate::errors::{Errors, words};
use crate::grammar::field::Key;

/// Keys of what every record has anyway, with a better name for a field that wants to be called so.
const RESERVED: [(&str, &str); 4] =
    [("timestamp", "time"), ("level", "current_level"), ("logger", "logger_name"), ("message", "text")];

/// Whether no field can have this key. A hole of that name shows its value, and is no field.
pub(crate) fn is_reserved(key: &str) -> bool {
    RESERVED.iter().any(|&(reserved, _)| reserved == key)
}

/// Reports empty and reserved keys of fields, and keys that are given twice.
pub(crate) fn check<'a>(
    fields: impl Iterator<Item = &'a Key>,
    names: impl Iterator<Item = &'a Key>,
    errors: &mut Errors,
) {
    let mut seen: Vec<&Key> = Vec::new();
    for (key, is_field) in fields.map(|key| (key, true)).chain(names.map(|key| (key, false))) {
        let text = &key.text;
        if key.is_constant {
            // Only the compiler knows what it says.
        } else if text.is_empty() {
            errors.at(&key.tokens, "a key cannot be empty; name the field");
        } else if let Some(first) = seen.iter().find(|first| first.text == *text) {
            errors.at_both(
                &key.tokens,
                format_args!("the key `{text}` is given twice; rename or remove one of the two fields"),
                &first.tokens,
                format_args!("`{}` is given here first", words(&first.tokens)),
            );
        } else {
            seen.push(key);
            let better = RESERVED.iter().find(|(reserved, _)| is_field && reserved == text);
            if let Some((_, better)) = better {
                let text = format_args!("`{text}` is what every record has already; call the field `{better}`, say");
                errors.at(&key.tokens, text);
            }
        }
    }
}
