fn main() {
    let (user, amount) = ("ada", 5);
    rlog::info!(user, "{} paid");
    rlog::info!(amount, "paid {}", amount, user);
    rlog::info!(user, amount = @amount, level = 1, "paid {total");
}
