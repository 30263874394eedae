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
    /// Makes this thread belong to the capture until the guard is dropped, in place of any other. Guards may be dropped in any
    /// order: the thread belongs to the capture that it has joined last and not left.
    #[must_use = "the thread leaves the capture when this is dropped"]
    pub fn join(&self) -> Joined {
        let number = scope::join(Arc::clone(&self.scope));
        Joined { number, not_send: PhantomData }
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
    /// Which join of the thread it is.
    number: u64,
    /// It is about the thread that it was made on.
    not_send: PhantomData<*const ()>,
}

impl Drop for Joined {
    fn drop(&mut self) {
        scope::leave(self.number);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::level::Level;

    /// Which of the captures the thread belongs to.
    fn member(captures: &[&Handle]) -> Option<usize> {
        let current = current()?;
        captures.iter().position(|handle| Arc::ptr_eq(&handle.scope, &current.scope))
    }

    #[test]
    fn guards_may_be_dropped_in_any_order() {
        let handles = [(); 3].map(|()| Handle { scope: Arc::new(Scope::new(Level::INFO, None)) });
        let [first, second, third] = &handles;
        for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
            assert_eq!(member(&[first, second, third]), None);
            let mut guards = [first, second, third].map(|handle| Some(handle.join()));
            assert_eq!(member(&[first, second, third]), Some(2));
            for index in order {
                guards[index] = None;
                let last = guards.iter().rposition(Option::is_some);
                assert_eq!(member(&[first, second, third]), last, "{order:?}");
            }
        }
    }
}
