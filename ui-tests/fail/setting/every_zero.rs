fn main() {
    rlog::info!(every: 0, "paid");
}
