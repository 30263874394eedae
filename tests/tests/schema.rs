//! What the compiler says of statements and of `rlog.toml`, in crates that have one.

#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};
use system_tests::{TemporaryDirectory, sample, stderr};

#[test]
fn statements_that_agree_with_the_file_compile_without_a_warning() {
    let program = sample(env!("CARGO_TARGET_TMPDIR"), "schema", "dev", &[]);
    assert!(program.exists());
}

#[test]
fn a_key_that_is_not_declared_is_an_error_with_the_name_that_was_meant() {
    let package = Package::new("unknown", "[keys]\nuser = 'integer'\namount = 'any'\nhttp.status = 'any'");
    let said = package.says_of(
        "let (usr, novel, amuont) = (1, 2, 3);
         info!(usr);
         info!(novel, user = 2);
         info!(\"http_status\" = 200);
         info!(user.name = 2);
         info!(\"paid {amuont}\");
         info!(\"paid {total}\", total = 5);
         info!(user = 5, amount = 2, \"{} {amount}\", 1);",
    );
    assert_eq!(
        said,
        [
            "2:7: error: the key `usr` is not among the `[keys]` of rlog.toml; did you mean `user`?",
            "3:7: error: the key `novel` is not among the `[keys]` of rlog.toml; if it is a new one, declare it: `novel = \"any\"`",
            "4:7: error: the key `http_status` is not among the `[keys]` of rlog.toml; did you mean `http.status`?",
            "5:7: error: the key `user.name` is not among the `[keys]` of rlog.toml; if it is a new one, declare it: `\"user.name\" = \"any\"`",
            "6:7: error: the key `amuont` is not among the `[keys]` of rlog.toml; did you mean `amount`?",
            "7:23: error: the key `total` is not among the `[keys]` of rlog.toml; if it is a new one, declare it: `total = \"any\"`",
        ]
    );
}

#[test]
fn unknown_keys_are_warned_of_or_allowed_if_the_file_says_so() {
    let package = Package::new("lint", "lints = { unknown_keys = 'warn' }\n[keys]\nuser = 'integer'");
    let statement = "info!(usr = 1, user = 2);";
    assert_eq!(
        package.says_of(statement),
        [
            "1:7: warning: use of deprecated constant `main::RLOG_LINT`: the key `usr` is not among the `[keys]` of rlog.toml; did you mean `user`?"
        ]
    );
    assert_eq!(package.says_of(&format!("#[allow(deprecated)] {{ {statement} }}")), [""; 0]);
    package.declare("lints = { unknown_keys = 'allow' }\n[keys]\nuser = 'integer'");
    assert_eq!(package.says_of(statement), [""; 0]);
}

#[test]
fn a_value_of_another_kind_is_an_error_at_the_value() {
    let kinds = ["string", "integer", "float", "number", "boolean", "duration", "time", "error", "structured"];
    let keys: String = kinds.iter().map(|kind| format!("{kind} = '{kind}'\n")).collect();
    let package = Package::new("kind", &format!("[keys]\n{keys}"));
    let said = package.says_of(
        "let (n, d) = (5_u8, std::time::Duration::ZERO);
         info!(string = n);
         info!(integer = \"5\");
         info!(float = n);
         info!(number = true);
         info!(boolean = 'x');
         info!(duration = 1.5_f32);
         info!(time = n);
         info!(error = \"text\");
         info!(structured = n);
         info!(duration = ?d);
         info!(error = %std::fmt::Error);
         info!(\"{integer:?}\", integer = [n]);
         info!(integer = Some(0.5_f64));",
    );
    let expected = [
        ("2:16", "a string"),
        ("3:17", "an integer"),
        ("4:15", "a float"),
        ("5:16", "a number"),
        ("6:17", "a boolean"),
        ("7:18", "a duration"),
        ("8:14", "a time"),
        ("9:15", "an error"),
        ("10:20", "a structured value"),
        ("11:19", "a duration"),
        ("12:16", "an error"),
        ("13:32", "an integer"),
        ("14:17", "an integer"),
    ];
    let expected = expected
        .map(|(place, what)| format!("{place}: error[E0277]: rlog.toml declares this field to be {what}: not {what}"));
    assert_eq!(said, expected);
}

#[test]
fn a_value_that_cannot_be_logged_is_only_told_so_once() {
    let package = Package::new("not-loggable", "[keys]\nvalue = 'integer'");
    let said = package.says_of("struct Plain; info!(value = Plain);");
    assert_eq!(said.len(), 1, "{said:#?}");
    assert!(said[0].contains("`Plain` cannot be logged as a structured value"), "{said:#?}");
}

#[test]
fn below_a_target_only_its_keys_are_allowed() {
    let package = Package::new(
        "target",
        "[targets.'case::db']\nkeys = ['query', 'rows']\n[targets.'case::db::cache']\nkeys = ['hit']\n\
         [targets.audit]\nkeys = []",
    );
    let said = package.says_of(
        "info!(query = 1, hit = 2, \"anything goes here\");
         info!(target: \"case::db::pool\", query = 1, row = 2);
         info!(target: \"audit.login\", hit = 2);
         info!(target: \"auditing\", hit = 2);
         let target = String::from(\"audit\"); info!(target: &target, hit = 2);
         mod db {
             pub fn run(row: u8) { rlog::info!(query = 1, row, \"{rows}\", rows = 5); }
             pub mod cache { pub fn look() { rlog::info!(hit = true, entry.query = 1); } }
             pub mod cached { pub fn look() { rlog::info!(query = true); } }
         }
         mod dbx { pub fn run() { rlog::info!(hit = 1); } }
         db::run(1); db::cache::look(); db::cached::look(); dbx::run();",
    );
    let problem = |key, target, keys| {
        format!("the key `{key}` is not among those that rlog.toml allows below the target `{target}`: {keys}")
    };
    let panicked = "error[E0080]: evaluation panicked";
    assert_eq!(
        said,
        [
            format!("2:44: error: {}; did you mean `rows`?", problem("row", "case::db", "`query`, `rows`")),
            format!("3:30: error: {}", problem("hit", "audit", "none")),
            format!(
                "7:46: {panicked}: {}; did you mean `rows`?: evaluation of `main::db::run::_` failed here",
                problem("row", "case::db", "`query`, `rows`")
            ),
            format!(
                "8:63: {panicked}: {}: evaluation of `main::db::cache::look::_` failed here",
                problem("entry.query", "case::db::cache", "`hit`")
            ),
        ]
    );
}

#[test]
fn mistakes_in_the_file_are_told_once_for_the_whole_crate() {
    let package = Package::new("mistakes", "[keys]\nuser = 'integr'\n[lint]");
    let said = package.says_of("info!(user = 1); info!(user = 2, \"{}\", 3); info!(usr = 1);");
    assert_eq!(
        said,
        [
            "1:1: error: rlog.toml:2:8: unknown kind `integr`; did you mean `integer`?",
            "1:1: error: rlog.toml:3:2: unknown table `lint`; did you mean `lints`?",
            "1:50: error: the key `usr` is not among the `[keys]` of rlog.toml; did you mean `user`?",
        ]
    );
    package.declare("[keys\n");
    let said = package.says_of("info!(user = 1); info!(user = 2);");
    assert_eq!(said.len(), 1, "{said:#?}");
    assert!(said[0].starts_with("1:1: error: rlog.toml:1:6: "), "{said:#?}");
}

#[test]
fn a_file_that_nobody_reads_is_an_error() {
    let package = Package::with_features("unread", "[keys]\nuser = 'integer'", "");
    let said = package.says_of("info!(usr = 1); info!(user = 'x');");
    assert_eq!(said.len(), 1, "{said:#?}");
    assert!(said[0].starts_with("1:1: error: rlog.toml: reading it needs the feature `schema` of rlog;"), "{said:#?}");
    fs::remove_file(package.path("rlog.toml")).unwrap();
    assert_eq!(package.says_of("info!(usr = 1);"), [""; 0]);
}

#[test]
fn editing_the_file_compiles_the_crate_again_and_nothing_of_it_gets_into_the_program() {
    let package =
        Package::new("edit", "[keys]\nuser = 'integer'\n[keys.unused]\nmeaning = 'a text that only the schema has'");
    assert_eq!(package.says_of("info!(#[cfg(any())] user = 1, #[cfg(all())] user = 2, \"1\");"), [""; 0]);
    assert_eq!(package.check(), [""; 0], "compiled already");
    package.declare("[keys]\nuser = 'string'");
    let said = package.check();
    assert_eq!(said, ["1:52: error[E0277]: rlog.toml declares this field to be a string: not a string"]);
    package.declare("[keys]\nuser = 'integer'\n[keys.unused]\nmeaning = 'a text that only the schema has'");
    let program = fs::read(package.build()).unwrap();
    let text = b"a text that only the schema has";
    assert!(!program.windows(text.len()).any(|window| window == text));
}

#[test]
fn a_crate_with_derives_only_has_the_file_read_watched_and_checked() {
    let package = Package::new("derives", "[lints]\nsecrets = 'allow'");
    let derives = "#[derive(rlog::Loggable)] pub struct Login { pub password: String }
                   #[derive(rlog::Loggable)] pub struct Logout { pub user: u64 }
                   fn main() {}";
    assert_eq!(package.says_of_crate(derives), [""; 0]);
    package.declare("[lints]\nsecrets = 'deny'");
    assert_eq!(
        package.check(),
        [
            "1:50: error[E0277]: the field `password` looks like a secret and is logged in clear: anyone who reads the log reads this"
        ]
    );
    package.declare("[lints]\nsecrets = 'forbid'");
    assert_eq!(
        package.check()[0],
        "1:10: error: rlog.toml:2:11: unknown severity `forbid`; write one of `allow`, `warn`, `deny`"
    );
}

#[test]
fn secrets_in_clear_are_warned_of_unless_somebody_allows_them() {
    let package = Package::new("secret", "");
    let statement = "let s = String::new(); info!(password = s);";
    let warning = "1:30: warning: use of deprecated method `main::Secret::in_clear`: the field `password` looks like a secret; \
                   wrap the value in `rlog::Secret`, or mask it in its type (`#[log(mask = \"last4\")]`); if it is no \
                   secret, write `#[allow(secret)]` before the field, or set `secrets = \"allow\"` below \
                   `[lints]` in rlog.toml";
    assert_eq!(package.says_of(statement), [warning]);
    assert_eq!(package.says_of("let s = String::new(); info!(#[allow(secret)] password = s);"), [""; 0]);
    assert_eq!(
        package.says_of_crate(&format!("#![allow(deprecated)] use rlog::info; fn main() {{ {statement} }}")),
        [""; 0]
    );
    package.declare("[lints]\nsecrets = 'allow'");
    assert_eq!(package.says_of(statement), [""; 0]);
    package.declare("[lints]\nsecrets = 'warn'");
    assert_eq!(package.says_of(statement), [warning]);
    package.declare("[lints]\nsecrets = 'deny'");
    assert_eq!(
        package.says_of(statement),
        [
            "1:30: error[E0277]: the field `password` looks like a secret and is logged in clear: anyone who reads the log reads this"
        ]
    );
    assert_eq!(package.says_of("info!(password = true, token_count = 5); info!(password = \"***\");"), [""; 0]);
}

#[test]
fn the_same_is_said_of_statements_that_are_compiled_out() {
    let schema =
        "[lints]\nsecrets = 'deny'\n[keys]\nuser = 'integer'\npassword = 'string'\n[targets.case]\nkeys = ['password']";
    let statements = "let s = String::new(); info!(usr = 1); info!(password = s); info!(password = 5_u8);
                      info!(user = 5_u8); info!(\"{user}\", user = 6_u8); info!({ 5 } = 1);";
    let above = Package::new("above-the-floor", schema).says_of(statements);
    let below = Package::with_features("below-the-floor", schema, "'schema', 'max_level_off'").says_of(statements);
    assert_eq!(above, below);
    assert_eq!(above.len(), 6, "{above:#?}");
}

/// A package with a program `case`, of which the compiler says something.
struct Package(TemporaryDirectory);

impl Package {
    /// No two have one name: they share what cargo has built.
    fn new(name: &str, schema: &str) -> Self {
        Self::with_features(name, schema, "'schema'")
    }

    fn with_features(name: &str, schema: &str, features: &str) -> Self {
        let package = Self(TemporaryDirectory::new());
        let samples = concat!(env!("CARGO_MANIFEST_DIR"), "/samples");
        fs::create_dir(package.path("src")).unwrap();
        fs::copy(format!("{samples}/Cargo.lock"), package.path("Cargo.lock")).unwrap();
        let rlog = Path::new(samples).join("../../rlog");
        let manifest = format!(
            "[workspace]\n[package]\nname = 'case-{name}'\nedition = '2024'\n\
             [[bin]]\nname = 'case'\npath = 'src/main.rs'\n[dependencies]\n\
             rlog = {{ path = '{}', default-features = false, features = [{features}] }}",
            rlog.display()
        );
        fs::write(package.path("Cargo.toml"), manifest).unwrap();
        package.declare(schema);
        package
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path(name)
    }

    fn declare(&self, schema: &str) {
        fs::write(self.path("rlog.toml"), schema).unwrap();
    }

    /// What the compiler says of `fn main` with these statements, which begin in line 1 and column 1.
    fn says_of(&self, statements: &str) -> Vec<String> {
        let lines: Vec<_> = statements.lines().map(str::trim_start).collect();
        self.says_of_crate(&format!("use rlog::info; fn main() {{\n{}\n}}", lines.join("\n")))
    }

    fn says_of_crate(&self, source: &str) -> Vec<String> {
        fs::write(self.path("src/main.rs"), source).unwrap();
        self.check()
    }

    /// One line for each message, by their places; those of the compiler's that belong to another are left out.
    fn check(&self) -> Vec<String> {
        let output = self.cargo(&["check", "--message-format", "short"]);
        let own = |line: &str| -> Option<((u32, u32), String)> {
            let (place, text) = line.strip_prefix("src/main.rs:")?.split_once(": ")?;
            let (line, column) = place.split_once(':')?;
            // `fn main` stands in the line before.
            let (line, column) = (line.parse::<u32>().ok()?.saturating_sub(1).max(1), column.parse().ok()?);
            Some(((line, column), format!("{line}:{column}: {text}")))
        };
        let mut said: Vec<_> = output.lines().filter_map(own).collect();
        said.sort();
        said.into_iter().map(|(_, text)| text).collect()
    }

    /// Builds the program and returns where it is.
    fn build(&self) -> PathBuf {
        self.cargo(&["build"]);
        Self::target().join("debug/case").with_extension(env::consts::EXE_EXTENSION)
    }

    fn cargo(&self, arguments: &[&str]) -> String {
        let output = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
            .args(arguments)
            .args(["--quiet", "--target-dir"])
            .arg(Self::target())
            .current_dir(self.path("."))
            .output()
            .unwrap();
        stderr(&output)
    }

    fn target() -> PathBuf {
        Path::new(env!("CARGO_TARGET_TMPDIR")).join("samples")
    }
}
