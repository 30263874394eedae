fn main() {
    rlog::info!(user = , amount = 5, "paid");
}
