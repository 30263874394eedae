#[derive(rlog::Loggable)]
enum Payment {
    #[log(redact, skip)]
    Card { number: String },
}

fn main() {}
