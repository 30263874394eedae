fn main() {
    rlog::info!("paid {1}", 5, 6);
}
