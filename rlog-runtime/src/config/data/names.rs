//! The names of loggers, in which `.` and `::` are the same.
//!
//! They are keys of a tree, and trees are joined by their keys. So they are written in one way before that.

use super::document::{Item, Node};
use super::report::Found;
use crate::logger::names::canonical;
use std::string::String;
use std::vec::Vec;

/// The tree with `::` in the names of loggers, in profiles, too. Of a logger that is there twice by two names the second one is
/// `found`, by the path that it has in `tree`, and keeps its name.
pub(super) fn unify(tree: &Node, found: &mut Found) -> Node {
    let mut unified = tree.clone();
    let Item::Table(table) = &mut unified.item else { return unified };
    if let Some(loggers) = table.entry_mut(LOGGERS) {
        rename(&mut loggers.value, &[LOGGERS.into()], found);
    }
    if let Some(profiles) = table.entry_mut(PROFILES)
        && let Item::Table(profiles) = &mut profiles.value.item
    {
        for profile in profiles.entries_mut() {
            let Item::Table(settings) = &mut profile.value.item else { continue };
            if let Some(loggers) = settings.entry_mut(LOGGERS) {
                rename(&mut loggers.value, &[PROFILES.into(), profile.key.clone(), LOGGERS.into()], found);
            }
        }
    }
    unified
}

const LOGGERS: &str = "loggers";
const PROFILES: &str = "profiles";

fn rename(loggers: &mut Node, path: &[String], found: &mut Found) {
    let Item::Table(loggers) = &mut loggers.item else { return };
    // By what they are called now, and by what the file calls them.
    let mut known: Vec<(String, String)> = Vec::new();
    for entry in loggers.entries_mut() {
        let name = canonical(&entry.key);
        if let Some((_, earlier)) = known.iter().find(|(known, _)| *known == name) {
            let path: Vec<_> = path.iter().chain([&entry.key]).cloned().collect();
            let earlier: String = earlier.chars().take(60).collect();
            found.key(&path, std::format!("this logger is there already, as `{earlier}`; put both together"));
            continue;
        }
        known.push((name.clone(), core::mem::replace(&mut entry.key, name)));
    }
}
