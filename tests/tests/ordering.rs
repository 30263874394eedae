//! In which order records come out.

#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

use rlog::{Handler, HandlerError, Record, info};
use std::sync::mpsc::{self, Sender};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::Duration;

/// Sends on what it is handed.
struct Forward(Sender<(u64, i64, String)>);

impl Handler for Forward {
    fn emit(&mut self, record: &Record<'_>, _: &[u8]) -> Result<(), HandlerError> {
        let seen = (record.thread().id, record.timestamp().as_nanoseconds(), record.message().to_string());
        self.0.send(seen).map_err(|_| HandlerError::new(std::io::ErrorKind::BrokenPipe, 1))
    }
}

#[test]
fn what_happened_before_comes_out_before_on_whatever_thread() {
    const TURNS: u64 = 3_000;
    let (sender, receiver) = mpsc::channel();
    let _guard = rlog::builder().environment(false).handler(Forward(sender)).init().unwrap();
    let turn = Arc::new((Mutex::new(0_u64), Condvar::new()));
    // Three threads take turns, so that each record happened after the one before.
    let threads: Vec<_> = (0..3)
        .map(|me| {
            let turn = Arc::clone(&turn);
            thread::spawn(move || {
                let (lock, changed) = &*turn;
                loop {
                    let mut now =
                        changed.wait_while(lock.lock().unwrap(), |now| *now % 3 != me && *now < TURNS).unwrap();
                    if *now >= TURNS {
                        return;
                    }
                    info!("{}", *now);
                    *now += 1;
                    changed.notify_all();
                }
            })
        })
        .collect();
    threads.into_iter().for_each(|thread| thread.join().unwrap());
    assert!(rlog::flush(Duration::from_secs(10)));
    let records: Vec<_> = receiver.try_iter().collect();
    let numbers: Vec<u64> = records.iter().map(|(_, _, message)| message.parse().unwrap()).collect();
    assert_eq!(numbers, (0..TURNS).collect::<Vec<_>>());
    for thread in 1..=3 {
        let times: Vec<i64> = records.iter().filter(|(id, ..)| *id == thread).map(|(_, time, _)| *time).collect();
        assert!(!times.is_empty() && times.is_sorted(), "time goes backwards on thread {thread}");
    }
}
