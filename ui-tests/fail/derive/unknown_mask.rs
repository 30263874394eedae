#[derive(rlog::Loggable)]
struct User {
    #[log(mask = "last5")]
    card: String,
}

fn main() {}
