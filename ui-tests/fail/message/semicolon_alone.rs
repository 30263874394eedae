fn main() {
    rlog::info!(; "paid");
}
