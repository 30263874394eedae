#[derive(rlog::Loggable)]
struct User {
    #[log(truncate = -1)]
    name: String,
}

fn main() {}
