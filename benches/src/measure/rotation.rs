//! `rotation`: what it costs that files are rotated and compressed while lines are written. Only of rlog.
//!
//! Each row is a way to treat the file, in a child process of its own, in turns within a round. Ratios are to the row of the
//! plain file in the same round.
//!
//! `rate` is the part `sustained` once more. To see what compression costs if a core is free for it, the threads that log and
//! write share one CPU, and the thread `rlog-files` has the other; rows named `unpinned` let the system decide, which on two
//! CPUs means that three busy threads share them. What is left to compress at the end is not waited for.
//!
//! `call` is the part `enabled` once more, with files so small that some are rotated every second.
//!
//! `pause` is what the worker is kept from its work by one rotation. The handler runs on the thread that logs, which asks for
//! a rotation, and so sees what the worker would; a call that only writes is subtracted.

use crate::Result;
use crate::cli::Options;
use crate::report::{Figure, Table};

#[cfg(feature = "rlog")]
pub(crate) use subjects::{child, tables};

#[cfg(not(feature = "rlog"))]
pub(crate) fn tables(_: &Options) -> Result<Vec<Table>> {
    let _ = (NOTES, RATE, CALL, PAUSE);
    Err("there is nothing to rotate without rlog".into())
}

#[cfg(feature = "rlog")]
mod subjects {
    use super::*;
    use crate::measure::throughput::lines_and_bytes;
    use crate::measure::{Job, Kind, Work, samples};
    use crate::report::{Row, Samples, percentile};
    use crate::run;
    use crate::sys::affinity::{Cpus, pin, pin_thread};
    use crate::sys::clock::{Scale, spin, ticks};
    use crate::sys::usage::thread_seconds;
    use crate::work::{BURST, ms, user};
    use rlog::{Compression, File, FileStats, HandlerBuilder, IntoHandler, Rotation, info};
    use std::path::{Path, PathBuf};
    use std::time::{Duration, Instant};
    use std::{fs, thread};

    /// The rows, by the names that children are called by.
    const WAYS: [&str; 6] = [
        "plain file",
        "64 MB files",
        "64 MB files, gzip",
        "plain file, unpinned",
        "64 MB files, unpinned",
        "64 MB files, gzip, unpinned",
    ];
    const CALL_WAYS: [&str; 3] = ["plain file", "256 kB files", "256 kB files, gzip"];
    const PAUSE_WAYS: [&str; 3] = ["1 MB files", "1 MB files, gzip", "64 MB files, gzip"];

    pub(crate) fn tables(options: &Options) -> Result<Vec<Table>> {
        let quick = options.quick;
        let lines = if quick { 1_500_000 } else { 8_000_000 };
        let bursts = if quick { 2_000 } else { 20_000 };
        Ok(vec![
            table("Rotation: sustained text", NOTES[0], RATE, &WAYS, (Kind::RotationRate, lines), options),
            table("Rotation: enabled call", NOTES[1], CALL, &CALL_WAYS, (Kind::RotationCall, bursts), options),
            table(
                "Rotation: pause of the worker",
                NOTES[2],
                PAUSE,
                &PAUSE_WAYS,
                (Kind::RotationPause, if quick { 20 } else { 200 }),
                options,
            ),
        ])
    }

    fn table(
        heading: &str,
        note: &'static str,
        figures: &[Figure],
        ways: &[&str],
        (kind, count): (Kind, u64),
        options: &Options,
    ) -> Table {
        let mut rows: Vec<Row> = ways.iter().map(|&way| Row::new(way, None)).collect();
        for round in 0..options.rounds {
            for turn in 0..rows.len() {
                let index = (turn + round) % ways.len();
                let row = &mut rows[index];
                eprintln!("{heading}: round {}, {}", round + 1, row.label);
                let work = Work { kind, count, threads: 1 };
                row.rounds.push(run::reported(&row.label, run::child(options, &row.label, work)));
            }
        }
        for round in 0..options.rounds {
            let rate_of = |row: &Row| row.rounds[round].as_ref().and_then(|samples| samples.get("rate").copied());
            let rates: Vec<_> = rows.iter().map(rate_of).collect();
            for (index, row) in rows.iter_mut().enumerate() {
                // The plain file of the three that are pinned, or of the three that are not.
                let reference = rates[index / 3 * 3];
                if let (Some(samples), Some(rate), Some(reference)) = (&mut row.rounds[round], rates[index], reference)
                {
                    samples.insert("of_plain".into(), 100.0 * rate / reference);
                }
            }
        }
        Table { heading: heading.into(), note, figures: figures.to_vec(), rows }
    }

    /// In the child: `way` is the name of a row.
    pub(crate) fn child(way: &str, job: &Job) -> Result<Samples> {
        let directory = Directory(job.destination.with_extension("files"));
        fs::create_dir_all(&directory.0)?;
        let path = directory.0.join("app.log");
        match job.work.kind {
            Kind::RotationRate => rate(way, &path, job.work.count),
            Kind::RotationCall => call(way, &path, job.work.count as usize),
            _ => pause(way, &path, job.work.count as usize),
        }
    }

    /// Removed with all files, however many they have become.
    struct Directory(PathBuf);

    impl Drop for Directory {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    fn handler(way: &str, path: &Path) -> HandlerBuilder {
        let mut file = File::new(path);
        if let Some(size) = way.split(" files").next().filter(|_| way.contains(" files")) {
            file = file.rotation(Rotation::size(size));
        }
        if way.contains("gzip") {
            file = file.compression(Compression::gzip());
        }
        file.into_handler()
    }

    fn rate(way: &str, path: &Path, count: u64) -> Result<Samples> {
        let is_pinned = !way.contains("unpinned");
        let cpus = Cpus::choose();
        if is_pinned {
            pin(cpus.worker);
        }
        let _guard = rlog::builder().handler(handler(way, path)).init()?;
        log(0);
        flush()?;
        if is_pinned && way.contains(" files") {
            pin_thread(thread_named("rlog-files")?, cpus.producer);
        }
        let start = Instant::now();
        (1..count as i64).for_each(log);
        flush()?;
        let wall = start.elapsed().as_secs_f64();
        let stats = stats();
        let mut lines = 0;
        if way.contains("gzip") {
            // Unpacking is no part of this; that each line is there is what the tests of the file handler show.
            lines = stats.lines;
        } else {
            for entry in fs::read_dir(path.parent().ok_or("no directory")?)? {
                lines += lines_and_bytes(&entry?.path())?.0;
            }
            // The lock holds a name.
            lines -= u64::from(stats.rotations > 0);
        }
        Ok(samples([
            ("rate", count as f64 / wall / 1e6),
            ("lost", count as f64 - lines as f64),
            ("rotations", stats.rotations as f64),
            ("compressed", stats.compressions as f64),
        ]))
    }

    fn call(way: &str, path: &Path, count: usize) -> Result<Samples> {
        const WARM_UP: usize = 100;
        let cpus = Cpus::choose();
        pin(cpus.worker);
        let _guard = rlog::builder().handler(handler(way, path)).init()?;
        log(0);
        flush()?;
        pin(cpus.producer);
        let scale = Scale::open();
        let mut bursts = Vec::with_capacity(WARM_UP + count);
        let mut id = 1;
        for _ in 0..WARM_UP + count {
            spin(Duration::from_millis(1));
            let start = ticks();
            for _ in 0..BURST {
                log(id);
                id += 1;
            }
            bursts.push((ticks() - start) as f64);
        }
        flush()?;
        let mut bursts = bursts.split_off(WARM_UP);
        let ns = scale.ns_per_tick() / BURST as f64;
        bursts.iter_mut().for_each(|burst| *burst *= ns);
        bursts.sort_by(f64::total_cmp);
        let at = |percent| percentile(&bursts, percent);
        let rotations = stats().rotations as f64;
        Ok(samples([("p50", at(50.0)), ("p99", at(99.0)), ("p999", at(99.9)), ("rotations", rotations)]))
    }

    fn pause(way: &str, path: &Path, count: usize) -> Result<Samples> {
        const ALMOST: u64 = 30_000;
        // As many lines as fill such a file; fewer of the large ones, which take a while.
        let (bytes, count) = if way.starts_with("64") { (64_000_000, count / 10) } else { (1_000_000, count) };
        let _guard = rlog::builder().handler(handler(way, path).sync()).init()?;
        let mut id = 0;
        let (mut pauses, mut work, mut usual) = (Vec::with_capacity(count), Vec::with_capacity(count), Vec::new());
        while pauses.len() < count {
            let rotations = stats().rotations;
            while fs::metadata(path)?.len() < bytes - ALMOST {
                (id..id + 100).for_each(log);
                id += 100;
            }
            // The next lines one by one, one of which finds the file full.
            loop {
                let used = thread_seconds();
                let start = Instant::now();
                log(id);
                let took = start.elapsed().as_secs_f64() * 1e6;
                let used = (thread_seconds() - used) * 1e6;
                id += 1;
                if stats().rotations > rotations {
                    pauses.push(took);
                    work.push(used);
                    break;
                }
                usual.push(took);
            }
        }
        usual.sort_by(f64::total_cmp);
        let usual = percentile(&usual, 50.0);
        pauses.iter_mut().for_each(|pause| *pause -= usual);
        pauses.sort_by(f64::total_cmp);
        work.sort_by(f64::total_cmp);
        let at = |percent| percentile(&pauses, percent);
        Ok(samples([
            ("rotations", pauses.len() as f64),
            ("cpu50", percentile(&work, 50.0)),
            ("cpu99", percentile(&work, 99.0)),
            ("p50", at(50.0)),
            ("p99", at(99.0)),
            ("most", at(100.0)),
            ("usual", usual),
        ]))
    }

    #[inline(always)]
    fn log(id: i64) {
        let (ms, user) = (ms(id), user(id));
        info!("request {id} took {ms} for {user}");
    }

    fn flush() -> Result<()> {
        if rlog::flush(Duration::from_secs(60)) { Ok(()) } else { Err("rlog::flush timed out".into()) }
    }

    fn stats() -> FileStats {
        rlog::stats().handlers.into_iter().find_map(|handler| handler.file).unwrap_or_default()
    }

    /// A thread of this process. It may not have begun yet.
    fn thread_named(name: &str) -> Result<i32> {
        for _ in 0..1_000 {
            for entry in fs::read_dir("/proc/self/task")? {
                let task = entry?.path();
                if fs::read_to_string(task.join("comm")).is_ok_and(|comm| comm.trim_end() == name) {
                    let id = task.file_name().and_then(|id| id.to_str()).ok_or("no thread")?;
                    return Ok(id.parse()?);
                }
            }
            thread::sleep(Duration::from_millis(1));
        }
        Err(format!("there is no thread `{name}`").into())
    }
}

const NOTES: [&str; 3] = [
    "One thread, as fast as it can; from the first call to the end of `flush`. Logging and writing on one CPU, compressing on \
     another, but for the unpinned rows. `of plain`: per cent of the rate of the plain file above, in the same round.",
    "Average of a burst of 20 calls, 1 ms of spinning between bursts.",
    "Of the call that finds the file full, in µs, without what a call that only writes takes (`usual`). On the thread that \
     logs, since that sees what the worker does. `CPU`: what the thread has worked meanwhile; the rest is waiting, for the \
     disk, or for a CPU that others use.",
];

const RATE: &[Figure] = &[
    Figure::median("rate", "M records/s", 2),
    Figure::median("of_plain", "% of plain", 1),
    Figure::median("lost", "lost", 0),
    Figure::median("rotations", "rotations", 0),
    Figure::median("compressed", "compressed meanwhile", 0),
];

const CALL: &[Figure] = &[
    Figure::median("p50", "p50 ns", 1),
    Figure::median("p99", "p99 ns", 1),
    Figure::median("p999", "p99.9 ns", 1),
    Figure::median("rotations", "rotations", 0),
];

const PAUSE: &[Figure] = &[
    Figure::median("rotations", "rotations", 0),
    Figure::median("p50", "p50 µs", 1),
    Figure::median("p99", "p99 µs", 1),
    Figure::median("most", "most µs", 1),
    Figure::median("cpu50", "CPU p50 µs", 1),
    Figure::median("cpu99", "CPU p99 µs", 1),
    Figure::median("usual", "usual µs", 2),
];
