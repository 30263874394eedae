//! A handler that does not return, and a thread that logs until it has to wait for it.

#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs, reason = "a test program")]

use rlog::{Handler, HandlerBuilder, HandlerError, Record, info};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

/// Returns when somebody lets go of the other end.
struct Stuck(Receiver<()>);

impl Handler for Stuck {
    fn emit(&mut self, _: &Record<'_>, _: &[u8]) -> Result<(), HandlerError> {
        let _ = self.0.recv();
        Ok(())
    }
}

fn main() {
    let (release, wait) = channel::<()>();
    let handler = HandlerBuilder::new(Stuck(wait)).name("stuck");
    let _guard = rlog::builder().environment(false).handler(handler).ring_capacity(4096).init().unwrap();
    let writer = thread::spawn(|| (0..1_000).for_each(|n| info!(n, "one more")));
    // The message comes on stderr when the thread has waited for about a second; the test reads it and closes stdin.
    let _ = std::io::stdin().read_line(&mut String::new());
    println!("flushed={}", rlog::flush(Duration::from_millis(1)));
    drop(release);
    writer.join().unwrap();
    println!("flushed={}", rlog::flush(Duration::from_secs(60)));
    println!("written={}", rlog::stats().handlers[0].written);
}
