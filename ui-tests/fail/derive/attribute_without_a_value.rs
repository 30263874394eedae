#[derive(rlog::Loggable)]
struct User {
    #[log(skip_if)]
    a: Option<u8>,
    #[log(rename)]
    b: u8,
    #[log(mask)]
    c: String,
    #[log(truncate =)]
    d: String,
}

fn main() {}
