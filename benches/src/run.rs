//! Children: one process per peer and round, peers in turns within a round.
//!
//! Interleaving spreads the machine's good and bad minutes over all peers; the order rotates from round to round, so that
//! nobody always runs after the same neighbour.

use std::io::Read;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use std::{fs, thread};

use crate::Result;
use crate::cli::Options;
use crate::measure::{Job, Part, Work};
use crate::report::{Row, Samples, Table};

/// Runs one part over all peers and rounds.
pub(crate) fn interleaved(part: Part, options: &Options) -> Table {
    let rounds = options.rounds.min(part.max_rounds);
    let mut rows: Vec<Row> =
        options.peers.iter().filter(|peer| part.suits(peer)).map(|&peer| Row::new(peer, Some(peer))).collect();
    let count = rows.len();
    for round in 0..rounds {
        for turn in 0..count {
            let row = &mut rows[(turn + round) % count];
            eprintln!("{}: round {} of {rounds}, {}", part.heading, round + 1, row.label);
            row.rounds.push(reported(&row.label, child(options, &row.label, part.work.clone())));
        }
    }
    Table { heading: part.heading.to_owned(), note: part.note, figures: part.figures.to_vec(), rows }
}

/// A failure is told on stderr and leaves a gap in the table; the other peers go on.
pub(crate) fn reported(label: &str, samples: Result<Samples>) -> Option<Samples> {
    samples.inspect_err(|error| eprintln!("{label}: {error}")).ok()
}

/// Starts one child and reads its samples.
pub(crate) fn child(options: &Options, peer: &str, work: Work) -> Result<Samples> {
    // A new name each time: a peer that appends, or refuses an existing file, behaves as on its first day.
    let destination = unused_path(options, peer);
    let job = Job { work, destination };
    let mut command = Command::new(std::env::current_exe()?);
    job.add_to(&mut command, peer);
    let output = output_in_time(&mut command);
    let _ = fs::remove_file(&job.destination);
    parse(&output?)
}

fn unused_path(options: &Options, peer: &str) -> PathBuf {
    (0..).map(|n| options.scratch.join(format!("{peer}-{n}.log"))).find(|path| !path.exists()).expect("a free name")
}

/// What the child printed. A child that takes too long is killed: one peer's deadlock must not end the run.
fn output_in_time(command: &mut Command) -> Result<String> {
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn()?;
    let mut stdout = child.stdout.take().ok_or("the child has no stdout")?;
    let child = Mutex::new(child);
    let (done, wait) = channel::<()>();
    let mut output = String::new();
    let status = thread::scope(|scope| {
        let child = &child;
        // A thread that sleeps until the end costs the measurement nothing; polling the child would.
        scope.spawn(move || {
            if wait.recv_timeout(TIMEOUT) == Err(RecvTimeoutError::Timeout) {
                let _ = lock(child).kill();
            }
        });
        // The pipe ends when the child does; the lock is free meanwhile.
        let read = stdout.read_to_string(&mut output);
        drop(done);
        let status = lock(child).wait();
        read.and(status)
    })?;
    if !status.success() {
        return Err(format!("the child ended with {status}").into());
    }
    Ok(output)
}

fn lock(child: &Mutex<Child>) -> MutexGuard<'_, Child> {
    child.lock().unwrap_or_else(PoisonError::into_inner)
}

/// `key value` lines, marked because a library may print to stdout as well.
fn parse(output: &str) -> Result<Samples> {
    let lines = output.lines().filter_map(|line| line.strip_prefix(MARK));
    let samples = lines.map(|line| {
        let (key, value) = line.trim().split_once(' ').ok_or("a sample without a value")?;
        Ok((key.to_owned(), value.parse()?))
    });
    samples.collect()
}

/// In the child: hands the samples to [`parse`].
pub(crate) fn print_samples(samples: &Samples) {
    for (key, value) in samples {
        println!("{MARK} {key} {value}");
    }
}

const MARK: &str = "sample";
const TIMEOUT: Duration = Duration::from_secs(600);
