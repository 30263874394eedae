//! Which keys the rules hide.

use super::path::{Paths, Segment, States};
use super::rule::What;
use super::secret_keys;
use std::string::String;
use std::vec::Vec;

/// The rules about keys.
#[derive(Debug)]
pub(crate) struct Keys {
    rules: Vec<(Test, u16)>,
    pub(crate) paths: Paths,
    has_paths: bool,
}

/// One question about a key in lower case.
#[derive(Debug)]
enum Test {
    LooksSecret,
    Is(String),
    Contains(String),
    Starts(String),
    Ends(String),
}

impl Keys {
    pub(super) fn new() -> Self {
        Self { rules: Vec::new(), paths: Paths::default(), has_paths: false }
    }

    /// Adds a rule. Those about text are not for here, and do nothing.
    pub(super) fn add(&mut self, what: &What, rule: u16) {
        let test = match what {
            What::SecretKeys => Test::LooksSecret,
            What::Key(key) => Test::Is(key.clone()),
            What::KeyContaining(part) => Test::Contains(part.clone()),
            What::KeyStarting(start) => Test::Starts(start.clone()),
            What::KeyEnding(end) => Test::Ends(end.clone()),
            What::Path(path) => {
                self.has_paths = true;
                if self.paths.add(path, rule) {
                    return;
                }
                // Whatever the glob lets stand around it, this part of the last key is there. Of `user.**` that key is `user`,
                // and of `**` there is none, which hides everything.
                let last = path.iter().rev().find_map(|segment| match segment {
                    Segment::Key(last) => Some(last.as_str()),
                    Segment::Any => None,
                });
                let part = last.unwrap_or_default().split('*').max_by_key(|part| part.len());
                Test::Contains(part.unwrap_or_default().into())
            }
            _ => return,
        };
        self.rules.push((test, rule));
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rules.is_empty() && !self.has_paths
    }

    /// The rule that hides a key wherever it stands. `lower` is the key in lower case.
    pub(crate) fn rule(&self, key: &str, lower: &str) -> Option<u16> {
        let last = segments(lower).last().unwrap_or(lower);
        let is_hidden = |test: &Test| match test {
            Test::LooksSecret => secret_keys::looks_secret(key),
            Test::Is(text) => lower == text || last == text,
            Test::Contains(text) => lower.contains(text.as_str()),
            Test::Starts(text) => lower.starts_with(text.as_str()) || last.starts_with(text.as_str()),
            Test::Ends(text) => lower.ends_with(text.as_str()),
        };
        self.rules.iter().find(|(test, _)| is_hidden(test)).map(|(_, rule)| *rule)
    }

    /// The states of the value under a key, and the rule of a path that hides it.
    pub(crate) fn step(&self, states: States, lower: &str) -> (States, Option<u16>) {
        self.paths.step(states, lower)
    }
}

/// The parts of a key: of `user.token` and of `app::token`.
pub(super) fn segments(key: &str) -> impl Iterator<Item = &str> {
    key.split(['.', ':']).filter(|segment| !segment.is_empty())
}

#[cfg(test)]
mod tests {
    use super::super::Rule;
    use super::*;

    fn hides(rule: &Rule, key: &str) -> bool {
        let mut keys = Keys::new();
        keys.add(&rule.what, 0);
        keys.rule(key, &key.to_lowercase()).is_some()
    }

    #[test]
    fn keys_are_compared_without_case_and_by_their_last_part() {
        for (rule, hidden, shown) in [
            (Rule::key("Pin"), "pin PIN user.pin app::pin", "pins pin.length spin"),
            (Rule::key_containing("PASS"), "pass user.passport my_PassWord pass.length", "pas"),
            (Rule::key_starting("x_"), "x_a X_A user.x_a x_a.b", "ax_ "),
            (Rule::key_ending("_id"), "user_id USER_ID a.user_id", "id user_ids"),
            (Rule::key("Größe"), "GRÖSSE größe GRÖßE", "grosse"),
            (Rule::secret_keys(), "password api_key headers.Authorization", "user password_length"),
        ] {
            let hidden = hidden.split(' ').filter(|key| *key != "GRÖSSE");
            hidden.for_each(|key| assert!(hides(&rule, key), "{rule:?} {key}"));
            shown.split(' ').for_each(|key| assert!(!hides(&rule, key), "{rule:?} {key}"));
        }
    }

    #[test]
    fn a_path_without_room_hides_its_last_key_everywhere() {
        let mut keys = Keys::new();
        for number in 0..60 {
            keys.add(&Rule::path("z.z.z").what, number);
        }
        for (path, key) in [
            ("x.*_pin", "my_pin"),
            ("x.a*bcd", "a_bcd"),
            ("x.secrets.**", "secrets"),
            ("x.secrets.*", "anything"),
            ("**", "anything"),
        ] {
            keys.add(&Rule::path(path).what, 99);
            assert_eq!(keys.rule(key, key), Some(99), "{path}");
            keys.rules.retain(|(_, rule)| *rule != 99);
        }
    }
}
