//! `derive`: what `#[derive(Loggable)]` costs to compile, against serde's `Serialize` on the same types.
//!
//! A generated crate has 200 structs of eight fields, one of them nested. Its dependencies are built before; then only
//! this crate is compiled again: user CPU seconds of cargo, rustc and the linker, dev and release, not incremental. `used`
//! has one use of each type, too: a log statement, or a call of `serde_json::to_vec`. Without a use, serde's derive leaves generic
//! code that nobody has compiled yet.

use super::generated::{Generated, Profile};
use super::rlog_dependency;
use crate::cli::Options;
use crate::report::{Figure, Row, Samples, Table};
use crate::{Result, run};
use std::fmt::Write as _;

pub(crate) fn table(options: &Options) -> Result<Table> {
    let count = if options.quick { 20 } else { 200 };
    let mut rows = Vec::new();
    let mut prepared = Vec::new();
    for subject in subjects() {
        eprintln!("derive: building the dependencies of {}", subject.label);
        let name = format!("derive-{}", subject.label.replace(|c: char| !c.is_alphanumeric(), "-"));
        let source = source(&subject, count);
        let generated = Generated::create(options, &name, &subject.dependencies, &source)?;
        generated.build(Profile::Dev)?;
        generated.build(Profile::Release)?;
        prepared.push(generated);
        rows.push(Row::new(subject.label, None));
    }
    for round in 0..options.rounds.min(3) {
        for (generated, row) in prepared.iter().zip(&mut rows) {
            eprintln!("derive: round {}, {}", round + 1, row.label);
            row.rounds.push(run::reported(&row.label, measure(generated)));
        }
    }
    prepared.iter().try_for_each(Generated::clean)?;
    Ok(Table { heading: format!("Derive on {count} types of 8 fields"), note: NOTE, figures: FIGURES.to_vec(), rows })
}

struct Subject {
    label: &'static str,
    dependencies: String,
    /// Stands before each type.
    attribute: &'static str,
    /// What is done with `value`.
    used: &'static str,
}

fn subjects() -> [Subject; 5] {
    let rlog = |label, used| Subject {
        label,
        dependencies: rlog_dependency(&[]),
        attribute: "#[derive(rlog::Loggable)]",
        used,
    };
    let serde = |label, used| Subject {
        label,
        dependencies: "serde = { version = \"1\", features = [\"derive\"] }\nserde_json = \"1\"".into(),
        attribute: "#[derive(serde::Serialize)]",
        used,
    };
    [
        Subject { label: "no derive", dependencies: String::new(), attribute: "", used: "" },
        rlog("rlog", ""),
        serde("serde", ""),
        rlog("rlog, used", "rlog::info!(value, \"used\");"),
        serde("serde, used", "black_box(serde_json::to_vec(value)).unwrap();"),
    ]
}

fn source(subject: &Subject, count: usize) -> String {
    let attribute = subject.attribute;
    let mut out = String::from("#![allow(dead_code)]\nuse std::hint::black_box;\n\n");
    let _ = writeln!(out, "{attribute}\npub struct Nested {{ pub key: String, pub value: f64 }}\n");
    for index in 0..count {
        let _ = writeln!(
            out,
            "{attribute}\npub struct Type{index} {{\n    pub id: u64, pub name: String, pub amount: f64, pub active: bool,\n    \
             pub note: Option<String>, pub tags: Vec<u32>, pub nested: Nested, pub level: i8,\n}}\n"
        );
        if !subject.used.is_empty() {
            let _ =
                writeln!(out, "#[inline(never)]\nfn use{index}(value: &Type{index}) {{\n    {}\n}}\n", subject.used);
        }
    }
    out.push_str("fn main() {\n");
    if !subject.used.is_empty() {
        for index in 0..count {
            let _ = writeln!(out, "    black_box(use{index} as fn(&Type{index}));");
        }
    }
    out.push_str("    black_box(());\n}\n");
    out
}

fn measure(generated: &Generated) -> Result<Samples> {
    let mut samples = Samples::new();
    for (key, profile) in [("dev", Profile::Dev), ("release", Profile::Release)] {
        generated.touch()?;
        samples.insert(key.into(), generated.build(profile)?.user_seconds);
    }
    Ok(samples)
}

const NOTE: &str = "One crate of types with the derive, dependencies built before. User CPU seconds to compile and link it \
                    alone. `used`: each type is logged, or written by serde_json, once.";

const FIGURES: &[Figure] =
    &[Figure::full("dev", "user CPU s dev", 2), Figure::full("release", "user CPU s release", 2)];
