//! A program that logs, forks while other threads log, and logs in the child: `forking <parent's log> <child's log>`.

#![allow(clippy::unwrap_used, reason = "a failure is the parent's to see")]

#[cfg(unix)]
fn main() {
    use rlog::{File, info, warn};
    use std::sync::Barrier;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::{env, process, thread};

    unsafe extern "C" {
        safe fn fork() -> i32;
        fn waitpid(child: i32, status: *mut i32, options: i32) -> i32;
    }

    let arguments: Vec<String> = env::args().collect();
    let [_, ours, theirs] = &arguments[..] else { panic!("usage: forking <parent's log> <child's log>") };
    std::mem::forget(rlog::builder().handler(File::new(ours)).init().unwrap());
    let (started, done) = (Barrier::new(4), AtomicBool::new(false));
    thread::scope(|scope| {
        for thread in 1..4_u64 {
            let (started, done) = (&started, &done);
            scope.spawn(move || {
                for n in 1_u64.. {
                    info!(thread, n, "parent");
                    if n == 100 {
                        started.wait();
                    }
                    if done.load(Ordering::Relaxed) {
                        break;
                    }
                }
            });
        }
        started.wait();
        for child in 0..20_u64 {
            info!(thread = 0, n = child + 1, "parent");
            let id = fork();
            if id == 0 {
                info!(child, "nobody listens");
                warn!(child, "last resort");
                if child % 2 == 0 {
                    std::mem::forget(rlog::builder().handler(File::new(theirs)).init().unwrap());
                    for n in 0..1_000 {
                        info!(child, n, "child");
                    }
                }
                process::exit(7);
            }
            assert!(id > 0);
            let mut status = 0;
            // SAFETY: `status` is a place for the status.
            assert_eq!(unsafe { waitpid(id, &raw mut status, 0) }, id);
            assert_eq!(status, 7 << 8, "the child ends by itself");
        }
        done.store(true, Ordering::Relaxed);
    });
}

#[cfg(not(unix))]
fn main() {}
