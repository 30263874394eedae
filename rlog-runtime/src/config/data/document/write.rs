//! A tree as TOML and as JSON.

#[cfg(any(feature = "json", feature = "toml"))]
use super::Node;
use super::{Item, Table};
use std::string::String;

/// As TOML: the plain values of a table, then the tables below it, each under a header of its own.
#[cfg(feature = "toml")]
pub(in crate::config::data) fn write_toml(root: &Table) -> String {
    let mut out = String::new();
    toml_table(root, "", &mut out);
    out
}

#[cfg(feature = "toml")]
fn toml_table(table: &Table, path: &str, out: &mut String) {
    let is_table = |item: &Item| matches!(item, Item::Table(_));
    let written = || table.entries().iter().filter(|entry| entry.value.item != Item::Null);
    // A header that only holds tables goes without saying.
    if !path.is_empty() && (table.is_empty() || written().any(|entry| !is_table(&entry.value.item))) {
        if !out.is_empty() {
            out.push('\n');
        }
        out.push('[');
        out.push_str(path);
        out.push_str("]\n");
    }
    for entry in written().filter(|entry| !is_table(&entry.value.item)) {
        toml_key(&entry.key, out);
        out.push_str(" = ");
        toml_value(&entry.value.item, out);
        out.push('\n');
    }
    for entry in written() {
        if let Item::Table(below) = &entry.value.item {
            let mut path = String::from(path);
            if !path.is_empty() {
                path.push('.');
            }
            toml_key(&entry.key, &mut path);
            toml_table(below, &path, out);
        }
    }
}

#[cfg(feature = "toml")]
fn toml_key(key: &str, out: &mut String) {
    let is_bare = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    if !key.is_empty() && key.chars().all(is_bare) { out.push_str(key) } else { quoted(key, out) }
}

#[cfg(feature = "toml")]
fn toml_value(item: &Item, out: &mut String) {
    match item {
        Item::Table(table) => {
            let entries = table.entries().iter().filter(|entry| entry.value.item != Item::Null);
            out.push_str("{ ");
            for (index, entry) in entries.enumerate() {
                out.push_str(if index == 0 { "" } else { ", " });
                toml_key(&entry.key, out);
                out.push_str(" = ");
                toml_value(&entry.value.item, out);
            }
            out.push_str(" }");
        }
        Item::List(list) => {
            out.push('[');
            let written = list.iter().filter(|node| node.item != Item::Null);
            for (index, Node { item, .. }) in written.enumerate() {
                out.push_str(if index == 0 { "" } else { ", " });
                toml_value(item, out);
            }
            out.push(']');
        }
        // "NaN" and "inf" of Rust are `nan` and `inf` there.
        Item::Float(value) if !value.is_finite() => out.push_str(&std::format!("{value}").to_lowercase()),
        item => plain(item, out),
    }
}

/// As JSON, with two spaces for each level.
#[cfg(feature = "json")]
pub(in crate::config::data) fn write_json(root: &Table) -> String {
    let mut out = String::new();
    json_table(root, 0, &mut out);
    out.push('\n');
    out
}

#[cfg(feature = "json")]
fn json_table(table: &Table, depth: usize, out: &mut String) {
    if table.is_empty() {
        out.push_str("{}");
        return;
    }
    out.push_str("{\n");
    for (index, entry) in table.entries().iter().enumerate() {
        out.push_str(if index == 0 { "" } else { ",\n" });
        (0..=depth).for_each(|_| out.push_str("  "));
        quoted(&entry.key, out);
        out.push_str(": ");
        json_value(&entry.value.item, depth + 1, out);
    }
    out.push('\n');
    (0..depth).for_each(|_| out.push_str("  "));
    out.push('}');
}

#[cfg(feature = "json")]
fn json_value(item: &Item, depth: usize, out: &mut String) {
    match item {
        Item::Table(table) => json_table(table, depth, out),
        Item::List(list) => {
            out.push('[');
            for (index, Node { item, .. }) in list.iter().enumerate() {
                out.push_str(if index == 0 { "" } else { ", " });
                json_value(item, depth, out);
            }
            out.push(']');
        }
        Item::Float(value) if !value.is_finite() => out.push_str("null"),
        item => plain(item, out),
    }
}

/// What both write in the same way.
fn plain(item: &Item, out: &mut String) {
    match item {
        Item::Null | Item::List(_) | Item::Table(_) => out.push_str("null"),
        Item::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Item::Integer(value) => out.push_str(&std::format!("{value}")),
        Item::Float(value) => out.push_str(&std::format!("{value:?}")),
        Item::Text(text) => quoted(text, out),
    }
}

/// The escapes that both have.
fn quoted(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() => out.push_str(&std::format!("\\u{:04x}", c as u32)),
            c => out.push(c),
        }
    }
    out.push('"');
}

/// For debug output: one line, as JSON, where what looks like a secret is left out.
pub(in crate::config::data) fn write_discreetly(table: &Table, is_secret: fn(&str) -> bool, out: &mut String) {
    out.push('{');
    for (index, entry) in table.entries().iter().enumerate() {
        out.push_str(if index == 0 { "" } else { ", " });
        quoted(&entry.key, out);
        out.push_str(": ");
        if is_secret(&entry.key) {
            out.push_str(crate::value::REDACTED);
        } else {
            item_discreetly(&entry.value.item, is_secret, out);
        }
    }
    out.push('}');
}

fn item_discreetly(item: &Item, is_secret: fn(&str) -> bool, out: &mut String) {
    match item {
        Item::Table(table) => write_discreetly(table, is_secret, out),
        Item::List(list) => {
            out.push('[');
            for (index, node) in list.iter().enumerate() {
                out.push_str(if index == 0 { "" } else { ", " });
                item_discreetly(&node.item, is_secret, out);
            }
            out.push(']');
        }
        item => plain(item, out),
    }
}

#[cfg(all(test, feature = "toml", feature = "json"))]
mod tests {
    use super::super::{Place, read_json, read_toml};
    use super::*;
    use proptest::prelude::*;
    use std::vec::Vec;

    /// Any tree without nulls, which TOML has not.
    fn item() -> impl Strategy<Value = Item> {
        let plain = prop_oneof![
            any::<bool>().prop_map(Item::Bool),
            any::<i64>().prop_map(Item::Integer),
            (-1e300..1e300).prop_map(Item::Float),
            Just(Item::Float(3.0)),
            ".{0,8}|\\PC{0,8}".prop_map(Item::Text),
        ];
        plain.prop_recursive(4, 24, 4, |inner| {
            let node = inner.prop_map(|item| Node::new(item, Place::Code));
            prop_oneof![
                prop::collection::vec(node.clone(), 0..4).prop_map(Item::List),
                prop::collection::vec(("[a-z.]{0,3}|.{0,3}", node), 0..4)
                    .prop_map(|entries| Item::Table(table(entries))),
            ]
        })
    }

    fn table(entries: Vec<(String, Node)>) -> Table {
        let mut table = Table::default();
        entries.into_iter().for_each(|(key, node)| table.insert(&key, Place::Code, node));
        table
    }

    proptest! {
        #[test]
        fn whatever_is_written_is_read_again(entries in prop::collection::vec(("[a-z]{1,3}|.{0,3}", item()), 0..5)) {
            let entries = entries.into_iter().map(|(key, item)| (key, Node::new(item, Place::Code)));
            let root = table(entries.collect());
            let toml = write_toml(&root);
            prop_assert_eq!(read_toml(&toml).map(|node| node.item), Ok(Item::Table(root.clone())), "{}", toml);
            let json = write_json(&root);
            prop_assert!(serde_json::from_str::<serde_json::Value>(&json).is_ok(), "{}", json);
            prop_assert_eq!(read_json(&json).map(|node| node.item), Ok(Item::Table(root)), "{}", json);
        }
    }

    #[test]
    fn toml_is_written_as_a_person_would() {
        let text = "level = \"info\"\n\n[handlers.file]\nkind = \"file\"\nrules = [{ level = \"warn\" }, 1]\n\n[handlers.file.format]\nkind = \"json\"\n\n[loggers.\"app::db\"]\nlevel = \"debug\"\n";
        let Item::Table(root) = read_toml(text).expect("it is good").item else { panic!("a table") };
        assert_eq!(write_toml(&root), text);
    }

    #[test]
    fn debug_output_has_no_secrets() {
        let Item::Table(root) =
            read_toml("user = 'ada'\npassword = 'hunter2'\n[a]\ntoken = 1").expect("it is good").item
        else {
            panic!("a table")
        };
        let mut out = String::new();
        write_discreetly(&root, |key| key == "password" || key == "token", &mut out);
        assert_eq!(out, "{\"user\": \"ada\", \"password\": <redacted>, \"a\": {\"token\": <redacted>}}");
    }
}
