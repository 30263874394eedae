#[derive(rlog::Loggable)]
struct User {
    #[log(skip, rename = "number")]
    id: u64,
}

fn main() {}
