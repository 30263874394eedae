//! What is to be hidden, and what is shown instead.

use super::mask::Mask;
use super::path;
#[cfg(feature = "regex")]
use super::pattern::{Pattern, PatternError};
use super::replacement::Replacement;
use super::scan::{self, Scanner};
use std::string::String;
use std::vec::Vec;

/// One thing that a [`Redaction`](crate::Redaction) hides: values by their key, or text by how it looks.
///
/// A *key* is the name of a field, at the top of a record or in a value at any depth: in a struct, an enum or a map. Of a key
/// of several parts, such as `user.password` or `app::password`, the last one counts as the key, too. Case makes no
/// difference. The whole value under the key is replaced, whatever it is, except `None`. The name of a variant counts as a key of each
/// of its fields: all that is in a `Password(String)` is replaced. It is no part of a path.
///
/// ```
/// use rlog_runtime::{Mask, Redaction, Replacement, Rule, Scanner};
///
/// let redaction = Redaction::new()
///     .rule(Rule::secret_keys())
///     .rule(Rule::path("order.*.card").replacement(Mask::Last4))
///     .rule(Rule::scanner(Scanner::Email).replacement(Replacement::Hash));
/// ```
#[derive(Clone, Debug)]
#[must_use = "a rule does nothing by itself"]
pub struct Rule {
    pub(super) what: What,
    pub(super) replacement: Replacement,
    pub(super) name: String,
}

/// What is hidden. Texts are in lower case.
#[derive(Clone, Debug)]
pub(super) enum What {
    SecretKeys,
    Key(String),
    KeyContaining(String),
    KeyStarting(String),
    KeyEnding(String),
    Path(Vec<path::Segment>),
    Scanner(Scanner),
    #[cfg(feature = "regex")]
    Pattern(Pattern),
}

impl Rule {
    /// Keys that look like secrets by their words: `password`, `client_secret`, `apiKey`, `user.token`, `card_number`,
    /// `Authorization`, and not `password_changed_at` or `next_token`. The words are those that the macros warn about when
    /// the program is compiled, and several of them (`api_keys`), and tokens of any other name (`github_token`, `x-vault-token`)
    /// but of those that open nothing (`cancellation_token`).
    pub fn secret_keys() -> Self {
        Self::new(What::SecretKeys, "secret keys".into())
    }

    /// The key `key`.
    pub fn key(key: impl AsRef<str>) -> Self {
        Self::of_key(What::Key, "key `", key.as_ref(), "`")
    }

    /// Keys in which `part` stands.
    pub fn key_containing(part: impl AsRef<str>) -> Self {
        Self::of_key(What::KeyContaining, "keys with `", part.as_ref(), "`")
    }

    /// Keys that start with `start`.
    pub fn key_starting(start: impl AsRef<str>) -> Self {
        Self::of_key(What::KeyStarting, "keys from `", start.as_ref(), "` on")
    }

    /// Keys that end with `end`.
    pub fn key_ending(end: impl AsRef<str>) -> Self {
        Self::of_key(What::KeyEnding, "keys up to `", end.as_ref(), "`")
    }

    /// Keys by where they stand, from the top of the record on, with `.` between: `user.token` is the field `token` of the
    /// value `user`, and a field that is called `user.token`. `*` is any part of one key (`*_id`, or `*` for any key), and
    /// `**` any number of keys, also none: `user.**` is the value `user` with all that is in it, and `**` all of the record's
    /// values, as is a path without a key. Elements of lists and variants of enums are no parts of a path, except those of values that
    /// were captured through serde, where a variant is a key.
    ///
    /// # Cost
    /// All paths of a [`Redaction`](crate::Redaction) together may have some 120 parts. One that is beyond that hides its last
    /// key wherever it stands: too much rather than too little.
    pub fn path(path: impl AsRef<str>) -> Self {
        let path = path.as_ref();
        Self::new(What::Path(path::parse(path)), std::format!("path `{path}`"))
    }

    /// Text that looks like this, wherever it stands: in values at any depth, in keys of maps, in errors and in messages.
    /// IP addresses show their network if no [`Rule::replacement`] is set.
    pub fn scanner(scanner: Scanner) -> Self {
        let rule = Self::new(What::Scanner(scanner), scanner.name().into());
        match scanner {
            Scanner::Ipv4 | Scanner::Ipv6 => rule.replacement(Mask::With(scan::network)),
            _ => rule,
        }
    }

    /// Text that a regular expression matches, wherever it stands. The syntax is that of the crate `regex`, which takes time
    /// linear in the length of the text whatever the expression is.
    ///
    /// # Errors
    /// An expression that is not understood, or that needs more than 1 MiB.
    ///
    /// ```
    /// use rlog_runtime::Rule;
    ///
    /// let rule = Rule::regex(r"\bEMP-\d{6}\b").expect("a valid expression").name("employee number");
    /// assert!(Rule::regex("(").is_err());
    /// ```
    #[cfg(feature = "regex")]
    #[cfg_attr(docsrs_rlog, doc(cfg(feature = "regex")))]
    pub fn regex(expression: &str) -> Result<Self, PatternError> {
        Ok(Self::new(What::Pattern(Pattern::new(expression)?), std::format!("pattern `{expression}`")))
    }

    /// What is shown instead. `[REDACTED]` if not set.
    pub fn replacement(mut self, replacement: impl Into<Replacement>) -> Self {
        self.replacement = replacement.into();
        self
    }

    /// What it is called in the [counts](crate::Redaction::counts). A few words that say what it hides if not set.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    fn new(what: What, name: String) -> Self {
        Self { what, replacement: Replacement::Redacted, name }
    }

    fn of_key(what: fn(String) -> What, before: &str, key: &str, behind: &str) -> Self {
        Self::new(what(key.to_lowercase()), std::format!("{before}{key}{behind}"))
    }
}

impl From<Scanner> for Rule {
    fn from(scanner: Scanner) -> Self {
        Self::scanner(scanner)
    }
}
