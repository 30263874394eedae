//! Short forms: a text in the place of a table.
//!
//! `redaction = "strict"` is `redaction = { preset = "strict" }`. Where a profile or a variable sets another key of that table,
//! the text must not be lost, so it becomes the table first. Who only reads a setting takes the one for the other by
//! [`Reader::alone`](super::setting::Reader::alone).

use super::custom::{FORMATTERS, HANDLERS};
#[cfg(test)]
use super::document::Place;
use super::document::{Item, Node, Table};
use std::string::String;

/// Keys of handlers whatever their kind, and of formats, by which table the text is.
const OF_ALL: [(&str, &str); 2] = [("redaction", "preset"), ("format", "kind")];

/// Keys of handlers that belong to their kinds.
const OF_KINDS: [(&str, &str); 4] =
    [("rotation", "every"), ("compression", "kind"), ("fsync", "when"), ("theme", "name")];

/// The table that a node is, if it is a text at a path where a text stands for one. `kind` is that of the table which has the
/// last key of the path.
pub(super) fn long(path: &[String], kind: Option<&str>, node: &Node) -> Option<Node> {
    let Item::Text(text) = &node.item else { return None };
    let mut table = Table::default();
    let mut put = |key: &str, text: &str| {
        table.insert(key, node.place.clone(), Node::new(Item::Text(text.into()), node.place.clone()));
    };
    if is_filter(path) {
        put("kind", "rate_limit");
        put("rate", text);
    } else {
        put(setting(path, kind)?, text);
    }
    Some(Node::new(Item::Table(table), node.place.clone()))
}

fn is_filter(path: &[String]) -> bool {
    let has_filters = match path.first().map(String::as_str) {
        Some("filters") => true,
        Some("handlers" | "loggers") => path.len() > 2,
        _ => false,
    };
    let is_number = |step: &str| step.bytes().all(|byte| byte.is_ascii_digit());
    has_filters
        && match path {
            [.., last] if ["filter", "filters"].contains(&last.as_str()) => true,
            [.., above, last] => above == "filters" && is_number(last),
            _ => false,
        }
}

fn setting(path: &[String], kind: Option<&str>) -> Option<&'static str> {
    let find = |keys: &[(&str, &'static str)], key: &str| {
        keys.iter().find(|(known, _)| *known == key).map(|&(_, setting)| setting)
    };
    let path: std::vec::Vec<_> = path.iter().map(String::as_str).collect();
    match path.as_slice() {
        ["redaction"] => Some("preset"),
        // What texts mean that are settings of the program's own kinds nobody knows here.
        ["handlers", _, key] => find(&OF_ALL, key)
            .or_else(|| find(&OF_KINDS, key).filter(|_| kind.is_none_or(|kind| HANDLERS.keys(kind).is_none()))),
        ["handlers", _, "format", "theme"] => {
            Some("name").filter(|_| kind.is_none_or(|kind| FORMATTERS.keys(kind).is_none()))
        }
        _ => None,
    }
}

/// A text at this place as it is read, in the test that all short forms are known.
#[cfg(test)]
pub(super) fn is_known(path: &[String], setting: &str) -> bool {
    let text = Node::new(Item::Text("x".into()), Place::Code);
    let Some(Node { item: Item::Table(table), .. }) = long(path, None, &text) else { return false };
    table.text(setting) == Some("x")
}
