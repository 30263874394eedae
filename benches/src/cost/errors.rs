//! `errors`: how long the compiler takes to report a file of mistakes.
//!
//! A check that is slow is paid for by everybody who types: so a crate with 100 wrong statements, ten kinds of mistakes, is
//! checked, dependencies built before. The errors are counted, so that no mistake passes unseen.

use super::generated::Generated;
use super::rlog_dependency;
use crate::cli::Options;
use crate::report::{Figure, Row, Samples, Table};
use crate::{Result, run};
use std::fmt::Write as _;

pub(crate) fn table(options: &Options) -> Result<Table> {
    let mut row = Row::new("rlog", Some("rlog"));
    for round in 0..options.rounds {
        eprintln!("errors: round {}", round + 1);
        row.rounds.push(run::reported("rlog", measure(options)));
    }
    Ok(Table { heading: "A file with 100 mistakes".into(), note: NOTE, figures: FIGURES.to_vec(), rows: vec![row] })
}

fn measure(options: &Options) -> Result<Samples> {
    let mut main = String::from("fn main() {\n    let (user, amount) = (7, 1.5);\n");
    for index in 0..MISTAKES {
        let _ = writeln!(main, "    {}", KINDS[index % KINDS.len()]);
    }
    main.push_str("}\n");
    let wrong = Generated::create(options, "errors", &rlog_dependency(&[]), &main)?;
    let (spent, stderr) = wrong.check_that_fails()?;
    let errors = stderr.lines().filter(|line| line.starts_with("error") && !line.contains("could not compile")).count();
    if errors < MISTAKES {
        return Err(format!("{MISTAKES} mistakes, but only {errors} errors:\n{stderr}").into());
    }
    Ok(Samples::from([
        ("errors".into(), errors as f64),
        ("seconds".into(), spent.wall_seconds),
        ("user".into(), spent.user_seconds),
    ]))
}

const MISTAKES: usize = 100;

const KINDS: [&str; 10] = [
    "rlog::info!(\"{} paid {}\", user);",
    "rlog::info!(user, user, \"paid {amount}\");",
    "rlog::info!(\"paid {amount:y}\");",
    "rlog::info!(target = , \"paid\");",
    "rlog::info!(\"paid\", user = user);",
    "rlog::info!(targte: \"app\", \"paid\");",
    "rlog::info!(level = 3, \"paid\");",
    "rlog::info!(format!(\"{user} paid\"));",
    "rlog::info!(user amount, \"paid\");",
    "rlog::info!(at_most: \"10\", \"paid {user}\");",
];

const NOTE: &str =
    "`cargo check` of a crate with 100 wrong statements, ten kinds in turns; dependencies checked before.";

const FIGURES: &[Figure] =
    &[Figure::fact("errors", "errors"), Figure::full("seconds", "seconds", 2), Figure::median("user", "user CPU s", 2)];
