fn main() {
    rlog::info!(..5, "paid");
}
