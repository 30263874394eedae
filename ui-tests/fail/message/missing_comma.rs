fn main() {
    let user = "ada";
    rlog::info!(amount = 5 "paid {user}");
    rlog::info!(user; "paid");
}
