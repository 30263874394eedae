fn main() {
    rlog::info!(user:?? = "ada", "paid");
}
