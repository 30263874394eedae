use rlog::Loggable;

#[derive(Loggable)]
#[log(allow(secret))]
struct Login {
    #[log(allow(text))]
    password: String,
}

fn main() {}
