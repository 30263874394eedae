//! What is measured of a running peer. Each file holds one measurement: what the child does with its peer, and the
//! columns of the table. `run.rs` starts the children.

use std::path::PathBuf;
use std::process::Command;

pub(crate) mod disabled;
pub(crate) mod enabled;
pub(crate) mod encode;
pub(crate) mod handlers;
pub(crate) mod idle;
pub(crate) mod instructions;
pub(crate) mod memory;
#[cfg(feature = "rlog")]
pub(crate) mod redaction;
pub(crate) mod rotation;
pub(crate) mod throughput;

use crate::peers::{Format, Peer};
use crate::report::{Figure, Samples};
use crate::sys::affinity::{Cpus, pin};
use crate::{Result, peers};

/// One table of figures that children measure.
pub(crate) struct Part {
    pub(crate) heading: &'static str,
    /// What the figures include, for the reader of the table.
    pub(crate) note: &'static str,
    pub(crate) figures: &'static [Figure],
    pub(crate) work: Work,
    /// Fewer rounds for what hardly varies and takes long.
    pub(crate) max_rounds: usize,
}

/// What a child shall do, apart from which peer it starts and where the file is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Work {
    pub(crate) kind: Kind,
    /// Calls, bursts or seconds, as the kind has it.
    pub(crate) count: u64,
    pub(crate) threads: usize,
}

/// The programs of a child.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Enabled,
    Sustained,
    Json,
    Disabled,
    Memory,
    Idle,
    EnabledLoop,
    DisabledLoop,
    RotationRate,
    RotationCall,
    RotationPause,
}

/// Everything a child needs to know.
pub(crate) struct Job {
    pub(crate) work: Work,
    pub(crate) destination: PathBuf,
}

impl Part {
    /// Whether this peer can take part at all.
    pub(crate) fn suits(&self, peer: &str) -> bool {
        self.work.kind != Kind::Json || !peers::WITHOUT_JSON.contains(&peer)
    }
}

impl Job {
    /// Appends this job and the peer to a command line that [`from_args`](Self::from_args) reads.
    pub(crate) fn add_to(&self, command: &mut Command, peer: &str) {
        let Work { kind, count, threads } = &self.work;
        command.args(["child", peer, &format!("{kind:?}"), &count.to_string(), &threads.to_string()]);
        command.arg(&self.destination);
        // The user's levels must not turn the disabled calls on.
        command.env_remove("RUST_LOG").env_remove("RLOG");
    }

    /// Reads what follows `child <peer>`.
    pub(crate) fn from_args(args: &[String]) -> Result<Self> {
        let [kind, count, threads, destination] = args else { return Err("child: four arguments expected".into()) };
        let kind = KINDS.iter().copied().find(|candidate| format!("{candidate:?}") == *kind);
        let kind = kind.ok_or("child: unknown kind of work")?;
        let work = Work { kind, count: count.parse()?, threads: threads.parse()? };
        Ok(Self { work, destination: destination.into() })
    }
}

/// In the child: does the job with this peer.
pub(crate) fn run_as(peer: &str, job: &Job) -> Result<Samples> {
    match peer {
        #[cfg(feature = "rlog")]
        _ if matches!(job.work.kind, Kind::RotationRate | Kind::RotationCall | Kind::RotationPause) => {
            rotation::child(peer, job)
        }
        "nothing" => run::<peers::nothing::Nothing>(job),
        #[cfg(feature = "rlog")]
        "rlog" => run::<peers::rlog::Rlog>(job),
        "tracing" => run::<peers::tracing::Tracing>(job),
        "log_env_logger" => run::<peers::log_env_logger::LogEnvLogger>(job),
        "flexi_logger" => run::<peers::flexi_logger::FlexiLogger>(job),
        "slog" => run::<peers::slog::Slog>(job),
        "spdlog_rs" => run::<peers::spdlog_rs::SpdlogRs>(job),
        _ => Err(format!("no peer named `{peer}`").into()),
    }
}

fn run<P: Peer>(job: &Job) -> Result<Samples> {
    match job.work.kind {
        Kind::Enabled => enabled::child::<P>(job),
        Kind::Sustained => throughput::child::<P>(job, Format::Text),
        Kind::Json => throughput::child::<P>(job, Format::Json),
        Kind::Disabled => disabled::child::<P>(job),
        Kind::Memory => memory::child::<P>(job),
        Kind::Idle => idle::child::<P>(job),
        Kind::EnabledLoop => instructions::enabled_child::<P>(job),
        Kind::DisabledLoop => instructions::disabled_child::<P>(job),
        kind => Err(format!("{kind:?} is not for peers").into()),
    }
}

/// Starts the peer with its threads on the worker CPU and leaves the calling thread on the producer CPU.
fn start_pinned<P: Peer>(job: &Job, format: Format) -> Result<P> {
    let cpus = Cpus::choose();
    pin(cpus.worker);
    let peer = P::start(&job.destination, format)?;
    pin(cpus.producer);
    Ok(peer)
}

/// Samples from pairs.
fn samples<const N: usize>(pairs: [(&str, f64); N]) -> Samples {
    pairs.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}

const KINDS: &[Kind] = &[
    Kind::Enabled,
    Kind::Sustained,
    Kind::Json,
    Kind::Disabled,
    Kind::Memory,
    Kind::Idle,
    Kind::EnabledLoop,
    Kind::DisabledLoop,
    Kind::RotationRate,
    Kind::RotationCall,
    Kind::RotationPause,
];
