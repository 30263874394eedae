fn main() {
    let user = String::from("ada");
    drop(user);
    rlog::info!(user, "paid");
}
