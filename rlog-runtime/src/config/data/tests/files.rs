//! Settings of files, and what a check finds out about them.

use super::*;

#[test]
fn the_settings_of_a_file_are_the_same_in_a_file_and_in_code() {
    let file = FileConfig::new("app.log")
        .rotation(RotationConfig::default().every(Duration::from_secs(6 * 3600)).size(1 << 20).on_start(true))
        .names(NamesConfig::pattern("{stem}.{number}{ext}"))
        .retention(RetentionConfig::default().age(Duration::from_secs(86_400)).free_space(true))
        .compression(CompressionConfig::new(CompressionKind::None))
        .fsync(FsyncConfig::default().level(Level::ERROR))
        .mode(0o640)
        .preallocate(4096);
    let dated = FileConfig::by_pattern("logs/app-{date}.log").rotation(PeriodConfig::Daily).current_link("app.log");
    let weekly = FileConfig::new("c")
        .rotation(RotationConfig::from(PeriodConfig::Weekly).weekday(crate::Weekday::Sunday).at("06:00").zone("+02:00"))
        .names(NamesConfig::Dated)
        .fsync(FsyncWhen::AtRotation);
    let in_code = Config::default().handler("a", file).handler("b", dated).handler("c", weekly);
    let in_a_file = "
        [handlers.a]
        kind = 'file'
        path = 'app.log'
        rotation = { every = '6 h', size = '1 MiB', on_start = true }
        names = '{stem}.{number}{ext}'
        retention = { age = '1 d', free_space = true }
        compression = 'none'
        fsync = { level = 'error' }
        mode = '640'
        preallocate = 4096
        [handlers.b]
        kind = 'file'
        pattern = 'logs/app-{date}.log'
        rotation = 'Daily'
        current_link = 'app.log'
        [handlers.c]
        kind = 'file'
        path = 'c'
        rotation = { every = 'weekly', weekday = 'Sunday', at = '06:00', zone = '+02:00' }
        names = 'dated'
        fsync = 'at_rotation'
    ";
    assert_eq!(toml(in_a_file), in_code);
    assert_eq!(toml(&in_code.to_toml()), in_code, "{}", in_code.to_toml());
    assert!(in_code.to_toml().contains("mode = \"0640\""), "{}", in_code.to_toml());
    assert_eq!(Config::from_json(&in_code.to_json()), Ok(in_code.clone()));
    assert!(in_code.builder().is_ok(), "{:?}", in_code.builder());
}

#[test]
fn what_is_wrong_with_the_settings_of_a_file_is_told_where_it_is_written() {
    for (settings, expected) in [
        ("pattern = 'a.{pid}'\npath = 'a'", "3:1: pattern: there is a `path`, too; remove one of the two"),
        ("mode = 640", "4:8: mode: expected an octal mode in quotes, such as `\"0640\"`, got the number `640`"),
        ("mode = '689'", "4:8: mode: expected an octal mode in quotes"),
        ("mode = '+640'", "4:8: mode: expected an octal mode in quotes"),
        ("mode = '0440'", "4:8: mode: the mode `0o440` does not let its owner read and write"),
        ("rotation = 'dayly'", "4:12: rotation.every: unknown period `dayly`; did you mean `daily`?"),
        ("rotation = '100 MB'", "4:12: rotation.every: `100 MB` is no time; write `{ size = \"100 MB\" }`"),
        ("rotation = 5", "4:12: rotation: expected a period, such as `\"daily\"`, or a table"),
        ("rotation = { zone = 'utc' }", "4:12: rotation: nothing says when; set `size`, "),
        ("rotation = { at = '06:00' }", "4:19: rotation.at: a time of day is set for the rotation, and no period: add"),
        (
            "rotation = { size = '1 MB', at = '25:00' }",
            "4:34: rotation.at: the time `25:00` of the rotation is not understood",
        ),
        ("rotation = { every = 'hourly', at = '06:00' }", "4:37: rotation.at: the time of the rotation, 21600 seconds"),
        ("rotation = { every = 'daily', zone = 'UTX' }", "4:38: rotation.zone: unknown zone `UTX`"),
        ("rotation = { every = 'daily', weekday = 'monday' }", "4:31: rotation.weekday: only a week begins on one"),
        (
            "rotation = { every = 'weekly', weekday = 'mnday' }",
            "4:42: rotation.weekday: unknown day of the week `mnday`; did you mean `monday`?",
        ),
        ("rotation.size = '10 B'", "4:17: rotation.size: files of `10 B` have no room"),
        ("rotation.every = '1500 ms'", "4:18: rotation.every: files cannot be rotated every `1.5s`"),
        ("rotation = 'daily'\nnames = 'datde'", "5:9: names: unknown names `datde`; did you mean `dated`?"),
        ("rotation = 'daily'\nnames = '{stem}.{yaer}'", "5:9: names: the names `{stem}.{yaer}` are no pattern"),
        ("names = 'dated'", "4:9: names: it has names, and is never rotated: set `rotation`"),
        ("retention.count = 5", "4:1: retention: it has a retention, and is never rotated"),
        ("rotation.size = '1 MB'\nretention.total = '1 MB'", "5:19: retention.total: there is no room in `1 MB`"),
        ("rotation = 'daily'\nretention.age = '0'", "5:17: retention.age: the retention keeps files of no age"),
        ("rotation = 'daily'\ncompression.level = 5", "5:1: compression: `kind` is missing"),
        (
            "rotation = 'daily'\ncompression = { kind = 'none', level = 5 }",
            "5:15: compression: compression has a level or a delay, and no format",
        ),
        ("rotation = 'daily'\ncompression = 'gz'", "5:15: compression.kind: unknown compression `gz`"),
        #[cfg(feature = "gzip")]
        (
            "rotation = 'daily'\ncompression = { kind = 'gzip', level = 10 }",
            "5:40: compression.level: the compression level `10`",
        ),
        #[cfg(not(feature = "zstd"))]
        (
            "rotation = 'daily'\ncompression = 'zstd'",
            "5:15: compression.kind: compression as `zstd` is not built in: turn on",
        ),
        ("fsync = { when = 'never', every = '1 s' }", "4:11: fsync.when: it is `never`, and"),
        ("fsync = 'allways'", "4:9: fsync.when: unknown moment `allways`"),
        ("rotation.size = '1 MB'\npreallocate = '2 MB'", "5:15: preallocate: `2 MB` are put aside for files of `1 MB`"),
        ("current_link = 'a'", "4:16: current_link: the link `a` to the current file would replace"),
        ("pattern = 'a-{yaer}'", "3:11: pattern: the path is no pattern: "),
        ("pattern = 'a-{date}'\nrotation = 'daily'\nnames = 'dated'", "5:9: names: it has names for rotated files"),
    ] {
        let (at, what) = expected.split_once(": ").expect("it has a place");
        let expected = format!("{at}: error: handlers.f.{what}");
        let place = if settings.contains("pattern = ") { "" } else { "path = 'a'\n" };
        let file = TestFile::new("files.toml", &format!("[handlers.f]\nkind = 'file'\n{place}{settings}\n"));
        let report = file.loader().check();
        let found = problems(&file, &report);
        assert!(found.len() == 1 && found[0].starts_with(&expected), "{settings}\n{found:#?}\nexpected: {expected}");
        assert!(file.loader().load().is_err(), "{settings}");
    }
}

#[test]
fn a_file_is_told_about_all_its_mistakes_at_once() {
    let file = TestFile::new(
        "many.toml",
        "[handlers.f]\nkind = 'file'\npath = 'a'\nmode = '0440'\n\
         rotation = { every = 'daily', at = '24:00', weekday = 'monday' }\n",
    );
    let report = file.loader().check();
    let found = problems(&file, &report);
    assert_eq!(found.len(), 3, "{report}");
}

#[test]
fn a_check_asks_handlers_what_would_keep_them_from_being_opened() {
    let directory = std::env::temp_dir().join(format!("rlog-config-{}-asked", std::process::id()));
    std::fs::create_dir_all(&directory).expect("the temporary directory is writable");
    let there = directory.display();
    let text = format!(
        "[handlers.all]\nkind = 'fan_out'\nto = ['a', 'b']\n[handlers.a]\nkind = 'file'\npath = '{there}'\n\
         [handlers.b]\nkind = 'file'\npath = '{there}/b/b.log'\nrotation = 'daily'\n\
         [profiles.other]\nhandlers.b.path = '{there}'\n"
    );
    let file = TestFile::new("asked.toml", &text);
    let report = file.loader().check();
    let found = problems(&file, &report);
    let what = format!(
        "4:1: error: handlers.a: cannot open log file `{there}`: it is a directory; give the path of a file in it"
    );
    assert_eq!(found, [what], "the other profile is for another machine");
    assert!(file.loader().load().is_ok(), "nothing is opened yet");
    assert_eq!(problems(&file, &file.loader().profile("other").check()).len(), 2);
    assert_eq!(std::fs::read_dir(&directory).expect("it is there").count(), 0, "nothing is made");
    std::fs::remove_dir(&directory).expect("it is empty");
}

#[test]
fn a_variable_that_contradicts_the_file_is_left_out() {
    let file = TestFile::new("either.toml", "[handlers.f]\nkind = 'file'\npattern = 'a.{pid}.log'\nmode = '0600'\n");
    let loader = file.loader().variables([
        ("RLOG__HANDLERS__F__PATH", "b.log"),
        ("RLOG__HANDLERS__F__MODE", "0640"),
        ("RLOG__HANDLERS__F__ROTATION", "daily"),
        ("RLOG__HANDLERS__F__RETENTION__COUNT", "-1"),
    ]);
    let mut found = problems(&file, &loader.check());
    found.sort();
    let expected = [
        "RLOG__HANDLERS__F__PATH: warning: handlers.f.path: there is a `pattern`, too; remove one of the two",
        "RLOG__HANDLERS__F__RETENTION__COUNT: warning: handlers.f.retention.count: expected an integer from 0 to",
    ];
    assert!(
        found.len() == 2 && found.iter().zip(expected).all(|(found, expected)| found.starts_with(expected)),
        "{found:#?}"
    );
    let config = loader.load().expect("the rest is good");
    let expected = FileConfig::by_pattern("a.{pid}.log").mode(0o640).rotation(PeriodConfig::Daily);
    assert_eq!(config.handlers["f"], HandlerConfig::new(expected));
}

#[test]
fn a_dry_run_tells_what_would_be_deleted_and_deletes_nothing() {
    let directory = std::env::temp_dir().join(format!("rlog-config-{}-dry", std::process::id()));
    std::fs::create_dir_all(&directory).expect("the temporary directory is writable");
    for name in ["a.log", "a.log.1", "a.log.2", "a.log.3", "a.log.bak"] {
        std::fs::write(directory.join(name), "x").expect("the directory is writable");
    }
    let file = |path: PathBuf| {
        let rotation = RotationConfig::default().size(1_000_000);
        FileConfig::new(path).rotation(rotation).retention(RetentionConfig::default().count(1_usize))
    };
    let mut config = Config::default()
        .handler("console", ConsoleConfig::default())
        .handler("a", file(directory.join("a.log")))
        .handler("none", file(directory.join("not/there/a.log")));
    let removals = config.dry_run().expect("it can be read");
    let paths: Vec<_> = removals["a"].iter().map(|removal| removal.path.clone()).collect();
    assert_eq!((removals.len(), paths), (1, Vec::from([directory.join("a.log.1"), directory.join("a.log.2")])));
    assert_eq!(std::fs::read_dir(&directory).expect("it is there").count(), 5);
    config = config.handler("a", file(directory.join("a.log")).mode(0));
    let report = config.dry_run().expect_err("the mode is wrong");
    assert!(report.to_string().starts_with("error: handlers.a.mode: the mode `0o0`"), "{report}");
    std::fs::remove_dir_all(&directory).expect("it is there");
}
