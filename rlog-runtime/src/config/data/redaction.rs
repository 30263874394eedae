//! Redaction and limits as data.

use super::Size;
use super::apply::Making;
use super::declare::{choice, settings};
use super::document::{Item, Node};
use super::setting::{Reader, Setting, text};
use crate::{Limits, Mask, Redaction, Replacement, Rule, Scanner};
use std::string::{String, ToString};

settings! {
    /// A [`Redaction`]: `redaction = "standard"`, or a table with the `preset` and rules.
    ///
    /// ```
    /// use rlog_runtime::config::{RedactionConfig, RedactionPreset, RedactionRuleConfig, ReplacementConfig};
    ///
    /// let redaction = RedactionConfig::default()
    ///     .preset(RedactionPreset::Standard)
    ///     .rules([RedactionRuleConfig::default().path("user.*.phone").replacement(ReplacementConfig::Last4)]);
    /// ```
    #[derive(Default)]
    pub struct RedactionConfig, "the name of a preset, or a table with `preset` and `rules`", or preset {
        /// The rules to begin with; [`RedactionPreset::None`] if not set.
        opt preset: RedactionPreset,
        /// Rules that come behind those of the preset: where several want the same value, the first one holds.
        list rules: RedactionRuleConfig,
    }
}

choice! {
    /// The rules that a [`RedactionConfig`] begins with.
    pub enum RedactionPreset, "preset" {
        /// [`Redaction::new`]: none.
        "none" => None,
        /// [`Redaction::standard`]
        "standard" => Standard,
        /// [`Redaction::strict`]
        "strict" => Strict,
    }
}

settings! {
    /// A [`Rule`]: one thing that is hidden, and what stands in its place.
    #[derive(Default)]
    pub struct RedactionRuleConfig, "a table with a rule" {
        /// See [`Rule::secret_keys`].
        opt secret_keys: bool,
        /// See [`Rule::key`].
        opt key: String,
        /// See [`Rule::key_containing`].
        opt key_containing: String,
        /// See [`Rule::key_starting`].
        opt key_starting: String,
        /// See [`Rule::key_ending`].
        opt key_ending: String,
        /// See [`Rule::path`].
        opt path: String,
        /// See [`Rule::scanner`]. In a file: `payment_card`, `iban`, `jwt`, `auth_token`, `private_key`, `access_key`,
        /// `url_password`, `email`, `ipv4` or `ipv6`.
        opt scanner: Scanner,
        /// A regular expression, with the feature `regex`; see `Rule::regex`.
        opt regex: String,
        /// What stands in its place.
        opt replacement: ReplacementConfig,
        /// This text stands in its place.
        opt text: String,
        /// See [`Rule::name`].
        opt name: String,
    }
}

choice! {
    /// What stands in the place of what a rule hides; see [`Replacement`].
    pub enum ReplacementConfig, "replacement" {
        /// `[REDACTED]`
        "redacted" => Redacted,
        /// A keyed hash.
        "hash" => Hash,
        /// [`Mask::Last4`]
        "last4" => Last4,
        /// [`Mask::First2`]
        "first2" => First2,
        /// [`Mask::Email`]
        "email" => Email,
    }
}

settings! {
    /// [`Limits`]: how much of a record is shown.
    #[derive(Default)]
    pub struct LimitsConfig, "a table with limits" {
        /// Whether to begin with [`Limits::container`].
        opt container: bool,
        /// See [`Limits::text`].
        opt text: Size,
        /// See [`Limits::bytes`].
        opt bytes: Size,
        /// See [`Limits::elements`].
        opt elements: usize,
        /// See [`Limits::depth`].
        opt depth: usize,
        /// See [`Limits::fields`].
        opt fields: usize,
        /// See [`Limits::line`].
        opt line: Size,
    }
}

impl Setting for Scanner {
    fn read(node: &Node, reader: &mut Reader) -> Option<Self> {
        let name = text(node, "the name of a scanner in quotes", reader)?;
        let found = SCANNERS.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        if found.is_none() {
            reader.unknown("scanner", name, SCANNERS.iter().map(|&(known, _)| known));
        }
        found.map(|&(_, scanner)| scanner)
    }

    fn write(&self) -> Item {
        let known = SCANNERS.iter().find(|(_, scanner)| scanner == self);
        Item::Text(known.map_or("", |&(name, _)| name).into())
    }
}

/// The scanners by their names in files.
const SCANNERS: [(&str, Scanner); Scanner::ALL.len()] = [
    ("payment_card", Scanner::PaymentCard),
    ("iban", Scanner::Iban),
    ("jwt", Scanner::Jwt),
    ("auth_token", Scanner::AuthToken),
    ("private_key", Scanner::PrivateKey),
    ("access_key", Scanner::AccessKey),
    ("url_password", Scanner::UrlPassword),
    ("email", Scanner::Email),
    ("ipv4", Scanner::Ipv4),
    ("ipv6", Scanner::Ipv6),
];

impl RedactionConfig {
    pub(super) fn make(&self, making: &mut Making<'_>) -> Option<Redaction> {
        let mut redaction = match self.preset {
            None | Some(RedactionPreset::None) => Redaction::new(),
            Some(RedactionPreset::Standard) => Redaction::standard(),
            Some(RedactionPreset::Strict) => Redaction::strict(),
        };
        for (index, rule) in self.rules.iter().enumerate() {
            let rule = making.below("rules", |making| making.below(&index.to_string(), |making| rule.make(making)));
            if let Some(rule) = rule {
                redaction = redaction.rule(rule);
            }
        }
        Some(redaction)
    }
}

impl RedactionRuleConfig {
    fn make(&self, making: &mut Making<'_>) -> Option<Rule> {
        let regex = self.regex.as_ref().map(|regex| pattern(regex, making));
        let what = [
            (self.secret_keys == Some(true)).then(Rule::secret_keys),
            self.key.as_ref().map(Rule::key),
            self.key_containing.as_ref().map(Rule::key_containing),
            self.key_starting.as_ref().map(Rule::key_starting),
            self.key_ending.as_ref().map(Rule::key_ending),
            self.path.as_ref().map(Rule::path),
            self.scanner.map(Rule::scanner),
        ];
        let mut what = what.into_iter().flatten().map(Some).chain(regex);
        let (first, second) = (what.next(), what.next());
        if first.is_none() || second.is_some() {
            making.reader.wrong(
                "a rule hides one thing: set one of `secret_keys`, `key`, `key_containing`, `key_starting`, `key_ending`, \
                 `path`, `scanner` and `regex`",
            );
        }
        if self.path.as_ref().is_some_and(|path| path.split(['.', ':']).all(str::is_empty)) {
            making.below("path", |making| making.reader.wrong("a path without a key; write `**` to hide everything"));
        }
        if self.text.is_some() && self.replacement.is_some() {
            making.wrong_key("text", "either `text` or `replacement` stands in its place; remove one of the two");
        }
        let mut rule = first??;
        if let Some(text) = &self.text {
            rule = rule.replacement(Replacement::Text(text.clone().into()));
        }
        if let Some(replacement) = self.replacement {
            rule = rule.replacement(match replacement {
                ReplacementConfig::Redacted => Replacement::Redacted,
                ReplacementConfig::Hash => Replacement::Hash,
                ReplacementConfig::Last4 => Replacement::Mask(Mask::Last4),
                ReplacementConfig::First2 => Replacement::Mask(Mask::First2),
                ReplacementConfig::Email => Replacement::Mask(Mask::Email),
            });
        }
        Some(match &self.name {
            Some(name) => rule.name(name),
            None => rule,
        })
    }
}

#[cfg(feature = "regex")]
fn pattern(regex: &str, making: &mut Making<'_>) -> Option<Rule> {
    let rule = Rule::regex(regex).map_err(|error| error.to_string());
    rule.map_err(|message| making.below("regex", |making| making.reader.wrong(message))).ok()
}

#[cfg(not(feature = "regex"))]
fn pattern(_regex: &str, making: &mut Making<'_>) -> Option<Rule> {
    making.wrong_key("regex", "rlog is built without its feature `regex`".to_string());
    None
}

impl LimitsConfig {
    pub(super) fn make(&self) -> Limits {
        let mut limits = if self.container == Some(true) { Limits::container() } else { Limits::new() };
        for (value, set) in [
            (self.text, Limits::text as fn(Limits, usize) -> Limits),
            (self.bytes, Limits::bytes),
            (self.line, Limits::line),
        ] {
            if let Some(size) = value {
                limits = set(limits, size.saturating());
            }
        }
        for (value, set) in [
            (self.elements, Limits::elements as fn(Limits, usize) -> Limits),
            (self.depth, Limits::depth),
            (self.fields, Limits::fields),
        ] {
            if let Some(count) = value {
                limits = set(limits, count);
            }
        }
        limits
    }
}
