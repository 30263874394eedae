#[derive(rlog::Loggable)]
#[log(tag = "t", content = "t")]
enum User {
    Known { id: u64 },
}

fn main() {}
