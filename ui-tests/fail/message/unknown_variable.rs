fn main() {
    rlog::info!("paid {amount}");
}
