//! `build`: what adding a logger costs a program that says hello.
//!
//! The crates in `cargo tree -e normal` (without the program itself; procedural macros and what they need are in it), and
//! a clean dev build of all of it, everything fetched before. The seconds depend on the number of CPUs and on
//! `CARGO_BUILD_JOBS`; user CPU time less so.

use super::generated::{Generated, Profile};
use super::rlog_dependency;
use crate::cli::Options;
use crate::report::{Figure, Row, Samples, Table};
use crate::{Result, run};

pub(crate) fn table(options: &Options) -> Result<Table> {
    let apps = apps();
    let apps: Vec<_> = apps.iter().filter(|app| options.peers.contains(&app.peer)).collect();
    let mut rows: Vec<Row> = apps.iter().map(|app| Row::new(app.label, Some(app.peer))).collect();
    for round in 0..options.rounds.min(3) {
        for (app, row) in apps.iter().zip(&mut rows) {
            eprintln!("build: round {}, {}", round + 1, app.label);
            row.rounds.push(run::reported(app.label, measure(options, app)));
        }
    }
    Ok(Table { heading: "Hello world, clean dev build".into(), note: NOTE, figures: FIGURES.to_vec(), rows })
}

struct App {
    label: &'static str,
    peer: &'static str,
    dependencies: String,
    main: &'static str,
}

fn measure(options: &Options, app: &App) -> Result<Samples> {
    let hello = Generated::create(options, &format!("hello-{}", app.peer), &app.dependencies, app.main)?;
    let crates = hello.crates_in_tree()? as f64;
    hello.clean()?;
    let spent = hello.build(Profile::Dev)?;
    hello.clean()?;
    Ok(Samples::from([
        ("crates".into(), crates),
        ("seconds".into(), spent.wall_seconds),
        ("user".into(), spent.user_seconds),
    ]))
}

fn apps() -> Vec<App> {
    vec![
        App { label: "rlog", peer: "rlog", dependencies: rlog_dependency(&[]), main: RLOG },
        App {
            label: "tracing + subscriber + appender",
            peer: "tracing",
            dependencies: "tracing = \"0.1\"\ntracing-subscriber = \"0.3\"\ntracing-appender = \"0.2\"".into(),
            main: TRACING,
        },
        App {
            label: "log + env_logger",
            peer: "log_env_logger",
            dependencies: "log = \"0.4\"\nenv_logger = \"0.11\"".into(),
            main: LOG,
        },
    ]
}

const RLOG: &str = r#"fn main() {
    let _guard = rlog::init().unwrap();
    let name = "world";
    rlog::info!("hello {name}");
}
"#;

const TRACING: &str = r#"fn main() {
    let (writer, _guard) = tracing_appender::non_blocking(std::io::stderr());
    tracing_subscriber::fmt().with_writer(writer).init();
    let name = "world";
    tracing::info!("hello {name}");
}
"#;

const LOG: &str = r#"fn main() {
    env_logger::init();
    let name = "world";
    log::info!("hello {name}");
}
"#;

const NOTE: &str = "Crates in `cargo tree -e normal` beside the program; clean `cargo build`, crates fetched before.";

const FIGURES: &[Figure] =
    &[Figure::fact("crates", "crates"), Figure::full("seconds", "seconds", 1), Figure::median("user", "user CPU s", 1)];
