#[derive(rlog::Loggable)]
struct User {
    #[log(skip_if = 1 + 1)]
    id: u64,
}

fn main() {}
