#[derive(rlog::Loggable)]
struct User<T> {
    #[log(flatten)]
    id: T,
}

fn main() {
    let user = User { id: 1 };
    rlog::info!(user);
}
