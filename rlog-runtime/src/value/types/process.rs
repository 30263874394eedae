//! Of the running program: threads, children, backtraces.

use super::{Encoder, Kind, Loggable, displayed};
use std::backtrace::Backtrace;
use std::process::ExitStatus;
use std::thread::ThreadId;

displayed! { ExitStatus, Backtrace }

/// `ThreadId(1)`: what can be known of it without a name.
impl Loggable for ThreadId {
    const KIND: Kind = Kind::Text;
    fn encode(&self, encoder: &mut Encoder) {
        encoder.text(&format_args!("{self:?}"));
    }
}
