//! `callsites`: what 1,000 log statements cost to compile and how many bytes each leaves in a stripped binary.
//!
//! A generated crate has 1,000 functions with one statement each (three fields and a message). Its dependencies are
//! built before; then only this crate is compiled again: user CPU seconds of cargo, rustc and the linker, dev and
//! release, not incremental. `none` is the same crate without statements, so its seconds are in everybody's.
//!
//! Bytes: the release binary after `strip`, minus that of the same crate without the 1,000 statements but with the
//! library still linked and one statement in `main`, divided by 1,000. So the library's own code is not in the figure. File
//! sizes are padded to pages, which leaves a few bytes of doubt per callsite.

use std::fmt::Write as _;

use super::generated::{Generated, Profile, stripped_bytes};
use super::rlog_dependency;
use crate::cli::Options;
use crate::report::{Figure, Row, Samples, Table};
use crate::{Result, run};

pub(crate) fn table(options: &Options) -> Result<Table> {
    let count = if options.quick { 100 } else { 1_000 };
    let mut rows = Vec::new();
    let mut prepared = Vec::new();
    for subject in subjects() {
        if subject.peer.is_none_or(|peer| options.peers.contains(&peer)) {
            eprintln!("callsites: building the dependencies of {}", subject.label);
            prepared.push(Prepared::build(options, &subject, count));
            rows.push(Row::new(subject.label, subject.peer));
        }
    }
    for round in 0..options.rounds.min(3) {
        for (crates, row) in prepared.iter().zip(&mut rows) {
            eprintln!("callsites: round {}, {}", round + 1, row.label);
            let samples = crates.as_ref().map_err(|error| error.to_string().into()).and_then(Prepared::measure);
            row.rounds.push(run::reported(&row.label, samples));
        }
    }
    prepared.iter().flatten().try_for_each(|crates| crates.with.clean())?;
    Ok(Table { heading: format!("{count} callsites"), note: NOTE, figures: FIGURES.to_vec(), rows })
}

struct Subject {
    label: &'static str,
    /// Its column in the summary.
    peer: Option<&'static str>,
    dependencies: String,
    /// The statement, with `{N}` for the number of the function.
    statement: &'static str,
}

/// A subject whose dependencies are built, for both profiles.
struct Prepared {
    with: Generated,
    /// `None` where there is no statement at all.
    bytes_per_callsite: Option<f64>,
}

impl Prepared {
    fn build(options: &Options, subject: &Subject, count: usize) -> Result<Self> {
        let create = |kind: &str, statement: &str| {
            let label = subject.label.replace(|c: char| !c.is_alphanumeric(), "-");
            let source = source(subject, count, statement);
            Generated::create(options, &format!("callsites-{label}-{kind}"), &subject.dependencies, &source)
        };
        let with = create("with", subject.statement)?;
        with.build(Profile::Dev)?;
        with.build(Profile::Release)?;
        let mut bytes_per_callsite = None;
        if !subject.statement.is_empty() {
            let without = create("without", "")?;
            without.build(Profile::Release)?;
            let bytes = |built: &Generated| stripped_bytes(&built.binary(Profile::Release));
            bytes_per_callsite = Some((bytes(&with)? as f64 - bytes(&without)? as f64) / count as f64);
            without.clean()?;
        }
        Ok(Self { with, bytes_per_callsite })
    }

    fn measure(&self) -> Result<Samples> {
        let mut samples = Samples::new();
        for (key, profile) in [("dev", Profile::Dev), ("release", Profile::Release)] {
            self.with.touch()?;
            samples.insert(key.to_owned(), self.with.build(profile)?.user_seconds);
        }
        samples.extend(self.bytes_per_callsite.map(|bytes| ("bytes".to_owned(), bytes)));
        Ok(samples)
    }
}

/// The crate: `count` functions with `statement`, each reachable through a table that `main` indexes at run time.
fn source(subject: &Subject, count: usize, statement: &str) -> String {
    let mut source = String::from("#![allow(unused_variables)]\nuse std::hint::black_box;\n\n");
    for n in 0..count {
        let statement = statement.replace("{N}", &n.to_string());
        let _ = writeln!(
            source,
            "#[inline(never)]\nfn step_{n}(id: i64, ms: f64, user: &str) -> i64 {{\n    \
             {statement}\n    black_box(id) + {n}\n}}\n"
        );
    }
    let _ = writeln!(source, "static STEPS: [fn(i64, f64, &str) -> i64; {count}] = [");
    (0..count).for_each(|n| _ = writeln!(source, "    step_{n},"));
    let statement = subject.statement.replace("{N}", "of main");
    let _ = writeln!(
        source,
        "];\n\nfn main() {{\n    let (id, ms, user) = (black_box(1_i64), black_box(2.5), black_box(\"ann\"));\n    \
         {statement}\n    \
         let step = std::env::args().count() % STEPS.len();\n    println!(\"{{}}\", STEPS[step](id, ms, user));\n}}"
    );
    source
}

fn subjects() -> Vec<Subject> {
    let log = |features: &str| format!("log = {{ version = \"0.4\", features = [{features}] }}");
    vec![
        Subject { label: "none", peer: None, dependencies: String::new(), statement: "" },
        Subject {
            label: "rlog",
            peer: Some("rlog"),
            dependencies: rlog_dependency(&[]),
            statement: r#"rlog::info!(id, ms, user, "step {N} done");"#,
        },
        Subject {
            label: "tracing",
            peer: Some("tracing"),
            dependencies: "tracing = \"0.1\"".into(),
            statement: r#"tracing::info!(id, ms, user, "step {N} done");"#,
        },
        Subject {
            label: "log, values in the message",
            peer: Some("log_env_logger"),
            dependencies: log(""),
            statement: r#"log::info!("step {N} done: {id} {ms} {user}");"#,
        },
        Subject {
            label: "log, `kv`",
            peer: None,
            dependencies: log("\"kv\""),
            statement: r#"log::info!(id, ms, user; "step {N} done");"#,
        },
    ]
}

const NOTE: &str = "One crate with one statement in each of its functions: three fields and a message. \
                    User CPU seconds to compile and link that crate alone; bytes of the stripped release binary per \
                    statement, the library itself not counted.";

const FIGURES: &[Figure] = &[
    Figure::full("dev", "user CPU s dev", 2),
    Figure::full("release", "user CPU s release", 2),
    Figure::full("bytes", "stripped bytes per callsite", 0),
];
