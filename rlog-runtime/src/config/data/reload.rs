//! A configuration file that is read again when it changes.
//!
//! A thread of its own looks at the file's modification time, size and number, once a second: that costs one system call,
//! works on every file system, and sees a file that is replaced as editors and Kubernetes replace it. What has changed is
//! read, checked as a whole, and only then put into the place of what is in service, by [`Builder::replace`]. Whatever is
//! wrong with it changes nothing.
//!
//! [`Builder::replace`]: crate::Builder::replace

use super::Loader;
use super::apply::Ready;
#[cfg(all(feature = "signals", unix))]
use super::hangup::Hangup;
use super::report::Report;
use crate::config::{Guard, InitError, version};
use crate::trouble::{self, Trouble};
use crate::worker::notices;
use core::time::Duration;
use std::fs;
use std::path::{Path, PathBuf};
use std::string::{String, ToString};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::SystemTime;
use std::vec::Vec;
use std::{fmt, io};

/// Watches the configuration file that the logger was initialised from.
///
/// Made by [`Loader::watch`]. Dropping it ends the watching and writes out what has been logged, as a [`Guard`] does; the
/// logger stays in service.
#[must_use = "dropped here, it would watch nothing; bind it for as long as `main` runs"]
pub struct Watcher {
    watch: Arc<Watch>,
    thread: Option<JoinHandle<()>>,
    #[cfg(all(feature = "signals", unix))]
    hangup: Option<Hangup>,
    guard: Guard,
}

/// What came of looking at a configuration file.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reload {
    /// It says what it said before.
    Unchanged,
    /// It is in service, as this [version](crate::config::version()).
    Applied {
        /// The version.
        version: u64,
    },
    /// Something is wrong with it, and what was in service still is. It is not tried again before it changes.
    Refused {
        /// What is wrong, a text for each problem.
        problems: Vec<String>,
    },
}

impl Loader {
    /// How often [`Loader::watch`] looks whether the file has changed: once a second if not set.
    pub fn interval(mut self, interval: Duration) -> Self {
        self.interval = interval.max(SHORTEST);
        self
    }

    /// Whether [`Loader::watch`] reads the file again on SIGHUP, even if it is as before: files are opened anew then. It does
    /// if this is not called, where the feature `signals` is on and the system has signals.
    pub fn hangup(mut self, hangup: bool) -> Self {
        self.hangup = hangup;
        self
    }

    /// Puts the logger into service and watches the file from then on: when it changes, what it says is put into the place of
    /// what was in service, without a record being lost or written twice.
    ///
    /// A file that is wrong changes nothing. Each problem, with line and column, is told on stderr and as a record of the
    /// target `rlog` at WARN. So does one that is empty, as it is while somebody writes it: write the new file beside it and
    /// rename it, so that there is no moment at which half of it is there.
    ///
    /// ```no_run
    /// use rlog_runtime::config::Loader;
    ///
    /// # fn main() -> Result<(), rlog_runtime::InitError> {
    /// let watcher = Loader::new("logging.toml").watch()?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As for [`Loader::init`], when no thread can be started, or when it is no file that is read.
    #[track_caller]
    pub fn watch(&self) -> Result<Watcher, InitError> {
        let (watch, guard) = self.begin()?;
        let watch = Arc::new(watch);
        let on_its_thread = Arc::clone(&watch);
        let builder = thread::Builder::new().name("rlog-config".into());
        let thread = builder.spawn(move || on_its_thread.run()).map_err(|error| {
            InitError::from(Report::of(std::format!("cannot start the thread that watches the configuration: {error}")))
        })?;
        #[cfg(all(feature = "signals", unix))]
        let hangup = if self.hangup {
            let on_signal = Arc::clone(&watch);
            let hangup = Hangup::new(move || on_signal.demand())
                .map_err(|error| InitError::from(Report::of(std::format!("cannot watch for SIGHUP: {error}"))));
            match hangup {
                Ok(hangup) => Some(hangup),
                Err(error) => {
                    watch.stop();
                    let _ = thread.join();
                    return Err(error);
                }
            }
        } else {
            None
        };
        Ok(Watcher {
            watch,
            thread: Some(thread),
            #[cfg(all(feature = "signals", unix))]
            hangup,
            guard,
        })
    }

    /// Puts the logger into service, and remembers the file as it was then.
    #[track_caller]
    fn begin(&self) -> Result<(Watch, Guard), InitError> {
        let Some(path) = self.file() else {
            return Err(Report::of("only a file can be watched; call `init`".into()).into());
        };
        // Before the file is read: a change in between is seen later.
        let stamp = Stamp::of(path);
        let (text, tree) = self.parse()?;
        let guard = self.ready(&text, &tree)?.init()?;
        let state = State { stamp, text: Some(text), demanded: false, stopped: false };
        let watch = Watch { path: path.into(), loader: self.clone(), state: Mutex::new(state), wake: Condvar::new() };
        Ok((watch, guard))
    }
}

impl Watcher {
    /// Looks at the file now, and puts it into service if it has changed.
    ///
    /// # Blocking
    /// As [`Builder::replace`](crate::Builder::replace), until old handlers are closed.
    pub fn poll_now(&self) -> Reload {
        self.watch.poll(false)
    }

    /// Reads the file now and puts it into service, even if it is as before, as SIGHUP does. What was changed in the running
    /// program, such as by [`set_level`](crate::set_level), is then as the file has it again.
    ///
    /// # Blocking
    /// As [`Builder::replace`](crate::Builder::replace), until old handlers are closed.
    pub fn reload(&self) -> Reload {
        self.watch.poll(true)
    }

    /// Goes on watching until the process ends.
    pub fn detach(mut self) {
        self.thread = None;
        #[cfg(all(feature = "signals", unix))]
        if let Some(hangup) = self.hangup.take() {
            hangup.detach();
        }
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        #[cfg(all(feature = "signals", unix))]
        drop(self.hangup.take());
        if let Some(thread) = self.thread.take() {
            self.watch.stop();
            // It panics over nothing, and its panic would be told already.
            let _ = thread.join();
        }
    }
}

impl fmt::Debug for Watcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watcher")
            .field("loader", &self.watch.loader)
            .field("guard", &self.guard)
            .finish_non_exhaustive()
    }
}

const SHORTEST: Duration = Duration::from_millis(10);

/// A file that is being watched.
struct Watch {
    path: PathBuf,
    loader: Loader,
    state: Mutex<State>,
    /// For a stop, or for a demand to look at once.
    wake: Condvar,
}

struct State {
    /// The file when it was last read.
    stamp: io::Result<Stamp>,
    /// What is in service.
    text: Option<String>,
    demanded: bool,
    stopped: bool,
}

impl Watch {
    /// Looks again and again until it is stopped.
    fn run(&self) {
        loop {
            let mut state = self.lock();
            if !state.demanded && !state.stopped {
                let waited = self.wake.wait_timeout(state, self.loader.interval);
                state = waited.unwrap_or_else(PoisonError::into_inner).0;
            }
            if state.stopped {
                return;
            }
            let demanded = core::mem::take(&mut state.demanded);
            drop(state);
            self.poll(demanded);
        }
    }

    fn stop(&self) {
        self.lock().stopped = true;
        self.wake.notify_all();
    }

    /// Has the thread read the file, whether it has changed or not.
    #[cfg(all(feature = "signals", unix))]
    fn demand(&self) {
        self.lock().demanded = true;
        self.wake.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn poll(&self, demanded: bool) -> Reload {
        static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
        let _one = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
        let stamp = Stamp::of(&self.path);
        if !demanded && same(&self.lock().stamp, &stamp) {
            return Reload::Unchanged;
        }
        let parsed = self.loader.parse();
        if !same(&Stamp::of(&self.path), &stamp) && !demanded {
            // Somebody is writing it. The next look will find it whole.
            return Reload::Unchanged;
        }
        let before = {
            let mut state = self.lock();
            state.stamp = stamp;
            state.text.clone()
        };
        let (text, outcome) = match parsed {
            Ok((text, _)) if !demanded && before.as_ref() == Some(&text) => return Reload::Unchanged,
            // Nobody means that, where there was more. It is what a file is while it is written in its place.
            Ok((text, _)) if is_blank(&text) && before.as_deref().is_none_or(|before| !is_blank(before)) => {
                let way_out = "write the new file beside it and rename it";
                (None, Err(self.loader.whole(std::format!("is empty, as if it were being written; {way_out}")).into()))
            }
            Ok((text, tree)) => {
                let ready = self.loader.ready(&text, &tree).map_err(InitError::from);
                (Some(text), ready.and_then(Ready::replace))
            }
            Err(report) => (None, Err(report.into())),
        };
        match outcome {
            Ok(()) => {
                self.lock().text = text;
                Reload::Applied { version: version() }
            }
            Err(error) => self.refuse(&error),
        }
    }

    /// Tells what is wrong.
    fn refuse(&self, error: &InitError) -> Reload {
        let path = self.path.display().to_string();
        let problems: Vec<_> = error.problems().map(String::from).collect();
        // Most say themselves of which file they are.
        let of = |problem: &String| match problem.contains(&*path) {
            true => problem.clone(),
            false => std::format!("{path}: {problem}"),
        };
        let told: Vec<_> = problems.iter().map(of).collect();
        for problem in &told {
            notices::configuration(std::format!("a changed configuration is not applied: {problem}"));
        }
        let all = told.join("; ");
        trouble::report(Trouble::Configuration, format_args!("a changed configuration is not applied: {all}"));
        Reload::Refused { problems }
    }
}

fn is_blank(text: &str) -> bool {
    text.trim().is_empty()
}

/// What changes when a file does.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Stamp {
    modified: Option<SystemTime>,
    length: u64,
    /// Device and number: another file may be under the name.
    #[cfg(unix)]
    file: (u64, u64),
}

impl Stamp {
    fn of(path: &Path) -> io::Result<Self> {
        let metadata = fs::metadata(path)?;
        Ok(Self {
            modified: metadata.modified().ok(),
            length: metadata.len(),
            #[cfg(unix)]
            file: {
                use std::os::unix::fs::MetadataExt;
                (metadata.dev(), metadata.ino())
            },
        })
    }
}

/// Whether there is nothing new. A file that cannot be looked at is told once.
fn same(one: &io::Result<Stamp>, other: &io::Result<Stamp>) -> bool {
    match (one, other) {
        (Ok(one), Ok(other)) => one == other,
        (Err(one), Err(other)) => one.kind() == other.kind() && one.to_string() == other.to_string(),
        _ => false,
    }
}
