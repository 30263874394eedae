//! A handler of one's own: it sends each warning to whoever listens on a socket. `cargo run --example own_handler`

use rlog::{Handler, HandlerBuilder, HandlerError, Level, Record, Text, info, warn};
use std::net::UdpSocket;
use std::time::Duration;

/// One datagram a record.
struct Datagrams(UdpSocket);

impl Handler for Datagrams {
    fn emit(&mut self, _record: &Record<'_>, line: &[u8]) -> Result<(), HandlerError> {
        // One record is lost if it cannot be sent. rlog counts that, reports it, and leaves a handler alone that keeps failing.
        self.0.send(line).map(drop).map_err(|error| HandlerError::new(error, 1))
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let listener = UdpSocket::bind("127.0.0.1:0")?;
    let socket = UdpSocket::bind("127.0.0.1:0")?;
    socket.connect(listener.local_addr()?)?;

    let handler = HandlerBuilder::new(Datagrams(socket)).name("datagrams").level(Level::WARN).formatter(Text::new());
    let _guard = rlog::builder().handler(handler).init()?;
    info!("not for this handler");
    warn!(free_mib = 120, "disk is nearly full");
    rlog::flush(Duration::from_secs(1));

    let mut datagram = [0; 1500];
    let length = listener.recv(&mut datagram)?;
    eprint!("received: {}", String::from_utf8_lossy(&datagram[..length]));
    Ok(())
}
