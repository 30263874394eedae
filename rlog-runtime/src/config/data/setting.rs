//! How settings are read from a tree and written to one.
//!
//! [`Setting`] is a value, [`Section`] some keys of a table. Most are [declared](super::declare) and not written by hand.

use super::document::{Item, Node, Table};
use super::report::Found;
use crate::nearest::nearest;
use crate::redact::secret_keys::looks_secret;
use crate::redact::{Redaction, Rule, Scanner};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::string::{String, ToString};
use std::vec::Vec;

/// A value that a setting can have.
pub(super) trait Setting: Sized {
    /// Reads it. `None` if it is wrong, which the reader has been told then.
    fn read(node: &Node, reader: &mut Reader) -> Option<Self>;

    /// What is read as the same.
    fn write(&self) -> Item;
}

/// Settings that are keys of one table. Several can share a table.
pub(super) trait Section: Sized {
    /// Its keys.
    const KEYS: &'static [&'static str];

    /// Takes its keys out of the table.
    fn read_from(fields: &mut Fields<'_, '_>) -> Option<Self>;

    /// Puts its keys into the table.
    fn write_to(&self, table: &mut Table);
}

/// Where in the tree the reading is, and what has been found wrong.
#[derive(Debug, Default)]
pub(super) struct Reader {
    pub(super) path: Vec<String>,
    pub(super) found: Found,
    /// What there is of kinds; by the type of settings, the keys that there are and the keys that are there; and the paths at
    /// which a text is the setting of a table.
    #[cfg(test)]
    pub(super) kinds: Vec<(&'static str, String)>,
    #[cfg(test)]
    pub(super) seen: Vec<(&'static str, Vec<&'static str>, Vec<String>)>,
    #[cfg(test)]
    pub(super) alone: Vec<(Vec<String>, &'static str)>,
}

impl Reader {
    /// Something is wrong with the value that is being read.
    pub(super) fn wrong(&mut self, message: impl Into<String>) {
        self.found.value(&self.path, message);
    }

    /// A setting is missing in the table that is being read.
    pub(super) fn missing(&mut self, key: &str, message: impl Into<String>) {
        self.found.missing(&self.path, key, message);
    }

    /// The value that is being read is of another kind.
    pub(super) fn expected(&mut self, what: &str, node: &Node) {
        let message = match &node.item {
            Item::Text(text) => std::format!("expected {what}, got the text {}", self.quote(text)),
            item => std::format!("expected {what}, got {}", item.kind()),
        };
        self.wrong(message);
    }

    /// A word that is none of those that are known.
    pub(super) fn unknown<'k>(&mut self, what: &str, word: &str, known: impl IntoIterator<Item = &'k str>) {
        let message = std::format!("unknown {what} {}; {}", self.quote(word), instead(word, known));
        self.wrong(message);
    }

    /// A value as a problem shows it: not at all if its key looks like that of a secret, and never much of it.
    pub(super) fn quote(&self, text: &str) -> String {
        const LONGEST: usize = 60;
        if self.path.iter().any(|step| is_secret(step)) {
            return crate::value::REDACTED.to_string();
        }
        let text = &*without_passwords(text);
        let dots = if text.chars().nth(LONGEST).is_some() { "…" } else { "" };
        std::format!("`{}{dots}`", text.chars().take(LONGEST).collect::<String>())
    }

    /// The table with this one setting, if the setting stands in its place. [`super::short`] has to know it, too.
    #[cfg_attr(not(test), allow(clippy::unused_self, reason = "tests remember where it was called"))]
    pub(super) fn alone<'a>(&mut self, node: &'a Node, key: &'static str) -> Cow<'a, Node> {
        #[cfg(test)]
        self.alone.push((self.path.clone(), key));
        if !matches!(node.item, Item::Text(_)) {
            return Cow::Borrowed(node);
        }
        let mut table = Table::default();
        table.insert(key, node.place.clone(), node.clone());
        Cow::Owned(Node::new(Item::Table(table), node.place.clone()))
    }

    /// Reads what is below a key.
    pub(super) fn below<T>(&mut self, step: &str, read: impl FnOnce(&mut Self) -> T) -> T {
        self.path.push(step.to_string());
        let result = read(self);
        self.path.pop();
        result
    }

    /// Reads a table by its sections, and refuses keys that none of them has taken.
    pub(super) fn table<T>(
        &mut self,
        node: &Node,
        what: &str,
        read: impl FnOnce(&mut Fields<'_, '_>) -> Option<T>,
    ) -> Option<T> {
        let Item::Table(table) = &node.item else {
            self.expected(what, node);
            return None;
        };
        let mut fields = Fields { table, reader: self, known: Vec::new(), is_open: false };
        let result = read(&mut fields);
        fields.finish();
        result
    }
}

/// What to write in place of a word that is not known.
pub(super) fn instead<'k>(word: &str, known: impl IntoIterator<Item = &'k str>) -> String {
    let known: Vec<_> = known.into_iter().collect();
    match nearest(word, known.iter().copied()) {
        Some(meant) => std::format!("did you mean `{meant}`?"),
        None if known.is_empty() => "there is none".to_string(),
        None => {
            let known: Vec<_> = known.iter().map(|known| std::format!("`{known}`")).collect();
            std::format!("write one of {}", known.join(", "))
        }
    }
}

/// Whether a value under this key must not be shown.
pub(super) fn is_secret(key: &str) -> bool {
    const WORDS: [&str; 17] = [
        "password",
        "passwd",
        "pwd",
        "passphrase",
        "secret",
        "secrets",
        "token",
        "tokens",
        "credential",
        "credentials",
        "apikey",
        "key",
        "keys",
        "authorization",
        "cookie",
        "dsn",
        "signature",
    ];
    let lower = key.to_ascii_lowercase();
    lower.split(|c: char| !c.is_alphanumeric()).any(|word| WORDS.contains(&word)) || looks_secret(key)
}

/// A text without the passwords of URLs, and without tokens and keys that are known by how they look.
pub(super) fn without_passwords(text: &str) -> Cow<'_, str> {
    const SCANNERS: [Scanner; 5] =
        [Scanner::UrlPassword, Scanner::AuthToken, Scanner::AccessKey, Scanner::PrivateKey, Scanner::Jwt];
    let rules = SCANNERS.into_iter().map(Rule::from);
    let (_, scan) = rules.fold(Redaction::new(), Redaction::rule).compile();
    let mut matches = Vec::new();
    scan.find(text.as_bytes(), &mut matches);
    let (mut shown, mut from) = (String::new(), 0);
    for found in &matches {
        // They begin and end where characters do; if not, nothing of it is shown.
        shown.push_str(text.get(from..found.start).unwrap_or_default());
        shown.push_str(crate::value::REDACTED);
        from = found.end;
    }
    if matches.is_empty() {
        return Cow::Borrowed(text);
    }
    shown.push_str(text.get(from..).unwrap_or_default());
    Cow::Owned(shown)
}

/// The keys of one table, as they are taken out of it.
pub(super) struct Fields<'a, 'r> {
    pub(super) table: &'a Table,
    pub(super) reader: &'r mut Reader,
    known: Vec<String>,
    /// Keys that nobody takes are all right.
    is_open: bool,
}

impl<'a> Fields<'a, '_> {
    /// What is under a key. Nothing if there is `null`.
    pub(super) fn take(&mut self, key: &str) -> Option<&'a Node> {
        self.know(key);
        self.table.get(key).filter(|node| node.item != Item::Null)
    }

    /// Names a key, for suggestions.
    pub(super) fn know(&mut self, key: &str) {
        self.known.push(key.to_string());
    }

    /// For the test that a file can say everything.
    #[cfg(test)]
    pub(super) fn saw(&mut self, settings: &'static str, keys: &[&'static str]) {
        let present = self.table.entries().iter().map(|entry| entry.key.clone()).collect();
        self.reader.seen.push((settings, keys.to_vec(), present));
    }

    /// Lets keys through that nobody takes: somebody else will look at them.
    pub(super) fn leave_the_rest(&mut self) {
        self.is_open = true;
    }

    pub(super) fn optional<T: Setting>(&mut self, key: &str) -> Option<T> {
        let node = self.take(key)?;
        self.reader.below(key, |reader| T::read(node, reader))
    }

    pub(super) fn required<T: Setting>(&mut self, key: &str) -> Option<T> {
        let value = self.optional(key);
        if self.table.get(key).is_none_or(|node| node.item == Item::Null) {
            self.reader.missing(key, std::format!("`{key}` is missing"));
        }
        value
    }

    /// Refuses a table with both keys, or with none of them.
    pub(super) fn one_of(&mut self, first: &str, second: &str) {
        let is_there = |key: &&str| self.table.get(key).is_some_and(|node| node.item != Item::Null);
        let mut path = self.reader.path.clone();
        match [first, second].into_iter().filter(is_there).collect::<Vec<_>>().as_slice() {
            [] => self.reader.missing(first, std::format!("`{first}` is missing, or `{second}`")),
            [_, _] => {
                // A variable is to be left out rather than the file to be refused.
                let is_loose = |key: &&str| self.table.get(key).is_some_and(Node::is_loose);
                let (wrong, other) = if is_loose(&first) { (first, second) } else { (second, first) };
                path.push(wrong.to_string());
                self.reader.found.key(&path, std::format!("there is a `{other}`, too; remove one of the two"));
            }
            _ => {}
        }
    }

    /// A list, or one value in place of a list that has only that.
    pub(super) fn list<T: Setting>(&mut self, key: &str) -> Vec<T> {
        let Some(node) = self.take(key) else { return Vec::new() };
        let parts;
        let (list, is_list) = match &node.item {
            Item::List(list) => (list.as_slice(), true),
            // An environment variable cannot hold a list in any other way.
            Item::Text(text) if node.is_loose() => {
                let part = |text: &str| Node::new(Item::Text(text.trim().into()), node.place.clone());
                parts = text.split(',').filter(|part| !part.trim().is_empty()).map(part).collect::<Vec<_>>();
                (parts.as_slice(), false)
            }
            _ => (core::slice::from_ref(node), false),
        };
        let read = |(index, node): (usize, &Node), reader: &mut Reader| match is_list {
            true => reader.below(&index.to_string(), |reader| T::read(node, reader)),
            false => T::read(node, reader),
        };
        self.reader.below(key, |reader| {
            let items: Vec<_> = list.iter().enumerate().map(|item| read(item, reader)).collect();
            if is_list && items.iter().any(Option::is_none) {
                let left =
                    items.iter().enumerate().filter_map(|(index, item)| item.is_some().then_some(index)).collect();
                reader.found.left(&reader.path, left);
            }
            items.into_iter().flatten().collect()
        })
    }

    /// A table whose keys are names that the user gives.
    pub(super) fn map<T: Setting>(&mut self, key: &str) -> BTreeMap<String, T> {
        let Some(node) = self.take(key) else { return BTreeMap::new() };
        self.reader.below(key, |reader| {
            let Item::Table(table) = &node.item else {
                reader.expected("a table", node);
                return BTreeMap::new();
            };
            let entries = table.entries().iter().filter(|entry| entry.value.item != Item::Null);
            let read = entries.filter_map(|entry| {
                let value = reader.below(&entry.key, |reader| T::read(&entry.value, reader))?;
                Some((entry.key.clone(), value))
            });
            read.collect()
        })
    }

    fn finish(self) {
        if self.is_open {
            return;
        }
        for entry in self.table.entries().iter().filter(|entry| !self.known.contains(&entry.key)) {
            let mut path = self.reader.path.clone();
            path.push(entry.key.clone());
            let known = self.known.iter().map(String::as_str);
            let key: String = entry.key.chars().take(60).collect();
            self.reader.found.key(&path, std::format!("unknown key `{key}`; {}", instead(&entry.key, known)));
        }
    }
}

/// A table of names that the user gives.
pub(super) fn write_map<T: Setting>(map: &BTreeMap<String, T>) -> Item {
    let mut table = Table::default();
    map.iter().for_each(|(name, value)| table.put(name, value.write()));
    Item::Table(table)
}

/// Reads the `kind` of a table, which must be there.
pub(super) fn kind<'a>(fields: &mut Fields<'a, '_>, example: &str) -> Option<&'a str> {
    let Some(node) = fields.take("kind") else {
        fields.leave_the_rest();
        fields.reader.missing("kind", std::format!("`kind` is missing; write, for example, `kind = \"{example}\"`"));
        return None;
    };
    let kind = fields.reader.below("kind", |reader| text(node, "a kind in quotes", reader));
    if kind.is_none() {
        fields.leave_the_rest();
    }
    kind
}

/// The text of a node, or the problem that it is none.
pub(super) fn text<'a>(node: &'a Node, what: &str, reader: &mut Reader) -> Option<&'a str> {
    match &node.item {
        Item::Text(text) => Some(text),
        _ => {
            reader.expected(what, node);
            None
        }
    }
}
