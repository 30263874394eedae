fn main() {
    rlog::info!(every: 100, suppressed = 5, "paid");
}
