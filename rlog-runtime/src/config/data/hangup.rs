//! SIGHUP, by which operators have programs read their configuration again, and `logrotate` has them open their files anew.
//!
//! The signal's handler writes one byte into a pair of sockets, which is all that a handler may do; a thread that sleeps at
//! the other end does the rest. Handlers of SIGHUP that the program has are called as before.

use signal_hook::SigId;
use signal_hook::consts::SIGHUP;
use signal_hook::low_level;
use std::io::{self, Read, Write};
use std::os::unix::net::UnixStream;
use std::thread::{self, JoinHandle};

/// Calls a function on each SIGHUP, until it is dropped.
#[derive(Debug)]
pub(super) struct Hangup {
    id: SigId,
    /// The end that the handler writes to, too.
    writer: UnixStream,
    thread: Option<JoinHandle<()>>,
}

/// Ends the thread. The handler writes something else.
const END: u8 = b'.';

impl Hangup {
    pub(super) fn new(mut act: impl FnMut() + Send + 'static) -> io::Result<Self> {
        let (mut reader, writer) = UnixStream::pair()?;
        let builder = thread::Builder::new().name("rlog-hangup".into());
        let thread = builder.spawn(move || {
            let mut bytes = [0; 64];
            // Several signals at once are one demand.
            while let Ok(length @ 1..) = reader.read(&mut bytes) {
                if bytes[..length].contains(&END) {
                    return;
                }
                // `logrotate` sends it, too.
                crate::handler::reopen_files();
                act();
            }
        })?;
        let id = low_level::pipe::register(SIGHUP, writer.try_clone()?)?;
        Ok(Self { id, writer, thread: Some(thread) })
    }

    /// Goes on until the process ends.
    pub(super) fn detach(mut self) {
        self.thread = None;
        core::mem::forget(self);
    }
}

impl Drop for Hangup {
    fn drop(&mut self) {
        low_level::unregister(self.id);
        if self.writer.write_all(&[END]).is_ok()
            && let Some(thread) = self.thread.take()
        {
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc;
    use std::time::Duration;

    #[test]
    fn each_signal_is_acted_upon_until_it_is_dropped() {
        let (sender, receiver) = mpsc::channel();
        let hangup = Hangup::new(move || {
            let _ = sender.send(());
        });
        let hangup = hangup.expect("the system has signals");
        for _ in 0..3 {
            low_level::raise(SIGHUP).expect("it is a signal");
            receiver.recv_timeout(Duration::from_secs(30)).expect("it is acted upon");
        }
        drop(hangup);
        assert!(receiver.recv().is_err(), "the thread has ended, and its function with it");
    }
}
