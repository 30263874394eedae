fn main() {
    rlog::info!(user-id = 5, "paid");
}
