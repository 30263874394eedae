fn main() {
    rlog::info!(once: true, "paid");
}
