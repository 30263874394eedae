struct User {
    name: &'static str,
}

fn main() {
    let user = User { name: "ada" };
    rlog::info!("{user.name} paid");
    rlog::info!("{} paid", user.name);
}
