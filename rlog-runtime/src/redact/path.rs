//! Rules for keys by where they stand: globs over the keys from the top of a record to a value.
//!
//! All globs together are one automaton whose states are bits. A key leads from the states of the value around it to those
//! of its own value, so that what a path says of a type's fields depends on nothing but the states in which the type is met.

use super::keys::segments;
use std::string::String;
use std::vec::Vec;

/// One part of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Segment {
    /// One key, in lower case, in which `*` is any text.
    Key(String),
    /// `**`: any number of keys.
    Any,
}

/// A path without a key is that of the record itself, and hides all of it: a rule that hides nothing would be a leak.
pub(super) fn parse(path: &str) -> Vec<Segment> {
    let mut path: Vec<_> = segments(&path.to_lowercase())
        .map(|segment| if segment == "**" { Segment::Any } else { Segment::Key(segment.into()) })
        .collect();
    if path.is_empty() {
        path.push(Segment::Any);
    }
    path
}

/// Where in which globs a value stands; a bit for each position.
pub(crate) type States = u128;

/// The globs of a set of rules.
#[derive(Debug, Default)]
pub(crate) struct Paths {
    positions: Vec<Position>,
    start: States,
}

#[derive(Debug)]
enum Position {
    Before(Segment),
    /// The whole glob has matched.
    End(u16),
}

impl Paths {
    /// Whether there was room for it.
    pub(super) fn add(&mut self, path: &[Segment], rule: u16) -> bool {
        let first = self.positions.len();
        if first + path.len() + 1 > States::BITS as usize {
            return false;
        }
        self.positions.extend(path.iter().cloned().map(Position::Before));
        self.positions.push(Position::End(rule));
        let mut start = self.start;
        self.enter(first, &mut start);
        self.start = start;
        true
    }

    /// The states of the record itself.
    pub(crate) fn start(&self) -> States {
        self.start
    }

    /// The states of the value under a key, which is in lower case, and the rule that hides it. Keys may have several parts.
    pub(super) fn step(&self, mut states: States, key: &str) -> (States, Option<u16>) {
        let mut rule = None;
        if states == 0 {
            return (0, None);
        }
        for segment in segments(key) {
            let mut next = 0;
            let mut rest = states;
            while rest != 0 {
                let at = rest.trailing_zeros() as usize;
                rest &= rest - 1;
                match self.positions.get(at) {
                    Some(Position::Before(Segment::Any)) => self.enter(at, &mut next),
                    Some(Position::Before(Segment::Key(glob))) if matches(glob, segment) => {
                        self.enter(at + 1, &mut next);
                    }
                    _ => {}
                }
            }
            states = next;
        }
        // The first rule in the order of the rules, which is that of the positions.
        let mut rest = states;
        while rest != 0 {
            let at = rest.trailing_zeros() as usize;
            rest &= rest - 1;
            if let Some(Position::End(number)) = self.positions.get(at) {
                rule = rule.or(Some(*number));
            }
        }
        (states, rule)
    }

    /// Adds a position, and what follows it without a key.
    fn enter(&self, mut at: usize, states: &mut States) {
        *states |= 1 << at;
        while let Some(Position::Before(Segment::Any)) = self.positions.get(at) {
            at += 1;
            *states |= 1 << at;
        }
    }
}

/// Whether a text is what a glob says. Both are in lower case.
fn matches(glob: &str, text: &str) -> bool {
    let (glob, text) = (glob.as_bytes(), text.as_bytes());
    let (mut at, mut in_text) = (0, 0);
    // Where the last `*` was, and how far in the text it reaches.
    let mut star: Option<(usize, usize)> = None;
    while in_text < text.len() {
        match glob.get(at) {
            Some(b'*') => {
                star = Some((at, in_text));
                at += 1;
            }
            Some(byte) if *byte == text[in_text] => (at, in_text) = (at + 1, in_text + 1),
            _ => match &mut star {
                Some((place, reach)) => {
                    *reach += 1;
                    (at, in_text) = (*place + 1, *reach);
                }
                None => return false,
            },
        }
    }
    glob[at..].iter().all(|&byte| byte == b'*')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hides(path: &str, keys: &[&str]) -> bool {
        let mut paths = Paths::default();
        assert!(paths.add(&parse(path), 7));
        let mut states = paths.start();
        let mut rule = None;
        for key in keys {
            (states, rule) = paths.step(states, key);
        }
        rule == Some(7)
    }

    #[test]
    fn paths_are_globs() {
        for (path, keys) in [
            ("password", &["password"][..]),
            ("user.token", &["user", "token"]),
            ("user.token", &["user.token"]),
            ("user.*.token", &["user", "x", "token"]),
            ("user.*.token", &["user", "x.token"]),
            ("User.*_Token", &["user", "session_token"]),
            ("user.**", &["user", "a", "b"]),
            ("user.**", &["user"]),
            ("**", &["a", "b"]),
            ("", &["a"]),
            ("user.**.token", &["user", "token"]),
            ("user.**.token", &["user", "a", "b", "token"]),
            ("**.token", &["token"]),
            ("**.token", &["a", "b", "token"]),
            ("*", &["anything"]),
            ("a*b*c", &["aXXbcbYc"]),
            ("app::token", &["app.token"]),
        ] {
            assert!(hides(path, keys), "{path} {keys:?}");
        }
        for (path, keys) in [
            ("user.token", &["token"][..]),
            ("user.token", &["user"]),
            ("user.token", &["user", "x", "token"]),
            ("user.*.token", &["user", "token"]),
            ("*", &["a", "b"]),
            ("token*", &["a_token"]),
            ("user.**", &["other"]),
            ("a*b", &["acc"]),
        ] {
            assert!(!hides(path, keys), "{path} {keys:?}");
        }
    }

    #[test]
    fn there_is_room_for_so_many_parts() {
        let mut paths = Paths::default();
        let added = (0..200).filter(|number| paths.add(&parse("a.b.c"), *number)).count();
        assert_eq!(added, 32);
        assert_eq!(paths.step(paths.start(), "a.b.c").1, Some(0));
    }
}
