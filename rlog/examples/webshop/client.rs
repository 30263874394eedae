//! The customers.

use crate::http::exchange;
use rlog::debug;
use std::io::{self, BufReader};
use std::net::{SocketAddr, TcpStream};
use std::ops::AddAssign;

/// How many answers of which kind.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Answers {
    succeeded: u32,
    rejected: u32,
    failed: u32,
}

impl Answers {
    pub(crate) fn total(&self) -> u32 {
        self.succeeded + self.rejected + self.failed
    }

    fn count(&mut self, status: u16) {
        match status {
            500.. => self.failed += 1,
            400.. => self.rejected += 1,
            _ => self.succeeded += 1,
        }
    }
}

impl AddAssign for Answers {
    fn add_assign(&mut self, other: Self) {
        self.succeeded += other.succeeded;
        self.rejected += other.rejected;
        self.failed += other.failed;
    }
}

const NAMES: [&str; 4] = ["ada", "grace", "edsger", "barbara"];

/// Orders, pays, looks, and now and then does something silly: `requests` times in all.
pub(crate) fn shop_around(address: SocketAddr, number: u32, requests: u32) -> io::Result<Answers> {
    let stream = TcpStream::connect(address)?;
    stream.set_nodelay(true)?;
    let mut stream = BufReader::new(stream);
    let customer = NAMES[number as usize % NAMES.len()];
    let mut answers = Answers::default();
    let mut order = String::from("0");
    for step in 0..requests {
        let response = match step % 8 {
            0 | 4 => {
                let quantity = if step % 24 == 4 { 0 } else { 1 + step % 9 };
                let response = exchange(&mut stream, "POST", "/orders", &format!("{customer} {step} {quantity}"))?;
                if response.status == 201 {
                    order.clone_from(&response.body);
                }
                response
            }
            1 | 5 => exchange(&mut stream, "POST", &format!("/orders/{order}/payment"), "")?,
            7 if step % 64 == 7 => exchange(&mut stream, "GET", "/report", "")?,
            7 => exchange(&mut stream, "GET", "/teapots", "")?,
            _ => exchange(&mut stream, "GET", &format!("/orders/{order}"), "")?,
        };
        debug!(step, status = response.status, body = response.body, "answered");
        answers.count(response.status);
    }
    Ok(answers)
}
