//! rlog and its Rust peers, measured side by side.
//!
//! `cargo run --release -- all` prints one Markdown table per part and a summary with ratios to tracing. The road of a
//! figure: `cli` (what to run) → `run` (a child per peer and round, interleaved) → `measure` (what the child does with
//! its `peers` entry) → `report` (medians, ratios, Markdown). `cost` measures what cannot be seen in a running
//! program: build time, size, and what is left of a compiled-out call.

mod cli;
mod cost;
mod measure;
mod peers;
mod report;
mod run;
mod sys;
mod work;

use std::process::ExitCode;

use cli::Options;
use measure::Job;
use report::Table;

/// Whatever goes wrong ends up as one line on stderr.
pub(crate) type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let done = match args.first().map(String::as_str) {
        Some("child") => child(&args[1..]),
        None | Some("help" | "--help" | "-h") => {
            println!("{}", cli::USAGE);
            Ok(())
        }
        _ => parent(&args),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("benches: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Started by `run`: one peer, one job, samples on stdout.
fn child(args: &[String]) -> Result<()> {
    let (peer, job) = args.split_first().ok_or("child: no peer")?;
    let samples = measure::run_as(peer, &Job::from_args(job)?)?;
    run::print_samples(&samples);
    Ok(())
}

fn parent(args: &[String]) -> Result<()> {
    let options = Options::parse(args)?;
    println!("{}", report::machine::header(options.rounds, options.quick));
    let mut tables = Vec::new();
    let mut failed = Vec::new();
    for part in &options.parts {
        match tables_of(part, &options) {
            Ok(done) => {
                done.iter().for_each(|table| println!("{}", table.to_markdown()));
                tables.extend(done);
            }
            // A tool that is missing costs its part, not the hour that the others took.
            Err(error) => {
                eprintln!("{part}: {error}");
                failed.push(*part);
            }
        }
    }
    if tables.len() > 1 {
        println!("### Summary: medians (× {})\n\n{}", peers::REFERENCE, report::summary(&tables));
    }
    println!("Load after: {}.", report::machine::load());
    if failed.is_empty() { Ok(()) } else { Err(format!("failed: {}", failed.join(", ")).into()) }
}

fn tables_of(part: &str, options: &Options) -> Result<Vec<Table>> {
    let quick = options.quick;
    let parts = match part {
        "enabled" => measure::enabled::parts(quick),
        "sustained" => measure::throughput::text_parts(quick),
        "json" => measure::throughput::json_parts(quick),
        "disabled" => measure::disabled::parts(quick),
        "memory" => measure::memory::parts(quick),
        "idle" => measure::idle::parts(quick),
        "instructions" => return Ok(vec![measure::instructions::table(options)?]),
        "encode" => return Ok(vec![measure::encode::table(options)?]),
        "handlers" => return Ok(vec![measure::handlers::table(options)?]),
        #[cfg(feature = "rlog")]
        "redaction" => return Ok(vec![measure::redaction::table(options)?]),
        "rotation" => return measure::rotation::tables(options),
        "build" => return Ok(vec![cost::build::table(options)?]),
        "callsites" => return Ok(vec![cost::callsites::table(options)?]),
        "floor" => return Ok(vec![cost::floor::table(options)?]),
        "derive" => return Ok(vec![cost::derive::table(options)?]),
        "errors" => return Ok(vec![cost::errors::table(options)?]),
        _ => return Err(format!("`{part}` is listed but not implemented").into()),
    };
    Ok(parts.into_iter().map(|part| run::interleaved(part, options)).collect())
}
