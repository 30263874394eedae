fn main() {
    let user = "ada";
    rlog::info!(user, amount = 5, user = "bob", "paid");
}
