//! Everywhere that Rust takes a statement or an expression.
#![deny(warnings)]
#![warn(clippy::pedantic)]
#![allow(clippy::unused_unit, clippy::let_unit_value, clippy::semicolon_if_nothing_returned, clippy::unused_async)]

use rlog::{Level, Loggable, debug, enabled, error, event, info, trace, warn};
use std::cell::Cell;
use std::fmt::Display;
use std::future::Future;
use std::pin::Pin;

fn tail_expression(user: &str) {
    info!(user, "tail")
}

fn statement(user: &str) {
    info!(user, "statement");
}

fn returned(user: &str) {
    return info!(user, "returned");
}

fn arms(value: Result<u8, std::fmt::Error>) -> u8 {
    match value {
        Ok(0) => info!("nothing"),
        Ok(value) if value > 100 => warn!(value, "much"),
        Ok(value) => {
            debug!(value, "some");
        }
        Err(err) => error!(err, "failed"),
    }
    match value {
        Ok(value) => value,
        Err(err) => {
            error!(err, "failed again");
            return 0;
        }
    }
}

fn conditions(user: Option<&str>) {
    if user.is_some() { info!("some") } else { warn!("none") }
    let Some(user) = user else { return error!("no user") };
    if enabled!(Level::DEBUG) && !user.is_empty() {
        debug!(user, "asked");
    }
    'outer: for index in 0..3 {
        loop {
            trace!(index, "{}", if index == 1 { continue 'outer } else { index });
            break;
        }
    }
    let mut left = 2;
    while { debug!(left, "left"); left > 0 } {
        left -= 1;
    }
}

fn closures(values: &[u8]) -> usize {
    let log = |value: &u8| info!(value, "{}", values.len());
    values.iter().for_each(log);
    values.iter().inspect(|value| trace!(?value)).inspect(|&&value| trace!(value)).count();
    let moved = String::from("moved");
    let owner = move || info!(%moved, "{moved}");
    owner();
    owner();
    let counter = Cell::new(0);
    let counted = || {
        counter.set(counter.get() + 1);
        counter.get()
    };
    info!(count = counted(), "{}", counted());
    counter.get()
}

fn generic<T: Loggable + ?Sized, E: Display, const N: usize, const NAME: char>(value: &T, error: E, array: [u8; N]) {
    info!(value, %error, array, N, name = NAME, "{N:>5} {NAME} {error}");
    info!(target: "generic", size = size_of::<&T>(), "{}", Vec::<E>::new().len());
    event!(Level::new(N as u8), N);
}

struct Counter<const N: usize>;

impl<const N: usize> Counter<N> {
    const NAME: &str = "counter";

    fn log(&self) -> &Self {
        info!(N, name = Self::NAME, "{}", Self::NAME);
        self
    }
}

impl<const N: usize> Drop for Counter<N> {
    fn drop(&mut self) {
        debug!(N, "dropped");
    }
}

trait Service {
    fn name(&self) -> &str;

    fn call(&self) {
        info!(name = self.name(), "called {}", self.name());
    }

    fn call_later<'a>(&'a self) -> Pin<Box<dyn Future<Output = ()> + Send + 'a>>
    where
        Self: Sync,
    {
        Box::pin(async move {
            info!(name = self.name(), "called later");
        })
    }
}

impl Service for String {
    fn name(&self) -> &str {
        self
    }
}

async fn asynchronous<T: Future<Output = u8>>(first: T, second: impl Future<Output = Result<u8, std::fmt::Error>>) -> Result<(), std::fmt::Error> {
    let name = String::from("ada");
    info!(first = first.await, second = second.await?, "{} of {name}", std::future::ready(3).await);
    let closure = async |value: u8| info!(value, "in an async closure of {name}");
    closure(1).await;
    async { warn!(name, "in a block") }.await;
    Ok(())
}

fn is_send<T: Send>(value: T) -> T {
    value
}

/// # Safety
/// None is needed.
unsafe fn unsafely(pointer: *const u8) {
    // SAFETY: the caller's.
    info!(value = unsafe { *pointer }, "unsafe");
}

#[derive(Loggable)]
struct User<'a> {
    id: u8,
    name: &'a str,
}

fn splats(user: &User<'_>) {
    info!(..user, "of a reference");
    info!(before = 1, ..User { id: 2, name: user.name }, ..std::collections::BTreeMap::from([("key", 1)]), "{}", user.id);
    #[rustfmt::skip]
    info!({ ..user });
}

static LOG: fn(u8) = |value| info!(value, "from a static");

mod inner {
    pub(super) mod deeper {
        pub(in super::super) fn log() {
            rlog::info!(place = module_path!(), "deep");
        }
    }
}

fn main() {
    let ((), [(), ()]) = (info!("in a tuple"), [info!("in"), info!("an array")]);
    let unit: () = info!("bound");
    info!(?unit);
    tail_expression("ada");
    statement("ada");
    returned("ada");
    arms(Ok(5));
    conditions(None);
    closures(&[1, 2]);
    generic::<str, _, 2, 'n'>("value", 5, [1, 2]);
    Counter::<3>.log();
    "ada".to_owned().call();
    drop(is_send("ada".to_owned().call_later()));
    drop(is_send(asynchronous(std::future::ready(1), std::future::ready(Ok(2)))));
    // SAFETY: the pointer is one to a variable.
    unsafe { unsafely(&raw const *&5) };
    LOG(5);
    splats(&User { id: 1, name: "ada" });
    inner::deeper::log();
    {
        fn nested() {
            info!("in a function in a function")
        }
        nested()
    }
}
