//! Reading `rlog.toml`.
//!
//! ```toml
//! [lints]
//! secrets = "warn"           # fields that look like secrets and are logged in clear: "allow", "warn" (default), "deny"
//! unknown_keys = "deny"      # keys that are not below [keys]: "allow", "warn", "deny" (default)
//!
//! [keys]                     # where this table is, the keys that statements may use, each with its kind
//! user = "integer"
//! query = "string"
//! rows = "integer"
//! "user:agent" = "string"    # keys that are no names are quoted
//! http.status = "integer"    # the key `http.status`; the same as "http.status" = "integer"
//!
//! [keys.elapsed]             # more about one key; each line may be left out
//! kind = "duration"          # string, integer, float, number (integer or float), boolean, duration, time, error,
//!                            # structured (a struct, an enum, a sequence, a map) or any (default)
//! unit = "ms"                # of an integer, float, number, duration or any
//! meaning = "how long the request took"
//!
//! [keys.order]               # a table may hold further keys, too: these are `order` and `order.id`
//! kind = "structured"
//! id = "integer"
//!
//! [targets."app::db"]        # below this target only these keys; the longest target that fits decides
//! keys = ["query", "rows"]
//! ```
//!
//! So a key whose last part is `kind`, `unit` or `meaning` has to be quoted: `"order.kind" = "string"`.

use super::{Key, Kind, Problem, Schema, Severity, TargetKeys, normal};
use crate::check::nearest::nearest;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Display;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Reads the text of the file. What is wrong with it is left out of the schema and reported, in the order of the text.
pub(super) fn read(text: &str) -> (Schema, Vec<Problem>) {
    let (document, errors) = DeTable::parse_recoverable(text);
    let mut reader = Reader { problems: Vec::new() };
    if !errors.is_empty() {
        for error in errors {
            reader.problem(error.span().map_or(0, |span| span.start), error.message());
        }
        return (Schema::default(), reader.located(text));
    }
    let document = document.get_ref();
    let mut schema = Schema::default();
    for name in document.keys().filter(|name| !TABLES.contains(&&**name.get_ref())) {
        reader.unknown(name.span().start, "table", name.get_ref(), &TABLES);
    }
    if let Some((name, value)) = document.get_key_value("lints") {
        reader.lints(name, value, &mut schema);
    }
    if let Some(table) = document.get_key_value("keys").and_then(|(name, value)| reader.table(name, value)) {
        schema.keys = Some(BTreeMap::new());
        reader.keys("", table, &mut schema);
    }
    // Behind the keys, since theirs have to be among them.
    if let Some((name, value)) = document.get_key_value("targets") {
        reader.targets(name, value, &mut schema);
    }
    (schema, reader.located(text))
}

type Name<'a> = Spanned<Cow<'a, str>>;
type Value<'a> = Spanned<DeValue<'a>>;

struct Reader {
    /// With their positions in bytes.
    problems: Vec<(usize, String)>,
}

impl Reader {
    fn lints(&mut self, name: &Name<'_>, value: &Value<'_>, schema: &mut Schema) {
        for (name, value) in self.table(name, value).into_iter().flatten() {
            let severity = match &**name.get_ref() {
                "secrets" => &mut schema.secrets,
                "unknown_keys" => &mut schema.unknown_keys,
                other => {
                    self.unknown(name.span().start, "lint", other, &["secrets", "unknown_keys"]);
                    continue;
                }
            };
            if let Some(text) = self.string(name, value) {
                match Severity::named(text) {
                    Some(known) => *severity = known,
                    None => self.unknown(value.span().start, "severity", text, &Severity::ALL.map(Severity::name)),
                }
            }
        }
    }

    /// The keys of a table whose own key is `prefix`, which is empty for `[keys]` itself.
    fn keys(&mut self, prefix: &str, table: &DeTable<'_>, schema: &mut Schema) {
        for (name, value) in table {
            if !prefix.is_empty() && DESCRIPTION.contains(&&**name.get_ref()) {
                continue;
            }
            let path = match prefix {
                "" => name.get_ref().to_string(),
                prefix => format!("{prefix}.{}", name.get_ref()),
            };
            let key = match value.get_ref() {
                DeValue::String(kind) => {
                    let known = Kind::named(kind);
                    if known.is_none() {
                        self.unknown_kind(value, &path, kind);
                    }
                    Some(Key { kind: known.unwrap_or(Kind::Any), ..Key::default() })
                }
                DeValue::Table(table) => {
                    self.keys(&path, table, schema);
                    let described = table.is_empty() || DESCRIPTION.iter().any(|name| table.contains_key(*name));
                    described.then(|| self.description(&path, table))
                }
                _ => {
                    self.problem(
                        value.span().start,
                        format_args!("the key `{path}` needs a kind, such as `{path} = \"integer\"`, or a table"),
                    );
                    continue;
                }
            };
            let Some(key) = key else { continue };
            if path.is_empty() {
                self.problem(name.span().start, "a key cannot be empty; name it");
            } else if schema.keys.get_or_insert_default().insert(path.clone(), key).is_some() {
                self.problem(
                    name.span().start,
                    format_args!("the key `{path}` is declared twice; remove one of the two"),
                );
            }
        }
    }

    /// `kind`, `unit` and `meaning`.
    fn description(&mut self, path: &str, table: &DeTable<'_>) -> Key {
        let mut key = Key::default();
        for (name, value) in table {
            let part = &**name.get_ref();
            if !DESCRIPTION.contains(&part) {
                continue;
            }
            let Some(text) = self.string(name, value) else { continue };
            match part {
                "kind" => match Kind::named(text) {
                    Some(kind) => key.kind = kind,
                    None => self.unknown_kind(value, path, text),
                },
                "unit" if text.trim().is_empty() || text.contains(char::is_control) => {
                    self.problem(
                        value.span().start,
                        format_args!("the unit of `{path}` needs a name, such as `\"ms\"`"),
                    );
                }
                "unit" => key.unit = Some(text.to_owned()),
                _ => key.meaning = Some(text.to_owned()),
            }
        }
        if let (Some(unit), false) = (&key.unit, key.kind.has_unit()) {
            let start = table.get_key_value("unit").map_or(0, |(name, _)| name.span().start);
            let kind = key.kind.name();
            self.problem(
                start,
                format_args!("`{path}` is of the kind `{kind}`, which has no unit; remove `unit = \"{unit}\"`"),
            );
            key.unit = None;
        }
        key
    }

    fn targets(&mut self, name: &Name<'_>, value: &Value<'_>, schema: &mut Schema) {
        for (name, value) in self.table(name, value).into_iter().flatten() {
            let path = normal(name.get_ref());
            let mut keys = None;
            for (entry, value) in self.table(name, value).into_iter().flatten() {
                match &**entry.get_ref() {
                    "keys" => keys = self.known_keys(entry, value, schema),
                    other => self.unknown(entry.span().start, "entry", other, &["keys"]),
                }
            }
            if path.is_empty() {
                self.problem(
                    name.span().start,
                    "a target cannot be empty; write a module's path, such as `\"app::db\"`",
                );
            } else if schema.targets.iter().any(|target| target.path == path) {
                self.problem(
                    name.span().start,
                    format_args!("the target `{path}` is declared twice; remove one of the two"),
                );
            } else if let Some(keys) = keys {
                schema.targets.push(TargetKeys { path, keys });
            } else if matches!(value.get_ref(), DeValue::Table(table) if !table.contains_key("keys")) {
                self.problem(
                    name.span().start,
                    format_args!("the target `{path}` does not say which keys it has; write `keys = [\"..\"]`"),
                );
            }
        }
        schema.targets.sort_by_key(|target| std::cmp::Reverse(target.path.len()));
    }

    /// The keys of a target: an array of strings. Those that `[keys]` does not have are left out.
    fn known_keys(&mut self, name: &Name<'_>, value: &Value<'_>, schema: &Schema) -> Option<Vec<String>> {
        let DeValue::Array(array) = value.get_ref() else {
            self.problem(
                value.span().start,
                format_args!("`{}` must be an array of keys, such as `[\"user\"]`", name.get_ref()),
            );
            return None;
        };
        let mut keys = Vec::new();
        for item in array {
            let Some(key) = self.string(name, item) else { continue };
            match &schema.keys {
                Some(known) if !known.contains_key(key) => {
                    let meant = match nearest(key, known.keys().map(String::as_str)) {
                        Some(nearest) => format!("; did you mean `{nearest}`?"),
                        None => String::new(),
                    };
                    self.problem(
                        item.span().start,
                        format_args!("the key `{key}` is not declared below `[keys]`{meant}"),
                    );
                }
                _ => keys.push(key.to_owned()),
            }
        }
        Some(keys)
    }

    fn table<'a>(&mut self, name: &Name<'_>, value: &'a Value<'_>) -> Option<&'a DeTable<'a>> {
        if let DeValue::Table(table) = value.get_ref() {
            return Some(table);
        }
        self.problem(name.span().start, format_args!("`{}` must be a table", name.get_ref()));
        None
    }

    fn string<'a>(&mut self, name: &Name<'_>, value: &'a Value<'_>) -> Option<&'a str> {
        if let DeValue::String(text) = value.get_ref() {
            return Some(text);
        }
        self.problem(value.span().start, format_args!("`{}` needs a text in quotes here", name.get_ref()));
        None
    }

    fn unknown_kind(&mut self, value: &Value<'_>, path: &str, kind: &str) {
        // What was meant to describe a key is taken for a key of its own if it is misspelt.
        let last = path.rsplit('.').next().unwrap_or(path);
        if path.contains('.')
            && let Some(meant) = nearest(last, DESCRIPTION)
        {
            let text =
                format_args!("`{last}` declares a key `{path}` of an unknown kind `{kind}`; did you mean `{meant}`?");
            return self.problem(value.span().start, text);
        }
        self.unknown(value.span().start, "kind", kind, &Kind::ALL.map(Kind::name));
    }

    fn unknown(&mut self, position: usize, what: &str, word: &str, known: &[&str]) {
        if let Some(meant) = nearest(word, known.iter().copied()) {
            return self.problem(position, format_args!("unknown {what} `{word}`; did you mean `{meant}`?"));
        }
        let known = known.iter().map(|known| format!("`{known}`")).collect::<Vec<_>>().join(", ");
        self.problem(position, format_args!("unknown {what} `{word}`; write one of {known}"));
    }

    fn problem(&mut self, position: usize, text: impl Display) {
        self.problems.push((position, text.to_string()));
    }

    /// The problems, in order, with line and column instead of the position.
    fn located(mut self, text: &str) -> Vec<Problem> {
        self.problems.sort_by_key(|&(position, _)| position);
        let located = self.problems.into_iter().map(|(position, problem)| {
            let before = text.get(..position).unwrap_or(text);
            let line = before.matches('\n').count() + 1;
            let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
            Problem(format!("rlog.toml:{line}:{column}: {problem}"))
        });
        located.collect()
    }
}

const TABLES: [&str; 3] = ["lints", "keys", "targets"];

/// What a table says of its own key, and no key below it.
const DESCRIPTION: [&str; 3] = ["kind", "unit", "meaning"];

#[cfg(test)]
mod tests {
    use super::*;

    fn good(text: &str) -> Schema {
        let (schema, problems) = read(text);
        assert_eq!(problems, [], "{text}");
        schema
    }

    /// The problems, each without the name of the file.
    fn bad(text: &str) -> Vec<String> {
        let (_, problems) = read(text);
        problems.into_iter().map(|Problem(text)| text.trim_start_matches("rlog.toml:").to_owned()).collect()
    }

    #[test]
    fn the_documented_example_is_read_as_it_says() {
        let lines = include_str!("file.rs").lines().skip_while(|line| *line != "//! ```toml").skip(1);
        let lines = lines.take_while(|line| *line != "//! ```").map(|line| line.trim_start_matches("//!"));
        let schema = good(&lines.collect::<Vec<_>>().join("\n"));
        let keys = schema.keys.unwrap_or_default();
        let kinds: Vec<_> = keys.iter().map(|(name, key)| (&**name, key.kind)).collect();
        let expected = [
            ("elapsed", Kind::Duration),
            ("http.status", Kind::Integer),
            ("order", Kind::Structured),
            ("order.id", Kind::Integer),
            ("query", Kind::String),
            ("rows", Kind::Integer),
            ("user", Kind::Integer),
            ("user:agent", Kind::String),
        ];
        assert_eq!(kinds, expected);
        assert_eq!(keys["elapsed"].unit.as_deref(), Some("ms"));
        assert_eq!(keys["elapsed"].meaning.as_deref(), Some("how long the request took"));
        let keys = ["query", "rows"].map(str::to_owned).to_vec();
        assert_eq!(schema.targets, [TargetKeys { path: "app::db".to_owned(), keys }]);
        assert_eq!((schema.secrets, schema.unknown_keys), (Severity::Warn, Severity::Deny));
    }

    #[test]
    fn an_empty_file_allows_everything_and_an_empty_table_of_keys_nothing() {
        assert_eq!(good(""), Schema::default());
        assert_eq!(good("# only a comment\n[lints]\n[targets]"), Schema::default());
        assert_eq!(good("[keys]").keys, Some(BTreeMap::new()));
    }

    #[test]
    fn lints_have_severities() {
        let schema = good("lints = { secrets = 'deny', unknown_keys = 'allow' }");
        assert_eq!((schema.secrets, schema.unknown_keys), (Severity::Deny, Severity::Allow));
    }

    #[test]
    fn tables_are_keys_with_a_description_or_groups_of_keys_or_both() {
        let schema = good(
            "[keys.a]\n[keys.b]\nmeaning = 'm'\n[keys.c]\nd = 'string'\n'c.kind' = 'float'\n[keys.c.e]\nunit = 's'",
        );
        let keys = schema.keys.unwrap_or_default();
        assert_eq!(keys.keys().collect::<Vec<_>>(), ["a", "b", "c.c.kind", "c.d", "c.e"]);
        assert_eq!(keys["c.e"].unit.as_deref(), Some("s"));
        assert_eq!(good("[keys]\n'c.kind' = 'float'").keys.unwrap_or_default()["c.kind"].kind, Kind::Float);
    }

    #[test]
    fn targets_have_one_separator_and_the_longest_comes_first() {
        let schema =
            good("[targets.app]\nkeys = []\n[targets.'app.db.']\nkeys = ['a']\n[targets.'::app::db::x']\nkeys = []");
        let paths: Vec<_> = schema.targets.iter().map(|target| &*target.path).collect();
        assert_eq!(paths, ["app::db::x", "app::db", "app"]);
    }

    #[test]
    fn mistakes_are_told_with_their_places_all_at_once() {
        for (text, expected) in [
            ("[lint]", "1:2: unknown table `lint`; did you mean `lints`?"),
            ("lints = 1", "1:1: `lints` must be a table"),
            ("[lints]\nsecret = 'warn'", "2:1: unknown lint `secret`; did you mean `secrets`?"),
            ("[lints]\nsecrets = 'forbid'", "2:11: unknown severity `forbid`; write one of `allow`, `warn`, `deny`"),
            ("[lints]\nsecrets = true", "2:11: `secrets` needs a text in quotes here"),
            ("[keys]\nuser = 5", "2:8: the key `user` needs a kind, such as `user = \"integer\"`, or a table"),
            ("[keys]\n'' = 'any'", "2:1: a key cannot be empty; name it"),
            ("[keys]\n'a.b' = 'any'\na.b = 'any'", "2:1: the key `a.b` is declared twice; remove one of the two"),
            (
                "[keys.a]\nkind = 'any'\nunti = 'ms'",
                "3:8: `unti` declares a key `a.unti` of an unknown kind `ms`; did you mean `unit`?",
            ),
            ("[keys.a]\nunit = ''", "2:8: the unit of `a` needs a name, such as `\"ms\"`"),
            (
                "[keys.a]\nkind = 'string'\nunit = 'ms'",
                "3:1: `a` is of the kind `string`, which has no unit; remove `unit = \"ms\"`",
            ),
            ("[targets.app]", "1:10: the target `app` does not say which keys it has; write `keys = [\"..\"]`"),
            (
                "[targets.'::']\nkeys = []",
                "1:10: a target cannot be empty; write a module's path, such as `\"app::db\"`",
            ),
            ("[targets.app]\nkey = []\nkeys = []", "2:1: unknown entry `key`; did you mean `keys`?"),
            ("[targets.app]\nkeys = 'user'", "2:8: `keys` must be an array of keys, such as `[\"user\"]`"),
            ("[targets.app]\nkeys = ['user', 1]", "2:17: `keys` needs a text in quotes here"),
            (
                "[targets.'a.b']\nkeys = []\n[targets.'a::b']\nkeys = []",
                "3:10: the target `a::b` is declared twice; remove one of the two",
            ),
            (
                "[targets.app]\nkeys = ['usr']\n[keys]\nuser = 'any'",
                "2:9: the key `usr` is not declared below `[keys]`; did you mean `user`?",
            ),
        ] {
            assert_eq!(bad(text), [expected], "{text}");
        }
        let kinds = "string`, `integer`, `float`, `number`, `boolean`, `duration`, `time`, `error`, `structured`, `any";
        assert_eq!(
            bad("[keys]\n'ä' = 'integr'\n[keys.b]\nkind = 'x'"),
            [
                "2:7: unknown kind `integr`; did you mean `integer`?".to_owned(),
                format!("4:8: unknown kind `x`; write one of `{kinds}`"),
            ]
        );
    }

    #[test]
    fn what_is_no_toml_is_told_with_its_place_and_nothing_else_is_checked() {
        let problems = bad("[keys\nuser = 'nonsense'");
        assert!(problems[0].starts_with("1:6: "), "{problems:?}");
        assert!(!problems.concat().contains("nonsense"), "{problems:?}");
        assert_eq!(bad("a = 1\na = 2").len(), 1);
    }
}
