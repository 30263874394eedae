//! The keys of one statement.

use crate::errors::{Errors, words};
use crate::grammar::field::Key;

/// Reports empty keys, and keys that are given twice.
pub(crate) fn check<'a>(keys: impl Iterator<Item = &'a Key>, errors: &mut Errors) {
    let mut seen: Vec<&Key> = Vec::new();
    for key in keys {
        let text = &key.text;
        if text.is_empty() {
            // A value without a key has been reported where it was parsed; only a quoted key can be empty by itself.
            if key.tokens.to_string() == "\"\"" {
                errors.at(&key.tokens, "a key cannot be empty; name the field");
            }
        } else if let Some(first) = seen.iter().find(|first| first.text == *text) {
            errors.at_both(
                &key.tokens,
                format_args!("the key `{text}` is given twice; rename or remove one of the two fields"),
                &first.tokens,
                format_args!("`{}` is given here first", words(&first.tokens)),
            );
        } else {
            seen.push(key);
        }
    }
}
