//! TOML 1.1 as a tree.

use super::{DEEPEST, Item, Node, Place, SyntaxError, Table};
use ::toml::de::{DeTable, DeValue};
use std::string::{String, ToString};
use std::vec::Vec;

/// Reads a text. All that is wrong is told.
pub(in crate::config::data) fn read_toml(text: &str) -> Result<Node, Vec<SyntaxError>> {
    let (document, errors) = DeTable::parse_recoverable(text);
    let mut errors: Vec<_> = errors
        .into_iter()
        .map(|error| SyntaxError {
            position: error.span().map_or(0, |span| span.start),
            // Without the line that `Display` shows.
            message: error.message().to_string(),
        })
        .collect();
    let root = Item::Table(table(document.get_ref(), 0, &mut errors));
    // A mistake may be found twice: by the parser and in what it has made of the rest.
    errors.sort_by_key(|error| error.position);
    errors.dedup();
    if errors.is_empty() { Ok(Node::new(root, Place::Text(0))) } else { Err(errors) }
}

fn table(from: &DeTable<'_>, depth: usize, errors: &mut Vec<SyntaxError>) -> Table {
    let mut table = Table::default();
    let mut entries: Vec<_> = from.iter().collect();
    // The crate sorts them by name.
    entries.sort_by_key(|(key, _)| key.span().start);
    for (key, value) in entries {
        let position = value.span().start;
        let node = Node::new(item(value.get_ref(), position, depth + 1, errors), Place::Text(position));
        table.insert(key.get_ref(), Place::Text(key.span().start), node);
    }
    table
}

fn item(from: &DeValue<'_>, position: usize, depth: usize, errors: &mut Vec<SyntaxError>) -> Item {
    if depth > DEEPEST {
        errors.push(SyntaxError { position, message: std::format!("nested more than {DEEPEST} levels deep") });
        return Item::Null;
    }
    match from {
        DeValue::String(text) => Item::Text(text.to_string()),
        DeValue::Boolean(value) => Item::Bool(*value),
        DeValue::Integer(integer) => match i64::from_str_radix(integer.as_str(), integer.radix()) {
            Ok(value) => Item::Integer(value),
            Err(_) => {
                let message = String::from("an integer that is too large; 64 bits are the most");
                errors.push(SyntaxError { position, message });
                Item::Null
            }
        },
        DeValue::Float(float) => Item::Float(float.as_str().parse().unwrap_or(f64::NAN)),
        // No setting is one, and in a text it says the same.
        DeValue::Datetime(time) => Item::Text(time.to_string()),
        DeValue::Array(array) => {
            let node = |value: &::toml::Spanned<DeValue<'_>>, errors: &mut Vec<SyntaxError>| {
                let position = value.span().start;
                Node::new(item(value.get_ref(), position, depth + 1, errors), Place::Text(position))
            };
            Item::List(array.iter().map(|value| node(value, errors)).collect())
        }
        DeValue::Table(from) => Item::Table(table(from, depth, errors)),
    }
}

#[cfg(test)]
mod tests {
    use super::super::line_and_column;
    use super::*;

    fn problems(text: &str) -> Vec<String> {
        let errors = read_toml(text).map(|_| ()).expect_err(text);
        let located = errors.iter().map(|error| {
            let (line, column) = line_and_column(text, error.position);
            std::format!("{line}:{column}: {}", error.message)
        });
        located.collect()
    }

    #[test]
    fn every_kind_of_value_is_read_with_its_place() {
        let text =
            "b = true\ni = -0x1F\nf = 1.5\nt = 'x'\nl = [1, 'a']\n[t2.deep]\nk = 'v'\n[[rows]]\na = 1\n[[rows]]\n";
        let text = text.replace("-0x1F", "0x1F");
        let root = read_toml(&text).expect("it is good");
        let Item::Table(table) = &root.item else { panic!("{root:?}") };
        assert_eq!(table.get("b").map(|node| &node.item), Some(&Item::Bool(true)));
        assert_eq!(table.get("i").map(|node| &node.item), Some(&Item::Integer(31)));
        assert_eq!(table.get("f").map(|node| &node.item), Some(&Item::Float(1.5)));
        let path = ["t2", "deep", "k"].map(String::from);
        assert_eq!(root.at(&path).map(|node| &node.item), Some(&Item::Text("v".into())));
        let place = |path: &[String], key| match root.place_of(path, key) {
            Place::Text(position) => line_and_column(&text, position),
            place => panic!("{place:?}"),
        };
        assert_eq!((place(&path, true), place(&path, false)), ((7, 1), (7, 5)));
        assert_eq!(place(&["l", "1"].map(String::from), false), (5, 9));
        assert_eq!(place(&["rows", "0", "a"].map(String::from), true), (9, 1));
        let keys: Vec<_> = table.entries().iter().map(|entry| entry.key.as_str()).collect();
        assert_eq!(keys, ["b", "i", "f", "t", "l", "t2", "rows"], "the order of the file");
    }

    #[test]
    fn all_mistakes_are_told_and_nothing_of_the_text_is() {
        let found = problems("a = nonsense\nb = 1\nb = 2\nc = 'hunter2\nd = 99999999999999999999");
        assert!(found.len() >= 3, "{found:?}");
        assert!(found[0].starts_with("1:5: "), "{found:?}");
        assert!(!found.concat().contains("hunter2"), "{found:?}");
        assert!(problems("d = 99999999999999999999")[0].starts_with("1:5: an integer"));
    }

    #[test]
    fn what_is_nested_too_deep_is_refused() {
        let deep = |depth: usize| std::format!("a = {}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(read_toml(&deep(DEEPEST - 1)).is_ok());
        for depth in [DEEPEST + 1, 70, 10_000] {
            assert!(read_toml(&deep(depth)).is_err(), "{depth}");
        }
    }
}
