fn main() {
    rlog::info!(user.id = 5, "user.id" = 6, "paid");
}
