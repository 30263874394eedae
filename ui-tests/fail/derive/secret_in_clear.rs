#![deny(deprecated)]

#[derive(rlog::Loggable)]
struct User {
    id: u64,
    password: String,
    #[log(truncate = 1000)]
    token: String,
}

fn main() {}
