fn main() {
    rlog::info!(..vec![5], "paid");
}
