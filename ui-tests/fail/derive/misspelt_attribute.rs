#[derive(rlog::Loggable)]
struct User {
    #[log(redcat)]
    password: String,
}

fn main() {}
