//! Captures in asynchronous tests: a future on the test's thread, tasks on threads of an executor.

#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

use rlog::testing::{Capture, assert_logged, assert_logged_in_order, assert_not_logged, capture, current};
use rlog::{debug, info, warn};
use std::pin::{Pin, pin};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, JoinHandle, Thread};

/// Runs a future on this thread.
fn block_on<F: Future>(future: F) -> F::Output {
    struct Unpark(Thread);
    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(output) => return output,
            Poll::Pending => thread::park(),
        }
    }
}

/// Is pending once, and woken at once.
struct Yield(bool);

impl Future for Yield {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if self.0 {
            return Poll::Ready(());
        }
        self.0 = true;
        context.waker().wake_by_ref();
        Poll::Pending
    }
}

fn yield_now() -> Yield {
    Yield(false)
}

/// Polls each task on its threads by turns, so that a task with an await is polled on more than one of them.
struct Executor {
    threads: Vec<JoinHandle<()>>,
    next: Arc<Mutex<usize>>,
    queues: Vec<Sender<Arc<Task>>>,
}

struct Task {
    future: Mutex<Option<Pin<Box<dyn Future<Output = ()> + Send>>>>,
    queues: Vec<Sender<Arc<Self>>>,
    next: Arc<Mutex<usize>>,
}

impl Wake for Task {
    fn wake(self: Arc<Self>) {
        let mut next = self.next.lock().unwrap();
        *next += 1;
        let queue = self.queues[*next % self.queues.len()].clone();
        let _ = queue.send(self.clone());
    }
}

impl Executor {
    fn new(threads: usize) -> Self {
        let (queues, ends): (Vec<_>, Vec<Receiver<Arc<Task>>>) = (0..threads).map(|_| channel()).unzip();
        let threads = ends.into_iter().map(|tasks| {
            thread::spawn(move || {
                for task in tasks {
                    let waker = Waker::from(Arc::clone(&task));
                    let mut slot = task.future.lock().unwrap();
                    let Some(future) = slot.as_mut() else { continue };
                    if future.as_mut().poll(&mut Context::from_waker(&waker)).is_ready() {
                        *slot = None;
                    }
                    assert!(current().is_none(), "nothing stays on the thread");
                }
            })
        });
        Self { threads: threads.collect(), next: Arc::default(), queues }
    }

    /// Starts a task, and returns what is received from when it is done.
    fn spawn<F: Future<Output: Send> + Send + 'static>(&self, future: F) -> Receiver<F::Output> {
        let (done, result) = channel();
        let future = async move {
            let output = future.await;
            done.send(output).unwrap();
        };
        let task = Task {
            future: Mutex::new(Some(Box::pin(future))),
            queues: self.queues.clone(),
            next: Arc::clone(&self.next),
        };
        Arc::new(task).wake();
        result
    }
}

impl Drop for Executor {
    fn drop(&mut self) {
        self.queues.clear();
        for thread in self.threads.drain(..) {
            thread.join().unwrap();
        }
    }
}

async fn job(id: u32) {
    for step in 0..20 {
        debug!(id, step, "working");
        yield_now().await;
    }
    info!(id, "done");
}

#[test]
fn a_future_on_the_thread_of_the_test_is_captured() {
    let capture = capture();
    block_on(async {
        info!("before");
        yield_now().await;
        info!("after");
    });
    assert_logged_in_order!(capture, ["before"], ["after"]);
}

#[test]
fn a_capture_may_begin_in_the_future_and_live_across_awaits() {
    block_on(async {
        let capture = capture();
        job(1).await;
        assert_logged!(capture, times: 20, id = 1, step = _);
        assert_logged!("done");
    });
    assert!(current().is_none());
}

#[test]
fn tasks_on_other_threads_join_and_leave_nothing_behind() {
    let executor = Executor::new(2);
    let mine = capture();
    let joined = executor.spawn(mine.instrument(job(1)));
    let stranger = executor.spawn(job(2));
    joined.recv().unwrap();
    stranger.recv().unwrap();
    assert_logged!(mine, times: 20, DEBUG, id = 1);
    assert_logged!(mine, times: 1, INFO, id = 1, "done");
    assert_not_logged!(mine, id = 2);
    let threads: std::collections::HashSet<_> =
        mine.records().iter().map(|record| record.with(|record| record.thread().id)).collect();
    assert_eq!(threads.len(), 2, "polled by both threads");
}

#[test]
fn a_capture_that_a_task_begins_stays_with_the_task() {
    let executor = Executor::new(2);
    let tests: Vec<_> = (0..8)
        .map(|id| {
            // Any capture will do to have the task keep what it begins.
            let outer = capture();
            let task = outer.instrument(async move {
                let capture: Capture = capture();
                yield_now().await;
                job(id).await;
                assert_logged!(times: 21, id = id);
                capture.len()
            });
            (outer, executor.spawn(task))
        })
        .collect();
    for (_, result) in &tests {
        assert_eq!(result.recv().unwrap(), 21);
    }
    // Each is inside of those that began before it on this thread.
    assert_eq!(tests.iter().map(|(outer, _)| outer.len()).collect::<Vec<_>>(), [168, 147, 126, 105, 84, 63, 42, 21]);
}

#[test]
fn what_a_future_logs_when_it_is_dropped_is_captured() {
    struct Loud;
    impl Drop for Loud {
        fn drop(&mut self) {
            warn!("dropped");
        }
    }
    let capture = capture();
    let future = capture.instrument(async {
        let _loud = Loud;
        std::future::pending::<()>().await;
    });
    thread::spawn(move || {
        let mut future = pin!(future);
        assert!(future.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    })
    .join()
    .unwrap();
    assert_logged!(capture, times: 1, WARN, "dropped");
}
