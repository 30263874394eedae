fn main() {
    rlog::info!("paid {:.*}", 2);
}
