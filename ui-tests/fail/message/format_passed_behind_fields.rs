fn main() {
    let user = "ada";
    rlog::info!(user, &format!("{} paid", user));
}
