//! The command line: which parts, how long, how often, of whom, where.

use std::path::PathBuf;
use std::{env, fs};

use crate::{Result, peers};

/// What the user asked for.
pub(crate) struct Options {
    pub(crate) parts: Vec<&'static str>,
    pub(crate) quick: bool,
    pub(crate) rounds: usize,
    pub(crate) peers: Vec<&'static str>,
    /// Log files and generated crates live here. It must be on the disk to be measured, not on a tmpfs.
    pub(crate) scratch: PathBuf,
}

pub(crate) const USAGE: &str = "\
usage: benches <part>... [options]

parts
  all           everything below, and one summary table
  enabled       latency of an enabled call, 1 and 2 threads
  sustained     text records a second to a file, and what was lost
  json          the same with 5 fields as JSON
  disabled      a call refused at run time
  memory        peak memory under overload
  idle          CPU time while nobody logs
  instructions  per call, on the caller's thread (needs valgrind)
  encode        a struct of 8 fields by its derive
  rotation      throughput, calls and pauses with files that are rotated and compressed
  handlers      the worker's way of a record through levels, filters and routing
  redaction     rules and scanners, per record and MB/s (rlog only)
  build         crates and seconds of a hello world (runs cargo)
  callsites     compile time and bytes of 1,000 callsites (runs cargo)
  floor         what a compiled-out call leaves behind (runs cargo, needs binutils)
  derive        compile time of the derive on 200 types, against serde's (runs cargo)
  errors        time to report a file of 100 mistakes (runs cargo)

options
  --quick           a short run, to see that all works
  --rounds N        rounds over all peers, interleaved (default 5, with --quick 1)
  --peers A,B       only these (the reference `tracing` is needed for ratios)
  --scratch DIR     where log files and generated crates go (default: beside the executable)";

/// The order in which `all` runs them.
pub(crate) const PARTS: &[&str] = &[
    "enabled",
    "sustained",
    "json",
    "disabled",
    "memory",
    "idle",
    "instructions",
    "encode",
    "rotation",
    "handlers",
    "redaction",
    "build",
    "callsites",
    "floor",
    "derive",
    "errors",
];

impl Options {
    pub(crate) fn parse(args: &[String]) -> Result<Self> {
        let (mut parts, mut quick, mut rounds, mut names, mut scratch) = (Vec::new(), false, None, None, None);
        let mut args = args.iter();
        while let Some(arg) = args.next() {
            let mut value = || args.next().ok_or_else(|| format!("`{arg}` needs a value"));
            match arg.as_str() {
                "--quick" => quick = true,
                "--rounds" => rounds = Some(value()?.parse::<usize>()?.max(1)),
                "--peers" => names = Some(value()?.clone()),
                "--scratch" => scratch = Some(PathBuf::from(value()?)),
                "all" => parts = PARTS.to_vec(),
                part => parts.push(known(PARTS, part)?),
            }
        }
        if parts.is_empty() {
            return Err("no part given".into());
        }
        let peers = match names {
            None => peers::NAMES.to_vec(),
            Some(names) => names.split(',').map(|name| known(peers::NAMES, name)).collect::<Result<_>>()?,
        };
        let scratch = scratch.map_or_else(default_scratch, Ok)?;
        fs::create_dir_all(&scratch)?;
        // Absolute, because cargo is run from other folders.
        let scratch = scratch.canonicalize()?;
        Ok(Self { parts, quick, rounds: rounds.unwrap_or(if quick { 1 } else { 5 }), peers, scratch })
    }
}

fn known(list: &[&'static str], name: &str) -> Result<&'static str> {
    list.iter()
        .copied()
        .find(|known| *known == name)
        .ok_or_else(|| format!("`{name}` is not known here; expected one of: {}", list.join(", ")).into())
}

/// The target directory is on a disk nearly everywhere; `/tmp` often is not.
fn default_scratch() -> Result<PathBuf> {
    let executable = env::current_exe()?;
    let folder = executable.parent().ok_or("the executable has no folder")?;
    Ok(folder.join("bench-scratch"))
}
