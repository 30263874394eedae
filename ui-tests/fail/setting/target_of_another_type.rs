fn main() {
    rlog::info!(target: 5, "paid");
}
