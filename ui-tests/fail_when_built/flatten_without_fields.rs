#[derive(rlog::Loggable)]
struct User {
    #[log(flatten)]
    id: u64,
}

fn main() {
    let user = User { id: 1 };
    rlog::info!(user);
}
