#![deny(deprecated)]

#[derive(rlog::Loggable)]
struct User {
    id: u64,
    password: String,
}

fn main() {}
