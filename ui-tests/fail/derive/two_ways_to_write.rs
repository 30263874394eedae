#[derive(rlog::Loggable)]
struct User {
    #[log(redact, display)]
    password: String,
}

fn main() {}
