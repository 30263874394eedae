//! Futures that belong to a capture, whatever thread polls them.

use super::scope::{self, Scope};
use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};
use std::boxed::Box;
use std::fmt;
use std::sync::Arc;

/// A future that belongs to a capture. Made by [`Handle::instrument`](super::Handle::instrument).
///
/// The thread belongs to the capture while it polls or drops the future, and afterwards to what it belonged to before. A
/// capture that the future itself begins stays with it from one poll to the next.
pub struct Instrumented<F> {
    /// In a box, as nothing in here is worth the unsafe code to pin it in place. `None` only while it is dropped.
    future: Option<Pin<Box<F>>>,
    /// What the future belongs to, while it is not polled.
    scope: Option<Arc<Scope>>,
}

impl<F> Instrumented<F> {
    pub(super) fn new(future: F, scope: Arc<Scope>) -> Self {
        Self { future: Some(Box::pin(future)), scope: Some(scope) }
    }
}

impl<F: Future> Future for Instrumented<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let Self { future, scope } = &mut *self;
        let _swapped = Swapped::new(scope);
        match future {
            Some(future) => future.as_mut().poll(context),
            None => Poll::Pending,
        }
    }
}

impl<F> Drop for Instrumented<F> {
    fn drop(&mut self) {
        let _swapped = Swapped::new(&mut self.scope);
        // What the future holds may log while it is dropped.
        self.future = None;
    }
}

/// While it lives, the thread belongs to what the slot holds, and the slot to what the thread belonged to.
struct Swapped<'a>(&'a mut Option<Arc<Scope>>);

impl<'a> Swapped<'a> {
    fn new(slot: &'a mut Option<Arc<Scope>>) -> Self {
        *slot = scope::replace(slot.take());
        Self(slot)
    }
}

impl Drop for Swapped<'_> {
    fn drop(&mut self) {
        *self.0 = scope::replace(self.0.take());
    }
}

impl<F> fmt::Debug for Instrumented<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Instrumented").finish_non_exhaustive()
    }
}
