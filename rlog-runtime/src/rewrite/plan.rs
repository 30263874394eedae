//! What the rules say of keys: decided once for each statement and for each type, and remembered.

use crate::callsite::info::{Info, Piece};
use crate::record::{MAX_ARGUMENTS, Record};
use crate::redact::Scanner;
use crate::redact::keys::Keys;
use crate::redact::scan::Scan;
use crate::value::{FieldShape, Kind, Shape, Style};
use core::hash::{BuildHasher, BuildHasherDefault, Hasher};
use std::boxed::Box;
use std::collections::HashMap;
use std::hash::RandomState;
use std::string::String;
use std::sync::Arc;
use std::vec::Vec;

/// Where a value stands: what paths may match in it, and what is before the keys of its fields, if it is flattened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Place {
    states: u128,
    prefix: &'static str,
}

/// What the rules say of the value under a key.
#[derive(Clone, Copy, Debug)]
pub(super) struct Decision {
    /// The one that hides it.
    pub(super) rule: Option<u16>,
    /// Where it stands, if none does.
    pub(super) place: Place,
}

/// What is decided about one statement.
#[derive(Debug)]
pub(super) struct CallsitePlan {
    pub(super) arguments: Box<[Decision]>,
    /// An argument, and another one that holds the text of it for the message.
    pub(super) texts: Box<[(usize, usize)]>,
    /// The kinds with which no record can hold anything to replace, by their address; 0 is none.
    inert: usize,
}

/// What a shape is of. Its address does not tell: the compiler may make one of two that are alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Of {
    Struct,
    Variant,
}

/// What is decided about one type in one place.
#[derive(Debug)]
struct ShapePlan {
    fields: Box<[Decision]>,
    is_inert: bool,
}

/// What has to be looked at, apart from keys.
#[derive(Clone, Copy, Debug)]
pub(super) struct Looks {
    pub(super) at_text: bool,
    pub(super) at_bytes: bool,
    pub(super) at_numbers: bool,
    pub(super) at_lists: bool,
}

#[derive(Debug)]
pub(super) struct Plans {
    keys: Keys,
    looks: Looks,
    /// The rule of [`Scanner::AuthToken`].
    auth_token: Option<u16>,
    callsites: Vec<Option<Arc<CallsitePlan>>>,
    /// By their address, what they are of, and where they stand.
    shapes: HashMap<(usize, Of, Place), u32, BuildHasherDefault<Mixed>>,
    shape_plans: Vec<ShapePlan>,
    /// The rules of keys that only records know, by a keyed hash: the keys themselves may be anybody's.
    dynamic: HashMap<u64, Option<u16>, BuildHasherDefault<Mixed>>,
    random: RandomState,
    lower: String,
}

/// So many keys of maps are remembered.
const MAX_DYNAMIC: usize = 4096;

impl Plans {
    pub(super) fn new(keys: Keys, scan: &Scan, looks: Looks) -> Self {
        Self {
            keys,
            looks,
            auth_token: scan.rule(Scanner::AuthToken),
            callsites: Vec::new(),
            shapes: HashMap::default(),
            shape_plans: Vec::new(),
            dynamic: HashMap::default(),
            random: RandomState::new(),
            lower: String::new(),
        }
    }

    /// Whether nothing of the record can have to be replaced.
    #[inline]
    pub(super) fn is_inert(&self, record: &Record<'_>) -> bool {
        match self.callsites.get(record.info.number as usize) {
            Some(Some(plan)) => plan.inert == record.encoded.kinds().as_ptr().addr(),
            _ => false,
        }
    }

    #[inline]
    pub(super) fn callsite(&mut self, record: &Record<'_>) -> Arc<CallsitePlan> {
        match self.callsites.get(record.info.number as usize) {
            Some(Some(plan)) => Arc::clone(plan),
            _ => self.decide_callsite(record),
        }
    }

    #[cold]
    fn decide_callsite(&mut self, record: &Record<'_>) -> Arc<CallsitePlan> {
        let (info, number) = (record.info, record.info.number as usize);
        let root = self.root();
        let mut arguments: Box<[Decision]> = (0..record.values.len().max(info.keys.len()))
            .map(|index| match info.keys.get(index).copied().flatten() {
                Some(key) => self.decide(root, key),
                None => Decision { rule: None, place: root },
            })
            .collect();
        for (argument, rule) in self.named_by_text(info) {
            if let Some(decision) = arguments.get_mut(argument) {
                decision.rule = decision.rule.or(Some(rule));
            }
        }
        let texts = info.pieces.iter().filter_map(|piece| match piece {
            Piece::Hole(hole) => hole.text.map(|text| (hole.argument, text)),
            Piece::Literal(_) => None,
        });
        let mut kinds = Vec::new();
        flatten(record.encoded.kinds(), &mut kinds);
        let is_inert = kinds.len() == record.values.len()
            && !kinds.is_empty()
            && kinds.iter().zip(&arguments).all(|(kind, decision)| {
                decision.rule.is_none() && self.is_inert_kind(kind, decision.place, &mut Vec::new())
            });
        let inert = if is_inert { record.encoded.kinds().as_ptr().addr() } else { 0 };
        let plan = Arc::new(CallsitePlan { arguments, texts: texts.collect(), inert });
        if self.callsites.len() <= number {
            self.callsites.resize(number + 1, None);
        }
        self.callsites[number] = Some(Arc::clone(&plan));
        plan
    }

    /// Where the fields of a record stand.
    pub(super) fn root(&self) -> Place {
        Place { states: self.keys.paths.start(), prefix: "" }
    }

    /// Where no key is anything to a path.
    pub(super) fn nowhere(&self) -> Place {
        Place { states: 0, prefix: "" }
    }

    /// Values behind `password=`, `"token": ` or `Bearer ` of the message's own text, with the rules that hide them.
    fn named_by_text(&mut self, info: &Info) -> Vec<(usize, u16)> {
        let mut named = Vec::new();
        let root = self.root();
        for pair in info.pieces.windows(2) {
            let [Piece::Literal(literal), Piece::Hole(hole)] = pair else { continue };
            let rule = match key_before(literal.text) {
                Some(key) => self.decide(root, key).rule,
                None if ends_with_scheme(literal.text) => self.auth_token,
                None => None,
            };
            named.extend(rule.map(|rule| (hole.argument, rule)));
        }
        named
    }

    /// What the rules say of a key in a place, without looking it up.
    fn decide(&mut self, place: Place, key: &str) -> Decision {
        let alone = self.decide_shown(place.states, key);
        if place.prefix.is_empty() {
            return alone;
        }
        let shown = self.decide_shown(place.states, &std::format!("{}{key}", place.prefix));
        let states = alone.place.states | shown.place.states;
        Decision { rule: first(alone.rule, shown.rule), place: Place { states, prefix: "" } }
    }

    fn decide_shown(&mut self, states: u128, key: &str) -> Decision {
        lower_into(&mut self.lower, key);
        let (states, by_path) = self.keys.step(states, &self.lower);
        let by_key = self.keys.rule(key, &self.lower);
        Decision { rule: first(by_key, by_path), place: Place { states, prefix: "" } }
    }

    /// What the rules say of a key that only the record knows.
    pub(super) fn dynamic(&mut self, place: Place, key: &str) -> Decision {
        if self.keys.is_empty() {
            return Decision { rule: None, place };
        }
        let hash = self.random.hash_one((place.prefix, key));
        let by_key = match self.dynamic.get(&hash) {
            Some(known) => *known,
            None => self.decide_dynamic(hash, place, key),
        };
        if place.states == 0 {
            return Decision { rule: by_key, place: Place { states: 0, prefix: "" } };
        }
        lower_into(&mut self.lower, key);
        let (mut states, mut by_path) = self.keys.step(place.states, &self.lower);
        if !place.prefix.is_empty() {
            lower_into(&mut self.lower, place.prefix);
            self.lower.extend(key.chars().flat_map(char::to_lowercase));
            let (more, also) = self.keys.step(place.states, &self.lower);
            states |= more;
            by_path = first(by_path, also);
        }
        Decision { rule: first(by_key, by_path), place: Place { states, prefix: "" } }
    }

    #[cold]
    fn decide_dynamic(&mut self, hash: u64, place: Place, key: &str) -> Option<u16> {
        let rule = self.decide(Place { states: 0, ..place }, key).rule;
        if self.dynamic.len() >= MAX_DYNAMIC {
            self.dynamic.clear();
        }
        self.dynamic.insert(hash, rule);
        rule
    }

    /// The number of the plan for a struct or a variant in a place.
    pub(super) fn shape(&mut self, shape: &'static Shape, of: Of, place: Place) -> u32 {
        let key = (core::ptr::from_ref(shape).addr(), of, place);
        match self.shapes.get(&key) {
            Some(number) => *number,
            None => self.decide_shape(shape, of, place),
        }
    }

    #[cold]
    fn decide_shape(&mut self, shape: &'static Shape, of: Of, place: Place) -> u32 {
        let fields = shape.fields.iter().map(|field| self.decide_field(shape, of, field, place)).collect();
        let is_inert = self.is_inert_shape(shape, of, place, &mut Vec::new());
        let number = self.shape_plans.len() as u32;
        self.shape_plans.push(ShapePlan { fields, is_inert });
        self.shapes.insert((core::ptr::from_ref(shape).addr(), of, place), number);
        number
    }

    fn decide_field(&mut self, shape: &Shape, of: Of, field: &'static FieldShape, place: Place) -> Decision {
        // In most outputs the name of a variant is the key of what is in it. Paths leave it out.
        let by_variant = match of {
            Of::Struct => None,
            Of::Variant => self.decide(self.nowhere(), shape.name).rule,
        };
        if shape.style != Style::Named {
            // As an element of a list: it has no key of its own.
            return Decision { rule: by_variant, place };
        }
        let decision = self.decide(place, field.key);
        let rule = first(decision.rule, by_variant);
        match field.flatten {
            // The fields of the field stand where it stands itself.
            Some(prefix) => Decision { rule, place: Place { states: place.states, prefix } },
            None => Decision { rule, ..decision },
        }
    }

    #[inline]
    pub(super) fn is_inert_plan(&self, plan: u32) -> bool {
        self.shape_plans.get(plan as usize).is_some_and(|plan| plan.is_inert)
    }

    #[inline]
    pub(super) fn field(&self, plan: u32, index: usize, place: Place) -> Decision {
        let decision = self.shape_plans.get(plan as usize).and_then(|plan| plan.fields.get(index));
        decision.copied().unwrap_or(Decision { rule: None, place })
    }

    /// The same as [`Plans::is_inert_kind`] for elements of a list, as far as it is known without the types in them.
    #[inline]
    pub(super) fn is_inert_element(&self, kind: &Kind) -> bool {
        match kind {
            Kind::Unit | Kind::Bool | Kind::Char | Kind::Duration | Kind::Time => true,
            Kind::I64 | Kind::U64 | Kind::I128 | Kind::U128 | Kind::F32 | Kind::F64 => !self.looks.at_numbers,
            Kind::Str | Kind::Text | Kind::Error => !self.looks.at_text,
            Kind::Bytes => !self.looks.at_bytes,
            // What is in them; of the rest only the record knows.
            _ => false,
        }
    }

    /// The same for maps from one kind to another.
    pub(super) fn is_inert_map(&self, keys: &Kind, values: &Kind) -> bool {
        self.keys.is_empty() && self.is_inert_element(keys) && self.is_inert_element(values)
    }

    /// Whether nothing in values of a kind can have to be replaced. `above` are the types around, which decide for themselves.
    fn is_inert_kind(&mut self, kind: &'static Kind, place: Place, above: &mut Vec<(usize, Of, Place)>) -> bool {
        match kind {
            Kind::Optional(inner) | Kind::Sparse(inner) => self.is_inert_kind(inner(), place, above),
            Kind::Attempt(inner) => !self.looks.at_text && self.is_inert_kind(inner(), place, above),
            Kind::Sequence(element) => !self.looks.at_lists && self.is_inert_kind(element(), place, above),
            Kind::Map(key, value) => {
                self.keys.is_empty()
                    && !self.looks.at_lists
                    && self.is_inert_kind(key(), place, above)
                    && self.is_inert_kind(value(), place, above)
            }
            Kind::Struct(shape) => self.is_inert_shape(shape, Of::Struct, place, above),
            Kind::Enum(shape) => {
                shape.variants.iter().all(|variant| self.is_inert_shape(variant, Of::Variant, place, above))
            }
            leaf => self.is_inert_element(leaf),
        }
    }

    fn is_inert_shape(
        &mut self,
        shape: &'static Shape,
        of: Of,
        place: Place,
        above: &mut Vec<(usize, Of, Place)>,
    ) -> bool {
        let this = (core::ptr::from_ref(shape).addr(), of, place);
        if above.contains(&this) {
            return true;
        }
        if self.looks.at_lists {
            return false;
        }
        // Never taken out again: a type that is met twice has been asked already.
        above.push(this);
        shape.fields.iter().all(|field| {
            let decision = self.decide_field(shape, of, field, place);
            decision.rule.is_none() && self.is_inert_kind((field.kind)(), decision.place, above)
        })
    }
}

/// The one that comes first in the order of the rules.
fn first(one: Option<u16>, other: Option<u16>) -> Option<u16> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}

fn lower_into(lower: &mut String, key: &str) {
    lower.clear();
    lower.extend(key.chars().flat_map(char::to_lowercase));
}

/// The kinds of arguments, without the groups that statements of many arguments have.
fn flatten(kinds: &'static [Kind], out: &mut Vec<&'static Kind>) {
    for kind in kinds {
        match kind {
            Kind::Group(kinds) => flatten(kinds, out),
            kind if out.len() < MAX_ARGUMENTS => out.push(kind),
            _ => {}
        }
    }
}

/// The key that a message gives to the value behind this text: of `user=`, `with password = "`, `{"token": "`. With a colon it
/// has to look like data, since `invalid token: ` is prose.
fn key_before(text: &str) -> Option<&str> {
    let is_around = |c: char| matches!(c, ' ' | '"' | '\'' | '`');
    let text = text.trim_end_matches(is_around);
    let (text, is_assigned) = match text.strip_suffix('=') {
        Some(text) => (text, true),
        None => (text.strip_suffix(':')?, false),
    };
    let text = text.trim_end_matches(is_around);
    let is_key = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
    let key = &text[text.trim_end_matches(is_key).len()..];
    let before = text[..text.len() - key.len()].trim_end_matches(' ');
    let is_data = before.is_empty() || before.ends_with([',', ';', '(', '[', '{', '"', '\'', '?', '&', '\n']);
    (!key.is_empty() && (is_assigned || is_data)).then_some(key)
}

/// Whether a token is to follow: `Bearer `, `Basic `.
fn ends_with_scheme(text: &str) -> bool {
    let Some(text) = text.strip_suffix(' ') else { return false };
    let word = &text[text.trim_end_matches(|c: char| c.is_ascii_alphabetic()).len()..];
    word.eq_ignore_ascii_case("bearer") || word.eq_ignore_ascii_case("basic")
}

/// Mixes addresses and hashes, which are all that is hashed with it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Mixed(u64);

impl Hasher for Mixed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.chunks(8).for_each(|chunk| {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.write_u64(u64::from_ne_bytes(word));
        });
    }

    fn write_u64(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(5) ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.0 ^= self.0 >> 32;
    }

    fn write_usize(&mut self, word: usize) {
        self.write_u64(word as u64);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_name_values() {
        for (text, expected) in [
            ("password=", Some("password")),
            ("login with password = '", Some("password")),
            ("{\"token\": \"", Some("token")),
            ("a, api-key: ", Some("api-key")),
            ("user.pin=", Some("user.pin")),
            ("token: ", Some("token")),
            ("invalid token: ", None),
            ("x = 5, ", None),
            ("=", None),
            ("", None),
        ] {
            assert_eq!(key_before(text), expected, "{text}");
        }
        assert!(ends_with_scheme("Authorization: Bearer ") && ends_with_scheme("basic "));
        assert!(!ends_with_scheme("forbearer ") && !ends_with_scheme("Bearer"));
    }
}
