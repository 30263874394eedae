//! A set of rules for what must not be shown.

use super::keys::Keys;
use super::replacement::Replacement;
use super::rule::{Rule, What};
use super::scan::{Scan, Scanner};
use crate::stats::RedactionStats;
use core::fmt;
use core::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::string::String;
use std::sync::Arc;
use std::vec::Vec;

/// What must not be shown, for what nobody could know when the program was compiled.
///
/// It belongs to a [handler](crate::HandlerBuilder::redact), or to [all of them](crate::Builder::redact). Records are
/// rewritten before the handler's formatter and the handler see them, so that no output of either has the clear text, nor has
/// an [`OwnedRecord`](crate::OwnedRecord) that the handler keeps. Filters are asked before, and see what was logged.
///
/// Prefer [`Secret`](crate::Secret) and the attributes of the derive for what is known to be secret: those leave nothing in
/// the memory of the logger either.
///
/// ```
/// use rlog_runtime::{Console, Json, Redaction, Rule};
///
/// let redaction = Redaction::standard().rule(Rule::key_ending("_pin"));
/// let console = Console::stdout().formatter(Json::new()).redact(redaction.clone());
/// assert!(redaction.counts().iter().all(|rule| rule.count == 0));
/// ```
///
/// # Cost
/// What the rules say about a statement's keys, and about the fields of a type, is decided once; it costs nothing per record
/// after that. Scanners look at every text, at more than 500 MB/s. Nothing is allocated per record.
///
/// # Limits
/// A rule sees one value at a time: a card number that is split over two fields is not found. The constant text of messages is
/// not looked at, except that a value behind `key=` or `Bearer ` in it counts as one with that key or as such a token.
#[derive(Clone)]
#[must_use = "a redaction does nothing before a handler has it"]
pub struct Redaction {
    /// Another one for each set of rules, so that no record is rewritten twice by the same.
    number: u32,
    rules: Vec<Arc<Entry>>,
}

/// One rule with its count.
struct Entry {
    rule: Rule,
    count: AtomicU64,
}

static NUMBERS: AtomicU32 = AtomicU32::new(1);

impl Redaction {
    /// Hides nothing.
    pub fn new() -> Self {
        Self { number: NUMBERS.fetch_add(1, Ordering::Relaxed), rules: Vec::new() }
    }

    /// Hides what should stand in no log: values under [secret-looking keys](Rule::secret_keys), payment cards, bank account
    /// numbers, and tokens, keys and passwords of all the forms that [`Scanner`] knows.
    pub fn standard() -> Self {
        [
            Scanner::PaymentCard,
            Scanner::Iban,
            Scanner::Jwt,
            Scanner::AuthToken,
            Scanner::PrivateKey,
            Scanner::AccessKey,
            Scanner::UrlPassword,
        ]
        .into_iter()
        .fold(Self::new().rule(Rule::secret_keys()), Self::rule)
    }

    /// Hides e-mail addresses and the host part of IP addresses on top, which tell who somebody is.
    pub fn strict() -> Self {
        [Scanner::Email, Scanner::Ipv4, Scanner::Ipv6].into_iter().fold(Self::standard(), Self::rule)
    }

    /// Adds a rule. Where several want the same value, the first one holds.
    pub fn rule(mut self, rule: impl Into<Rule>) -> Self {
        // More than a `u16` can number would be a mistake; they are not told apart in the counts then.
        if self.rules.len() < usize::from(u16::MAX) {
            self.rules.push(Arc::new(Entry { rule: rule.into(), count: AtomicU64::new(0) }));
        }
        self.number = NUMBERS.fetch_add(1, Ordering::Relaxed);
        self
    }

    /// How often each rule has hidden something, in the order of the rules. Clones count together. A value is counted once for
    /// each handler that gets it.
    #[must_use]
    pub fn counts(&self) -> Vec<RedactionStats> {
        let count = |entry: &Arc<Entry>| RedactionStats {
            rule: entry.rule.name.clone(),
            count: entry.count.load(Ordering::Relaxed),
        };
        self.rules.iter().map(count).collect()
    }

    pub(crate) fn number(&self) -> u32 {
        self.number
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    pub(crate) fn replacement(&self, rule: u16) -> &Replacement {
        match self.rules.get(usize::from(rule)) {
            Some(entry) => &entry.rule.replacement,
            None => &Replacement::Redacted,
        }
    }

    pub(crate) fn add_count(&self, rule: u16, count: u64) {
        if let Some(entry) = self.rules.get(usize::from(rule)) {
            entry.count.fetch_add(count, Ordering::Relaxed);
        }
    }

    /// The rules in the form in which they are asked.
    pub(crate) fn compile(&self) -> (Keys, Scan) {
        let (mut keys, mut scan) = (Keys::new(), Scan::new());
        for (number, entry) in self.rules.iter().enumerate() {
            let number = number as u16;
            match &entry.rule.what {
                What::Scanner(scanner) => scan.add(*scanner, number),
                #[cfg(feature = "regex")]
                What::Pattern(pattern) => scan.add_pattern(pattern.clone(), number),
                what => keys.add(what, number),
            }
        }
        (keys, scan)
    }
}

impl Default for Redaction {
    /// [`Redaction::standard`].
    fn default() -> Self {
        Self::standard()
    }
}

impl fmt::Debug for Redaction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&String> = self.rules.iter().map(|entry| &entry.rule.name).collect();
        f.debug_struct("Redaction").field("rules", &names).finish_non_exhaustive()
    }
}
