//! Threads and futures that join the capture of a test.

use super::capture::Capture;
use super::future::Instrumented;
use super::scope::{self, Scope};
use core::future::Future;
use core::marker::PhantomData;
use std::fmt;
use std::sync::Arc;
use std::thread;

/// Lets other threads and futures join a [`Capture`]. Clones are of the same capture, and it may outlive it: to join a
/// capture that has ended is to join the one around it, or none.
///
/// ```
/// # #[macro_use] mod rlog { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/testing/example.rs")); }
/// use rlog_runtime::testing::capture;
/// use std::thread;
///
/// let capture = capture();
/// let handle = capture.handle();
/// thread::spawn(move || {
///     let _joined = handle.join();
///     info!("from the thread");
/// })
/// .join()
/// .unwrap();
/// assert_eq!(capture.records().messages(), ["from the thread"]);
/// ```
#[derive(Clone)]
pub struct Handle {
    pub(super) scope: Arc<Scope>,
}

/// The innermost capture that this thread belongs to, if any: for code that starts threads of its own and is to take the
/// capture of a test along.
///
/// ```
/// use rlog_runtime::testing::{capture, current};
///
/// assert!(current().is_none());
/// let _capture = capture();
/// assert!(current().is_some());
/// ```
#[must_use]
pub fn current() -> Option<Handle> {
    scope::current().map(|scope| Handle { scope })
}

impl Handle {
    /// Makes this thread belong to the capture until the guard is dropped, in place of any other.
    #[must_use = "the thread leaves the capture when this is dropped"]
    pub fn join(&self) -> Joined {
        Joined { before: scope::replace(Some(Arc::clone(&self.scope))), not_send: PhantomData }
    }

    /// A closure that joins the capture while it runs, for any way to start a thread.
    ///
    /// ```
    /// # #[macro_use] mod rlog { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/testing/example.rs")); }
    /// use rlog_runtime::testing::capture;
    ///
    /// let capture = capture();
    /// std::thread::scope(|scope| {
    ///     for n in 0..3 {
    ///         scope.spawn(capture.wrap(move || info!("worked", n = n)));
    ///     }
    /// });
    /// assert_eq!(capture.len(), 3);
    /// ```
    pub fn wrap<R, F: FnOnce() -> R>(&self, run: F) -> impl FnOnce() -> R + use<R, F> {
        let handle = self.clone();
        move || {
            let _joined = handle.join();
            run()
        }
    }

    /// [`std::thread::spawn`] of a thread that belongs to the capture.
    pub fn spawn<R: Send + 'static>(&self, run: impl FnOnce() -> R + Send + 'static) -> thread::JoinHandle<R> {
        thread::spawn(self.wrap(run))
    }

    /// A future that belongs to the capture on whatever thread it is polled: for what is spawned on an executor with
    /// threads of its own.
    ///
    /// ```
    /// # #[macro_use] mod rlog { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/testing/example.rs")); }
    /// use rlog_runtime::testing::capture;
    /// # use std::pin::pin;
    /// # use std::task::{Context, Waker};
    ///
    /// let capture = capture();
    /// let task = capture.instrument(async { info!("from the task") });
    /// # std::thread::spawn(|| {
    /// #     assert!(pin!(task).poll(&mut Context::from_waker(Waker::noop())).is_ready());
    /// # }).join().unwrap();
    /// // .. spawn it, on any executor, and wait for it ..
    /// assert_eq!(capture.records().messages(), ["from the task"]);
    /// ```
    pub fn instrument<F: Future>(&self, future: F) -> Instrumented<F> {
        Instrumented::new(future, Arc::clone(&self.scope))
    }
}

/// The same as those of its [`Handle`].
impl Capture {
    /// Lets other threads and futures join.
    #[must_use]
    pub fn handle(&self) -> Handle {
        Handle { scope: Arc::clone(self.scope()) }
    }

    /// [`Handle::wrap`]: a closure that joins while it runs.
    pub fn wrap<R, F: FnOnce() -> R>(&self, run: F) -> impl FnOnce() -> R + use<R, F> {
        self.handle().wrap(run)
    }

    /// [`Handle::spawn`]: a thread that joins.
    pub fn spawn<R: Send + 'static>(&self, run: impl FnOnce() -> R + Send + 'static) -> thread::JoinHandle<R> {
        self.handle().spawn(run)
    }

    /// [`Handle::instrument`]: a future that joins wherever it is polled.
    pub fn instrument<F: Future>(&self, future: F) -> Instrumented<F> {
        self.handle().instrument(future)
    }
}

/// While it lives, the thread belongs to a capture. Made by [`Handle::join`].
#[must_use = "the thread leaves the capture when this is dropped"]
pub struct Joined {
    before: Option<Arc<Scope>>,
    /// It is about the thread that it was made on.
    not_send: PhantomData<*const ()>,
}

impl Drop for Joined {
    fn drop(&mut self) {
        scope::replace(self.before.take());
    }
}

impl fmt::Debug for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Handle").field("records", &self.scope.records().len()).finish_non_exhaustive()
    }
}

impl fmt::Debug for Joined {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Joined").finish_non_exhaustive()
    }
}
