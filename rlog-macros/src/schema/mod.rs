//! `rlog.toml`: what a crate declares about its log statements, and whether a statement agrees.
//!
//! The file lies beside the crate's `Cargo.toml` and is read once per compilation, by the statement or derive that is
//! expanded first. That one also emits an `include_bytes!` of it, of which nothing gets into the binary: it makes cargo compile the
//! crate again when the file has changed. And it is the one that reports what is wrong with the file itself.

#[cfg(feature = "schema")]
mod file;
mod source;

use crate::check::key_use::KeyUse;
use crate::check::nearest::nearest;
use crate::check::warning::{place, warning};
use crate::errors::Errors;
use crate::expand::parenthesized;
use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use std::collections::BTreeMap;

/// What is declared of all statements of a crate.
#[derive(Debug, PartialEq)]
struct Schema {
    /// What happens to fields that look like secrets and are logged in clear.
    secrets: Severity,
    /// What happens to keys that are not among `keys`.
    unknown_keys: Severity,
    /// `None` allows every key.
    keys: Option<BTreeMap<String, Key>>,
    /// Those with the longest paths first.
    targets: Vec<TargetKeys>,
}

/// What happens to a statement of which a lint disapproves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Severity {
    Allow,
    Warn,
    Deny,
}

/// What is declared of one key.
#[derive(Debug, Default, PartialEq)]
struct Key {
    kind: Kind,
    unit: Option<String>,
    meaning: Option<String>,
}

/// What a key's values are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Kind {
    String,
    Integer,
    Float,
    Number,
    Boolean,
    Duration,
    Time,
    Error,
    Structured,
    #[default]
    Any,
}

/// The only keys that statements below a target may use.
#[derive(Debug, PartialEq)]
struct TargetKeys {
    /// Its segments joined by `::`.
    path: String,
    keys: Vec<String>,
}

/// What is wrong with the file, and where: `rlog.toml:<line>:<column>: <text>`.
#[derive(Debug, PartialEq)]
struct Problem(String);

/// The target of a statement, as far as the macro knows it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Target<'a> {
    /// `target: ".."`.
    Literal(&'a str),
    /// None is given.
    ModulePath,
    /// An expression, or a logger's: what is declared of targets cannot be checked.
    AtRunTime,
}

/// What a statement has to do to agree with the schema.
#[derive(Debug, Default)]
pub(crate) struct Checked {
    /// Items and statements for the statement's block.
    pub(crate) items: TokenStream,
    /// For each key the path of the function around its wire, which takes only wires of the kind that is declared.
    pub(crate) expected: Vec<Option<TokenStream>>,
    /// For each key what is declared of it, as the callsite's text says it: `duration ms`.
    pub(crate) described: Vec<Option<String>>,
}

/// How serious a secret in clear is.
pub(crate) fn secrets() -> Severity {
    source::schema().secrets
}

/// For every statement and every derive, once: items for the one that is expanded first, if there is a file.
///
/// They make cargo compile the crate again when the file has changed, and tell what is wrong with the file.
pub(crate) fn items(krate: &TokenStream) -> Option<TokenStream> {
    let problems = source::problems()?;
    let problems = problems.iter().map(|Problem(text)| text);
    let core = quote!(#krate::__private::core);
    Some(quote! {
        #(#core::compile_error!(#problems);)*
        const _: &[#core::primitive::u8] =
            #core::include_bytes!(#core::concat!(#core::env!("CARGO_MANIFEST_DIR"), "/rlog.toml"));
    })
}

/// Checks the keys of one statement, and tells in `errors` what is wrong with them.
pub(crate) fn check(krate: &TokenStream, target: Target<'_>, keys: &[KeyUse<'_>], errors: &mut Errors) -> Checked {
    source::schema().check(krate, target, keys, errors)
}

/// What holds without a file.
impl Default for Schema {
    fn default() -> Self {
        Self { secrets: Severity::Warn, unknown_keys: Severity::Deny, keys: None, targets: Vec::new() }
    }
}

impl Schema {
    fn check(&self, krate: &TokenStream, target: Target<'_>, keys: &[KeyUse<'_>], errors: &mut Errors) -> Checked {
        let mut checked = Checked::default();
        for key in keys {
            let declared = self.keys.as_ref().and_then(|keys| keys.get(key.text));
            checked.expected.push(declared.and_then(|declared| declared.kind.expected(krate)));
            checked.described.push(declared.and_then(Key::described));
            // A key that is missing altogether has been reported where it was parsed.
            if key.text.is_empty() {
                continue;
            }
            if declared.is_none() && self.keys.is_some() {
                checked.items.extend(self.unknown_key(key, errors));
            } else {
                checked.items.extend(self.key_of_target(krate, target, key, errors));
            }
        }
        checked
    }

    fn unknown_key(&self, key: &KeyUse<'_>, errors: &mut Errors) -> Option<TokenStream> {
        let text = key.text;
        let known = self.keys.iter().flat_map(BTreeMap::keys);
        let advice = match nearest(text, known.map(String::as_str)) {
            Some(nearest) => format!("did you mean `{nearest}`?"),
            None => format!("if it is a new one, declare it: `{} = \"any\"`", quoted(text)),
        };
        let problem = format!("the key `{text}` is not among the `[keys]` of rlog.toml; {advice}");
        match self.unknown_keys {
            Severity::Allow => None,
            Severity::Warn => Some(warning(&problem, key.tokens)),
            Severity::Deny => {
                errors.at(key.tokens, problem);
                None
            }
        }
    }

    fn key_of_target(
        &self,
        krate: &TokenStream,
        target: Target<'_>,
        key: &KeyUse<'_>,
        errors: &mut Errors,
    ) -> Option<TokenStream> {
        let allows = |target: &TargetKeys| target.keys.iter().any(|allowed| allowed == key.text);
        match target {
            Target::AtRunTime => None,
            Target::Literal(literal) => {
                let path = normal(literal);
                let covering = self.targets.iter().find(|target| target.covers(&path))?;
                if !allows(covering) {
                    errors.at(key.tokens, covering.problem(key.text));
                }
                None
            }
            Target::ModulePath if self.targets.iter().all(allows) => None,
            Target::ModulePath => {
                let core = quote!(#krate::__private::core);
                // The first that covers the module decides; they are sorted so that it is the longest.
                let rules = self.targets.iter().map(|target| {
                    let path = &target.path;
                    let otherwise = (!allows(target)).then(|| {
                        let problem = target.problem(key.text);
                        // The compiler points at a call, which begins and ends where its parentheses stand.
                        let place = place(key.tokens);
                        let reject = parenthesized(quote!(#krate::__private::expected::reject), place);
                        let problem = parenthesized(quote!(#problem), place);
                        quote!(#reject #problem)
                    });
                    quote!(if #krate::__private::expected::is_below(#core::module_path!(), #path) { #otherwise })
                });
                Some(quote!(const _: () = { #(#rules)else* };))
            }
        }
    }
}

impl TargetKeys {
    /// Whether `path`, whose segments are joined by `::`, is this target or below it.
    fn covers(&self, path: &str) -> bool {
        path.strip_prefix(&*self.path).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
    }

    fn problem(&self, key: &str) -> String {
        let path = &self.path;
        let keys = self.keys.iter().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(", ");
        let allows = if keys.is_empty() { "none".to_owned() } else { keys };
        let meant = match nearest(key, self.keys.iter().map(String::as_str)) {
            Some(nearest) => format!("; did you mean `{nearest}`?"),
            None => String::new(),
        };
        format!("the key `{key}` is not among those that rlog.toml allows below the target `{path}`: {allows}{meant}")
    }
}

/// A target with one kind of separator: `app.db` and `app::db` are the same, as they are for levels.
fn normal(target: &str) -> String {
    let segments = target.split("::").flat_map(|part| part.split('.')).map(|segment| segment.trim_matches([':', ' ']));
    segments.filter(|segment| !segment.is_empty()).collect::<Vec<_>>().join("::")
}

/// A key as TOML writes it.
fn quoted(key: &str) -> String {
    let bare = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    if key.chars().all(bare) { key.to_owned() } else { format!("{key:?}") }
}

impl Key {
    fn described(&self) -> Option<String> {
        match (&self.unit, self.kind) {
            (None, Kind::Any) => None,
            (None, kind) => Some(kind.name().to_owned()),
            (Some(unit), kind) => Some(format!("{} {unit}", kind.name())),
        }
    }
}

#[cfg_attr(not(feature = "schema"), allow(dead_code, reason = "for reading the file"))]
impl Severity {
    const ALL: [Self; 3] = [Self::Allow, Self::Warn, Self::Deny];

    fn name(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Warn => "warn",
            Self::Deny => "deny",
        }
    }

    fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|severity| severity.name() == name)
    }
}

#[cfg_attr(not(feature = "schema"), allow(dead_code, reason = "for reading the file"))]
impl Kind {
    const ALL: [Self; 10] = [
        Self::String,
        Self::Integer,
        Self::Float,
        Self::Number,
        Self::Boolean,
        Self::Duration,
        Self::Time,
        Self::Error,
        Self::Structured,
        Self::Any,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::String => "string",
            Self::Integer => "integer",
            Self::Float => "float",
            Self::Number => "number",
            Self::Boolean => "boolean",
            Self::Duration => "duration",
            Self::Time => "time",
            Self::Error => "error",
            Self::Structured => "structured",
            Self::Any => "any",
        }
    }

    fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    fn has_unit(self) -> bool {
        matches!(self, Self::Integer | Self::Float | Self::Number | Self::Duration | Self::Any)
    }

    /// The function that takes only wires of this kind; none takes any.
    fn expected(self, krate: &TokenStream) -> Option<TokenStream> {
        let function = Ident::new(self.name(), Span::call_site());
        (self != Self::Any).then(|| quote!(#krate::__private::expected::#function))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::key_use::Origin;
    use quote::format_ident;

    const TARGETS: [(&str, &[&str]); 2] = [("app::db::cache", &["key", "hit"]), ("app::db", &["query", "rows"])];

    fn schema(unknown_keys: Severity) -> Schema {
        let keys = [
            ("user", Kind::Integer, None),
            ("elapsed", Kind::Duration, Some("ms")),
            ("http.status", Kind::Integer, None),
            ("query", Kind::String, None),
            ("rows", Kind::Any, None),
            ("key", Kind::Any, Some("items")),
            ("hit", Kind::Boolean, None),
        ];
        let key = |(name, kind, unit): (&str, Kind, Option<&str>)| {
            (name.to_owned(), Key { kind, unit: unit.map(str::to_owned), meaning: None })
        };
        let target = |(path, keys): (&str, &[&str])| TargetKeys {
            path: path.to_owned(),
            keys: keys.iter().map(|&key| key.to_owned()).collect(),
        };
        Schema {
            unknown_keys,
            keys: Some(keys.into_iter().map(key).collect()),
            targets: TARGETS.into_iter().map(target).collect(),
            ..Schema::default()
        }
    }

    /// What was checked, and the text of all errors.
    fn check(schema: &Schema, target: Target<'_>, keys: &[&str]) -> (Checked, String) {
        let tokens: Vec<_> = keys.iter().map(|key| TokenStream::from_iter([quote!(#key)])).collect();
        let keys = keys.iter().zip(&tokens).enumerate();
        let keys: Vec<_> = keys
            .map(|(input, (text, tokens))| {
                let origin = Origin::Field;
                KeyUse { text, tokens, allows_secret: false, origin, input, wire: input }
            })
            .collect();
        let mut errors = Errors::default();
        let krate = format_ident!("rlog");
        let checked = schema.check(&quote!(#krate), target, &keys, &mut errors);
        (checked, errors.into_tokens().to_string())
    }

    #[test]
    fn without_keys_in_the_file_every_key_is_allowed() {
        let (checked, errors) = check(&Schema::default(), Target::ModulePath, &["anything", "user"]);
        assert_eq!(errors, "");
        assert!(checked.items.is_empty());
        assert!(checked.expected.iter().all(Option::is_none));
        assert_eq!(checked.described, [None, None]);
    }

    #[test]
    fn a_key_outside_the_table_is_an_error_that_says_what_was_meant() {
        let (checked, errors) = check(&schema(Severity::Deny), Target::AtRunTime, &["user", "usr", "novel", "a.b", ""]);
        assert!(errors.contains("`usr` is not among the `[keys]` of rlog.toml; did you mean `user`?"), "{errors}");
        assert!(errors.contains("declare it: `novel = \\\"any\\\"`"), "{errors}");
        assert!(errors.contains("compile_error ! { \"the key `a.b`"), "{errors}");
        assert_eq!(errors.matches("compile_error").count(), 3, "{errors}");
        assert!(checked.items.is_empty());
    }

    #[test]
    fn unknown_keys_can_be_warned_of_and_allowed() {
        let (checked, errors) = check(&schema(Severity::Warn), Target::AtRunTime, &["usr"]);
        assert_eq!(errors, "");
        let items = checked.items.to_string();
        assert!(items.contains("deprecated") && items.contains("did you mean `user`?"), "{items}");
        let (checked, errors) = check(&schema(Severity::Allow), Target::AtRunTime, &["usr"]);
        assert_eq!((errors, checked.items.to_string()), (String::new(), String::new()));
    }

    #[test]
    fn kinds_and_units_are_handed_on() {
        let (checked, _) = check(&schema(Severity::Allow), Target::AtRunTime, &["elapsed", "rows", "key", "new"]);
        let expected = checked.expected.iter().map(|path| path.as_ref().map(|path| path.to_string().replace(' ', "")));
        let duration = "rlog::__private::expected::duration".to_owned();
        assert_eq!(expected.collect::<Vec<_>>(), [Some(duration), None, None, None]);
        let described: Vec<_> = checked.described.iter().map(Option::as_deref).collect();
        assert_eq!(described, [Some("duration ms"), None, Some("any items"), None]);
    }

    #[test]
    fn the_longest_target_decides_about_a_literal_one() {
        for (target, key, allowed) in [
            ("app::db", "query", true),
            ("app::db::pool", "query", true),
            ("app.db", "query", true),
            ("app::db", "user", false),
            ("app::db::cache", "query", false),
            ("app::db::cache::lru", "hit", true),
            ("app::db::cached", "query", true),
            ("app::dbx", "user", true),
            ("app", "user", true),
            ("", "user", true),
        ] {
            let (checked, errors) = check(&schema(Severity::Deny), Target::Literal(target), &[key]);
            assert_eq!(errors.is_empty(), allowed, "{target} {key}: {errors}");
            assert!(checked.items.is_empty(), "{target} {key}");
        }
    }

    #[test]
    fn the_module_path_is_left_to_the_compiler_unless_all_targets_allow_the_key() {
        let (checked, errors) = check(&schema(Severity::Deny), Target::ModulePath, &["user"]);
        let items = checked.items.to_string();
        assert_eq!(errors, "");
        let [cache, db] = ["app::db::cache", "app::db"].map(|path| items.find(&format!("{path:?}")));
        assert!(cache.is_some() && cache < db, "the longest comes first: {items}");
        assert!(check(&schema(Severity::Deny), Target::AtRunTime, &["user"]).0.items.is_empty());
        let everywhere = Schema { targets: Vec::new(), ..schema(Severity::Deny) };
        assert!(check(&everywhere, Target::ModulePath, &["user"]).0.items.is_empty());
    }
}
