//! `floor`: what a call below the compile-time floor leaves behind.
//!
//! A generated crate has one exported function, built twice: with a DEBUG call and without. The library's features
//! say that nothing below INFO is compiled in (`max_level_info`, `release_max_level_info`). Then, in dev and in release:
//!
//! * `objdump`: instructions of the function, with the call minus without;
//! * `size`: bytes of all sections that are loaded, likewise;
//! * `nm`: symbols that exist only in the binary with the call;
//! * how often the call's message, a unique text, occurs in the binary (what `strings` would find).
//!
//! All four should be 0. Debug information is off, because it would name the arguments of a call that is gone.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use super::generated::{Generated, Profile, text_output};
use super::rlog_dependency;
use crate::cli::Options;
use crate::report::{Figure, Row, Samples, Table};
use crate::{Result, run};

pub(crate) fn table(options: &Options) -> Result<Table> {
    let mut rows = Vec::new();
    for subject in subjects().iter().filter(|subject| options.peers.contains(&subject.peer)) {
        eprintln!("floor: {}", subject.label);
        let mut row = Row::new(subject.label, Some(subject.peer));
        row.rounds.push(run::reported(subject.label, measure(options, subject)));
        rows.push(row);
    }
    Ok(Table { heading: "Compiled out".into(), note: NOTE, figures: FIGURES.to_vec(), rows })
}

struct Subject {
    label: &'static str,
    peer: &'static str,
    dependencies: String,
    statement: String,
}

fn measure(options: &Options, subject: &Subject) -> Result<Samples> {
    let dependencies = format!("{}\n\n[profile.dev]\ndebug = 0", subject.dependencies);
    let create = |kind: &str, statement: &str| {
        let name = format!("floor-{}-{kind}", subject.label);
        Generated::create(options, &name, &dependencies, &source(subject, statement))
    };
    let with = create("with", &subject.statement)?;
    let without = create("without", "")?;
    let mut samples = Samples::new();
    for (prefix, profile) in [("dev", Profile::Dev), ("release", Profile::Release)] {
        with.build(profile)?;
        without.build(profile)?;
        let (with, without) = (with.binary(profile), without.binary(profile));
        let symbols: Vec<String> = symbols(&with)?.difference(&symbols(&without)?).cloned().collect();
        for symbol in &symbols {
            eprintln!("floor: {} {prefix} leaves the symbol {symbol}", subject.label);
        }
        let figures = [
            ("instructions", instructions(&with)? - instructions(&without)?),
            ("bytes", loaded_bytes(&with)? - loaded_bytes(&without)?),
            ("symbols", symbols.len() as f64),
            ("texts", occurrences(&with, MARKER)?),
        ];
        samples.extend(figures.map(|(key, value)| (format!("{prefix}_{key}"), value)));
    }
    with.clean()?;
    without.clean()?;
    Ok(samples)
}

/// In both variants `main` makes a call above the floor, so the library is linked and used, and calls `probe` through a
/// pointer, so that an empty one is still called.
fn source(subject: &Subject, statement: &str) -> String {
    let above = subject.statement.replace("debug!", "error!").replace(MARKER, "above the floor");
    format!(
        "#![allow(unused_variables)]\nuse std::hint::black_box;\n\n\
         #[unsafe(no_mangle)]\n#[inline(never)]\npub extern \"C\" fn probe(id: i64, ms: f64) {{\n    {statement}\n}}\n\n\
         fn main() {{\n    let (id, ms) = (black_box(1), black_box(2.5));\n    {above}\n    \
         let probe: extern \"C\" fn(i64, f64) = black_box(probe);\n    probe(id, ms);\n}}\n"
    )
}

/// Instructions of `probe`.
fn instructions(binary: &Path) -> Result<f64> {
    let text =
        text_output(Command::new("objdump").args(["-d", "--no-show-raw-insn", "--disassemble=probe"]).arg(binary))?;
    // Lines of code are `  addr:\tinstruction`.
    let code = text.lines().filter(|line| line.contains(":\t"));
    match code.count() {
        0 => Err("objdump found no `probe`".into()),
        count => Ok(count as f64),
    }
}

/// Bytes of the sections that are loaded when the program runs.
fn loaded_bytes(binary: &Path) -> Result<f64> {
    let text = text_output(Command::new("size").args(["-A", "-d"]).arg(binary))?;
    let sections = text.lines().filter_map(|line| {
        let mut words = line.split_whitespace();
        let (name, size, address) = (words.next()?, words.next()?, words.next()?);
        // lld fills up to a page with it, so it shrinks by what the others grow.
        if name == ".relro_padding" {
            return None;
        }
        (address.parse::<u64>().ok()? != 0).then_some(size.parse::<u64>().ok()?)
    });
    Ok(sections.sum::<u64>() as f64)
}

/// Demangled, and without the hashes, which differ between any two crates.
fn symbols(binary: &Path) -> Result<BTreeSet<String>> {
    let text = text_output(Command::new("nm").args(["-C", "--defined-only", "--format=just-symbols"]).arg(binary))?;
    // Numbered by the compiler, so one more function above renames them.
    let numbered = |symbol: &str| symbol.starts_with("anon.") || symbol.starts_with("GCC_except_table");
    Ok(text.lines().filter(|symbol| !numbered(symbol)).map(str::to_owned).collect())
}

fn occurrences(binary: &Path, text: &str) -> Result<f64> {
    let bytes = std::fs::read(binary)?;
    Ok(bytes.windows(text.len()).filter(|window| *window == text.as_bytes()).count() as f64)
}

fn subjects() -> Vec<Subject> {
    const FEATURES: &[&str] = &["max_level_info", "release_max_level_info"];
    vec![
        Subject {
            label: "rlog",
            peer: "rlog",
            dependencies: rlog_dependency(FEATURES),
            statement: format!(r#"rlog::debug!(id, ms, "{MARKER}");"#),
        },
        Subject {
            label: "tracing",
            peer: "tracing",
            dependencies: format!("tracing = {{ version = \"0.1\", features = {FEATURES:?} }}"),
            statement: format!(r#"tracing::debug!(id, ms, "{MARKER}");"#),
        },
        Subject {
            label: "log",
            peer: "log_env_logger",
            dependencies: format!("log = {{ version = \"0.4\", features = {FEATURES:?} }}"),
            statement: format!(r#"log::debug!("{MARKER} {{id}} {{ms}}");"#),
        },
    ]
}

const MARKER: &str = "residue of a call below the floor";

const NOTE: &str = "A function with one DEBUG call under `max_level_info` and `release_max_level_info`, compared with the \
                    same function without it: instructions of the function, bytes of all loaded sections, symbols only \
                    one of the two has, occurrences of the message in the file.";

const FIGURES: &[Figure] = &[
    Figure::fact("dev_instructions", "dev: instructions"),
    Figure::fact("dev_bytes", "dev: bytes"),
    Figure::median("dev_symbols", "symbols", 0),
    Figure::median("dev_texts", "texts", 0),
    Figure::fact("release_instructions", "release: instructions"),
    Figure::fact("release_bytes", "release: bytes"),
    Figure::median("release_symbols", "symbols", 0),
    Figure::median("release_texts", "texts", 0),
];
