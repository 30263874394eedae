//! Settings in environment variables.
//!
//! `RLOG__HANDLERS__FILE__PATH=/var/log/app.log` sets `handlers.file.path`: two underscores separate keys, and one stands for
//! whatever is no letter and no digit in a name (`RLOG__LOGGERS__APP_DB__LEVEL` is the level of the logger `app::db`, if the
//! file has one or the program has statements of that target). Case does not matter. `RLOG_LEVEL` is the short form of `RLOG__LEVEL`. A variable that is empty is as good as not there.

use super::document::{Item, Node, Place, Table};
use super::setting::instead;
use super::short::long;
use crate::callsite::catalogue::callsites;
use crate::logger::names;
use std::string::String;
use std::vec::Vec;

/// A variable that sets something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Variable {
    pub(super) name: String,
    value: String,
}

/// The variables of the process.
pub(super) fn of_process() -> Vec<(String, String)> {
    let variables = std::env::vars_os();
    // One that is not text cannot be a setting, or is told as one that is not understood.
    variables.map(|(name, value)| (lossy(name), lossy(value))).collect()
}

fn lossy(text: std::ffi::OsString) -> String {
    text.to_string_lossy().into_owned()
}

/// The value of a variable, if it is there and not empty.
pub(super) fn value<'a>(variables: &'a [(String, String)], name: &str) -> Option<&'a str> {
    let found = variables.iter().find(|(known, value)| known == name && !value.is_empty());
    found.map(|(_, value)| value.as_str())
}

/// The targets of the program's statements. None where the platform does not list them before they have run.
pub(super) fn targets() -> Vec<&'static str> {
    let statements = callsites().filter(|callsite| !callsite.has_dynamic_target());
    statements.map(|callsite| callsite.target()).filter(|target| !names::covers("rlog", target)).collect()
}

/// Those that are settings, in the order in which they are to be applied.
pub(super) fn settings(variables: &[(String, String)]) -> Vec<Variable> {
    let is_setting = |name: &str| name == SHORT || name.get(..PREFIX.len()).is_some_and(|start| start == PREFIX);
    let found = variables.iter().filter(|(name, value)| is_setting(name) && !value.is_empty());
    let mut found: Vec<_> = found.map(|(name, value)| Variable { name: name.clone(), value: value.clone() }).collect();
    // A handler that is new needs its kind before it can have other settings.
    found.sort_by_key(|variable| (!plain(&variable.name).ends_with("_kind"), variable.name.clone()));
    found
}

const PREFIX: &str = "RLOG__";
const SHORT: &str = "RLOG_LEVEL";

impl Variable {
    /// Sets what it says in a tree, in a program with statements of some targets. `Err` with the reason if it cannot.
    pub(super) fn apply(&self, tree: &mut Node, targets: &dyn Fn() -> Vec<&'static str>) -> Result<(), String> {
        let place = Place::Variable(self.name.as_str().into());
        let keys = if self.name == SHORT { "level" } else { &self.name[PREFIX.len()..] };
        let keys: Vec<_> = keys.split("__").collect();
        if keys.iter().any(|key| key.is_empty()) {
            return Err(std::format!("a key is missing; write `{PREFIX}KEY` or `{PREFIX}TABLE__KEY`"));
        }
        match plain(keys[0]).as_str() {
            "profile" => return Err("the profile is chosen before it; set `RLOG_PROFILE`".into()),
            "profiles" => {
                let setting =
                    keys.get(2..).filter(|rest| !rest.is_empty()).map_or("KEY".into(), |rest| rest.join("__"));
                let way_out = std::format!("set `{PREFIX}{setting}`, which counts in whatever profile");
                return Err(std::format!("a profile cannot be changed; {way_out}"));
            }
            _ => {}
        }
        let mut node = tree;
        let (mut path, mut kind) = (Vec::new(), None);
        for (index, key) in keys.iter().enumerate() {
            let is_last = index + 1 == keys.len();
            if let Some(table) = long(&path, kind.as_deref(), node) {
                *node = table;
            }
            kind = match &node.item {
                Item::Table(table) => table.text("kind").map(String::from),
                _ => None,
            };
            node = match &mut node.item {
                Item::Table(table) => {
                    let name = match table.entries().iter().find(|entry| plain(&entry.key) == plain(key)) {
                        Some(entry) => entry.key.clone(),
                        None if index == 1 && is_handler(&keys) && !is_kind(&keys) => {
                            let names = table.entries().iter().map(|entry| entry.key.as_str());
                            let name: String = key.to_lowercase().chars().take(60).collect();
                            return Err(std::format!("there is no handler `{name}`; {}", instead(&name, names)));
                        }
                        None => {
                            let name = match index == 1 && plain(keys[0]) == "loggers" {
                                true => logger(key, &targets())?,
                                false => key.to_lowercase(),
                            };
                            let value = Node::new(Item::Table(Table::default()), place.clone());
                            table.insert(&name, place.clone(), value);
                            name
                        }
                    };
                    let Some(entry) = table.entry_mut(&name) else { return Err("it cannot be set".into()) };
                    path.push(name);
                    if is_last {
                        // A key that is not understood is a mistake of the variable then.
                        entry.place = place.clone();
                    } else if entry.value.item == Item::Null {
                        entry.value = Node::new(Item::Table(Table::default()), place.clone());
                    }
                    &mut entry.value
                }
                Item::List(list) => {
                    let length = list.len();
                    let Some(item) = key.parse::<usize>().ok().and_then(|index| list.get_mut(index)) else {
                        let key: String = key.chars().take(60).collect();
                        return Err(std::format!("`{key}` is no number of an item: the list has {length}, from 0"));
                    };
                    path.push((*key).into());
                    item
                }
                item => {
                    let above = keys[..index].join(".").to_lowercase();
                    return Err(std::format!("`{above}` is {} and has no keys", item.kind()));
                }
            };
        }
        *node = Node::new(Item::Text(self.value.clone()), place);
        Ok(())
    }
}

/// The logger that a key means, if the file has none that it could mean: one of those that statements belong to.
fn logger(key: &str, targets: &[&str]) -> Result<String, String> {
    let key = key.to_lowercase();
    let above = |target: &&str| {
        let mut name = String::new();
        let segments: Vec<_> = names::segments(target).map(String::from).collect();
        segments.into_iter().map(move |segment| {
            name = if name.is_empty() { segment } else { std::format!("{name}::{segment}") };
            name.clone()
        })
    };
    let mut meant: Vec<_> = targets.iter().flat_map(above).filter(|name| plain(name) == plain(&key)).collect();
    // Of `app_db` and `app::db`, what is written.
    meant.sort_by_key(|name| (name.to_lowercase() != key, name.clone()));
    match meant.into_iter().next() {
        Some(name) => Ok(name),
        // Of a name that is no word there is no telling how it is written, and with another one it would have no effect.
        None if key.contains('_') && !targets.is_empty() => Err(std::format!(
            "the file has no logger that `{key}` could mean, and no statement has such a target; set `RLOG=TARGET=LEVEL`, or \
             add the logger to the file"
        )),
        None => Ok(key),
    }
}

fn is_handler(keys: &[&str]) -> bool {
    keys.len() > 2 && plain(keys[0]) == "handlers"
}

fn is_kind(keys: &[&str]) -> bool {
    keys.len() == 3 && plain(keys[2]) == "kind"
}

/// A name as a variable can have it.
fn plain(name: &str) -> String {
    let words = name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect::<Vec<_>>().join("_")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(entries: &[(&str, Item)]) -> Item {
        let mut table = Table::default();
        entries.iter().for_each(|(key, item)| table.put(key, item.clone()));
        Item::Table(table)
    }

    fn apply(name: &str, value: &str, tree: &Node) -> Result<Node, String> {
        let variables = settings(&[(name.into(), value.into())]);
        assert_eq!(variables.len(), 1, "{name}");
        let mut tree = tree.clone();
        variables[0].apply(&mut tree, &|| Vec::from(["app::db", "my_lib::x", "shop_web", "shop::web", "App::Http"]))?;
        Ok(tree)
    }

    fn text(tree: &Node, path: &[&str]) -> Option<String> {
        let path: Vec<_> = path.iter().map(|step| String::from(*step)).collect();
        match &tree.at(&path)?.item {
            Item::Text(text) => Some(text.clone()),
            _ => None,
        }
    }

    #[test]
    fn a_variable_finds_its_setting_in_whatever_case_and_with_whatever_separators() {
        let file = table(&[("path", Item::Text("a.log".into()))]);
        let tree = table(&[
            ("handlers", table(&[("Main-File", file)])),
            ("loggers", table(&[("app::db", table(&[]))])),
            ("root", Item::List(Vec::from([Node::new(Item::Text("x".into()), Place::Code)]))),
        ]);
        let tree = Node::new(tree, Place::Code);
        for (name, path) in [
            ("RLOG_LEVEL", &["level"][..]),
            ("RLOG__LEVEL", &["level"]),
            ("RLOG__HANDLERS__MAIN_FILE__PATH", &["handlers", "Main-File", "path"]),
            ("RLOG__Handlers__main_file__Level", &["handlers", "Main-File", "level"]),
            ("RLOG__LOGGERS__APP_DB__LEVEL", &["loggers", "app::db", "level"]),
            ("RLOG__ROOT__0", &["root", "0"]),
            ("RLOG__NEW__THING", &["new", "thing"]),
            ("RLOG__HANDLERS__NEW__KIND", &["handlers", "new", "kind"]),
            ("RLOG__LOGGERS__MY_LIB__LEVEL", &["loggers", "my_lib", "level"]),
            ("RLOG__LOGGERS__MY_LIB_X__LEVEL", &["loggers", "my_lib::x", "level"]),
            ("RLOG__LOGGERS__SHOP_WEB__LEVEL", &["loggers", "shop_web", "level"]),
            ("RLOG__LOGGERS__APP_HTTP__LEVEL", &["loggers", "App::Http", "level"]),
            ("RLOG__LOGGERS__AUDIT__LEVEL", &["loggers", "audit", "level"]),
        ] {
            let tree = apply(name, "value", &tree).expect(name);
            assert_eq!(text(&tree, path).as_deref(), Some("value"), "{name}");
            let path: Vec<_> = path.iter().map(|step| String::from(*step)).collect();
            assert_eq!(tree.place_of(&path, false), Place::Variable(name.into()), "{name}");
        }
    }

    #[test]
    fn a_variable_that_cannot_be_a_setting_says_why() {
        let tree = table(&[
            ("level", Item::Text("info".into())),
            ("root", Item::List(Vec::new())),
            ("handlers", table(&[("file", table(&[]))])),
        ]);
        let tree = Node::new(tree, Place::Code);
        for (name, expected) in [
            ("RLOG__", "a key is missing; write `RLOG__KEY` or `RLOG__TABLE__KEY`"),
            ("RLOG__HANDLERS__", "a key is missing; write `RLOG__KEY` or `RLOG__TABLE__KEY`"),
            ("RLOG__LEVEL__X", "`level` is a text and has no keys"),
            ("RLOG__HANDLERS__FIEL__PATH", "there is no handler `fiel`; did you mean `file`?"),
            ("RLOG__PROFILE", "the profile is chosen before it; set `RLOG_PROFILE`"),
            (
                "RLOG__PROFILES__P1__HANDLERS__FILE__LEVEL",
                "a profile cannot be changed; set `RLOG__HANDLERS__FILE__LEVEL`, which counts in whatever profile",
            ),
            ("RLOG__PROFILES", "a profile cannot be changed; set `RLOG__KEY`, which counts in whatever profile"),
            (
                "RLOG__LOGGERS__APP_BD__LEVEL",
                "the file has no logger that `app_bd` could mean, and no statement has such a target; set \
                 `RLOG=TARGET=LEVEL`, or add the logger to the file",
            ),
            ("RLOG__ROOT__1", "`1` is no number of an item: the list has 0, from 0"),
        ] {
            assert_eq!(apply(name, "value", &tree).map(|_| ()), Err(expected.into()), "{name}");
        }
    }

    #[test]
    fn other_variables_and_empty_ones_are_no_settings() {
        let variables = [("RLOG", "x"), ("RLOG_PROFILE", "x"), ("RLOG_FORMAT", "x"), ("RLOG__LEVEL", ""), ("é", "x")];
        assert_eq!(settings(&variables.map(|(name, value)| (name.into(), value.into()))), []);
    }
}
