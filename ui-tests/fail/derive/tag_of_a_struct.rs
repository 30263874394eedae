#[derive(rlog::Loggable)]
#[log(tag = "type")]
struct User {
    id: u64,
}

fn main() {}
