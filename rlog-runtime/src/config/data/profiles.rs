//! What is different in single environments.

use super::custom::Settings;
use super::document::{Item, Node};
use super::report::Found;
use super::setting::{Reader, Setting, instead};
use super::short::long;
use std::string::String;
use std::vec::Vec;

/// Settings that are laid on top of the others where this profile is chosen.
///
/// In a file it is the table `[profiles.production]`, with the same keys as the file itself. Tables are joined key by key;
/// lists and single values replace what is below them, and so does a handler, format or filter of another `kind`. A short form
/// below a table is the table that it stands for: `redaction = "strict"` and `redaction.rules` are joined. One in the profile
/// replaces all of what is below it.
///
/// ```
/// use rlog_runtime::config::{Config, Profile, Settings};
///
/// let config = Config::default()
///     .add_profile("base", Settings::new().set("level", "notice"))
///     .add_profile("production", Profile::new(Settings::new().set("environment", false)).inherits("base"));
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Profile {
    /// The profile that this one is laid on top of, in place of what is outside of profiles alone.
    pub inherits: Option<String>,
    /// What is different.
    pub settings: Settings,
}

impl Profile {
    /// A profile with these settings.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self { inherits: None, settings }
    }

    /// The profile that this one is laid on top of.
    #[must_use]
    pub fn inherits(mut self, profile: impl Into<String>) -> Self {
        self.inherits = Some(profile.into());
        self
    }
}

impl From<Settings> for Profile {
    fn from(settings: Settings) -> Self {
        Self::new(settings)
    }
}

impl Setting for Profile {
    fn read(node: &Node, reader: &mut Reader) -> Option<Self> {
        let inherits = reader.table(node, "a table with the settings of a profile", |fields| {
            fields.leave_the_rest();
            Some(fields.optional::<String>("inherits"))
        })?;
        let mut settings = Settings::read(node, reader)?;
        settings.table.remove("inherits");
        Some(Self { inherits, settings })
    }

    fn write(&self) -> Item {
        let mut table = self.settings.without_secrets();
        if let Some(profile) = &self.inherits {
            table.put("inherits", profile.write());
        }
        Item::Table(table)
    }
}

/// The names of all profiles of a tree.
pub(super) fn names(tree: &Node) -> Vec<String> {
    match tree.at(&["profiles".into()]) {
        Some(Node { item: Item::Table(table), .. }) => table.entries().iter().map(|entry| entry.key.clone()).collect(),
        _ => Vec::new(),
    }
}

/// The tree with a profile laid on top of what is outside of profiles, and without any. `Err` if there is no such profile,
/// with the reason; what is wrong with what it inherits is `found`.
pub(super) fn resolve(tree: &Node, profile: Option<&str>, found: &mut Found) -> Result<Node, String> {
    let mut resolved = tree.clone();
    if let Item::Table(table) = &mut resolved.item {
        table.remove("profiles");
        table.remove("profile");
    }
    let Some(profile) = profile else { return Ok(resolved) };
    let names = names(tree);
    let known = || names.iter().map(String::as_str);
    if !names.iter().any(|name| name == profile) {
        let name: String = profile.chars().take(60).collect();
        return Err(std::format!("there is no profile `{name}`; {}", instead(profile, known())));
    }
    // From the chosen one down to the one that inherits from none.
    let mut chain = Vec::from([String::from(profile)]);
    while let Some(last) = chain.last() {
        let path = ["profiles".into(), last.clone(), "inherits".into()];
        let Some(Node { item: Item::Text(below), .. }) = tree.at(&path) else { break };
        if chain.contains(below) {
            let round = chain.iter().chain([below]).map(|name| std::format!("`{name}`")).collect::<Vec<_>>();
            found.value(&path, std::format!("profiles inherit in a circle: {}", round.join(", ")));
            break;
        }
        if !names.contains(below) {
            let name: String = below.chars().take(60).collect();
            found.value(&path, std::format!("there is no profile `{name}`; {}", instead(below, known())));
            break;
        }
        chain.push(below.clone());
    }
    for name in chain.iter().rev() {
        let Some(node) = tree.at(&["profiles".into(), name.clone()]) else { continue };
        let mut over = node.clone();
        match &mut over.item {
            Item::Table(table) => {
                table.remove("inherits");
                for key in ["profile", "profiles"] {
                    if let Some(entry) = table.entry(key) {
                        let path = ["profiles".into(), name.clone(), entry.key.clone()];
                        found.key(&path, std::format!("a profile cannot have `{key}`; remove it"));
                        table.remove(key);
                    }
                }
                resolved.overlay(&over, &long);
            }
            Item::Null => {}
            item => found.value(
                &["profiles".into(), name.clone()],
                std::format!("expected a table with the settings of a profile, got {}", item.kind()),
            ),
        }
    }
    Ok(resolved)
}
