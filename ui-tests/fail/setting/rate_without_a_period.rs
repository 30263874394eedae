fn main() {
    rlog::info!(at_most: 10, "paid");
}
