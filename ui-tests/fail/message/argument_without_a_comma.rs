fn main() {
    rlog::info!("paid {}" 5);
}
