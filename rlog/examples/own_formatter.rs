//! A formatter of one's own: comma-separated values. `cargo run --example own_formatter`

use rlog::{Console, Formatter, Record, info, warn};
use std::io::Write;

/// `seconds,level,message`, quoted as RFC 4180 says, with control characters escaped.
struct Csv;

impl Formatter for Csv {
    fn format(&self, record: &Record<'_>, out: &mut Vec<u8>) {
        // Writing to a vector does not fail.
        let _ = write!(out, "{},{},\"", record.timestamp().as_nanoseconds() / 1_000_000_000, record.level());
        for c in record.message().to_string().chars() {
            match c {
                '"' => out.extend_from_slice(b"\"\""),
                c if c.is_control() => out.extend(c.escape_default().map(|c| c as u8)),
                c => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
            }
        }
        out.extend_from_slice(b"\"\n");
    }
}

fn main() -> Result<(), rlog::InitError> {
    let _guard = rlog::builder().handler(Console::stdout().formatter(Csv)).init()?;
    info!("started, \"quoted\"");
    warn!("{}", "what a user typed\nstays on one line");
    Ok(())
}
