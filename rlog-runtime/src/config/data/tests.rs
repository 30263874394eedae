//! Tests of the whole way: text, profile, environment, data, builder, and back.

mod files;

use super::document::{Node, Place};
use super::handlers::HandlerKind;
use super::setting::{Reader, Setting};
use super::*;
use crate::HandlerBuilder;
use crate::level::Level;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::format;
use std::path::PathBuf;
use std::string::{String, ToString};
use std::time::Duration;
use std::vec::Vec;

const EVERYTHING: &str = include_str!("everything.toml");

fn toml(text: &str) -> Config {
    Config::from_toml(text).unwrap_or_else(|report| panic!("{report}\n{text}"))
}

/// What is wrong with a text, without "error: ".
fn wrong(text: &str) -> Vec<String> {
    let report = Config::from_toml(text).map(|_| ()).expect_err(text);
    report.problems().map(|problem| problem.to_string().replace(": error: ", ": ")).collect()
}

/// A file that is removed when the test is over.
struct TestFile(PathBuf);

impl TestFile {
    fn new(name: &str, content: &str) -> Self {
        let path = std::env::temp_dir().join(format!("rlog-config-{}-{name}", std::process::id()));
        std::fs::write(&path, content).expect("the temporary directory is writable");
        Self(path)
    }

    /// With no variables of the process that runs the test.
    fn loader(&self) -> Loader {
        Loader::new(&self.0).variables::<&str, &str>([])
    }
}

impl Drop for TestFile {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

/// The problems of a file, without its path.
fn problems(file: &TestFile, report: &Report) -> Vec<String> {
    let path = format!("{}", file.0.display());
    report.problems().map(|problem| problem.to_string().replace(&format!("{path}:"), "")).collect()
}

#[test]
fn what_a_file_says_and_what_code_says_is_the_same() {
    let in_code = Config::default()
        .level(Level::NOTICE)
        .directives(["app::db=debug"])
        .environment(false)
        .ring_capacity(512 << 10)
        .hash_key(SecretSource::Env("KEY".into()))
        .root(["console"])
        .handler(
            "console",
            HandlerConfig::new(ConsoleConfig::default().stream(ConsoleStream::Stderr).color(ConsoleColor::Never)).with(
                HandlerSettings::default()
                    .level(Level::new(33))
                    .format(PrettyConfig::default().target(false))
                    .breaker(BreakerConfig::default().failures(3_u32).pause(Duration::from_millis(1500))),
            ),
        )
        .handler("file", HandlerConfig::new(FileConfig::new("a b.log")).with(HandlerSettings::default().sync(true)))
        .logger("app::db", LoggerConfig::default().level(Level::SILENT).handlers(["file"]).propagate(false))
        .add_profile("quiet", Profile::new(Settings::new().set("level", "off")).inherits("base"))
        .add_profile("base", Settings::new());
    let in_a_file = r#"
        level = "Notice"
        directives = "app::db=debug"
        environment = false
        ring_capacity = "512k"
        hash_key.env = "KEY"
        root = ["console"]
        [handlers]
        console = { kind = "console", stream = "stderr", color = "never", level = 33, format = { kind = "pretty", target = false }, breaker = { failures = 3, pause = "1.5 s" } }
        file = { kind = "file", path = "a b.log", sync = true }
        [loggers."app::db"]
        level = "off"
        handlers = ["file"]
        propagate = false
        [profiles.quiet]
        inherits = "base"
        level = "off"
        [profiles.base]
    "#;
    assert_eq!(toml(in_a_file), in_code);
    assert_eq!(toml(&in_code.to_toml()), in_code, "{}", in_code.to_toml());
    assert_eq!(Config::from_json(&in_code.to_json()), Ok(in_code.clone()), "{}", in_code.to_json());
    assert_eq!(Config::from_settings(&in_code.settings()), Ok(in_code));
}

#[test]
fn every_setting_goes_from_a_file_to_data_and_back_and_none_is_left_out() {
    let config = toml(EVERYTHING);
    let again = config.to_toml();
    assert_eq!(toml(&again), config);
    assert_eq!(toml(&again).to_toml(), again);
    assert_eq!(Config::from_json(&config.to_json()), Ok(config.clone()));

    // What is read is what is written: nothing of the file has got lost.
    let read = document::read_toml(EVERYTHING).expect("it is good");
    let mut reader = Reader::default();
    assert!(Config::read(&read, &mut reader).is_some());

    let mut seen: BTreeMap<&str, (Vec<&str>, BTreeSet<String>)> = BTreeMap::new();
    for (settings, known, present) in reader.seen {
        let entry = seen.entry(settings).or_default();
        entry.0 = known;
        entry.1.extend(present);
    }
    assert!(seen.len() > 5, "{seen:?}");
    for (settings, (known, present)) in &seen {
        let missing: Vec<_> = known.iter().filter(|key| !present.contains(**key)).collect();
        assert!(missing.is_empty(), "`everything.toml` has no {missing:?} of `{settings}`");
    }
    for (what, kinds) in
        [("handler", HandlerKind::KINDS), ("format", FormatConfig::KINDS), ("filter", FilterConfig::KINDS)]
    {
        let there = reader.kinds.iter().filter(|(sort, _)| *sort == what).map(|(_, kind)| kind.as_str());
        assert_eq!(there.collect::<BTreeSet<_>>(), kinds.iter().copied().collect(), "all kinds of {what}s");
    }
    for (path, setting) in &reader.alone {
        assert!(short::is_known(path, setting), "`short` does not know that a text is `{setting}` at {path:?}");
    }
    for setting in ["preset", "every", "kind", "when", "name", "rate"] {
        assert!(reader.alone.iter().any(|(_, known)| *known == setting), "{setting}");
    }
    let report = config.builder().expect_err("a secret is missing").to_string();
    assert!(report.contains("APP_HASH_KEY"), "{report}");
}

#[test]
fn mistakes_are_told_all_at_once_with_line_and_column() {
    let text = "\
levle = 'info'
level = 'inof'
ring_capacity = '64 kilos'
directives = ['app=debug', 'db=loud']
[handlers.file]
kind = 'file'
pth = 'x'
sync = 'yes'
[handlers.what]
kind = 'consle'
stream = 'stdin'
[handlers.none]
path = 'x'
[handlers.console]
kind = 'console'
stream = 'stdin'
breaker = { failures = -1, pause = 5 }
format = 'jsn'
[loggers.app]
levels = 'info'
propagate = 1
";
    let found = wrong(text);
    let expected = [
        "1:1: levle: unknown key `levle`; did you mean `level`?",
        "2:9: level: unknown level `inof`; did you mean `info`?",
        "3:17: ring_capacity: unknown unit `kilos`; write one of `B`, `kB`, `MB`, `GB`, `KiB`, `MiB`, `GiB`",
        "5:1: handlers.file: `path` is missing, or `pattern`",
        "7:1: handlers.file.pth: unknown key `pth`; did you mean `path`?",
        "8:8: handlers.file.sync: expected `true` or `false`, got the text `yes`",
        "10:8: handlers.what.kind: unknown kind of handler `consle`; did you mean `console`?",
        "12:1: handlers.none: `kind` is missing; write, for example, `kind = \"console\"`",
        "16:10: handlers.console.stream: unknown stream `stdin`; write one of `stdout`, `stderr`",
        "17:24: handlers.console.breaker.failures: expected an integer from 0 to 4294967295, got `-1`",
        "17:36: handlers.console.breaker.pause: expected a time with its unit, such as `\"10 s\"`, got an integer",
        "18:10: handlers.console.format.kind: unknown kind of format `jsn`; did you mean `json`?",
        "20:1: loggers.app.levels: unknown key `levels`; did you mean `level`?",
        "21:13: loggers.app.propagate: expected `true` or `false`, got an integer",
    ];
    assert_eq!(found, expected);
}

#[test]
fn json_has_lines_and_columns_too() {
    let text = "{\n  \"level\": \"info\",\n  \"handlers\": {\n    \"file\": {\"kind\": \"file\", \"pth\": 1}\n  }\n}";
    let report = Config::from_json(text).map(|_| ()).expect_err("there are mistakes");
    let found: Vec<_> = report.problems().map(ToString::to_string).collect();
    let expected = [
        "4:13: error: handlers.file: `path` is missing, or `pattern`",
        "4:30: error: handlers.file.pth: unknown key `pth`; did you mean `path`?",
    ];
    assert_eq!(found, expected);
}

#[test]
fn handlers_that_are_named_must_be_there() {
    let file = TestFile::new(
        "names.toml",
        "root = ['console']\n[handlers.file]\nkind = 'file'\npath = 'x'\nenabled = false\n[loggers.a]\n\
         handlers = ['fiel', 'file']\n[loggers.b]\ndirectives = 1\n",
    );
    let report = file.loader().check();
    assert_eq!(
        problems(&file, &report),
        [
            "1:9: error: root.0: there is no handler `console`; write one of `file`",
            "7:13: error: loggers.a.handlers.0: there is no handler `fiel`; did you mean `file`?",
            "9:1: error: loggers.b.directives: unknown key `directives`; write one of `level`, `handlers`, `filters`, `propagate`"
        ]
    );
    let file = TestFile::new(
        "names2.toml",
        "root = ['console']\ndirectives = 'a=x'\n[handlers.file]\nkind = 'file'\npath = 'x'\nenabled = false\n[loggers.a]\n\
         handlers = ['fiel', 'file']\n",
    );
    let report = file.loader().check();
    let expected = [
        "1:9: error: root.0: there is no handler `console`; write one of `file`",
        "2:14: error: directives.0: directive `a=x` at position 0: unknown level `x`; write `trace`, `debug`, `info`, \
         `notice`, `warn`, `error`, `critical`, `off` or a number from 0 to 255",
        "8:13: error: loggers.a.handlers.0: there is no handler `fiel`; did you mean `file`?",
    ];
    assert_eq!(problems(&file, &report), expected);
}

#[test]
fn a_mistake_hides_no_other_one_and_nothing_is_told_that_only_follows_from_it() {
    let file = TestFile::new(
        "stages.toml",
        "level = 'inof'\ndirectives = 'a=x'\nroot = ['bad', 'gone', 'files']\n[handlers.bad]\nkind = 'flie'\n\
         [handlers.files]\nkind = 'file'\npath = 'a'\nnames = 'dated'\nrotation = 'dayly'\n\
         [handlers.queue]\nkind = 'memory'\nrecords = 0\nto = 'bad'\n[loggers.x]\nhandlers = ['bad', 'queue']\n\
         filters = ['fast']\n",
    );
    let starts = [
        "1:9: error: level: unknown level `inof`",
        "2:14: error: directives.0: directive `a=x`",
        "3:9: error: root.0: handler `bad` gets the records of `queue`",
        "3:16: error: root.1: there is no handler `gone`",
        "5:8: error: handlers.bad.kind: unknown kind of handler `flie`",
        "10:12: error: handlers.files.rotation.every: unknown period `dayly`",
        "13:11: error: handlers.queue.records: a memory keeps at least 1 record",
        "16:13: error: loggers.x.handlers.0: handler `bad` gets the records of `queue`",
        "17:12: error: loggers.x.filters.0.rate: `fast` is not a rate",
    ];
    let found = problems(&file, &file.loader().check());
    assert_eq!(found.len(), starts.len(), "{found:#?}");
    found.iter().zip(starts).for_each(|(found, start)| assert!(found.starts_with(start), "{found}\n{start}"));
}

#[test]
fn what_is_right_beside_a_mistake_is_looked_at_too() {
    let text = "filters = ['slow', { kind = 'smple' }, 'fast']
directives = ['x=inf', 5, 'y=inf']
[handlers.o]
kind = 'console'
levl = 1
format = { kind = 'text', template = '{nope}', theme = { key = 'blod', levels = { wran = 'red', warn = 'rde' } } }
[handlers.f]
kind = 'fan_out'
to = [5, 'oo']
level = 'inf'
filters = [{ kind = 'sample', rate = 2.0, levels = { inof = 3.0 } }]
[handlers.j]
kind = 'jsn'
format = { kind = 'json', level_style = 'x', order = [1, 'sevrity', 'x'], members = { a = true, b = true } }
[handlers.p]
kind = 'file'
rotation = { every = 'daily', zone = 'UTX' }
names = 'dated'
[redaction]
preset = 'strct'
rules = [{ kye = 'x' }, { key = 'a', path = 'b', replacement = 'hsh' }, { scanner = 'mail' }, { key = 'a', key_ending = 'b' }, \
{ path = '.' }]
";
    let file = TestFile::new("beside.toml", text);
    let report = file.loader().check();
    let found = problems(&file, &report);
    let starts = [
        "1:12: error: filters.0.rate: `slow` is not a rate",
        "1:29: error: filters.1.kind: unknown kind of filter `smple`",
        "1:40: error: filters.2.rate: `fast` is not a rate",
        "2:15: error: directives.0: directive `x=inf`",
        "2:24: error: directives.1: expected a text",
        "2:27: error: directives.2: directive `y=inf`",
        "5:1: error: handlers.o.levl: unknown key `levl`",
        "6:38: error: handlers.o.format.template: ",
        "6:64: error: handlers.o.format.theme.key: ",
        "6:90: error: handlers.o.format.theme.levels.wran: ",
        "6:104: error: handlers.o.format.theme.levels.warn: ",
        "9:7: error: handlers.f.to.0: expected a text",
        "9:10: error: handlers.f.to.1: there is no handler `oo`; did you mean `o`?",
        "10:9: error: handlers.f.level: unknown level `inf`",
        "11:38: error: handlers.f.filters.0.rate: expected a rate from 0 to 1, got `2`",
        "11:61: error: handlers.f.filters.0.levels.inof: unknown level `inof`",
        "11:61: error: handlers.f.filters.0.levels.inof: expected a rate from 0 to 1, got `3`",
        "13:8: error: handlers.j.kind: unknown kind of handler `jsn`",
        "14:41: error: handlers.j.format.level_style: ",
        "14:55: error: handlers.j.format.order.0: expected a text",
        "14:58: error: handlers.j.format.order.1: unknown member `sevrity`",
        "14:69: error: handlers.j.format.order.2: unknown member `x`",
        "14:91: error: handlers.j.format.members.a: unknown member `a`",
        "14:101: error: handlers.j.format.members.b: unknown member `b`",
        "15:1: error: handlers.p: `path` is missing",
        "17:38: error: handlers.p.rotation.zone: unknown zone `UTX`",
        "20:10: error: redaction.preset: unknown preset `strct`",
        "21:12: error: redaction.rules.0.kye: unknown key `kye`",
        "21:25: error: redaction.rules.1: a rule hides one thing",
        "redaction.rules.1.replacement: unknown replacement `hsh`",
        "redaction.rules.2.scanner: unknown scanner `mail`",
        "redaction.rules.3: a rule hides one thing",
        "redaction.rules.4.path: a path without a key",
    ];
    for start in starts {
        let (place, what) = start.split_once("error: ").unwrap_or(("", start));
        assert!(found.iter().any(|found| found.contains(what)), "{start}\n{report}");
        let is_placed = found.iter().any(|found| found.starts_with(place) && found.contains(what));
        assert!(is_placed || place.is_empty(), "{start}\n{report}");
    }
    assert_eq!(found.len(), starts.len(), "nothing else: {found:#?}");
}

#[test]
fn handlers_hand_records_on_by_their_names() {
    let good = "[handlers.a]\nkind = 'fan_out'\nto = ['b', 'c']\n[handlers.b]\nkind = 'null'\n[handlers.c]\nkind = 'memory'\n\
                records = 10\nto = 'd'\n[handlers.d]\nkind = 'routing'\nrules = [{ level = 'error', to = 'e' }, { targets = \
                ['x'], to = 'e' }, { to = 'f' }]\notherwise = 'f'\n[handlers.e]\nkind = 'null'\n[handlers.f]\nkind = 'null'\n";
    assert!(toml(good).builder().is_ok());
    for (text, expected) in [
        (
            "[handlers.g]\nkind = 'failover'\nto = ['b']\n",
            "handlers.g.to.0: handler `b` gets the records of `a` already; \
          each handler can get those of one other",
        ),
        (
            "[handlers.g]\nkind = 'failover'\nto = ['g']\n",
            "handlers.g: handler `g` hands records to itself, in a circle",
        ),
        (
            "[handlers.g]\nkind = 'fan_out'\nto = ['h']\n[handlers.h]\nkind = 'memory'\nrecords = 1\nto = 'g'\n",
            "handlers.g: handler `g` hands records to itself, in a circle",
        ),
        ("[handlers.g]\nkind = 'fan_out'\n", "handlers.g: `to` is missing: a list of the names of handlers"),
        (
            "[handlers.g]\nkind = 'fan_out'\nto = ['i', 'i']\n[handlers.i]\nkind = 'null'\n",
            "handlers.g.to.1: handler `i` is named twice; remove one",
        ),
        (
            "[handlers.g]\nkind = 'routing'\n",
            "handlers.g: `rules` is missing: a list of rules, such as `{ level = \"error\", to \
          = \"errors\" }`",
        ),
        (
            "[handlers.g]\nkind = 'routing'\nrules = [{ to = 'bb' }]\n",
            "handlers.g.rules.0.to: there is no handler `bb`; did you mean `b`?",
        ),
        (
            "[handlers.g]\nkind = 'memory'\nrecords = 5\nper_thread = true\nper_field = 'x'\nformat = 'json'\n",
            "handlers.g.format: a formatter is set where none is used: this kind takes records and not lines",
        ),
        (
            "[handlers.g]\nkind = 'fan_out'\nto = ['i']\n[handlers.i]\nkind = 'null'\nsync = true\n",
            "handlers.i.sync: it runs on the thread of the handler that hands it records; set it there",
        ),
        (
            "[loggers.x]\nhandlers = ['b']\n",
            "loggers.x.handlers.0: handler `b` gets the records of `a`, and cannot be that of a logger",
        ),
        (
            "[handlers.g]\nkind = 'null'\nfilters = ['fast']\n",
            "handlers.g.filters.0.rate: `fast` is not a rate; write a count and a time, such as `10/s`",
        ),
        (
            "[handlers.g]\nkind = 'console'\nformat = { kind = 'text', template = '{tim}' }\n",
            "handlers.g.format.template: ",
        ),
        (
            "[handlers.g]\nkind = 'console'\nformat = { kind = 'json', members = { sevrity = true } }\n",
            "handlers.g.format.members.sevrity: unknown member `sevrity`",
        ),
        ("[redaction]\nrules = [{ key = 'a', path = 'b' }]\n", "redaction.rules.0: a rule hides one thing"),
        ("[redaction]\nrules = [{ path = '.' }]\n", "redaction.rules.0.path: a path without a key; write `**` to hide"),
        ("[handlers.g]\nkind = 'memory'\nrecords = 0\n", "handlers.g.records: a memory keeps at least 1 record"),
        (
            "[handlers.g]\nkind = 'memory'\nrecords = 1\nbytes = 0\n",
            "handlers.g.bytes: records need room; write a size, such as `\"1 MiB\"`, or leave it out",
        ),
        (
            "[handlers.g]\nkind = 'failover'\nto = ['i']\n[handlers.i]\nkind = 'null'\n",
            "handlers.g.to: a failover needs a second handler, for when `i` fails",
        ),
        (
            "[redaction]\nrules = [{ scanner = 'payment_cord' }]\n",
            "redaction.rules.0.scanner: unknown scanner `payment_cord`; did you mean `payment_card`?",
        ),
    ] {
        let file = TestFile::new("delegates.toml", &format!("{good}{text}"));
        let report = file.loader().check();
        let found = problems(&file, &report);
        let is_there = found
            .iter()
            .any(|problem| problem.split_once("error: ").is_some_and(|(_, rest)| rest.starts_with(expected)));
        assert!(is_there, "{text}\n{report}\nexpected: {expected}");
        assert!(
            found.iter().all(|problem| problem.starts_with(|c: char| c.is_ascii_digit())),
            "all have places: {report}"
        );
    }
}

#[cfg(feature = "async")]
#[test]
fn a_queue_without_room_is_found_before_it_is_opened() {
    let text = "[handlers.a]\nkind = 'null'\n[handlers.q]\nkind = 'async'\nto = 'a'\n";
    for (setting, expected) in [
        ("capacity = 0", "6:12: error: handlers.q.capacity: a queue holds at least 1 record"),
        (
            "bytes = 0",
            "6:9: error: handlers.q.bytes: records need room; write a size, such as `\"1 MiB\"`, or leave it out",
        ),
        ("batch = 0", "6:9: error: handlers.q.batch: the handler gets at least 1 record at once"),
        (
            "capacity = 5000000000",
            "6:12: error: handlers.q.capacity: a queue holds at most 16777216 records; `bytes` limits the memory that they take",
        ),
    ] {
        let file = TestFile::new("queue.toml", &format!("{text}{setting}\n"));
        assert_eq!(problems(&file, &file.loader().check()), [expected], "{setting}");
        assert!(file.loader().load().is_err(), "{setting}");
        let variable =
            format!("RLOG__HANDLERS__Q__{}", setting.split_once(' ').map_or("", |(key, _)| key).to_uppercase());
        let value = setting.rsplit_once(' ').map_or("", |(_, value)| value);
        let good = TestFile::new("queue-good.toml", text);
        let loader = good.loader().variables([(variable.as_str(), value)]);
        assert!(loader.check().to_string().starts_with(&format!("{variable}: warning: ")), "{}", loader.check());
        assert!(loader.load().is_ok(), "{setting}");
    }
}

#[test]
fn profiles_are_laid_on_top_in_the_order_of_their_inheritance() {
    let file = TestFile::new(
        "profiles.toml",
        "
level = 'info'
profile = 'staging'
[handlers.main]
kind = 'console'
color = 'never'
[profiles.base.handlers.main]
kind = 'file'
path = 'base.log'
format = 'text'
[profiles.staging]
inherits = 'base'
level = 'debug'
handlers.main.path = 'staging.log'
[profiles.production]
inherits = 'staging'
level = 'notice'
handlers.main.format = 'json'
",
    );
    let config = file.loader().load().expect("it is good");
    assert!(config.profiles.is_empty() && config.profile.is_none());
    let expected = |path: &str, format: FormatConfig| {
        let handler = HandlerConfig::new(FileConfig::new(path));
        handler.with(HandlerSettings::default().format(format))
    };
    assert_eq!(config.level, Some(Level::DEBUG), "the file chooses");
    assert_eq!(config.handlers["main"], expected("staging.log", TextConfig::default().into()));
    let variables = [("RLOG_PROFILE", "production")];
    let config = file.loader().variables(variables).load().expect("it is good");
    assert_eq!(config.level, Some(Level::NOTICE), "the environment chooses");
    assert_eq!(config.handlers["main"], expected("staging.log", JsonConfig::default().into()));
    let config = file.loader().variables(variables).profile("base").load().expect("it is good");
    assert_eq!(config.level, Some(Level::INFO), "code chooses");
    assert_eq!(config.handlers["main"], expected("base.log", TextConfig::default().into()));
    assert!(file.loader().check().is_empty());
}

#[test]
fn a_profile_adds_to_what_a_short_form_says_and_takes_nothing_away() {
    let others = "handlers.out.kind = 'console'\nhandlers.file.kind = 'file'\nhandlers.file.path = 'x'\n";
    // A key, its short form, what the profile says, and both together.
    for (key, short, more, both) in [
        ("redaction", "'strict'", "rules = [{ key = 'x' }]", "{ preset = 'strict', rules = [{ key = 'x' }] }"),
        ("handlers.out.redaction", "'standard'", "preset = 'strict'", "{ preset = 'strict' }"),
        ("handlers.out.format", "'json'", "service = 'x'", "{ kind = 'json', service = 'x' }"),
        ("handlers.out.format", "'json'", "kind = 'text', thread = true", "{ kind = 'text', thread = true }"),
        ("handlers.out.theme", "'solarized'", "key = 'bold'", "{ name = 'solarized', key = 'bold' }"),
        ("handlers.file.rotation", "'daily'", "size = '1 MB'", "{ every = 'daily', size = '1 MB' }"),
        ("handlers.file.compression", "'none'", "kind = 'none'", "'none'"),
        ("handlers.file.fsync", "'at_rotation'", "level = 'error'", "{ when = 'at_rotation', level = 'error' }"),
        (
            "handlers.out.filters",
            "'9/s'",
            "always = 'error'",
            "{ kind = 'rate_limit', rate = '9/s', always = 'error' }",
        ),
        (
            "loggers.app.filters",
            "{ kind = 'not', filter = '9/s' }",
            "filter = { max_keys = 5 }",
            "{ kind = 'not', filter = { kind = 'rate_limit', rate = '9/s', max_keys = 5 } }",
        ),
    ] {
        let text = format!("{key} = {short}\n{others}[profiles.p]\n{key} = {{ {more} }}\n");
        let file = TestFile::new("short.toml", &text);
        let loader = file.loader().profile("p");
        assert!(loader.check().is_empty(), "{key}: {}", loader.check());
        assert_eq!(loader.load(), Ok(toml(&format!("{key} = {both}\n{others}"))), "{key}");
    }
    let text = "redaction = { rules = [{ key = 'a' }] }\n[profiles.p]\nredaction = 'strict'\n";
    let file = TestFile::new("short-over.toml", text);
    assert_eq!(file.loader().profile("p").load(), Ok(toml("redaction = 'strict'")), "it replaces the whole");
}

#[test]
fn points_and_colons_are_the_same_in_the_names_of_loggers() {
    let file = TestFile::new(
        "points.toml",
        "[loggers.\"app::db\"]\nlevel = 'info'\npropagate = false\n[loggers.\"web.in\"]\n[profiles.p.loggers.\"app.db\"]\n\
         level = 'error'\n[profiles.q]\nloggers.\"web::in\".levle = 'info'\n",
    );
    let config = file.loader().profile("p").variables([("RLOG__LOGGERS__WEB_IN__LEVEL", "warn")]).load();
    let db = LoggerConfig::default().level(Level::ERROR).propagate(false);
    let expected = Config::default().logger("app.db", db).logger("web.in", LoggerConfig::default().level(Level::WARN));
    assert_eq!(config, Ok(expected.clone()));
    assert_eq!(expected.loggers.keys().collect::<Vec<_>>(), ["app::db", "web::in"]);
    assert_eq!(toml(&expected.to_toml()), expected);
    let report = file.loader().check();
    let unknown = "8:19: error: loggers.web::in.levle: unknown key `levle`; did you mean `level`?";
    assert_eq!(problems(&file, &report), [unknown]);
}

#[test]
fn what_is_not_in_a_file_has_profiles_and_variables_too() {
    let text = "level = 'info'\nprofile = 'q'\n[profiles.p]\nlevel = 'debug'\n[profiles.q]\nlevel = 'error'\n";
    let config = toml(text);
    for loader in [Loader::from_toml(text), Loader::from_json(config.to_json()), Loader::from_config(config.clone())] {
        let level = |loader: Loader| loader.load().unwrap_or_else(|report| panic!("{report}")).level;
        let loader = loader.variables::<&str, &str>([]);
        assert_eq!(level(loader.clone()), Some(Level::ERROR));
        assert_eq!(level(loader.clone().profile("p")), Some(Level::DEBUG));
        assert_eq!(level(loader.clone().variables([("RLOG_PROFILE", "p")])), Some(Level::DEBUG));
        assert_eq!(level(loader.clone().variables([("RLOG_LEVEL", "warn")])), Some(Level::WARN));
        assert!(loader.check().is_empty());
        let report = loader.profile("r").check();
        assert!(report.to_string().starts_with("error: profile: there is no profile `r`; "), "{report}");
        #[cfg(feature = "reload")]
        assert!(Loader::from_toml(text).watch().is_err_and(|error| error.to_string().contains("only a file")));
    }
    let report = Loader::from_toml("level = 'inof'").check();
    assert_eq!(report.to_string(), "1:9: error: level: unknown level `inof`; did you mean `info`?");
    let loader = Loader::from_toml("# hunter2").variables([("DB_PASSWORD", "hunter2")]);
    let shown = format!("{loader:?}");
    assert!(shown.contains("DB_PASSWORD") && !shown.contains("hunter2"), "{shown}");
}

#[test]
fn the_profile_that_code_names_takes_effect() {
    let profile = Settings::new().set("level", "debug").set("root", vec!["gone"]);
    let config = Config::default().level(Level::ERROR).profile("p").add_profile("p", profile);
    let report = config.builder().expect_err("the profile names a handler that is not there");
    assert_eq!(report.to_string(), "error: root.0: there is no handler `gone`; there is none");
    let profile = Settings::new().set("level", "debug");
    let config = Config::default().level(Level::ERROR).profile("p").add_profile("p", profile);
    let builder = config.builder().expect("it is good");
    assert!(format!("{builder:?}").contains("DEBUG"), "{builder:?}");
    let report = config.profile("r").builder().expect_err("there is none");
    assert_eq!(report.to_string(), "error: profile: there is no profile `r`; did you mean `p`?");
}

#[test]
fn a_logger_that_is_there_by_two_names_is_a_mistake() {
    let text = "[loggers]\n\"app::db\" = { level = 'info' }\n\"app.db\" = { level = 'warn' }\n\
                [profiles.p]\nloggers.\"a.b\".level = 'info'\nloggers.\"a::b\".level = 'warn'\n";
    let expected = [
        "3:1: error: loggers.\"app.db\": this logger is there already, as `app::db`; put both together",
        "6:9: error: profiles.p.loggers.a::b: this logger is there already, as `a.b`; put both together",
    ];
    assert_eq!(wrong(text), expected.map(|text| text.replace(": error: ", ": ")));
    let file = TestFile::new("points-twice.toml", text);
    assert_eq!(problems(&file, &file.loader().check()), expected);
    assert!(file.loader().load().is_err());
}

#[test]
fn a_variable_adds_to_what_a_short_form_says_and_takes_nothing_away() {
    let base = "[handlers.out]\nkind = 'console'\nformat = 'json'\nfilters = ['10/s']\n[handlers.file]\nkind = 'file'\n\
                path = 'x'\nrotation = 'daily'\n";
    let file = TestFile::new("short-variables.toml", base);
    let loader = file.loader().variables([
        ("RLOG__HANDLERS__OUT__FORMAT__SERVICE", "x"),
        ("RLOG__HANDLERS__OUT__FILTERS__0__ALWAYS", "error"),
        ("RLOG__HANDLERS__FILE__ROTATION__SIZE", "1 MB"),
    ]);
    assert!(loader.check().is_empty(), "{}", loader.check());
    let expected = "[handlers.out]\nkind = 'console'\nformat = { kind = 'json', service = 'x' }\n\
                    filters = [{ kind = 'rate_limit', rate = '10/s', always = 'error' }]\n[handlers.file]\nkind = 'file'\n\
                    path = 'x'\nrotation = { every = 'daily', size = '1 MB' }\n";
    assert_eq!(loader.load(), Ok(toml(expected)));
}

#[test]
fn a_text_of_a_kind_of_the_programs_own_is_no_short_form() {
    register_handler("test-rotor", &["rotation"], |_| Ok(crate::IntoHandler::into_handler(crate::Null::new())));
    let text =
        "[handlers.r]\nkind = 'test-rotor'\nrotation = 'left'\n[profiles.p]\nhandlers.r.rotation = { speed = 3 }\n";
    let file = TestFile::new("short-own.toml", text);
    let expected = "[handlers.r]\nkind = 'test-rotor'\nrotation = { speed = 3 }\n";
    assert_eq!(file.loader().profile("p").load(), Ok(toml(expected)));
}

#[test]
fn what_is_wrong_with_profiles_is_told_in_all_of_them_when_they_are_checked() {
    let file = TestFile::new(
        "circles.toml",
        "profile = 'prod'
[profiles.a]
inherits = 'b'
[profiles.b]
inherits = 'a'
[profiles.c]
inherits = 'd'
[profiles.e]
levle = 'x'
[profiles.f]
profile = 'a'
[profiles.g]
inherits = 1
",
    );
    let report = file.loader().check();
    let expected = [
        "1:11: error: profile: there is no profile `prod`; write one of `a`, `b`, `c`, `e`, `f`, `g`",
        "3:12: error: profiles.a.inherits: profiles inherit in a circle: `b`, `a`, `b`",
        "5:12: error: profiles.b.inherits: profiles inherit in a circle: `a`, `b`, `a`",
        "7:12: error: profiles.c.inherits: there is no profile `d`; did you mean `a`?",
        "9:1: error: levle: unknown key `levle`; did you mean `level`?",
        "11:1: error: profiles.f.profile: a profile cannot have `profile`; remove it",
        "13:12: error: profiles.g.inherits: expected the name of a profile, got an integer",
    ];
    let found = problems(&file, &report);
    for (found, expected) in found.iter().zip(&expected) {
        if !expected.contains("`d`") {
            assert_eq!(found, expected);
        }
    }
    assert_eq!(found.len(), expected.len(), "{found:#?}");
    let report = file.loader().profile("e").load().expect_err("it has a mistake");
    assert_eq!(report.problems().filter(|problem| problem.message.contains("levle")).count(), 1, "{report}");
    let unknown = file.loader().variables([("RLOG_PROFILE", "eee")]).load().expect_err("there is none");
    assert!(unknown.to_string().contains("RLOG_PROFILE: error: profile: there is no profile `eee`"), "{unknown}");
}

#[test]
fn the_environment_comes_on_top_and_what_is_wrong_in_it_is_left_out() {
    let file = TestFile::new(
        "environment.toml",
        "level = 'info'\n[handlers.my-file]\nkind = 'file'\npath = 'a'\n[loggers.\"app::db\"]\nhandlers = ['my-file']\n",
    );
    let loader = file.loader().variables([
        ("RLOG_LEVEL", "debug"),
        ("RLOG__HANDLERS__MY_FILE__PATH", "/var/log/b"),
        ("RLOG__HANDLERS__MY_FILE__SYNC", "true"),
        ("RLOG__HANDLERS__MY_FILE__BREAKER__FAILURES", "7"),
        ("RLOG__HANDLERS__EXTRA__COLOR", "never"),
        ("RLOG__HANDLERS__EXTRA__KIND", "console"),
        ("RLOG__LOGGERS__APP_DB__HANDLERS", "my-file, extra"),
        ("RLOG__DIRECTIVES", "a=debug,b=info"),
        ("RLOG__ENVIRONMENT", "off"),
        ("UNRELATED", "1"),
    ]);
    let report = loader.check();
    assert!(report.is_empty(), "{report}");
    let config = loader.load().expect("it is good");
    let expected = toml(
        "level = 'debug'\nenvironment = false\ndirectives = ['a=debug', 'b=info']\n[handlers.my-file]\nkind = 'file'\n\
         path = '/var/log/b'\nsync = true\nbreaker.failures = 7\n[handlers.extra]\nkind = 'console'\ncolor = 'never'\n\
         [loggers.\"app::db\"]\nhandlers = ['my-file', 'extra']\n",
    );
    assert_eq!(config, expected);

    let loader = file.loader().variables([
        ("RLOG__HANDLERS__MY_FILE__PTH", "b"),
        ("RLOG__HANDLERS__MY_FIEL__PATH", "b"),
        ("RLOG__HANDLERS__MY_FILE__SYNC", "maybe"),
        ("RLOG__HANDLERS__MY_FILE__BREAKER__FAILURES", "many"),
        ("RLOG__LOGGERS__APP_DB__HANDLERS", "nobody"),
        ("RLOG__HASH_KEY", "000102030405060708090a0b0c0d0e0f"),
        ("RLOG_LEVEL", "warn"),
        ("RLOG__LEVEL__X", "warn"),
    ]);
    let report = loader.check();
    let expected = [
        "RLOG__HANDLERS__MY_FIEL__PATH: warning: there is no handler `my_fiel`; did you mean `my-file`?",
        "RLOG__HANDLERS__MY_FILE__BREAKER__FAILURES: warning: handlers.my-file.breaker.failures: expected an integer, got \
         the text `many`",
        "RLOG__HANDLERS__MY_FILE__PTH: warning: handlers.my-file.pth: unknown key `pth`; did you mean `path`?",
        "RLOG__HANDLERS__MY_FILE__SYNC: warning: handlers.my-file.sync: expected `true` or `false`, got the text `maybe`",
        "RLOG__HASH_KEY: warning: hash_key: a secret does not belong into a configuration; say where it is: `hash_key = { \
         env = \"NAME\" }` or `hash_key = { file = \"path\" }`",
        "RLOG__LEVEL__X: warning: `level` is a text and has no keys",
        "RLOG__LOGGERS__APP_DB__HANDLERS: warning: loggers.app::db.handlers.0: there is no handler `nobody`; write one of \
         `my-file`",
    ];
    let mut found = problems(&file, &report);
    found.sort();
    assert_eq!(found, expected);
    assert!(!report.has_errors());
    let config = loader.load().expect("the rest is good");
    assert_eq!(
        config,
        toml(
            "level = 'warn'\n[handlers.my-file]\nkind = 'file'\npath = 'a'\n[loggers.\"app::db\"]\nhandlers = ['my-file']\n"
        )
    );
}

#[test]
fn a_variable_that_makes_something_of_the_file_wrong_is_left_out() {
    let text = "filters = [{ kind = 'level', at_least = 'info', at_most = 'error' }]\n[handlers.out]\nkind = 'console'\n\
                stream = 'stderr'\nformat = { kind = 'json', service = 'x' }\n";
    let file = TestFile::new("blame.toml", text);
    for (variables, expected) in [
        (
            &[("HANDLERS__OUT__KIND", "file")][..],
            &[
                "HANDLERS__OUT__KIND: warning: handlers.out.stream: unknown key `stream`",
                "HANDLERS__OUT__KIND: warning: handlers.out: `path` is missing, or `pattern`",
            ][..],
        ),
        (
            &[("HANDLERS__OUT__KIND", "file"), ("HANDLERS__OUT__PATH", "y"), ("LEVEL", "debug")],
            &[
                "HANDLERS__OUT__KIND: warning: handlers.out.stream: unknown key `stream`",
                "HANDLERS__OUT__PATH: warning: handlers.out.path: unknown key `path`",
            ],
        ),
        (
            &[("HANDLERS__OUT__FORMAT__KIND", "text")],
            &["HANDLERS__OUT__FORMAT__KIND: warning: handlers.out.format.service: unknown key `service`"],
        ),
        // Each would be enough.
        (
            &[("FILTERS__0__AT_LEAST", "critical"), ("FILTERS__0__AT_MOST", "debug")],
            &[
                "FILTERS__0__AT_LEAST: warning: filters.0: no level is at least",
                "FILTERS__0__AT_MOST: warning: filters.0: no level is at least",
            ],
        ),
    ] {
        let loader = file.loader().variables(variables.iter().map(|(name, value)| (format!("RLOG__{name}"), *value)));
        let mut found = problems(&file, &loader.check());
        found.sort();
        assert_eq!(found.len(), expected.len(), "{found:#?}");
        for (found, expected) in found.iter().zip(expected) {
            assert!(found.starts_with(&format!("RLOG__{expected}")), "{found}\n{expected}");
        }
        let level = variables.iter().any(|(name, _)| *name == "LEVEL").then_some(Level::DEBUG);
        assert_eq!(loader.load(), Ok(Config { level, ..toml(text) }), "{variables:?}: the rest holds");
    }
}

#[test]
fn a_variable_is_not_blamed_for_what_is_wrong_without_it() {
    let file = TestFile::new("blame-file.toml", "level = 'inof'\n[handlers.f]\nkind = 'file'\n");
    let variables = [("RLOG__HANDLERS__F__PATH", "x"), ("RLOG__HANDLERS__F__HEADER", "true")];
    let report = file.loader().variables(variables).check();
    assert_eq!(problems(&file, &report), ["1:9: error: level: unknown level `inof`; did you mean `info`?"]);
    let report = file.loader().variables([("RLOG__HANDLERS__F__KIND", "console")]).check();
    assert!(report.has_errors() && report.len() == 1, "{report}");
    // With one that is to blame as well, each has its own.
    let report = file.loader().variables([variables[0], ("RLOG__HANDLERS__F__KIND", "null")]).check();
    let found = problems(&file, &report);
    assert_eq!(found.len(), 2, "{report}");
    assert!(
        found[0].starts_with("1:9: error: ") && found[1].starts_with("RLOG__HANDLERS__F__PATH: warning: "),
        "{report}"
    );
}

#[test]
fn a_variable_by_which_a_secret_cannot_be_fetched_is_left_out() {
    let key = TestFile::new("key", "000102030405060708090a0b0c0d0e0f");
    let empty = TestFile::new("no-key", "");
    let path = |file: &TestFile| file.0.display().to_string();
    let text = format!("[hash_key]\nfile = '{}'\n[handlers.out]\nkind = 'null'\n", path(&key));
    for text in [&*text, "[handlers.out]\nkind = 'null'\n"] {
        let file = TestFile::new("blame-secret.toml", text);
        for (name, value) in [("ENV", "RLOG_TEST_NO_SUCH_VARIABLE".into()), ("FILE", path(&empty))] {
            let name = format!("RLOG__HASH_KEY__{name}");
            let loader = file.loader().variables([(name.as_str(), value)]);
            let (text, tree) = loader.parse().expect("it is there");
            assert!(loader.ready(&text, &tree).is_ok(), "{name}");
            let report = loader.resolve(&text, &tree, None, super::apply::Aim::Apply).report;
            assert!(report.len() == 1 && !report.has_errors(), "{report}");
            assert!(report.to_string().starts_with(&format!("{name}: warning: hash_key: ")), "{report}");
        }
    }
}

#[test]
fn what_keeps_a_file_from_being_put_into_service_is_told_with_line_and_column() {
    register_handler("test-refusing", &["room"], |settings| Err(settings.required("room")?.error("it is full")));
    register_handler("test-not-open", &[], |_| {
        let source = std::io::Error::other("try later");
        let open = || Err(crate::handler::OpenError { message: "it is not there".into(), source }.into());
        Ok(HandlerBuilder::opened_by("deep", open))
    });
    let directory = std::env::temp_dir();
    for (text, expected) in [
        (
            format!(
                "hash_key = {{ env = 'RLOG_TEST_NO_SUCH_VARIABLE' }}\n[handlers.f]\nkind = 'file'\npath = '{}'\n",
                directory.display()
            ),
            &[
                "1:12: error: hash_key: the environment variable `RLOG_TEST_NO_SUCH_VARIABLE` is not set",
                "2:1: error: handlers.f: cannot open log file ",
            ][..],
        ),
        ("[handlers.r]\nkind = 'test-refusing'\nroom = 'x'\n".into(), &["3:8: error: handlers.r.room: it is full"]),
        (
            "[handlers.all]\nkind = 'fan_out'\nto = ['deep']\n[handlers.deep]\nkind = 'test-not-open'\n".into(),
            &["4:1: error: handlers.deep: it is not there: try later"],
        ),
    ] {
        let file = TestFile::new("init.toml", &text);
        let error = file.loader().init().expect_err("it cannot be");
        let path = format!("{}:", file.0.display());
        let found: Vec<_> = error.problems().map(|problem| problem.replace(&path, "")).collect();
        assert_eq!(found.len(), expected.len(), "{found:#?}");
        for (found, expected) in found.iter().zip(expected) {
            assert!(found.starts_with(expected), "{found}\n{expected}");
        }
    }
}

#[test]
fn a_handler_that_is_not_enabled_is_left_out_where_it_is_named() {
    let text = "root = ['out', 'file', 'all', 'first']\n[handlers]\nout = { kind = 'null' }\nfile = { kind = 'null' }\n\
                a = { kind = 'null' }\nb = { kind = 'null' }\nc = { kind = 'null' }\nd = { kind = 'null' }\n\
                all = { kind = 'fan_out', to = ['a', 'b'] }\nfirst = { kind = 'failover', to = ['c', 'd'] }\n\
                [loggers.x]\nhandlers = ['out']\n";
    let file = TestFile::new("enabled.toml", text);
    let off = |names: &[&str]| -> Vec<(String, String)> {
        names.iter().map(|name| (format!("RLOG__HANDLERS__{name}__ENABLED"), "false".into())).collect()
    };
    for names in [&["OUT"][..], &["OUT", "FILE"], &["A"], &["C"], &["D"], &["OUT", "A", "C"], &["ALL", "FIRST"]] {
        let loader = file.loader().variables(off(names));
        assert!(loader.check().is_empty(), "{names:?}: {}", loader.check());
        let config = loader.load().expect("it is good");
        drop(config.builder().unwrap_or_else(|report| panic!("{names:?}: {report}")));
    }
    // Without any there would be nothing to hand records to; who turned them off is told, and one stays.
    let loader = file.loader().variables(off(&["A", "B"]));
    assert_eq!(
        problems(&file, &loader.check()),
        ["RLOG__HANDLERS__A__ENABLED: warning: handlers.a.enabled: handler `all` needs this one; disable that, too"]
    );
    assert_eq!(loader.load().expect("the rest is good").handlers["b"].settings.enabled, Some(false));

    let text =
        "[handlers]\nm = { kind = 'memory', records = 1, to = 'out' }\nout = { kind = 'null', enabled = false }\n";
    let file = TestFile::new("enabled-memory.toml", text);
    assert_eq!(
        problems(&file, &file.loader().check()),
        ["3:34: error: handlers.out.enabled: handler `m` needs this one; disable that, too"]
    );
}

#[test]
fn a_check_makes_nothing_and_opens_nothing() {
    let path = std::env::temp_dir().join(format!("rlog-config-{}-never", std::process::id()));
    let text = format!(
        "hash_key = {{ file = '/no/such/file' }}\n[handlers.file]\nkind = 'file'\npath = '{0}/a/b.log'\n\
         [handlers.own]\nkind = 'check-only'\nx = 1\ny = 2\n",
        path.display()
    );
    register_handler("check-only", &["x"], |_| panic!("a check calls no function of the program's"));
    let file = TestFile::new("check.toml", &text);
    let report = file.loader().check();
    let found = problems(&file, &report);
    assert_eq!(found.len(), 1, "{report}");
    assert!(found[0].starts_with("8:1: error: handlers.own.y: unknown key `y`; "), "{report}");
    assert!(!path.exists());
    let missing = Loader::new("/no/such/file.toml").check();
    assert!(missing.to_string().starts_with("/no/such/file.toml: error: cannot be read: "), "{missing}");
    let unknown = TestFile::new("check.yaml", "");
    assert!(unknown.loader().check().to_string().ends_with("the name must end in `.toml` or `.json`"));
    let binary = TestFile::new("binary.toml", "");
    std::fs::write(&binary.0, b"a = 1\nb = '\xff'").expect("it is writable");
    assert_eq!(problems(&binary, &binary.loader().check()), ["2:6: error: this is not UTF-8"]);
}

#[test]
fn no_secret_is_ever_shown() {
    const SECRET: &str = "0123456789abcdef0123456789abcdef";
    register_handler("vault", &["password", "url", "nested"], |settings| {
        Err(settings.required("password")?.error("it is too short"))
    });
    let mut shown = Vec::new();
    for text in [
        format!("hash_key = '{SECRET}'"),
        format!("hash_key = {{ env = 1, file = '{SECRET}', {SECRET} = 1 }}").replace(&format!(", {SECRET} = 1"), ""),
        format!("hash_key = ['{SECRET}']"),
        format!("[handlers.v]\nkind = 'vault'\npassword = '{SECRET}'\nlevel = 'x'"),
        format!("password = '{SECRET}"),
        format!("[handlers.v]\nkind = 'vault'\nnested.token = '{SECRET}'\npassword = '{SECRET}'"),
        format!("[handlers.v]\nkind = 'vault'\nurl = 'https://app:{SECRET}@vault.example/'"),
        format!("[handlers.v]\nkind = 'vault'\nnested = {{ accessToken = '{SECRET}', dbPasswords = ['{SECRET}'] }}"),
        format!("[profiles.p.handlers.v]\nkind = 'vault'\nclientSecret = '{SECRET}'"),
        format!("level = 'https://app:{SECRET}@vault.example/'"),
    ] {
        match Config::from_toml(&text) {
            Err(report) => shown.push(format!("{report} {report:?}")),
            Ok(config) => {
                shown.push(format!("{config:?} {:?}", config.settings()));
                if !text.contains("url") {
                    shown.push(config.to_toml());
                    shown.push(config.to_json());
                }
                shown.extend(config.builder().map(|_| ()).map_err(|report| format!("{report} {report:?}")).err());
            }
        }
    }
    assert!(shown.len() >= 12, "{shown:?}");
    let report = shown.iter().filter(|text| text.contains("too short"));
    assert_eq!(report.count(), 1, "the function was called: {shown:#?}");
    for text in shown {
        // The name of a file is none.
        assert!(!text.contains(SECRET) || text.contains("File("), "{text}");
    }
    let value = Settings::new().set("api_token", SECRET).required("api_token").expect("it is set");
    assert!(!format!("{value:?}").contains(SECRET));
    let error = value.secret().map(|_| ()).expect_err("a secret does not belong there").to_string();
    assert!(error.contains("say where it is: `api_token = { env = \"NAME\" }`") && !error.contains(SECRET), "{error}");
    let loader = Loader::new("x.toml").variables([("DB_PASSWORD", SECRET)]);
    assert!(format!("{loader:?}").contains("DB_PASSWORD") && !format!("{loader:?}").contains(SECRET), "{loader:?}");
}

#[test]
fn where_a_secret_is_said_to_be_is_written_and_read() {
    register_handler("vault-client", &["token", "url"], |settings| {
        let token = settings.required("token")?.secret()?;
        assert!(!token.expose().is_empty());
        Ok(crate::IntoHandler::into_handler(crate::Null::new()))
    });
    let settings = Settings::new().set("kind", "vault-client").set("token", SecretSource::Env("PATH".into()));
    let config = Config::from_settings(&Settings::new().set("handlers", Settings::new().set("v", settings)));
    let config = config.expect("it says where the token is");
    assert_eq!(Config::from_toml(&config.to_toml()).as_ref(), Ok(&config), "{}", config.to_toml());
    assert_eq!(Config::from_json(&config.to_json()).as_ref(), Ok(&config));
    config.builder().map(|_| ()).expect("the token is there");
}

#[test]
fn kinds_of_the_program_are_like_those_that_are_built_in() {
    register_formatter("test-brief", &["short"], |settings| {
        let short = settings.get("short").map(|short| short.boolean()).transpose()?.unwrap_or(false);
        Ok(std::boxed::Box::new(crate::format::Text::new().target(!short)))
    });
    register_filter("test-even", &[], |_| {
        Ok(std::boxed::Box::new(|record: &crate::Record<'_>| record.sequence().is_multiple_of(2)))
    });
    register_handler("test-chat", &["room", "retries", "peers", "timeout"], |settings| {
        let room = settings.required("room")?;
        if !room.text()?.starts_with('#') {
            return Err(room.error("a room begins with `#`"));
        }
        let retries = settings.get("retries").map(|retries| retries.integer()).transpose()?.unwrap_or(3);
        assert_eq!((retries, settings.required("peers")?.texts()?.len()), (5, 2));
        assert_eq!(settings.required("timeout")?.duration()?, Duration::from_secs(2));
        Ok(crate::IntoHandler::into_handler(crate::Console::stderr()))
    });
    let text = |room: &str| {
        format!(
            "filters = [{{ kind = 'test-even' }}]\n[handlers.chat]\nkind = 'test-chat'\nroom = '{room}'\nretries = 5\n\
             peers = ['a', 'b']\ntimeout = '2 s'\nlevel = 'error'\nformat = {{ kind = 'test-brief', short = true }}\n"
        )
    };
    let config = toml(&text("#ops"));
    assert_eq!(toml(&config.to_toml()), config);
    assert_eq!(config.handlers["chat"].kind.kind(), "test-chat");
    assert!(config.builder().is_ok());
    let report = toml(&text("ops")).builder().expect_err("it is refused");
    assert_eq!(report.to_string(), "error: handlers.chat.room: a room begins with `#`");
    let misspelt = wrong(&text("#ops").replace("test-chat", "test-chta"));
    assert!(misspelt[0].ends_with("unknown kind of handler `test-chta`; did you mean `test-chat`?"), "{misspelt:?}");
    // A kind that nobody has registered can be in code only.
    let config = Config::default().handler("x", HandlerKind::Custom(Custom::new("nobody", Settings::new())));
    let report = config.builder().expect_err("nobody makes it");
    assert_eq!(report.to_string(), "error: handlers.x: nothing is registered under the kind `nobody`");
}

#[test]
fn a_place_is_not_part_of_what_is_compared() {
    let settings = Settings::read(
        &Node::new(document::read_toml("a = 1").expect("it is good").item, Place::Text(3)),
        &mut Reader::default(),
    );
    assert_eq!(settings, Some(Settings::new().set("a", 1)));
}

#[cfg(feature = "serde")]
#[test]
fn serde_reads_and_writes_the_same() {
    let config = toml(EVERYTHING);
    let value = serde_json::to_value(&config).expect("it can be written");
    assert_eq!(value["handlers"]["file"]["path"], "logs/app.log");
    assert_eq!(serde_json::from_value::<Config>(value).expect("it can be read"), config);
    let error = serde_json::from_str::<Config>("{\"levle\": 1}").expect_err("there is a mistake");
    assert!(error.to_string().contains("did you mean `level`?"), "{error}");
}

/// The file above with some of it replaced, which goes deeper than any text that is made up.
fn damaged() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("'x'".to_string()),
        Just("[".to_string()),
        Just("5".to_string()),
        Just("{ kind = 'json' }".to_string()),
        Just("\n[handlers.console]\n".to_string()),
        Just("\n[profiles.a]\ninherits = 'a'\n".to_string()),
        ".{0,5}",
    ];
    let bytes = EVERYTHING.len();
    prop::collection::vec((0..bytes, 0..20_usize, piece), 1..5).prop_map(|changes| {
        let mut text = EVERYTHING.to_string();
        for (start, length, piece) in changes {
            let boundary =
                |at: usize| (0..=at.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0);
            let range = boundary(start)..boundary(start + length).max(boundary(start));
            text.replace_range(range, &piece);
        }
        text
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn no_text_makes_it_panic(text in prop_oneof![damaged(), ".{0,60}", "[a-z.\"'=\\[\\]{}# \n0-9]{0,60}"], profile in "[a-z]{0,3}") {
        let file = TestFile::new(&format!("fuzz-{profile}.toml"), &text);
        let loader = file.loader().variables([("RLOG__LEVEL", "info"), ("RLOG__HANDLERS__FILE__PATH", "x")]);
        let report = loader.check();
        for problem in report.problems() {
            let text = problem.to_string();
            prop_assert!(!text.contains(char::is_control), "{text:?}");
        }
        if let Ok(config) = Config::from_toml(&text) {
            prop_assert_eq!(Config::from_toml(&config.to_toml()), Ok(config));
        }
        let _ = Config::from_json(&text);
    }

    #[test]
    fn no_json_makes_it_panic(text in "[\\[\\]{}:,\"a-z0-9.\\\\ -]{0,60}") {
        let _ = Config::from_json(&text);
        let _ = Config::from_json(&format!("{{\"handlers\": {text}}}"));
    }
}
