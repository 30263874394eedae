#[derive(rlog::Loggable)]
struct User {
    #[log(rename = "a", rename = "b")]
    id: u64,
}

fn main() {}
