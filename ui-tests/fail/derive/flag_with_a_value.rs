#[derive(rlog::Loggable)]
struct User {
    #[log(skip = true)]
    name: String,
}

fn main() {}
