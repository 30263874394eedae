fn main() {
    rlog::info!(message = "paid", "paid in full");
}
