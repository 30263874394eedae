#[derive(rlog::Loggable)]
struct User {
    #[log(prefix = "x.")]
    id: u64,
}

fn main() {}
