//! What a configuration file says, before anybody knows what its keys mean: a tree of tables, lists and plain values.
//!
//! TOML, JSON, environment variables and code all become this, and [`Config`](super::Config) is read from it and written
//! to it. Every key and every value remembers where it was written, so that whoever finds a mistake, however late, can
//! say line and column. Places do not count when trees are compared.

#[cfg(feature = "json")]
mod json;
#[cfg(feature = "serde")]
mod serde;
#[cfg(feature = "toml")]
mod toml;
mod write;

#[cfg(feature = "serde")]
pub(super) use self::serde::Tree;
#[cfg(feature = "toml")]
pub(super) use self::toml::read_toml;
#[cfg(feature = "json")]
pub(super) use json::read_json;
pub(super) use write::write_discreetly;
#[cfg(feature = "json")]
pub(super) use write::write_json;
#[cfg(feature = "toml")]
pub(super) use write::write_toml;

use std::string::String;
use std::sync::Arc;
use std::vec::Vec;

/// Which table a node is that is not one, if it stands for one: see [`Node::overlay`].
pub(super) type Long<'a> = &'a dyn Fn(&[String], Option<&str>, &Node) -> Option<Node>;

/// Where something was written.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place {
    /// In no file: in code.
    #[default]
    Code,
    /// So many bytes into a text.
    Text(usize),
    /// In an environment variable.
    Variable(Arc<str>),
}

/// A value and its place.
#[derive(Clone, Debug, Default)]
pub(super) struct Node {
    pub(super) item: Item,
    pub(super) place: Place,
}

/// A value.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) enum Item {
    /// Only JSON has it. It means that the key is as good as not there.
    #[default]
    Null,
    Bool(bool),
    Integer(i64),
    Float(f64),
    Text(String),
    List(Vec<Node>),
    Table(Table),
}

/// Keys and their values, in the order in which they were written.
#[derive(Clone, Debug, Default)]
pub(super) struct Table {
    entries: Vec<Entry>,
}

/// A key with its value.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Entry {
    pub(super) key: String,
    /// Where the key is.
    pub(super) place: Place,
    pub(super) value: Node,
}

impl Node {
    pub(super) fn new(item: Item, place: Place) -> Self {
        Self { item, place }
    }

    /// A value from an environment variable, which is all text: it may stand for a number, too.
    pub(super) fn is_loose(&self) -> bool {
        matches!(self.place, Place::Variable(_))
    }

    /// The value below this one, by keys and numbers in lists.
    pub(super) fn at(&self, path: &[String]) -> Option<&Self> {
        path.iter().try_fold(self, |node, step| match &node.item {
            Item::Table(table) => table.get(step),
            Item::List(list) => list.get(step.parse::<usize>().ok()?),
            _ => None,
        })
    }

    /// The place of a path, of its key if `key`; of the nearest thing above it that is there, if it is not.
    pub(super) fn place_of(&self, path: &[String], key: bool) -> Place {
        for end in (0..=path.len()).rev() {
            if key
                && let Some((last, above)) = path[..end].split_last()
                && let Some(Self { item: Item::Table(table), .. }) = self.at(above)
                && let Some(entry) = table.entry(last)
            {
                return entry.place.clone();
            }
            if let Some(node) = self.at(&path[..end]) {
                return node.place.clone();
            }
        }
        self.place.clone()
    }

    /// Lays `over` on top of this: tables are joined key by key, everything else is replaced. A table that is of another
    /// `kind` than the one below it replaces it, since their settings do not mix. `long` is asked which table a text below a
    /// table stands for: its path, the kind of the table that has it, and the text.
    pub(super) fn overlay(&mut self, over: &Self, long: Long<'_>) {
        self.overlay_at(&mut Vec::new(), None, over, long);
    }

    fn overlay_at(&mut self, path: &mut Vec<String>, kind: Option<&str>, over: &Self, long: Long<'_>) {
        if matches!(over.item, Item::Table(_))
            && let Some(table) = long(path, kind, self)
        {
            *self = table;
        }
        let (Item::Table(below), Item::Table(table)) = (&mut self.item, &over.item) else {
            *self = over.clone();
            return;
        };
        if let (Some(was), Some(is)) = (below.text("kind"), table.text("kind"))
            && !was.eq_ignore_ascii_case(is)
        {
            *self = over.clone();
            return;
        }
        let kind = below.text("kind").map(String::from);
        for entry in &table.entries {
            match below.entry_mut(&entry.key) {
                Some(known) => {
                    path.push(entry.key.clone());
                    known.value.overlay_at(path, kind.as_deref(), &entry.value, long);
                    path.pop();
                    known.place = entry.place.clone();
                }
                None => below.entries.push(entry.clone()),
            }
        }
    }
}

impl PartialEq for Node {
    fn eq(&self, other: &Self) -> bool {
        self.item == other.item
    }
}

impl Item {
    /// What it is, as errors say it.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a boolean",
            Self::Integer(_) => "an integer",
            Self::Float(_) => "a number",
            Self::Text(_) => "a text",
            Self::List(_) => "a list",
            Self::Table(_) => "a table",
        }
    }
}

impl Table {
    pub(super) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    pub(super) fn entries_mut(&mut self) -> &mut [Entry] {
        &mut self.entries
    }

    pub(super) fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.key == key)
    }

    pub(super) fn entry_mut(&mut self, key: &str) -> Option<&mut Entry> {
        self.entries.iter_mut().find(|entry| entry.key == key)
    }

    pub(super) fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|entry| &entry.value)
    }

    pub(super) fn text(&self, key: &str) -> Option<&str> {
        match &self.get(key)?.item {
            Item::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Puts a value under a key, in place of what is there.
    pub(super) fn insert(&mut self, key: &str, place: Place, value: Node) {
        match self.entry_mut(key) {
            Some(entry) => (entry.place, entry.value) = (place, value),
            None => self.entries.push(Entry { key: key.into(), place, value }),
        }
    }

    /// Puts a value that code says under a key.
    pub(super) fn put(&mut self, key: &str, item: Item) {
        self.insert(key, Place::Code, Node::new(item, Place::Code));
    }

    pub(super) fn remove(&mut self, key: &str) -> Option<Node> {
        let index = self.entries.iter().position(|entry| entry.key == key)?;
        Some(self.entries.remove(index).value)
    }

    #[cfg(any(feature = "json", feature = "toml"))]
    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

/// In whichever order the keys are.
impl PartialEq for Table {
    fn eq(&self, other: &Self) -> bool {
        self.entries.len() == other.entries.len()
            && self.entries.iter().all(|entry| other.get(&entry.key) == Some(&entry.value))
    }
}

/// A text cannot be read as a tree.
#[cfg(any(feature = "json", feature = "toml"))]
#[derive(Debug, PartialEq, Eq)]
pub(super) struct SyntaxError {
    /// Where, in bytes.
    pub(super) position: usize,
    /// What is wrong. Holds nothing of the text, which may have secrets.
    pub(super) message: String,
}

/// Line and column of a position, both from 1; columns count characters.
pub(super) fn line_and_column(text: &str, position: usize) -> (usize, usize) {
    let end = (0..=position.min(text.len())).rev().find(|&end| text.is_char_boundary(end)).unwrap_or(0);
    let before = &text[..end];
    let line = before.bytes().filter(|&byte| byte == b'\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    (line, column)
}

/// More tables and lists in one another than this are refused, so that no text exhausts the stack.
#[cfg(any(feature = "json", feature = "toml", feature = "serde"))]
const DEEPEST: usize = 32;

#[cfg(test)]
mod tests {
    use super::*;

    fn table(entries: &[(&str, Item)]) -> Item {
        let mut table = Table::default();
        entries.iter().for_each(|(key, item)| table.put(key, item.clone()));
        Item::Table(table)
    }

    fn node(item: Item) -> Node {
        Node::new(item, Place::Code)
    }

    #[test]
    fn tables_are_equal_whatever_their_order_and_places() {
        let one = table(&[("a", Item::Integer(1)), ("b", Item::Bool(true))]);
        let other = table(&[("b", Item::Bool(true)), ("a", Item::Integer(1))]);
        assert_eq!(Node::new(one.clone(), Place::Text(7)), node(other));
        assert_ne!(one, table(&[("a", Item::Integer(1))]));
        assert_ne!(one, table(&[("a", Item::Integer(1)), ("c", Item::Bool(true))]));
    }

    #[test]
    fn an_overlay_joins_tables_and_replaces_the_rest() {
        let text = |text: &str| Item::Text(text.into());
        let mut below = node(table(&[
            ("level", text("info")),
            ("file", table(&[("kind", text("file")), ("path", text("a.log"))])),
            ("list", Item::List(vec![node(Item::Integer(1)), node(Item::Integer(2))])),
        ]));
        below.overlay(
            &node(table(&[
                ("file", table(&[("level", text("warn"))])),
                ("list", Item::List(vec![node(Item::Integer(3))])),
            ])),
            &|_, _, _| None,
        );
        let joined = table(&[("kind", text("file")), ("path", text("a.log")), ("level", text("warn"))]);
        let list = Item::List(vec![node(Item::Integer(3))]);
        assert_eq!(below.item, table(&[("level", text("info")), ("file", joined), ("list", list.clone())]));
        let console = table(&[("kind", text("console"))]);
        below.overlay(&node(table(&[("file", console.clone())])), &|_, _, _| None);
        assert_eq!(below.item, table(&[("level", text("info")), ("file", console), ("list", list)]));
    }

    #[test]
    fn a_path_that_is_not_there_has_the_place_of_what_is_above_it() {
        let mut inner = Table::default();
        inner.insert("path", Place::Text(20), Node::new(Item::Integer(1), Place::Text(27)));
        let mut outer = Table::default();
        outer.insert("file", Place::Text(10), Node::new(Item::Table(inner), Place::Text(12)));
        let root = Node::new(Item::Table(outer), Place::Text(0));
        let path = |path: &[&str]| path.iter().map(|step| String::from(*step)).collect::<Vec<_>>();
        for (steps, key, expected) in [
            (&["file", "path"][..], false, 27),
            (&["file", "path"], true, 20),
            (&["file", "level"], false, 12),
            (&["file", "level"], true, 10),
            (&["other"], true, 0),
            (&[], true, 0),
        ] {
            assert_eq!(root.place_of(&path(steps), key), Place::Text(expected), "{steps:?} {key}");
        }
    }

    #[test]
    fn lines_and_columns_count_from_one_and_in_characters() {
        let text = "ä = 1\nöö = 2";
        for (position, expected) in [(0, (1, 1)), (2, (1, 2)), (7, (2, 1)), (11, (2, 3)), (12, (2, 4)), (99, (2, 7))] {
            assert_eq!(line_and_column(text, position), expected, "{position}");
        }
        assert_eq!(line_and_column(text, 1), (1, 1), "inside of a character");
    }
}
