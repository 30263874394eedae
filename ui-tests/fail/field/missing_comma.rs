fn main() {
    let (user, amount) = ("ada", 5);
    rlog::info!(user amount, "paid");
}
