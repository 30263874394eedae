//! Bodies of futures.

use rlog::info;
use std::future::Future;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

pub fn run() {
    block_on(outer());
    block_on(async { info!("async block") });
    let boxed: Pin<Box<dyn Future<Output = ()>>> = Box::pin(async move { info!("boxed future") });
    block_on(boxed);
    let closure = async |n: u32| info!(n, "async closure");
    block_on(closure(1));
}

async fn outer() {
    info!("before an await");
    let n = inner(1).await;
    info!(n, "after an await");
    info!("with an await inside {}", inner_again(2).await);
}

async fn inner<T: rlog::Loggable>(value: T) -> u32 {
    YieldOnce(false).await;
    info!(value, "generic future");
    2
}

async fn inner_again(n: u32) -> u32 {
    YieldOnce(false).await;
    info!(n, "inner future");
    n
}

/// Pending once.
struct YieldOnce(bool);

impl Future for YieldOnce {
    type Output = ();
    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        context.waker().wake_by_ref();
        if std::mem::replace(&mut self.0, true) { Poll::Ready(()) } else { Poll::Pending }
    }
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(value) = future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            return value;
        }
    }
}
